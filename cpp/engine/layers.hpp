// Layers: what a network is a chain of.
//
// A layer sees the batch as matrices in panels. In the first phase of a step it works on a block of rows (forward, then
// backward down to its inputs' gradient); in the second on tiles of its parameters (the gradient over the whole batch). It
// owns no numbers: parameters live in one flat buffer of the network, so that solver state, the best weights so far and
// checkpoints are plain copies of the same shape. `Segment` names a run of that buffer.
//
// The delta of a layer is d loss / d z, z being what goes into its activation. While the forward pass runs, the delta matrix
// holds the slope f'(z) (for functions that need one), so the backward pass only multiplies. Where units learn parameters of
// their activation, as many panels again follow for each of them: the derivative by that parameter, in the same way. A Maxout
// layer has as many panels for each of its pieces: first the pieces' z, then which of them won.
#pragma once

#include <cstddef>
#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "activation.hpp"
#include "panels.hpp"

namespace glassnet {

// Output layers of at most this many units are stored by column, see kernels.hpp.
inline constexpr std::size_t kNarrow = 8;
// Sums over rows run in chunks of at most this many rows, which are combined pairwise.
inline constexpr std::size_t kChunkRows = 512;

struct RowBlock {
    std::size_t first = 0;  // within the batch
    std::size_t count = 0;
};

// Which random numbers a training step draws; steps count over the whole training.
struct DropoutKey {
    std::uint64_t seed = 0;
    std::uint64_t step = 0;
};

struct Segment {
    std::size_t offset = 0;
    std::size_t size = 0;
    double rate_factor = 1.0;   // times the learning rate
    double decay_factor = 1.0;  // times L2 and decoupled decay; 0 for biases
};

// One unit of work of the second phase: some weights and, once a column of tiles, the biases and the activation's learned
// parameters that belong to them.
struct Tile {
    std::size_t layer = 0;      // the network's depth: the input stage
    std::size_t output_panel = 0;   // input stage: the table
    std::size_t input_panel = 0;    // input stage: the first row
    Segment weights;
    Segment biases;             // size 0: none
    Segment learned;            // size 0: none
    double cost = 0.0;

    // In the order in which their gradients come; some may be empty.
    std::array<const Segment*, 3> segments() const { return {&weights, &biases, &learned}; }
    std::size_t size() const { return weights.size + biases.size + learned.size; }
};

template <class T>
class Layer {
public:
    virtual ~Layer() = default;
    virtual std::size_t inputs() const = 0;
    virtual std::size_t outputs() const = 0;
    virtual std::size_t columns() const = 0;  // of its weights: outputs, times pieces for Maxout
    virtual std::size_t parameter_size() const = 0;
    // A matrix for this layer's output, and one for its delta, of a batch of `rows`.
    virtual Matrix<T> make_output(std::size_t rows) const = 0;
    virtual Matrix<T> make_delta(std::size_t rows) const = 0;
    // Floating-point operations a row: forward, and backward to the inputs.
    virtual double forward_cost() const = 0;
    virtual double backward_cost() const = 0;

    // out = dropout(f(in W + b)); with `training` the slope goes to `delta`, which else may be nullptr unless
    // needs_delta(). `key` is nullptr where nothing is dropped.
    virtual void forward(const T* parameters, const Matrix<T>& in, Matrix<T>& out, Matrix<T>* delta, bool training,
                         RowBlock rows, const DropoutKey* key) const = 0;
    virtual bool needs_delta() const = 0;
    // The same outside training, from rows of inputs that lie one behind the other without padding; where `reads_rows()`.
    virtual bool reads_rows() const = 0;
    virtual void forward_rows(const T* parameters, const T* in, Matrix<T>& out, Matrix<T>* delta, RowBlock rows) const = 0;
    virtual bool stores_slope() const = 0;
    // How the gradient with respect to this layer's output becomes its delta on the way into `delta`; or, where
    // wants_gradient(), `to_delta` does it afterwards. Rows of `gradient` start with the block's first.
    virtual Finishing<T> to_delta(const Matrix<T>& out, const Matrix<T>& delta, RowBlock rows) const = 0;
    virtual bool wants_gradient() const = 0;
    virtual void to_delta(const Matrix<T>& gradient, const Matrix<T>& out, Matrix<T>& delta, RowBlock rows) const = 0;
    // What there is to see. A unit may be inactive on a row: its slope (stored, or read from the output) is 0.
    virtual bool may_be_inactive() const = 0;
    virtual double saturation() const = 0;  // as UnitActivation's
    // gradient (rows from `gradient_first`) = d loss / d inputs, finished, in the panels where somebody wants it.
    virtual void backward(const T* parameters, const Matrix<T>& delta, RowBlock rows, Matrix<T>& gradient, std::size_t gradient_first,
                          const Finishing<T>& finishing) const = 0;

    virtual void add_tiles(std::size_t layer, std::vector<Tile>& tiles) const = 0;
    // The gradient of a tile over `rows` rows, segment after segment. `scratch` holds gradient_scratch(rows) elements.
    virtual void gradient(const Tile& tile, const Matrix<T>& in, const Matrix<T>& delta, std::size_t rows, T* out,
                          T* scratch) const = 0;
    // Brings what is derived from a tile's parameters (the transposed weights) up to date.
    virtual void refresh(const T* parameters, const Tile& tile) = 0;

    // To and from scikit-learn's layout: weights [inputs, columns], row after row, and biases [columns]. A Maxout layer's
    // column unit * pieces + piece is a piece of that unit.
    virtual void read(const T* parameters, T* weights, T* biases) const = 0;
    virtual void write(T* parameters, const T* weights, const T* biases) const = 0;
    // The parameters of the activation that units learn: how many, and each as a vector [outputs].
    virtual std::size_t learned() const = 0;
    virtual void read_learned(std::size_t k, const T* parameters, T* values) const = 0;
    virtual void write_learned(std::size_t k, T* parameters, const T* values) const = 0;
};

template <class T>
struct DenseOptions {
    std::size_t inputs;
    Panels input_panels;
    std::size_t outputs;
    std::size_t offset;          // of its parameters in the network's buffer
    std::uint32_t index;         // of the layer, for random numbers
    std::size_t wanted_from;     // first of its inputs whose gradient is wanted; `inputs`: nobody wants any
    bool is_last;                // may be narrow; its activation is the loss's business, z is what comes out
    std::size_t pieces;          // above 1: Maxout, the largest of so many weighted sums
    const UnitActivation<T>* activation;   // outlives the layer; nullptr where is_last, and for Maxout
    double dropout;
};

template <class T>
std::unique_ptr<Layer<T>> make_dense(const DenseOptions<T>& options, const KernelSet& kernels);

template <class T>
const ElementKernels<T>& element_kernels(const KernelSet& set);
template <class T>
const ProductKernels<T>& product_kernels(const KernelSet& set);

// Elements of scratch that `Layer::gradient` needs for tiles of `tile_size` elements.
inline std::size_t gradient_scratch(std::size_t tile_size, std::size_t rows) {
    std::size_t levels = 1;
    for (std::size_t chunks = divide_up(rows, kChunkRows); chunks > 0; chunks /= 2) ++levels;
    return levels * tile_size;
}

}  // namespace glassnet
