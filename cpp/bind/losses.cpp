// Bindings of the losses, and of softmax, over the last axis of matrices.
//
// Arrays come with exact dtypes and C order (the catalog's Python converts). The GIL is released while kernels run.
// Errors are ValueErrors that say what must hold and what was received.
#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "kernel_calls.hpp"
#include "sharing.hpp"

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

// Where a call's results go; each may be nullptr.
template <class T>
struct Results {
    double* value;  // one a row
    T* gradient;
    T* curvature;
};

constexpr std::size_t kChunk = 4096;  // elements that are worked on at a time: in first-level cache

std::size_t rows_at_a_time(std::size_t rows, std::size_t cols) {
    return std::min(rows, std::max<std::size_t>(kChunk / cols, 1));
}

template <class T>
void element_loss(const LossKernel<T>& kernel, const Parameters& parameters, const T* raw, const T* target,
                  std::size_t rows, std::size_t cols, const Results<T>& results) {
    const std::size_t step = rows_at_a_time(rows, cols);
    std::vector<double> each(results.value != nullptr ? step * cols : 0);
    for (std::size_t first = 0; first < rows; first += step) {
        const std::size_t count = std::min(step, rows - first), from = first * cols;
        kernel.elements({raw + from, target + from, each.empty() ? nullptr : each.data(),
                         results.gradient != nullptr ? results.gradient + from : nullptr,
                         results.curvature != nullptr ? results.curvature + from : nullptr, count * cols, parameters});
        if (each.empty()) continue;
        for (std::size_t r = 0; r < count; ++r) {
            double sum = 0.0;
            for (std::size_t c = 0; c < cols; ++c) sum += each[r * cols + c];
            results.value[first + r] = sum;
        }
    }
}

// Some rows of a matrix as one block in panels of one vector.
template <class T>
struct Block {
    std::size_t cols, width, panels, step;
    std::vector<T> data;

    Block(std::size_t columns, std::size_t rows)
        : cols(columns), width(vector_size<T>()), panels((columns + width - 1) / width), step(rows),
          data(panels * width * rows) {}
    void read(const T* from, std::size_t rows) {
        each(rows, [&](std::size_t at, std::size_t place, std::size_t n) { std::copy_n(from + at, n, &data[place]); });
    }
    void write(T* to, std::size_t rows) const {
        each(rows, [&](std::size_t at, std::size_t place, std::size_t n) { std::copy_n(&data[place], n, to + at); });
    }

private:
    // f(offset in the matrix, offset in the block, how many) for each run.
    template <class F>
    void each(std::size_t rows, F f) const {
        for (std::size_t r = 0; r < rows; ++r) {
            for (std::size_t p = 0; p < panels; ++p) {
                f(r * cols + p * width, (p * step + r) * width, std::min(width, cols - p * width));
            }
        }
    }
};

