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
    static GLASSNET_INLINE ClassShare of(V e, V score, V largest, V u, V inverse, R log_sum) {
        const auto top = eq(e, 1.0);
        const V others = select(top, u, (u + 1.0) - e);
        return {e, top, e * inverse, others * inverse, log_share<R>(score, largest, log_sum)};
    }
};

// t, of some vectors of classes of row r, from `at` on: given, or 1 for the class of its code.
template <class T, int M>
GLASSNET_INLINE wide<M * kParts<T>> row_target(const LossBlock<T>& block, const RowLayout& row, std::size_t r, std::size_t at,
                                               Vectors<M> n, int lanes) {
    if (block.codes == nullptr) return load_row(n, block.target + r * row.step + at, lanes, T(0));
    const std::int32_t code = block.codes[r];
    T one[M * vec<T>::size] = {};
    if (code >= 0) {
        const std::size_t right = row.place(static_cast<std::size_t>(code));
        if (right >= at && right - at < static_cast<std::size_t>(M * vec<T>::size)) one[right - at] = T(1);
    }
    return load_row(n, one, vec<T>::size, T(0));
}

template <class T>
GLASSNET_INLINE double block_weight(const LossBlock<T>& block, std::size_t r) {
    if (block.codes != nullptr && block.codes[r] < 0) return 0.0;
    return static_cast<double>(block.row_weight != nullptr ? block.row_weight[r] : block.scale);
}

// A number of one lane's type, the same in all lanes of a wider one.
template <class R, class Narrow>
GLASSNET_INLINE R spread(const Narrow& x) {
    typename R::V high, low;
    constexpr int kCount = static_cast<int>(sizeof(high) / sizeof(vec<double>));
#pragma GCC unroll 4
    for (int i = 0; i < kCount; ++i) {
        high.v[i] = x.hi.v[0];
        if constexpr (R::doubled) low.v[i] = x.lo.v[0];
    }
    if constexpr (R::doubled) return R(high, low);
    else return R(high);
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
            const auto share = ClassShare<V>::template of<R>(row.exponential(c), widen(row.column(c)), row.largest, row.u, inverse, log_sum);
            const ClassTerm<V> term = L::template term<R>(targets.at(c), share, block.parameters);
            loss = loss + term.loss;
            pulls = pulls + term.pull;
        }
        total = total + unless_zero(weight, loss);
        if (block.gradient == nullptr) continue;
        for (std::size_t c = 0; c < block.cols; ++c) {
            const auto share = ClassShare<V>::template of<R>(row.exponential(c), widen(row.column(c)), row.largest, row.u, inverse, log_sum);
            const ClassTerm<V> term = L::template term<R>(targets.at(c), share, block.parameters);
            const V g = class_gradient(share.e, term.pull, pulls, row.u, inverse);
            store_lanes(narrow<T>(unless_zero(weight, g)), block.gradient + c * block.stride + r, lanes);
        }
    }
    return sum(total);
}

// kCurvature: the second derivatives, unweighted, go where else the gradient goes.
template <class L, class T, bool kCurvature>
double class_loss_panels(const LossBlock<T>& given) {
    const LossBlock<T> block = given;
    const RowLayout row(block.cols, block.stride, block.width);
    RowGroup<T> group(row);
    double total = 0.0;
    for (std::size_t r = 0; r < block.rows; ++r) {
        const T* const z = block.z + r * row.step;
        group.read(z, 1, true);
        const double largest = group.largest[0], u = group.u[0], inverse = 1.0 / (u + 1.0);
        const real<T, 1> log_sum = log1p<real<T, 1>>(wide<1>(u));
        // f(Vectors, offset, lanes, the loss's term, the class's share) for all classes
        const auto each_class = [&](auto f) GLASSNET_INLINE_LAMBDA {
            group.template each_exponential<1>(0, [&](auto n, std::size_t at, int lanes, auto e) GLASSNET_INLINE_LAMBDA {
                using V = decltype(e);
                using R = real<T, decltype(n)::count * kParts<T>>;
                const V score = load_row(n, z + at, lanes, kLowest<T>);
                const auto share = ClassShare<V>::template of<R>(e, score, largest, u, inverse, spread<R>(log_sum));
                f(n, at, lanes, L::template term<R>(row_target(block, row, r, at, n, lanes), share, block.parameters), share);
            });
        };
        RowSum<T> losses, pulls, bends, top_bends;  // the largest class apart: its term, over 1 - p, may be much larger
        each_class([&](auto, std::size_t, int, auto term, auto share) GLASSNET_INLINE_LAMBDA {
            losses.add(term.loss);
            pulls.add(term.pull);
            if constexpr (kCurvature) {
                const auto own = select(eq(share.rest, 0.0), 0.0, term.bend / share.rest);
                bends.add(select(share.is_largest, 0.0, own));
                top_bends.add(select(share.is_largest, own, 0.0));
            }
        });
        const double weight = block_weight(block, r), loss = losses.value();
        if (block.row_loss != nullptr) block.row_loss[r] = block.codes != nullptr && block.codes[r] < 0 ? 0.0 : loss;
        total += weight != 0.0 ? weight * loss : 0.0;
        if (block.gradient == nullptr) continue;
        T* const gradient = block.gradient + r * row.step;
        const double pull = pulls.value(), bend = bends.value(), top_bend = top_bends.value();
        each_class([&](auto n, std::size_t at, int lanes, auto term, auto share) GLASSNET_INLINE_LAMBDA {
            using V = decltype(share.e);
            V g;
            if constexpr (kCurvature) {
                const V own = select(eq(share.rest, 0.0), 0.0, term.bend / share.rest);
                const V others = (V(bend) - select(share.is_largest, 0.0, own)) + (V(top_bend) - select(share.is_largest, own, 0.0));
                g = share.rest * (share.p * V(pull) - term.bend) - share.p * share.p * others;
            } else {
                g = unless_zero(V(weight), class_gradient(share.e, term.pull, V(pull), V(u), V(inverse)));
            }
            store_row(row, n, g, gradient + at, lanes);
        });
        clear_padding(row, gradient);
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
        const RowLayout row(block.cols, block.stride, block.width);
        double total = 0.0;
        for (std::size_t r = 0; r < block.rows; ++r) {
            const double weight = block_weight(block, r);
            RowSum<T> losses;
            each_in_row<T>(row, [&](auto n, std::size_t at, std::size_t, int lanes) GLASSNET_INLINE_LAMBDA {
                using V = wide<decltype(n)::count * kParts<T>>;
                const V t = row_target(block, row, r, at, n, lanes);
                losses.add(unless_zero(t, -load_row(n, block.z + r * row.step + at, lanes, T(0))));
                if (block.gradient != nullptr) store_row(row, n, V(0.0) - t * V(weight), block.gradient + r * row.step + at, lanes);
            });
            if (block.gradient != nullptr) clear_padding(row, block.gradient + r * row.step);
            const double loss = losses.value();
            if (block.row_loss != nullptr) block.row_loss[r] = loss;
            total += weight != 0.0 ? weight * loss : 0.0;
        }
        return total;
    }
    template <class T>
    static void curvature(const LossBlock<T>& block) {
        const RowLayout row(block.cols, block.stride, block.width);
        for (std::size_t r = 0; r < block.rows; ++r) clear_row(row, block.gradient + r * row.step);
    }
};

using ClassLosses = List<SoftmaxCrossEntropy, NegativeLogLikelihood, KlDivergence, SoftmaxFocal>;

}  // namespace glassnet::GLASSNET_ISA
