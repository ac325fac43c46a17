"""What an experiment has found: numbers, a verdict, a sentence, a figure."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from glassnet.lab.experiment import ENDS, Experiment, Measured, Numbers, Verdict
from glassnet.lab.numerals import plain, written
from glassnet.report.pictures import Picture
from glassnet.report.terminal import INDENT, LINE, wrapped
from glassnet.texts import _, later, plural

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from glassnet.report.lettering import Lettering

VERDICT_TEXTS: dict[Verdict, str] = {
    "holds": later("holds"),
    "holds in part": later("holds in part"),
    "does not hold": later("does not hold"),
}


@dataclass(frozen=True)
class Result:
    """The outcome of one experiment. Texts are in the language in use when they are asked for.

    Attributes
    ----------
    experiment : Experiment
    measured : Measured
    n_seeds : int
    random_state : int
    quick : bool
    data : str or None
        What was learned from, where the experiment learns from a table.
    seconds : float
        What it took.
    """

    experiment: Experiment
    measured: Measured
    n_seeds: int
    random_state: int
    quick: bool
    data: str | None
    seconds: float

    @property
    def name(self) -> str:
        """Name of the experiment, as "dead-relu"."""
        return self.experiment.name

    @property
    def row(self) -> str:
        """Row of the claim, as "S8"."""
        return self.experiment.row

    @property
    def claim(self) -> str:
        """What is said."""
        return _(self.experiment.claim)

    @property
    def source(self) -> str:
        """Where it is said."""
        return _(self.experiment.source)

    @property
    def setup(self) -> str:
        """What was done."""
        return _(self.experiment.setup)

    @property
    def rule(self) -> str:
        """What the verdict was decided by; written before the run."""
        return _(self.experiment.rule)

    @property
    def numbers(self) -> Numbers:
        """What was measured; `described` tells what each number is."""
        return self.measured.numbers

    @property
    def described(self) -> dict[str, str]:
        """What each number is, with its unit."""
        return {number: self.experiment.describe(number) for number in self.numbers}

    @property
    def verdict(self) -> Verdict:
        """What the rule says of the numbers."""
        return self.experiment.verdict(self.numbers)

    @property
    def sentence(self) -> str:
        """The outcome with its numbers."""
        return self.experiment.sentence(self.numbers)

    @property
    def circumstances(self) -> str:
        """How much was run, and on what: "10 seeds · digits · quick run"."""
        parts = [plural("{n} seed", "{n} seeds", self.n_seeds).format(n=self.n_seeds)]
        if self.data is not None:
            parts.append(_("digits") if self.data == "digits" else self.data)
        if self.quick:
            parts.append(_("quick run"))
        return " · ".join(parts)

    @property
    def cautions(self) -> list[str]:
        """What to bear in mind when reading the verdict: changes after a first run, times, a quick run."""
        said = []
        if self.experiment.changed:
            said.append(_("changed after a first run: {change}").format(change=_(self.experiment.changed)))
        if self.experiment.timed:
            said.append(_("times depend on the machine and on what else it does, and with them the verdict may"))
        if self.quick:
            said.append(_("a quick run gives an impression: the verdict of the full run counts"))
        return said

    def plot(self) -> Picture:
        """Draw the figure; `.save("figure.svg")` writes it, a notebook shows it.

        Examples
        --------
        >>> import glassnet as gn
        >>> gn.lab.run("affine-collapse", quick=True).plot()
        <picture of affine-collapse>
        """
        return Picture(self._draw, [self.name])

    def to_json(self) -> dict[str, Any]:
        """Describe the result by JSON types; a number that is not finite becomes None.

        The same run gives the same: what it took is not in it.
        """
        return {
            "name": self.name,
            "row": self.row,
            "claim": self.claim,
            "source": self.source,
            "setup": self.setup,
            "rule": self.rule,
            "changed": _(self.experiment.changed) if self.experiment.changed else None,
            "verdict": self.verdict,
            "sentence": self.sentence,
            "numbers": {name: plain(value) for name, value in self.numbers.items()},
            "described": self.described,
            "seeds": self.n_seeds,
            "random_state": self.random_state,
            "quick": self.quick,
            "data": self.data,
        }

    def numbers_shown(self) -> list[tuple[str, str]]:
        """What each number is, and how it is written; an interval stands beside its number, in brackets."""
        shown = []
        for name, value in self.numbers.items():
            if any(name.endswith(end) and name.removesuffix(end) in self.numbers for end in ENDS):
                continue
            text = written(value)
            low, high = (self.numbers.get(name + end) for end in ENDS)
            if low is not None and high is not None and low != high:
                text += " " + _("({low} to {high})").format(low=written(low), high=written(high))
            shown.append((self.experiment.describe(name), text))
        return shown

    def __str__(self) -> str:
        head = f"{self.name} · “{self.claim}” ({self.source})"
        rule = self.rule[0].lower() + self.rule[1:]
        body = [self.circumstances + " · " + _("rule: {rule}").format(rule=rule)]
        body += [f"{text}: {number}" for text, number in self.numbers_shown()]
        body += self.cautions
        body.append(f"{_(VERDICT_TEXTS[self.verdict])}: {self.sentence}")
        lines = [line for text in body for line in wrapped(text, LINE - len(INDENT))]
        return "\n".join([*wrapped(head, LINE), *(INDENT + line for line in lines)])

    def __repr__(self) -> str:
        return f"<{self.name}: {_(VERDICT_TEXTS[self.verdict])}>"

    def _repr_html_(self) -> str:
        figure = self.plot().svg()
        return f"<pre>{html.escape(str(self))}</pre>{figure[figure.index('<svg') :]}"

    def _draw(self, letters: Lettering) -> Figure:
        from glassnet.lab.drawing import figure_of

        return figure_of(self.experiment, self.measured, letters)
