// Small passes over arrays: copies past the caches, and what is seen of a layer while it trains.
#pragma once

#include "kernels.hpp"
#include "losses.hpp"
#include "math.hpp"

namespace glassnet::GLASSNET_ISA {

// f(index of the first element, lanes) over n elements
template <class T, class F>
GLASSNET_INLINE void each_vector(std::size_t n, F f) {
    constexpr std::size_t kSize = vec<T>::size;
    std::size_t i = 0;
    for (; i + kSize <= n; i += kSize) f(i, static_cast<int>(kSize));
    if (i < n) f(i, static_cast<int>(n - i));
}

template <class T>
void multiply(T* d, const T* slope, std::size_t n) {
    each_vector<T>(n, [&](std::size_t i, int lanes) GLASSNET_INLINE_LAMBDA {
        store_lanes(load_lanes(d + i, lanes) * load_lanes(slope + i, lanes), d + i, lanes);
    });
}

template <class T>
void stream(const T* from, T* to, std::size_t n) {
    each_vector<T>(n, [&](std::size_t i, int lanes) GLASSNET_INLINE_LAMBDA {
        const vec<T> x = load_lanes(from + i, lanes);
        if (lanes == vec<T>::size) x.stream(to + i);
        else x.store_first(to + i, lanes);
    });
}

template <class T>
void activity(const T* data, std::size_t rows, int width, T* flags) {
    const std::size_t wide = static_cast<std::size_t>(width);
    for (std::size_t j = 0; j < wide; j += vec<T>::size) {
        vec<T> even = vec<T>::load(flags + j), odd = even;
        std::size_t r = 0;
        for (; r + 2 <= rows; r += 2) {
            even = max(even, abs(vec<T>::load(data + r * wide + j)));
            odd = max(odd, abs(vec<T>::load(data + (r + 1) * wide + j)));
        }
        if (r < rows) even = max(even, abs(vec<T>::load(data + r * wide + j)));
        max(even, odd).store(flags + j);
    }
}

template <class T>
std::size_t count_below(const T* slope, std::size_t n, T threshold) {
    std::size_t found = 0;
    each_vector<T>(n, [&](std::size_t i, int lanes) GLASSNET_INLINE_LAMBDA {
        const mask<T> below = lt(abs(load_lanes(slope + i, lanes)), threshold);
        found += static_cast<std::size_t>(count(lanes == vec<T>::size ? below : below & first_lanes<T>(lanes)));
    });
    return found;
}

// Adds to both sums. Several vectors go side by side, because one chain of additions would wait for each of them.
template <class T>
void moments(const T* data, std::size_t n, std::size_t runs, std::size_t stride, double* sum_of, double* sum_of_squares) {
    constexpr std::size_t kSize = vec<T>::size, kChains = 4 / kParts<T>;
    Wide<T> sums[kChains], squares[kChains];
    for (std::size_t c = 0; c < kChains; ++c) sums[c] = squares[c] = Wide<T>(0.0);
    const auto add = [&](std::size_t c, vec<T> part) GLASSNET_INLINE_LAMBDA {
        const Wide<T> x = widen(part);
        sums[c] = sums[c] + x;
        squares[c] = fma(x, x, squares[c]);
    };
    for (std::size_t run = 0; run < runs; ++run, data += stride) {
        std::size_t i = 0;
        for (; i + kChains * kSize <= n; i += kChains * kSize) {
#pragma GCC unroll 4
            for (std::size_t c = 0; c < kChains; ++c) add(c, vec<T>::load(data + i + c * kSize));
        }
        for (; i < n; i += kSize) add(0, load_lanes(data + i, lanes_at<T>(i, n)));
    }
    for (std::size_t c = 1; c < kChains; ++c) {
        sums[0] = sums[0] + sums[c];
        squares[0] = squares[0] + squares[c];
    }
    *sum_of += sum(sums[0]);
    *sum_of_squares += sum(squares[0]);
}

template <class T>
bool all_finite(const T* data, std::size_t n) {
    // x - x is 0 for finite x and NaN for the others, and NaN stays in a sum.
    constexpr std::size_t kSize = vec<T>::size;
    vec<T> doubt[4] = {vec<T>::zero(), vec<T>::zero(), vec<T>::zero(), vec<T>::zero()};
    std::size_t i = 0;
    for (; i + 4 * kSize <= n; i += 4 * kSize) {
#pragma GCC unroll 4
        for (std::size_t j = 0; j < 4; ++j) {
            const vec<T> x = vec<T>::load(data + i + j * kSize);
            doubt[j] = doubt[j] + (x - x);
        }
    }
    for (; i < n; i += kSize) {
        const vec<T> x = load_lanes(data + i, lanes_at<T>(i, n));
        doubt[0] = doubt[0] + (x - x);
    }
    return !any(is_nan((doubt[0] + doubt[1]) + (doubt[2] + doubt[3])));
}

}  // namespace glassnet::GLASSNET_ISA
