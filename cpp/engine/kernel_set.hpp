// Puts one instruction set's kernels into its table. Included by the isa_*.cpp units only.
#pragma once

#include "kernels.hpp"
#include "vec.hpp"
#include "element_kernels.hpp"
#include "gemm_kernels.hpp"

namespace glassnet::GLASSNET_ISA {

constexpr KernelSet make_kernel_set(const char* name) {
    return {name, kElementKernels<float>, kElementKernels<double>, kProductKernels<float>, kProductKernels<double>};
}

}  // namespace glassnet::GLASSNET_ISA
