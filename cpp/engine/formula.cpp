#include "formula.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <stdexcept>
#include <tuple>

#include "layers.hpp"

namespace glassnet {
namespace formula {
namespace {

using Index = std::uint32_t;
constexpr Index kNone = ~Index{0};

enum class Library1 : std::uint8_t { kSin, kCos, kAtan, kSinh, kCosh, kErf, kErfc };
enum class Library2 : std::uint8_t { kPower };

// ---- values, as they are built ----

enum class Leaf : std::uint8_t { kInput, kParameter, kConstant, kComputed };

struct Node {
    Leaf leaf = Leaf::kComputed;
    Kind kind = Kind::kBinary;
    std::uint8_t code = 0;
    Index activation = 0;
    std::uint16_t parameters = 0;
    Index operands[3] = {kNone, kNone, kNone};
    double constant = 0.0;       // or which input, which parameter
    std::size_t which = 0;
};

double library1(Library1 function, double x) {
    switch (function) {
        case Library1::kSin: return std::sin(x);
        case Library1::kCos: return std::cos(x);
        case Library1::kAtan: return std::atan(x);
        case Library1::kSinh: return std::sinh(x);
        case Library1::kCosh: return std::cosh(x);
        case Library1::kErf: return std::erf(x);
        case Library1::kErfc: return std::erfc(x);
    }
    return 0.0;
}

double fold_binary(FormulaBinary operation, double a, double b) {
    switch (operation) {
        case FormulaBinary::kAdd: return a + b;
        case FormulaBinary::kSubtract: return a - b;
        case FormulaBinary::kMultiply: return a * b;
        case FormulaBinary::kDivide: return a / b;
        case FormulaBinary::kMinimum: return std::isnan(a) || a <= b ? a : b;
        case FormulaBinary::kMaximum: return std::isnan(a) || a > b ? a : b;
        case FormulaBinary::kLess: return a < b ? 1.0 : 0.0;
        case FormulaBinary::kLessEqual: return a <= b ? 1.0 : 0.0;
        case FormulaBinary::kMultiplyUnlessZero: return a == 0.0 ? 0.0 : a * b;
    }
    return 0.0;
}

double fold_unary(FormulaUnary function, double x) {
    switch (function) {
        case FormulaUnary::kNegate: return -x;
        case FormulaUnary::kAbs: return std::abs(x);
        case FormulaUnary::kSign: return x == 0.0 || std::isnan(x) ? x : std::copysign(1.0, x);
        case FormulaUnary::kFloor: return std::floor(x);
        case FormulaUnary::kSqrt: return std::sqrt(x);
        case FormulaUnary::kExp: return std::exp(x);
        case FormulaUnary::kExpm1: return std::expm1(x);
        case FormulaUnary::kLog: return std::log(x);
        case FormulaUnary::kLog1p: return std::log1p(x);
        case FormulaUnary::kErf: return std::erf(x);
        case FormulaUnary::kErfc: return std::erfc(x);
    }
    return 0.0;
}

// Makes nodes, each once, with what is known about them folded in.
class Builder {
public:
    std::vector<Node> nodes;
    std::vector<Parameters> parameters;
    bool selects = false;        // whether a branch may be left out, so that its slopes must not count

    Index input(std::size_t which) { return leaf(Leaf::kInput, which); }
    Index parameter(std::size_t which) { return leaf(Leaf::kParameter, which); }

    Index constant(double value) {
        for (Index i = 0; i < nodes.size(); ++i) {
            if (nodes[i].leaf == Leaf::kConstant && same(nodes[i].constant, value)) return i;
        }
        Node node;
        node.leaf = Leaf::kConstant;
        node.constant = value;
        nodes.push_back(node);
        return static_cast<Index>(nodes.size() - 1);
    }

    bool is_constant(Index i) const { return nodes[i].leaf == Leaf::kConstant; }
    bool is(Index i, double value) const { return is_constant(i) && nodes[i].constant == value; }
    double value(Index i) const { return nodes[i].constant; }

