// The table of kernels: what one instruction set provides to the engine, as plain function pointers.
//
// Everything above this header (network, trainer, bindings) is compiled once, for the oldest processor that we
// support, and reaches vector code only through these tables. Everything below it (vec.hpp, activations.hpp,
// losses.hpp, optimizers.hpp, gemm_kernels.hpp, ...) is compiled once per instruction set, in a namespace of its own
// (glassnet::v2, ::v3, ::v4, ::neon). This header is included by both sides and therefore holds no function, no
// std type and nothing that could be emitted as a weak symbol: a weak symbol compiled with AVX-512 may replace its
// twin in code that runs on a processor without it.
//
// Layouts. A matrix of activations, gradients or weights lies in *panels*: `width` columns side by side, row after row,
//     element (r, c) at data[(c / width) * panel_stride + r * width + c % width],
// so that a block of rows of one panel is one contiguous run and elementwise kernels need no strides. `width` is a
// multiple of the vector length; columns beyond the real ones are padding and hold zeros. Output layers of at most
// kNarrow units lie in *columns* instead: element (r, c) at data[c * stride + r], lanes run over rows.
#pragma once

#include <cstddef>
#include <cstdint>

namespace glassnet {

inline constexpr int kMaxParameters = 4;

// The values of a function's parameters, in the order in which its catalog entry declares them.
struct Parameters {
    double value[kMaxParameters];
};

// What the backward pass multiplies the incoming gradient by.
enum class Backward : std::uint8_t {
    kOne,     // the slope is 1 everywhere (identity): nothing to do
    kOutput,  // relu, and nothing else: 1 where the output is above 0, else 0; products apply both (Finish)
    kSlope,   // the slope, computed from the input in the forward pass and stored
};

// Rows of a panel whose columns have a parameter of their own each.
template <class T>
struct UnitBlock {
    const T* z;                // rows * width elements; y == z is allowed
    T* y;
    T* slope;                  // d f / d z; nullptr: neither this nor the next is wanted
    T* by_parameter;           // d f / d parameter
    const T* parameter;        // one a column
    std::size_t rows;
    std::size_t width;         // a multiple of the vector length
};

template <class T>
struct ActivationKernel {
    const char* name;
    Backward backward;
    int parameter_count;
    bool zero_at_zero;         // f(0) == 0, so padding stays zero by itself
    double saturation;         // a unit is saturated on a row where |slope| < saturation; 0: it cannot saturate
    // y[i] = f(x[i]); x == y is allowed. Any n, no alignment needed.
    void (*value)(const T* x, T* y, std::size_t n, const Parameters& parameters);
    // y[i] = f(x[i]), slope[i] = f'(x[i]); x == y is allowed.
    void (*value_and_slope)(const T* x, T* y, T* slope, std::size_t n, const Parameters& parameters);
    // slope[i] = f'(x[i]); x == slope is allowed.
    void (*slope)(const T* x, T* slope, std::size_t n, const Parameters& parameters);
    // The same where units learn the one parameter; nullptr: they cannot.
    void (*units)(const UnitBlock<T>& block);
};

// A block of rows at the end of the forward pass. `target` and `element_weight` lie exactly as `z` does.
template <class T>
struct LossBlock {
    const T* z;                // raw scores
    T* gradient;               // out: weight * d loss / d z; nullptr: only the loss is wanted. Padding is written as 0.
    const T* target;           // dense targets, or nullptr where `codes` are given
    const std::int32_t* codes; // class codes, one a row; below 0: the row is ignored (loss 0, gradient exactly 0)
    const T* row_weight;       // one a row, or nullptr: all `scale`. Already divided by the batch's sum of weights.
    const T* element_weight;   // multiplies row_weight element by element, or nullptr
    T scale;
    std::size_t rows;
    std::size_t cols;
    std::size_t stride;        // columns: from one column to the next; panels: from one panel to the next
    int width;                 // panels: columns a panel; over classes also 0: row after row, without padding
    Parameters parameters;
    double* row_loss;          // out: each row's loss without its weight; nullptr: not wanted. Over classes in panels only.
};

// Elements of a loss that works output by output.
template <class T>
struct LossElements {
    const T* z;
    const T* target;
    const double* weight;      // multiplies everything, element by element, or nullptr
    double* loss;              // out, as are the others; each may be nullptr
    T* gradient;               // times `scale`
    T* curvature;              // second derivative, times `scale`
    double* total;             // grows by the sum of all losses
    std::size_t n;
    double scale;
    Parameters parameters;
};

template <class T>
struct LossKernel {
    const char* name;
    const char* link;          // activation whose value turns z into the prediction
    int parameter_count;
    double middle;             // raw score at which a single output decides between targets 0 and 1
    bool over_classes;         // over the columns of a row: takes codes
    // Both return the sum of weight * loss over the block, accumulated in double in row order.
    double (*columns)(const LossBlock<T>& block);
    double (*panels)(const LossBlock<T>& block);
    // For calls on arrays. Losses of single outputs have `elements`; those over classes have `curvature`, which writes
    // the second derivative by each score, unweighted, to `gradient`, in panels. The other one is nullptr.
    void (*elements)(const LossElements<T>& elements);
    void (*curvature)(const LossBlock<T>& block);
};

enum class Solver : std::uint8_t { kSgd, kAdagrad, kRmsprop, kAdam };

// One step of the optimizer on a contiguous run of parameters. The gradient is complete but for the penalties.
template <class T>
struct Update {
    T* parameter;
    const T* gradient;
    T* first;                  // velocity (sgd with momentum), m (adam); nullptr where the solver has none
    T* second;                 // sum or mean of squared gradients; nullptr where the solver has none
    std::size_t n;
    T rate;                    // learning rate (times the group's rate factor)
    T l1;                      // gradient += l1 * sign(parameter), see optimizers.hpp; 0: no such term
    T l2;                      // gradient += l2 * parameter
    T keep;                    // parameter *= keep before the step: 1 - rate * weight_decay; 1: no decay
    T momentum;                // sgd; beta_1 for adam
    T decay;                   // beta_2 for adam, rho for rmsprop
    T momentum_rest;           // 1 - momentum and 1 - decay, from double: 1 - 0.999f would be off by 1.3e-5
    T decay_rest;
    T epsilon;
    T correction_1;            // adam: 1 / (1 - beta_1^t)
    T correction_2;            // adam: 1 / (1 - beta_2^t)
    bool nesterov;
    double* norms;             // nullptr, or three sums that grow by: gradient^2 (with L1 and L2), new parameter^2, change^2
};

// Where a block of a layer's output lies within the batch, for random numbers that belong to (row, unit).
struct DropoutBlock {
    std::uint64_t seed;
    std::uint64_t step;
    std::uint32_t layer;
    std::uint32_t first_row;
    std::uint32_t first_column;
    std::uint32_t rows;
    std::uint32_t width;       // columns a row, contiguous
    std::uint32_t threshold;   // an element is dropped where its 16 random bits are below this
};

template <class T>
struct ActivationTable {
    const ActivationKernel<T>* entries;
    int count;
};

template <class T>
struct LossTable {
    const LossKernel<T>* entries;
    int count;
    // softmax (or its logarithm) over the columns of each row; in place is allowed. Width 0: row after row, without padding.
    void (*softmax_columns)(const T* z, T* y, std::size_t rows, std::size_t cols, std::size_t stride, bool log);
    void (*softmax_panels)(const T* z, T* y, std::size_t rows, std::size_t cols, std::size_t stride, int width, bool log);
};

template <class T>
struct ElementKernels {
    const ActivationTable<T>* activations;
    const LossTable<T>* losses;

