"""Progress: a live bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import io
import re
from types import SimpleNamespace

import numpy as np
import pytest
from rich.cells import cell_len
from rich.console import Console

from glassnet.report import progress
from glassnet.texts import set_language

HEALTHY = {"dead": 0.0, "saturated": 0.0, "gradient_norm": 0.5}


def epoch(number, loss=0.5, validation_loss=0.25, **layer_2):
    """An epoch of three layers; what is given is of the second one."""
    layers = {name: np.array([value, layer_2.get(name, value), value]) for name, value in HEALTHY.items()}
    return SimpleNamespace(epoch=number, loss=loss, validation_loss=validation_loss, layers=layers)


def console(*, terminal, width=80):
    return Console(file=io.StringIO(), force_terminal=terminal, width=width, highlight=False, legacy_windows=False)


def watched(out, epochs):
    with progress.watcher(out, epochs) as watch:
        for number in range(1, epochs + 1):
            watch(epoch(number))
    return out.file.getvalue()


def test_elsewhere_there_are_lines_without_control_characters():
    said = watched(console(terminal=False), 120)
    lines = said.splitlines()
    assert re.fullmatch(r"  epoch   1/120 · train 0.500 · validation 0.250 · [\d,]+ epochs/min · 0:00 left", lines[0])
    assert re.fullmatch(r"  epoch 120/120 · train 0.500 · validation 0.250 · [\d,]+ epochs/min", lines[-1])
    assert all(character.isprintable() or character == "\n" for character in said)


def test_lines_come_about_once_a_second(monkeypatch):
    now = iter([x / 4 for x in range(100)])
    monkeypatch.setattr(progress, "time", SimpleNamespace(perf_counter=lambda: next(now)))
    lines = watched(console(terminal=False), 20).splitlines()
    assert [int(line.split("/")[0].split()[1]) for line in lines] == [1, 5, 9, 13, 17, 20]


def test_the_time_that_is_left_is_what_the_rest_takes(monkeypatch):
    now = iter([10.0, 10.0, 12.0, 40.0])  # made, entered, epoch 1, epoch 10 of 1000
    monkeypatch.setattr(progress, "time", SimpleNamespace(perf_counter=lambda: next(now)))
    out = console(terminal=False)
    with progress.watcher(out, 1000) as watch:
        watch(epoch(1))
        watch(epoch(10))
    first, second = out.file.getvalue().splitlines()
    assert first.endswith(" · 33:18 left")  # 999 epochs of 2 seconds
    assert second.endswith(" · 49:30 left")  # 990 epochs of 3 seconds


def test_the_bar_tells_what_is_left_and_then_what_it_took():
    out = console(terminal=True)
    with progress.watcher(out, 1000) as watch:
        clock = progress._Clock()
        task = watch._progress.tasks[0]
        watch(epoch(500))
        assert clock.render(task).plain.endswith(" · 0:00 left")
    assert clock.render(task).plain.endswith(" · 0:00"), "training that ended early has nothing left"


def test_a_terminal_has_a_bar():
    said = watched(console(terminal=True), 5)
    last = [line for line in re.split(r"[\r\n]", said) if "5/5" in line][-1]
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", last)
    assert re.search(r"epoch 5/5 ━+ train 0.500 · validation 0.250 · [\d,]+ epochs/min · 0:00", plain)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("width", [80, 120])
def test_the_bar_fits_the_terminal(language, width):
    set_language(language)
    try:
        said = watched(console(terminal=True, width=width), 200)
    finally:
        set_language(None)
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", said)
    lines = [line for line in re.split(r"[\r\n]", plain) if "200/200" in line]
    assert lines
    assert "━━━" in lines[-1]
    assert "…" not in lines[-1]
    assert cell_len(lines[-1]) <= width


def test_a_dumb_terminal_gets_lines(monkeypatch):
    monkeypatch.setenv("TERM", "dumb")
    assert isinstance(progress.watcher(console(terminal=True), 3), progress.PlainLines)


def test_without_validation_there_is_one_loss():
    out = console(terminal=False)
    with progress.watcher(out, 1) as watch:
        watch(epoch(1, validation_loss=None))
    assert "validation" not in out.file.getvalue()


def test_an_error_takes_the_bar_down():
    out = console(terminal=True)
    with pytest.raises(ZeroDivisionError), progress.watcher(out, 3):
        raise ZeroDivisionError
    assert out.file.getvalue().endswith("\x1b[?25h") or "\x1b[?25h" in out.file.getvalue(), "the cursor is shown again"


@pytest.mark.parametrize("terminal", [True, False])
def test_what_goes_wrong_is_said_at_once_and_once(terminal):
    out = console(terminal=terminal)
    with progress.watcher(out, 50) as watch:
        for number in range(1, 51):
            watch(epoch(number, dead=0.0 if number < 7 else 0.6))
    said = out.file.getvalue()
    assert said.count("epoch 7: 60% of the units of layer 2 are dead") == 1
    assert "are dead" not in watched(console(terminal=terminal), 50)
