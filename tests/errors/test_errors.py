"""Every message says what must hold, what was received and how to mend it; every error survives a trip to a worker."""

from __future__ import annotations

import inspect
import math
import pickle
from typing import Any

import numpy as np
import pytest

from glassnet import errors
from glassnet.errors import (
    DataError,
    Diverged,
    DivergedWarning,
    GlassnetError,
    ModelFileError,
    ParameterError,
    ScalingWarning,
    ShapeError,
    TableError,
)
from tests.errors import (
    messages_autograd,
    messages_comparisons,
    messages_formulas,
    messages_model_files,
    messages_pictures,
    messages_reports,
    messages_setups,
    messages_table_files,
    messages_tables,
    messages_targets,
)

SCALE = "networks learn faster on standardized columns, as from make_pipeline(StandardScaler(), ...)"
KEEPS = "or early_stopping=True, which keeps the best weights"

# Constructor, arguments, the message. A constructor that is not here fails `test_every_message_is_tested`.
MESSAGES: list[Any] = [
    (
        ParameterError.nothing_called,
        ("sigmod", ("sigmoid", "tanh")),
        'nothing in the catalog is called "sigmod". Did you mean "sigmoid"?',
    ),
    (ParameterError.nothing_called, ("zzz", ("sigmoid", "tanh")), 'nothing in the catalog is called "zzz"'),
    (ParameterError.value, ("dropout", 1.5, "a number in [0, 1)"), "dropout must be a number in [0, 1); got 1.5"),
    (ParameterError.value, ("alpha", np.float64(-1), "at least 1"), "alpha must be at least 1; got -1.0"),
    (
        ParameterError.choice,
        ("activation", "ReLU", ("tanh", "relu")),
        'activation must be one of tanh, relu; got "ReLU". Did you mean "relu"?',
    ),
    (ParameterError.choice, ("solver", 3, ("adam", "sgd")), "solver must be one of adam, sgd; got 3"),
    (ParameterError.choice, ("solver", "xyz", ("adam", "sgd")), 'solver must be one of adam, sgd; got "xyz"'),
    (
        ParameterError.choice,
        ("initializer", "he", ("he_normal", "he_uniform", "zeros")),
        'initializer must be one of he_normal, he_uniform, zeros; got "he"',
    ),
    (
        ParameterError.choice,
        ("initializer", "he_norm", ("he_normal", "hf_normal")),
        'initializer must be one of he_normal, hf_normal; got "he_norm". Did you mean "he_normal"?',
    ),
    (
        ParameterError.choice,
        ("name", "ab", ("abc", "abd")),
        'name must be one of abc, abd; got "ab". Did you mean "abc" or "abd"?',
    ),
    (
        ParameterError.choice,
        ("activation", "logistik", ("sigmoid",), ("logistic",)),
        'activation must be one of sigmoid; got "logistik". Did you mean "logistic"?',
    ),
    (
        ParameterError.unknown,
        ("slop", ("slope",)),
        'there is no parameter "slop"; there are slope. Did you mean "slope"?',
    ),
    (
        ParameterError.unknown,
        ("slop", ("slope",), "leaky_relu"),
        'leaky_relu has no parameter "slop"; it has slope. Did you mean "slope"?',
    ),
    (ParameterError.unknown, ("slope", (), "relu"), 'relu has no parameter "slope"; it has none'),
    (
        ParameterError.plan_without_data,
        (),
        "this plan describes a training that has run, and holds no data; make another with glassnet.plan(data, target)",
    ),
    (
        ParameterError.not_learnable,
        ("slope", ["beta"], "silu"),
        'silu has no parameter "slope" that units can learn; it has beta',
    ),
    (
        ParameterError.not_learnable,
        ("slope", [], "relu"),
        'relu has no parameter "slope" that units can learn; it has none',
    ),
    (
        ParameterError.not_hidden,
        ("activation", "softmax"),
        "activation must be an activation that hidden layers may have; softmax stands at the output only",
    ),
    (
        ShapeError.not_a_multiple,
        (1, (4, 5), 2),
        "x must have a multiple of 2 elements (pieces=2) along axis 1; got shape (4, 5)",
    ),
    (
        ParameterError.no_derivative,
        ("softmax",),
        "softmax has no elementwise derivative: each output depends on every input of its row. Use softmax.jacobian(x)",
    ),
    (
        ParameterError.no_rate,
        ("adaptive",),
        "adaptive has no formula: its rate depends on the losses of past epochs. The trace of a fit tells it",
    ),
    (
        ParameterError.sizes_as_loss,
        ((10, 5),),
        (
            "loss must be the name of a loss; got (10, 5). "
            "If these are the sizes of the hidden layers, pass hidden_layer_sizes=(10, 5)"
        ),
    ),
    (
        ParameterError.per_layer,
        ("dropout", 3, 2),
        "dropout must be one value for all layers or a list of 2, one a layer; got a list of 3",
    ),
    (
        DataError.not_finite,
        (1203, 1, "age"),
        (
            'X must be finite; row 1,203, column 1 ("age") is NaN. '
            "Fill such values (sklearn.impute.SimpleImputer) or drop the row"
        ),
    ),
    (
        DataError.not_finite,
        (0, None, None, -math.inf, "y"),
        "y must be finite; row 0 is -infinity. Clip or drop such values, or compute in float64",
    ),
    (
        DataError.not_finite,
        (0, 2, None, math.inf),
        "X must be finite; row 0, column 2 is infinity. Clip or drop such values, or compute in float64",
    ),
    (
        DataError.target_outside,
        ("poisson", "finite numbers of at least 0", -1.0, 7, 2),
        "targets of poisson must be finite numbers of at least 0; row 7, column 2 is -1.0",
    ),
    (
        DataError.code_outside,
        (3, 3, 0),
        "class codes must be integers from 0 to 2 (3 classes); row 0 is 3",
    ),
    (
        DataError.code_outside,
        (-1, 3, 4, -100),
        "class codes must be integers from 0 to 2 (3 classes) or ignore_index=-100; row 4 is -1",
    ),
    (
        DataError.codes_not_integers,
        ("float64",),
        "class codes must be integers; got an array of dtype float64. Convert them first, as with target.astype(int)",
    ),
    (
        DataError.no_probability,
        ("q", -0.25),
        "q must hold probabilities, finite numbers of at least 0; it has -0.25",
    ),
    (
        DataError.no_distribution,
        ("q", 1, 0.99999),
        "q must add up to 1 along axis 1; one sum is 1. Divide by the sums first, or take softmax of raw scores",
    ),
    (
        DataError.target_sum,
        ("softmax_cross_entropy", 0.5, 0),
        "targets of softmax_cross_entropy must add up to 1 in every row; row 0 adds up to 0.5",
    ),
    (
        DataError.not_numbers,
        ("x", "<U3"),
        "x must hold real numbers; got an array of dtype <U3. Convert it first, as with numpy.asarray(x, dtype=float)",
    ),
    (
        DataError.out_read_only,
        (),
        "out must be an array that may be written to; got a read-only one. out.copy() can be written",
    ),
    (
        DataError.out_dtype,
        ("int64", "float64"),
        "out must be an array of dtype float64, that of the result; got int64",
    ),
    (DataError.one_class, ("yes",), 'a classifier needs at least two classes in y; got one class: "yes"'),
    (
        DataError.unseen_classes,
        ([3, 4], [1, 2]),
        (
            "y has classes that the first call did not: 3, 4. Known: 1, 2. "
            "Name all in the first call: partial_fit(..., classes=)"
        ),
    ),
    (
        DataError.weights,
        ("sample_weight", -1.0, 2),
        "sample_weight must hold finite numbers of at least 0; row 2 is -1.0",
    ),
    (DataError.no_weight, (), "sample_weight must have a positive sum; all its values are zero"),
    (
        DataError.validation_too_small,
        (1,),
        (
            "early_stopping needs at least two rows to judge by; validation_fraction leaves 1. "
            "Raise validation_fraction, pass X_val and y_val, or set early_stopping=False"
        ),
    ),
    (ShapeError.shape, ("y", (2, 3), "(n_rows, n_classes)"), "y must have shape (n_rows, n_classes); got shape (2, 3)"),
    (ShapeError.rows, ("X", 5, "y", 4), "X and y must have as many rows; X has 5, y has 4"),
    (ShapeError.columns, ("X_val", 3, 4), "X_val must have 4 columns, as X had in fit; got 3"),
    (ShapeError.columns, ("X_val", 3, 1), "X_val must have 1 column, as X had in fit; got 3"),
    (ShapeError.empty, ("X", (0, 4)), "X must have at least one row and one column; got shape (0, 4)"),
    (ShapeError.empty_axis, (1, (3, 0)), "x must have at least one element along axis 1; got shape (3, 0)"),
    (ShapeError.no_axis, (2, 1), "axis must be an axis of x, which has 1 dimension; got 2"),
    (ShapeError.no_axis, (2, 2), "axis must be an axis of x, which has 2 dimensions; got 2"),
    (
        lambda: Diverged.at(3, 2, learning_rate=0.5),
        (),
        (
            "training diverged in epoch 3: the values of layer 2 became NaN or infinite. "
            f"Likely cause: learning rate 0.5 is too high. Try learning_rate_init=0.05, {KEEPS}"
        ),
    ),
    (
        lambda: Diverged.at(1, learning_rate=0.5, largest_input=1e6),
        (),
        (
            "training diverged in epoch 1: the loss became NaN or infinite. "
            f"Likely cause: inputs as large as 1e+06. "
            f"Try standardized inputs, as from sklearn.preprocessing.StandardScaler, {KEEPS}"
        ),
    ),
    (
        DivergedWarning.kept,
        ("the loss became NaN", 4),
        "the loss became NaN. The weights of epoch 4, the best so far, were kept",
    ),
    (
        ScalingWarning.columns,
        ("income", 41200.0, "age", 13.1),
        (
            "the columns of X have very different scales "
            f'(standard deviation 4.12e+04 in "income", 13.1 in "age"): {SCALE}'
        ),
    ),
    (
        ScalingWarning.column,
        ("year", 2010.0, 5.2),
        f'the columns of X are not standardized ("year" has mean 2.01e+03 and standard deviation 5.2): {SCALE}',
    ),
]

