"""Lessons of the playground: each claim that can be seen here, in steps that set it up and know when it was seen.

`LESSONS` holds them in the order of teaching, `ELSEWHERE` the claims that a playground cannot show, each with the
reason and the experiment of the lab that puts it to the test. `lessons_json` is what the page reads.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from glassnet.playground.lessons import activation, boundary, descent, fitting, loss, starting
from glassnet.playground.lessons.condition import READINGS, Condition
from glassnet.playground.lessons.lesson import GROUPS, Lesson, Setups, Step, setups_of
from glassnet.texts import _, later, speaking

__all__ = [
    "ELSEWHERE",
    "GROUPS",
    "LESSONS",
    "READINGS",
    "Condition",
    "Lesson",
    "Setups",
    "Step",
    "lessons_json",
    "setups_of",
]

LESSONS: tuple[Lesson, ...] = (
    *boundary.LESSONS,
    *activation.LESSONS,
    *starting.LESSONS,
    *loss.LESSONS,
    *descent.LESSONS,
    *fitting.LESSONS,
)

# Row: why not here, and the experiment that shows it.
ELSEWHERE: Mapping[str, tuple[str, str]] = {
    "S12": (
        later(
            "e^1000 overflows, softmax need not: the engine subtracts the maximum, so no setting here can show the "
            "failure"
        ),
        "overflow",
    ),
    "S13": (
        later("how softmax sharpens differences is a matter of a few numbers, without any training"),
        "softmax-sharpens",
    ),
    "S14": (later("the price of very many classes: a picture has colors for ten"), "many-classes"),
    "S23": (later("what exp costs is nanoseconds, and a browser that draws measures something else"), "cost-of-exp"),
    "S25": (later("the tangent of softplus is a matter of one curve, without any training"), "softplus-tangent"),
    "S26": (
        later("that sums of ReLUs can squash shows far outside the points, where the picture ends"),
        "relu-squash",
    ),
    "S30": (later("permuted pixels: the digits here have their pixels in one order"), "permuted-pixels"),
}


def lessons_json(language: str) -> dict[str, Any]:
    """Give all lessons by JSON types, in a language, with each step's set-up in full.

    Parameters
    ----------
    language : str
        One of `glassnet.texts.languages()`.

    Examples
    --------
    >>> lessons = lessons_json("en")
    >>> lessons["groups"][0]["lessons"][1]["title"]
    'Without activations: one straight line'
    """
    with speaking(language):
        groups = [
            {"name": name, "title": _(title), "lessons": [_told(x) for x in LESSONS if x.group == name]}
            for name, title in GROUPS.items()
        ]
        elsewhere = [
            {"row": row, "reason": _(reason), "experiment": experiment}
            for row, (reason, experiment) in ELSEWHERE.items()
        ]
    return {"groups": groups, "elsewhere": elsewhere}


def _told(lesson: Lesson) -> dict[str, Any]:
    texts = {name: _(getattr(lesson, name)) for name in ("title", "claim", "source", "verdict")}
    steps = [_step(step, setups) for step, setups in zip(lesson.steps, setups_of(lesson), strict=True)]
    return {
        "name": lesson.name,
        "rows": list(lesson.rows),
        **texts,
        "experiments": list(lesson.experiments),
        "steps": steps,
    }


def _step(step: Step, setups: Setups) -> dict[str, Any]:
    setup, changed, beside = setups
    return {
        "does": _(step.does),
        "look_for": _(step.look_for),
        "setup": setup.to_json(),
        "changed": None if changed is None else changed.to_json(),
        "beside": None if beside is None else beside.to_json(),
        "goes_on": step.setup is None,
        "region": step.region,
        "plays": step.plays,
        "slowly": step.slowly,
        "expects": [{"text": condition.text(), **dataclasses.asdict(condition)} for condition in step.expects],
    }
