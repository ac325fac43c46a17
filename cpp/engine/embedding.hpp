// The input stage: what stands before the first layer where a table has categories.
//
// The first layer's inputs are the columns of X and then, for each column of codes, the row of a table (an embedding) that the
// code names. Tables are parameters as weights are: they lie behind the layers' in the network's buffer, row after row.
// A tile is a range of rows. Its gradient is the sum of those of the batch's gradient rows that belong to its codes, taken
// in the batch's order by one owner: nothing is locked, and the bits do not depend on the number of threads.
//
// Rejected: a product with one-hot columns, which multiplies by zeros for each category; updating only the rows that a
// batch names, which is another optimizer wherever moments fade or weights decay.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "layers.hpp"

namespace glassnet {

struct EmbeddingDescription {
    std::size_t categories = 0;
    std::size_t dimension = 0;
};

// The category codes of up to `rows` rows, column after column.
struct Codes {
    Buffer<std::int32_t> buffer;
    std::size_t stride = 0;   // from one column to the next
    std::size_t columns = 0;

    Codes() = default;
    Codes(std::size_t rows, std::size_t n) : buffer(rows * n), stride(rows), columns(n) {}
    std::int32_t* column(std::size_t c) { return buffer.data() + c * stride; }
    const std::int32_t* column(std::size_t c) const { return buffer.data() + c * stride; }
};

template <class T>
class InputStage {
public:
    // Throws std::invalid_argument where a table has no rows or no columns. `numbers` are the columns of X.
    InputStage(const std::vector<EmbeddingDescription>& embeddings, std::size_t numbers, const ProductKernels<T>& product);

    std::size_t tables() const { return tables_.size(); }
    const EmbeddingDescription& table(std::size_t t) const { return tables_[t].shape; }
    std::size_t numbers() const { return numbers_; }
    // Of the first layer's input: numbers and vectors.
    const Panels& panels() const { return panels_; }
    std::size_t parameter_size() const;
    // Floating-point operations a row, both ways; and those of a step whatever its number of rows.
    double row_cost() const { return 2.0 * static_cast<double>(panels_.columns - numbers_); }
    double update_cost() const;
    // The tables come to lie from `offset` on in the network's buffer.
    void place(std::size_t offset);

    // Writes the vectors of these rows' codes behind their numbers. Every code is below its table's categories.
    void forward(const T* parameters, const Codes& codes, RowBlock rows, Matrix<T>& inputs) const;
    void add_tiles(std::size_t layer, std::vector<Tile>& tiles) const;
    // The gradient of a tile over `rows` rows; `delta` is d loss / d inputs.
    void gradient(const Tile& tile, const Codes& codes, const Matrix<T>& delta, std::size_t rows, T* out) const;

    // To and from arrays [categories, dimension].
    void read(std::size_t t, const T* parameters, T* out) const;
    void write(std::size_t t, T* parameters, const T* in) const;

private:
    // A part of a vector that lies in one panel of the input.
    struct Piece {
        std::size_t panel = 0, column = 0, start = 0, size = 0;
    };
    struct Table {
        EmbeddingDescription shape;
        std::size_t offset = 0;
        std::vector<Piece> pieces;
        std::size_t size() const { return shape.categories * shape.dimension; }
    };

    std::size_t numbers_;
    Panels panels_;
    std::vector<Table> tables_;
};

extern template class InputStage<float>;
extern template class InputStage<double>;

}  // namespace glassnet
