// While one of these lives, its thread treats subnormal numbers as zeros: they carry no information in training and
// cost a hundred cycles each. The thread's mode is restored at the end. The function API never uses it.
#pragma once

#include <cstdint>

#if defined(__x86_64__) || defined(_M_X64)
#include <xmmintrin.h>
#endif

namespace glassnet {

class FlushDenormals {
public:
#if defined(__x86_64__) || defined(_M_X64)
    FlushDenormals() : mode_(_mm_getcsr()) { _mm_setcsr(mode_ | 0x8040u); }  // flush to zero, denormals are zero
    ~FlushDenormals() { _mm_setcsr(mode_); }
#elif defined(__aarch64__) && !defined(_MSC_VER)
    FlushDenormals() {
        asm volatile("mrs %0, fpcr" : "=r"(mode_));
        asm volatile("msr fpcr, %0" ::"r"(mode_ | (std::uint64_t{1} << 24)));
    }
    ~FlushDenormals() { asm volatile("msr fpcr, %0" ::"r"(mode_)); }
#else
    FlushDenormals() = default;
    ~FlushDenormals() = default;
#endif
    FlushDenormals(const FlushDenormals&) = delete;
    FlushDenormals& operator=(const FlushDenormals&) = delete;

private:
#if defined(__x86_64__) || defined(_M_X64)
    unsigned mode_;
#elif defined(__aarch64__)
    std::uint64_t mode_ = 0;
#endif
};

// The opposite, for what is called in between and knows nothing of the mode.
class KeepDenormals {
public:
#if defined(__x86_64__) || defined(_M_X64)
    KeepDenormals() : mode_(_mm_getcsr()) { _mm_setcsr(mode_ & ~0x8040u); }
    ~KeepDenormals() { _mm_setcsr(mode_); }
#elif defined(__aarch64__) && !defined(_MSC_VER)
    KeepDenormals() {
        asm volatile("mrs %0, fpcr" : "=r"(mode_));
        asm volatile("msr fpcr, %0" ::"r"(mode_ & ~(std::uint64_t{1} << 24)));
    }
    ~KeepDenormals() { asm volatile("msr fpcr, %0" ::"r"(mode_)); }
#else
    KeepDenormals() = default;
    ~KeepDenormals() = default;
#endif
    KeepDenormals(const KeepDenormals&) = delete;
    KeepDenormals& operator=(const KeepDenormals&) = delete;

private:
#if defined(__x86_64__) || defined(_M_X64)
    unsigned mode_;
#elif defined(__aarch64__)
    std::uint64_t mode_ = 0;
#endif
};

}  // namespace glassnet
