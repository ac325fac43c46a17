// vec<T> on x86-64-v3: AVX2 and FMA. See vec.hpp for the interface.
#pragma once

#include <immintrin.h>

namespace glassnet::GLASSNET_ISA {

// The sides of square tiles that `transpose_tile` turns around in registers; 0: none.
template <class T>
inline constexpr std::size_t kTransposed = 0;

inline constexpr bool kHasFma = true;
inline constexpr bool kTables = false;
inline constexpr int kManySteps = 1;
inline constexpr int kFewSteps = 1;

template <>
struct mask<float> {
    __m256 m;
    mask() = default;
    GLASSNET_INLINE explicit mask(__m256 bits) : m(bits) {}
    friend GLASSNET_INLINE mask operator&(mask a, mask b) { return mask(_mm256_and_ps(a.m, b.m)); }
    friend GLASSNET_INLINE mask operator|(mask a, mask b) { return mask(_mm256_or_ps(a.m, b.m)); }
    friend GLASSNET_INLINE mask operator!(mask a) {
        return mask(_mm256_xor_ps(a.m, _mm256_castsi256_ps(_mm256_set1_epi32(-1))));
    }
    friend GLASSNET_INLINE bool any(mask a) { return _mm256_movemask_ps(a.m) != 0; }
    friend GLASSNET_INLINE bool all(mask a) { return _mm256_movemask_ps(a.m) == 0xff; }
    friend GLASSNET_INLINE int count(mask a) {
        return _mm_popcnt_u32(static_cast<unsigned>(_mm256_movemask_ps(a.m)));
    }
};

template <>
struct mask<double> {
    __m256d m;
    mask() = default;
    GLASSNET_INLINE explicit mask(__m256d bits) : m(bits) {}
    friend GLASSNET_INLINE mask operator&(mask a, mask b) { return mask(_mm256_and_pd(a.m, b.m)); }
    friend GLASSNET_INLINE mask operator|(mask a, mask b) { return mask(_mm256_or_pd(a.m, b.m)); }
    friend GLASSNET_INLINE mask operator!(mask a) {
        return mask(_mm256_xor_pd(a.m, _mm256_castsi256_pd(_mm256_set1_epi32(-1))));
    }
    friend GLASSNET_INLINE bool any(mask a) { return _mm256_movemask_pd(a.m) != 0; }
    friend GLASSNET_INLINE bool all(mask a) { return _mm256_movemask_pd(a.m) == 0xf; }
    friend GLASSNET_INLINE int count(mask a) {
        return _mm_popcnt_u32(static_cast<unsigned>(_mm256_movemask_pd(a.m)));
    }
};

template <class T>
GLASSNET_INLINE mask<T> first_lanes(int n);
template <>
GLASSNET_INLINE mask<float> first_lanes<float>(int n) {
    const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    return mask<float>(_mm256_castsi256_ps(_mm256_cmpgt_epi32(_mm256_set1_epi32(n), lane)));
}
template <>
GLASSNET_INLINE mask<double> first_lanes<double>(int n) {
    const __m256i lane = _mm256_setr_epi64x(0, 1, 2, 3);
    return mask<double>(_mm256_castsi256_pd(_mm256_cmpgt_epi64(_mm256_set1_epi64x(n), lane)));
}

template <>
struct vec<float> {
    static constexpr int size = 8;
    using value_type = float;
    __m256 v;

    vec() = default;
    GLASSNET_INLINE vec(__m256 r) : v(r) {}
    GLASSNET_INLINE vec(float x) : v(_mm256_set1_ps(x)) {}

