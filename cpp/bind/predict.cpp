// Predictions for Python. The usual call brings a plain NumPy array that the engine can read as it lies: `quick` sees that by the
// array's buffer, in a fraction of a microsecond, and leaves everything else (None) to those who convert and explain.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <cstdint>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "../engine/predictor.hpp"
#include "arrays.hpp"

namespace nb = nanobind;
using namespace nb::literals;

namespace {

using namespace glassnet;

// Some microseconds of work: below, to give the interpreter's lock away and to get it back costs more than others could do
// meanwhile.
constexpr double kWorthTheLock = 5e5;

// A buffer of Python's, while it is looked at; without one (`!view`) no error is left behind.
class View {
public:
    View(nb::handle object, int flags) : has_(PyObject_GetBuffer(object.ptr(), &buffer_, flags) == 0) {
        if (!has_) PyErr_Clear();
    }
    ~View() {
        if (has_) PyBuffer_Release(&buffer_);
    }
    View(const View&) = delete;
    View& operator=(const View&) = delete;
    explicit operator bool() const { return has_; }
    const Py_buffer* operator->() const { return &buffer_; }
    std::size_t extent(int axis) const { return static_cast<std::size_t>(buffer_.shape[axis]); }
    // C-contiguous numbers of this type, in the machine's order of bytes and where the machine wants them.
    template <class S>
    const S* numbers() const {
        const char* format = sizeof(S) == sizeof(float) ? "f" : "d";
        const bool fits = std::strcmp(buffer_.format, format) == 0 && reinterpret_cast<std::uintptr_t>(buffer_.buf) % alignof(S) == 0;
        return fits ? static_cast<const S*>(buffer_.buf) : nullptr;
    }

private:
    Py_buffer buffer_{};
    bool has_;
};

Outcome outcome_of(int number) {
    if (number < 0 || number > 2) throw std::invalid_argument("an outcome is 0, 1 or 2");
    return static_cast<Outcome>(number);
}

// Runs it, without the interpreter's lock where that is worth it.
template <class Work>
auto unlocked(bool worth_it, const Work& work) {
    if (!worth_it) return work();
    const nb::gil_scoped_release release;
    return work();
}

template <class T>
class BoundPredictor {
public:
    BoundPredictor(nb::object network, int threads)
        : network_(std::move(network)), predictor_(nb::cast<const Network<T>&>(network_), threads) {
        const nb::module_ numpy = nb::module_::import_("numpy");
        array_type_ = numpy.attr("ndarray");
        empty_ = numpy.attr("empty");
        dtype_ = numpy.attr("dtype")(sizeof(T) == sizeof(float) ? "float32" : "float64");
    }

    nb::object quick(nb::handle x, int number, bool flat) const {
        if (reinterpret_cast<PyObject*>(Py_TYPE(x.ptr())) != array_type_.ptr()) return nb::none();
        const View view(x, PyBUF_C_CONTIGUOUS | PyBUF_FORMAT);
        if (!view || view->ndim != 2 || view.extent(1) != predictor_.network().inputs()) return nb::none();
        const std::size_t rows = view.extent(0);
        if (rows == 0 || rows > 0xffffffffull) return nb::none();
        if (const float* single = view.template numbers<float>()) return predicted(single, rows, outcome_of(number), flat);
        if (const double* twofold = view.template numbers<double>()) return predicted(twofold, rows, outcome_of(number), flat);
        return nb::none();
    }

    void fill(nb::handle x, nb::ndarray<T, nb::ndim<2>, nb::c_contig, nb::device::cpu> out, int number) const {
        const std::unique_ptr<RowSource<T>> rows = row_source<T>(x, predictor_.network().description());
        const Outcome outcome = outcome_of(number);
        if (out.shape(0) != rows->rows() || out.shape(1) != predictor_.columns(outcome)) {
            throw std::invalid_argument("out must have the shape (rows, columns of the outcome)");
        }
        unlocked(predictor_.cost(rows->rows()) > kWorthTheLock, [&] {
            predictor_.predict(*rows, outcome, out.data());
            return true;
        });
    }

