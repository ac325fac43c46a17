"""Write the pages of docs/functions from the catalog: one page a kind, one section an entry, in English and Chinese.

    python tools/make_pages.py             writes the pages, and curves that are missing or show other data
    python tools/make_pages.py --curves    draws all curves anew
    python tools/make_pages.py --check     writes nothing; exits with 1 where a page or a curve is not up to date

The pages say what `glassnet explain` says; the curves are those of `glassnet plot`. A picture's bytes depend on the
version of matplotlib, so a curve carries a fingerprint of the numbers that it shows, and that is what is compared.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from glassnet.catalog import Activation, Entry, Initializer, Loss, Schedule
from glassnet.catalog.explanation import Line
from glassnet.catalog.finding import CATALOGS
from glassnet.catalog.latex import latex, symbol
from glassnet.errors import GlassnetError
from glassnet.texts import _, language, set_language

FOLDER = Path(__file__).parents[1] / "docs" / "functions"
CURVES = "curves"
LANGUAGES = {"en": "", "zh": "zh/"}
TITLES = {
    "activations": {"en": "Activations", "zh": "激活函数"},
    "losses": {"en": "Losses", "zh": "损失函数"},
    "initializers": {"en": "Initializers", "zh": "初始化方法"},
    "optimizers": {"en": "Optimizers", "zh": "优化器"},
    "schedules": {"en": "Learning-rate schedules", "zh": "学习率策略"},
}
INTRODUCTION = {
    "en": "Generated from the catalog by `tools/make_pages.py`: every number follows from the formula. "
    "`glassnet explain NAME` says the same in a terminal, `glassnet plot NAME` draws the picture.",
    "zh": "由 `tools/make_pages.py` 根据目录生成：每个数字都由公式推导得出。"
    "`glassnet explain 名称` 在终端里给出同样的内容，`glassnet plot 名称` 绘制图形。",
}
ALSO = {"en": "Also called {names}.", "zh": "又名 {names}。"}
# What the formulas at the head of a section, or other lines, say already.
SAID_BY_FORMULAS = ("formula", "derivative", "by p", "by z")
DOTS = 400


def pages() -> Iterator[tuple[str, str]]:
    """Make every page: its path below docs/functions, and its text."""
    for spoken, folder in LANGUAGES.items():
        set_language(spoken)
        try:
            for kind in CATALOGS:
                yield f"{folder}{kind}.md", page(kind)
        finally:
            set_language(None)


def page(kind: str) -> str:
    """Write the page of one kind in the language in use."""
    entries = list(CATALOGS[kind])
    up = "" if LANGUAGES[language()] == "" else "../"
    other = next(name for name in LANGUAGES if name != language())
    link = f"{up}{LANGUAGES[other]}{kind}.md"
    parts = [
        f"# {TITLES[kind][language()]}",
        f"[{'中文' if other == 'zh' else 'English'}]({link})",
        INTRODUCTION[language()],
        "\n".join(
            [
                f"| {_('name')} | {_('formula')} | {_('use')} |",
                "|---|---|---|",
                *(
                    f"| [{entry.name}](#{entry.name}) | {_code(entry.formula)} | {_cell(use)} |"
                    for entry in entries
                    for use in (entry.remarks.translated().use,)
                ),
            ]
        ),
        *(section(entry, up) for entry in entries),
    ]
    return "\n\n".join(parts) + "\n"


def section(entry: Entry, up: str) -> str:
    """Write the section of one entry."""
    told = entry.explain()
    said = {_(label) for label in SAID_BY_FORMULAS} if mathematics(entry) else set()
    rows = [line for line in told.lines if line.label not in said]
    parts = [f"## {entry.name}"]
    if entry.synonyms:
        parts.append(ALSO[language()].format(names=", ".join(entry.synonyms)))
    if has_curve(entry):
        parts.append(f"![{entry.name}]({up}{CURVES}/{entry.kind}-{entry.name}.svg)")
    parts += [f"```math\n{text}\n```" for text in mathematics(entry)]
    parts.append("\n".join([f"| {entry.name} | |", "|---|---|", *map(_row, rows)]))
    return "\n\n".join(parts)


def mathematics(entry: Entry) -> list[str]:
    """Set the formulas of an entry in LaTeX, each with what it is equal to."""
    if isinstance(entry, Activation):
        if entry.over_axis:
            return _of_axis(entry)
        letters = "".join(f",\\quad {symbol(name)} = \\text{{{name}}}" for name in entry.declared)
        return [f"f(x) = {entry.latex}{letters if entry.declared else ''}", f"f'(x) = {entry.derivative_latex}"]
    if isinstance(entry, Loss):
        found = [f"L(y, p) = {entry.latex}"]
        by_score = entry.gradient_formula
        over = r"\frac{\partial L}{\partial z}" if by_score else r"\frac{\partial L}{\partial p}"
        indexed = "sum(" in entry.formula
        return [*found, f"{over} = {latex(by_score or entry.derivative_formula, indexed=indexed)}"]
    if isinstance(entry, Initializer):
        variance = latex(entry.properties.variance_formula)
        return [f"a = {entry.latex}", rf"\operatorname{{Var}}(w) = {variance}"]
    if isinstance(entry, Schedule):
        return [rf"\eta = {entry.latex}"] if entry.formula else []
    return [line.strip() for line in entry.latex.split(r" \\ ")]


def _of_axis(entry: Activation) -> list[str]:
    from glassnet.catalog.axis_properties import jacobian_latex

    found = [f"f_i(x) = {entry.latex}"] if entry.latex else []
    slopes = jacobian_latex(entry)
    return [*found, rf"\frac{{\partial f_i}}{{\partial x_j}} = {slopes}"] if slopes else found


def _row(line: Line) -> str:
    lines = line.text.splitlines()
    cell = "<br>".join(f"`{text}`" if not line.wraps else _cell(text) for text in lines)
    if line.label == _("formula"):
        cell = "<br>".join(map(_code, lines))
    return f"| {line.label} | {cell} |"


def _code(formula: str) -> str:
    return "<br>".join(f"`{line}`" for line in formula.splitlines())


def _cell(text: str) -> str:
    return re.sub(r"([|*<])", r"\\\1", text)


# -------------------------------------------------------------------------------------------------------------- curves


def has_curve(entry: Entry) -> bool:
    """Whether `glassnet plot` has something to draw."""
    return entry.kind != "optimizer" and bool(entry.formula)


def fingerprint(entry: Entry) -> str:
    """Hash the numbers that a curve shows, in six digits, so that no last bit of a processor changes it."""
    points = [np.asarray(array, np.float64).ravel() for array in _numbers(entry)]
    text = ";".join(f"{value:.5e}" for array in points for value in array + 0.0)
    told = f"{entry.name} {entry.formula} {entry.parameters} {entry.remarks.source} {text}"
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _numbers(entry: Entry) -> list[Any]:
    x = np.linspace(-6, 6, DOTS + 1)
    if isinstance(entry, Activation):
        if entry.over_axis:
            return [entry(np.linspace(-2, 2, 12))]
        return [entry(x).round(9), entry.derivative(x).round(9)]
    if isinstance(entry, Initializer):
        from glassnet.catalog import ACTIVATIONS

        return [entry.distribution(64, 32, ACTIVATIONS.relu)[1]]
    if isinstance(entry, Schedule):
        return [[entry.rate(1.0, progress=t, t=1 + 100 * t) for t in np.linspace(0, 1, 101)]]
    return []  # a loss: its formula says it all


def draw(entry: Entry) -> str:
    """Draw a curve as SVG, with the fingerprint of its numbers."""
    set_language("en")
    try:
        svg: str = entry.plot().svg()
    finally:
        set_language(None)
    return f"{svg.rstrip()}\n<!-- numbers: {fingerprint(entry)} · matplotlib {version('matplotlib')} -->\n"


def curve_path(entry: Entry) -> Path:
    """Where the curve of an entry lies."""
    return FOLDER / CURVES / f"{entry.kind}-{entry.name}.svg"


def is_drawn(entry: Entry) -> bool:
    """Whether the file of a curve shows the entry's numbers."""
    path = curve_path(entry)
    return path.exists() and f"numbers: {fingerprint(entry)} " in path.read_text(encoding="utf-8")[-100:]


