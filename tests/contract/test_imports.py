"""The flow of imports is law: a room sees only the rooms before it.

Read from the syntax trees of the installed package, so that imports inside functions count as well. `violations` is
one pure function from a module's name and source to sentences; it is tested on sources that break each rule before it
is let loose on the package.
"""

from __future__ import annotations

import ast
import importlib.metadata
import importlib.util
import re
import sys
import tomllib
from pathlib import Path
from typing import NamedTuple

import pytest

ROOMS = (
    "texts",
    "views",
    "errors",
    "threads",
    "catalog",
    "autograd",
    "table",
    "network",
    "engine",
    "diagnosis",
    "report",
    "lab",
)
FRONTS = ("estimators", "comparison", "cli", "playground")
# Fronts of which one is built of the other; any other front is used by its public names.
STANDS_ON = {"comparison": "estimators", "playground": "estimators", "cli": "playground"}
MAY_IMPORT_ENGINE = ("engine", "catalog")

# Too slow to import before somebody needs them: only inside functions, or for type checkers.
HEAVY = {
    "duckdb",
    "IPython",
    "jax",
    "jinja2",
    "matplotlib",
    "mpmath",
    "narwhals",
    "onnxruntime",
    "pandas",
    "polars",
    "pyarrow",
    "safetensors",
    "sklearn",
    "starlette",
    "sympy",
    "torch",
    "uvicorn",
}
# A front may need at once what it is a front to; a command's module is loaded when the command runs (test_startup.py
# sees to that).
ALLOWED_HEAVY = {
    "estimators": {"sklearn"},
    "comparison": {"sklearn"},
    "cli": {"sklearn"},
    "playground": {"starlette", "uvicorn"},
}

# Used where the person has them; never required.
OPTIONAL = {"IPython", "jax", "onnxruntime", "pandas", "polars", "pyarrow", "torch"}

CHECKOUT = Path(__file__).parents[2]


class Import(NamedTuple):
    """One import: the dotted name that is asked for, its line, and whether it runs when the module is loaded."""

    target: str
    line: int
    at_load: bool


