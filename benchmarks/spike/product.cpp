// The spike's kernels as plain C functions: one dense layer's three products, ours (panels) and BLAS (plain matrices), each with
// everything that a training step needs around it: the batch's gather, bias and relu. Compiled once per instruction set
// by run.py, which checks the results against float64 before it times anything.
#if defined(SPIKE_V4)
#define GLASSNET_ISA v4
#define GLASSNET_ISA_V4
#elif defined(SPIKE_V3)
#define GLASSNET_ISA v3
#define GLASSNET_ISA_V3
#else
#define GLASSNET_ISA v2
#define GLASSNET_ISA_V2
#endif
#include "gemm_kernels.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <random>
#include <vector>

#include "panels.hpp"
#include "team.hpp"

namespace {

using namespace glassnet;
namespace isa = glassnet::GLASSNET_ISA;
using Sgemm = void (*)(const char*, const char*, const int*, const int*, const int*, const float*, const float*, const int*,
                       const float*, const int*, const float*, float*, const int*);

const ProductKernels<float>& kKernels = isa::kProductKernels<float>;

std::vector<float> random_numbers(std::size_t n, unsigned seed) {
    std::mt19937 generator(seed);
    std::uniform_real_distribution<float> uniform(-1.0f, 1.0f);
    std::vector<float> values(n);
    for (float& v : values) v = uniform(generator);
    return values;
}

// Row-major C (m x n) = A B; op says which factor is transposed. Fortran's BLAS sees the transposed problem.
void blas(Sgemm sgemm, bool transpose_a, bool transpose_b, int m, int n, int k, const float* a, const float* b, float* c) {
    const float one = 1.0f, zero = 0.0f;
    const int lda = transpose_a ? m : k, ldb = transpose_b ? k : n;
    sgemm(transpose_b ? "T" : "N", transpose_a ? "T" : "N", &n, &m, &k, &one, b, &ldb, a, &lda, &zero, c, &n);
}

template <class Work>
double fastest(double budget, Work&& work) {
    using Clock = std::chrono::steady_clock;
    double best = 1e9;
    const auto start = Clock::now();
    do {
        const auto t0 = Clock::now();
        int repeats = 0;
        double elapsed = 0.0;
        do {
            work();
            ++repeats;
            elapsed = std::chrono::duration<double>(Clock::now() - t0).count();
        } while (elapsed < 2e-3);
        best = std::min(best, elapsed / repeats);
    } while (std::chrono::duration<double>(Clock::now() - start).count() < budget);
    return best;
}

// A layer of `inputs` -> `units` on `rows` rows that are gathered from a table of 4 * rows rows.
struct Problem {
    std::size_t rows, inputs, units, block;
    std::vector<float> table, weights, bias, delta;
    std::vector<std::uint32_t> index;
    Panels in, out;
    Matrix<float> a, z, d, g;
    Buffer<float> w, wt, b, tile;

    Problem(std::size_t rows_, std::size_t inputs_, std::size_t units_, std::size_t block_)
        : rows(rows_), inputs(inputs_), units(units_), block(block_), table(random_numbers(4 * rows_ * inputs_, 1)),
          weights(random_numbers(inputs_ * units_, 2)), bias(random_numbers(units_, 3)), delta(random_numbers(rows_ * units_, 4)),
          index(rows_), in(panels_for<float>(inputs_, kKernels)), out(panels_for<float>(units_, kKernels)), a(rows_, in, false),
          z(rows_, out, false), d(rows_, out, false), g(rows_, in, false), w(inputs_ * out.padded()), wt(units_ * in.padded()),
          b(out.padded()), tile(static_cast<std::size_t>(in.width) * static_cast<std::size_t>(out.width)) {
        std::mt19937 generator(5);
        for (auto& i : index) i = static_cast<std::uint32_t>(generator() % (4 * rows));
        const auto wide = static_cast<std::size_t>(out.width), high = static_cast<std::size_t>(in.width);
        for (std::size_t i = 0; i < inputs; ++i) {
            for (std::size_t j = 0; j < units; ++j) {
                w[(j / wide * inputs + i) * wide + j % wide] = weights[i * units + j];
                wt[(i / high * units + j) * high + i % high] = weights[i * units + j];
            }
        }
        std::copy(bias.begin(), bias.end(), b.data());
        for (std::size_t r = 0; r < rows; ++r) {
            for (std::size_t j = 0; j < units; ++j) d.at(r, j) = delta[r * units + j];
        }
    }