    Index add(Index a, Index b) {
        if (is(b, 0.0)) return a;
        if (is(a, 0.0)) return b;
        if (is_negation(b)) return subtract(a, nodes[b].operands[0]);
        return binary(FormulaBinary::kAdd, a, b);
    }
    Index subtract(Index a, Index b) {
        if (is(b, 0.0)) return a;
        if (is_negation(b)) return binary(FormulaBinary::kAdd, a, nodes[b].operands[0]);
        return binary(FormulaBinary::kSubtract, a, b);
    }
    Index multiply(Index a, Index b) {
        if (is(a, 1.0)) return b;
        if (is(b, 1.0)) return a;
        if (is(a, -1.0)) return negate(b);
        if (is(b, -1.0)) return negate(a);
        return binary(FormulaBinary::kMultiply, a, b);
    }
    Index divide(Index a, Index b) { return is(b, 1.0) ? a : binary(FormulaBinary::kDivide, a, b); }
    Index negate(Index a) { return is_negation(a) ? nodes[a].operands[0] : unary(FormulaUnary::kNegate, a); }

    // The adjoint `weight` times a local slope: 0 where the value has no weight.
    Index times(Index weight, Index slope) {
        if (is(weight, 0.0) || is(slope, 0.0)) return constant(0.0);
        const bool tame = is_constant(slope) && std::isfinite(value(slope));
        if (!selects || is_constant(weight) || tame) return multiply(weight, slope);
        return binary(FormulaBinary::kMultiplyUnlessZero, weight, slope);
    }

    Index power(Index a, Index b) {
        if (is_constant(a) && is_constant(b)) return constant(std::pow(value(a), value(b)));
        if (is_constant(b)) {
            const double n = value(b);
            if (n == 0.0) return constant(1.0);
            if (n == 0.5) return unary(FormulaUnary::kSqrt, a);
            if (n == -0.5) return divide(constant(1.0), unary(FormulaUnary::kSqrt, a));
            if (std::abs(n) <= 8.0 && n == std::floor(n)) {
                const Index whole = whole_power(a, static_cast<int>(std::abs(n)));
                return n > 0.0 ? whole : divide(constant(1.0), whole);
            }
        }
        return computed(Kind::kLibrary2, static_cast<std::uint8_t>(Library2::kPower), a, b);
    }

    Index binary(FormulaBinary operation, Index a, Index b) {
        if (is_constant(a) && is_constant(b)) return constant(fold_binary(operation, value(a), value(b)));
        if ((operation == FormulaBinary::kAdd || operation == FormulaBinary::kMultiply) && b < a) std::swap(a, b);
        return computed(Kind::kBinary, static_cast<std::uint8_t>(operation), a, b);
    }
    Index unary(FormulaUnary function, Index a) {
        if (is_constant(a)) return constant(fold_unary(function, value(a)));
        return computed(Kind::kUnary, static_cast<std::uint8_t>(function), a);
    }
    Index library(Library1 function, Index a) {
        if (is_constant(a)) return constant(library1(function, value(a)));
        return computed(Kind::kLibrary1, static_cast<std::uint8_t>(function), a);
    }
    Index where(Index condition, Index a, Index b) {
        if (is_constant(condition)) return value(condition) != 0.0 ? a : b;
        return a == b ? a : computed(Kind::kWhere, 0, condition, a, b);
    }
    Index activation(Index which, std::uint16_t given, Index a, bool slope) {
        Node node;
        node.kind = slope ? Kind::kActivationSlope : Kind::kActivation;
        node.activation = which;
        node.parameters = given;
        node.operands[0] = a;
        return shared(node);
    }
    std::uint16_t keep(const Parameters& given) {
        for (std::size_t i = 0; i < parameters.size(); ++i) {
            if (std::equal(given.value, given.value + kMaxParameters, parameters[i].value, same)) {
                return static_cast<std::uint16_t>(i);
            }
        }
        parameters.push_back(given);
        return static_cast<std::uint16_t>(parameters.size() - 1);
    }

private:
    using Key = std::tuple<Kind, std::uint8_t, Index, std::uint16_t, Index, Index, Index>;
    std::map<Key, Index> known_;