    std::size_t columns(int number) const { return predictor_.columns(outcome_of(number)); }
    nb::object network() const { return network_; }

private:
    template <class Source>
    nb::object predicted(const Source* x, std::size_t rows, Outcome outcome, bool flat) const {
        const std::size_t columns = predictor_.columns(outcome);
        const nb::object out = flat && columns == 1 ? empty_(rows, dtype_) : empty_(nb::make_tuple(rows, columns), dtype_);
        const View into(out, PyBUF_WRITABLE | PyBUF_C_CONTIGUOUS);
        if (!into) throw std::runtime_error("a new array has no buffer");
        T* to = static_cast<T*>(into->buf);
        const bool finite = unlocked(predictor_.cost(rows) > kWorthTheLock,
                                     [&] { return predictor_.predict_finite(x, rows, outcome, to); });
        return finite ? out : nb::none();
    }

    nb::object network_;   // keeps it alive
    Predictor<T> predictor_;
    nb::object array_type_, empty_, dtype_;
};

// The numbers that some arrays hold, to be told from other numbers later.
class Snapshot {
public:
    explicit Snapshot(nb::handle lists) {
        known_ = walk(lists, [this](nb::handle array) {
            const View view(array, PyBUF_FULL_RO);
            if (!view) return false;
            parts_.push_back({shape_of(view), bytes_of(view)});
            return true;
        });
    }

    bool matches(nb::handle lists) const {
        if (!known_) return false;
        std::size_t next = 0;
        const bool same = walk(lists, [&](nb::handle array) {
            if (next == parts_.size()) return false;
            const Part& part = parts_[next++];
            const View view(array, PyBUF_FULL_RO);
            if (!view || part.bytes.size() != static_cast<std::size_t>(view->len) || part.shape != shape_of(view)) return false;
            if (PyBuffer_IsContiguous(view.operator->(), 'C') != 0) return std::memcmp(part.bytes.data(), view->buf, part.bytes.size()) == 0;
            return bytes_of(view) == part.bytes;
        });
        return same && next == parts_.size();
    }

private:
    struct Part {
        std::string shape;
        std::vector<char> bytes;
    };

    // Calls `look` for each array of each list (or tuple), until it says no.
    template <class Look>
    static bool walk(nb::handle lists, const Look& look) {
        return each(lists, [&](nb::handle list) { return each(list, look); });
    }

    template <class Look>
    static bool each(nb::handle items, const Look& look) {
        const bool is_list = PyList_Check(items.ptr()) != 0;
        if (!is_list && PyTuple_Check(items.ptr()) == 0) return false;
        const Py_ssize_t n = PyObject_Size(items.ptr());
        for (Py_ssize_t i = 0; i < n; ++i) {
            // Borrowed; what `look` does runs no Python that could take it out of its list.
            if (!look(nb::handle(is_list ? PyList_GetItem(items.ptr(), i) : PyTuple_GetItem(items.ptr(), i)))) return false;
        }
        return true;
    }

    static std::string shape_of(const View& view) {
        std::string shape = view->format == nullptr ? "B" : view->format;
        for (int axis = 0; axis < view->ndim; ++axis) shape += ',' + std::to_string(view->shape[axis]);
        return shape;
    }

    static std::vector<char> bytes_of(const View& view) {
        std::vector<char> bytes(static_cast<std::size_t>(view->len));
        if (PyBuffer_ToContiguous(bytes.data(), view.operator->(), view->len, 'C') != 0) throw nb::python_error();
        return bytes;
    }

    std::vector<Part> parts_;
    bool known_ = false;
};

template <class T>
void bind_predictor(nb::module_& m, const char* name) {
    using P = BoundPredictor<T>;
    nb::class_<P>(m, name)
        .def(nb::init<nb::object, int>(), "network"_a, "threads"_a)
        .def("quick", &P::quick, "x"_a.none(), "outcome"_a, "flat"_a)
        .def("fill", &P::fill, "x"_a, "out"_a.noconvert(), "outcome"_a)
        .def("columns", &P::columns, "outcome"_a)
        .def_prop_ro("network", &P::network);
}

}  // namespace

void bind_prediction(nb::module_& m) {
    bind_predictor<float>(m, "Predictor32");
    bind_predictor<double>(m, "Predictor64");
    nb::class_<Snapshot>(m, "Snapshot").def(nb::init<nb::handle>(), "arrays"_a.none()).def("matches", &Snapshot::matches, "arrays"_a.none());
}
