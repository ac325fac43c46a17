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
// Between looks at others' shares: a worker that waits for a phase looks at its own only, most of the time, so that it does not
// take others' blocks while the shares are being handed out.
constexpr int kSpinsBeforeOthers = 32;

}  // namespace

Team::Team(int threads, Subnormals subnormals)
    : shares_(std::make_unique<Share[]>(threads > 1 ? static_cast<std::size_t>(threads) : 1)),
      members_(threads > 1 ? static_cast<std::size_t>(threads) : 1),
      even_(members_ + 1) {
    teams_.fetch_add(1, std::memory_order_relaxed);
    workers_.reserve(members_ - 1);
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

void Team::do_block(int worker, std::size_t block) {
    call_(context_, worker, block);
    done_.fetch_add(1, std::memory_order_release);
}

// A share that is taken from holds blocks of the phase that runs, whatever the taker saw before: all that the taker reads was
// written before these blocks were published, and is not changed until they are done.
bool Team::do_own(int worker) {
    std::atomic<std::uint64_t>& share = shares_[static_cast<std::size_t>(worker)].blocks;
    std::uint64_t blocks = share.load(std::memory_order_acquire);
    while (blocks >> 32 != (blocks & 0xffffffffu)) {
        constexpr std::uint64_t kFirst = std::uint64_t{1} << 32;
        if (share.compare_exchange_weak(blocks, blocks + kFirst, std::memory_order_acq_rel, std::memory_order_acquire)) {
            do_block(worker, static_cast<std::size_t>(blocks >> 32));
            return true;
        }
    }
    return false;
}

bool Team::do_others(int worker) {
    for (std::size_t i = 1; i < members_; ++i) {
        std::atomic<std::uint64_t>& share = shares_[(static_cast<std::size_t>(worker) + i) % members_].blocks;
        std::uint64_t blocks = share.load(std::memory_order_acquire);
        while (blocks >> 32 != (blocks & 0xffffffffu)) {
            if (share.compare_exchange_weak(blocks, blocks - 1, std::memory_order_acq_rel, std::memory_order_acquire)) {
                do_block(worker, static_cast<std::size_t>((blocks - 1) & 0xffffffffu));
                return true;
            }
        }
    }
    return false;
}

bool Team::is_any_left() const {
    for (std::size_t i = 0; i < members_; ++i) {
        const std::uint64_t blocks = shares_[i].blocks.load(std::memory_order_seq_cst);
        if (blocks >> 32 != (blocks & 0xffffffffu)) return true;
    }
    return false;
}

void Team::run_phase(std::span<const std::uint32_t> starts, Call call, void* context) {
    const std::uint32_t blocks = starts.back();
    call_ = call;
    context_ = context;
    done_.store(0, std::memory_order_relaxed);
    // Sequentially consistent with the sleepers' check below: either they see these blocks or we see them. The caller's share
    // comes last, which spares it from workers that were quicker to get theirs.
    for (std::size_t i = starts.size() - 1; i-- > 0;) {
        shares_[i].blocks.store((std::uint64_t{starts[i]} << 32) | starts[i + 1], std::memory_order_seq_cst);
    }
    if (sleepers_.load(std::memory_order_seq_cst) > 0) {
        const std::lock_guard lock(mutex_);
        wake_.notify_all();
    }
    while (do_own(0) || do_others(0)) {
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
            if (do_own(worker)) {
                while (do_own(worker) || do_others(worker)) {
                }
                spins = 0;
            } else if (spins % kSpinsBeforeOthers == kSpinsBeforeOthers - 1 && do_others(worker)) {
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
        wake_.wait(lock, [this] { return stop_.load() || is_any_left(); });
        sleepers_.fetch_sub(1, std::memory_order_seq_cst);
        if (stop_.load()) return;
    }
}

}  // namespace glassnet