    static bool same(double a, double b) { return a == b ? std::signbit(a) == std::signbit(b) : a != a && b != b; }

    Index leaf(Leaf kind, std::size_t which) {
        for (Index i = 0; i < nodes.size(); ++i) {
            if (nodes[i].leaf == kind && nodes[i].which == which) return i;
        }
        Node node;
        node.leaf = kind;
        node.which = which;
        nodes.push_back(node);
        return static_cast<Index>(nodes.size() - 1);
    }
    bool is_negation(Index i) const {
        return nodes[i].leaf == Leaf::kComputed && nodes[i].kind == Kind::kUnary &&
               nodes[i].code == static_cast<std::uint8_t>(FormulaUnary::kNegate);
    }
    Index whole_power(Index a, int n) {
        if (n == 1) return a;
        const Index half = whole_power(a, n / 2), square = multiply(half, half);
        return n % 2 == 0 ? square : multiply(square, a);
    }
    Index computed(Kind kind, std::uint8_t code, Index a, Index b = kNone, Index c = kNone) {
        Node node;
        node.kind = kind;
        node.code = code;
        node.operands[0] = a;
        node.operands[1] = b;
        node.operands[2] = c;
        return shared(node);
    }
    Index shared(const Node& node) {
        const Key key{node.kind, node.code, node.activation, node.parameters,
                      node.operands[0], node.operands[1], node.operands[2]};
        const auto [place, is_new] = known_.try_emplace(key, static_cast<Index>(nodes.size()));
        if (is_new) nodes.push_back(node);
        return place->second;
    }
};

// ---- reading what comes from outside ----

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

// Returns the node of the result.
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

// ---- the reverse sweep ----

// The nodes of d result / d leaf for each wanted leaf.
std::vector<Index> differentiate(Builder& m, Index result, const std::vector<Index>& wanted) {
    const std::size_t count = m.nodes.size();
    std::vector<bool> depends(count, false);
    for (const Index leaf : wanted) depends[leaf] = true;
    for (std::size_t i = 0; i < count; ++i) {
        const Node& node = m.nodes[i];
        if (node.leaf != Leaf::kComputed) continue;
        for (const Index operand : node.operands) depends[i] = depends[i] || (operand != kNone && depends[operand]);
        const bool chooses = node.kind == Kind::kWhere ||
                             (node.kind == Kind::kBinary && (node.code == static_cast<std::uint8_t>(FormulaBinary::kMinimum) ||
                                                             node.code == static_cast<std::uint8_t>(FormulaBinary::kMaximum)));
        m.selects = m.selects || chooses;
    }
    std::vector<Index> adjoint(count, kNone);
    const auto pass = [&](Index to, Index what) {
        if (to >= count || !depends[to] || m.is(what, 0.0)) return;
        adjoint[to] = adjoint[to] == kNone ? what : m.add(adjoint[to], what);
    };
    const Index zero = m.constant(0.0), one = m.constant(1.0);
    adjoint[result] = one;
    for (std::size_t i = std::min<std::size_t>(result + std::size_t{1}, count); i-- > 0;) {
        const Index g = adjoint[i], v = static_cast<Index>(i);
        const Node node = m.nodes[i];  // a copy: nodes grow
        if (g == kNone || !depends[i] || node.leaf != Leaf::kComputed) continue;
        const Index a = node.operands[0], b = node.operands[1], c = node.operands[2];
        switch (node.kind) {
            case Kind::kBinary:
                switch (static_cast<FormulaBinary>(node.code)) {
                    case FormulaBinary::kAdd:
                        pass(a, g);
                        pass(b, g);
                        break;
                    case FormulaBinary::kSubtract:
                        pass(a, g);
                        pass(b, m.negate(g));
                        break;
                    case FormulaBinary::kMultiply:
                    case FormulaBinary::kMultiplyUnlessZero:
                        pass(a, m.times(g, b));
                        pass(b, m.times(g, a));
                        break;
                    case FormulaBinary::kDivide:
                        if (depends[a]) pass(a, m.selects ? m.times(g, m.divide(one, b)) : m.divide(g, b));
                        if (depends[b]) pass(b, m.times(g, m.negate(m.divide(v, b))));
                        break;
                    case FormulaBinary::kMinimum: {
                        const Index first = m.binary(FormulaBinary::kLessEqual, a, b);
                        pass(a, m.where(first, g, zero));
                        pass(b, m.where(first, zero, g));
                        break;
                    }
                    case FormulaBinary::kMaximum: {
                        const Index first = m.binary(FormulaBinary::kLess, b, a);
                        pass(a, m.where(first, g, zero));
                        pass(b, m.where(first, zero, g));
                        break;
                    }
                    default: break;  // comparisons are constant in pieces
                }
                break;
            case Kind::kUnary:
                switch (static_cast<FormulaUnary>(node.code)) {
                    case FormulaUnary::kNegate: pass(a, m.negate(g)); break;
                    case FormulaUnary::kAbs: pass(a, m.times(g, m.unary(FormulaUnary::kSign, a))); break;
                    case FormulaUnary::kSqrt: pass(a, m.times(g, m.divide(m.constant(0.5), v))); break;
                    case FormulaUnary::kExp: pass(a, m.times(g, v)); break;
                    case FormulaUnary::kExpm1: pass(a, m.times(g, m.unary(FormulaUnary::kExp, a))); break;
                    case FormulaUnary::kLog: pass(a, m.times(g, m.divide(one, a))); break;
                    case FormulaUnary::kLog1p: pass(a, m.times(g, m.divide(one, m.add(one, a)))); break;
                    case FormulaUnary::kErf:
                    case FormulaUnary::kErfc: {
                        const double scale = static_cast<FormulaUnary>(node.code) == FormulaUnary::kErf ? 1.0 : -1.0;
                        const Index bell = m.unary(FormulaUnary::kExp, m.negate(m.multiply(a, a)));
                        pass(a, m.times(g, m.multiply(m.constant(scale * 1.1283791670955126), bell)));
                        break;
                    }
                    default: break;  // sign and floor are constant in pieces
                }
                break;
            case Kind::kLibrary1:
                switch (static_cast<Library1>(node.code)) {
                    case Library1::kSin: pass(a, m.times(g, m.library(Library1::kCos, a))); break;
                    case Library1::kCos: pass(a, m.times(g, m.negate(m.library(Library1::kSin, a)))); break;
                    case Library1::kAtan: pass(a, m.times(g, m.divide(one, m.add(one, m.multiply(a, a))))); break;
                    case Library1::kSinh: pass(a, m.times(g, m.library(Library1::kCosh, a))); break;
                    case Library1::kCosh: pass(a, m.times(g, m.library(Library1::kSinh, a))); break;
                    default: break;  // erf and erfc are made as FormulaUnary
                }
                break;
            case Kind::kLibrary2:
                if (depends[a]) pass(a, m.times(g, m.multiply(b, m.power(a, m.subtract(b, one)))));
                if (depends[b]) {
                    // a^b log(a), and 0 where a^b is.
                    const Index log = m.unary(FormulaUnary::kLog, a);
                    pass(b, m.times(g, m.is_constant(log) ? m.multiply(v, log)
                                                          : m.binary(FormulaBinary::kMultiplyUnlessZero, v, log)));
                }
                break;
            case Kind::kWhere:
                pass(b, m.where(a, g, zero));
                pass(c, m.where(a, zero, g));
                break;
            case Kind::kActivation:
                pass(a, m.times(g, m.activation(node.activation, node.parameters, a, true)));
                break;
            case Kind::kActivationSlope:
            case Kind::kActivationBoth: break;
        }
    }
    std::vector<Index> slopes;
    for (const Index leaf : wanted) slopes.push_back(adjoint[leaf] == kNone ? zero : adjoint[leaf]);
    return slopes;
}

// ---- registers ----

Plan plan_for(const Builder& builder, const std::vector<Index>& outputs) {
    const std::vector<Node>& nodes = builder.nodes;
    std::vector<bool> needed(nodes.size(), false);
    for (const Index output : outputs) needed[output] = true;
    for (std::size_t i = nodes.size(); i-- > 0;) {
        if (!needed[i]) continue;
        for (const Index operand : nodes[i].operands) {
            if (operand != kNone) needed[operand] = true;
        }
    }
    // A value and the slope at the same place come in one pass, when the first of both is due.
    std::vector<Index> partner(nodes.size(), kNone);
    std::map<std::tuple<Index, std::uint16_t, Index>, Index> seen;
    for (Index i = 0; i < nodes.size(); ++i) {
        const Node& node = nodes[i];
        if (!needed[i] || node.leaf != Leaf::kComputed) continue;
        if (node.kind != Kind::kActivation && node.kind != Kind::kActivationSlope) continue;
        const auto [place, is_new] = seen.try_emplace({node.activation, node.parameters, node.operands[0]}, i);
        if (!is_new) partner[place->second] = i, partner[i] = place->second;
    }
    std::vector<std::size_t> last(nodes.size(), 0);
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        if (!needed[i]) continue;
        for (const Index operand : nodes[i].operands) {
            if (operand != kNone) last[operand] = i;
        }
    }
    for (const Index output : outputs) last[output] = nodes.size();

