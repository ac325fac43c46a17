// A network: an input stage, a chain of layers with a loss at its end, all parameters in one flat buffer, and the passes over
// blocks of rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "embedding.hpp"
#include "formula.hpp"
#include "outside_loss.hpp"

namespace glassnet {

struct LayerDescription {
    std::size_t units = 0;
    ActivationDescription activation;
    double dropout = 0.0;
};

struct NetworkDescription {
    std::size_t inputs = 0;              // columns of X
    std::vector<EmbeddingDescription> embeddings;
    std::vector<LayerDescription> layers;
    std::string loss;
    Parameters loss_parameters{};
    std::shared_ptr<const FormulaProgram> loss_program;   // of prediction and target, in place of the table's `loss`
    std::shared_ptr<const OutsideLoss> outside_loss;      // in place of both; then `loss` names the link
    double outside_threshold = 0.5;                       // the raw score above which an output says yes
};

// The matrices of one batch (or, outside training, of one block): outputs[0] is the input, outputs[l] what layer l gives.
template <class T>
struct Activations {
    std::vector<Matrix<T>> outputs;
    std::vector<Matrix<T>> deltas;      // deltas[l] belongs to outputs[l]; without memory where nobody needs it
    Codes codes;                        // with embeddings; only then is deltas[0] used
};

// What was asked about the targets of a batch; lies as the last layer's output does.
template <class T>
struct Targets {
    Matrix<T> values;
    Buffer<std::int32_t> codes;
    Buffer<T> row_weights;
    Matrix<T> element_weights;
    bool has_values = false;
    bool has_row_weights = false;
    bool has_element_weights = false;
    T scale{1};                          // of every row, where there are no row weights
    double factor = 1.0;                 // what row weights are multiplied by: 1 / the sum of the batch's weights
};

template <class T>
class Network {
public:
    // Throws std::invalid_argument where a name is unknown or a size is 0.
    Network(const NetworkDescription& description, const KernelSet& kernels);

    std::size_t inputs() const { return description_.inputs; }   // columns of X
    std::size_t outputs() const { return layers_.back()->outputs(); }
    std::size_t depth() const { return layers_.size(); }
    const NetworkDescription& description() const { return description_; }
    // nullptr: the engine computes the loss itself, by `loss`.
    const OutsideLoss* outside_loss() const { return description_.outside_loss.get(); }
    const InputStage<T>& stage() const { return stage_; }
    Layer<T>& layer(std::size_t l) { return *layers_[l]; }
    const Layer<T>& layer(std::size_t l) const { return *layers_[l]; }
    // A raw score above this says yes: where the prediction is 1/2.
    double threshold() const { return loss_threshold_; }
    // What makes predictions of raw scores; nullptr: softmax.
    const ActivationKernel<T>* link() const { return link_; }
    const KernelSet& kernels() const { return kernels_; }
    const ElementKernels<T>& element() const { return element_; }
    const ProductKernels<T>& product() const { return product_; }
    double training_cost() const { return training_cost_; }     // floating-point operations a row, both phases
    double forward_cost() const { return forward_cost_; }
    std::size_t bytes_per_row() const;                           // of a training's matrices: activations and deltas
    // Operations of a step on so many rows.
    double step_cost(std::size_t rows) const { return training_cost_ * static_cast<double>(rows) + stage_.update_cost(); }

    Buffer<T>& parameters() { return parameters_; }
    const Buffer<T>& parameters() const { return parameters_; }
    const std::vector<Tile>& tiles() const { return tiles_; }
    std::size_t largest_tile() const { return largest_tile_; }
    // The gradient of a tile over `rows` rows, as `Layer::gradient` says.
    void gradient(const Tile& tile, const Activations<T>& a, std::size_t rows, T* out, T* scratch) const {
        if (tile.layer == depth()) stage_.gradient(tile, a.codes, a.deltas[0], rows, out);
        else layers_[tile.layer]->gradient(tile, a.outputs[tile.layer], a.deltas[tile.layer + 1], rows, out, scratch);
    }
    // Brings what is derived from parameters up to date: a tile's, or (after they were written otherwise) all.
    void refresh(const Tile& tile) {
        if (tile.layer < depth()) layers_[tile.layer]->refresh(parameters_.data(), tile);
    }
    void refresh();

    Activations<T> make_activations(std::size_t rows, bool training) const;
    Matrix<T> make_output(std::size_t rows) const { return layers_.back()->make_output(rows); }
    // As wide as the widest layer's input gradient, for `backward`.
    std::vector<Matrix<T>> make_gradients(std::size_t rows) const;

    // Outside training: nothing is dropped, no slopes are kept.
    void forward(Activations<T>& a, RowBlock rows) const {
        for (std::size_t l = 0; l < layers_.size(); ++l) forward_layer(l, a, rows, nullptr);
    }
    // The same for one layer. With `x`, which only the first has, the inputs are its rows, [rows.count, inputs], and not
    // outputs[0]; only where `reads_rows()`.
    void forward_layer(std::size_t l, Activations<T>& a, RowBlock rows, const T* x) const;
    bool reads_rows() const { return stage_.tables() == 0 && layers_.front()->reads_rows(); }
    // The loss's share of this block; with deltas, the last layer's delta too.
    double loss(Activations<T>& a, const Targets<T>& targets, RowBlock rows, bool with_gradient) const;
    // From the last delta down to the first, and to the inputs' where there are embeddings. `gradients` (from
    // make_gradients) is this worker's.
    void backward(Activations<T>& a, RowBlock rows, std::vector<Matrix<T>>& gradients) const;
    // z -> prediction, row after row, [rows, outputs]; with link == false z itself.
    void read_output(const Matrix<T>& z, RowBlock rows, bool link, Matrix<T>& scratch, T* out) const;

private:
    NetworkDescription description_;
    const KernelSet& kernels_;
    const ElementKernels<T>& element_;
    const ProductKernels<T>& product_;
    InputStage<T> stage_;
    const LossKernel<T>* loss_ = nullptr;         // nullptr: the description's program
    const ActivationKernel<T>* link_ = nullptr;   // nullptr: softmax
    std::vector<std::unique_ptr<UnitActivation<T>>> activations_;   // of the layers before the last, which refer to them
    std::vector<std::unique_ptr<Layer<T>>> layers_;
    Buffer<T> parameters_;
    std::vector<Tile> tiles_;
    std::size_t largest_tile_ = 0;
    double loss_threshold_ = 0.5;
    double training_cost_ = 0.0, forward_cost_ = 0.0;
};

extern template class Network<float>;
extern template class Network<double>;

}  // namespace glassnet
