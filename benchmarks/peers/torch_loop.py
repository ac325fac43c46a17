"""PyTorch: a training loop as its documentation teaches it, and three ways of compiling it.

Rows are gathered by index from a tensor in memory; a DataLoader would only add to the time. Two classes are one score
with binary cross-entropy, as in scikit-learn.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from shapes import Shape, initial_weights
from torch import Tensor, nn

LEARNING_RATE = 1e-3


def network(shape: Shape) -> nn.Sequential:
    """Build the network: Linear layers with ReLU between them; the last one gives raw scores."""
    layers: list[nn.Module] = []
    for fan_in, fan_out in zip(shape.widths[:-1], shape.widths[1:], strict=True):
        layers += [nn.Linear(fan_in, fan_out), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def targets(shape: Shape, y: NDArray[np.int64]) -> Tensor:
    """Return labels as PyTorch's losses want them: floats (rows, 1) for one score, class codes (rows,) otherwise."""
    codes = torch.from_numpy(y)
    return codes.to(torch.float32)[:, None] if shape.outputs == 1 else codes


def criterion(shape: Shape) -> Callable[[Tensor, Tensor], Tensor]:
    """Return the loss on raw scores, mean over the rows."""
    if shape.outputs == 1:
        return nn.functional.binary_cross_entropy_with_logits
    return nn.functional.cross_entropy


class _Loop:
    """The loop that all modes share; a mode says how one step is done and how a training starts anew."""

    def __init__(self, shape: Shape, X: NDArray[np.float32], y: NDArray[np.int64], threads: int) -> None:
        torch.set_num_threads(threads)
        torch.manual_seed(0)
        self.shape = shape
        self.X, self.y = torch.from_numpy(X), targets(shape, y)
        self.network, self.loss = network(shape), criterion(shape)
        self.parameters = list(self.network.parameters())
        self.set_up()

    def set_up(self) -> None:
        """Prepare whatever lasts over several trainings."""
        self.score: Callable[[Tensor, Tensor], Tensor] = self.forward

    def forward(self, X: Tensor, y: Tensor) -> Tensor:
        """Mean loss of a batch."""
        return self.loss(self.network(X), y)

    def optimizer(self) -> torch.optim.Optimizer:
        """Build the optimizer of one training."""
        return torch.optim.Adam(self.parameters, LEARNING_RATE, fused=True)

    def restart(self) -> None:
        """Go back to the initial weights and to an optimizer without memory."""
        with torch.no_grad():
            for index, (weight, bias) in enumerate(initial_weights(self.shape)):
                self.parameters[2 * index].copy_(torch.from_numpy(weight.T))
                self.parameters[2 * index + 1].copy_(torch.from_numpy(bias))
        self.adam = self.optimizer()

    def step(self, index: Tensor) -> None:
        """Train on the rows of one batch."""
        self.adam.zero_grad(set_to_none=True)
        self.score(self.X[index], self.y[index]).backward()
        self.adam.step()

    def epochs(self, count: int) -> list[float]:
        """Train anew for 1 + count epochs; seconds of each but the first."""
        self.restart()
        seconds = []
        for _ in range(1 + count):
            start = time.perf_counter()
            for index in torch.randperm(self.shape.rows).split(self.shape.batch):
                self.step(index)
            seconds.append(time.perf_counter() - start)
        return seconds[1:]


class Eager(_Loop):
    """Nothing compiled, Adam as it comes."""

    def optimizer(self) -> torch.optim.Optimizer:
        """Adam with its defaults."""
        return torch.optim.Adam(self.parameters, LEARNING_RATE)


class Fused(_Loop):
    """Nothing compiled, Adam in one kernel."""


class Compiled(_Loop):
    """Forward and loss (and with them backward) compiled."""

    mode = "default"

    def set_up(self) -> None:
        """Compile forward and loss."""
        self.score = torch.compile(self.forward, mode=self.mode)


class Autotuned(Compiled):
    """The same, with the kernels chosen by measuring."""

    mode = "max-autotune"


class WholeStep(_Loop):
    """Gather, gradient and Adam in one compiled graph: the least that Python does between two steps in PyTorch.

    Hardly anyone writes it so; it is here because it is what PyTorch can do.
    """

    def set_up(self) -> None:
        """Compile the step."""
        self.compiled = torch.compile(self._step, fullgraph=True)

    def restart(self) -> None:
        """Go back to the initial weights, moments of zero and step 0."""
        super().restart()
        self.weights = {name: p.detach().clone() for name, p in self.network.named_parameters()}
        self.first = {name: torch.zeros_like(p) for name, p in self.weights.items()}
        self.second = {name: torch.zeros_like(p) for name, p in self.weights.items()}
        self.time = torch.zeros(())

    def _loss(self, weights: dict[str, Tensor], X: Tensor, y: Tensor) -> Tensor:
        return self.loss(torch.func.functional_call(self.network, weights, (X,)), y)

    def _step(
        self, weights: dict[str, Tensor], first: dict[str, Tensor], second: dict[str, Tensor], t: Tensor, index: Tensor
    ) -> None:
        gradients = torch.func.grad(self._loss)(weights, self.X[index], self.y[index])
        t.add_(1)
        rate = LEARNING_RATE / (1 - 0.9**t)
        correction = (1 - 0.999**t).sqrt()
        for name, gradient in gradients.items():
            first[name].lerp_(gradient, 0.1)
            second[name].mul_(0.999).addcmul_(gradient, gradient, value=0.001)
            weights[name].sub_(rate * first[name] / (second[name].sqrt() / correction + 1e-8))

    def step(self, index: Tensor) -> None:
        """Train on the rows of one batch."""
        self.compiled(self.weights, self.first, self.second, self.time, index)
