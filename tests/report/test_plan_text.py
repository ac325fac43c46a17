"""Plans as text: what becomes of the columns, what was chosen and why, and how it is overridden."""

from __future__ import annotations

import io
from types import SimpleNamespace
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console

from glassnet.catalog import activation, initializer, loss
from glassnet.network import LayerSpec, NetworkSpec
from glassnet.report import plan_text
from glassnet.table import Role
from glassnet.texts import set_language


def layer(units, name):
    return LayerSpec(units, activation(name), initializer("he_normal"), initializer("zeros"))


NETWORK = NetworkSpec(12, (layer(64, "relu"), layer(1, "sigmoid")), loss("binary_cross_entropy"))
ROLES = (
    Role("age", "number", ""),
    Role("wage", "number", ""),
    Role("city", "category", "3 categories"),
    Role("street", "embedding", "300 categories"),
    Role("member", "boolean", ""),
    Role("since", "date", ""),
    Role("id", None, "all values differ", "all_different"),
)


def plan(**changed: Any) -> Any:
    facts: dict[str, Any] = {
        "source": "people.csv",
        "target": "income",
        "n_rows": 32561,
        "n_train": 22141,
        "n_validation": 3907,
        "n_test": 6513,
        "n_skipped": 0,
        "n_without_target": 0,
        "classes": ["<=50K", ">50K"],
        "class_counts": [24720, 7841],
        "roles": ROLES,
        "choices": (
            SimpleNamespace(name="task", value="two classes", reason="text with 2 different values", option="--task"),
            SimpleNamespace(name="loss", value="binary_cross_entropy", reason="its gradient is p − t", option="--loss"),
            SimpleNamespace(name="epochs", value="at most 90", reason="", option="--epochs"),
        ),
        "network": NETWORK,
    }
    return SimpleNamespace(**(facts | changed))


def shown(found, notes=()):
    console = Console(file=io.StringIO(), width=80, highlight=False, legacy_windows=False)
    console.print(plan_text.plan(found, notes), soft_wrap=True)
    return console.file.getvalue()


def test_a_plan_in_words():
    assert (
        shown(plan(), ["gzip", "cp1252"])
        == """\
people.csv · 32,561 rows · 8 columns · gzip · cp1252
  target   income: <=50K 76% · >50K 24%
  task     two classes · text with 2 different values (--task)
  columns  2 as numbers: age, wage
           1 as true or false: member
           1 as categories: city
           1 as embedded categories: street
           1 as dates: since
           left out: id, all values differ
  rows     train 22,141 · validation 3,907 · test 6,513, put aside until the end
  loss     binary_cross_entropy · its gradient is p − t (--loss)
  epochs   at most 90 (--epochs)
  network  12 → 64 relu → 1 sigmoid · 897 parameters

"""
    )


def test_rows_that_are_left_out_are_counted():
    text = shown(plan(n_skipped=1, n_without_target=1234, n_test=0, n_validation=0))
    assert "1 row that could not be read is left out" in text
    assert "1,234 rows without income are left out" in text
    assert "no test" in text
    assert "validation" not in text


def test_a_target_of_numbers_has_no_shares():
    assert "  target   income\n" in shown(plan(classes=None, class_counts=None))


def test_many_classes_are_told_by_the_most_frequent():
    text = shown(plan(classes=[f"c{k}" for k in range(9)], class_counts=[10] * 8 + [20]))
    assert "income: c8 20% · c0 10% · c1 10% · c2 10% · c3 10% · 4 others" in text


@pytest.mark.parametrize("n", [1, 30, 500])
def test_many_columns_are_folded_to_two_lines(n):
    text = shown(plan(roles=tuple(Role(f"column {k}", "number", "") for k in range(n))))
    block = text[text.index("columns  ") : text.index("  rows ")].splitlines()
    assert len(block) == min(n, 2)
    assert f"{n} as numbers: column 0" in block[0]
    assert ("…" in block[-1]) == (n > 10)


def test_many_columns_that_are_left_out_are_counted():
    text = shown(plan(roles=(ROLES[0], *(Role(f"c{k}", None, "constant", "constant") for k in range(8)))))
    assert "left out: c5, constant" in text
    assert "c6" not in text
    assert "and 2 more are left out" in text


@pytest.mark.parametrize("language", ["en", "zh"])
def test_it_fits_80_columns(language):
    set_language(language)
    try:
        reason = "a reason that is told in very many words, more than fit into a line, because it is a good one " * 2
        role = Role("a name that is longer than any name should be, as some are", None, reason, "constant")
        choice = SimpleNamespace(name="activation", value="silu", reason=reason, option="--activation")
        found = plan(roles=(role,), choices=(choice, choice), target="x" * 200, classes=["y" * 100, "z" * 100])
        lines = shown(found).splitlines()
    finally:
        set_language(None)
    assert max(map(cell_len, lines)) <= 80


def test_names_cannot_steer_the_terminal():
    text = shown(plan(target="a\x1b[2J", classes=["b\rc", "d\ne"], roles=(Role("f\x07", "number", ""),)))
    assert "\x1b" not in text
    assert "a�[2J: b�c" in text
    assert "d�e" in text
    assert "f�" in text
