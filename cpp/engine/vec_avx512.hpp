// vec<T> on x86-64-v4: AVX-512 F, DQ, BW, VL. See vec.hpp for the interface.
#pragma once

#include <immintrin.h>

namespace glassnet::GLASSNET_ISA {

inline constexpr bool kHasFma = true;
inline constexpr bool kTables = true;
inline constexpr int kManySteps = 16;
inline constexpr int kFewSteps = 8;

// The bits of 2^(j / 16) and 2^(j / 8), less those that j and the exponent of 1 have in `round_product`.
alignas(64) inline constexpr std::uint64_t kSixteenths[16] = {
    0x0000000000000000, 0xffffb5586cf9890f, 0xffff72b83c7d517b, 0xffff387a6e756238, 0xffff06fe0a31b715, 0xfffedea64c123422,
    0xfffebfdad5362a27, 0xfffeab07dd485429, 0xfffea09e667f3bcd, 0xfffea11473eb0187, 0xfffeace5422aa0db, 0xfffec49182a3f090,
    0xfffee89f995ad3ad, 0xffff199bdd85529c, 0xffff5818dcfba487, 0xffffa4afa2a490da};
alignas(64) inline constexpr std::uint64_t kEighths[8] = {
    0x0000000000000000, 0xffff72b83c7d517b, 0xffff06fe0a31b715, 0xfffebfdad5362a27, 0xfffea09e667f3bcd, 0xfffeace5422aa0db,
    0xfffee89f995ad3ad, 0xffff5818dcfba487};

// The sides of square tiles that `transpose_tile` turns around in registers; 0: none.
template <class T>
inline constexpr std::size_t kTransposed = 0;
template <>
inline constexpr std::size_t kTransposed<float> = 16;

// to[c * to_step + r] = from[r * from_step + c]: pairs of rows, then pairs of pairs within 128 bits, then the 128-bit parts.
GLASSNET_INLINE void transpose_tile(const float* from, std::size_t from_step, float* to, std::size_t to_step) {
    __m512 x[16], y[16];
#pragma GCC unroll 16
    for (std::size_t i = 0; i < 16; ++i) x[i] = _mm512_loadu_ps(from + i * from_step);
#pragma GCC unroll 8
    for (int i = 0; i < 16; i += 2) {
        y[i] = _mm512_unpacklo_ps(x[i], x[i + 1]);
        y[i + 1] = _mm512_unpackhi_ps(x[i], x[i + 1]);
    }
#pragma GCC unroll 4
    for (int i = 0; i < 16; i += 4) {
        x[i] = _mm512_shuffle_ps(y[i], y[i + 2], 0x44);
        x[i + 1] = _mm512_shuffle_ps(y[i], y[i + 2], 0xee);
        x[i + 2] = _mm512_shuffle_ps(y[i + 1], y[i + 3], 0x44);
        x[i + 3] = _mm512_shuffle_ps(y[i + 1], y[i + 3], 0xee);
    }
    // x[4 q + j] holds column j + 4 l of rows 4 q to 4 q + 3 in its 128-bit part l.
#pragma GCC unroll 4
    for (int j = 0; j < 4; ++j) {
        const __m512 even_low = _mm512_shuffle_f32x4(x[j], x[j + 4], 0x88), odd_low = _mm512_shuffle_f32x4(x[j], x[j + 4], 0xdd);
        const __m512 even_high = _mm512_shuffle_f32x4(x[j + 8], x[j + 12], 0x88);
        const __m512 odd_high = _mm512_shuffle_f32x4(x[j + 8], x[j + 12], 0xdd);
        y[j] = _mm512_shuffle_f32x4(even_low, even_high, 0x88);
        y[j + 4] = _mm512_shuffle_f32x4(odd_low, odd_high, 0x88);
        y[j + 8] = _mm512_shuffle_f32x4(even_low, even_high, 0xdd);
        y[j + 12] = _mm512_shuffle_f32x4(odd_low, odd_high, 0xdd);
    }
#pragma GCC unroll 16
    for (std::size_t i = 0; i < 16; ++i) _mm512_storeu_ps(to + i * to_step, y[i]);
}

template <>
struct mask<float> {
    __mmask16 m;
    mask() = default;
    GLASSNET_INLINE explicit mask(__mmask16 bits) : m(bits) {}
    friend GLASSNET_INLINE mask operator&(mask a, mask b) { return mask(_kand_mask16(a.m, b.m)); }
    friend GLASSNET_INLINE mask operator|(mask a, mask b) { return mask(_kor_mask16(a.m, b.m)); }
    friend GLASSNET_INLINE mask operator!(mask a) { return mask(_knot_mask16(a.m)); }
    friend GLASSNET_INLINE bool any(mask a) { return a.m != 0; }
    friend GLASSNET_INLINE bool all(mask a) { return a.m == 0xffff; }
    friend GLASSNET_INLINE int count(mask a) { return static_cast<int>(_mm_popcnt_u32(a.m)); }
};

template <>
struct mask<double> {
    __mmask8 m;
    mask() = default;
    GLASSNET_INLINE explicit mask(__mmask8 bits) : m(bits) {}
    friend GLASSNET_INLINE mask operator&(mask a, mask b) { return mask(_kand_mask8(a.m, b.m)); }
    friend GLASSNET_INLINE mask operator|(mask a, mask b) { return mask(_kor_mask8(a.m, b.m)); }
    friend GLASSNET_INLINE mask operator!(mask a) { return mask(_knot_mask8(a.m)); }
    friend GLASSNET_INLINE bool any(mask a) { return a.m != 0; }
    friend GLASSNET_INLINE bool all(mask a) { return a.m == 0xff; }
    friend GLASSNET_INLINE int count(mask a) { return static_cast<int>(_mm_popcnt_u32(a.m)); }
};

template <class T>
GLASSNET_INLINE mask<T> first_lanes(int n);
template <>
GLASSNET_INLINE mask<float> first_lanes<float>(int n) {
    return mask<float>(static_cast<__mmask16>((1u << n) - 1u));
}
template <>
GLASSNET_INLINE mask<double> first_lanes<double>(int n) {
    return mask<double>(static_cast<__mmask8>((1u << n) - 1u));
}

template <>
struct vec<float> {
    static constexpr int size = 16;
    using value_type = float;
    __m512 v;

