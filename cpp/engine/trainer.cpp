#include "trainer.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "denormals.hpp"
#include "pace.hpp"
#include "random.hpp"

namespace glassnet {
namespace {

// A step below this many floating-point operations (some microseconds) is not worth a second thread.
constexpr double kSmallStep = 1.5e6;
// The activations of a block of such a step: so many stay near, whatever the batch.
constexpr std::size_t kSmallBlockBytes = 64 * 1024;
// Statistics that cost a pass over the activations are taken on at most this many steps of an epoch, evenly spread.
constexpr std::size_t kSampledSteps = 8;

}  // namespace

std::size_t rows_per_block(std::size_t batch, double cost_per_row, std::size_t bytes_per_row) {
    const double rows = static_cast<double>(batch);
    if (rows * cost_per_row < kSmallStep) {
        return std::min(batch, std::clamp<std::size_t>(kSmallBlockBytes / bytes_per_row / 8 * 8, 16, kChunkRows));
    }
    // Candidates are weighed by what is lost: handing out a block (as 40,000 operations), cutting tiles, and threads that
    // wait because blocks don't divide evenly among two or four of them.
    double best = 0.0;
    std::size_t chosen = 8;
    for (std::size_t candidate = 8; candidate <= 128; candidate += 2) {
        const double block = static_cast<double>(candidate);
        const double blocks = std::ceil(rows / block);
        const double handing = block * cost_per_row / (block * cost_per_row + 4e4);
        const double cutting = block / (block + (candidate % 8 == 0 ? 0.5 : 1.0));  // register tiles have 8 rows
        double sharing = 0.0;
        for (const double threads : {2.0, 4.0}) sharing += 0.5 * (rows / block) / (threads * std::ceil(blocks / threads));
        const double value = handing * cutting * sharing;
        if (value > best) {
            best = value;
            chosen = candidate;
        }
    }
    return std::min(chosen, batch);
}

template <class T>
bool is_worth_sharing(const Network<T>& network, std::size_t batch) {
    return static_cast<double>(batch) * network.training_cost() >= kSmallStep || network.stage().update_cost() > kSmallStep;
}

TileShares share_tiles(const std::vector<Tile>& tiles, std::size_t members) {
    std::vector<double> layer_costs;
    for (const Tile& tile : tiles) {
        layer_costs.resize(std::max(layer_costs.size(), tile.layer + 1));
        layer_costs[tile.layer] += tile.cost;
    }
    // Of each layer a run of equal cost, so that nobody's inputs and deltas are spread over a whole layer.
    std::vector<std::vector<std::uint32_t>> of_member(members);
    std::vector<double> before(layer_costs.size());
    for (std::size_t t = 0; t < tiles.size(); ++t) {
        const std::size_t layer = tiles[t].layer;
        const double middle = (before[layer] + 0.5 * tiles[t].cost) / layer_costs[layer];
        const auto member = static_cast<std::size_t>(middle * static_cast<double>(members));
        of_member[std::min(member, members - 1)].push_back(static_cast<std::uint32_t>(t));
        before[layer] += tiles[t].cost;
    }
    TileShares shares;
    shares.starts.push_back(0);
    for (const std::vector<std::uint32_t>& own : of_member) {
        shares.tiles.insert(shares.tiles.end(), own.begin(), own.end());
        shares.starts.push_back(static_cast<std::uint32_t>(shares.tiles.size()));
    }
    return shares;
}

template <class T>
Trainer<T>::Trainer(Network<T>& network, std::size_t batch, Team& team)
    : network_(network),
      team_(team),
      batch_(batch),
      block_rows_(rows_per_block(batch, network.training_cost(), network.bytes_per_row())),
      activations_(network.make_activations(batch, true)),
      workers_(static_cast<std::size_t>(team.size())),
      shares_(share_tiles(network.tiles(), workers_.size())),
      block_losses_(divide_up(batch, block_rows_)),
      tile_penalties_(network.tiles().size()),
      observer_(network, workers_.size(), block_losses_.size()) {
    for (Worker& worker : workers_) {
        worker.gradients = network.make_gradients(block_rows_);
        worker.tile = Buffer<T>(network.largest_tile());
        worker.scratch = Buffer<T>(gradient_scratch(network.largest_tile(), batch));
    }
}

template <class T>
double Trainer<T>::first_phase(const Data<T>& data, const std::uint32_t* index, std::size_t first, std::size_t count,
                               const DropoutKey* key, bool sample) {
    const std::size_t blocks = divide_up(count, block_rows_);
    const std::size_t depth = network_.depth();
    T* parameters = network_.parameters().data();
    team_.run(blocks, [&](int id, std::size_t b) {
        const auto worker = static_cast<std::size_t>(id);
        const RowBlock rows{b * block_rows_, std::min(block_rows_, count - b * block_rows_)};
        gather_targets(data, network_.outputs(), index == nullptr ? nullptr : index + rows.first, first + rows.first, rows.count,
                       targets_, rows.first);
        gather_inputs(network_, *data.rows, index == nullptr ? nullptr : index + rows.first, first + rows.first, rows.count,
                      activations_, rows.first);
        if (sample) observer_.start_block(b);
        for (std::size_t l = 0; l < depth; ++l) {
            network_.layer(l).forward(parameters, activations_.outputs[l], activations_.outputs[l + 1],
                                      &activations_.deltas[l + 1], true, rows, key);
            observer_.see(l, activations_, rows, worker, b, sample);
        }
        if (network_.outside_loss() != nullptr) return;
        block_losses_[b] = network_.loss(activations_, targets_, rows, true);
        network_.backward(activations_, rows, workers_[worker].gradients);
    });
    double loss = 0.0;
    if (network_.outside_loss() != nullptr) {
        loss = outside_loss(data, index, first, count);
        team_.run(blocks, [&](int id, std::size_t b) {
            const RowBlock rows{b * block_rows_, std::min(block_rows_, count - b * block_rows_)};
            network_.backward(activations_, rows, workers_[static_cast<std::size_t>(id)].gradients);
        });
    } else {
        for (std::size_t b = 0; b < blocks; ++b) loss += block_losses_[b];
    }
    if (sample) observer_.add_blocks(blocks, count);
    return loss;
}

// Hands the batch over; its gradient becomes the last layer's delta.
template <class T>
double Trainer<T>::outside_loss(const Data<T>& data, const std::uint32_t* index, std::size_t first, std::size_t count) {
    const std::size_t outputs = network_.outputs();
    OutsideBatch<T> batch;
    batch.rows = count;
    batch.outputs = outputs;
    copy_rows(activations_.outputs.back(), count, outputs, outside_.raw);
    batch.raw = outside_.raw.data();
    if (targets_.has_values) {
        copy_rows(targets_.values, count, outputs, outside_.targets);
        batch.targets = outside_.targets.data();
    } else {
        outside_.codes.assign(targets_.codes.data(), targets_.codes.data() + count);
        batch.codes = outside_.codes.data();
    }
    if (data.weights != nullptr) {  // as they were given, not as the engine scales them
        const std::size_t columns = data.weights_per_output ? outputs : 1;
        outside_.weights.resize(count * columns);
        for (std::size_t i = 0; i < count; ++i) {
            const std::size_t row = index != nullptr ? index[i] : first + i;
            std::copy_n(data.weights + row * columns, columns, outside_.weights.data() + i * columns);
        }
        batch.weights = outside_.weights.data();
        batch.weights_per_output = data.weights_per_output;
    }
    outside_.gradient.resize(count * outputs);
    batch.gradient = outside_.gradient.data();
    const double loss = network_.outside_loss()->loss(batch);
    copy_rows(outside_.gradient, count, outputs, activations_.deltas.back());
    return loss;
}

template <class T>
void Trainer<T>::second_phase(std::size_t count, const TrainingOptions& options, SolverState<T>& state, double weight_sum,
                              bool sample, const RowSource<T>& source, std::span<const std::uint32_t> next) {
    const auto total = static_cast<double>(state.step);
    const double rate = state.rate;
    Update<T> common{};
    common.rate = static_cast<T>(rate);
    common.epsilon = static_cast<T>(options.epsilon);
    common.nesterov = options.nesterov;
    const double momentum = options.solver == Solver::kAdam ? options.beta_1 : options.momentum;
    const double decay = options.solver == Solver::kAdam ? options.beta_2 : options.rho;
    common.momentum = static_cast<T>(momentum);
    common.momentum_rest = static_cast<T>(1.0 - momentum);
    common.decay = static_cast<T>(decay);
    common.decay_rest = static_cast<T>(1.0 - decay);
    if (options.solver == Solver::kAdam) {
        common.correction_1 = static_cast<T>(1.0 / (1.0 - std::pow(options.beta_1, total)));
        common.correction_2 = static_cast<T>(1.0 / (1.0 - std::pow(options.beta_2, total)));
    }
    const auto update = network_.element().update[static_cast<int>(options.solver)];
    const std::vector<Tile>& tiles = network_.tiles();
    T* parameters = network_.parameters().data();
    T* first = state.first.data();
    T* second = state.second.data();
    const bool alone = team_.is_alone();
    team_.run(shares_.starts, [&](int id, std::size_t i) {
        Worker& worker = workers_[static_cast<std::size_t>(id)];
        // Products are bound by arithmetic: memory has time to bring the next batch. Tiles and rows are shared out alike.
        for (std::size_t row = next.size() * i / tiles.size(); row < next.size() * (i + 1) / tiles.size(); ++row) source.fetch_row(next[row]);
        const std::size_t t = shares_.tiles[i];
        const Tile& tile = tiles[t];
        if (!alone) {
            // Others have read these in the first phase. Asked for now, they are this core's own when the gradient is done.
            for (const Segment* segment : tile.segments()) claim(parameters + segment->offset, segment->size);
        }
        network_.gradient(tile, activations_, count, worker.tile.data(), worker.scratch.data());
        const T* gradient = worker.tile.data();
        for (const Segment* segment : tile.segments()) {
            if (segment->size == 0) continue;
            Update<T> u = common;
            u.parameter = parameters + segment->offset;
            u.gradient = gradient;
            u.first = first == nullptr ? nullptr : first + segment->offset;
            u.second = second == nullptr ? nullptr : second + segment->offset;
            u.n = segment->size;
            u.rate = static_cast<T>(rate * segment->rate_factor);
            u.l1 = static_cast<T>(options.l1() / weight_sum * segment->decay_factor);
            u.l2 = static_cast<T>(options.l2() / weight_sum * segment->decay_factor);
            u.keep = static_cast<T>(1.0 - rate * options.weight_decay * segment->decay_factor);
            if (sample && segment == &tile.weights) u.norms = observer_.norms(t);
            update(u);
            gradient += segment->size;
        }
        network_.refresh(tile);
        if (options.alpha > 0.0) measure_penalty(t, options);
    });
    if (sample) observer_.add_norms();
}

template <class T>
void Trainer<T>::measure_penalty(std::size_t tile, const TrainingOptions& options) {
    const Segment& weights = network_.tiles()[tile].weights;
    const ProductKernels<T>& kernels = network_.product();
    const T* parameters = network_.parameters().data() + weights.offset;
    const double l1 = options.l1(), l2 = options.l2();
    double penalty = 0.0;
    if (l1 > 0.0) penalty += l1 * static_cast<double>(kernels.sum_of_magnitudes(parameters, weights.size));
    if (l2 > 0.0) penalty += 0.5 * l2 * static_cast<double>(kernels.sum_of_squares(parameters, weights.size));
    tile_penalties_[tile] = weights.decay_factor * penalty;
}

template <class T>
double Trainer<T>::penalty() const {
    double sum = 0.0;
    for (const double of_tile : tile_penalties_) sum += of_tile;
    return sum;
}

template <class T>
std::size_t Trainer<T>::first_bad_layer() const {
    const T* parameters = network_.parameters().data();
    std::size_t bad = network_.depth();
    for (const Tile& tile : network_.tiles()) {
        for (const Segment* segment : tile.segments()) {
            if (segment->size > 0 && !network_.element().all_finite(parameters + segment->offset, segment->size)) {
                bad = std::min(bad, tile.layer < network_.depth() ? tile.layer : 0);  // embeddings are the first layer's inputs
            }
        }
    }
    if (bad < network_.depth()) return bad;
    // Finite weights, but a loss that is not: the first layer whose output overflowed.
    for (std::size_t l = 1; l < activations_.outputs.size(); ++l) {
        const Matrix<T>& out = activations_.outputs[l];
        if (!network_.element().all_finite(out.buffer.data(), out.buffer.size())) return l - 1;
    }
    return network_.depth() - 1;
}

template <class T>
Trace Trainer<T>::fit(const Data<T>& train, const Data<T>* validation, const TrainingOptions& options, SolverState<T>& state,
                      const Hooks& hooks) {
    const FlushDenormals flush;
    using Clock = std::chrono::steady_clock;
    Trace trace;
    const std::size_t n = train.size();
    const std::size_t batch = std::min(options.batch_size, n);
    const std::size_t steps = divide_up(n, batch);
    const bool keeps_best = options.early_stopping && validation != nullptr;
    bool has_dropout = false;
    for (const LayerDescription& layer : network_.description().layers) has_dropout = has_dropout || layer.dropout > 0.0;

    const std::size_t parameter_count = network_.parameters().size();
    const bool wants_first = options.solver == Solver::kAdam || (options.solver == Solver::kSgd && options.momentum > 0.0);
    const bool wants_second = options.solver != Solver::kSgd;
    if (wants_first && state.first.size() == 0) state.first = Buffer<T>(parameter_count);
    if (wants_second && state.second.size() == 0) state.second = Buffer<T>(parameter_count);
    if (state.rate == 0.0) state.rate = options.rate;
    double base_rate = state.rate;
    const bool by_progress = options.schedule == Schedule::kLinear || options.schedule == Schedule::kCosine ||
                             options.schedule == Schedule::kCosineLog4;
    const double planned = static_cast<double>(options.max_epochs) * static_cast<double>(steps);

    targets_ = make_targets(network_, train, batch_);
    network_.refresh();
    if (options.alpha > 0.0) {
        for (std::size_t t = 0; t < network_.tiles().size(); ++t) measure_penalty(t, options);
    }
    Buffer<T> best(keeps_best ? parameter_count : 0);
    if (keeps_best) best.copy_from(network_.parameters());
    trace.best_epoch = keeps_best ? state.epoch : 0;
    std::unique_ptr<Evaluator<T>> evaluator;
    if (validation != nullptr) evaluator = std::make_unique<Evaluator<T>>(network_, team_);

    RowOrder order;
    const bool shuffled = options.shuffle && steps > 1;  // a batch of all rows is the same in any order
    const std::size_t sample_every = divide_up(steps, kSampledSteps);
    // Asking for the time costs 25 ns: with tiny steps not every step asks.
    const std::size_t ask_every = network_.step_cost(batch) < kSmallStep ? 32 : 1;
    std::size_t until_ask = ask_every;
    Pace pace(team_, network_.step_cost(batch));
    auto last_ask = Clock::now();

    trace.epochs.reserve(std::min<std::uint64_t>(options.epochs, 4096));
    for (std::uint64_t done = 0; done < options.epochs; ++done) {
        const auto started = Clock::now();
        if (shuffled) order.start(options.seed, state.epoch, static_cast<std::uint32_t>(n));
        observer_.start_epoch();
        if (!options.observe) observer_.look_away();
        EpochTrace epoch;
        double loss_sum = 0.0, weight_total = 0.0;
        bool diverged = false, interrupted = false;
        for (std::size_t s = 0; s < steps && !diverged && !interrupted; ++s) {
            const std::size_t first = s * batch;
            const std::size_t count = std::min(batch, n - first);
            const std::size_t ahead = std::min(batch, n - first - count);
            const std::uint32_t* index = shuffled ? order.next(count, ahead) : nullptr;
            const bool sample = options.observe && s % sample_every == 0;
            const double weight_sum = weigh(train, network_.outputs(), index, first, count, targets_);
            if (weight_sum > 0.0) {  // a batch of rows that all weigh nothing says nothing
                pace.before_step();
                const DropoutKey key{options.seed, state.step};
                const double penalized = options.alpha > 0.0 ? penalty() / weight_sum : 0.0;
                double loss = penalized;
                try {
                    loss += first_phase(train, index, first, count, has_dropout ? &key : nullptr, sample);
                } catch (const OutsideInterrupt&) {
                    interrupted = true;
                }
                diverged = !interrupted && !std::isfinite(loss);
                if (!diverged && !interrupted) {
                    loss_sum += loss * weight_sum;
                    weight_total += weight_sum;
                    if (by_progress) state.rate = base_rate * rate_factor(options.schedule, std::min(1.0, static_cast<double>(state.step) / planned));
                    ++state.step;
                    std::span<const std::uint32_t> next;
                    if (index != nullptr) next = {index + count, ahead};
                    second_phase(count, options, state, weight_sum, sample, *train.rows, next);
                    if (s % 8 == 0) observer_.check_activity();
                }
                pace.after_step();
            }
            if (--until_ask == 0) {
                until_ask = ask_every;
                if (hooks.interrupted && seconds_since(last_ask) > 0.01) {
                    interrupted = hooks.interrupted();
                    last_ask = Clock::now();
                }
            }
        }
        epoch.rate = state.rate;
        if (by_progress) state.rate = base_rate;
        if (diverged) {
            trace.stop = Stop::kDiverged;
            trace.diverged_epoch = state.epoch + 1;
            trace.diverged_layer = first_bad_layer();
            break;
        }
        if (interrupted) {  // the epoch is not complete: it leaves weights, but no record
            trace.stop = Stop::kInterrupted;
            break;
        }
        ++state.epoch;
        state.rows_seen += n;
        observer_.finish_epoch(epoch, trace.dead_units);
        epoch.epoch = state.epoch;
        epoch.loss = weight_total > 0.0 ? loss_sum / weight_total : 0.0;
        epoch.validation_loss = epoch.validation_score = std::numeric_limits<double>::quiet_NaN();
        if (validation != nullptr) {
            try {
                evaluator->evaluate(*validation, options.score, epoch.validation_loss, epoch.validation_score);
            } catch (const OutsideInterrupt&) {
                trace.stop = Stop::kInterrupted;
                break;
            }
        }

        // When to stop, and what a schedule makes of it: scikit-learn's rules.
        if (keeps_best) {
            const double score = epoch.validation_score;
            state.no_improvement = score >= state.best_score + options.tol ? 0 : state.no_improvement + 1;
            if (score > state.best_score) {
                state.best_score = score;
                best.copy_from(network_.parameters());
                trace.best_epoch = state.epoch;
            }
        } else {
            state.no_improvement = epoch.loss > state.best_loss - options.tol ? state.no_improvement + 1 : 0;
            trace.best_epoch = state.epoch;
        }
        state.best_loss = std::min(state.best_loss, epoch.loss);
        if (options.schedule == Schedule::kInverseScaling) {
            state.rate = base_rate = options.rate / std::pow(static_cast<double>(state.rows_seen) + 1.0, options.power_t);
        }
        bool stop = false;
        if (static_cast<double>(state.no_improvement) > options.n_iter_no_change) {
            if (options.schedule == Schedule::kAdaptive && state.rate > 1e-6) {
                state.rate = base_rate = state.rate / 5.0;
                state.no_improvement = 0;
            } else {
                trace.stop = keeps_best ? Stop::kEarlyStopping : Stop::kConverged;
                stop = true;
            }
        }
        epoch.seconds = seconds_since(started);
        trace.epochs.push_back(std::move(epoch));
        if (hooks.epoch_end && hooks.epoch_end(trace.epochs.back()) && !stop) {
            trace.stop = Stop::kListener;
            stop = true;
        }
        if (stop) break;
    }
    if (keeps_best) {
        network_.parameters().copy_from(best);
        network_.refresh();
    }
    return trace;
}

template <class T>
double Trainer<T>::loss_and_gradient(const Data<T>& data, double alpha, Buffer<T>& gradient) {
    const FlushDenormals flush;
    const std::size_t n = data.size();
    const std::vector<Tile>& tiles = network_.tiles();
    T* parameters = network_.parameters().data();
    targets_ = make_targets(network_, data, batch_);
    network_.refresh();
    std::fill_n(gradient.data(), gradient.size(), T{0});
    // Each part of the rows is a mean over its own weights: their weighted mean is the mean over all.
    double weight_total = 0.0, loss = 0.0;
    observer_.look_away();
    for (std::size_t first = 0; first < n; first += batch_) {
        const std::size_t count = std::min(batch_, n - first);
        const double weight_sum = weigh<T>(data, network_.outputs(), nullptr, first, count, targets_);
        if (weight_sum <= 0.0) continue;
        loss += weight_sum * first_phase(data, nullptr, first, count, nullptr, false);
        weight_total += weight_sum;
        team_.run(tiles.size(), [&](int id, std::size_t t) {
            Worker& worker = workers_[static_cast<std::size_t>(id)];
            const Tile& tile = tiles[t];
            network_.gradient(tile, activations_, count, worker.tile.data(), worker.scratch.data());
            const T* from = worker.tile.data();
            for (const Segment* segment : tile.segments()) {
                T* into = gradient.data() + segment->offset;
                for (std::size_t i = 0; i < segment->size; ++i) into[i] += static_cast<T>(weight_sum) * from[i];
                from += segment->size;
            }
        });
    }
    if (weight_total <= 0.0) return 0.0;
    double squares = 0.0;
    for (const Tile& tile : tiles) {
        for (const Segment* segment : tile.segments()) {
            const double l2 = alpha * segment->decay_factor;
            T* g = gradient.data() + segment->offset;
            const T* p = parameters + segment->offset;
            for (std::size_t i = 0; i < segment->size; ++i) {
                g[i] = static_cast<T>((static_cast<double>(g[i]) + l2 * static_cast<double>(p[i])) / weight_total);
                squares += segment->decay_factor * static_cast<double>(p[i]) * static_cast<double>(p[i]);
            }
        }
    }
    return (loss + 0.5 * alpha * squares) / weight_total;
}

template bool is_worth_sharing(const Network<float>&, std::size_t);
template bool is_worth_sharing(const Network<double>&, std::size_t);
template class Trainer<float>;
template class Trainer<double>;

}  // namespace glassnet
