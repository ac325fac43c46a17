"""The options of all commands that read a table: how its file is to be read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from glassnet.cli import readers
from glassnet.cli.options import option
from glassnet.texts import _


@dataclass(frozen=True)
class Reading:
    """How a table's file is read; None and False leave it to glassnet."""

    encoding: str | None = None
    delimiter: str | None = None
    skip_bad_rows: bool = False


def argument(name: str, text: str) -> typer.models.ArgumentInfo:
    """Declare a positional argument.

    Typer takes it for optional, because its own words for required ones are English; `needed` asks for it.
    """
    info: typer.models.ArgumentInfo = typer.Argument(
        help=text, metavar=name, show_default=False, rich_help_panel=_("Files")
    )
    return info


TableFile = Annotated[
    Path | None,
    argument(
        _("FILE"),
        _("Table with a header: .csv, .tsv, .txt, .jsonl, .json or .parquet; text also compressed, as .csv.gz."),
    ),
]
ModelFile = Annotated[Path | None, argument(_("MODEL"), _("Model that train has saved: a .glass file."))]
Ignore = Annotated[
    list[str] | None,
    option(
        "--ignore",
        _("Columns to leave out. May be repeated, as for a name that has a comma in it."),
        metavar=_("A,B"),
        panel=_("Data"),
    ),
]
Categorical = Annotated[
    list[str] | None,
    option(
        "--categorical",
        _("Columns of numbers that are codes of categories."),
        metavar=_("A,B"),
        panel=_("Data"),
    ),
]
Numeric = Annotated[
    list[str] | None,
    option("--numeric", _("Columns that must hold numbers."), metavar=_("A,B"), panel=_("Data")),
]
Encoding = Annotated[
    str | None,
    option(
        "--encoding",
        _("Of the file's text, as utf-8, cp1252 or gb18030. Default: found out."),
        metavar=_("NAME"),
        panel=_("Data"),
    ),
]
Delimiter = Annotated[
    str | None,
    option(
        "--delimiter",
        _("What stands between fields: one character, or tab. Default: found out."),
        metavar=_("CHARACTER"),
        panel=_("Data"),
        parser=readers.delimiter,
    ),
]
SkipBadRows = Annotated[
    bool,
    option("--skip-bad-rows", _("Leave out rows that can't be read, and count them."), panel=_("Data")),
]
