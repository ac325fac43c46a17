"""All rules, in the order of causes: what stands further up brings about what stands further down."""

from glassnet.diagnosis.rule import Rule
from glassnet.diagnosis.rules import data, ending, fitting, rate, signal, task, units

RULES: tuple[Rule, ...] = (
    units.symmetric_units,
    data.unscaled_inputs,
    data.unscaled_targets,
    task.no_nonlinearity,
    task.numbers_of_classes,
    ending.diverged,
    signal.exploding_activations,
    signal.exploding_gradients,
    rate.rate_too_high,
    rate.penalty_too_strong,
    task.gradient_free_outputs,
    signal.vanishing_gradients,
    signal.vanishing_activations,
    rate.rate_too_low,
    units.saturation,
    units.dead_units,
    units.nearly_dead_units,
    ending.few_steps,
    data.class_imbalance,
    fitting.random_labels,
    fitting.overfitting,
    ending.stuck,
    ending.plateau,
    fitting.underfitting,
    ending.unfinished,
    task.loss_for_numbers,
    task.bottleneck,
    data.constant_columns,
    fitting.nothing_held_out,
)
