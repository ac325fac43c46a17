// Runs activations over arrays, and lists their kernels.
#pragma once

#include "activations.hpp"
#include "kernels.hpp"
#include "lanes.hpp"
#include "unit_kernels.hpp"

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
