// Exponentials of the scores of a row and their sum, lanes running over columns: what softmax and the losses over classes have
// in common.
//
// A row is visited three times: for its largest score m, for e_j = e^(z_j - m) and their sum, and for the results. The e_j
// are doubles and are kept on the stack from the second visit to the third, as long as they stay in the caches nearby; of
// longer rows they are computed again. Several vectors go side by side, and are added to one another before they are
// added to the sum, so that no visit waits for one chain of additions.
#pragma once

#include "kernels.hpp"
#include "lanes.hpp"
#include "math.hpp"

namespace glassnet::GLASSNET_ISA {

// Where the scores of a row lie: in panels, or (width 0) row after row as in an array of NumPy's.
struct RowLayout {
    std::size_t cols;
    std::size_t width;   // columns side by side
    std::size_t stride;  // from one panel to the next
    std::size_t step;    // from one row to the next
    bool padded;         // there are lanes beyond the last column, which results fill with zeros

    GLASSNET_INLINE RowLayout(std::size_t columns, std::size_t panel_stride, int panel_width)
        : cols(columns), width(panel_width > 0 ? static_cast<std::size_t>(panel_width) : columns), stride(panel_stride),
          step(width), padded(panel_width > 0) {}
    // Of a column, from the row's start.
    GLASSNET_INLINE std::size_t place(std::size_t column) const { return column / width * stride + column % width; }
};

// How many vectors of T go side by side along a row.
template <class T>
inline constexpr int kRowVectors = (kIsFloat<T> || kRegisters == 32 ? 4 : 2) / kParts<T>;

template <int M>
struct Vectors {
    static constexpr int count = M;
};

// f(Vectors<how many>, offset from the row's start, column, lanes) for a whole row: kM vectors at once, or one, of which
// `lanes` lie in the row.
template <class T, int kM = kRowVectors<T>, class F>
GLASSNET_INLINE void each_in_row(const RowLayout& row, F f) {
    constexpr std::size_t kOne = vec<T>::size, kMany = kOne * kM;
    std::size_t start = 0;
    for (std::size_t first = 0; first < row.cols; first += row.width, start += row.stride) {
        const std::size_t count = row.cols - first < row.width ? row.cols - first : row.width;
        std::size_t j = 0;
        if constexpr (kM > 1) {
            for (; j + kMany <= count; j += kMany) f(Vectors<kM>{}, start + j, first + j, vec<T>::size);
        }
        for (; j < count; j += kOne) f(Vectors<1>{}, start + j, first + j, lanes_at<T>(j, count));
    }
}

// M vectors of a row as doubles; lanes beyond it read `beyond`.
template <class T, int M>
GLASSNET_INLINE wide<M * kParts<T>> load_row(Vectors<M>, const T* p, int lanes, T beyond) {
    if constexpr (M == 1) {
        if (lanes < vec<T>::size) return widen(select(first_lanes<T>(lanes), vec<T>::load_first(p, lanes), vec<T>(beyond)));
    }
    wide<M * kParts<T>> r;
#pragma GCC unroll 4
    for (int i = 0; i < M * kParts<T>; ++i) r.v[i] = load_double(p + i * vec<double>::size);
    return r;
}

template <class T, int M>
GLASSNET_INLINE void store_row(const RowLayout& row, Vectors<M>, wide<M * kParts<T>> x, T* p, int lanes) {
    if constexpr (M == 1) {
        if (lanes < vec<T>::size) {
            if (row.padded) {
                select(first_lanes<T>(lanes), narrow<T>(x), vec<T>::zero()).store(p);
            } else {
                narrow<T>(x).store_first(p, lanes);
            }
            return;
        }
    }
#pragma GCC unroll 4
    for (int i = 0; i < M * kParts<T>; ++i) store_double(x.v[i], p + i * vec<double>::size);
}

// Zeros into the vectors of the last panel that hold no column at all.
template <class T>
GLASSNET_INLINE void clear_padding(const RowLayout& row, T* p) {
    if (!row.padded) return;
    constexpr std::size_t kOne = vec<T>::size;
    const std::size_t last = (row.cols - 1) / row.width, used = row.cols - last * row.width;
    for (std::size_t j = (used + kOne - 1) / kOne * kOne; j < row.width; j += kOne) {
        vec<T>::zero().store(p + last * row.stride + j);
    }
}

template <class T>
GLASSNET_INLINE void clear_row(const RowLayout& row, T* p) {
    each_in_row<T>(row, [&](auto n, std::size_t at, std::size_t, int lanes) GLASSNET_INLINE_LAMBDA {
        store_row(row, n, wide<decltype(n)::count * kParts<T>>(0.0), p + at, lanes);
    });
    clear_padding(row, p);
}

template <class T>
inline constexpr T kLowest = -static_cast<T>(__builtin_huge_val());

// e^(z - largest), rounded once from a double or a pair; exactly 1 for the largest score itself, 0 for -inf. Of floats, what
// lies below the range of `exponential` is 0 here.
template <class T, int N>
GLASSNET_INLINE wide<N> row_exponential(wide<N> z, wide<N> largest) {
    using R = real<T, N>;
    if constexpr (!R::doubled) {
        const wide<N> d = z - largest;
        Exponential<R> e = falling_exponential<R>(d);
        e.power = select(lt(d, -708.0), 0.0, e.power);
        return e.value().hi;
    } else {
        // `exponential`, but rounded to a double at the end, where no digits are needed beyond it.
        const R d = R::sum(z, -largest);
        const wide<N> cut = max(wide<N>(-1380.0), d.hi), n = round(cut * kLog2e);
        const wide<N> high = fnma(n, kLn2High, cut), low = n * kLn2Low - select(eq(cut, d.hi), d.lo, 0.0);
        const wide<N> r = high - low, error = (high - r) - low;
        const wide<N> q = polynomial(r, 0.5, 0.16666666666666677, 0.0416666666666667, 0.008333333333321919,
                          0.0013888888888867379, 0.00019841269885464822, 2.4801587359703008e-05, 2.7557244825728376e-06,
                          2.755724336397194e-07, 2.510883540668176e-08, 2.0924284817254295e-09);
        const wide<N> leading = r + 1.0, rest = (1.0 - leading) + r;
        return scale_by_power(leading + (rest + fma(r * r, q, fma(error, r, error))), n);
    }
}

// The sum over all lanes.
template <class R>
GLASSNET_INLINE double sum_of(R x) {
    const double high = sum(x.hi);
    if constexpr (R::doubled) {
        const double low = sum(x.lo);
        return low == low ? high + low : high;  // beside an infinite sum stands no low part
    }
    return high;
}

// A sum along a row: of floats in doubles, whose rounding errors are of no account, of doubles in pairs.
template <class T>
struct RowSum {
    using R = real<T, 1>;
    R total = 0.0;

