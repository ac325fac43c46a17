"""What a report is about: everything that its page shows, as data. Filled in where models are; drawn here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from numpy.typing import NDArray

if TYPE_CHECKING:
    from glassnet.diagnosis import Diagnosis, Evaluation, Finding, Importance, Reliability
    from glassnet.engine import Trace
    from glassnet.network import NetworkSpec, TrainingSpec
    from glassnet.report.plan_text import ShownPlan


@dataclass(frozen=True)
class Judged:
    """How the model did on rows whose answers are known.

    Attributes
    ----------
    evaluation : Evaluation
    source : str
        What the rows are, as a name: a file's, or "X".
    unseen : bool
        Whether the model is known not to have met them in training.
    intervals : mapping of str to (low, high)
        95% bootstrap intervals of the metrics; accuracy has its own in `evaluation`.
    reliability : Reliability or None
        For models with probabilities.
    numbers : (true, predicted) or None
        For regressions, at most a few thousand rows.
    importance : sequence of Importance
        Empty where it was not asked for.
    loss_name : {"log_loss", "error", "squared_error"}
        What `importance` is an increase of; the squared error in units of the target's variance, so that it is the
        share of the variance that is no longer explained.
    importance_rows : int
        Rows that it was computed on.
    """

    evaluation: Evaluation
    source: str
    unseen: bool
    intervals: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    reliability: Reliability | None = None
    numbers: tuple[NDArray[Any], NDArray[Any]] | None = None
    importance: Sequence[Importance] = ()
    loss_name: Literal["log_loss", "error", "squared_error"] = "log_loss"
    importance_rows: int = 0


@dataclass(frozen=True)
class Contents:
    """What the report of one model shows.

    Attributes
    ----------
    title : str
    estimator : str
        Name of the model's class.
    network, training, trace
        Of the fit.
    best_epoch : int
        Whose weights were kept; 0 if there was no choice.
    stop_reason : str
    target : str
        The target column, or "y".
    plan : ShownPlan or None
        Where the model comes from a table in one call.
    judged : Judged or None
    diagnosis : Diagnosis
    healthy : sequence of Finding
        What was looked at and found to be in order.
    reproduce : sequence of (str, str)
        A line that says what follows, and code.
    version : str
        Of glassnet.
    made : str
        When, as text.
    """

    title: str
    estimator: str
    network: NetworkSpec
    training: TrainingSpec
    trace: Trace
    best_epoch: int
    stop_reason: str
    target: str
    plan: ShownPlan | None
    judged: Judged | None
    diagnosis: Diagnosis
    healthy: Sequence[Finding]
    reproduce: Sequence[tuple[str, str]]
    version: str
    made: str