    Plan plan;
    plan.parameters = builder.parameters;
    std::vector<Index> place(nodes.size(), kNone);
    std::vector<Index> free;
    for (std::size_t i = 0; i < nodes.size(); ++i) {  // inputs come first: register 0 is the first input
        if (nodes[i].leaf == Leaf::kInput) place[i] = static_cast<Index>(nodes[i].which), ++plan.registers;
    }
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        if (!needed[i]) continue;
        if (nodes[i].leaf == Leaf::kConstant) plan.constants.emplace_back(place[i] = plan.registers++, nodes[i].constant);
        if (nodes[i].leaf == Leaf::kParameter) plan.units.emplace_back(place[i] = plan.registers++, nodes[i].which);
    }
    const auto take = [&] {
        if (free.empty()) return plan.registers++;
        const Index taken = free.back();
        free.pop_back();
        return taken;
    };
    for (Index i = 0; i < nodes.size(); ++i) {
        const Node& node = nodes[i];
        if (!needed[i] || node.leaf != Leaf::kComputed) continue;
        Index dead[3];
        std::size_t deaths = 0;
        for (const Index operand : node.operands) {
            if (operand == kNone || nodes[operand].leaf != Leaf::kComputed || last[operand] != i) continue;
            if (std::find(dead, dead + deaths, place[operand]) == dead + deaths) dead[deaths++] = place[operand];
        }
        if (place[i] == kNone) {
            Step step{};
            step.kind = node.kind;
            step.code = node.code;
            step.activation = node.activation;
            step.parameters = node.parameters;
            step.a = place[node.operands[0]];
            step.b = node.operands[1] == kNone ? 0 : place[node.operands[1]];
            step.c = node.operands[2] == kNone ? 0 : place[node.operands[2]];
            if (partner[i] != kNone || node.kind == Kind::kActivationSlope) {  // may not write where they read
                step.kind = partner[i] != kNone ? Kind::kActivationBoth : Kind::kActivationSlope;
                const Index first = take(), second = take();
                const bool is_slope = node.kind == Kind::kActivationSlope;
                step.to = is_slope ? second : first;
                step.slope = is_slope ? first : second;
                place[i] = first;
                if (partner[i] != kNone) place[partner[i]] = second;
                else free.push_back(second);
            } else {
                free.insert(free.end(), dead, dead + deaths);  // the result may take an operand's place
                deaths = 0;
                step.to = place[i] = take();
            }
            plan.steps.push_back(step);
        }
        free.insert(free.end(), dead, dead + deaths);
    }
    for (const Index output : outputs) plan.outputs.push_back(place[output]);
    return plan;
}

// ---- running ----

constexpr std::size_t kStride = kFormulaBlock + 16;  // not a power of two: registers would fight for the same cache sets

template <class T>
struct Machine {
    const FormulaKernels& own;
    const ActivationTable<double>& activations;
    int exactness;

