"""Make what belongs to the pages of docs/articles: what their code prints, their figures, and the notebooks.

    python tools/make_articles.py               write the notebooks anew from the pages
    python tools/make_articles.py --run         run the pages first: fill blocks of text, draw figures
    python tools/make_articles.py --check       write nothing; exit code 1 if a notebook is not what its page says

A block of Python whose last line is a picture is followed by an image: the picture, saved. Blocks of text are what the
block before them prints. The Chinese page shows the same Python. A notebook has the page's words and code, so it cannot
drift from it.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import io
import json
import posixpath
import re
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

from glassnet.texts import set_language

ROOT = Path(__file__).parents[1]
NAMES = (
    "activations-losses-softmax",
    "fully-connected-networks",
    "autograd-activations-losses",
    "softmax-notes",
    "overlooked-basics",
)
FOLDERS = {"en": "docs/articles", "zh": "docs/articles/zh"}
NOTEBOOKS = {"en": "notebooks", "zh": "notebooks/zh"}
MADE = {
    "en": "This notebook is made from [a page of glassnet's documentation]({page}) by `tools/make_articles.py`.",
    "zh": "本笔记由 `tools/make_articles.py` 根据 glassnet 文档中的[这一页]({page})生成。",
}
IMAGE = r"!\[[^\]]*\]\(([^)]+\.svg)\)"


class Part(NamedTuple):
    """A piece of a page: "markdown", or a block with its language."""

    kind: str
    text: str


def parts(text: str) -> Iterator[Part]:
    """Take a page apart; put together again, the parts are the page."""
    at = 0
    for found in re.finditer(r"^```(\w*)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE):
        yield Part("markdown", text[at : found.start()])
        yield Part(found[1] or "plain", found[2])
        at = found.end()
    yield Part("markdown", text[at:])


def together(pieces: list[Part]) -> str:
    """Put the parts of a page together."""
    return "".join(
        part.text if part.kind == "markdown" else f"```{part.kind.replace('plain', '')}\n{part.text}```"
        for part in pieces
    )


def page_path(name: str, spoken: str) -> Path:
    """Where a page lies."""
    return ROOT / FOLDERS[spoken] / f"{name}.md"


def notebook_path(name: str, spoken: str) -> Path:
    """Where a notebook lies."""
    return ROOT / NOTEBOOKS[spoken] / f"{name}.ipynb"


# ------------------------------------------------------------------------------------------------------------- running


def executed(code: str, names: dict[str, Any]) -> tuple[str, Any]:
    """Run a block; return what it prints, and the value of its last line if that is an expression."""
    tree = ast.parse(code)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    value = None
    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec(compile(tree, "page", "exec"), names)  # noqa: S102 (our own page)
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), "page", "eval"), names)  # noqa: S307
    return out.getvalue(), value


def pictures(name: str, spoken: str) -> Iterator[tuple[Path, Any]]:
    """Run a page; give each figure's place with its picture."""
    folder = page_path(name, spoken).parent
    for _part, path, picture, _printed in _run(name, spoken):
        if path is not None:
            yield folder / path, picture


def _run(name: str, spoken: str) -> Iterator[tuple[Part, str | None, Any, str]]:
    """Run a page; with each part go the figure that belongs to it, its picture, and what was printed last."""
    pieces = list(parts(page_path(name, spoken).read_text(encoding="utf-8")))
    names: dict[str, Any] = {}
    printed = ""
    for part, following in zip(pieces, [*pieces[1:], Part("markdown", "")], strict=True):
        value, path = None, None
        set_language(spoken)
        if part.kind == "python":
            printed, value = executed(part.text, names)
        elif part.kind == "sh":
            printed = "".join(_command(line) for line in part.text.splitlines())
        if hasattr(value, "svg") and (found := re.match(r"\n\n" + IMAGE, following.text)):
            path = found[1]
        yield part, path, value, printed
    set_language(None)


def _command(line: str) -> str:
    import shlex
    import subprocess

    done = subprocess.run(shlex.split(line), capture_output=True, text=True, check=True)
    return done.stdout


