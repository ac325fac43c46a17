#include "embedding.hpp"

#include <algorithm>
#include <stdexcept>

namespace glassnet {
namespace {

// Elements of a tile: few enough to stay in cache with the optimizer's state; each tile reads all codes of the batch.
constexpr std::size_t kTileElements = 8192;
// What updating an element costs, in operations of a product that would take as long.
constexpr double kUpdateCost = 40.0;
// Tables start on cache lines.
constexpr std::size_t kLine = 16;

}  // namespace

template <class T>
InputStage<T>::InputStage(const std::vector<EmbeddingDescription>& embeddings, std::size_t numbers, const ProductKernels<T>& product)
    : numbers_(numbers) {
    std::size_t columns = numbers;
    for (const EmbeddingDescription& embedding : embeddings) {
        if (embedding.categories == 0 || embedding.dimension == 0) {
            throw std::invalid_argument("an embedding needs at least one category and one dimension");
        }
        columns += embedding.dimension;
    }
    if (columns == 0) throw std::invalid_argument("a network needs an input");
    panels_ = panels_for<T>(columns, product);
    const auto width = static_cast<std::size_t>(panels_.width);
    std::size_t first = numbers;
    for (const EmbeddingDescription& embedding : embeddings) {
        Table table;
        table.shape = embedding;
        for (std::size_t start = 0; start < embedding.dimension;) {
            const std::size_t column = first + start;
            const std::size_t size = std::min(embedding.dimension - start, width - column % width);
            table.pieces.push_back({column / width, column % width, start, size});
            start += size;
        }
        first += embedding.dimension;
        tables_.push_back(std::move(table));
    }
}

template <class T>
std::size_t InputStage<T>::parameter_size() const {
    std::size_t size = 0;
    for (const Table& table : tables_) size += divide_up(table.size(), kLine) * kLine;
    return size;
}

template <class T>
double InputStage<T>::update_cost() const {
    return kUpdateCost * static_cast<double>(parameter_size());
}

template <class T>
void InputStage<T>::place(std::size_t offset) {
    for (Table& table : tables_) {
        table.offset = offset;
        offset += divide_up(table.size(), kLine) * kLine;
    }
}

template <class T>
void InputStage<T>::forward(const T* parameters, const Codes& codes, RowBlock rows, Matrix<T>& inputs) const {
    const auto width = static_cast<std::size_t>(panels_.width);
    for (std::size_t t = 0; t < tables_.size(); ++t) {
        const Table& table = tables_[t];
        const std::int32_t* code = codes.column(t) + rows.first;
        for (const Piece& piece : table.pieces) {
            const T* from = parameters + table.offset + piece.start;
            T* into = inputs.block(piece.panel, rows.first) + piece.column;
            for (std::size_t r = 0; r < rows.count; ++r, into += width) {
                std::copy_n(from + static_cast<std::size_t>(code[r]) * table.shape.dimension, piece.size, into);
            }
        }
    }
}

template <class T>
void InputStage<T>::add_tiles(std::size_t layer, std::vector<Tile>& tiles) const {
    for (std::size_t t = 0; t < tables_.size(); ++t) {
        const Table& table = tables_[t];
        const std::size_t dimension = table.shape.dimension;
        const std::size_t step = std::max<std::size_t>(1, kTileElements / dimension);
        for (std::size_t first = 0; first < table.shape.categories; first += step) {
            const std::size_t count = std::min(step, table.shape.categories - first);
            Tile tile;
            tile.layer = layer;
            tile.output_panel = t;
            tile.input_panel = first;
            tile.weights = {table.offset + first * dimension, count * dimension, 1.0, 1.0};
            tile.cost = 2.0 * static_cast<double>(dimension);
            tiles.push_back(tile);
        }
    }
}

template <class T>
void InputStage<T>::gradient(const Tile& tile, const Codes& codes, const Matrix<T>& delta, std::size_t rows, T* out) const {
    const Table& table = tables_[tile.output_panel];
    const std::size_t dimension = table.shape.dimension;
    const std::size_t count = tile.weights.size / dimension;
    const auto width = static_cast<std::size_t>(panels_.width);
    const std::int32_t* code = codes.column(tile.output_panel);
    std::fill_n(out, tile.weights.size, T{0});
    for (std::size_t r = 0; r < rows; ++r) {
        const std::size_t row = static_cast<std::size_t>(code[r]) - tile.input_panel;  // codes before the tile wrap around
        if (row >= count) continue;
        for (const Piece& piece : table.pieces) {
            const T* from = delta.block(piece.panel, 0) + r * width + piece.column;
            T* into = out + row * dimension + piece.start;
            for (std::size_t i = 0; i < piece.size; ++i) into[i] += from[i];
        }
    }
}

template <class T>
void InputStage<T>::read(std::size_t t, const T* parameters, T* out) const {
    std::copy_n(parameters + tables_[t].offset, tables_[t].size(), out);
}

template <class T>
void InputStage<T>::write(std::size_t t, T* parameters, const T* in) const {
    std::copy_n(in, tables_[t].size(), parameters + tables_[t].offset);
}

template class InputStage<float>;
template class InputStage<double>;

}  // namespace glassnet
