// Softmax, its logarithm, and the cross-entropy of classes, over the columns of each row.
//
// With m the largest score of the row, e_j = e^(z_j - m) and u = the sum of all e_j but one largest: log sum e^z = m + log1p(u),
// and 1 - p_j = u / (1 + u) for a largest class. So where the right class is nearly certain, loss and gradient are as
// small as they should be, not differences of numbers near 1. Scores may be as large as +-1e30 or -inf; a row
// without a finite largest score has no softmax: NaN. Gradient for targets t that add up to s: s p_j - t_j, computed as
// (s - t_j) p_j - t_j (1 - p_j). An ignored row, and one of weight 0, gives exactly 0.
//
// Scores are visited three times (largest, sum, result) and exponentials are computed twice: storing them in T
// would cost half a ULP.
#pragma once

#include "kernels.hpp"
#include "losses.hpp"
#include "math.hpp"

namespace glassnet::GLASSNET_ISA {

template <class T>
GLASSNET_INLINE vec<double> shifted_exp(vec<double> z, vec<double> largest) {
    return exponential<T>(real<T>(z) - real<T>(largest)).times(1.0);
}

GLASSNET_INLINE double first_lane(vec<double> x) {
    double lane;
    x.store_first(&lane, 1);
    return lane;
}

// Gradient of one class, over its weight: e = e^(z - m), t its target, s the targets' sum, u and i = 1 / (1 + u) of the row.
GLASSNET_INLINE vec<double> class_gradient(vec<double> e, mask<double> is_largest, vec<double> t, vec<double> s,
                                           vec<double> u, vec<double> i) {
    const vec<double> others = select(is_largest, u, (u + 1.0) - e);
    return (s - t) * (e * i) - t * (others * i);
}

// In columns: lanes run over rows, one vector of them at a time.

template <class T>
struct ColumnRows {
    const T* z;             // first of the rows, column 0
    std::size_t stride;
    std::size_t cols;
    int lanes;
    vec<T> largest;
    vec<double> u[kHalves<T>];

    GLASSNET_INLINE vec<T> column(std::size_t c) const { return load_lanes(z + c * stride, lanes); }

