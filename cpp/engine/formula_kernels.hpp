// The operations of the formula machine, on vectors.
#pragma once

#include "activation_kernels.hpp"
#include "formula_table.hpp"

namespace glassnet::GLASSNET_ISA {

// Vectors side by side, as in activation_kernels.hpp.
inline constexpr int kCarried = kRegisters == 32 ? 4 : 2;

template <class Function>
GLASSNET_INLINE void each_vector(std::size_t n, Function function) {
    for (std::size_t i = 0; i < n; i += vec<double>::size) function(i);
}

template <FormulaBinary kOperation>
GLASSNET_INLINE vec<double> binary_of(vec<double> a, vec<double> b) {
    using enum FormulaBinary;
    const vec<double> zero = vec<double>::zero();
    if constexpr (kOperation == kAdd) return a + b;
    if constexpr (kOperation == kSubtract) return a - b;
    if constexpr (kOperation == kMultiply) return a * b;
    if constexpr (kOperation == kDivide) return a / b;
    if constexpr (kOperation == kMinimum) return select(is_nan(a), a, select(le(a, b), a, b));
    if constexpr (kOperation == kMaximum) return select(is_nan(a), a, select(gt(a, b), a, b));
    if constexpr (kOperation == kLess) return select(lt(a, b), vec<double>(1.0), zero);
    if constexpr (kOperation == kLessEqual) return select(le(a, b), vec<double>(1.0), zero);
    if constexpr (kOperation == kMultiplyUnlessZero) return select(eq(a, zero), zero, a * b);
}

template <FormulaBinary kOperation>
void formula_binary(const double* a, const double* b, double* out, std::size_t n) {
    each_vector(n, [=](std::size_t i) GLASSNET_INLINE_LAMBDA {
        binary_of<kOperation>(vec<double>::load(a + i), vec<double>::load(b + i)).store(out + i);
    });
}

inline constexpr double kTwoOverRootPi = 0x1.20dd750429b6dp0;

// 1 - erf(z) for z >= 0, from the tail of the normal distribution: 2 P(X > sqrt(2) z). For floats too in the arithmetic of
// doubles, because what comes of it may be a logarithm: log(erfc(20)) is a number like any other.
template <int N>
GLASSNET_INLINE wide<N> upper_erfc(wide<N> given) {
    using R = real<double, N>;
    const wide<N> z = min(wide<N>(27.5), given), a = z * 0x1.6a09e667f3bcdp0;
    const wide<N> y = falling_exponential<R>(-(R(z) * R(z))).times(times_power_of_two(normal_tail<R>(a), 2.0));
    return select(is_nan(given), given, select(gt(given, 27.3), 0.0, y));
}

template <FormulaUnary kOperation, class T, int N>
GLASSNET_INLINE wide<N> unary_of(wide<N> x) {
    using enum FormulaUnary;
    using R = real<T, N>;
    using V = wide<N>;
    if constexpr (kOperation == kNegate) return -x;
    if constexpr (kOperation == kAbs) return abs(x);
    if constexpr (kOperation == kSign) return select(eq(x, 0.0) | is_nan(x), x, copysign(V(1.0), x));
    if constexpr (kOperation == kExp) {
        const V y = exponential<R>(R(x)).times(R(1.0));
        // Doubles reach further than the floats that the cheaper exponential is made for.
        if constexpr (!R::doubled) return select(lt(x, -708.0), 0.0, select(gt(x, 700.0), V::from_bits(0x7ff0000000000000), y));
        return y;
    }
    if constexpr (kOperation == kExpm1) {
        const V y = exponential<R>(R(x)).minus_one().round();
        if constexpr (!R::doubled) return select(gt(x, 700.0), V::from_bits(0x7ff0000000000000), select(eq(x, 0.0), x, y));
        return select(gt(x, 709.78), V::from_bits(0x7ff0000000000000), select(eq(x, 0.0), x, y));
    }
    if constexpr (kOperation == kLog || kOperation == kLog1p) {
        const V infinity = V::from_bits(0x7ff0000000000000), nan = V::from_bits(0x7ff8000000000000);
        const V argument = kOperation == kLog ? x : x + 1.0;
        V y;
        if constexpr (kOperation == kLog) {
            const auto tiny = lt(x, 0x1p-1000);
            const V usable = select(tiny, x * 0x1p100, min(V(0x1.fffffffffffffp1023), x));
            y = log<R>(select(gt(usable, 0.0), usable, 1.0)).round() - select(tiny, 100.0 * kLn2, 0.0);
        } else {
            // Below 0 by log(1 + x) = -log(1 + u) with u = -x / (1 + x); below -1/2 the sum 1 + x is exact as it is.
            const auto negative = lt(x, 0.0), far = lt(x, -0.5);
            const V u = select(negative, -x / argument, x), usable = select(far, 0.0, min(V(0x1p1000), max(V(0.0), u)));
            const V near = log1p<R>(R(usable)).round();
            const V low = log<R>(select(far & gt(argument, 0.0), argument, 1.0)).round();
            y = select(far, low, select(negative, -near, near));
        }
        y = select(eq(x, infinity), infinity, select(eq(argument, 0.0), -infinity, y));
        return select(lt(argument, 0.0), nan, select(is_nan(x), x, y));
    }
    if constexpr (kOperation == kErf) {
        const V w = x * x, small = x * polynomial(w, kTwoOverRootPi, -kTwoOverRootPi / 3.0, kTwoOverRootPi / 10.0,
                                                  -kTwoOverRootPi / 42.0, kTwoOverRootPi / 216.0, -kTwoOverRootPi / 1320.0,
                                                  kTwoOverRootPi / 9360.0, -kTwoOverRootPi / 75600.0,
                                                  kTwoOverRootPi / 685440.0, -kTwoOverRootPi / 6894720.0,
                                                  kTwoOverRootPi / 76204800.0, -kTwoOverRootPi / 918086400.0);
        return select(lt(w, 0.75), small, copysign(1.0 - upper_erfc<N>(abs(x)), x));
    }
    if constexpr (kOperation == kErfc) {
        const V upper = upper_erfc<N>(abs(x));
        return select(lt(x, 0.0), 2.0 - upper, upper);
    }
}

template <FormulaUnary kOperation, class T>
void formula_unary(const double* a, double* out, std::size_t n) {
    if constexpr (kOperation == FormulaUnary::kSqrt) {
        each_vector(n, [=](std::size_t i) GLASSNET_INLINE_LAMBDA { sqrt(vec<double>::load(a + i)).store(out + i); });
    } else if constexpr (kOperation == FormulaUnary::kFloor) {
        each_vector(n, [=](std::size_t i) GLASSNET_INLINE_LAMBDA { floor(vec<double>::load(a + i)).store(out + i); });
    } else {
        constexpr std::size_t kSize = vec<double>::size, kStep = kSize * kCarried;
        for (std::size_t i = 0; i < n; i += kStep) {
            wide<kCarried> x;
#pragma GCC unroll 4
            for (int k = 0; k < kCarried; ++k) {
                const std::size_t at = i + static_cast<std::size_t>(k) * kSize;
                x.v[k] = at < n ? vec<double>::load(a + at) : vec<double>::zero();
            }
            const wide<kCarried> y = unary_of<kOperation, T, kCarried>(x);
#pragma GCC unroll 4
            for (int k = 0; k < kCarried; ++k) {
                const std::size_t at = i + static_cast<std::size_t>(k) * kSize;
                if (at < n) y.v[k].store(out + at);
            }
        }
    }
}

inline void formula_where(const double* condition, const double* a, const double* b, double* out, std::size_t n) {
    each_vector(n, [=](std::size_t i) GLASSNET_INLINE_LAMBDA {
        const mask<double> otherwise = eq(vec<double>::load(condition + i), vec<double>::zero());
        select(otherwise, vec<double>::load(b + i), vec<double>::load(a + i)).store(out + i);
    });
}

inline void formula_write32(const double* value, const double* x, float* y, std::size_t n) {
    for (std::size_t i = 0; i < n; i += vec<float>::size) {
        const int lanes = lanes_at<float>(i, n);
        wide<2> result, from;
#pragma GCC unroll 2
        for (int k = 0; k < 2; ++k) {
            const std::size_t at = i + static_cast<std::size_t>(k) * vec<double>::size;
            result.v[k] = vec<double>::load(value + at);
            from.v[k] = vec<double>::load(x + at);
        }
        store_lanes(narrow<float>(select(is_nan(from), from, result)), y + i, lanes);
    }
}

inline void formula_write64(const double* value, const double* x, double* y, std::size_t n) {
    for (std::size_t i = 0; i < n; i += vec<double>::size) {
        const vec<double> from = vec<double>::load(x + i), result = vec<double>::load(value + i);
        store_lanes(select(is_nan(from), from, result), y + i, lanes_at<double>(i, n));
    }
}

inline void formula_read32(const float* x, double* to, std::size_t n) {
    for (std::size_t i = 0; i < n; i += vec<float>::size) {
        const wide<2> from = widen(load_lanes(x + i, lanes_at<float>(i, n)));
#pragma GCC unroll 2
        for (int k = 0; k < 2; ++k) from.v[k].store(to + i + static_cast<std::size_t>(k) * vec<double>::size);
    }
}

// The arithmetic of an activation on doubles: that of floats where it is exact enough.
template <bool kAsDouble, int N>
struct Carried {
    using type = real<CarriedFloat, N>;
};

template <int N>
struct Carried<true, N> {
    using type = real<double, N>;
};

// An activation on doubles, in the machine of a formula of floats.
template <class F, bool kSlope>
GLASSNET_INLINE void carried(const double* x, double* y, double* slope, std::size_t n, const Parameters& given) {
    const Parameters parameters = given;  // a copy that no store can alias
    constexpr std::size_t kSize = vec<double>::size, kStep = kSize * kCarried;
    for (std::size_t i = 0; i < n; i += kStep) {
        wide<kCarried> from, value, bend;
#pragma GCC unroll 4
        for (int k = 0; k < kCarried; ++k) {
            const std::size_t at = i + static_cast<std::size_t>(k) * kSize;
            from.v[k] = vec<double>::load_first(x + at, lanes_at<double>(at, n));
        }
        if constexpr (F::arithmetic == Arithmetic::kDirect) {
#pragma GCC unroll 4
            for (int k = 0; k < kCarried; ++k) {
                const Curve<vec<double>> one = F::template at<double>(from.v[k], parameters);
                value.v[k] = one.value;
                bend.v[k] = one.slope;
            }
        } else {
            using R = typename Carried<F::carried_as_double, kCarried>::type;
            const Curve<wide<kCarried>> all = F::template at<R>(from, parameters);
            value = all.value;
            bend = all.slope;
        }
#pragma GCC unroll 4
        for (int k = 0; k < kCarried; ++k) {
            const std::size_t at = i + static_cast<std::size_t>(k) * kSize;
            value.v[k].store_first(y + at, lanes_at<double>(at, n));
            if constexpr (kSlope) bend.v[k].store_first(slope + at, lanes_at<double>(at, n));
        }
    }
}

template <class F>
void carried_value(const double* x, double* y, std::size_t n, const Parameters& parameters) {
    carried<F, false>(x, y, nullptr, n, parameters);
}

template <class F>
void carried_value_and_slope(const double* x, double* y, double* slope, std::size_t n, const Parameters& parameters) {
    carried<F, true>(x, y, slope, n, parameters);
}

template <class F>
constexpr ActivationKernel<double> carried_kernel() {
    ActivationKernel<double> kernel{};
    kernel.name = F::name;
    kernel.parameter_count = F::parameter_count;
    kernel.value = &carried_value<F>;
    kernel.value_and_slope = &carried_value_and_slope<F>;
    return kernel;
}

template <class Activations>
struct CarriedEntries;

template <class... F>
struct CarriedEntries<List<F...>> {
    static constexpr ActivationKernel<double> all[] = {carried_kernel<F>()...};
    static constexpr ActivationTable<double> table = {all, sizeof...(F)};
};

}  // namespace glassnet::GLASSNET_ISA
