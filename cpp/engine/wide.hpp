// wide<N>: N vectors of doubles that go through a formula side by side.
//
// A formula such as sigmoid is one chain of 25 dependent operations. Vectors that walk it one after the other wait for
// each operation's latency, as a processor looks only so far ahead; N side by side fill the gaps. And two vectors of
// doubles are what one of floats widens to.
#pragma once

#include "vec.hpp"

namespace glassnet::GLASSNET_ISA {

#define GLASSNET_EACH _Pragma("GCC unroll 4") for (int i = 0; i < N; ++i)
#define GLASSNET_EACH_OF(type, expression)  \
    {                                       \
        type r;                             \
        GLASSNET_EACH r.v[i] = expression;  \
        return r;                           \
    }

template <int N>
struct masks {
    mask<double> v[N];

    masks() = default;
    GLASSNET_INLINE masks(const masks& other) { GLASSNET_EACH v[i].m = other.v[i].m; }
    GLASSNET_INLINE masks& operator=(const masks& other) {
        GLASSNET_EACH v[i].m = other.v[i].m;
        return *this;
    }
    friend GLASSNET_INLINE masks operator&(masks a, masks b) GLASSNET_EACH_OF(masks, a.v[i] & b.v[i])
    friend GLASSNET_INLINE masks operator|(masks a, masks b) GLASSNET_EACH_OF(masks, a.v[i] | b.v[i])
    friend GLASSNET_INLINE bool any(masks a) {
        bool found = false;
        GLASSNET_EACH found = found || any(a.v[i]);
        return found;
    }
};

template <int N>
struct wide {
    vec<double> v[N];

    // Copied register by register: GCC would copy the array, or each struct in it, as a block of memory.
    wide() = default;
    GLASSNET_INLINE wide(const wide& other) { GLASSNET_EACH v[i].v = other.v[i].v; }
    GLASSNET_INLINE wide& operator=(const wide& other) {
        GLASSNET_EACH v[i].v = other.v[i].v;
        return *this;
    }
    GLASSNET_INLINE wide(double x) { GLASSNET_EACH v[i] = x; }

