// A loss that is computed outside of the engine, a batch at a time: half the squared error, which the engine has too. Both give
// the same weights but for rounding, however many threads there are; what the loss throws comes out, and an interrupt ends the
// training in order.
#include <cmath>
#include <memory>
#include <random>
#include <stdexcept>
#include <vector>

#include "check.hpp"
#include "trainer.hpp"

namespace {

using namespace glassnet;

constexpr std::size_t kInputs = 5, kRows = 300;

class Squared final : public OutsideLoss {
public:
    enum class End { kNever, kError, kInterrupt };
    explicit Squared(End end = End::kNever) : end_(end) {}
    double loss(const OutsideBatch<float>& batch) const override { return of(batch); }
    double loss(const OutsideBatch<double>& batch) const override { return of(batch); }
    int calls() const { return calls_; }

private:
    template <class T>
    double of(const OutsideBatch<T>& batch) const {
        if (++calls_ == 7 && end_ == End::kError) throw std::domain_error("the seventh");
        if (calls_ == 7 && end_ == End::kInterrupt) throw OutsideInterrupt();
        double total = 0.0, sum = 0.0;
        for (std::size_t r = 0; r < batch.rows; ++r) total += batch.weights == nullptr ? 1.0 : batch.weights[r];
        for (std::size_t r = 0; r < batch.rows; ++r) {
            const double weight = batch.weights == nullptr ? 1.0 : batch.weights[r];
            for (std::size_t c = 0; c < batch.outputs; ++c) {
                const std::size_t i = r * batch.outputs + c;
                const double error = static_cast<double>(batch.raw[i]) - static_cast<double>(batch.targets[i]);
                sum += 0.5 * weight * error * error / total;
                if (batch.gradient != nullptr) batch.gradient[i] = static_cast<T>(weight * error / total);
            }
        }
        return sum;
    }

    End end_;
    mutable int calls_ = 0;
};

struct Result {
    std::vector<double> weights, losses;
    Stop stop;
};

template <class T>
Result fit(std::size_t outputs, const std::shared_ptr<Squared>& outside, bool weighted, int threads, std::size_t hidden = 12) {
    std::mt19937 generator(1);
    std::normal_distribution<double> normal;
    std::vector<double> x(kRows * kInputs), weights(kRows);
    for (double& v : x) v = normal(generator);
    for (double& w : weights) w = 0.5 + std::abs(normal(generator));
    std::vector<T> y(kRows * outputs);
    for (T& v : y) v = static_cast<T>(normal(generator));
    const DenseRows<T, double> rows(x.data(), kRows, kInputs);
    Data<T> data;
    data.rows = &rows;
    data.targets = y.data();
    if (weighted) data.weights = weights.data();

    NetworkDescription description;
    description.inputs = kInputs;
    description.layers.push_back({hidden, {"tanh", {}, {}, nullptr}, 0.0});
    description.layers.push_back({outputs, {"identity", {}, {}, nullptr}, 0.0});
    description.loss = outside ? "identity" : "squared_error";
    description.outside_loss = outside;
    Network<T> network(description, kernels());
    for (std::size_t l = 0; l < network.depth(); ++l) {
        std::vector<T> w(network.layer(l).inputs() * network.layer(l).columns()), b(network.layer(l).columns());
        for (T& v : w) v = static_cast<T>(0.3 * normal(generator));
        network.layer(l).write(network.parameters().data(), w.data(), b.data());
    }
    network.refresh();
    Team team(threads);
    TrainingOptions options;
    options.batch_size = 64;  // the last batch has 44 rows
    options.epochs = options.max_epochs = 3;
    options.early_stopping = true;
    options.score = Score::kLoss;
    options.alpha = 0.01;
    SolverState<T> state;
    Trainer<T> trainer(network, options.batch_size, team);
    const Trace trace = trainer.fit(data, &data, options, state, {});
    Result result{{}, {}, trace.stop};
    for (const EpochTrace& epoch : trace.epochs) {
        result.losses.push_back(epoch.loss);
        result.losses.push_back(epoch.validation_loss);
    }
    Buffer<T> gradient(network.parameters().size());
    if (trace.stop == Stop::kMaxIter) result.losses.push_back(trainer.loss_and_gradient(data, 0.1, gradient));
    for (std::size_t l = 0; l < network.depth(); ++l) {
        std::vector<T> w(network.layer(l).inputs() * network.layer(l).columns()), b(network.layer(l).columns());
        network.layer(l).read(network.parameters().data(), w.data(), b.data());
        result.weights.insert(result.weights.end(), w.begin(), w.end());
        network.layer(l).read(gradient.data(), w.data(), b.data());
        result.weights.insert(result.weights.end(), w.begin(), w.end());
    }
    return result;
}

void near(const std::vector<double>& a, const std::vector<double>& b, double tolerance) {
    CHECK(a.size() == b.size());
    for (std::size_t i = 0; i < a.size(); ++i) CHECK(std::abs(a[i] - b[i]) <= tolerance * (1.0 + std::abs(b[i])));
}

template <class T>
void as_the_engine(double tolerance) {
    for (const std::size_t outputs : {std::size_t{1}, std::size_t{3}, std::size_t{20}}) {
        for (const bool weighted : {false, true}) {
            const Result mine = fit<T>(outputs, std::make_shared<Squared>(), weighted, 1);
            const Result engine = fit<T>(outputs, nullptr, weighted, 1);
            near(mine.weights, engine.weights, tolerance);
            near(mine.losses, engine.losses, tolerance);
            CHECK(mine.stop == Stop::kMaxIter);
        }
    }
    // Enough units for a step to be worth sharing.
    const Result alone = fit<T>(20, std::make_shared<Squared>(), true, 1, 700), shared = fit<T>(20, std::make_shared<Squared>(), true, 3, 700);
    CHECK(alone.weights == shared.weights && alone.losses == shared.losses);
}

void ends() {
    const auto broken = std::make_shared<Squared>(Squared::End::kError);
    bool thrown = false;
    try {
        fit<double>(2, broken, false, 3, 700);
    } catch (const std::domain_error&) {
        thrown = true;
    }
    CHECK(thrown && broken->calls() == 7);
    const auto interrupted = std::make_shared<Squared>(Squared::End::kInterrupt);
    const Result result = fit<double>(2, interrupted, false, 3, 700);
    CHECK(result.stop == Stop::kInterrupted && interrupted->calls() == 7);
    for (const double w : result.weights) CHECK(std::isfinite(w));
}

}  // namespace

int main() {
    as_the_engine<double>(1e-11);
    as_the_engine<float>(2e-4);
    ends();
    std::printf("losses from outside: as the engine's\n");
    return 0;
}
