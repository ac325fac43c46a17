// The formula machine: runs the steps of a program on blocks of values, as an activation.
#include "formula.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "formula_builder.hpp"
#include "layers.hpp"

namespace glassnet {
namespace formula {
namespace {

constexpr std::size_t kStride = kFormulaBlock + 16;  // not a power of two: registers would fight for the same cache sets

template <class T>
struct Machine {
    const FormulaKernels& own;
    const ActivationTable<double>& activations;
    int exactness;

    explicit Machine(const KernelSet& set)
        : own(*set.formulas),
          activations(sizeof(T) == sizeof(float) ? *set.formulas->activations : *set.element64.activations),
          exactness(sizeof(T) == sizeof(float) ? 0 : 1) {}

    void step(const Plan& plan, const Step& s, double* registers, std::size_t n) const {
        double* const to = registers + s.to * kStride;
        const double* const a = registers + s.a * kStride;
        const double* const b = registers + s.b * kStride;
        switch (s.kind) {
            case Kind::kBinary: own.binary[s.code](a, b, to, n); break;
            case Kind::kUnary:
                if (const auto function = own.unary[exactness][s.code]) {
                    function(a, to, n);
                } else {
                    for (std::size_t i = 0; i < n; ++i) to[i] = fold_unary(static_cast<FormulaUnary>(s.code), a[i]);
                }
                break;
            case Kind::kLibrary1:
                for (std::size_t i = 0; i < n; ++i) to[i] = library1(static_cast<Library1>(s.code), a[i]);
                break;
            case Kind::kLibrary2:
                for (std::size_t i = 0; i < n; ++i) to[i] = std::pow(a[i], b[i]);
                break;
            case Kind::kWhere: own.where(a, b, registers + s.c * kStride, to, n); break;
            case Kind::kActivation: activations.entries[s.activation].value(a, to, n, plan.parameters[s.parameters]); break;
            case Kind::kActivationSlope:
            case Kind::kActivationBoth:
                activations.entries[s.activation].value_and_slope(a, to, registers + s.slope * kStride, n,
                                                                  plan.parameters[s.parameters]);
                break;
        }
    }

    void read(const float* from, double* to, std::size_t n) const { own.read32(from, to, n); }
    void read(const double* from, double* to, std::size_t n) const { std::copy_n(from, n, to); }
    void write(const double* value, const double* x, float* y, std::size_t n) const { own.write32(value, x, y, n); }
    void write(const double* value, const double* x, double* y, std::size_t n) const { own.write64(value, x, y, n); }
};

// One memory for each thread, as large as its largest program needed so far.
double* registers_for(std::size_t count) {
    constexpr std::size_t kAligned = 64 / sizeof(double);
    thread_local std::vector<double> memory;
    if (memory.size() < count * kStride + kAligned) memory.assign(count * kStride + kAligned, 0.0);
    double* first = memory.data();
    while (reinterpret_cast<std::uintptr_t>(first) % 64 != 0) ++first;
    return first;
}

template <class T>
void run_plan(const Plan& plan, const KernelSet& set, const T* const* inputs, std::size_t n_inputs, T* const* outputs,
              std::size_t rows, std::size_t width, const T* units, std::size_t unit_stride) {
    const std::size_t n = rows * width;
    const Machine<T> machine(set);
    double* const registers = registers_for(plan.registers);
    // Blocks of whole rows, so that the parameters of the units lie alike in each.
    const bool by_rows = width <= kFormulaBlock;
    const std::size_t block = by_rows ? kFormulaBlock / width * width : kFormulaBlock;
    const std::size_t most = std::min(block, n);
    for (const auto& [place, constant] : plan.constants) {
        std::fill_n(registers + place * kStride, (most + kFormulaLanes - 1) / kFormulaLanes * kFormulaLanes, constant);
    }
    const auto spread = [&](std::size_t from, std::size_t count) {
        for (const auto& [place, which] : plan.units) {
            double* const to = registers + place * kStride;
            const T* const values = units + which * unit_stride;
            for (std::size_t i = 0, column = from % width; i < count; ++i, column = column + 1 == width ? 0 : column + 1) {
                to[i] = static_cast<double>(values[column]);
            }
        }
    };
    if (by_rows) spread(0, most);
    for (std::size_t from = 0; from < n; from += block) {
        const std::size_t count = std::min(block, n - from);
        const std::size_t padded = (count + kFormulaLanes - 1) / kFormulaLanes * kFormulaLanes;
        if (!by_rows) spread(from, count);
        for (std::size_t i = 0; i < n_inputs; ++i) machine.read(inputs[i] + from, registers + i * kStride, count);
        for (const Step& step : plan.steps) machine.step(plan, step, registers, padded);
        for (std::size_t i = 0; i < plan.outputs.size(); ++i) {
            machine.write(registers + plan.outputs[i] * kStride, registers, outputs[i] + from, count);
        }
    }
}

// ---- as an activation ----

template <class T>
class FormulaActivation final : public UnitActivation<T> {
public:
    FormulaActivation(std::shared_ptr<const FormulaProgram> program, const KernelSet& kernels)
        : program_(std::move(program)), kernels_(kernels) {
        zero_at_zero_ = program_->parameters() == 0 && program_->at_zero(kernels) == 0.0;
    }