    vec() = default;
    GLASSNET_INLINE vec(__m512 r) : v(r) {}
    GLASSNET_INLINE vec(float x) : v(_mm512_set1_ps(x)) {}

    static GLASSNET_INLINE vec load(const float* p) { return _mm512_loadu_ps(p); }
    static GLASSNET_INLINE vec load_first(const float* p, int n) {
        return _mm512_maskz_loadu_ps(first_lanes<float>(n).m, p);
    }
    static GLASSNET_INLINE vec load_int32(const std::int32_t* p) { return _mm512_cvtepi32_ps(_mm512_loadu_si512(p)); }
    static GLASSNET_INLINE vec broadcast(float x) { return _mm512_set1_ps(x); }
    static GLASSNET_INLINE vec broadcast_from(const float* p) { return _mm512_set1_ps(*p); }
    static GLASSNET_INLINE vec zero() { return _mm512_setzero_ps(); }
    GLASSNET_INLINE void store(float* p) const { _mm512_storeu_ps(p, v); }
    GLASSNET_INLINE void stream(float* p) const { _mm512_stream_ps(p, v); }
    GLASSNET_INLINE void store_first(float* p, int n) const { _mm512_mask_storeu_ps(p, first_lanes<float>(n).m, v); }

    friend GLASSNET_INLINE vec operator+(vec a, vec b) { return _mm512_add_ps(a.v, b.v); }
    friend GLASSNET_INLINE vec operator-(vec a, vec b) { return _mm512_sub_ps(a.v, b.v); }
    friend GLASSNET_INLINE vec operator*(vec a, vec b) { return _mm512_mul_ps(a.v, b.v); }
    friend GLASSNET_INLINE vec operator/(vec a, vec b) { return _mm512_div_ps(a.v, b.v); }
    friend GLASSNET_INLINE vec operator-(vec a) { return _mm512_xor_ps(a.v, _mm512_set1_ps(-0.0f)); }
    friend GLASSNET_INLINE vec fma(vec a, vec b, vec c) { return _mm512_fmadd_ps(a.v, b.v, c.v); }
    friend GLASSNET_INLINE vec fms(vec a, vec b, vec c) { return _mm512_fmsub_ps(a.v, b.v, c.v); }
    friend GLASSNET_INLINE vec fnma(vec a, vec b, vec c) { return _mm512_fnmadd_ps(a.v, b.v, c.v); }
    friend GLASSNET_INLINE vec min(vec a, vec b) { return _mm512_min_ps(a.v, b.v); }
    friend GLASSNET_INLINE vec max(vec a, vec b) { return _mm512_max_ps(a.v, b.v); }
    friend GLASSNET_INLINE vec abs(vec a) { return _mm512_andnot_ps(_mm512_set1_ps(-0.0f), a.v); }
    friend GLASSNET_INLINE vec sqrt(vec a) { return _mm512_sqrt_ps(a.v); }
    friend GLASSNET_INLINE vec round(vec a) { return _mm512_roundscale_ps(a.v, 0x08); }
    friend GLASSNET_INLINE vec floor(vec a) { return _mm512_roundscale_ps(a.v, 0x09); }
    friend GLASSNET_INLINE vec bit_and(vec a, vec b) { return _mm512_and_ps(a.v, b.v); }
    friend GLASSNET_INLINE vec bit_or(vec a, vec b) { return _mm512_or_ps(a.v, b.v); }
    friend GLASSNET_INLINE vec bit_xor(vec a, vec b) { return _mm512_xor_ps(a.v, b.v); }
    friend GLASSNET_INLINE vec bit_andnot(vec a, vec b) { return _mm512_andnot_ps(a.v, b.v); }
    friend GLASSNET_INLINE vec copysign(vec magnitude, vec sign) {
        return _mm512_or_ps(abs(magnitude).v, _mm512_and_ps(sign.v, _mm512_set1_ps(-0.0f)));
    }
    friend GLASSNET_INLINE mask<float> lt(vec a, vec b) {
        return mask<float>(_mm512_cmp_ps_mask(a.v, b.v, _CMP_LT_OQ));
    }
    friend GLASSNET_INLINE mask<float> le(vec a, vec b) {
        return mask<float>(_mm512_cmp_ps_mask(a.v, b.v, _CMP_LE_OQ));
    }
    friend GLASSNET_INLINE mask<float> gt(vec a, vec b) {
        return mask<float>(_mm512_cmp_ps_mask(a.v, b.v, _CMP_GT_OQ));
    }
    friend GLASSNET_INLINE mask<float> ge(vec a, vec b) {
        return mask<float>(_mm512_cmp_ps_mask(a.v, b.v, _CMP_GE_OQ));
    }
    friend GLASSNET_INLINE mask<float> eq(vec a, vec b) {
        return mask<float>(_mm512_cmp_ps_mask(a.v, b.v, _CMP_EQ_OQ));
    }
    friend GLASSNET_INLINE mask<float> is_nan(vec a) {
        return mask<float>(_mm512_cmp_ps_mask(a.v, a.v, _CMP_UNORD_Q));
    }
};

template <>
struct vec<double> {
    static constexpr int size = 8;
    using value_type = double;
    __m512d v;

