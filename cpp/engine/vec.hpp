// vec<T>: as many floats or doubles as one register of the instruction set holds. The one place that knows intrinsics.
//
// The units in isa/ include this header and what is built on it. Each is compiled once per instruction set, which the
// compiler is told as GLASSNET_ISA (the namespace), GLASSNET_ISA_V2, _V3, _V4 or _NEON, and by flags (CMakeLists.txt). So
// nothing in here may become a symbol that another unit could pick up: everything lives in glassnet::GLASSNET_ISA, is
// forced inline, and no std header with inline functions is included below this line.
//
// The interface, the same in vec_sse.hpp, vec_avx2.hpp, vec_avx512.hpp and vec_neon.hpp:
//
//   vec<T>          size; load, load_first (n lanes, the others 0), load_int32, broadcast_from, broadcast, zero; store,
//                   store_first, stream (to an aligned place, past the caches where the processor can); + - * / and
//                   unary -. A T converts to a vec<T>.
//   fma(a, b, c)    a * b + c; fms: a * b - c; fnma: c - a * b. Rounded once, except on x86-64-v2, which has no FMA:
//                   there the product is rounded too (kHasFma is false).
//   min, max        NaN where the second argument is NaN; if only the first is, it depends on the instruction set
//   abs, minus_abs (doubles), sqrt, round (half to even), floor, copysign(magnitude, sign)
//   transpose_tile(from, from_step, to, to_step)   to[c * to_step + r] = from[r * from_step + c], kTransposed<T> rows and columns; 0
//                   of them where there is no such function
//   bit_and, bit_or, bit_xor, bit_andnot(a, b) = ~a & b; vec<double>::from_bits(bits) in every lane
//   lt, le, gt, ge, eq, is_nan -> mask<T>; & | ! any all count; select(mask, where true, where false);
//   first_lanes<T>(n), mask_from_bits<T>(bits): lane i is bit i
//   sum, max_element    over the lanes; sum adds the halves, then the quarters, and so on
//   widen_low, widen_high: vec<float> -> vec<double> (first, second half of the lanes); narrow: the inverse;
//   load_double, store_double: floats in memory to and from a vec<double>
//   scale_by_power(x, n)   x * 2^n for whole n in [-2000, 2000], x and x * 2^(n / 2) normal; rounded once if subnormal
//   power_of_two(n)        2^n for whole n in [-1022, 1023]
//   round_product<steps>(x, factor, power)   n = round(x * factor), power = 2^(n / steps), for n / steps in [-1022, 1023];
//                          steps is kManySteps or kFewSteps: 16 and 8 on AVX-512, which permutes tables, else 1
//   lookup(table, i)       only where kTables: entry j of 16, for i = j + 1.5 * 2^52
//   quarter_octave(x, beyond)   only where kTables: which quarter of an octave of [1, 16) holds x, as an index for lookup that
//                          is 0 at 2 and 15 below it; beyond = x less that quarter's start
//   fast_reciprocal(x)     1 / x within 2^-40, for |x| in [2^-1020, 2^1020] (this and those around it: doubles)
//   exponent_and_fraction(x, e)   x = f * 2^e with f in [1, 2), for positive normal x; returns f (doubles)
//   words           64-bit integers, as many as doubles. from_whole(x): the low half is x, for whole x in [0, 2^32),
//                   the high half rubbish; ^; multiply_low: product of the low halves; high: the high half; pair_low: both
//                   low halves, a's first; at_least(a, b, t, out): byte i of out says in its 8 bits which of the
//                   16-bit pieces of a[i], then b[i], are at least t
#pragma once

#include <cstddef>
#include <cstdint>

#if !defined(GLASSNET_ISA)
#error "vec.hpp is for the units in isa/: GLASSNET_ISA is not defined"
#endif

// GLASSNET_INLINE_LAMBDA stands between a lambda's parameters and its body.
#if defined(GLASSNET_INLINE_BY_CHOICE)
#define GLASSNET_INLINE inline
#define GLASSNET_INLINE_LAMBDA
#elif defined(_MSC_VER) && !defined(__clang__)
#define GLASSNET_INLINE __forceinline
#define GLASSNET_INLINE_LAMBDA
#else
#define GLASSNET_INLINE inline __attribute__((always_inline))
#define GLASSNET_INLINE_LAMBDA __attribute__((always_inline))
#endif

namespace glassnet::GLASSNET_ISA {

template <class T>
struct vec;

template <class T>
struct mask;

// Register tiles of the product: kTileRows rows by up to kMaxVectors vectors of accumulators, beside them kMaxVectors
// registers for B and one for the broadcast of A.
inline constexpr int kMaxVectors = 3;
#if defined(GLASSNET_ISA_V4)
inline constexpr int kRegisters = 32;
inline constexpr int kTileRows = 8;
#elif defined(GLASSNET_ISA_NEON)
inline constexpr int kRegisters = 32;
inline constexpr int kTileRows = 8;
#else
inline constexpr int kRegisters = 16;
inline constexpr int kTileRows = 4;
#endif

}  // namespace glassnet::GLASSNET_ISA

#if defined(GLASSNET_ISA_V4)
#include "vec_avx512.hpp"
#elif defined(GLASSNET_ISA_V3)
#include "vec_avx2.hpp"
#elif defined(GLASSNET_ISA_V2)
#include "vec_sse.hpp"
#elif defined(GLASSNET_ISA_NEON)
#include "vec_neon.hpp"
#else
#error "unknown instruction set"
#endif
