"""What one takes along: the Python that builds and trains exactly this network, and the trained model as a file."""

from __future__ import annotations

import copy
import inspect
import math
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from glassnet import engine
from glassnet.catalog import Activation, Initializer, Loss
from glassnet.estimators import preparing
from glassnet.playground.preparing import Prepared
from glassnet.playground.setup import DataChoice, described_entry

if TYPE_CHECKING:
    from glassnet.playground.run import Run

INDENT = "    "
UNTOLD = ("n_threads", "callback")  # the first changes no result, the second is told apart
POINTS_A_LINE = 4


def python_code(prepared: Prepared, epoch: int) -> str:
    """Write the Python that builds the same rows, trains the same network, and stops at an epoch.

    Parameters
    ----------
    prepared : Prepared
    epoch : int
        0: train until max_iter.

    Returns
    -------
    str
        A program; it prints the loss of that epoch, equal to the playground's to the last bit on the same kind of
        machine. A table is read from the file of its name, in the folder where the program runs.

    Examples
    --------
    >>> from glassnet.playground.material import material_of
    >>> from glassnet.playground.preparing import prepare
    >>> from glassnet.playground.setup import DEFAULT
    >>> print(python_code(prepare(DEFAULT, material_of(DEFAULT)), epoch=100))
    import glassnet as gn
    from glassnet.playground import rows
    <BLANKLINE>
    X_train, X_test, y_train, y_test = rows("spiral", n_rows=500, noise=0.1, test_share=0.3, seed=0)
    <BLANKLINE>
    model = gn.MLPClassifier(
        hidden_layer_sizes=(8, 8),
        activation="tanh",
        alpha=0.0,
        batch_size=32,
        learning_rate_init=0.01,
        max_iter=2000,
        random_state=0,
        tol=0.0,
        n_iter_no_change=float("inf"),
        initializer="auto",
        bias_initializer="zeros",
        dtype="float32",
        callback=lambda state: state.epoch == 100,  # true: stop
    )
    model.fit(X_train, y_train, X_val=X_test, y_val=y_test)
    <BLANKLINE>
    print("loss", model.loss_)
    print("test accuracy", model.validation_scores_[-1])
    <BLANKLINE>
    """
    tested = len(prepared.material.y_test) > 0
    lines = ["import glassnet as gn", "from glassnet.playground import rows", ""]
    lines += _data(prepared.setup.data)
    lines += ["", f"model = gn.{type(prepared.estimator).__name__}("]
    lines += [f"{INDENT}{name}={_written(value)}," for name, value in _parameters(prepared.estimator)]
    if epoch > 0:
        lines.append(f"{INDENT}callback=lambda state: state.epoch == {epoch},  # true: stop")
    lines += [")", f"model.fit(X_train, y_train{', X_val=X_test, y_val=y_test' if tested else ''})", ""]
    lines.append('print("loss", model.loss_)')
    if tested:
        measure = "test accuracy" if prepared.material.task == "classification" else "test R2"
        lines.append(f'print("{measure}", model.validation_scores_[-1])')
    return "\n".join(lines) + "\n"


def model_file(prepared: Prepared, run: Run) -> bytes:
    """Write the trained model as a `.glass` file: `glassnet predict`, `diagnose` and `gn.load` read it.

    Parameters
    ----------
    prepared : Prepared
    run : Run
        Of `prepared`; its weights and its trace are taken as they are now.

    Returns
    -------
    bytes
    """
    with tempfile.TemporaryDirectory(prefix="glassnet-") as folder:
        path = Path(folder) / "model.glass"
        fitted_model(prepared, run).save(path)
        return path.read_bytes()


def fitted_model(prepared: Prepared, run: Run) -> Any:
    """Make the fitted estimator of a run as it stands: an `MLPClassifier` or `MLPRegressor`."""
    model = copy.copy(prepared.estimator)  # the one in `prepared` stays as it is
    trace = run.trace
    fit = engine.Fit(
        coefs=[array.copy() for array in run.weights.coefs],
        intercepts=[array.copy() for array in run.weights.intercepts],
        state=None,
        trace=trace,
        stop_reason=run.stop_reason or "listener",
        best_epoch=run.epoch,
        learned=[array.copy() for array in run.weights.learned],
    )
    preparing.fitted(model, prepared.fit, fit)
    model.n_iter_ = run.epoch  # a long run's trace has gaps
    if prepared.training.solver != "lbfgs":
        model.t_ = run.epoch * len(prepared.material.y_train)
    return model


def _data(data: DataChoice) -> list[str]:
    """Write the call of `rows` with what matters to these data."""
    split = f"test_share={data.test_share!r}, seed={data.seed}"
    task = "" if data.task == "auto" else f"task={_written(data.task)}, "
    if data.name == "drawn":
        numbers = [f"({', '.join(_short(part) for part in point)})" for point in data.points]
        lines = [numbers[i : i + POINTS_A_LINE] for i in range(0, len(numbers), POINTS_A_LINE)]
        return [
            "points = [",
            *(f"{INDENT}{', '.join(line)}," for line in lines),
            "]",
            f'X_train, X_test, y_train, y_test = rows("drawn", points=points, {task}{split})',
        ]
    if data.name == "table":
        assert data.table is not None
        return [
            "X_train, X_test, y_train, y_test = rows(",
            f'{INDENT}"table",',
            f"{INDENT}table={_written(data.table.name)},",
            f"{INDENT}columns={_written(data.table.columns)},",
            f"{INDENT}target={_written(data.table.target)},",
            f"{INDENT}{task}{split},",
            ")",
        ]
    classes = f"n_classes={data.n_classes}, " if data.name in ("blobs", "rings") else ""
    made = f'rows("{data.name}", n_rows={data.n_rows}, {classes}noise={data.noise!r}, {split})'
    return [f"X_train, X_test, y_train, y_test = {made}"]


def _parameters(estimator: Any) -> list[tuple[str, Any]]:
    """List what differs from the constructor's defaults, in its order."""
    declared = inspect.signature(type(estimator).__init__).parameters
    given = estimator.get_params(deep=False)
    return [
        (name, given[name])
        for name, parameter in declared.items()
        if name in given and name not in UNTOLD and not _is(given[name], parameter.default)
    ]


def _is(value: Any, default: Any) -> bool:
    if isinstance(value, Activation | Initializer | Loss):
        return bool(described_entry(value) == default)
    return type(value) is type(default) and bool(value == default)


def _written(value: Any) -> str:
    """Write a value as Python."""
    if isinstance(value, Activation | Initializer | Loss):
        described = described_entry(value)
        return _written(described) if isinstance(described, str) else repr(value)
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, float) and math.isinf(value):
        return 'float("inf")'
    if isinstance(value, list):
        return f"[{', '.join(map(_written, value))}]"
    if isinstance(value, tuple):
        return f"({', '.join(map(_written, value))}{',' if len(value) == 1 else ''})"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_written(key)}: {_written(entry)}' for key, entry in value.items())}}}"
    return repr(value)


def _quoted(text: str) -> str:
    """Write a text in double quotes; whatever it holds, the result is one literal of that text."""
    written = repr(text)
    if written.startswith("'") and '"' not in written:
        return f'"{written[1:-1]}"'
    return written


def _short(number: float) -> str:
    return str(int(number)) if number.is_integer() else repr(number)
