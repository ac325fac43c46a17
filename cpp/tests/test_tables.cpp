// Quartiles are those of the sorted column, also where the sample lies; rows are written where they belong.
#include "quartiles.hpp"
#include "table_rows.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "check.hpp"

using namespace glassnet;

namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

Summary sorted_summary(const std::vector<double>& values, const std::vector<std::uint8_t>& counts) {
    std::vector<double> present;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (!std::isnan(values[i]) && (counts.empty() || counts[i] != 0)) present.push_back(values[i]);
    }
    std::sort(present.begin(), present.end());
    Summary found;
    found.present = present.size();
    if (present.empty()) return found;
    found.smallest = present.front();
    found.largest = present.back();
    const double last = static_cast<double>(present.size() - 1);
    for (std::size_t j = 0; j < 3; ++j) {
        const auto low = static_cast<std::size_t>(std::floor(last * 0.25 * static_cast<double>(j + 1)));
        found.around[2 * j] = present[low];
        found.around[2 * j + 1] = present[std::min(low + 1, present.size() - 1)];
    }
    return found;
}

void check(const std::vector<double>& values, const std::vector<std::uint8_t>& counts = {}) {
    const Summary found = summarize({values.data(), 1, values.size()}, counts.empty() ? nullptr : counts.data());
    const Summary expected = sorted_summary(values, counts);
    CHECK(found.present == expected.present);
    CHECK(found.smallest == expected.smallest && found.largest == expected.largest);
    CHECK(found.around == expected.around);
}

double pseudo_random(std::uint64_t& state) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return static_cast<double>(state >> 11) / 9007199254740992.0;
}

void test_quartiles() {
    std::uint64_t state = 1;
    for (const std::size_t n : {0u, 1u, 2u, 3u, 4u, 5u, 100u, 32768u, 100001u}) {
        std::vector<double> values(n), few(n), rising(n), same(n, 2.5), gaps(n);
        std::vector<std::uint8_t> counts(n), none(n);
        for (std::size_t i = 0; i < n; ++i) {
            values[i] = pseudo_random(state) - 0.5;
            few[i] = std::floor(3.0 * pseudo_random(state));
            rising[i] = static_cast<double>(i);
            gaps[i] = pseudo_random(state) < 0.4 ? kNan : values[i] * 1e300;
            counts[i] = pseudo_random(state) < 0.7;
        }
        for (const auto& column : {values, few, rising, same, gaps, std::vector<double>(n, kNan)}) {
            check(column);
            if (n > 0) check(column, counts);
            if (n > 0) check(column, none);
        }
    }
}

// What the sample sees is far from all the rest: the counts show it, and nothing is wrong but the time.
void test_misleading_sample() {
    constexpr std::size_t n = 50000;
    std::vector<double> values(n);
    for (std::size_t i = 0; i < n; ++i) values[i] = static_cast<double>(i % 1000);
    std::uint64_t state = 0x9e3779b97f4a7c15u;
    for (std::size_t i = 0; i < 4096; ++i) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        values[static_cast<std::size_t>(((state >> 32) * n) >> 32)] = 1e9 + static_cast<double>(i);
    }
    check(values);
}

void test_rows() {
    constexpr std::size_t n = 3000, width = 5;
    std::vector<double> strided(2 * n);
    std::vector<std::int32_t> codes(n);
    for (std::size_t i = 0; i < n; ++i) {
        strided[2 * i] = i % 7 == 0 ? kNan : static_cast<double>(i) - 1000.0;
        codes[i] = static_cast<std::int32_t>(i % 3) - 1;
    }
    const std::vector<float> table{0.0f, 0.5f, 1.0f, 1.5f, 2.0f, 2.5f};
    TableColumns columns;
    columns.scaled.push_back({{strided.data(), 2, n}, 3.0, 100.0, 3.0, 1e150, 1, true, -0.25f, 4.0f});
    columns.coded.push_back({codes.data(), table.data(), 2, 3});
    for (const int threads : {1, 2}) {
        std::vector<float> out(n * width, 9.0f);
        Team team(threads, Team::Subnormals::kKept);
        write_rows(columns, n, width, out.data(), team);
        for (std::size_t i = 0; i < n; ++i) {
            const float* const row = out.data() + i * width;
            const bool missing = std::isnan(strided[2 * i]);
            const double z = (strided[2 * i] - 3.0) / 100.0, part = z / 3.0;
            CHECK(row[0] == 9.0f);  // nobody's column
            CHECK(row[1] == (missing ? 0.0f : static_cast<float>(z / std::sqrt(part * part + 1.0))));
            CHECK(row[2] == (missing ? 4.0f : -0.25f));
            CHECK(row[3] == table[2 * static_cast<std::size_t>(codes[i] + 1)]);
            CHECK(row[4] == row[3] + 0.5f);
        }
    }
}

}  // namespace

int main() {
    test_quartiles();
    test_misleading_sample();
    test_rows();
}
