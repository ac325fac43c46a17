// The kernels for single elements, on every usable instruction set: what no Python function reaches (optimizers,
// dropout, statistics, weights and padding of losses) against plain loops. tests/engine judges the functions' values.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <type_traits>
#include <vector>

#include "check.hpp"
#include "layers.hpp"

namespace {

using namespace glassnet;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

template <class T>
double tolerance() {
    return std::is_same_v<T, float> ? 1e-6 : 1e-14;
}

template <class T>
bool close(T a, double b) {
    return std::abs(static_cast<double>(a) - b) <= tolerance<T>() * (1.0 + std::abs(b));
}

std::mt19937& generator() {
    static std::mt19937 one(1);
    return one;
}

// Exactly n elements, so that the address sanitizer sees what is read or written beyond them.
template <class T>
std::vector<T> draw(std::size_t n, double low = -2.0, double high = 2.0) {
    std::uniform_real_distribution<double> uniform(low, high);
    std::vector<T> x(n);
    for (T& value : x) value = static_cast<T>(uniform(generator()));
    return x;
}

template <class T>
double penalized(const Update<T>& u, double g, double p) {
    const double l1 = u.l1;
    g += static_cast<double>(u.l2) * p;
    if (p != 0.0) return g + std::copysign(l1, p);
    return std::abs(g) <= l1 ? 0.0 : g - std::copysign(l1, g);
}

// One step as optimizers.hpp describes it, in double.
template <class T>
void reference_step(Solver solver, const Update<T>& u, double g, double& p, double& first, double& second) {
    const double rate = u.rate, momentum = u.momentum, decay = u.decay;
    const double old = p;
    g = penalized(u, g, old);
    p *= static_cast<double>(u.keep);
    if (solver == Solver::kSgd) {
        first = (u.first != nullptr ? momentum * first : 0.0) - rate * g;
        p += u.nesterov ? momentum * first - rate * g : first;
    }
    if (solver == Solver::kAdagrad) second += g * g;
    if (solver == Solver::kRmsprop || solver == Solver::kAdam) second = decay * second + (1.0 - decay) * g * g;
    if (solver == Solver::kAdam) {
        first = momentum * first + (1.0 - momentum) * g;
        p -= rate * first * static_cast<double>(u.correction_1) /
             (std::sqrt(second * static_cast<double>(u.correction_2)) + static_cast<double>(u.epsilon));
    } else if (solver != Solver::kSgd) {
        p -= rate * g / (std::sqrt(second) + static_cast<double>(u.epsilon));
    }
    if (u.l1 > T(0) && old * p < 0.0) p = 0.0;
}

struct Variant {
    Solver solver;
    bool has_first, has_second, nesterov;
};

template <class T>
void one_step(const KernelSet& set, const Variant& variant, std::size_t n, T l1) {
    std::vector<T> p = draw<T>(n), first = draw<T>(n), second = draw<T>(n, 0.1, 2.0);
    for (std::size_t i = 0; i < n; i += 3) p[i] *= T(i % 2 == 0 ? 0.0 : 0.005);  // that stay at 0, or would cross it
    const std::vector<T> g = draw<T>(n), p0 = p, first0 = first, second0 = second;
    double norms[3] = {1.0, 2.0, 3.0}, expected[3] = {1.0, 2.0, 3.0};
    Update<T> u{};
    u.parameter = p.data();
    u.gradient = g.data();
    u.first = variant.has_first ? first.data() : nullptr;
    u.second = variant.has_second ? second.data() : nullptr;
    u.n = n;
    u.rate = T(0.01);
    u.l1 = l1;
    u.l2 = T(0.1);
    u.keep = T(0.99);
    u.momentum = T(0.75);
    u.decay = T(0.875);
    u.momentum_rest = T(0.25);
    u.decay_rest = T(0.125);
    u.momentum_rest = T(1) - u.momentum;
    u.decay_rest = T(0.125);
    u.epsilon = T(1e-3);
    u.correction_1 = T(1.5);
    u.correction_2 = T(2.5);
    u.nesterov = variant.nesterov;
    const auto update = element_kernels<T>(set).update[static_cast<int>(variant.solver)];
    update(u);
    for (std::size_t i = 0; i < n; ++i) {
        double right = p0[i], m = first0[i], v = second0[i];
        reference_step(variant.solver, u, g[i], right, m, v);
        CHECK(close(p[i], right));
        if (variant.has_first) CHECK(close(first[i], m));
        if (variant.has_second) CHECK(close(second[i], v));
        const double old = p0[i], gradient = penalized(u, g[i], old);
        const double change = static_cast<double>(p[i]) - old;
        expected[0] += gradient * gradient;
        expected[1] += static_cast<double>(p[i]) * static_cast<double>(p[i]);
        expected[2] += change * change;
    }
    // The same step with norms: the same parameters to the bit, and the norms added to what is there.
    const std::vector<T> stepped = p;
    p = p0;
    first = first0;
    second = second0;
    u.norms = norms;
    update(u);
    CHECK(std::memcmp(p.data(), stepped.data(), n * sizeof(T)) == 0);
    for (int k = 0; k < 3; ++k) CHECK(std::abs(norms[k] - expected[k]) <= 1e-5 * expected[k]);
}

template <class T>
void optimizers(const KernelSet& set) {
    const Variant variants[] = {{Solver::kSgd, false, false, false}, {Solver::kSgd, true, false, false},
                                {Solver::kSgd, true, false, true},   {Solver::kAdagrad, false, true, false},
                                {Solver::kRmsprop, false, true, false}, {Solver::kAdam, true, true, false}};
    for (const Variant& variant : variants) {
        for (const std::size_t n : {1u, 7u, 16u, 35u, 100u}) {
            for (const T l1 : {T(0), T(0.3)}) one_step<T>(set, variant, n, l1);
        }
    }
}

template <class T>
std::vector<T> mask_of(const KernelSet& set, DropoutBlock block) {
    std::vector<T> y(static_cast<std::size_t>(block.rows) * block.width, T(1)), slope = y;
    element_kernels<T>(set).dropout(y.data(), slope.data(), T(2), block);
    CHECK(y == slope);
    for (const T value : y) CHECK(value == T(0) || value == T(2));
    return y;
}

// Elements of a mask of 60 columns, computed in panels of `width` and blocks of `rows` rows.
template <class T>
std::vector<T> mask_in_pieces(const KernelSet& set, std::uint32_t width, std::uint32_t rows) {
    constexpr std::uint32_t kRows = 70, kColumns = 60;
    std::vector<T> all(kRows * kColumns);
    for (std::uint32_t c = 0; c < kColumns; c += width) {
        for (std::uint32_t r = 0; r < kRows; r += rows) {
            const std::uint32_t count = kRows - r < rows ? kRows - r : rows;
            const DropoutBlock block{(7ull << 32) + 5, (3ull << 32) + 9, 2, r, c, count, width, 20000};
            const std::vector<T> part = mask_of<T>(set, block);
            for (std::uint32_t i = 0; i < count; ++i) {
                for (std::uint32_t j = 0; j < width && c + j < kColumns; ++j) {
                    all[(r + i) * kColumns + c + j] = part[i * width + j];
                }
            }
        }
    }
    return all;
}

// Philox4x32-10 as published, for a mask's element.
std::uint32_t philox_bits(std::uint32_t row, std::uint32_t column, const DropoutBlock& b) {
    std::uint32_t x[4] = {row, column / 8, b.layer, static_cast<std::uint32_t>(b.step)};
    std::uint32_t low = static_cast<std::uint32_t>(b.seed);
    std::uint32_t high = static_cast<std::uint32_t>(b.seed >> 32) ^
                         (static_cast<std::uint32_t>(b.step >> 32) * 0x9E3779B9u) ^ 0x64726f70u;
    for (int round = 0; round < 10; ++round) {
        const std::uint64_t p0 = std::uint64_t{0xD2511F53u} * x[0], p1 = std::uint64_t{0xCD9E8D57u} * x[2];
        const std::uint32_t y[4] = {static_cast<std::uint32_t>(p1 >> 32) ^ x[1] ^ low, static_cast<std::uint32_t>(p1),
                                    static_cast<std::uint32_t>(p0 >> 32) ^ x[3] ^ high, static_cast<std::uint32_t>(p0)};
        std::memcpy(x, y, sizeof x);
        low += 0x9E3779B9u;
        high += 0xBB67AE85u;
    }
    return x[column % 8 / 2] >> (column % 2 * 16) & 0xffffu;
}

template <class T>
void dropout(const KernelSet& set) {
    const std::uint32_t vector = static_cast<std::uint32_t>(product_kernels<T>(set).vector);
    const std::vector<T> whole = mask_in_pieces<T>(set, 64, 70);
    for (const std::uint32_t wide : {1u, 2u, 3u}) {
        for (const std::uint32_t rows : {1u, 3u, 32u}) CHECK((mask_in_pieces<T>(set, wide * vector, rows) == whole));
    }
    DropoutBlock block{(7ull << 32) + 5, (3ull << 32) + 9, 2, 0, 0, 70, 64, 20000};
    for (std::uint32_t r = 0; r < 70; ++r) {
        for (std::uint32_t c = 0; c < 60; ++c) {
            CHECK((whole[r * 60 + c] == T(0)) == (philox_bits(r, c, block) < block.threshold));
        }
    }
    // The share that is dropped, and no two streams alike.
    block.rows = 2000;
    const std::vector<T> mask = mask_of<T>(set, block);
    double dropped = 0.0;
    for (const T value : mask) dropped += value == T(0) ? 1.0 : 0.0;
    const double share = 20000.0 / 65536.0, n = 2000.0 * 64.0;
    CHECK(std::abs(dropped / n - share) < 5.0 * std::sqrt(share * (1.0 - share) / n));
    DropoutBlock others[5] = {block, block, block, block, block};
    others[0].seed += 1;
    others[1].step += 1;
    others[2].step += 1ull << 32;
    others[3].layer += 1;
    others[4].first_row += 2000;
    for (const DropoutBlock& other : others) CHECK(mask_of<T>(set, other) != mask);
    block.threshold = 0;
    for (const T value : mask_of<T>(set, block)) CHECK(value == T(2));
}

template <class T>
void statistics(const KernelSet& set) {
    const ElementKernels<T>& k = element_kernels<T>(set);
    for (const std::size_t n : {0u, 1u, 5u, 16u, 47u, 64u, 131u}) {
        std::vector<T> d = draw<T>(n);
        const std::vector<T> slope = draw<T>(n), before = d;
        k.multiply(d.data(), slope.data(), n);
        for (std::size_t i = 0; i < n; ++i) CHECK(d[i] == before[i] * slope[i]);
        std::size_t below = 0;
        double sum = 10.0, squares = 20.0, right_sum = 10.0, right_squares = 20.0;
        for (std::size_t i = 0; i < n; ++i) {
            if (std::abs(slope[i]) < T(0.5)) ++below;
            right_sum += static_cast<double>(slope[i]);
            right_squares += static_cast<double>(slope[i]) * static_cast<double>(slope[i]);
        }
        CHECK(k.count_below(slope.data(), n, T(0.5)) == below);
        k.moments(slope.data(), n, 1, 0, &sum, &squares);
        CHECK(std::abs(sum - right_sum) < 1e-12 && std::abs(squares - right_squares) < 1e-12);
        std::vector<T> three(3 * n + 10);  // runs with gaps between them
        for (std::size_t run = 0; run < 3; ++run) std::copy(slope.begin(), slope.end(), three.begin() + static_cast<std::ptrdiff_t>(run * (n + 5)));
        sum = squares = 0.0;
        k.moments(three.data(), n, 3, n + 5, &sum, &squares);
        CHECK(std::abs(sum - 3.0 * (right_sum - 10.0)) < 1e-11 && std::abs(squares - 3.0 * (right_squares - 20.0)) < 1e-11);
        CHECK(k.all_finite(slope.data(), n));
        for (const double odd : {kInfinity, -kInfinity, kNan}) {
            for (std::size_t i = 0; i < n; i += 3) {
                std::vector<T> spoiled = slope;
                spoiled[i] = static_cast<T>(odd);
                CHECK(!k.all_finite(spoiled.data(), n));
            }
        }
    }
    const std::size_t vector = static_cast<std::size_t>(product_kernels<T>(set).vector);
    for (const std::size_t rows : {1u, 2u, 5u}) {
        const std::size_t width = 3 * vector;
        const std::vector<T> data = draw<T>(rows * width);
        std::vector<T> flags = draw<T>(width, 0.0, 1.0), right = flags;
        k.activity(data.data(), rows, static_cast<int>(width), flags.data());
        for (std::size_t j = 0; j < width; ++j) {
            for (std::size_t r = 0; r < rows; ++r) right[j] = std::max(right[j], std::abs(data[r * width + j]));
        }
        CHECK(flags == right);
    }
}

// A loss over a matrix: in columns or panels, with any weights.
template <class T>
struct Problem {
    std::size_t rows, cols;
    Matrix<T> z, target, element_weight, gradient;
    std::vector<T> row_weight;
    std::vector<std::int32_t> codes;

