// From a program that comes from outside to nodes: names are looked up, operands are counted.
#include <algorithm>
#include <iterator>
#include <stdexcept>
#include <string>

#include "formula_builder.hpp"
#include "layers.hpp"

namespace glassnet::formula {
namespace {

[[noreturn]] void refuse(const std::string& what) { throw std::invalid_argument("no program: " + what); }

struct Named {
    const char* name;
    std::size_t operands;
    Index (*make)(Builder&, const Index*);
};

template <FormulaUnary kFunction>
Index make_unary(Builder& builder, const Index* v) {
    return builder.unary(kFunction, v[0]);
}
template <Library1 kFunction>
Index make_library(Builder& builder, const Index* v) {
    return builder.library(kFunction, v[0]);
}

constexpr Named kFunctions[] = {
    {"+", 2, [](Builder& m, const Index* v) { return m.add(v[0], v[1]); }},
    {"-", 2, [](Builder& m, const Index* v) { return m.subtract(v[0], v[1]); }},
    {"*", 2, [](Builder& m, const Index* v) { return m.multiply(v[0], v[1]); }},
    {"/", 2, [](Builder& m, const Index* v) { return m.divide(v[0], v[1]); }},
    {"**", 2, [](Builder& m, const Index* v) { return m.power(v[0], v[1]); }},
    {"neg", 1, [](Builder& m, const Index* v) { return m.negate(v[0]); }},
    {"<", 2, [](Builder& m, const Index* v) { return m.binary(FormulaBinary::kLess, v[0], v[1]); }},
    {"<=", 2, [](Builder& m, const Index* v) { return m.binary(FormulaBinary::kLessEqual, v[0], v[1]); }},
    {">", 2, [](Builder& m, const Index* v) { return m.binary(FormulaBinary::kLess, v[1], v[0]); }},
    {">=", 2, [](Builder& m, const Index* v) { return m.binary(FormulaBinary::kLessEqual, v[1], v[0]); }},
    {"where", 3, [](Builder& m, const Index* v) { return m.where(v[0], v[1], v[2]); }},
    // A constant comes second: so the slope of max(0, x) at 0 is that of max(x, 0).
    {"min", 2, [](Builder& m, const Index* v) {
         const bool turn = m.is_constant(v[0]) && !m.is_constant(v[1]);
         return m.binary(FormulaBinary::kMinimum, v[turn ? 1 : 0], v[turn ? 0 : 1]);
     }},
    {"max", 2, [](Builder& m, const Index* v) {
         const bool turn = m.is_constant(v[0]) && !m.is_constant(v[1]);
         return m.binary(FormulaBinary::kMaximum, v[turn ? 1 : 0], v[turn ? 0 : 1]);
     }},
    {"abs", 1, make_unary<FormulaUnary::kAbs>},
    {"sign", 1, make_unary<FormulaUnary::kSign>},
    {"floor", 1, make_unary<FormulaUnary::kFloor>},
    {"sqrt", 1, make_unary<FormulaUnary::kSqrt>},
    {"exp", 1, make_unary<FormulaUnary::kExp>},
    {"expm1", 1, make_unary<FormulaUnary::kExpm1>},
    {"log", 1, make_unary<FormulaUnary::kLog>},
    {"log1p", 1, make_unary<FormulaUnary::kLog1p>},
    {"erf", 1, make_unary<FormulaUnary::kErf>},
    {"erfc", 1, make_unary<FormulaUnary::kErfc>},
    {"sin", 1, make_library<Library1::kSin>},
    {"cos", 1, make_library<Library1::kCos>},
    {"atan", 1, make_library<Library1::kAtan>},
    {"sinh", 1, make_library<Library1::kSinh>},
    {"cosh", 1, make_library<Library1::kCosh>},
};

}  // namespace

Index read(const FormulaSource& source, Builder& builder) {
    if (source.inputs < 1 || source.inputs > 2) refuse("it must have one or two inputs");
    if (source.parameters > kMaxLearned) refuse("it has too many parameters");
    if (source.constants.size() > kMaxFormulaInstructions) refuse("it has too many constants");
    if (source.instructions.size() > kMaxFormulaInstructions) refuse("it has too many instructions");
    std::vector<Index> values;
    for (std::size_t i = 0; i < source.inputs; ++i) values.push_back(builder.input(i));
    for (std::size_t i = 0; i < source.parameters; ++i) values.push_back(builder.parameter(i));
    for (const double constant : source.constants) values.push_back(builder.constant(constant));
    const ActivationTable<double>& activations = *kernels().element64.activations;
    for (const FormulaSource::Instruction& instruction : source.instructions) {
        const auto& operands = instruction.operands;
        Index given[3] = {};
        if (operands.empty() || operands.size() > 3) refuse("an instruction must have one to three operands");
        for (std::size_t i = 0; i < operands.size(); ++i) {
            if (operands[i] >= values.size()) refuse("an operand is not there yet");
            given[i] = values[operands[i]];
        }
        const auto* const function =
            std::find_if(std::begin(kFunctions), std::end(kFunctions),
                         [&](const Named& named) { return instruction.function == named.name; });
        if (function != std::end(kFunctions)) {
            if (function->operands != operands.size() || !instruction.parameters.empty()) {
                refuse(instruction.function + " has other operands");
            }
            values.push_back(function->make(builder, given));
            continue;
        }
        const auto* const end = activations.entries + activations.count;
        const auto* const found = std::find_if(
            activations.entries, end, [&](const auto& entry) { return instruction.function == entry.name; });
        if (found == end) refuse("there is no function \"" + instruction.function + "\"");
        if (operands.size() != 1 || instruction.parameters.size() != static_cast<std::size_t>(found->parameter_count)) {
            refuse(instruction.function + " has other operands or parameters");
        }
        values.push_back(builder.activation(static_cast<Index>(found - activations.entries),
                                            builder.keep(parameters_of(instruction.parameters)), given[0], false));
    }
    if (source.result >= values.size()) refuse("its result is not there");
    return values[source.result];
}

}  // namespace glassnet::formula
