// What a training tells: one record an epoch, and how it ended.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace glassnet {

struct LayerTrace {
    double dead = 0.0, saturated = 0.0, mean = 0.0, deviation = 0.0;
    double gradient_norm = 0.0, weight_norm = 0.0, update_norm = 0.0;
};

struct EpochTrace {
    std::uint64_t epoch = 0;                // counted from 1 over the whole training
    double loss = 0.0, validation_loss = 0.0, validation_score = 0.0, rate = 0.0, seconds = 0.0;
    std::vector<LayerTrace> layers;
};

enum class Stop : std::uint8_t { kMaxIter, kConverged, kEarlyStopping, kListener, kInterrupted, kDiverged };

using DeadUnits = std::vector<std::vector<std::uint32_t>>;   // per layer

struct Trace {
    std::vector<EpochTrace> epochs;
    Stop stop = Stop::kMaxIter;
    std::uint64_t best_epoch = 0;           // whose weights came back; 0: those from before the first epoch
    std::size_t diverged_layer = 0;
    std::uint64_t diverged_epoch = 0;
    DeadUnits dead_units;                   // in the last epoch
};

}  // namespace glassnet
