// Runs elementwise functions over arrays and fills ElementKernels<T>.
#pragma once

#include "activations.hpp"
#include "dropout.hpp"
#include "kernels.hpp"
#include "losses.hpp"
#include "optimizers.hpp"
#include "softmax.hpp"
#include "statistics.hpp"
#include "vec.hpp"

namespace glassnet::GLASSNET_ISA {

// How many vectors go through a function side by side. AVX-512 and NEON have the registers for four vectors of doubles.
template <class T>
inline constexpr int kAbreast = (kRegisters == 32 ? 4 : 2) / kParts<T>;

template <class T, int M>
struct Several {
    vec<T> v[M];
};

// M vectors in, M values and slopes out: direct, or through doubles.
template <class F, class T, int M>
GLASSNET_INLINE Curve<Several<T, M>> curve(const Several<T, M>& x, const Parameters& parameters) {
    Curve<Several<T, M>> result;
    if constexpr (F::arithmetic == Arithmetic::kDirect) {
#pragma GCC unroll 4
        for (int i = 0; i < M; ++i) {
            const Curve<vec<T>> one = F::template at<T>(x.v[i], parameters);
            result.value.v[i] = one.value;
            result.slope.v[i] = one.slope;
        }
    } else {
        constexpr int kN = M * kParts<T>;
        wide<kN> from;
#pragma GCC unroll 4
        for (int i = 0; i < M; ++i) put(from, i * kParts<T>, widen(x.v[i]));
        const Curve<wide<kN>> to = F::template at<real<T, kN>>(from, parameters);
#pragma GCC unroll 4
        for (int i = 0; i < M; ++i) {
            result.value.v[i] = narrow<T>(part<kParts<T>>(to.value, i * kParts<T>));
            result.slope.v[i] = narrow<T>(part<kParts<T>>(to.slope, i * kParts<T>));
        }
    }
    return result;
}

// One loop body for whole vectors and for the rest: code size counts here, there are dozens of these functions.
template <class F, class T, bool kValue, bool kSlope>
void run(const T* x, T* y, T* slope, std::size_t n, const Parameters& given) {
    const Parameters parameters = given;  // a copy that no store can alias
    constexpr int kM = kAbreast<T>;
    constexpr std::size_t kSize = vec<T>::size, kStep = kSize * kM;
    for (std::size_t i = 0; i < n; i += kStep) {
        const bool whole = n - i >= kStep;
        Several<T, kM> from;
#pragma GCC unroll 4
        for (int k = 0; k < kM; ++k) {
            const std::size_t at = i + static_cast<std::size_t>(k) * kSize;
            from.v[k] = whole ? vec<T>::load(x + at) : vec<T>::load_first(x + at, lanes_at<T>(at, n));
        }
        const Curve<Several<T, kM>> to = curve<F, T, kM>(from, parameters);
#pragma GCC unroll 4
        for (int k = 0; k < kM; ++k) {
            const std::size_t at = i + static_cast<std::size_t>(k) * kSize;
            if (whole) {
                if constexpr (kValue) to.value.v[k].store(y + at);
                if constexpr (kSlope) to.slope.v[k].store(slope + at);
            } else {
                if constexpr (kValue) to.value.v[k].store_first(y + at, lanes_at<T>(at, n));
                if constexpr (kSlope) to.slope.v[k].store_first(slope + at, lanes_at<T>(at, n));
            }
        }
    }
}

template <class F, class T>
void value(const T* x, T* y, std::size_t n, const Parameters& parameters) {
    run<F, T, true, false>(x, y, nullptr, n, parameters);
}

template <class F, class T>
void slope(const T* x, T* slope, std::size_t n, const Parameters& parameters) {
    run<F, T, false, true>(x, nullptr, slope, n, parameters);
}

template <class F, class T>
constexpr ActivationKernel<T> activation_kernel() {
    return {F::name,       F::backward,          F::parameter_count,         F::zero_at_zero,
            F::saturation, &value<F, T>, &run<F, T, true, true>, &slope<F, T>};
}

template <class L, class T>
constexpr LossKernel<T> loss_kernel() {
    return {L::name, L::link, L::parameter_count, &loss_columns<L, T>, &loss_panels<L, T>};
}

template <class T, class Activations, class Losses>
struct Table;

template <class T, class... F, class... L>
struct Table<T, List<F...>, List<L...>> {
    static constexpr ActivationKernel<T> activations[] = {activation_kernel<F, T>()...};
    static constexpr LossKernel<T> losses[] = {
        loss_kernel<L, T>()...,
        {"softmax_cross_entropy", "softmax", 0, &cross_entropy_columns<T>, &cross_entropy_panels<T>},
    };
    static constexpr ElementKernels<T> kernels = {
        activations,
        sizeof...(F),
        losses,
        sizeof...(L) + 1,
        {&update_sgd<T>, &update<Adagrad, T>, &update<Rmsprop, T>, &update<Adam, T>},  // in the order of enum Solver
        &multiply<T>,
        &mask_by_output<T>,
        &dropout<T>,
        &softmax_columns<T>,
        &softmax_panels<T>,
        &activity<T>,
        &count_below<T>,
        &moments<T>,
        &all_finite<T>,
    };
};

template <class T>
inline constexpr ElementKernels<T> kElementKernels = Table<T, Activations, ElementLosses>::kernels;

}  // namespace glassnet::GLASSNET_ISA
