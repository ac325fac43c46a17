// Dropout: which elements of a block are dropped is a function of (seed, step, layer, row, column) and of nothing else:
// not of how the batch is cut into blocks, not of the number of threads, not of the instruction set.
//
// Philox4x32-10 (Salmon, Moraes, Dror, Shaw 2011) gives 128 bits per counter (row, column / 8, layer, step), 16 for each
// of 8 columns: the low half of its first word for the first column, then the high half, and so on. One counter a 64-bit
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

// keep[i]: one bit a column, for the counter in lane i.
GLASSNET_INLINE void keep_bits(const DropoutKeys& keys, vec<double> rows, vec<double> groups, const DropoutBlock& block,
                               std::uint8_t* keep) {
    words x0 = words::from_whole(rows), x1 = words::from_whole(groups);
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
    constexpr std::uint32_t kCapacity = 512, kLanes = vec<double>::size;
    const double lane_number[8] = {0, 1, 2, 3, 4, 5, 6, 7};
    const vec<double> lane = vec<double>::load(lane_number);
    const std::uint32_t first_group = block.first_column / 8, offset = block.first_column % 8;
    const std::uint32_t groups = (offset + block.width + 7) / 8;  // counters a row: few, as panels are narrow
    const vec<double> a_row = static_cast<double>(groups), inverse = 1.0 / static_cast<double>(groups);
    std::uint8_t keep[kCapacity + kLanes + 4];
    const std::uint32_t fit = kCapacity / groups;
    for (std::uint32_t first = 0; first < block.rows; first += fit) {
        // The counters of as many rows as fit, in one run, so that narrow panels fill vectors too.
        const std::uint32_t count = block.rows - first < fit ? block.rows - first : fit;
        for (std::uint32_t i = 0; i < count * groups; i += kLanes) {
            const vec<double> number = lane + static_cast<double>(i), row = floor((number + 0.5) * inverse);
            keep_bits(keys, row + static_cast<double>(block.first_row + first),
                      fnma(row, a_row, number) + static_cast<double>(first_group), block, keep + i);
        }
        for (std::uint32_t r = 0; r < count; ++r) {
            const std::uint8_t* const bits = keep + r * groups;
            const std::size_t start = static_cast<std::size_t>(first + r) * block.width;
            for (std::uint32_t j = 0; j < block.width; j += V::size) {
                const std::uint8_t* const b = bits + (offset + j) / 8;
                const auto byte = [&](int k) GLASSNET_INLINE_LAMBDA { return std::uint32_t{b[k]} << (8 * k); };
                const std::uint32_t window = byte(0) | byte(1) | byte(2) | byte(3);
                const mask<T> kept = mask_from_bits<T>(window >> ((offset + j) % 8));
                select(kept, V::load(y + start + j) * scale, V::zero()).store(y + start + j);
                if (slope == nullptr) continue;
                select(kept, V::load(slope + start + j) * scale, V::zero()).store(slope + start + j);
            }
        }
    }
}

}  // namespace glassnet::GLASSNET_ISA
