// A team of threads that works through numbered blocks.
//
// Design. A phase is a number of blocks and a function. Each member of the team has a share of the blocks, a run of them, and
// takes from its front; whoever has finished takes from the end of others' shares, and the phase is over when all blocks are
// done. So in each step of a training a thread mostly works on what it wrote in the step before, which is still in its
// own cache (fetching it from another core's made Adam two and a half times as slow). The caller works too and waits for
// *work*, never for *threads*: a worker that the system has put aside, or that has gone to sleep, holds nobody up unless it
// is inside a block. That keeps oversubscribed machines fast.
// Which thread does which block is left to chance in the end; the engine's results must not and do not depend on it.
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
#include <span>
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

    // Whether the caller would do all blocks of a phase itself.
    bool is_alone() const { return workers_.empty() || resting_ || crowded(); }

    // While the workers rest, the caller does all blocks itself. To be called by the caller, between phases.
    void rest(bool resting) { resting_ = resting; }

    // Calls work(worker, block) for every block in [0, blocks), worker in [0, size()); returns when all are done.
    template <class Work>
    void run(std::size_t blocks, Work&& work) {
        if (is_alone() || blocks <= 1) {
            for (std::size_t block = 0; block < blocks; ++block) work(0, block);
            return;
        }
        const auto members = static_cast<std::size_t>(size());
        for (std::size_t i = 0; i <= members; ++i) even_[i] = static_cast<std::uint32_t>(blocks * i / members);
        run_phase(std::span(even_).first(members + 1), caller<Work>(), const_cast<void*>(static_cast<const void*>(&work)));
    }

    // The same with shares of the caller's choice: member i's blocks are [starts[i], starts[i + 1]); size() + 1 starts.
    template <class Work>
    void run(std::span<const std::uint32_t> starts, Work&& work) {
        if (is_alone()) {
            for (std::size_t block = 0; block < starts.back(); ++block) work(0, block);
            return;
        }
        run_phase(starts, caller<Work>(), const_cast<void*>(static_cast<const void*>(&work)));
    }

private:
    using Call = void (*)(void* context, int worker, std::size_t block);

    // Blocks of a member that nobody has taken yet: (first << 32) | end. Taking is a compare-and-swap.
    struct alignas(64) Share {
        std::atomic<std::uint64_t> blocks{0};
    };

    template <class Work>
    static Call caller() {
        return [](void* context, int worker, std::size_t block) { (*static_cast<std::remove_reference_t<Work>*>(context))(worker, block); };
    }

    bool crowded() const { return size() < 2 * teams_.load(std::memory_order_relaxed); }
    bool is_any_left() const;
    void run_phase(std::span<const std::uint32_t> starts, Call call, void* context);
    void serve(int worker, Subnormals subnormals);
    void serve(int worker);
    void do_block(int worker, std::size_t block);
    bool do_own(int worker);
    bool do_others(int worker);

    inline static std::atomic<int> teams_{0};  // alive in this process
    std::unique_ptr<Share[]> shares_;
    std::size_t members_ = 1;  // that have a share: as many threads as were wanted
    alignas(64) std::atomic<std::uint32_t> done_{0};
    alignas(64) std::atomic<int> sleepers_{0};
    std::atomic<bool> stop_{false};
    // Written before a phase's shares are published and not changed until all its blocks are done.
    Call call_ = nullptr;
    void* context_ = nullptr;
    bool resting_ = false;  // the caller's own
    std::vector<std::uint32_t> even_;

    std::mutex mutex_;
    std::condition_variable wake_;
    std::vector<std::thread> workers_;
};

}  // namespace glassnet
