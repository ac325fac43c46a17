"""What one training of a comparison came to, as it is counted and kept."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from glassnet.diagnosis import look_inside
from glassnet.engine import Fit
from glassnet.network import NetworkSpec
from glassnet.texts import _

# Arrays, where there are any: a comparison may keep millions of these numbers.
Curve = NDArray[np.float64] | Sequence[float]


class Place(NamedTuple):
    """Which training: of which combination, with which seed, on which fold of that seed."""

    combination: int
    seed: int
    fold: int


@dataclass(frozen=True)
class Noted:
    """A finding of the trace that is a warning: its name, what was measured, and in words."""

    name: str
    number: float
    text: str


@dataclass(frozen=True, eq=False)
class Outcome:
    """One training.

    Attributes
    ----------
    score : float or None
        On the rows to judge by; None where the training failed.
    failure : str or None
        Why it failed, in words.
    seconds : float or None
        Of all epochs; None where the solver does not tell.
    epochs : int
    stop_reason : str
        As `Fit.stop_reason`; "failed".
    losses, held_out : sequence of float
        After each epoch: the training loss; the accuracy or R² on held-out rows, empty where it was not measured.
    noted : tuple of Noted
    """

    score: float | None
    failure: str | None = None
    seconds: float | None = None
    epochs: int = 0
    stop_reason: str = "failed"
    losses: Curve = ()
    held_out: Curve = ()
    noted: tuple[Noted, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Describe it by JSON types only."""
        curves = {"losses": np.asarray(self.losses).tolist(), "held_out": np.asarray(self.held_out).tolist()}
        return dataclasses.asdict(self) | curves

    @classmethod
    def from_json(cls, entry: dict[str, Any]) -> Outcome:
        """Build from what `to_json` gave."""
        return cls(
            **{
                **entry,
                "losses": np.array(entry["losses"], dtype=np.float64),
                "held_out": np.array(entry["held_out"], dtype=np.float64),
                "noted": tuple(Noted(**noted) for noted in entry["noted"]),
            }
        )


def failed(error: Exception) -> Outcome:
    """A training that ended in an error."""
    return Outcome(None, str(error))


def judged(network: NetworkSpec, fit: Fit, score: float) -> Outcome:
    """A training that came to its end; without a finite score it has failed all the same."""
    trace = fit.trace
    seconds = float(trace.seconds.sum())
    failure = None if math.isfinite(score) else _("the score is {score}").format(score=score)
    return Outcome(
        score=score if failure is None else None,
        failure=failure,
        seconds=seconds if math.isfinite(seconds) else None,
        epochs=fit.n_epochs,
        stop_reason=fit.stop_reason,
        losses=trace.losses.copy(),
        held_out=() if np.isnan(trace.validation_scores).any() else trace.validation_scores.copy(),
        noted=_warnings(network, fit),
    )


def _warnings(network: NetworkSpec, fit: Fit) -> tuple[Noted, ...]:
    if not len(fit.trace) or fit.state is None:  # L-BFGS: its trace knows losses only
        return ()
    return tuple(
        Noted(finding.name, min(float(finding.number), 1e300), finding.text)
        for finding in look_inside(network, fit.trace)
        if finding.severity == "warning"
    )
