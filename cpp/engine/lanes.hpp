// Whole vectors and the rest: loads, stores and counts of lanes at the end of an array.
#pragma once

#include <cstddef>

#include "math.hpp"

namespace glassnet::GLASSNET_ISA {

// A vec<T> widened, and the arithmetic for it.
template <class T>
using Wide = wide<kParts<T>>;
template <class T>
using Real = real<T, kParts<T>>;

template <class T>
GLASSNET_INLINE vec<T> load_lanes(const T* p, int lanes) {
    return lanes == vec<T>::size ? vec<T>::load(p) : vec<T>::load_first(p, lanes);
}

template <class T>
GLASSNET_INLINE void store_lanes(vec<T> x, T* p, int lanes) {
    if (lanes == vec<T>::size) {
        x.store(p);
    } else {
        x.store_first(p, lanes);
    }
}

// The lanes of a vector that starts at element `from` of `end`: between 0 and all.
template <class T>
GLASSNET_INLINE int lanes_at(std::size_t from, std::size_t end) {
    constexpr std::size_t kSize = vec<T>::size;
    if (from >= end) return 0;
    return static_cast<int>(end - from < kSize ? end - from : kSize);
}

}  // namespace glassnet::GLASSNET_ISA
