"""From a fit to its diagnosis: all rules are asked, and what they found is put in order."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np

from glassnet.diagnosis.case import Case
from glassnet.diagnosis.facts import DataFacts
from glassnet.diagnosis.finding import Finding
from glassnet.diagnosis.findings import Diagnosis
from glassnet.diagnosis.look import Look
from glassnet.diagnosis.rules import RULES
from glassnet.engine import AnyWeights, Trace, Weights
from glassnet.network import NetworkSpec, TrainingSpec
from glassnet.texts import _


def diagnose(
    network: NetworkSpec,
    training: TrainingSpec,
    trace: Trace,
    *,
    stop_reason: str = "",
    best_epoch: int | None = None,
    weights: AnyWeights | None = None,
    facts: DataFacts | None = None,
    look: Look | None = None,
    column_names: Sequence[Any] | None = None,
    class_names: Sequence[Any] | None = None,
) -> Diagnosis:
    """Say what is wrong with a fit, why, and what to do.

    What is not given is not known, and findings that need it are not made.

    Parameters
    ----------
    network, training : NetworkSpec, TrainingSpec
    trace : Trace
        With "lbfgs" it knows losses only, and so do the findings.
    stop_reason : str, default=""
        Why training ended, as in `glassnet.engine.Fit`.
    best_epoch : int, optional
        The epoch whose weights were kept, counted from 1 within the trace; None: the last one.
    weights : Weights, optional
        After training.
    facts : DataFacts, optional
        Of the training data, by `facts_of`.
    look : Look, optional
        At the units and outputs on some rows, by `look_at`.
    column_names, class_names : sequence, optional

    Returns
    -------
    Diagnosis
        Warnings before notes; within these, causes before what follows from them.

    Examples
    --------
    >>> import numpy as np
    >>> from glassnet import MLPClassifier
    >>> X = np.random.default_rng(0).normal(size=(300, 2))
    >>> model = MLPClassifier((8, 8), activation="identity", solver="lbfgs", random_state=0).fit(X, X[:, 0] > 0)
    >>> found = diagnose(model.network_, model.training_, model.trace_)
    >>> print(found.warnings[0].text)
    none of the 2 hidden layers has a non-linearity: together they are one linear layer
    """
    case = Case(
        network,
        training,
        trace,
        stop_reason,
        best_epoch,
        None if weights is None else Weights(*weights),
        facts,
        look,
        column_names,
        class_names,
    )
    with np.errstate(all="ignore"):  # weights that grew without bound, losses that are infinite
        findings = _ordered([finding for rule in RULES for finding in rule.check(case)])
    return Diagnosis(findings, _unknown(case))


def _unknown(case: Case) -> list[str]:
    """Say what could not be looked at."""
    texts = []
    if case.training.solver == "lbfgs" and case.hidden:
        texts.append(
            _("not looked at: the layers during training, of which lbfgs leaves no trace; adam or sgd leave one")
        )
    if case.facts is None:
        texts.append(_("not looked at: the data, of which this model keeps no summary"))
    return texts


def _ordered(findings: list[Finding]) -> list[Finding]:
    """Put warnings before notes, causes before effects, the worst layer of a kind first; mark effects as such."""
    order = {rule.name: place for place, rule in enumerate(RULES)}
    explains = {rule.name: rule.explains for rule in RULES}
    warned = sorted({found.name for found in findings if found.severity == "warning"}, key=order.__getitem__)

    def cause_of(finding: Finding) -> str:
        for name in warned:
            if finding.name in explains[name] and order[name] < order[finding.name]:
                return name
        return ""

    marked = [dataclasses.replace(finding, follows_from=cause_of(finding)) for finding in findings]

    def place(finding: Finding) -> tuple[bool, int, float]:
        return finding.severity != "warning", order[finding.name], -abs(finding.number)

    return sorted(marked, key=place)
