// The product kernels of every usable instruction set against plain loops in double, for sizes around every boundary, and
// their promise that a row's result does not depend on how rows are cut.
#include <cmath>
#include <cstring>
#include <random>
#include <vector>

#include "check.hpp"
#include "layers.hpp"

namespace {

using namespace glassnet;

template <class T>
void fill(Matrix<T>& matrix, std::size_t rows, std::mt19937& generator) {
    std::uniform_real_distribution<double> uniform(-1.0, 1.0);
    for (std::size_t r = 0; r < rows; ++r) {
        for (std::size_t c = 0; c < matrix.panels.columns; ++c) matrix.at(r, c) = static_cast<T>(uniform(generator));
    }
}

template <class T>
void dense_products(const KernelSet& set, std::size_t rows, std::size_t inputs, std::size_t outputs) {
    const ProductKernels<T>& kernels = product_kernels<T>(set);
    const double tolerance = std::is_same_v<T, float> ? 1e-6 : 1e-14;
    std::mt19937 generator(static_cast<unsigned>(rows * 1000003 + inputs * 1009 + outputs));
    const Panels in = panels_for<T>(inputs, kernels), out = panels_for<T>(outputs, kernels);
    Matrix<T> a(rows, in, false), z(rows, out, false), cut(rows, out, false), w(inputs, out, false), d(rows, out, false);
    fill(a, rows, generator);
    fill(w, inputs, generator);
    fill(d, rows, generator);
    Buffer<T> bias(out.padded());
    for (std::size_t j = 0; j < outputs; ++j) bias[j] = static_cast<T>(0.125 * static_cast<double>(j % 7));
    const auto wide = [](const Panels& p) { return static_cast<std::size_t>(p.width); };
    const auto forward = [&](std::size_t first, std::size_t count, Matrix<T>& into) {
        kernels.product({a.row(first), wide(in), 1, wide(in), a.stride, w.buffer.data(), w.stride, into.row(first), into.stride,
                         bias.data(), count, outputs, inputs, out.width});
    };
    forward(0, rows, z);
    for (std::size_t first = 0; first < rows; first += 5) forward(first, std::min<std::size_t>(5, rows - first), cut);
    for (std::size_t r = 0; r < rows; ++r) {
        for (std::size_t j = 0; j < outputs; ++j) {
            double expected = static_cast<double>(bias[j]);
            for (std::size_t k = 0; k < inputs; ++k) expected += static_cast<double>(a.at(r, k)) * static_cast<double>(w.at(k, j));
            CHECK(std::abs(expected - static_cast<double>(z.at(r, j))) <= tolerance * static_cast<double>(inputs + 1));
            CHECK(std::memcmp(&z.at(r, j), &cut.at(r, j), sizeof(T)) == 0);
        }
    }
    // Finished on the way, bit by bit as if it were done afterwards.
    const T scale = T(1.25);
    for (const Finish how : {Finish::kRectify, Finish::kMask, Finish::kMultiply}) {
        Matrix<T> done(rows, out, false), factor(rows, out, false);
        fill(factor, rows, generator);
        if (how == Finish::kMultiply) done.buffer.copy_from(factor.buffer);
        Finishing<T> finishing{how, nullptr, 0, scale};
        if (how != Finish::kRectify) {
            finishing.factor = how == Finish::kMask ? factor.buffer.data() : done.buffer.data();
            finishing.panel_stride = z.stride;
        }
        kernels.product({a.row(0), wide(in), 1, wide(in), a.stride, w.buffer.data(), w.stride, done.row(0), done.stride, bias.data(),
                         rows, outputs, inputs, out.width, finishing});
        for (std::size_t r = 0; r < rows; ++r) {
            for (std::size_t j = 0; j < outputs; ++j) {
                const T plain = z.at(r, j), by = factor.at(r, j);
                const T expected = how == Finish::kRectify ? (plain <= T(0) ? T(0) : plain)
                                   : how == Finish::kMask  ? (by > T(0) ? plain * scale : T(0))
                                                           : plain * by;
                CHECK(std::memcmp(&expected, &done.at(r, j), sizeof(T)) == 0);
            }
        }
    }
    // The gradient of a tile: a panel of the inputs, transposed, times a panel of the deltas.
    std::vector<T> tile(wide(in) * wide(out));
    for (std::size_t q = 0; q < in.count; ++q) {
        for (std::size_t p = 0; p < out.count; ++p) {
            kernels.product({a.block(q, 0), 1, wide(in), rows, 0, d.block(p, 0), 0, tile.data(), 0, nullptr, in.columns_of(q),
                             wide(out), rows, out.width});
            for (std::size_t i = 0; i < in.columns_of(q); ++i) {
                for (std::size_t j = 0; j < wide(out); ++j) {
                    double expected = 0.0;
                    if (j < out.columns_of(p)) {
                        for (std::size_t r = 0; r < rows; ++r) {
                            expected += static_cast<double>(a.at(r, q * wide(in) + i)) * static_cast<double>(d.at(r, p * wide(out) + j));
                        }
                    }
                    CHECK(std::abs(expected - static_cast<double>(tile[i * wide(out) + j])) <= tolerance * static_cast<double>(rows + 1));
                }
            }
        }
    }
}

template <class T>
void narrow_and_sums(const KernelSet& set, std::size_t rows, std::size_t inputs, std::size_t outputs) {
    const ProductKernels<T>& kernels = product_kernels<T>(set);
    const double tolerance = std::is_same_v<T, float> ? 1e-6 : 1e-14;
    std::mt19937 generator(7);
    const Panels in = panels_for<T>(inputs, kernels);
    Matrix<T> a(rows, in, false), w(outputs, in, false), z(rows, {outputs, in.width, 1}, true);
    fill(a, rows, generator);
    fill(w, outputs, generator);
    std::vector<T> bias(16, static_cast<T>(0.5));
    kernels.dot_rows(a.row(0), a.stride, w.buffer.data(), w.stride, bias.data(), z.row(0), z.stride, rows, outputs, inputs, in.width);
    for (std::size_t r = 0; r < rows; ++r) {
        for (std::size_t c = 0; c < outputs; ++c) {
            double expected = 0.5;
            for (std::size_t k = 0; k < inputs; ++k) expected += static_cast<double>(a.at(r, k)) * static_cast<double>(w.at(c, k));
            CHECK(std::abs(expected - static_cast<double>(z.at(r, c))) <= tolerance * static_cast<double>(inputs + 1));
        }
    }
    for (std::size_t p = 0; p < in.count; ++p) {
        std::vector<T> sums(static_cast<std::size_t>(in.width), T{1});
        kernels.column_sums(a.block(p, 0), rows, in.width, sums.data());
        for (std::size_t c = 0; c < in.columns_of(p); ++c) {
            double expected = 1.0;
            for (std::size_t r = 0; r < rows; ++r) expected += static_cast<double>(a.block(p, r)[c]);
            CHECK(std::abs(expected - static_cast<double>(sums[c])) <= tolerance * static_cast<double>(rows + 1));
        }
    }
    std::vector<T> values(rows * inputs);
    double sum = 0.0, squares = 0.0, magnitudes = 0.0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        values[i] = static_cast<T>(static_cast<double>(i % 13) - 6.0);
        sum += static_cast<double>(values[i]);
        squares += static_cast<double>(values[i]) * static_cast<double>(values[i]);
        magnitudes += std::abs(static_cast<double>(values[i]));
    }
    CHECK(std::abs(static_cast<double>(kernels.sum(values.data(), values.size())) - sum) <= 1e-6 * (1.0 + squares));
    CHECK(std::abs(static_cast<double>(kernels.sum_of_squares(values.data(), values.size())) - squares) <= 1e-6 * (1.0 + squares));
    CHECK(std::abs(static_cast<double>(kernels.sum_of_magnitudes(values.data(), values.size())) - magnitudes) <= 1e-6 * (1.0 + magnitudes));
}

template <class T>
void all_sizes(const KernelSet& set) {
    const std::vector<std::size_t> sizes = {1, 2, 7, 8, 15, 16, 17, 33, 49, 100};
    for (const std::size_t rows : {1u, 3u, 8u, 17u, 40u}) {
        for (const std::size_t inputs : sizes) {
            for (const std::size_t outputs : sizes) dense_products<T>(set, rows, inputs, outputs);
            for (const std::size_t outputs : {1u, 2u, 8u}) narrow_and_sums<T>(set, rows, inputs, outputs);
        }
    }
}

}  // namespace

int main() {
    for (const char* const* name = usable_kernels(); *name != nullptr; ++name) {
        CHECK(select_kernels(*name));
        all_sizes<float>(kernels());
        all_sizes<double>(kernels());
        std::printf("%s: products agree\n", *name);
    }
    return 0;
}
