"""S11: squared error and cross-entropy on a sigmoid output that is saturated and wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from glassnet.autograd import Tensor
from glassnet.catalog import ACTIVATIONS
from glassnet.lab.bench import Bench, spread
from glassnet.lab.drawing import Curve, curves, named
from glassnet.lab.experiment import Experiment, Measured, Numbers, Verdict, experiment
from glassnet.report import sheet
from glassnet.report.lettering import Lettering
from glassnet.texts import _, later

if TYPE_CHECKING:
    from matplotlib.axes import Axes


STARTS = (0.5, 0.7, 0.9, 0.95, 0.98, 0.99)
GOAL, RATE, MOST = 0.1, 0.5, 20_000


@experiment
class SquaredError(Experiment):
    """Bring a neuron from a wrong output down to its target, with either loss."""

    name, row = "mse-vs-cross-entropy", "S11"
    claim = later("with a sigmoid output, squared error learns slowly where it is most wrong; cross-entropy does not")
    source = later("article E; Nielsen 2015, Neural Networks and Deep Learning, chapter 3")
    setup = later(
        "A sigmoid neuron with one input, which is 1, and the target 0. Its weight is random, its bias such that the "
        "output starts at 0.5 to 0.99. It descends by gradients from the tape, with ½ (p − t)² or with binary "
        "cross-entropy, both at rate 0.5, until the output is below 0.1."
    )
    rule = later(
        "Holds if from an output of 0.98 squared error needs at least twice as many steps (lower end of the interval), "
        "and more times as many from 0.98 than from 0.5. In part if only the first is so."
    )
    shows = later("Steps until the output is below 0.1, by where it starts (the target is 0)")
    described: ClassVar = {
        "steps_mse": later("steps with squared error, from an output of 0.98"),
        "steps_cross_entropy": later("steps with cross-entropy, from an output of 0.98"),
        "ratio": later("steps with squared error as a multiple of those with cross-entropy, from 0.98"),
        "ratio_half": later("the same, from an output of 0.5, where sigmoid is not saturated"),
        "gradient_mse": later("gradient of squared error by the score, at an output of 0.98"),
        "gradient_cross_entropy": later("gradient of cross-entropy by the score, at an output of 0.98"),
    }
    seeds = (20, 5)

    def measure(self, bench: Bench) -> Measured:
        weight = np.array([bench.rng(seed).standard_normal() for seed in bench.seeds])
        bias = np.log(np.array(STARTS) / (1 - np.array(STARTS)))[:, None] - weight
        weight = np.broadcast_to(weight, bias.shape)
        found = [steps_down(weight, bias, kind) for kind in bench.steps(("mse", "cross_entropy"))]
        steps = np.array([each[0] for each in found], dtype=np.float64)
        at, half = STARTS.index(0.98), STARTS.index(0.5)
        numbers = {
            **spread("steps_mse", steps[0, at]),
            **spread("steps_cross_entropy", steps[1, at]),
            **spread("ratio", steps[0, at] / steps[1, at]),
            **spread("ratio_half", steps[0, half] / steps[1, half]),
            "gradient_mse": float(found[0][1][at].mean()),
            "gradient_cross_entropy": float(found[1][1][at].mean()),
        }
        return Measured(numbers, {"steps": steps})

    def verdict(self, numbers: Numbers) -> Verdict:
        if numbers["ratio_low"] < 2:
            return "does not hold"
        return "holds" if numbers["ratio"] > numbers["ratio_half"] else "holds in part"

    def sentence(self, numbers: Numbers) -> str:
        return _(
            "from an output of 0.98, squared error needs {mse:,.0f} steps and cross-entropy {entropy:,.0f}: "
            "{ratio:.1f} times as many; the first gradient is {small:.4f} against {large:.2f}, since σ′ is {slope:.4f} "
            "there. From 0.5 it is {half:.1f} times as many"
        ).format(
            mse=numbers["steps_mse"],
            entropy=numbers["steps_cross_entropy"],
            ratio=numbers["ratio"],
            small=numbers["gradient_mse"],
            large=numbers["gradient_cross_entropy"],
            slope=0.98 * 0.02,
            half=numbers["ratio_half"],
        )

    def draw(self, axes: Sequence[Axes], letters: Lettering, measured: Measured) -> None:
        _ = letters
        steps = measured.picture["steps"]
        named(axes[0], letters, x=_("output at the start"), y=_("steps"))
        lines = [
            Curve.over_seeds(_("squared error"), STARTS, steps[0].T, sheet.RED, dots=True),
            Curve.over_seeds(_("cross-entropy"), STARTS, steps[1].T, sheet.BLUE, dots=True),
        ]
        curves(axes[0], letters, lines, log="y")


def steps_down(
    weight: NDArray[np.float64], bias: NDArray[np.float64], kind: str
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Let neurons descend side by side; return for each the steps, and its first gradient by the score."""
    w, b = (Tensor(np.array(each), requires_grad=True) for each in (weight, bias))
    steps = np.zeros(weight.shape, dtype=np.int64)
    first = None
    for _step in range(MOST):
        z = w + b
        p = ACTIVATIONS["sigmoid"](z)
        going = p.detach().numpy() >= GOAL
        if not going.any():
            break
        steps += going
        # With the target 0, cross-entropy is -log(1 - p) = softplus(z).
        total = (p * p).sum() / 2 if kind == "mse" else ACTIVATIONS["softplus"](z).sum()
        total.backward()
        assert w.grad is not None
        assert b.grad is not None
        by_w, by_b = w.grad.numpy(), b.grad.numpy()
        first = by_b.copy() if first is None else first
        w, b = (Tensor(x.detach().numpy() - RATE * g, requires_grad=True) for x, g in ((w, by_w), (b, by_b)))
    assert first is not None
    return steps, first