    void forward() {  // gather, product with bias, relu, a block of rows at a time
        for (std::size_t first = 0; first < rows; first += block) {
            const std::size_t count = std::min(block, rows - first);
            for (std::size_t r = first; r < first + count; ++r) {
                const float* from = table.data() + index[r] * inputs;
                for (std::size_t p = 0; p < in.count; ++p, from += in.width) {
                    std::memcpy(a.block(p, r), from, in.columns_of(p) * sizeof(float));
                }
            }
            kKernels.product({a.row(first), static_cast<std::size_t>(in.width), 1, static_cast<std::size_t>(in.width), a.stride,
                              w.data(), inputs * static_cast<std::size_t>(out.width), z.row(first), z.stride, b.data(), count,
                              units, inputs, out.width});
            for (std::size_t p = 0; p < out.count; ++p) {
                float* y = z.block(p, first);
                for (std::size_t i = 0; i < count * static_cast<std::size_t>(out.width); ++i) y[i] = std::max(y[i], 0.0f);
            }
        }
    }
    void backward() {  // g = d W'
        for (std::size_t first = 0; first < rows; first += block) {
            kKernels.product({d.row(first), static_cast<std::size_t>(out.width), 1, static_cast<std::size_t>(out.width), d.stride,
                              wt.data(), units * static_cast<std::size_t>(in.width), g.row(first), g.stride, nullptr,
                              std::min(block, rows - first), in.padded(), units, in.width});
        }
    }
    void gradient(std::size_t p, std::size_t q, float* into, std::size_t first, std::size_t count) {  // one tile of a' d
        kKernels.product({a.block(q, first), 1, static_cast<std::size_t>(in.width), count, 0, d.block(p, first), 0, into, 0, nullptr,
                          in.columns_of(q), static_cast<std::size_t>(out.width), count, out.width});
    }
    void gradient() {
        for (std::size_t p = 0; p < out.count; ++p) {
            for (std::size_t q = 0; q < in.count; ++q) gradient(p, q, tile.data(), 0, rows);
        }
    }
};

}  // namespace

