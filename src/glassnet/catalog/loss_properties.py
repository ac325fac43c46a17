"""What a loss is like: convexity, bounds and jumps of its gradient, and its floor, all found by computing it.

A loss is followed along one raw score, for targets from all of its domain; the other scores of a row of classes stay
where they are. Nothing here is typed in.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from glassnet.catalog.properties import plain
from glassnet.errors import DataError

if TYPE_CHECKING:
    from glassnet.catalog.loss_entry import Loss

Array = npt.NDArray[np.float64]

_TARGETS = (-2.0, -1.0, -0.4, 0.0, 0.3, 0.5, 0.9, 1.0, 2.0)
_ROWS = ((1.0, 0.0, 0.0), (0.0, 0.0, 1.0), (0.5, 0.3, 0.2))
_OTHER_SCORES = (0.3, -0.8)
_RIGHT = np.concatenate([np.arange(1, 1201) / 100, np.geomspace(12.5, 1e4, 60)])
_SCORES: Array = np.concatenate([-_RIGHT[::-1], [0.0], _RIGHT])


@dataclass(frozen=True)
class LossProperties:
    """Properties of a loss at the values of its parameters.

    Attributes
    ----------
    targets : str
        What targets must be.
    link : str
        The activation that makes predictions of raw scores.
    convex : bool
        As a function of one raw score, for every target.
    smooth : bool
        Whether the gradient has no jump.
    gradient_bound : float
        The largest |derivative by a raw score|, for targets of the sample; infinite where there is none.
    curvature_bound : float
        The largest second derivative by a raw score; infinite where the gradient jumps or there is none.
    gradient_at_target : float
        The largest |derivative| where the prediction is the target: 0 for a loss that is least there.
    floor : float
        The least loss, over all targets: 0 for a loss that a perfect prediction brings to 0.
    floor_depends_on_target : bool
        Whether some targets cannot bring the loss to the floor: the entropy of a soft target stays.
    """

    targets: str
    link: str
    convex: bool
    smooth: bool
    gradient_bound: float
    curvature_bound: float
    gradient_at_target: float
    floor: float
    floor_depends_on_target: bool

    def to_json(self) -> dict[str, Any]:
        """Describe the properties by JSON types; infinity becomes the text "inf"."""
        described = {field.name: getattr(self, field.name) for field in fields(self)}
        return {
            name: str(value) if isinstance(value, float) and not math.isfinite(value) else value
            for name, value in described.items()
        }

    def __repr__(self) -> str:
        lines = []
        for field in fields(self):
            value = getattr(self, field.name)
            lines.append(f"  {field.name:<24} {plain(value) if isinstance(value, float) else value}")
        return "\n".join(["LossProperties", *lines])


@functools.lru_cache(maxsize=128)
def properties_of(loss: Loss) -> LossProperties:
    """Find out what a loss is like.

    Examples
    --------
    >>> import glassnet as gn
    >>> found = properties_of(gn.losses.huber)
    >>> found.convex, found.smooth, found.gradient_bound
    (True, True, 1.0)
    """
    with np.errstate(all="ignore"):
        curves = [curve for target in _targets(loss) for curve in _curves(loss, target)]
        floors = [float(np.min(value)) for value, _gradient in curves]
        bound = max(_bound(gradient) for _value, gradient in curves)
        jumps = max(_largest_jump(loss, target) for target in _targets(loss))
        smooth = jumps <= 1e-6
        return LossProperties(
            targets=loss.domain.must_be,
            link=loss.link,
            convex=all(_rises(gradient) for _value, gradient in curves),
            smooth=smooth,
            gradient_bound=bound,
            curvature_bound=_steepest(curves) if smooth else math.inf,
            gradient_at_target=max((_gradient_at_target(loss, target) for target in _targets(loss)), default=0.0),
            floor=_rounded(min(floors)),
            floor_depends_on_target=max(floors) - min(floors) > 1e-3,
        )


def _targets(loss: Loss) -> list[Any]:
    """Sample targets from the domain: numbers, or rows of probabilities for classes."""
    if loss.domain.sums_to_one:
        return list(_ROWS)
    return [target for target in _TARGETS if _allowed(loss, target)]


def _allowed(loss: Loss, target: float) -> bool:
    try:
        loss.domain.check(np.array([[target]]), loss.name)
    except DataError:
        return False
    return True


def _scores(target: Any, scores: Array) -> tuple[Array, Array]:
    """Raw scores that differ in the first column, and the target beside each."""
    if isinstance(target, float):
        return scores[:, None], np.full((len(scores), 1), target)
    raw = np.column_stack([scores, *(np.full(len(scores), other) for other in _OTHER_SCORES)])
    return raw, np.broadcast_to(np.array(target), raw.shape).copy()


def _curves(loss: Loss, target: Any) -> list[tuple[Array, Array]]:
    raw, targets = _scores(target, _SCORES)
    value = np.asarray(loss(raw, targets, reduction="none"))
    gradient = np.asarray(loss.gradient(raw, targets, reduction="none"))[:, 0]
    known = np.isfinite(value) & np.isfinite(gradient)
    return [(value[known], gradient[known])] if known.any() else []


def _bound(gradient: Array) -> float:
    """Return the largest size, infinite where it is still growing far out."""
    size = np.abs(gradient)
    largest = float(size.max())
    inner = float(size[len(size) // 20 : -len(size) // 20].max())  # without the farthest scores
    return math.inf if largest > 2 * inner and largest > 10 else _rounded(largest)


def _steepest(curves: list[tuple[Array, Array]]) -> float:
    largest = max(float(np.abs(_curvature(gradient)).max()) for _value, gradient in curves)
    return math.inf if largest > 1e3 else float(f"{largest:.4g}")


def _curvature(gradient: Array) -> Array:
    if len(gradient) != len(_SCORES):  # not finite everywhere, as far out for poisson
        return np.array([0.0, math.inf])
    near = np.abs(_SCORES) < 12.2
    return np.diff(gradient[near]) / np.diff(_SCORES[near])


def _rises(gradient: Array) -> bool:
    return bool((np.diff(gradient) >= -1e-9 * np.maximum(1, np.abs(gradient[1:]))).all())


def _largest_jump(loss: Loss, target: Any) -> float:
    """Halve the interval in which the gradient changes most, until it is as short as floats allow."""

    def gradient(scores: Array) -> Array:
        raw, targets = _scores(target, scores)
        return np.asarray(loss.gradient(raw, targets, reduction="none"))[:, 0]

    low, high = -12.0, 12.0
    for _zoom in range(12):
        scores = np.linspace(low, high, 41)
        steps = np.abs(np.diff(np.nan_to_num(gradient(scores))))
        widest = int(steps.argmax())
        low, high = float(scores[widest]), float(scores[widest + 1])
    return float(steps[widest])


def _gradient_at_target(loss: Loss, target: Any) -> float:
    """Find the raw score whose prediction is the target; where only infinity would do, take one far out."""
    if not isinstance(target, float):
        raw = np.log(np.maximum(np.array([target]), 1e-300))
        return _rounded(float(np.abs(loss.gradient(raw, np.array([target]), reduction="none")).max()))
    low, high = -1e3, 1e3
    predict = loss.output_activation
    for _half in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if float(predict(middle)) < target else (low, middle)
    at = np.array([[target if float(predict(target)) == target else high]])
    gradient = float(np.abs(loss.gradient(at, np.array([[target]]), reduction="none"))[0, 0])
    return _rounded(gradient)


def _rounded(number: float) -> float:
    rounded = round(number, 6)
    return rounded if abs(number - rounded) < 1e-7 else number
