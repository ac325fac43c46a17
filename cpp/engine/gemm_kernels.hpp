// The product, at the FMA limit, for the sizes of tables: C = init + A B.
//
// Design. B and C lie in panels (kernels.hpp): `width` columns, row after row, at most kMaxVectors vectors wide. A register
// tile holds kTileRows rows of one whole panel; per k it loads the panel's row once and broadcasts one element of A for
// each tile row. A has two orientations: by rows (forward: activations times weights) and by columns (gradients: the
// transposed activations times deltas; narrow outputs: deltas stored by column), so one kernel serves all three products
// of a dense layer, and nothing is packed on the way: activations, deltas and weights live in panels all the time.
// Each element of C is one chain of fused multiply-adds over k in ascending order. Hence a row's result does not depend
// on how rows are cut into blocks or tiles.
//
// Rejected: packing A and B per call as a BLAS must (its caller's matrices are plain); that is one to two passes over memory
// per product, 10 to 30% at the sizes of tables. Rejected: blocking over k with C reloaded; a panel of B stays in L2 up to
// k = 2,500 rows, and sums over more rows are cut into chunks by the trainer anyway.
//
// Included by isa/products.cpp only; measured by benchmarks/spike.
#pragma once

#include "product.hpp"
#include "vec.hpp"

