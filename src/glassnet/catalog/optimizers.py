"""The optimizers, described: what a step does, by which hyperparameters, and who published it.

An update rule is a few assignments, one a line, in the formula language; `w` is a weight, `g` its gradient (with the
L2 term), `rate` the learning rate of the step and `t` the step's number, counted from 1. What starts with 0 keeps its
value from step to step. Hyperparameters have the names of `TrainingSpec`, where their defaults stand.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from glassnet.catalog.entries import Entry, Remarks
from glassnet.catalog.lookup import Catalog
from glassnet.texts import later as _


@dataclass(frozen=True, init=False, repr=False)
class Optimizer(Entry):
    """A way to step from a gradient to new weights.

    Parameters
    ----------
    name, formula, synonyms, remarks
        As for `Entry`; the formula is the update rule.
    hyperparameters : tuple of str
        Fields of `TrainingSpec` that the rule uses.
    kernel : str or None
        The engine's update that takes the step: its own name, but for "adamw", which is that of "adam" after a decay,
        and "lbfgs", which SciPy steps.

    Examples
    --------
    >>> import glassnet as gn
    >>> print(gn.optimizers.adagrad.formula)
    squares = squares + g**2
    w = w - rate * g / (sqrt(squares) + epsilon)
    """

    kind: ClassVar[str] = "optimizer"

    hyperparameters: tuple[str, ...] = field(compare=False)
    kernel: str | None = field(compare=False)

    def __init__(
        self,
        name: str,
        formula: str,
        *,
        hyperparameters: tuple[str, ...],
        kernel: str | None,
        synonyms: tuple[str, ...] = (),
        remarks: Remarks,
    ) -> None:
        super().__init__(name, formula, synonyms=synonyms, remarks=remarks)
        self._set(hyperparameters=hyperparameters, kernel=kernel)


_ADAM = """\
mean = beta_1 * mean + (1 - beta_1) * g
squares = beta_2 * squares + (1 - beta_2) * g**2
w = w - rate * (mean / (1 - beta_1**t)) / (sqrt(squares / (1 - beta_2**t)) + epsilon)"""

OPTIMIZERS: Catalog[Optimizer] = Catalog(
    [
        Optimizer(
            "adam",
            _ADAM,
            hyperparameters=("learning_rate_init", "beta_1", "beta_2", "epsilon"),
            kernel="adam",
            remarks=Remarks(
                good=_("a rate of its own for every weight; hardly needs tuning"),
                bad=_("two more numbers a weight; may generalize a little worse than tuned sgd"),
                use=_("the first choice"),
                source="Kingma, Ba 2015, ICLR, arXiv:1412.6980",
            ),
        ),
        Optimizer(
            "adamw",
            "w = w * (1 - rate * weight_decay)\n" + _ADAM,
            hyperparameters=("learning_rate_init", "beta_1", "beta_2", "epsilon", "weight_decay"),
            kernel="adam",
            remarks=Remarks(
                good=_("adam whose decay shrinks all weights alike, not divided by their gradients"),
                bad=_("one more number to choose"),
                use=_("where weights should be held small, as in large networks"),
                source="Loshchilov, Hutter 2019, ICLR, arXiv:1711.05101",
            ),
        ),
        Optimizer(
            "sgd",
            "velocity = momentum * velocity - rate * g\n"
            "w = w + where(nesterovs_momentum > 0, momentum * velocity - rate * g, velocity)",
            hyperparameters=("learning_rate_init", "momentum", "nesterovs_momentum"),
            kernel="sgd",
            remarks=Remarks(
                good=_("one number a weight, or none without momentum; generalizes well when tuned"),
                bad=_("one rate for all weights: needs tuning, a schedule and standardized inputs"),
                use=_("to understand training, and where time for tuning pays off"),
                source="Robbins, Monro 1951, Annals of Mathematical Statistics 22:400-407; Polyak 1964; Nesterov 1983; "
                "Sutskever, Martens, Dahl, Hinton 2013, ICML, PMLR 28:1139-1147",
            ),
        ),
        Optimizer(
            "rmsprop",
            "squares = rho * squares + (1 - rho) * g**2\nw = w - rate * g / (sqrt(squares) + epsilon)",
            hyperparameters=("learning_rate_init", "rho", "epsilon"),
            kernel="rmsprop",
            remarks=Remarks(
                good=_("a rate of its own for every weight, which forgets old gradients"),
                bad=_("no correction of the first steps, which are too large"),
                use=_("gradients whose size changes over time"),
                source="Tieleman, Hinton 2012, Neural Networks for Machine Learning (Coursera), lecture 6.5",
            ),
        ),
        Optimizer(
            "adagrad",
            "squares = squares + g**2\nw = w - rate * g / (sqrt(squares) + epsilon)",
            hyperparameters=("learning_rate_init", "epsilon"),
            kernel="adagrad",
            remarks=Remarks(
                good=_("rare features keep a high rate"),
                bad=_("the rate only falls, and may reach 0 too early"),
                use=_("sparse inputs"),
                source="Duchi, Hazan, Singer 2011, JMLR 12:2121-2159",
            ),
        ),
        Optimizer(
            "lbfgs",
            "w = w - step * H * g",
            hyperparameters=("max_iter", "max_fun"),
            kernel=None,
            remarks=Remarks(
                good=_("uses the curvature, estimated from the last gradients in H; no rate to choose"),
                bad=_("looks at all rows in every step"),
                use=_("small data: at most some thousand rows"),
                source="Liu, Nocedal 1989, Mathematical Programming 45:503-528; SciPy's L-BFGS-B",
            ),
        ),
    ]
)
