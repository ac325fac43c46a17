#include "observer.hpp"

#include <algorithm>
#include <cmath>

namespace glassnet {
namespace {

// How much of what `count_below` counts in the last panel is padding.
template <class T>
std::size_t count_padding(const T* slope, std::size_t rows, const Panels& panels, T level) {
    const auto width = static_cast<std::size_t>(panels.width);
    std::size_t count = 0;
    for (std::size_t r = 0; r < rows; ++r, slope += width) {
        for (std::size_t c = panels.columns_of(panels.count - 1); c < width; ++c) count += std::abs(slope[c]) < level;
    }
    return count;
}

}  // namespace

template <class T>
Observer<T>::Observer(const Network<T>& network, std::size_t workers, std::size_t blocks)
    : network_(network),
      activity_(workers),
      blocks_(blocks, std::vector<double>(3 * network.depth())),
      all_active_(network.depth()),
      seen_(3 * network.depth()),
      norm_sums_(3 * (network.depth() + 1)),  // the last are those of the input stage, which nobody reads
      tile_norms_(3 * network.tiles().size()),
      seen_count_(network.depth()) {
    for (std::vector<Buffer<T>>& activity : activity_) {
        for (std::size_t l = 0; l < network.depth(); ++l) {
            const Panels panels = panels_for<T>(network.layer(l).outputs(), network.product());
            activity.emplace_back(panels.padded());
        }
    }
}

template <class T>
void Observer<T>::start_epoch() {
    std::fill(seen_.begin(), seen_.end(), 0.0);
    std::fill(norm_sums_.begin(), norm_sums_.end(), 0.0);
    std::fill(seen_count_.begin(), seen_count_.end(), std::size_t{0});
    sampled_steps_ = 0;
    for (std::size_t l = 0; l < network_.depth(); ++l) {
        // A slope of 1 everywhere has nothing that could die.
        all_active_[l] = !network_.layer(l).may_be_inactive();
        for (std::vector<Buffer<T>>& activity : activity_) std::fill_n(activity[l].data(), activity[l].size(), T{0});
    }
}

template <class T>
void Observer<T>::look_away() {
    std::fill(all_active_.begin(), all_active_.end(), char{1});
}

template <class T>
void Observer<T>::start_block(std::size_t block) {
    std::fill(blocks_[block].begin(), blocks_[block].end(), 0.0);
}

template <class T>
void Observer<T>::look(std::size_t l, const Activations<T>& a, RowBlock rows, std::size_t worker, std::size_t block, bool sample) {
    const Matrix<T>& out = a.outputs[l + 1];
    const Matrix<T>& delta = a.deltas[l + 1];
    const ElementKernels<T>& kernels = network_.element();
    const bool hidden = l + 1 < network_.depth();
    const bool by_slope = network_.layer(l).stores_slope();
    const double saturation = network_.layer(l).saturation();
    const bool any_left = hidden && !all_active_[l];
    double* seen = &blocks_[block][3 * l];
    const std::size_t size = out.part_size(rows.count);
    if (sample) kernels.moments(out.row(rows.first), size, out.parts(), out.stride, &seen[0], &seen[1]);
    for (std::size_t part = 0; part < out.parts(); ++part) {
        if (any_left) {
            T* flags = activity_[worker][l].data() + part * static_cast<std::size_t>(out.panels.width);
            kernels.activity((by_slope ? delta : out).block(part, rows.first), rows.count, out.panels.width, flags);
        }
        if (sample) {
            if (saturation > 0.0 && hidden) {
                const auto level = static_cast<T>(saturation);
                std::size_t count = kernels.count_below(delta.block(part, rows.first), size, level);
                if (part + 1 == out.parts()) count -= count_padding(delta.block(part, rows.first), rows.count, out.panels, level);
                seen[2] += static_cast<double>(count);
            }
        }
    }
}

template <class T>
void Observer<T>::add_blocks(std::size_t blocks, std::size_t rows) {
    for (std::size_t b = 0; b < blocks; ++b) {
        for (std::size_t i = 0; i < seen_.size(); ++i) seen_[i] += blocks_[b][i];
    }
    for (std::size_t l = 0; l < network_.depth(); ++l) seen_count_[l] += rows * network_.layer(l).outputs();
    ++sampled_steps_;
}

template <class T>
double* Observer<T>::norms(std::size_t tile) {
    double* norms = &tile_norms_[3 * tile];
    norms[0] = norms[1] = norms[2] = 0.0;
    return norms;
}

template <class T>
void Observer<T>::add_norms() {
    const std::vector<Tile>& tiles = network_.tiles();
    for (std::size_t l = 0; l < network_.depth(); ++l) norm_sums_[3 * l + 1] = 0.0;  // weights: the latest; the others add up
    for (std::size_t t = 0; t < tiles.size(); ++t) {
        for (std::size_t i = 0; i < 3; ++i) norm_sums_[3 * tiles[t].layer + i] += tile_norms_[3 * t + i];
    }
}

template <class T>
bool Observer<T>::was_active(std::size_t l, std::size_t unit) const {
    return std::any_of(activity_.begin(), activity_.end(), [&](const auto& activity) { return activity[l][unit] > T{0}; });
}

template <class T>
void Observer<T>::check_activity() {
    for (std::size_t l = 0; l + 1 < network_.depth(); ++l) {
        if (all_active_[l]) continue;
        bool all = true;
        for (std::size_t u = 0; u < network_.layer(l).outputs() && all; ++u) all = was_active(l, u);
        all_active_[l] = all;
    }
}

template <class T>
void Observer<T>::finish_epoch(EpochTrace& epoch, DeadUnits& dead_units) {
    check_activity();
    const std::size_t depth = network_.depth();
    epoch.layers.resize(depth);
    dead_units.assign(depth, {});
    for (std::size_t l = 0; l < depth; ++l) {
        LayerTrace& layer = epoch.layers[l];
        const double n = static_cast<double>(std::max<std::size_t>(seen_count_[l], 1));
        layer.mean = seen_[3 * l] / n;
        layer.deviation = std::sqrt(std::max(0.0, seen_[3 * l + 1] / n - layer.mean * layer.mean));
        layer.saturated = seen_[3 * l + 2] / n;
        const double steps = static_cast<double>(std::max<std::size_t>(sampled_steps_, 1));
        layer.gradient_norm = std::sqrt(norm_sums_[3 * l] / steps);
        layer.weight_norm = std::sqrt(norm_sums_[3 * l + 1]);
        layer.update_norm = std::sqrt(norm_sums_[3 * l + 2] / steps);
        if (l + 1 < depth && !all_active_[l]) {
            const std::size_t units = network_.layer(l).outputs();
            for (std::size_t u = 0; u < units; ++u) {
                if (!was_active(l, u)) dead_units[l].push_back(static_cast<std::uint32_t>(u));
            }
            layer.dead = static_cast<double>(dead_units[l].size()) / static_cast<double>(units);
        }
    }
}

template class Observer<float>;
template class Observer<double>;

}  // namespace glassnet