def curves() -> list[Entry]:
    """Entries that have a curve."""
    return [entry for catalog in CATALOGS.values() for entry in catalog if has_curve(entry)]


def stale() -> list[str]:
    """Name the files that are not what the catalog says, and those that nothing in the catalog belongs to."""
    wanted = dict(pages())
    found = [name for name, text in wanted.items() if _read(FOLDER / name) != text]
    found += [str(curve_path(entry).relative_to(FOLDER)) for entry in curves() if not is_drawn(entry)]
    known = {FOLDER / name for name in wanted} | {curve_path(entry) for entry in curves()}
    there = {path for path in FOLDER.rglob("*") if path.suffix in (".md", ".svg")}
    return found + [str(path.relative_to(FOLDER)) for path in sorted(there - known)]


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


def main() -> int:
    """Write what is not up to date; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--curves", action="store_true", help="draw all curves anew")
    parser.add_argument("--check", action="store_true", help="write nothing")
    said = parser.parse_args()
    if said.check:
        found = stale()
        print("\n".join(f"docs/functions/{name} is not up to date" for name in found))
        return 1 if found else 0
    wanted = dict(pages())
    for name, text in wanted.items():
        path = FOLDER / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if _read(path) != text:
            path.write_text(text, encoding="utf-8")
            print(path)
    (FOLDER / CURVES).mkdir(exist_ok=True)
    for entry in curves():
        if said.curves or not is_drawn(entry):
            try:
                curve_path(entry).write_text(draw(entry), encoding="utf-8")
            except GlassnetError as error:
                print(f"{entry.name}: {error}")
                return 1
            print(curve_path(entry))
    for name in stale():
        (FOLDER / name).unlink()
        print(f"removed {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
