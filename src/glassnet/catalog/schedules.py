"""Learning-rate schedules: how the rate changes while training goes on.

The engine computes rates by itself, in cpp/engine; `rate` evaluates the formula that stands here and is the witness
that tests hold against it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import ClassVar

from glassnet.catalog.entries import Entry, Remarks
from glassnet.catalog.formula import evaluate
from glassnet.catalog.lookup import Catalog
from glassnet.errors import ParameterError
from glassnet.texts import later as _


@dataclass(frozen=True, init=False, repr=False)
class Schedule(Entry):
    """A learning rate as a function of how far training has come.

    Parameters
    ----------
    name, formula, remarks
        As for `Entry`. The formula may use `init`, the rate at the start; `progress`, steps done divided by all steps
        of max_iter epochs; `t`, rows seen plus 1; `power_t`; and pi.
    changes : {"never", "step", "epoch"}
        When the rate is computed anew.

    Examples
    --------
    >>> import glassnet as gn
    >>> gn.schedules.cosine.rate(0.1, progress=0.5)
    0.05
    """

    kind: ClassVar[str] = "schedule"

    changes: str = field(compare=False)

    def __init__(self, name: str, formula: str, *, changes: str, remarks: Remarks) -> None:
        super().__init__(name, formula, remarks=remarks)
        self._set(changes=changes)

    def rate(self, init: float, *, progress: float = 0.0, t: float = 1.0, power_t: float = 0.5) -> float:
        """Compute the learning rate.

        Parameters
        ----------
        init : float
            Rate at the start.
        progress : float, default=0.0
            Steps done divided by all steps, in [0, 1].
        t : float, default=1.0
            Rows seen so far, plus 1; only "invscaling" looks at it.
        power_t : float, default=0.5
            Exponent of "invscaling".

        Raises
        ------
        ParameterError
            For "adaptive", which depends on the losses of past epochs and not on progress alone.

        Examples
        --------
        >>> import glassnet as gn
        >>> gn.schedules.invscaling.rate(0.1, t=4)
        0.05
        """
        if not self.formula:
            raise ParameterError.no_rate(self.name)
        names = {"init": init, "progress": progress, "t": t, "power_t": power_t, "pi": math.pi}
        return float(evaluate(self.formula, {**names, "cos": math.cos, "log2": math.log2}))


SCHEDULES: Catalog[Schedule] = Catalog(
    [
        Schedule(
            "constant",
            "init",
            changes="never",
            remarks=Remarks(
                good=_("nothing to choose"),
                bad=_("large enough to start fast is often too large to settle"),
                use=_("with adam, as a start"),
                source="Robbins, Monro 1951, Annals of Mathematical Statistics 22:400-407",
            ),
        ),
        Schedule(
            "invscaling",
            "init / t**power_t",
            changes="epoch",
            remarks=Remarks(
                good=_("falls as theory asks of stochastic gradient descent"),
                bad=_("falls with the number of rows seen, so it is tiny after one epoch of a large table"),
                use=_("to compare with scikit-learn"),
                source="scikit-learn, sklearn/neural_network/_stochastic_optimizers.py, SGDOptimizer",
            ),
        ),
        Schedule(
            "adaptive",
            "",
            changes="epoch",
            remarks=Remarks(
                good=_("divides the rate by 5 each time two epochs in a row do not improve by tol"),
                bad=_("needs losses that are not too noisy"),
                use=_("sgd, when the number of epochs is not known"),
                source="scikit-learn, sklearn/neural_network/_stochastic_optimizers.py, SGDOptimizer",
            ),
        ),
        Schedule(
            "linear",
            "init * (1 - progress)",
            changes="step",
            remarks=Remarks(
                good=_("down to 0 in a straight line: simple, and hard to beat"),
                bad=_("max_iter has to be chosen beforehand"),
                use=_("a fixed number of epochs"),
                source="Defazio, Cutkosky, Mehta, Mishchenko 2023, arXiv:2310.07831",
            ),
        ),
        Schedule(
            "cosine",
            "init * (1 + cos(pi * progress)) / 2",
            changes="step",
            remarks=Remarks(
                good=_("stays high for long, then settles smoothly at 0"),
                bad=_("max_iter has to be chosen beforehand"),
                use=_("a fixed number of epochs"),
                source="Loshchilov, Hutter 2017, ICLR, arXiv:1608.03983",
            ),
        ),
        Schedule(
            "coslog4",
            "init * (1 - cos(2 * pi * log2(1 + 15 * progress))) / 2",
            changes="step",
            remarks=Remarks(
                good=_("four waves from 0 to the full rate and back, each twice as long as the one before"),
                bad=_("max_iter has to be chosen beforehand, and the loss rises in between"),
                use=_("tables"),
                source="Holzmüller, Grinsztajn, Steinwart 2024, NeurIPS, arXiv:2407.04491",
            ),
        ),
    ]
)
