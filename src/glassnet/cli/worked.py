"""`glassnet explain` of computations: a graph is worked through at the numbers that were given, printed and drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from glassnet.autograd import worked
from glassnet.autograd.worked import Worked
from glassnet.cli.files import check_free
from glassnet.cli.usage import complaint
from glassnet.errors import PictureError
from glassnet.texts import _

ENDINGS = (".png", ".svg")

# Names, what works them through, and the options that each takes.
COMPUTATIONS: Mapping[str, tuple[Callable[..., Worked], tuple[str, ...]]] = {
    "softmax-cross-entropy": (worked.softmax_cross_entropy, ("logits", "target")),
    "sigmoid-cross-entropy": (worked.sigmoid_cross_entropy, ("logits", "target")),
    "neuron-mse": (worked.neuron_mse, ("inputs", "weights", "bias", "target")),
    "network-update": (
        worked.network_update,
        ("inputs", "weights", "bias", "target", "learning_rate", "activation"),
    ),
}


@dataclass(frozen=True)
class Numbers:
    """What was said of a computation; None where nothing was."""

    at: Mapping[str, float] | None = None
    logits: tuple[float, ...] | None = None
    inputs: tuple[float, ...] | None = None
    weights: tuple[float, ...] | None = None
    bias: tuple[float, ...] | None = None
    target: tuple[float, ...] | None = None
    learning_rate: float | None = None
    activation: str | None = None

    @property
    def said(self) -> dict[str, Any]:
        """What was said, by name."""
        return {name: value for name, value in vars(self).items() if value is not None}


def work(name: str, numbers: Numbers) -> Worked | None:
    """Work a computation through; None where the name means something else and no numbers were given.

    Parameters
    ----------
    name : str
        Of a computation, with - or _; or a formula, or the name of an activation or a loss, with `at`.
    numbers : Numbers
    """
    said = numbers.said
    if "at" in said:
        for option in said:
            if option != "at":
                raise _not_taken(name, option)
        return worked.formula(name, said["at"])
    key = name.strip().lower().replace("_", "-")
    if key not in COMPUTATIONS or (key != name and not said):
        for option in said:
            raise _not_taken(name, option)
        return None
    compute, takes = COMPUTATIONS[key]
    for option in said:
        if option not in takes:
            raise _not_taken(name, option)
    if key == "softmax-cross-entropy" and "target" in said:
        said["target"] = _single("target", said["target"], whole=True)
    elif key in ("neuron-mse", "network-update") and "target" in said:
        said["target"] = _single("target", said["target"])
    if key == "neuron-mse" and "bias" in said:
        said["bias"] = _single("bias", said["bias"])
    return compute(**said)


def check_picture(path: Path, *, force: bool) -> None:
    """Make sure that a picture can be written."""
    if path.suffix.lower() not in ENDINGS:
        raise PictureError.file_kind(path.suffix)
    check_free(path, force=force)


def _not_taken(name: str, option: str) -> Exception:
    sentence = _("{command} takes no {option}.")
    written = "--" + option.replace("_", "-")
    return complaint(sentence.format(command=f"glassnet explain {name}", option=written))


def _single(option: str, values: tuple[float, ...], *, whole: bool = False) -> Any:
    if len(values) != 1 or (whole and values[0] != int(values[0])):
        sentence = _('{option} must be one whole number here; got "{received}".')
        if not whole:
            sentence = _('{option} must be one number here; got "{received}".')
        raise complaint(sentence.format(option=f"--{option}", received=",".join(f"{value:g}" for value in values)))
    return int(values[0]) if whole else values[0]
