// The formula machine: whatever comes from outside is validated or refused, and what is accepted computes the same wherever an
// element lies, in place or not, with parameters of units as with constants. tests/catalog judges the values themselves.
#include <cmath>
#include <cstring>
#include <random>
#include <stdexcept>
#include <thread>
#include <vector>

#include "check.hpp"
#include "formula.hpp"

namespace {

using namespace glassnet;

std::mt19937& generator() {
    static std::mt19937 one(1);
    return one;
}

std::size_t draw(std::size_t below) { return std::uniform_int_distribution<std::size_t>(0, below - 1)(generator()); }

const char* const kUnary[] = {"neg", "abs", "sign", "floor", "sqrt", "exp", "expm1", "log", "log1p", "erf", "erfc", "sin",
                              "cos", "atan", "sinh", "cosh", "sigmoid", "tanh", "softplus", "relu", "gelu"};
const char* const kBinary[] = {"+", "-", "*", "/", "**", "min", "max", "<", "<=", ">", ">="};
const double kConstants[] = {0.0, 1.0, -1.0, 2.0, 0.5, 3.7, 1e300, -0.0, 1e-310, INFINITY, NAN};

FormulaSource random_source(std::size_t instructions, std::size_t inputs, std::size_t parameters) {
    FormulaSource source;
    source.inputs = inputs;
    source.parameters = parameters;
    for (std::size_t i = 0; i < 3; ++i) source.constants.push_back(kConstants[draw(std::size(kConstants))]);
    std::size_t values = inputs + parameters + source.constants.size();
    for (std::size_t i = 0; i < instructions; ++i, ++values) {
        const auto operand = [&] { return draw(3) == 0 ? values - 1 : draw(values); };
        switch (draw(4)) {
            case 0: source.instructions.push_back({kBinary[draw(std::size(kBinary))], {operand(), operand()}, {}}); break;
            case 1: source.instructions.push_back({"where", {operand(), operand(), operand()}, {}}); break;
            default: source.instructions.push_back({kUnary[draw(std::size(kUnary))], {operand()}, {}});
        }
    }
    source.result = values - 1;
    return source;
}

bool is_refused(const FormulaSource& source) {
    try {
        const FormulaProgram program(source);
    } catch (const std::invalid_argument&) {
        return true;
    }
    return false;
}

// Breaks a sound source in one of many ways.
void hostile_sources() {
    for (int round = 0; round < 20000; ++round) {
        FormulaSource source = random_source(1 + draw(6), 1, draw(3));
        auto& instruction = source.instructions[draw(source.instructions.size())];
        const std::size_t huge[] = {~std::size_t{0}, ~std::size_t{0} >> 1, std::size_t{1} << 32, 1000000};
        switch (draw(9)) {
            case 0: instruction.operands[draw(instruction.operands.size())] = huge[draw(4)]; break;
            case 1: instruction.operands.assign(4 + draw(1000), 0); break;
            case 2: instruction.operands.clear(); break;
            case 3: instruction.function = std::string(draw(300), static_cast<char>(draw(256))) + "?"; break;
            case 4: instruction.parameters.assign(1 + draw(100), 1.0); break;
            case 5: source.result = draw(2) == 0 ? huge[draw(4)] : source.result + 1; break;
            case 6: source.inputs = draw(2) == 0 ? 0 : 3 + draw(1000); break;
            case 7: source.parameters = huge[draw(4)]; break;
            default: source.instructions.back().operands[0] = source.result;  // itself
        }
        CHECK(is_refused(source));
    }
    FormulaSource long_one = random_source(kMaxFormulaInstructions + 1, 1, 0);
    CHECK(is_refused(long_one));
    long_one.instructions.pop_back();
    --long_one.result;
    CHECK(!is_refused(long_one));
    long_one.constants.assign(kMaxFormulaInstructions + 1, 1.0);
    CHECK(is_refused(long_one));
}

template <class T>
bool same(T a, T b) {
    return a == b || (std::isnan(a) && std::isnan(b));
}

template <class T>
void random_programs(const KernelSet& set, int rounds) {
    const std::size_t sizes[][2] = {{0, 1}, {1, 1}, {7, 1}, {8, 1}, {255, 1}, {257, 1}, {1000, 1}, {5, 16}, {33, 48}, {3, 300}};
    for (int round = 0; round < rounds; ++round) {
        const std::size_t parameters = draw(3);
        const FormulaSource source = random_source(1 + draw(30), 1, parameters);
        const FormulaProgram program(source);
        const auto [rows, width] = sizes[draw(std::size(sizes))];
        const std::size_t n = rows * width;
        std::vector<T> x(n), units(parameters * width), value(n), slope(n), other(n), bend(n);
        std::vector<std::vector<T>> more(parameters, std::vector<T>(n));
        std::vector<T*> places;
        for (auto& one : more) places.push_back(one.data());
        std::normal_distribution<double> normal(0.0, 3.0);
        for (T& one : x) one = static_cast<T>(draw(50) == 0 ? kConstants[draw(std::size(kConstants))] : normal(generator()));
        for (T& one : units) one = static_cast<T>(normal(generator()));
        const T* from = x.data();
        program.run<T>(set, &from, value.data(), slope.data(), parameters > 0 ? places.data() : nullptr, rows, width,
                       units.data(), width);
        program.run<T>(set, &from, other.data(), nullptr, nullptr, rows, width, units.data(), width);
        program.run<T>(set, &from, nullptr, bend.data(), nullptr, rows, width, units.data(), width);
        for (std::size_t i = 0; i < n; ++i) {
            CHECK(same(value[i], other[i]) && same(slope[i], bend[i]));
            if (std::isnan(x[i])) CHECK(std::isnan(value[i]) && std::isnan(slope[i]));
        }
        if (n == 0) continue;
        // One element alone, its parameters as constants.
        const std::size_t at = draw(n), column = at % width;
        FormulaSource fixed = source;
        fixed.parameters = 0;
        std::vector<double> constants;
        for (std::size_t k = 0; k < parameters; ++k) constants.push_back(static_cast<double>(units[k * width + column]));
        constants.insert(constants.end(), source.constants.begin(), source.constants.end());
        fixed.constants = constants;
        T one_value{};
        const T* one = x.data() + at;
        FormulaProgram(fixed).run<T>(set, &one, &one_value, nullptr, nullptr, 1, 1, nullptr, 0);
        // Folding takes the C library's exp for that of the kernels.
        const double difference = std::abs(static_cast<double>(one_value) - static_cast<double>(value[at]));
        if (parameters == 0) CHECK(same(one_value, value[at]));
        else if (source.instructions.size() == 1 && std::isfinite(difference)) {
            CHECK(difference <= 1e-6 * std::abs(static_cast<double>(one_value)) + 1e-37);
        }
        const T* in_place = x.data();
        program.run<T>(set, &in_place, x.data(), slope.data(), nullptr, rows, width, units.data(), width);
        for (std::size_t i = 0; i < n; ++i) CHECK(same(x[i], value[i]));
    }
}

// Threads share a program.
void threads(const KernelSet& set) {
    const FormulaProgram program(random_source(40, 1, 0));
    std::vector<float> x(10000), expected(x.size());
    for (float& one : x) one = static_cast<float>(draw(1000)) / 100.0f - 5.0f;
    const float* from = x.data();
    program.run<float>(set, &from, expected.data(), nullptr, nullptr, x.size(), 1, nullptr, 0);
    std::vector<std::vector<float>> results(4, std::vector<float>(x.size()));
    std::vector<std::thread> workers;
    for (auto& result : results) {
        workers.emplace_back([&program, &set, &result, from] {
            for (int i = 0; i < 20; ++i) {
                program.run<float>(set, &from, result.data(), nullptr, nullptr, result.size(), 1, nullptr, 0);
            }
        });
    }
    for (auto& worker : workers) worker.join();
    for (const auto& result : results) {
        for (std::size_t i = 0; i < x.size(); ++i) CHECK(same(result[i], expected[i]));
    }
}

}  // namespace

int main() {
    hostile_sources();
    for (const char* const* name = usable_kernels(); *name != nullptr; ++name) {
        CHECK(select_kernels(*name));
        random_programs<float>(kernels(), 1500);
        random_programs<double>(kernels(), 1500);
        threads(kernels());
    }
    return 0;
}
