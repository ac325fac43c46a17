// Bindings of the activations, and of the instruction set that computes all functions.
//
// Arrays come with exact dtypes and C order (the catalog's Python converts); nothing is copied on the way in, and the
// GIL is released while kernels run. Errors are ValueErrors that say what must hold and what was received.
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <optional>
#include <string>
#include <vector>

#include "kernel_calls.hpp"
#include "sharing.hpp"

namespace nb = nanobind;
using namespace nb::literals;

namespace {

using namespace glassnet;

std::vector<std::string> activation_names() {
    const auto& table = kernels().element64;
    std::vector<std::string> names;
    for (int i = 0; i < table.activations->count; ++i) names.emplace_back(table.activations->entries[i].name);
    return names;
}

std::vector<std::string> instruction_sets() {
    std::vector<std::string> names;
    for (const char* const* name = glassnet::usable_kernels(); *name != nullptr; ++name) names.emplace_back(*name);
    return names;
}

void use_instruction_set(const std::string& name) {
    if (!glassnet::select_kernels(name.c_str())) {
        refuse("instruction set must be one that this processor has: " + joined(instruction_sets()) + "; got \"" + name +
               "\"");
    }
}

void check_length(const char* what, std::size_t size, std::size_t expected) {
    if (size != expected) {
        refuse(std::string(what) + " must have the length of the input, " + std::to_string(expected) + "; got " +
               std::to_string(size));
    }
}

template <class T>
void activation(const std::string& name, const std::vector<double>& given, Array<const T, nb::ndim<1>> x,
                std::optional<Array<T, nb::ndim<1>>> value, std::optional<Array<T, nb::ndim<1>>> slope, int threads) {
    const auto& table = element_kernels<T>();
    const ActivationKernel<T>& kernel =
        find(table.activations->entries, table.activations->count, name, "activation", activation_names());
    const Parameters parameters = parameter_values(name, kernel.parameter_count, given);
    const std::size_t n = x.shape(0);
    if (value) check_length("value", value->shape(0), n);
    if (slope) check_length("slope", slope->shape(0), n);
    const T* from = x.data();
    T* y = value ? value->data() : nullptr;
    T* dy = slope ? slope->data() : nullptr;
    nb::gil_scoped_release released;
    if (y != nullptr && dy != nullptr) {
        share(n, kPiece, threads, [&](std::size_t first, std::size_t count) {
            kernel.value_and_slope(from + first, y + first, dy + first, count, parameters);
        });
    } else if (y != nullptr || dy != nullptr) {
        T* const to = y != nullptr ? y : dy;
        const auto compute = y != nullptr ? kernel.value : kernel.slope;
        const bool streamed = n * sizeof(T) >= kStreamed && to != from;
        share(n, kPiece, threads, [&](std::size_t first, std::size_t count) {
            if (streamed) {
                compute_streamed(from + first, to + first, count,
                                 [&](const T* in, T* out, std::size_t m) { compute(in, out, m, parameters); });
            } else {
                compute(from + first, to + first, count, parameters);
            }
        });
    }
}

template <class T>
void bind_for(nb::module_& m) {
    m.def("activation", &activation<T>, "name"_a, "parameters"_a, "x"_a.noconvert(), "value"_a.noconvert().none(),
          "slope"_a.noconvert().none(), "threads"_a = 1,
          "Write f(x) to value and f'(x) to slope, in one pass; either may be None, and either may be x itself. "
          "The number of threads has no influence on results.");
}

}  // namespace

void bind_functions(nb::module_& m) {
    m.def("instruction_set", [] { return std::string(kernels().name); }, "The instruction set in use.");
    m.def("instruction_sets", &instruction_sets, "Those that this processor has, best first.");
    m.def("use_instruction_set", &use_instruction_set, "name"_a,
          "Choose another one; for tests, while nothing trains.");
    m.def("activation_names", &activation_names, "Names of the elementwise activations.");
    m.def("solver_names", [] { return std::vector<std::string>{"sgd", "adagrad", "rmsprop", "adam"}; },
          "Names of the solvers of the engine, in the order of enum Solver.");
    bind_for<float>(m);
    bind_for<double>(m);
}
