"""Before anything is timed: the same weights and the same batches must give the same weights as PyTorch.

glassnet's initial weights are read off a fit whose learning rate is too small to move any of them; they depend on the
seed only. Then both train for eight steps on the rows in the order in which they lie.
"""

from __future__ import annotations

import dataclasses
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from shapes import Shape, dataset

STEPS, EPOCHS = 4, 2


def difference_from_torch(shape: Shape, threads: int) -> Callable[[], list[float]]:
    """Return a function that gives the relative difference of the weights in float32 and in float64.

    It is the norm of the difference of the two results, divided by the norm of the way from the initial weights: an
    eight-step training that did nothing would score 1.
    """
    shape = dataclasses.replace(shape, rows=STEPS * shape.batch)
    X, y = dataset(dataclasses.replace(shape, rows=max(shape.rows, shape.classes)))
    X, y = X[: shape.rows], y[: shape.rows]
    return lambda: [_difference(shape, X.astype(dtype), y, threads) for dtype in (np.float32, np.float64)]


def _difference(shape: Shape, X: NDArray[Any], y: NDArray[np.int64], threads: int) -> float:
    start = _glassnet(shape, X, y, threads, learning_rate_init=1e-30, max_iter=1)
    ours = _glassnet(shape, X, y, threads, learning_rate_init=1e-3, max_iter=EPOCHS)
    theirs = _torch(shape, X, y, start, threads)
    away = sum(float(np.sum((a - b) ** 2)) for a, b in zip(ours, theirs, strict=True))
    way = sum(float(np.sum((a - b) ** 2)) for a, b in zip(theirs, start, strict=True))
    return (away / way) ** 0.5


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
    for _ in range(EPOCHS):
        for index in torch.arange(shape.rows).split(shape.batch):
            adam.zero_grad()
            target = labels[index].to(rows.dtype) if shape.outputs == 1 else labels[index]
            loss(model(rows[index]), target).backward()
            adam.step()
    return [parameter.detach().numpy().T for parameter in parameters]
