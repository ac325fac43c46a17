// Training: epochs of two-phase steps, validation, stopping, trace.
//
// A step. Phase 1, over blocks of rows: gather, forward, loss, backward down to each layer's delta. Phase 2, over tiles of
// parameters: the gradient over the whole batch, then the optimizer's update while the tile is in cache. There are no
// gradients per thread: one owner sums each gradient in a fixed order. Blocks and tiles depend on shapes and batch only,
// never on the number of threads, and every sum is taken in block order, so one seed gives bit-identical weights
// whatever the team's size.
//
// Rejected: private gradients per thread with a reduction (measured in docs/engine.md): it reads and writes every gradient
// once more per thread, and its sums depend on the number of threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <vector>

#include "network.hpp"
#include "observer.hpp"
#include "rows.hpp"
#include "schedules.hpp"
#include "team.hpp"
#include "trace.hpp"

namespace glassnet {

// Accuracy: with codes, the largest score must be that of the code. With dense targets, every output must be on its target's
// side of the loss's threshold (kAccuracy), or the largest score must be where the largest target is (kAccuracyOfLargest).
// kLoss: minus the loss.
enum class Score : std::uint8_t { kNone, kAccuracy, kAccuracyOfLargest, kR2, kLoss };

template <class T>
struct Data {
    const RowSource<T>* rows = nullptr;
    const T* targets = nullptr;             // [rows, outputs], or
    const std::int64_t* codes = nullptr;    // [rows]
    const double* weights = nullptr;        // [rows], or [rows, outputs] with weights_per_output
    bool weights_per_output = false;
    std::size_t size() const { return rows == nullptr ? 0 : rows->rows(); }
};

struct TrainingOptions {
    Solver solver = Solver::kAdam;
    Schedule schedule = Schedule::kConstant;
    double rate = 0.001, power_t = 0.5, momentum = 0.9, beta_1 = 0.9, beta_2 = 0.999, epsilon = 1e-8, rho = 0.99;
    double alpha = 0.0, l1_ratio = 0.0, weight_decay = 0.0, tol = 1e-4, n_iter_no_change = 10.0;
    bool nesterov = true, shuffle = true, early_stopping = false;
    std::size_t batch_size = 200;
    std::uint64_t max_epochs = 200;         // of the whole training, for schedules
    std::uint64_t epochs = 200;             // to run now
    std::uint64_t seed = 0;

    // The loss gains (l1 * sum |w| + l2 / 2 * sum w^2) / (sum of the batch's weights).
    double l1() const { return alpha * l1_ratio; }
    double l2() const { return alpha * (1.0 - l1_ratio); }

