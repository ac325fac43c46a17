// Bindings of the losses, and of softmax, over the last axis of matrices.
//
// Arrays come with exact dtypes and C order (the catalog's Python converts). The GIL is released while kernels run.
// Errors are ValueErrors that say what must hold and what was received.
#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <atomic>
#include <limits>
#include <numeric>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "kernel_calls.hpp"
#include "sharing.hpp"

#if defined(__x86_64__) || defined(_M_X64)
#include <emmintrin.h>
#endif

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

// What a call asks for.
template <class T>
struct Call {
    const T* raw;
    const T* target;             // or
    const std::int64_t* codes;
    std::size_t rows, cols;
    const double* weight;        // one a row, or nullptr
    double scale;                // of gradient and curvature
    double* value;               // results; each may be nullptr
    T* gradient;
    T* curvature;
    bool with_sum;
    bool bounded;                // targets must lie in [low, high]
    T low, high;
    int threads;
};

// Whether all targets lie in the interval; NaN does not. The flag is as wide as a target, so that compilers see vectors; but the
// oldest x86-64 has none of 64-bit integers, and is told.
template <class T>
bool all_within(const T* target, std::size_t n, T low, T high) {
    using Flag = std::conditional_t<sizeof(T) == 4, std::int32_t, std::int64_t>;
    Flag inside = 1;
    std::size_t i = 0;
#if defined(__x86_64__) || defined(_M_X64)
    if constexpr (sizeof(T) == 8) {
        const __m128d least = _mm_set1_pd(low), most = _mm_set1_pd(high);
        __m128d all[2] = {_mm_cmpeq_pd(least, least), _mm_cmpeq_pd(least, least)};
        for (; i + 4 <= n; i += 4) {
            for (std::size_t k = 0; k < 2; ++k) {
                const __m128d x = _mm_loadu_pd(target + i + 2 * k);
                all[k] = _mm_and_pd(all[k], _mm_and_pd(_mm_cmpge_pd(x, least), _mm_cmple_pd(x, most)));
            }
        }
        inside = _mm_movemask_pd(_mm_and_pd(all[0], all[1])) == 3;
    }
#endif
    for (; i < n; ++i) inside &= static_cast<Flag>((target[i] >= low) & (target[i] <= high));
    return inside != 0;
}

// work(first row, rows, sum of weighted losses) for pieces that threads share; returns the sum over all of them, in order.
template <class T, class Work>
double share_rows(const Call<T>& call, Work work) {
    const std::size_t piece = std::max<std::size_t>(kPiece / call.cols, 1);
    std::vector<double> sums((call.rows + piece - 1) / piece);
    std::atomic<bool> outside{false};
    share(call.rows, piece, call.threads, [&](std::size_t first, std::size_t rows) {
        if (call.bounded && !all_within(call.target + first * call.cols, rows * call.cols, call.low, call.high)) {
            outside.store(true, std::memory_order_relaxed);
        }
        work(first, rows, sums[first / piece]);
    });
    if (outside.load()) refuse("every target must be a finite number within the bounds of the loss");
    return std::accumulate(sums.begin(), sums.end(), 0.0);
}

template <class T>
double element_loss(const LossKernel<T>& kernel, const Parameters& parameters, const Call<T>& call) {
    constexpr std::size_t kChunk = 2048;  // elements that are worked on at a time: in first-level cache
    const std::size_t cols = call.cols, step = std::max<std::size_t>(kChunk / cols, 1);
    return share_rows(call, [&](std::size_t start, std::size_t length, double& sum) {
        std::vector<double> each(call.value != nullptr && cols > 1 ? step * cols : 0);
        std::vector<double> weights(call.weight != nullptr && cols > 1 ? step * cols : 0);
        for (std::size_t first = start; first < start + length; first += step) {
            const std::size_t count = std::min(step, start + length - first), from = first * cols;
            LossElements<T> some{};
            some.z = call.raw + from;
            some.target = call.target + from;
            some.n = count * cols;
            some.scale = call.scale;
            some.parameters = parameters;
            some.total = call.with_sum ? &sum : nullptr;
            if (call.gradient != nullptr) some.gradient = call.gradient + from;
            if (call.curvature != nullptr) some.curvature = call.curvature + from;
            if (call.value != nullptr) some.loss = cols == 1 ? call.value + first : each.data();
            if (call.weight != nullptr) {
                some.weight = call.weight + first;
                if (cols > 1) {
                    for (std::size_t r = 0; r < count; ++r) std::fill_n(&weights[r * cols], cols, call.weight[first + r]);
                    some.weight = weights.data();
                }
            }
            kernel.elements(some);
            if (each.empty()) continue;
            for (std::size_t r = 0; r < count; ++r) {
                call.value[first + r] = std::accumulate(&each[r * cols], &each[r * cols] + cols, 0.0);
            }
        }
    });
}

