// The kernels for x86-64-v4: AVX-512 F, DQ, BW, VL. Compiled with that instruction set's flags, see CMakeLists.txt.
#define GLASSNET_ISA v4
#define GLASSNET_ISA_V4
#include "kernel_set.hpp"

namespace glassnet::v4 {
extern const KernelSet kernel_set;
const KernelSet kernel_set = make_kernel_set("x86-64-v4");
}  // namespace glassnet::v4
