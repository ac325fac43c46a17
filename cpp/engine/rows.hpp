// Where the rows of X come from. A source copies rows into the panels of the first layer's input, converting on the way, so
// that the user's matrix is never copied as a whole: float or double, dense or sparse, with or without category codes.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <type_traits>
#include <utility>

#include "embedding.hpp"

namespace glassnet {

template <class T>
class RowSource {
public:
    virtual ~RowSource() = default;
    virtual std::size_t rows() const = 0;
    virtual std::size_t columns() const = 0;
    // Row index[i] (or first + i where index is nullptr) becomes row `to + i` of `out`, for i in [0, count). Columns of `out`
    // beyond columns() are left to the input stage.
    virtual void gather(const std::uint32_t* index, std::size_t first, std::size_t count, Matrix<T>& out, std::size_t to) const = 0;
    // All of X, row after row, where it lies so in the engine's own type; else nullptr.
    virtual const T* dense() const { return nullptr; }
    // Asks for a row that is gathered soon.
    virtual void fetch_row(std::size_t) const {}
    virtual std::size_t code_columns() const { return 0; }
    virtual void gather_codes(const std::uint32_t*, std::size_t, std::size_t, Codes&, std::size_t) const {}
};

// Asks for memory that is read soon.
inline void fetch([[maybe_unused]] const void* from, [[maybe_unused]] std::size_t bytes) {
#if defined(__GNUC__)
    const char* line = static_cast<const char*>(from);
    for (std::size_t done = 0; done < bytes; done += 64) __builtin_prefetch(line + done);
#endif
}

// From one place to another one that it does not overlap.
template <class T, class Source>
inline void copy_numbers(const Source* from, std::size_t count, T* to) {
    if constexpr (std::is_same_v<T, Source>) {
        constexpr std::size_t kPiece = 16;  // known to the compiler: a run of wide moves, no question about overlaps
        for (; count >= kPiece; count -= kPiece, from += kPiece, to += kPiece) std::memcpy(to, from, kPiece * sizeof(T));
    }
    for (std::size_t i = 0; i < count; ++i) to[i] = static_cast<T>(from[i]);
}

template <class T, class Source>
class DenseRows final : public RowSource<T> {
public:
    DenseRows(const Source* data, std::size_t rows, std::size_t columns) : data_(data), rows_(rows), columns_(columns) {}
    std::size_t rows() const override { return rows_; }
    std::size_t columns() const override { return columns_; }
    const T* dense() const override {
        if constexpr (std::is_same_v<T, Source>) return data_;
        else return nullptr;
    }

    void gather(const std::uint32_t* index, std::size_t first, std::size_t count, Matrix<T>& out, std::size_t to) const override {
        const Panels ours{columns_, out.panels.width, divide_up(columns_, static_cast<std::size_t>(out.panels.width))};
        // Rows in random order: the processor does not guess the next one.
        const std::size_t bytes = columns_ * sizeof(Source);
        const std::size_t ahead = index == nullptr ? count : bytes == 0 ? 1 : std::clamp<std::size_t>(kFetchedBytes / bytes, 1, 16);
        for (std::size_t i = 0; i < std::min(ahead, count) && index != nullptr; ++i) fetch(data_ + index[i] * columns_, bytes);
        for (std::size_t i = 0; i < count; ++i) {
            if (i + ahead < count) fetch(data_ + index[i + ahead] * columns_, bytes);
            const Source* from = data_ + (index != nullptr ? index[i] : first + i) * columns_;
            for (std::size_t panel = 0; panel < ours.count; ++panel) {
                const std::size_t columns = ours.columns_of(panel);
                T* into = out.block(panel, to + i);
                copy_numbers(from, columns, into);
                from += columns;
            }
        }
    }

    void fetch_row(std::size_t row) const override { fetch(data_ + row * columns_, columns_ * sizeof(Source)); }

private:
    static constexpr std::size_t kFetchedBytes = 2048;  // on their way at a time

    const Source* data_;
    std::size_t rows_, columns_;
};

// Compressed sparse rows, as SciPy has them: the columns of row r are indices[starts[r] .. starts[r + 1]).
template <class T, class Source>
class SparseRows final : public RowSource<T> {
public:
    SparseRows(const Source* values, const std::int64_t* indices, const std::int64_t* starts, std::size_t rows, std::size_t columns)
        : values_(values), indices_(indices), starts_(starts), rows_(rows), columns_(columns) {}
    std::size_t rows() const override { return rows_; }
    std::size_t columns() const override { return columns_; }

