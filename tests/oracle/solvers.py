"""The solvers by their published definitions, on lists of arrays; and the schedules of the learning rate.

sgd      Sutskever et al. 2013 (momentum and Nesterov's, in scikit-learn's form)
adagrad  Duchi, Hazan, Singer 2011
rmsprop  Tieleman, Hinton 2012 (Coursera, lecture 6.5)
adam     Kingma, Ba 2015, algorithm 1
adamw    Loshchilov, Hutter 2019, algorithm 2 (decay scaled by the rate)
L1       Andrew, Gao 2007: the gradient of least norm, and no step across 0
"""

import numpy as np

from glassnet.network import TrainingSpec

from .functions import Array


class Solver:
    """One optimizer with its memory: `first` (velocity, or mean gradient) and `second` (squared gradients)."""

    def __init__(self, training: TrainingSpec, parameters: list[Array]) -> None:
        self.training = training
        self.first = [np.zeros_like(p) for p in parameters]
        self.second = [np.zeros_like(p) for p in parameters]
        self.step = 0

    def update(self, parameters: list[Array], gradients: list[Array], rate: float, l1: float = 0.0) -> None:
        """Move every parameter in place; matrices decay, vectors are biases and do not."""
        self.step += 1
        for i, (w, g) in enumerate(zip(parameters, gradients, strict=True)):
            if w.ndim != 2:
                w += self._change(i, g, rate)
                continue
            old = w.copy()
            leaving = np.sign(g) * np.maximum(np.abs(g) - l1, 0.0)  # what the loss pulls more than the penalty
            w -= rate * self.training.weight_decay * w
            w += self._change(i, np.where(old == 0.0, leaving, g + l1 * np.sign(old)), rate)
            if l1:
                w[old * w < 0.0] = 0.0

    def _change(self, i: int, g: Array, rate: float) -> Array:
        p, t = self.training, self.step
        if p.solver == "sgd":
            self.first[i] = p.momentum * self.first[i] - rate * g
            return p.momentum * self.first[i] - rate * g if p.nesterovs_momentum else self.first[i]
        if p.solver == "adagrad":
            self.second[i] = self.second[i] + g**2
            return -rate * g / (np.sqrt(self.second[i]) + p.epsilon)
        if p.solver == "rmsprop":
            self.second[i] = p.rho * self.second[i] + (1 - p.rho) * g**2
            return -rate * g / (np.sqrt(self.second[i]) + p.epsilon)
        self.first[i] = p.beta_1 * self.first[i] + (1 - p.beta_1) * g
        self.second[i] = p.beta_2 * self.second[i] + (1 - p.beta_2) * g**2
        mean = self.first[i] / (1 - p.beta_1**t)
        square = self.second[i] / (1 - p.beta_2**t)
        return -rate * mean / (np.sqrt(square) + p.epsilon)


def scheduled_factor(schedule: str, progress: float) -> float:
    """Factor on the initial rate when `progress` (0 at the start, 1 at the end) of all planned steps is done."""
    if schedule == "linear":
        return 1.0 - progress
    if schedule == "cosine":
        return 0.5 * (1.0 + float(np.cos(np.pi * progress)))
    if schedule == "coslog4":  # Holzmueller et al. 2024 (RealMLP): four cycles that double in length
        return 0.5 * (1.0 - float(np.cos(2.0 * np.pi * np.log2(1.0 + 15.0 * progress))))
    return 1.0
