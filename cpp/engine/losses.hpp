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

inline constexpr double kInfinity = __builtin_huge_val();

template <class V>
struct LossTerm {
    V loss, gradient;
};

// weight * x, and 0 where the weight is 0, whatever x is.
template <int N>
GLASSNET_INLINE wide<N> unless_zero(wide<N> weight, wide<N> x) {
    return select(eq(weight, 0.0), 0.0, weight * x);
}

// What a loss of numbers is unless it says otherwise. `middle` is the raw score at which a single output trained on
// targets 0 and 1 decides between them.
struct OfNumbers {
    static constexpr auto link = "identity";
    static constexpr int parameter_count = 0;
    static constexpr double middle = 0.5;
};

// Losses of two classes, for targets between 0 and 1. Each is the expectation over the two: t f(z) + (1 - t) f(-z).
struct OfTwoClasses {
    static constexpr auto link = "sigmoid";
    static constexpr int parameter_count = 0;
    static constexpr double middle = 0.0;
};

// A struct has value and gradient in `at`, and the second derivative in `curvature`.

// (z - t)^2 / 2
struct SquaredError : OfNumbers {
    static constexpr auto name = "squared_error";
    template <class R, class V = typename R::V>
    static GLASSNET_INLINE LossTerm<V> at(V z, V t, const Parameters&) {
        const V d = z - t;
        return {d * d * 0.5, d};
    }
    template <class R, class V = typename R::V>
    static GLASSNET_INLINE V curvature(V z, V t, const Parameters&) {
        return select(is_nan(z - t), z - t, 1.0);
    }
};

// (z - t)^2
struct MeanSquaredError : OfNumbers {
    static constexpr auto name = "mse";
    template <class R, class V = typename R::V>
    static GLASSNET_INLINE LossTerm<V> at(V z, V t, const Parameters&) {
        const V d = z - t;
        return {d * d, d + d};
    }
    template <class R, class V = typename R::V>
    static GLASSNET_INLINE V curvature(V z, V t, const Parameters&) {
        return select(is_nan(z - t), z - t, 2.0);
    }
};

// |z - t|; the gradient at 0 is 0.
struct AbsoluteError : OfNumbers {
    static constexpr auto name = "absolute_error";
    template <class R, class V = typename R::V>
    static GLASSNET_INLINE LossTerm<V> at(V z, V t, const Parameters&) {
        const V d = z - t;
        return {abs(d), select(eq(d, 0.0) | is_nan(d), d, copysign(1.0, d))};
    }
    template <class R, class V = typename R::V>
    static GLASSNET_INLINE V curvature(V z, V t, const Parameters&) {
        return select(is_nan(z - t), z - t, 0.0);
    }
};

// d^2 / 2 for |d| <= delta, else delta (|d| - delta / 2), with d = z - t.
struct Huber : OfNumbers {
    static constexpr auto name = "huber";
    static constexpr int parameter_count = 1;
    template <class R, class V = typename R::V>
    static GLASSNET_INLINE LossTerm<V> at(V z, V t, const Parameters& p) {
        const V delta = p.value[0], d = z - t, size = abs(d);
        return {select(le(size, delta), d * d * 0.5, delta * (size - delta * 0.5)), max(-delta, min(delta, d))};
    }
    template <class R, class V = typename R::V>
    static GLASSNET_INLINE V curvature(V z, V t, const Parameters& p) {
        const V d = z - t;
        return select(is_nan(d), d, select(le(abs(d), p.value[0]), 1.0, 0.0));
    }
};

// log cosh d with d = z - t: log(1 + 2 sinh(d / 2)^2) for |d| < 1, which keeps its digits near 0, else
// |d| - log 2 + log(1 + e^-2|d|). Gradient tanh d, second derivative 1 - tanh(d)^2.
struct LogCosh : OfNumbers {
    static constexpr auto name = "log_cosh";
    template <class R, class V = typename R::V>
    static GLASSNET_INLINE LossTerm<V> at(V z, V t, const Parameters&) {
        const V d = z - t, a = abs(d);
        const Exponential<R> near = falling_exponential<R>(-min(a, 1.0)), far = vanishing_exponential<R>(a * -2.0);
        const R m = near.minus_one();
        const V small = log1p<R>(m * m / times_power_of_two(near.value(), 2.0)).round();
        const R n = far.minus_one();
        return {select(lt(a, 1.0), small, (a - kLn2) + log_one_plus(far).round()),
                select(is_nan(d), d, copysign((n * inverse(R(2.0) + n)).round(), d))};
    }
    template <class R, class V = typename R::V>
    static GLASSNET_INLINE V curvature(V z, V t, const Parameters&) {
        const Exponential<R> far = vanishing_exponential<R>(abs(z - t) * -2.0);
        const R i = inverse(R(1.0) + far.value());
        return far.times(times_power_of_two(i * i, 4.0));
    }
};

