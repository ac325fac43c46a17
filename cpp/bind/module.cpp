// The extension module glassnet._engine: one binding function a topic.
#include <nanobind/nanobind.h>

namespace nb = nanobind;

void bind_functions(nb::module_& m);  // functions.cpp: activations, losses, softmax, instruction sets
#if __has_include("train.cpp")
void bind_training(nb::module_& m);   // train.cpp: networks
#endif

NB_MODULE(_engine, m) {
    m.doc() = "glassnet's engine. Private: use the functions of the package.";
    bind_functions(m);
#if __has_include("train.cpp")
    bind_training(m);
#endif
}
