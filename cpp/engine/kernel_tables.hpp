// The tables of one instruction set, each filled by a unit of its own in isa/: so a change of one activation compiles
// neither losses nor products again, and the units compile side by side.
#pragma once

#include "formula_table.hpp"
#include "kernels.hpp"

namespace glassnet::GLASSNET_ISA {

extern const ActivationTable<float> activations32;
extern const ActivationTable<double> activations64;
extern const LossTable<float> losses32;
extern const LossTable<double> losses64;
extern const FormulaKernels formulas;
extern const ProductKernels<float> products32;
extern const ProductKernels<double> products64;
extern const KernelSet kernel_set;

}  // namespace glassnet::GLASSNET_ISA
