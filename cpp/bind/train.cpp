// Networks and training. The GIL is released for whole trainings and taken only to ask for signals and to tell a
// listener that an epoch has ended.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

#include "../engine/formula.hpp"
#include "../engine/random.hpp"
#include "../engine/trainer.hpp"
#include "arrays.hpp"
#include "outside_loss.hpp"

namespace nb = nanobind;
using namespace nb::literals;

namespace {

using namespace glassnet;

template <class T>
using Arrays = std::vector<nb::ndarray<nb::numpy, T>>;

template <class T>
nb::ndarray<nb::numpy, T> new_array(std::initializer_list<std::size_t> shape, T*& data) {
    std::size_t size = 1;
    for (const std::size_t n : shape) size *= n;
    data = new T[size]();
    nb::capsule owner(data, [](void* p) noexcept { delete[] static_cast<T*>(p); });
    return nb::ndarray<nb::numpy, T>(data, shape.size(), shape.begin(), owner);
}

// units, activation (name, parameters, which of them are learned, the program of a formula or None), dropout
using ActivationTuple = std::tuple<std::string, std::vector<double>, std::vector<std::size_t>, std::shared_ptr<FormulaProgram>>;
using LayerTuple = std::tuple<std::size_t, ActivationTuple, double>;
using EmbeddingTuple = std::tuple<std::size_t, std::size_t>;

NetworkDescription describe(std::size_t inputs, const std::vector<LayerTuple>& layers, const std::string& loss,
                            const std::vector<double>& loss_parameters, const std::vector<EmbeddingTuple>& embeddings,
                            const std::shared_ptr<FormulaProgram>& loss_program, nb::object outside_loss, double outside_threshold) {
    NetworkDescription description;
    description.inputs = inputs;
    for (const auto& [categories, dimension] : embeddings) description.embeddings.push_back({categories, dimension});
    for (const auto& [units, activation, dropout] : layers) {
        if (!(dropout >= 0.0 && dropout < 1.0)) throw std::invalid_argument("dropout must be in [0, 1)");
        const auto& [name, parameters, learned, program] = activation;
        description.layers.push_back({units, {name, parameters, learned, program}, dropout});
    }
    description.loss = loss;
    description.loss_parameters = parameters_of(loss_parameters);
    description.loss_program = loss_program;
    if (!outside_loss.is_none()) {
        description.outside_loss = std::make_shared<PythonLoss>(std::move(outside_loss));
        description.outside_threshold = outside_threshold;
    }
    return description;
}

// (weights, biases) per layer in scikit-learn's layout, the tables of the embeddings, and a vector [units] for each parameter
// of an activation that units learn, layer by layer, out of and into a buffer that is laid out as the parameters. The last two
// lists may be missing in what comes in, where they would be empty.
template <class T>
nb::tuple export_buffer(const Network<T>& network, const Buffer<T>& buffer) {
    nb::list weights, biases, tables, learned;
    for (std::size_t l = 0; l < network.depth(); ++l) {
        const Layer<T>& layer = network.layer(l);
        T* w = nullptr;
        T* b = nullptr;
        auto weight = new_array<T>({layer.inputs(), layer.columns()}, w);
        auto bias = new_array<T>({layer.columns()}, b);
        layer.read(buffer.data(), w, b);
        weights.append(nb::cast(weight));
        biases.append(nb::cast(bias));
        for (std::size_t k = 0; k < layer.learned(); ++k) {
            T* values = nullptr;
            auto units = new_array<T>({layer.outputs()}, values);
            layer.read_learned(k, buffer.data(), values);
            learned.append(nb::cast(units));
        }
    }
    for (std::size_t t = 0; t < network.stage().tables(); ++t) {
        const EmbeddingDescription& shape = network.stage().table(t);
        T* data = nullptr;
        auto table = new_array<T>({shape.categories, shape.dimension}, data);
        network.stage().read(t, buffer.data(), data);
        tables.append(nb::cast(table));
    }
    return nb::make_tuple(weights, biases, tables, learned);
}

template <class T>
void import_buffer(const Network<T>& network, Buffer<T>& buffer, nb::handle given) {
    const nb::tuple parts = nb::cast<nb::tuple>(given);
    if (parts.size() < 2 || parts.size() > 4) {
        throw std::invalid_argument("weights must be (weights, biases, embeddings, learned)");
    }
    const auto weights = nb::cast<std::vector<In<T, 2>>>(parts[0]);
    const auto biases = nb::cast<std::vector<In<T, 1>>>(parts[1]);
    const auto tables = parts.size() > 2 ? nb::cast<std::vector<In<T, 2>>>(parts[2]) : std::vector<In<T, 2>>{};
    const auto learned = parts.size() > 3 ? nb::cast<std::vector<In<T, 1>>>(parts[3]) : std::vector<In<T, 1>>{};
    std::size_t next = 0;
    if (weights.size() != network.depth() || biases.size() != network.depth()) {
        throw std::invalid_argument("one weight matrix and one bias vector per layer are needed");
    }
    for (std::size_t l = 0; l < network.depth(); ++l) {
        const Layer<T>& layer = network.layer(l);
        if (weights[l].shape(0) != layer.inputs() || weights[l].shape(1) != layer.columns() || biases[l].size() != layer.columns()) {
            throw std::invalid_argument("weights must have the shape (inputs, units), biases (units,)");
        }
        layer.write(buffer.data(), weights[l].data(), biases[l].data());
        for (std::size_t k = 0; k < layer.learned(); ++k, ++next) {
            if (next >= learned.size() || learned[next].size() != layer.outputs()) {
                throw std::invalid_argument("learned parameters must have the shape (units,), one for each");
            }
            layer.write_learned(k, buffer.data(), learned[next].data());
        }
    }
    if (next != learned.size()) throw std::invalid_argument("there are more learned parameters than the layers have");
    const InputStage<T>& stage = network.stage();
    if (tables.size() != stage.tables()) throw std::invalid_argument("one table per embedding is needed");
    for (std::size_t t = 0; t < stage.tables(); ++t) {
        if (tables[t].shape(0) != stage.table(t).categories || tables[t].shape(1) != stage.table(t).dimension) {
            throw std::invalid_argument("embeddings must have the shape (categories, dimension)");
        }
        stage.write(t, buffer.data(), tables[t].data());
    }
}

nb::tuple epoch_tuple(const EpochTrace& epoch) {
    nb::list layers;
    for (const LayerTrace& l : epoch.layers) {
        layers.append(nb::make_tuple(l.dead, l.saturated, l.mean, l.deviation, l.gradient_norm, l.weight_norm, l.update_norm));
    }
    return nb::make_tuple(epoch.epoch, epoch.loss, epoch.validation_loss, epoch.validation_score, epoch.rate, epoch.seconds, layers);
}

const char* stop_name(Stop stop) {
    switch (stop) {
        case Stop::kMaxIter: return "max_iter";
        case Stop::kConverged: return "converged";
        case Stop::kEarlyStopping: return "early_stopping";
        case Stop::kListener: return "listener";
        case Stop::kInterrupted: return "interrupted";
        default: return "diverged";
    }
}

nb::dict trace_dict(const Trace& trace, std::size_t depth) {
    nb::list epochs;
    const std::size_t n = trace.epochs.size();
    double* scalars = nullptr;
    double* layers = nullptr;
    auto scalar_array = new_array<double>({n, 6}, scalars);
    auto layer_array = new_array<double>({n, depth, 7}, layers);
    for (const EpochTrace& e : trace.epochs) {
        for (const double x : {static_cast<double>(e.epoch), e.loss, e.validation_loss, e.validation_score, e.rate, e.seconds}) *scalars++ = x;
        for (const LayerTrace& l : e.layers) {
            for (const double x : {l.dead, l.saturated, l.mean, l.deviation, l.gradient_norm, l.weight_norm, l.update_norm}) *layers++ = x;
        }
    }
    nb::dict result;
    result["epochs"] = scalar_array;
    result["layers"] = layer_array;
    result["stop"] = stop_name(trace.stop);
    result["best_epoch"] = trace.best_epoch;
    result["diverged_epoch"] = trace.diverged_epoch;
    result["diverged_layer"] = trace.diverged_layer;
    nb::list dead;
    for (const auto& units : trace.dead_units) dead.append(nb::cast(units));
    result["dead_units"] = dead;
    return result;
}

// Raised in one thread, it ends the trainings of others within a batch: Python tells signals to its main thread only.
struct StopFlag {
    std::atomic<bool> raised{false};
};

// A signal handler may raise anything; KeyboardInterrupt ends the training and is not an error.
bool interrupted_by_signal() {
    const nb::gil_scoped_acquire gil;
    if (PyErr_CheckSignals() == 0) return false;
    if (PyErr_ExceptionMatches(PyExc_KeyboardInterrupt) == 0) throw nb::python_error();
    PyErr_Clear();
    return true;
}

template <class T>
nb::dict state_dict(const Network<T>& network, const SolverState<T>& state) {
    nb::dict d;
    d["step"] = state.step;
    d["epoch"] = state.epoch;
    d["rows_seen"] = state.rows_seen;
    d["learning_rate"] = state.rate;
    d["best_loss"] = state.best_loss;
    d["best_score"] = state.best_score;
    d["no_improvement"] = state.no_improvement;
    d["first"] = state.first.size() == 0 ? nb::object(nb::none()) : nb::object(export_buffer(network, state.first));
    d["second"] = state.second.size() == 0 ? nb::object(nb::none()) : nb::object(export_buffer(network, state.second));
    return d;
}

template <class T>
SolverState<T> state_of(const Network<T>& network, nb::handle object) {
    SolverState<T> state;
    if (object.is_none()) return state;
    const nb::dict d = nb::cast<nb::dict>(object);
    state.step = nb::cast<std::uint64_t>(d["step"]);
    state.epoch = nb::cast<std::uint64_t>(d["epoch"]);
    state.rows_seen = nb::cast<std::uint64_t>(d["rows_seen"]);
    state.rate = nb::cast<double>(d["learning_rate"]);
    state.best_loss = nb::cast<double>(d["best_loss"]);
    state.best_score = nb::cast<double>(d["best_score"]);
    state.no_improvement = nb::cast<std::uint64_t>(d["no_improvement"]);
    for (const auto& [key, buffer] : {std::pair<const char*, Buffer<T>*>{"first", &state.first}, {"second", &state.second}}) {
        const nb::object values = nb::borrow(d[key]);
        if (values.is_none()) continue;
        *buffer = Buffer<T>(network.parameters().size());
        import_buffer(network, *buffer, values);
    }
    return state;
}

template <class T>
nb::tuple train(Network<T>& network, nb::handle x, nb::handle y, nb::handle weights, nb::handle x_val, nb::handle y_val,
                nb::handle weights_val, const TrainingOptions& options, nb::handle state_in, nb::handle listener, int threads,
                const std::shared_ptr<StopFlag>& stop) {
    const Bound<T> data = bind_data<T>(x, y, weights, network);
    if (data.data.size() == 0) throw std::invalid_argument("X has no rows");
    Bound<T> validation;
    if (!x_val.is_none()) validation = bind_data<T>(x_val, y_val, weights_val, network);
    SolverState<T> state = state_of(network, state_in);
    bool keyboard = false;
    Hooks hooks;
    // With a flag nobody asks for signals: many trainings at once would wait for the GIL every few milliseconds.
    if (stop) hooks.interrupted = [&stop] { return stop->raised.load(std::memory_order_relaxed); };
    else hooks.interrupted = interrupted_by_signal;
    if (!listener.is_none()) {
        hooks.epoch_end = [&](const EpochTrace& epoch) {
            const nb::gil_scoped_acquire gil;
            try {
                return nb::cast<bool>(listener(epoch_tuple(epoch)));
            } catch (nb::python_error& error) {
                if (!error.matches(PyExc_KeyboardInterrupt)) throw;
                keyboard = true;
                return true;
            }
        };
    }
    Trace trace;
    {
        const nb::gil_scoped_release release;
        const std::size_t batch = std::min(options.batch_size, data.data.size());
        Team team(is_worth_sharing(network, batch) || validation.data.size() >= 4096 ? threads : 1);
        Trainer<T> trainer(network, batch, team);
        trace = trainer.fit(data.data, validation.rows ? &validation.data : nullptr, options, state, hooks);
    }
    if (keyboard) trace.stop = Stop::kInterrupted;
    return nb::make_tuple(trace_dict(trace, network.depth()), state_dict(network, state));
}

template <class T>
nb::tuple loss_and_gradient(Network<T>& network, nb::handle x, nb::handle y, nb::handle weights, double alpha, int threads) {
    const Bound<T> data = bind_data<T>(x, y, weights, network);
    if (data.data.size() == 0) throw std::invalid_argument("X has no rows");
    Buffer<T> gradient(network.parameters().size());
    double loss = 0.0;
    {
        constexpr std::size_t kRows = 4096;  // bounds the memory; more rows are taken in turns
        const nb::gil_scoped_release release;
        // A loss that is computed outside may look at all rows together.
        const std::size_t batch = network.outside_loss() != nullptr ? data.data.size() : std::min(kRows, data.data.size());
        Team team(is_worth_sharing(network, batch) ? threads : 1);
        Trainer<T> trainer(network, batch, team);
        try {
            loss = trainer.loss_and_gradient(data.data, alpha, gradient);
        } catch (const OutsideInterrupt&) {
            const nb::gil_scoped_acquire gil;
            PyErr_SetNone(PyExc_KeyboardInterrupt);
            throw nb::python_error();
        }
    }
    return nb::make_tuple(loss, export_buffer(network, gradient));
}

template <class T>
void bind_network(nb::module_& m, const char* name) {
    using N = Network<T>;
    nb::class_<N>(m, name)
        .def("__init__", [](N* self, std::size_t inputs, const std::vector<LayerTuple>& layers, const std::string& loss,
                            const std::vector<double>& loss_parameters, const std::vector<EmbeddingTuple>& embeddings,
                            const std::shared_ptr<FormulaProgram>& loss_program, nb::object outside_loss, double outside_threshold) {
            new (self) N(describe(inputs, layers, loss, loss_parameters, embeddings, loss_program, std::move(outside_loss),
                                  outside_threshold), kernels());
        }, "inputs"_a, "layers"_a, "loss"_a, "loss_parameters"_a, "embeddings"_a, "loss_program"_a.none() = nb::none(),
           "outside_loss"_a.none() = nb::none(), "outside_threshold"_a = 0.5)
        .def("parameters", [](const N& self) { return export_buffer(self, self.parameters()); })
        .def("set_parameters", [](N& self, nb::handle parameters) {
            import_buffer(self, self.parameters(), parameters);
            self.refresh();
        }, "parameters"_a)
        .def("train", &train<T>, "x"_a, "y"_a, "weights"_a.none(), "x_val"_a.none(), "y_val"_a.none(), "weights_val"_a.none(),
             "options"_a, "state"_a.none(), "listener"_a.none(), "threads"_a, "stop"_a.none() = nb::none())
        .def("loss_and_gradient", &loss_and_gradient<T>, "x"_a, "y"_a, "weights"_a.none(), "alpha"_a, "threads"_a);
}

Solver solver_of(const std::string& name) {
    if (name == "sgd") return Solver::kSgd;
    if (name == "adagrad") return Solver::kAdagrad;
    if (name == "rmsprop") return Solver::kRmsprop;
    if (name == "adam" || name == "adamw") return Solver::kAdam;
    throw std::invalid_argument("unknown solver: " + name);
}

Score score_of(const std::string& name) {
    if (name == "accuracy") return Score::kAccuracy;
    if (name == "accuracy_of_largest") return Score::kAccuracyOfLargest;
    if (name == "r2") return Score::kR2;
    if (name == "loss") return Score::kLoss;
    if (name == "none") return Score::kNone;
    throw std::invalid_argument("unknown score: " + name);
}

void bind_options(nb::module_& m) {
    using O = TrainingOptions;
    nb::class_<O>(m, "TrainingOptions")
        .def(nb::init<>())
        .def_prop_rw("solver", [](const O& o) { return static_cast<int>(o.solver); }, [](O& o, const std::string& s) { o.solver = solver_of(s); }, nb::for_setter(nb::sig("def solver(self, name: str, /) -> None")))
        .def_prop_rw("schedule", [](const O& o) { return static_cast<int>(o.schedule); }, [](O& o, const std::string& s) { o.schedule = schedule_of(s); }, nb::for_setter(nb::sig("def schedule(self, name: str, /) -> None")))
        .def_prop_rw("score", [](const O& o) { return static_cast<int>(o.score); }, [](O& o, const std::string& s) { o.score = score_of(s); }, nb::for_setter(nb::sig("def score(self, name: str, /) -> None")))
        .def_rw("rate", &O::rate)
        .def_rw("power_t", &O::power_t)
        .def_rw("momentum", &O::momentum)
        .def_rw("beta_1", &O::beta_1)
        .def_rw("beta_2", &O::beta_2)
        .def_rw("epsilon", &O::epsilon)
        .def_rw("rho", &O::rho)
        .def_rw("alpha", &O::alpha)
        .def_rw("l1_ratio", &O::l1_ratio)
        .def_rw("weight_decay", &O::weight_decay)
        .def_rw("tol", &O::tol)
        .def_rw("n_iter_no_change", &O::n_iter_no_change)
        .def_rw("nesterov", &O::nesterov)
        .def_rw("shuffle", &O::shuffle)
        .def_rw("early_stopping", &O::early_stopping)
        .def_rw("batch_size", &O::batch_size)
        .def_rw("max_epochs", &O::max_epochs)
        .def_rw("epochs", &O::epochs)
        .def_rw("observe", &O::observe)
        .def_rw("seed", &O::seed);
}

Purpose purpose_of(const std::string& name) {
    if (name == "weights") return Purpose::kWeights;
    if (name == "biases") return Purpose::kBiases;
    if (name == "embeddings") return Purpose::kEmbeddings;
    throw std::invalid_argument("unknown purpose: " + name);
}

// Fills `out` with the numbers of (purpose, seed, index of the layer or embedding): uniform in (-a, a), or normal with
// standard deviation a.
void draw(const std::string& distribution, double a, const std::string& drawn, std::uint64_t seed, std::uint32_t index,
          nb::ndarray<double, nb::ndim<1>, nb::c_contig, nb::device::cpu> out) {
    const Purpose purpose = purpose_of(drawn);
    const std::size_t n = out.size();
    double* to = out.data();
    if (distribution != "uniform" && distribution != "normal") throw std::invalid_argument("unknown distribution: " + distribution);
    const bool is_uniform = distribution == "uniform";
    const nb::gil_scoped_release release;
    for (std::size_t i = 0; i < n; ++i) {
        to[i] = is_uniform ? a * (2.0 * uniform(seed, purpose, index, i) - 1.0) : a * normal(seed, purpose, index, i);
    }
}

// Operations a second of fused multiply-adds alone on `threads` threads, counting each as two.
double fma_limit(int threads) {
    const nb::gil_scoped_release release;
    const ProductKernels<float>& product = *kernels().product32;
    constexpr std::size_t kIterations = 200000;
    const auto blocks = static_cast<std::size_t>(threads) * 8;
    double best = 0.0;
    Team team(threads);
    for (int round = 0; round < 5; ++round) {
        const auto start = std::chrono::steady_clock::now();
        std::vector<std::size_t> counts(blocks);
        team.run(blocks, [&](int, std::size_t b) {
            alignas(64) float values[64] = {};
            std::fill_n(values, 64, 0.25f);
            counts[b] = product.multiply_add(kIterations, values);
        });
        std::size_t total = 0;
        for (const std::size_t count : counts) total += count;
        const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        best = std::max(best, 2.0 * static_cast<double>(total) / seconds);
    }
    return best;
}

// A phase of the team, for tests and benchmarks: `blocks` blocks, `rounds` times; returns seconds a round.
double team_round(int threads, std::size_t blocks, int rounds) {
    const nb::gil_scoped_release release;
    Team team(threads);
    std::vector<std::uint64_t> counts(blocks);
    const auto start = std::chrono::steady_clock::now();
    for (int round = 0; round < rounds; ++round) team.run(blocks, [&](int, std::size_t b) { ++counts[b]; });
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    for (const std::uint64_t count : counts) {
        if (count != static_cast<std::uint64_t>(rounds)) throw std::runtime_error("a block was not done exactly once a round");
    }
    return seconds / rounds;
}

}  // namespace