    bool observe = true;                    // off: layers leave no statistics, for benchmarks that ask what these cost
    Score score = Score::kNone;
};

// Everything that a later call needs to go on as if it had not been interrupted; beside it only the parameters.
template <class T>
struct SolverState {
    Buffer<T> first, second;                // laid out as the parameters; empty where the solver has none
    std::uint64_t step = 0, epoch = 0, rows_seen = 0;
    double rate = 0.0;                      // current base rate ("adaptive" and "invscaling" change it)
    double best_loss = std::numeric_limits<double>::infinity();
    double best_score = -std::numeric_limits<double>::infinity();
    std::uint64_t no_improvement = 0;
};

struct Hooks {
    std::function<bool(const EpochTrace&)> epoch_end;     // true: stop
    std::function<bool()> interrupted;                    // asked every few milliseconds; true: stop within this batch
};

// Validation loss and scores, block by block, in constant memory.
template <class T>
class Evaluator {
public:
    Evaluator(const Network<T>& network, Team& team);
    // Mean loss (no penalty) and score, both weighted.
    void evaluate(const Data<T>& data, Score score, double& loss, double& value);

private:
    struct Worker {
        Activations<T> activations;
        Matrix<T> output;
        Targets<T> targets;
    };
    const Network<T>& network_;
    Team& team_;
    std::size_t block_rows_;
    std::vector<Worker> workers_;
};

// Copies rows index[0 .. count) (first + i where index is nullptr) of X to rows `to` .. of the network's input, with the
// vectors of their codes.
template <class T>
void gather_inputs(const Network<T>& network, const RowSource<T>& source, const std::uint32_t* index, std::size_t first,
                   std::size_t count, Activations<T>& activations, std::size_t to) {
    source.gather(index, first, count, activations.outputs[0], to);
    if (network.stage().tables() == 0) return;
    source.gather_codes(index, first, count, activations.codes, to);
    network.stage().forward(network.parameters().data(), activations.codes, {to, count}, activations.outputs[0]);
}
// Makes room for the targets of up to `rows` rows of this data.
template <class T>
Targets<T> make_targets(const Network<T>& network, const Data<T>& data, std::size_t rows);
// The sum of weights of rows index[0 .. count) (first + i where index is nullptr); sets what the rows' weights are divided by.
template <class T>
double weigh(const Data<T>& data, std::size_t outputs, const std::uint32_t* index, std::size_t first, std::size_t count,
             Targets<T>& targets);
// Copies targets and weights of rows index[0 .. count) to rows `to` ..
template <class T>
void gather_targets(const Data<T>& data, std::size_t outputs, const std::uint32_t* index, std::size_t first, std::size_t count,
                    Targets<T>& targets, std::size_t to);

// Who updates which tiles: always the same thread, as far as it can, because weights and the optimizer's state then stay in its
// cache. Member i of the team has tiles[starts[i] .. starts[i + 1]), its dearest first.
struct TileShares {
    std::vector<std::uint32_t> tiles, starts;
};
TileShares share_tiles(const std::vector<Tile>& tiles, std::size_t members);

template <class T>
class Trainer {
public:
    // `network` holds the start weights and, afterwards, the result. `batch` is the largest batch that will come.
    Trainer(Network<T>& network, std::size_t batch, Team& team);

    Trace fit(const Data<T>& train, const Data<T>* validation, const TrainingOptions& options, SolverState<T>& state,
              const Hooks& hooks);
    // Mean loss over all rows plus penalty; its gradient, laid out as the parameters, into `gradient`.
    double loss_and_gradient(const Data<T>& data, double alpha, Buffer<T>& gradient);

private:
    struct Worker {
        std::vector<Matrix<T>> gradients;
        Buffer<T> tile, scratch;
    };

    double first_phase(const Data<T>& data, const std::uint32_t* index, std::size_t first, std::size_t count,
                       const DropoutKey* key, bool sample);
    double outside_loss(const Data<T>& data, const std::uint32_t* index, std::size_t first, std::size_t count);
    // `next` are the rows of the next batch, where they are known.
    void second_phase(std::size_t count, const TrainingOptions& options, SolverState<T>& state, double weight_sum, bool sample,
                      const RowSource<T>& source, std::span<const std::uint32_t> next);
    void measure_penalty(std::size_t tile, const TrainingOptions& options);
    double penalty() const;
    std::size_t first_bad_layer() const;

    Network<T>& network_;
    Team& team_;
    std::size_t batch_;
    std::size_t block_rows_;
    Activations<T> activations_;
    Targets<T> targets_;
    std::vector<Worker> workers_;
    TileShares shares_;
    std::vector<double> block_losses_;
    OutsideBuffers<T> outside_;
    std::vector<double> tile_penalties_;    // of the weights, per tile, after the last update; with a penalty only
    Observer<T> observer_;
};

// Whether steps on so many rows are worth a team: they are not too small, or there is a large table to update.
template <class T>
bool is_worth_sharing(const Network<T>& network, std::size_t batch);

// Rows a block of phase 1, from shapes alone: enough work to be worth handing out, enough blocks to share; where the whole step
// is too small to share, as many as kSmallBlockBytes hold.
std::size_t rows_per_block(std::size_t batch, double cost_per_row, std::size_t bytes_per_row);

extern template class Evaluator<float>;
extern template class Evaluator<double>;
extern template class Trainer<float>;
extern template class Trainer<double>;

}  // namespace glassnet
