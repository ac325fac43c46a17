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

// Elements that one thread takes at a time; bytes from which on results are written past the caches: they would not stay
// there, and a store through them first reads what it overwrites; and the size of the pages that large arrays are made of.
inline constexpr std::size_t kPiece = 1 << 15;
inline constexpr std::size_t kStreamed = std::size_t{16} << 20;
inline constexpr std::size_t kHugePage = std::size_t{2} << 20;

// work(first, count) for pieces of the elements [0, n): `head` of them, then always `size`. Unlike a training's, these threads
// keep subnormal numbers.
template <class Work>
void share(std::size_t n, std::size_t head, std::size_t size, int threads, Work work) {
    const std::size_t pieces = n <= head ? 1 : 1 + (n - head + size - 1) / size;
    Team team(static_cast<int>(std::min<std::size_t>(pieces, static_cast<std::size_t>(std::max(threads, 1)))),
              Team::Subnormals::kKept);
    team.run(pieces, [&](int, std::size_t piece) {
        const std::size_t first = piece == 0 ? 0 : head + (piece - 1) * size, end = std::min(n, head + piece * size);
        work(first, end - first);
    });
}

template <class Work>
void share(std::size_t n, std::size_t size, int threads, Work work) {
    share(n, size, size, threads, work);
}

// Pieces for results that go to `to`. Where there are enough of them, each is a huge page: memory that is new is zeroed by
// the system at the first touch of a page, and two threads that touch the same one both wait for it.
template <class T, class Work>
void share_results(const T* to, std::size_t n, int threads, Work work) {
    constexpr std::size_t kPage = kHugePage / sizeof(T);
    if (n / kPage < 2 * static_cast<std::size_t>(std::max(threads, 1))) return share(n, kPiece, threads, work);
    share(n, kPage - reinterpret_cast<std::uintptr_t>(to) % kHugePage / sizeof(T), kPage, threads, work);
}

// To be called before a piece that nobody reads any more is written to. Linux zeroes a huge page from its far end towards
// the place that was touched, so that this is what stays in the cache. Touched at its beginning, it is zeroed backwards, which
// takes more than twice as long (Zen 4, Linux 6.18: 5.1 against 2.3 ms for 64 MiB).
template <class T>
void touch_end(T* to, std::size_t n) {
    *const_cast<volatile T*>(to + n - 1) = T(0);
}

// compute(from, to, count) into a buffer that stays in the first cache, and from there to memory by `stream` of the table of
// kernels. Buffers end where lines of memory do, so that each line is written at once.
template <class T, class Compute>
void compute_streamed(const T* from, T* to, std::size_t n, void (*stream)(const T*, T*, std::size_t), Compute compute) {
    constexpr std::size_t kBuffer = 1024, kLine = 64;
    alignas(64) T buffer[kBuffer];
    for (std::size_t i = 0; i < n;) {
        const std::size_t beyond = reinterpret_cast<std::uintptr_t>(to + i) % kLine / sizeof(T);
        const std::size_t count = std::min(beyond == 0 ? kBuffer : kLine / sizeof(T) - beyond, n - i);
        if (beyond == 0) {
            compute(from + i, buffer, count);
            stream(buffer, to + i, count);
        } else {
            compute(from + i, to + i, count);
        }
        i += count;
    }
#if defined(__x86_64__) || defined(_M_X64)
    _mm_sfence();
#endif
}

}  // namespace glassnet