extern "C" {

// seconds[0..3]: forward, backward, gradient by ours; [3..6]: by BLAS; errors[0..3]: largest error of ours against float64.
void spike_products(std::size_t rows, std::size_t inputs, std::size_t units, std::size_t block, Sgemm sgemm, double budget,
                    double* seconds, double* errors) {
    Problem p(rows, inputs, units, block);
    const int m = static_cast<int>(rows), n = static_cast<int>(units), k = static_cast<int>(inputs);
    std::vector<float> x(rows * inputs), z(rows * units), g(rows * inputs), dw(inputs * units);
    const auto gather = [&] {
        for (std::size_t r = 0; r < rows; ++r) std::memcpy(&x[r * inputs], &p.table[p.index[r] * inputs], inputs * sizeof(float));
    };
    const auto blas_forward = [&] {
        gather();
        blas(sgemm, false, false, m, n, k, x.data(), p.weights.data(), z.data());
        for (std::size_t r = 0; r < rows; ++r) {
            for (std::size_t j = 0; j < units; ++j) z[r * units + j] = std::max(z[r * units + j] + p.bias[j], 0.0f);
        }
    };
    p.forward();
    p.backward();
    blas_forward();
    std::fill_n(errors, 3, 0.0);
    std::mt19937 generator(6);
    for (int sample = 0; sample < 200; ++sample) {
        const std::size_t r = generator() % rows, i = generator() % inputs, j = generator() % units;
        double forward = p.bias[j], backward = 0.0, gradient = 0.0;
        for (std::size_t l = 0; l < inputs; ++l) forward += static_cast<double>(x[r * inputs + l]) * p.weights[l * units + j];
        for (std::size_t l = 0; l < units; ++l) backward += static_cast<double>(p.delta[r * units + l]) * p.weights[i * units + l];
        for (std::size_t l = 0; l < rows; ++l) gradient += static_cast<double>(x[l * inputs + i]) * p.delta[l * units + j];
        const std::size_t tile_row = i % static_cast<std::size_t>(p.in.width), tile_column = j % static_cast<std::size_t>(p.out.width);
        p.gradient(j / static_cast<std::size_t>(p.out.width), i / static_cast<std::size_t>(p.in.width), p.tile.data(), 0, rows);
        errors[0] = std::max(errors[0], std::abs(std::max(forward, 0.0) - p.z.at(r, j)));
        errors[1] = std::max(errors[1], std::abs(backward - p.g.at(r, i)));
        errors[2] = std::max(errors[2], std::abs(gradient - p.tile[tile_row * static_cast<std::size_t>(p.out.width) + tile_column]));
    }
    seconds[0] = fastest(budget, [&] { p.forward(); });
    seconds[1] = fastest(budget, [&] { p.backward(); });
    seconds[2] = fastest(budget, [&] { p.gradient(); });
    seconds[3] = fastest(budget, blas_forward);
    seconds[4] = fastest(budget, [&] { blas(sgemm, false, true, m, k, n, p.delta.data(), p.weights.data(), g.data()); });
    seconds[5] = fastest(budget, [&] { blas(sgemm, true, false, k, n, m, x.data(), p.delta.data(), dw.data()); });
}

// The second half of a step on `threads` threads: gradient over the batch and a momentum update. seconds[0]: tiles, each
// owned by one thread over all rows (two phases); seconds[1]: a private gradient per thread over its rows, then a sum.
void spike_steps(std::size_t rows, std::size_t inputs, std::size_t units, int threads, double budget, double* seconds) {
    Problem p(rows, inputs, units, rows);
    Team team(threads);
    const std::size_t parts = static_cast<std::size_t>(threads);
    const std::size_t tiles = p.in.count * p.out.count, size = p.tile.size();
    std::vector<float> parameter(tiles * size), velocity(tiles * size);
    std::vector<std::vector<float>> own(parts, std::vector<float>(tiles * size));
    const auto update = [&](const float* gradient, std::size_t first, std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) {
            velocity[first + i] = 0.9f * velocity[first + i] - 1e-6f * gradient[i];
            parameter[first + i] += velocity[first + i];
        }
    };
    seconds[0] = fastest(budget, [&] {
        team.run(tiles, [&](int worker, std::size_t t) {
            float* into = own[static_cast<std::size_t>(worker)].data();
            p.gradient(t / p.in.count, t % p.in.count, into, 0, rows);
            update(into, t * size, size);
        });
    });
    seconds[1] = fastest(budget, [&] {
        const std::size_t share = divide_up(rows, parts);
        team.run(parts, [&](int, std::size_t part) {
            const std::size_t first = part * share, count = std::min(share, rows - first);
            for (std::size_t t = 0; t < tiles; ++t) p.gradient(t / p.in.count, t % p.in.count, &own[part][t * size], first, count);
        });
        team.run(parts, [&](int, std::size_t part) {
            const std::size_t each = divide_up(tiles * size, parts), first = part * each;
            const std::size_t count = std::min(each, tiles * size - first);
            for (std::size_t other = 1; other < parts; ++other) {
                for (std::size_t i = 0; i < count; ++i) own[0][first + i] += own[other][first + i];
            }
            update(&own[0][first], first, count);
        });
    });
}

alignas(64) float spike_values[64];  // visible outside, so that what is computed into them must be computed

double spike_limit() {  // of one core: independent multiply-adds, operations a second
    std::fill_n(spike_values, 64, 0.25f);
    std::size_t count = 0;
    const double seconds = fastest(0.1, [&] { count = kKernels.multiply_add(50000, spike_values); });
    return 2.0 * static_cast<double>(count) / seconds;
}
}