// level (t - z) where the target is above, (1 - level) (z - t) where it is below; the gradient at 0 is 0.
struct Quantile : OfNumbers {
    static constexpr auto name = "quantile";
    static constexpr int parameter_count = 1;
    template <class R, class V = typename R::V>
    static GLASSNET_INLINE LossTerm<V> at(V z, V t, const Parameters& p) {
        const V d = z - t, slope = select(lt(d, 0.0), -p.value[0], 1.0 - p.value[0]);
        return {d * slope, select(eq(d, 0.0) | is_nan(d), d, slope)};
    }
    template <class R, class V = typename R::V>
    static GLASSNET_INLINE V curvature(V z, V t, const Parameters&) {
        return select(is_nan(z - t), z - t, 0.0);
    }
};

// Half the Poisson deviance, t log(t / p) - t + p with p = e^z, for t >= 0.
struct Poisson : OfNumbers {
    static constexpr auto name = "poisson";
    static constexpr auto link = "exp";
    template <class R, class V = typename R::V>
    static GLASSNET_INLINE LossTerm<V> at(V z, V t, const Parameters& parameters) {
        const V p = curvature<R>(z, t, parameters);
        const V surprise = t * (log<R>(select(gt(t, 0.0), t, 1.0)).round() - z);
        return {select(eq(t, 0.0) | eq(p, kInfinity), p, surprise - t + p), p - t};
    }
    // e^z; of floats as the square of e^(z/2), which overflows no sooner than double does.
    template <class R, class V = typename R::V>
    static GLASSNET_INLINE V curvature(V z, V, const Parameters&) {
        if constexpr (R::doubled) return exponential<R>(z).times(1.0);
        const V root = exponential<R>(z * 0.5).times(1.0);
        return root * root;
    }
};

// -w t log s - (1 - t) log(1 - s) with s = sigmoid(z), for any t in [0, 1]: where z speaks against a share `away` of the
// target, away |z| + total log(1 + e^-|z|), total being all of it, w t + 1 - t.
struct BinaryCrossEntropy : OfTwoClasses {
    static constexpr auto name = "binary_cross_entropy";
    static constexpr int parameter_count = 1;
    template <class R, class V = typename R::V>
    static GLASSNET_INLINE LossTerm<V> at(V z, V t, const Parameters& p) {
        const auto negative = lt(z, 0.0);
        const V positive = t * p.value[0], total = positive + (1.0 - t);
        const V a = abs(z), away = select(negative, positive, 1.0 - t);
        const Exponential<R> e = vanishing_exponential<R>(-a);
        const V small = total * e.times(inverse(R(1.0) + e.value()));  // sigmoid(-|z|)
        return {unless_zero(away, a) + total * log_one_plus(e).round(), select(negative, small - away, away - small)};
    }
    template <class R, class V = typename R::V>
    static GLASSNET_INLINE V curvature(V z, V t, const Parameters& p) {
        const Exponential<R> e = vanishing_exponential<R>(-abs(z));
        const R i = inverse(R(1.0) + e.value());
        return (t * p.value[0] + (1.0 - t)) * e.times(i * i);
    }
};

// f(z) = max(1 - z, 0); its derivative at 1 is 0.
struct Hinge : OfTwoClasses {
    static constexpr auto name = "hinge";
    static constexpr auto link = "identity";
    template <class R, class V = typename R::V>
    static GLASSNET_INLINE LossTerm<V> at(V z, V t, const Parameters&) {
        const V other = 1.0 - t;
        const V lack = max(0.0, 1.0 - z), excess = max(0.0, 1.0 + z);  // a NaN stays: it is the second operand
        return {unless_zero(t, lack) + unless_zero(other, excess),
                select(is_nan(z), z, select(gt(excess, 0.0), other, 0.0) - select(gt(lack, 0.0), t, 0.0))};
    }
    template <class R, class V = typename R::V>
    static GLASSNET_INLINE V curvature(V z, V, const Parameters&) {
        return select(is_nan(z), z, 0.0);
    }
};