    static GLASSNET_INLINE vec load(const float* p) { return _mm256_loadu_ps(p); }
    static GLASSNET_INLINE vec load_first(const float* p, int n) {
        return _mm256_maskload_ps(p, _mm256_castps_si256(first_lanes<float>(n).m));
    }
    static GLASSNET_INLINE vec load_int32(const std::int32_t* p) {
        return _mm256_cvtepi32_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)));
    }
    static GLASSNET_INLINE vec broadcast(float x) { return _mm256_set1_ps(x); }
    static GLASSNET_INLINE vec broadcast_from(const float* p) { return _mm256_broadcast_ss(p); }
    static GLASSNET_INLINE vec zero() { return _mm256_setzero_ps(); }
    GLASSNET_INLINE void store(float* p) const { _mm256_storeu_ps(p, v); }
    GLASSNET_INLINE void stream(float* p) const { _mm256_stream_ps(p, v); }
    GLASSNET_INLINE void store_first(float* p, int n) const {
        _mm256_maskstore_ps(p, _mm256_castps_si256(first_lanes<float>(n).m), v);
    }

    friend GLASSNET_INLINE vec operator+(vec a, vec b) { return _mm256_add_ps(a.v, b.v); }
    friend GLASSNET_INLINE vec operator-(vec a, vec b) { return _mm256_sub_ps(a.v, b.v); }
    friend GLASSNET_INLINE vec operator*(vec a, vec b) { return _mm256_mul_ps(a.v, b.v); }
    friend GLASSNET_INLINE vec operator/(vec a, vec b) { return _mm256_div_ps(a.v, b.v); }
    friend GLASSNET_INLINE vec operator-(vec a) { return _mm256_xor_ps(a.v, _mm256_set1_ps(-0.0f)); }
    friend GLASSNET_INLINE vec fma(vec a, vec b, vec c) { return _mm256_fmadd_ps(a.v, b.v, c.v); }
    friend GLASSNET_INLINE vec fms(vec a, vec b, vec c) { return _mm256_fmsub_ps(a.v, b.v, c.v); }
    friend GLASSNET_INLINE vec fnma(vec a, vec b, vec c) { return _mm256_fnmadd_ps(a.v, b.v, c.v); }
    friend GLASSNET_INLINE vec min(vec a, vec b) { return _mm256_min_ps(a.v, b.v); }
    friend GLASSNET_INLINE vec max(vec a, vec b) { return _mm256_max_ps(a.v, b.v); }
    friend GLASSNET_INLINE vec abs(vec a) { return _mm256_andnot_ps(_mm256_set1_ps(-0.0f), a.v); }
    friend GLASSNET_INLINE vec sqrt(vec a) { return _mm256_sqrt_ps(a.v); }
    friend GLASSNET_INLINE vec round(vec a) {
        return _mm256_round_ps(a.v, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    }
    friend GLASSNET_INLINE vec floor(vec a) { return _mm256_round_ps(a.v, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC); }
    friend GLASSNET_INLINE vec bit_and(vec a, vec b) { return _mm256_and_ps(a.v, b.v); }
    friend GLASSNET_INLINE vec bit_or(vec a, vec b) { return _mm256_or_ps(a.v, b.v); }
    friend GLASSNET_INLINE vec bit_xor(vec a, vec b) { return _mm256_xor_ps(a.v, b.v); }
    friend GLASSNET_INLINE vec bit_andnot(vec a, vec b) { return _mm256_andnot_ps(a.v, b.v); }
    friend GLASSNET_INLINE vec copysign(vec magnitude, vec sign) {
        return _mm256_or_ps(abs(magnitude).v, _mm256_and_ps(sign.v, _mm256_set1_ps(-0.0f)));
    }
    friend GLASSNET_INLINE mask<float> lt(vec a, vec b) { return mask<float>(_mm256_cmp_ps(a.v, b.v, _CMP_LT_OQ)); }
    friend GLASSNET_INLINE mask<float> le(vec a, vec b) { return mask<float>(_mm256_cmp_ps(a.v, b.v, _CMP_LE_OQ)); }
    friend GLASSNET_INLINE mask<float> gt(vec a, vec b) { return mask<float>(_mm256_cmp_ps(a.v, b.v, _CMP_GT_OQ)); }
    friend GLASSNET_INLINE mask<float> ge(vec a, vec b) { return mask<float>(_mm256_cmp_ps(a.v, b.v, _CMP_GE_OQ)); }
    friend GLASSNET_INLINE mask<float> eq(vec a, vec b) { return mask<float>(_mm256_cmp_ps(a.v, b.v, _CMP_EQ_OQ)); }
    friend GLASSNET_INLINE mask<float> is_nan(vec a) { return mask<float>(_mm256_cmp_ps(a.v, a.v, _CMP_UNORD_Q)); }
};

