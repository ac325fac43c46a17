// The dense layer: z = x W + b, activation or the largest of several pieces (Maxout), dropout; and its two gradients.
//
// Wide layers keep W in panels over the outputs, [output panel][input][width], which is what the forward product reads, and
// beside it W transposed, [input panel][output][width], which the backward product reads; the copy is made tile by tile
// while the tile is in cache. Narrow outputs (at most kNarrow units) keep only W transposed, which serves both directions:
// forward as sums over lanes, backward as the right factor.
//
// A Maxout layer's weights are those of `pieces` layers of its units behind each other: [piece][output panel][input][width];
// so is its delta, and the largest of the pieces is taken vector by vector. Backward it is one product over all pieces.
//
// Parameters that units learn lie behind the biases, [output panel][parameter][width]; their gradients are sums over rows, as
// those of biases. Their padding copies the last unit's values, so that no function meets a parameter that it may not have.
#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>

#include "layers.hpp"

namespace glassnet {

template <>
const ElementKernels<float>& element_kernels<float>(const KernelSet& set) { return set.element32; }
template <>
const ElementKernels<double>& element_kernels<double>(const KernelSet& set) { return set.element64; }
template <>
const ProductKernels<float>& product_kernels<float>(const KernelSet& set) { return *set.product32; }
template <>
const ProductKernels<double>& product_kernels<double>(const KernelSet& set) { return *set.product64; }

namespace {

template <class T>
class Dense final : public Layer<T> {
public:
    Dense(const DenseOptions<T>& options, const KernelSet& set)
        : o_(options),
          element_(element_kernels<T>(set)),
          product_(product_kernels<T>(set)),
          narrow_(options.is_last && options.outputs <= kNarrow),
          out_(panels_for<T>(options.outputs, product_)),
          in_(options.input_panels) {
        const std::size_t padded = o_.pieces * out_.padded();
        weight_size_ = narrow_ ? in_.padded() * o_.outputs : padded * o_.inputs;
        bias_size_ = narrow_ ? divide_up(o_.outputs, 16) * 16 : padded;
        learned_ = o_.activation == nullptr ? 0 : o_.activation->learned();
        if (learned_ > kMaxLearned) throw std::invalid_argument("an activation learns too many parameters");
        first_wanted_ = o_.wanted_from < o_.inputs ? o_.wanted_from / in_width() : in_.count;
        wanted_ = {o_.inputs - std::min(o_.inputs, first_wanted_ * in_width()), in_.width, in_.count - first_wanted_};
        // One panel a piece: its padding can be left out of the product over all pieces.
        piece_rows_ = o_.pieces == 1 || out_.count == 1 ? o_.outputs : out_.padded();
        if (!narrow_) transposed_ = Buffer<T>(wanted_.padded() * o_.pieces * piece_rows_);
        backward_ = o_.is_last ? Backward::kOne : is_maxout() ? Backward::kSlope : o_.activation->backward();
        // A dropped unit has slope 0, which only relu's output shows by itself.
        if ((o_.dropout > 0.0 && backward_ == Backward::kOne) || learned_ > 0) backward_ = Backward::kSlope;
        keep_scale_ = static_cast<T>(1.0 / (1.0 - o_.dropout));
        threshold_ = static_cast<std::uint32_t>(std::lround(o_.dropout * 65536.0));
    }

    std::size_t inputs() const override { return o_.inputs; }
    std::size_t outputs() const override { return o_.outputs; }
    std::size_t columns() const override { return o_.outputs * o_.pieces; }
    std::size_t parameter_size() const override { return weight_size_ + bias_size_ + learned_ * out_.padded(); }
    Matrix<T> make_output(std::size_t rows) const override { return Matrix<T>(rows, out_, narrow_); }
    Matrix<T> make_delta(std::size_t rows) const override {
        if (blocks() == 1) return make_output(rows);
        return Matrix<T>(rows, {blocks() * out_.padded(), out_.width, blocks() * out_.count}, false);
    }
    double forward_cost() const override { return 2.0 * static_cast<double>(o_.inputs * columns()); }
    double backward_cost() const override { return 2.0 * static_cast<double>(wanted_.columns * columns()); }
    bool stores_slope() const override { return backward_ == Backward::kSlope; }
    bool needs_delta() const override { return is_maxout(); }
    bool may_be_inactive() const override { return o_.activation != nullptr && o_.activation->backward() != Backward::kOne; }
    double saturation() const override { return stores_slope() && !is_maxout() ? o_.activation->saturation() : 0.0; }

