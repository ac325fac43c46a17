// vec<T> on AArch64: NEON (ASIMD). See vec.hpp for the interface.
#pragma once

#include <arm_neon.h>

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
    uint32x4_t m;
    mask() = default;
    GLASSNET_INLINE explicit mask(uint32x4_t bits) : m(bits) {}
    friend GLASSNET_INLINE mask operator&(mask a, mask b) { return mask(vandq_u32(a.m, b.m)); }
    friend GLASSNET_INLINE mask operator|(mask a, mask b) { return mask(vorrq_u32(a.m, b.m)); }
    friend GLASSNET_INLINE mask operator!(mask a) { return mask(vmvnq_u32(a.m)); }
    friend GLASSNET_INLINE bool any(mask a) { return vmaxvq_u32(a.m) != 0; }
    friend GLASSNET_INLINE bool all(mask a) { return vminvq_u32(a.m) != 0; }
    friend GLASSNET_INLINE int count(mask a) { return static_cast<int>(vaddvq_u32(vshrq_n_u32(a.m, 31))); }
};

template <>
struct mask<double> {
    uint64x2_t m;
    mask() = default;
    GLASSNET_INLINE explicit mask(uint64x2_t bits) : m(bits) {}
    friend GLASSNET_INLINE mask operator&(mask a, mask b) { return mask(vandq_u64(a.m, b.m)); }
    friend GLASSNET_INLINE mask operator|(mask a, mask b) { return mask(vorrq_u64(a.m, b.m)); }
    friend GLASSNET_INLINE mask operator!(mask a) {
        return mask(vreinterpretq_u64_u32(vmvnq_u32(vreinterpretq_u32_u64(a.m))));
    }
    friend GLASSNET_INLINE bool any(mask a) { return vmaxvq_u32(vreinterpretq_u32_u64(a.m)) != 0; }
    friend GLASSNET_INLINE bool all(mask a) { return vminvq_u32(vreinterpretq_u32_u64(a.m)) != 0; }
    friend GLASSNET_INLINE int count(mask a) { return static_cast<int>(vaddvq_u64(vshrq_n_u64(a.m, 63))); }
};

template <class T>
GLASSNET_INLINE mask<T> first_lanes(int n);
template <>
GLASSNET_INLINE mask<float> first_lanes<float>(int n) {
    const std::int32_t lanes[4] = {0, 1, 2, 3};
    return mask<float>(vcgtq_s32(vdupq_n_s32(n), vld1q_s32(lanes)));
}
template <>
GLASSNET_INLINE mask<double> first_lanes<double>(int n) {
    const std::int64_t lanes[2] = {0, 1};
    return mask<double>(vcgtq_s64(vdupq_n_s64(n), vld1q_s64(lanes)));
}

template <>
struct vec<float> {
    static constexpr int size = 4;
    using value_type = float;
    float32x4_t v;

    vec() = default;
    GLASSNET_INLINE vec(float32x4_t r) : v(r) {}
    GLASSNET_INLINE vec(float x) : v(vdupq_n_f32(x)) {}
    GLASSNET_INLINE uint32x4_t bits() const { return vreinterpretq_u32_f32(v); }
    static GLASSNET_INLINE vec from_bits(uint32x4_t b) { return vreinterpretq_f32_u32(b); }

    static GLASSNET_INLINE vec load(const float* p) { return vld1q_f32(p); }
    static GLASSNET_INLINE vec load_first(const float* p, int n) {
        if (n >= 4) return vld1q_f32(p);
        float32x4_t r = vdupq_n_f32(0.0f);
        if (n >= 1) r = vld1q_lane_f32(p, r, 0);
        if (n >= 2) r = vld1q_lane_f32(p + 1, r, 1);
        if (n >= 3) r = vld1q_lane_f32(p + 2, r, 2);
        return r;
    }
    static GLASSNET_INLINE vec load_int32(const std::int32_t* p) { return vcvtq_f32_s32(vld1q_s32(p)); }
    static GLASSNET_INLINE vec broadcast(float x) { return vdupq_n_f32(x); }
    static GLASSNET_INLINE vec broadcast_from(const float* p) { return vld1q_dup_f32(p); }
    static GLASSNET_INLINE vec zero() { return vdupq_n_f32(0.0f); }
    GLASSNET_INLINE void store(float* p) const { vst1q_f32(p, v); }
    GLASSNET_INLINE void stream(float* p) const { vst1q_f32(p, v); }
    GLASSNET_INLINE void store_first(float* p, int n) const {
        if (n >= 4) {
            vst1q_f32(p, v);
            return;
        }
        if (n >= 1) vst1q_lane_f32(p, v, 0);
        if (n >= 2) vst1q_lane_f32(p + 1, v, 1);
        if (n >= 3) vst1q_lane_f32(p + 2, v, 2);
    }

