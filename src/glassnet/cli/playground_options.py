"""`glassnet playground` as people type it."""

from __future__ import annotations

from typing import Annotated

import typer

from glassnet.cli.options import Common, Json, Language, Seed, option
from glassnet.cli.readers import whole_number
from glassnet.cli.table_options import Delimiter, Encoding, Reading, SkipBadRows, TableFile
from glassnet.cli.usage import Interrupted, complaint
from glassnet.texts import _

SERVER = _("Server")


def playground(
    context: typer.Context,
    file: TableFile = None,
    target: Annotated[
        str | None,
        option("--target", _("Column of that table to predict."), metavar=_("COLUMN"), panel=_("Data")),
    ] = None,
    encoding: Encoding = None,
    delimiter: Delimiter = None,
    skip_bad_rows: SkipBadRows = False,
    port: Annotated[
        int | None,
        option(
            "--port",
            _("Port of this machine to listen on. Default: {port}, or the next one that is free.").format(port=8910),
            metavar=_("NUMBER"),
            panel=SERVER,
            parser=whole_number("--port", 0, 65535),
        ),
    ] = None,
    no_browser: Annotated[
        bool, option("--no-browser", _("Only serve the page; open it yourself."), panel=SERVER)
    ] = False,
    seed: Seed = None,
    as_json: Json = False,
    language: Language = None,
) -> int:
    """Collect what was said, and run the command."""
    common: Common = context.obj.overlaid(seed=seed, as_json=as_json)
    if (file is None) != (target is None):
        raise complaint(_("FILE and --target belong together: a table, and its column to predict."), context)
    try:
        from glassnet.cli.playground import Request, run

        reading = Reading(encoding, delimiter, skip_bad_rows)
        return run(Request(file, target, reading, port, not no_browser, language), common)
    except KeyboardInterrupt:
        raise Interrupted from None