    vec() = default;
    GLASSNET_INLINE vec(__m512d r) : v(r) {}
    GLASSNET_INLINE vec(double x) : v(_mm512_set1_pd(x)) {}

    static GLASSNET_INLINE vec load(const double* p) { return _mm512_loadu_pd(p); }
    static GLASSNET_INLINE vec load_first(const double* p, int n) {
        return _mm512_maskz_loadu_pd(first_lanes<double>(n).m, p);
    }
    static GLASSNET_INLINE vec load_int32(const std::int32_t* p) {
        return _mm512_cvtepi32_pd(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)));
    }
    static GLASSNET_INLINE vec from_bits(std::uint64_t bits) {
        return _mm512_castsi512_pd(_mm512_set1_epi64(static_cast<long long>(bits)));
    }
    static GLASSNET_INLINE vec broadcast(double x) { return _mm512_set1_pd(x); }
    static GLASSNET_INLINE vec broadcast_from(const double* p) { return _mm512_set1_pd(*p); }
    static GLASSNET_INLINE vec zero() { return _mm512_setzero_pd(); }
    GLASSNET_INLINE void store(double* p) const { _mm512_storeu_pd(p, v); }
    GLASSNET_INLINE void stream(double* p) const { _mm512_stream_pd(p, v); }
    GLASSNET_INLINE void store_first(double* p, int n) const { _mm512_mask_storeu_pd(p, first_lanes<double>(n).m, v); }

    friend GLASSNET_INLINE vec operator+(vec a, vec b) { return _mm512_add_pd(a.v, b.v); }
    friend GLASSNET_INLINE vec operator-(vec a, vec b) { return _mm512_sub_pd(a.v, b.v); }
    friend GLASSNET_INLINE vec operator*(vec a, vec b) { return _mm512_mul_pd(a.v, b.v); }
    friend GLASSNET_INLINE vec operator/(vec a, vec b) { return _mm512_div_pd(a.v, b.v); }
    friend GLASSNET_INLINE vec operator-(vec a) { return _mm512_xor_pd(a.v, _mm512_set1_pd(-0.0)); }
    friend GLASSNET_INLINE vec fma(vec a, vec b, vec c) { return _mm512_fmadd_pd(a.v, b.v, c.v); }
    friend GLASSNET_INLINE vec fms(vec a, vec b, vec c) { return _mm512_fmsub_pd(a.v, b.v, c.v); }
    friend GLASSNET_INLINE vec fnma(vec a, vec b, vec c) { return _mm512_fnmadd_pd(a.v, b.v, c.v); }
    friend GLASSNET_INLINE vec min(vec a, vec b) { return _mm512_min_pd(a.v, b.v); }
    friend GLASSNET_INLINE vec max(vec a, vec b) { return _mm512_max_pd(a.v, b.v); }
    friend GLASSNET_INLINE vec abs(vec a) { return _mm512_andnot_pd(_mm512_set1_pd(-0.0), a.v); }
    friend GLASSNET_INLINE vec minus_abs(vec a) { return _mm512_or_pd(a.v, _mm512_set1_pd(-0.0)); }
    friend GLASSNET_INLINE vec sqrt(vec a) { return _mm512_sqrt_pd(a.v); }
    friend GLASSNET_INLINE vec round(vec a) { return _mm512_roundscale_pd(a.v, 0x08); }
    friend GLASSNET_INLINE vec floor(vec a) { return _mm512_roundscale_pd(a.v, 0x09); }
    friend GLASSNET_INLINE vec bit_and(vec a, vec b) { return _mm512_and_pd(a.v, b.v); }
    friend GLASSNET_INLINE vec bit_or(vec a, vec b) { return _mm512_or_pd(a.v, b.v); }
    friend GLASSNET_INLINE vec bit_xor(vec a, vec b) { return _mm512_xor_pd(a.v, b.v); }
    friend GLASSNET_INLINE vec bit_andnot(vec a, vec b) { return _mm512_andnot_pd(a.v, b.v); }
    friend GLASSNET_INLINE vec copysign(vec magnitude, vec sign) {
        return _mm512_or_pd(abs(magnitude).v, _mm512_and_pd(sign.v, _mm512_set1_pd(-0.0)));
    }
    friend GLASSNET_INLINE mask<double> lt(vec a, vec b) {
        return mask<double>(_mm512_cmp_pd_mask(a.v, b.v, _CMP_LT_OQ));
    }
    friend GLASSNET_INLINE mask<double> le(vec a, vec b) {
        return mask<double>(_mm512_cmp_pd_mask(a.v, b.v, _CMP_LE_OQ));
    }
    friend GLASSNET_INLINE mask<double> gt(vec a, vec b) {
        return mask<double>(_mm512_cmp_pd_mask(a.v, b.v, _CMP_GT_OQ));
    }
    friend GLASSNET_INLINE mask<double> ge(vec a, vec b) {
        return mask<double>(_mm512_cmp_pd_mask(a.v, b.v, _CMP_GE_OQ));
    }
    friend GLASSNET_INLINE mask<double> eq(vec a, vec b) {
        return mask<double>(_mm512_cmp_pd_mask(a.v, b.v, _CMP_EQ_OQ));
    }
    friend GLASSNET_INLINE mask<double> is_nan(vec a) {
        return mask<double>(_mm512_cmp_pd_mask(a.v, a.v, _CMP_UNORD_Q));
    }
    friend GLASSNET_INLINE vec scale_by_power(vec x, vec n) { return _mm512_scalef_pd(x.v, n.v); }
    // Whole numbers added to 1.5 * 2^52 stand in the low bits, from where a shift makes them an exponent.
    static constexpr double kMagic = 0x1.8p52 + 1023.0;
    friend GLASSNET_INLINE vec power_of_two(vec n) {
        return _mm512_castsi512_pd(_mm512_slli_epi64(_mm512_castpd_si512((n + kMagic).v), 52));
    }
    template <int kSteps>
    static GLASSNET_INLINE vec round_product(vec x, vec factor, vec& power) {
        constexpr double magic = 0x1.8p52 + 1023.0 * kSteps;
        const vec shifted = fma(x, factor, magic);
        const __m512i bits = _mm512_castpd_si512(shifted.v);
        __m512i step;
        if constexpr (kSteps == 8) {
            step = _mm512_permutexvar_epi64(bits, _mm512_load_si512(kEighths));
        } else {
            const __m512i upper = _mm512_load_si512(kSixteenths + 8);
            step = _mm512_permutex2var_epi64(_mm512_load_si512(kSixteenths), bits, upper);
        }
        power = _mm512_castsi512_pd(_mm512_add_epi64(_mm512_slli_epi64(bits, kSteps == 8 ? 49 : 48), step));
        return shifted - magic;
    }
    friend GLASSNET_INLINE vec lookup(const double* table, vec index) {
        const __m512i lane = _mm512_castpd_si512(index.v);
        return _mm512_permutex2var_pd(_mm512_load_pd(table), lane, _mm512_load_pd(table + 8));
    }
    friend GLASSNET_INLINE vec quarter_octave(vec x, vec& beyond) {
        const __m512i bits = _mm512_castpd_si512(x.v);
        beyond = x - bit_and(x, from_bits(0xfffc000000000000));
        return _mm512_castsi512_pd(_mm512_srli_epi64(bits, 50));
    }
    // The approximation's 14 bits times three, by one step of Halley's iteration.
    friend GLASSNET_INLINE vec fast_reciprocal(vec x) {
        const vec y = _mm512_rcp14_pd(x.v), e = fnma(x, y, 1.0);
        return fma(y, fma(e, e, e), y);
    }
    friend GLASSNET_INLINE vec exponent_and_fraction(vec x, vec& exponent) {
        exponent = _mm512_getexp_pd(x.v);
        return _mm512_getmant_pd(x.v, _MM_MANT_NORM_1_2, _MM_MANT_SIGN_zero);
    }
};

