"""Cases for rules: a healthy fit in numbers, of which each test changes what it is about."""

from __future__ import annotations

import dataclasses

import numpy as np

from glassnet.catalog import activation, initializer, loss
from glassnet.diagnosis import Column, ColumnFacts, DataFacts, TargetFacts
from glassnet.diagnosis.case import Case
from glassnet.diagnosis.rules import RULES
from glassnet.engine import Trace, Weights
from glassnet.engine.trace import LAYER_STATISTICS
from glassnet.network import LayerSpec, NetworkSpec, TrainingSpec

HEALTHY = {
    "dead": 0.0,
    "saturated": 0.0,
    "mean": 0.5,
    "std": 0.5,
    "gradient_norm": 0.5,
    "weight_norm": 10.0,
    "update_norm": 0.02,
}


def network(units=(20, 20, 3), name="relu", start="he_normal", its_loss="softmax_cross_entropy", n_inputs=5):
    found = loss(its_loss)
    zeros, first = initializer("zeros"), initializer(start)
    activations = [activation(name)] * (len(units) - 1) + [found.output_activation]
    layers = tuple(LayerSpec(n, f, first, zeros) for n, f in zip(units, activations, strict=True))
    return NetworkSpec(n_inputs, layers, found)


def trace(losses=None, validation=None, epochs=20, layers=3, dead_units=None, **statistics):
    """Epochs whose statistics are HEALTHY, or those given: a number, one for each layer, or (epochs, layers)."""
    losses = np.geomspace(1.0, 0.05, epochs) if losses is None else np.asarray(losses, dtype=float)
    epochs = len(losses)
    rows = np.full((epochs, 6), np.nan)
    rows[:, 0], rows[:, 1], rows[:, 4], rows[:, 5] = np.arange(1, epochs + 1), losses, 0.001, 0.01
    if validation is not None:
        rows[:, 2] = validation
    values = np.stack(
        [np.broadcast_to(statistics.get(name, HEALTHY[name]), (epochs, layers)) for name in LAYER_STATISTICS], axis=-1
    )
    return Trace(rows, values.astype(float), dead_units or [[] for _ in range(layers)])


def facts(*, columns=None, relation=None, n_rows=1000, n_validation=0, **targets):
    known = {
        "counts": (300, 300, 400),
        "weighted": False,
        "values": None,
        "mean": 0.0,
        "deviation": 0.0,
        "constant_loss": 1.1,
        "least_loss": 0.0,
        "constant_validation_loss": 1.1 if n_validation else None,
    } | targets
    column = Column(0, 0.0, 1.0)
    return DataFacts(
        n_rows,
        n_validation,
        1.0,
        columns or ColumnFacts(5, 0, (), column, column, column),
        TargetFacts(**known),
        relation,
    )


def random_weights(spec, seed=0):
    random = np.random.default_rng(seed)
    coefs = [random.normal(size=shape) for shape in spec.shapes]
    return Weights(coefs, [np.zeros(shape[1]) for shape in spec.shapes])


def case(**changes):
    """A healthy fit of three classes, but for the changes."""
    spec = changes.pop("network", None) or network()
    healthy = Case(
        spec,
        changes.pop("training", None) or TrainingSpec(batch_size=50, max_iter=20),
        changes.pop("trace", None) or trace(layers=len(spec.layers)),
        "converged",
        facts=changes.pop("facts", None) or facts(),
    )
    return dataclasses.replace(healthy, **changes)


def found(name, **changes):
    """What one rule finds in a case."""
    (rule,) = (rule for rule in RULES if rule.name == name)
    return list(rule.check(case(**changes)))
