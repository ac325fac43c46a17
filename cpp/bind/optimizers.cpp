// Binding of the optimizers' updates: one step on arrays, as the trainer takes it.
#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "kernel_calls.hpp"

namespace nb = nanobind;
using namespace nb::literals;

namespace {

using namespace glassnet;

// In the order of enum Solver; which of them keep a mean of gradients or a velocity, and which a sum of squares.
const std::vector<std::string> kSolvers = {"sgd", "adagrad", "rmsprop", "adam"};
constexpr bool kHasSecond[] = {false, true, true, true};

template <class T>
T* state(const char* what, const std::string& solver, const std::optional<Array<T, nb::ndim<1>>>& array, bool needed,
         std::size_t n) {
    if (!array) {
        if (needed) refuse(solver + " needs " + what);
        return nullptr;
    }
    if (array->shape(0) != n) {
        refuse(std::string(what) + " must have the length of parameter, " + std::to_string(n) + "; got " +
               std::to_string(array->shape(0)));
    }
    return array->data();
}

template <class T>
void step(const std::string& solver, Array<T, nb::ndim<1>> parameter, Array<const T, nb::ndim<1>> gradient,
          std::optional<Array<T, nb::ndim<1>>> first, std::optional<Array<T, nb::ndim<1>>> second, double rate, double l1, double l2,
          double keep, double momentum, double decay, double epsilon, double correction_1, double correction_2,
          bool nesterov) {
    const auto found = std::find(kSolvers.begin(), kSolvers.end(), solver);
    if (found == kSolvers.end()) refuse("solver must be one of " + joined(kSolvers) + "; got \"" + solver + "\"");
    const std::size_t which = static_cast<std::size_t>(found - kSolvers.begin()), n = parameter.shape(0);
    if (gradient.shape(0) != n) {
        refuse("gradient must have the length of parameter, " + std::to_string(n) + "; got " +
               std::to_string(gradient.shape(0)));
    }
    Update<T> update = {};
    update.parameter = parameter.data();
    update.gradient = gradient.data();
    update.first = state("first", solver, first, which == static_cast<std::size_t>(Solver::kAdam), n);
    update.second = state("second", solver, second, kHasSecond[which], n);
    update.n = n;
    update.rate = static_cast<T>(rate);
    update.l1 = static_cast<T>(l1);
    update.l2 = static_cast<T>(l2);
    update.keep = static_cast<T>(keep);
    update.momentum = static_cast<T>(momentum);
    update.decay = static_cast<T>(decay);
    update.momentum_rest = static_cast<T>(1.0 - momentum);
    update.decay_rest = static_cast<T>(1.0 - decay);
    update.epsilon = static_cast<T>(epsilon);
    update.correction_1 = static_cast<T>(correction_1);
    update.correction_2 = static_cast<T>(correction_2);
    update.nesterov = nesterov;
    element_kernels<T>().update[which](update);
}

template <class T>
void bind_for(nb::module_& m) {
    m.def("optimizer_step", &step<T>, "solver"_a, "parameter"_a.noconvert(), "gradient"_a.noconvert(),
          "first"_a.noconvert().none(), "second"_a.noconvert().none(), nb::kw_only(), "rate"_a, "l1"_a = 0.0, "l2"_a = 0.0,
          "keep"_a = 1.0,
          "momentum"_a = 0.0, "decay"_a = 0.0, "epsilon"_a = 0.0, "correction_1"_a = 1.0, "correction_2"_a = 1.0,
          "nesterov"_a = false,
          "Take one step in place: parameter, and what the solver keeps. first: velocity of sgd (None: no momentum) or "
          "mean gradient of adam; second: sum or mean of squared gradients. The rules stand in optimizers.hpp.");
}

}  // namespace

void bind_optimizers(nb::module_& m) {
    bind_for<float>(m);
    bind_for<double>(m);
}