GLASSNET_INLINE vec<float> select(mask<float> m, vec<float> a, vec<float> b) {
    return _mm512_mask_blend_ps(m.m, b.v, a.v);
}
GLASSNET_INLINE vec<double> select(mask<double> m, vec<double> a, vec<double> b) {
    return _mm512_mask_blend_pd(m.m, b.v, a.v);
}
GLASSNET_INLINE float sum(vec<float> a) {
    const __m256 low = _mm512_castps512_ps256(a.v);
    const __m256 high = _mm512_extractf32x8_ps(a.v, 1);
    const __m256 half = _mm256_add_ps(low, high);
    const __m128 quarter = _mm_add_ps(_mm256_castps256_ps128(half), _mm256_extractf128_ps(half, 1));
    const __m128 two = _mm_add_ps(quarter, _mm_movehl_ps(quarter, quarter));
    return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
}
GLASSNET_INLINE float max_element(vec<float> a) {
    const __m256 low = _mm512_castps512_ps256(a.v);
    const __m256 high = _mm512_extractf32x8_ps(a.v, 1);
    const __m256 half = _mm256_max_ps(low, high);
    const __m128 quarter = _mm_max_ps(_mm256_castps256_ps128(half), _mm256_extractf128_ps(half, 1));
    const __m128 two = _mm_max_ps(quarter, _mm_movehl_ps(quarter, quarter));
    return _mm_cvtss_f32(_mm_max_ss(two, _mm_movehdup_ps(two)));
}
GLASSNET_INLINE double sum(vec<double> a) {
    const __m256d high = _mm512_extractf64x4_pd(a.v, 1);
    const __m256d half = _mm256_add_pd(_mm512_castpd512_pd256(a.v), high);
    const __m128d two = _mm_add_pd(_mm256_castpd256_pd128(half), _mm256_extractf128_pd(half, 1));
    return _mm_cvtsd_f64(_mm_add_sd(two, _mm_unpackhi_pd(two, two)));
}
GLASSNET_INLINE double max_element(vec<double> a) {
    const __m256d high = _mm512_extractf64x4_pd(a.v, 1);
    const __m256d half = _mm256_max_pd(_mm512_castpd512_pd256(a.v), high);
    const __m128d two = _mm_max_pd(_mm256_castpd256_pd128(half), _mm256_extractf128_pd(half, 1));
    return _mm_cvtsd_f64(_mm_max_sd(two, _mm_unpackhi_pd(two, two)));
}

