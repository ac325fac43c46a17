// The formula machine before it runs: what a program's values are, made once each, and the passes over them.
//
//   read (formula_reading.cpp) -> differentiate (formula_gradient.cpp) -> plan_for (formula_plan.cpp) -> formula.cpp
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <tuple>
#include <utility>
#include <vector>

#include "formula.hpp"

namespace glassnet::formula {

using Index = std::uint32_t;
constexpr Index kNone = ~Index{0};

enum class Library1 : std::uint8_t { kSin, kCos, kAtan, kSinh, kCosh, kErf, kErfc };
enum class Library2 : std::uint8_t { kPower };

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

inline double library1(Library1 function, double x) {
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

inline double fold_binary(FormulaBinary operation, double a, double b) {
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

inline double fold_unary(FormulaUnary function, double x) {
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

// Returns the node of the result; throws std::invalid_argument where a program is none.
Index read(const FormulaSource& source, Builder& builder);

// The nodes of d result / d leaf for each wanted leaf.
std::vector<Index> differentiate(Builder& builder, Index result, const std::vector<Index>& wanted);

// The steps that compute these nodes, each in a register.
Plan plan_for(const Builder& builder, const std::vector<Index>& outputs);

}  // namespace glassnet::formula
