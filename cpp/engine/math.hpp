// exp, expm1, log, log1p and the normal distribution's tail, on vectors, from which activations and losses are built.
//
// Design. Functions of float are computed in double and rounded once, at the end, so formulas can be written as in a
// book: as long as nothing cancels, an error of 2^-36 before that rounding makes 0.501 ULP after it. Functions of double
// have no wider type; for them real<double> is an unevaluated sum hi + lo that carries the rounding errors of + * /
// along to first order, and an activation ends below 1 ULP instead of the 3 or 4 that its plain formula would have.
// One source serves both: T is the type of the result, real<float> is one double, real<double> two.
//
// Rejected: float arithmetic with corrections (3 to 5 times the operations of float: no faster than double, and every
// function needs an error analysis of its own). Rejected: tables (permutations exist on AVX-512 only).
//
// Polynomials are minimax (Remez), fitted at 60 digits; benchmarks/accuracy.py measures what comes out.
#pragma once

#include "vec.hpp"

namespace glassnet::GLASSNET_ISA {

// A catalog: the types of its entries.
template <class... Entry>
struct List {};

// c0 + x (c1 + x (c2 + ...))
template <class... C>
GLASSNET_INLINE vec<double> polynomial(vec<double> x, double first, C... rest) {
    if constexpr (sizeof...(rest) == 0) {
        return first;
    } else {
        return fma(polynomial(x, rest...), x, first);
    }
}

template <class T>
struct real;

template <>
struct real<float> {
    vec<double> hi;

    GLASSNET_INLINE real(vec<double> x) : hi(x) {}
    GLASSNET_INLINE real(double x) : hi(x) {}
    GLASSNET_INLINE real(double x, double) : hi(x) {}
    GLASSNET_INLINE vec<double> round() const { return hi; }
    friend GLASSNET_INLINE real operator+(real a, real b) { return a.hi + b.hi; }
    friend GLASSNET_INLINE real operator-(real a, real b) { return a.hi - b.hi; }
    friend GLASSNET_INLINE real operator*(real a, real b) { return a.hi * b.hi; }
    friend GLASSNET_INLINE real operator/(real a, real b) { return a.hi / b.hi; }
    friend GLASSNET_INLINE real operator-(real a) { return -a.hi; }
    friend GLASSNET_INLINE real multiply_add(real a, real b, real c) { return fma(a.hi, b.hi, c.hi); }
    friend GLASSNET_INLINE real times_power_of_two(real a, vec<double> power) { return a.hi * power; }
    friend GLASSNET_INLINE real select(mask<double> m, real a, real b) { return select(m, a.hi, b.hi); }
};

// hi + lo, where |lo| is at most a few units in the last place of hi.
template <>
struct real<double> {
    vec<double> hi, lo;

    GLASSNET_INLINE real(vec<double> x) : hi(x), lo(vec<double>::zero()) {}
    GLASSNET_INLINE real(double x) : hi(x), lo(vec<double>::zero()) {}
    GLASSNET_INLINE real(vec<double> high, vec<double> low) : hi(high), lo(low) {}
    GLASSNET_INLINE vec<double> round() const { return hi + lo; }

    // Knuth's sum of any two, and the sum of two of which the first is larger.
    static GLASSNET_INLINE real sum(vec<double> a, vec<double> b) {
        const vec<double> s = a + b, part = s - a;
        return {s, (a - (s - part)) + (b - part)};
    }
    static GLASSNET_INLINE real ordered_sum(vec<double> a, vec<double> b) {
        const vec<double> s = a + b;
        return {s, b - (s - a)};
    }
    // Without FMA the factors are cut in two by masks, which cannot overflow; the halves' products are exact.
    static GLASSNET_INLINE real product(vec<double> a, vec<double> b) {
        const vec<double> p = a * b;
        if constexpr (kHasFma) {
            return {p, fms(a, b, p)};
        } else {
            const vec<double> high_a = high_half(a), high_b = high_half(b), low_a = a - high_a, low_b = b - high_b;
            return {p, ((high_a * high_b - p) + (high_a * low_b + low_a * high_b)) + low_a * low_b};
        }
    }