    template <int N>
    GLASSNET_INLINE void add(wide<N> x) {
        wide<1> s;
        if constexpr (N == 4) {
            s.v[0] = (x.v[0] + x.v[1]) + (x.v[2] + x.v[3]);
        } else if constexpr (N == 2) {
            s.v[0] = x.v[0] + x.v[1];
        } else {
            static_assert(N == 1);
            s.v[0] = x.v[0];
        }
        total = total + R(s);
    }
    GLASSNET_INLINE double value() const { return sum_of(total); }
};

// Sum of all exponentials of a row but one that is 1. Where the sum of all of them is near 1, it has to be found without
// that one: the difference would have lost its digits.
template <class T>
struct OthersSum {
    RowSum<T> others;
    wide<1> ones = 0.0;

    template <int N>
    GLASSNET_INLINE void add(wide<N> e) {
        const auto one = eq(e, 1.0);
        others.add(select(one, 0.0, e));
        const wide<N> counted = select(one, 1.0, 0.0);
#pragma GCC unroll 4
        for (int i = 0; i < N; ++i) ones.v[0] = ones.v[0] + counted.v[i];
    }
    GLASSNET_INLINE double value() const { return others.value() + (sum(ones) - 1.0); }
};

// Rows that are worked on together, so that what is one number a row is computed for all of them in one vector; and the
// doubles that are kept of them.
inline constexpr std::size_t kRowGroup = 8;
inline constexpr std::size_t kKeptExponentials = 4096;

// Largest score, and the sum u of all exponentials but one largest, of a group of rows.
template <class T>
struct RowGroup {
    const RowLayout& row;
    const T* z = nullptr;
    std::size_t count = 0;      // rows in the group
    std::size_t kept_step;      // doubles a row; 0: they are not kept
    double largest[kRowGroup] = {}, u[kRowGroup] = {};
    alignas(64) double kept[kKeptExponentials];

    GLASSNET_INLINE explicit RowGroup(const RowLayout& layout) : row(layout), kept_step(0) {
        constexpr std::size_t kOne = vec<T>::size;
        const std::size_t padded = (row.cols + kOne - 1) / kOne * kOne;
        if (padded <= kKeptExponentials) kept_step = padded;
    }

    // How many of `rows` rows form the next group: no more than can be kept.
    GLASSNET_INLINE std::size_t size(std::size_t rows) const {
        std::size_t most = kept_step > 0 ? kKeptExponentials / kept_step : 1;
        if (most > kRowGroup) most = kRowGroup;
        return rows < most ? rows : most;
    }

    GLASSNET_INLINE void read(const T* first, std::size_t rows, bool with_exponentials) {
        z = first;
        count = rows;
        for (std::size_t r = 0; r < count; ++r) largest[r] = find_largest(z + r * row.step);
        for (std::size_t r = 0; r < count; ++r) u[r] = with_exponentials && kept_step > 0 ? sum_kept(r) : sum_passing(r);
    }

