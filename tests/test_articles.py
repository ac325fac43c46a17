"""Both languages of docs/articles show the same code; notebooks, figures and the lab's page are up to date."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import re
from pathlib import Path

import pytest

from glassnet import lab

CHECKOUT = Path(__file__).parents[1]


def tool(name):
    spec = importlib.util.spec_from_file_location(name, CHECKOUT / "tools" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


articles = tool("make_articles")
lab_page = tool("make_lab_page")
EVERY = [
    (name, spoken)
    for spoken in articles.FOLDERS
    for name in articles.NAMES
    if articles.page_path(name, spoken).exists()
]


def python_of(name, spoken):
    text = articles.page_path(name, spoken).read_text(encoding="utf-8")
    return [part.text for part in articles.parts(text) if part.kind == "python"]


@pytest.mark.parametrize("name", articles.NAMES)
def test_both_languages_show_the_same_code_and_figures(name):
    assert python_of(name, "en") == python_of(name, "zh")
    assert len(python_of(name, "en")) > 5
    shown = {
        spoken: re.findall(r"images/([\w-]+)", articles.page_path(name, spoken).read_text(encoding="utf-8"))
        for spoken in ("en", "zh")
    }
    assert shown["en"] == shown["zh"]


@pytest.mark.parametrize(("name", "spoken"), EVERY)
def test_every_block_of_code_has_an_outcome(name, spoken):
    """What is printed is shown, so that the tests of documents compare it; a picture is shown too."""
    pieces = list(articles.parts(articles.page_path(name, spoken).read_text(encoding="utf-8")))
    for place, part in enumerate(pieces):
        if part.kind in {"python", "sh"} and ("print(" in part.text or part.kind == "sh"):
            assert pieces[place + 2].kind == "text", part.text
            assert pieces[place + 2].text.strip(), part.text


def test_a_page_is_its_parts():
    text = "# A\n\n```python\nprint(1)\n```\n\n```text\n1\n```\n\n```\nplain\n```\nb\n"
    assert articles.together(list(articles.parts(text))) == text


def test_a_block_gives_what_it_prints_and_its_last_value():
    names: dict[str, object] = {}
    assert articles.executed("a = 2\nprint(a)\na + 1\n", names) == ("2\n", 3)
    assert articles.executed("b = a\n", names) == ("", None)


def test_links_are_moved():
    moved = articles._moved(
        "[a](b.md) [c](../d.md#e) [f](https://g.org) ![h](images/i.svg)", "docs/articles", "notebooks"
    )
    assert moved == (
        "[a](../docs/articles/b.md) [c](../docs/d.md#e) [f](https://g.org) ![h](../docs/articles/images/i.svg)"
    )


def test_notebooks_are_up_to_date():
    assert articles.stale() == [], "run python tools/make_articles.py"


def test_links_of_notebooks_lead_somewhere():
    for name, spoken in EVERY:
        path = articles.notebook_path(name, spoken)
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "markdown":
                for link in re.findall(r"\]\(([^)]+)\)", "".join(cell["source"])):
                    assert "://" in link or (path.parent / link.partition("#")[0]).exists(), f"{path} links to {link}"


def test_the_page_of_the_lab_is_what_its_record_says():
    assert lab_page.stale() == [], "run python tools/make_lab_page.py"


def test_recorded_numbers_are_those_that_experiments_describe():
    """A record of an experiment that has changed since is no record of it."""
    for name, stored in lab_page.record().items():
        one = lab.find(name)
        assert one.row == stored["row"]
        for number in stored["numbers"]:
            assert one.describe(number), f"{name}: {number}"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["xor", "zero-weights"])
def test_a_run_gives_the_recorded_numbers(name):
    stored = lab_page.numbers_of(lab_page.record()[name])
    found = lab.run(name)
    assert found.verdict == lab.find(name).verdict(stored)
    assert found.numbers.keys() == stored.keys()


@pytest.mark.slow
@pytest.mark.parametrize(("name", "spoken"), EVERY)
def test_figures_are_drawn_as_this_version_of_matplotlib_draws_them(name, spoken, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for path, picture in articles.pictures(name, spoken):
        drawn = path.read_text(encoding="utf-8")
        if f"matplotlib {importlib.metadata.version('matplotlib')} " not in drawn[-100:]:
            pytest.skip("drawn with another version of matplotlib")
        assert drawn == articles.svg(picture, spoken), path


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # of the machinery of notebooks
@pytest.mark.parametrize(("name", "spoken"), EVERY)
def test_notebooks_run(name, spoken, tmp_path):
    nbclient = pytest.importorskip("nbclient")
    nbformat = pytest.importorskip("nbformat")
    pytest.importorskip("ipykernel")
    notebook = nbformat.read(articles.notebook_path(name, spoken), as_version=4)
    nbformat.validate(notebook)
    nbclient.NotebookClient(
        notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": tmp_path}}
    ).execute()
    outputs = [cell.outputs for cell in notebook.cells if cell.cell_type == "code"]
    pictures = sum(
        "image/png" in out.get("data", {}) or "image/svg+xml" in out.get("data", {}) for outs in outputs for out in outs
    )
    assert pictures == sum(1 for _ in articles.pictures(name, spoken))
