// Activations that multiply the input by a gate between 0 and 1.
#pragma once

#include "activations/base.hpp"

namespace glassnet::GLASSNET_ISA {

// x P(X < x) for a normal X, computed from the upper tail at a = |x|: relative errors stay small however far out.
// Float 0.506, double 1.5.
struct Gelu : Smooth {
    static constexpr auto name = "gelu";
    static constexpr bool carried_as_double = true;
    template <class R, class V = typename R::V>
    static GLASSNET_INLINE Curve<V> at(V x, const Parameters&) {
        const auto negative = lt(x, 0.0);
        const V a = min(R::doubled ? 39.0 : 15.0, abs(x));
        if constexpr (R::doubled) {
            const Exponential<R> e = falling_exponential<R>(times_power_of_two(R(a) * R(a), -0.5));
            const R tail = normal_tail<R>(a);
            const V lost = e.times(tail * R(a));
            const V bend = e.times(tail - R(a) * R(0.3989422804014327, -2.49232720227773e-17));
            return {select(negative, -lost, x - lost), select(negative, bend, 1.0 - bend)};
        } else {
            const V e = exponential<R, Exponent::kBounded, Digits::kEnough, -1>(R(a * a)).value().hi;
            const V tail = normal_tail<R>(a).hi, bend = e * fnma(a, 0.3989422804014327, tail);
            return {fnma(e, tail * a, max(-0.0, x)), select(negative, bend, 1.0 - bend)};
        }
    }
};

// x sigmoid(beta x); slope = (1 + e + z e) / (1 + e)^2 for z = beta x, e = e^-z; for double, which has no room for a large
// e, with e = e^-|z|: the same for z >= 0, e (1 + e + z) / (1 + e)^2 for z < 0.
// Float 0.501, slope 0.508, double 0.9, slope 1.1. By beta: e x^2 / (1 + e)^2, for |x| up to 1e150; float 0.501, double 0.8.
struct Silu : Smooth {
    static constexpr auto name = "silu";
    static constexpr int parameter_count = 1;
    static constexpr Arithmetic unit_arithmetic = Arithmetic::kDouble;
    template <class R, class V = typename R::V>
    static GLASSNET_INLINE Curve<V> at(V x, const Parameters& p) {
        if constexpr (R::doubled) {
            const UnitCurve<V> curve = doubled_at_unit<R>(x, V(p.value[0]));
            return {curve.value, curve.slope};
        } else {
            const Single<R> s(x, V(p.value[0]));
            return {s.value(), s.slope()};
        }
    }
    template <class R, class V = typename R::V>
    static GLASSNET_INLINE UnitCurve<V> at_unit(V x, V beta) {
        if constexpr (R::doubled) {
            return doubled_at_unit<R>(x, beta);
        } else {
            const Single<R> s(x, beta);
            return {s.value(), s.slope(), s.e * (s.value() * s.value())};
        }
    }

private:
    // For float, where e^-z has room in a double: i = 1 / (1 + e^-z), slope = i + z e^-z i^2.
    template <class R>
    struct Single {
        using V = typename R::V;
        V bounded, z, e, i;

