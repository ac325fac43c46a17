#include "network.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <stdexcept>

namespace glassnet {
namespace {

// Maxout is no function of single sums but a kind of layer; all others have one piece.
std::size_t pieces_of(const ActivationDescription& activation) {
    if (activation.maker || activation.name != "maxout") return 1;
    const double pieces = activation.parameters.size() == 1 ? activation.parameters[0] : 0.0;
    if (!(pieces >= 2.0 && pieces <= 65536.0) || pieces != std::floor(pieces)) {
        throw std::invalid_argument("maxout needs one parameter, a whole number of pieces of at least 2");
    }
    if (!activation.learned.empty()) throw std::invalid_argument("maxout has no parameter that units could learn");
    return static_cast<std::size_t>(pieces);
}

template <class T>
const LossKernel<T>* find_loss(const ElementKernels<T>& kernels, const std::string& name) {
    for (int i = 0; i < kernels.losses->count; ++i) {
        if (name == kernels.losses->entries[i].name) return &kernels.losses->entries[i];
    }
    return nullptr;
}

}  // namespace

template <class T>
Network<T>::Network(const NetworkDescription& description, const KernelSet& kernels)
    : description_(description),
      kernels_(kernels),
      element_(element_kernels<T>(kernels)),
      product_(product_kernels<T>(kernels)),
      stage_(description.embeddings, description.inputs, product_) {
    if (description.layers.empty()) throw std::invalid_argument("a network needs a layer");
    if (description.outside_loss) {
        link_ = description.loss == "softmax" ? nullptr : find_activation<T>(kernels, description.loss);
        loss_threshold_ = description.outside_threshold;
    } else if (description.loss_program) {
        if (description.loss_program->inputs() != 2 || description.loss_program->parameters() != 0) {
            throw std::invalid_argument("the program of a loss must have two inputs and no parameters");
        }
        link_ = find_activation<T>(kernels, "identity");
        loss_threshold_ = 0.5;
    } else {
        loss_ = find_loss<T>(element_, description.loss);
        if (loss_ == nullptr) throw std::invalid_argument("unknown loss: " + description.loss);
        link_ = find_activation<T>(kernels, loss_->link);
        loss_threshold_ = loss_->middle;
    }

    Panels panels = stage_.panels();
    std::size_t inputs = panels.columns;
    std::size_t offset = 0;
    forward_cost_ = training_cost_ = stage_.row_cost();
    for (std::size_t l = 0; l < description.layers.size(); ++l) {
        const LayerDescription& layer = description.layers[l];
        const bool last = l + 1 == description.layers.size();
        if (layer.units == 0) throw std::invalid_argument("a layer needs at least one unit");
        const std::size_t pieces = last ? 1 : pieces_of(layer.activation);
        if (!last) activations_.push_back(pieces > 1 ? nullptr : make_activation<T>(layer.activation, kernels));
        layers_.push_back(make_dense<T>({.inputs = inputs,
                                         .input_panels = panels,
                                         .outputs = layer.units,
                                         .offset = offset,
                                         .index = static_cast<std::uint32_t>(l),
                                         .wanted_from = l == 0 ? stage_.numbers() : 0,
                                         .is_last = last,
                                         .pieces = pieces,
                                         .activation = last ? nullptr : activations_.back().get(),
                                         .dropout = layer.dropout},
                                        kernels));
        layers_.back()->add_tiles(l, tiles_);
        offset += layers_.back()->parameter_size();
        forward_cost_ += layers_.back()->forward_cost();
        training_cost_ += 2.0 * layers_.back()->forward_cost() + layers_.back()->backward_cost();
        inputs = layer.units;
        panels = panels_for<T>(inputs, product_);
    }
    stage_.place(offset);
    stage_.add_tiles(layers_.size(), tiles_);
    parameters_ = Buffer<T>(offset + stage_.parameter_size());
    for (const Tile& tile : tiles_) largest_tile_ = std::max(largest_tile_, tile.size());
    // The dearest first: whoever finishes early then takes small ones.
    std::stable_sort(tiles_.begin(), tiles_.end(), [](const Tile& a, const Tile& b) { return a.cost > b.cost; });
}

template <class T>
void Network<T>::refresh() {
    for (const Tile& tile : tiles_) refresh(tile);
}

template <class T>
std::size_t Network<T>::bytes_per_row() const {
    std::size_t elements = stage_.panels().padded();
    for (const auto& layer : layers_) elements += 2 * layer->columns();
    return elements * sizeof(T);
}

template <class T>
Activations<T> Network<T>::make_activations(std::size_t rows, bool training) const {
    Activations<T> a;
    a.outputs.emplace_back(rows, stage_.panels(), false);
    for (const auto& layer : layers_) a.outputs.push_back(layer->make_output(rows));
    a.deltas.emplace_back();
    for (const auto& layer : layers_) a.deltas.push_back(training || layer->needs_delta() ? layer->make_delta(rows) : Matrix<T>());
    if (stage_.tables() > 0) {
        a.codes = Codes(rows, stage_.tables());
        if (training) a.deltas[0] = Matrix<T>(rows, stage_.panels(), false);
    }
    return a;
}

template <class T>
std::vector<Matrix<T>> Network<T>::make_gradients(std::size_t rows) const {
    std::vector<Matrix<T>> gradients(layers_.size());
    for (std::size_t l = 1; l < layers_.size(); ++l) {
        if (layers_[l - 1]->wants_gradient()) gradients[l] = layers_[l - 1]->make_output(rows);
    }
    return gradients;
}

template <class T>
void Network<T>::forward_layer(std::size_t l, Activations<T>& a, RowBlock rows, const T* x) const {
    const T* parameters = parameters_.data();
    if (x != nullptr) layers_[l]->forward_rows(parameters, x, a.outputs[l + 1], &a.deltas[l + 1], rows);
    else layers_[l]->forward(parameters, a.outputs[l], a.outputs[l + 1], &a.deltas[l + 1], false, rows, nullptr);
}

template <class T>
double Network<T>::loss(Activations<T>& a, const Targets<T>& targets, RowBlock rows, bool with_gradient) const {
    const Matrix<T>& z = a.outputs.back();
    LossBlock<T> block{};
    block.z = z.row(rows.first);
    block.gradient = with_gradient ? a.deltas.back().row(rows.first) : nullptr;
    if (targets.has_values) {
        block.target = targets.values.row(rows.first);
    } else {
        block.codes = targets.codes.data() + rows.first;
    }
    if (targets.has_row_weights) block.row_weight = targets.row_weights.data() + rows.first;
    if (targets.has_element_weights) block.element_weight = targets.element_weights.row(rows.first);
    block.scale = targets.scale;
    block.rows = rows.count;
    block.cols = outputs();
    block.stride = z.stride;
    block.width = z.panels.width;
    block.parameters = description_.loss_parameters;
    if (loss_ == nullptr) return formula_loss(*description_.loss_program, kernels_, block, z.narrow);
    return z.narrow ? loss_->columns(block) : loss_->panels(block);
}

template <class T>
void Network<T>::backward(Activations<T>& a, RowBlock rows, std::vector<Matrix<T>>& gradients) const {
    for (std::size_t l = layers_.size() - 1; l > 0; --l) {
        const Layer<T>& before = *layers_[l - 1];
        if (before.wants_gradient()) {
            layers_[l]->backward(parameters_.data(), a.deltas[l + 1], rows, gradients[l], 0, {});
            before.to_delta(gradients[l], a.outputs[l], a.deltas[l], rows);
        } else {
            const Finishing<T> finishing = before.to_delta(a.outputs[l], a.deltas[l], rows);
            layers_[l]->backward(parameters_.data(), a.deltas[l + 1], rows, a.deltas[l], rows.first, finishing);
        }
    }
    if (stage_.tables() > 0) layers_[0]->backward(parameters_.data(), a.deltas[1], rows, a.deltas[0], rows.first, {});
}

template <class T>
void Network<T>::read_output(const Matrix<T>& z, RowBlock rows, bool link, Matrix<T>& scratch, T* out) const {
    const Matrix<T>* from = &z;
    if (link && link_ != nullptr) {
        for (std::size_t part = 0; part < z.parts(); ++part) {
            link_->value(z.block(part, rows.first), scratch.block(part, rows.first), z.part_size(rows.count), Parameters{});
        }
        from = &scratch;
    } else if (link) {
        if (z.narrow) {
            element_.losses->softmax_columns(z.row(rows.first), scratch.row(rows.first), rows.count, outputs(), z.stride, false);
        } else {
            element_.losses->softmax_panels(z.row(rows.first), scratch.row(rows.first), rows.count, outputs(), z.stride, z.panels.width, false);
        }
        from = &scratch;
    }
    const std::size_t columns = outputs();
    if (from->narrow) {
        for (std::size_t c = 0; c < columns; ++c) {
            const T* column = from->block(c, rows.first);
            for (std::size_t r = 0; r < rows.count; ++r) out[r * columns + c] = column[r];
        }
        return;
    }
    for (std::size_t panel = 0; panel < from->panels.count; ++panel) {
        const std::size_t count = from->panels.columns_of(panel);
        const std::size_t start = panel * static_cast<std::size_t>(from->panels.width);
        for (std::size_t r = 0; r < rows.count; ++r) {
            std::memcpy(out + r * columns + start, from->block(panel, rows.first + r), count * sizeof(T));
        }
    }
}

template class Network<float>;
template class Network<double>;

}  // namespace glassnet
