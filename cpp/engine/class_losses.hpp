// Losses over classes, the columns of each row: for a class code, or for targets that are shares of the classes.
//
// Each is a sum over the classes of f(t, log p) with p = softmax(z), so its gradient has the form of cross-entropy's,
//     d loss / d z_k = p_k (sum of all h_j) - h_k     with h_j = -df(t_j, log p_j) / d log p_j, t_j for cross-entropy,
// and is computed in the same way: the sum of the others' h times p_k, minus h_k times the sum of the others' p. Its
// diagonal of second derivatives, with b_j = (1 - p_j) dh_j / d log p_j (0 where h is the target itself), is
//     p_k (1 - p_k) (sum of all h_j) - b_k (1 - p_k) - p_k^2 (sum of the other b_j / (1 - p_j)).
// Cross-entropy has kernels of its own, in softmax.hpp; the other losses share the two below, one a layout.
//
// To add a loss over classes: write its struct, put it into the list `ClassLosses` at the end.
#pragma once

#include "softmax.hpp"

namespace glassnet::GLASSNET_ISA {

template <class V>
struct ClassTerm {
    V loss, pull, bend;  // f, h, b
};

// One class of a row as a loss sees it.
template <class V>
struct ClassShare {
    V e;                 // e^(z - largest)
    masks<sizeof(V) / sizeof(vec<double>)> is_largest;
    V p, rest, log_p;    // the share, 1 minus it, its logarithm

