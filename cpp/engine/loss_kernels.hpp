// Lists the kernels of the losses, the cross-entropy of classes among them.
#pragma once

#include "losses.hpp"
#include "softmax.hpp"

namespace glassnet::GLASSNET_ISA {

template <class L, class T>
constexpr LossKernel<T> loss_kernel() {
    return {L::name, L::link, L::parameter_count, &loss_columns<L, T>, &loss_panels<L, T>};
}

template <class T, class Losses>
struct LossEntries;

template <class T, class... L>
struct LossEntries<T, List<L...>> {
    static constexpr LossKernel<T> all[] = {
        loss_kernel<L, T>()...,
        {"softmax_cross_entropy", "softmax", 0, &cross_entropy_columns<T>, &cross_entropy_panels<T>},
    };
    static constexpr LossTable<T> table = {all, sizeof...(L) + 1, &softmax_columns<T>, &softmax_panels<T>};
};

template <class T>
inline constexpr LossTable<T> kLossTable = LossEntries<T, ElementLosses>::table;

}  // namespace glassnet::GLASSNET_ISA
