// Losses of single outputs: value and gradient with respect to the raw score z, the link included.
//
// Everything is computed in double and from z, never from the rounded prediction, and so that terms of one sign are
// added: sigma(z) - t with t = 1 is -sigma(-z), not a difference of two numbers near 1. Gradients of float are within 0.51 ULP
// of the truth, except next to their zero, where the difference of prediction and target cancels what must cancel.
// An element of weight 0 contributes exactly 0, whatever its loss; a lane beyond the data is one of weight 0.
//
// To add a loss of single outputs: write its struct, put it into the list `ElementLosses` below.
#pragma once

#include "kernels.hpp"
#include "math.hpp"

namespace glassnet::GLASSNET_ISA {

struct LossTerm {
    vec<double> loss, gradient;
};

// (z - t)^2 / 2
struct SquaredError {
    static constexpr auto name = "squared_error";
    static constexpr auto link = "identity";
    static constexpr int parameter_count = 0;
    template <class T>
    static GLASSNET_INLINE LossTerm at(vec<double> z, vec<double> t, const Parameters&) {
        const vec<double> d = z - t;
        return {d * d * 0.5, d};
    }
};

// |z - t|; the gradient at 0 is 0.
struct AbsoluteError {
    static constexpr auto name = "absolute_error";
    static constexpr auto link = "identity";
    static constexpr int parameter_count = 0;
    template <class T>
    static GLASSNET_INLINE LossTerm at(vec<double> z, vec<double> t, const Parameters&) {
        const vec<double> d = z - t;
        return {abs(d), select(eq(d, 0.0) | is_nan(d), d, copysign(1.0, d))};
    }
};

// d^2 / 2 for |d| <= delta, else delta (|d| - delta / 2), with d = z - t.
struct Huber {
    static constexpr auto name = "huber";
    static constexpr auto link = "identity";
    static constexpr int parameter_count = 1;
    template <class T>
    static GLASSNET_INLINE LossTerm at(vec<double> z, vec<double> t, const Parameters& p) {
        const vec<double> delta = p.value[0], d = z - t, size = abs(d);
        return {select(le(size, delta), d * d * 0.5, delta * (size - delta * 0.5)), max(-delta, min(delta, d))};
    }
};

// Half the Poisson deviance, t log(t / p) - t + p with p = e^z, for t >= 0.
struct Poisson {
    static constexpr auto name = "poisson";
    static constexpr auto link = "exp";
    static constexpr int parameter_count = 0;
    template <class T>
    static GLASSNET_INLINE LossTerm at(vec<double> z, vec<double> t, const Parameters&) {
        const vec<double> p = exponential<T>(z).times(1.0);
        const vec<double> surprise = t * (log<T>(select(gt(t, 0.0), t, 1.0)).round() - z);
        return {select(eq(t, 0.0), p, surprise - t + p), p - t};
    }
};

// -t log s - (1 - t) log(1 - s) with s = sigmoid(z), for any t in [0, 1]: max(z, 0) - z t + log(1 + e^-|z|).
struct BinaryCrossEntropy {
    static constexpr auto name = "binary_cross_entropy";
    static constexpr auto link = "sigmoid";
    static constexpr int parameter_count = 0;
    template <class T>
    static GLASSNET_INLINE LossTerm at(vec<double> z, vec<double> t, const Parameters&) {
        const mask<double> negative = lt(z, 0.0);
        const vec<double> a = abs(z), away = select(negative, t, 1.0 - t);  // the share that z speaks against
        const Exponential<T> e = exponential<T>(-a);
        const vec<double> small = e.times(inverse(real<T>(1.0) + e.value()));  // sigmoid(-|z|)
        return {select(eq(away, 0.0), 0.0, away * a) + log_one_plus(e).round(),
                select(negative, small - away, away - small)};
    }
};

using ElementLosses = List<SquaredError, AbsoluteError, Huber, Poisson, BinaryCrossEntropy>;

template <class T>
GLASSNET_INLINE vec<double> unless_zero(vec<double> weight, vec<double> x) {
    return select(eq(weight, 0.0), 0.0, weight * x);
}

// One vector of elements. `weight` is 0 in lanes beyond the data; `lanes` of them are stored.
template <class L, class T>
GLASSNET_INLINE void loss_vector(vec<T> z, vec<T> t, const vec<double> (&weight)[kHalves<T>], T* gradient, int lanes,
                                 const Parameters& parameters, vec<double> (&sum)[kHalves<T>]) {
    vec<double> g[kHalves<T>];
#pragma GCC unroll 2
    for (int h = 0; h < kHalves<T>; ++h) {
        const LossTerm term = L::template at<T>(half(z, h), half(t, h), parameters);
        sum[h] = sum[h] + unless_zero<T>(weight[h], term.loss);
        g[h] = unless_zero<T>(weight[h], term.gradient);
    }
    if (gradient == nullptr) return;
    if (lanes == vec<T>::size) {
        joined<T>(g).store(gradient);
    } else {
        joined<T>(g).store_first(gradient, lanes);
    }
}

template <class T>
GLASSNET_INLINE vec<T> load_lanes(const T* p, int lanes) {
    return lanes == vec<T>::size ? vec<T>::load(p) : vec<T>::load_first(p, lanes);
}

// The weights of `lanes` rows from row r on, 0 beyond them.
template <class T>
GLASSNET_INLINE vec<T> row_weights(const LossBlock<T>& block, std::size_t r, int lanes) {
    if (block.row_weight != nullptr) return load_lanes(block.row_weight + r, lanes);
    return select(first_lanes<T>(lanes), block.scale, vec<T>::zero());
}

template <class T>
GLASSNET_INLINE void times_element_weight(const LossBlock<T>& block, std::size_t at, int lanes, vec<T> row_weight,
                                          vec<double> (&weight)[kHalves<T>]) {
    for (int h = 0; h < kHalves<T>; ++h) weight[h] = half(row_weight, h);
    if (block.element_weight == nullptr) return;
    const vec<T> factor = load_lanes(block.element_weight + at, lanes);
    for (int h = 0; h < kHalves<T>; ++h) weight[h] = weight[h] * half(factor, h);
}

template <class T>
GLASSNET_INLINE double total(const vec<double> (&sums)[kHalves<T>]) {
    if constexpr (kHalves<T> == 2) {
        return sum(sums[0] + sums[1]);
    } else {
        return sum(sums[0]);
    }
}

// Lanes run over rows.
template <class L, class T>
double loss_columns(const LossBlock<T>& given) {
    const LossBlock<T> block = given;
    constexpr std::size_t kSize = vec<T>::size;
    vec<double> sums[kHalves<T>] = {};
    for (std::size_t r = 0; r < block.rows; r += kSize) {
        const int lanes = static_cast<int>(block.rows - r < kSize ? block.rows - r : kSize);
        const vec<T> row_weight = row_weights(block, r, lanes);
        for (std::size_t c = 0; c < block.cols; ++c) {
            const std::size_t at = c * block.stride + r;
            vec<double> weight[kHalves<T>];
            times_element_weight(block, at, lanes, row_weight, weight);
            loss_vector<L, T>(load_lanes(block.z + at, lanes), load_lanes(block.target + at, lanes), weight,
                              block.gradient != nullptr ? block.gradient + at : nullptr, lanes, block.parameters, sums);
        }
    }
    return total<T>(sums);
}

// Lanes run over columns.
template <class L, class T>
double loss_panels(const LossBlock<T>& given) {
    const LossBlock<T> block = given;
    constexpr std::size_t kSize = vec<T>::size;
    const std::size_t width = static_cast<std::size_t>(block.width);
    vec<double> sums[kHalves<T>] = {};
    for (std::size_t r = 0; r < block.rows; ++r) {
        const T row_weight = block.row_weight != nullptr ? block.row_weight[r] : block.scale;
        for (std::size_t first = 0; first < block.cols; first += width) {
            const std::size_t start = first / width * block.stride + r * width;
            for (std::size_t j = 0; j < width; j += kSize) {
                const std::size_t real = block.cols - first > j ? block.cols - first - j : 0;
                const int lanes = static_cast<int>(real < kSize ? real : kSize);
                vec<double> weight[kHalves<T>];
                times_element_weight(block, start + j, static_cast<int>(kSize),
                                     select(first_lanes<T>(lanes), row_weight, vec<T>::zero()), weight);
                loss_vector<L, T>(vec<T>::load(block.z + start + j), vec<T>::load(block.target + start + j), weight,
                                  block.gradient != nullptr ? block.gradient + start + j : nullptr,
                                  static_cast<int>(kSize), block.parameters, sums);
            }
        }
    }
    return total<T>(sums);
}

}  // namespace glassnet::GLASSNET_ISA