    friend GLASSNET_INLINE vec operator+(vec a, vec b) { return vaddq_f32(a.v, b.v); }
    friend GLASSNET_INLINE vec operator-(vec a, vec b) { return vsubq_f32(a.v, b.v); }
    friend GLASSNET_INLINE vec operator*(vec a, vec b) { return vmulq_f32(a.v, b.v); }
    friend GLASSNET_INLINE vec operator/(vec a, vec b) { return vdivq_f32(a.v, b.v); }
    friend GLASSNET_INLINE vec operator-(vec a) { return vnegq_f32(a.v); }
    friend GLASSNET_INLINE vec fma(vec a, vec b, vec c) { return vfmaq_f32(c.v, a.v, b.v); }
    friend GLASSNET_INLINE vec fms(vec a, vec b, vec c) { return vnegq_f32(vfmsq_f32(c.v, a.v, b.v)); }
    friend GLASSNET_INLINE vec fnma(vec a, vec b, vec c) { return vfmsq_f32(c.v, a.v, b.v); }
    friend GLASSNET_INLINE vec min(vec a, vec b) { return vminq_f32(a.v, b.v); }
    friend GLASSNET_INLINE vec max(vec a, vec b) { return vmaxq_f32(a.v, b.v); }
    friend GLASSNET_INLINE vec abs(vec a) { return vabsq_f32(a.v); }
    friend GLASSNET_INLINE vec sqrt(vec a) { return vsqrtq_f32(a.v); }
    friend GLASSNET_INLINE vec round(vec a) { return vrndnq_f32(a.v); }
    friend GLASSNET_INLINE vec floor(vec a) { return vrndmq_f32(a.v); }
    friend GLASSNET_INLINE vec bit_and(vec a, vec b) { return from_bits(vandq_u32(a.bits(), b.bits())); }
    friend GLASSNET_INLINE vec bit_or(vec a, vec b) { return from_bits(vorrq_u32(a.bits(), b.bits())); }
    friend GLASSNET_INLINE vec bit_xor(vec a, vec b) { return from_bits(veorq_u32(a.bits(), b.bits())); }
    friend GLASSNET_INLINE vec bit_andnot(vec a, vec b) { return from_bits(vbicq_u32(b.bits(), a.bits())); }
    friend GLASSNET_INLINE vec copysign(vec magnitude, vec sign) {
        return vbslq_f32(vec(-0.0f).bits(), sign.v, magnitude.v);
    }
    friend GLASSNET_INLINE mask<float> lt(vec a, vec b) { return mask<float>(vcltq_f32(a.v, b.v)); }
    friend GLASSNET_INLINE mask<float> le(vec a, vec b) { return mask<float>(vcleq_f32(a.v, b.v)); }
    friend GLASSNET_INLINE mask<float> gt(vec a, vec b) { return mask<float>(vcgtq_f32(a.v, b.v)); }
    friend GLASSNET_INLINE mask<float> ge(vec a, vec b) { return mask<float>(vcgeq_f32(a.v, b.v)); }
    friend GLASSNET_INLINE mask<float> eq(vec a, vec b) { return mask<float>(vceqq_f32(a.v, b.v)); }
    friend GLASSNET_INLINE mask<float> is_nan(vec a) { return !mask<float>(vceqq_f32(a.v, a.v)); }
};

template <>
struct vec<double> {
    static constexpr int size = 2;
    using value_type = double;
    float64x2_t v;

    vec() = default;
    GLASSNET_INLINE vec(float64x2_t r) : v(r) {}
    GLASSNET_INLINE vec(double x) : v(vdupq_n_f64(x)) {}
    GLASSNET_INLINE uint64x2_t bits() const { return vreinterpretq_u64_f64(v); }
    static GLASSNET_INLINE vec from_bits(uint64x2_t b) { return vreinterpretq_f64_u64(b); }

    static GLASSNET_INLINE vec load(const double* p) { return vld1q_f64(p); }
    static GLASSNET_INLINE vec load_first(const double* p, int n) {
        if (n >= 2) return vld1q_f64(p);
        return n <= 0 ? vdupq_n_f64(0.0) : vld1q_lane_f64(p, vdupq_n_f64(0.0), 0);
    }
    static GLASSNET_INLINE vec load_int32(const std::int32_t* p) { return vcvtq_f64_s64(vmovl_s32(vld1_s32(p))); }
    static GLASSNET_INLINE vec from_bits(std::uint64_t bits) { return from_bits(vdupq_n_u64(bits)); }
    static GLASSNET_INLINE vec broadcast(double x) { return vdupq_n_f64(x); }
    static GLASSNET_INLINE vec broadcast_from(const double* p) { return vld1q_dup_f64(p); }
    static GLASSNET_INLINE vec zero() { return vdupq_n_f64(0.0); }
    GLASSNET_INLINE void store(double* p) const { vst1q_f64(p, v); }
    GLASSNET_INLINE void stream(double* p) const { vst1q_f64(p, v); }
    GLASSNET_INLINE void store_first(double* p, int n) const {
        if (n >= 2) {
            vst1q_f64(p, v);
        } else if (n == 1) {
            vst1q_lane_f64(p, v, 0);
        }
    }

