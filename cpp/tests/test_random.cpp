// Philox against the known answers of its authors (Random123, kat_vectors); orders are permutations and differ by epoch.
#include <algorithm>
#include <numeric>

#include "check.hpp"
#include "random.hpp"

using namespace glassnet;

namespace {

// The order of an epoch, taken in parts of so many rows.
std::vector<std::uint32_t> order_of(std::uint64_t seed, std::uint64_t epoch, std::uint32_t n, std::uint32_t part) {
    RowOrder order;
    order.start(seed ^ 1, epoch, n + 3);  // what an earlier epoch left behind does not matter
    order.next(2);
    order.start(seed, epoch, n);
    std::vector<std::uint32_t> rows;
    for (std::uint32_t done = 0; done < n; done += part) {
        const std::uint32_t count = std::min(part, n - done);
        const std::uint32_t* next = order.next(count);
        rows.insert(rows.end(), next, next + count);
    }
    return rows;
}

}  // namespace

int main() {
    CHECK((philox(0, {0, 0, 0, 0}) == Bits{0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u}));
    CHECK((philox(~0ull, {~0u, ~0u, ~0u, ~0u}) == Bits{0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu}));
    CHECK((philox((std::uint64_t{0x299f31d0} << 32) | 0xa4093822u, {0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u}) ==
           Bits{0xd16cfe09u, 0x94fdcceb, 0x5001e420u, 0x24126ea1u}));

    for (const std::uint32_t n : {0u, 1u, 2u, 3u, 15u, 16u, 17u, 255u, 256u, 257u, 1000u, 65537u}) {
        for (std::uint64_t epoch = 0; epoch < 5; ++epoch) {
            const std::vector<std::uint32_t> order = order_of(42, epoch, n, 1 << 20);
            CHECK(order.size() == n);
            for (const std::uint32_t part : {1u, 7u, 256u, 1000u}) CHECK(order_of(42, epoch, n, part) == order);
            std::vector<std::uint32_t> sorted = order;
            std::sort(sorted.begin(), sorted.end());
            for (std::uint32_t i = 0; i < n; ++i) CHECK(sorted[i] == i);
            CHECK(n < 15 || order != order_of(42, epoch + 1, n, n));
            CHECK(n < 15 || order != order_of(43, epoch, n, n));
        }
    }

    // Any row is as likely at any place: chi-square over 16 groups of places of one row in many epochs, and of the pairs of
    // places of two neighboring rows.
    constexpr std::uint32_t kRows = 1000, kGroups = 16, kEpochs = 16000;
    std::vector<double> single(kGroups), pair(kGroups * kGroups);
    for (std::uint64_t epoch = 0; epoch < kEpochs; ++epoch) {
        const std::vector<std::uint32_t> order = order_of(7, epoch, kRows, kRows);
        const auto place = [&](std::uint32_t row) {
            return static_cast<std::uint32_t>(std::find(order.begin(), order.end(), row) - order.begin()) * kGroups / kRows;
        };
        const std::uint32_t a = place(500), b = place(501);
        single[a] += 1.0;
        pair[a * kGroups + b] += 1.0;
    }
    const auto chi_square = [](const std::vector<double>& counts) {
        const double expected = static_cast<double>(kEpochs) / static_cast<double>(counts.size());
        double sum = 0.0;
        for (const double c : counts) sum += (c - expected) * (c - expected) / expected;
        return sum;
    };
    CHECK(chi_square(single) < 45.0);   // 15 degrees of freedom: 45 is beyond 1 in 10,000
    CHECK(chi_square(pair) < 360.0);    // 255 degrees of freedom: the same

    double sum = 0.0, squares = 0.0;
    constexpr int kDraws = 200000;
    for (std::uint64_t i = 0; i < kDraws; ++i) {
        const double x = normal(1, Purpose::kWeights, 0, i);
        sum += x;
        squares += x * x;
        const double u = uniform(1, Purpose::kWeights, 0, i);
        CHECK(u >= 0.0 && u < 1.0);
    }
    CHECK(std::abs(sum / kDraws) < 0.01);
    CHECK(std::abs(squares / kDraws - 1.0) < 0.02);
    return 0;
}
