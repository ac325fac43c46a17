"""The options that all commands share. They are accepted before and after the command; what stands after it wins.

`glassnet --seed 1 demo` and `glassnet demo --seed 1` are the same: the group reads the options into a `Common`, and
the command lays its own over it.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated, Any

import typer

from glassnet.cli.readers import whole_number
from glassnet.texts import _, languages

MOST_SEED = 2**32 - 1  # scikit-learn's splits take no larger one
MOST_THREADS = 1024


@dataclass(frozen=True)
class Common:
    """What was said on the command line; None or False where nothing was said."""

    seed: int | None = None
    n_threads: int | None = None
    out: Path | None = None
    as_json: bool = False

    def overlaid(self, **said: Any) -> Common:
        """Take what was said later, and keep the rest.

        Examples
        --------
        >>> Common(seed=1, n_threads=2).overlaid(seed=3, n_threads=None).seed
        3
        """
        earlier = {field.name: getattr(self, field.name) for field in fields(self)}
        later = {name: value for name, value in said.items() if value is not None and value is not False}
        return Common(**(earlier | later))


def option(name: str, text: str, *, metavar: str = " ", panel: str = "", **settings: Any) -> Any:
    """Declare an option; one without a `metavar` is a flag (Typer would show it as "<bool>").

    Where the text has the field {names}, the help shows what the catalog has for this option (`choices.py`).
    """
    return typer.Option(
        name, help=text, metavar=metavar, show_default=False, rich_help_panel=panel or _("Common options"), **settings
    )


Seed = Annotated[
    int | None,
    option(
        "--seed",
        _("Of all random numbers: the same seed gives the same result. Default: 0."),
        metavar=_("NUMBER"),
        parser=whole_number("--seed", 0, MOST_SEED),
    ),
]
Threads = Annotated[
    int | None,
    option(
        "--n-threads",
        _("At most so many threads; changes the time, never the result. Default: all processors that may be used."),
        metavar=_("NUMBER"),
        parser=whole_number("--n-threads", 1, MOST_THREADS),
    ),
]
Out = Annotated[
    Path | None,
    option(
        "--out",
        _("Where results are written: the pictures of demo, the model of train, the table of predict."),
        metavar=_("PATH"),
    ),
]
Folder = Annotated[
    Path | None,
    option(
        "--out",
        _("Folder for the pictures; made where it does not exist. Default: {folder}.").format(folder="glassnet-demo"),
        metavar=_("FOLDER"),
    ),
]
Json = Annotated[
    bool,
    option("--json", _("Print one JSON object instead of text; progress goes to standard error.")),
]
# Read by `app.language_of` before this module is imported; declared here so that it is accepted and shown in the help.
Language = Annotated[
    str | None,
    option(
        "--lang",
        _("Language: {languages}. Default: the system's.").format(languages=", ".join(languages())),
        metavar="|".join(languages()),
    ),
]