    explicit Machine(const KernelSet& set)
        : own(*set.formulas),
          activations(sizeof(T) == sizeof(float) ? *set.formulas->activations : *set.element64.activations),
          exactness(sizeof(T) == sizeof(float) ? 0 : 1) {}

    void step(const Plan& plan, const Step& s, double* registers, std::size_t n) const {
        double* const to = registers + s.to * kStride;
        const double* const a = registers + s.a * kStride;
        const double* const b = registers + s.b * kStride;
        switch (s.kind) {
            case Kind::kBinary: own.binary[s.code](a, b, to, n); break;
            case Kind::kUnary:
                if (const auto function = own.unary[exactness][s.code]) {
                    function(a, to, n);
                } else {
                    for (std::size_t i = 0; i < n; ++i) to[i] = fold_unary(static_cast<FormulaUnary>(s.code), a[i]);
                }
                break;
            case Kind::kLibrary1:
                for (std::size_t i = 0; i < n; ++i) to[i] = library1(static_cast<Library1>(s.code), a[i]);
                break;
            case Kind::kLibrary2:
                for (std::size_t i = 0; i < n; ++i) to[i] = std::pow(a[i], b[i]);
                break;
            case Kind::kWhere: own.where(a, b, registers + s.c * kStride, to, n); break;
            case Kind::kActivation: activations.entries[s.activation].value(a, to, n, plan.parameters[s.parameters]); break;
            case Kind::kActivationSlope:
            case Kind::kActivationBoth:
                activations.entries[s.activation].value_and_slope(a, to, registers + s.slope * kStride, n,
                                                                  plan.parameters[s.parameters]);
                break;
        }
    }

