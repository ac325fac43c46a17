"""The recipe for tables: what every "auto" of the tabular estimators means.

A recipe is a function of a few facts: the task, how many rows there are to learn from, how many columns they have once
encoded. Every choice that it makes is a `Choice`, with its reason and the option that overrides it.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from glassnet.estimators import translate
from glassnet.estimators.task import Task

AUTO = "auto"
WORK = 1e12  # rows x weights x epochs of a training: about half a minute on two processors
FEWEST_EPOCHS, USUAL_EPOCHS, MOST_EPOCHS = 32, 128, 256
ROW_PASSES = 768_000  # of a regression on few rows, which gains by more epochs
SMALLEST_BATCH, LARGEST_BATCH = 32, 256


@dataclass(frozen=True)
class Facts:
    """What a recipe may look at.

    Attributes
    ----------
    task : {"regression", "binary", "multiclass"}
    n_rows : int
        Rows to learn from, those for validation not counted.
    n_inputs : int
        Inputs of the network: encoded columns, and the numbers of the embeddings.
    n_outputs : int
    """

    task: Task
    n_rows: int
    n_inputs: int
    n_outputs: int


def recipe(facts: Facts) -> dict[str, Any]:
    """Give the value of every parameter that may be "auto".

    Rates, widths, dropout and the rest were chosen on two dozen public tables of 1,000 to 50,000 rows, by the error of
    rows that were held out, relative to each other; docs/benchmarks.md tells what each is worth.
    """
    regression = facts.task == "regression"
    hidden = (256, 256, 256)
    return {
        "hidden_layer_sizes": hidden,
        "activation": "silu",
        "initializer": AUTO,
        "bias_initializer": "zeros",
        "dropout": 0.05 if regression else 0.1,
        "loss": "squared_error" if regression else "log_loss",
        "solver": "adamw" if regression else "adam",
        "learning_rate": "coslog4",
        "learning_rate_init": 0.01 if regression else 0.006,
        "beta_1": 0.9,
        "beta_2": 0.95,
        "alpha": 0.0,
        "l1_ratio": 0.0,
        "weight_decay": 0.1 if regression else 0.0,
        "batch_size": _batch(facts.n_rows),
        "max_iter": _epochs(facts, hidden),
        "n_iter_no_change": math.inf,
        # Certainty learned by heart is worth nothing on other rows; the temperature sets the probabilities right.
        "label_smoothing": 0.1,
        "validation_fraction": 0.15,
    }


def _batch(n_rows: int) -> int:
    """The power of two nearest to an eighth of the rows, within bounds: small tables need steps, large ones speed."""
    nearest = int(2 ** round(math.log2(max(n_rows / 8, 1))))
    return max(1, min(max(nearest, SMALLEST_BATCH), LARGEST_BATCH, n_rows))


def _epochs(facts: Facts, hidden: tuple[int, ...]) -> int:
    """As many as help, and fewer where that would take minutes."""
    widths = (facts.n_inputs, *hidden, facts.n_outputs)
    n_weights = sum(inputs * units for inputs, units in itertools.pairwise(widths))
    n_rows = max(facts.n_rows, 1)
    most = USUAL_EPOCHS
    if facts.task == "regression":
        most = min(max(ROW_PASSES // n_rows, USUAL_EPOCHS), MOST_EPOCHS)
    return min(max(round(WORK / (n_rows * n_weights)), FEWEST_EPOCHS), most)


def resolved(model: Any, values: dict[str, Any]) -> SimpleNamespace:
    """Take an estimator's parameters, with the recipe's values in the place of "auto".

    Examples
    --------
    >>> model = SimpleNamespace(get_params=lambda deep: {"solver": "sgd", "batch_size": "auto"})
    >>> vars(resolved(model, {"solver": "adam", "batch_size": 64}))
    {'solver': 'sgd', 'batch_size': 64}
    """
    parameters = SimpleNamespace(
        **{
            name: values[name] if name in values and _is_auto(value) else value
            for name, value in model.get_params(deep=False).items()
        }
    )
    if _is_auto(parameters.__dict__.get("initializer")):
        # An output layer of zeros: the network starts with the same answer for every row, and so with no wrong one.
        n_hidden = len(translate.hidden_sizes(parameters.hidden_layer_sizes))
        parameters.initializer = [*([AUTO] * n_hidden), "zeros"]
    return parameters


def _is_auto(value: Any) -> bool:
    return isinstance(value, str) and value == AUTO
