// Runs activations over arrays, and lists their kernels.
#pragma once

#include "activations.hpp"
#include "kernels.hpp"
#include "lanes.hpp"
#include "unit_kernels.hpp"

namespace glassnet::GLASSNET_ISA {

// How many vectors go through a function side by side: for float, four of doubles. Where there are only 16 registers some
// constants come from memory, which costs less than waiting for each operation's result; but pairs of doubles need too many.
template <class T>
inline constexpr int kAbreast = (kIsFloat<T> || kRegisters == 32 ? 4 : 2) / kParts<T>;

// Whether floats go through arithmetic of floats with corrections, see base.hpp.
template <class F, class T>
inline constexpr bool kCorrected = kIsFloat<T> && kHasFma && requires { typename F::Floats; };

// Elements that one step takes.
template <class F, class T>
inline constexpr std::size_t kStepSize =
    vec<T>::size * (F::arithmetic == Arithmetic::kDirect || kCorrected<F, T> ? 4 : kAbreast<T>);

// What does not change from step to step.
template <class F, class T, bool = kCorrected<F, T>>
struct Given {
    Parameters parameters;  // a copy that no store can alias
    GLASSNET_INLINE explicit Given(const Parameters& p) : parameters(p) {}
};
template <class F, class T>
struct Given<F, T, true> {
    Parameters parameters;
    typename F::Floats floats;
    GLASSNET_INLINE explicit Given(const Parameters& p) : parameters(p), floats(p) {}
};

// Through doubles: kAbreast vectors in, as many values and slopes out.
template <class F, class T, bool kValue, bool kSlope>
GLASSNET_INLINE void step_of_doubles(const T* x, T* y, T* slope, const Parameters& parameters) {
    constexpr int kN = kAbreast<T> * kParts<T>;
    wide<kN> from;
#pragma GCC unroll 4
    for (int i = 0; i < kN; ++i) from.v[i] = load_double(x + i * vec<double>::size);
    const Curve<wide<kN>> to = F::template at<real<T, kN>>(from, parameters);
#pragma GCC unroll 4
    for (int i = 0; i < kN; ++i) {
        if constexpr (kValue) store_double(to.value.v[i], y + i * vec<double>::size);
        if constexpr (kSlope) store_double(to.slope.v[i], slope + i * vec<double>::size);
    }
}

// kStepSize elements in, as many values and slopes out: direct, with corrections, or through doubles.
template <class F, class T, bool kValue, bool kSlope>
GLASSNET_INLINE void step(const T* x, T* y, T* slope, const Given<F, T>& given) {
    constexpr int kM = static_cast<int>(kStepSize<F, T>) / vec<T>::size;
    if constexpr (F::arithmetic == Arithmetic::kDirect || kCorrected<F, T>) {
        vec<T> from[kM];
        Curve<vec<T>> to[kM];
#pragma GCC unroll 4
        for (int i = 0; i < kM; ++i) {
            from[i] = vec<T>::load(x + i * vec<T>::size);
            if constexpr (kCorrected<F, T>) to[i] = F::at_floats(from[i], given.floats);
            else to[i] = F::template at<T>(from[i], given.parameters);
        }
        if constexpr (kValue && kCorrected<F, T>) {
            if constexpr (requires { given.floats.doubted; }) {
                if (given.floats.doubted && any((F::doubtful(from[0], given.floats) | F::doubtful(from[1], given.floats)) |
                                                (F::doubtful(from[2], given.floats) | F::doubtful(from[3], given.floats)))) {
                    constexpr int kPart = kAbreast<T> * vec<T>::size;
                    for (int i = 0; i < kM * vec<T>::size; i += kPart) {
                        step_of_doubles<F, T, kValue, kSlope>(x + i, y + i, kSlope ? slope + i : nullptr, given.parameters);
                    }
                    return;
                }
            }
        }
        // One array after the other: lines of memory come and go in order.
#pragma GCC unroll 4
        for (int i = 0; kValue && i < kM; ++i) to[i].value.store(y + i * vec<T>::size);
#pragma GCC unroll 4
        for (int i = 0; kSlope && i < kM; ++i) to[i].slope.store(slope + i * vec<T>::size);
    } else {
        step_of_doubles<F, T, kValue, kSlope>(x, y, slope, given.parameters);
    }
}

// What is left at the end goes through buffers, so that there is one loop body: code size counts here, there are dozens
// of these functions.
template <class F, class T, bool kValue, bool kSlope>
void run(const T* x, T* y, T* slope, std::size_t n, const Parameters& parameters) {
    const Given<F, T> given(parameters);
    constexpr std::size_t kStep = kStepSize<F, T>;
    T in[kStep], values[kStep], slopes[kStep];
    for (std::size_t i = 0; i < n; i += kStep) {
        const std::size_t left = n - i;
        const T* from = x + i;
        T *to = y + i, *along = slope + i;
        if (left < kStep) {
            for (std::size_t k = 0; k < kStep; ++k) in[k] = k < left ? from[k] : T(0);
            from = in;
            to = values;
            along = slopes;
        }
        step<F, T, kValue, kSlope>(from, to, along, given);
        if (left < kStep) {
            for (std::size_t k = 0; k < left; ++k) {
                if constexpr (kValue) y[i + k] = values[k];
                if constexpr (kSlope) slope[i + k] = slopes[k];
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
            F::saturation, &value<F, T>, &run<F, T, true, true>, &slope<F, T>, unit_kernel<F, T>()};
}

template <class T, class Activations>
struct Entries;

template <class T, class... F>
struct Entries<T, List<F...>> {
    static constexpr ActivationKernel<T> all[] = {activation_kernel<F, T>()...};
    static constexpr ActivationTable<T> table = {all, sizeof...(F)};
};

template <class T>
inline constexpr ActivationTable<T> kActivationTable = Entries<T, Activations>::table;

}  // namespace glassnet::GLASSNET_ISA
