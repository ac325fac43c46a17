"""`glassnet explain` and `glassnet list` as people type them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from glassnet.cli import readers
from glassnet.cli.options import Common, Json, Language, option
from glassnet.cli.usage import Interrupted, complained, complaint, needed
from glassnet.texts import _

NUMBERS, OUTPUT = _("Numbers of a computation"), _("Output")


def _several(name: str) -> Any:
    def read(text: str) -> tuple[float, ...]:
        values = _floats(text.split(","))
        if values is None:
            sentence = _('{option} must be numbers between commas, as 2,1,0.1; got "{received}".')
            raise complaint(sentence.format(option=name, received=text))
        return values

    return read


def _floats(texts: list[str]) -> tuple[float, ...] | None:
    try:
        values = tuple(map(float, texts))
    except ValueError:
        return None
    return values if all(map(math.isfinite, values)) else None


def _at(text: str) -> Mapping[str, float]:
    parts = [part.rpartition("=") for part in text.split(",")]
    names = [name.strip() or "x" for name, _equals, _value in parts]
    values = _floats([value for _name, _equals, value in parts])
    if values is None or len(set(names)) != len(names):
        sentence = _('{option} must be the number of x, or names and numbers, as x=1,beta=2; got "{received}".')
        raise complaint(sentence.format(option="--at", received=text))
    return dict(zip(names, values, strict=True))


def _given(name: str, text: str, *, reader: Any = None, metavar: str = "") -> Any:
    return option(
        name,
        text,
        metavar=metavar or _("NUMBERS"),
        panel=NUMBERS,
        parser=reader if reader is not None else _several(name),
    )


def explain(
    context: typer.Context,
    names: Annotated[
        list[str] | None,
        typer.Argument(
            show_default=False,
            metavar=_("NAMES"),
            help=_(
                "Names, as relu, huber, he_normal, adam, cosine or neuron, or formulas of x in quotation marks; "
                "computations, step by step: {computations}."
            ).format(computations="softmax-cross-entropy, sigmoid-cross-entropy, neuron-mse, network-update"),
            rich_help_panel=_("Functions"),
        ),
    ] = None,
    at: Annotated[
        Any | None,
        _given(
            "--at",
            _("Where a formula, an activation or a loss is computed step by step: 1.0, or p=1,y=3."),
            reader=_at,
            metavar=_("NUMBER|NAME=NUMBER"),
        ),
    ] = None,
    logits: Annotated[Any | None, _given("--logits", _("Raw scores, as 2,1,0.1."))] = None,
    target: Annotated[
        Any | None, _given("--target", _("What it should be: the class of softmax, counted from 0; else numbers."))
    ] = None,
    inputs: Annotated[Any | None, _given("--inputs", _("Inputs of the neuron or of the network."))] = None,
    weights: Annotated[
        Any | None,
        _given("--weights", _("One for each input of the neuron; six of the 2-2-1 network, layer by layer.")),
    ] = None,
    bias: Annotated[Any | None, _given("--bias", _("Of the neuron; three of the 2-2-1 network."))] = None,
    learning_rate: Annotated[
        Any | None,
        _given(
            "--learning-rate",
            _("Of the network's update."),
            reader=readers.number("--learning-rate", above=0),
            metavar=_("NUMBER"),
        ),
    ] = None,
    activation: Annotated[
        Any | None,
        _given(
            "--activation", _("Of the network's hidden units."), reader=readers.name("--activation"), metavar=_("NAME")
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "--output",
            help=_("File for a picture of the computation: .png or .svg."),
            metavar=_("FILE"),
            show_default=False,
            rich_help_panel=OUTPUT,
        ),
    ] = None,
    force: Annotated[bool, option("--force", _("Overwrite a file that is there."), panel=OUTPUT)] = False,
    as_json: Json = False,
    language: Language = None,  # noqa: ARG001 (read before, see options.py)
) -> int:
    """Collect what was said, and run the command."""
    common: Common = context.obj.overlaid(as_json=as_json, out=out)
    if not names:
        raise needed(_("a name"), context)
    try:
        from glassnet.cli.explain import run
        from glassnet.cli.worked import Numbers
        from glassnet.errors import ParameterError

        numbers = Numbers(at, logits, inputs, weights, bias, target, learning_rate, activation)
        try:
            return run(names, numbers, common.out, common, force=force)
        except ParameterError as error:
            raise complained(error, context) from None
    except KeyboardInterrupt:
        raise Interrupted from None


def list_(
    context: typer.Context,
    kind: Annotated[
        str | None,
        typer.Argument(
            show_default=False,
            metavar=_("KIND"),
            help=_(
                "activations, losses, initializers, optimizers, schedules or words; without it, how many there are."
            ),
        ),
    ] = None,
    as_json: Json = False,
    language: Language = None,  # noqa: ARG001 (read before, see options.py)
) -> int:
    """Collect what was said, and run the command."""
    common: Common = context.obj.overlaid(as_json=as_json)
    try:
        from glassnet.cli.explain import run_list

        return run_list(kind, common)
    except KeyboardInterrupt:
        raise Interrupted from None