    friend GLASSNET_INLINE vec operator+(vec a, vec b) { return vaddq_f64(a.v, b.v); }
    friend GLASSNET_INLINE vec operator-(vec a, vec b) { return vsubq_f64(a.v, b.v); }
    friend GLASSNET_INLINE vec operator*(vec a, vec b) { return vmulq_f64(a.v, b.v); }
    friend GLASSNET_INLINE vec operator/(vec a, vec b) { return vdivq_f64(a.v, b.v); }
    friend GLASSNET_INLINE vec operator-(vec a) { return vnegq_f64(a.v); }
    friend GLASSNET_INLINE vec fma(vec a, vec b, vec c) { return vfmaq_f64(c.v, a.v, b.v); }
    friend GLASSNET_INLINE vec fms(vec a, vec b, vec c) { return vnegq_f64(vfmsq_f64(c.v, a.v, b.v)); }
    friend GLASSNET_INLINE vec fnma(vec a, vec b, vec c) { return vfmsq_f64(c.v, a.v, b.v); }
    friend GLASSNET_INLINE vec min(vec a, vec b) { return vminq_f64(a.v, b.v); }
    friend GLASSNET_INLINE vec max(vec a, vec b) { return vmaxq_f64(a.v, b.v); }
    friend GLASSNET_INLINE vec abs(vec a) { return vabsq_f64(a.v); }
    friend GLASSNET_INLINE vec minus_abs(vec a) { return vnegq_f64(vabsq_f64(a.v)); }
    friend GLASSNET_INLINE vec sqrt(vec a) { return vsqrtq_f64(a.v); }
    friend GLASSNET_INLINE vec round(vec a) { return vrndnq_f64(a.v); }
    friend GLASSNET_INLINE vec floor(vec a) { return vrndmq_f64(a.v); }
    friend GLASSNET_INLINE vec bit_and(vec a, vec b) { return from_bits(vandq_u64(a.bits(), b.bits())); }
    friend GLASSNET_INLINE vec bit_or(vec a, vec b) { return from_bits(vorrq_u64(a.bits(), b.bits())); }
    friend GLASSNET_INLINE vec bit_xor(vec a, vec b) { return from_bits(veorq_u64(a.bits(), b.bits())); }
    friend GLASSNET_INLINE vec bit_andnot(vec a, vec b) { return from_bits(vbicq_u64(b.bits(), a.bits())); }
    friend GLASSNET_INLINE vec copysign(vec magnitude, vec sign) {
        return vbslq_f64(vec(-0.0).bits(), sign.v, magnitude.v);
    }
    friend GLASSNET_INLINE mask<double> lt(vec a, vec b) { return mask<double>(vcltq_f64(a.v, b.v)); }
    friend GLASSNET_INLINE mask<double> le(vec a, vec b) { return mask<double>(vcleq_f64(a.v, b.v)); }
    friend GLASSNET_INLINE mask<double> gt(vec a, vec b) { return mask<double>(vcgtq_f64(a.v, b.v)); }
    friend GLASSNET_INLINE mask<double> ge(vec a, vec b) { return mask<double>(vcgeq_f64(a.v, b.v)); }
    friend GLASSNET_INLINE mask<double> eq(vec a, vec b) { return mask<double>(vceqq_f64(a.v, b.v)); }
    friend GLASSNET_INLINE mask<double> is_nan(vec a) { return !mask<double>(vceqq_f64(a.v, a.v)); }
    // Whole numbers added to 1.5 * 2^52 stand in the low bits, from where a shift makes them an exponent.
    static constexpr double kMagic = 0x1.8p52 + 1023.0;
    friend GLASSNET_INLINE vec power_of_two(vec n) {
        return from_bits(vshlq_n_u64((n + kMagic).bits(), 52));
    }
    template <int kSteps>
    static GLASSNET_INLINE vec round_product(vec x, vec factor, vec& power) {
        const vec shifted = fma(x, factor, kMagic);
        power = from_bits(vshlq_n_u64(shifted.bits(), 52));
        return shifted - kMagic;
    }
    friend GLASSNET_INLINE vec fast_reciprocal(vec x) { return vec(1.0) / x; }
    // In two factors, so that a subnormal result is rounded once, by the second.
    friend GLASSNET_INLINE vec scale_by_power(vec x, vec n) {
        const vec half = floor(n * 0.5);
        return x * power_of_two(half) * power_of_two(n - half);
    }
    friend GLASSNET_INLINE vec exponent_and_fraction(vec x, vec& exponent) {
        exponent = vec(vcvtq_f64_u64(vshrq_n_u64(x.bits(), 52))) - 1023.0;
        return from_bits(vorrq_u64(vandq_u64(x.bits(), vdupq_n_u64(0x000fffffffffffff)), vec(1.0).bits()));
    }
};

