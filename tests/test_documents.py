"""README, docs and examples are true: their Python runs and prints what they say, their commands and links exist."""

from __future__ import annotations

import contextlib
import io
import math
import re
import runpy
import shlex
import warnings
from pathlib import Path
from typing import NamedTuple

import pytest

from glassnet.texts import set_language
from tests.cli.people import run_program

CHECKOUT = Path(__file__).parents[1]
PAGES = sorted(
    path.relative_to(CHECKOUT).as_posix()
    for path in [*CHECKOUT.glob("*.md"), *CHECKOUT.glob("docs/**/*.md"), *CHECKOUT.glob("benchmarks/*.md")]
)
COMMANDS = {"compare", "demo", "evaluate", "explain", "lab", "list", "playground", "plot", "predict", "train"}
ARTICLES = {page for page in PAGES if page.startswith("docs/articles/") and "textbooks" not in page}
RUN = {"docs/tables.md"} | ARTICLES  # pages whose commands are run too, each in the place where it stands


@pytest.fixture(autouse=True)
def _language_of_the_tests():
    yield
    set_language(None)  # a command that is shown may choose another


class Block(NamedTuple):
    language: str
    text: str


def blocks(page):
    text = (CHECKOUT / page).read_text(encoding="utf-8")
    return [
        Block(found[1], found[2]) for found in re.finditer(r"^```(\w*)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    ]


def agrees(said, printed):
    """Whether two texts are the same but for digits that differ between processors: 10%, or 2 in the last digit.

    A line "…" stands for anything.
    """
    parts = [part.split() for part in re.split(r"^ *…$", said, flags=re.MULTILINE)]
    if len(parts) > 1:
        words, start = printed.split(), 0
        for i, part in enumerate(parts):
            places = range(start, len(words) - len(part) + 1)
            if i in (0, len(parts) - 1):
                places = [start] if i == 0 else [len(words) - len(part)]
            found = [
                at for at in places if at >= start and agrees(" ".join(part), " ".join(words[at : at + len(part)]))
            ]
            if not found:
                return False
            start = found[0] + len(part)
        return True
    numbers = r"\d[\d,]*\.?\d*"
    said, printed = (" ".join(text.split()) for text in (said, printed))
    if re.sub(numbers, "#", said) != re.sub(numbers, "#", printed):
        return False
    for one, other in zip(re.findall(numbers, said), re.findall(numbers, printed), strict=True):
        digits = len(one.partition(".")[2])
        a, b = (float(number.replace(",", "")) for number in (one, other))
        if not math.isclose(a, b, rel_tol=0.1, abs_tol=2.001 * 10.0**-digits):
            return False
    return True


@pytest.mark.parametrize(
    ("said", "printed", "expected"),
    [
        ("loss 0.18, 88%", "loss 0.19, 87%", True),
        ("loss 0.18", "loss 0.21", False),
        ("accuracy 88%", "accuracy 70%", False),
        ("4,097 parameters", "4,097 parameters", True),
        ("4,097 parameters", "3,000 parameters", False),
        ("a  b", "a b", True),
        ("a b", "a c", False),
        ("True", "False", False),
        ("a\n…\nd", "a b c d", True),
        ("a\n…\nd", "a b c", False),
        ("…\nc 7\n…", "a b c 7 d", True),
        ("…\nc 9\n…", "a b c 3 d", False),
    ],
)
def test_how_texts_are_compared(said, printed, expected):
    assert agrees(said, printed) is expected


def run_as_shown(line):
    """Run a command of a page, here; give what a person sees, without the progress."""
    words = shlex.split(line, comments=True)
    assert words[0] == "glassnet", line
    done = run_program(*words[1:])
    return done.out if done.code == 0 else done.err


@contextlib.contextmanager
def quiet_libraries():
    """Make warnings errors, but for what old libraries deprecate in each other."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", DeprecationWarning)
        warnings.simplefilter("ignore", PendingDeprecationWarning)
        yield


@pytest.mark.parametrize("page", [page for page in PAGES if any(block.language == "python" for block in blocks(page))])
def test_python_of_pages_runs_and_prints_what_they_say(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    printed = ""
    if page.startswith("docs/articles/zh/"):
        set_language("zh")
    with quiet_libraries():
        for block in blocks(page):
            if block.language == "python":
                with contextlib.redirect_stdout(io.StringIO()) as out:
                    exec(compile(block.text, page, "exec"), names)
                printed = out.getvalue()
            elif block.language == "sh" and page in RUN:
                printed = "".join(run_as_shown(line) for line in block.text.splitlines())
            elif block.language == "text":
                assert agrees(block.text, printed), f"{page} says:\n{block.text}\nbut this is printed:\n{printed}"


@pytest.mark.parametrize("page", PAGES)
def test_what_is_shown_is_of_a_known_kind(page):
    """So that no block of Python escapes the test above by a misspelt language."""
    assert {block.language for block in blocks(page)} <= {"python", "text", "sh", "cpp", "math", ""}


@pytest.mark.parametrize("page", PAGES)
def test_commands_that_are_shown_exist(page):
    for block in blocks(page):
        if block.language != "sh":
            continue
        for line in block.text.splitlines():
            words = shlex.split(line, comments=True)
            if words[:1] == ["glassnet"]:
                assert words[1] in COMMANDS, line
                assert run_program(*words[1:], "--help").code == 0, line


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page):
    text = (CHECKOUT / page).read_text(encoding="utf-8")
    text = re.sub(r"^```\w*\n.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE)  # in code, x[i](y) is a call
    links = re.findall(r"\]\(([^)]+)\)", text) + re.findall(r'src="([^"]+)"', text)
    for link in links:
        if "://" not in link and not link.startswith("#"):
            assert ((CHECKOUT / page).parent / link.partition("#")[0]).exists(), f"{page} links to {link}"


def test_both_readmes_show_the_same():
    def shown(page):
        """Blocks without what is translated: comments, and the words of what is printed."""
        code = [re.sub(r"  #.*", "", block.text) for block in blocks(page) if block.language != "text"]
        return [re.sub(r'print\(f"[^{]*(\{.*?\})[^"]*"\)', r"print(\1)", text) for text in code]

    english, chinese = shown("README.md"), shown("README.zh.md")
    assert english == chinese
    assert len(english) == 3


def test_the_example_on_the_first_screen_has_ten_lines():
    (code,) = (block.text for block in blocks("README.md") if block.language == "python")
    lines = [line for line in code.splitlines() if line.strip()]
    assert 8 <= len(lines) <= 11


def example(name):
    """Run one of our examples, our warnings as errors; return what it prints."""
    with quiet_libraries(), contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(out):
        runpy.run_path(str(CHECKOUT / "examples" / name), run_name="__main__")
    return out.getvalue()


def test_the_worked_example_learns_by_heart_and_guesses():
    printed = example("worked_example.py")
    losses = [float(found) for found in re.findall(r"loss (\S+)", printed)]
    assert len(losses) == 10
    assert losses == sorted(losses, reverse=True)
    assert "because the labels are random" in printed
    by_heart, guessed = (int(found) for found in re.findall(r"(\d+)% on", printed))
    assert by_heart > 75
    assert 30 <= guessed <= 70


def test_one_neuron_is_linear_and_logistic_regression():
    printed = example("one_neuron.py")
    agreement = [float(found) for found in re.findall(r"weights agree to (\S+)", printed)]
    assert len(agreement) == 2
    assert max(agreement) < 1e-3
    by_hand, by_model = re.findall(r"0\.\d{6}", printed)
    assert by_hand == by_model


def test_the_worked_example_has_at_most_15_lines():
    assert len((CHECKOUT / "examples" / "worked_example.py").read_text(encoding="utf-8").splitlines()) <= 15
