"""Every example in a docstring of the installed package runs and shows what it says.

pytest's own --doctest-modules collects files of the checkout, and those are not what people install; so the package
that Python finds is walked here.
"""

from __future__ import annotations

import doctest
import importlib
import importlib.util
import pkgutil
import warnings

import pytest

OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE | doctest.IGNORE_EXCEPTION_DETAIL

PACKAGE = importlib.util.find_spec("glassnet")


def module_names() -> list[str]:
    """List the package's modules without importing them; `python -m glassnet` is not a module to import."""
    assert PACKAGE is not None
    assert PACKAGE.submodule_search_locations is not None
    found, to_walk = ["glassnet"], [("glassnet.", list(PACKAGE.submodule_search_locations))]
    while to_walk:
        prefix, places = to_walk.pop()
        for module in pkgutil.iter_modules(places, prefix):
            if module.name.split(".")[-1] in ("__main__", "_engine"):
                continue
            found.append(module.name)
            if module.ispkg:
                below = module.name.split(".")[-1]
                to_walk.append((module.name + ".", [f"{place}/{below}" for place in places]))
    return sorted(found)


@pytest.mark.parametrize("name", module_names())
def test_examples_in_docstrings(name, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)  # examples may write files
    module = importlib.import_module(name)
    runner = doctest.DocTestRunner(optionflags=OPTIONS)
    for test in doctest.DocTestFinder(exclude_empty=True).find(module, name):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            runner.run(test)
    assert runner.failures == 0, capsys.readouterr().out


def test_every_public_function_and_class_has_an_example():
    import glassnet

    finder = doctest.DocTestFinder()
    without = []
    for name in glassnet.__all__:
        value = getattr(glassnet, name)
        if callable(value) and not (isinstance(value, type) and issubclass(value, Exception)):
            examples = [test for test in finder.find(value, name, module=False) if test.examples]
            if not examples:
                without.append(name)
    assert not without, f"no example in the docstrings of {without}"
