// Predictions: forward passes of a network that stays as it is, for any number of callers at once.
//
// Rows are taken in blocks that are small enough for all activations of a block to stay in the first or second cache, so the
// memory that a prediction needs beside X and its result does not grow with the rows. A first layer that multiplies panels
// reads rows of X where they lie. Each row's result depends on nothing but the row: not on its block, nor on threads.
//
// A predictor lends workspaces to its callers and keeps them: one row takes less time than to allocate what it needs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "network.hpp"
#include "rows.hpp"

namespace glassnet {

enum class Outcome : std::uint8_t {
    kScores,     // the last layer's sums
    kOutputs,    // through the link
    kBothSides,  // the one output of a sigmoid as the chances of both classes, both exact near 0: neither is 1 minus the other
};

template <class T>
class Predictor {
public:
    // `network` outlives it, and does not change meanwhile. Throws std::invalid_argument for kBothSides of several outputs.
    Predictor(const Network<T>& network, int threads);

    const Network<T>& network() const { return network_; }
    std::size_t columns(Outcome outcome) const;
    // Floating-point operations for so many rows.
    double cost(std::size_t rows) const { return static_cast<double>(rows) * network_.forward_cost(); }

    // Results row after row, [rows, columns(outcome)]. Safe to call from many threads at once.
    void predict(const RowSource<T>& rows, Outcome outcome, T* out) const;
    // The same for X [rows, inputs], row after row; false: some number is not finite, and `out` holds nothing of use.
    template <class Source>
    bool predict_finite(const Source* x, std::size_t rows, Outcome outcome, T* out) const;

private:
    struct Workspace {
        Activations<T> activations;
        Matrix<T> output;
    };
    class Loan;

    template <class Check>
    bool run(const RowSource<T>& rows, Outcome outcome, T* out, const Check& is_finite) const;
    // `next`: as many rows are wanted after these.
    void forward(const RowSource<T>& rows, Outcome outcome, std::size_t first, std::size_t count, std::size_t next, Workspace& space,
                 T* out) const;
    void both_sides(const Matrix<T>& z, std::size_t count, Matrix<T>& scratch, T* out) const;

    const Network<T>& network_;
    int threads_;
    std::size_t block_rows_;
    mutable std::mutex mutex_;
    mutable std::vector<std::unique_ptr<Workspace>> idle_;
};

extern template class Predictor<float>;
extern template class Predictor<double>;

}  // namespace glassnet