    friend GLASSNET_INLINE real operator+(real a, real b) {
        const real s = sum(a.hi, b.hi);
        return {s.hi, s.lo + (a.lo + b.lo)};
    }
    friend GLASSNET_INLINE real operator-(real a) { return {-a.hi, -a.lo}; }
    friend GLASSNET_INLINE real operator-(real a, real b) { return a + -b; }
    friend GLASSNET_INLINE real operator*(real a, real b) {
        const real p = product(a.hi, b.hi);
        return {p.hi, fma(a.lo, b.hi, fma(a.hi, b.lo, p.lo))};
    }
    friend GLASSNET_INLINE real operator/(real a, real b) {
        const vec<double> inverse = vec<double>(1.0) / b.hi;
        const vec<double> q = a.hi * inverse;
        const real back = product(q, b.hi);
        return {q, (((a.hi - back.hi) - back.lo) + fnma(q, b.lo, a.lo)) * inverse};
    }
    friend GLASSNET_INLINE real multiply_add(real a, real b, real c) { return a * b + c; }
    friend GLASSNET_INLINE real times_power_of_two(real a, vec<double> power) { return {a.hi * power, a.lo * power}; }
    friend GLASSNET_INLINE real select(mask<double> m, real a, real b) {
        return {select(m, a.hi, b.hi), select(m, a.lo, b.lo)};
    }

private:
    static GLASSNET_INLINE vec<double> high_half(vec<double> x) {
        return bit_and(x, vec<double>::from_bits(0xfffffffff8000000));  // 26 of the 53 bits
    }
};

// Functions of float run on doubles, half a vector at a time.
template <class T>
inline constexpr int kHalves = vec<T>::size / vec<double>::size;

template <class T>
GLASSNET_INLINE vec<double> half(vec<T> x, int index) {
    if constexpr (kHalves<T> == 2) {
        return index == 0 ? widen_low(x) : widen_high(x);
    } else {
        return x;
    }
}

template <class T>
GLASSNET_INLINE vec<T> joined(const vec<double> (&halves)[kHalves<T>]) {
    if constexpr (kHalves<T> == 2) {
        return narrow(halves[0], halves[1]);
    } else {
        return halves[0];
    }
}

template <class T>
inline constexpr bool kIsFloat = kHalves<T> == 2;

// e^x = 2^n (1 + s) with |s| < 0.42. s is as exact as its own size, so e^x - 1 is exact near 0 as well.
template <class T>
struct Exponential {
    real<T> s;
    vec<double> n;

