"""Constructor parameters: scikit-learn's in order and default, the rest after them; looked at in fit, not before."""

import inspect
import math
from typing import Any

import numpy as np
import pytest
import sklearn
from sklearn import neural_network

import glassnet as gn
from glassnet.errors import ParameterError

# One epoch is enough for most questions here.
pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

X = np.random.RandomState(0).normal(size=(40, 3))
Y = np.tile([0, 1], 20)

EXTRAS = {
    "loss",
    "output_activation",
    "initializer",
    "bias_initializer",
    "dropout",
    "l1_ratio",
    "weight_decay",
    "class_weight",
    "label_smoothing",
    "rho",
    "dtype",
    "n_threads",
    "callback",
}
ESTIMATORS = [gn.MLPClassifier, gn.MLPRegressor]


@pytest.mark.parametrize("ours", ESTIMATORS)
def test_parameters_begin_with_those_of_scikit_learn(ours):
    theirs = getattr(neural_network, ours.__name__)
    expected = list(inspect.signature(theirs).parameters.values())
    if sklearn.__version__ < "1.7" and ours is gn.MLPRegressor:
        pytest.skip("MLPRegressor has its loss since scikit-learn 1.7")
    found = list(inspect.signature(ours).parameters.values())
    assert [(p.name, p.kind, p.default) for p in found[: len(expected)]] == [
        (p.name, p.kind, p.default) for p in expected
    ]
    rest = found[len(expected) :]
    assert all(p.kind is inspect.Parameter.KEYWORD_ONLY for p in rest)
    assert {p.name for p in rest} <= EXTRAS


@pytest.mark.parametrize("ours", ESTIMATORS)
def test_every_parameter_and_attribute_is_documented(ours):
    text = ours.__doc__
    for name in [*inspect.signature(ours).parameters, *vars(ours(max_iter=1).fit(X, Y))]:
        if not name.startswith("_"):
            assert f"\n    {name}" in text or f", {name}" in text, name


@pytest.mark.parametrize("ours", ESTIMATORS)
def test_constructor_looks_at_nothing(ours):
    nonsense = object()
    names = list(inspect.signature(ours).parameters)
    model = ours(**dict.fromkeys(names, nonsense))
    assert vars(model) == dict.fromkeys(names, nonsense)


BAD: dict[str, list[Any]] = {
    "hidden_layer_sizes": [0, -1, (3, 0), (3, 2.5), "ten", None],
    "activation": ["rleu", 3, None, "softmax", "step", ["relu", "relu"]],
    "solver": ["adma", None, 1],
    "alpha": [-1, math.nan, math.inf, "0.1", None],
    "batch_size": [0, -1, 2.5, "all", None],
    "learning_rate": ["adaptiv", None],
    "learning_rate_init": [0, -1, math.inf, "fast"],
    "power_t": [-1, None],
    "max_iter": [0, 2.5, "many"],
    "shuffle": ["yes", 1],
    "random_state": ["seed", -1],
    "tol": [-1, None],
    "verbose": ["loud", -1],
    "warm_start": ["yes", None],
    "momentum": [-0.1, 1.1, None],
    "nesterovs_momentum": [1],
    "early_stopping": ["yes"],
    "beta_1": [-0.1, 1.0, "0.9"],
    "beta_2": [-0.1, 1.0],
    "epsilon": [0, -1],
    "n_iter_no_change": [0, 2.5, "ten"],
    "max_fun": [0, 2.5],
    "output_activation": ["sotfmax", "relu", 3],
    "initializer": ["glorto", 3, ["zeros"]],
    "bias_initializer": ["zeroes", None, ["zeros"]],
    "dropout": [-0.1, 1.0, "half", [0.1, 0.1]],
    "l1_ratio": [-0.1, 1.1, math.nan, "half"],
    "weight_decay": [-1, math.nan],
    "rho": [-0.1, 1.0],
    "dtype": ["float16", None, np.float32],
    "n_threads": [0, -1, 2.5],
    "loss": ["log_los", None, object()],
    "callback": ["print", [print]],
}


