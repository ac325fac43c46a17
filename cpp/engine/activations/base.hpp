// What every activation is made of: see activations.hpp.
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
//
// One of doubles may have, for floats, a shorter way beside it that is taken where there is FMA: `Floats`, what it prepares of
// its parameters once a call, and at_floats(x, floats), arithmetic of floats that carries along what single operations round
// off. Where that cannot be right for all inputs, such as subnormal ones, `Floats` has a flag `doubted`; then the function
// doubtful(x, floats) finds such lanes, and a step that has some goes through doubles. Zeros, of which data have many, must not
// be doubtful. Slopes must be right everywhere.
enum class Arithmetic : std::uint8_t { kDirect, kDouble };

struct Smooth {
    static constexpr Arithmetic arithmetic = Arithmetic::kDouble;
    static constexpr Backward backward = Backward::kSlope;
    static constexpr int parameter_count = 0;
    static constexpr bool zero_at_zero = true;
    // A unit counts as saturated on a row where its slope is below a twentieth of the largest. Only functions that
    // level off on both sides can saturate; on one side, units are said to be inactive or dead instead.
    static constexpr double saturation = 0.0;
    // Whether a formula of floats computes it as one of doubles: where inputs are cut at what is 0 for a float, but not for what
    // a formula may multiply it by.
    static constexpr bool carried_as_double = false;
};

}  // namespace glassnet::GLASSNET_ISA
