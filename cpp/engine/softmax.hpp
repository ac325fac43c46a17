// Softmax, its logarithm, and the cross-entropy of classes, over the columns of each row.
//
// With m the largest score of the row, e_j = e^(z_j - m), and u the sum of all e_j but one largest, log sum e^z is
// m + log1p(u), and 1 - p_j = u / (1 + u) for a largest class. So where the right class is nearly certain, loss and
// gradient are as small as they should be, not differences of numbers near 1. Scores may be as large as +-1e30, or
// -inf; a row without a finite largest score has no softmax: NaN. The gradient for targets t that add up to s is
// s p_j - t_j, computed as (s - t_j) p_j - t_j (1 - p_j). An ignored row, and one of weight 0, gives exactly 0.
//
// Exponentials are doubles until the end: keeping them in T would cost half a ULP. The sums of doubles carry their rounding
// errors along, so that rows may be long. Float gradients and probabilities are within 0.6 ULP.
#pragma once

#include "kernels.hpp"
#include "losses.hpp"
#include "math.hpp"
#include "class_codes.hpp"
#include "row_exponentials.hpp"

namespace glassnet::GLASSNET_ISA {

// log p, where the score may be -inf.
template <class R>
GLASSNET_INLINE typename R::V log_share(typename R::V z, typename R::V largest, R log_sum) {
    const R d = R::difference(z, largest);
    const typename R::V sum = log_sum.round();
    // -inf has no low part to carry: the difference of pairs would make a NaN of it. A NaN in the row stays.
    return select(eq(d.hi, typename R::V(-__builtin_inf())) & eq(sum, sum), d.hi, (d - log_sum).round());
}

template <class T>
void softmax_columns(const T* z, T* y, std::size_t rows, std::size_t cols, std::size_t stride, bool log) {
    using R = Real<T>;
    for (std::size_t r = 0; r < rows; r += vec<T>::size) {
        const int lanes = lanes_at<T>(r, rows);
        const ColumnRows<T> row(z + r, stride, cols, lanes);
        if (log) {
            const R log_sum = log1p<R>(row.u);
            for (std::size_t c = 0; c < cols; ++c) {
                const Wide<T> result = log_share<R>(widen(row.column(c)), row.largest, log_sum);
                store_lanes(narrow<T>(result), y + c * stride + r, lanes);
            }
        } else {
            const Wide<T> inverse = Wide<T>(1.0) / (row.u + 1.0);
            for (std::size_t c = 0; c < cols; ++c) {
                store_lanes(narrow<T>(row.exponential(c) * inverse), y + c * stride + r, lanes);
            }
        }
    }
}

// The targets of a vector of rows in columns: given, or 1 for the class of that code.
template <class T>
struct ColumnTargets {
    const T* target;
    std::size_t stride;
    int lanes;
    bool dense;
    Wide<T> code;

