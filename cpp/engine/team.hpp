// A team of threads that works through numbered blocks.
//
// Design. A phase is a number of blocks and a function; whoever is free takes the next block, and the phase is over when
// all blocks are done. The caller works too and waits for *work*, never for *threads*: a worker that the system has put
// aside, or that has gone to sleep, holds nobody up unless it is inside a block. That keeps oversubscribed machines fast.
// Which thread does which block is left to chance; the engine's results must not and do not depend on it.
// Where several teams run at once in this process (fits in threads of the user's), and there are not two threads for each,
// their callers work alone.
// Workers without work spin for some microseconds, then sleep. A team lives as long as one fit, so no thread is alive
// when a program forks between fits. Exceptions must not leave a block (the engine's blocks do not throw).
//
// Rejected: a static share for each thread with two barriers a step; it is as fast on an idle machine, but costs a
// scheduling quantum a step on a busy one. Rejected: std::atomic::wait, which spins and notifies on terms that are not ours.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace glassnet {

class Team {
public:
    // What workers do with subnormal numbers: training flushes them, calls on arrays do not. The caller's mode is its own.
    enum class Subnormals : std::uint8_t { kFlushed, kKept };

    // `threads` includes the caller; 1 means that `run` is a plain loop.
    explicit Team(int threads, Subnormals subnormals = Subnormals::kFlushed);
    ~Team();
    Team(const Team&) = delete;
    Team& operator=(const Team&) = delete;

    int size() const { return static_cast<int>(workers_.size()) + 1; }

    // While the workers rest, the caller does all blocks itself. To be called by the caller, between phases.
    void rest(bool resting) { resting_ = resting; }

    // Calls work(worker, block) for every block in [0, blocks), worker in [0, size()); returns when all are done.
    template <class Work>
    void run(std::size_t blocks, Work&& work) {
        if (workers_.empty() || blocks <= 1 || resting_ || crowded()) {
            for (std::size_t block = 0; block < blocks; ++block) work(0, block);
            return;
        }
        run_phase(static_cast<std::uint32_t>(blocks),
                  [](void* context, int worker, std::size_t block) { (*static_cast<std::remove_reference_t<Work>*>(context))(worker, block); },
                  const_cast<void*>(static_cast<const void*>(&work)));
    }

private:
    using Call = void (*)(void* context, int worker, std::size_t block);

    bool crowded() const { return size() < 2 * teams_.load(std::memory_order_relaxed); }
    void run_phase(std::uint32_t blocks, Call call, void* context);
    void serve(int worker, Subnormals subnormals);
    void serve(int worker);
    bool take_and_do(int worker);

    inline static std::atomic<int> teams_{0};  // alive in this process
    // (phase << 32) | blocks not yet taken. Taking is a compare-and-swap, so a worker that read an old phase takes nothing.
    alignas(64) std::atomic<std::uint64_t> ticket_{0};
    alignas(64) std::atomic<std::uint32_t> done_{0};
    alignas(64) std::atomic<int> sleepers_{0};
    std::atomic<bool> stop_{false};
    // Written before a phase's ticket is published and not changed until all its blocks are done.
    std::uint32_t blocks_ = 0;
    Call call_ = nullptr;
    void* context_ = nullptr;
    bool resting_ = false;  // the caller's own

    std::mutex mutex_;
    std::condition_variable wake_;
    std::vector<std::thread> workers_;
};

}  // namespace glassnet