namespace glassnet::GLASSNET_ISA {

// The finished sums at `factor` (kMask, kMultiply).
template <class T>
GLASSNET_INLINE vec<T> finished(Finish how, vec<T> sum, const T* factor, T scale) {
    const vec<T> zero = vec<T>::zero();
    if (how == Finish::kRectify) return select(le(sum, zero), zero, sum);
    const vec<T> by = vec<T>::load(factor);
    return how == Finish::kMask ? select(gt(by, zero), sum * scale, zero) : sum * by;
}

// One register tile: MR rows, NV vectors. By rows: a(m, k) = a[m * step + k], k in segments. By columns: a[k * step + m].
template <class T, int MR, int NV, bool kByRows>
GLASSNET_INLINE void tile(const Product<T>& p, const T* a, const T* b, T* c, const T* init, const T* factor) {
    using V = vec<T>;
    const std::size_t step = kByRows ? p.row_step : p.k_step, segment = p.segment, segment_stride = p.segment_stride;
    const std::size_t width = static_cast<std::size_t>(p.width);
    std::size_t k = p.k;
    V sum[MR][NV];
#pragma GCC unroll 3
    for (int v = 0; v < NV; ++v) {
        const V start = init != nullptr ? V::load(init + v * V::size) : V::zero();
#pragma GCC unroll 16
        for (int m = 0; m < MR; ++m) sum[m][v] = start;
    }
    for (;;) {
        const std::size_t count = k < segment ? k : segment;
        const T* element = a;
        for (std::size_t i = 0; i < count; ++i) {
            V row[NV];
#pragma GCC unroll 3
            for (int v = 0; v < NV; ++v) row[v] = V::load(b + v * V::size);
#pragma GCC unroll 16
            for (int m = 0; m < MR; ++m) {
                const V x = V::broadcast_from(element + (kByRows ? static_cast<std::size_t>(m) * step : static_cast<std::size_t>(m)));
#pragma GCC unroll 3
                for (int v = 0; v < NV; ++v) sum[m][v] = fma(x, row[v], sum[m][v]);
            }
            b += width;
            element += kByRows ? 1 : step;
        }
        if (k <= segment) break;
        k -= segment;
        a += segment_stride;
    }
    const Finish how = p.finishing.how;
    if (how != Finish::kNothing) {
        const T scale = p.finishing.scale;
#pragma GCC unroll 16
        for (int m = 0; m < MR; ++m) {
#pragma GCC unroll 3
            for (int v = 0; v < NV; ++v) {
                const T* at = how == Finish::kRectify ? nullptr : factor + static_cast<std::size_t>(m) * width + v * V::size;
                sum[m][v] = finished<T>(how, sum[m][v], at, scale);
            }
        }
    }
#pragma GCC unroll 16
    for (int m = 0; m < MR; ++m) {
#pragma GCC unroll 3
        for (int v = 0; v < NV; ++v) sum[m][v].store(c + static_cast<std::size_t>(m) * width + v * V::size);
    }
}

// All rows of one panel. Tiles get smaller towards the end; each size is its own instantiation, so no lane is wasted.
template <class T, int NV, bool kByRows>
void product_panel(const Product<T>& p, const T* b, T* c, const T* init, const T* factor) {
    constexpr int kTile = NV == 1 ? 2 * kTileRows : kTileRows;
    const std::size_t advance = kByRows ? p.row_step : 1;
    const std::size_t width = static_cast<std::size_t>(p.width);
    const T* a = p.a;
    std::size_t m = p.m;
    const auto run = [&]<int MR>() GLASSNET_INLINE_LAMBDA {
        tile<T, MR, NV, kByRows>(p, a, b, c, init, factor);
        a += MR * advance;
        c += MR * width;
        if (factor != nullptr) factor += MR * width;
        m -= MR;
    };
    while (m >= kTile) run.template operator()<kTile>();
    if constexpr (kTile > 8) {
        if (m >= 8) run.template operator()<8>();
    }
    if constexpr (kTile > 4) {
        if (m >= 4) run.template operator()<4>();
    }
    if (m == 3) return run.template operator()<3>();
    if (m >= 2) run.template operator()<2>();
    if (m >= 1) run.template operator()<1>();
}

template <class T, bool kByRows>
void product_oriented(const Product<T>& p) {
    const std::size_t width = static_cast<std::size_t>(p.width);
    const T* b = p.b;
    T* c = p.c;
    const T* init = p.init;
    const T* factor = p.finishing.factor;
    for (std::size_t done = 0; done < p.n; done += width) {
        const std::size_t columns = p.n - done < width ? p.n - done : width;
        const std::size_t vectors = (columns + vec<T>::size - 1) / vec<T>::size;
        if (vectors == 3) product_panel<T, 3, kByRows>(p, b, c, init, factor);
        else if (vectors == 2) product_panel<T, 2, kByRows>(p, b, c, init, factor);
        else product_panel<T, 1, kByRows>(p, b, c, init, factor);
        b += p.b_panel_stride;
        c += p.c_panel_stride;
        if (init != nullptr) init += width;
        if (factor != nullptr) factor += p.finishing.panel_stride;
    }
}

template <class T>
void product(const Product<T>& p) {
    // k_step == 1 with one row is both orientations; by rows is right for it.
    if (p.k_step == 1) product_oriented<T, true>(p);
    else product_oriented<T, false>(p);
}

// Outputs of few units: a vector of them would be mostly padding, so lanes run over k and each result is a sum of lanes.
template <class T, int R>
GLASSNET_INLINE void dot_tile(const T* a, std::size_t a_panel_stride, const T* w, std::size_t w_panel_stride, T bias, T* z,
                              std::size_t k, std::size_t width) {
    using V = vec<T>;
    V part[R];
#pragma GCC unroll 8
    for (int r = 0; r < R; ++r) part[r] = V::zero();
    for (std::size_t done = 0; done < k; done += width) {
        const std::size_t columns = k - done < width ? k - done : width;
        for (std::size_t j = 0; j < columns; j += V::size) {
            const V weight = V::load(w + j);
#pragma GCC unroll 8
            for (int r = 0; r < R; ++r) part[r] = fma(V::load(a + static_cast<std::size_t>(r) * width + j), weight, part[r]);
        }
        a += a_panel_stride;
        w += w_panel_stride;
    }
    for (int r = 0; r < R; ++r) z[r] = bias + sum(part[r]);
}

template <class T>
void dot_rows(const T* a, std::size_t a_panel_stride, const T* w, std::size_t w_panel_stride, const T* bias, T* z,
              std::size_t z_stride, std::size_t rows, std::size_t cols, std::size_t k, int width) {
    const std::size_t wide = static_cast<std::size_t>(width);
    for (std::size_t c = 0; c < cols; ++c) {
        std::size_t r = 0;
        for (; r + 8 <= rows; r += 8) dot_tile<T, 8>(a + r * wide, a_panel_stride, w + c * wide, w_panel_stride, bias[c], z + c * z_stride + r, k, wide);
        for (; r < rows; ++r) dot_tile<T, 1>(a + r * wide, a_panel_stride, w + c * wide, w_panel_stride, bias[c], z + c * z_stride + r, k, wide);
    }
}

template <class T, int NV>
void column_sums_of(const T* data, std::size_t rows, std::size_t width, T* sums) {
    using V = vec<T>;
    V even[NV], odd[NV];
    for (int v = 0; v < NV; ++v) even[v] = odd[v] = V::zero();
    std::size_t r = 0;
    for (; r + 2 <= rows; r += 2, data += 2 * width) {
#pragma GCC unroll 3
        for (int v = 0; v < NV; ++v) {
            even[v] = even[v] + V::load(data + v * V::size);
            odd[v] = odd[v] + V::load(data + width + v * V::size);
        }
    }
    for (int v = 0; v < NV; ++v) {
        if (r < rows) even[v] = even[v] + V::load(data + v * V::size);
        (V::load(sums + v * V::size) + (even[v] + odd[v])).store(sums + v * V::size);
    }
}

template <class T>
void column_sums(const T* data, std::size_t rows, int width, T* sums) {
    const std::size_t wide = static_cast<std::size_t>(width);
    if (width == 3 * vec<T>::size) column_sums_of<T, 3>(data, rows, wide, sums);
    else if (width == 2 * vec<T>::size) column_sums_of<T, 2>(data, rows, wide, sums);
    else column_sums_of<T, 1>(data, rows, wide, sums);
}

enum class Summed { kValues, kSquares, kMagnitudes };

template <class T, Summed kWhat>
T total(const T* data, std::size_t n) {
    using V = vec<T>;
    constexpr std::size_t kSize = V::size;
    V part[4] = {V::zero(), V::zero(), V::zero(), V::zero()};
    const auto add = [](V sum, V x) GLASSNET_INLINE_LAMBDA {
        if constexpr (kWhat == Summed::kSquares) return fma(x, x, sum);
        else return sum + (kWhat == Summed::kMagnitudes ? abs(x) : x);
    };
    std::size_t i = 0;
    for (; i + 4 * kSize <= n; i += 4 * kSize) {
#pragma GCC unroll 4
        for (std::size_t j = 0; j < 4; ++j) part[j] = add(part[j], V::load(data + i + j * kSize));
    }
    for (; i < n; i += kSize) {
        const std::size_t left = n - i < kSize ? n - i : kSize;
        part[0] = add(part[0], V::load_first(data + i, static_cast<int>(left)));
    }
    return sum((part[0] + part[1]) + (part[2] + part[3]));
}

template <class T>
void add_to(T* into, const T* from, std::size_t n) {
    using V = vec<T>;
    constexpr std::size_t kSize = V::size;
    std::size_t i = 0;
    for (; i + kSize <= n; i += kSize) (V::load(into + i) + V::load(from + i)).store(into + i);
    if (i < n) {
        const int left = static_cast<int>(n - i);
        (V::load_first(into + i, left) + V::load_first(from + i, left)).store_first(into + i, left);
    }
}

// Square tiles in registers where the instruction set has them; the rest by eight strided stores at a time.
template <class T>
void transpose(const T* from, std::size_t from_step, std::size_t rows, std::size_t columns, T* to, std::size_t to_step) {
    constexpr std::size_t kSide = kTransposed<T>;
    constexpr std::size_t kUnrolled = 8;
    std::size_t done = 0;  // columns
    if constexpr (kSide > 0) {
        for (; done + kSide <= columns; done += kSide) {
            std::size_t r = 0;
            for (; r + kSide <= rows; r += kSide) transpose_tile(from + r * from_step + done, from_step, to + done * to_step + r, to_step);
            for (; r < rows; ++r) {
                for (std::size_t c = done; c < done + kSide; ++c) to[c * to_step + r] = from[r * from_step + c];
            }
        }
    }
    std::size_t r = 0;
    for (; r + kUnrolled <= rows; r += kUnrolled) {
        for (std::size_t c = done; c < columns; ++c) {
            for (std::size_t i = 0; i < kUnrolled; ++i) to[c * to_step + r + i] = from[(r + i) * from_step + c];
        }
    }
    for (; r < rows; ++r) {
        for (std::size_t c = done; c < columns; ++c) to[c * to_step + r] = from[r * from_step + c];
    }
}

template <class T>
std::size_t multiply_add(std::size_t iterations, T* out) {
    using V = vec<T>;
    constexpr int kChains = 12;
    V chain[kChains];
    const V factor = V::load(out);
    // Each chain starts elsewhere: equal chains would be merged into one.
    chain[0] = V::load(out + V::size);
    for (int i = 1; i < kChains; ++i) chain[i] = chain[i - 1] + factor;
    for (std::size_t n = 0; n < iterations; ++n) {
#pragma GCC unroll 12
        for (int i = 0; i < kChains; ++i) chain[i] = fma(chain[i], factor, factor);
    }
    V all = chain[0];
    for (int i = 1; i < kChains; ++i) all = all + chain[i];
    all.store(out);
    return iterations * kChains * V::size;
}

template <class T>
inline constexpr ProductKernels<T> kProductKernels = {
    vec<T>::size, kMaxVectors, kTileRows, &product<T>, &dot_rows<T>, &column_sums<T>, &total<T, Summed::kValues>,
    &total<T, Summed::kSquares>, &total<T, Summed::kMagnitudes>, &add_to<T>, &transpose<T>, &multiply_add<T>,
};

}  // namespace glassnet::GLASSNET_ISA