    // e^x, e^x - 1. Below 2^-1000 e^x reads 2^-1000, for use in sums with 1; `times` is exact there as well.
    GLASSNET_INLINE real<T> value() const {
        const vec<double> k = power();
        if constexpr (kIsFloat<T>) {
            return fma(s.hi, k, k);
        } else {
            return times_power_of_two(real<T>(1.0) + s, k);
        }
    }
    GLASSNET_INLINE real<T> minus_one() const {
        const vec<double> k = power();
        if constexpr (kIsFloat<T>) {
            return fma(s.hi, k, k - 1.0);
        } else {
            return real<T>(k - 1.0) + times_power_of_two(s, k);
        }
    }
    // factor * e^x, rounded once, overflowing and underflowing gradually like the product, not like e^x.
    GLASSNET_INLINE vec<double> times(real<T> factor) const {
        if constexpr (kIsFloat<T>) {
            return value().hi * factor.hi;
        } else {
            return scale_by_power(((real<T>(1.0) + s) * factor).round(), n);
        }
    }

private:
    GLASSNET_INLINE vec<double> power() const { return scale_by_normal_power(1.0, kIsFloat<T> ? n : max(-1000.0, n)); }
};

inline constexpr double kLog2e = 0x1.71547652b82fep0;
inline constexpr double kLn2 = 0x1.62e42fefa39efp-1;
inline constexpr double kLn2High = 0x1.62e42feep-1;  // 33 bits, so that n * kLn2High is exact
inline constexpr double kLn2Low = 1.9082149292705877e-10;

// Relative error 2^-37 for float (of s, too), 2^-56 for double. Beyond the clamped range every result is 0 or inf.
template <class T>
GLASSNET_INLINE Exponential<T> exponential(real<T> x) {
    constexpr double kLowest = kIsFloat<T> ? -708.0 : -1380.0, kHighest = kIsFloat<T> ? 700.0 : 720.0;
    const vec<double> clamped = max(kLowest, min(kHighest, x.hi));
    const vec<double> n = round(clamped * kLog2e);
    if constexpr (kIsFloat<T>) {
        const vec<double> r = fnma(n, kLn2, clamped);
        const vec<double> q = polynomial(r, 0.49999999999750605, 0.16666666752755627, 0.04166666694883789, 0.00833328939349894,
                                         0.0013888810110210992, 0.00019904712810791742, 2.4881582187791569e-05);
        return {fma(r * r, q, r), n};
    } else {
        // Beyond the range hi is cut off, and lo, which may be NaN there, goes with it.
        const vec<double> high = clamped - n * kLn2High, low = n * kLn2Low - select(eq(clamped, x.hi), x.lo, 0.0);
        const vec<double> r = high - low, error = (high - r) - low;
        const vec<double> q = polynomial(r, 0.5, 0.16666666666666677, 0.0416666666666667, 0.008333333333321919,
                                         0.0013888888888867379, 0.00019841269885464822, 2.4801587359703008e-05,
                                         2.7557244825728376e-06, 2.755724336397194e-07, 2.510883540668176e-08,
                                         2.0924284817254295e-09);
        return {real<T>::ordered_sum(r, fma(r * r, q, fma(error, r, error))), n};
    }
}

// log of 2^n (1 + f) with sqrt(1/2) <= 1 + f < sqrt(2), as n log 2 + 2 atanh(f / (2 + f)).
template <class T>
GLASSNET_INLINE real<T> log_of(vec<double> n, real<T> f) {
    const real<T> s = f / (real<T>(2.0) + f);
    const vec<double> w = s.hi * s.hi;
    if constexpr (kIsFloat<T>) {
        const vec<double> p =
            polynomial(w, 0.6666666565715487, 0.40000333738151517, 0.2853735388486402, 0.23581924201382498);
        return fma(n, kLn2, s.hi * fma(w, p, 2.0));
    } else {
        const vec<double> p = polynomial(w, 0.6666666666666666, 0.4000000000000601, 0.28571428569139085, 0.2222222264095357,
                                         0.18181776012185702, 0.15387079500838294, 0.13250304206725685,
                                         0.13250127078758864);
        const real<T> twice = times_power_of_two(s, 2.0);
        const real<T> main = real<T>(n * kLn2High) + twice;
        return {main.hi, main.lo + fma(n, kLn2Low, (s.hi * w) * p)};
    }
}

// The whole n for which x 2^-n lies in [sqrt(1/2), sqrt(2)], for positive normal x.
GLASSNET_INLINE vec<double> nearest_power(vec<double> x) {
    vec<double> n;
    exponent_and_fraction(x * 0x1.6a09e667f3bcdp0, n);
    return n;
}

// log(1 + u) for 0 <= u < 2^1000, exact in the relative sense near 0 as well.
template <class T>
GLASSNET_INLINE real<T> log1p(real<T> u) {
    const vec<double> n = nearest_power(1.0 + u.hi);
    const vec<double> k = scale_by_normal_power(1.0, -n);
    if constexpr (kIsFloat<T>) {
        return log_of<T>(n, fma(u.hi, k, k - 1.0));
    } else {
        return log_of<T>(n, real<T>(k - 1.0) + times_power_of_two(u, k));
    }
}

// log(1 + e^-a), where e = exponential(-a) and a >= 0; it underflows as gradually as e^-a.
template <class T>
GLASSNET_INLINE real<T> log_one_plus(const Exponential<T>& e) {
    const real<T> sum = log1p<T>(e.value());
    if constexpr (kIsFloat<T>) {
        return sum;
    } else {
        return select(lt(e.n, -60.0), real<T>(e.times(1.0)), sum);
    }
}

// log(x) for positive finite x, subnormal ones of T included.
template <class T>
GLASSNET_INLINE real<T> log(vec<double> x) {
    vec<double> shift = vec<double>::zero();
    if constexpr (!kIsFloat<T>) {
        const mask<double> tiny = lt(x, 0x1p-1000);
        x = select(tiny, x * 0x1p100, x);
        shift = select(tiny, -100.0, shift);
    }
    const vec<double> n = nearest_power(min(x, 0x1p1022));
    return log_of<T>(n + shift, scale_by_power(x, -n) - 1.0);
}

// The upper tail of the normal distribution without its exponential: P(X > a) e^(a*a/2), for a in [0, 15] (float) or
// [0, 39] (double). (a + k) times it is nearly constant and smooth in (a - k) / (a + k) (after Shepherd and Laframboise 1981).
template <class T>
GLASSNET_INLINE real<T> normal_tail(vec<double> a) {
    if constexpr (kIsFloat<T>) {
        const vec<double> inverse = vec<double>(1.0) / (a + 4.0);
        const vec<double> t = (a - 4.0) * inverse;
        return inverse * polynomial(t, 0.7552851304158835, -0.607896641974345, 0.3871374007140586, -0.18652185777500918,
                                    0.06039657594366066, -0.007540192627367186, -0.003479708322998872,
                                    0.0016308463034302334, 0.00013346662071555778, -0.00023116952291478228,
                                    -2.4052095721712026e-06, 3.506421913696117e-05, 1.7114034193828227e-06,
                                    -5.182129954762282e-06, -1.3050717339055975e-06);
    } else {
        const real<T> inverse = real<T>(1.0) / (real<T>(a) + real<T>(5.0));
        const real<T> t = (real<T>(a) - real<T>(5.0)) * inverse;
        const vec<double> rest = polynomial(
            t.hi, 0.4953056159699761, -0.3135331566712877, 0.16502036617040708, -0.06911863870686838, 0.020795066799266453,
            -0.0029933767620128706, -0.0007978693894285772, 0.0005448989939154091, -5.937580598221821e-05,
            -4.976246159983024e-05, 1.668163152115942e-05, 3.979819896434507e-06, -2.77069179421231e-06,
            -3.345958947967406e-07, 4.362303554943556e-07, 4.018588085557534e-08, -7.006225251754997e-08,
            -8.53126173964546e-09, 1.0744078791336779e-08, 2.184754623022221e-09, -1.1507094748531495e-09,
            -3.660341922352388e-10, 3.929909183545157e-12);
        const real<T> inner = multiply_add(t, rest, {-0.6653825028900568, -7.095935827258931e-19});
        return multiply_add(t, inner, {0.769193049750063, -1.4228133471043166e-17}) * inverse;
    }
}

}  // namespace glassnet::GLASSNET_ISA
