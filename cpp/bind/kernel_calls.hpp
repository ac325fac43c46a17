// What the bindings of activations and of losses share: arrays, the tables of either type, entries by name, refusals.
#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <algorithm>
#include <string>
#include <type_traits>
#include <vector>

#include "kernels.hpp"
#include "product.hpp"

namespace glassnet {

namespace nb = nanobind;

template <class T, class... Shape>
using Array = nb::ndarray<T, Shape..., nb::c_contig, nb::device::cpu>;

template <class T>
const ElementKernels<T>& element_kernels() {
    if constexpr (std::is_same_v<T, float>) {
        return kernels().element32;
    } else {
        return kernels().element64;
    }
}

template <class T>
std::size_t vector_size() {
    return static_cast<std::size_t>(std::is_same_v<T, float> ? kernels().product32->vector : kernels().product64->vector);
}

[[noreturn]] inline void refuse(const std::string& message) { throw nb::value_error(message.c_str()); }

inline std::string joined(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
    return text;
}

// The entry of that name, or an error that lists the names.
template <class Entry>
const Entry& find(const Entry* table, int count, const std::string& name, const char* kind,
                  const std::vector<std::string>& names) {
    for (int i = 0; i < count; ++i) {
        if (name == table[i].name) return table[i];
    }
    refuse(std::string(kind) + " must be one of " + joined(names) + "; got \"" + name + "\"");
}

inline Parameters parameter_values(const std::string& name, int count, const std::vector<double>& given) {
    if (given.size() != static_cast<std::size_t>(count)) {
        refuse(name + " has " + std::to_string(count) + " parameters; got " + std::to_string(given.size()) + " values");
    }
    Parameters parameters = {};
    std::copy(given.begin(), given.end(), parameters.value);
    return parameters;
}

}  // namespace glassnet
