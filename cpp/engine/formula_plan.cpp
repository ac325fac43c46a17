// From nodes to steps on registers: what is needed, in order, with registers used again once their value is.
#include "formula_builder.hpp"

namespace glassnet::formula {

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

}  // namespace glassnet::formula