    GLASSNET_INLINE ColumnTargets(const LossBlock<T>& block, std::size_t r, int rows)
        : target(block.target + r), stride(block.stride), lanes(rows), dense(block.codes == nullptr), code(0.0) {
        if (dense) return;
        std::int32_t codes[vec<T>::size];
        for (int i = 0; i < vec<T>::size; ++i) codes[i] = i < lanes ? block.codes[r + static_cast<std::size_t>(i)] : -1;
        for (int i = 0; i < kParts<T>; ++i) code.v[i] = vec<double>::load_int32(codes + i * vec<double>::size);
    }
    GLASSNET_INLINE Wide<T> at(std::size_t c) const {
        if (dense) return widen(load_lanes(target + c * stride, lanes));
        return select(eq(code, static_cast<double>(c)), 1.0, 0.0);
    }
};

template <class T>
double cross_entropy_columns(const LossBlock<T>& given) {
    using R = Real<T>;
    const LossBlock<T> block = given;  // a copy that no store can alias
    Wide<T> total = 0.0;
    for (std::size_t r = 0; r < block.rows; r += vec<T>::size) {
        const int lanes = lanes_at<T>(r, block.rows);
        const ColumnRows<T> row(block.z + r, block.stride, block.cols, lanes);
        if (block.codes != nullptr) {
            const CodedRows<T> coded(block, r, lanes, block.z + r, block.stride, 1);
            total = total + coded.loss(row);
            if (block.gradient == nullptr) continue;
            T own[vec<T>::size];
            coded.gradient(row, block.cols, block.gradient + r, block.stride, own);
            for (std::size_t i = 0; i < static_cast<std::size_t>(lanes); ++i) {
                const std::int32_t code = block.codes[r + i];
                if (code >= 0) block.gradient[static_cast<std::size_t>(code) * block.stride + r + i] = own[i];
            }
            continue;
        }
        const ColumnTargets<T> targets(block, r, lanes);
        const Wide<T> weight = row_weights(block, r, lanes);
        Wide<T> target_sum = 0.0, distance = 0.0;
        for (std::size_t c = 0; c < block.cols; ++c) {
            const Wide<T> t = targets.at(c);
            target_sum = target_sum + t;
            distance = distance + unless_zero(t, row.largest - widen(row.column(c)));
        }
        total = total + unless_zero(weight, fma(target_sum, log1p<R>(row.u).round(), distance));
        if (block.gradient == nullptr) continue;
        const Wide<T> inverse = Wide<T>(1.0) / (row.u + 1.0);
        for (std::size_t c = 0; c < block.cols; ++c) {
            const Wide<T> g = class_gradient(row.exponential(c), targets.at(c), target_sum, row.u, inverse);
            store_lanes(narrow<T>(unless_zero(weight, g)), block.gradient + c * block.stride + r, lanes);
        }
    }
    return sum(total);
}

// In panels: lanes run over columns, one row at a time. So they do where a matrix lies row after row (width 0).
template <class T>
void softmax_panels(const T* z, T* y, std::size_t rows, std::size_t cols, std::size_t stride, int width, bool log) {
    const RowLayout row(cols, stride, width);
    RowGroup<T> group(row);
    for (std::size_t first = 0; first < rows; first += group.count) {
        double norm[kRowGroup];
        group.read(z + first * row.step, group.size(rows - first), !log);
        if (log) {
            map_rows(group.u, norm, [](wide<1> x) GLASSNET_INLINE_LAMBDA { return log1p_exact(x); });
        } else {
            map_rows(group.u, norm, [](wide<1> x) GLASSNET_INLINE_LAMBDA { return inverse_sum(x); });
        }
        for (std::size_t r = 0; r < group.count; ++r) {
            T* const to = y + (first + r) * row.step;
            const double top = group.largest[r], by = norm[r];
            if (log) {
                const T* const scores = z + (first + r) * row.step;
                each_in_row<T>(row, [&](auto n, std::size_t at, std::size_t, int lanes) GLASSNET_INLINE_LAMBDA {
                    using R = real<T, decltype(n)::count * kParts<T>>;
                    using V = typename R::V;
                    const V score = load_row(n, scores + at, lanes, kLowest<T>);
                    store_row(row, n, log_share<R>(score, V(top), R(V(by))), to + at, lanes);
                });
            } else {
                group.each_exponential(r, [&](auto n, std::size_t at, int lanes, auto e) GLASSNET_INLINE_LAMBDA {
                    store_row(row, n, e * decltype(e)(by), to + at, lanes);
                });
            }
            clear_padding(row, to);
        }
    }
}

// Distances of the largest score from each other one, weighted by the targets and added up; and the targets' sum.
template <class T>
GLASSNET_INLINE void read_targets(const RowLayout& row, const T* z, const T* target, double largest, double& target_sum,
                                  double& distance) {
    RowSum<T> targets, away;
    each_in_row<T>(row, [&](auto n, std::size_t at, std::size_t, int lanes) GLASSNET_INLINE_LAMBDA {
        using V = wide<decltype(n)::count * kParts<T>>;
        const V t = load_row(n, target + at, lanes, T(0));
        targets.add(t);
        away.add(unless_zero(t, V(largest) - load_row(n, z + at, lanes, kLowest<T>)));
    });
    target_sum = targets.value();
    distance = away.value();
}

template <class T>
double cross_entropy_panels(const LossBlock<T>& given) {
    const LossBlock<T> block = given;  // a copy that no store can alias
    if constexpr (kFewClasses<T> > 0) {
        if (block.codes != nullptr && block.cols <= kFewClasses<T>) return cross_entropy_few<T>(block);
    }
    const RowLayout row(block.cols, block.stride, block.width);
    RowGroup<T> group(row);
    double total = 0.0;
    for (std::size_t first = 0; first < block.rows; first += group.count) {
        const T* const z = block.z + first * row.step;
        double weight[kRowGroup] = {}, target_sum[kRowGroup] = {}, distance[kRowGroup] = {}, log_sum[kRowGroup];
        double inverse[kRowGroup];
        std::size_t right[kRowGroup] = {};  // where the right class stands, from the row's start
        group.read(z, group.size(block.rows - first), block.gradient != nullptr);
        map_rows(group.u, log_sum, [](wide<1> x) GLASSNET_INLINE_LAMBDA { return log1p_exact(x); });
        map_rows(group.u, inverse, [](wide<1> x) GLASSNET_INLINE_LAMBDA { return inverse_sum(x); });
        for (std::size_t r = 0; r < group.count; ++r) {
            weight[r] = static_cast<double>(block.row_weight != nullptr ? block.row_weight[first + r] : block.scale);
            bool ignored = false;
            if (block.codes != nullptr) {
                const std::int32_t code = block.codes[first + r];
                ignored = code < 0;
                if (ignored) {
                    weight[r] = 0.0;
                } else {
                    right[r] = row.place(static_cast<std::size_t>(code));
                }
                target_sum[r] = 1.0;
                distance[r] = group.largest[r] - static_cast<double>(z[r * row.step + right[r]]);
            } else {
                read_targets<T>(row, z + r * row.step, block.target + (first + r) * row.step, group.largest[r], target_sum[r],
                                distance[r]);
            }
            const double loss = target_sum[r] * log_sum[r] + distance[r];
            if (block.row_loss != nullptr) block.row_loss[first + r] = ignored ? 0.0 : loss;
            total += weight[r] != 0.0 ? weight[r] * loss : 0.0;
        }
        if (block.gradient == nullptr) continue;
        for (std::size_t r = 0; r < group.count; ++r) {
            T* const gradient = block.gradient + (first + r) * row.step;
            if (weight[r] == 0.0) {
                clear_row(row, gradient);
                continue;
            }
            if (block.codes != nullptr) {
                const double factor = inverse[r] * weight[r];
                group.each_exponential(r, [&](auto n, std::size_t at, int lanes, auto e) GLASSNET_INLINE_LAMBDA {
                    store_row(row, n, e * decltype(e)(factor), gradient + at, lanes);
                });
            } else {
                const T* const target = block.target + (first + r) * row.step;
                const double u = group.u[r], i = inverse[r], sum = target_sum[r], by = weight[r];
                group.each_exponential(r, [&](auto n, std::size_t at, int lanes, auto e) GLASSNET_INLINE_LAMBDA {
                    using V = decltype(e);
                    const V t = load_row(n, target + at, lanes, T(0));
                    store_row(row, n, class_gradient(e, t, V(sum), V(u), V(i)) * V(by), gradient + at, lanes);
                });
            }
            clear_padding(row, gradient);
        }
        if (block.codes == nullptr) continue;
        // The right classes' gradients once more, as the negative sum of the others.
        double score[kRowGroup] = {}, own[kRowGroup];
        for (std::size_t r = 0; r < group.count; ++r) score[r] = static_cast<double>(z[r * row.step + right[r]]);
        for (std::size_t r = 0; r < kRowGroup; r += vec<double>::size) {
            const auto load = [&](const double* from) GLASSNET_INLINE_LAMBDA { return widen(vec<double>::load(from + r)); };
            const wide<1> e = row_exponential<T>(load(score), load(group.largest));
            const wide<1> g = class_gradient(e, wide<1>(1.0), wide<1>(1.0), load(group.u), load(inverse));
            (load(weight) * g).v[0].store(own + r);
        }
        for (std::size_t r = 0; r < group.count; ++r) {
            if (weight[r] != 0.0) block.gradient[(first + r) * row.step + right[r]] = static_cast<T>(own[r]);
        }
    }
    return total;
}

}  // namespace glassnet::GLASSNET_ISA
