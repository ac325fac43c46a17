// Softmax, its logarithm, and the cross-entropy of classes, over the columns of each row.
//
// With m the largest score of the row, e_j = e^(z_j - m), and u the sum of all e_j but one largest, log sum e^z is
// m + log1p(u), and 1 - p_j = u / (1 + u) for a largest class. So where the right class is nearly certain, loss and
// gradient are as small as they should be, not differences of numbers near 1. Scores may be as large as +-1e30, or
// -inf; a row without a finite largest score has no softmax: NaN. The gradient for targets t that add up to s is
// s p_j - t_j, computed as (s - t_j) p_j - t_j (1 - p_j). An ignored row, and one of weight 0, gives exactly 0.
//
// Scores are visited three times (largest, sum, result) and exponentials are computed twice: keeping them in T
// would cost half a ULP. The sums of doubles carry their rounding errors along, so that rows may be long. Float gradients
// and probabilities are within 0.6 ULP.
#pragma once

#include "kernels.hpp"
#include "losses.hpp"
#include "math.hpp"

namespace glassnet::GLASSNET_ISA {

template <class R>
GLASSNET_INLINE typename R::V shifted_exp(typename R::V z, typename R::V largest) {
    return vanishing_exponential<R>(R::difference(z, largest)).times(1.0);
}

// log p, where the score may be -inf.
template <class R>
GLASSNET_INLINE typename R::V log_share(typename R::V z, typename R::V largest, R log_sum) {
    const R d = R::difference(z, largest);
    const typename R::V sum = log_sum.round();
    // -inf has no low part to carry: the difference of pairs would make a NaN of it. A NaN in the row stays.
    return select(eq(d.hi, typename R::V(-__builtin_inf())) & eq(sum, sum), d.hi, (d - log_sum).round());
}

// The sum over all lanes.
template <class R>
GLASSNET_INLINE double sum_of(R x) {
    const double high = sum(x.hi);
    if constexpr (R::doubled) {
        const double low = sum(x.lo);
        return low == low ? high + low : high;  // beside an infinite sum stands no low part
    }
    return high;
}

// Gradient of one class, over its weight: e = e^(z - m), t its target, s the targets' sum, u and i = 1 / (1 + u) of the
// row.
template <class V, class M>
GLASSNET_INLINE V class_gradient(V e, M is_largest, V t, V s, V u, V i) {
    const V others = select(is_largest, u, (u + 1.0) - e);
    return (s - t) * (e * i) - t * (others * i);
}

// In columns: lanes run over rows, one vector of them at a time.
template <class T>
struct ColumnRows {
    const T* z;  // first of the rows, column 0
    std::size_t stride;
    int lanes;
    Wide<T> largest, u;

    GLASSNET_INLINE vec<T> column(std::size_t c) const { return load_lanes(z + c * stride, lanes); }

