// Calls on large arrays: pieces for several threads, and stores that go past the caches.
//
// Results do not depend on who computes what: pieces are cut by the array's length alone, and every element by itself.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "team.hpp"

#if defined(__x86_64__) || defined(_M_X64)
#include <emmintrin.h>
#endif

namespace glassnet {

// work(first, count) for pieces of `size` of the elements [0, n). Unlike a training's, these threads keep subnormal numbers.
template <class Work>
void share(std::size_t n, std::size_t size, int threads, Work work) {
    const std::size_t pieces = (n + size - 1) / size;
    Team team(static_cast<int>(std::min<std::size_t>(pieces, static_cast<std::size_t>(std::max(threads, 1)))),
              Team::Subnormals::kKept);
    team.run(pieces, [&](int, std::size_t piece) { work(piece * size, std::min(size, n - piece * size)); });
}

// Elements that one thread takes at a time, and bytes from which on results are written past the caches: they would not
// stay there, and a store through them first reads what it overwrites.
inline constexpr std::size_t kPiece = 1 << 15;
inline constexpr std::size_t kStreamed = std::size_t{16} << 20;

// Copies to memory, past the caches where the processor can.
template <class T>
void stream(const T* from, T* to, std::size_t n) {
    std::size_t i = 0;
#if defined(__x86_64__) || defined(_M_X64)
    constexpr std::size_t kLanes = 16 / sizeof(T);
    while (i < n && reinterpret_cast<std::uintptr_t>(to + i) % 16 != 0) {
        to[i] = from[i];
        ++i;
    }
    for (; i + kLanes <= n; i += kLanes) {
        _mm_stream_si128(reinterpret_cast<__m128i*>(to + i), _mm_loadu_si128(reinterpret_cast<const __m128i*>(from + i)));
    }
#endif
    std::copy(from + i, from + n, to + i);
}

// compute(from, to, count) into a buffer that stays in the first cache, and from there to memory. Buffers end where lines
// of memory do, so that each line is written at once.
template <class T, class Compute>
void compute_streamed(const T* from, T* to, std::size_t n, Compute compute) {
    constexpr std::size_t kBuffer = 1024, kLine = 64;
    alignas(64) T buffer[kBuffer];
    for (std::size_t i = 0; i < n;) {
        const std::size_t beyond = reinterpret_cast<std::uintptr_t>(to + i) % kLine / sizeof(T);
        const std::size_t count = std::min(kBuffer - beyond, n - i);
        compute(from + i, buffer, count);
        stream(buffer, to + i, count);
        i += count;
    }
#if defined(__x86_64__) || defined(_M_X64)
    _mm_sfence();
#endif
}

}  // namespace glassnet
