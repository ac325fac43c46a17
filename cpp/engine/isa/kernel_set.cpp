// What one instruction set provides: the tables of the other units here, and the kernels that are in no catalog.
#include "dropout.hpp"
#include "kernel_tables.hpp"
#include "maxout.hpp"
#include "optimizers.hpp"
#include "statistics.hpp"

namespace glassnet::GLASSNET_ISA {

template <class T>
constexpr ElementKernels<T> element_kernels(const ActivationTable<T>* activations, const LossTable<T>* losses) {
    return {
        activations,
        losses,
        {&update_sgd<T>, &update<Adagrad, T>, &update<Rmsprop, T>, &update<Adam, T>},  // in the order of enum Solver
        &stream<T>,
        &multiply<T>,
        &dropout<T>,
        &maxout<T>,
        &activity<T>,
        &count_below<T>,
        &moments<T>,
        &all_finite<T>,
    };
}

const KernelSet kernel_set = {GLASSNET_ISA_NAME, element_kernels(&activations32, &losses32),
                              element_kernels(&activations64, &losses64), &products32, &products64, &formulas};

}  // namespace glassnet::GLASSNET_ISA
