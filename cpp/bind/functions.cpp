// Bindings of the activations, and of the instruction set that computes all functions.
//
// Arrays come with exact dtypes and C order (the catalog's Python converts); nothing is copied on the way in, and the
// GIL is released while kernels run. Errors are ValueErrors that say what must hold and what was received.
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <cstdint>
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

// f(x), or f'(x), to y; y may be x.
template <class T>
void compute(const ActivationKernel<T>& kernel, bool slope, const T* x, T* y, std::size_t n, const Parameters& parameters,
             int threads) {
    const auto function = slope ? kernel.slope : kernel.value;
    if (n <= kPiece) return function(x, y, n, parameters);
    const bool streamed = n * sizeof(T) >= kStreamed && y != x;
    const auto stream = element_kernels<T>().stream;
    share_results(y, n, threads, [&](std::size_t first, std::size_t count) {
        if (y != x) touch_end(y + first, count);
        if (streamed) {
            compute_streamed(x + first, y + first, count, stream,
                             [&](const T* in, T* out, std::size_t m) { function(in, out, m, parameters); });
        } else {
            function(x + first, y + first, count, parameters);
        }
    });
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
        share_results(y, n, threads, [&](std::size_t first, std::size_t count) {
            kernel.value_and_slope(from + first, y + first, dy + first, count, parameters);
        });
    } else if (y != nullptr || dy != nullptr) {
        compute(kernel, y == nullptr, from, y != nullptr ? y : dy, n, parameters, threads);
    }
}

// An array's memory as it is, where it is in C order and of the asked kind; else nothing. Several times faster than
// nanobind's arrays, which matters where a call takes less than a microsecond.
class Memory {
public:
    Memory(nb::handle array, int kind) : held_(PyObject_GetBuffer(array.ptr(), &view_, kind | PyBUF_C_CONTIGUOUS | PyBUF_FORMAT) == 0) {
        if (!held_) PyErr_Clear();
    }
    ~Memory() {
        if (held_) PyBuffer_Release(&view_);
    }
    Memory(const Memory&) = delete;
    Memory& operator=(const Memory&) = delete;

    bool held() const { return held_; }
    const Py_buffer& operator*() const { return view_; }
    // 'f' or 'd' where that is all the format says: native byte order, aligned.
    char type() const { return view_.format != nullptr && view_.format[0] != 0 && view_.format[1] == 0 ? view_.format[0] : '?'; }
    bool same_shape(const Memory& other) const {
        return view_.ndim == other.view_.ndim && std::equal(view_.shape, view_.shape + view_.ndim, other.view_.shape);
    }
    // A kernel may write where it reads, but not beside it.
    bool same_place_or_apart(const Memory& other) const {
        const auto mine = reinterpret_cast<std::uintptr_t>(view_.buf), its = reinterpret_cast<std::uintptr_t>(other.view_.buf);
        return mine == its || mine + static_cast<std::uintptr_t>(view_.len) <= its || its + static_cast<std::uintptr_t>(other.view_.len) <= mine;
    }

private:
    Py_buffer view_{};
    bool held_;
};

// Up to so many elements a call keeps the GIL: to let it go and take it again would cost more than it gives to others.
constexpr std::size_t kKeepsGil = 1 << 11;

template <class T>
void compute(std::size_t index, const nb::tuple& given, bool slope, const Memory& x, const Memory& y, int threads) {
    const ActivationTable<T>& table = *element_kernels<T>().activations;
    if (index >= static_cast<std::size_t>(table.count)) refuse("there is no activation number " + std::to_string(index));
    const ActivationKernel<T>& kernel = table.entries[index];
    const std::size_t n = static_cast<std::size_t>((*x).len) / sizeof(T);
    if (given.size() != static_cast<std::size_t>(kernel.parameter_count)) parameter_values(kernel.name, kernel.parameter_count, std::vector<double>(given.size()));
    Parameters parameters = {};
    for (std::size_t i = 0; i < given.size(); ++i) parameters.value[i] = nb::cast<double>(given[i]);
    const T* from = static_cast<const T*>((*x).buf);
    T* to = static_cast<T*>((*y).buf);
    if (n <= kKeepsGil) return compute(kernel, slope, from, to, n, parameters, 1);
    nb::gil_scoped_release released;
    compute(kernel, slope, from, to, n, parameters, threads);
}

// The quick way for NumPy arrays that need no conversion; None says that these are not of the kind, and that nothing happened.
nb::object elementwise(std::size_t index, const nb::tuple& parameters, nb::object x, nb::object out, bool slope, int threads) {
    const Memory from(x, PyBUF_SIMPLE);
    if (!from.held() || (from.type() != 'f' && from.type() != 'd')) return nb::none();
    if (out.is_none()) {
        if ((*from).ndim == 0) return nb::none();
        // Never released: the module cannot be unloaded.
        static const nb::handle empty_like = nb::object(nb::module_::import_("numpy").attr("empty_like")).release();
        out = empty_like(x);
    }
    const Memory to(out, PyBUF_WRITABLE);
    if (!to.held() || to.type() != from.type() || !to.same_shape(from) || !to.same_place_or_apart(from)) return nb::none();
    if (from.type() == 'f') {
        compute<float>(index, parameters, slope, from, to, threads);
    } else {
        compute<double>(index, parameters, slope, from, to, threads);
    }
    return out;
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
    m.def("elementwise", &elementwise, "index"_a, "parameters"_a, "x"_a, "out"_a.none(), "slope"_a = false, "threads"_a = 1,
          "Write f(x), or f'(x), to an array like x, or to out where it is not None, and return that. f is the index-th of "
          "activation_names(). None is returned, and nothing is written, where the arrays are not floats in C order of one "
          "type and shape, in the same place or apart.");
    bind_for<float>(m);
    bind_for<double>(m);
}
