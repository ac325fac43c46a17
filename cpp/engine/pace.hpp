// Whether a step gains by the team is measured, now and then: two cores that share no cache, or a machine that others use, can
// make a small step slower by sharing it. Results do not depend on it.
#pragma once

#include <chrono>
#include <cstdint>

#include "team.hpp"

namespace glassnet {

inline double seconds_since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// Of every kTrialEvery steps the first two are shared and the next two are not; the rest are as the faster second was.
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
        if (turn == 0) team_.rest(false);
        if (turn == 2) team_.rest(true);
        if (turn == 4) team_.rest(alone_ < shared_);
        if (turn == 1 || turn == 3) start_ = std::chrono::steady_clock::now();
    }
    void after_step() {
        if (!active_) return;
        const std::uint64_t turn = steps_++ % kTrialEvery;
        if (turn == 1) shared_ = seconds_since(start_);
        if (turn == 3) alone_ = seconds_since(start_);
    }

private:
    static constexpr double kLongStep = 2e8;
    static constexpr std::uint64_t kTrialEvery = 256;

    Team& team_;
    bool active_;
    std::uint64_t steps_ = 0;
    double shared_ = 0.0, alone_ = 0.0;
    std::chrono::steady_clock::time_point start_;
};

}  // namespace glassnet
