// The machine that runs the formulas of users: as activations, and as regression losses.
//
// A formula comes as a list of instructions on numbered values, made from a tree by Python (catalog/formula_program.py). It is
// validated here, whatever it is. Then the list is compiled once: constants are folded, equal instructions are shared, powers
// become products, and the derivative by each variable is written down as further instructions, by one reverse sweep: so at run
// time there is no differentiation left, only one straight list. What a list does not need is left out, registers are used
// again as soon as their value is dead.
//
// A list runs block by block. A register holds a block of at most 256 doubles, so a program's registers stay in the first
// cache; each instruction is one kernel of the instruction set on whole blocks: arithmetic, the language's own functions, or an
// activation of the catalog, which gives its slope in the same pass. Functions that no instruction set has (sin, atan, pow)
// are the C library's.
//
// Derivatives where they jump: of max(a, b) and min(a, b) where a = b that of b and of a; of abs at 0 it is 0; of `where` that of
// the piece that is chosen. A branch that is not chosen contributes exactly 0, even where it is infinite or NaN.
// NaN stays NaN: where the first input is NaN, so is every result.
//
// Rejected: a derivative by SymPy, compiled as a second program (expressions swell, and every function would be computed again
// for its slope). Rejected: to interpret adjoint rules at run time (as many memory passes as additions to zero). Rejected: to
// generate machine code (another compiler in the package, for at most a factor of 2).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "activation.hpp"
#include "formula_table.hpp"

namespace glassnet {

// As it comes from outside. Values are numbered: the inputs, the parameters, the constants, then the results of the instructions.
struct FormulaSource {
    struct Instruction {
        std::string function;            // "+", "exp", "where", or the name of an activation
        std::vector<std::size_t> operands;   // values before this one
        std::vector<double> parameters;  // of an activation
    };
    std::size_t inputs = 1;              // the first is the variable of differentiation
    std::size_t parameters = 0;          // those that differ from unit to unit; the others are constants
    std::vector<double> constants;
    std::vector<Instruction> instructions;
    std::size_t result = 0;
};

inline constexpr std::size_t kMaxFormulaInstructions = 2000;
inline constexpr std::size_t kFormulaBlock = 256;

namespace formula {

// What an instruction of a compiled list does. The first ones are FormulaBinary and FormulaUnary, in `code`.
enum class Kind : std::uint8_t { kBinary, kUnary, kLibrary1, kLibrary2, kWhere, kActivation, kActivationSlope, kActivationBoth };

struct Step {
    Kind kind;
    std::uint8_t code;           // FormulaBinary, FormulaUnary, or which function of the library
    std::uint16_t parameters;    // of an activation: index into Plan::parameters
    std::uint32_t activation;    // index into the table
    std::uint32_t a, b, c;       // registers read
    std::uint32_t to, slope;     // registers written
};

// One straight list for certain outputs.
struct Plan {
    std::vector<Step> steps;
    std::vector<Parameters> parameters;
    std::vector<std::pair<std::uint32_t, double>> constants;        // register, value
    std::vector<std::pair<std::uint32_t, std::size_t>> units;       // register, which parameter
    std::vector<std::uint32_t> outputs;                             // registers
    std::uint32_t registers = 0;
};

}  // namespace formula

// Immutable once made, so threads share it.
class FormulaProgram : public ActivationMaker, public std::enable_shared_from_this<FormulaProgram> {
public:
    // `saturation` as in UnitActivation. Throws std::invalid_argument where the source is no program.
    explicit FormulaProgram(const FormulaSource& source, double saturation = 0.0);

    std::size_t inputs() const { return inputs_; }
    std::size_t parameters() const { return parameters_; }
    double saturation() const { return saturation_; }
    // f(0) of a program of one input.
    double at_zero(const KernelSet& kernels) const;
    // How many steps a list has, for tests.
    std::size_t steps(bool with_slope) const { return (with_slope ? value_and_slope_ : value_).steps.size(); }

    // Elements lie as in UnitActivation: rows * width of each input. Outputs that are nullptr are not wanted; if slopes by
    // parameters are wanted, all of them are. An output may be an input.
    template <class T>
    void run(const KernelSet& kernels, const T* const* inputs, T* value, T* slope, T* const* parameter_slopes, std::size_t rows,
             std::size_t width, const T* units, std::size_t unit_stride) const;

    std::unique_ptr<UnitActivation<float>> make32(const ActivationDescription& description,
                                                  const KernelSet& kernels) const override;
    std::unique_ptr<UnitActivation<double>> make64(const ActivationDescription& description,
                                                   const KernelSet& kernels) const override;

private:
    std::size_t inputs_, parameters_;
    double saturation_;
    formula::Plan value_, slope_, value_and_slope_, all_;
};

// A program of prediction and target as a regression loss on raw scores: as LossKernel's `columns` (narrow) or `panels`.
template <class T>
double formula_loss(const FormulaProgram& program, const KernelSet& kernels, const LossBlock<T>& block, bool narrow);

}  // namespace glassnet
