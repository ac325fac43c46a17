"""The page that `--help` prints: usage, what the command does, its arguments and options by panel, its commands.

Typer has such a page too. It loads a Markdown parser, a syntax highlighter and tracebacks first, which takes longer
than all else of `glassnet --help` together, and it looks different from version to version. This one draws with the
parts of Rich that it needs, and asks nothing of Typer but names and texts.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping
from typing import Any

from rich.console import Console
from rich.highlighter import RegexHighlighter
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text
from rich.theme import Theme

from glassnet.texts import _


class _Options(RegexHighlighter):
    """Colors the names of options, wherever they stand."""

    highlights = (
        r"(^|[^\w\-])(?P<switch>-\w)(?![\w\-])",
        r"(^|[^\w\-])(?P<option>--\w[\w\-]*)",
    )


_highlighted = _Options()
_STYLES = Theme({"option": "bold cyan", "switch": "bold green"})


def print_help(command: Any, context: Any) -> None:
    """Print the help of a command, or of a group of commands.

    Parameters
    ----------
    command : TyperCommand or TyperGroup
    context : Context
    """
    console = Console(theme=_STYLES, highlight=False)
    console.print(Padding(_highlighted(Text(command.get_usage(context), "bold")), 1))
    if command.help:
        console.print(Padding(Text(inspect.cleandoc(command.help)), (0, 1, 1, 1)))
    for name, parameters in _by_panel(command.get_params(context)).items():
        console.print(_panel(name, _parameters(parameters)))
    for name, commands in _by_panel(_commands(command, context)).items():
        console.print(_panel(name, _names_and_texts(commands)))
    if command.epilog:
        console.print(Padding(Text(command.epilog), 1))


def _commands(command: Any, context: Any) -> list[Any]:
    if not hasattr(command, "list_commands"):
        return []
    return [command.get_command(context, name) for name in command.list_commands(context)]


def _by_panel(entries: Iterable[Any]) -> Mapping[str, list[Any]]:
    """Gather what is shown, in the order in which panels are first named."""
    panels: dict[str, list[Any]] = {}
    for entry in entries:
        if not entry.hidden:
            panels.setdefault(entry.rich_help_panel or _("Common options"), []).append(entry)
    # Arguments come first, whatever the order in which a command declares them.
    return dict(sorted(panels.items(), key=lambda panel: getattr(panel[1][0], "param_type_name", "") != "argument"))


def _panel(name: str, table: Table) -> Panel:
    return Panel(table, title=name, title_align="left", border_style="dim")


def _grid() -> Table:
    return Table(show_header=False, expand=True, box=None, pad_edge=False, padding=(0, 1))


def _parameters(parameters: Iterable[Any]) -> Table:
    """Draw names, what stands for a value, and the text of each option; name and text of each argument."""
    table = _grid()
    table.add_column(no_wrap=True)
    table.add_column(style="bold yellow", no_wrap=True)
    table.add_column(ratio=1, overflow="fold")
    for parameter in parameters:
        argument = parameter.param_type_name == "argument"
        metavar = parameter.metavar or ""
        names = metavar if argument else ", ".join(sorted((*parameter.opts, *parameter.secondary_opts)))
        table.add_row(
            Text(names, "bold yellow") if argument else _highlighted(names),
            "" if argument else Text(metavar),
            _highlighted(parameter.help or ""),
        )
    return table


def _names_and_texts(commands: Iterable[Any]) -> Table:
    table = _grid()
    table.add_column(style="bold cyan", no_wrap=True)
    table.add_column(ratio=1, overflow="fold")
    for command in commands:
        table.add_row(command.name, Text(command.short_help or command.help or ""))
    return table
