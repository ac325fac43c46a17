"""Starting is fast: `import glassnet` and `glassnet --help` load nothing that they do not need.

What is loaded is checked always; how long it takes needs a quiet machine and runs with the slow tests.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import sysconfig
import time

import pytest

NEVER = {"torch", "jax", "pandas", "polars", "pyarrow", "matplotlib", "duckdb", "sympy", "starlette", "IPython"}
NOT_FOR_HELP = {*NEVER, "sklearn", "scipy", "jinja2", "safetensors", "numpy", "markdown_it", "pygments"}


def python(code: str) -> str:
    """Run code in a new interpreter and return what it prints."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def loaded_after(code: str) -> set[str]:
    """Name the top-level modules that a new interpreter has loaded after running some code."""
    return set(python(f"{code}\nimport sys; print(*{{name.split('.')[0] for name in sys.modules}})").split())


def seconds_beside_scikit_learn(module: str) -> float:
    """Processor time of an import in a process that has loaded scikit-learn's networks: what glassnet adds to them.

    Two processes, one for each library, differ by more than that from one moment to the next.
    """
    code = (
        "import time, sklearn.neural_network; start = time.process_time(); "
        f"import {module}; print(time.process_time() - start)"
    )
    return float(python(code))


def command() -> str:
    """Find the `glassnet` command of this environment."""
    found = shutil.which("glassnet", path=sysconfig.get_path("scripts"))
    assert found, "the package's command is not installed in this environment"
    return found


def test_import_loads_no_optional_or_heavy_library():
    assert "math" in loaded_after("import math")
    assert loaded_after("import glassnet") & NEVER == set()


def test_import_warns_of_nothing():
    python("import warnings; warnings.simplefilter('error'); import glassnet, glassnet.estimators, glassnet.engine")


def test_estimators_load_no_more_than_scikit_learn_does():
    theirs = loaded_after("from sklearn.neural_network import MLPClassifier")  # pandas, where it is installed
    ours = loaded_after("from glassnet import MLPClassifier")
    assert "sklearn" in ours
    assert (ours - theirs) & NEVER == set()


def test_help_loads_only_what_it_shows():
    code = """
import contextlib, io, sys
from glassnet.cli.app import main
sys.argv = ["glassnet", "--help"]
with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.StringIO()) as shown:
    main()
assert "demo" in shown.getvalue(), shown.getvalue()
"""
    # Older versions of Typer load these themselves.
    assert loaded_after(code) & NOT_FOR_HELP <= loaded_after("import typer") & {"markdown_it", "pygments"}


def test_a_curve_is_drawn_without_what_it_does_not_need():
    drawn = loaded_after("import glassnet; glassnet.plot('relu', 'tanh').png()")
    assert "matplotlib" in drawn
    assert drawn & (NEVER | {"mpmath", "sklearn"}) == {"matplotlib"}


@pytest.mark.slow
@pytest.mark.parametrize("module", ["glassnet", "glassnet.estimators"])
def test_import_takes_at_most_a_tenth_of_a_second_more_than_scikit_learn(module):
    added = [seconds_beside_scikit_learn(module) for _ in range(8)]
    assert statistics.median(added[1:]) <= 0.1


@pytest.mark.slow
def test_help_takes_less_than_three_tenths_of_a_second():
    seconds = []
    for _ in range(8):
        start = time.perf_counter()
        subprocess.run([command(), "--help"], check=True, capture_output=True)
        seconds.append(time.perf_counter() - start)
    assert min(seconds) < 0.3  # the others wait for other processes