void bind_training(nb::module_& m) {
    bind_options(m);
    nb::class_<StopFlag>(m, "StopFlag")
        .def(nb::init<>())
        .def("set", [](StopFlag& flag) { flag.raised.store(true, std::memory_order_relaxed); })
        .def("is_set", [](const StopFlag& flag) { return flag.raised.load(std::memory_order_relaxed); });
    bind_network<float>(m, "Network32");
    bind_network<double>(m, "Network64");
    m.def("draw", &draw, "distribution"_a, "a"_a, "purpose"_a, "seed"_a, "index"_a, "out"_a.noconvert());
    m.def("fma_limit", &fma_limit, "threads"_a);
    m.def("team_round", &team_round, "threads"_a, "blocks"_a, "rounds"_a);
    m.def("shuffled_order", [](std::uint64_t seed, std::uint64_t epoch, std::uint32_t n) {
        RowOrder order;
        order.start(seed, epoch, n);
        std::uint32_t* data = nullptr;
        auto array = new_array<std::uint32_t>({n}, data);
        // In parts of different sizes, as a training takes them.
        for (std::uint32_t done = 0, part = 1; done < n; done += part, part = 2 * part + 1) {
            part = std::min(part, n - done);
            std::copy_n(order.next(part), part, data + done);
        }
        return array;
    }, "seed"_a, "epoch"_a, "n"_a);
}
