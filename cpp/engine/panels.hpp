// Memory in panels: how a matrix of `columns` columns is laid out for one set of kernels (see kernels.hpp).
#pragma once

#include <cstddef>
#include <cstring>
#include <new>
#include <utility>

#include "kernels.hpp"
#include "product.hpp"

namespace glassnet {

inline std::size_t divide_up(std::size_t a, std::size_t b) { return (a + b - 1) / b; }

// Elements, zeroed, aligned to a cache line; movable, never resized while in use.
template <class T>
class Buffer {
public:
    Buffer() = default;
    explicit Buffer(std::size_t size) : size_(size) {
        if (size == 0) return;
        data_ = static_cast<T*>(::operator new(size * sizeof(T), kAlignment));
        std::memset(static_cast<void*>(data_), 0, size * sizeof(T));
    }
    ~Buffer() {
        if (data_ != nullptr) ::operator delete(data_, kAlignment);
    }
    Buffer(Buffer&& other) noexcept : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
    Buffer& operator=(Buffer&& other) noexcept {
        std::swap(data_, other.data_);
        std::swap(size_, other.size_);
        return *this;
    }
    Buffer(const Buffer&) = delete;
    Buffer& operator=(const Buffer&) = delete;

    T* data() { return data_; }
    const T* data() const { return data_; }
    std::size_t size() const { return size_; }
    T& operator[](std::size_t i) { return data_[i]; }
    const T& operator[](std::size_t i) const { return data_[i]; }
    void copy_from(const Buffer& other) { std::memcpy(static_cast<void*>(data_), other.data_, size_ * sizeof(T)); }

private:
    static constexpr std::align_val_t kAlignment{64};
    T* data_ = nullptr;
    std::size_t size_ = 0;
};

// Makes the cache lines of `data` this core's own before they are written: with a store of what is there, because `prefetchw`
// changed nothing where it was measured.
template <class T>
void claim(T* data, std::size_t size) {
    for (std::size_t i = 0; i < size; i += 64 / sizeof(T)) {
        volatile T* const line = data + i;
        *line = *line;
    }
}

// How many columns lie side by side, and how many such panels there are.
struct Panels {
    std::size_t columns = 0;
    int width = 0;
    std::size_t count = 0;

    std::size_t padded() const { return count * static_cast<std::size_t>(width); }
    std::size_t columns_of(std::size_t panel) const {
        const std::size_t first = panel * static_cast<std::size_t>(width);
        return columns - first < static_cast<std::size_t>(width) ? columns - first : static_cast<std::size_t>(width);
    }
};

// Three vectors wide where that leaves none empty, else two (an odd number of vectors gets an empty one: products skip it
// or lose less by it than by panels of a single vector, which are bound by loads), one where there is only one.
template <class T>
Panels panels_for(std::size_t columns, const ProductKernels<T>& kernels) {
    const auto vector = static_cast<std::size_t>(kernels.vector);
    const std::size_t vectors = divide_up(columns, vector);
    const std::size_t wide = vectors == 1 ? 1 : vectors % 3 == 0 && kernels.max_vectors >= 3 ? 3 : 2;
    return {columns, static_cast<int>(wide * vector), divide_up(vectors, wide)};
}

// A matrix of up to `rows` rows, in panels or (narrow) by column.
template <class T>
struct Matrix {
    Buffer<T> buffer;
    std::size_t rows = 0;
    std::size_t stride = 0;   // from one panel to the next; narrow: from one column to the next
    Panels panels;
    bool narrow = false;

    Matrix() = default;
    Matrix(std::size_t capacity, const Panels& layout, bool by_column)
        : rows(capacity), panels(layout), narrow(by_column) {
        // Columns start on cache lines of their own: 64 bytes hold 16 floats.
        stride = narrow ? divide_up(capacity, 16) * 16 : capacity * static_cast<std::size_t>(layout.width);
        buffer = Buffer<T>(stride * (narrow ? layout.columns : layout.count));
    }

    T* row(std::size_t r) { return buffer.data() + (narrow ? r : r * static_cast<std::size_t>(panels.width)); }
    const T* row(std::size_t r) const { return const_cast<Matrix*>(this)->row(r); }
    T* block(std::size_t panel, std::size_t r) { return row(r) + panel * stride; }
    const T* block(std::size_t panel, std::size_t r) const { return row(r) + panel * stride; }
    std::size_t parts() const { return narrow ? panels.columns : panels.count; }
    std::size_t part_size(std::size_t count) const { return narrow ? count : count * static_cast<std::size_t>(panels.width); }
    T& at(std::size_t r, std::size_t c) {
        if (narrow) return buffer[c * stride + r];
        const auto width = static_cast<std::size_t>(panels.width);
        return buffer[c / width * stride + r * width + c % width];
    }
    const T& at(std::size_t r, std::size_t c) const { return const_cast<Matrix*>(this)->at(r, c); }
};

}  // namespace glassnet
