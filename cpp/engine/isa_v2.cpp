// The kernels for x86-64-v2: SSE4.2. Compiled with that instruction set's flags, see CMakeLists.txt.
#define GLASSNET_ISA v2
#define GLASSNET_ISA_V2
#include "kernel_set.hpp"

namespace glassnet::v2 {
extern const KernelSet kernel_set;
const KernelSet kernel_set = make_kernel_set("x86-64-v2");
}  // namespace glassnet::v2
