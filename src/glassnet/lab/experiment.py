"""What an experiment is: a claim with its source, how it is tested, and the rule that judges it, written before.

An experiment is a class with texts and four methods. `measure` trains and counts; `verdict` is the rule as a function
of the numbers, and knows nothing else; `sentence` says the outcome with numbers; `draw` shows it. So the same numbers
always give the same verdict, other numbers may give another one, and tests feed each rule numbers of every kind.

    @experiment
    class Xor(Experiment):
        name, row = "xor", "S2"
        claim = later("one perceptron cannot learn XOR; one hidden layer can")
        ...

A module in `experiments/` is found because it is there: adding an experiment touches no other place.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeVar

from glassnet.texts import _

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from glassnet.lab.bench import Bench
    from glassnet.report.lettering import Lettering

Verdict = Literal["holds", "holds in part", "does not hold"]
VERDICTS: tuple[Verdict, ...] = ("holds", "holds in part", "does not hold")
Numbers = Mapping[str, float]

# What stands at the end of a number's name where it is an end of the interval around the number without it.
ENDS = ("_low", "_high")


@dataclass(frozen=True)
class Measured:
    """What a run has measured.

    Attributes
    ----------
    numbers : mapping of str to float
        Flat; each is described in the experiment's `described`, but for ends of intervals ("steps_low", "steps_high").
    picture : mapping of str to anything
        What `draw` needs beside the numbers: curves, boundaries.
    """

    numbers: Numbers
    picture: Mapping[str, Any] = field(default_factory=dict)


class Experiment(ABC):
    """A claim, and how it is put to the test. Texts are English, marked by `later`, and translated when shown.

    Attributes
    ----------
    name : str
        In kebab-case: "dead-relu".
    row : str
        Its row among the claims: "S8".
    claim, source : str
        What is said, in our words, and where.
    setup : str
        What is done, in words.
    rule : str
        What `verdict` decides by, in words.
    shows : str
        The figure's title: what is to be seen.
    described : mapping of str to str
        What each number is, and its unit.
    seeds : tuple of (int, int)
        How many, in a full and in a quick run.
    on_data : bool
        Whether it learns from the table that `--data` names (digits, if none is named).
    timed : bool
        Whether numbers are times, which differ from run to run.
    changed : str
        What of the set-up was changed after a first run had shown its outcome; empty where nothing was.
    panels : int
        Frames of the figure, side by side.
    """

    name: ClassVar[str]
    row: ClassVar[str]
    claim: ClassVar[str]
    source: ClassVar[str]
    setup: ClassVar[str]
    rule: ClassVar[str]
    shows: ClassVar[str]
    described: ClassVar[Mapping[str, str]]
    seeds: ClassVar[tuple[int, int]] = (10, 3)
    on_data: ClassVar[bool] = False
    timed: ClassVar[bool] = False
    changed: ClassVar[str] = ""
    panels: ClassVar[int] = 1

    @abstractmethod
    def measure(self, bench: Bench) -> Measured:
        """Do it: train and count, with every seed of the bench."""

    @abstractmethod
    def verdict(self, numbers: Numbers) -> Verdict:
        """Judge by the rule: a function of the numbers alone."""

    @abstractmethod
    def sentence(self, numbers: Numbers) -> str:
        """Say the outcome with its numbers, in one sentence and in the language in use."""

    @abstractmethod
    def draw(self, axes: Sequence[Axes], letters: Lettering, measured: Measured) -> None:
        """Draw the figure into frames that are ready; `letters` translates, as `_` does."""

    def describe(self, number: str) -> str:
        """Say what a number is, in the language in use; ends of intervals follow from the number that they are around.

        Examples
        --------
        >>> from glassnet.lab import find
        >>> find("xor").describe("hidden_2")
        'share of networks with one hidden layer of 2 units that get all 4 right'
        """
        if number in self.described:
            return _(self.described[number])
        low, high = _("{number}: lower end of the 95% interval"), _("{number}: upper end of the 95% interval")
        end, text = (ENDS[0], low) if number.endswith(ENDS[0]) else (ENDS[1], high)
        return text.format(number=_(self.described[number.removesuffix(end)]))

    def __repr__(self) -> str:
        return f"<experiment {self.name}: {_(self.claim)}>"


def judge(*parts: bool) -> Verdict:
    """Judge a claim by its parts: it holds if all do, in part if some do.

    Examples
    --------
    >>> judge(True, True), judge(True, False), judge(False, False)
    ('holds', 'holds in part', 'does not hold')
    """
    return "holds" if all(parts) else "holds in part" if any(parts) else "does not hold"


Kind = TypeVar("Kind", bound=type[Experiment])
_known: dict[str, Experiment] = {}


def experiment(kind: Kind) -> Kind:
    """Register an experiment.

    Raises
    ------
    ValueError
        If its name is not in kebab-case, or another one has it.
    """
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", kind.name):
        raise ValueError(f"an experiment's name is in kebab-case; got {kind.name!r}")
    if kind.name in _known:
        raise ValueError(f"there are two experiments called {kind.name!r}")
    _known[kind.name] = kind()
    return kind


def experiments() -> tuple[Experiment, ...]:
    """All experiments, in the order of their rows.

    Examples
    --------
    >>> experiments()[0].row
    'S1'
    """
    folder = importlib.import_module("glassnet.lab.experiments")
    for module in sorted(module.name for module in pkgutil.iter_modules(folder.__path__)):
        importlib.import_module(f"{folder.__name__}.{module}")
    return tuple(sorted(_known.values(), key=_place))


def _place(one: Experiment) -> tuple[bool, int, str]:
    """Rows S1 to S32 first, then F9 and F10."""
    return one.row[0] != "S", int(re.sub(r"\D", "", one.row)), one.name