def imports_of(module: str, source: str, *, is_package: bool = False) -> list[Import]:
    """List what a module's source imports, relative imports made absolute.

    `from a import b` gives "a.b", because b may be a module.
    """
    found: list[Import] = []

    def visit(node: ast.AST, at_load: bool) -> None:
        if isinstance(node, ast.Import):
            found.extend(Import(alias.name, node.lineno, at_load) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parts = module.split(".") if is_package else module.split(".")[:-1]
                parts = parts[: len(parts) - node.level + 1]
                base = ".".join([*parts, base] if base else parts)
            found.extend(Import(f"{base}.{alias.name}", node.lineno, at_load) for alias in node.names)
        elif isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in ("import_module", "__import__") and node.args and isinstance(node.args[0], ast.Constant):
                found.append(Import(str(node.args[0].value), node.lineno, at_load))
        for child in ast.iter_child_nodes(node):
            in_function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            for_types = isinstance(node, ast.If) and child in node.body and "TYPE_CHECKING" in ast.unparse(node.test)
            visit(child, at_load and not in_function and not for_types)

    visit(ast.parse(source), True)
    return found


def room_of(module: str) -> str:
    """Name the room that a dotted module name lies in; "" is the package itself."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""


def violations(module: str, source: str, *, is_package: bool = False) -> list[str]:
    """Say in sentences which rules of the import flow a module breaks."""
    room = room_of(module)
    said = []

    def say(found: Import, rule: str) -> None:
        said.append(f"{module}:{found.line} imports {found.target}: {rule}")

    for found in imports_of(module, source, is_package=is_package):
        top = found.target.split(".")[0]
        if top == "glassnet":
            target = room_of(found.target)
            inner = found.target.split(".")[2:]
            if target == "_engine":
                if room not in MAY_IMPORT_ENGINE:
                    say(found, f"only {' and '.join(MAY_IMPORT_ENGINE)} may import the compiled module")
            elif target == room or room in ("", "__main__"):
                pass  # the package itself and `python -m glassnet` see everything
            elif STANDS_ON.get(room) == target:
                pass
            elif target in FRONTS:
                say(found, "fronts are imported by nobody; use the public names of glassnet")
            elif room in FRONTS:
                pass  # fronts see every room, and each other only through the public names of glassnet
            elif target not in ROOMS:
                say(found, "a room imports rooms, not the public names of glassnet")
            elif ROOMS.index(target) > ROOMS.index(room):
                say(found, f"{target} comes after {room}")
            private = [part for part in inner if part.startswith("_") and part != "_"]  # _("…") is gettext
            if private and room and target not in ("_engine", room):
                say(found, f"private to {target}")
        elif found.at_load and top in HEAVY and top not in ALLOWED_HEAVY.get(room, set()):
            say(found, "too slow to import before it is needed; import it inside the function that needs it")
    return said


PACKAGE = Path(next(iter(importlib.util.find_spec("glassnet").submodule_search_locations)))  # type: ignore[union-attr, arg-type]
MODULES = {
    ".".join(["glassnet", *path.relative_to(PACKAGE).with_suffix("").parts]).removesuffix(".__init__"): path
    for path in sorted(PACKAGE.rglob("*.py"))
}


@pytest.mark.parametrize("module", MODULES)
def test_module_keeps_to_the_flow_of_imports(module):
    path = MODULES[module]
    said = violations(module, path.read_text(encoding="utf-8"), is_package=path.name == "__init__.py")
    assert not said, "\n".join(said)


def test_every_room_has_its_place_in_the_order():
    rooms = {room_of(module) for module in MODULES} - {"", "__main__"}
    assert rooms <= {*ROOMS, *FRONTS}, "a new room takes its place in ROOMS or FRONTS, and in docs"
    assert {"errors", "catalog", "network", "engine", "estimators", "cli"} <= rooms


@pytest.mark.parametrize(
    ("module", "source", "rule"),
    [
        ("glassnet.catalog.losses", "from glassnet.engine import train", "engine comes after catalog"),
        ("glassnet.catalog.losses", "def f():\n    from glassnet.network import NetworkSpec", "network comes after"),
        ("glassnet.catalog.losses", "from ..engine import train", "engine comes after catalog"),
        ("glassnet.catalog.losses", "import importlib\nimportlib.import_module('glassnet.engine')", "comes after"),
        ("glassnet.engine.fit", "from glassnet.estimators import MLPClassifier", "imported by nobody"),
        ("glassnet.cli.app", "from glassnet.estimators import MLPClassifier", "imported by nobody"),
        ("glassnet.cli.compare", "from glassnet.comparison import compare", "imported by nobody"),
        ("glassnet.estimators.base", "from glassnet.comparison import compare", "imported by nobody"),
        ("glassnet.lab.run", "from glassnet import MLPClassifier", "not the public names"),
        ("glassnet.lab.run", "import glassnet as gn", "not the public names"),
        ("glassnet.network", "from glassnet._engine import train", "may import the compiled module"),
        ("glassnet.network", "from glassnet import _engine", "may import the compiled module"),
        ("glassnet.cli.app", "import glassnet._engine", "may import the compiled module"),
        ("glassnet.engine.fit", "from glassnet.catalog import _parse", "private to catalog"),
        ("glassnet.cli.demo", "from glassnet.engine._blas import guard", "private to engine"),
        ("glassnet.errors", "from sklearn.exceptions import NotFittedError", "too slow"),
        ("glassnet.report.figures", "import matplotlib.pyplot as plt", "too slow"),
        ("glassnet.report.figures", "try:\n    import torch\nexcept ImportError:\n    torch = None", "too slow"),
        ("glassnet", "import pandas", "too slow"),
    ],
)
def test_a_broken_rule_is_seen(module, source, rule):
    said = violations(module, source, is_package=module == "glassnet")
    assert len(said) == 1
    assert rule in said[0]


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("glassnet.engine.fit", "from glassnet import _engine"),
        ("glassnet.catalog.activations", "from glassnet import _engine"),
        ("glassnet.engine.fit", "from glassnet.catalog import Activation\nfrom .trace import Trace"),
        ("glassnet.engine.fit", "from glassnet.engine._blas import guard"),
        ("glassnet.catalog.losses", "from glassnet.texts import _"),
        ("glassnet.cli.demo", "import glassnet as gn\nfrom glassnet.report import figures"),
        ("glassnet.report.figures", "def draw():\n    import matplotlib.pyplot as plt"),
        ("glassnet.report.figures", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import matplotlib"),
        ("glassnet.estimators.base", "from sklearn.base import BaseEstimator"),
        ("glassnet.comparison.contenders", "from glassnet.estimators import translate"),
        ("glassnet", "from glassnet.estimators import MLPClassifier"),
    ],
)
def test_what_keeps_to_the_rules_passes(module, source):
    assert violations(module, source, is_package=module == "glassnet") == []


def test_what_is_imported_is_declared():
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {re.split(r"[\s<>=!~;\[(]", line, maxsplit=1)[0].lower() for line in project["dependencies"]}
    provided_by = importlib.metadata.packages_distributions()
    undeclared = set()
    for module, path in MODULES.items():
        source = path.read_text(encoding="utf-8")
        for found in imports_of(module, source, is_package=path.name == "__init__.py"):
            top = found.target.split(".")[0]
            if top in sys.stdlib_module_names or top in OPTIONAL or top in ("glassnet", "__future__"):
                continue
            if not {name.lower() for name in provided_by.get(top, [top])} & declared:
                undeclared.add(f"{module}:{found.line} imports {top}")
    assert not undeclared, "not among the dependencies in pyproject.toml: " + ", ".join(sorted(undeclared))


def test_the_engine_knows_no_python():
    headers = [path for path in sorted((CHECKOUT / "cpp" / "engine").rglob("*.[hc]pp")) if path.is_file()]
    assert headers, "run the tests from a checkout: cpp/engine is not there"
    pattern = re.compile(r'^\s*#\s*include\s*[<"](Python\.h|nanobind/|numpy/|.*\bbind/)', re.MULTILINE)
    assert pattern.search("#include <nanobind/ndarray.h>")
    knowing = [path.name for path in headers if pattern.search(path.read_text(encoding="utf-8"))]
    assert not knowing, f"{knowing} include Python; what meets Python lies in cpp/bind"
