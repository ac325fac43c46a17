// The kernels for x86-64-v3: AVX2 and FMA. Compiled with that instruction set's flags, see CMakeLists.txt.
#define GLASSNET_ISA v3
#define GLASSNET_ISA_V3
#include "kernel_set.hpp"

namespace glassnet::v3 {
extern const KernelSet kernel_set;
const KernelSet kernel_set = make_kernel_set("x86-64-v3");
}  // namespace glassnet::v3