    template <class R>
    static GLASSNET_INLINE ClassShare of(V score, V largest, V u, V inverse, R log_sum) {
        const V e = shifted_exp<R>(score, largest);
        const auto top = eq(score, largest);
        const V others = select(top, u, (u + 1.0) - e);
        return {e, top, e * inverse, others * inverse, log_share<R>(score, largest, log_sum)};
    }
};

// t, of a vector of classes of one row in panels: given, or 1 for the class of its code.
template <class T>
GLASSNET_INLINE Wide<T> panel_target(const LossBlock<T>& block, std::size_t r, std::size_t at, int lanes) {
    const std::size_t width = static_cast<std::size_t>(block.width);
    if (block.codes == nullptr) return widen(vec<T>::load_first(block.target + r * width + at, lanes));
    const std::int32_t code = block.codes[r];
    T one[vec<T>::size] = {};
    if (code >= 0) {
        const std::size_t place = static_cast<std::size_t>(code), right = place / width * block.stride + place % width;
        if (right >= at && right - at < static_cast<std::size_t>(vec<T>::size)) one[right - at] = T(1);
    }
    return widen(vec<T>::load(one));
}

template <class T>
GLASSNET_INLINE double panel_weight(const LossBlock<T>& block, std::size_t r) {
    if (block.codes != nullptr && block.codes[r] < 0) return 0.0;
    return static_cast<double>(block.row_weight != nullptr ? block.row_weight[r] : block.scale);
}

template <class L, class T>
double class_loss_columns(const LossBlock<T>& given) {
    using R = Real<T>;
    using V = Wide<T>;
    const LossBlock<T> block = given;  // a copy that no store can alias
    V total = 0.0;
    for (std::size_t r = 0; r < block.rows; r += vec<T>::size) {
        const int lanes = lanes_at<T>(r, block.rows);
        const ColumnRows<T> row(block.z + r, block.stride, block.cols, lanes);
        const ColumnTargets<T> targets(block, r, lanes);
        const V weight = select(lt(targets.code, 0.0), 0.0, row_weights(block, r, lanes));
        const V inverse = V(1.0) / (row.u + 1.0);
        const R log_sum = log1p<R>(row.u);
        V loss = 0.0, pulls = 0.0;
        for (std::size_t c = 0; c < block.cols; ++c) {
            const auto share = ClassShare<V>::template of<R>(widen(row.column(c)), row.largest, row.u, inverse, log_sum);
            const ClassTerm<V> term = L::template term<R>(targets.at(c), share, block.parameters);
            loss = loss + term.loss;
            pulls = pulls + term.pull;
        }
        total = total + unless_zero(weight, loss);
        if (block.gradient == nullptr) continue;
        for (std::size_t c = 0; c < block.cols; ++c) {
            const auto share = ClassShare<V>::template of<R>(widen(row.column(c)), row.largest, row.u, inverse, log_sum);
            const ClassTerm<V> term = L::template term<R>(targets.at(c), share, block.parameters);
            const V g = class_gradient(share.e, share.is_largest, term.pull, pulls, row.u, inverse);
            store_lanes(narrow<T>(unless_zero(weight, g)), block.gradient + c * block.stride + r, lanes);
        }
    }
    return sum(total);
}

// kCurvature: the second derivatives, unweighted, go where else the gradient goes.
template <class L, class T, bool kCurvature>
double class_loss_panels(const LossBlock<T>& given) {
    using R = Real<T>;
    using V = Wide<T>;
    const LossBlock<T> block = given;
    const std::size_t width = static_cast<std::size_t>(block.width);
    double total = 0.0;
    for (std::size_t r = 0; r < block.rows; ++r) {
        const T* const z = block.z + r * width;
        double high, others;
        sum_rows(z, 1, block.cols, block.stride, width, &high, &others);
        const V largest = high, u = others, inverse = V(1.0) / (u + 1.0);
        const R log_sum = log1p<R>(u);
        const double weight = panel_weight(block, r);
        R losses = 0.0, pulls = 0.0;
        V bends = 0.0, top_bends = 0.0;  // the largest class apart: its term, over 1 - p, may be larger by many digits
        each_in_row<T>(block.cols, block.stride, width, [&](std::size_t at, int lanes) GLASSNET_INLINE_LAMBDA {
            const V score = widen(score_at(z + at, lanes));
            const auto share = ClassShare<V>::template of<R>(score, largest, u, inverse, log_sum);
            const ClassTerm<V> term = L::template term<R>(panel_target(block, r, at, lanes), share, block.parameters);
            losses = losses + R(term.loss);
            pulls = pulls + R(term.pull);
            if constexpr (kCurvature) {
                const V own = select(eq(share.rest, 0.0), 0.0, term.bend / share.rest);
                bends = bends + select(share.is_largest, 0.0, own);
                top_bends = top_bends + select(share.is_largest, own, 0.0);
            }
        });
        const double loss = weight != 0.0 ? weight * sum_of(losses) : 0.0;
        if (block.row_loss != nullptr) block.row_loss[r] = loss;
        total += loss;
        if (block.gradient == nullptr) continue;
        const V pull = sum_of(pulls), bend = sum(bends), top_bend = sum(top_bends);
        each_in_row<T>(block.cols, block.stride, width, [&](std::size_t at, int lanes) GLASSNET_INLINE_LAMBDA {
            const V score = widen(score_at(z + at, lanes));
            const auto share = ClassShare<V>::template of<R>(score, largest, u, inverse, log_sum);
            const ClassTerm<V> term = L::template term<R>(panel_target(block, r, at, lanes), share, block.parameters);
            V g;
            if constexpr (kCurvature) {
                const V own = select(eq(share.rest, 0.0), 0.0, term.bend / share.rest);
                const V others = (bend - select(share.is_largest, 0.0, own)) + (top_bend - select(share.is_largest, own, 0.0));
                g = share.rest * (share.p * pull - term.bend) - share.p * share.p * others;
            } else {
                g = unless_zero(V(weight), class_gradient(share.e, share.is_largest, term.pull, pull, u, inverse));
            }
            select(first_lanes<T>(lanes), narrow<T>(g), vec<T>::zero()).store(block.gradient + r * width + at);
        });
    }
    return total;
}

template <class L, class T>
void class_loss_curvature(const LossBlock<T>& block) {
    class_loss_panels<L, T, true>(block);
}

template <class L>
struct OverClasses {
    static constexpr auto link = "softmax";
    static constexpr int parameter_count = 0;
    template <class T>
    static double columns(const LossBlock<T>& block) { return class_loss_columns<L, T>(block); }
    template <class T>
    static double panels(const LossBlock<T>& block) { return class_loss_panels<L, T, false>(block); }
    template <class T>
    static void curvature(const LossBlock<T>& block) { class_loss_curvature<L, T>(block); }
};

// The sum of t log(t / p): cross-entropy less the targets' own entropy.
struct KlDivergence : OverClasses<KlDivergence> {
    static constexpr auto name = "kl_divergence";
    template <class R, class V>
    static GLASSNET_INLINE ClassTerm<V> term(V t, const ClassShare<V>& share, const Parameters&) {
        const V log_t = log<R>(select(gt(t, 0.0), t, 1.0)).round();
        return {unless_zero(t, log_t - share.log_p), t, 0.0};
    }
};

// -sum of t log p, see softmax.hpp.
struct SoftmaxCrossEntropy : OverClasses<SoftmaxCrossEntropy> {
    static constexpr auto name = "softmax_cross_entropy";
    template <class T>
    static double columns(const LossBlock<T>& block) { return cross_entropy_columns<T>(block); }
    template <class T>
    static double panels(const LossBlock<T>& block) { return cross_entropy_panels<T>(block); }
    template <class T>
    static void curvature(const LossBlock<T>& block) { class_loss_curvature<KlDivergence, T>(block); }
};

// -sum of t (1 - p)^gamma log p. With w = 1 - p and l = log p:
//   h = t w^gamma (1 - gamma p l / w),   b = t gamma p w^gamma ((gamma - 1) p l / w - 2 - l).
struct SoftmaxFocal : OverClasses<SoftmaxFocal> {
    static constexpr auto name = "softmax_focal";
    static constexpr int parameter_count = 1;
    template <class R, class V>
    static GLASSNET_INLINE ClassTerm<V> term(V t, const ClassShare<V>& share, const Parameters& parameters) {
        const V gamma = parameters.value[0], w = share.rest;
        const auto certain = eq(w, 0.0), none = eq(share.p, 0.0);
        const R log_w = log<R>(select(certain, 1.0, w));
        const V power = select(certain & gt(gamma, 0.0), 0.0, vanishing_exponential<R>(R(gamma) * log_w).times(1.0));
        const V surprise = select(none, 0.0, share.p * share.log_p);                         // p l
        const V ratio = select(certain, -1.0, surprise / select(certain, 1.0, w));           // p l / w
        const V pull = power * (1.0 - gamma * ratio);
        const V bend = gamma * power * (share.p * ((gamma - 1.0) * ratio - 2.0) - surprise);
        return {unless_zero(t, -power * share.log_p), t * pull, t * bend};
    }
};

// -sum of t z, where z is log p already. Nothing is normalized.
struct NegativeLogLikelihood {
    static constexpr auto name = "nll";
    static constexpr auto link = "exp";
    static constexpr int parameter_count = 0;