    GLASSNET_INLINE ColumnRows(const T* first, std::size_t step, std::size_t columns, int rows)
        : z(first), stride(step), cols(columns), lanes(rows), largest(column(0)) {
        for (std::size_t c = 1; c < cols; ++c) largest = max(largest, column(c));
        vec<double> count[kHalves<T>];
        for (int h = 0; h < kHalves<T>; ++h) u[h] = count[h] = vec<double>::zero();
        for (std::size_t c = 0; c < cols; ++c) {
            const vec<T> score = column(c);
#pragma GCC unroll 2
            for (int h = 0; h < kHalves<T>; ++h) {
                const vec<double> x = half(score, h), m = half(largest, h);
                const mask<double> is_largest = eq(x, m);
                u[h] = u[h] + select(is_largest, 0.0, shifted_exp<T>(x, m));
                count[h] = count[h] + select(is_largest, 1.0, 0.0);
            }
        }
        for (int h = 0; h < kHalves<T>; ++h) u[h] = u[h] + (count[h] - 1.0);
    }
};

template <class T>
void softmax_columns(const T* z, T* y, std::size_t rows, std::size_t cols, std::size_t stride, bool log) {
    constexpr std::size_t kSize = vec<T>::size;
    for (std::size_t r = 0; r < rows; r += kSize) {
        const int lanes = static_cast<int>(rows - r < kSize ? rows - r : kSize);
        const ColumnRows<T> row(z + r, stride, cols, lanes);
        for (std::size_t c = 0; c < cols; ++c) {
            const vec<T> score = row.column(c);
            vec<double> result[kHalves<T>];
#pragma GCC unroll 2
            for (int h = 0; h < kHalves<T>; ++h) {
                const vec<double> x = half(score, h), m = half(row.largest, h);
                result[h] = log ? (real<T>(x) - real<T>(m) - log1p<T>(row.u[h])).round()
                                : shifted_exp<T>(x, m) / (row.u[h] + 1.0);
            }
            joined<T>(result).store_first(y + c * stride + r, lanes);
        }
    }
}

template <class T>
double cross_entropy_columns(const LossBlock<T>& given) {
    const LossBlock<T> block = given;
    constexpr std::size_t kSize = vec<T>::size;
    vec<double> sums[kHalves<T>] = {};
    for (std::size_t r = 0; r < block.rows; r += kSize) {
        const int lanes = static_cast<int>(block.rows - r < kSize ? block.rows - r : kSize);
        const ColumnRows<T> row(block.z + r, block.stride, block.cols, lanes);
        vec<double> weight[kHalves<T>], target_sum[kHalves<T>], distance[kHalves<T>], code[kHalves<T>];
        const vec<T> row_weight = row_weights(block, r, lanes);
        std::int32_t codes[kSize];
        if (block.codes != nullptr) {
            for (int i = 0; i < static_cast<int>(kSize); ++i) codes[i] = i < lanes ? block.codes[r + static_cast<std::size_t>(i)] : -1;
            for (int h = 0; h < kHalves<T>; ++h) code[h] = vec<double>::load_int32(codes + h * vec<double>::size);
        }
        const auto target = [&](std::size_t c, int h) GLASSNET_INLINE_LAMBDA {
            if (block.codes != nullptr) return select(eq(code[h], static_cast<double>(c)), vec<double>(1.0), vec<double>::zero());
            return half(load_lanes(block.target + c * block.stride + r, lanes), h);
        };
        for (int h = 0; h < kHalves<T>; ++h) {
            weight[h] = half(row_weight, h);
            if (block.codes != nullptr) weight[h] = select(lt(code[h], 0.0), 0.0, weight[h]);
            target_sum[h] = distance[h] = vec<double>::zero();
        }
        for (std::size_t c = 0; c < block.cols; ++c) {
            for (int h = 0; h < kHalves<T>; ++h) {
                const vec<double> t = target(c, h), below = half(row.largest, h) - half(row.column(c), h);
                target_sum[h] = target_sum[h] + t;
                distance[h] = distance[h] + unless_zero<T>(t, below);
            }
        }
        vec<double> inverse[kHalves<T>];
        for (int h = 0; h < kHalves<T>; ++h) {
            const vec<double> loss = fma(target_sum[h], log1p<T>(row.u[h]).round(), distance[h]);
            sums[h] = sums[h] + unless_zero<T>(weight[h], loss);
            inverse[h] = vec<double>(1.0) / (row.u[h] + 1.0);
        }
        if (block.gradient == nullptr) continue;
        for (std::size_t c = 0; c < block.cols; ++c) {
            const vec<T> score = row.column(c);
            vec<double> g[kHalves<T>];
#pragma GCC unroll 2
            for (int h = 0; h < kHalves<T>; ++h) {
                const vec<double> x = half(score, h), m = half(row.largest, h);
                g[h] = unless_zero<T>(weight[h], class_gradient(shifted_exp<T>(x, m), eq(x, m), target(c, h), target_sum[h],
                                                                row.u[h], inverse[h]));
            }
            joined<T>(g).store_first(block.gradient + c * block.stride + r, lanes);
        }
    }
    return total<T>(sums);
}

// In panels: lanes run over columns, one row at a time.

template <class T>
struct PanelRow {
    const T* z;             // the row in the first panel
    std::size_t stride;
    std::size_t cols;
    std::size_t width;
    vec<double> largest;
    vec<double> u;

    // f(offset of a vector within the matrix's row, its real lanes, its scores; -inf beyond the real lanes)
    template <class F>
    GLASSNET_INLINE void each(F f) const {
        constexpr std::size_t kSize = vec<T>::size;
        for (std::size_t first = 0; first < cols; first += width) {
            for (std::size_t j = 0; j < width; j += kSize) {
                const std::size_t real = cols - first > j ? cols - first - j : 0;
                const int lanes = static_cast<int>(real < kSize ? real : kSize);
                const std::size_t at = first / width * stride + j;
                const vec<T> score = vec<T>::load(z + at);
                f(at, lanes, lanes == vec<T>::size ? score : select(first_lanes<T>(lanes), score, lowest()));
            }
        }
    }
    static GLASSNET_INLINE vec<T> lowest() { return -static_cast<T>(__builtin_huge_val()); }