MESSAGES += messages_tables.MESSAGES + messages_model_files.MESSAGES + messages_targets.MESSAGES
MESSAGES += messages_table_files.MESSAGES + messages_formulas.MESSAGES + messages_pictures.MESSAGES
MESSAGES += messages_autograd.MESSAGES
MESSAGES += messages_comparisons.MESSAGES
MESSAGES += messages_reports.MESSAGES
MESSAGES += messages_setups.MESSAGES


@pytest.mark.parametrize(("make", "arguments", "message"), MESSAGES)
def test_message(make, arguments, message):
    assert str(make(*arguments)) == message


def classes_of_errors() -> list[type]:
    own = [
        value
        for value in vars(errors).values()
        if inspect.isclass(value) and value.__module__.startswith(errors.__name__)
    ]
    return [value for value in own if issubclass(value, Exception)]


def test_every_message_is_tested():
    makers: list[Any] = [make for make, _, _ in MESSAGES]
    tested = {(make.__self__, make.__name__) for make in makers if inspect.ismethod(make)}
    tested.add((Diverged, "at"))  # takes keywords
    declared = {
        (owner, name)
        for owner in classes_of_errors()
        for name, member in vars(owner).items()
        if isinstance(member, classmethod)
    }
    assert declared == tested


@pytest.mark.parametrize("owner", [ParameterError, DataError, ShapeError, TableError, ModelFileError, Diverged])
def test_errors_are_value_errors_and_errors_of_glassnet(owner):
    assert issubclass(owner, ValueError)
    assert issubclass(owner, GlassnetError)


