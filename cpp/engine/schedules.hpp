// Learning-rate schedules: the rate as a function of the training's progress, or of what the epochs brought.
#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>
#include <stdexcept>
#include <string>

namespace glassnet {

enum class Schedule : std::uint8_t { kConstant, kInverseScaling, kAdaptive, kLinear, kCosine, kCosineLog4 };

inline Schedule schedule_of(const std::string& name) {
    if (name == "constant") return Schedule::kConstant;
    if (name == "invscaling") return Schedule::kInverseScaling;
    if (name == "adaptive") return Schedule::kAdaptive;
    if (name == "linear") return Schedule::kLinear;
    if (name == "cosine") return Schedule::kCosine;
    if (name == "coslog4") return Schedule::kCosineLog4;
    throw std::invalid_argument("unknown learning-rate schedule: " + name);
}

// Schedules that depend on progress (steps done / steps planned, in [0, 1]) alone change the rate at every step.
inline double rate_factor(Schedule schedule, double progress) {
    switch (schedule) {
        case Schedule::kLinear: return 1.0 - progress;
        case Schedule::kCosine: return 0.5 * (1.0 + std::cos(std::numbers::pi * progress));
        case Schedule::kCosineLog4: return 0.5 * (1.0 - std::cos(2.0 * std::numbers::pi * std::log2(1.0 + 15.0 * progress)));
        default: return 1.0;
    }
}

}  // namespace glassnet
