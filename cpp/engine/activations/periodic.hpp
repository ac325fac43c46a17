// The sine, which needs its input modulo 2 pi.
#pragma once

#include "activations/base.hpp"

// Of the C library: right to a unit in the last place however large the input is.
extern "C" double sin(double);
extern "C" double cos(double);

namespace glassnet::GLASSNET_ISA {

template <int N>
void library_sine(wide<N> x, wide<N>& sine, wide<N>& cosine) {
    constexpr int kSize = vec<double>::size;
    for (int i = 0; i < N; ++i) {
        double in[kSize], s[kSize], c[kSize];
        x.v[i].store(in);
        for (int k = 0; k < kSize; ++k) {
            s[k] = ::sin(in[k]);
            c[k] = ::cos(in[k]);
        }
        sine.v[i] = vec<double>::load(s);
        cosine.v[i] = vec<double>::load(c);
    }
}

// sin(x); slope cos(x). Float 0.501, double 0.6: the C library's. At infinity, where there is no limit, both are NaN.
struct Sine : Smooth {
    static constexpr auto name = "sine";
    template <class R, class V = typename R::V>
    static GLASSNET_INLINE Curve<V> at(V x, const Parameters&) {
        V sine, cosine;
        if constexpr (R::doubled) {
            library_sine(x, sine, cosine);
        } else {
            // x = n pi / 2 + r with |r| <= pi / 4. Pi / 2 in three parts of which two have 33 bits: their products with n, at most
            // 2^20, are exact, and where differences are small they are exact too. Polynomials: relative errors 2^-37 and 2^-42.
            constexpr double kLargest = 0x1p20;
            constexpr double kHigh = 0x1.921fb544p0, kMiddle = 0x1.0b4611a6p-34, kLow = 0x1.3198a2e037073p-69;
            const V n = round(x * 0x1.45f306dc9c883p-1);
            const V r = fnma(n, kLow, fnma(n, kMiddle, fnma(n, kHigh, x))), w = r * r;
            const V s = fma(r * w, polynomial(w, -0.1666666664077619, 0.008333329302413307, -0.00019839311484440368,
                                              2.718114110273243e-06), r);
            const V c = fma(w * w, polynomial(w, 0.0416666666194537, -0.0013888883496856708, 2.4799459309283665e-05,
                                              -2.7205684564271717e-07), fma(w, -0.5, 1.0));
            const V m = n - round(n * 0.25) * 4.0;  // n modulo 4, from -2 to 2
            const V even = 1.0 - abs(m);
            const auto odd = eq(abs(m), 1.0);
            sine = select(odd, m * c, even * s);
            cosine = select(odd, -(m * s), even * c);
            sine = select(eq(x, 0.0), x, sine);  // -0 stays -0
            const auto far = gt(abs(x), kLargest);
            if (any(far)) {
                V far_sine, far_cosine;
                library_sine(x, far_sine, far_cosine);
                sine = select(far, far_sine, sine);
                cosine = select(far, far_cosine, cosine);
            }
        }
        return {sine, cosine};
    }
};

using PeriodicActivations = List<Sine>;

}  // namespace glassnet::GLASSNET_ISA