template <>
struct vec<double> {
    static constexpr int size = 4;
    using value_type = double;
    __m256d v;

    vec() = default;
    GLASSNET_INLINE vec(__m256d r) : v(r) {}
    GLASSNET_INLINE vec(double x) : v(_mm256_set1_pd(x)) {}

    static GLASSNET_INLINE vec load(const double* p) { return _mm256_loadu_pd(p); }
    static GLASSNET_INLINE vec load_first(const double* p, int n) {
        return _mm256_maskload_pd(p, _mm256_castpd_si256(first_lanes<double>(n).m));
    }
    static GLASSNET_INLINE vec load_int32(const std::int32_t* p) {
        return _mm256_cvtepi32_pd(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p)));
    }
    static GLASSNET_INLINE vec from_bits(std::uint64_t bits) {
        return _mm256_castsi256_pd(_mm256_set1_epi64x(static_cast<long long>(bits)));
    }
    static GLASSNET_INLINE vec broadcast(double x) { return _mm256_set1_pd(x); }
    static GLASSNET_INLINE vec broadcast_from(const double* p) { return _mm256_broadcast_sd(p); }
    static GLASSNET_INLINE vec zero() { return _mm256_setzero_pd(); }
    GLASSNET_INLINE void store(double* p) const { _mm256_storeu_pd(p, v); }
    GLASSNET_INLINE void stream(double* p) const { _mm256_stream_pd(p, v); }
    GLASSNET_INLINE void store_first(double* p, int n) const {
        _mm256_maskstore_pd(p, _mm256_castpd_si256(first_lanes<double>(n).m), v);
    }

    friend GLASSNET_INLINE vec operator+(vec a, vec b) { return _mm256_add_pd(a.v, b.v); }
    friend GLASSNET_INLINE vec operator-(vec a, vec b) { return _mm256_sub_pd(a.v, b.v); }
    friend GLASSNET_INLINE vec operator*(vec a, vec b) { return _mm256_mul_pd(a.v, b.v); }
    friend GLASSNET_INLINE vec operator/(vec a, vec b) { return _mm256_div_pd(a.v, b.v); }
    friend GLASSNET_INLINE vec operator-(vec a) { return _mm256_xor_pd(a.v, _mm256_set1_pd(-0.0)); }
    friend GLASSNET_INLINE vec fma(vec a, vec b, vec c) { return _mm256_fmadd_pd(a.v, b.v, c.v); }
    friend GLASSNET_INLINE vec fms(vec a, vec b, vec c) { return _mm256_fmsub_pd(a.v, b.v, c.v); }
    friend GLASSNET_INLINE vec fnma(vec a, vec b, vec c) { return _mm256_fnmadd_pd(a.v, b.v, c.v); }
    friend GLASSNET_INLINE vec min(vec a, vec b) { return _mm256_min_pd(a.v, b.v); }
    friend GLASSNET_INLINE vec max(vec a, vec b) { return _mm256_max_pd(a.v, b.v); }
    friend GLASSNET_INLINE vec abs(vec a) { return _mm256_andnot_pd(_mm256_set1_pd(-0.0), a.v); }
    friend GLASSNET_INLINE vec minus_abs(vec a) { return _mm256_or_pd(a.v, _mm256_set1_pd(-0.0)); }
    friend GLASSNET_INLINE vec sqrt(vec a) { return _mm256_sqrt_pd(a.v); }
    friend GLASSNET_INLINE vec round(vec a) {
        return _mm256_round_pd(a.v, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    }
    friend GLASSNET_INLINE vec floor(vec a) { return _mm256_round_pd(a.v, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC); }
    friend GLASSNET_INLINE vec bit_and(vec a, vec b) { return _mm256_and_pd(a.v, b.v); }
    friend GLASSNET_INLINE vec bit_or(vec a, vec b) { return _mm256_or_pd(a.v, b.v); }
    friend GLASSNET_INLINE vec bit_xor(vec a, vec b) { return _mm256_xor_pd(a.v, b.v); }
    friend GLASSNET_INLINE vec bit_andnot(vec a, vec b) { return _mm256_andnot_pd(a.v, b.v); }
    friend GLASSNET_INLINE vec copysign(vec magnitude, vec sign) {
        return _mm256_or_pd(abs(magnitude).v, _mm256_and_pd(sign.v, _mm256_set1_pd(-0.0)));
    }
    friend GLASSNET_INLINE mask<double> lt(vec a, vec b) { return mask<double>(_mm256_cmp_pd(a.v, b.v, _CMP_LT_OQ)); }
    friend GLASSNET_INLINE mask<double> le(vec a, vec b) { return mask<double>(_mm256_cmp_pd(a.v, b.v, _CMP_LE_OQ)); }
    friend GLASSNET_INLINE mask<double> gt(vec a, vec b) { return mask<double>(_mm256_cmp_pd(a.v, b.v, _CMP_GT_OQ)); }
    friend GLASSNET_INLINE mask<double> ge(vec a, vec b) { return mask<double>(_mm256_cmp_pd(a.v, b.v, _CMP_GE_OQ)); }
    friend GLASSNET_INLINE mask<double> eq(vec a, vec b) { return mask<double>(_mm256_cmp_pd(a.v, b.v, _CMP_EQ_OQ)); }
    friend GLASSNET_INLINE mask<double> is_nan(vec a) { return mask<double>(_mm256_cmp_pd(a.v, a.v, _CMP_UNORD_Q)); }
    // Whole numbers added to 1.5 * 2^52 stand in the low bits, from where a shift makes them an exponent.
    static constexpr double kMagic = 0x1.8p52 + 1023.0;
    friend GLASSNET_INLINE vec power_of_two(vec n) {
        return _mm256_castsi256_pd(_mm256_slli_epi64(_mm256_castpd_si256((n + kMagic).v), 52));
    }
    template <int kSteps>
    static GLASSNET_INLINE vec round_product(vec x, vec factor, vec& power) {
        const vec shifted = fma(x, factor, kMagic);
        power = _mm256_castsi256_pd(_mm256_slli_epi64(_mm256_castpd_si256(shifted.v), 52));
        return shifted - kMagic;
    }
    friend GLASSNET_INLINE vec fast_reciprocal(vec x) { return vec(1.0) / x; }
    // In two factors, so that a subnormal result is rounded once, by the second.
    friend GLASSNET_INLINE vec scale_by_power(vec x, vec n) {
        const vec half = floor(n * 0.5);
        return x * power_of_two(half) * power_of_two(n - half);
    }
    friend GLASSNET_INLINE vec exponent_and_fraction(vec x, vec& exponent) {
        const __m256i bits = _mm256_castpd_si256(x.v);
        const __m256i two52 = _mm256_castpd_si256(_mm256_set1_pd(0x1p52));  // whole numbers become its low bits
        exponent = vec(_mm256_castsi256_pd(_mm256_or_si256(_mm256_srli_epi64(bits, 52), two52))) - (0x1p52 + 1023.0);
        const vec fraction = bit_and(x, _mm256_castsi256_pd(_mm256_set1_epi64x(0x000fffffffffffff)));
        return bit_or(fraction, 1.0);
    }
};