@pytest.mark.parametrize("ours", ESTIMATORS)
@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in BAD.items() for value in values])
def test_bad_parameter_is_named_in_the_error(ours, name, value):
    with pytest.raises(ValueError, match=name if name != "random_state" else "random|seed|Seed"):
        ours(max_iter=1, early_stopping=True).set_params(**{name: value}).fit(X, Y)


@pytest.mark.parametrize("value", [-0.1, 1.0, "half"])
def test_bad_validation_fraction(value):
    with pytest.raises(ParameterError, match="validation_fraction"):
        gn.MLPClassifier(max_iter=1, early_stopping=True, validation_fraction=value).fit(X, Y)


@pytest.mark.parametrize("value", [-0.1, 1.0, "some"])
def test_bad_label_smoothing(value):
    with pytest.raises(ParameterError, match="label_smoothing"):
        gn.MLPClassifier(max_iter=1, label_smoothing=value).fit(X, Y)


@pytest.mark.parametrize(
    ("parameters", "suggestion"),
    [
        ({"activation": "rleu"}, '"relu"'),
        ({"activation": ["logisitc"]}, '"logistic"'),
        ({"solver": "adma"}, '"adam"'),
        ({"learning_rate": "adaptve"}, '"adaptive"'),
        ({"loss": "squared_eror"}, '"squared_error"'),
        ({"loss": "mea_squared_error"}, '"mean_squared_error"'),
        ({"initializer": "he_norml"}, '"he_normal"'),
        ({"bias_initializer": "zeross"}, '"zeros"'),
        ({"dtype": "float23"}, '"float32"'),
    ],
)
def test_misspelt_name_is_answered_with_the_nearest(parameters, suggestion):
    with pytest.raises(ParameterError, match=f"Did you mean .*{suggestion}"):
        gn.MLPRegressor(**parameters).fit(X, Y)


def test_classifier_suggests_log_loss():
    with pytest.raises(ParameterError, match='Did you mean "log_loss"'):
        gn.MLPClassifier(loss="log_los").fit(X, Y)


@pytest.mark.parametrize("sizes", [(100, 50), [100], 100, np.array([3, 4])])
def test_sizes_where_the_loss_stands_are_told_their_place(sizes):
    with pytest.raises(ParameterError, match="pass hidden_layer_sizes="):
        gn.MLPRegressor(sizes).fit(X, Y)


def test_loss_with_a_link_that_does_not_fit():
    with pytest.raises(ParameterError, match="loss must be one of"):
        gn.MLPClassifier(loss="poisson").fit(X, Y)
    with pytest.raises(ParameterError, match="loss must be one of"):
        gn.MLPRegressor(loss="binary_cross_entropy").fit(X, Y)
    with pytest.raises(ParameterError, match='"auto" or identity, the link of squared_error'):
        gn.MLPRegressor(output_activation="exp").fit(X, Y)


@pytest.mark.parametrize("sizes", [7, (7,), [7], np.array([7]), np.int64(7)])
def test_forms_of_hidden_layer_sizes(sizes):
    assert gn.MLPRegressor(hidden_layer_sizes=sizes, max_iter=1).fit(X, Y).coefs_[0].shape == (3, 7)


def layers_of(**parameters):
    return gn.MLPClassifier(max_iter=1, **parameters).fit(X, Y).network_.layers


def test_each_layer_has_its_own():
    layers = layers_of(
        hidden_layer_sizes=(5, 4),
        activation=["tanh", gn.activation("leaky_relu", slope=0.03)],
        initializer=["he_uniform", "orthogonal", "xavier_uniform"],
        bias_initializer=["zeros", gn.initializer("constant", value=0.1), "zeros"],
        dropout=[0.1, 0.2],
    )
    assert [layer.activation.name for layer in layers] == ["tanh", "leaky_relu", "sigmoid"]
    assert layers[1].activation.parameter_values == (0.03,)
    assert [layer.initializer.name for layer in layers] == ["he_uniform", "orthogonal", "glorot_uniform"]
    assert [layer.bias_initializer.name for layer in layers] == ["zeros", "constant", "zeros"]
    assert [layer.dropout for layer in layers] == [0.1, 0.2, 0.0]


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [("activation", ["relu"], 2), ("dropout", [0.1] * 3, 2), ("initializer", ["zeros"] * 2, 3)],
)
def test_list_of_wrong_length_says_how_long(name, value, expected):
    with pytest.raises(ParameterError, match=f"{name} must be .* list of {expected}"):
        layers_of(hidden_layer_sizes=(5, 4), **{name: value})