def svg(picture: Any, spoken: str) -> str:
    """Draw a picture as SVG, with the version of what has drawn it."""
    set_language(spoken)
    try:
        text: str = picture.svg()
    finally:
        set_language(None)
    return f"{text.rstrip()}\n<!-- matplotlib {version('matplotlib')} -->\n"


def run(name: str, spoken: str) -> None:
    """Fill blocks of text whose numbers have changed, and draw the figures."""
    path = page_path(name, spoken)
    pieces = []
    for part, place, picture, printed in _run(name, spoken):
        pieces.append(Part("text", printed.rstrip() + "\n") if part.kind == "text" and "…" not in part.text else part)
        if place is not None:
            target = path.parent / place
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(svg(picture, spoken), encoding="utf-8")
    path.write_text(together(pieces), encoding="utf-8")


# ----------------------------------------------------------------------------------------------------------- notebooks


def notebook(name: str, spoken: str) -> str:
    """Make the notebook of a page: its words, its code, without what the code will print and draw by itself."""
    page = page_path(name, spoken).relative_to(ROOT).as_posix()
    home = posixpath.dirname(notebook_path(name, spoken).relative_to(ROOT).as_posix())
    cells: list[tuple[str, str]] = []
    words, before = "", ""
    for part in parts((ROOT / page).read_text(encoding="utf-8")):
        if part.kind == "markdown":
            text = re.sub(r"^\n\n" + IMAGE, "", part.text) if before == "python" else part.text
            words += _moved(text, posixpath.dirname(page), home)
        elif part.kind in ("python", "sh"):
            cells += [("markdown", words), ("code", part.text if part.kind == "python" else _shell(part.text))]
            words = ""
        elif part.kind == "math":
            words += f"$$\n{part.text}$$"
        elif part.kind == "plain":
            words += f"```\n{part.text}```"
        before = part.kind if part.kind != "markdown" else before
    cells.append(("markdown", words))
    if spoken != "en":
        choice = f'from glassnet.texts import set_language\n\nset_language("{spoken}")\n'
        cells.insert(1, ("code", choice))
    cells.append(("markdown", MADE[spoken].format(page=posixpath.relpath(page, home))))
    told: list[dict[str, Any]] = [
        {"cell_type": kind, "id": f"{place:02}", "metadata": {}, "source": text.strip().splitlines(keepends=True)}
        | ({"execution_count": None, "outputs": []} if kind == "code" else {})
        for place, (kind, text) in enumerate((kind, text) for kind, text in cells if text.strip())
    ]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    whole = {
        "cells": told,
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def _shell(text: str) -> str:
    return "".join(f"!{line}\n" for line in text.splitlines())


def _moved(text: str, old: str, new: str) -> str:
    """Let links that are told from one folder lead to the same places from another."""

    def link(found: re.Match[str]) -> str:
        target = found[1]
        if "://" in target or target.startswith("#"):
            return found[0]
        return f"]({posixpath.relpath(posixpath.join(old, target), new)})"

    return re.sub(r"\]\(([^)]+)\)", link, text)


def stale() -> list[str]:
    """Name the notebooks that are not what their pages say."""
    found = []
    for spoken in FOLDERS:
        for name in NAMES:
            path = notebook_path(name, spoken)
            if not path.exists() or path.read_text(encoding="utf-8") != notebook(name, spoken):
                found.append(path.relative_to(ROOT).as_posix())
    return found


def main() -> int:
    """Run, write or check; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", nargs="*", metavar="NAME", help="run these pages, or all; fill outputs, draw figures")
    parser.add_argument("--check", action="store_true", help="write nothing")
    said = parser.parse_args()
    if said.check:
        found = stale()
        print("\n".join(f"{name} is not up to date" for name in found))
        return 1 if found else 0
    for spoken in FOLDERS:
        for name in NAMES:
            if said.run is not None and (not said.run or name in said.run):
                run(name, spoken)
            target = notebook_path(name, spoken)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(notebook(name, spoken), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
