"""Counting tasks: a bar on a terminal that steps aside, plain lines elsewhere."""

from __future__ import annotations

import io

from rich.console import Console

from glassnet.report.counter import LiveCounter, PlainCounter, counter


def console(*, terminal):
    return Console(file=io.StringIO(), force_terminal=terminal, width=80, highlight=False)


def test_a_terminal_gets_a_bar_and_a_file_gets_lines():
    assert isinstance(counter(console(terminal=True), 2), LiveCounter)
    assert isinstance(counter(console(terminal=False), 2), PlainCounter)


def test_lines_name_each_task():
    to = console(terminal=False)
    with counter(to, 2) as told:
        told("xor", 0)
        told("xor", 0.5)
        with told.aside():
            to.print("found")
    assert to.file.getvalue() == "  0 of 2 done · xor\nfound\n"


def test_what_is_printed_aside_goes_where_it_should(capsys):
    to = console(terminal=True)
    with counter(to, 2) as told:
        told("xor", 0)
        with told.aside():
            print("a result")
        told("zig-zag", 1.2)
    assert capsys.readouterr().out == "a result\n"
    assert "1 of 2 done" in to.file.getvalue()
    assert "a result" not in to.file.getvalue()
