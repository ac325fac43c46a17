// exp, expm1, log, log1p and the normal distribution's tail, on vectors, from which activations and losses are built.
//
// Design. Functions of float are computed in double and rounded once, at the end, so formulas can be written as in
// a book: as long as nothing cancels, an error of 2^-36 before that rounding makes 0.501 ULP after it. Functions of
// double have no wider type; for them real<double> is an unevaluated sum hi + lo that carries the rounding errors of
// + * / along to first order, and an activation ends near 1 ULP instead of the 3 or 4 that its plain formula would
// have. One source serves both: it is written for R, and real<float> is one double, real<double> two.
//
// What a function of float costs is the number of operations on doubles: all units of a processor are busy. So on AVX-512
// exp and log take their leading part from tables of 8 or 16 numbers that fit into one or two registers, where a permutation
// is as cheap as an addition; the polynomials that are left are half as long. And exponentials come in two degrees of
// exactness (Digits): not every function needs the finer one.
//
// Rejected: float arithmetic with corrections (3 to 5 times the operations of float: no faster than double, and every
// function needs an error analysis of its own). Rejected: tables in memory on other instruction sets (gathers are slow).
//
// Polynomials are minimax (Remez), fitted at 40 digits or more with the error weighted by the result's size;
// benchmarks/accuracy.py measures what comes out.
#pragma once

#include "wide.hpp"

namespace glassnet::GLASSNET_ISA {

// A catalog: the types of its entries.
template <class... Entry>
struct List {};

// c0 + x (c1 + x (c2 + ...))
template <int N, class... C>
GLASSNET_INLINE wide<N> polynomial(wide<N> x, double first, C... rest) {
    if constexpr (sizeof...(rest) == 0) {
        return first;
    } else {
        return fma(polynomial(x, rest...), x, first);
    }
}

template <class T, int N>
struct real;

// In place of float where one double is carried on from function to function, as in a formula: no shortcut is taken that only
// the rounding to a float at the end would forgive.
struct CarriedFloat {};

template <class T>
inline constexpr bool kSingle = false;
template <>
inline constexpr bool kSingle<float> = true;
template <>
inline constexpr bool kSingle<CarriedFloat> = true;
template <class T>
inline constexpr bool kCarriesOn = false;
template <>
inline constexpr bool kCarriesOn<CarriedFloat> = true;

template <class T, int N>
    requires kSingle<T>
struct real<T, N> {
    using V = wide<N>;
    static constexpr bool doubled = false;
    static constexpr bool carries_on = kCarriesOn<T>;
    V hi;

    GLASSNET_INLINE real(V x) : hi(x) {}
    GLASSNET_INLINE real(double x) : hi(x) {}
    GLASSNET_INLINE real(double x, double) : hi(x) {}
    GLASSNET_INLINE V round() const { return hi; }
    friend GLASSNET_INLINE real operator+(real a, real b) { return a.hi + b.hi; }
    friend GLASSNET_INLINE real operator-(real a, real b) { return a.hi - b.hi; }
    friend GLASSNET_INLINE real operator*(real a, real b) { return a.hi * b.hi; }
    friend GLASSNET_INLINE real operator/(real a, real b) { return a.hi * fast_reciprocal(b.hi); }
    friend GLASSNET_INLINE real operator-(real a) { return -a.hi; }
    friend GLASSNET_INLINE real inverse(real a) { return fast_reciprocal(a.hi); }
    friend GLASSNET_INLINE real multiply_add(real a, real b, real c) { return fma(a.hi, b.hi, c.hi); }
    friend GLASSNET_INLINE real times_power_of_two(real a, V power) { return a.hi * power; }
    friend GLASSNET_INLINE real minus_abs(real a) { return minus_abs(a.hi); }
    friend GLASSNET_INLINE real cut(real a, double limit) { return max(-limit, min(limit, a.hi)); }
    static GLASSNET_INLINE real difference(V a, V b) { return a - b; }
    friend GLASSNET_INLINE real select(masks<N> m, real a, real b) { return select(m, a.hi, b.hi); }
};

// hi + lo, where |lo| is at most a few units in the last place of hi.
template <int N>
struct real<double, N> {
    using V = wide<N>;
    static constexpr bool doubled = true;
    static constexpr bool carries_on = false;
    V hi, lo;