def test_automatic_initializers_follow_the_activation():
    layers = layers_of(
        hidden_layer_sizes=(5, 5, 5), activation=["relu", "selu", "tanh"], initializer="auto", bias_initializer="auto"
    )
    assert [layer.initializer.name for layer in layers] == [
        "he_normal",
        "lecun_normal",
        "glorot_uniform",
        "glorot_uniform",
    ]
    assert {layer.bias_initializer.name for layer in layers} == {"zeros"}


def test_logistic_hidden_layers_narrow_all_bounds_as_in_scikit_learn():
    for activation, factor in [("logistic", 2), ("relu", 6)]:
        layers = layers_of(hidden_layer_sizes=(5, 4), activation=activation)
        for layer, fans in zip(layers, [(3, 5), (5, 4), (4, 1)], strict=True):
            for initializer in (layer.initializer, layer.bias_initializer):
                kind, bound = initializer.distribution(*fans, layer.activation)
                assert kind == "uniform"
                assert bound == pytest.approx(math.sqrt(factor / sum(fans)), rel=1e-15)


@pytest.mark.parametrize(("solver", "acts"), [("sgd", True), ("adam", False), ("rmsprop", False)])
@pytest.mark.parametrize("schedule", ["invscaling", "adaptive"])
def test_schedules_of_sgd_act_with_sgd_only(solver, acts, schedule):
    model = gn.MLPRegressor(max_iter=1, solver=solver, learning_rate=schedule).fit(X, Y)
    assert model.training_.learning_rate == (schedule if acts else "constant")


def test_batches_larger_than_the_data_are_clipped_with_a_warning():
    with pytest.warns(UserWarning, match="batch_size=100 is larger"):
        model = gn.MLPRegressor(max_iter=1, batch_size=100).fit(X, Y)
    assert model.training_.batch_size == 40
    assert gn.MLPRegressor(max_iter=1).fit(X, Y).training_.batch_size == 40
    many = np.tile(X, (10, 1))
    assert gn.MLPRegressor(max_iter=1).fit(many, np.tile(Y, 10)).training_.batch_size == 200


def test_patience_may_be_infinite():
    assert gn.MLPRegressor(max_iter=30, tol=1e9, n_iter_no_change=np.inf).fit(X, Y).n_iter_ == 30
    assert gn.MLPRegressor(max_iter=30, tol=1e9, n_iter_no_change=5).fit(X, Y).n_iter_ == 7


@pytest.mark.parametrize(
    ("dtype", "given", "computed"),
    [
        ("auto", np.float32, np.float32),
        ("auto", np.float64, np.float64),
        ("auto", np.int32, np.float64),
        ("auto", np.float16, np.float64),
        ("float32", np.float64, np.float32),
        ("float32", np.int32, np.float32),
        ("float64", np.float32, np.float64),
    ],
)
def test_float_type_of_the_computation(dtype, given, computed):
    model = gn.MLPRegressor(max_iter=1, dtype=dtype).fit((10 * X).astype(given), Y)
    assert {array.dtype for array in (*model.coefs_, *model.intercepts_)} == {np.dtype(computed)}
    assert model.predict((10 * X).astype(given)).dtype == computed


@pytest.mark.parametrize("activation", [entry for entry in gn.activations if entry.flat and not entry.over_axis])
def test_activations_without_a_slope_are_refused_with_the_reason(activation):
    with pytest.raises(ParameterError, match=r"activation must have a slope somewhere; .* no gradient passes"):
        gn.MLPClassifier(activation=activation.name).fit(X, Y)