    static GLASSNET_INLINE wide from_bits(std::uint64_t bits) GLASSNET_EACH_OF(wide, vec<double>::from_bits(bits))
    friend GLASSNET_INLINE wide operator+(wide a, wide b) GLASSNET_EACH_OF(wide, a.v[i] + b.v[i])
    friend GLASSNET_INLINE wide operator-(wide a, wide b) GLASSNET_EACH_OF(wide, a.v[i] - b.v[i])
    friend GLASSNET_INLINE wide operator*(wide a, wide b) GLASSNET_EACH_OF(wide, a.v[i] * b.v[i])
    friend GLASSNET_INLINE wide operator/(wide a, wide b) GLASSNET_EACH_OF(wide, a.v[i] / b.v[i])
    friend GLASSNET_INLINE wide operator-(wide a) GLASSNET_EACH_OF(wide, -a.v[i])
    friend GLASSNET_INLINE wide fma(wide a, wide b, wide c) GLASSNET_EACH_OF(wide, fma(a.v[i], b.v[i], c.v[i]))
    friend GLASSNET_INLINE wide fms(wide a, wide b, wide c) GLASSNET_EACH_OF(wide, fms(a.v[i], b.v[i], c.v[i]))
    friend GLASSNET_INLINE wide fnma(wide a, wide b, wide c) GLASSNET_EACH_OF(wide, fnma(a.v[i], b.v[i], c.v[i]))
    friend GLASSNET_INLINE wide min(wide a, wide b) GLASSNET_EACH_OF(wide, min(a.v[i], b.v[i]))
    friend GLASSNET_INLINE wide max(wide a, wide b) GLASSNET_EACH_OF(wide, max(a.v[i], b.v[i]))
    friend GLASSNET_INLINE wide abs(wide a) GLASSNET_EACH_OF(wide, abs(a.v[i]))
    friend GLASSNET_INLINE wide minus_abs(wide a) GLASSNET_EACH_OF(wide, minus_abs(a.v[i]))
    friend GLASSNET_INLINE wide round(wide a) GLASSNET_EACH_OF(wide, round(a.v[i]))
    friend GLASSNET_INLINE wide copysign(wide a, wide b) GLASSNET_EACH_OF(wide, copysign(a.v[i], b.v[i]))
    friend GLASSNET_INLINE wide bit_and(wide a, wide b) GLASSNET_EACH_OF(wide, bit_and(a.v[i], b.v[i]))
    friend GLASSNET_INLINE wide power_of_two(wide n) GLASSNET_EACH_OF(wide, power_of_two(n.v[i]))
    friend GLASSNET_INLINE wide scale_by_power(wide x, wide n) GLASSNET_EACH_OF(wide, scale_by_power(x.v[i], n.v[i]))
    friend GLASSNET_INLINE wide fast_reciprocal(wide x) GLASSNET_EACH_OF(wide, fast_reciprocal(x.v[i]))
    template <int kSteps>
    static GLASSNET_INLINE wide round_product(wide x, double factor, wide& power)
        GLASSNET_EACH_OF(wide, vec<double>::round_product<kSteps>(x.v[i], factor, power.v[i]))
    friend GLASSNET_INLINE wide exponent_and_fraction(wide x, wide& exponent)
        GLASSNET_EACH_OF(wide, exponent_and_fraction(x.v[i], exponent.v[i]))
    friend GLASSNET_INLINE wide lookup(const double* table, wide index) GLASSNET_EACH_OF(wide, lookup(table, index.v[i]))
    friend GLASSNET_INLINE wide quarter_octave(wide x, wide& beyond)
        GLASSNET_EACH_OF(wide, quarter_octave(x.v[i], beyond.v[i]))
    friend GLASSNET_INLINE masks<N> lt(wide a, wide b) GLASSNET_EACH_OF(masks<N>, lt(a.v[i], b.v[i]))
    friend GLASSNET_INLINE masks<N> le(wide a, wide b) GLASSNET_EACH_OF(masks<N>, le(a.v[i], b.v[i]))
    friend GLASSNET_INLINE masks<N> gt(wide a, wide b) GLASSNET_EACH_OF(masks<N>, gt(a.v[i], b.v[i]))
    friend GLASSNET_INLINE masks<N> ge(wide a, wide b) GLASSNET_EACH_OF(masks<N>, ge(a.v[i], b.v[i]))
    friend GLASSNET_INLINE masks<N> eq(wide a, wide b) GLASSNET_EACH_OF(masks<N>, eq(a.v[i], b.v[i]))
    friend GLASSNET_INLINE masks<N> is_nan(wide a) GLASSNET_EACH_OF(masks<N>, is_nan(a.v[i]))
    // The masks come first and say what N is; the others may be numbers.
    static GLASSNET_INLINE wide blend(masks<N> m, wide a, wide b) GLASSNET_EACH_OF(wide, select(m.v[i], a.v[i], b.v[i]))
    friend GLASSNET_INLINE double sum(wide a) {
        vec<double> s = a.v[0];
        for (int i = 1; i < N; ++i) s = s + a.v[i];
        return sum(s);
    }
};

template <int N>
struct same {
    using type = wide<N>;
};

template <int N>
GLASSNET_INLINE wide<N> select(masks<N> m, typename same<N>::type a, typename same<N>::type b) {
    return wide<N>::blend(m, a, b);
}

// How many vectors of doubles the lanes of one vec<T> fill.
template <class T>
inline constexpr int kParts = vec<T>::size / vec<double>::size;

template <class T>
inline constexpr bool kIsFloat = kParts<T> == 2;

GLASSNET_INLINE wide<2> widen(vec<float> x) {
    wide<2> r;
    r.v[0] = widen_low(x);
    r.v[1] = widen_high(x);
    return r;
}

GLASSNET_INLINE wide<1> widen(vec<double> x) {
    wide<1> r;
    r.v[0] = x;
    return r;
}

GLASSNET_INLINE vec<double> load_double(const double* p) { return vec<double>::load(p); }
GLASSNET_INLINE void store_double(vec<double> x, double* p) { x.store(p); }

// `size` vectors from the first on, out of a wider one; and into it.
template <int kSize, int N>
GLASSNET_INLINE wide<kSize> part(const wide<N>& from, int first) {
    wide<kSize> r;
#pragma GCC unroll 4
    for (int i = 0; i < kSize; ++i) r.v[i] = from.v[first + i];
    return r;
}

template <int kSize, int N>
GLASSNET_INLINE void put(wide<N>& into, int first, const wide<kSize>& from) {
#pragma GCC unroll 4
    for (int i = 0; i < kSize; ++i) into.v[first + i] = from.v[i];
}

template <class T>
GLASSNET_INLINE vec<T> narrow(wide<kParts<T>> x) {
    if constexpr (kIsFloat<T>) {
        return narrow(x.v[0], x.v[1]);
    } else {
        return x.v[0];
    }
}

}  // namespace glassnet::GLASSNET_ISA
