#include "activation.hpp"

#include <algorithm>
#include <stdexcept>

#include "layers.hpp"

namespace glassnet {
namespace {

// A kernel of the table at fixed parameters.
template <class T>
class KernelActivation final : public UnitActivation<T> {
public:
    KernelActivation(const ActivationKernel<T>& kernel, const Parameters& parameters) : kernel_(kernel), parameters_(parameters) {}

    Backward backward() const override { return kernel_.backward; }
    bool zero_at_zero() const override { return kernel_.zero_at_zero; }
    double saturation() const override { return kernel_.saturation; }
    std::size_t learned() const override { return 0; }

    void value(const T* z, T* y, std::size_t rows, std::size_t width, const T*, std::size_t) const override {
        kernel_.value(z, y, rows * width, parameters_);
    }
    void value_and_slopes(const T* z, T* y, T* slope, T* const*, std::size_t rows, std::size_t width, const T*,
                          std::size_t) const override {
        kernel_.value_and_slope(z, y, slope, rows * width, parameters_);
    }

private:
    const ActivationKernel<T>& kernel_;
    Parameters parameters_;
};

// A kernel of the table whose one parameter each unit learns.
template <class T>
class LearnedActivation final : public UnitActivation<T> {
public:
    explicit LearnedActivation(const ActivationKernel<T>& kernel) : kernel_(kernel) {}

    Backward backward() const override { return Backward::kSlope; }
    bool zero_at_zero() const override { return kernel_.zero_at_zero; }
    double saturation() const override { return kernel_.saturation; }
    std::size_t learned() const override { return 1; }

    void value(const T* z, T* y, std::size_t rows, std::size_t width, const T* units, std::size_t) const override {
        kernel_.units({z, y, nullptr, nullptr, units, rows, width});
    }
    void value_and_slopes(const T* z, T* y, T* slope, T* const* parameter_slopes, std::size_t rows, std::size_t width,
                          const T* units, std::size_t) const override {
        kernel_.units({z, y, slope, parameter_slopes[0], units, rows, width});
    }

private:
    const ActivationKernel<T>& kernel_;
};

// The maker's method for this type.
std::unique_ptr<UnitActivation<float>> made(const ActivationDescription& d, const KernelSet& kernels, float) {
    return d.maker->make32(d, kernels);
}
std::unique_ptr<UnitActivation<double>> made(const ActivationDescription& d, const KernelSet& kernels, double) {
    return d.maker->make64(d, kernels);
}

}  // namespace

Parameters parameters_of(const std::vector<double>& values) {
    if (values.size() > kMaxParameters) throw std::invalid_argument("too many parameters");
    Parameters parameters{};
    std::copy(values.begin(), values.end(), parameters.value);
    return parameters;
}

template <class T>
const ActivationKernel<T>* find_activation(const KernelSet& kernels, const std::string& name) {
    const ActivationTable<T>& table = *element_kernels<T>(kernels).activations;
    const auto* const end = table.entries + table.count;
    const auto* const found = std::find_if(table.entries, end, [&](const auto& entry) { return name == entry.name; });
    return found == end ? nullptr : found;
}

template <class T>
std::unique_ptr<UnitActivation<T>> make_activation(const ActivationDescription& description, const KernelSet& kernels) {
    if (description.maker) return made(description, kernels, T{});
    const ActivationKernel<T>* kernel = find_activation<T>(kernels, description.name);
    if (kernel == nullptr) throw std::invalid_argument("unknown activation: " + description.name);
    if (!description.learned.empty()) {
        if (kernel->units == nullptr || description.learned != std::vector<std::size_t>{0}) {
            throw std::invalid_argument(description.name + " has no such parameter that units could learn");
        }
        return std::make_unique<LearnedActivation<T>>(*kernel);
    }
    return std::make_unique<KernelActivation<T>>(*kernel, parameters_of(description.parameters));
}

template const ActivationKernel<float>* find_activation(const KernelSet&, const std::string&);
template const ActivationKernel<double>* find_activation(const KernelSet&, const std::string&);
template std::unique_ptr<UnitActivation<float>> make_activation(const ActivationDescription&, const KernelSet&);
template std::unique_ptr<UnitActivation<double>> make_activation(const ActivationDescription&, const KernelSet&);

}  // namespace glassnet
