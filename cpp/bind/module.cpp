// The extension module glassnet._engine: one binding function a topic.
#include <nanobind/nanobind.h>

namespace nb = nanobind;

void bind_functions(nb::module_& m);  // functions.cpp: activations, instruction sets
void bind_formulas(nb::module_& m);  // formulas.cpp: programs of formulas
void bind_losses(nb::module_& m);     // losses.cpp: losses, softmax
void bind_optimizers(nb::module_& m); // optimizers.cpp: single steps
void bind_prediction(nb::module_& m); // predict.cpp: predictions
void bind_tables(nb::module_& m);     // tables.cpp: columns of tables
void bind_training(nb::module_& m);   // train.cpp: networks

NB_MODULE(_engine, m) {
    m.doc() = "glassnet's engine. Private: use the functions of the package.";
    bind_functions(m);
    bind_formulas(m);
    bind_losses(m);
    bind_optimizers(m);
    bind_tables(m);
    bind_training(m);
    bind_prediction(m);
}
