// What is seen of the layers while an epoch runs: units that never were active, saturation, moments of the activations,
// norms of gradients, weights and updates. Layers only; embeddings are not counted.
//
// Units are looked at on every row, until all of a layer have been active once. The other statistics cost a pass over the
// activations, and are taken on the steps that the trainer calls samples.
#pragma once

#include <cstddef>
#include <vector>

#include "network.hpp"
#include "trace.hpp"

namespace glassnet {

template <class T>
class Observer {
public:
    // For so many threads, and blocks of rows of a step.
    Observer(const Network<T>& network, std::size_t workers, std::size_t blocks);

    void start_epoch();
    // Nothing is looked for until the next epoch starts.
    void look_away();

    // First phase, by the thread that works on the block: before its first layer, and after each.
    void start_block(std::size_t block);
    void see(std::size_t l, const Activations<T>& a, RowBlock rows, std::size_t worker, std::size_t block, bool sample) {
        if (sample || !all_active_[l]) look(l, a, rows, worker, block, sample);
    }
    // Sampled steps: after the first phase, on `rows` rows in `blocks` blocks.
    void add_blocks(std::size_t blocks, std::size_t rows);

    // Sampled steps: the three sums that the optimizer adds to (see Update::norms), set to 0; after the second phase.
    double* norms(std::size_t tile);
    void add_norms();

    // Now and then: layers whose units have all been active need no look any more.
    void check_activity();
    void finish_epoch(EpochTrace& epoch, DeadUnits& dead_units);

private:
    void look(std::size_t l, const Activations<T>& a, RowBlock rows, std::size_t worker, std::size_t block, bool sample);
    bool was_active(std::size_t l, std::size_t unit) const;

    const Network<T>& network_;
    std::vector<std::vector<Buffer<T>>> activity_;   // per thread and layer: how far each unit has been from inactive
    std::vector<std::vector<double>> blocks_;        // per block and layer: sum, sum of squares, saturated
    std::vector<char> all_active_;                   // per layer: nothing left to look for in this epoch
    std::vector<double> seen_, norm_sums_;           // per layer: the blocks' three sums; those of the tiles' norms
    std::vector<double> tile_norms_;                 // three per tile
    std::vector<std::size_t> seen_count_;
    std::size_t sampled_steps_ = 0;
};

extern template class Observer<float>;
extern template class Observer<double>;

}  // namespace glassnet
