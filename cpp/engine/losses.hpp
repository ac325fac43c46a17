// Losses of single outputs: value and gradient with respect to the raw score z, the link included.
//
// Everything is computed in double and from z, never from the rounded prediction, and so that terms of one sign are
// added: sigma(z) - t with t = 1 is -sigma(-z), not a difference of two numbers near 1. Gradients of float are within
// 0.51 ULP of the truth, except next to their zero, where the difference of prediction and target must cancel.
// An element of weight 0 contributes exactly 0, whatever its loss; a lane beyond the data is one of weight 0.
//
// To add a loss of single outputs: write its struct, put it into the list `ElementLosses` below.
#pragma once

#include "kernels.hpp"
#include "lanes.hpp"
#include "math.hpp"

namespace glassnet::GLASSNET_ISA {

// e^x for x <= 0. What is below the range of `exponential` is 0 here: losses are double even where scores are float.
template <class R>
GLASSNET_INLINE Exponential<R> vanishing_exponential(R x) {
    Exponential<R> e = falling_exponential<R>(x);
    if constexpr (!R::doubled) e.power = select(lt(x.hi, -708.0), 0.0, e.power);
    return e;
}

template <class V>
struct LossTerm {
    V loss, gradient;
};

// (z - t)^2 / 2
struct SquaredError {
    static constexpr auto name = "squared_error";
    static constexpr auto link = "identity";
    static constexpr int parameter_count = 0;
    template <class R, class V = typename R::V>
    static GLASSNET_INLINE LossTerm<V> at(V z, V t, const Parameters&) {
        const V d = z - t;
        return {d * d * 0.5, d};
    }
};

// |z - t|; the gradient at 0 is 0.
struct AbsoluteError {
    static constexpr auto name = "absolute_error";
    static constexpr auto link = "identity";
    static constexpr int parameter_count = 0;
    template <class R, class V = typename R::V>
    static GLASSNET_INLINE LossTerm<V> at(V z, V t, const Parameters&) {
        const V d = z - t;
        return {abs(d), select(eq(d, 0.0) | is_nan(d), d, copysign(1.0, d))};
    }
};

// d^2 / 2 for |d| <= delta, else delta (|d| - delta / 2), with d = z - t.
struct Huber {
    static constexpr auto name = "huber";
    static constexpr auto link = "identity";
    static constexpr int parameter_count = 1;
    template <class R, class V = typename R::V>
    static GLASSNET_INLINE LossTerm<V> at(V z, V t, const Parameters& p) {
        const V delta = p.value[0], d = z - t, size = abs(d);
        return {select(le(size, delta), d * d * 0.5, delta * (size - delta * 0.5)), max(-delta, min(delta, d))};
    }
};

// Half the Poisson deviance, t log(t / p) - t + p with p = e^z, for t >= 0.
struct Poisson {
    static constexpr auto name = "poisson";
    static constexpr auto link = "exp";
    static constexpr int parameter_count = 0;
    template <class R, class V = typename R::V>
    static GLASSNET_INLINE LossTerm<V> at(V z, V t, const Parameters&) {
        const V p = exponential<R>(z).times(1.0);
        const V surprise = t * (log<R>(select(gt(t, 0.0), t, 1.0)).round() - z);
        return {select(eq(t, 0.0), p, surprise - t + p), p - t};
    }
};

// -t log s - (1 - t) log(1 - s) with s = sigmoid(z), for any t in [0, 1]: max(z, 0) - z t + log(1 + e^-|z|).
struct BinaryCrossEntropy {
    static constexpr auto name = "binary_cross_entropy";
    static constexpr auto link = "sigmoid";
    static constexpr int parameter_count = 0;
    template <class R, class V = typename R::V>
    static GLASSNET_INLINE LossTerm<V> at(V z, V t, const Parameters&) {
        const auto negative = lt(z, 0.0);
        const V a = abs(z), away = select(negative, t, 1.0 - t);  // the share that z speaks against
        const Exponential<R> e = vanishing_exponential<R>(-a);
        const V small = e.times(inverse(R(1.0) + e.value()));  // sigmoid(-|z|)
        return {select(eq(away, 0.0), 0.0, away * a) + log_one_plus(e).round(),
                select(negative, small - away, away - small)};
    }
};

using ElementLosses = List<SquaredError, AbsoluteError, Huber, Poisson, BinaryCrossEntropy>;

template <int N>
GLASSNET_INLINE wide<N> unless_zero(wide<N> weight, wide<N> x) {
    return select(eq(weight, 0.0), 0.0, weight * x);
}

// The weights of `lanes` rows from row r on, 0 beyond them.
template <class T>
GLASSNET_INLINE Wide<T> row_weights(const LossBlock<T>& block, std::size_t r, int lanes) {
    if (block.row_weight != nullptr) return widen(load_lanes(block.row_weight + r, lanes));
    return widen(select(first_lanes<T>(lanes), block.scale, vec<T>::zero()));
}

// One vector of elements at offset `at`, of which `lanes` exist in memory. Returns weight * loss.
template <class L, class T>
GLASSNET_INLINE Wide<T> loss_vector(const LossBlock<T>& block, std::size_t at, int lanes, Wide<T> weight) {
    if (block.element_weight != nullptr) weight = weight * widen(load_lanes(block.element_weight + at, lanes));
    const Wide<T> z = widen(load_lanes(block.z + at, lanes)), t = widen(load_lanes(block.target + at, lanes));
    const LossTerm<Wide<T>> term = L::template at<Real<T>>(z, t, block.parameters);
    if (block.gradient != nullptr) {
        store_lanes(narrow<T>(unless_zero(weight, term.gradient)), block.gradient + at, lanes);
    }
    return unless_zero(weight, term.loss);
}

// Lanes run over rows.
template <class L, class T>
double loss_columns(const LossBlock<T>& given) {
    const LossBlock<T> block = given;  // a copy that no store can alias
    Wide<T> total = 0.0;
    for (std::size_t r = 0; r < block.rows; r += vec<T>::size) {
        const int lanes = lanes_at<T>(r, block.rows);
        const Wide<T> weight = row_weights(block, r, lanes);
        for (std::size_t c = 0; c < block.cols; ++c) {
            total = total + loss_vector<L, T>(block, c * block.stride + r, lanes, weight);
        }
    }
    return sum(total);
}

// Lanes run over columns.
template <class L, class T>
double loss_panels(const LossBlock<T>& given) {
    const LossBlock<T> block = given;
    const std::size_t width = static_cast<std::size_t>(block.width);
    Wide<T> total = 0.0;
    for (std::size_t r = 0; r < block.rows; ++r) {
        const T row_weight = block.row_weight != nullptr ? block.row_weight[r] : block.scale;
        for (std::size_t first = 0; first < block.cols; first += width) {
            const std::size_t start = first / width * block.stride + r * width;
            for (std::size_t j = 0; j < width; j += vec<T>::size) {
                const mask<T> real = first_lanes<T>(lanes_at<T>(first + j, block.cols));
                const Wide<T> weight = widen(select(real, row_weight, vec<T>::zero()));
                total = total + loss_vector<L, T>(block, start + j, vec<T>::size, weight);
            }
        }
    }
    return sum(total);
}

}  // namespace glassnet::GLASSNET_ISA
