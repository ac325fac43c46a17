"""What `glassnet demo` says, and why things are done as they are. Words only; the numbers come from `demo.py`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.cells import cell_len
from rich.console import Group, RenderableType
from rich.text import Text

from glassnet.cli.digits import COPIES, Digits
from glassnet.diagnosis import Accuracy, Confusion, Diagnosis, Finding
from glassnet.report import diagnosis_text, evaluation_text, terminal
from glassnet.texts import _, later

CURVES_NOTE = later("Train is measured on varied copies and with dropout, so it may lie above validation")


def opening(digits: Digits, widths: Sequence[int], recipe: dict[str, float]) -> RenderableType:
    """Say what will be done and why.

    Parameters
    ----------
    digits : Digits
    widths : sequence of int
        Units of all layers, inputs first.
    recipe : dict
        "rate", "epochs", "batch", "dropout", "parameters".
    """
    n_images = digits.n_originals + len(digits.X_val) + len(digits.X_test)
    title = _("Handwritten digits · {n} images of 8 × 8 pixels, ten classes").format(n=f"{n_images:,}")
    chain = " → ".join([str(widths[0]), *(f"{units} relu" for units in widths[1:-1]), f"{widths[-1]} softmax"])
    rows = [
        (
            _("task"),
            [
                _("which of ten digits is it? → softmax output: probabilities with sum 1"),
                _("→ cross-entropy loss: its gradient is simply p − t"),
            ],
        ),
        (
            _("data"),
            [
                _("test {test}, put aside until the end · validation {validation}").format(
                    test=len(digits.X_test), validation=len(digits.X_val)
                ),
                _("train {n}, each with {copies} copies turned, scaled, shifted a little").format(
                    n=f"{digits.n_originals:,}", copies=COPIES
                ),
            ],
        ),
        (
            _("network"),
            [
                _("{chain} · {parameters} parameters").format(chain=chain, parameters=f"{recipe['parameters']:,}"),
                _("He weights, because of relu · {dropout} dropout, against learning by heart").format(
                    dropout=f"{recipe['dropout']:.0%}"
                ),
            ],
        ),
        (
            _("solver"),
            [
                _("adam · rate {rate}, falling to 0 along a cosine · batches of {batch}").format(
                    rate=recipe["rate"], batch=recipe["batch"]
                ),
            ],
        ),
    ]
    return Group(Text(title, style="bold"), terminal.facts(rows), Text())


def scores(accuracy: Accuracy, confused: Sequence[Confusion]) -> RenderableType:
    """Say how good it is on images never seen, and what it confuses."""
    text = _("{share} ({right} of {n}; 95% interval {low} to {high}%)").format(
        share=f"{accuracy.share:.1%}",
        right=accuracy.right,
        n=accuracy.n,
        low=f"{100 * accuracy.low:.1f}",
        high=f"{100 * accuracy.high:.1f}",
    )
    rows = [(_("test accuracy"), [text]), (_("most confused"), [_confused(confused)])]
    return Group(Text(), terminal.facts(rows, _name_width()), Text())


def _name_width() -> int:
    """Width of the names in all blocks after training, so that what stands beside them aligns."""
    return max(map(cell_len, (_("test accuracy"), _("most confused"), _("inside"), _("pictures"), _("Next"))))


def _confused(pairs: Sequence[Confusion]) -> str:
    if not pairs:
        return _("nothing: every image was recognized")
    shown = [_("{true} taken for {predicted}").format(true=pair.true, predicted=pair.predicted) for pair in pairs[:3]]
    more = [_("and others")] if len(pairs) > len(shown) else []
    n = pairs[0].count
    if len(pairs) == 1:
        times = _(" (once)") if n == 1 else _(" ({n} times)").format(n=n)
    else:
        times = _(" (once each)") if n == 1 else _(" ({n} times each)").format(n=n)
    return _(", ").join(shown + more) + times


def inside(findings: Sequence[Finding], found: Diagnosis) -> RenderableType:
    """Say what the trace tells about the layers, and what is wrong if anything is."""
    parts: list[RenderableType] = [Text(), evaluation_text.inside(findings, _name_width())]
    if found.warnings:
        parts += [Text(), diagnosis_text.diagnosis(found, notes=False), Text()]
    return Group(*parts)


def pictures(paths: Sequence[Path]) -> RenderableType:
    """Say where the pictures lie."""
    return terminal.facts([(_("pictures"), [str(path) for path in paths])], _name_width())


def ending(seed: int) -> RenderableType:
    """Say what to do next; only what exists."""
    rows = [
        (
            _("Next"),
            [
                _("glassnet demo --seed {seed}   (other images held out, other weights)").format(seed=seed + 1),
                _("glassnet train YOUR.csv --target COLUMN   (your own table)"),
                _("the same in Python:"),
                "  import glassnet",
                '  model = glassnet.fit("YOUR.csv", target="COLUMN")',
            ],
        )
    ]
    return Group(Text(), terminal.facts(rows, _name_width()))


def interrupted(epoch: int, epochs: int) -> RenderableType:
    """Say that what follows comes from a training that was not finished."""
    text = _("interrupted after epoch {epoch} of {epochs}: what follows comes from the weights so far")
    return Text("  " + text.format(epoch=epoch, epochs=epochs), style="yellow")
