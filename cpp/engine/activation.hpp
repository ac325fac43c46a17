// What a dense layer applies to z, behind one interface: a kernel of the table at fixed parameters, a kernel whose parameters
// each unit learns, or a program that the user wrote.
//
// A parameter that is learned has one value for each unit of the layer. The values are part of the network's parameters: the
// layer owns their place, and hands them to the activation with each block. In training the activation gives, beside the
// slope d f / d z, the derivative by each learned parameter; what becomes of these is the layer's business, as with the slope.
//
// One virtual call a block of rows of a panel: some hundred elements at least, so it costs nothing that could be measured.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "kernels.hpp"

namespace glassnet {

// How many parameters a unit may learn.
inline constexpr std::size_t kMaxLearned = 16;

template <class T>
class UnitActivation {
public:
    virtual ~UnitActivation() = default;
    // kOne and kOutput promise that the slope need not be computed; with learned parameters it is kSlope.
    virtual Backward backward() const = 0;
    // f(0) is 0 whatever the learned parameters are, and derivatives at 0 are finite: padding stays 0 by itself.
    virtual bool zero_at_zero() const = 0;
    // A unit is saturated on a row where |slope| is below this; 0: it cannot saturate.
    virtual double saturation() const = 0;
    // How many parameters each unit has of its own, at most kMaxLearned.
    virtual std::size_t learned() const = 0;

    // A block: `rows` rows of a panel, whose `width` columns lie side by side, so z has rows * width elements. The k-th
    // learned parameter of column j is units[k * unit_stride + j]; `units` is not read where nothing is learned.
    // Columns of padding hold z = 0 and a copy of a real unit's parameters.

    // y = f(z); y == z is allowed.
    virtual void value(const T* z, T* y, std::size_t rows, std::size_t width, const T* units,
                       std::size_t unit_stride) const = 0;
    // And slope = d f / d z, parameter_slopes[k] = d f / d parameter k, element by element; y == z is allowed.
    // `parameter_slopes` is not read where nothing is learned.
    virtual void value_and_slopes(const T* z, T* y, T* slope, T* const* parameter_slopes, std::size_t rows, std::size_t width,
                                  const T* units, std::size_t unit_stride) const = 0;
};

struct ActivationDescription;

// Makes activations that are not in the table, such as programs of formulas.
class ActivationMaker {
public:
    virtual ~ActivationMaker() = default;
    // Throw std::invalid_argument where the description does not fit. The result may refer to the maker and to the kernels.
    virtual std::unique_ptr<UnitActivation<float>> make32(const ActivationDescription& description, const KernelSet& kernels) const = 0;
    virtual std::unique_ptr<UnitActivation<double>> make64(const ActivationDescription& description, const KernelSet& kernels) const = 0;
};

// An activation as it comes from outside.
struct ActivationDescription {
    std::string name;                       // in the table; for whatever the maker wants to do with it otherwise
    std::vector<double> parameters;         // all of them, in the order of their declaration; those learned: start values
    std::vector<std::size_t> learned;       // which of them each unit learns: ascending indices into `parameters`
    std::shared_ptr<const ActivationMaker> maker;   // nullptr: the table's kernel
};

// Throws std::invalid_argument where the table has no such name, or the kernel cannot learn what it should.
template <class T>
std::unique_ptr<UnitActivation<T>> make_activation(const ActivationDescription& description, const KernelSet& kernels);

// nullptr where the table has no such name.
template <class T>
const ActivationKernel<T>* find_activation(const KernelSet& kernels, const std::string& name);

Parameters parameters_of(const std::vector<double>& values);

}  // namespace glassnet
