#include "team.hpp"

#include "denormals.hpp"

#if defined(__x86_64__) || defined(_M_X64)
#include <immintrin.h>
#endif

namespace glassnet {
namespace {

inline void pause() {
#if defined(__x86_64__) || defined(_M_X64)
    _mm_pause();
#elif defined(__aarch64__) && !defined(_MSC_VER)
    asm volatile("yield");
#endif
}

// About 20 microseconds of pauses: longer than the gap between two phases of a step, shorter than a scheduling quantum.
constexpr int kSpinsBeforeSleep = 600;
// A caller that waits for the last block gives up its processor after this long: the block's owner may need it.
constexpr int kSpinsBeforeYield = 2000;

}  // namespace

Team::Team(int threads, Subnormals subnormals) {
    teams_.fetch_add(1, std::memory_order_relaxed);
    workers_.reserve(threads > 1 ? static_cast<std::size_t>(threads) - 1 : 0);
    for (int worker = 1; worker < threads; ++worker) {
        try {
            workers_.emplace_back([this, worker, subnormals] { serve(worker, subnormals); });
        } catch (const std::system_error&) {
            break;  // no more threads to be had: the team is smaller, the results are the same
        }
    }
}

Team::~Team() {
    teams_.fetch_sub(1, std::memory_order_relaxed);
    {
        const std::lock_guard lock(mutex_);
        stop_.store(true);
    }
    wake_.notify_all();
    for (std::thread& worker : workers_) worker.join();
}

bool Team::take_and_do(int worker) {
    std::uint64_t ticket = ticket_.load(std::memory_order_acquire);
    while ((ticket & 0xffffffffu) != 0) {
        if (ticket_.compare_exchange_weak(ticket, ticket - 1, std::memory_order_acq_rel, std::memory_order_acquire)) {
            const auto left = static_cast<std::uint32_t>(ticket & 0xffffffffu);
            call_(context_, worker, blocks_ - left);
            done_.fetch_add(1, std::memory_order_release);
            return true;
        }
    }
    return false;
}

void Team::run_phase(std::uint32_t blocks, Call call, void* context) {
    blocks_ = blocks;
    call_ = call;
    context_ = context;
    done_.store(0, std::memory_order_relaxed);
    const std::uint64_t phase = (ticket_.load(std::memory_order_relaxed) >> 32) + 1;
    // Sequentially consistent with the sleepers' check below: either they see this ticket or we see them.
    ticket_.store((phase << 32) | blocks, std::memory_order_seq_cst);
    if (sleepers_.load(std::memory_order_seq_cst) > 0) {
        const std::lock_guard lock(mutex_);
        wake_.notify_all();
    }
    while (take_and_do(0)) {
    }
    for (int spins = 0; done_.load(std::memory_order_acquire) != blocks; ++spins) {
        if (spins < kSpinsBeforeYield) {
            pause();
        } else {
            std::this_thread::yield();
        }
    }
}

void Team::serve(int worker, Subnormals subnormals) {
    if (subnormals == Subnormals::kFlushed) {
        const FlushDenormals flush;
        serve(worker);
    } else {
        serve(worker);
    }
}

void Team::serve(int worker) {
    for (;;) {
        int spins = 0;
        while (spins < kSpinsBeforeSleep) {
            if (take_and_do(worker)) {
                spins = 0;
            } else if (stop_.load(std::memory_order_relaxed)) {
                return;
            } else {
                pause();
                ++spins;
            }
        }
        std::unique_lock lock(mutex_);
        sleepers_.fetch_add(1, std::memory_order_seq_cst);
        wake_.wait(lock, [this] {
            return stop_.load() || (ticket_.load(std::memory_order_seq_cst) & 0xffffffffu) != 0;
        });
        sleepers_.fetch_sub(1, std::memory_order_seq_cst);
        if (stop_.load()) return;
    }
}

}  // namespace glassnet