    void gather(const std::uint32_t* index, std::size_t first, std::size_t count, Matrix<T>& out, std::size_t to) const override {
        const auto width = static_cast<std::size_t>(out.panels.width);
        for (std::size_t i = 0; i < count; ++i) {
            const std::size_t row = index != nullptr ? index[i] : first + i;
            for (std::size_t panel = 0; panel < out.panels.count; ++panel) {
                T* into = out.block(panel, to + i);
                for (std::size_t c = 0; c < width; ++c) into[c] = T{0};
            }
            // Entries that name a column twice add up, as in SciPy.
            for (auto e = starts_[row]; e < starts_[row + 1]; ++e) {
                out.at(to + i, static_cast<std::size_t>(indices_[e])) += static_cast<T>(values_[e]);
            }
        }
    }

private:
    const Source* values_;
    const std::int64_t* indices_;
    const std::int64_t* starts_;
    std::size_t rows_, columns_;
};

// Numbers of any source, and codes beside them: [rows, code_columns].
template <class T>
class CodedRows final : public RowSource<T> {
public:
    CodedRows(std::unique_ptr<RowSource<T>> numbers, const std::int32_t* codes, std::size_t code_columns)
        : numbers_(std::move(numbers)), codes_(codes), code_columns_(code_columns) {}
    std::size_t rows() const override { return numbers_->rows(); }
    std::size_t columns() const override { return numbers_->columns(); }
    std::size_t code_columns() const override { return code_columns_; }

    void gather(const std::uint32_t* index, std::size_t first, std::size_t count, Matrix<T>& out, std::size_t to) const override {
        numbers_->gather(index, first, count, out, to);
    }

    void fetch_row(std::size_t row) const override { numbers_->fetch_row(row); }

    void gather_codes(const std::uint32_t* index, std::size_t first, std::size_t count, Codes& out, std::size_t to) const override {
        for (std::size_t i = 0; i < count; ++i) {
            const std::int32_t* from = codes_ + (index != nullptr ? index[i] : first + i) * code_columns_;
            for (std::size_t c = 0; c < code_columns_; ++c) out.column(c)[to + i] = from[c];
        }
    }

private:
    std::unique_ptr<RowSource<T>> numbers_;
    const std::int32_t* codes_;
    std::size_t code_columns_;
};

// Some rows of another source, in the order of a list: row i is its row chosen[i]. What is held out is not copied.
template <class T>
class ChosenRows final : public RowSource<T> {
public:
    ChosenRows(std::unique_ptr<RowSource<T>> all, const std::uint32_t* chosen, std::size_t count)
        : all_(std::move(all)), chosen_(chosen), count_(count) {}
    std::size_t rows() const override { return count_; }
    std::size_t columns() const override { return all_->columns(); }
    std::size_t code_columns() const override { return all_->code_columns(); }
    void fetch_row(std::size_t row) const override { all_->fetch_row(chosen_[row]); }

    void gather(const std::uint32_t* index, std::size_t first, std::size_t count, Matrix<T>& out, std::size_t to) const override {
        in_parts(index, first, count, [&](const std::uint32_t* rows, std::size_t n, std::size_t done) {
            all_->gather(rows, 0, n, out, to + done);
        });
    }

    void gather_codes(const std::uint32_t* index, std::size_t first, std::size_t count, Codes& out, std::size_t to) const override {
        in_parts(index, first, count, [&](const std::uint32_t* rows, std::size_t n, std::size_t done) {
            all_->gather_codes(rows, 0, n, out, to + done);
        });
    }

private:
    template <class Gather>
    void in_parts(const std::uint32_t* index, std::size_t first, std::size_t count, const Gather& gather) const {
        if (index == nullptr) {  // the list itself says which
            gather(chosen_ + first, count, 0);
            return;
        }
        std::array<std::uint32_t, 256> rows;  // NOLINT: written before it is read
        for (std::size_t done = 0; done < count; done += rows.size()) {
            const std::size_t n = std::min(rows.size(), count - done);
            for (std::size_t i = 0; i < n; ++i) rows[i] = chosen_[index[done + i]];
            gather(rows.data(), n, done);
        }
    }

    std::unique_ptr<RowSource<T>> all_;
    const std::uint32_t* chosen_;
    std::size_t count_;
};

}  // namespace glassnet