GLASSNET_INLINE vec<double> widen_low(vec<float> a) {
    return _mm512_cvtps_pd(_mm512_castps512_ps256(a.v));
}
GLASSNET_INLINE vec<double> widen_high(vec<float> a) {
    return _mm512_cvtps_pd(_mm512_extractf32x8_ps(a.v, 1));
}
GLASSNET_INLINE vec<double> load_double(const float* p) { return _mm512_cvtps_pd(_mm256_loadu_ps(p)); }
GLASSNET_INLINE void store_double(vec<double> a, float* p) { _mm256_storeu_ps(p, _mm512_cvtpd_ps(a.v)); }
GLASSNET_INLINE vec<float> narrow(vec<double> low, vec<double> high) {
    const __m512 first = _mm512_castps256_ps512(_mm512_cvtpd_ps(low.v));
    return _mm512_insertf32x8(first, _mm512_cvtpd_ps(high.v), 1);
}

template <class T>
GLASSNET_INLINE mask<T> mask_from_bits(unsigned bits);
template <>
GLASSNET_INLINE mask<float> mask_from_bits<float>(unsigned bits) {
    return mask<float>(static_cast<__mmask16>(bits));
}
template <>
GLASSNET_INLINE mask<double> mask_from_bits<double>(unsigned bits) {
    return mask<double>(static_cast<__mmask8>(bits));
}

