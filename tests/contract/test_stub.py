"""The committed stub of the compiled module is the one that nanobind writes for what is installed."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("nanobind.stubgen", reason="nanobind, which writes the stub, is not installed")

CHECKOUT = Path(__file__).parents[2]
SCRIPT = CHECKOUT / "tools" / "make_stub.py"
GOLDEN = CHECKOUT / "src" / "glassnet" / "_engine.pyi"


def test_golden_stub_is_what_the_module_says():
    done = subprocess.run([sys.executable, str(SCRIPT), "--check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"run `python tools/make_stub.py` and commit the result\n{done.stdout}{done.stderr}"


def test_a_difference_is_seen(tmp_path):
    other = tmp_path / "_engine.pyi"
    other.write_text(GOLDEN.read_text(encoding="utf-8") + "\ndef not_there() -> None: ...\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(SCRIPT), "--check", str(other)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "-def not_there() -> None: ..." in done.stdout


def test_stub_and_module_name_the_same_things():
    from glassnet import _engine

    tree = ast.parse(GOLDEN.read_text(encoding="utf-8"))
    in_stub = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    values = [node.target for node in tree.body if isinstance(node, ast.AnnAssign)]
    in_stub |= {value.id for value in values if isinstance(value, ast.Name)}
    in_module = {name for name in vars(_engine) if not name.startswith("__")}
    assert in_stub == in_module
