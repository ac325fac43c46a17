// Arrays of Python as the engine reads them. They come in as they are, and are checked as far as memory depends on it;
// conversions happen row by row in the engine.
#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "../engine/rows.hpp"
#include "../engine/trainer.hpp"

namespace glassnet {

namespace nb = nanobind;

template <class S, int N>
using In = nb::ndarray<const S, nb::ndim<N>, nb::c_contig, nb::device::cpu>;
using AnyMatrix = nb::ndarray<nb::ro, nb::ndim<2>, nb::c_contig, nb::device::cpu>;

// Codes index tables: none may reach outside of its own. What was beyond 32 bits comes as their limits.
inline void check_codes(const In<std::int32_t, 2>& codes, const std::vector<EmbeddingDescription>& embeddings) {
    using Limits = std::numeric_limits<std::int32_t>;
    const std::size_t columns = embeddings.size();
    for (std::size_t i = 0; i < codes.size(); ++i) {
        const std::int32_t code = codes.data()[i];
        const std::size_t categories = embeddings[i % columns].categories;
        if (code >= 0 && static_cast<std::size_t>(code) < categories) continue;
        const std::string found = code == Limits::max() ? "larger" : code == Limits::min() ? "smaller" : std::to_string(code);
        throw std::invalid_argument("codes of column " + std::to_string(i % columns) + " must be from 0 to " +
                                    std::to_string(categories - 1) + "; row " + std::to_string(i / columns) + " is " + found);
    }
}

// X as the engine reads it: a dense array of either float type, or (values, indices, starts, columns) of a CSR matrix, or
// (one of them, codes) where the network has embeddings, or (one of all these, uint32 list of the rows that count).
template <class T>
std::unique_ptr<RowSource<T>> row_source(nb::handle x, const NetworkDescription& network) {
    if (nb::isinstance<nb::tuple>(x) && nb::len(x) == 2) {
        const nb::tuple parts = nb::borrow<nb::tuple>(x);
        In<std::uint32_t, 1> chosen;
        if (nb::try_cast(parts[1], chosen, false)) {
            std::unique_ptr<RowSource<T>> all = row_source<T>(parts[0], network);
            for (std::size_t i = 0; i < chosen.size(); ++i) {
                if (chosen.data()[i] >= all->rows()) throw std::invalid_argument("a chosen row is not below the number of rows of X");
            }
            return std::make_unique<ChosenRows<T>>(std::move(all), chosen.data(), chosen.size());
        }
        NetworkDescription numbers;
        numbers.inputs = network.inputs;
        std::unique_ptr<RowSource<T>> source = row_source<T>(parts[0], numbers);
        const auto codes = nb::cast<In<std::int32_t, 2>>(parts[1], false);
        if (codes.shape(0) != source->rows() || codes.shape(1) != network.embeddings.size()) {
            throw std::invalid_argument("codes must have the shape (rows, embeddings)");
        }
        check_codes(codes, network.embeddings);
        return std::make_unique<CodedRows<T>>(std::move(source), codes.data(), codes.shape(1));
    }
    if (!network.embeddings.empty()) throw std::invalid_argument("a network with embeddings needs codes beside X");
    std::unique_ptr<RowSource<T>> source;
    if (nb::isinstance<nb::tuple>(x)) {
        const nb::tuple parts = nb::borrow<nb::tuple>(x);
        if (parts.size() != 4) throw std::invalid_argument("a sparse X must be (values, indices, starts, columns)");
        const auto indices = nb::cast<In<std::int64_t, 1>>(parts[1]);
        const auto starts = nb::cast<In<std::int64_t, 1>>(parts[2]);
        const auto width = nb::cast<std::size_t>(parts[3]);
        const std::size_t rows = starts.size() - 1;
        if (starts.size() == 0 || starts.data()[0] != 0 || starts.data()[rows] != static_cast<std::int64_t>(indices.size())) {
            throw std::invalid_argument("the starts of a sparse X must run from 0 to its number of entries");
        }
        for (std::size_t r = 0; r < rows; ++r) {
            if (starts.data()[r] > starts.data()[r + 1]) throw std::invalid_argument("the starts of a sparse X must not fall");
        }
        for (std::size_t i = 0; i < indices.size(); ++i) {
            if (indices.data()[i] < 0 || indices.data()[i] >= static_cast<std::int64_t>(width)) {
                throw std::invalid_argument("a column index of a sparse X is outside its width");
            }
        }
        In<float, 1> single;
        In<double, 1> twofold;
        if (nb::try_cast(parts[0], single, false) && single.size() == indices.size()) {
            source = std::make_unique<SparseRows<T, float>>(single.data(), indices.data(), starts.data(), rows, width);
        } else if (nb::try_cast(parts[0], twofold, false) && twofold.size() == indices.size()) {
            source = std::make_unique<SparseRows<T, double>>(twofold.data(), indices.data(), starts.data(), rows, width);
        } else {
            throw std::invalid_argument("the values of a sparse X must be float32 or float64, one per index");
        }
    } else {
        const auto array = nb::cast<AnyMatrix>(x, false);
        if (array.dtype() == nb::dtype<float>()) {
            source = std::make_unique<DenseRows<T, float>>(static_cast<const float*>(array.data()), array.shape(0), array.shape(1));
        } else if (array.dtype() == nb::dtype<double>()) {
            source = std::make_unique<DenseRows<T, double>>(static_cast<const double*>(array.data()), array.shape(0), array.shape(1));
        } else {
            throw std::invalid_argument("X must be float32 or float64");
        }
    }
    if (source->columns() != network.inputs) throw std::invalid_argument("X must have as many columns as the network has inputs");
    if (source->rows() > 0xffffffffull) throw std::invalid_argument("X must have fewer than 2**32 rows");
    return source;
}

// Holds what a Data points to.
template <class T>
struct Bound {
    std::unique_ptr<RowSource<T>> rows;
    Data<T> data;
};

// y: T[rows, outputs], or int64[rows]; weights: None, float64[rows] or float64[rows, outputs].
template <class T>
Bound<T> bind_data(nb::handle x, nb::handle y, nb::handle weights, const Network<T>& network) {
    Bound<T> bound;
    bound.rows = row_source<T>(x, network.description());
    bound.data.rows = bound.rows.get();
    const std::size_t n = bound.data.size();
    const std::size_t outputs = network.outputs();
    In<std::int64_t, 1> codes;
    In<T, 2> values;
    if (nb::try_cast(y, codes, false)) {
        if (codes.size() != n) throw std::invalid_argument("y must have one entry per row of X");
        for (std::size_t i = 0; i < n; ++i) {
            if (codes.data()[i] >= static_cast<std::int64_t>(outputs)) throw std::invalid_argument("a class code is not below the number of outputs");
        }
        bound.data.codes = codes.data();
    } else if (nb::try_cast(y, values, false)) {
        if (values.shape(0) != n || values.shape(1) != outputs) throw std::invalid_argument("y must have the shape (rows, outputs)");
        bound.data.targets = values.data();
    } else {
        throw std::invalid_argument("y must be int64 codes (rows,) or floats (rows, outputs) of the network's type");
    }
    if (!weights.is_none()) {
        In<double, 1> per_row;
        In<double, 2> per_output;
        if (nb::try_cast(weights, per_row, false) && per_row.size() == n) {
            bound.data.weights = per_row.data();
        } else if (nb::try_cast(weights, per_output, false) && per_output.shape(0) == n && per_output.shape(1) == outputs) {
            bound.data.weights = per_output.data();
            bound.data.weights_per_output = true;
        } else {
            throw std::invalid_argument("weights must be float64 of shape (rows,) or (rows, outputs)");
        }
    }
    return bound;
}

}  // namespace glassnet