    // f(Vectors, offset, lanes, exponentials) along row r.
    template <int kM = kRowVectors<T>, class F>
    GLASSNET_INLINE void each_exponential(std::size_t r, F f) const {
        const T* const scores = z + r * row.step;
        const double* const from = kept + r * kept_step;
        const double top = largest[r];
        each_in_row<T, kM>(row, [&](auto n, std::size_t at, std::size_t column, int lanes) GLASSNET_INLINE_LAMBDA {
            using V = wide<decltype(n)::count * kParts<T>>;
            V e;
            if (kept_step > 0) {
#pragma GCC unroll 4
                for (int i = 0; i < decltype(n)::count * kParts<T>; ++i) e.v[i] = vec<double>::load(from + column + i * vec<double>::size);
            } else {
                e = row_exponential<T>(load_row(n, scores + at, lanes, kLowest<T>), V(top));
            }
            f(n, at, lanes, e);
        });
    }

private:
    GLASSNET_INLINE T find_largest(const T* scores) const {
        vec<T> high[kRowVectors<T>];
#pragma GCC unroll 4
        for (int i = 0; i < kRowVectors<T>; ++i) high[i] = kLowest<T>;
        each_in_row<T>(row, [&](auto n, std::size_t at, std::size_t, int lanes) GLASSNET_INLINE_LAMBDA {
            if (lanes < vec<T>::size) {
                const vec<T> last = vec<T>::load_first(scores + at, lanes);
                high[0] = max(high[0], select(first_lanes<T>(lanes), last, vec<T>(kLowest<T>)));
                return;
            }
#pragma GCC unroll 4
            for (int i = 0; i < decltype(n)::count; ++i) high[i] = max(high[i], vec<T>::load(scores + at + i * vec<T>::size));
        });
#pragma GCC unroll 4
        for (int i = 1; i < kRowVectors<T>; ++i) high[0] = max(high[0], high[i]);
        return max_element(high[0]);
    }

    // f(Vectors, offset, column, lanes, exponentials)
    template <class F>
    GLASSNET_INLINE void each_computed(std::size_t r, F f) const {
        const T* const scores = z + r * row.step;
        const double top = largest[r];
        each_in_row<T>(row, [&](auto n, std::size_t at, std::size_t column, int lanes) GLASSNET_INLINE_LAMBDA {
            using V = wide<decltype(n)::count * kParts<T>>;
            f(n, at, column, lanes, row_exponential<T>(load_row(n, scores + at, lanes, kLowest<T>), V(top)));
        });
    }

    static constexpr double kNearOne = 1.0 + 0x1p-12;

    GLASSNET_INLINE double sum_kept(std::size_t r) {
        double* const to = kept + r * kept_step;
        RowSum<T> all;
        OthersSum<T> others;
        each_computed(r, [&](auto n, std::size_t, std::size_t column, int, auto e) GLASSNET_INLINE_LAMBDA {
#pragma GCC unroll 4
            for (int i = 0; i < decltype(n)::count * kParts<T>; ++i) {
                e.v[i].store(to + column + static_cast<std::size_t>(i) * vec<double>::size);
            }
            if constexpr (kIsFloat<T>) all.add(e);
            else others.add(e);
        });
        if constexpr (kIsFloat<T>) {
            const double total = all.value();
            if (!(total < kNearOne)) return total - 1.0;
            for (std::size_t c = 0; c < kept_step; c += vec<double>::size) others.add(widen(vec<double>::load(to + c)));
        }
        return others.value();
    }

    GLASSNET_INLINE double sum_passing(std::size_t r) const {
        if constexpr (kIsFloat<T>) {
            RowSum<T> all;
            each_computed(r, [&](auto, std::size_t, std::size_t, int, auto e) GLASSNET_INLINE_LAMBDA { all.add(e); });
            const double total = all.value();
            if (!(total < kNearOne)) return total - 1.0;
        }
        OthersSum<T> others;
        each_computed(r, [&](auto, std::size_t, std::size_t, int, auto e) GLASSNET_INLINE_LAMBDA { others.add(e); });
        return others.value();
    }
};

// out[r] = f(in[r]) for kRowGroup rows, a vector at a time.
template <class F>
GLASSNET_INLINE void map_rows(const double* in, double* out, F f) {
    for (std::size_t r = 0; r < kRowGroup; r += vec<double>::size) {
        f(widen(vec<double>::load(in + r))).v[0].store(out + r);
    }
}

GLASSNET_INLINE wide<1> log1p_exact(wide<1> u) { return log1p<real<double, 1>>(u).round(); }
GLASSNET_INLINE wide<1> inverse_sum(wide<1> u) { return wide<1>(1.0) / (u + 1.0); }

}  // namespace glassnet::GLASSNET_ISA
