// The table of product kernels, and what goes with them; apart from kernels.hpp because the functions of the catalog, which take
// minutes to compile, need nothing of it. The same rules hold as there: both sides include it, so there is no function in it.
#pragma once

#include <cstddef>
#include <cstdint>

namespace glassnet {

// What becomes of a sum before it is stored: nothing; the larger of it and 0 (NaN stays); scaled where a factor is above 0, else
// 0; times a factor. Relu and derivatives are applied so, while the sums are in registers.
enum class Finish : std::uint8_t { kNothing, kRectify, kMask, kMultiply };

template <class T>
struct Finishing {
    Finish how = Finish::kNothing;
    const T* factor = nullptr;   // kMask, kMultiply: lies as C does, and may be C, whose old values are read then
    std::size_t panel_stride = 0;
    T scale = T{1};              // kMask
};

// The product, see gemm_kernels.hpp. C = init + A B, where B and C lie in panels of the same width.
// A is read by broadcast: element (m, k) at a[m * row_step + (k / segment) * segment_stride + (k % segment) * k_step].
template <class T>
struct Product {
    const T* a;
    std::size_t row_step;
    std::size_t k_step;
    std::size_t segment;         // k per segment (A in panels: the panel's width); >= k: one segment
    std::size_t segment_stride;
    const T* b;                  // first panel; row k of panel p at b + p * b_panel_stride + k * width
    std::size_t b_panel_stride;
    T* c;                        // row m of panel p at c + p * c_panel_stride + m * width
    std::size_t c_panel_stride;
    const T* init;               // nullptr: 0; else one value a column (a bias), panel after panel without gaps
    std::size_t m;
    std::size_t n;               // columns; each panel is computed in whole vectors
    std::size_t k;
    int width;
    Finishing<T> finishing = {};
};

template <class T>
struct ProductKernels {
    int vector;                                  // elements a vector register
    int max_vectors;                             // widest panel, in vectors
    int tile_rows;                               // rows of a register tile
    void (*product)(const Product<T>&);
    // z[c * stride + r] = bias[c] + sum over k of a(r, k) * w(c, k): A in panels, w in panels over k ([panel][c][width])
    void (*dot_rows)(const T* a, std::size_t a_panel_stride, const T* w, std::size_t w_panel_stride, const T* bias, T* z,
                     std::size_t z_stride, std::size_t rows, std::size_t cols, std::size_t k, int width);
    // sums[j] += sum over rows of data[r * width + j]
    void (*column_sums)(const T* data, std::size_t rows, int width, T* sums);
    T (*sum)(const T* data, std::size_t n);
    T (*sum_of_squares)(const T* data, std::size_t n);
    T (*sum_of_magnitudes)(const T* data, std::size_t n);
    void (*add)(T* into, const T* from, std::size_t n);
    // to[c * to_step + r] = from[r * from_step + c]
    void (*transpose)(const T* from, std::size_t from_step, std::size_t rows, std::size_t columns, T* to, std::size_t to_step);
    // Independent fused multiply-adds, nothing else: the processor's limit. Returns their number; `out` keeps them alive.
    std::size_t (*multiply_add)(std::size_t iterations, T* out);
};

}  // namespace glassnet
