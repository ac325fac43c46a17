// What one instruction set provides to the formula machine (formula.hpp): its operations, on arrays of doubles.
//
// Like kernels.hpp, this header is included by both sides and holds no function.
//
// Registers of the machine hold doubles whatever the data are. For data of type double its functions are as exact as the
// catalog's; for float they have a relative error of 2^-36, which is what float needs after one rounding at the end, and which
// costs a fifth. So a formula of floats equals the hand-written kernel nearly always in every bit.
#pragma once

#include "kernels.hpp"

namespace glassnet {

enum class FormulaBinary : std::uint8_t {
    kAdd, kSubtract, kMultiply, kDivide,
    kMinimum, kMaximum,                // NaN where either is
    kLess, kLessEqual,                 // 1 or 0
    kMultiplyUnlessZero,               // a * b, and 0 where a is 0, even if b is infinite or NaN
};
inline constexpr int kFormulaBinaries = 9;

enum class FormulaUnary : std::uint8_t { kNegate, kAbs, kSign, kFloor, kSqrt, kExp, kExpm1, kLog, kLog1p, kErf, kErfc };
inline constexpr int kFormulaUnaries = 11;

struct FormulaKernels {
    // out[i] = a[i] op b[i]; `out` may be any of the operands. n is a multiple of kFormulaLanes, in every kernel here.
    void (*binary[kFormulaBinaries])(const double* a, const double* b, double* out, std::size_t n);
    // [0]: exact enough for float, [1]: for double. nullptr: there is none, the machine has its own.
    void (*unary[2][kFormulaUnaries])(const double* a, double* out, std::size_t n);
    // out[i] = condition[i] != 0 ? a[i] : b[i]
    void (*where)(const double* condition, const double* a, const double* b, double* out, std::size_t n);
    // The catalog's activations on doubles, exact enough for float.
    const ActivationTable<double>* activations;
    // y[i] = value[i], and x[i] where x[i] is NaN. n is any number, nothing is read or written beyond y[n - 1].
    void (*write32)(const double* value, const double* x, float* y, std::size_t n);
    void (*write64)(const double* value, const double* x, double* y, std::size_t n);
    void (*read32)(const float* x, double* to, std::size_t n);
};

inline constexpr std::size_t kFormulaLanes = 8;

}  // namespace glassnet
