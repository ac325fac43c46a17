#include "table_rows.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

namespace glassnet {

namespace {

constexpr std::size_t kMostRows = 512;
constexpr std::size_t kBlock = 1 << 14;  // floats of the matrix that are written together

void write_scaled(const ScaledColumn& column, std::size_t start, std::size_t rows, std::size_t width, float* out) {
    std::array<double, kMostRows> values;
    std::array<float, kMostRows> encoded;
    for (std::size_t i = 0; i < rows; ++i) values[i] = column.numbers[start + i];
    const bool constant = column.width == 0.0;
    for (std::size_t i = 0; i < rows; ++i) {
        double z = (values[i] - column.center) / column.width;
        z = z < -column.far ? -column.far : z;
        z = z > column.far ? column.far : z;
        const double part = z / column.bound;
        z /= std::sqrt(part * part + 1.0);
        const bool zero = constant | (values[i] != values[i]);
        encoded[i] = zero ? 0.0f : static_cast<float>(z);
    }
    out += column.first;
    for (std::size_t i = 0; i < rows; ++i) out[i * width] = encoded[i];
    if (!column.marked) return;
    for (std::size_t i = 0; i < rows; ++i) out[i * width + 1] = values[i] != values[i] ? column.on : column.off;
}

template <std::size_t kWidth>
void write_coded(const CodedColumn& column, std::size_t start, std::size_t rows, std::size_t width, float* out) {
    const std::size_t n = kWidth == 0 ? column.width : kWidth;
    for (std::size_t i = 0; i < rows; ++i) {
        const float* from = column.table + static_cast<std::size_t>(column.codes[start + i] + 1) * n;
        std::memcpy(out + i * width + column.first, from, n * sizeof(float));
    }
}

// Copies of a width that the compiler knows are a load and a store.
void write_coded(const CodedColumn& column, std::size_t start, std::size_t rows, std::size_t width, float* out) {
    constexpr std::array kWriters{&write_coded<0>, &write_coded<1>, &write_coded<2>, &write_coded<3>, &write_coded<4>,
                                  &write_coded<5>, &write_coded<6>, &write_coded<7>, &write_coded<8>};
    kWriters[column.width < kWriters.size() ? column.width : 0](column, start, rows, width, out);
}

}  // namespace

void write_rows(const TableColumns& columns, std::size_t rows, std::size_t width, float* out, Team& team) {
    const std::size_t block = std::clamp<std::size_t>(kBlock / std::max<std::size_t>(width, 1), 16, kMostRows);
    team.run((rows + block - 1) / block, [&](int, std::size_t number) {
        const std::size_t start = number * block, n = std::min(block, rows - start);
        float* const to = out + start * width;
        for (const ScaledColumn& column : columns.scaled) write_scaled(column, start, n, width, to);
        for (const CodedColumn& column : columns.coded) write_coded(column, start, n, width, to);
    });
}

}  // namespace glassnet