// f(z) = max(1 - z, 0)^2
struct SquaredHinge : OfTwoClasses {
    static constexpr auto name = "squared_hinge";
    static constexpr auto link = "identity";
    template <class R, class V = typename R::V>
    static GLASSNET_INLINE LossTerm<V> at(V z, V t, const Parameters&) {
        const V other = 1.0 - t;
        const V lack = max(0.0, 1.0 - z), excess = max(0.0, 1.0 + z);
        return {unless_zero(t, lack * lack) + unless_zero(other, excess * excess),
                (unless_zero(other, excess) - unless_zero(t, lack)) * 2.0};
    }
    template <class R, class V = typename R::V>
    static GLASSNET_INLINE V curvature(V z, V t, const Parameters&) {
        const V sum = select(gt(1.0 + z, 0.0), 1.0 - t, 0.0) + select(gt(1.0 - z, 0.0), t, 0.0);
        return select(is_nan(z), z, sum * 2.0);
    }
};

// f(z) = s(-z)^gamma L with s = sigmoid and L = log(1 + e^-z), which is -log s(z). With q = s(-z)^gamma:
//   f' = -q (gamma s(z) L + s(-z)), a sum of terms of one sign,
//   f'' = q s(z) (gamma L (gamma s(z) - s(-z)) + (2 gamma + 1) s(-z)).
struct Focal : OfTwoClasses {
    static constexpr auto name = "focal";
    static constexpr int parameter_count = 1;

    template <class V>
    struct Side {
        V s, other, power, log;  // s(z), s(-z), s(-z)^gamma, -log s(z)
        GLASSNET_INLINE V loss() const { return power * log; }
        GLASSNET_INLINE V bent(V gamma) const { return unless_zero(s, gamma * log); }  // gamma s L; s may be 0, L infinite
        GLASSNET_INLINE V slope(V gamma) const { return -power * (bent(gamma) + other); }
        GLASSNET_INLINE V curvature(V gamma) const {
            return power * (bent(gamma) * (gamma * s - other) + (gamma * 2.0 + 1.0) * s * other);
        }
    };
    template <class V>
    struct Sides {
        Side<V> one, zero;
    };
    template <class R, class V = typename R::V>
    static GLASSNET_INLINE Sides<V> sides(V z, V gamma) {
        const V a = abs(z);
        const Exponential<R> e = vanishing_exponential<R>(-a);
        const R i = inverse(R(1.0) + e.value()), rest = log_one_plus(e);
        const V large = i.round(), small = e.times(i), near = rest.round(), far = a + near;
        // In the power |z| stays finite: its low part would be NaN otherwise.
        const V large_power = vanishing_exponential<R>(-(R(gamma) * rest)).times(1.0);
        const V small_power = vanishing_exponential<R>(-(R(gamma) * (R(min(V(1e200), a)) + rest))).times(1.0);
        const auto negative = lt(z, 0.0);
        const V up = select(negative, small, large), down = select(negative, large, small);
        const V up_power = select(negative, small_power, large_power);
        const V down_power = select(negative, large_power, small_power);
        return {{up, down, down_power, select(negative, far, near)}, {down, up, up_power, select(negative, near, far)}};
    }
    template <class R, class V = typename R::V>
    static GLASSNET_INLINE LossTerm<V> at(V z, V t, const Parameters& p) {
        const V gamma = p.value[0], other = 1.0 - t;
        const Sides<V> f = sides<R>(z, gamma);
        return {unless_zero(t, f.one.loss()) + unless_zero(other, f.zero.loss()),
                t * f.one.slope(gamma) - other * f.zero.slope(gamma)};
    }
    template <class R, class V = typename R::V>
    static GLASSNET_INLINE V curvature(V z, V t, const Parameters& p) {
        const V gamma = p.value[0];
        const Sides<V> f = sides<R>(z, gamma);
        return t * f.one.curvature(gamma) + (1.0 - t) * f.zero.curvature(gamma);
    }
};

using ElementLosses = List<SquaredError, MeanSquaredError, AbsoluteError, Huber, LogCosh, Quantile, Poisson,
                           BinaryCrossEntropy, Hinge, SquaredHinge, Focal>;

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

