// Programs of formulas: made from instructions, run over arrays.
#include <nanobind/stl/optional.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <memory>
#include <optional>
#include <tuple>

#include "formula.hpp"
#include "kernel_calls.hpp"

using namespace glassnet;
using namespace nb::literals;

namespace {

using Instruction = std::tuple<std::string, std::vector<std::size_t>, std::vector<double>>;
template <class T>
using Vector = Array<T, nb::ndim<1>>;

std::shared_ptr<FormulaProgram> make_program(std::size_t inputs, std::size_t parameters, std::vector<double> constants,
                                             std::vector<Instruction> instructions, std::size_t result, double saturation) {
    FormulaSource source{inputs, parameters, std::move(constants), {}, result};
    for (auto& [function, operands, given] : instructions) {
        source.instructions.push_back({std::move(function), std::move(operands), std::move(given)});
    }
    return std::make_shared<FormulaProgram>(source, saturation);
}

template <class T>
void run(const FormulaProgram& program, const std::vector<T>& units, const std::vector<Vector<const T>>& inputs,
         std::optional<Vector<T>> value, std::optional<Vector<T>> slope, const std::vector<Vector<T>>& parameter_slopes) {
    if (inputs.size() != program.inputs()) refuse("the program has another number of inputs");
    if (units.size() != program.parameters()) refuse("the program has another number of parameters");
    if (!parameter_slopes.empty() && parameter_slopes.size() != units.size()) refuse("one slope for each parameter");
    const std::size_t n = inputs[0].shape(0);
    const T* from[2] = {inputs[0].data(), inputs.back().data()};
    std::vector<T*> more;
    for (const auto& input : inputs) {
        if (input.shape(0) != n) refuse("inputs must be equally long");
    }
    if ((value && value->shape(0) != n) || (slope && slope->shape(0) != n)) refuse("outputs must be as long as the inputs");
    for (const auto& array : parameter_slopes) {
        if (array.shape(0) != n) refuse("outputs must be as long as the inputs");
        more.push_back(array.data());
    }
    T* const y = value ? value->data() : nullptr;
    T* const dy = slope ? slope->data() : nullptr;
    nb::gil_scoped_release released;
    program.run<T>(kernels(), from, y, dy, more.empty() ? nullptr : more.data(), n, 1, units.data(), 1);
}

template <class T>
void bind_for(nb::module_& m) {
    m.def("formula", &run<T>, "program"_a, "parameters"_a, "inputs"_a, "value"_a.noconvert().none(),
          "slope"_a.noconvert().none(), "parameter_slopes"_a,
          "Write the value of a formula, its derivative by the first input and those by its parameters (all of them or none, "
          "and then value and slope as well) to arrays, which may be the inputs.");
}

}  // namespace

void bind_formulas(nb::module_& m) {
    nb::class_<FormulaProgram>(m, "FormulaProgram", "A formula, compiled. Immutable.")
        .def_prop_ro("inputs", &FormulaProgram::inputs)
        .def_prop_ro("parameters", &FormulaProgram::parameters)
        .def("steps", &FormulaProgram::steps, "with_slope"_a, "How many passes over a block its value, or value and slope, take.");
    m.def("formula_program", &make_program, "inputs"_a, "parameters"_a, "constants"_a, "instructions"_a, "result"_a,
          "saturation"_a = 0.0,
          "Validate and compile instructions (function, operands, parameters). Values are numbered: inputs, parameters, "
          "constants, then the results of the instructions.");
    bind_for<float>(m);
    bind_for<double>(m);
}
