// The kernels for AArch64: NEON. Compiled with that instruction set's flags, see CMakeLists.txt.
#define GLASSNET_ISA neon
#define GLASSNET_ISA_NEON
#include "kernel_set.hpp"

namespace glassnet::neon {
extern const KernelSet kernel_set;
const KernelSet kernel_set = make_kernel_set("neon");
}  // namespace glassnet::neon