GLASSNET_INLINE vec<float> select(mask<float> m, vec<float> a, vec<float> b) { return _mm256_blendv_ps(b.v, a.v, m.m); }
GLASSNET_INLINE vec<double> select(mask<double> m, vec<double> a, vec<double> b) {
    return _mm256_blendv_pd(b.v, a.v, m.m);
}
GLASSNET_INLINE float sum(vec<float> a) {
    const __m128 quarter = _mm_add_ps(_mm256_castps256_ps128(a.v), _mm256_extractf128_ps(a.v, 1));
    const __m128 two = _mm_add_ps(quarter, _mm_movehl_ps(quarter, quarter));
    return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
}
GLASSNET_INLINE float max_element(vec<float> a) {
    const __m128 quarter = _mm_max_ps(_mm256_castps256_ps128(a.v), _mm256_extractf128_ps(a.v, 1));
    const __m128 two = _mm_max_ps(quarter, _mm_movehl_ps(quarter, quarter));
    return _mm_cvtss_f32(_mm_max_ss(two, _mm_movehdup_ps(two)));
}
GLASSNET_INLINE double sum(vec<double> a) {
    const __m128d two = _mm_add_pd(_mm256_castpd256_pd128(a.v), _mm256_extractf128_pd(a.v, 1));
    return _mm_cvtsd_f64(_mm_add_sd(two, _mm_unpackhi_pd(two, two)));
}
GLASSNET_INLINE double max_element(vec<double> a) {
    const __m128d two = _mm_max_pd(_mm256_castpd256_pd128(a.v), _mm256_extractf128_pd(a.v, 1));
    return _mm_cvtsd_f64(_mm_max_sd(two, _mm_unpackhi_pd(two, two)));
}

