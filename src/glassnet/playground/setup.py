"""A set-up of the playground: which data, which network, how it is trained. All of it comes from JSON, and goes there.

`Setup.from_json` is the border: what is behind it is checked, bounded and in normal form. Parameters of the model have
the names that they have in `MLPClassifier` and `MLPRegressor`, so that a finding's remedy is merged into a set-up, and
the exported code is the constructor's call.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Self

from glassnet.catalog import ACTIVATIONS, INITIALIZERS, LOSSES, OPTIMIZERS, SCHEDULES, Activation, Initializer, Loss
from glassnet.errors import ParameterError, SetupError
from glassnet.playground.checking import (
    a_list,
    a_number,
    a_text,
    an_object,
    bounded,
    each,
    entry_of,
    number_within,
    one_of,
    true_or_false,
    whole_within,
)
from glassnet.playground.data import SETS
from glassnet.texts import later

MOST_LAYERS = 8
MOST_UNITS = 64
MOST_POINTS = 2_000
MOST_ROWS = 5_000
MOST_TABLE_ROWS = 20_000
MOST_EPOCHS = 1_000_000
MOST_CLASSES = 10  # that pictures have colors for
FARTHEST = 1_000.0  # a drawn point's position, and its number
TASKS = ("auto", "classification", "regression")
OUTPUTS = ("auto", "identity", "sigmoid", "softmax", "exp")
LARGEST_SEED = 2**32 - 1

Point = tuple[float, float, float]


@dataclass(frozen=True)
class TableChoice:
    """Which columns of which table.

    Attributes
    ----------
    id : str
        Under which it was uploaded.
    name : str
        Its file.
    columns : tuple of str
        The two inputs; () lets the most telling ones be chosen.
    target : str
        The column to predict; "" lets it be chosen.
    """

    id: str
    name: str
    columns: tuple[str, ...] = ()
    target: str = ""


@dataclass(frozen=True)
class DataChoice:
    """Which rows to learn from; see `Setup`."""

    name: str = "spiral"
    n_rows: int = 500
    n_classes: int = 4
    noise: float = 0.1
    test_share: float = 0.3
    seed: int = 0
    points: tuple[Point, ...] = ()
    task: Literal["auto", "classification", "regression"] = "auto"
    table: TableChoice | None = None


@dataclass(frozen=True)
class ModelChoice:
    """The network and its training: parameters of `MLPClassifier` and `MLPRegressor` by their names; see `Setup`.

    Entries of the catalog are resolved; `activation` and `dropout` have an entry for each hidden layer.
    """

    hidden_layer_sizes: tuple[int, ...] = (8, 8)
    activation: tuple[Activation, ...] = (ACTIVATIONS["tanh"], ACTIVATIONS["tanh"])
    initializer: tuple[Initializer, ...] = (INITIALIZERS["auto"],)
    bias_initializer: tuple[Initializer, ...] = (INITIALIZERS["zeros"],)
    dropout: tuple[float, ...] = (0.0, 0.0)
    loss: str | Loss = "auto"
    output_activation: str = "auto"
    solver: str = "adam"
    learning_rate: str = "constant"
    learning_rate_init: float = 0.01
    power_t: float = 0.5
    momentum: float = 0.9
    nesterovs_momentum: bool = True
    beta_1: float = 0.9
    beta_2: float = 0.999
    epsilon: float = 1e-8
    rho: float = 0.99
    alpha: float = 0.0
    l1_ratio: float = 0.0
    weight_decay: float = 0.0
    batch_size: int = 32
    max_iter: int = 2000
    class_weight: Literal["balanced"] | tuple[tuple[str, float], ...] | None = None
    label_smoothing: float = 0.0
    shuffle: bool = True
    random_state: int = 0


@dataclass(frozen=True)
class Setup:
    """All that decides what the playground shows at a given epoch.

    Attributes
    ----------
    data : DataChoice
        `name` of one of `SETS`; `n_rows`, `noise`, `seed` of made sets and digits (`n_classes` where a set has as many
        as one likes); the share of rows to test by; `points` of "drawn", [x1, x2, class code or number] each; `table`
        of "table"; the `task`, where the data leave it open.
    model : ModelChoice

    Examples
    --------
    >>> setup = Setup.from_json({"data": {"name": "xor"}, "model": {"hidden_layer_sizes": [4], "activation": "relu"}})
    >>> setup.data.name, setup.model.hidden_layer_sizes
    ('xor', (4,))
    >>> setup.changed(model={"solver": "sgd"}).to_json()["model"]["solver"]
    'sgd'
    """

    data: DataChoice = field(default_factory=DataChoice)
    model: ModelChoice = field(default_factory=ModelChoice)

    @classmethod
    def from_json(cls, description: object) -> Self:
        """Read a set-up; what is left out has its default.

        Raises
        ------
        SetupError
            Naming the place, as "model.activation[1]", if anything is not what it must be.
        """
        bounded(description)
        parts = an_object("", description, ("data", "model"))
        return cls(_data(parts.get("data", {})), _model(parts.get("model", {})))

    def to_json(self) -> dict[str, Any]:
        """Describe the set-up by JSON types only, in its normal form.

        Examples
        --------
        >>> DEFAULT == Setup.from_json(DEFAULT.to_json())
        True
        """
        data, model = self.data, self.model
        table = data.table
        described = {item.name: getattr(model, item.name) for item in dataclasses.fields(model)}
        described |= {
            "hidden_layer_sizes": list(model.hidden_layer_sizes),
            "activation": [described_entry(entry) for entry in model.activation],
            "initializer": _one_or_list(model.initializer),
            "bias_initializer": _one_or_list(model.bias_initializer),
            "dropout": list(model.dropout),
            "loss": model.loss if isinstance(model.loss, str) else described_entry(model.loss),
            "class_weight": dict(model.class_weight) if isinstance(model.class_weight, tuple) else model.class_weight,
        }
        return {
            "data": {
                "name": data.name,
                "n_rows": data.n_rows,
                "n_classes": data.n_classes,
                "noise": data.noise,
                "test_share": data.test_share,
                "seed": data.seed,
                "points": [list(point) for point in data.points],
                "task": data.task,
                "table": None
                if table is None
                else {"id": table.id, "name": table.name, "columns": list(table.columns), "target": table.target},
            },
            "model": described,
        }

    def changed(self, model: Mapping[str, Any] | None = None, data: Mapping[str, Any] | None = None) -> Self:
        """Return the set-up with other values for some keys, as a finding's remedy has them.

        Where the number of hidden layers changes, lists with an entry for each are cut, or go on with their last one.

        Raises
        ------
        SetupError
            As `from_json`.

        Examples
        --------
        >>> DEFAULT.changed(model={"hidden_layer_sizes": [4, 4, 4]}).to_json()["model"]["activation"]
        ['tanh', 'tanh', 'tanh']
        """
        described = self.to_json()
        bounded({"model": model or {}, "data": data or {}})
        described["data"] |= data or {}
        described["model"] |= model or {}
        sizes = described["model"]["hidden_layer_sizes"]
        n_hidden = len(sizes) if isinstance(sizes, list | tuple) else 1
        if n_hidden != len(self.model.hidden_layer_sizes):
            for name, first in (("activation", "tanh"), ("dropout", 0.0)):
                if name not in (model or {}):
                    kept = described["model"][name][:n_hidden]
                    described["model"][name] = kept + [kept[-1] if kept else first] * (n_hidden - len(kept))
            for name in ("initializer", "bias_initializer"):
                kept = described["model"][name]
                if name not in (model or {}) and isinstance(kept, list):
                    *inner, last = kept
                    inner = inner[:n_hidden]
                    described["model"][name] = [*inner, *[(inner or [last])[-1]] * (n_hidden - len(inner)), last]
        return type(self).from_json(described)


def described_entry(entry: Activation | Initializer | Loss) -> str | dict[str, Any]:
    """Name an entry of the catalog: by name or formula where that says all, else by its JSON."""
    for catalog in (ACTIVATIONS, INITIALIZERS, LOSSES):
        if entry.name in catalog and entry == catalog[entry.name]:
            return entry.name
    described = entry.to_json()
    return described["formula"] if described.keys() == {"formula"} else described


def _one_or_list(entries: tuple[Initializer, ...]) -> Any:
    described = [described_entry(entry) for entry in entries]
    return described[0] if len(described) == 1 else described


def _data(description: object) -> DataChoice:
    checks: dict[str, Callable[[str, Any], Any]] = {
        "name": one_of(SETS),
        "n_rows": whole_within(20, MOST_ROWS),
        "n_classes": whole_within(2, MOST_CLASSES),
        "noise": number_within(0.0, 1.0),
        "test_share": number_within(0.05, 0.95),
        "seed": whole_within(0, LARGEST_SEED),
        "points": _points,
        "task": one_of(TASKS),
        "table": _table,
    }
    return DataChoice(**_checked("data", description, checks))


def _model(description: object) -> ModelChoice:
    sizes_given = an_object("model", description, _MODEL).get("hidden_layer_sizes", [8, 8])
    sizes = _sizes("model.hidden_layer_sizes", sizes_given)
    n_hidden = len(sizes)
    of_layers: dict[str, Callable[[str, Any], Any]] = {
        "hidden_layer_sizes": lambda _where, _value: sizes,
        "activation": each(_activation, n_hidden),
        "dropout": each(number_within(0.0, 0.95), n_hidden),
        "initializer": _initializers(n_hidden),
        "bias_initializer": _initializers(n_hidden),
    }
    defaults = {"hidden_layer_sizes": sizes, "activation": "tanh", "dropout": 0.0}
    return ModelChoice(**_checked("model", {**defaults, **description}, {**_MODEL, **of_layers}))  # type: ignore[dict-item]


def _checked(where: str, description: object, checks: Mapping[str, Callable[[str, Any], Any]]) -> dict[str, Any]:
    given = an_object(where, description, checks)
    return {name: checks[name](f"{where}.{name}", value) for name, value in given.items()}


def _sizes(where: str, value: Any) -> tuple[int, ...]:
    check = whole_within(1, MOST_UNITS)
    if not isinstance(value, list | tuple):
        return (check(where, value),)
    if len(value) > MOST_LAYERS:
        raise SetupError.value(where, value, later("a list of at most 8 hidden layers"))
    return tuple(check(f"{where}[{i}]", entry) for i, entry in enumerate(value))


def _activation(where: str, value: Any) -> Activation:
    found: Activation = entry_of(ACTIVATIONS.resolve)(where, value)
    if not found.hidden:
        raise SetupError.at(where, str(ParameterError.not_hidden("activation", found.name, flat=found.flat)))
    if found.pieces > 8:
        raise SetupError.value(where, value, later("an activation of at most 8 pieces"))
    return found


def _initializers(n_hidden: int) -> Callable[[str, Any], tuple[Initializer, ...]]:
    """Check for one initializer for all layers, or a list with one for each hidden layer and one for the output."""
    find = entry_of(INITIALIZERS.resolve)

    def check(where: str, value: Any) -> tuple[Initializer, ...]:
        if isinstance(value, list | tuple):
            return each(find, n_hidden + 1)(where, value)
        return (find(where, value),)

    return check


def _loss(where: str, value: Any) -> str | Loss:
    if value in ("auto", "log_loss"):
        return str(value)
    return entry_of(LOSSES.resolve)(where, value)


def _class_weight(where: str, value: Any) -> Any:
    if value is None or value == "balanced":
        return value
    if not isinstance(value, Mapping):
        raise SetupError.value(where, value, later('null, "balanced", or an object of weights by class'))
    check = number_within(0.0, 1e6, above=True)
    return tuple((name, check(f"{where}.{name}", weight)) for name, weight in value.items())


def _points(where: str, value: Any) -> tuple[Point, ...]:
    points = []
    for i, point in enumerate(a_list(where, value, MOST_POINTS)):
        if not isinstance(point, list | tuple) or len(point) != 3:
            raise SetupError.value(f"{where}[{i}]", point, later("[x1, x2, class or number]"))
        numbers = [number_within(-FARTHEST, FARTHEST)(f"{where}[{i}][{j}]", part) for j, part in enumerate(point)]
        points.append((numbers[0], numbers[1], numbers[2]))
    return tuple(points)


def _table(where: str, value: Any) -> TableChoice | None:
    if value is None:
        return None
    given = an_object(where, value, ("id", "name", "columns", "target"))
    if "id" not in given:
        raise SetupError.value(f"{where}.id", None, later("given: the table's number from its upload"))
    columns = [
        a_text(f"{where}.columns[{i}]", name)
        for i, name in enumerate(a_list(f"{where}.columns", given.get("columns", []), 2))
    ]
    if len(columns) == 1 or len(set(columns)) != len(columns):
        raise SetupError.value(f"{where}.columns", columns, later("two different columns, or none to have them chosen"))
    return TableChoice(
        a_text(f"{where}.id", given["id"]),
        a_text(f"{where}.name", given.get("name", "")),
        tuple(columns),
        a_text(f"{where}.target", given.get("target", "")),
    )


_rate = number_within(0.0, 100.0, above=True)
_strength = number_within(0.0, 100.0)
_share = number_within(0.0, 0.99999)
_MODEL: dict[str, Callable[[str, Any], Any]] = {
    "hidden_layer_sizes": _sizes,
    "activation": _activation,
    "initializer": _initializers(0),
    "bias_initializer": _initializers(0),
    "dropout": a_number,
    "loss": _loss,
    "output_activation": one_of(OUTPUTS),
    "solver": one_of(OPTIMIZERS.names),
    "learning_rate": one_of(SCHEDULES.names),
    "learning_rate_init": _rate,
    "power_t": number_within(0.0, 10.0),
    "momentum": number_within(0.0, 1.0),
    "nesterovs_momentum": true_or_false,
    "beta_1": _share,
    "beta_2": _share,
    "epsilon": number_within(0.0, 1.0, above=True),
    "rho": _share,
    "alpha": _strength,
    "l1_ratio": number_within(0.0, 1.0),
    "weight_decay": _strength,
    "batch_size": whole_within(1, MOST_TABLE_ROWS),
    "max_iter": whole_within(1, MOST_EPOCHS),
    "class_weight": _class_weight,
    "label_smoothing": _share,
    "shuffle": true_or_false,
    "random_state": whole_within(0, LARGEST_SEED),
}

DEFAULT = Setup()
