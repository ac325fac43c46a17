#include "activation_kernels.hpp"
#include "kernel_tables.hpp"

namespace glassnet::GLASSNET_ISA {
const ActivationTable<float> activations32 = kActivationTable<float>;
}  // namespace glassnet::GLASSNET_ISA