    Problem(const KernelSet& set, std::size_t n, std::size_t k, bool narrow)
        : rows(n), cols(k), row_weight(draw<T>(n, 0.5, 2.0)), codes(n) {
        const Panels panels = panels_for<T>(k, product_kernels<T>(set));
        for (Matrix<T>* m : {&z, &target, &element_weight, &gradient}) *m = Matrix<T>(n, panels, narrow);
        std::uniform_real_distribution<double> uniform(0.0, 1.0);
        for (std::size_t r = 0; r < n; ++r) {
            codes[r] = static_cast<std::int32_t>(uniform(generator()) * static_cast<double>(k));
            for (std::size_t c = 0; c < k; ++c) {
                z.at(r, c) = static_cast<T>(6.0 * uniform(generator()) - 3.0);
                target.at(r, c) = static_cast<T>(uniform(generator()));
                element_weight.at(r, c) = static_cast<T>(uniform(generator()));
            }
        }
        // Rubbish everywhere that is not data: it must not reach the result, and gradients' padding becomes 0.
        for (std::size_t i = 0; i < gradient.buffer.size(); ++i) gradient.buffer[i] = static_cast<T>(kNan);
        if (narrow) return;
        for (std::size_t r = 0; r < n; ++r) {
            for (std::size_t c = k; c < panels.padded(); ++c) {
                z.at(r, c) = static_cast<T>(50.0);
                target.at(r, c) = static_cast<T>(3.0);
            }
        }
    }

