"""The texts of the page: what stands in its JavaScript, stands in words.py and is translated."""

from __future__ import annotations

import importlib.resources
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from glassnet.playground import words
from glassnet.texts import languages

WEB = Path(str(importlib.resources.files("glassnet.playground"))) / "web"
# t("…"): a literal, so that it can be found; `${…}` or a sum in it could not be translated.
LITERAL = re.compile(r'(?<![\w.$])(?:playground\.)?t\(\s*("(?:[^"\\\n]|\\.)*")\s*[,)]')
CALL = re.compile(r"(?<![\w.$])(?:playground\.)?t\(\s*([^\s])")
NAME = re.compile(r"\{(\w+)\}")


def _modules() -> list[Path]:
    return sorted(WEB.rglob("*.js"))


def _without_comments(source: str) -> str:
    source = re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL)
    return re.sub(r"(?m)^\s*//.*$", "", source)


def _texts() -> Iterator[tuple[str, str]]:
    for path in _modules():
        for literal in LITERAL.findall(_without_comments(path.read_text(encoding="utf-8"))):
            yield str(path.relative_to(WEB)), json.loads(literal)


def test_every_text_of_the_page_is_listed() -> None:
    listed = {text for folder in words.FOLDERS for text in folder}
    missing = sorted({(module, text) for module, text in _texts() if text not in listed})
    assert not missing


def test_every_listed_text_is_used() -> None:
    used = {text for _module, text in _texts()}
    # Texts that a module chooses among by a name stand in quotes all the same.
    sources = "\n".join(path.read_text(encoding="utf-8") for path in _modules())
    unused = [
        text
        for folder in words.FOLDERS
        for text in folder
        if text not in used and json.dumps(text, ensure_ascii=False) not in sources
    ]
    assert not unused


def test_texts_are_literals() -> None:
    """A variable in t(…) is fine where its texts are listed; a template or a sum never is."""
    for path in _modules():
        source = _without_comments(path.read_text(encoding="utf-8"))
        assert "`" not in CALL.findall(source), path
        assert not re.search(r'(?<![\w.$])t\(\s*"(?:[^"\\\n]|\\.)*"\s*\+', source), path


@pytest.mark.parametrize("language", [one for one in languages() if one != "en"])
def test_every_text_is_translated_with_its_values(language: str) -> None:
    told = words.words(language)
    same_everywhere = {"Home", "Shift →", "Shift ←", "Dropout"}
    for text, translated in told.items():
        assert set(NAME.findall(text)) == set(NAME.findall(translated)), text
        symbols = not re.search("[A-Za-z]{3}", text)
        assert translated != text or symbols or text in same_everywhere, text


def test_english_is_as_it_stands_in_the_code() -> None:
    assert all(text == translated for text, translated in words.words("en").items())
