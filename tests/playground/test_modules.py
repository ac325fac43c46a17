"""The page's modules fit together, as far as can be told without a browser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import glassnet.playground

WEB = Path(glassnet.playground.__file__).parent / "web"
MODULES = sorted(WEB.rglob("*.js"))
IMPORT = re.compile(r'^import\s+(?:\{([^}]*)\}|\* as \w+)\s+from\s+"([^"]+)";', re.MULTILINE)
EXPORT = re.compile(r"^export (?:async )?(?:const|let|function|class) (\w+)", re.MULTILINE)
EXPORTS = re.compile(r"^export \{([^}]*)\}", re.MULTILINE)


def exported(module: Path) -> set[str]:
    """Names that a module exports."""
    text = module.read_text(encoding="utf-8")
    names = set(EXPORT.findall(text))
    for group in EXPORTS.findall(text):
        names |= {part.split(" as ")[-1].strip() for part in group.split(",") if part.strip()}
    return names


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(WEB)))
def test_what_a_module_imports_is_there(module: Path) -> None:
    for names, source in IMPORT.findall(module.read_text(encoding="utf-8")):
        assert source.startswith((".", "/web/")), f"{source}: nothing is loaded from elsewhere"
        other = WEB / source.removeprefix("/web/") if source.startswith("/web/") else (module.parent / source).resolve()
        assert other.is_file(), f"{source} is not there"
        wanted = {part.split(" as ")[0].strip() for part in names.split(",") if part.strip()}
        assert wanted <= exported(other), f"{source} does not export {wanted - exported(other)}"


def test_there_are_modules() -> None:
    assert len(MODULES) > 30
    assert any(IMPORT.search(module.read_text(encoding="utf-8")) for module in MODULES)