    void read(const float* from, double* to, std::size_t n) const { own.read32(from, to, n); }
    void read(const double* from, double* to, std::size_t n) const { std::copy_n(from, n, to); }
    void write(const double* value, const double* x, float* y, std::size_t n) const { own.write32(value, x, y, n); }
    void write(const double* value, const double* x, double* y, std::size_t n) const { own.write64(value, x, y, n); }
};

// One memory for each thread, as large as its largest program needed so far.
double* registers_for(std::size_t count) {
    constexpr std::size_t kAligned = 64 / sizeof(double);
    thread_local std::vector<double> memory;
    if (memory.size() < count * kStride + kAligned) memory.assign(count * kStride + kAligned, 0.0);
    double* first = memory.data();
    while (reinterpret_cast<std::uintptr_t>(first) % 64 != 0) ++first;
    return first;
}

template <class T>
void run_plan(const Plan& plan, const KernelSet& set, const T* const* inputs, std::size_t n_inputs, T* const* outputs,
              std::size_t rows, std::size_t width, const T* units, std::size_t unit_stride) {
    const std::size_t n = rows * width;
    const Machine<T> machine(set);
    double* const registers = registers_for(plan.registers);
    // Blocks of whole rows, so that the parameters of the units lie alike in each.
    const bool by_rows = width <= kFormulaBlock;
    const std::size_t block = by_rows ? kFormulaBlock / width * width : kFormulaBlock;
    const std::size_t most = std::min(block, n);
    for (const auto& [place, constant] : plan.constants) {
        std::fill_n(registers + place * kStride, (most + kFormulaLanes - 1) / kFormulaLanes * kFormulaLanes, constant);
    }
    const auto spread = [&](std::size_t from, std::size_t count) {
        for (const auto& [place, which] : plan.units) {
            double* const to = registers + place * kStride;
            const T* const values = units + which * unit_stride;
            for (std::size_t i = 0, column = from % width; i < count; ++i, column = column + 1 == width ? 0 : column + 1) {
                to[i] = static_cast<double>(values[column]);
            }
        }
    };
    if (by_rows) spread(0, most);
    for (std::size_t from = 0; from < n; from += block) {
        const std::size_t count = std::min(block, n - from);
        const std::size_t padded = (count + kFormulaLanes - 1) / kFormulaLanes * kFormulaLanes;
        if (!by_rows) spread(from, count);
        for (std::size_t i = 0; i < n_inputs; ++i) machine.read(inputs[i] + from, registers + i * kStride, count);
        for (const Step& step : plan.steps) machine.step(plan, step, registers, padded);
        for (std::size_t i = 0; i < plan.outputs.size(); ++i) {
            machine.write(registers + plan.outputs[i] * kStride, registers, outputs[i] + from, count);
        }
    }
}

// ---- as an activation ----

template <class T>
class FormulaActivation final : public UnitActivation<T> {
public:
    FormulaActivation(std::shared_ptr<const FormulaProgram> program, const KernelSet& kernels)
        : program_(std::move(program)), kernels_(kernels) {
        zero_at_zero_ = program_->parameters() == 0 && program_->at_zero(kernels) == 0.0;
    }