struct words {
    static constexpr int size = 8;
    __m512i w;

    GLASSNET_INLINE words(__m512i r) : w(r) {}
    static GLASSNET_INLINE words from_whole(vec<double> x) { return _mm512_castpd_si512((x + 0x1p52).v); }
    static GLASSNET_INLINE words broadcast(std::uint64_t x) { return _mm512_set1_epi64(static_cast<long long>(x)); }
    friend GLASSNET_INLINE words operator^(words a, words b) { return _mm512_xor_si512(a.w, b.w); }
    friend GLASSNET_INLINE words multiply_low(words a, words b) { return _mm512_mul_epu32(a.w, b.w); }
    friend GLASSNET_INLINE words high(words a) { return _mm512_srli_epi64(a.w, 32); }
    friend GLASSNET_INLINE void at_least(words a, words b, std::uint16_t threshold, std::uint8_t* out) {
        const __m512i limit = _mm512_set1_epi16(static_cast<short>(threshold));
        const std::uint32_t even = _mm512_cmpge_epu16_mask(_mm512_unpacklo_epi64(a.w, b.w), limit);
        const std::uint32_t odd = _mm512_cmpge_epu16_mask(_mm512_unpackhi_epi64(a.w, b.w), limit);
        for (int i = 0; i < 4; ++i) {
            out[2 * i] = static_cast<std::uint8_t>(even >> (8 * i));
            out[2 * i + 1] = static_cast<std::uint8_t>(odd >> (8 * i));
        }
    }
    // a's low halves and b's low halves, side by side
    friend GLASSNET_INLINE words pair_low(words a, words b) {
        return _mm512_mask_blend_epi32(0xaaaa, a.w, _mm512_slli_epi64(b.w, 32));
    }
};

}  // namespace glassnet::GLASSNET_ISA
