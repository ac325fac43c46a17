"""What is found in a run while it trains: `diagnose` on the trace so far, each remedy as a set-up of its own.

A diagnosis is made for trainings that have ended. While one goes on, some of its rules would speak too soon: nothing
has been learned before anything could be, and few steps are few because there were few so far. They have to wait.
"""

from __future__ import annotations

import dataclasses
import re
import time
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from glassnet.diagnosis import Finding, Remedy, diagnose
from glassnet.diagnosis.findings import head_of
from glassnet.errors import GlassnetError
from glassnet.texts import _

if TYPE_CHECKING:
    from glassnet.playground.preparing import Prepared
    from glassnet.playground.run import Run
    from glassnet.playground.setup import Setup

EVERY = 0.5  # seconds from look to look, at least
SHARE = 0.03  # of the time, at most
FALLING = 0.97  # of the loss of the quarter of the epochs before
# Epochs, and updates of the weights, before a rule is believed while training goes on.
PATIENCE = {
    "stuck": (50, 500),
    "underfitting": (50, 500),
    "rate_too_low": (50, 500),
    "random_labels": (50, 500),
    "class_imbalance": (50, 500),
    "penalty_too_strong": (50, 500),
    "overfitting": (20, 100),
    "diverged": (10, 50),
}
AT_THE_END = ("few_steps", "unfinished")
# What is said of how the data were given is of no use where they are made for the page.
OF_A_PROGRAM = ("nothing_held_out",)


class Watch:
    """Looks at a run again and again, while it trains, and takes little of its time.

    Parameters
    ----------
    prepared : Prepared
        Of the run; a run that begins anew gets another watch.
    """

    def __init__(self, prepared: Prepared) -> None:
        self.prepared = prepared
        self._next = 0.0
        self._last: list[dict[str, Any]] | None = None

    def due(self, now: float) -> bool:
        """Whether it may look again at this time of `time.perf_counter`."""
        return now >= self._next

    def look(self, run: Run) -> list[dict[str, Any]] | None:
        """Find what stands out in a run; None where that is what it was the last time.

        Another language makes other words, so they are told again.
        """
        began = time.perf_counter()
        found = findings(run)
        ended = time.perf_counter()
        self._next = max(began + EVERY, ended + (ended - began) / SHARE)
        if found == self._last:
            return None
        self._last = found
        return found


def findings(run: Run) -> list[dict[str, Any]]:
    """Say what stands out in a run, in the language in use.

    Parameters
    ----------
    run : Run

    Returns
    -------
    list of dict
        A finding's JSON each, warnings first and causes before what follows from them, and beside it "head", its first
        line; "follows_text", what it follows from, in words; "setups", for each remedy the whole set-up that tries it,
        or None; and "reasons", why there is none, else "".
    """
    prepared, material = run.prepared, run.prepared.material
    if not (run.epoch or run.ended):
        return []
    found = diagnose(
        prepared.network,
        prepared.training,
        run.trace,
        stop_reason=run.stop_reason,
        weights=run.weights,
        facts=run.facts,
        look=run.look(),
        column_names=material.column_names,
        class_names=material.class_names or None,
    )
    steps = run.epoch * -(-run.facts.n_rows // prepared.training.batch_size)
    kept = [one for one in found if _in_time(one, run.epoch, steps, ended=run.ended)]
    if _still_falls(run.trace.losses):
        kept = [_calmer(one) for one in kept]
    return [_described(one, kept, prepared.setup) for one in kept]


def _in_time(finding: Finding, epochs: int, steps: int, *, ended: bool) -> bool:
    if finding.name in OF_A_PROGRAM:
        return False
    if ended:
        return True
    if finding.name in AT_THE_END:
        return False
    least_epochs, least_steps = PATIENCE.get(finding.name, (1, 1))
    return epochs >= least_epochs and steps >= least_steps


def _still_falls(losses: NDArray[np.float64]) -> bool:
    """Whether the last quarter of the epochs is clearly better than the quarter before."""
    quarter = max(2, len(losses) // 4)
    if len(losses) < 2 * quarter:
        return False
    return float(losses[-quarter:].mean()) < FALLING * float(losses[-2 * quarter : -quarter].mean())


def _calmer(finding: Finding) -> Finding:
    """Make a note of saturation that came with what was learned: it holds nothing up while the loss falls.

    Where the first weights saturate a layer it stays a warning.
    """
    if finding.name == "saturation" and finding.severity == "warning" and finding.since != 1:
        return dataclasses.replace(finding, severity="note")
    return finding


def _described(finding: Finding, all_found: list[Finding], setup: Setup) -> dict[str, Any]:
    remedies, setups, reasons = [], [], []
    cause = _cause(finding, all_found)
    for remedy in finding.remedies:
        changed, reason = _tried(remedy, setup)
        if changed is not None and changed == setup:
            continue  # it is so already
        remedies.append(remedy.to_json())
        setups.append(None if changed is None else changed.to_json())
        reasons.append(reason)
    return {
        **finding.to_json(),
        "follows_from": finding.follows_from if cause else None,  # the cause may not be told yet
        "remedies": remedies,
        "head": head_of(finding),
        "follows_text": cause,
        "setups": setups,
        "reasons": reasons,
    }


def _tried(remedy: Remedy, setup: Setup) -> tuple[Setup | None, str]:
    """The set-up with a remedy applied; or None, and why not."""
    if not remedy.change:
        return None, _("this is not a setting of the playground")
    if "early_stopping" in remedy.change:
        return None, _("here the best epoch is a step back: move to it with the buttons of the time line")
    try:
        return setup.changed(model=remedy.to_json()["change"]), ""
    except GlassnetError as error:
        return None, str(error)


def _cause(finding: Finding, all_found: list[Finding]) -> str:
    """What a finding follows from, as the diagnosis names it: the beginning of the cause's first line."""
    cause = next((other for other in all_found if other.name == finding.follows_from), None)
    return "" if cause is None else re.split(r"\s*[;；(（：]|: ", head_of(cause), maxsplit=1)[0]
