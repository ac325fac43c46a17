#include "predictor.hpp"

#include <algorithm>
#include <atomic>
#include <stdexcept>

#include "denormals.hpp"
#include "team.hpp"
#include "trainer.hpp"

namespace glassnet {
namespace {

// Below some hundred microseconds of work a team is not worth starting.
constexpr double kWorthATeam = 5e7;
// What a member of a team takes at a time: some ten microseconds, so that taking costs nothing.
constexpr double kTurn = 2e6;

// Whole register tiles of rows, as many as keep a block's activations in the first caches beside the weights.
template <class T>
std::size_t rows_per_block(const Network<T>& network) {
    const auto tile = 2 * static_cast<std::size_t>(network.product().tile_rows);
    return divide_up(64, tile) * tile;
}

// Asks for memory that is read soon, in some steps: more at a time than a core can have on their way would hold up its work.
class Fetching {
public:
    Fetching(const void* from, std::size_t bytes, std::size_t steps)
        : line_(static_cast<const char*>(from)), lines_(from == nullptr ? 0 : divide_up(bytes, kLine)), steps_(steps) {}
    void step() {
        const std::size_t now = divide_up(lines_, steps_--);
        fetch(line_, now * kLine);
        line_ += now * kLine;
        lines_ -= now;
    }

private:
    static constexpr std::size_t kLine = 64;
    const char* line_;
    std::size_t lines_, steps_;
};

}  // namespace

// A workspace, for as long as one caller needs it.
template <class T>
class Predictor<T>::Loan {
public:
    explicit Loan(const Predictor& owner) : owner_(owner) {
        {
            const std::lock_guard lock(owner_.mutex_);
            if (!owner_.idle_.empty()) {
                space_ = std::move(owner_.idle_.back());
                owner_.idle_.pop_back();
            }
        }
        if (space_) return;
        space_ = std::make_unique<Workspace>();
        space_->activations = owner_.network_.make_activations(owner_.block_rows_, false);
        space_->output = owner_.network_.make_output(owner_.block_rows_);
    }
    ~Loan() {
        if (!space_) return;
        const std::lock_guard lock(owner_.mutex_);
        try {
            owner_.idle_.push_back(std::move(space_));
        } catch (const std::bad_alloc&) {  // then it is not kept
        }
    }
    Loan(Loan&& other) noexcept : owner_(other.owner_), space_(std::move(other.space_)) {}
    Loan& operator=(Loan&&) = delete;
    Loan(const Loan&) = delete;
    Loan& operator=(const Loan&) = delete;

    Workspace& operator*() const { return *space_; }

private:
    const Predictor& owner_;
    std::unique_ptr<Workspace> space_;
};

template <class T>
Predictor<T>::Predictor(const Network<T>& network, int threads)
    : network_(network), threads_(threads), block_rows_(rows_per_block(network)) {}

template <class T>
std::size_t Predictor<T>::columns(Outcome outcome) const {
    if (outcome != Outcome::kBothSides) return network_.outputs();
    if (network_.outputs() != 1 || network_.link() == nullptr) throw std::invalid_argument("both sides are those of a single sigmoid");
    return 2;
}

template <class T>
void Predictor<T>::predict(const RowSource<T>& rows, Outcome outcome, T* out) const {
    run(rows, outcome, out, [](std::size_t, std::size_t) { return true; });
}

template <class T>
template <class Source>
bool Predictor<T>::predict_finite(const Source* x, std::size_t rows, Outcome outcome, T* out) const {
    const std::size_t columns = network_.inputs();
    const ElementKernels<Source>& element = element_kernels<Source>(network_.kernels());
    return run(DenseRows<T, Source>(x, rows, columns), outcome, out, [&](std::size_t first, std::size_t count) {
        return element.all_finite(x + first * columns, count * columns);
    });
}

template <class T>
template <class Check>
bool Predictor<T>::run(const RowSource<T>& rows, Outcome outcome, T* out, const Check& is_finite) const {
    const std::size_t n = rows.rows(), width = columns(outcome);
    const auto several = static_cast<std::size_t>(kTurn / cost(block_rows_));
    const std::size_t turn = block_rows_ * std::max<std::size_t>(1, several);
    const FlushDenormals flush;
    std::atomic<bool> finite{true};
    const auto take = [&](Workspace& space, std::size_t from, std::size_t until) {
        for (std::size_t first = from; first < until && finite.load(std::memory_order_relaxed); first += block_rows_) {
            const std::size_t count = std::min(block_rows_, until - first);
            if (!is_finite(first, count)) finite.store(false, std::memory_order_relaxed);
            else forward(rows, outcome, first, count, std::min(block_rows_, until - first - count), space, out + first * width);
        }
    };
    if (threads_ == 1 || cost(n) < kWorthATeam) {
        const Loan space(*this);
        take(*space, 0, n);
        return finite.load();
    }
    Team team(threads_);
    std::vector<Loan> spaces;
    for (int i = 0; i < team.size(); ++i) spaces.emplace_back(*this);
    team.run(divide_up(n, turn), [&](int id, std::size_t t) {
        take(*spaces[static_cast<std::size_t>(id)], t * turn, std::min(n, (t + 1) * turn));
    });
    return finite.load();
}

template <class T>
void Predictor<T>::forward(const RowSource<T>& rows, Outcome outcome, std::size_t first, std::size_t count, std::size_t next,
                           Workspace& space, T* out) const {
    const RowBlock block{0, count};
    const T* dense = network_.reads_rows() ? rows.dense() : nullptr;
    if (dense == nullptr) gather_inputs<T>(network_, rows, nullptr, first, count, space.activations, 0);
    const T* x = dense == nullptr ? nullptr : dense + first * network_.inputs();
    Fetching ahead(x == nullptr ? nullptr : x + count * network_.inputs(), next * network_.inputs() * sizeof(T), network_.depth() + 1);
    for (std::size_t l = 0; l < network_.depth(); ++l) {
        ahead.step();
        network_.forward_layer(l, space.activations, block, l == 0 ? x : nullptr);
    }
    ahead.step();
    const Matrix<T>& z = space.activations.outputs.back();
    if (outcome == Outcome::kScores || network_.link() == nullptr) {
        network_.read_output(z, block, outcome == Outcome::kOutputs, space.output, out);
        return;
    }
    const KeepDenormals keep;  // a chance of 1e-40 is not 0
    if (outcome == Outcome::kBothSides) both_sides(z, count, space.output, out);
    else network_.read_output(z, block, true, space.output, out);
}

template <class T>
void Predictor<T>::both_sides(const Matrix<T>& z, std::size_t count, Matrix<T>& scratch, T* out) const {
    const T* score = z.row(0);
    T* chance = scratch.row(0);
    for (std::size_t r = 0; r < count; ++r) chance[r] = -score[r];
    for (std::size_t side = 0; side < 2; ++side) {
        network_.link()->value(side == 0 ? chance : score, chance, count, Parameters{});
        for (std::size_t r = 0; r < count; ++r) out[2 * r + side] = chance[r];
    }
}

template class Predictor<float>;
template class Predictor<double>;
template bool Predictor<float>::predict_finite(const float*, std::size_t, Outcome, float*) const;
template bool Predictor<float>::predict_finite(const double*, std::size_t, Outcome, float*) const;
template bool Predictor<double>::predict_finite(const float*, std::size_t, Outcome, double*) const;
template bool Predictor<double>::predict_finite(const double*, std::size_t, Outcome, double*) const;

}  // namespace glassnet