GLASSNET_INLINE vec<double> widen_low(vec<float> a) { return _mm256_cvtps_pd(_mm256_castps256_ps128(a.v)); }
GLASSNET_INLINE vec<double> widen_high(vec<float> a) { return _mm256_cvtps_pd(_mm256_extractf128_ps(a.v, 1)); }
GLASSNET_INLINE vec<double> load_double(const float* p) { return _mm256_cvtps_pd(_mm_loadu_ps(p)); }
GLASSNET_INLINE void store_double(vec<double> a, float* p) { _mm_storeu_ps(p, _mm256_cvtpd_ps(a.v)); }
GLASSNET_INLINE vec<float> narrow(vec<double> low, vec<double> high) {
    return _mm256_insertf128_ps(_mm256_castps128_ps256(_mm256_cvtpd_ps(low.v)), _mm256_cvtpd_ps(high.v), 1);
}

template <class T>
GLASSNET_INLINE mask<T> mask_from_bits(unsigned bits);
template <>
GLASSNET_INLINE mask<float> mask_from_bits<float>(unsigned bits) {
    const __m256i lane = _mm256_setr_epi32(1, 2, 4, 8, 16, 32, 64, 128);
    const __m256i set = _mm256_and_si256(_mm256_set1_epi32(static_cast<int>(bits)), lane);
    return mask<float>(_mm256_castsi256_ps(_mm256_cmpeq_epi32(set, lane)));
}
template <>
GLASSNET_INLINE mask<double> mask_from_bits<double>(unsigned bits) {
    const __m256i lane = _mm256_setr_epi64x(1, 2, 4, 8);
    const __m256i set = _mm256_and_si256(_mm256_set1_epi64x(static_cast<int>(bits)), lane);
    return mask<double>(_mm256_castsi256_pd(_mm256_cmpeq_epi64(set, lane)));
}

struct words {
    static constexpr int size = 4;
    __m256i w;

    GLASSNET_INLINE words(__m256i r) : w(r) {}
    static GLASSNET_INLINE words from_whole(vec<double> x) { return _mm256_castpd_si256((x + 0x1p52).v); }
    static GLASSNET_INLINE words broadcast(std::uint64_t x) { return _mm256_set1_epi64x(static_cast<long long>(x)); }
    friend GLASSNET_INLINE words operator^(words a, words b) { return _mm256_xor_si256(a.w, b.w); }
    friend GLASSNET_INLINE words multiply_low(words a, words b) { return _mm256_mul_epu32(a.w, b.w); }
    friend GLASSNET_INLINE words high(words a) { return _mm256_srli_epi64(a.w, 32); }
    friend GLASSNET_INLINE void at_least(words a, words b, std::uint16_t threshold, std::uint8_t* out) {
        const __m256i limit = _mm256_set1_epi16(static_cast<short>(threshold));
        const __m256i even = _mm256_unpacklo_epi64(a.w, b.w), odd = _mm256_unpackhi_epi64(a.w, b.w);
        const __m256i kept = _mm256_packs_epi16(_mm256_cmpeq_epi16(_mm256_max_epu16(even, limit), even),
                                                _mm256_cmpeq_epi16(_mm256_max_epu16(odd, limit), odd));
        const auto bits = static_cast<std::uint32_t>(_mm256_movemask_epi8(kept));
        for (int i = 0; i < 4; ++i) out[i] = static_cast<std::uint8_t>(bits >> (8 * i));
    }
    friend GLASSNET_INLINE words pair_low(words a, words b) {
        return _mm256_blend_epi32(a.w, _mm256_slli_epi64(b.w, 32), 0xaa);
    }
};

}  // namespace glassnet::GLASSNET_ISA
