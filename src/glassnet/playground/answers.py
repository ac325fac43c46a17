"""What each message of a page does, and what it is answered with.

`ANSWERS` has a function for each type of message. It runs in a thread of its own, in the page's language, and gives the
fields of the answer, or a future of the session that will have them. `Told` says that the session itself has put the
answer into its outbox, before the rows and the frame that belong to it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

import glassnet
from glassnet.playground import curves, export, offers, points, units
from glassnet.playground.material import material_of
from glassnet.playground.messages import MessageError
from glassnet.playground.preparing import Prepared, prepare
from glassnet.playground.run import Run
from glassnet.playground.session import Session
from glassnet.playground.setup import DEFAULT, Setup
from glassnet.playground.uploads import Tables
from glassnet.table import Table
from glassnet.texts import _, language

Fields = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """A message on its way to its answer.

    Parameters
    ----------
    fields : dict
        As `messages.checked` gives them.
    session : Session
    tables : Tables
    opens_with : Setup
        Where the page has no set-up.
    visit : str
        The visit's number, by which the page may ask for its model.
    head : dict
        What the answer begins with: type, id, ok; None where the page wants no answer.
    """

    fields: Fields
    session: Session
    tables: Tables
    opens_with: Setup
    visit: str
    head: Fields | None


class Told:
    """The answer is in the outbox already; wait for the future, which may still fail."""

    def __init__(self, future: Future[Any]) -> None:
        self.future = future


Answer = Fields | Future[Any] | Told


def answer(kind: str, asked: Asked) -> Answer:
    """Do what a message asks.

    Raises
    ------
    GlassnetError
        With a text for people, if it can't be done.
    """
    return ANSWERS[kind](asked)


def hello(asked: Asked) -> Answer:
    """Say what there is, and start with the page's set-up, or with that of the server."""
    if "lang" in asked.fields:
        asked.session.speak(asked.fields["lang"])
    setup = Setup.from_json(asked.fields["setup"]) if "setup" in asked.fields else asked.opens_with
    told = {
        "catalog": offers.catalog(),
        "sets": offers.sets(),
        "default": asked.opens_with.to_json(),
        "defaults": DEFAULT.to_json(),
        "limits": offers.limits(),
        "version": glassnet.__version__,
        "tables": asked.tables.to_json(),
        "lang": language(),
        "session": asked.visit,
    }
    return _started(asked, setup, "main", told)


def set_(asked: Asked) -> Answer:
    """Start a run anew on a set-up."""
    return _started(asked, Setup.from_json(asked.fields["setup"]), asked.fields["run"], {})


def beside(asked: Asked) -> Answer:
    """Start a second run beside the first."""
    return _started(asked, Setup.from_json(asked.fields["setup"]), "beside", {})


def point(asked: Asked) -> Answer:
    """Explain a point, given by its numbers or as a row."""
    fields = asked.fields
    if ("x" in fields) == ("row" in fields):
        raise MessageError(_("point needs x, or a row; one of both"), "x")

    def explain(run: Run) -> Fields:
        material, prepared = run.prepared.material, run.prepared
        x, target = fields.get("x"), fields.get("target")
        if "row" in fields:
            part, index = fields["row"]["part"], fields["row"]["index"]
            X = material.X_train if part == "train" else material.X_test
            known = material.codes_train if part == "train" else material.codes_test
            y = known if known is not None else (material.y_train if part == "train" else material.y_test)
            if index >= len(X):
                text = _("there are {n} rows of that part; got row {index}")
                raise MessageError(text.format(n=len(X), index=index), "row.index")
            x, target = X[index].tolist(), y[index].item() if target is None else target
        return points.point(
            prepared.network,
            prepared.data,
            run.weights,
            x,
            target,
            codes=prepared.codes,
            class_names=material.class_names or None,
            column_names=material.column_names,
        )

    return _of_run(asked, explain)


def unit(asked: Asked) -> Answer:
    """Put a unit in words."""

    def explain(run: Run) -> Fields:
        material, prepared = run.prepared.material, run.prepared
        return units.unit(
            prepared.network,
            prepared.data,
            run.weights,
            run.trace,
            asked.fields["layer"],
            asked.fields["unit"],
            codes=prepared.codes,
            class_names=material.class_names or None,
            column_names=material.column_names,
        )

    return _of_run(asked, explain)


def curve(asked: Asked) -> Answer:
    """Describe an activation while it is typed."""
    return curves.curve(asked.fields["activation"])


def export_(asked: Asked) -> Answer:
    """Write the Python code that builds and trains this very network."""

    def write(run: Run) -> Fields:
        return {"code": export.python_code(run.prepared, run.epoch), "filename": "playground.py"}

    return _of_run(asked, write)


def model_file(runs: Mapping[str, Run], name: str) -> tuple[str, bytes]:
    """Write the model of a run; its file's name, and its bytes."""
    run = _named(runs, name)
    return f"playground-{run.epoch}.glass", export.model_file(run.prepared, run)


def prepared_of(setup: Setup, tables: Mapping[str, Table]) -> Prepared:
    """Make all that comes before the engine."""
    return prepare(setup, material_of(setup, tables))


def described(prepared: Prepared) -> Fields:
    """Describe what is trained, on what, and why it is this."""
    network, material = prepared.network, prepared.material
    last = len(network.layers) - 1
    layers = [
        {
            "units": layer.units,
            "activation": layer.activation.name,
            "formula": layer.activation.formula,
            "kind": "hidden" if place < last else "output",
        }
        for place, layer in enumerate(network.layers)
    ]
    return {
        "setup": prepared.setup.to_json(),
        "choices": [choice.to_json() for choice in prepared.choices],
        "network": {
            "n_inputs": network.n_inputs,
            "layers": layers,
            "n_parameters": network.n_parameters,
            "n_outputs": network.n_outputs,
        },
        "task": material.task,
        "class_names": list(material.class_names),
        "column_names": list(material.column_names),
        "box": list(material.box),
        "scales": material.scales,
        "images": material.images,
        "notes": list(material.notes),
    }


def _started(asked: Asked, setup: Setup, run: str, told: Fields) -> Told:
    prepared = prepared_of(setup, asked.tables)
    answer = None if asked.head is None else {**asked.head, **told, "run": run, **described(prepared)}
    return Told(asked.session.set(prepared, run, answer))


def _of_run(asked: Asked, function: Callable[[Run], Fields]) -> Future[Any]:
    return asked.session.ask(lambda runs: function(_named(runs, asked.fields["run"])))


def _named(runs: Mapping[str, Run], name: str) -> Run:
    if name not in runs:
        text = _("there is no second run now") if name == "beside" else _("the first message must be hello")
        raise MessageError(text, "run")
    return runs[name]


ANSWERS: dict[str, Callable[[Asked], Answer]] = {
    "hello": hello,
    "set": set_,
    "play": lambda asked: asked.session.play(asked.fields.get("pace", "full")),
    "pause": lambda asked: asked.session.pause(),
    "step": lambda asked: asked.session.step(asked.fields["epochs"]),
    "go_to": lambda asked: asked.session.go_to(asked.fields["epoch"]),
    "beside": beside,
    "keep": lambda asked: asked.session.keep(asked.fields["run"]),
    "point": point,
    "unit": unit,
    "curve": curve,
    "export": export_,
    "view": lambda asked: asked.session.view(**asked.fields),
    "lang": lambda asked: asked.session.speak(asked.fields["lang"]),
}
