"""Help and mistakes on the command line, worded by us, in the person's language.

Typer words these things in English, differently in each version. The classes below take the words into our hands and
leave the rest as it is; they use only what Typer has had from 0.16 on (contexts are `Any`: their class has moved).
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from glassnet.cli import choices
from glassnet.texts import _

# The base of all complaints about a command line. It has no public name that all versions of Typer share.
UsageError: type[Exception] = typer.BadParameter.__mro__[1]


class Interrupted(Exception):
    """Ctrl-C before a command had anything to tell; Typer would make a mere exit code of a KeyboardInterrupt."""


class Command(TyperCommand):
    """A command whose help and complaints are in our words."""

    def get_usage(self, ctx: Any) -> str:
        """Return the line that begins with "Usage:"."""
        return _usage_line(super().get_usage(ctx))

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """Return what follows the command's name there: our words alone, which name the arguments too."""
        return [self.options_metavar or ""]

    def get_help_option(self, ctx: Any) -> Any:
        """Return the option `--help`."""
        return _help_option(super().get_help_option(ctx))

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help, with the names that an option may have where its text has a place for them."""
        parameters: list[Any] = self.params
        for parameter in parameters:
            text = getattr(parameter, "help", None)
            if text and "{names}" in text:
                parameter.help = text.format(names=", ".join(choices.names(parameter.name)))
        _print_help(self, ctx)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the command's arguments; what is left over is a mistake."""
        ctx.allow_extra_args = True
        left = super().parse_args(ctx, args)
        if ctx.args:
            text = _('{command} takes no argument "{argument}".')
            raise complaint(text.format(command=ctx.command_path, argument=ctx.args[0]), ctx)
        return left


class Group(TyperGroup):
    """A group of commands whose help and complaints are in our words."""

    def get_usage(self, ctx: Any) -> str:
        """Return the line that begins with "Usage:"."""
        return _usage_line(super().get_usage(ctx))

    def get_help_option(self, ctx: Any) -> Any:
        """Return the option `--help`."""
        return _help_option(super().get_help_option(ctx))

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help."""
        _print_help(self, ctx)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command that the arguments name; an unknown name is answered with the nearest one."""
        if self.get_command(ctx, args[0]) is None:
            text = _('There is no command "{name}".').format(name=args[0])
            raise complaint(text + nearest(args[0], self.list_commands(ctx)), ctx)
        return super().resolve_command(ctx, args)


def _print_help(command: Any, context: Any) -> None:
    from glassnet.cli.help_page import print_help  # Rich, which other commands may not need

    print_help(command, context)


def _usage_line(line: str) -> str:
    return line.replace("Usage:", _("Usage:"), 1)


def _help_option(option: Any) -> Any:
    if option is not None:
        option.help, option.metavar, option.rich_help_panel = _("Show this help."), " ", _("Common options")
    return option


def complaint(message: str, context: Any = None) -> Exception:
    """Make an exception of Typer's that carries our sentence."""
    return typer.BadParameter(message, ctx=context)


def complained(error: Exception, context: Any = None) -> Exception:
    """Make the complaint of an error of ours: a sentence, which ends as sentences do."""
    message = str(error)
    return complaint(message if message.endswith((".", "?", "。", "？")) else message + _("."), context)


def complaint_of(error: Exception, context: Any = None) -> Exception:
    """Make that exception of what a library says, which ends its sentences itself where they are questions."""
    message = str(error)
    return complaint(message if message.endswith(("?", "？", ".", "。")) else f"{message}.", context)


def needed(argument: str, context: Any) -> Exception:
    """Make the complaint that an argument is missing."""
    return complaint(_("{command} needs {argument}.").format(command=context.command_path, argument=argument), context)


def usage_message(error: Exception) -> str:
    """Word a mistake: what is wrong, the nearest name, where to read more."""
    context = getattr(error, "ctx", None)
    path = getattr(context, "command_path", "glassnet")
    kind = type(error).__name__
    option = getattr(error, "option_name", "")
    message = getattr(error, "message", str(error))
    if kind == "NoSuchOption" and context is not None:
        known = (name for parameter in context.command.get_params(context) for name in parameter.opts)
        message = _('{command} has no option "{option}".').format(command=path, option=option) + nearest(option, known)
    elif kind == "BadOptionUsage" and "requires" in message:
        message = _("{option} needs a value.").format(option=option)
    elif kind == "BadOptionUsage":
        message = _("{option} takes no value.").format(option=option)
    return message + _(' "{command} --help" tells more.').format(command=path)


def nearest(wrong: str, known: Iterable[str]) -> str:
    """Name the nearest known name in a sentence, or nothing where none is near."""
    near = difflib.get_close_matches(wrong, list(known), n=1, cutoff=0.5)
    return _(' The nearest: "{name}".').format(name=near[0]) if near else ""
