#include "gemm_kernels.hpp"
#include "kernel_tables.hpp"

namespace glassnet::GLASSNET_ISA {
const ProductKernels<float> products32 = kProductKernels<float>;
const ProductKernels<double> products64 = kProductKernels<double>;
}  // namespace glassnet::GLASSNET_ISA
