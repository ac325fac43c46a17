// A loss written in Python: the GIL is taken for one call a batch, and what it raises comes out of the training as it is.
#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <cstring>
#include <stdexcept>

#include "../engine/denormals.hpp"
#include "../engine/outside_loss.hpp"

namespace glassnet {

class PythonLoss final : public OutsideLoss {
public:
    // Of raw scores (rows, outputs), targets (rows, outputs) or codes (rows,), weights or None, and whether the gradient is
    // wanted; returns the loss, and the gradient of raw's shape and type, or None.
    explicit PythonLoss(nanobind::object function) : function_(std::move(function)) {}
    PythonLoss(const PythonLoss&) = delete;
    PythonLoss& operator=(const PythonLoss&) = delete;
    ~PythonLoss() override {
        const nanobind::gil_scoped_acquire gil;
        function_.reset();
    }

    double loss(const OutsideBatch<float>& batch) const override { return call(batch); }
    double loss(const OutsideBatch<double>& batch) const override { return call(batch); }

private:
    // Arrays of Python's own: the function may keep them.
    template <class V>
    static nanobind::object array(const V* from, std::size_t rows, std::size_t columns, bool flat) {
        namespace nb = nanobind;
        V* data = new V[rows * columns];
        std::memcpy(data, from, rows * columns * sizeof(V));
        const nb::capsule owner(data, [](void* p) noexcept { delete[] static_cast<V*>(p); });
        const std::size_t shape[] = {rows, columns};
        return nb::cast(nb::ndarray<nb::numpy, V>(data, flat ? 1 : 2, shape, owner));
    }

    template <class T>
    double call(const OutsideBatch<T>& batch) const {
        namespace nb = nanobind;
        const nb::gil_scoped_acquire gil;
        const KeepDenormals exact;  // Python computes as it always does
        try {
            const nb::object raw = array(batch.raw, batch.rows, batch.outputs, false);
            const nb::object targets = batch.targets != nullptr ? array(batch.targets, batch.rows, batch.outputs, false)
                                                                : array(batch.codes, batch.rows, 1, true);
            nb::object weights = nb::none();
            if (batch.weights != nullptr) {
                weights = array(batch.weights, batch.rows, batch.weights_per_output ? batch.outputs : 1, !batch.weights_per_output);
            }
            const nb::tuple result = nb::cast<nb::tuple>(function_(raw, targets, weights, batch.gradient != nullptr));
            if (batch.gradient != nullptr) {
                const auto gradient = nb::cast<nb::ndarray<const T, nb::ndim<2>, nb::c_contig, nb::device::cpu>>(result[1]);
                if (gradient.shape(0) != batch.rows || gradient.shape(1) != batch.outputs) {
                    throw std::invalid_argument("the gradient must have the shape of the raw scores");
                }
                std::memcpy(batch.gradient, gradient.data(), batch.rows * batch.outputs * sizeof(T));
            }
            return nb::cast<double>(result[0]);
        } catch (nb::python_error& error) {
            if (!error.matches(PyExc_KeyboardInterrupt)) throw;
        }
        throw OutsideInterrupt();
    }

    nanobind::object function_;
};

}  // namespace glassnet
