"""What `glassnet.fit` says while it works: the plan, the progress, the result; in the command line's words."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from rich.console import Console

from glassnet.report import evaluation_text, plan_text
from glassnet.report.progress import watcher

if TYPE_CHECKING:
    from rich.console import RenderableType

    from glassnet.engine import Epoch
    from glassnet.estimators.planning import Model, Plan


def as_text(words: RenderableType) -> str:
    """Write what a terminal would show, without colors."""
    console = Console(file=io.StringIO(), highlight=False, width=200, color_system=None)
    console.print(words, soft_wrap=True)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue().rstrip("\n")


def run_aloud(plan: Plan, callback: Callable[[Epoch], Any] | None) -> Model:
    """Print the plan, run it while showing its progress, print the result."""
    console = Console(highlight=False)
    console.print(plan_text.plan(plan), soft_wrap=True)
    with watcher(Console(stderr=True, highlight=False), plan.training.max_iter) as watch:

        def hear(epoch: Epoch) -> Any:
            watch(epoch)
            return None if callback is None else callback(epoch)

        model = plan.run(hear)
    if model.evaluation_ is not None:
        console.print()
        console.print(evaluation_text.evaluation(model.evaluation_), soft_wrap=True)
    return model
