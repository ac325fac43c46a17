// Targets and weights of a batch; validation loss and scores.
#include <algorithm>
#include <cmath>
#include <limits>

#include "trainer.hpp"

namespace glassnet {
namespace {

// Enough rows to read each weight from cache often; few enough for a worker's activations to stay in L2.
constexpr std::size_t kEvaluationRows = 64;

std::size_t row_of(const std::uint32_t* index, std::size_t first, std::size_t i) { return index != nullptr ? index[i] : first + i; }

template <class T, class Source>
void gather_matrix(const Source* data, std::size_t columns, const std::uint32_t* index, std::size_t first, std::size_t count,
                   double factor, Matrix<T>& into, std::size_t to) {
    const auto value = [factor](Source x) { return static_cast<T>(static_cast<double>(x) * factor); };
    for (std::size_t i = 0; i < count; ++i) {
        const Source* from = data + row_of(index, first, i) * columns;
        if (into.narrow) {
            for (std::size_t c = 0; c < columns; ++c) *into.block(c, to + i) = value(from[c]);
            continue;
        }
        for (std::size_t panel = 0; panel < into.panels.count; ++panel) {
            T* row = into.block(panel, to + i);
            const std::size_t part = into.panels.columns_of(panel);
            for (std::size_t c = 0; c < part; ++c) row[c] = value(from[c]);
            from += part;
        }
    }
}

// What one block of validation rows contributes; sums are taken in block order.
struct Part {
    double loss = 0.0, weight = 0.0, right = 0.0;
    std::vector<double> sums;   // r2, per output: weight, weight y, weight y^2, weight (y - prediction)^2
};

// f(column, value) along a row
template <class T, class F>
void each_column(const Matrix<T>& z, std::size_t r, F f) {
    if (z.narrow) {
        const T* from = z.row(r);
        for (std::size_t c = 0; c < z.panels.columns; ++c) f(c, from[c * z.stride]);
        return;
    }
    std::size_t c = 0;
    for (std::size_t panel = 0; panel < z.panels.count; ++panel) {
        const T* from = z.block(panel, r);
        const std::size_t columns = z.panels.columns_of(panel);
        for (std::size_t j = 0; j < columns; ++j, ++c) f(c, from[j]);
    }
}

template <class T>
bool is_right(const Data<T>& data, const Matrix<T>& z, std::size_t row, std::size_t r, std::size_t outputs, Score score, T threshold) {
    const T* target = data.targets == nullptr ? nullptr : data.targets + row * outputs;
    if (target != nullptr && score == Score::kAccuracy) {
        bool right = true;
        each_column(z, r, [&](std::size_t c, T value) { right = right && (value > threshold) == (target[c] > T{0.5}); });
        return right;
    }
    std::size_t best = 0;
    T largest{0};
    each_column(z, r, [&](std::size_t c, T value) {
        if (c > 0 && !(value > largest)) return;
        best = c;
        largest = value;
    });
    if (target == nullptr) return static_cast<std::int64_t>(best) == data.codes[row];
    return best == static_cast<std::size_t>(std::max_element(target, target + outputs) - target);
}

}  // namespace

template <class T>
Targets<T> make_targets(const Network<T>& network, const Data<T>& data, std::size_t rows) {
    Targets<T> targets;
    targets.has_values = data.targets != nullptr;
    if (targets.has_values) targets.values = network.make_output(rows);
    else targets.codes = Buffer<std::int32_t>(rows);
    targets.has_row_weights = data.weights != nullptr && !data.weights_per_output;
    targets.has_element_weights = data.weights != nullptr && data.weights_per_output;
    if (targets.has_row_weights) targets.row_weights = Buffer<T>(rows);
    if (targets.has_element_weights) targets.element_weights = network.make_output(rows);
    return targets;
}

template <class T>
double weigh(const Data<T>& data, std::size_t outputs, const std::uint32_t* index, std::size_t first, std::size_t count,
             Targets<T>& targets) {
    double sum = static_cast<double>(count);
    if (data.weights != nullptr) {
        sum = 0.0;
        const std::size_t columns = data.weights_per_output ? outputs : 1;
        for (std::size_t i = 0; i < count; ++i) {
            const double* from = data.weights + row_of(index, first, i) * columns;
            double row = 0.0;
            for (std::size_t c = 0; c < columns; ++c) row += from[c];
            sum += row / static_cast<double>(columns);
        }
    }
    targets.scale = static_cast<T>(sum > 0.0 ? 1.0 / sum : 0.0);
    targets.factor = sum > 0.0 ? 1.0 / sum : 0.0;
    return sum;
}

template <class T>
void gather_targets(const Data<T>& data, std::size_t outputs, const std::uint32_t* index, std::size_t first, std::size_t count,
                    Targets<T>& targets, std::size_t to) {
    if (targets.has_values) {
        gather_matrix<T>(data.targets, outputs, index, first, count, 1.0, targets.values, to);
    } else {
        for (std::size_t i = 0; i < count; ++i) {
            targets.codes[to + i] = static_cast<std::int32_t>(data.codes[row_of(index, first, i)]);
        }
    }
    if (targets.has_row_weights) {
        for (std::size_t i = 0; i < count; ++i) {
            targets.row_weights[to + i] = static_cast<T>(data.weights[row_of(index, first, i)] * targets.factor);
        }
    }
    if (targets.has_element_weights) {  // `scale` divides these
        gather_matrix<T>(data.weights, outputs, index, first, count, 1.0, targets.element_weights, to);
    }
}

template <class T>
Evaluator<T>::Evaluator(const Network<T>& network, Team& team)
    : network_(network), team_(team), block_rows_(kEvaluationRows), workers_(static_cast<std::size_t>(team.size())) {
    for (Worker& worker : workers_) {
        worker.activations = network.make_activations(block_rows_, false);
        worker.output = network.make_output(block_rows_);
    }
}

template <class T>
void Evaluator<T>::evaluate(const Data<T>& data, Score score, double& loss, double& value) {
    const std::size_t n = data.size();
    const std::size_t outputs = network_.outputs();
    const std::size_t blocks = divide_up(n, block_rows_);
    for (Worker& worker : workers_) {
        if (worker.targets.has_values || worker.targets.codes.size() > 0) continue;
        worker.targets = make_targets(network_, data, block_rows_);
    }
    const T threshold = static_cast<T>(network_.threshold());
    std::vector<Part> parts(blocks);
    std::vector<T> raw;  // all of it, where the loss is computed outside
    const OutsideLoss* outside = network_.outside_loss();
    if (outside != nullptr) raw.resize(n * outputs);
    team_.run(blocks, [&](int id, std::size_t b) {
        Worker& worker = workers_[static_cast<std::size_t>(id)];
        Part& part = parts[b];
        const std::size_t first = b * block_rows_;
        const RowBlock block{0, std::min(block_rows_, n - first)};
        gather_inputs<T>(network_, *data.rows, nullptr, first, block.count, worker.activations, 0);
        network_.forward(worker.activations, block);
        part.weight = weigh<T>(data, outputs, nullptr, first, block.count, worker.targets);
        gather_targets<T>(data, outputs, nullptr, first, block.count, worker.targets, 0);
        const Matrix<T>& z = worker.activations.outputs.back();
        if (outside != nullptr) network_.read_output(z, block, false, worker.output, raw.data() + first * outputs);
        else part.loss = part.weight * network_.loss(worker.activations, worker.targets, block, false);
        const auto weight = [&](std::size_t row) { return data.weights == nullptr || data.weights_per_output ? 1.0 : data.weights[row]; };
        if (score == Score::kAccuracy || score == Score::kAccuracyOfLargest) {
            for (std::size_t r = 0; r < block.count; ++r) {
                part.right += is_right(data, z, first + r, r, outputs, score, threshold) ? weight(first + r) : 0.0;
            }
        } else if (score == Score::kR2 && data.targets != nullptr) {
            part.sums.assign(4 * outputs, 0.0);
            std::vector<T> prediction(block.count * outputs);
            network_.read_output(z, block, true, worker.output, prediction.data());
            for (std::size_t r = 0; r < block.count; ++r) {
                for (std::size_t c = 0; c < outputs; ++c) {
                    const double w = weight(first + r);
                    const double target = static_cast<double>(data.targets[(first + r) * outputs + c]);
                    const double error = target - static_cast<double>(prediction[r * outputs + c]);
                    // Measured from the first target, so that a large mean does not cancel the spread away.
                    const double y = target - static_cast<double>(data.targets[c]);
                    double* sums = &part.sums[4 * c];
                    sums[0] += w;
                    sums[1] += w * y;
                    sums[2] += w * y * y;
                    sums[3] += w * error * error;
                }
            }
        }
    });
    Part all;
    all.sums.assign(4 * outputs, 0.0);
    for (std::size_t b = 0; b < blocks; ++b) {
        if (parts[b].weight > 0.0) all.loss += parts[b].loss;
        all.weight += parts[b].weight;
        all.right += parts[b].right;
        for (std::size_t i = 0; i < parts[b].sums.size(); ++i) all.sums[i] += parts[b].sums[i];
    }
    loss = all.loss / all.weight;
    if (outside != nullptr) {
        OutsideBatch<T> batch;
        batch.rows = n;
        batch.outputs = outputs;
        batch.raw = raw.data();
        batch.targets = data.targets;
        batch.codes = data.targets == nullptr ? data.codes : nullptr;
        batch.weights = data.weights;
        batch.weights_per_output = data.weights_per_output;
        loss = outside->loss(batch);
    }
    value = std::numeric_limits<double>::quiet_NaN();
    if (score == Score::kAccuracy || score == Score::kAccuracyOfLargest) {
        double total = static_cast<double>(n);
        if (data.weights != nullptr && !data.weights_per_output) total = all.weight;
        value = all.right / total;
    } else if (score == Score::kR2) {
        value = 0.0;
        for (std::size_t c = 0; c < outputs; ++c) {
            const double* sums = &all.sums[4 * c];
            const double spread = sums[2] - sums[1] * sums[1] / sums[0];
            // A constant target has no spread to explain: 1 if met, else 0, as in scikit-learn.
            const bool constant = !(spread > 1e-14 * sums[2]);
            value += constant ? (sums[3] == 0.0 ? 1.0 : 0.0) : 1.0 - sums[3] / spread;
        }
        value /= static_cast<double>(outputs);
        if (!std::isfinite(loss)) value = std::numeric_limits<double>::quiet_NaN();
    } else if (score == Score::kLoss) {
        value = -loss;
    }
}

template class Evaluator<float>;
template class Evaluator<double>;
template Targets<float> make_targets(const Network<float>&, const Data<float>&, std::size_t);
template Targets<double> make_targets(const Network<double>&, const Data<double>&, std::size_t);
template double weigh(const Data<float>&, std::size_t, const std::uint32_t*, std::size_t, std::size_t, Targets<float>&);
template double weigh(const Data<double>&, std::size_t, const std::uint32_t*, std::size_t, std::size_t, Targets<double>&);
template void gather_targets(const Data<float>&, std::size_t, const std::uint32_t*, std::size_t, std::size_t, Targets<float>&, std::size_t);
template void gather_targets(const Data<double>&, std::size_t, const std::uint32_t*, std::size_t, std::size_t, Targets<double>&, std::size_t);

}  // namespace glassnet