    GLASSNET_INLINE real(V x) : hi(x), lo(0.0) {}
    GLASSNET_INLINE real(double x) : hi(x), lo(0.0) {}
    GLASSNET_INLINE real(V high, V low) : hi(high), lo(low) {}
    GLASSNET_INLINE V round() const { return hi + lo; }

    // Knuth's sum of any two, and the sum of two of which the first is larger.
    static GLASSNET_INLINE real sum(V a, V b) {
        const V s = a + b, part = s - a;
        return {s, (a - (s - part)) + (b - part)};
    }
    static GLASSNET_INLINE real ordered_sum(V a, V b) {
        const V s = a + b;
        return {s, b - (s - a)};
    }
    // Without FMA the factors are cut in two by masks, which cannot overflow; the halves' products are exact.
    static GLASSNET_INLINE real product(V a, V b) {
        const V p = a * b;
        if constexpr (kHasFma) {
            return {p, fms(a, b, p)};
        } else {
            const V high_a = high_half(a), high_b = high_half(b), low_a = a - high_a, low_b = b - high_b;
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
        const V i = V(1.0) / b.hi;
        const V q = a.hi * i;
        const real back = product(q, b.hi);
        return {q, (((a.hi - back.hi) - back.lo) + fnma(q, b.lo, a.lo)) * i};
    }
    friend GLASSNET_INLINE real inverse(real a) { return real(1.0) / a; }
    friend GLASSNET_INLINE real multiply_add(real a, real b, real c) { return a * b + c; }
    friend GLASSNET_INLINE real times_power_of_two(real a, V power) { return {a.hi * power, a.lo * power}; }
    friend GLASSNET_INLINE real minus_abs(real a) { return select(lt(a.hi, 0.0), a, -a); }
    // a - b, which may be infinite.
    static GLASSNET_INLINE real difference(V a, V b) {
        const real d = sum(a, -b);
        return {d.hi, select(is_nan(d.lo), 0.0, d.lo)};
    }
    // To [-limit, limit]; lo, which may be NaN where hi is infinite, goes with what is cut off.
    friend GLASSNET_INLINE real cut(real a, double limit) {
        return {max(-limit, min(limit, a.hi)), select(le(abs(a.hi), limit), a.lo, 0.0)};
    }
    friend GLASSNET_INLINE real select(masks<N> m, real a, real b) {
        return {select(m, a.hi, b.hi), select(m, a.lo, b.lo)};
    }

private:
    static GLASSNET_INLINE V high_half(V x) {
        return bit_and(x, V::from_bits(0xfffffffff8000000));  // 26 of the 53 bits
    }
};

// p (c0 + c1 (k x) + c2 (k x)^2 + ...) for p, `power`
template <int N, class... C>
GLASSNET_INLINE wide<N> scaled_polynomial(wide<N> x, double k, double power, double first, C... rest) {
    if constexpr (sizeof...(rest) == 0) return first * power;
    else return fma(scaled_polynomial(x, k, power * k, rest...), x, first * power);
}

// e^x = 2^n (1 + s) with |s| < 0.42, where s is as exact as its own size, so that e^x - 1 is exact near 0 as well.
template <class R>
struct Exponential {
    using V = typename R::V;
    R s;
    V n;
    V power;  // 2^n; where R is doubled at least 2^-1000

