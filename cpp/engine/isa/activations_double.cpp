#include "activation_kernels.hpp"
#include "kernel_tables.hpp"

namespace glassnet::GLASSNET_ISA {
const ActivationTable<double> activations64 = kActivationTable<double>;
}  // namespace glassnet::GLASSNET_ISA
