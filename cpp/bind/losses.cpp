// Bindings of the losses, and of softmax, over the last axis of matrices.
//
// Arrays come with exact dtypes and C order (the catalog's Python converts). The GIL is released while kernels run.
// Errors are ValueErrors that say what must hold and what was received.
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "kernel_calls.hpp"

namespace nb = nanobind;
using namespace nb::literals;

namespace {

using namespace glassnet;

std::vector<std::string> loss_names() {
    const auto& table = kernels().element64;
    std::vector<std::string> names;
    for (int i = 0; i < table.losses->count; ++i) names.emplace_back(table.losses->entries[i].name);
    return names;
}

// A row as one block in panels: contiguous, padded with zeros to whole vectors.
template <class T>
struct Row {
    std::size_t cols, padded;
    std::vector<T> data;

    explicit Row(std::size_t columns)
        : cols(columns), padded((columns + vector_size<T>() - 1) / vector_size<T>() * vector_size<T>()), data(padded) {}
    void read(const T* from) { std::copy(from, from + cols, data.begin()); }
    void write(T* to) const { std::copy(data.begin(), data.begin() + static_cast<std::ptrdiff_t>(cols), to); }
};

// One row after the other through the panel kernel: `loss` is for array calls and tests, not for training.
template <class T>
void loss_rows(const LossKernel<T>& kernel, const Parameters& parameters, const T* raw, const T* target,
               const std::int64_t* codes, std::size_t rows, std::size_t cols, double* value, T* gradient) {
    Row<T> z(cols), t(target != nullptr ? cols : 0), g(gradient != nullptr ? cols : 0);
    std::int32_t code = 0;
    LossBlock<T> block = {};
    block.z = z.data.data();
    block.gradient = gradient != nullptr ? g.data.data() : nullptr;
    block.target = target != nullptr ? t.data.data() : nullptr;
    block.codes = codes != nullptr ? &code : nullptr;
    block.scale = T(1);
    block.rows = 1;
    block.cols = cols;
    block.width = static_cast<int>(vector_size<T>());
    block.stride = vector_size<T>();
    block.parameters = parameters;
    for (std::size_t r = 0; r < rows; ++r) {
        z.read(raw + r * cols);
        if (target != nullptr) t.read(target + r * cols);
        if (codes != nullptr) code = codes[r] < 0 ? -1 : static_cast<std::int32_t>(codes[r]);
        const double sum = kernel.panels(block);
        if (value != nullptr) value[r] = sum;
        if (gradient != nullptr) g.write(gradient + r * cols);
    }
}

std::string shape_text(std::size_t rows, std::size_t cols) {
    std::string text = "(";
    return text.append(std::to_string(rows)).append(", ").append(std::to_string(cols)).append(")");
}

template <class A>
void check_shape(const char* what, const A& array, const char* like, std::size_t rows, std::size_t cols) {
    if (array.shape(0) != rows || array.shape(1) != cols) {
        refuse(std::string(what) + " must have the shape of " + like + ", " + shape_text(rows, cols) + "; got " +
               shape_text(array.shape(0), array.shape(1)));
    }
}

void check_rows(const char* what, std::size_t size, std::size_t rows) {
    if (size != rows) {
        refuse(std::string(what) + " must have one element a row of raw, " + std::to_string(rows) + "; got " +
               std::to_string(size));
    }
}

template <class T>
void check_outputs(std::size_t rows, std::size_t cols, const std::optional<Array<double, nb::ndim<1>>>& value,
                   const std::optional<Array<T, nb::ndim<2>>>& gradient) {
    if (cols == 0) refuse("raw must have at least one column");
    if (value) check_rows("value", value->shape(0), rows);
    if (gradient) check_shape("gradient", *gradient, "raw", rows, cols);
}

template <class T>
const LossKernel<T>& find_loss(const std::string& name) {
    return find(element_kernels<T>().losses->entries, element_kernels<T>().losses->count, name, "loss", loss_names());
}

template <class T>
void loss_dense(const std::string& name, const std::vector<double>& given, Array<const T, nb::ndim<2>> raw,
                Array<const T, nb::ndim<2>> target, std::optional<Array<double, nb::ndim<1>>> value,
                std::optional<Array<T, nb::ndim<2>>> gradient) {
    const LossKernel<T>& kernel = find_loss<T>(name);
    const Parameters parameters = parameter_values(name, kernel.parameter_count, given);
    const std::size_t rows = raw.shape(0), cols = raw.shape(1);
    check_shape("target", target, "raw", rows, cols);
    check_outputs<T>(rows, cols, value, gradient);
    double* const values = value ? value->data() : nullptr;
    T* const gradients = gradient ? gradient->data() : nullptr;
    nb::gil_scoped_release released;
    loss_rows<T>(kernel, parameters, raw.data(), target.data(), nullptr, rows, cols, values, gradients);
}

template <class T>
void loss_codes(const std::string& name, const std::vector<double>& given, Array<const T, nb::ndim<2>> raw,
                Array<const std::int64_t, nb::ndim<1>> codes, std::optional<Array<double, nb::ndim<1>>> value,
                std::optional<Array<T, nb::ndim<2>>> gradient) {
    const LossKernel<T>& kernel = find_loss<T>(name);
    if (name != "softmax_cross_entropy") {
        refuse(name + " needs a target of the shape of raw; only softmax_cross_entropy takes codes");
    }
    const Parameters parameters = parameter_values(name, kernel.parameter_count, given);
    const std::size_t rows = raw.shape(0), cols = raw.shape(1);
    check_rows("codes", codes.shape(0), rows);
    check_outputs<T>(rows, cols, value, gradient);
    for (std::size_t r = 0; r < rows; ++r) {
        if (codes(r) >= static_cast<std::int64_t>(cols)) {
            refuse("class codes must be below the number of columns, " + std::to_string(cols) +
                   ", or negative for rows to ignore; row " + std::to_string(r) + " has " + std::to_string(codes(r)));
        }
    }
    double* const values = value ? value->data() : nullptr;
    T* const gradients = gradient ? gradient->data() : nullptr;
    nb::gil_scoped_release released;
    loss_rows<T>(kernel, parameters, raw.data(), nullptr, codes.data(), rows, cols, values, gradients);
}

template <class T>
void softmax(Array<const T, nb::ndim<2>> x, Array<T, nb::ndim<2>> out, bool log) {
    const std::size_t rows = x.shape(0), cols = x.shape(1);
    check_shape("out", out, "x", rows, cols);
    const T* from = x.data();
    T* to = out.data();
    nb::gil_scoped_release released;
    Row<T> row(cols);
    for (std::size_t r = 0; r < rows; ++r) {
        row.read(from + r * cols);
        element_kernels<T>().losses->softmax_panels(row.data.data(), row.data.data(), 1, cols, vector_size<T>(),
                                            static_cast<int>(vector_size<T>()), log);
        row.write(to + r * cols);
    }
}

template <class T>
void bind_for(nb::module_& m) {
    m.def("loss", &loss_dense<T>, "name"_a, "parameters"_a, "raw"_a.noconvert(), "target"_a.noconvert(),
          "value"_a.noconvert().none(), "gradient"_a.noconvert().none(),
          "Write each row's loss, summed over the outputs, to value and d loss / d raw to gradient; "
          "either may be None.");
    m.def("loss", &loss_codes<T>, "name"_a, "parameters"_a, "raw"_a.noconvert(), "target"_a.noconvert(),
          "value"_a.noconvert().none(), "gradient"_a.noconvert().none(),
          "The same for class codes; rows with a negative code are ignored: value 0, gradient 0.");
    m.def("softmax", &softmax<T>, "x"_a.noconvert(), "out"_a.noconvert(), "log"_a,
          "Write the softmax of each row of x, or its logarithm, to out, which may be x itself.");
}

}  // namespace

void bind_losses(nb::module_& m) {
    m.def("loss_names", &loss_names, "Names of the losses.");
    bind_for<float>(m);
    bind_for<double>(m);
}
