// Whether a step gains by the team is measured, now and then: two cores that share no cache, or a machine that others use, can
// make a small step slower by sharing it. Results do not depend on it.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <limits>

#include "team.hpp"

namespace glassnet {

inline double seconds_since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// A trial, every kTrialEvery steps: some steps shared, some not, each time the first ones not counted (a sleeping thread takes
// longer to wake than a small step does); the rest are as the shorter of the shortest was.
class Pace {
public:
    // A step above kLongStep floating-point operations always gains.
    Pace(Team& team, double step_cost) : team_(team), active_(team.size() > 1 && step_cost < kLongStep) {}
    ~Pace() { team_.rest(false); }
    Pace(const Pace&) = delete;
    Pace& operator=(const Pace&) = delete;

    void before_step() {
        if (!active_) return;
        const std::uint64_t turn = steps_ % kTrialEvery;
        if (turn == 0) {
            team_.rest(false);
            shared_ = alone_ = std::numeric_limits<double>::infinity();
        }
        if (turn == kShared) team_.rest(true);
        if (turn == kTrial) team_.rest(alone_ < shared_);
        if (turn < kTrial) start_ = std::chrono::steady_clock::now();
    }
    void after_step() {
        if (!active_) return;
        const std::uint64_t turn = steps_++ % kTrialEvery;
        if (turn >= kTrial) return;
        if (turn >= kUncounted && turn < kShared) shared_ = std::min(shared_, seconds_since(start_));
        if (turn > kShared) alone_ = std::min(alone_, seconds_since(start_));
    }

private:
    static constexpr double kLongStep = 2e8;
    static constexpr std::uint64_t kTrialEvery = 256, kUncounted = 3, kShared = 6, kTrial = 9;

    Team& team_;
    bool active_;
    std::uint64_t steps_ = 0;
    double shared_ = 0.0, alone_ = 0.0;
    std::chrono::steady_clock::time_point start_;
};

}  // namespace glassnet
