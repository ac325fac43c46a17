// Trainings of many shapes on every usable instruction set, for the sanitizers: every buffer at its smallest, several
// threads, dense and sparse rows, embeddings, weights, validation, dropout, learned parameters of activations, Maxout, all
// solvers; and that they learn and repeat.
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <random>
#include <vector>

#include "check.hpp"
#include "predictor.hpp"
#include "trainer.hpp"

namespace {

using namespace glassnet;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

struct Shape {
    std::size_t inputs;
    std::vector<std::size_t> hidden;
    std::size_t outputs;
    std::size_t rows;
    std::size_t batch;
    std::vector<EmbeddingDescription> embeddings = {};
};

ActivationDescription named(const char* name) { return {name, {1.0}, {}, nullptr}; }

NetworkDescription describe(const Shape& shape, const ActivationDescription& activation, const char* loss, double dropout) {
    NetworkDescription description;
    description.inputs = shape.inputs;
    description.embeddings = shape.embeddings;
    for (const std::size_t units : shape.hidden) description.layers.push_back({units, activation, dropout});
    description.layers.push_back({shape.outputs, {"identity", {}, {}, nullptr}, 0.0});
    description.loss = loss;
    description.loss_parameters = {{1.0}};
    return description;
}

template <class T>
void set_weights(Network<T>& network) {
    std::mt19937 generator(3);
    for (std::size_t l = 0; l < network.depth(); ++l) {
        const std::size_t in = network.layer(l).inputs(), out = network.layer(l).columns();
        std::normal_distribution<double> normal(0.0, 1.0 / std::sqrt(static_cast<double>(in)));
        std::vector<T> weights(in * out), biases(out);
        for (T& w : weights) w = static_cast<T>(normal(generator));
        network.layer(l).write(network.parameters().data(), weights.data(), biases.data());
        std::vector<T> back(in * out), back_biases(out, T{9});
        network.layer(l).read(network.parameters().data(), back.data(), back_biases.data());
        CHECK(back == weights && back_biases == biases);
        for (std::size_t k = 0; k < network.layer(l).learned(); ++k) {
            std::vector<T> values(network.layer(l).outputs()), back_values(values.size());
            for (T& value : values) value = static_cast<T>(0.5 + 0.1 * normal(generator));
            network.layer(l).write_learned(k, network.parameters().data(), values.data());
            network.layer(l).read_learned(k, network.parameters().data(), back_values.data());
            CHECK(back_values == values);
        }
    }
    const InputStage<T>& stage = network.stage();
    for (std::size_t t = 0; t < stage.tables(); ++t) {
        std::normal_distribution<double> normal;
        std::vector<T> table(stage.table(t).categories * stage.table(t).dimension), back(table.size());
        for (T& x : table) x = static_cast<T>(normal(generator));
        stage.write(t, network.parameters().data(), table.data());
        stage.read(t, network.parameters().data(), back.data());
        CHECK(back == table);
    }
    network.refresh();
}

template <class T>
Buffer<T> fit(const Shape& shape, const ActivationDescription& activation, const char* loss, double dropout, Solver solver, int threads) {
    std::mt19937 generator(1);
    std::normal_distribution<double> normal;
    std::vector<double> x(shape.rows * shape.inputs);
    for (double& v : x) v = normal(generator);
    std::vector<T> y(shape.rows * shape.outputs);
    std::vector<std::int64_t> codes(shape.rows);
    std::vector<double> weights(shape.rows);
    for (std::size_t r = 0; r < shape.rows; ++r) {
        codes[r] = static_cast<std::int64_t>(generator() % shape.outputs) - (r % 11 == 10 ? 1 : 0);
        weights[r] = 0.5 + static_cast<double>(r % 3);
        for (std::size_t c = 0; c < shape.outputs; ++c) y[r * shape.outputs + c] = static_cast<T>(generator() % 2);
    }
    std::vector<std::int32_t> categories;
    for (std::size_t r = 0; r < shape.rows; ++r) {
        for (const EmbeddingDescription& e : shape.embeddings) {
            // The first and the last row of each table are used.
            categories.push_back(static_cast<std::int32_t>(r < 2 ? r * (e.categories - 1) : generator() % e.categories));
        }
    }
    const CodedRows<T> rows(std::make_unique<DenseRows<T, double>>(x.data(), shape.rows, shape.inputs), categories.data(),
                            shape.embeddings.size());
    Data<T> data;
    data.rows = &rows;
    const LossTable<double>& table = *kernels().element64.losses;
    for (int i = 0; i < table.count; ++i) {
        if (std::strcmp(loss, table.entries[i].name) == 0 && table.entries[i].over_classes) data.codes = codes.data();
    }
    if (data.codes == nullptr) data.targets = y.data();
    data.weights = weights.data();

    Team team(threads);
    Network<T> network(describe(shape, activation, loss, dropout), kernels());
    set_weights(network);
    Trainer<T> trainer(network, std::min(shape.batch, shape.rows), team);
    TrainingOptions options;
    options.solver = solver;
    options.batch_size = shape.batch;
    options.epochs = options.max_epochs = 4;
    options.alpha = 0.01;
    options.weight_decay = 0.001;
    options.early_stopping = true;
    options.n_iter_no_change = 100.0;
    options.score = shape.embeddings.size() > 1 ? Score::kLoss : data.codes != nullptr ? Score::kAccuracy : Score::kR2;
    options.schedule = Schedule::kCosine;
    options.rate = 0.01;
    SolverState<T> state;
    const Trace trace = trainer.fit(data, &data, options, state, {});
    CHECK(trace.epochs.size() == 4);
    for (const EpochTrace& epoch : trace.epochs) {
        CHECK(std::isfinite(epoch.loss) && std::isfinite(epoch.validation_loss) && std::isfinite(epoch.validation_score));
    }
    Buffer<T> gradient(network.parameters().size());
    CHECK(std::isfinite(trainer.loss_and_gradient(data, 0.1, gradient)));
    std::vector<T> out(shape.rows * shape.outputs);
    Predictor<T>(network, threads).predict(rows, Outcome::kOutputs, out.data());
    for (const T p : out) CHECK(std::isfinite(p));
    Buffer<T> result(network.parameters().size());
    result.copy_from(network.parameters());
    return result;
}

template <class T>
void all(const ActivationDescription& activation, double dropout) {
    const std::vector<Shape> shapes = {
        {1, {}, 1, 1, 1}, {1, {1}, 2, 3, 2}, {3, {}, 9, 20, 7}, {5, {7}, 1, 33, 8}, {17, {33, 5}, 3, 50, 16},
        {20, {64, 64}, 1, 210, 200}, {49, {100}, 11, 130, 64}, {30, {16}, 2, 1100, 1100},
        {0, {}, 1, 1, 1, {{1, 1}}}, {0, {}, 9, 20, 7, {{3, 50}}}, {2, {7}, 3, 33, 8, {{5, 8}, {1, 1}, {4, 3}}},
        {40, {33}, 1, 600, 550, {{7, 40}, {3000, 8}}}, {60, {64}, 3, 300, 128, {{9, 8}, {2, 17}}},
    };
    std::vector<const char*> losses;
    const LossTable<double>& table = *kernels().element64.losses;
    for (int i = 0; i < table.count; ++i) {
        // What takes log-probabilities has no smallest value for raw scores.
        const LossKernel<double>& kernel = table.entries[i];
        if (!kernel.over_classes || std::strcmp(kernel.link, "softmax") == 0) losses.push_back(kernel.name);
    }
    // Under sanitizers all pairs would take a quarter of an hour: each shape meets every fifth loss, other ones each time.
    // There are five passes a type over each instruction set, so that no pair is left out.
    static std::size_t pass = 0, turn = 0;
    ++pass;
    for (std::size_t s = 0; s < shapes.size(); ++s) {
        const Shape& shape = shapes[s];
        for (std::size_t l = (pass + s) % 5; l < losses.size(); l += 5) {
            const Solver solver = static_cast<Solver>(turn++ % 4);
            const Buffer<T> alone = fit<T>(shape, activation, losses[l], dropout, solver, 1);
            const Buffer<T> shared = fit<T>(shape, activation, losses[l], dropout, solver, 3);
            CHECK(std::memcmp(alone.data(), shared.data(), alone.size() * sizeof(T)) == 0);
        }
    }
}

void sparse_rows() {
    const std::vector<double> dense = {1, 0, 0, 2, 0, 0, 0, 0, 0, 0, 3, 0};
    const std::vector<float> values = {1, 2, 1, 2};
    const std::vector<std::int64_t> indices = {0, 3, 2, 2}, starts = {0, 2, 2, 4};  // a column that is named twice adds up
    const DenseRows<float, double> a(dense.data(), 3, 4);
    const SparseRows<float, float> b(values.data(), indices.data(), starts.data(), 3, 4);
    const Panels panels = panels_for<float>(4, *kernels().product32);
    Matrix<float> first(3, panels, false), second(3, panels, false);
    second.at(0, 1) = second.at(1, 3) = 9.0f;  // leftovers of an earlier batch
    const std::vector<std::uint32_t> order = {2, 0, 1};
    a.gather(order.data(), 0, 3, first, 0);
    b.gather(order.data(), 0, 3, second, 0);
    CHECK(std::memcmp(first.buffer.data(), second.buffer.data(), first.buffer.size() * sizeof(float)) == 0);
}

// A tile's gradient is the sum of the rows that belong to its codes; nothing outside of the tile is read or written.
template <class T>
void embedding_gradients() {
    constexpr std::size_t kNumbers = 5, kRows = 40, kCategories = 1500, kDimension = 13;
    InputStage<T> stage({{3, 60}, {kCategories, kDimension}}, kNumbers, product_kernels<T>(kernels()));
    stage.place(32);
    std::vector<Tile> tiles;
    stage.add_tiles(7, tiles);
    std::mt19937 generator(2);
    Matrix<T> delta(kRows, stage.panels(), false);
    Codes codes(kRows, 2);
    for (std::size_t r = 0; r < kRows; ++r) {
        codes.column(0)[r] = static_cast<std::int32_t>(generator() % 3);
        codes.column(1)[r] = static_cast<std::int32_t>(r < 3 ? kCategories - 1 : generator() % kCategories);
        for (std::size_t c = 0; c < stage.panels().columns; ++c) delta.at(r, c) = static_cast<T>(generator() % 64);
    }
    std::vector<int> covered(32 + stage.parameter_size());
    for (const Tile& tile : tiles) {
        CHECK(tile.layer == 7 && tile.biases.size == 0 && tile.weights.rate_factor == 1.0 && tile.weights.decay_factor == 1.0);
        for (std::size_t i = 0; i < tile.weights.size; ++i) ++covered[tile.weights.offset + i];
        const std::size_t t = tile.output_panel, dimension = stage.table(t).dimension;
        std::vector<T> found(tile.weights.size, T{9}), expected(tile.weights.size);
        stage.gradient(tile, codes, delta, kRows, found.data());
        for (std::size_t i = 0; i < expected.size(); ++i) {
            const std::size_t row = tile.input_panel + i / dimension, column = kNumbers + (t == 1 ? 60 : 0) + i % dimension;
            for (std::size_t r = 0; r < kRows; ++r) {
                if (static_cast<std::size_t>(codes.column(t)[r]) == row) expected[i] += delta.at(r, column);
            }
        }
        CHECK(found == expected);
    }
    CHECK(tiles.size() > 2);
    std::size_t elements = 0;
    for (const int times : covered) {
        CHECK(times <= 1);
        elements += static_cast<std::size_t>(times);
    }
    CHECK(elements == 3 * 60 + kCategories * kDimension && covered[31] == 0 && covered[32] == 1);
}

// An activation that is in no table: a x + b with both learned, b nowhere near 0 at 0.
template <class T>
class Line final : public UnitActivation<T> {
public:
    Backward backward() const override { return Backward::kSlope; }
    bool zero_at_zero() const override { return false; }
    double saturation() const override { return 0.0; }
    std::size_t learned() const override { return 2; }
    void value(const T* z, T* y, std::size_t rows, std::size_t width, const T* units, std::size_t stride) const override {
        for (std::size_t i = 0; i < rows * width; ++i) y[i] = units[i % width] * z[i] + units[stride + i % width];
    }
    void value_and_slopes(const T* z, T* y, T* slope, T* const* by, std::size_t rows, std::size_t width, const T* units,
                          std::size_t stride) const override {
        for (std::size_t i = 0; i < rows * width; ++i) {
            const T x = z[i];
            slope[i] = units[i % width];
            by[0][i] = x;
            by[1][i] = T{1};
            y[i] = units[i % width] * x + units[stride + i % width];
        }
    }
};

class Maker final : public ActivationMaker {
public:
    std::unique_ptr<UnitActivation<float>> make32(const ActivationDescription&, const KernelSet&) const override {
        return std::make_unique<Line<float>>();
    }
    std::unique_ptr<UnitActivation<double>> make64(const ActivationDescription&, const KernelSet&) const override {
        return std::make_unique<Line<double>>();
    }
};

template <class T>
void from_a_maker() {
    all<T>({"line", {1.0, 0.5}, {0, 1}, std::make_shared<Maker>()}, 0.3);
}

void refuses_nonsense() {
    for (const ActivationDescription& wrong :
         {ActivationDescription{"maxout", {1.0}, {}, nullptr}, ActivationDescription{"maxout", {2.5}, {}, nullptr},
          ActivationDescription{"maxout", {}, {}, nullptr}, ActivationDescription{"maxout", {2.0}, {0}, nullptr},
          ActivationDescription{"maxout", {kNan}, {}, nullptr}, ActivationDescription{"relu", {}, {0}, nullptr},
          ActivationDescription{"prelu", {0.25}, {1}, nullptr}, ActivationDescription{"prelu", {0.25}, {0, 0}, nullptr}}) {
        bool refused = false;
        try {
            Network<double> network(describe({2, {3}, 1, 1, 1}, wrong, "squared_error", 0.0), kernels());
        } catch (const std::invalid_argument&) {
            refused = true;
        }
        CHECK(refused);
    }
    for (const Shape& shape : {Shape{0, {3}, 1, 1, 1}, Shape{2, {3}, 1, 1, 1, {{0, 4}}}, Shape{2, {3}, 1, 1, 1, {{4, 0}}}}) {
        bool refused = false;
        try {
            Network<double> network(describe(shape, named("relu"), "squared_error", 0.0), kernels());
        } catch (const std::invalid_argument&) {
            refused = true;
        }
        CHECK(refused);
    }
    for (const char* activation : {"relu", "no such function"}) {
        for (const char* loss : {"squared_error", "no such loss"}) {
            const bool fine = std::strcmp(activation, "relu") == 0 && std::strcmp(loss, "squared_error") == 0;
            try {
                Network<float> network(describe({2, {3}, 1, 1, 1}, named(activation), loss, 0.0), kernels());
                CHECK(fine);
            } catch (const std::invalid_argument&) {
                CHECK(!fine);
            }
        }
    }
}

}  // namespace

int main() {
    for (const char* const* name = usable_kernels(); *name != nullptr; ++name) {
        CHECK(select_kernels(*name));
        all<float>(named("relu"), 0.0);
        all<float>(named("gelu"), 0.3);
        all<double>(named("identity"), 0.2);
        all<double>(named("sigmoid"), 0.0);
        all<float>({"prelu", {0.25}, {0}, nullptr}, 0.0);
        all<double>({"silu", {1.0}, {0}, nullptr}, 0.3);
        all<float>({"maxout", {3.0}, {}, nullptr}, 0.3);
        all<double>({"maxout", {2.0}, {}, nullptr}, 0.0);
        from_a_maker<float>();
        from_a_maker<double>();
        sparse_rows();
        embedding_gradients<float>();
        embedding_gradients<double>();
        std::printf("%s: trainings repeat\n", *name);
    }
    refuses_nonsense();
    return 0;
}
