// Activations whose bend is an exponential: sigmoids, ELU and its relatives, softplus.
#pragma once

#include "activations/base.hpp"

namespace glassnet::GLASSNET_ISA {

// 1 / (1 + e^-x); slope = e / (1 + e)^2 with e = e^-x, for double e^-|x|. Float 0.501, double 0.8.
struct Sigmoid : Smooth {
    static constexpr auto name = "sigmoid";
    static constexpr bool zero_at_zero = false;
    static constexpr double saturation = 0.05 * 0.25;
    template <class R, class V = typename R::V>
    static GLASSNET_INLINE Curve<V> at(V x, const Parameters&) {
        if constexpr (R::doubled) {
            const Exponential<R> e = falling_exponential<R>(minus_abs(x));
            const R i = inverse(R(1.0) + e.value());
            return {select(lt(x, 0.0), e.times(i), i.round()), e.times(i * i)};
        } else {
            // e^-x is at most e^700: neither it nor 1 / (1 + e^-x) leaves the range of double.
            const R e = exponential<R, Exponent::kAny, Digits::kEnough, -2>(R(x)).value(), i = inverse(R(1.0) + e);
            return {i.round(), (e * (i * i)).round()};
        }
    }
};

// tanh(x) = m / (2 + m) with m = e^2x - 1; slope = 4 e / (1 + e)^2. Float 0.505, slope 0.501; double 0.8, from e^(-2|x|).
struct Tanh : Smooth {
    static constexpr auto name = "tanh";
    static constexpr double saturation = 0.05;
    template <class R, class V = typename R::V>
    static GLASSNET_INLINE Curve<V> at(V x, const Parameters&) {
        if constexpr (R::doubled) {
            const Exponential<R> e = falling_exponential<R>(abs(x) * -2.0);
            const R m = e.minus_one();
            const R i = inverse(R(2.0) + m);
            return {copysign((m * i).round(), x), e.times(times_power_of_two(i * i, 4.0))};
        } else {
            const Exponential<R> e = exponential<R, Exponent::kAny, Digits::kEnough, 4>(R(x));
            const R m = e.minus_one();
            const R i = inverse(R(2.0) + m), twice = i + i;
            return {copysign((m * i).round(), x), (e.value() * (twice * twice)).round()};
        }
    }
};

// x for x > 0, else alpha (e^x - 1). Float 0.505, slope 0.501; double 0.8 (without FMA 1.4). The slope at 0 is alpha.
struct Elu : Smooth {
    static constexpr auto name = "elu";
    static constexpr int parameter_count = 1;
    template <class R, class V = typename R::V>
    static GLASSNET_INLINE Curve<V> at(V x, const Parameters& p) {
        const R alpha = p.value[0];
        const Exponential<R> e = falling_exponential<R, Digits::kEnough>(min(0.0, x));
        return {select(ge(x, 0.0), x, (e.minus_one() * alpha).round()), select(gt(x, 0.0), 1.0, e.times(alpha))};
    }
};

// lambda x for x > 0, else lambda alpha (e^x - 1), with the constants of Klambauer et al. 2017, arXiv:1706.02515.
// Float 0.505, slope 0.501; double 0.9 (without FMA 1.5). The slope at 0 is lambda alpha.
struct Selu : Smooth {
    static constexpr auto name = "selu";
    template <class R, class V = typename R::V>
    static GLASSNET_INLINE Curve<V> at(V x, const Parameters&) {
        constexpr double kLambda = 1.0507009873554805, kLambdaLow = 3.9874847667154144e-17;
        const R lambda_alpha(1.7580993408473768, 1.41535193800845e-17);
        const Exponential<R> e = falling_exponential<R, Digits::kEnough>(min(0.0, x));
        return {select(ge(x, 0.0), fma(x, kLambda, x * kLambdaLow), (e.minus_one() * lambda_alpha).round()),
                select(gt(x, 0.0), kLambda, e.times(lambda_alpha))};
    }
};

// log(1 + e^x) = max(x, 0) + log1p(e^-|x|); its slope is the sigmoid. Float 0.505, slope 0.501; double 0.8.
struct Softplus : Smooth {
    static constexpr auto name = "softplus";
    static constexpr bool zero_at_zero = false;
    template <class R, class V = typename R::V>
    static GLASSNET_INLINE Curve<V> at(V x, const Parameters&) {
        const Exponential<R> e = falling_exponential<R, Digits::kEnough>(minus_abs(x));
        V value = add_log_one_plus(R(max(0.0, x)), e).round();
        if constexpr (R::doubled) value = select(gt(x, 40.0), x, value);  // infinity
        const R i = inverse(R(1.0) + e.value());
        return {value, select(lt(x, 0.0), e.times(i), i.round())};
    }
};

// e^x. Float 0.501, double 0.8.
struct Exp : Smooth {
    static constexpr auto name = "exp";
    static constexpr bool zero_at_zero = false;
    template <class R, class V = typename R::V>
    static GLASSNET_INLINE Curve<V> at(V x, const Parameters&) {
        const V y = exponential<R, Exponent::kAny, Digits::kEnough>(x).times(1.0);
        return {y, y};
    }
};

// x for x > 0, else alpha (e^(x / alpha) - 1) for alpha > 0. Float 0.501, double 0.9 (without FMA 1.5).
struct Celu : Smooth {
    static constexpr auto name = "celu";
    static constexpr int parameter_count = 1;
    template <class R, class V = typename R::V>
    static GLASSNET_INLINE Curve<V> at(V x, const Parameters& p) {
        const double alpha = p.value[0];
        R rate = 1.0 / alpha;
        if constexpr (R::doubled) rate = inverse(R(alpha));
        const Exponential<R> e = falling_exponential<R>(R(max(-1400.0 * alpha, min(0.0, x))) * rate);
        return {select(ge(x, 0.0), x, (e.minus_one() * R(alpha)).round()), select(gt(x, 0.0), 1.0, e.times(1.0))};
    }
};

// -log(1 + e^-x), a softplus turned around. Float 0.505, slope 0.501; double 0.8.
struct LogSigmoid : Smooth {
    static constexpr auto name = "log_sigmoid";
    static constexpr bool zero_at_zero = false;
    template <class R, class V = typename R::V>
    static GLASSNET_INLINE Curve<V> at(V x, const Parameters& p) {
        const Curve<V> turned = Softplus::at<R>(-x, p);
        return {-turned.value, turned.slope};
    }
};

// e^(-x^2); slope = -2 x e^(-x^2). Float 0.501, double 0.8.
struct Gaussian : Smooth {
    static constexpr auto name = "gaussian";
    static constexpr bool zero_at_zero = false;
    static constexpr bool carried_as_double = true;
    static constexpr double saturation = 0.05 * 0.8577638849607068;  // sqrt(2 / e), at x^2 = 1 / 2
    template <class R, class V = typename R::V>
    static GLASSNET_INLINE Curve<V> at(V x, const Parameters&) {
        constexpr double kFar = R::doubled ? 39.0 : 15.0;  // both are 0 beyond
        const R near = max(-kFar, min(kFar, x));
        const Exponential<R> e = falling_exponential<R>(-(near * near));
        return {e.times(1.0), e.times(times_power_of_two(near, -2.0))};
    }
};

using ExponentialActivations = List<Sigmoid, Tanh, Elu, Celu, Selu, Softplus, LogSigmoid, Exp, Gaussian>;

}  // namespace glassnet::GLASSNET_ISA
