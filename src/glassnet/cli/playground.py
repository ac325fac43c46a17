"""`glassnet playground`: a page in the browser that shows a network while it learns, served from this machine."""

from __future__ import annotations

import contextlib
import json
import sys
import threading
import webbrowser
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import glassnet
from glassnet.cli.options import Common
from glassnet.cli.table_options import Reading
from glassnet.playground.serving import Server
from glassnet.texts import _

if TYPE_CHECKING:
    from glassnet.playground.setup import Setup
    from glassnet.playground.uploads import Uploaded


@dataclass(frozen=True)
class Request:
    """What `glassnet playground` was asked for."""

    file: Path | None
    target: str | None
    reading: Reading
    port: int | None
    browser: bool
    language: str | None


def run(request: Request, common: Common) -> int:
    """Serve until Ctrl-C; return the exit code."""
    opened = None if request.file is None else _table(request)
    server = Server(request.port, opened, language=request.language, seed=common.seed)

    def tell() -> None:
        if common.as_json:
            print(json.dumps({"command": "playground", "version": glassnet.__version__, "url": server.url}))  # noqa: T201
        else:
            print(_("The playground is at {url}").format(url=server.url))  # noqa: T201
            print(_("It ends with Ctrl-C; nothing of it leaves this machine."))  # noqa: T201
        sys.stdout.flush()
        if request.browser:
            # A browser that is started may keep this call busy, and says things of its own.
            threading.Thread(target=webbrowser.open, args=(server.url,), daemon=True).start()

    # Ctrl-C is how a server ends: nothing is interrupted by it.
    with contextlib.suppress(KeyboardInterrupt):
        server.run(tell)
    return 0


def _table(request: Request) -> tuple[Uploaded, Setup]:
    """Read the table, and make sure that pages can open with it."""
    from glassnet.cli import files
    from glassnet.errors import TableError
    from glassnet.playground.material import material_of
    from glassnet.playground.setup import Setup
    from glassnet.playground.uploads import table_of_command

    assert request.file is not None
    assert request.target is not None
    table, _notes = files.read(request.file, request.reading)
    if request.target not in table:
        raise TableError.no_column(table.source, request.target, table.names)
    uploaded = table_of_command(request.file, table, request.target)
    chosen = {"id": uploaded.id, "name": uploaded.name, "columns": [], "target": request.target}
    setup = Setup.from_json({"data": {"name": "table", "table": chosen}})
    return uploaded, material_of(setup, {uploaded.id: table}).setup
