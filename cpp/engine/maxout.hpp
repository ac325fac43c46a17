// Maxout: the largest of several linear pieces, and which it was.
#pragma once

#include "kernels.hpp"
#include "vec.hpp"

namespace glassnet::GLASSNET_ISA {

template <class T>
void maxout(T* z, T* y, std::size_t n, std::size_t pieces, std::size_t stride, bool with_slope) {
    constexpr std::size_t kSize = vec<T>::size;
    for (std::size_t i = 0; i < n; i += kSize) {
        vec<T> largest = vec<T>::load(z + i);
        // Nothing is greater than NaN, and the second comparison lets a later NaN in.
        for (std::size_t k = 1; k < pieces; ++k) {
            const vec<T> piece = vec<T>::load(z + i + k * stride);
            largest = select(gt(piece, largest) | is_nan(piece), piece, largest);
        }
        largest.store(y + i);
        if (!with_slope) continue;
        vec<T> left = vec<T>(T(1));  // until a piece has won
        for (std::size_t k = 0; k < pieces; ++k) {
            const mask<T> wins = eq(vec<T>::load(z + i + k * stride), largest);
            select(wins, left, vec<T>::zero()).store(z + i + k * stride);
            left = select(wins, vec<T>::zero(), left);
        }
    }
}

}  // namespace glassnet::GLASSNET_ISA
