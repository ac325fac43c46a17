// One step of each optimizer on a contiguous run of parameters, in T.
//
// g is the gradient with its penalties, p the parameter after decoupled decay (p keep).
//   sgd       v = momentum v - rate g; p += v, with Nesterov p += momentum v - rate g (scikit-learn's form, after
//             Sutskever et al. 2013); without momentum p -= rate g
//   adagrad   s += g^2; p -= rate g / (sqrt(s) + epsilon)                   (Duchi, Hazan, Singer 2011)
//   rmsprop   s = decay s + (1 - decay) g^2; p -= rate g / (sqrt(s) + epsilon)       (Tieleman, Hinton 2012)
//   adam      m = momentum m + (1 - momentum) g; v = decay v + (1 - decay) g^2;
//             p -= rate (correction_1 m) / (sqrt(correction_2 v) + epsilon)     (Kingma, Ba 2015, algorithm 1)
// The L1 penalty has no slope at 0, so it goes by orthants (Andrew, Gao 2007): g gains l1 sign(p); where p is 0, g moves
// towards 0 by l1 at most, so that a parameter leaves 0 only where the loss pulls more than the penalty; and a parameter
// that would change its sign stops at 0.
#pragma once

#include "kernels.hpp"
#include "math.hpp"

namespace glassnet::GLASSNET_ISA {

// Each returns what is added to the parameter, and updates its state in place.

template <bool kMomentum>
struct Sgd {
    static constexpr bool has_first = kMomentum, has_second = false;
    template <class T>
    static GLASSNET_INLINE vec<T> step(vec<T> g, vec<T>& velocity, vec<T>&, const Update<T>& u) {
        const vec<T> descent = g * -u.rate;
        if constexpr (!kMomentum) return descent;
        velocity = fma(u.momentum, velocity, descent);
        return u.nesterov ? fma(u.momentum, velocity, descent) : velocity;
    }
};

struct Adagrad {
    static constexpr bool has_first = false, has_second = true;
    template <class T>
    static GLASSNET_INLINE vec<T> step(vec<T> g, vec<T>&, vec<T>& squares, const Update<T>& u) {
        squares = fma(g, g, squares);
        return g * -u.rate / (sqrt(squares) + u.epsilon);
    }
};

struct Rmsprop {
    static constexpr bool has_first = false, has_second = true;
    template <class T>
    static GLASSNET_INLINE vec<T> step(vec<T> g, vec<T>&, vec<T>& squares, const Update<T>& u) {
        squares = fma(u.decay, squares, g * g * u.decay_rest);
        return g * -u.rate / (sqrt(squares) + u.epsilon);
    }
};

struct Adam {
    static constexpr bool has_first = true, has_second = true;
    template <class T>
    static GLASSNET_INLINE vec<T> step(vec<T> g, vec<T>& mean, vec<T>& squares, const Update<T>& u) {
        mean = fma(u.momentum, mean, g * u.momentum_rest);
        squares = fma(u.decay, squares, g * g * u.decay_rest);
        return mean * u.correction_1 * -u.rate / (sqrt(squares * u.correction_2) + u.epsilon);
    }
};

template <class T>
GLASSNET_INLINE void add_squares(vec<T> x, wide<kParts<T>>& sum) {
    sum = fma(widen(x), widen(x), sum);
}

template <class T>
GLASSNET_INLINE vec<T> with_l1(vec<T> g, vec<T> old, vec<T> l1) {
    return g + select(eq(old, vec<T>::zero()), copysign(min(abs(g), l1), -g), copysign(l1, old));
}

template <class T>
GLASSNET_INLINE vec<T> stopped_at_zero(vec<T> now, vec<T> old) {
    const vec<T> zero = vec<T>::zero();
    return select((gt(old, zero) & lt(now, zero)) | (lt(old, zero) & gt(now, zero)), zero, now);
}

template <class O, class T, bool kNorms, bool kL1>
void update_run(const Update<T>& given) {
    using V = vec<T>;
    const Update<T> u = given;  // a copy that no store can alias
    constexpr std::size_t kSize = V::size;
    wide<kParts<T>> gradients = 0.0, parameters = 0.0, changes = 0.0;
    for (std::size_t i = 0; i < u.n; i += kSize) {
        const int left = static_cast<int>(u.n - i < kSize ? u.n - i : kSize);
        const bool whole = left == static_cast<int>(kSize);
        const auto load = [&](const T* p) GLASSNET_INLINE_LAMBDA {
            return whole ? V::load(p + i) : V::load_first(p + i, left);
        };
        const auto store = [&](V x, T* p) GLASSNET_INLINE_LAMBDA {
            whole ? x.store(p + i) : x.store_first(p + i, left);
        };
        const V old = load(u.parameter);
        V g = fma(u.l2, old, load(u.gradient));
        if constexpr (kL1) g = with_l1<T>(g, old, u.l1);
        V first = V::zero(), second = V::zero();
        if constexpr (O::has_first) first = load(u.first);
        if constexpr (O::has_second) second = load(u.second);
        const V step = O::step(g, first, second, u);
        V now = fma(u.keep, old, step);
        if constexpr (kL1) now = stopped_at_zero<T>(now, old);
        if constexpr (O::has_first) store(first, u.first);
        if constexpr (O::has_second) store(second, u.second);
        store(now, u.parameter);
        if constexpr (kNorms) {
            add_squares(g, gradients);
            add_squares(now, parameters);
            add_squares(now - old, changes);
        }
    }
    if constexpr (kNorms) {
        u.norms[0] += sum(gradients);
        u.norms[1] += sum(parameters);
        u.norms[2] += sum(changes);
    }
}

template <class O, class T>
void update(const Update<T>& u) {
    if (u.l1 > 0) u.norms != nullptr ? update_run<O, T, true, true>(u) : update_run<O, T, false, true>(u);
    else u.norms != nullptr ? update_run<O, T, true, false>(u) : update_run<O, T, false, false>(u);
}

template <class T>
void update_sgd(const Update<T>& u) {
    u.first != nullptr ? update<Sgd<true>, T>(u) : update<Sgd<false>, T>(u);
}

}  // namespace glassnet::GLASSNET_ISA