    void forward(const T* parameters, const Matrix<T>& in, Matrix<T>& out, Matrix<T>* delta, bool training, RowBlock rows,
                 const DropoutKey* key) const override {
        const T* weights = parameters + o_.offset;
        const T* biases = weights + weight_size_;
        if (narrow_) {
            product_.dot_rows(in.row(rows.first), in.stride, weights, in_width() * o_.outputs, biases, out.row(rows.first),
                              out.stride, rows.count, o_.outputs, o_.inputs, in_.width);
        } else {
            weigh(parameters, in.row(rows.first), in_width(), in_width(), in.stride, out, delta, rows);
        }
        if (!o_.is_last) activate(parameters, out, delta, training, rows, key);
    }

    bool reads_rows() const override { return !narrow_; }

    void forward_rows(const T* parameters, const T* in, Matrix<T>& out, Matrix<T>* delta, RowBlock rows) const override {
        weigh(parameters, in, o_.inputs, o_.inputs, 0, out, delta, rows);
        if (!o_.is_last) activate(parameters, out, delta, false, rows, nullptr);
    }

    Finishing<T> to_delta(const Matrix<T>& out, const Matrix<T>& delta, RowBlock rows) const override {
        if (backward_ == Backward::kOne) return {};
        if (backward_ == Backward::kOutput) return {Finish::kMask, out.row(rows.first), out.stride, o_.dropout > 0.0 ? keep_scale_ : T{1}};
        return {Finish::kMultiply, delta.row(rows.first), delta.stride};
    }

    bool wants_gradient() const override { return stores_slope() && blocks() > 1; }

    void to_delta(const Matrix<T>& gradient, const Matrix<T>& out, Matrix<T>& delta, RowBlock rows) const override {
        const std::size_t size = out.part_size(rows.count);
        for (std::size_t part = 0; part < out.parts(); ++part) {
            for (std::size_t k = 0; k < blocks(); ++k) {
                element_.multiply(delta.block(part + k * out_.count, rows.first), gradient.block(part, 0), size);
            }
        }
    }

    void backward(const T* parameters, const Matrix<T>& delta, RowBlock rows, Matrix<T>& gradient, std::size_t gradient_first,
                  const Finishing<T>& finishing) const override {
        Product<T> p{};
        p.a = delta.row(rows.first);
        p.c = gradient.block(first_wanted_, gradient_first);
        p.c_panel_stride = gradient.stride;
        p.m = rows.count;
        p.n = wanted_.padded();  // padding too: it must come out as 0
        p.k = o_.pieces * piece_rows_;
        p.width = in_.width;
        p.b_panel_stride = p.k * in_width();
        p.finishing = finishing;
        if (narrow_) {
            p.row_step = 1;
            p.k_step = delta.stride;
            p.segment = p.k;
            p.b = parameters + o_.offset + first_wanted_ * p.b_panel_stride;
        } else {
            p.row_step = out_width();
            p.k_step = 1;
            p.segment = is_maxout() && out_.count == 1 ? piece_rows_ : out_width();
            p.segment_stride = delta.stride;
            p.b = transposed_.data();
        }
        product_.product(p);
    }