    Backward backward() const override { return Backward::kSlope; }
    bool zero_at_zero() const override { return zero_at_zero_; }
    double saturation() const override { return program_->saturation(); }
    std::size_t learned() const override { return program_->parameters(); }
    void value(const T* z, T* y, std::size_t rows, std::size_t width, const T* units, std::size_t unit_stride) const override {
        program_->run<T>(kernels_, &z, y, nullptr, nullptr, rows, width, units, unit_stride);
    }
    void value_and_slopes(const T* z, T* y, T* slope, T* const* parameter_slopes, std::size_t rows, std::size_t width,
                          const T* units, std::size_t unit_stride) const override {
        program_->run<T>(kernels_, &z, y, slope, program_->parameters() > 0 ? parameter_slopes : nullptr, rows, width, units,
                         unit_stride);
    }

private:
    std::shared_ptr<const FormulaProgram> program_;
    const KernelSet& kernels_;
    bool zero_at_zero_ = false;
};

}  // namespace
}  // namespace formula

FormulaProgram::FormulaProgram(const FormulaSource& source, double saturation)
    : inputs_(source.inputs), parameters_(source.parameters), saturation_(saturation) {
    formula::Builder builder;
    const formula::Index result = formula::read(source, builder);
    std::vector<formula::Index> wanted = {builder.input(0)};
    for (std::size_t i = 0; i < parameters_; ++i) wanted.push_back(builder.parameter(i));
    std::vector<formula::Index> outputs = formula::differentiate(builder, result, wanted);
    value_ = plan_for(builder, {result});
    slope_ = plan_for(builder, {outputs[0]});
    value_and_slope_ = plan_for(builder, {result, outputs[0]});
    outputs.insert(outputs.begin(), result);
    all_ = plan_for(builder, outputs);
}

double FormulaProgram::at_zero(const KernelSet& kernels) const {
    const double zero = 0.0, *const inputs[] = {&zero, &zero};
    double value = 0.0;
    const double units[kMaxLearned] = {};
    run<double>(kernels, inputs, &value, nullptr, nullptr, 1, 1, units, 1);
    return value;
}

template <class T>
void FormulaProgram::run(const KernelSet& kernels, const T* const* inputs, T* value, T* slope, T* const* parameter_slopes,
                         std::size_t rows, std::size_t width, const T* units, std::size_t unit_stride) const {
    if (rows * width == 0) return;
    T* outputs[2 + kMaxLearned] = {value, slope};
    const formula::Plan* plan = &value_;
    if (parameter_slopes != nullptr && parameters_ > 0) {
        if (value == nullptr || slope == nullptr) throw std::invalid_argument("slopes by parameters come with value and slope");
        plan = &all_;
        std::copy_n(parameter_slopes, parameters_, outputs + 2);
    } else if (value == nullptr) {
        if (slope == nullptr) return;
        plan = &slope_;
        outputs[0] = slope;
    } else if (slope != nullptr) {
        plan = &value_and_slope_;
    }
    formula::run_plan(*plan, kernels, inputs, inputs_, outputs, rows, width, units, unit_stride);
}

template void FormulaProgram::run(const KernelSet&, const float* const*, float*, float*, float* const*, std::size_t, std::size_t,
                                  const float*, std::size_t) const;
template void FormulaProgram::run(const KernelSet&, const double* const*, double*, double*, double* const*, std::size_t,
                                  std::size_t, const double*, std::size_t) const;

std::unique_ptr<UnitActivation<float>> FormulaProgram::make32(const ActivationDescription& description,
                                                              const KernelSet& kernels) const {
    if (inputs_ != 1 || description.learned.size() != parameters_) {
        throw std::invalid_argument("the program and its description differ");
    }
    return std::make_unique<formula::FormulaActivation<float>>(shared_from_this(), kernels);
}

std::unique_ptr<UnitActivation<double>> FormulaProgram::make64(const ActivationDescription& description,
                                                               const KernelSet& kernels) const {
    if (inputs_ != 1 || description.learned.size() != parameters_) {
        throw std::invalid_argument("the program and its description differ");
    }
    return std::make_unique<formula::FormulaActivation<double>>(shared_from_this(), kernels);
}

}  // namespace glassnet