// `target`, or `codes`.
template <class T>
void class_loss(const LossKernel<T>& kernel, const Parameters& parameters, const T* raw, const T* target,
                const std::int64_t* codes, std::size_t rows, std::size_t cols, const Results<T>& results) {
    const std::size_t step = rows_at_a_time(rows, cols);
    Block<T> z(cols, step), t(cols, target != nullptr ? step : 0), out(cols, step);
    std::vector<std::int32_t> short_codes(step);
    std::vector<double> values(step);
    LossBlock<T> block = {};
    block.z = z.data.data();
    block.target = target != nullptr ? t.data.data() : nullptr;
    block.codes = codes != nullptr ? short_codes.data() : nullptr;
    block.scale = T(1);
    block.cols = cols;
    block.width = static_cast<int>(z.width);
    block.stride = z.width * step;
    block.parameters = parameters;
    for (std::size_t first = 0; first < rows; first += step) {
        const std::size_t count = std::min(step, rows - first), from = first * cols;
        z.read(raw + from, count);
        if (target != nullptr) t.read(target + from, count);
        for (std::size_t r = 0; codes != nullptr && r < count; ++r) {
            short_codes[r] = codes[first + r] < 0 ? -1 : static_cast<std::int32_t>(codes[first + r]);
        }
        block.rows = count;
        if (results.value != nullptr || results.gradient != nullptr) {
            block.row_loss = values.data();
            block.gradient = results.gradient != nullptr ? out.data.data() : nullptr;
            kernel.panels(block);
            if (results.gradient != nullptr) out.write(results.gradient + from, count);
            if (results.value != nullptr) std::copy_n(values.data(), count, results.value + first);
        }
        if (results.curvature != nullptr) {
            block.gradient = out.data.data();
            kernel.curvature(block);
            out.write(results.curvature + from, count);
        }
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

using Values = std::optional<Array<double, nb::ndim<1>>>;
template <class T>
using Matrix = std::optional<Array<T, nb::ndim<2>>>;

template <class T>
Results<T> checked_results(std::size_t rows, std::size_t cols, const Values& value, const Matrix<T>& gradient,
                           const Matrix<T>& curvature) {
    if (cols == 0) refuse("raw must have at least one column");
    if (value) check_rows("value", value->shape(0), rows);
    if (gradient) check_shape("gradient", *gradient, "raw", rows, cols);
    if (curvature) check_shape("curvature", *curvature, "raw", rows, cols);
    return {value ? value->data() : nullptr, gradient ? gradient->data() : nullptr,
            curvature ? curvature->data() : nullptr};
}

template <class T>
const LossKernel<T>& find_loss(const std::string& name) {
    return find(element_kernels<T>().losses->entries, element_kernels<T>().losses->count, name, "loss", loss_names());
}

template <class T>
void loss_dense(const std::string& name, const std::vector<double>& given, Array<const T, nb::ndim<2>> raw,
                Array<const T, nb::ndim<2>> target, Values value, Matrix<T> gradient, Matrix<T> curvature) {
    const LossKernel<T>& kernel = find_loss<T>(name);
    const Parameters parameters = parameter_values(name, kernel.parameter_count, given);
    const std::size_t rows = raw.shape(0), cols = raw.shape(1);
    check_shape("target", target, "raw", rows, cols);
    const Results<T> results = checked_results<T>(rows, cols, value, gradient, curvature);
    nb::gil_scoped_release released;
    if (kernel.over_classes) {
        class_loss<T>(kernel, parameters, raw.data(), target.data(), nullptr, rows, cols, results);
    } else {
        element_loss<T>(kernel, parameters, raw.data(), target.data(), rows, cols, results);
    }
}

template <class T>
void loss_codes(const std::string& name, const std::vector<double>& given, Array<const T, nb::ndim<2>> raw,
                Array<const std::int64_t, nb::ndim<1>> codes, Values value, Matrix<T> gradient, Matrix<T> curvature) {
    const LossKernel<T>& kernel = find_loss<T>(name);
    if (!kernel.over_classes) refuse(name + " needs a target of the shape of raw; only losses over classes take codes");
    const Parameters parameters = parameter_values(name, kernel.parameter_count, given);
    const std::size_t rows = raw.shape(0), cols = raw.shape(1);
    check_rows("codes", codes.shape(0), rows);
    const Results<T> results = checked_results<T>(rows, cols, value, gradient, curvature);
    for (std::size_t r = 0; r < rows; ++r) {
        if (codes(r) >= static_cast<std::int64_t>(cols)) {
            refuse("class codes must be below the number of columns, " + std::to_string(cols) +
                   ", or negative for rows to ignore; row " + std::to_string(r) + " has " + std::to_string(codes(r)));
        }
    }
    nb::gil_scoped_release released;
    class_loss<T>(kernel, parameters, raw.data(), nullptr, codes.data(), rows, cols, results);
}

template <class T>
void softmax(Array<const T, nb::ndim<2>> x, Array<T, nb::ndim<2>> out, bool log, int threads) {
    const std::size_t rows = x.shape(0), cols = x.shape(1);
    check_shape("out", out, "x", rows, cols);
    const T* from = x.data();
    T* to = out.data();
    nb::gil_scoped_release released;
    if (rows == 0 || cols == 0) return;
    const std::size_t step = rows_at_a_time(rows, cols);
    share(rows, std::max(step, kPiece / cols / step * step), threads, [&](std::size_t start, std::size_t length) {
        Block<T> block(cols, step);
        for (std::size_t first = start; first < start + length; first += step) {
            const std::size_t count = std::min(step, start + length - first);
            block.read(from + first * cols, count);
            element_kernels<T>().losses->softmax_panels(block.data.data(), block.data.data(), count, cols,
                                                        block.width * step, static_cast<int>(block.width), log);
            block.write(to + first * cols, count);
        }
    });
}

template <class T>
void bind_for(nb::module_& m) {
    m.def("loss", &loss_dense<T>, "name"_a, "parameters"_a, "raw"_a.noconvert(), "target"_a.noconvert(),
          "value"_a.noconvert().none(), "gradient"_a.noconvert().none(), "curvature"_a.noconvert().none() = nb::none(),
          "Write each row's loss, summed over the outputs, to value, d loss / d raw to gradient, and its second "
          "derivative by each score to curvature; each may be None.");
    m.def("loss", &loss_codes<T>, "name"_a, "parameters"_a, "raw"_a.noconvert(), "target"_a.noconvert(),
          "value"_a.noconvert().none(), "gradient"_a.noconvert().none(), "curvature"_a.noconvert().none() = nb::none(),
          "The same for class codes; rows with a negative code are ignored: value 0, gradient 0.");
    m.def("softmax", &softmax<T>, "x"_a.noconvert(), "out"_a.noconvert(), "log"_a, "threads"_a = 1,
          "Write the softmax of each row of x, or its logarithm, to out, which may be x itself. "
          "The number of threads has no influence on results.");
}

nb::tuple loss_facts(const std::string& name) {
    const LossKernel<double>& kernel = find_loss<double>(name);
    return nb::make_tuple(kernel.link, kernel.parameter_count, kernel.middle, kernel.over_classes);
}

}  // namespace

void bind_losses(nb::module_& m) {
    m.def("loss_names", &loss_names, "Names of the losses.");
    m.def("loss_facts", &loss_facts, "name"_a,
          "Link, number of parameters, the score that decides between targets 0 and 1, and whether it takes codes.");
    bind_for<float>(m);
    bind_for<double>(m);
}
