"""`glassnet plot`: curves of the catalog's functions, as a file or in a window."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import glassnet
from glassnet.cli.files import check_free
from glassnet.cli.options import Common
from glassnet.errors import PictureError
from glassnet.report.pictures import Picture, has_display

FOLDER = Path("glassnet-plots")
ENDINGS = (".png", ".svg")
LONGEST = 80  # characters of a file's name


@dataclass(frozen=True)
class Request:
    """What `glassnet plot` was asked for."""

    names: tuple[str, ...]
    together: bool
    derivative: bool
    interval: tuple[float, float] | None
    parameters: Mapping[str, float]
    fans: tuple[int, int]
    force: bool
    show: bool


def run(request: Request, common: Common) -> int:
    """Draw, write the file and print its path; return the exit code."""
    if common.out is not None and common.out.suffix.lower() not in ENDINGS:
        raise PictureError.file_kind(common.out.suffix)
    if request.show and not has_display():
        raise PictureError.no_display()
    picture: Picture = glassnet.plot(
        *request.names,
        together=request.together,
        interval=request.interval,
        derivative=request.derivative,
        fans=request.fans,
        **request.parameters,
    )
    if common.out is None:
        FOLDER.mkdir(exist_ok=True)
        path = FOLDER / f"{_file_name(request.names)}.png"
    else:
        path = common.out
        check_free(path, force=request.force)
    picture.save(path)
    if common.as_json:
        print(  # noqa: T201
            json.dumps(
                {"command": "plot", "version": glassnet.__version__, "file": str(path), "shows": list(picture.names)}
            )
        )
    else:
        print(path)  # noqa: T201
    if request.show:
        picture.show()
    return 0


def _file_name(names: tuple[str, ...]) -> str:
    """Make a file's name of what is drawn, of letters that every system allows.

    Examples
    --------
    >>> _file_name(("sigmoid", "x*sigmoid(x)")), _file_name(())
    ('sigmoid-x-sigmoid-x', 'activations')
    """
    name = re.sub(r"[^\w.]+", "-", "-".join(names)).strip("-.")
    return name[:LONGEST].rstrip("-.") or "activations"
