"""What a lesson is: steps that set up the playground, say what to look for, and know when it has been seen.

Lessons are data, and the page shows them. What a step says is to be seen is written twice: as a text for people, and as
conditions on a few readings (the epoch, the test score, the number of dead units), which the page checks while the
training runs. The tests train each step with the seed that it shows and check the same conditions, so a text that is
not true does not pass.

A step says what to do in `does`; `change` is the same as a difference of the set-up, so that a page can do it for
those who ask, and a test can do it at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from glassnet.playground.lessons.condition import Condition
from glassnet.playground.setup import DEFAULT, Setup
from glassnet.texts import later as _

Difference = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Step:
    """One step of a lesson.

    Parameters
    ----------
    does : str
        What this step sets up, and what to do.
    look_for : str
        What is to be seen.
    setup : mapping, optional
        Differences from the default set-up: {"data": {...}, "model": {...}}. None goes on with what the step before has
        left, its `change` included.
    change : mapping, optional
        What the reader is asked to change, as differences from the step's set-up.
    beside : mapping, optional
        A second run beside the first: differences from the step's set-up.
    expects : tuple of Condition
        What is true when the step is done.
    region : str
        What the page points at: the id of one of its parts, such as "plane".
    plays : bool
        Whether training starts at once.
    slowly : bool
        At ten epochs a second, where it is the way that is to be seen.
    """

    does: str
    look_for: str
    setup: Difference | None = None
    change: Difference | None = None
    beside: Difference | None = None
    expects: tuple[Condition, ...] = ()
    region: str = ""
    plays: bool = True
    slowly: bool = False


@dataclass(frozen=True)
class Lesson:
    """A claim, and steps that show it.

    Parameters
    ----------
    name : str
        In kebab-case, stable: links carry it.
    group : str
        One of `GROUPS`.
    rows : tuple of str
        Rows of claims that it shows.
    title : str
        A few words.
    claim, source : str
        What is said, in our words, and where.
    verdict : str
        What is left of the claim when it was seen: the lesson's last words.
    steps : tuple of Step
        Three to six.
    experiments : tuple of str
        Experiments of the lab that put the claim to the test with many seeds.
    """

    name: str
    group: str
    rows: tuple[str, ...]
    title: str
    claim: str
    source: str
    verdict: str
    steps: tuple[Step, ...]
    experiments: tuple[str, ...] = field(default=())


GROUPS: Mapping[str, str] = {
    "boundary": _("What networks can draw"),
    "activation": _("Activations"),
    "start": _("How it starts"),
    "loss": _("Losses and outputs"),
    "descent": _("How it learns"),
    "fit": _("Fitting too much"),
}


class Setups(NamedTuple):
    """What a step sets up.

    Attributes
    ----------
    setup : Setup
        At its beginning.
    changed : Setup or None
        After what the reader is asked to change.
    beside : Setup or None
        Of the second run.
    """

    setup: Setup
    changed: Setup | None
    beside: Setup | None


def setups_of(lesson: Lesson) -> list[Setups]:
    """Work out the set-ups of each step.

    A step without a set-up of its own goes on with what the step before was to become.
    """
    found: list[Setups] = []
    left = DEFAULT
    for step in lesson.steps:
        setup = left if step.setup is None else DEFAULT.changed(**step.setup)
        changed = None if step.change is None else setup.changed(**step.change)
        beside = None if step.beside is None else setup.changed(**step.beside)
        found.append(Setups(setup, changed, beside))
        left = changed or setup
    return found
