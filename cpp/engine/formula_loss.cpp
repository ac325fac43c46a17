// A regression loss that is a formula of prediction and target, on blocks of scores.
#include <algorithm>
#include <stdexcept>

#include "formula.hpp"

namespace glassnet {
namespace {

// A run of scores whose row is first_row + i / width and whose column is first_column + i % width. Returns the sum of
// weight * loss; elements of weight 0 and padding count nothing, whatever their loss is.
template <class T>
double loss_run(const FormulaProgram& program, const KernelSet& kernels, const LossBlock<T>& block, std::size_t at, std::size_t n,
                std::size_t first_row, std::size_t first_column, std::size_t width) {
    T value[kFormulaBlock], slope[kFormulaBlock];
    const T* const inputs[] = {block.z + at, block.target + at};
    program.run<T>(kernels, inputs, value, block.gradient != nullptr ? slope : nullptr, nullptr, n, 1, nullptr, 0);
    double sum = 0.0;
    for (std::size_t i = 0; i < n; ++i) {
        const bool real = first_column + i % width < block.cols;
        double weight = static_cast<double>(block.row_weight != nullptr ? block.row_weight[first_row + i / width] : block.scale);
        if (block.element_weight != nullptr) weight *= static_cast<double>(block.element_weight[at + i]);
        const bool counts = real && weight != 0.0;
        if (counts) sum += weight * static_cast<double>(value[i]);
        if (block.gradient != nullptr) {
            block.gradient[at + i] = counts ? static_cast<T>(weight * static_cast<double>(slope[i])) : T{0};
        }
    }
    return sum;
}

}  // namespace

template <class T>
double formula_loss(const FormulaProgram& program, const KernelSet& kernels, const LossBlock<T>& block, bool narrow) {
    if (block.target == nullptr) throw std::invalid_argument("a formula needs numbers as targets");
    double sum = 0.0;
    if (narrow) {
        for (std::size_t c = 0; c < block.cols; ++c) {
            for (std::size_t r = 0; r < block.rows; r += kFormulaBlock) {
                const std::size_t n = std::min(kFormulaBlock, block.rows - r);
                sum += loss_run(program, kernels, block, c * block.stride + r, n, r, c, 1);
            }
        }
        return sum;
    }
    const std::size_t width = static_cast<std::size_t>(block.width), rows = kFormulaBlock / width;
    for (std::size_t first = 0; first < block.cols; first += width) {
        for (std::size_t r = 0; r < block.rows; r += rows) {
            const std::size_t n = std::min(rows, block.rows - r) * width;
            sum += loss_run(program, kernels, block, first / width * block.stride + r * width, n, r, first, width);
        }
    }
    return sum;
}

template double formula_loss(const FormulaProgram&, const KernelSet&, const LossBlock<float>&, bool);
template double formula_loss(const FormulaProgram&, const KernelSet&, const LossBlock<double>&, bool);

}  // namespace glassnet
