// The reverse sweep: a program is differentiated by adding the nodes of its derivatives.
#include "formula_builder.hpp"

namespace glassnet::formula {

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

}  // namespace glassnet::formula