    void add_tiles(std::size_t layer, std::vector<Tile>& tiles) const override {
        const std::size_t output_panels = narrow_ ? 1 : o_.pieces * out_.count;
        for (std::size_t output = 0; output < output_panels; ++output) {
            for (std::size_t input = 0; input < in_.count; ++input) {
                Tile tile;
                tile.layer = layer;
                tile.output_panel = output;
                tile.input_panel = input;
                const std::size_t columns = in_.columns_of(input);
                if (narrow_) {
                    tile.weights = {o_.offset + input * in_width() * o_.outputs, in_width() * o_.outputs, 1.0, 1.0};
                    tile.cost = 2.0 * static_cast<double>(in_width() * o_.outputs);
                } else {
                    tile.weights = {o_.offset + output * o_.inputs * out_width() + input * in_width() * out_width(),
                                    columns * out_width(), 1.0, 1.0};
                    tile.cost = 2.0 * static_cast<double>(columns * out_width());
                }
                if (input == 0) {
                    const std::size_t first = o_.offset + weight_size_;
                    tile.biases = narrow_ ? Segment{first, bias_size_, 1.0, 0.0}
                                          : Segment{first + output * out_width(), out_width(), 1.0, 0.0};
                    if (learned_ > 0) tile.learned = {learned_offset(output), learned_ * out_width(), 1.0, 0.0};
                }
                tiles.push_back(tile);
            }
        }
    }

    void gradient(const Tile& tile, const Matrix<T>& in, const Matrix<T>& delta, std::size_t rows, T* out,
                  T* scratch) const override {
        const std::size_t size = tile.size();
        if (rows <= kChunkRows) {
            chunk_gradient(tile, in, delta, {0, rows}, out);
            return;
        }
        // Pairwise: like a binary counter, two sums of equally many chunks become one. levels[i] holds an open sum.
        std::size_t open = 0;
        std::size_t chunk = 0;
        for (std::size_t first = 0; first < rows; first += kChunkRows, ++chunk) {
            chunk_gradient(tile, in, delta, {first, std::min(kChunkRows, rows - first)}, scratch + open * size);
            ++open;
            for (std::size_t carry = chunk; (carry & 1) != 0; carry >>= 1) {
                product_.add(scratch + (open - 2) * size, scratch + (open - 1) * size, size);
                --open;
            }
        }
        while (open > 1) {
            product_.add(scratch + (open - 2) * size, scratch + (open - 1) * size, size);
            --open;
        }
        std::copy_n(scratch, size, out);
    }

    void refresh(const T* parameters, const Tile& tile) override {
        if (!has_transposed(tile)) return;
        product_.transpose(parameters + tile.weights.offset, out_width(), in_.columns_of(tile.input_panel),
                           out_.columns_of(tile.output_panel % out_.count), transposed_.data() + transposed_place(tile), in_width());
    }

    void read(const T* parameters, T* weights, T* biases) const override {
        for (std::size_t i = 0; i < o_.inputs; ++i) {
            for (std::size_t j = 0; j < columns(); ++j) weights[i * columns() + j] = parameters[o_.offset + place(i, column(j))];
        }
        for (std::size_t j = 0; j < columns(); ++j) biases[j] = parameters[o_.offset + weight_size_ + column(j)];
    }

    void write(T* parameters, const T* weights, const T* biases) const override {
        for (std::size_t i = 0; i < o_.inputs; ++i) {
            for (std::size_t j = 0; j < columns(); ++j) parameters[o_.offset + place(i, column(j))] = weights[i * columns() + j];
        }
        for (std::size_t j = 0; j < columns(); ++j) parameters[o_.offset + weight_size_ + column(j)] = biases[j];
    }

    std::size_t learned() const override { return learned_; }

    void read_learned(std::size_t k, const T* parameters, T* values) const override {
        for (std::size_t j = 0; j < o_.outputs; ++j) values[j] = parameters[learned_place(k, j)];
    }