    GLASSNET_INLINE ColumnRows(const T* first, std::size_t step, std::size_t cols, int rows)
        : z(first), stride(step), lanes(rows) {
        vec<T> high = column(0);
        for (std::size_t c = 1; c < cols; ++c) high = max(high, column(c));
        largest = widen(high);
        Real<T> others = 0.0;
        Wide<T> count = 0.0;
        for (std::size_t c = 0; c < cols; ++c) {
            const Wide<T> score = widen(column(c));
            const auto is_largest = eq(score, largest);
            others = others + Real<T>(select(is_largest, 0.0, shifted_exp<Real<T>>(score, largest)));
            count = count + select(is_largest, 1.0, 0.0);
        }
        u = others.round() + (count - 1.0);
    }
};

template <class T>
void softmax_columns(const T* z, T* y, std::size_t rows, std::size_t cols, std::size_t stride, bool log) {
    using R = Real<T>;
    for (std::size_t r = 0; r < rows; r += vec<T>::size) {
        const int lanes = lanes_at<T>(r, rows);
        const ColumnRows<T> row(z + r, stride, cols, lanes);
        const R log_sum = log1p<R>(row.u);
        for (std::size_t c = 0; c < cols; ++c) {
            const Wide<T> score = widen(row.column(c));
            const Wide<T> result = log ? log_share<R>(score, row.largest, log_sum)
                                       : shifted_exp<R>(score, row.largest) / (row.u + 1.0);
            store_lanes(narrow<T>(result), y + c * stride + r, lanes);
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
        const ColumnTargets<T> targets(block, r, lanes);
        const Wide<T> weight = select(lt(targets.code, 0.0), 0.0, row_weights(block, r, lanes));
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
            const Wide<T> score = widen(row.column(c)), e = shifted_exp<R>(score, row.largest);
            const Wide<T> g = class_gradient(e, eq(score, row.largest), targets.at(c), target_sum, row.u, inverse);
            store_lanes(narrow<T>(unless_zero(weight, g)), block.gradient + c * block.stride + r, lanes);
        }
    }
    return sum(total);
}

// In panels: lanes run over columns, one row at a time; what is one number a row is computed for kRowGroup rows at
// once.
inline constexpr int kRowGroup = 8;

// f(offset of a vector from the row's start in the first panel, how many of its lanes are real)
template <class T, class F>
GLASSNET_INLINE void each_in_row(std::size_t cols, std::size_t stride, std::size_t width, F f) {
    for (std::size_t first = 0; first < cols; first += width) {
        for (std::size_t j = 0; j < width; j += vec<T>::size) {
            f(first / width * stride + j, lanes_at<T>(first + j, cols));
        }
    }
}

template <class T>
GLASSNET_INLINE vec<T> lowest() {
    return -static_cast<T>(__builtin_huge_val());
}

// Lanes beyond the data read -inf.
template <class T>
GLASSNET_INLINE vec<T> score_at(const T* z, int lanes) {
    const vec<T> score = vec<T>::load(z);
    return lanes == vec<T>::size ? score : select(first_lanes<T>(lanes), score, lowest<T>());
}

// Largest score and u of up to kRowGroup rows.
template <class T>
GLASSNET_INLINE void sum_rows(const T* z, std::size_t rows, std::size_t cols, std::size_t stride, std::size_t width,
                              double* largest, double* u) {
    for (std::size_t r = 0; r < rows; ++r) {
        vec<T> high = lowest<T>();
        each_in_row<T>(cols, stride, width, [&](std::size_t at, int lanes) GLASSNET_INLINE_LAMBDA {
            high = max(high, score_at(z + r * width + at, lanes));
        });
        largest[r] = static_cast<double>(max_element(high));
    }
    for (std::size_t r = 0; r < rows; ++r) {
        const Wide<T> top = largest[r];
        Real<T> others = 0.0;
        Wide<T> count = 0.0;
        each_in_row<T>(cols, stride, width, [&](std::size_t at, int lanes) GLASSNET_INLINE_LAMBDA {
            const Wide<T> score = widen(score_at(z + r * width + at, lanes));
            const auto is_largest = eq(score, top);
            others = others + Real<T>(select(is_largest, 0.0, shifted_exp<Real<T>>(score, top)));
            count = count + select(is_largest, 1.0, 0.0);
        });
        u[r] = sum_of(others) + (sum(count) - 1.0);
    }
}

// out[r] = f(in[r]) for kRowGroup rows, a vector at a time.
template <class F>
GLASSNET_INLINE void map_rows(const double* in, double* out, F f) {
    for (int r = 0; r < kRowGroup; r += vec<double>::size) {
        f(widen(vec<double>::load(in + r))).v[0].store(out + r);
    }
}

GLASSNET_INLINE wide<1> log1p_exact(wide<1> u) { return log1p<real<double, 1>>(u).round(); }
GLASSNET_INLINE wide<1> inverse_sum(wide<1> u) { return wide<1>(1.0) / (u + 1.0); }

template <class T>
void softmax_panels(const T* z, T* y, std::size_t rows, std::size_t cols, std::size_t stride, int given_width,
                    bool log) {
    using R = Real<T>;
    const std::size_t width = static_cast<std::size_t>(given_width);
    for (std::size_t first = 0; first < rows; first += kRowGroup, z += kRowGroup * width, y += kRowGroup * width) {
        const std::size_t count = rows - first < kRowGroup ? rows - first : kRowGroup;
        double largest[kRowGroup] = {}, u[kRowGroup] = {}, norm[kRowGroup];
        sum_rows(z, count, cols, stride, width, largest, u);
        if (log) {
            map_rows(u, norm, [](wide<1> x) GLASSNET_INLINE_LAMBDA { return log1p_exact(x); });
        } else {
            map_rows(u, norm, [](wide<1> x) GLASSNET_INLINE_LAMBDA { return inverse_sum(x); });
        }
        for (std::size_t r = 0; r < count; ++r) {
            const Wide<T> top = largest[r];
            each_in_row<T>(cols, stride, width, [&](std::size_t at, int lanes) GLASSNET_INLINE_LAMBDA {
                const Wide<T> score = widen(score_at(z + r * width + at, lanes));
                const Wide<T> result = log ? log_share<R>(score, top, R(Wide<T>(norm[r])))
                                           : shifted_exp<R>(score, top) * Wide<T>(norm[r]);
                select(first_lanes<T>(lanes), narrow<T>(result), vec<T>::zero()).store(y + r * width + at);
            });
        }
    }
}

template <class T>
double cross_entropy_panels(const LossBlock<T>& given) {
    using R = Real<T>;
    using One = real<double, 1>;
    const LossBlock<T> block = given;  // a copy that no store can alias
    const std::size_t width = static_cast<std::size_t>(block.width);
    double total = 0.0;
    for (std::size_t first = 0; first < block.rows; first += kRowGroup) {
        const std::size_t count = block.rows - first < kRowGroup ? block.rows - first : kRowGroup;
        const T* const z = block.z + first * width;
        double largest[kRowGroup] = {}, u[kRowGroup] = {}, weight[kRowGroup] = {}, target_sum[kRowGroup] = {};
        double distance[kRowGroup] = {}, log_sum[kRowGroup], inverse[kRowGroup];
        std::size_t right[kRowGroup] = {};  // where the right class stands, from the row's start in the first panel
        sum_rows(z, count, block.cols, block.stride, width, largest, u);
        map_rows(u, log_sum, [](wide<1> x) GLASSNET_INLINE_LAMBDA { return log1p_exact(x); });
        map_rows(u, inverse, [](wide<1> x) GLASSNET_INLINE_LAMBDA { return inverse_sum(x); });
        for (std::size_t r = 0; r < count; ++r) {
            weight[r] = static_cast<double>(block.row_weight != nullptr ? block.row_weight[first + r] : block.scale);
            if (block.codes != nullptr) {
                const std::int32_t code = block.codes[first + r];
                if (code < 0) {
                    weight[r] = 0.0;
                } else {
                    const std::size_t place = static_cast<std::size_t>(code);
                    right[r] = place / width * block.stride + place % width;
                }
                target_sum[r] = 1.0;
                distance[r] = largest[r] - static_cast<double>(z[r * width + right[r]]);
            } else {
                const T* const targets = block.target + (first + r) * width;
                const Wide<T> top = largest[r];
                R targets_total = 0.0, away = 0.0;
                each_in_row<T>(block.cols, block.stride, width, [&](std::size_t at, int lanes) GLASSNET_INLINE_LAMBDA {
                    const Wide<T> t = widen(vec<T>::load_first(targets + at, lanes));
                    targets_total = targets_total + R(t);
                    away = away + R(unless_zero(t, top - widen(score_at(z + r * width + at, lanes))));
                });
                target_sum[r] = sum_of(targets_total);
                distance[r] = sum_of(away);
            }
            const double loss = weight[r] != 0.0 ? weight[r] * (target_sum[r] * log_sum[r] + distance[r]) : 0.0;
            if (block.row_loss != nullptr) block.row_loss[first + r] = loss;
            total += loss;
        }
        if (block.gradient == nullptr) continue;
        for (std::size_t r = 0; r < count; ++r) {
            T* const gradient = block.gradient + (first + r) * width;
            const T* const targets = block.codes == nullptr ? block.target + (first + r) * width : nullptr;
            const Wide<T> top = largest[r];
            each_in_row<T>(block.cols, block.stride, width, [&](std::size_t at, int lanes) GLASSNET_INLINE_LAMBDA {
                const Wide<T> score = widen(score_at(z + r * width + at, lanes)), e = shifted_exp<R>(score, top);
                const Wide<T> others = u[r], i = inverse[r], total_target = target_sum[r];
                Wide<T> g = e * i;
                if (targets != nullptr) {
                    const Wide<T> t = widen(vec<T>::load_first(targets + at, lanes));
                    g = class_gradient(e, eq(score, top), t, total_target, others, i);
                }
                const vec<T> result = narrow<T>(unless_zero(Wide<T>(weight[r]), g));
                select(first_lanes<T>(lanes), result, vec<T>::zero()).store(gradient + at);
            });
        }
        if (block.codes == nullptr) continue;
        // The right classes' gradients once more, as the negative sum of the others.
        double score[kRowGroup], own[kRowGroup];
        for (std::size_t r = 0; r < kRowGroup; ++r) {
            score[r] = r < count ? static_cast<double>(z[r * width + right[r]]) : 0.0;
        }
        for (int r = 0; r < kRowGroup; r += vec<double>::size) {
            const wide<1> x = widen(vec<double>::load(score + r)), top = widen(vec<double>::load(largest + r));
            const wide<1> g = class_gradient(shifted_exp<One>(x, top), eq(x, top), wide<1>(1.0), wide<1>(1.0),
                                             widen(vec<double>::load(u + r)), widen(vec<double>::load(inverse + r)));
            unless_zero(widen(vec<double>::load(weight + r)), g).v[0].store(own + r);
        }
        for (std::size_t r = 0; r < count; ++r) {
            if (weight[r] != 0.0) block.gradient[(first + r) * width + right[r]] = static_cast<T>(own[r]);
        }
    }
    return total;
}

}  // namespace glassnet::GLASSNET_ISA
