// Quartiles of long columns, exactly, without sorting them.
//
// A sample says between which two values each quartile lies, almost surely. One pass over the column then counts what is
// below and keeps what is between, a few percent of the rows, and the quartile is selected among these. Where the counts show
// that the sample was wrong, it is selected among all. So the result never depends on the sample, and it is the one that sorting
// gives.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace glassnet {

// A column of numbers in memory: NaN is missing.
struct Numbers {
    const double* values;
    std::ptrdiff_t stride;  // from one value to the next, in doubles
    std::size_t n;

    double operator[](std::size_t i) const { return values[static_cast<std::ptrdiff_t>(i) * stride]; }
};

struct Summary {
    std::size_t present = 0;  // rows that count and have a value
    double smallest = 0.0, largest = 0.0;
    // With (present - 1) q = k + fraction: the values at places k and k + 1 of the sorted column, for q = 1/4, 1/2, 3/4.
    std::array<double, 6> around{};
};

// What is present among the rows that count: all of them, or those where `counts` is not 0.
Summary summarize(const Numbers& column, const std::uint8_t* counts);

}  // namespace glassnet
