// Activations made of straight pieces and their products: no transcendental function.
//
// At a kink stands the slope that PyTorch gives there.
#pragma once

#include "activations/base.hpp"

namespace glassnet::GLASSNET_ISA {

inline constexpr double kSixth = 1.0 / 6.0, kSixthLow = 0x1.5555555555555p-57;

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

// 1 for x >= 0, else 0. Exact. The slope is 0 everywhere.
struct Step : Smooth {
    static constexpr auto name = "step";
    static constexpr Arithmetic arithmetic = Arithmetic::kDirect;
    static constexpr bool zero_at_zero = false;
    template <class T>
    static GLASSNET_INLINE Curve<vec<T>> at(vec<T> x, const Parameters&) {
        const vec<T> zero = select(is_nan(x), x, vec<T>::zero());
        return {select(ge(x, vec<T>::zero()), T(1), zero), zero};
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

// min(max(x, 0), 6). Exact. The slope is 0 at both kinks.
struct Relu6 : Smooth {
    static constexpr auto name = "relu6";
    static constexpr double saturation = 0.05;
    static constexpr Arithmetic arithmetic = Arithmetic::kDirect;
    template <class T>
    static GLASSNET_INLINE Curve<vec<T>> at(vec<T> x, const Parameters&) {
        const vec<T> zero = vec<T>::zero();
        const mask<T> off = le(x, zero), full = ge(x, T(6));
        return {select(off, zero, select(full, T(6), x)),
                select(off | full, zero, select(is_nan(x), x, T(1)))};
    }
};

// max(x, 0)^2. Float 0.5, double 0.5.
struct SquaredRelu : Smooth {
    static constexpr auto name = "squared_relu";
    static constexpr Arithmetic arithmetic = Arithmetic::kDirect;
    template <class T>
    static GLASSNET_INLINE Curve<vec<T>> at(vec<T> x, const Parameters&) {
        const vec<T> on = select(le(x, vec<T>::zero()), vec<T>::zero(), x);
        return {on * on, on + on};
    }
};

// x for x > threshold, else 0. Exact. The slope at the threshold is 0.
struct ThresholdedRelu : Smooth {
    static constexpr auto name = "thresholded_relu";
    static constexpr int parameter_count = 1;
    template <class R, class V = typename R::V>
    static GLASSNET_INLINE Curve<V> at(V x, const Parameters& p) {
        const auto off = le(x, p.value[0]);
        return {select(off, 0.0, x), select(off, 0.0, select(is_nan(x), x, 1.0))};
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
        return {select(on, x, x * slope), select(on, vec<T>(T(1)), select(is_nan(x), x, slope)),
                select(on, vec<T>::zero(), x)};
    }
};

// min(max(x, low), high) for low <= 0 <= high. Float 0.5 (the bounds are rounded), double exact. The slope is 0 at the
// kinks.
struct HardTanh : Smooth {
    static constexpr auto name = "hard_tanh";
    static constexpr int parameter_count = 2;
    static constexpr double saturation = 0.05;
    template <class R, class V = typename R::V>
    static GLASSNET_INLINE Curve<V> at(V x, const Parameters& p) {
        const V low = p.value[0], high = p.value[1];
        const auto full = le(x, low) | ge(x, high);
        return {min(high, max(low, x)), select(full, 0.0, select(is_nan(x), x, 1.0))};
    }
};

// min(max(slope x + offset, 0), 1) for slope > 0. Float 0.501, double 0.9. The slope is 0 at the kinks. At other parameters
// than the usual ones, float is right to 1e-16 absolute next to where the value leaves 0.
struct HardSigmoid : Smooth {
    static constexpr auto name = "hard_sigmoid";
    static constexpr int parameter_count = 2;
    static constexpr bool zero_at_zero = false;
    static constexpr double saturation = 0x1p-126;  // the slope is the parameter or 0: below any parameter that a float can be
    template <class R, class V = typename R::V>
    static GLASSNET_INLINE Curve<V> at(V x, const Parameters& p) {
        // The usual slope is one sixth, which no float is: what the parameter lacks is added.
        const double given = p.value[0], offset = p.value[1];
        const R rate(given, given == 1.0 / 6.0 ? kSixthLow : 0.0);
        // Where it leaves 0 and where it reaches 1; what is that near to either is there.
        R first = -offset / given, last = (1.0 - offset) / given;
        if constexpr (R::doubled) {
            first = R(-offset) / rate;
            last = R::sum(1.0, -offset) / rate;
        }
        const double width = 1.0 / given;  // beyond, x is cut off, so that nothing overflows
        const R inside = R(min(last.hi + width, max(first.hi - width, x))), above = inside - first, below = last - inside;
        const auto off = le(above.round(), abs(first.hi) * 0x1p-90), full = le(below.round(), abs(last.hi) * 0x1p-90);
        const V value = (above * rate).round();
        return {select(off, 0.0, select(full, 1.0, value)), select(off | full, 0.0, select(is_nan(x), x, given))};
    }
};

// x min(max(x / 6 + 1/2, 0), 1). Float 0.501, double 0.52. The slopes at the kinks are 0 at -3 and 1 at 3.
struct HardSwish : Smooth {
    static constexpr auto name = "hard_swish";
    template <class R, class V = typename R::V>
    static GLASSNET_INLINE Curve<V> at(V x, const Parameters&) {
        const auto off = le(x, -3.0), full = ge(x, 3.0);
        const R inner = min(3.0, max(-3.0, x)), sixth(kSixth, kSixthLow);
        const V value = (inner * ((inner + R(3.0)) * sixth)).round();
        const V slope = ((inner + R(1.5)) * (sixth + sixth)).round();
        return {select(off, 0.0, select(full, x, copysign(value, x))), select(off, 0.0, select(full, 1.0, slope))};
    }
};

// x / (1 + |x|); slope = 1 / (1 + |x|)^2. Float 0.501, double 0.8, slope 1.8.
struct Softsign : Smooth {
    static constexpr auto name = "softsign";
    static constexpr double saturation = 0.05;
    template <class R, class V = typename R::V>
    static GLASSNET_INLINE Curve<V> at(V x, const Parameters&) {
        // Beyond the bound the value is 1 and the slope, less than 2^-1000 there, has long been nothing in float.
        const V a = min(R::doubled ? 0x1p600 : 0x1p90, abs(x));
        const R i = inverse(R(1.0) + R(a));
        return {copysign((R(a) * i).round(), x), (i * i).round()};
    }
};

using PiecewiseActivations = List<Identity, Step, Relu, LeakyRelu, Prelu, Relu6, SquaredRelu, ThresholdedRelu, HardTanh,
                                  HardSigmoid, HardSwish, Softsign>;

}  // namespace glassnet::GLASSNET_ISA
