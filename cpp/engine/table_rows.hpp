// Columns of a table to the rows that a network takes: floats, row by row.
//
// A matrix of rows is written a block of rows at a time, all columns of it, so that the block stays in the cache: one column
// after the other would fetch every line of the matrix once a column.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "quartiles.hpp"
#include "team.hpp"

namespace glassnet {

// z = (x - center) / width, clipped to ±far, then z / sqrt(1 + (z / bound)^2), in doubles; 0 where x is missing, and
// everywhere if the width is 0.
struct ScaledColumn {
    Numbers numbers;
    double center, width, bound, far;
    std::size_t first;  // column of the matrix
    bool marked;        // the next column says where x is missing:
    float off, on;
};

// Each code stands for some floats: those of code c begin at table[(c + 1) * width], and -1 is missing.
struct CodedColumn {
    const std::int32_t* codes;
    const float* table;
    std::size_t width, first;
};

struct TableColumns {
    std::vector<ScaledColumn> scaled;
    std::vector<CodedColumn> coded;
};

// Writes what the columns make of rows [0, rows) to the matrix `out` of so many columns; others are left as they are.
void write_rows(const TableColumns& columns, std::size_t rows, std::size_t width, float* out, Team& team);

}  // namespace glassnet
