// The activation functions: value and slope of each, from the input.
//
// Slopes are computed from the input, not from the rounded output as y (1 - y): that is exactly 0 beyond x = 17, where
// the truth is 4e-8. Above each function stands the largest error of its value and slope in ULP: for float over every
// 257th of all inputs, for double over 10^6 (benchmarks/accuracy.py). NaN stays NaN, and infinite inputs give the limits.
// Next to where a slope crosses 0 (gelu, silu, mish) its error is below 1e-12 for float and 1e-16 for double instead.
//
// To add a function: write its struct in one of the headers in activations/, and put it into the list at the end of that
// header.
#pragma once

#include "activations/exponential.hpp"
#include "activations/gated.hpp"
#include "activations/periodic.hpp"
#include "activations/piecewise.hpp"

namespace glassnet::GLASSNET_ISA {

template <class... Lists>
struct Joined;

template <class... Entry>
struct Joined<List<Entry...>> {
    using type = List<Entry...>;
};

template <class... First, class... Second, class... Rest>
struct Joined<List<First...>, List<Second...>, Rest...> : Joined<List<First..., Second...>, Rest...> {};

using Activations = Joined<PiecewiseActivations, ExponentialActivations, GatedActivations, PeriodicActivations>::type;

}  // namespace glassnet::GLASSNET_ISA