    void write_learned(std::size_t k, T* parameters, const T* values) const override {
        for (std::size_t j = 0; j < out_.padded(); ++j) parameters[learned_place(k, j)] = values[std::min(j, o_.outputs - 1)];
    }

private:
    // in W + b, of each piece, into `out` (Maxout: into `delta`). Rows of `in` are `row_step` apart, and lie in segments.
    void weigh(const T* parameters, const T* in, std::size_t row_step, std::size_t segment, std::size_t segment_stride, Matrix<T>& out,
               Matrix<T>* delta, RowBlock rows) const {
        const T* weights = parameters + o_.offset;
        const T* biases = weights + weight_size_;
        Matrix<T>& sums = is_maxout() ? *delta : out;
        for (std::size_t piece = 0; piece < o_.pieces; ++piece) {
            const Product<T> p{.a = in, .row_step = row_step, .k_step = 1, .segment = segment, .segment_stride = segment_stride,
                               .b = weights + piece * out_.padded() * o_.inputs, .b_panel_stride = o_.inputs * out_width(),
                               .c = sums.block(piece * out_.count, rows.first), .c_panel_stride = sums.stride,
                               .init = biases + piece * out_.padded(), .m = rows.count, .n = o_.outputs, .k = o_.inputs,
                               .width = out_.width, .finishing = {.how = rectifies() ? Finish::kRectify : Finish::kNothing}};
            product_.product(p);
        }
    }

    std::size_t out_width() const { return static_cast<std::size_t>(out_.width); }
    std::size_t in_width() const { return static_cast<std::size_t>(in_.width); }

    // Whether the forward product applies the activation.
    bool rectifies() const { return o_.activation != nullptr && !is_maxout() && o_.activation->backward() == Backward::kOutput; }
    bool is_maxout() const { return o_.pieces > 1; }
    // How many times the output's panels there are in the delta: z, and each learned parameter; or each piece.
    std::size_t blocks() const { return is_maxout() ? o_.pieces : 1 + learned_; }

    bool has_transposed(const Tile& tile) const { return transposed_.size() > 0 && tile.input_panel >= first_wanted_; }

    std::size_t transposed_place(const Tile& tile) const {
        const std::size_t piece = tile.output_panel / out_.count, output = tile.output_panel % out_.count;
        const std::size_t panel = tile.input_panel - first_wanted_;
        return (panel * o_.pieces * piece_rows_ + piece * piece_rows_ + output * out_width()) * in_width();
    }

    // Column j from outside lies here: behind each other are the units there, the pieces of a unit out there.
    std::size_t column(std::size_t j) const { return j % o_.pieces * out_.padded() + j / o_.pieces; }

    std::size_t place(std::size_t i, std::size_t j) const {
        if (narrow_) return (i / in_width() * o_.outputs + j) * in_width() + i % in_width();
        return (j / out_width() * o_.inputs + i) * out_width() + j % out_width();
    }

    // Of the parameters that units of an output panel learn.
    std::size_t learned_offset(std::size_t panel) const {
        return o_.offset + weight_size_ + bias_size_ + panel * learned_ * out_width();
    }

    std::size_t learned_place(std::size_t k, std::size_t j) const {
        return learned_offset(j / out_width()) + k * out_width() + j % out_width();
    }

    void activate(const T* parameters, Matrix<T>& out, Matrix<T>* delta, bool training, RowBlock rows, const DropoutKey* key) const {
        const bool drop = key != nullptr && threshold_ > 0;
        const bool with_slope = training && stores_slope();
        for (std::size_t part = 0; part < out.parts(); ++part) {
            T* y = out.block(part, rows.first);
            T* slope = with_slope ? delta->block(part, rows.first) : nullptr;
            if (is_maxout()) {
                element_.maxout(delta->block(part, rows.first), y, out.part_size(rows.count), o_.pieces,
                                out_.count * delta->stride, training);
            } else {
                apply(parameters, y, slope, part, delta, rows);
            }
            if (drop) {
                const DropoutBlock block{key->seed, key->step, o_.index, static_cast<std::uint32_t>(rows.first),
                                         static_cast<std::uint32_t>(part * out_width()), static_cast<std::uint32_t>(rows.count),
                                         static_cast<std::uint32_t>(out.panels.width), threshold_};
                element_.dropout(y, slope, keep_scale_, block);
                for (std::size_t k = 1; with_slope && k < blocks(); ++k) {
                    element_.dropout(delta->block(part + k * out_.count, rows.first), nullptr, keep_scale_, block);
                }
            }
        }
        if (is_maxout() || o_.activation->zero_at_zero() || out_.padded() == o_.outputs) return;
        clear_padding(out, out_.count - 1, rows);
        // Not only the values: a derivative that is infinite at 0 times a gradient of 0 would be NaN.
        for (std::size_t k = 0; with_slope && k < blocks(); ++k) clear_padding(*delta, (k + 1) * out_.count - 1, rows);
    }

