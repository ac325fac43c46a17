// Lists the kernels of the losses.
#pragma once

#include "class_losses.hpp"
#include "losses.hpp"
#include "softmax.hpp"

namespace glassnet::GLASSNET_ISA {

template <class L, class T>
constexpr LossKernel<T> loss_kernel() {
    return {L::name, L::link, L::parameter_count, L::middle, false, &loss_columns<L, T>, &loss_panels<L, T>,
            &loss_elements<L, T>, nullptr};
}

template <class L, class T>
constexpr LossKernel<T> class_loss_kernel() {
    return {L::name, L::link, L::parameter_count, 0.0, true, &L::template columns<T>, &L::template panels<T>,
            nullptr, &L::template curvature<T>};
}

template <class T, class ElementLosses, class ClassLosses>
struct LossEntries;

template <class T, class... L, class... C>
struct LossEntries<T, List<L...>, List<C...>> {
    static constexpr LossKernel<T> all[] = {loss_kernel<L, T>()..., class_loss_kernel<C, T>()...};
    static constexpr LossTable<T> table = {all, sizeof...(L) + sizeof...(C), &softmax_columns<T>, &softmax_panels<T>};
};

template <class T>
inline constexpr LossTable<T> kLossTable = LossEntries<T, ElementLosses, ClassLosses>::table;

}  // namespace glassnet::GLASSNET_ISA
