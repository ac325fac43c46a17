// Activations whose parameter each unit has of its own, over blocks of rows of a panel.
//
// A struct in activations.hpp takes part by a function `at_unit` beside its `at`: value, slope and the derivative by its one
// parameter, of which each lane has its own, in the arithmetic that it names `unit_arithmetic`.
#pragma once

#include "activations.hpp"
#include "kernels.hpp"
#include "lanes.hpp"

namespace glassnet::GLASSNET_ISA {

// kRows vectors of one column, row under row.
template <class F, class T, int kRows, bool kSlopes>
GLASSNET_INLINE void run_unit_rows(const UnitBlock<T>& b, std::size_t at, vec<T> parameter) {
    const auto place = [&](int k) GLASSNET_INLINE_LAMBDA { return at + static_cast<std::size_t>(k) * b.width; };
    UnitCurve<vec<T>> to[kRows];
    if constexpr (F::unit_arithmetic == Arithmetic::kDirect) {
#pragma GCC unroll 4
        for (int k = 0; k < kRows; ++k) to[k] = F::template at_unit<T>(vec<T>::load(b.z + place(k)), parameter);
    } else {
        constexpr int kN = kRows * kParts<T>;
        wide<kN> x, parameters;
#pragma GCC unroll 4
        for (int k = 0; k < kRows; ++k) {
            put(x, k * kParts<T>, widen(vec<T>::load(b.z + place(k))));
            put(parameters, k * kParts<T>, widen(parameter));
        }
        const UnitCurve<wide<kN>> curve = F::template at_unit<real<T, kN>>(x, parameters);
#pragma GCC unroll 4
        for (int k = 0; k < kRows; ++k) {
            to[k].value = narrow<T>(part<kParts<T>>(curve.value, k * kParts<T>));
            to[k].slope = narrow<T>(part<kParts<T>>(curve.slope, k * kParts<T>));
            to[k].by_parameter = narrow<T>(part<kParts<T>>(curve.by_parameter, k * kParts<T>));
        }
    }
#pragma GCC unroll 4
    for (int k = 0; k < kRows; ++k) {
        to[k].value.store(b.y + place(k));
        if constexpr (kSlopes) {
            to[k].slope.store(b.slope + place(k));
            to[k].by_parameter.store(b.by_parameter + place(k));
        }
    }
}

template <class F, class T, bool kSlopes>
void run_units(const UnitBlock<T>& given) {
    const UnitBlock<T> b = given;  // a copy that no store can alias
    // Rows side by side: as many vectors of doubles as there are registers for, or a few of T.
    constexpr int kRows = F::unit_arithmetic == Arithmetic::kDirect ? 4 : (kRegisters == 32 ? 4 : 2) / kParts<T>;
    for (std::size_t column = 0; column < b.width; column += vec<T>::size) {
        const vec<T> parameter = vec<T>::load(b.parameter + column);
        std::size_t r = 0;
        for (; r + kRows <= b.rows; r += kRows) run_unit_rows<F, T, kRows, kSlopes>(b, r * b.width + column, parameter);
        for (; r < b.rows; ++r) run_unit_rows<F, T, 1, kSlopes>(b, r * b.width + column, parameter);
    }
}

template <class F, class T>
void unit_curve(const UnitBlock<T>& b) {
    b.slope == nullptr ? run_units<F, T, false>(b) : run_units<F, T, true>(b);
}

// nullptr where the function has no `at_unit`.
template <class F, class T>
constexpr auto unit_kernel() -> void (*)(const UnitBlock<T>&) {
    if constexpr (requires { F::unit_arithmetic; }) return &unit_curve<F, T>;
    else return nullptr;
}

}  // namespace glassnet::GLASSNET_ISA
