// Every block is done exactly once a phase, what was written before a phase is seen in it, and the other way round; also with
// far more threads than processors, with workers asleep between phases, and with teams that come and go. Run under TSan.
#include <chrono>
#include <cstdint>
#include <thread>
#include <vector>

#include "check.hpp"
#include "team.hpp"

namespace {

void phases(int threads, std::size_t blocks, int rounds) {
    glassnet::Team team(threads);
    CHECK(team.size() >= 1 && team.size() <= threads);
    std::vector<std::uint64_t> done(blocks);  // written by whoever has the block, read by the caller: no atomics on purpose
    std::uint64_t input = 0;
    for (int round = 0; round < rounds; ++round) {
        input = static_cast<std::uint64_t>(round) + 1;
        team.run(blocks, [&](int worker, std::size_t block) {
            CHECK(worker >= 0 && worker < threads);
            done[block] += input;
        });
        const std::uint64_t expected = input * (input + 1) / 2;
        for (const std::uint64_t d : done) CHECK(d == expected);
    }
}

// Workers keep subnormal numbers where they are told to, and flush them otherwise.
void subnormals(glassnet::Team::Subnormals kind) {
    glassnet::Team team(2, kind);
    for (int round = 0; round < 200; ++round) {
        volatile double tiny = 1e-310, kept[64] = {};
        int by_workers[64] = {};
        team.run(64, [&](int worker, std::size_t block) {
            kept[block] = tiny * 0.5;
            by_workers[block] = worker;
        });
        for (int i = 0; i < 64; ++i) {
            if (by_workers[i] == 0 || kind == glassnet::Team::Subnormals::kKept) CHECK(kept[i] > 0.0);
        }
    }
}

void sleepers_wake() {
    glassnet::Team team(3);
    std::vector<int> done(5);
    for (int round = 1; round <= 20; ++round) {
        std::this_thread::sleep_for(std::chrono::milliseconds(2));  // long enough for the workers to fall asleep
        team.run(done.size(), [&](int, std::size_t block) { ++done[block]; });
        for (const int d : done) CHECK(d == round);
    }
}

void phases_of_unequal_size() {
    glassnet::Team team(4);
    std::vector<int> counts(64);
    for (std::size_t round = 0; round < 3000; ++round) {
        const std::size_t blocks = round % counts.size();
        team.run(blocks, [&](int, std::size_t block) { ++counts[block]; });
    }
    for (std::size_t b = 0; b + 1 < counts.size(); ++b) CHECK(counts[b] > counts[b + 1]);
}

void teams_side_by_side() {
    std::vector<std::thread> callers;
    for (int i = 0; i < 3; ++i) callers.emplace_back([] { phases(4, 9, 300); });
    for (std::thread& caller : callers) caller.join();
}

}  // namespace

int main() {
    teams_side_by_side();
    for (const int threads : {1, 2, 3, 8}) {
        for (const std::size_t blocks : {1u, 2u, 7u, 100u}) phases(threads, blocks, 300);
    }
    subnormals(glassnet::Team::Subnormals::kKept);
    subnormals(glassnet::Team::Subnormals::kFlushed);
    sleepers_wake();
    phases_of_unequal_size();
    for (int i = 0; i < 50; ++i) glassnet::Team team(4);  // made and gone without work
    return 0;
}