    Backward backward() const override { return Backward::kSlope; }
    bool zero_at_zero() const override { return zero_at_zero_; }
    double saturation() const override { return program_->saturation(); }
    std::size_t learned() const override { return program_->parameters(); }
    void value(const T* z, T* y, std::size_t rows, std::size_t width, const T* units, std::size_t unit_stride) const override {
        program_->run<T>(kernels_, &z, y, nullptr, nullptr, rows, width, units, unit_stride);
    }
    void value_and_slopes(const T* z, T* y, T* slope, T* const* parameter_slopes, std::size_t rows, std::size_t width,
                          const T* units, std::size_t unit_stride) const override {
        program_->run<T>(kernels_, &z, y, slope, program_->parameters() > 0 ? parameter_slopes : nullptr, rows, width, units,
                         unit_stride);
    }

private:
    std::shared_ptr<const FormulaProgram> program_;
    const KernelSet& kernels_;
    bool zero_at_zero_ = false;
};

}  // namespace
}  // namespace formula

FormulaProgram::FormulaProgram(const FormulaSource& source, double saturation)
    : inputs_(source.inputs), parameters_(source.parameters), saturation_(saturation) {
    formula::Builder builder;
    const formula::Index result = formula::read(source, builder);
    std::vector<formula::Index> wanted = {builder.input(0)};
    for (std::size_t i = 0; i < parameters_; ++i) wanted.push_back(builder.parameter(i));
    std::vector<formula::Index> outputs = formula::differentiate(builder, result, wanted);
    value_ = plan_for(builder, {result});
    slope_ = plan_for(builder, {outputs[0]});
    value_and_slope_ = plan_for(builder, {result, outputs[0]});
    outputs.insert(outputs.begin(), result);
    all_ = plan_for(builder, outputs);
}

double FormulaProgram::at_zero(const KernelSet& kernels) const {
    const double zero = 0.0, *const inputs[] = {&zero, &zero};
    double value = 0.0;
    const double units[kMaxLearned] = {};
    run<double>(kernels, inputs, &value, nullptr, nullptr, 1, 1, units, 1);
    return value;
}

template <class T>
void FormulaProgram::run(const KernelSet& kernels, const T* const* inputs, T* value, T* slope, T* const* parameter_slopes,
                         std::size_t rows, std::size_t width, const T* units, std::size_t unit_stride) const {
    if (rows * width == 0) return;
    T* outputs[2 + kMaxLearned] = {value, slope};
    const formula::Plan* plan = &value_;
    if (parameter_slopes != nullptr && parameters_ > 0) {
        if (value == nullptr || slope == nullptr) throw std::invalid_argument("slopes by parameters come with value and slope");
        plan = &all_;
        std::copy_n(parameter_slopes, parameters_, outputs + 2);
    } else if (value == nullptr) {
        if (slope == nullptr) return;
        plan = &slope_;
        outputs[0] = slope;
    } else if (slope != nullptr) {
        plan = &value_and_slope_;
    }
    formula::run_plan(*plan, kernels, inputs, inputs_, outputs, rows, width, units, unit_stride);
}

