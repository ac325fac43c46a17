// Cross-entropy where each row has one right class, lanes running over rows.
//
// Rows of few classes would leave most lanes of a vector that runs along them to padding, and each row would end in sums over
// lanes. So a block of as many rows as a vector has lanes is turned over on the way in and on the way out.
#pragma once

#include "kernels.hpp"
#include "losses.hpp"
#include "math.hpp"
#include "row_exponentials.hpp"

namespace glassnet::GLASSNET_ISA {

// Gradient of one class, over its weight: e = e^(z - m), t its target, s the targets' sum, u and i = 1 / (1 + u) of the
// row. Where e is 1, all others add up to u.
template <class V>
GLASSNET_INLINE V class_gradient(V e, V t, V s, V u, V i) {
    const V others = select(eq(e, 1.0), u, (u + 1.0) - e);
    return (s - t) * (e * i) - t * (others * i);
}

// Largest score, and the sum u of all exponentials but one largest, of a vector of rows in columns. The exponentials of the
// first columns are kept.
template <class T, std::size_t kKept = 8>
struct ColumnRows {
    const T* z;  // first of the rows, column 0
    std::size_t stride;
    int lanes;
    Wide<T> largest, u;
    Wide<T> kept[kKept];

    GLASSNET_INLINE vec<T> column(std::size_t c) const { return load_lanes(z + c * stride, lanes); }
    GLASSNET_INLINE Wide<T> exponential(std::size_t c) const {
        return c < kKept ? kept[c] : row_exponential<T>(widen(column(c)), largest);
    }

    GLASSNET_INLINE ColumnRows(const T* first, std::size_t step, std::size_t cols, int rows)
        : z(first), stride(step), lanes(rows) {
        vec<T> high = column(0);
        for (std::size_t c = 1; c < cols; ++c) high = max(high, column(c));
        largest = widen(high);
        Real<T> others = 0.0;
        Wide<T> count = 0.0;
        for (std::size_t c = 0; c < cols; ++c) {
            const Wide<T> e = row_exponential<T>(widen(column(c)), largest);
            if (c < kKept) kept[c] = e;
            const auto one = eq(e, 1.0);
            others = others + Real<T>(select(one, 0.0, e));
            count = count + select(one, 1.0, 0.0);
        }
        u = others.round() + (count - 1.0);
    }
};

// The right classes of a vector of rows: their codes, weights (0 where a row is ignored) and scores.
template <class T>
struct CodedRows {
    const std::int32_t* codes;
    int lanes;
    Wide<T> weight, score;

    // `z`: the score of the first row's class 0, the next class `class_step` further on, the next row `row_step`.
    GLASSNET_INLINE CodedRows(const LossBlock<T>& block, std::size_t r, int rows, const T* z, std::size_t class_step,
                              std::size_t row_step)
        : codes(block.codes + r), lanes(rows) {
        T scores[vec<T>::size] = {}, used[vec<T>::size] = {};
        for (int i = 0; i < lanes; ++i) {
            if (codes[i] < 0) continue;
            scores[i] = z[static_cast<std::size_t>(codes[i]) * class_step + static_cast<std::size_t>(i) * row_step];
            used[i] = block.row_weight != nullptr ? block.row_weight[r + static_cast<std::size_t>(i)] : block.scale;
        }
        score = widen(vec<T>::load(scores));
        weight = widen(vec<T>::load(used));
    }

    template <class Rows>
    GLASSNET_INLINE Wide<T> row_loss(const Rows& row) const {
        return log1p<Real<T>>(row.u).round() + (row.largest - score);
    }
    template <class Rows>
    GLASSNET_INLINE Wide<T> loss(const Rows& row) const {
        return unless_zero(weight, row_loss(row));
    }

    // Into columns, as if no class were the right one; and `own`, the right classes' gradients, as the negative sum of the others.
    template <class Rows>
    GLASSNET_INLINE void gradient(const Rows& row, std::size_t cols, T* into, std::size_t stride, T* own) const {
        const Wide<T> inverse = Wide<T>(1.0) / (row.u + 1.0), factor = inverse * weight;
        const auto unused = eq(weight, 0.0);
        for (std::size_t c = 0; c < cols; ++c) {
            store_lanes(narrow<T>(select(unused, 0.0, row.exponential(c) * factor)), into + c * stride, lanes);
        }
        const Wide<T> e = row_exponential<T>(score, row.largest), one = 1.0;
        narrow<T>(unless_zero(weight, class_gradient(e, one, one, row.u, inverse))).store(own);
    }
};

// Rows of so few classes are turned over; 0: none are.
template <class T>
inline constexpr std::size_t kFewClasses = kTransposed<T> == vec<T>::size ? vec<T>::size : 0;

// As cross_entropy_panels, for rows of at most kFewClasses classes.
template <class T>
double cross_entropy_few(const LossBlock<T>& block) {
    constexpr std::size_t kSize = vec<T>::size;
    const RowLayout layout(block.cols, block.stride, block.width);
    const int columns = static_cast<int>(block.cols);
    alignas(64) T rows[kSize * kSize] = {}, scores[kSize * kSize], gradients[kSize * kSize] = {};
    Wide<T> total = 0.0;
    for (std::size_t r = 0; r < block.rows; r += kSize) {
        const int lanes = lanes_at<T>(r, block.rows);
        const auto count = static_cast<std::size_t>(lanes);
        const T* const z = block.z + r * layout.step;
        if (layout.padded && count == kSize) {
            transpose_tile(z, layout.step, scores, kSize);
        } else {
            for (std::size_t i = 0; i < count; ++i) {
                vec<T>::load_first(z + i * layout.step, columns).store(rows + i * kSize);
            }
            transpose_tile(rows, kSize, scores, kSize);
        }
        const ColumnRows<T, kSize> row(scores, kSize, block.cols, vec<T>::size);
        const CodedRows<T> coded(block, r, lanes, z, 1, layout.step);
        total = total + coded.loss(row);
        if (block.row_loss != nullptr) {
            double losses[kSize];
            const Wide<T> each = coded.row_loss(row);
            for (int i = 0; i < kParts<T>; ++i) each.v[i].store(losses + i * vec<double>::size);
            for (std::size_t i = 0; i < count; ++i) block.row_loss[r + i] = block.codes[r + i] < 0 ? 0.0 : losses[i];
        }
        if (block.gradient == nullptr) continue;
        T own[kSize];
        coded.gradient(row, block.cols, gradients, kSize, own);
        T* const to = block.gradient + r * layout.step;
        if (layout.padded && count == kSize) {
            transpose_tile(gradients, kSize, to, layout.step);
        } else {
            transpose_tile(gradients, kSize, rows, kSize);
            for (std::size_t i = 0; i < count; ++i) {
                const vec<T> g = vec<T>::load(rows + i * kSize);
                if (layout.padded) g.store(to + i * layout.step);
                else g.store_first(to + i * layout.step, columns);
            }
        }
        for (std::size_t i = 0; i < count; ++i) {
            if (layout.padded) clear_padding(layout, to + i * layout.step);
            if (block.codes[r + i] >= 0) to[i * layout.step + static_cast<std::size_t>(block.codes[r + i])] = own[i];
        }
    }
    return sum(total);
}

}  // namespace glassnet::GLASSNET_ISA
