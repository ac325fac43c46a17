// A loss that somebody else computes, a whole batch at a time: the seam for losses that are written in Python.
//
// The first phase of a step goes forward in row blocks by all threads, then one thread hands the whole batch's raw scores over
// and gets their gradient, then all go backward. Rejected: a call for each row block. It would be as many times the price of
// entering Python, and a loss that looks at the batch as a whole (a correlation, a ranking) could not be written.
#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <vector>

#include "panels.hpp"

namespace glassnet {

// Rows of a batch, one after the other.
template <class T>
struct OutsideBatch {
    std::size_t rows = 0, outputs = 0;
    const T* raw = nullptr;                 // [rows, outputs]
    const T* targets = nullptr;             // [rows, outputs], or
    const std::int64_t* codes = nullptr;    // [rows]
    const double* weights = nullptr;        // [rows], or [rows, outputs] with weights_per_output; nullptr: all 1
    bool weights_per_output = false;
    T* gradient = nullptr;                  // [rows, outputs], of the returned loss; nullptr: not wanted
};

// Thrown by a loss that was interrupted from the keyboard: training ends as if it had been asked between two steps.
struct OutsideInterrupt : std::runtime_error {
    OutsideInterrupt() : std::runtime_error("interrupted") {}
};

class OutsideLoss {
public:
    virtual ~OutsideLoss() = default;
    // The batch's loss, a mean over its rows. Called by the thread that trains.
    virtual double loss(const OutsideBatch<float>& batch) const = 0;
    virtual double loss(const OutsideBatch<double>& batch) const = 0;
};

// The batch's arrays, kept from step to step.
template <class T>
struct OutsideBuffers {
    std::vector<T> raw, targets, gradient;
    std::vector<std::int64_t> codes;
    std::vector<double> weights;
};

// Copies the first `rows` rows of a matrix to a row-major array, and back.
template <class T>
void copy_rows(const Matrix<T>& from, std::size_t rows, std::size_t columns, std::vector<T>& to) {
    to.resize(rows * columns);
    for (std::size_t r = 0; r < rows; ++r) {
        for (std::size_t c = 0; c < columns; ++c) to[r * columns + c] = from.at(r, c);
    }
}
template <class T>
void copy_rows(const std::vector<T>& from, std::size_t rows, std::size_t columns, Matrix<T>& to) {
    for (std::size_t r = 0; r < rows; ++r) {
        for (std::size_t c = 0; c < columns; ++c) to.at(r, c) = from[r * columns + c];
    }
}

}  // namespace glassnet
