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

// A trial now and then: some steps shared, then some not; the steps until the next trial are as the shorter of the shortest
// was. The first steps of a trial are not counted: a thread that sleeps, or has only just been made, takes longer to come
// than a small step does. Where sharing has lost, the next trial comes soon: whatever held the other cores up may be gone.
class Pace {
public:
    // A step above kLongStep floating-point operations always gains.
    Pace(Team& team, double step_cost) : team_(team), active_(team.size() > 1 && step_cost < kLongStep) {}
    ~Pace() { team_.rest(false); }
    Pace(const Pace&) = delete;
    Pace& operator=(const Pace&) = delete;

    void before_step() {
        if (!active_) return;
        if (part_ == Part::kSettled && steps_ == until_trial_) begin(Part::kWaking, false);
        if (part_ == Part::kWaking && steps_ == 0) woken_ = std::chrono::steady_clock::now();
        if (part_ != Part::kSettled) start_ = std::chrono::steady_clock::now();
    }
    void after_step() {
        if (!active_) return;
        ++steps_;
        switch (part_) {
        case Part::kSettled: return;
        case Part::kWaking:
            if (steps_ >= kSteps && seconds_since(woken_) >= kSecondsToWake) begin(Part::kShared, false);
            return;
        case Part::kShared:
            shared_ = std::min(shared_, seconds_since(start_));
            if (steps_ == kSteps) begin(Part::kAlone, true);
            return;
        case Part::kAlone:
            if (steps_ > 1) alone_ = std::min(alone_, seconds_since(start_));  // the first one finds its data in other cores' caches
            if (steps_ < kSteps) return;
            until_trial_ = alone_ < shared_ ? kSoon : kLater;
            begin(Part::kSettled, alone_ < shared_);
            shared_ = alone_ = std::numeric_limits<double>::infinity();
        }
    }

private:
    enum class Part : std::uint8_t { kWaking, kShared, kAlone, kSettled };

    void begin(Part part, bool alone) {
        part_ = part;
        steps_ = 0;
        team_.rest(alone);
    }

    static constexpr double kLongStep = 5e7;
    static constexpr double kSecondsToWake = 2e-4;
    static constexpr std::uint64_t kSteps = 3, kSoon = 128, kLater = 1024;

    Team& team_;
    bool active_;
    Part part_ = Part::kWaking;
    std::uint64_t steps_ = 0, until_trial_ = 0;   // of this part; of kSettled
    double shared_ = std::numeric_limits<double>::infinity(), alone_ = shared_;
    std::chrono::steady_clock::time_point woken_, start_;
};

}  // namespace glassnet
