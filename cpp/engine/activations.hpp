// The activation functions: value and slope of each, from the input.
//
// Slopes are computed from the input, not from the rounded output as y (1 - y): that is exactly 0 beyond x = 17, where
// the truth is 4e-8. Above each function stands the largest error of its value and slope in ULP: for float over all
// 2^32 inputs, for double over 2 * 10^6. NaN stays NaN, and infinite inputs give the limits. Next to where a slope
// crosses 0 (gelu, silu) its error is below 1e-12 for float and 1e-15 for double instead.
//
// To add a function: write its struct, put it into the list `Activations` below.
#pragma once

#include "kernels.hpp"
#include "math.hpp"

namespace glassnet::GLASSNET_ISA {

template <class V>
struct Curve {
    V value, slope;
};

// Where each lane has a parameter of its own, which is learned.
template <class V>
struct UnitCurve {
    V value, slope, by_parameter;
};

// Functions that are exact in T itself (kDirect) get vec<T>; the others doubles, whatever T is.
enum class Arithmetic : std::uint8_t { kDirect, kDouble };

struct Smooth {
    static constexpr Arithmetic arithmetic = Arithmetic::kDouble;
    static constexpr Backward backward = Backward::kSlope;
    static constexpr int parameter_count = 0;
    static constexpr bool zero_at_zero = true;
    // A unit counts as saturated on a row where its slope is below a twentieth of the largest. Only functions that
    // level off on both sides can saturate; on one side, units are said to be inactive or dead instead.
    static constexpr double saturation = 0.0;
};

// x. Exact.
struct Identity : Smooth {
    static constexpr auto name = "identity";
    static constexpr Arithmetic arithmetic = Arithmetic::kDirect;
    static constexpr Backward backward = Backward::kOne;
    template <class T>
    static GLASSNET_INLINE Curve<vec<T>> at(vec<T> x, const Parameters&) {
        return {x, select(is_nan(x), x, T(1))};
    }
};

// max(x, 0). Exact. The slope at 0 is 0.
struct Relu : Smooth {
    static constexpr auto name = "relu";
    static constexpr Arithmetic arithmetic = Arithmetic::kDirect;
    static constexpr Backward backward = Backward::kOutput;
    template <class T>
    static GLASSNET_INLINE Curve<vec<T>> at(vec<T> x, const Parameters&) {
        const vec<T> zero = vec<T>::zero();
        const mask<T> off = le(x, zero);
        return {select(off, zero, x), select(off, zero, select(is_nan(x), x, T(1)))};
    }
};

// x for x > 0, else slope * x. Float 0.5, double 0.5. The slope at 0 is the negative side's.
struct LeakyRelu : Smooth {
    static constexpr auto name = "leaky_relu";
    static constexpr int parameter_count = 1;
    template <class R, class V = typename R::V>
    static GLASSNET_INLINE Curve<V> at(V x, const Parameters& p) {
        const auto on = gt(x, 0.0);
        return {select(on, x, x * p.value[0]), select(on, 1.0, select(is_nan(x), x, p.value[0]))};
    }
};

// The same, where units learn the slope. By the slope: x for x <= 0, else 0. Exact but for one product, 0.5.
struct Prelu : LeakyRelu {
    static constexpr auto name = "prelu";
    static constexpr Arithmetic unit_arithmetic = Arithmetic::kDirect;
    template <class T>
    static GLASSNET_INLINE UnitCurve<vec<T>> at_unit(vec<T> x, vec<T> slope) {
        const mask<T> on = gt(x, vec<T>::zero());
        return {select(on, x, x * slope), select(on, vec<T>(T(1)), select(is_nan(x), x, slope)), select(on, vec<T>::zero(), x)};
    }
};

// 1 / (1 + e^-x); slope = e / (1 + e)^2 with e = e^-|x|. Float 0.501, double 0.8.
struct Sigmoid : Smooth {
    static constexpr auto name = "sigmoid";
    static constexpr bool zero_at_zero = false;
    static constexpr double saturation = 0.05 * 0.25;
    template <class R, class V = typename R::V>
    static GLASSNET_INLINE Curve<V> at(V x, const Parameters&) {
        const Exponential<R> e = falling_exponential<R>(-abs(x));
        const R i = inverse(R(1.0) + e.value());
        return {select(lt(x, 0.0), e.times(i), i.round()), e.times(i * i)};
    }
};

// tanh(x) = -m / (2 + m) with m = e^(-2|x|) - 1; slope = 4 e / (1 + e)^2. Float 0.501, double 0.8.
struct Tanh : Smooth {
    static constexpr auto name = "tanh";
    static constexpr double saturation = 0.05;
    template <class R, class V = typename R::V>
    static GLASSNET_INLINE Curve<V> at(V x, const Parameters&) {
        const Exponential<R> e = falling_exponential<R>(abs(x) * -2.0);
        const R m = e.minus_one();
        const R i = inverse(R(2.0) + m);
        return {copysign((m * i).round(), x), e.times(times_power_of_two(i * i, 4.0))};
    }
};

// x for x > 0, else alpha (e^x - 1). Float 0.501, double 0.8 (without FMA 1.4). The slope at 0 is alpha.
struct Elu : Smooth {
    static constexpr auto name = "elu";
    static constexpr int parameter_count = 1;
    template <class R, class V = typename R::V>
    static GLASSNET_INLINE Curve<V> at(V x, const Parameters& p) {
        const R alpha = p.value[0];
        const Exponential<R> e = falling_exponential<R>(min(0.0, x));
        return {select(ge(x, 0.0), x, (e.minus_one() * alpha).round()), select(gt(x, 0.0), 1.0, e.times(alpha))};
    }
};

// lambda x for x > 0, else lambda alpha (e^x - 1), with the constants of Klambauer et al. 2017, arXiv:1706.02515.
// Float 0.501, double 0.9 (without FMA 1.5). The slope at 0 is lambda alpha.
struct Selu : Smooth {
    static constexpr auto name = "selu";
    template <class R, class V = typename R::V>
    static GLASSNET_INLINE Curve<V> at(V x, const Parameters&) {
        constexpr double kLambda = 1.0507009873554805, kLambdaLow = 3.9874847667154144e-17;
        const R lambda_alpha(1.7580993408473768, 1.41535193800845e-17);
        const Exponential<R> e = falling_exponential<R>(min(0.0, x));
        return {select(ge(x, 0.0), fma(x, kLambda, x * kLambdaLow), (e.minus_one() * lambda_alpha).round()),
                select(gt(x, 0.0), kLambda, e.times(lambda_alpha))};
    }
};

// log(1 + e^x) = max(x, 0) + log1p(e^-|x|); its slope is the sigmoid. Float 0.501, double 0.8.
struct Softplus : Smooth {
    static constexpr auto name = "softplus";
    static constexpr bool zero_at_zero = false;
    template <class R, class V = typename R::V>
    static GLASSNET_INLINE Curve<V> at(V x, const Parameters& p) {
        const Exponential<R> e = falling_exponential<R>(-abs(x));
        V value = (R(max(0.0, x)) + log_one_plus(e)).round();
        if constexpr (R::doubled) value = select(gt(x, 40.0), x, value);  // infinity
        return {value, Sigmoid::at<R>(x, p).value};
    }
};

// x P(X < x) for a normal X, computed from the upper tail at a = |x|: relative errors stay small however far out.
// Float 0.501, double 1.5.
struct Gelu : Smooth {
    static constexpr auto name = "gelu";
    template <class R, class V = typename R::V>
    static GLASSNET_INLINE Curve<V> at(V x, const Parameters&) {
        const auto negative = lt(x, 0.0);
        const V a = min(R::doubled ? 39.0 : 15.0, abs(x));
        const Exponential<R> e = falling_exponential<R>(times_power_of_two(R(a) * R(a), -0.5));
        const R tail = normal_tail<R>(a);
        const V lost = e.times(tail * R(a));
        const V bend = e.times(tail - R(a) * R(0.3989422804014327, -2.49232720227773e-17));
        return {select(negative, -lost, x - lost), select(negative, bend, 1.0 - bend)};
    }
};

// x sigmoid(beta x); slope = (1 + e + z e) / (1 + e)^2 for z = beta x >= 0, e (1 + e + z) / (1 + e)^2 for z < 0.
// Float 0.501, double 0.9, slope 1.1. By beta: e x^2 / (1 + e)^2, for |x| up to 1e150; float 0.501, double 0.8.
struct Silu : Smooth {
    static constexpr auto name = "silu";
    static constexpr int parameter_count = 1;
    static constexpr Arithmetic unit_arithmetic = Arithmetic::kDouble;
    template <class R, class V = typename R::V>
    static GLASSNET_INLINE Curve<V> at(V x, const Parameters& p) {
        const UnitCurve<V> curve = at_unit<R>(x, V(p.value[0]));
        return {curve.value, curve.slope};
    }
    template <class R, class V = typename R::V>
    static GLASSNET_INLINE UnitCurve<V> at_unit(V x, V beta) {
        // Bounds keep inf * 0 away; beyond |z| = 1500 sigmoid and slope have long been 0 or 1.
        constexpr double kLargest = R::doubled ? 0x1.fffffffffffffp1023 : 0x1.fffffep127;
        const V finite = max(-kLargest, min(kLargest, x));
        const R z = R(finite) * R(beta), bounded = cut(z, 1500.0);
        const auto negative = lt(z.hi, 0.0);
        const Exponential<R> e = falling_exponential<R>(minus_abs(bounded));
        const R one = 1.0, value = e.value(), i = inverse(one + value), ii = i * i, scaled = R(finite) * i;
        V low = e.times(scaled), high = x * i.hi;
        if constexpr (R::doubled) {
            low = select(lt(z.hi, -1380.0), copysign(0.0, x), low);
            high = select(eq(x, finite), copysign(scaled.round(), x), high);  // -0 stays -0
        }
        const V rising = e.times((one + value + bounded) * ii), level = ((one + value * (one + bounded)) * ii).round();
        const R near = R(max(-1e150, min(1e150, x))) * i;  // its square is finite
        const auto level_off = gt(abs(bounded.hi), R::doubled ? 1379.0 : 700.0);  // where it has long been 0
        return {select(negative, low, high), select(negative, rising, level), select(level_off, 0.0, e.times(near * near))};
    }
};

// e^x. Float 0.501, double 0.8.
struct Exp : Smooth {
    static constexpr auto name = "exp";
    static constexpr bool zero_at_zero = false;
    template <class R, class V = typename R::V>
    static GLASSNET_INLINE Curve<V> at(V x, const Parameters&) {
        const V y = exponential<R>(x).times(1.0);
        return {y, y};
    }
};

using Activations = List<Identity, Sigmoid, Tanh, Relu, LeakyRelu, Prelu, Elu, Selu, Softplus, Gelu, Silu, Exp>;

}  // namespace glassnet::GLASSNET_ISA