        GLASSNET_INLINE Single(V x, V beta) {
            // Bounds keep inf * 0 away: where beta x falls, the end of exponential's range; where it rises 2^200, which is
            // infinite as a float.
            const auto falls = lt(beta, 0.0);
            const V end = min(V(0x1p200), V(700.0) / abs(beta));
            bounded = max(select(falls, -0x1p200, -end), min(select(falls, end, 0x1p200), x));
            z = min(V(700.0), bounded * beta);
            e = exponential<R, Exponent::kBounded, Digits::kFine, -2>(R(z)).value().hi;
            i = fast_reciprocal(e + 1.0);
        }
        GLASSNET_INLINE V value() const { return bounded * i; }
        GLASSNET_INLINE V slope() const { return i * fma(z, e * i, 1.0); }
    };
    template <class R, class V>
    static GLASSNET_INLINE UnitCurve<V> doubled_at_unit(V x, V beta) {
        // Bounds keep inf * 0 away; beyond |z| = 1500 sigmoid and slope have long been 0 or 1.
        constexpr double kLargest = 0x1.fffffffffffffp1023;
        const V finite = max(-kLargest, min(kLargest, x));
        const R z = R(finite) * R(beta), bounded = cut(z, 1500.0);
        const auto negative = lt(z.hi, 0.0);
        const Exponential<R> e = falling_exponential<R>(minus_abs(bounded));
        const R one = 1.0, value = e.value(), i = inverse(one + value), ii = i * i, scaled = R(finite) * i;
        const V low = select(lt(z.hi, -1380.0), copysign(0.0, x), e.times(scaled));
        const V high = select(eq(x, finite), copysign(scaled.round(), x), x * i.hi);  // -0 stays -0
        const V rising = e.times((one + value + bounded) * ii), level = ((one + value * (one + bounded)) * ii).round();
        const R near = R(max(-1e150, min(1e150, x))) * i;  // its square is finite
        const auto level_off = gt(abs(bounded.hi), 1379.0);  // where it has long been 0
        return {select(negative, low, high), select(negative, rising, level), select(level_off, 0.0, e.times(near * near))};
    }
};

// x sigmoid(z) for z = x (c + d x^2), which is x (1 + tanh(z / 2)) / 2; slope as silu's, with t = x dz/dx in place of z.
// c = sqrt(8 / pi), d = 0.044715 c. Float 0.501, double 1.1.
struct GeluTanh : Smooth {
    static constexpr auto name = "gelu_tanh";
    template <class R, class V = typename R::V>
    static GLASSNET_INLINE Curve<V> at(V x, const Parameters&) {
        constexpr double kFar = R::doubled ? 24.0 : 15.0;  // beyond, the gate is 0 or 1
        const R c(1.5957691216057308, -9.96930880911092e-17), d(0.07135481627260025, -6.175149918155315e-19);
        const R three_d(0.21406444881780073, 1.2025242832367862e-17), one = 1.0;
        const R near = max(-kFar, min(kFar, x)), square = near * near;
        const R z = near * (c + square * d), t = near * (c + square * three_d);
        const auto negative = lt(x, 0.0);
        const Exponential<R> e = falling_exponential<R>(minus_abs(z));
        const R value = e.value(), i = inverse(one + value), ii = i * i, scaled = near * i;
        V high = x * i.hi;
        if constexpr (R::doubled) high = select(gt(x, kFar), x, copysign(scaled.round(), x));  // -0 stays -0
        const V rising = e.times((one + value + t) * ii), level = ((one + value * (one + t)) * ii).round();
        return {select(negative, e.times(scaled), high), select(negative, rising, level)};
    }
};

// x tanh(log(1 + e^x)). With e = e^-|x| both are fractions without a difference:
//     x >= 0: x (1 + 2e) / D, slope ((1 + 2e) D + 4x e^2 (1 + e)) / D^2, D = 1 + 2e + 2e^2
//     x <  0: x e (2 + e) / D, slope e ((2 + e) D + 4x (1 + e)) / D^2,   D = 2 + 2e + e^2
// Float 0.501, double 0.8 (without FMA 1.6).
struct Mish : Smooth {
    static constexpr auto name = "mish";
    template <class R, class V = typename R::V>
    static GLASSNET_INLINE Curve<V> at(V x, const Parameters&) {
        const auto negative = lt(x, 0.0);
        const R near = max(-800.0, min(800.0, x)), one = 1.0, two = 2.0;  // beyond, the gate is 0 or 1
        const Exponential<R> e = falling_exponential<R>(minus_abs(near));
        const R value = e.value(), twice = times_power_of_two(value, 2.0), square = value * value;
        const R above = select(negative, two + value, one + twice);
        const R below = above + select(negative, value + square, times_power_of_two(square, 2.0));
        const R i = inverse(below), gate = above * i, bend = times_power_of_two(near * (one + value), 4.0);
        V high = x * gate.hi;
        if constexpr (R::doubled) high = select(gt(x, 40.0), x, copysign((near * gate).round(), x));  // -0 stays -0
        const V rising = e.times((above * below + bend) * (i * i));
        const V level = ((above * below + bend * square) * (i * i)).round();
        return {select(negative, e.times(near * gate), high), select(negative, rising, level)};
    }
};

using GatedActivations = List<Gelu, GeluTanh, Silu, Mish>;

}  // namespace glassnet::GLASSNET_ISA
