"""Before anything is timed: the same weights and the same batches must give the weights that others come to.

There are two of them. The readable reference is tests/oracle: a line of NumPy, in float64, for a line of the textbook,
for forward, loss, backward and optimizer; it is always there. PyTorch is another team's work. glassnet's initial
weights are read off a fit whose learning rate is too small to move any of them; they depend on the seed only. Then all
train for some steps on the rows in the order in which they lie.
"""

from __future__ import annotations

import dataclasses
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from shapes import Shape, dataset

sys.path.insert(0, str(Path(__file__).parents[1]))  # for tests.oracle

# Steps that both sides train, in two epochs of half as many. Few in float32: there a ReLU's input near 0 may round to
# the other side of it (in "large" that happens to about one of a million), and from then on that unit goes another way.
STEPS = {"float32": 2, "float64": 8}
LARGE = 10**10  # operations: from here on two steps in float64 as well, for the reference takes a second a step
LARGEST = {"float32": 2e-4, "float64": 1e-9}


def steps(shape: Shape, dtype: str) -> int:
    """Count the steps that both sides train."""
    return STEPS["float32" if shape.flops > LARGE else dtype]


def difference_from_torch(shape: Shape, threads: int) -> Callable[[], list[float]]:
    """Return a function that gives the typical difference of the weights from PyTorch's, in float32 and in float64.

    It is the median of the absolute differences (largest one in float64), divided by the root mean square of the way
    that the weights went: a training that did nothing would score about 1.
    """
    return lambda: [_difference(shape, dtype, threads, _torch) for dtype in STEPS]


def difference_from_reference(shape: Shape, threads: int) -> Callable[[], list[float]]:
    """Return a function that gives the same of the readable reference, which computes in float64 throughout."""
    return lambda: [_difference(shape, dtype, threads, _reference) for dtype in STEPS]


def _difference(shape: Shape, dtype: str, threads: int, trained_by: Callable[..., list[NDArray[Any]]]) -> float:
    rows = steps(shape, dtype) // 2 * shape.batch
    X, y = dataset(dataclasses.replace(shape, rows=max(rows, shape.classes)))
    X = X[:rows].astype(dtype)
    y = y[: len(X)]
    start = _glassnet(shape, X, y, threads, learning_rate_init=1e-30, max_iter=1)
    ours = _glassnet(shape, X, y, threads, learning_rate_init=1e-3, max_iter=2)
    theirs = trained_by(shape, X, y, start, threads)
    away = np.abs(_flat(ours) - _flat(theirs))
    way = np.sqrt(np.mean((_flat(theirs) - _flat(start)) ** 2))
    return float((np.median(away) if dtype == "float32" else np.max(away)) / way)


def _flat(weights: list[NDArray[Any]]) -> NDArray[np.float64]:
    return np.concatenate([array.ravel() for array in weights]).astype(np.float64)


def _glassnet(shape: Shape, X: NDArray[Any], y: NDArray[np.int64], threads: int, **changed: Any) -> list[NDArray[Any]]:
    from peers.sklearn_mlp import parameters

    from glassnet import MLPClassifier

    model = MLPClassifier(**(parameters(shape, 1) | {"shuffle": False, "n_threads": threads} | changed))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(X, y)
    return [array for pair in zip(model.coefs_, model.intercepts_, strict=True) for array in pair]


def _torch(
    shape: Shape, X: NDArray[Any], y: NDArray[np.int64], start: list[NDArray[Any]], threads: int
) -> list[NDArray[Any]]:
    import torch
    from peers.torch_loop import criterion, network, targets

    torch.set_num_threads(threads)
    rows, labels = torch.from_numpy(X), targets(shape, y)
    model, loss = network(shape).to(rows.dtype), criterion(shape)
    parameters = list(model.parameters())
    with torch.no_grad():
        for parameter, array in zip(parameters, start, strict=True):
            parameter.copy_(torch.from_numpy(np.ascontiguousarray(array.T)))
    adam = torch.optim.Adam(parameters, 1e-3)
    for _ in range(2):
        for index in torch.arange(len(X)).split(shape.batch):
            adam.zero_grad()
            target = labels[index].to(rows.dtype) if shape.outputs == 1 else labels[index]
            loss(model(rows[index]), target).backward()
            adam.step()
    return [parameter.detach().numpy().T for parameter in parameters]


def _reference(
    shape: Shape, X: NDArray[Any], y: NDArray[np.int64], start: list[NDArray[Any]], threads: int
) -> list[NDArray[Any]]:
    from tests.oracle.network import loss_and_gradient
    from tests.oracle.solvers import Solver

    from glassnet.catalog import activation, initializer, loss
    from glassnet.engine import Weights
    from glassnet.network import LayerSpec, NetworkSpec, TrainingSpec

    del threads  # NumPy's sums of float64 are the same to far more digits than are asked for
    found = loss("binary_cross_entropy" if shape.outputs == 1 else "softmax_cross_entropy")
    first, zeros = initializer("glorot_uniform"), initializer("zeros")
    hidden = [LayerSpec(units, activation("relu"), first, zeros) for units in shape.hidden]
    network = NetworkSpec(
        shape.inputs, (*hidden, LayerSpec(shape.outputs, found.output_activation, first, zeros)), found
    )
    labels = y.astype(np.float64)[:, None] if shape.outputs == 1 else y
    weights = [array.astype(np.float64) for array in start]
    solver = Solver(TrainingSpec(solver="adam"), weights)
    for _ in range(2):
        for first_row in range(0, len(X), shape.batch):
            rows = slice(first_row, first_row + shape.batch)
            of_batch = Weights(weights[0::2], weights[1::2])
            _, gradient = loss_and_gradient(network, of_batch, X[rows].astype(np.float64), labels[rows])
            pairs = zip(gradient.coefs, gradient.intercepts, strict=True)
            solver.update(weights, [array for pair in pairs for array in pair], 1e-3)
    return weights