    LossBlock<T> block(std::size_t first, std::size_t count) {
        LossBlock<T> b{};
        b.z = z.row(first);
        b.gradient = gradient.row(first);
        b.target = target.row(first);
        b.scale = T(0.25);
        b.rows = count;
        b.cols = cols;
        b.stride = z.stride;
        b.width = z.panels.width;
        b.parameters.value[0] = 0.75;
        return b;
    }
    double run(const LossKernel<T>& kernel, const LossBlock<T>& b) {
        return z.narrow ? kernel.columns(b) : kernel.panels(b);
    }
};

// What a row costs by itself, with weight 1.
template <class T>
double one_row(Problem<T>& p, const LossKernel<T>& kernel, std::size_t row, bool coded) {
    LossBlock<T> b = p.block(row, 1);
    b.gradient = nullptr;
    b.scale = T(1);
    if (coded) {
        b.target = nullptr;
        b.codes = &p.codes[row];
    }
    return p.run(kernel, b);
}

template <class T>
void one_loss(const KernelSet& set, const LossKernel<T>& kernel, std::size_t rows, std::size_t cols, bool narrow,
              bool coded) {
    Problem<T> p(set, rows, cols, narrow);
    const auto whole = [&] {
        LossBlock<T> b = p.block(0, rows);
        if (coded) {
            b.target = nullptr;
            b.codes = p.codes.data();
        }
        return b;
    };
    std::vector<double> single(rows);
    double sum = 0.0, weighted = 0.0;
    for (std::size_t r = 0; r < rows; ++r) {
        single[r] = one_row(p, kernel, r, coded);
        sum += single[r];
        weighted += single[r] * static_cast<double>(p.row_weight[r]);
    }
    LossBlock<T> b = whole();
    CHECK(std::abs(p.run(kernel, b) - 0.25 * sum) <= 1e-12 * std::abs(sum) + 1e-13);
    const Matrix<T>& g = p.gradient;
    std::vector<T> plain;
    for (std::size_t r = 0; r < rows; ++r) {
        for (std::size_t c = 0; c < cols; ++c) plain.push_back(g.at(r, c));
        if (narrow) continue;
        for (std::size_t c = cols; c < g.panels.padded(); ++c) CHECK(g.at(r, c) == T(0));
    }
    for (const T value : plain) CHECK(std::isfinite(value));
    b.row_weight = p.row_weight.data();
    CHECK(std::abs(p.run(kernel, b) - weighted) <= 1e-6 * std::abs(weighted) + 1e-12);
    for (std::size_t r = 0; r < rows; ++r) {
        const double factor = 4.0 * static_cast<double>(p.row_weight[r]);
        for (std::size_t c = 0; c < cols; ++c) {
            CHECK(close(g.at(r, c), factor * static_cast<double>(plain[r * cols + c])));
        }
    }
    // A row of weight 0 is not there, whatever it holds.
    p.row_weight[rows / 2] = T(0);
    const T spoiled = p.z.at(rows / 2, 0);
    p.z.at(rows / 2, 0) = static_cast<T>(kNan);
    const double left = p.run(kernel, b);
    CHECK(std::isfinite(left));
    for (std::size_t c = 0; c < cols; ++c) CHECK(g.at(rows / 2, c) == T(0));
    p.z.at(rows / 2, 0) = spoiled;
    CHECK(p.run(kernel, b) == left);
    if (!coded && !kernel.over_classes) {
        LossBlock<T> e = whole();
        e.element_weight = p.element_weight.row(0);
        p.run(kernel, e);
        for (std::size_t r = 0; r < rows; ++r) {
            for (std::size_t c = 0; c < cols; ++c) {
                const double factor = static_cast<double>(p.element_weight.at(r, c));
                CHECK(close(g.at(r, c), factor * static_cast<double>(plain[r * cols + c])));
            }
        }
    }
    if (coded) {
        p.codes[0] = -1;
        b = whole();
        CHECK(std::abs(p.run(kernel, b) - 0.25 * (sum - single[0])) <= 1e-6 * std::abs(sum));
        for (std::size_t c = 0; c < cols; ++c) CHECK(g.at(0, c) == T(0));
    }
}

template <class T>
void losses(const KernelSet& set) {
    const ElementKernels<T>& k = element_kernels<T>(set);
    for (int i = 0; i < k.losses->count; ++i) {
        const bool categorical = k.losses->entries[i].over_classes;
        for (const std::size_t rows : {1u, 5u, 19u, 40u}) {
            for (const std::size_t cols : {1u, 2u, 7u, 8u, 10u, 33u, 70u}) {
                for (const bool narrow : {false, true}) {
                    if (narrow && cols > kNarrow) continue;
                    one_loss<T>(set, k.losses->entries[i], rows, cols, narrow, false);
                    if (categorical) one_loss<T>(set, k.losses->entries[i], rows, cols, narrow, true);
                }
            }
        }
    }
}

// Columns and panels are two ways to lay out the same numbers.
template <class T>
void softmax(const KernelSet& set) {
    const ElementKernels<T>& k = element_kernels<T>(set);
    for (const std::size_t cols : {1u, 2u, 5u, 8u}) {
        const Panels panels = panels_for<T>(cols, product_kernels<T>(set));
        const std::size_t rows = 21;
        Matrix<T> a(rows, panels, true), b(rows, panels, false);
        std::vector<T> x = draw<T>(rows * cols, -9.0, 9.0);
        for (const bool log : {false, true}) {
            for (std::size_t r = 0; r < rows; ++r) {
                for (std::size_t c = 0; c < cols; ++c) a.at(r, c) = b.at(r, c) = x[r * cols + c];
            }
            k.losses->softmax_columns(a.row(0), a.row(0), rows, cols, a.stride, log);
            k.losses->softmax_panels(b.row(0), b.row(0), rows, cols, b.stride, panels.width, log);
            for (std::size_t r = 0; r < rows; ++r) {
                double total = 0.0;
                for (std::size_t c = 0; c < cols; ++c) {
                    CHECK(close(a.at(r, c), static_cast<double>(b.at(r, c))));
                    total += log ? std::exp(static_cast<double>(a.at(r, c))) : static_cast<double>(a.at(r, c));
                }
                CHECK(std::abs(total - 1.0) < 1e-6);
                for (std::size_t c = cols; c < panels.padded(); ++c) CHECK(b.at(r, c) == T(0));
            }
        }
    }
}

// Instruction sets agree: functions of float are rounded once from nearly the same double, on all of them.
// Where units learn a parameter: as the kernel at that parameter, column by column; and the derivative by it.
template <class T>
void unit_kernels(const KernelSet& set) {
    const ActivationTable<T>& table = *element_kernels<T>(set).activations;
    const auto vector = static_cast<std::size_t>(product_kernels<T>(set).vector);
    std::size_t found = 0;
    for (int entry = 0; entry < table.count; ++entry) {
        const ActivationKernel<T>& kernel = table.entries[entry];
        if (kernel.units == nullptr) continue;
        ++found;
        CHECK(kernel.parameter_count == 1);
        for (const std::size_t rows : {1, 3, 4, 9}) {
            const std::size_t width = vector * (1 + rows % 3), n = rows * width;
            const std::vector<T> z = draw<T>(n, -5.0, 5.0), parameters = draw<T>(width, -1.5, 1.5);
            std::vector<T> y = z, slope(n), by(n), alone(n);
            kernel.units({y.data(), y.data(), slope.data(), by.data(), parameters.data(), rows, width});  // in place
            kernel.units({z.data(), alone.data(), nullptr, nullptr, parameters.data(), rows, width});
            CHECK(alone == y);
            for (std::size_t i = 0; i < n; ++i) {
                const T p = parameters[i % width];
                T value, derivative;
                kernel.value_and_slope(&z[i], &value, &derivative, 1, {{static_cast<double>(p)}});
                CHECK(y[i] == value && slope[i] == derivative);
                const double x = static_cast<double>(z[i]), beta = static_cast<double>(p), e = std::exp(-beta * x);
                const bool silu = std::strcmp(kernel.name, "silu") == 0;
                CHECK(close(by[i], silu ? x * x * e / ((1.0 + e) * (1.0 + e)) : std::min(x, 0.0)));
            }
        }
    }
    CHECK(found == 2);
    // At infinity the limits; and 0.51 ULP in float, 0.8 in double, where long double can tell.
    const ActivationKernel<T>* silu = find_activation<T>(set, "silu");
    std::vector<T> z(vector, static_cast<T>(kInfinity)), parameters(vector, T{1}), y(vector), slope(vector), by(vector, T{9});
    silu->units({z.data(), y.data(), slope.data(), by.data(), parameters.data(), 1, vector});
    for (std::size_t i = 0; i < vector; ++i) CHECK(y[i] == z[i] && slope[i] == T{1} && by[i] == T{0});
    if constexpr (std::numeric_limits<long double>::digits > 60) {
        for (int round = 0; round < 500; ++round) {
            z = draw<T>(vector, -20.0, 20.0);
            parameters = draw<T>(vector, -3.0, 3.0);
            silu->units({z.data(), y.data(), slope.data(), by.data(), parameters.data(), 1, vector});
            for (std::size_t i = 0; i < vector; ++i) {
                const long double x = z[i], e = std::exp(-std::abs(x * static_cast<long double>(parameters[i])));
                const long double right = x * x * e / ((1 + e) * (1 + e));
                const T near = static_cast<T>(right), ulp = std::nextafter(near, static_cast<T>(kInfinity)) - near;
                const long double allowed = std::is_same_v<T, float> ? 0.51L : 0.8L;
                CHECK(std::abs(static_cast<long double>(by[i]) - right) <= allowed * static_cast<long double>(ulp));
            }
        }
    }
}

template <class T>
void maxout(const KernelSet& set) {
    const ElementKernels<T>& kernels = element_kernels<T>(set);
    const auto vector = static_cast<std::size_t>(product_kernels<T>(set).vector);
    for (const std::size_t pieces : {2, 3, 7}) {
        const std::size_t n = 3 * vector, stride = 5 * vector;
        std::vector<T> z = draw<T>((pieces - 1) * stride + n), y(n), again(n);
        z[1] = z[stride + 1] = T{4};  // a tie: the first wins
        z[stride + 2] = static_cast<T>(kNan);
        const std::vector<T> before = z;
        kernels.maxout(z.data(), again.data(), n, pieces, stride, false);
        CHECK(std::memcmp(z.data(), before.data(), z.size() * sizeof(T)) == 0);
        kernels.maxout(z.data(), y.data(), n, pieces, stride, true);
        CHECK(std::memcmp(y.data(), again.data(), n * sizeof(T)) == 0);
        for (std::size_t i = 0; i < n; ++i) {
            std::size_t best = 0;
            for (std::size_t k = 1; k < pieces; ++k) {
                if (before[i + k * stride] > before[i + best * stride]) best = k;
            }
            CHECK(i == 2 ? std::isnan(y[i]) : y[i] == before[i + best * stride]);
            for (std::size_t k = 0; k < pieces && i != 2; ++k) CHECK(z[i + k * stride] == (k == best ? T{1} : T{0}));
        }
        for (std::size_t i = n; i < stride; ++i) CHECK(z[i] == before[i]);
    }
}

void agreement() {
    Parameters parameters{{0.5}};
    const std::vector<float> x = draw<float>(10007, -20.0, 20.0);
    std::vector<std::vector<float>> first;
    for (const char* const* name = usable_kernels(); *name != nullptr; ++name) {
        CHECK(select_kernels(*name));
        const ElementKernels<float>& k = kernels().element32;
        for (int i = 0; i < k.activations->count; ++i) {
            std::vector<float> y(x.size()), slope(x.size()), alone(x.size());
            k.activations->entries[i].value_and_slope(x.data(), y.data(), slope.data(), x.size(), parameters);
            k.activations->entries[i].value(x.data(), alone.data(), x.size(), parameters);
            CHECK(alone == y);
            k.activations->entries[i].slope(x.data(), alone.data(), x.size(), parameters);
            CHECK(alone == slope);
            y.insert(y.end(), slope.begin(), slope.end());
            if (name == usable_kernels()) {
                first.push_back(y);
                continue;
            }
            std::size_t different = 0;
            for (std::size_t j = 0; j < y.size(); ++j) {
                const float one = first[static_cast<std::size_t>(i)][j];
                CHECK(y[j] == one || y[j] == std::nextafter(one, y[j]));
                if (y[j] != one) ++different;
            }
            CHECK(different < 20);
        }
    }
}

template <class T>
void all(const KernelSet& set) {
    optimizers<T>(set);
    dropout<T>(set);
    statistics<T>(set);
    losses<T>(set);
    softmax<T>(set);
    unit_kernels<T>(set);
    maxout<T>(set);
}

}  // namespace

int main() {
    for (const char* const* name = usable_kernels(); *name != nullptr; ++name) {
        CHECK(select_kernels(*name));
        all<float>(kernels());
        all<double>(kernels());
    }
    CHECK(!select_kernels("none"));
    agreement();
    return 0;
}