    template <class T>
    static double columns(const LossBlock<T>& given) {
        const LossBlock<T> block = given;
        Wide<T> total = 0.0;
        for (std::size_t r = 0; r < block.rows; r += vec<T>::size) {
            const int lanes = lanes_at<T>(r, block.rows);
            const ColumnTargets<T> targets(block, r, lanes);
            const Wide<T> weight = select(lt(targets.code, 0.0), 0.0, row_weights(block, r, lanes));
            Wide<T> loss = 0.0;
            for (std::size_t c = 0; c < block.cols; ++c) {
                const Wide<T> t = targets.at(c);
                const std::size_t at = c * block.stride + r;
                loss = loss + unless_zero(t, -widen(load_lanes(block.z + at, lanes)));
                if (block.gradient != nullptr) store_lanes(narrow<T>(Wide<T>(0.0) - unless_zero(weight, t)), block.gradient + at, lanes);
            }
            total = total + unless_zero(weight, loss);
        }
        return sum(total);
    }
    template <class T>
    static double panels(const LossBlock<T>& given) {
        const LossBlock<T> block = given;
        const std::size_t width = static_cast<std::size_t>(block.width);
        double total = 0.0;
        for (std::size_t r = 0; r < block.rows; ++r) {
            const double weight = panel_weight(block, r);
            Wide<T> losses = 0.0;
            each_in_row<T>(block.cols, block.stride, width, [&](std::size_t at, int lanes) GLASSNET_INLINE_LAMBDA {
                const Wide<T> t = panel_target(block, r, at, lanes);
                losses = losses + unless_zero(t, -widen(vec<T>::load_first(block.z + r * width + at, lanes)));
                if (block.gradient != nullptr) narrow<T>(Wide<T>(0.0) - t * Wide<T>(weight)).store(block.gradient + r * width + at);
            });
            const double loss = weight != 0.0 ? weight * sum(losses) : 0.0;
            if (block.row_loss != nullptr) block.row_loss[r] = loss;
            total += loss;
        }
        return total;
    }
    template <class T>
    static void curvature(const LossBlock<T>& block) {
        const std::size_t width = static_cast<std::size_t>(block.width);
        for (std::size_t r = 0; r < block.rows; ++r) {
            each_in_row<T>(block.cols, block.stride, width, [&](std::size_t at, int) GLASSNET_INLINE_LAMBDA {
                vec<T>::zero().store(block.gradient + r * width + at);
            });
        }
    }
};

using ClassLosses = List<SoftmaxCrossEntropy, NegativeLogLikelihood, KlDivergence, SoftmaxFocal>;

}  // namespace glassnet::GLASSNET_ISA
