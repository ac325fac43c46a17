#include "quartiles.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <vector>

namespace glassnet {

namespace {

constexpr std::size_t kLong = 1 << 15;    // shorter columns are copied: a sample would cost more than it saves
constexpr std::size_t kSample = 1 << 12;
constexpr std::size_t kPiece = 512;       // values that are looked at while they are in the first cache
constexpr std::array<double, 3> kShares{0.25, 0.5, 0.75};
constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Copies what counts and is present among rows [first, last) to `out`, which has room for all; returns how many.
std::size_t copy_present(const Numbers& column, const std::uint8_t* counts, std::size_t first, std::size_t last, double* out) {
    std::size_t n = 0;
    for (std::size_t i = first; i < last; ++i) {
        const double value = column[i];
        out[n] = value;
        n += static_cast<std::size_t>((value == value) & (counts == nullptr || counts[i] != 0));
    }
    return n;
}

struct Places {
    std::size_t low, high;
};

Places places_of(double share, std::size_t present) {
    const auto low = static_cast<std::size_t>(static_cast<double>(present - 1) * share);
    return {low, std::min(low + 1, present - 1)};
}

// The values at two neighboring places of what [values, values + n) is when sorted; changes the order.
void select(double* values, std::size_t n, Places places, double* out) {
    std::nth_element(values, values + places.low, values + n);
    out[0] = values[places.low];
    out[1] = places.high == places.low ? out[0] : *std::min_element(values + places.high, values + n);
}

Summary summarize_short(const Numbers& column, const std::uint8_t* counts) {
    Summary found;
    const auto values = std::make_unique_for_overwrite<double[]>(column.n);
    const std::size_t n = found.present = copy_present(column, counts, 0, column.n, values.get());
    if (n == 0) return found;
    const auto [smallest, largest] = std::minmax_element(values.get(), values.get() + n);
    found.smallest = *smallest;
    found.largest = *largest;
    for (std::size_t j = 0; j < 3; ++j) select(values.get(), n, places_of(kShares[j], n), &found.around[2 * j]);
    return found;
}

struct Bracket {
    double low = -kInfinity, high = kInfinity;
    std::size_t below = 0;
};

// Where the quartiles lie by a sample, wide enough that all three brackets fail once in some ten thousand columns.
std::array<Bracket, 3> brackets(const Numbers& column, const std::uint8_t* counts) {
    std::vector<double> sample;
    sample.reserve(kSample);
    std::uint64_t state = 0x9e3779b97f4a7c15u;
    for (std::size_t i = 0; i < kSample; ++i) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        const auto row = static_cast<std::size_t>(((state >> 32) * column.n) >> 32);
        const double value = column[row];
        if (value == value && (counts == nullptr || counts[row] != 0)) sample.push_back(value);
    }
    std::sort(sample.begin(), sample.end());
    std::array<Bracket, 3> found;
    const auto n = static_cast<double>(sample.size());
    for (std::size_t j = 0; j < 3; ++j) {
        const double share = kShares[j], center = share * n, spread = 4.0 * std::sqrt(n * share * (1.0 - share)) + 1.0;
        if (center - spread >= 0.0) found[j].low = sample[static_cast<std::size_t>(center - spread)];
        if (center + spread < n) found[j].high = sample[static_cast<std::size_t>(center + spread)];
    }
    return found;
}

// Counts what is below each bracket, and writes 1 where a value is between the ends of any, 0 elsewhere. Loops that compilers turn
// to vectors, with integers as wide as what is compared.
void look(const double* values, std::size_t n, std::array<Bracket, 3>& brackets, std::int64_t* between, double& smallest, double& largest) {
    double low = smallest, high = largest;
    for (std::size_t i = 0; i < n; ++i) {
        low = values[i] < low ? values[i] : low;
        high = values[i] > high ? values[i] : high;
    }
    smallest = low;
    largest = high;
    const auto [a, b, c] = brackets;
    std::int64_t below_a = 0, below_b = 0, below_c = 0;
    for (std::size_t i = 0; i < n; ++i) {
        const double v = values[i];
        const std::int64_t from_a = v >= a.low, from_b = v >= b.low, from_c = v >= c.low;
        const std::int64_t to_a = v <= a.high, to_b = v <= b.high, to_c = v <= c.high;
        below_a += 1 - from_a;
        below_b += 1 - from_b;
        below_c += 1 - from_c;
        between[i] = (from_a & to_a) | (from_b & to_b) | (from_c & to_c);
    }
    brackets[0].below += static_cast<std::size_t>(below_a);
    brackets[1].below += static_cast<std::size_t>(below_b);
    brackets[2].below += static_cast<std::size_t>(below_c);
}

}  // namespace

Summary summarize(const Numbers& column, const std::uint8_t* counts) {
    if (column.n < kLong || column.n > 0xffffffffu) return summarize_short(column, counts);
    std::array<Bracket, 3> bracket = brackets(column, counts);
    // Memory that is never touched costs nothing.
    const auto kept = std::make_unique_for_overwrite<double[]>(column.n);
    std::array<double, kPiece> piece;
    std::array<std::int64_t, kPiece> between;
    Summary found;
    std::size_t n_kept = 0;
    double smallest = kInfinity, largest = -kInfinity;
    for (std::size_t first = 0; first < column.n; first += kPiece) {
        const std::size_t n = copy_present(column, counts, first, std::min(first + kPiece, column.n), piece.data());
        found.present += n;
        look(piece.data(), n, bracket, between.data(), smallest, largest);
        for (std::size_t i = 0; i < n; ++i) {
            kept[n_kept] = piece[i];
            n_kept += static_cast<std::size_t>(between[i]);
        }
    }
    if (found.present == 0) return found;
    found.smallest = smallest;
    found.largest = largest;
    const auto inside = std::make_unique_for_overwrite<double[]>(column.n);
    for (std::size_t j = 0; j < 3; ++j) {
        const Bracket& b = bracket[j];
        const Places places = places_of(kShares[j], found.present);
        std::size_t n = 0;
        for (std::size_t i = 0; i < n_kept; ++i) {
            inside[n] = kept[i];
            n += static_cast<std::size_t>((kept[i] >= b.low) & (kept[i] <= b.high));
        }
        double* const out = &found.around[2 * j];
        if (places.low < b.below || places.high >= b.below + n) {
            n = copy_present(column, counts, 0, column.n, inside.get());
            select(inside.get(), n, places, out);
        } else {
            select(inside.get(), n, {places.low - b.below, places.high - b.below}, out);
        }
    }
    return found;
}

}  // namespace glassnet
