#include "formula_kernels.hpp"
#include "kernel_tables.hpp"

namespace glassnet::GLASSNET_ISA {

using enum FormulaBinary;
using enum FormulaUnary;

// In the order of the enumerations.
const FormulaKernels formulas = {
    {&formula_binary<kAdd>, &formula_binary<kSubtract>, &formula_binary<kMultiply>, &formula_binary<kDivide>,
     &formula_binary<kMinimum>, &formula_binary<kMaximum>, &formula_binary<kLess>, &formula_binary<kLessEqual>,
     &formula_binary<kMultiplyUnlessZero>},
    {{&formula_unary<kNegate, float>, &formula_unary<kAbs, float>, &formula_unary<kSign, float>,
      &formula_unary<kFloor, float>, &formula_unary<kSqrt, float>, &formula_unary<kExp, float>,
      &formula_unary<kExpm1, float>, &formula_unary<kLog, float>, &formula_unary<kLog1p, float>,
      &formula_unary<kErf, float>, &formula_unary<kErfc, float>},
     {&formula_unary<kNegate, double>, &formula_unary<kAbs, double>, &formula_unary<kSign, double>,
      &formula_unary<kFloor, double>, &formula_unary<kSqrt, double>, &formula_unary<kExp, double>,
      &formula_unary<kExpm1, double>, &formula_unary<kLog, double>, &formula_unary<kLog1p, double>, nullptr,
      &formula_unary<kErfc, double>}},
    &formula_where,
    &CarriedEntries<Activations>::table,
    &formula_write32,
    &formula_write64,
    &formula_read32,
};

}  // namespace glassnet::GLASSNET_ISA