    // e^x and e^x - 1, for use in sums.
    GLASSNET_INLINE R value() const {
        if constexpr (R::doubled) return times_power_of_two(R(1.0) + s, power);
        else return fma(s.hi, power, power);
    }
    GLASSNET_INLINE R minus_one() const {
        if constexpr (R::doubled) return R::sum(power, -1.0) + times_power_of_two(s, power);
        else return fma(s.hi, power, power - 1.0);
    }
    // factor * e^x, rounded once, overflowing and underflowing gradually like the product, not like e^x.
    GLASSNET_INLINE V times(R factor) const {
        if constexpr (R::doubled) return scale_by_power(((R(1.0) + s) * factor).round(), n);
        else return value().hi * factor.hi;
    }
};

inline constexpr double kLog2e = 0x1.71547652b82fep0;
inline constexpr double kLn2 = 0x1.62e42fefa39efp-1;
inline constexpr double kLn2High = 0x1.62e42feep-1;  // 33 bits, so that n * kLn2High is exact
inline constexpr double kLn2Low = 1.9082149292705877e-10;

// What is known of the exponent: nothing, that it is not positive, that it is at most 700 in size.
enum class Exponent : std::uint8_t { kAny, kFalling, kBounded };
// Relative errors of e^x and of s: with kFine at most 2^-38.5 and 2^-36, so that sums in which it cancels are exact enough;
// with kEnough 2^-33 and 2^-31.5: half a ULP of a float and 0.006 more. Doubled always 2^-58.
enum class Digits : std::uint8_t { kFine, kEnough };

// e^(x kHalves / 2). Beyond the range to which x is cut, every result is 0 or infinite. Doubled only e^x.
template <class R, Exponent kKnown = Exponent::kAny, Digits kDigits = Digits::kFine, int kHalves = 2>
GLASSNET_INLINE Exponential<R> exponential(R x) {
    using V = typename R::V;
    constexpr bool kFalling = kKnown == Exponent::kFalling;
    if constexpr (!R::doubled) {
        constexpr double kFactor = kHalves * 0.5, kSize = kHalves < 0 ? -kFactor : kFactor;
        V cut = x.hi;
        if constexpr (kKnown == Exponent::kAny) cut = min(V(700.0 / kSize), cut);
        if constexpr (kKnown != Exponent::kBounded) cut = max(V(-708.0 / kSize), cut);
        V power;
        constexpr bool kShort = kDigits == Digits::kEnough && !R::carries_on;
        constexpr int kSteps = kShort ? kManySteps : kFewSteps;
        const V n = V::template round_product<kSteps>(cut, kFactor * kLog2e * kSteps, power);
        const V r = fnma(n, kLn2 / (kSteps * kFactor), cut);  // e^(r kFactor) - 1 = s
        const auto rise = [r](auto... c) GLASSNET_INLINE_LAMBDA {
            // As s = r k + (r k)^2 (c0 + c1 (r k) + ...), in one operation less where k, the factor, is 1 or -1.
            if constexpr (kHalves == 2) return fma(r * r, polynomial(r, c...), r);
            else if constexpr (kHalves == -2) return fms(r * r, scaled_polynomial(r, -1.0, 1.0, c...), r);
            else return r * scaled_polynomial(r, kFactor, kFactor, 1.0, c...);
        };
        V s;
        if constexpr (kSteps == 16) {
            s = rise(0.500000000256772, 0.16666990656604228, 0.04166643588572545);
        } else if constexpr (kSteps == 8) {
            s = rise(0.4999999984785973, 0.16666666704578126, 0.0416699206559822, 0.008333421976115135);
        } else if constexpr (kShort) {
            s = rise(0.5000000044166503, 0.16666666370470962, 0.04166636090770814, 0.008333389369260999,
                     0.0013940627644562055, 0.00019845877225761836);
        } else {
            s = rise(0.49999999999750605, 0.16666666752755627, 0.04166666694883789, 0.00833328939349894,
                     0.0013888810110210992, 0.00019904712810791742, 2.4881582187791569e-05);
        }
        return {s, n, power};
    } else {
        const V cut = max(V(-1380.0), kFalling ? x.hi : min(V(720.0), x.hi));
        const V n = round(cut * kLog2e);
        // Where hi is cut off, lo, which may be NaN there, goes with it.
        const V high = cut - n * kLn2High, low = n * kLn2Low - select(eq(cut, x.hi), x.lo, 0.0);
        const V r = high - low, error = (high - r) - low;
        const V q = polynomial(r, 0.5, 0.16666666666666677, 0.0416666666666667, 0.008333333333321919,
                    0.0013888888888867379, 0.00019841269885464822, 2.4801587359703008e-05, 2.7557244825728376e-06,
                    2.755724336397194e-07, 2.510883540668176e-08, 2.0924284817254295e-09);
        return {R::ordered_sum(r, fma(r * r, q, fma(error, r, error))), n, power_of_two(max(-1000.0, min(1023.0, n)))};
    }
}

template <class R, Digits kDigits = Digits::kFine>
GLASSNET_INLINE Exponential<R> falling_exponential(R x) {
    return exponential<R, Exponent::kFalling, kDigits>(x);
}

// log of 2^n (1 + f) with sqrt(1/2) <= 1 + f < sqrt(2), as n log 2 + 2 atanh(f / (2 + f)).
template <class R>
GLASSNET_INLINE R log_of(typename R::V n, R f) {
    using V = typename R::V;
    const R s = f / (R(2.0) + f);
    const V w = s.hi * s.hi;
    if constexpr (!R::doubled) {
        const V p = polynomial(w, 0.6666666565715487, 0.40000333738151517, 0.2853735388486402, 0.23581924201382498);
        return fma(n, kLn2, s.hi * fma(w, p, 2.0));
    } else {
        const V p = polynomial(w, 0.6666666666666666, 0.4000000000000601, 0.28571428569139085, 0.2222222264095357,
                    0.18181776012185702, 0.15387079500838294, 0.13250304206725685, 0.13250127078758864);
        const R main = R(n * kLn2High) + times_power_of_two(s, 2.0);
        return {main.hi, main.lo + fma(n, kLn2Low, (s.hi * w) * p)};
    }
}

// The whole n for which x 2^-n lies in [sqrt(1/2), sqrt(2)], for positive normal x.
template <class V>
GLASSNET_INLINE V nearest_power(V x) {
    V n;
    exponent_and_fraction(x * 0x1.6a09e667f3bcdp0, n);
    return n;
}

// log(1 + u) for 0 <= u < 2^1000, exact in the relative sense near 0 as well.
template <class R>
GLASSNET_INLINE R log1p(R u) {
    using V = typename R::V;
    const V n = nearest_power(u.hi + 1.0), k = power_of_two(-n);
    if constexpr (!R::doubled) return log_of<R>(n, fma(u.hi, k, k - 1.0));
    else return log_of<R>(n, R(k - 1.0) + times_power_of_two(u, k));
}

// 1 / (1 + j / 15), rounded, and the logarithms of their inverses.
alignas(64) inline constexpr double kInverses[16] = {
    0x1.0000000000000p+0, 0x1.e000000000000p-1, 0x1.c3c3c3c3c3c3cp-1, 0x1.aaaaaaaaaaaabp-1,
    0x1.9435e50d79436p-1, 0x1.8000000000000p-1, 0x1.6db6db6db6db7p-1, 0x1.5d1745d1745d1p-1,
    0x1.4de9bd37a6f4ep-1, 0x1.4000000000000p-1, 0x1.3333333333333p-1, 0x1.2762762762762p-1,
    0x1.1c71c71c71c72p-1, 0x1.1249249249249p-1, 0x1.08d3dcb08d3ddp-1, 0x1.0000000000000p-1};
alignas(64) inline constexpr double kLogarithms[16] = {
    0.0, 0.06453852113757118, 0.12516314295400605, 0.1823215567939546, 0.2363887780642304, 0.2876820724517809,
    0.3364722366212129, 0.38299225225610584, 0.4274440148269396, 0.4700036292457356, 0.5108256237659907,
    0.5500463369192721, 0.587786664902119, 0.6241543090729939, 0.6592456288842639, 0.6931471805599453};

// log(1 + e^x) for e = exponential(x) and x <= 0; it underflows as gradually as e^x.
template <class R>
GLASSNET_INLINE R log_one_plus(const Exponential<R>& e) {
    using V = typename R::V;
    const R u = e.value();
    if constexpr (!R::doubled) {  // relative error 2^-36
        return u.hi * polynomial(u.hi, 0.9999999999811733, -0.49999999345793544, 0.33333295436391724,
                       -0.24999130384941567, 0.1998951919530981, -0.16590363775544806, 0.13921472193027018,
                       -0.11297324960999064, 0.08255390492481254, -0.049543033510914714, 0.02191226388243284,
                       -0.0061637394242945835, 0.0008131011452899367);
    } else {
        const R s = u / (R(2.0) + u), twice = times_power_of_two(s, 2.0);
        const V w = s.hi * s.hi;
        const V p = polynomial(w, 0.6666666666666667, 0.3999999999999414, 0.28571428572489554, 0.22222222126811575,
                    0.18181823150931986, 0.15384453204351226, 0.13336785625861663, 0.11716158218028178,
                    0.10971233593680135, 0.06999112448957157, 0.1645993350877967);
        const R sum(twice.hi, fma(s.hi * w, p, twice.lo));
        return select(lt(e.n, -60.0), R(e.times(1.0)), sum);
    }
}

// start + log(1 + e^x) for start >= 0. To floats with tables: u = e^x is at most 1/30 away from the nearest j / 15, and
// log(1 + u) = log(1 + f) - log c for c = 1 / (1 + j / 15), f = (1 + u) c - 1; kEnough for a float: 0.0063 of its ULP.
template <class R>
GLASSNET_INLINE R add_log_one_plus(R start, const Exponential<R>& e) {
    using V = typename R::V;
    if constexpr (kTables && !R::doubled && !R::carries_on) {
        const V u = e.value().hi, j = fma(u, 15.0, 0x1.8p52), c = lookup(kInverses, j), f = fma(u, c, c - 1.0);
        const V w = f * f, low = fma(f, 0.3333340118919284, -0.499999950697346);
        const V high = fma(f, 0.19920351471326847, -0.25020843207910615);
        return fma(w, fma(w, high, low), (lookup(kLogarithms, j) + start.hi) + f);
    } else {
        return start + log_one_plus(e);
    }
}

// log(x) for positive finite x, subnormal ones included.
template <class R>
GLASSNET_INLINE R log(typename R::V x) {
    using V = typename R::V;
    V shift = 0.0;
    if constexpr (R::doubled) {
        const auto tiny = lt(x, 0x1p-1000);
        x = select(tiny, x * 0x1p100, x);
        shift = select(tiny, -100.0, 0.0);
    }
    const V n = nearest_power(min(x, 0x1p1022));
    return log_of<R>(n + shift, scale_by_power(x, -n) - 1.0);
}

// normal_tail for floats where there are tables: for each quarter of an octave of a + 1, from 2 on and then from 1 to 2, a
// polynomial of what a is beyond its start. Relative error 2^-31.8, next to where gelu's slope is 0 2^-41.
alignas(64) inline constexpr double kTails[8][16] = {
    {0.2615782918585775, 0.20578066697534633, 0.16810200122246854, 0.14133133138031434, 0.12151394833683614,
     0.09441064129821167, 0.07691930497408386, 0.06477931432418038, 0.05589348242588298, 0.04379878886853579,
     0.03597488962063711, 0.0305094144952326, 0.49999999999953426, 0.41403210294750636, 0.34961883472028205,
     0.3002324623398905},
    {-0.13736398688053794, -0.09027127941553334, -0.06273827777652158, -0.04561395188350547, -0.03440043295333672,
     -0.021299714714414185, -0.014345755408583686, -0.01026639442068612, -0.007687902380548089, -0.004753180414459629,
     -0.003218494537120937, -0.0023198919611236517, -0.3989422801658876, -0.2954342545484418, -0.2241328629823447,
     -0.17376793361574125},
    {0.062107082430588954, 0.035186851756539364, 0.02131271516350412, 0.013648222960158343, 0.009156271064762361,
     0.004605880169945281, 0.0025952611884167234, 0.0015904730799524817, 0.0010390696945476677, 0.0005100803221943875,
     0.000285724345058379, 0.00017540946163482226, 0.2499999803466524, 0.1700867599443179, 0.1187761966742708,
     0.08495325347998472},
    {-0.025084501313182676, -0.012496639969268114, -0.006704157092460034, -0.0038310842802604084, -0.002310085257332392,
     -0.0009586364292071824, -0.0004564589926599886, -0.000241178091711961, -0.00013807500663215585,
     -5.4141423820945945e-05, -2.51729962217949e-05, -1.3189410970233188e-05, -0.1329801322257793, -0.08430387734162721,
     -0.05491476311810492, -0.036684248159875074},
    {0.009246552268960102, 0.004107564871470023, 0.0019750842251597157, 0.0010172437666273757, 0.0005545831773733103,
     0.00019242721623097673, 7.813680409666387e-05, 3.5819458127965926e-05, 1.7986322973477468e-05, 5.674976552541115e-06,
     2.1989519571911916e-06, 9.860357803003237e-07, 0.062490091444904444, 0.03724778510127479, 0.022827195651041455,
     0.014358700601952537},
    {-0.0031274087974658316, -0.0012541364279017946, -0.0005462593148250607, -0.0002558697386796948,
     -0.0001247489920545349, -3.6815954644445227e-05, -1.290183210292096e-05, -5.17480018350227e-06,
     -2.2359992320840206e-06, -5.770411160474203e-07, -1.881406957186459e-07, -7.29232261078265e-08, -0.026510551874911116,
     -0.014955908049504044, -0.008678507054388829, -0.005171623682458298},
    {0.0009189881159954503, 0.00033840418833906217, 0.00013555135955771203, 5.851291260705004e-05, 2.389959808535966e-05,
     6.185049840872364e-06, 1.915733458530038e-06, 6.848772082196368e-07, 2.3598389439811927e-07, 5.172635300892205e-08,
     1.4575523328027782e-08, 5.084821487562928e-09, 0.010001071809574108, 0.0053786393605625, 0.0029756588477320043,
     0.0016910051981405174},
    {-0.0001762010578480043, -6.113223634322885e-05, -2.3073154370289532e-05, -9.389897063284925e-06,
     -2.793686913839307e-06, -6.616640178540943e-07, -1.8814303918194935e-07, -6.198657684909254e-08,
     -1.4841343200762918e-08, -2.914955675664126e-09, -7.423794061008386e-10, -2.5479637701157185e-10,
     -0.002713078401483834, -0.0014078643505097996, -0.0007513856992379649, -0.0004118843455989968}};

// c_0 + x (c_1 + x (c_2 + ...)) with coefficients that are looked up: c_k is entry j of row k.
template <int kFirst, int kRows, int N>
GLASSNET_INLINE wide<N> polynomial_from(const double (&rows)[kRows][16], wide<N> x, wide<N> j) {
    if constexpr (kFirst + 1 == kRows) {
        return lookup(rows[kFirst], j);
    } else {
        const wide<N> rest = polynomial_from<kFirst + 1>(rows, x, j);  // first: registers are few
        return fma(rest, x, lookup(rows[kFirst], j));
    }
}

// The upper tail of the normal distribution without its exponential: P(X > a) e^(a*a/2), for a in [0, 15], doubled in
// [0, 39]. (a + k) times it is nearly constant and smooth in (a - k) / (a + k) (after Shepherd and Laframboise 1981). Relative
// error for floats 2^-31.7, next to where gelu's slope is 0 2^-39.
template <class R>
GLASSNET_INLINE R normal_tail(typename R::V a) {
    using V = typename R::V;
    if constexpr (kTables && !R::doubled) {
        V beyond;
        const V j = quarter_octave(a + 1.0, beyond);
        return polynomial_from<0>(kTails, beyond, j);
    } else if constexpr (!R::doubled) {
        const V i = fast_reciprocal(a + 4.0), t = (a - 4.0) * i;
        return i * polynomial(t, 0.7552851306207743, -0.607896642012502, 0.387137374786876, -0.18652185456536824,
                       0.06039710351902622, -0.007540057749023202, -0.003483598117648229, 0.0016283485511676286,
                       0.0001455789093022642, -0.00021894647919987537, -1.5555416074429565e-05, 1.5187100312199448e-05);
    } else {
        const R i = inverse(R(a) + R(5.0)), t = (R(a) - R(5.0)) * i;
        const V rest = polynomial(t.hi, -0.3135331566712877, 0.16502036617040708,
                       -0.06911863870686838, 0.020795066799266453, -0.0029933767620128706, -0.0007978693894285772,
                       0.0005448989939154091, -5.937580598221821e-05, -4.976246159983024e-05, 1.668163152115942e-05,
                       3.979819896434507e-06, -2.77069179421231e-06, -3.345958947967406e-07, 4.362303554943556e-07,
                       4.018588085557534e-08, -7.006225251754997e-08, -8.53126173964546e-09, 1.0744078791336779e-08,
                       2.184754623022221e-09, -1.1507094748531495e-09, -3.660341922352388e-10, 3.929909183545157e-12);
        // Where gelu's slope crosses 0, what is lost here counts several times: the largest terms are added as pairs.
        const R second = multiply_add(t, R(rest), R(0.4953056159699761));
        const R inner = multiply_add(t, second, R(-0.6653825028900568, -7.095935827258931e-19));
        return multiply_add(t, inner, R(0.769193049750063, -1.4228133471043166e-17)) * i;
    }
}

}  // namespace glassnet::GLASSNET_ISA