// How many vectors of T go through a loss side by side.
template <class T>
inline constexpr int kLossVectors = (kIsFloat<T> ? 4 : 2) / kParts<T>;

// f(raw scores, targets, their weights times `scale`, element, lanes) for all elements, in as many doubles as go side by side.
// What is left at the end goes through buffers, as elements of weight 0.
template <class T, int kM = kLossVectors<T>, class F>
GLASSNET_INLINE void each_element(const LossElements<T>& all, double scale, F f) {
    constexpr int kN = kM * kParts<T>;
    constexpr std::size_t kStep = kN * vec<double>::size;
    using V = wide<kN>;
    const auto load = [](const auto* p) GLASSNET_INLINE_LAMBDA {
        V r;
        _Pragma("GCC unroll 4") for (int i = 0; i < kN; ++i) r.v[i] = load_double(p + i * vec<double>::size);
        return r;
    };
    for (std::size_t i = 0; i < all.n; i += kStep) {
        const std::size_t left = all.n - i;
        if (left >= kStep) {
            f(load(all.z + i), load(all.target + i), all.weight != nullptr ? load(all.weight + i) * V(scale) : V(scale), i, kStep);
        } else {
            T z[kStep] = {}, target[kStep] = {};
            double weight[kStep] = {};
            for (std::size_t k = 0; k < left; ++k) {
                z[k] = all.z[i + k];
                target[k] = all.target[i + k];
                weight[k] = all.weight != nullptr ? all.weight[i + k] : 1.0;
            }
            f(load(z), load(target), load(weight) * V(scale), i, left);
        }
    }
}

// The first `lanes` numbers of a wide one.
template <class T, int N>
GLASSNET_INLINE void store_elements(wide<N> x, T* p, std::size_t lanes) {
    constexpr std::size_t kStep = N * vec<double>::size;
    T buffer[kStep];
    T* const to = lanes == kStep ? p : buffer;
    _Pragma("GCC unroll 4") for (int i = 0; i < N; ++i) store_double(x.v[i], to + i * vec<double>::size);
    if (lanes != kStep) {
        for (std::size_t k = 0; k < lanes; ++k) p[k] = buffer[k];
    }
}

// Elements by themselves: for calls on arrays.
template <class L, class T>
void loss_elements(const LossElements<T>& given) {
    const LossElements<T> all = given;
    if (all.loss != nullptr || all.total != nullptr) {
        wide<1> sum_of_all = 0.0;
        each_element(all, 1.0, [&](auto z, auto t, auto weight, std::size_t i, std::size_t lanes) GLASSNET_INLINE_LAMBDA {
            constexpr int kN = static_cast<int>(sizeof(z) / sizeof(vec<double>));
            const wide<kN> loss = unless_zero(weight, L::template at<real<T, kN>>(z, t, all.parameters).loss);
            if (all.loss != nullptr) store_elements(loss, all.loss + i, lanes);
            vec<double> s = loss.v[0];
            _Pragma("GCC unroll 4") for (int k = 1; k < kN; ++k) s = s + loss.v[k];
            sum_of_all.v[0] = sum_of_all.v[0] + s;
        });
        if (all.total != nullptr) *all.total += sum(sum_of_all);
    }
    if (all.gradient != nullptr) {
        each_element(all, all.scale, [&](auto z, auto t, auto weight, std::size_t i, std::size_t lanes) GLASSNET_INLINE_LAMBDA {
            constexpr int kN = static_cast<int>(sizeof(z) / sizeof(vec<double>));
            const wide<kN> gradient = L::template at<real<T, kN>>(z, t, all.parameters).gradient;
            store_elements(unless_zero(weight, gradient), all.gradient + i, lanes);
        });
    }
    if (all.curvature != nullptr) {
        each_element<T, 1>(all, all.scale, [&](auto z, auto t, auto weight, std::size_t i, std::size_t lanes) GLASSNET_INLINE_LAMBDA {
            constexpr int kN = static_cast<int>(sizeof(z) / sizeof(vec<double>));
            const wide<kN> curvature = L::template curvature<real<T, kN>>(z, t, all.parameters);
            store_elements(unless_zero(weight, curvature), all.curvature + i, lanes);
        });
    }
}

}  // namespace glassnet::GLASSNET_ISA
