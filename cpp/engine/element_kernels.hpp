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

// vec<T> in, Curve<vec<T>> out: direct, or through doubles.
template <class F, class T>
GLASSNET_INLINE Curve<vec<T>> curve(vec<T> x, const Parameters& parameters) {
    if constexpr (F::arithmetic == Arithmetic::kDirect) {
        return F::template at<T>(x, parameters);
    } else if constexpr (kIsFloat<T>) {
        const Curve<vec<double>> low = F::template at<T>(widen_low(x), parameters);
        const Curve<vec<double>> high = F::template at<T>(widen_high(x), parameters);
        return {narrow(low.value, high.value), narrow(low.slope, high.slope)};
    } else {
        return F::template at<T>(x, parameters);
    }
}

// One loop body for whole vectors and for the rest: code size counts here, there are dozens of these functions.
template <class F, class T, bool kValue, bool kSlope>
void run(const T* x, T* y, T* slope, std::size_t n, const Parameters& given) {
    const Parameters parameters = given;  // a copy that no store can alias
    constexpr std::size_t kSize = vec<T>::size;
    for (std::size_t i = 0; i < n; i += kSize) {
        const int left = n - i < kSize ? static_cast<int>(n - i) : static_cast<int>(kSize);
        const bool whole = left == static_cast<int>(kSize);
        const Curve<vec<T>> c = curve<F, T>(whole ? vec<T>::load(x + i) : vec<T>::load_first(x + i, left), parameters);
        if (whole) {
            if constexpr (kValue) c.value.store(y + i);
            if constexpr (kSlope) c.slope.store(slope + i);
        } else {
            if constexpr (kValue) c.value.store_first(y + i, left);
            if constexpr (kSlope) c.slope.store_first(slope + i, left);
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
