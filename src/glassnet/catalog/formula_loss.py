"""A regression loss that the user wrote: a formula of `y`, the target, and `p`, the prediction."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from glassnet.catalog import scoring
from glassnet.catalog.activations import ACTIVATIONS
from glassnet.catalog.entries import Parameter, Remarks
from glassnet.catalog.formula_activation import checked_parameters, described_formula, is_formula, said
from glassnet.catalog.formula_exact import signed, substituted
from glassnet.catalog.formula_examination import Note, examined
from glassnet.catalog.formula_parser import parse
from glassnet.catalog.formula_program import Pairs, compiled
from glassnet.catalog.formula_rewriting import rewritten
from glassnet.catalog.formula_terms import Term, text
from glassnet.catalog.kernels import Floats, engine
from glassnet.catalog.loss_entry import Loss
from glassnet.catalog.symbolic import derivative
from glassnet.catalog.targets import ANY_NUMBER
from glassnet.errors import ParameterError
from glassnet.texts import later

# The first is what losses are differentiated by.
VARIABLES = ("p", "y")
# Targets at which a loss is examined, over all predictions.
_TARGETS = (0.0, 1.0, -2.5, 30.0, 1000.0)
_AT_MINIMUM = 1e-6

_REMARKS = Remarks(
    good=later("says exactly what a mistake costs, at the speed of a built-in loss"),
    bad=later("nobody else has tried it: look at its gradient first"),
    use=later("where mistakes have a price of their own"),
    source="",
)


@dataclass(frozen=True, init=False, repr=False, eq=False)
class FormulaLoss(Loss):
    """A loss of one output, given by a formula; predictions are the raw scores (link "identity").

    Parameters
    ----------
    formula : str
        Of `y`, `p`, numbers, parameters and the language's functions; see `docs/formulas.md`.
    parameters : mapping of str to float
        A value for every other name in the formula.

    Attributes
    ----------
    notes : tuple of str
        What the examination found and did not refuse.

    Raises
    ------
    FormulaError
        If the text is no formula, a parameter has no value, or the loss cannot be used: for a target of 0, 1, -2.5, 30
        or 1000 it is not finite at some prediction in [-1e4, 1e4], jumps, does not depend on it, or loses its digits.

    Examples
    --------
    >>> import glassnet as gn
    >>> fourth = gn.loss("(p - y)**4")
    >>> fourth([1.0, 3.0], [1.0, 1.0], reduction="sum")
    16.0
    >>> fourth.gradient([1.0, 3.0], [1.0, 1.0], reduction="sum")
    array([ 0., 32.])
    >>> gn.loss("abs(p - y)**a", a=1.5)
    gn.loss('abs(p - y)**a', a=1.5)
    """

    def __init__(self, formula: str, parameters: Mapping[str, object]) -> None:
        term = parse(formula)
        values = checked_parameters(formula, term, parameters, VARIABLES)
        written = text(term)
        declared = {name: Parameter(value) for name, value in values.items()}
        super().__init__(
            written,
            written,
            output_activation=ACTIVATIONS.identity,
            floor=None,  # nobody knows the smallest value
            parameters=declared,
            remarks=_REMARKS,
        )
        _examined(term, self.parameters)

    @property
    def notes(self) -> tuple[str, ...]:
        """What people should know, in sentences.

        Examples
        --------
        >>> import glassnet as gn
        >>> gn.loss("(p - y)**2 + p").notes
        ('at y = 0.0 the gradient where p = y is 1, not 0: predictions settle beside the targets',)
        """
        notes = _examined(parse(self.formula), self.parameters)
        return tuple(said(note, "p") for note in notes)

    def program(self) -> Any:
        """Compile the formula, with its parameters as constants."""
        return compiled(rewritten(parse(self.formula)), VARIABLES, self.parameters, ())

    def run(
        self,
        raw: Floats,
        target: Floats,
        losses: npt.NDArray[np.float64] | None,
        slopes: Floats | None,
        curvatures: Floats | None,
    ) -> None:
        """Compute row losses, their derivatives by the raw scores, and the second ones, as far as they are wanted."""
        inputs = [raw.reshape(-1), target.reshape(-1)]
        each = None if losses is None else np.empty(raw.size, raw.dtype)
        engine().formula(self.program(), [], inputs, each, None if slopes is None else slopes.reshape(-1), [])
        if losses is not None and each is not None:
            each.reshape(raw.shape).sum(axis=1, dtype=np.float64, out=losses)
        if curvatures is not None:
            slope = rewritten(parse(derivative(self.formula, "p")))
            program = compiled(slope, VARIABLES, self.parameters, ())
            engine().formula(program, [], inputs, None, curvatures.reshape(-1), [])

    def with_parameters(self, **parameters: object) -> Self:
        """Return a copy with other values for these parameters, examined again."""
        for name in parameters:
            if name not in self.declared:
                raise ParameterError.unknown(name, self.declared, of=self.name)
        return type(self)(self.formula, {**dict(self.parameters), **parameters}) if parameters else self

    def to_json(self) -> dict[str, Any]:
        """Describe the loss by JSON types only; `glassnet.loss` makes it again."""
        return {"formula": self.formula, **({"parameters": dict(self.parameters)} if self.declared else {})}

    def __repr__(self) -> str:
        arguments = "".join(f", {name}={value!r}" for name, value in self.parameters)
        return f"gn.loss({self.formula!r}{arguments})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FormulaLoss) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)

    @property
    def _key(self) -> tuple[object, ...]:
        return self.formula, self.parameters

    def _function(self, parameters: dict[str, Any]) -> scoring.Function:
        loss = self.with_parameters(**parameters)
        return scoring.Function(self.name, loss.values, ANY_NUMBER, loss)


def made(written: str | Mapping[str, Any], parameters: Mapping[str, Any]) -> FormulaLoss | None:
    """Make a loss of a text or of what `to_json` gave; None where the text is a name that is misspelt."""
    if isinstance(written, str):
        return FormulaLoss(written, parameters) if is_formula(written, VARIABLES) else None
    formula, described = described_formula(written, ("formula", "parameters"), "loss")
    return FormulaLoss(formula, {**described, **parameters})


@functools.lru_cache(maxsize=128)
def _examined(term: Term, parameters: Pairs) -> tuple[Note, ...]:
    notes: dict[str, Note] = {}
    for target in _TARGETS:
        at = substituted(term, {"y": signed(target)})
        # The formula at this target is what a message shows. Losses may well be steep, and have kinks.
        found = examined(text(at), at, rewritten(at), parameters, "p").notes
        for note in (*found, *_minimum(rewritten(at), parameters, target)):
            if note.kind in ("minimum", "cancels"):
                notes.setdefault(note.kind, note)
    return tuple(notes.values())


def _minimum(at: Term, parameters: Pairs, target: float) -> list[Note]:
    """Tell a gradient where p = y that is not 0, nor changes its sign there."""
    step = 1e-6 * (1 + abs(target))
    p = np.array([target - step, target, target + step])
    far = np.array([target - 1.0, target + 1.0])
    slopes = []
    for points in (p, far):
        slope = np.empty_like(points)
        engine().formula(compiled(at, ("p",), parameters, ()), [], [points], None, slope, [])
        slopes.append(slope)
    near, away = slopes
    if near[0] <= 0 <= near[2] or abs(near[1]) <= _AT_MINIMUM * max(1e-300, *np.abs(away)):
        return []
    return [Note("minimum", target, float(near[1]))]
