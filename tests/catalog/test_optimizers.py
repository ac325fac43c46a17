"""The update rules as they are written in the catalog are what the engine does.

That the engine does what the optimizers' authors published is held by tests/engine: test_against_oracle.py has the
rules once more, test_against_torch.py compares with torch.optim.
"""

from __future__ import annotations

import dataclasses
from itertools import chain

import numpy as np
import pytest
from tests.oracle import reference
from tests.oracle.solvers import Solver

import glassnet as gn
from glassnet import engine
from glassnet.catalog.formula import evaluate
from glassnet.engine import TrainingData
from glassnet.network import LayerSpec, NetworkSpec, TrainingSpec

RNG = np.random.default_rng(5)
X, Y = RNG.normal(size=(48, 5)), RNG.normal(size=(48, 2))
STEPPED_BY_THE_ENGINE = [optimizer for optimizer in gn.optimizers if optimizer.kernel is not None]
# Values that no default has, so that a formula which forgets one of them is found out.
UNUSUAL = {
    "momentum": 0.7,
    "beta_1": 0.6,
    "beta_2": 0.8,
    "rho": 0.85,
    "epsilon": 1e-2,
    "weight_decay": 0.3,
    "learning_rate_init": 0.02,
}


class AsWritten(Solver):
    """Steps by carrying out the lines of the catalog's formula."""

    def update(self, parameters, gradients, rate, l1=0.0):
        assert l1 == 0.0
        self.step += 1
        rule = gn.optimizers[self.training.solver].formula
        kept = self.__dict__.setdefault("kept", [{} for _ in parameters])
        for memory, w, g in zip(kept, parameters, gradients, strict=True):
            names = {
                **dataclasses.asdict(self.training),
                **dict.fromkeys(("mean", "squares", "velocity"), np.zeros_like(w)),
                **memory,
                "sqrt": np.sqrt,
                "where": np.where,
                "w": w,
                "g": g,
                "rate": rate,
                "t": self.step,
            }
            if w.ndim == 1:
                names["weight_decay"] = 0.0  # biases do not decay
            for line in rule.splitlines():
                target, _sign, right = line.partition(" = ")
                names[target] = evaluate(right, names)
            memory.update({name: names[name] for name in ("mean", "squares", "velocity")})
            w[...] = names["w"]


@pytest.mark.parametrize("nesterovs_momentum", [True, False])
@pytest.mark.parametrize("optimizer", STEPPED_BY_THE_ENGINE, ids=lambda optimizer: optimizer.name)
def test_the_lines_of_the_formula_are_the_engines_step(optimizer, nesterovs_momentum, monkeypatch):
    drawn = gn.initializer("glorot_normal")
    spec = NetworkSpec(
        5,
        (LayerSpec(7, gn.activations.tanh, drawn, drawn), LayerSpec(2, gn.activations.identity, drawn, drawn)),
        gn.losses.squared_error,
        "float64",
    )
    used = {name: value for name, value in UNUSUAL.items() if name in optimizer.hyperparameters}
    training = TrainingSpec(
        solver=optimizer.name, nesterovs_momentum=nesterovs_momentum, batch_size=16, max_iter=4, shuffle=False, tol=0.0,
        **used,
    )  # fmt: skip
    data = TrainingData(X, Y)
    weights = engine.initial_weights(spec, training.seed)
    ours = engine.train(spec, training, data, weights=weights)
    monkeypatch.setattr(reference, "Solver", AsWritten)
    told = reference.train(spec, training, data, weights=weights)
    for got, wanted in zip(chain(*ours.weights), chain(*told.weights), strict=True):
        np.testing.assert_allclose(got, wanted, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("optimizer", STEPPED_BY_THE_ENGINE, ids=lambda optimizer: optimizer.name)
def test_every_hyperparameter_stands_in_the_formula(optimizer):
    for name in optimizer.hyperparameters:
        assert ("rate" if name == "learning_rate_init" else name) in optimizer.formula