GLASSNET_INLINE vec<float> select(mask<float> m, vec<float> a, vec<float> b) { return vbslq_f32(m.m, a.v, b.v); }
GLASSNET_INLINE vec<double> select(mask<double> m, vec<double> a, vec<double> b) { return vbslq_f64(m.m, a.v, b.v); }
GLASSNET_INLINE float sum(vec<float> a) {
    const float32x2_t two = vadd_f32(vget_low_f32(a.v), vget_high_f32(a.v));
    return vget_lane_f32(vpadd_f32(two, two), 0);
}
GLASSNET_INLINE float max_element(vec<float> a) { return vmaxvq_f32(a.v); }
GLASSNET_INLINE double sum(vec<double> a) { return vaddvq_f64(a.v); }
GLASSNET_INLINE double max_element(vec<double> a) { return vmaxvq_f64(a.v); }

GLASSNET_INLINE vec<double> widen_low(vec<float> a) { return vcvt_f64_f32(vget_low_f32(a.v)); }
GLASSNET_INLINE vec<double> widen_high(vec<float> a) { return vcvt_high_f64_f32(a.v); }
GLASSNET_INLINE vec<double> load_double(const float* p) { return vcvt_f64_f32(vld1_f32(p)); }
GLASSNET_INLINE void store_double(vec<double> a, float* p) { vst1_f32(p, vcvt_f32_f64(a.v)); }
GLASSNET_INLINE vec<float> narrow(vec<double> low, vec<double> high) {
    return vcvt_high_f32_f64(vcvt_f32_f64(low.v), high.v);
}

template <class T>
GLASSNET_INLINE mask<T> mask_from_bits(unsigned bits);
template <>
GLASSNET_INLINE mask<float> mask_from_bits<float>(unsigned bits) {
    const std::uint32_t lane[4] = {1, 2, 4, 8};
    return mask<float>(vtstq_u32(vdupq_n_u32(bits), vld1q_u32(lane)));
}
template <>
GLASSNET_INLINE mask<double> mask_from_bits<double>(unsigned bits) {
    const std::uint64_t lane[2] = {1, 2};
    return mask<double>(vtstq_u64(vdupq_n_u64(bits), vld1q_u64(lane)));
}

struct words {
    static constexpr int size = 2;
    uint64x2_t w;

    GLASSNET_INLINE words(uint64x2_t r) : w(r) {}
    static GLASSNET_INLINE words from_whole(vec<double> x) { return (x + 0x1p52).bits(); }
    static GLASSNET_INLINE words broadcast(std::uint64_t x) { return vdupq_n_u64(x); }
    friend GLASSNET_INLINE words operator^(words a, words b) { return veorq_u64(a.w, b.w); }
    friend GLASSNET_INLINE words multiply_low(words a, words b) { return vmull_u32(vmovn_u64(a.w), vmovn_u64(b.w)); }
    friend GLASSNET_INLINE words high(words a) { return vshrq_n_u64(a.w, 32); }
    friend GLASSNET_INLINE void at_least(words a, words b, std::uint16_t threshold, std::uint8_t* out) {
        const std::uint16_t lane[8] = {1, 2, 4, 8, 16, 32, 64, 128};
        const uint16x8_t weight = vld1q_u16(lane), limit = vdupq_n_u16(threshold);
        const uint16x8_t even = vreinterpretq_u16_u64(vzip1q_u64(a.w, b.w));
        const uint16x8_t odd = vreinterpretq_u16_u64(vzip2q_u64(a.w, b.w));
        out[0] = static_cast<std::uint8_t>(vaddvq_u16(vandq_u16(vcgeq_u16(even, limit), weight)));
        out[1] = static_cast<std::uint8_t>(vaddvq_u16(vandq_u16(vcgeq_u16(odd, limit), weight)));
    }
    friend GLASSNET_INLINE words pair_low(words a, words b) { return vsliq_n_u64(a.w, b.w, 32); }
};

}  // namespace glassnet::GLASSNET_ISA