def test_diverged_tells_epoch_layer_and_cause_also_after_pickling():
    error = Diverged.at(3, 2, learning_rate=0.5)
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is Diverged
    assert str(again) == str(error)
    assert (again.epoch, again.layer, again.cause) == (3, 2, "learning rate 0.5 is too high")


@pytest.mark.parametrize(
    ("known", "cause"),
    [
        ({"learning_rate": 0.5, "largest_input": 99.0, "largest_target": 99.0}, "learning rate 0.5 is too high"),
        ({"learning_rate": 0.5, "largest_input": 101.0}, "inputs as large as 101"),
        ({"learning_rate": 0.5, "largest_input": math.nan}, "inputs as large as nan"),
        ({"learning_rate": 0.5, "largest_target": 5e4}, "targets as large as 5e+04"),
        ({}, "the weights grew without bound"),
    ],
)
def test_cause_of_divergence(known, cause):
    assert Diverged.at(1, **known).cause == cause


@pytest.mark.parametrize(
    ("value", "text"),
    [("a", '"a"'), (1.5, "1.5"), (np.float32(0.5), "0.5"), (None, "None"), ("x" * 100, '"' + "x" * 78 + "…")],
)
def test_received_values_are_shown_as_they_were_written(value, text):
    assert errors.shown(value) == text
