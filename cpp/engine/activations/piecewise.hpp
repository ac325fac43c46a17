// Activations made of straight pieces and their products: no transcendental function.
//
// At a kink stands the slope that PyTorch gives there.
#pragma once

#include <cstdint>

#include "activations/base.hpp"

namespace glassnet::GLASSNET_ISA {

inline constexpr double kSixth = 1.0 / 6.0, kSixthLow = 0x1.5555555555555p-57;

inline constexpr float kInfiniteFloat = __builtin_bit_cast(float, 0x7f800000u);

// A double as a sum of two floats, which hold 48 of its bits.
struct FloatPair {
    float high, low;
    GLASSNET_INLINE explicit FloatPair(double x, double rest = 0.0)
        : high(static_cast<float>(x)), low(static_cast<float>((x - static_cast<double>(high)) + rest)) {}
};

// The largest T up to a double and the smallest from it on: what a T is compared with in place of the double.
template <class T>
GLASSNET_INLINE T at_most(double x) {
    const T nearest = static_cast<T>(x);
    if constexpr (sizeof(T) == sizeof(float)) {
        if (static_cast<double>(nearest) > x) {
            const auto bits = __builtin_bit_cast(std::uint32_t, nearest);
            return __builtin_bit_cast(T, nearest > 0 ? bits - 1 : nearest < 0 ? bits + 1 : 0x80000001u);
        }
    }
    return nearest;
}
template <class T>
GLASSNET_INLINE T at_least(double x) {
    return -at_most<T>(-x);
}

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
    static constexpr Arithmetic arithmetic = Arithmetic::kDirect;
    static constexpr int parameter_count = 1;
    template <class T>
    static GLASSNET_INLINE Curve<vec<T>> at(vec<T> x, const Parameters& p) {
        const vec<T> zero = vec<T>::zero();
        const mask<T> off = le(x, vec<T>(at_most<T>(p.value[0])));
        return {select(off, zero, x), select(off, zero, select(is_nan(x), x, vec<T>(T(1))))};
    }
};

// x for x > 0, else slope * x. Float 0.502, double 0.5. The slope at 0 is the negative side's.
struct LeakyRelu : Smooth {
    static constexpr auto name = "leaky_relu";
    static constexpr int parameter_count = 1;
    template <class R, class V = typename R::V>
    static GLASSNET_INLINE Curve<V> at(V x, const Parameters& p) {
        const auto on = gt(x, 0.0);
        return {select(on, x, x * p.value[0]), select(on, 1.0, select(is_nan(x), x, p.value[0]))};
    }

    // x high + x low: the rounding of the second product is nothing beside that of the sum, unless it is subnormal. Both have
    // the slope's sign, so that both products of a zero have the same.
    struct Floats {
        float high, low, slope;
        float limit;  // negative inputs up to here are right
        bool doubted;
        GLASSNET_INLINE explicit Floats(const Parameters& p) : slope(static_cast<float>(p.value[0])) {
            const bool negative = __builtin_bit_cast(std::uint64_t, p.value[0]) >> 63 != 0;  // -0 too
            const double sign = negative ? -1.0 : 1.0, size = sign * p.value[0];
            const bool representable = size <= 0x1.fffffep127;  // 0 times infinity is NaN
            const float down = representable ? at_most<float>(size) : 0x1p127f;
            high = static_cast<float>(sign) * down;
            low = static_cast<float>(sign * (representable ? size - static_cast<double>(down) : 0.0));
            const bool usual = size > 0x1p-100 && size < 0x1p100;
            limit = usual ? static_cast<float>(-0x1p-118 / size) : -kInfiniteFloat;
            doubted = size != 0.0;
        }
    };
    static GLASSNET_INLINE Curve<vec<float>> at_floats(vec<float> x, const Floats& p) {
        const mask<float> on = gt(x, vec<float>::zero());
        // Not of -inf, which times 0, or beside an infinity of the other sign, would be NaN.
        const vec<float> rest = max(vec<float>(-0x1.fffffep127f), x) * vec<float>(p.low);
        return {select(on, x, fma(x, vec<float>(p.high), rest)),
                select(on, vec<float>(1.0f), select(is_nan(x), x, vec<float>(p.slope)))};
    }
    static GLASSNET_INLINE mask<float> doubtful(vec<float> x, const Floats& p) {
        return lt(x, vec<float>::zero()) & gt(x, vec<float>(p.limit));
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
    static constexpr Arithmetic arithmetic = Arithmetic::kDirect;
    static constexpr int parameter_count = 2;
    static constexpr double saturation = 0.05;
    template <class T>
    static GLASSNET_INLINE Curve<vec<T>> at(vec<T> x, const Parameters& p) {
        const vec<T> low = static_cast<T>(p.value[0]), high = static_cast<T>(p.value[1]);
        const mask<T> full = le(x, vec<T>(at_most<T>(p.value[0]))) | ge(x, vec<T>(at_least<T>(p.value[1])));
        return {min(high, max(low, x)), select(full, vec<T>::zero(), select(is_nan(x), x, vec<T>(T(1))))};
    }
};

// min(max(slope x + offset, 0), 1) for slope > 0. Float 0.5001, double 0.9. The slope is 0 at the kinks. At other parameters
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

