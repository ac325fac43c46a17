"""What is to be seen, or to be done, as a condition on one reading: the page and the tests check the same.

The words of a condition are made from it, so they cannot say another number than is checked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from glassnet.texts import _, later


class Reading(NamedTuple):
    """Something that can be read from a run or from its set-up.

    Attributes
    ----------
    name : str
        What it is, in words.
    percent : bool
        Whether it is told in percent.
    is_true : str
        The whole sentence, of a reading that is true or false.
    """

    name: str
    percent: bool = False
    is_true: str = ""


# Read from a frame, in `web/lessons/readings.js` under the same names.
READINGS: Mapping[str, Reading] = {
    "epoch": Reading(later("number of epochs")),
    "loss": Reading(later("training loss")),
    "score": Reading(later("training score"), percent=True),
    "test_score": Reading(later("test score"), percent=True),
    "gap": Reading(later("training score minus test score"), percent=True),
    "loss_gap": Reading(later("test loss minus training loss")),
    "dead_units": Reading(later("number of dead units")),
    "dead_share": Reading(later("share of dead units"), percent=True),
    "saturated": Reading(later("share of saturated outputs"), percent=True),
    "gradient_ratio": Reading(later("gradient of the last hidden layer : gradient of the first")),
    "weights": Reading(later("length of all weights")),
    "last_spread": Reading(later("spread of the last hidden layer's outputs")),
    "unlike": Reading(later("largest difference between units of the first layer")),
    "active": Reading(later("share of active outputs"), percent=True),
    "parameters": Reading(later("number of parameters")),
    "output": Reading(later("activation of the output")),
    "point": Reading("", is_true=later("a point is selected")),
    "unit": Reading("", is_true=later("you have looked at a unit")),
}

# Places of the set-up.
PLACES: Mapping[str, Reading] = {
    "data.name": Reading(later("data")),
    "data.noise": Reading(later("noise")),
    "model.hidden_layer_sizes": Reading(later("units of the hidden layers")),
    "model.activation.0": Reading(later("activation of the first layer")),
    "model.initializer": Reading(later("first weights")),
    "model.loss": Reading(later("loss")),
    "model.solver": Reading(later("solver")),
    "model.learning_rate": Reading(later("schedule")),
    "model.learning_rate_init": Reading(later("learning rate")),
    "model.momentum": Reading(later("momentum")),
    "model.alpha": Reading(later("penalty on weights")),
    "model.label_smoothing": Reading(later("label smoothing")),
    "model.random_state": Reading(later("seed of the weights")),
}


@dataclass(frozen=True)
class Condition:
    """Something that is to be seen, or to be done.

    Parameters
    ----------
    reading : str
        One of `READINGS` or of `PLACES`.
    at_least, at_most : float or None
        Limits of the reading, inclusive.
    equals : anything JSON, optional
        What it is.
    differs : anything JSON, optional
        What it is not.
    after : int
        It is not asked before this epoch: what ends badly may begin well.
    run : {"main", "beside"}
        Which of two runs.
    """

    reading: str
    at_least: float | None = None
    at_most: float | None = None
    equals: Any = None
    differs: Any = None
    after: int = 0
    run: str = "main"

    @property
    def of_setup(self) -> bool:
        """Whether it asks for a change of the set-up, and not for what comes of it."""
        return self.reading in PLACES

    def holds(self, reading: Any, epoch: int) -> bool:
        """Say whether a reading meets it.

        Examples
        --------
        >>> solved = Condition("test_score", at_least=0.97, after=100)
        >>> solved.holds(0.98, 50), solved.holds(0.98, 100), solved.holds(0.9, 100)
        (False, True, False)
        """
        if reading is None or epoch < self.after:
            return False
        return (
            (self.at_least is None or reading >= self.at_least)
            and (self.at_most is None or reading <= self.at_most)
            and (self.equals is None or reading == self.equals)
            and (self.differs is None or reading != self.differs)
        )

    def text(self) -> str:
        """Tell it, in the language in use.

        Examples
        --------
        >>> Condition("score", at_most=0.7, after=300).text()
        'after 300 epochs: training score at most 70%'
        """
        what = READINGS.get(self.reading) or PLACES[self.reading]
        if what.is_true:
            told = _(what.is_true)
        elif self.at_least is not None:
            told = _("{what} at least {value}")
        elif self.at_most is not None:
            told = _("{what} at most {value}")
        elif self.differs is not None:
            told = _("{what} other than {value}")
        else:
            told = _("{what}: {value}")
        limits = (self.at_least, self.at_most, self.differs, self.equals)
        value = next(limit for limit in limits if limit is not None)
        told = told.format(what=_(what.name) if what.name else "", value=_written(value, percent=what.percent))
        if self.run == "beside":
            told = _("beside: {what}").format(what=told)
        return _("after {n} epochs: {what}").format(n=f"{self.after:,}", what=told) if self.after else told


def _written(value: Any, *, percent: bool) -> str:
    if isinstance(value, list):
        return " · ".join(str(entry) for entry in value)
    if isinstance(value, str | bool):
        return str(value)
    return f"{100 * value:.3g}%" if percent else f"{value:,.6g}"
