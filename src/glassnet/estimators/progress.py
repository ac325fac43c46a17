"""What is said during and after training: scikit-learn's lines for `verbose`, and its warnings."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from glassnet.diagnosis import Alarm, Column, ColumnFacts
from glassnet.engine import Epoch, Fit
from glassnet.errors import ScalingWarning
from glassnet.network import TrainingSpec
from glassnet.texts import _

Listener = Callable[[Epoch], bool | None]

PLANNED = ("linear", "cosine", "coslog4")  # schedules that end at max_iter by design

FAR = 1e3  # a column's typical size, or the ratio of two columns' deviations, from which on we speak up


def listener_for(training: TrainingSpec, verbose: bool, callback: Listener | None) -> Listener | None:
    """Join printing and the user's callback; None where nobody listens, so that Python is never entered."""
    if not verbose:
        return callback
    rate, alarm = training.learning_rate_init, Alarm()

    def listen(epoch: Epoch) -> bool | None:
        nonlocal rate
        _say(f"Iteration {epoch.epoch}, loss = {epoch.loss:.8f}")
        if epoch.validation_score is not None:
            _say(f"Validation score: {epoch.validation_score:f}")
        if training.learning_rate == "adaptive" and epoch.learning_rate < rate:
            rate = epoch.learning_rate
            _say(f"Setting learning rate to {rate:f}")
        for words in alarm(epoch) if training.solver != "lbfgs" else ():
            _say(words)
        return callback(epoch) if callback is not None else None

    return listen


def speak_after(fit: Fit, training: TrainingSpec, verbose: bool, *, one_epoch: bool) -> None:
    """Warn where training ended before it was done, and print why it ended.

    Warns
    -----
    ConvergenceWarning
        If max_iter was reached, unless the schedule had planned to end there.
    UserWarning
        If the user interrupted.
    """
    if fit.stop_reason == "interrupted":
        warnings.warn(_("Training interrupted by user."), UserWarning, stacklevel=4)
    elif fit.stop_reason == "max_iter" and not one_epoch and training.learning_rate not in PLANNED:
        if training.solver == "lbfgs":
            text = _("lbfgs stopped after {n} iterations, before it converged: raise max_iter or scale the data")
        else:
            text = _(
                "Stochastic Optimizer: Maximum iterations ({n}) reached and the optimization hasn't converged yet."
            )
        warnings.warn(text.format(n=fit.n_epochs), ConvergenceWarning, stacklevel=4)
    elif verbose and fit.stop_reason in ("converged", "early_stopping") and training.solver != "lbfgs":
        watched = "Validation score" if fit.stop_reason == "early_stopping" else "Training loss"
        _say(
            f"{watched} did not improve more than tol={training.tol:f} for {training.n_iter_no_change} "
            "consecutive epochs. Stopping."
        )


def warn_of_scales(columns: ColumnFacts, names: Any) -> None:
    """Say one sentence if the columns are so badly scaled that training suffers.

    Constant columns do not count, and a factor of 1,000 is tolerated.

    Warns
    -----
    ScalingWarning
    """
    largest, widest, narrowest = columns.largest, columns.widest, columns.narrowest
    if largest is None or widest is None or narrowest is None:
        return

    def name(column: Column) -> Any:
        return column.index if names is None else names[column.index]

    if widest.deviation > FAR * narrowest.deviation and widest.deviation > np.sqrt(FAR):
        warning = ScalingWarning.columns(name(widest), widest.deviation, name(narrowest), narrowest.deviation)
    elif not 1 / FAR <= largest.size <= FAR:
        warning = ScalingWarning.column(name(largest), largest.mean, largest.deviation)
    else:
        return
    warnings.warn(warning, stacklevel=4)


def _say(line: str) -> None:
    print(line)  # noqa: T201 (verbose asks for it; scikit-learn's lines stay English)