template void FormulaProgram::run(const KernelSet&, const float* const*, float*, float*, float* const*, std::size_t, std::size_t,
                                  const float*, std::size_t) const;
template void FormulaProgram::run(const KernelSet&, const double* const*, double*, double*, double* const*, std::size_t,
                                  std::size_t, const double*, std::size_t) const;

std::unique_ptr<UnitActivation<float>> FormulaProgram::make32(const ActivationDescription& description,
                                                              const KernelSet& kernels) const {
    if (inputs_ != 1 || description.learned.size() != parameters_) {
        throw std::invalid_argument("the program and its description differ");
    }
    return std::make_unique<formula::FormulaActivation<float>>(shared_from_this(), kernels);
}

std::unique_ptr<UnitActivation<double>> FormulaProgram::make64(const ActivationDescription& description,
                                                               const KernelSet& kernels) const {
    if (inputs_ != 1 || description.learned.size() != parameters_) {
        throw std::invalid_argument("the program and its description differ");
    }
    return std::make_unique<formula::FormulaActivation<double>>(shared_from_this(), kernels);
}

namespace {

// A run of scores whose row is first_row + i / width and whose column is first_column + i % width. Returns the sum of
// weight * loss; elements of weight 0 and padding count nothing, whatever their loss is.
template <class T>
double loss_run(const FormulaProgram& program, const KernelSet& kernels, const LossBlock<T>& block, std::size_t at, std::size_t n,
                std::size_t first_row, std::size_t first_column, std::size_t width) {
    T value[kFormulaBlock], slope[kFormulaBlock];
    const T* const inputs[] = {block.z + at, block.target + at};
    program.run<T>(kernels, inputs, value, block.gradient != nullptr ? slope : nullptr, nullptr, n, 1, nullptr, 0);
    double sum = 0.0;
    for (std::size_t i = 0; i < n; ++i) {
        const bool real = first_column + i % width < block.cols;
        double weight = static_cast<double>(block.row_weight != nullptr ? block.row_weight[first_row + i / width] : block.scale);
        if (block.element_weight != nullptr) weight *= static_cast<double>(block.element_weight[at + i]);
        const bool counts = real && weight != 0.0;
        if (counts) sum += weight * static_cast<double>(value[i]);
        if (block.gradient != nullptr) {
            block.gradient[at + i] = counts ? static_cast<T>(weight * static_cast<double>(slope[i])) : T{0};
        }
    }
    return sum;
}

}  // namespace

template <class T>
double formula_loss(const FormulaProgram& program, const KernelSet& kernels, const LossBlock<T>& block, bool narrow) {
    if (block.target == nullptr) throw std::invalid_argument("a formula needs numbers as targets");
    double sum = 0.0;
    if (narrow) {
        for (std::size_t c = 0; c < block.cols; ++c) {
            for (std::size_t r = 0; r < block.rows; r += kFormulaBlock) {
                const std::size_t n = std::min(kFormulaBlock, block.rows - r);
                sum += loss_run(program, kernels, block, c * block.stride + r, n, r, c, 1);
            }
        }
        return sum;
    }
    const std::size_t width = static_cast<std::size_t>(block.width), rows = kFormulaBlock / width;
    for (std::size_t first = 0; first < block.cols; first += width) {
        for (std::size_t r = 0; r < block.rows; r += rows) {
            const std::size_t n = std::min(rows, block.rows - r) * width;
            sum += loss_run(program, kernels, block, first / width * block.stride + r * width, n, r, first, width);
        }
    }
    return sum;
}

template double formula_loss(const FormulaProgram&, const KernelSet&, const LossBlock<float>&, bool);
template double formula_loss(const FormulaProgram&, const KernelSet&, const LossBlock<double>&, bool);

}  // namespace glassnet
