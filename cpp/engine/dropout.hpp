// Dropout: which elements of a block are dropped is a function of (seed, step, layer, row, column) and of nothing else: not
// of how the batch is cut into blocks, not of the number of threads, not of the instruction set.
//
// Philox4x32-10 (Salmon, Moraes, Dror, Shaw 2011) gives 128 bits per counter (row, column / 8, layer, step), 16 for each of
// 8 columns: the low half of its first word for the first column, then the high half, and so on. One counter a 64-bit
// lane: the 32-bit multiplications of Philox have 64-bit products.
#pragma once

#include "kernels.hpp"
#include "vec.hpp"

namespace glassnet::GLASSNET_ISA {

struct DropoutKeys {
    std::uint64_t low[10], high[10];
};

GLASSNET_INLINE DropoutKeys dropout_keys(const DropoutBlock& block) {
    DropoutKeys keys;
    // The step's upper half and a constant of our own ("drop") keep the stream apart from others of the same seed.
    std::uint32_t low = static_cast<std::uint32_t>(block.seed);
    std::uint32_t high = static_cast<std::uint32_t>(block.seed >> 32) ^
                         (static_cast<std::uint32_t>(block.step >> 32) * 0x9E3779B9u) ^ 0x64726f70u;
    for (int i = 0; i < 10; ++i) {
        keys.low[i] = low;
        keys.high[i] = high;
        low += 0x9E3779B9u;
        high += 0xBB67AE85u;
    }
    return keys;
}

// keep[i]: one bit a column, for counter i.
GLASSNET_INLINE void keep_bits(const DropoutKeys& keys, const std::uint64_t* rows, const std::uint64_t* groups,
                               const DropoutBlock& block, std::uint8_t* keep) {
    words x0 = words::load(rows), x1 = words::load(groups);
    words x2 = words::broadcast(block.layer), x3 = words::broadcast(static_cast<std::uint32_t>(block.step));
    const words multiplier_0 = words::broadcast(0xD2511F53u), multiplier_1 = words::broadcast(0xCD9E8D57u);
#pragma GCC unroll 10
    for (int i = 0; i < 10; ++i) {
        // Upper halves hold rubbish now and then; multiply_low and pair_low do not read them.
        const words product_0 = multiply_low(x0, multiplier_0), product_1 = multiply_low(x2, multiplier_1);
        x0 = high(product_1) ^ x1 ^ words::broadcast(keys.low[i]);
        x1 = product_1;
        x2 = high(product_0) ^ x3 ^ words::broadcast(keys.high[i]);
        x3 = product_0;
    }
    const std::uint16_t threshold = static_cast<std::uint16_t>(block.threshold < 0xffff ? block.threshold : 0xffff);
    at_least(pair_low(x0, x1), pair_low(x2, x3), threshold, keep);
}

template <class T>
void dropout(T* y, T* slope, T scale, const DropoutBlock& given) {
    using V = vec<T>;
    const DropoutBlock block = given;
    const DropoutKeys keys = dropout_keys(block);
    constexpr std::size_t kCapacity = 512, kLanes = words::size;
    const std::uint32_t first_group = block.first_column / 8, offset = block.first_column % 8;
    const std::uint32_t groups = (offset + block.width + 7) / 8;  // per row; at most kCapacity - 8
    std::uint8_t keep[kCapacity + 8];
    std::uint32_t row = 0;
    while (row < block.rows) {
        // Counters of as many rows as fit, in one run, so that narrow rows fill vectors too.
        const std::uint32_t fit = static_cast<std::uint32_t>(kCapacity - kLanes) / groups;
        const std::uint32_t count = block.rows - row < fit ? block.rows - row : fit;
        const std::size_t counters = static_cast<std::size_t>(count) * groups;
        std::uint32_t r = block.first_row + row, g = 0;
        for (std::size_t i = 0; i < counters; i += kLanes) {
            std::uint64_t rows[kLanes], columns[kLanes];
            for (std::size_t lane = 0; lane < kLanes; ++lane) {
                rows[lane] = r;
                columns[lane] = first_group + g;
                if (++g == groups) {
                    g = 0;
                    ++r;
                }
            }
            keep_bits(keys, rows, columns, block, keep + i);
        }
        for (std::uint32_t k = 0; k < count; ++k, ++row) {
            const std::uint8_t* bits = keep + static_cast<std::size_t>(k) * groups;
            const std::size_t start = static_cast<std::size_t>(row) * block.width;
            for (std::uint32_t j = 0; j < block.width; j += V::size) {
                const std::uint32_t at = offset + j;
                const std::uint8_t* b = bits + at / 8;
                const unsigned window = (static_cast<unsigned>(b[0]) | static_cast<unsigned>(b[1]) << 8 |
                                         static_cast<unsigned>(b[2]) << 16) >> (at % 8);
                const mask<T> kept = mask_from_bits<T>(window);
                select(kept, V::load(y + start + j) * scale, V::zero()).store(y + start + j);
                if (slope != nullptr) select(kept, V::load(slope + start + j) * scale, V::zero()).store(slope + start + j);
            }
        }
    }
}

}  // namespace glassnet::GLASSNET_ISA