template <class T>
double class_loss(const LossKernel<T>& kernel, const Parameters& parameters, const Call<T>& call) {
    const std::size_t cols = call.cols;
    return share_rows(call, [&](std::size_t first, std::size_t rows, double& sum) {
        const std::size_t from = first * cols;
        std::vector<std::int32_t> codes(call.codes != nullptr ? rows : 0);
        for (std::size_t r = 0; r < codes.size(); ++r) {
            codes[r] = call.codes[first + r] < 0 ? -1 : static_cast<std::int32_t>(call.codes[first + r]);
        }
        std::vector<T> weights(call.weight != nullptr ? rows : 0);
        for (std::size_t r = 0; r < weights.size(); ++r) weights[r] = static_cast<T>(call.weight[first + r] * call.scale);
        std::vector<double> losses(call.value != nullptr || call.with_sum ? rows : 0);
        LossBlock<T> block{};
        block.z = call.raw + from;
        block.target = call.target != nullptr ? call.target + from : nullptr;
        block.codes = codes.empty() ? nullptr : codes.data();
        block.row_weight = weights.empty() ? nullptr : weights.data();
        block.scale = static_cast<T>(call.scale);
        block.rows = rows;
        block.cols = cols;
        block.parameters = parameters;
        if (!losses.empty() || call.gradient != nullptr) {
            block.row_loss = losses.empty() ? nullptr : losses.data();
            block.gradient = call.gradient != nullptr ? call.gradient + from : nullptr;
            kernel.panels(block);
        }
        for (std::size_t r = 0; r < losses.size(); ++r) {
            const double weight = call.weight != nullptr ? call.weight[first + r] : 1.0;
            const double loss = weight != 0.0 ? weight * losses[r] : 0.0;
            if (call.value != nullptr) call.value[first + r] = loss;
            sum += loss;
        }
        if (call.curvature != nullptr) {
            block.gradient = call.curvature + from;
            kernel.curvature(block);
            for (std::size_t r = 0; r < rows; ++r) {
                const bool ignored = !codes.empty() && codes[r] < 0;
                const T factor = ignored ? T(0) : weights.empty() ? block.scale : weights[r];
                T* const row = block.gradient + r * cols;
                for (std::size_t c = 0; c < cols; ++c) row[c] = factor != T(0) ? row[c] * factor : T(0);
            }
        }
    });
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

using Weights = std::optional<Array<const double, nb::ndim<1>>>;
using Values = std::optional<Array<double, nb::ndim<1>>>;
template <class T>
using Matrix = std::optional<Array<T, nb::ndim<2>>>;

template <class T>
const LossKernel<T>& find_loss(const std::string& name) {
    return find(element_kernels<T>().losses->entries, element_kernels<T>().losses->count, name, "loss", loss_names());
}

template <class T>
Call<T> checked_call(Array<const T, nb::ndim<2>> raw, const Values& value, const Matrix<T>& gradient, const Matrix<T>& curvature,
                     const Weights& weight, double scale, bool with_sum, int threads) {
    const std::size_t rows = raw.shape(0), cols = raw.shape(1);
    if (cols == 0) refuse("raw must have at least one column");
    if (value) check_rows("value", value->shape(0), rows);
    if (weight) check_rows("weight", weight->shape(0), rows);
    if (gradient) check_shape("gradient", *gradient, "raw", rows, cols);
    if (curvature) check_shape("curvature", *curvature, "raw", rows, cols);
    Call<T> call{};
    call.raw = raw.data();
    call.rows = rows;
    call.cols = cols;
    call.weight = weight ? weight->data() : nullptr;
    call.scale = scale;
    call.value = value ? value->data() : nullptr;
    call.gradient = gradient ? gradient->data() : nullptr;
    call.curvature = curvature ? curvature->data() : nullptr;
    call.with_sum = with_sum;
    call.threads = threads;
    return call;
}

template <class T>
double loss_dense(const std::string& name, const std::vector<double>& given, Array<const T, nb::ndim<2>> raw,
                  Array<const T, nb::ndim<2>> target, Values value, Matrix<T> gradient, Matrix<T> curvature, Weights weight,
                  double scale, bool with_sum, int threads, std::optional<std::pair<double, double>> bounds) {
    const LossKernel<T>& kernel = find_loss<T>(name);
    const Parameters parameters = parameter_values(name, kernel.parameter_count, given);
    check_shape("target", target, "raw", raw.shape(0), raw.shape(1));
    Call<T> call = checked_call<T>(raw, value, gradient, curvature, weight, scale, with_sum, threads);
    call.target = target.data();
    call.bounded = bounds.has_value();
    if (bounds) {
        constexpr double kLargest = static_cast<double>(std::numeric_limits<T>::max());
        call.low = static_cast<T>(std::max(bounds->first, -kLargest));
        call.high = static_cast<T>(std::min(bounds->second, kLargest));
    }
    nb::gil_scoped_release released;
    return kernel.over_classes ? class_loss<T>(kernel, parameters, call) : element_loss<T>(kernel, parameters, call);
}

template <class T>
double loss_codes(const std::string& name, const std::vector<double>& given, Array<const T, nb::ndim<2>> raw,
                  Array<const std::int64_t, nb::ndim<1>> codes, Values value, Matrix<T> gradient, Matrix<T> curvature,
                  Weights weight, double scale, bool with_sum, int threads) {
    const LossKernel<T>& kernel = find_loss<T>(name);
    if (!kernel.over_classes) refuse(name + " needs a target of the shape of raw; only losses over classes take codes");
    const Parameters parameters = parameter_values(name, kernel.parameter_count, given);
    check_rows("codes", codes.shape(0), raw.shape(0));
    Call<T> call = checked_call<T>(raw, value, gradient, curvature, weight, scale, with_sum, threads);
    call.codes = codes.data();
    for (std::size_t r = 0; r < call.rows; ++r) {
        if (call.codes[r] >= static_cast<std::int64_t>(call.cols)) {
            refuse("class codes must be below the number of columns, " + std::to_string(call.cols) +
                   ", or negative for rows to ignore; row " + std::to_string(r) + " has " + std::to_string(call.codes[r]));
        }
    }
    nb::gil_scoped_release released;
    return class_loss<T>(kernel, parameters, call);
}

template <class T>
void softmax(Array<const T, nb::ndim<2>> x, Array<T, nb::ndim<2>> out, bool log, int threads) {
    const std::size_t rows = x.shape(0), cols = x.shape(1);
    check_shape("out", out, "x", rows, cols);
    const T* from = x.data();
    T* to = out.data();
    nb::gil_scoped_release released;
    if (rows == 0 || cols == 0) return;
    share(rows, std::max<std::size_t>(kPiece / cols, 1), threads, [&](std::size_t first, std::size_t count) {
        element_kernels<T>().losses->softmax_panels(from + first * cols, to + first * cols, count, cols, 0, 0, log);
    });
}

template <class T>
void bind_for(nb::module_& m) {
    m.def("loss", &loss_dense<T>, "name"_a, "parameters"_a, "raw"_a.noconvert(), "target"_a.noconvert(),
          "value"_a.noconvert().none(), "gradient"_a.noconvert().none(), "curvature"_a.noconvert().none() = nb::none(),
          "weight"_a.noconvert().none() = nb::none(), "scale"_a = 1.0, "with_sum"_a = false, "threads"_a = 1,
          "bounds"_a.none() = nb::none(),
          "Write each row's loss, summed over the outputs, to value, d loss / d raw to gradient, and its second "
          "derivative by each score to curvature; each may be None. Rows' weights multiply all of them, and scale the "
          "derivatives. Returns the sum of all weighted losses if with_sum, else 0. A target that is not finite or lies "
          "outside of the bounds, where there are any, is refused. The number of threads has no influence on results.");
    m.def("loss", &loss_codes<T>, "name"_a, "parameters"_a, "raw"_a.noconvert(), "target"_a.noconvert(),
          "value"_a.noconvert().none(), "gradient"_a.noconvert().none(), "curvature"_a.noconvert().none() = nb::none(),
          "weight"_a.noconvert().none() = nb::none(), "scale"_a = 1.0, "with_sum"_a = false, "threads"_a = 1,
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
