#include "loss_kernels.hpp"
#include "kernel_tables.hpp"

namespace glassnet::GLASSNET_ISA {
const LossTable<float> losses32 = kLossTable<float>;
const LossTable<double> losses64 = kLossTable<double>;
}  // namespace glassnet::GLASSNET_ISA
