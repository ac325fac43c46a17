"""S6 and S7: how fast networks learn with sigmoid, tanh and relu, and with inputs that are centered or not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from glassnet.engine import Job, TrainingData, Weights, initial_weights, loss_and_gradient
from glassnet.lab.bench import Bench, spread
from glassnet.lab.drawing import Curve, curves, named
from glassnet.lab.experiment import Experiment, Measured, Numbers, Verdict, experiment, judge
from glassnet.lab.networks import network, training
from glassnet.lab.rows import Split
from glassnet.report import sheet
from glassnet.report.lettering import Lettering
from glassnet.texts import _, later

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LEVEL = 0.02  # of the loss of a network that knows nothing: what the race goes to


class Race(NamedTuple):
    """Trainings with several functions, each at its best rate.

    Attributes
    ----------
    epochs : ndarray of shape (n_functions, n_seeds)
        Until the loss has reached the level.
    losses : ndarray of shape (n_functions, n_seeds, n_epochs)
    rates : list of float, one for each function
    level : float
    """

    epochs: NDArray[np.float64]
    losses: NDArray[np.float64]
    rates: list[float]
    level: float


def race(
    bench: Bench, functions: Sequence[str], hidden: Sequence[int], rates: Sequence[float], epochs: int, **how: Any
) -> Race:
    """Train with each function at each rate, choose the best rate of each, and count epochs until a common level.

    The level is 2% of the loss of a network that knows nothing; or, if it is higher, what the slowest function reaches.
    The best rate is that with the fewest epochs, summed over seeds.
    """
    splits = dict(bench.splits("centered"))
    n_inputs, n_classes = bench.rows.X.shape[1], bench.rows.n_classes
    jobs = [
        Job(network(n_inputs, hidden, n_classes, function), training(seed, epochs, rate, **how), split.training)
        for function in functions
        for rate in rates
        for seed, split in splits.items()
    ]
    losses = np.array([np.full(epochs, np.inf) if fit is None else fit.trace.losses for fit in bench.train(jobs)])
    losses = losses.reshape(len(functions), len(rates), len(splits), epochs)
    reached = losses[..., -1].max(axis=2).min(axis=1)  # by every seed, at the rate that is best at that
    level = max(LEVEL * np.log(n_classes), 1.001 * float(reached.max()))
    needed = np.apply_along_axis(epochs_to, 3, losses, level)
    best = [int(np.argmin(needed[k].sum(axis=1))) for k in range(len(functions))]
    chosen = range(len(functions))
    return Race(
        np.array([needed[k, best[k]] for k in chosen]),
        np.array([losses[k, best[k]] for k in chosen]),
        [rates[i] for i in best],
        level,
    )


def epochs_to(losses: NDArray[np.float64], level: float) -> float:
    """Epochs until a loss has come down to a level, with parts of an epoch; twice their number where it never does.

    Examples
    --------
    >>> epochs_to(np.array([4.0, 2.0, 1.0]), 1.5), epochs_to(np.array([4.0, 2.0, 1.0]), 0.5)
    (2.5, 6.0)
    """
    below = np.flatnonzero(losses <= level)
    if not len(below):
        return 2.0 * len(losses)
    first = int(below[0])
    if first == 0:
        return 1.0
    before, after = losses[first - 1], losses[first]
    if not np.isfinite(before):
        return first + 1.0
    return float(first + (before - level) / (before - after))


DEPTHS = (1, 4)


@experiment
class ReluSpeed(Experiment):
    """Race relu, tanh and sigmoid to the same training loss, each at its best rate."""

    name, row = "relu-speed", "S7"
    claim = later("ReLU converges several times faster than tanh (AlexNet: 6 times)")
    source = later("article E; Krizhevsky, Sutskever, Hinton 2012, ImageNet Classification, Figure 1")
    setup = later(
        "Networks with one and with four hidden layers of 64 units learn the data by SGD with momentum 0.9, in batches "
        "of 32, from the initial weights that fit the activation. Each activation has its best rate of five. Counted "
        "are epochs until the training loss has come down to 2% of that of a network that knows nothing (or to what "
        "all reach). AlexNet's 6 times were measured with convolutions, without that choice."
    )
    rule = later(
        "Holds if tanh needs at least twice as many epochs as relu with one hidden layer and with four (lower ends of "
        "the intervals). In part if it needs more (lower end above 1) with one or with four. Else it does not hold."
    )
    changed = later("the level of the loss to which is counted.")
    shows = later("Training loss of four hidden layers, each activation at its best rate")
    described: ClassVar = {
        "tanh_over_relu_1": later("epochs of tanh as a multiple of those of relu, one hidden layer"),
        "tanh_over_relu_4": later("epochs of tanh as a multiple of those of relu, four hidden layers"),
        "sigmoid_over_relu_1": later("epochs of sigmoid as a multiple of those of relu, one hidden layer"),
        "epochs_relu_1": later("epochs of relu, one hidden layer"),
        "epochs_tanh_1": later("epochs of tanh, one hidden layer"),
        "epochs_relu_4": later("epochs of relu, four hidden layers"),
        "epochs_tanh_4": later("epochs of tanh, four hidden layers"),
        "rate_relu_4": later("best rate of relu, four hidden layers"),
        "rate_tanh_4": later("best rate of tanh, four hidden layers"),
    }
    seeds = (10, 3)
    on_data = True

    def measure(self, bench: Bench) -> Measured:
        rates = bench.either((0.003, 0.01, 0.03, 0.06, 0.1), (0.01, 0.03, 0.06))
        epochs = bench.either(40, 12)
        numbers: dict[str, float] = {}
        shown: Race | None = None
        functions = ("relu", "tanh", "sigmoid")
        for depth in DEPTHS:
            # Four layers of sigmoid hardly begin to learn; they would only raise the level for the others.
            raced = functions if depth == 1 else functions[:2]
            shown = race(bench, raced, [64] * depth, rates, epochs, momentum=0.9)
            relu = shown.epochs[0]
            for k, name in enumerate(raced):
                if k:
                    numbers |= spread(f"{name}_over_relu_{depth}", shown.epochs[k] / relu)
                if k < 2:
                    numbers |= spread(f"epochs_{name}_{depth}", shown.epochs[k])
        assert shown is not None
        numbers |= {"rate_relu_4": shown.rates[0], "rate_tanh_4": shown.rates[1]}
        return Measured(numbers, {"losses": shown.losses, "level": shown.level})

    def verdict(self, numbers: Numbers) -> Verdict:
        least = [numbers[f"tanh_over_relu_{depth}_low"] for depth in DEPTHS]
        if min(least) >= 2:
            return "holds"
        return "holds in part" if max(least) > 1 else "does not hold"

    def sentence(self, numbers: Numbers) -> str:
        return _(
            "tanh needs {one:.2f} times ({one_low:.2f} to {one_high:.2f}) the epochs of relu with one hidden layer and "
            "{four:.2f} times ({four_low:.2f} to {four_high:.2f}) with four; sigmoid with one {sigmoid:.1f} times"
        ).format(
            one=numbers["tanh_over_relu_1"],
            one_low=numbers["tanh_over_relu_1_low"],
            one_high=numbers["tanh_over_relu_1_high"],
            four=numbers["tanh_over_relu_4"],
            four_low=numbers["tanh_over_relu_4_low"],
            four_high=numbers["tanh_over_relu_4_high"],
            sigmoid=numbers["sigmoid_over_relu_1"],
        )

    def draw(self, axes: Sequence[Axes], letters: Lettering, measured: Measured) -> None:
        _ = letters
        draw_losses(axes[0], letters, ("relu", "tanh"), measured.picture["losses"], measured.picture["level"])
        named(axes[0], letters, x=_("epoch"), y=_("training loss"))


def draw_losses(axes: Axes, letters: Lettering, names: Sequence[str], losses: NDArray[Any], level: float) -> None:
    """Draw training losses over epochs, and the level that the race goes to."""
    axes.axhline(level, color=sheet.SOFT, linewidth=0.9, linestyle=(0, (4, 3)), zorder=1)
    colors = {"relu": sheet.GREEN, "tanh": sheet.ORANGE, "sigmoid": sheet.BLUE}
    x = np.arange(1, losses.shape[2] + 1)
    curves(axes, letters, [Curve.over_seeds(n, x, y, colors[n]) for n, y in zip(names, losses, strict=True)], log="y")


STEPS = 18  # of the path that the figure shows


@experiment
class ZigZag(Experiment):
    """Look at signs of gradients, at the descent with and without centering, and race tanh against sigmoid."""

    name, row = "zig-zag", "S6"
    claim = later(
        "inputs that are not zero-centered give all weights of a unit gradients of one sign, so descent zig-zags; "
        "therefore tanh converges faster than sigmoid"
    )
    source = later("articles B and E; LeCun, Bottou, Orr, Müller 1998, Efficient BackProp, 4.3")
    setup = later(
        "The data with all columns from 0 to 1, and the same with the mean of each column subtracted. Signs: of the "
        "gradients of a hidden unit's weights, on single rows and on batches of 32. Descent: softmax regression by "
        "full gradient steps, each version at its best of four rates, until four fifths of the way down are done. "
        "Functions: two hidden layers of 64 sigmoid or tanh units, by plain SGD, each at its best of five rates, until "
        "the training loss is at 2% of that of a network that knows nothing."
    )
    rule = later(
        "Holds if three parts hold: with inputs from 0 to 1, at least 99% of units have gradients of one sign on "
        "single rows; the descent needs more steps there than with centered inputs (lower end of the ratio's interval "
        "above 1); sigmoid needs more epochs than tanh (likewise). In part if one or two hold."
    )
    changed = later("the level of the loss to which is counted.")
    shows = later("A neuron's two weights, row by row; and losses of two hidden layers")
    described: ClassVar = {
        "one_sign_rows": later("share of units whose gradients have one sign on a single row, inputs from 0 to 1"),
        "one_sign_batches": later("share of units whose gradients have one sign on a batch of 32, inputs from 0 to 1"),
        "one_sign_centered": later("share of units whose gradients have one sign on a single row, inputs centered"),
        "steps_positive": later("steps of the descent, inputs from 0 to 1"),
        "steps_centered": later("steps of the descent, inputs centered"),
        "steps_ratio": later("steps with inputs from 0 to 1 as a multiple of those with centered inputs"),
        "sigmoid_over_tanh": later("epochs of sigmoid as a multiple of those of tanh"),
    }
    seeds = (10, 3)
    on_data = True
    panels = 2

    def measure(self, bench: Bench) -> Measured:
        signs, steps = [], []
        for seed, split in bench.steps(list(bench.splits())):
            centered = (split.X - split.X.mean(axis=0, dtype=np.float64)).astype(np.float32)
            signs.append(
                [
                    one_sign(split.X, split, seed, 1),
                    one_sign(split.X, split, seed, 32),
                    one_sign(centered, split, seed, 1),
                ]
            )
            steps.append(descent_steps(bench, [split.X, centered], split))
        rates = bench.either((0.03, 0.1, 0.3, 0.6, 1.0), (0.1, 0.3, 1.0))
        raced = race(bench, ("tanh", "sigmoid"), (64, 64), rates, bench.either(60, 25))
        by_steps = np.array(steps, dtype=np.float64)
        rows, batches, centered_rows = np.mean(signs, axis=0)
        numbers = {
            "one_sign_rows": float(rows),
            "one_sign_batches": float(batches),
            "one_sign_centered": float(centered_rows),
            **spread("steps_positive", by_steps[:, 0]),
            **spread("steps_centered", by_steps[:, 1]),
            **spread("steps_ratio", by_steps[:, 0] / by_steps[:, 1]),
            **spread("sigmoid_over_tanh", raced.epochs[1] / raced.epochs[0]),
        }
        paths = two_weights(bench.rows.split(bench.seeds[0]), bench.rng(bench.seeds[0]))
        return Measured(numbers, {"losses": raced.losses, "level": raced.level, "paths": paths})

    def verdict(self, numbers: Numbers) -> Verdict:
        return judge(
            numbers["one_sign_rows"] >= 0.99,
            numbers["steps_ratio_low"] > 1,
            numbers["sigmoid_over_tanh_low"] > 1,
        )

    def sentence(self, numbers: Numbers) -> str:
        return _(
            "with inputs from 0 to 1, {rows:.0%} of units have gradients of one sign on single rows ({batches:.0%} on "
            "batches of 32, {centered:.0%} with centered inputs), and the descent takes {steps:.1f} times as many "
            "steps; sigmoid needs {sigmoid:.1f} times ({low:.1f} to {high:.1f}) the epochs of tanh"
        ).format(
            rows=numbers["one_sign_rows"],
            batches=numbers["one_sign_batches"],
            centered=numbers["one_sign_centered"],
            steps=numbers["steps_ratio"],
            sigmoid=numbers["sigmoid_over_tanh"],
            low=numbers["sigmoid_over_tanh_low"],
            high=numbers["sigmoid_over_tanh_high"],
        )

    def draw(self, axes: Sequence[Axes], letters: Lettering, measured: Measured) -> None:
        _ = letters
        names = (_("inputs from 0 to 1"), _("inputs centered"))
        lines = [
            Curve(name, path[:, 0], path[:, 1], color, dots=True)
            for name, path, color in zip(names, measured.picture["paths"], (sheet.BLUE, sheet.ORANGE), strict=True)
        ]
        named(axes[0], letters, x=_("first weight"), title=_("second weight"))
        curves(axes[0], letters, lines)
        draw_losses(axes[1], letters, ("tanh", "sigmoid"), measured.picture["losses"], measured.picture["level"])
        named(axes[1], letters, x=_("epoch"), title=_("training loss"))


def one_sign(X: NDArray[np.float32], split: Split, seed: int, batch: int) -> float:
    """Share of hidden units whose weights all have gradients of one sign (0 has none), over 32 batches."""
    spec = network(X.shape[1], (32,), split.n_classes, "tanh")
    weights = initial_weights(spec, seed)
    shares = []
    for start in range(0, min(32 * batch, len(X) - batch + 1), batch):
        data = TrainingData(X[start : start + batch], split.y[start : start + batch])
        by_weights = loss_and_gradient(spec, weights, data)[1].coefs[0]
        shares.append(np.mean((by_weights >= 0).all(axis=0) | (by_weights <= 0).all(axis=0)))
    return float(np.mean(shares))


def descent_steps(bench: Bench, inputs: Sequence[NDArray[np.float32]], split: Split) -> list[int]:
    """Full gradient steps of softmax regression with each of the inputs, until four fifths of the way down are done.

    Rates are parts of the largest at which a quadratic with the same curvature would not diverge, 2 / L; what is best
    of them is found for each of the inputs.
    """
    most = bench.either(250, 120)
    parts = bench.either((0.25, 0.5, 0.75, 0.95), (0.5, 0.95))
    runs = [[descent(X, split, part, most) for part in parts] for X in inputs]
    start = np.log(split.n_classes)
    bottom = min(float(losses.min()) for each in runs for losses in each)
    level = bottom + 0.2 * (start - bottom)
    return [
        min(int(np.argmax(losses <= level)) if (losses <= level).any() else most for losses in each) for each in runs
    ]


def descent(X: NDArray[np.float32], split: Split, part: float, steps: int) -> NDArray[np.float64]:
    """Losses of softmax regression from zeros, before each step."""
    spec = network(X.shape[1], (), split.n_classes, initial="zeros", dtype="float64")
    extended = np.column_stack([X, np.ones(len(X))]).astype(np.float64)
    curvature = 0.5 * float(np.linalg.eigvalsh(extended.T @ extended / len(X))[-1])  # Böhning 1992
    rate = part * 2 / curvature
    weights, data = initial_weights(spec, 0), TrainingData(X.astype(np.float64), split.y)
    losses = np.empty(steps)
    for step in range(steps):
        losses[step], gradient = loss_and_gradient(spec, weights, data)
        weights = Weights(
            [weights.coefs[0] - rate * gradient.coefs[0]], [weights.intercepts[0] - rate * gradient.intercepts[0]]
        )
    return losses


def two_weights(split: Split, rng: np.random.Generator) -> list[NDArray[np.float64]]:
    """Paths of the two weights of one logistic neuron that sees the two columns that vary most, row by row."""
    X = split.X[:, np.argsort(split.X.var(axis=0))[-2:]].astype(np.float64)
    target = (split.y >= split.n_classes / 2).astype(np.float64)
    rows = rng.permutation(len(X))[:STEPS]
    paths = []
    for inputs in (X, X - X.mean(axis=0)):
        w, b, path = np.zeros(2), 0.0, [np.zeros(2)]
        for row in rows:
            error = 1 / (1 + np.exp(-(inputs[row] @ w + b))) - target[row]
            w, b = w - 0.5 * error * inputs[row], b - 0.5 * error
            path.append(w)
        paths.append(np.array(path))
    return paths
