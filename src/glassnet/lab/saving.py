"""Results as files: a page for people, JSON for programs, figures for slides."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from glassnet.lab.page import html_page
from glassnet.lab.result import Result
from glassnet.report.files import write_whole


def save(results: Sequence[Result], folder: str | Path) -> Path:
    """Write results into a folder: index.html, results.json, and figures/NAME.svg and .png.

    Parameters
    ----------
    results : sequence of Result
    folder : path
        Made where it does not exist; files of an earlier run are overwritten.

    Returns
    -------
    Path
        Of the page. It is in the language in use, and needs no other file.

    Raises
    ------
    OSError
        If a file cannot be written.
    """
    folder = Path(folder)
    figures = folder / "figures"
    figures.mkdir(parents=True, exist_ok=True)
    for result in results:
        picture = result.plot()
        for ending in ("svg", "png"):
            picture.save(figures / f"{result.name}.{ending}")
    described = json.dumps([result.to_json() for result in results], allow_nan=False, ensure_ascii=False, indent=1)
    write_whole(folder / "results.json", lambda file: file.write(described.encode()))
    page = html_page(results)
    return write_whole(folder / "index.html", lambda file: file.write(page.encode()))