    // (x - first) slope, both factors as pairs. Where first is none, what is next to it has lost too much. Up to `end`, x is
    // not larger than -first, as the sum's remainder needs, if offset is at least 1/2.
    struct Floats {
        FloatPair rate, first;
        float shift;       // first.low in the value's units
        float start, end;  // the last float where the value is 0, the first where it is 1
        float limit;       // distance from first from which on values are right
        bool doubted;
        GLASSNET_INLINE explicit Floats(const Parameters& p)
            : rate(p.value[0], p.value[0] == 1.0 / 6.0 ? kSixthLow : 0.0), first(-p.value[1] / p.value[0]) {
            const double given = p.value[0], leaves = -p.value[1] / given;
            shift = first.low * rate.high;
            start = at_most<float>(leaves);
            end = at_least<float>((1.0 - p.value[1]) / given);
            const bool usual = given > 0x1p-60 && given < 0x1p60 && p.value[1] >= 0.5 && p.value[1] < 0x1p20;
            limit = usual ? static_cast<float>(-leaves * 0x1p-12) : kInfiniteFloat;
            doubted = !(given == 1.0 / 6.0 && p.value[1] == 0.5);
        }
    };
    static GLASSNET_INLINE Curve<vec<float>> at_floats(vec<float> x, const Floats& p) {
        const vec<float> zero = vec<float>::zero(), back = -p.first.high, rate = p.rate.high;
        const mask<float> off = le(x, vec<float>(p.start)), full = ge(x, vec<float>(p.end));
        const vec<float> above = x + back, rest = x - (above - back);
        const vec<float> value = fma(above, rate, fma(above, vec<float>(p.rate.low), fms(rest, rate, vec<float>(p.shift))));
        return {select(off, zero, select(full, vec<float>(1.0f), value)),
                select(off | full, zero, select(is_nan(x), x, rate))};
    }
    static GLASSNET_INLINE mask<float> doubtful(vec<float> x, const Floats& p) {
        return gt(x, vec<float>(p.start)) & lt(x + vec<float>(-p.first.high), vec<float>(p.limit));
    }
};

// x min(max(x / 6 + 1/2, 0), 1). Float 0.5001, double 0.52. The slopes at the kinks are 0 at -3 and 1 at 3.
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

    // x times the gate (x + 3) / 6, with what its sum, 1/6 and their product round off. In the sum, 3 is the larger part. At -0
    // the second product must be -0 like the first, so the pair for 1/6 is rounded up.
    struct Floats {
        float sixth, low;
        GLASSNET_INLINE explicit Floats(const Parameters&) : sixth(0x1.555556p-3f), low(-0x1.555554p-28f) {}
    };
    static GLASSNET_INLINE Curve<vec<float>> at_floats(vec<float> x, const Floats& p) {
        const vec<float> three = 3.0f, sixth = p.sixth, low = p.low, zero = vec<float>::zero();
        const mask<float> off = le(x, vec<float>(-3.0f)), full = ge(x, three);
        const vec<float> sum = x + three, lost = x - (sum - three), gate = sum * sixth;
        const vec<float> rest = fma(sum, low, fma(lost, sixth, fms(sum, sixth, gate)));
        // (2 (sum + lost) - 3) / 6, in which 2 sum - 3 is exact.
        const vec<float> bent = fms(sum, vec<float>(2.0f), three);
        const vec<float> slope = fma(bent, sixth, fma(bent, low, lost * vec<float>(2.0f * p.sixth)));
        return {select(off, zero, select(full, x, fma(x, gate, x * rest))),
                select(off, zero, select(full, vec<float>(1.0f), slope))};
    }
};

// x / (1 + |x|); slope = 1 / (1 + |x|)^2. Float 0.501, double 0.8.
struct Softsign : Smooth {
    static constexpr auto name = "softsign";
    static constexpr double saturation = 0.05;
    template <class R, class V = typename R::V>
    static GLASSNET_INLINE Curve<V> at(V x, const Parameters&) {
        // Beyond the bound the value is 1 and the slope, less than 2^-1000 there, has long been nothing in float.
        const V a = min(R::doubled ? 0x1p600 : 0x1p90, abs(x));
        const R i = inverse(R(1.0) + R(a));
        const V value = copysign((R(a) * i).round(), x);
        if constexpr (R::doubled) {
            // What a product rounds off must not fall below the smallest doubles, so small ones are squared away from there.
            const auto far = gt(a, 0x1p300);
            const R scaled = times_power_of_two(i, select(far, 0x1p300, 1.0));
            return {value, (scaled * scaled).round() * select(far, 0x1p-600, 1.0)};
        } else {
            return {value, (i * i).round()};
        }
    }
};

using PiecewiseActivations = List<Identity, Step, Relu, LeakyRelu, Prelu, Relu6, SquaredRelu, ThresholdedRelu, HardTanh,
                                  HardSigmoid, HardSwish, Softsign>;

}  // namespace glassnet::GLASSNET_ISA