    void (*update[4])(const Update<T>&);                                      // by Solver

    // Copies past the caches where the processor can. `to` starts at a multiple of 64 bytes. Only a fence orders such stores.
    void (*stream)(const T* from, T* to, std::size_t n);
    // d[i] *= slope[i]
    void (*multiply)(T* d, const T* slope, std::size_t n);
    // y *= mask * scale, and slope too where it is not nullptr
    void (*dropout)(T* y, T* slope, T scale, const DropoutBlock& block);

    // Maxout: y[i] = the largest of z[i + k * stride] for k < pieces, NaN if one is. With with_slope, z becomes the slope: 1
    // where the piece is the largest (at ties the first), else 0. n is a multiple of the vector length.
    void (*maxout)(T* z, T* y, std::size_t n, std::size_t pieces, std::size_t stride, bool with_slope);

    // Seeing. activity: flags[j] = max(flags[j], max over rows of |data[r * width + j]|)
    void (*activity)(const T* data, std::size_t rows, int width, T* flags);
    std::size_t (*count_below)(const T* slope, std::size_t n, T threshold);   // how many |slope| < threshold
    // Both sums grow by those of the data: `runs` of n elements, `stride` from one to the next.
    void (*moments)(const T* data, std::size_t n, std::size_t runs, std::size_t stride, double* sum, double* sum_of_squares);
    bool (*all_finite)(const T* data, std::size_t n);
};

template <class T>
struct ProductKernels;     // product.hpp
struct FormulaKernels;  // formula_table.hpp

struct KernelSet {
    const char* name;                            // "x86-64-v2", "x86-64-v3", "x86-64-v4", "neon"
    ElementKernels<float> element32;
    ElementKernels<double> element64;
    const ProductKernels<float>* product32;
    const ProductKernels<double>* product64;
    const FormulaKernels* formulas;
};

// The kernels in use: the best that this processor runs, unless `select_kernels` said otherwise.
const KernelSet& kernels();
// Names that this processor can run, best first; ends with nullptr.
const char* const* usable_kernels();
bool select_kernels(const char* name);

}  // namespace glassnet