    // The activation over a block of a panel; with `slope`, its derivatives.
    void apply(const T* parameters, T* y, T* slope, std::size_t part, Matrix<T>* delta, RowBlock rows) const {
        const UnitActivation<T>& f = *o_.activation;
        const T* units = learned_ > 0 ? parameters + learned_offset(part) : nullptr;
        if (slope != nullptr) {
            std::array<T*, kMaxLearned> more{};
            for (std::size_t k = 0; k < learned_; ++k) more[k] = delta->block(part + (k + 1) * out_.count, rows.first);
            f.value_and_slopes(y, y, slope, more.data(), rows.count, out_width(), units, out_width());
        } else if (f.backward() != Backward::kOne && !rectifies()) {
            f.value(y, y, rows.count, out_width(), units, out_width());
        }
    }

    // Of a block of the last panel, or of one that lies as it does.
    void clear_padding(Matrix<T>& matrix, std::size_t panel, RowBlock rows) const {
        const std::size_t real = out_.columns_of(out_.count - 1);
        T* y = matrix.block(panel, rows.first);
        for (std::size_t r = 0; r < rows.count; ++r, y += out_width()) std::fill(y + real, y + out_width(), T{0});
    }

    void chunk_gradient(const Tile& tile, const Matrix<T>& in, const Matrix<T>& delta, RowBlock rows, T* out) const {
        Product<T> p{};
        p.c = out;
        p.k = rows.count;
        p.segment = rows.count;
        const T* inputs = in.block(tile.input_panel, rows.first);
        if (narrow_) {  // transposed: delta' inputs
            p.a = delta.row(rows.first);
            p.row_step = delta.stride;
            p.k_step = 1;
            p.b = inputs;
            p.m = o_.outputs;
            p.n = in_width();
            p.width = in_.width;
        } else {
            p.a = inputs;
            p.row_step = 1;
            p.k_step = in_width();
            p.b = delta.block(tile.output_panel, rows.first);
            p.m = in_.columns_of(tile.input_panel);
            p.n = out_width();
            p.width = out_.width;
        }
        product_.product(p);
        if (tile.biases.size == 0) return;
        T* biases = out + tile.weights.size;
        std::fill_n(biases, tile.biases.size + tile.learned.size, T{0});
        if (narrow_) {
            for (std::size_t c = 0; c < o_.outputs; ++c) biases[c] = product_.sum(delta.block(c, rows.first), rows.count);
        } else {
            product_.column_sums(p.b, rows.count, out_.width, biases);
            for (std::size_t k = 0; k < learned_; ++k) {
                const T* slopes = delta.block(tile.output_panel + (k + 1) * out_.count, rows.first);
                product_.column_sums(slopes, rows.count, out_.width, biases + (k + 1) * out_width());
            }
        }
    }

    DenseOptions<T> o_;
    const ElementKernels<T>& element_;
    const ProductKernels<T>& product_;
    bool narrow_;
    Panels out_, in_;
    Panels wanted_;                  // the last of in_: inputs whose gradient is wanted
    std::size_t first_wanted_ = 0;   // panel
    std::size_t weight_size_ = 0, bias_size_ = 0;
    std::size_t learned_ = 0;        // parameters of the activation that each unit has
    std::size_t piece_rows_ = 0;     // of the transposed weights, for a piece
    Buffer<T> transposed_;
    Backward backward_ = Backward::kOne;
    T keep_scale_{1};
    std::uint32_t threshold_ = 0;
};

}  // namespace

template <class T>
std::unique_ptr<Layer<T>> make_dense(const DenseOptions<T>& options, const KernelSet& kernels) {
    return std::make_unique<Dense<T>>(options, kernels);
}

template std::unique_ptr<Layer<float>> make_dense(const DenseOptions<float>&, const KernelSet&);
template std::unique_ptr<Layer<double>> make_dense(const DenseOptions<double>&, const KernelSet&);

}  // namespace glassnet