    GLASSNET_INLINE PanelRow(const T* row, std::size_t panel_stride, std::size_t columns, std::size_t panel_width)
        : z(row), stride(panel_stride), cols(columns), width(panel_width), largest(), u() {
        vec<T> high = lowest();
        each([&](std::size_t, int, vec<T> score) GLASSNET_INLINE_LAMBDA { high = max(high, score); });
        largest = static_cast<double>(max_element(high));
        vec<double> part[kHalves<T>], count[kHalves<T>];
        for (int h = 0; h < kHalves<T>; ++h) part[h] = count[h] = vec<double>::zero();
        each([&](std::size_t, int, vec<T> score) GLASSNET_INLINE_LAMBDA {
#pragma GCC unroll 2
            for (int h = 0; h < kHalves<T>; ++h) {
                const vec<double> x = half(score, h);
                const mask<double> is_largest = eq(x, largest);
                part[h] = part[h] + select(is_largest, 0.0, shifted_exp<T>(x, largest));
                count[h] = count[h] + select(is_largest, 1.0, 0.0);
            }
        });
        u = total<T>(part) + (total<T>(count) - 1.0);
    }
};

template <class T>
void softmax_panels(const T* z, T* y, std::size_t rows, std::size_t cols, std::size_t stride, int width, bool log) {
    const std::size_t wide = static_cast<std::size_t>(width);
    for (std::size_t r = 0; r < rows; ++r) {
        const PanelRow<T> row(z + r * wide, stride, cols, wide);
        const real<T> log_sum = log1p<T>(row.u);
        row.each([&](std::size_t at, int lanes, vec<T> score) GLASSNET_INLINE_LAMBDA {
            vec<double> result[kHalves<T>];
#pragma GCC unroll 2
            for (int h = 0; h < kHalves<T>; ++h) {
                const vec<double> x = half(score, h);
                result[h] = log ? (real<T>(x) - real<T>(row.largest) - log_sum).round()
                                : shifted_exp<T>(x, row.largest) / (row.u + 1.0);
            }
            select(first_lanes<T>(lanes), joined<T>(result), vec<T>::zero()).store(y + r * wide + at);
        });
    }
}

template <class T>
double cross_entropy_panels(const LossBlock<T>& given) {
    const LossBlock<T> block = given;
    const std::size_t wide = static_cast<std::size_t>(block.width);
    double sum_of_losses = 0.0;
    for (std::size_t r = 0; r < block.rows; ++r) {
        const std::int32_t code = block.codes != nullptr ? block.codes[r] : 0;
        const vec<double> weight =
            code < 0 ? 0.0 : static_cast<double>(block.row_weight != nullptr ? block.row_weight[r] : block.scale);
        const PanelRow<T> row(block.z + r * wide, block.stride, block.cols, wide);
        const std::size_t class_ = static_cast<std::size_t>(code < 0 ? 0 : code);
        const std::size_t right = class_ / wide * block.stride + class_ % wide;
        vec<double> target_sum = 1.0, distance = row.largest - static_cast<double>(row.z[right]);
        const T* const targets = block.codes == nullptr ? block.target + r * wide : nullptr;
        if (targets != nullptr) {
            vec<double> part[kHalves<T>], away[kHalves<T>];
            for (int h = 0; h < kHalves<T>; ++h) part[h] = away[h] = vec<double>::zero();
            row.each([&](std::size_t at, int lanes, vec<T> score) GLASSNET_INLINE_LAMBDA {
                const vec<T> t = vec<T>::load_first(targets + at, lanes);
                for (int h = 0; h < kHalves<T>; ++h) {
                    part[h] = part[h] + half(t, h);
                    away[h] = away[h] + unless_zero<T>(half(t, h), row.largest - half(score, h));
                }
            });
            target_sum = total<T>(part);
            distance = total<T>(away);
        }
        const vec<double> loss = fma(target_sum, log1p<T>(row.u).round(), distance);
        sum_of_losses += first_lane(unless_zero<T>(weight, loss));
        if (block.gradient == nullptr) continue;
        T* const gradient = block.gradient + r * wide;
        const vec<double> inverse = vec<double>(1.0) / (row.u + 1.0);
        row.each([&](std::size_t at, int lanes, vec<T> score) GLASSNET_INLINE_LAMBDA {
            const vec<T> t = targets != nullptr ? vec<T>::load_first(targets + at, lanes) : vec<T>::zero();
            vec<double> g[kHalves<T>];
#pragma GCC unroll 2
            for (int h = 0; h < kHalves<T>; ++h) {
                const vec<double> x = half(score, h);
                g[h] = unless_zero<T>(weight, class_gradient(shifted_exp<T>(x, row.largest), eq(x, row.largest), half(t, h),
                                                             target_sum, row.u, inverse));
            }
            select(first_lanes<T>(lanes), joined<T>(g), vec<T>::zero()).store(gradient + at);
        });
        if (targets == nullptr) {
            const vec<double> x = static_cast<double>(row.z[right]);
            const vec<double> g = class_gradient(shifted_exp<T>(x, row.largest), eq(x, row.largest), 1.0, 1.0, row.u, inverse);
            gradient[right] = static_cast<T>(first_lane(unless_zero<T>(weight, g)));
        }
    }
    return sum_of_losses;
}

}  // namespace glassnet::GLASSNET_ISA
