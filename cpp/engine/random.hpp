// Random numbers are counters, not state: the same (seed, purpose, counters) always gives the same bits, whoever asks, in
// whatever order. Philox4x32-10 (Salmon, Moraes, Dror, Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3") makes
// them; the order of rows in an epoch is a keyed bijection, so that no generator has to be carried from epoch to epoch.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <vector>

namespace glassnet {

// Purposes keep the streams of one seed apart.
enum class Purpose : std::uint32_t { kWeights = 1, kBiases = 2, kOrder = 3, kEmbeddings = 5 };

using Bits = std::array<std::uint32_t, 4>;

inline Bits philox(std::uint64_t seed, Bits counter) {
    auto key_0 = static_cast<std::uint32_t>(seed);
    auto key_1 = static_cast<std::uint32_t>(seed >> 32);
    for (int round = 0; round < 10; ++round) {
        const std::uint64_t product_0 = std::uint64_t{0xD2511F53u} * counter[0];
        const std::uint64_t product_1 = std::uint64_t{0xCD9E8D57u} * counter[2];
        counter = {static_cast<std::uint32_t>(product_1 >> 32) ^ counter[1] ^ key_0, static_cast<std::uint32_t>(product_1),
                   static_cast<std::uint32_t>(product_0 >> 32) ^ counter[3] ^ key_1, static_cast<std::uint32_t>(product_0)};
        key_0 += 0x9E3779B9u;
        key_1 += 0xBB67AE85u;
    }
    return counter;
}

// Element `index` of the stream (seed, purpose, group): 53 random bits in [0, 1).
inline double uniform(std::uint64_t seed, Purpose purpose, std::uint32_t group, std::uint64_t index) {
    const Bits bits = philox(seed, {static_cast<std::uint32_t>(index), static_cast<std::uint32_t>(index >> 32), group,
                                    static_cast<std::uint32_t>(purpose)});
    const std::uint64_t wide = (std::uint64_t{bits[0]} << 32) | bits[1];
    return static_cast<double>(wide >> 11) * 0x1p-53;
}

// Standard normal by Box and Muller (1958); one element a counter, so any element can be drawn alone.
inline double normal(std::uint64_t seed, Purpose purpose, std::uint32_t group, std::uint64_t index) {
    const Bits bits = philox(seed, {static_cast<std::uint32_t>(index), static_cast<std::uint32_t>(index >> 32), group,
                                    static_cast<std::uint32_t>(purpose)});
    const std::uint64_t first = (std::uint64_t{bits[0]} << 32) | bits[1];
    const std::uint64_t second = (std::uint64_t{bits[2]} << 32) | bits[3];
    const double radius = std::sqrt(-2.0 * std::log(static_cast<double>((first >> 11) + 1) * 0x1p-53));  // (0, 1]: finite
    return radius * std::cos(2.0 * std::numbers::pi * static_cast<double>(second >> 11) * 0x1p-53);
}

// The order in which an epoch visits `n` rows: a bijection of [0, 2^bits) keyed by (seed, epoch), of which the values
// below n are kept. Each round is invertible in `bits` bits: an odd multiplication, an addition, a shift-xor. The order is
// drawn batch by batch, so that it takes no memory that grows with the rows.
class RowOrder {
public:
    void start(std::uint64_t seed, std::uint64_t epoch, std::uint32_t n) {
        int bits = 4;
        while (bits < 32 && (std::uint64_t{1} << bits) < n) ++bits;
        n_ = n;
        mask_ = bits == 32 ? ~0u : (1u << bits) - 1u;
        shift_ = bits / 2;
        for (std::uint32_t round = 0; round < kRounds; ++round) {
            const Bits key = philox(seed, {static_cast<std::uint32_t>(epoch), static_cast<std::uint32_t>(epoch >> 32), round,
                                           static_cast<std::uint32_t>(Purpose::kOrder)});
            multiplier_[round] = (key[0] & mask_) | 1u;
            addend_[round] = key[1] & mask_;
        }
        next_ = 0;
        first_ = last_ = 0;
    }

    // The next `count` rows of the epoch, and behind them `ahead` more, which the call after this one gives; so many must be
    // left. Valid until the next call.
    const std::uint32_t* next(std::size_t count, std::size_t ahead = 0) {
        const std::size_t wanted = count + ahead;
        if (last_ - first_ < wanted) {
            std::copy(rows_.begin() + static_cast<std::ptrdiff_t>(first_), rows_.begin() + static_cast<std::ptrdiff_t>(last_), rows_.begin());
            last_ -= first_;
            first_ = 0;
            if (rows_.size() < wanted + kChunk) rows_.resize(wanted + kChunk);
            while (last_ < wanted && next_ <= mask_) draw();
        }
        const std::uint32_t* rows = rows_.data() + first_;
        first_ += count;
        return rows;
    }

private:
    static constexpr std::size_t kRounds = 5;
    static constexpr std::uint32_t kChunk = 256;

    void draw() {
        std::array<std::uint32_t, kChunk> value{};
        for (std::uint32_t i = 0; i < kChunk; ++i) {
            std::uint32_t x = (static_cast<std::uint32_t>(next_) + i) & mask_;
            for (std::size_t round = 0; round < kRounds; ++round) {
                x = (x * multiplier_[round] + addend_[round]) & mask_;
                x ^= x >> shift_;
            }
            value[i] = x;
        }
        const std::uint64_t left = std::uint64_t{mask_} + 1 - next_;
        const std::size_t count = left < kChunk ? static_cast<std::size_t>(left) : kChunk;
        for (std::size_t i = 0; i < count; ++i) {
            rows_[last_] = value[i];
            last_ += value[i] < n_ ? 1u : 0u;
        }
        next_ += kChunk;
    }

    std::uint32_t n_ = 0, mask_ = 0;
    int shift_ = 0;
    std::array<std::uint32_t, kRounds> multiplier_{}, addend_{};
    std::uint64_t next_ = 0;                // of the bijection's arguments
    std::vector<std::uint32_t> rows_;       // drawn and not yet taken: [first_, last_)
    std::size_t first_ = 0, last_ = 0;
};

}  // namespace glassnet
