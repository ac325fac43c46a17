"""The server: a free port of the loopback address, one process, until Ctrl-C.

uvicorn speaks HTTP and WebSocket (through the `websockets` package's protocol, without compression: on one machine that
only costs time). Messages of a page are read one after the other; a message above the bound closes its socket.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import socket
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

import uvicorn

from glassnet.errors import GlassnetError
from glassnet.playground import messages
from glassnet.playground.app import Playground, warm
from glassnet.texts import _

if TYPE_CHECKING:
    from glassnet.playground.setup import Setup
    from glassnet.playground.uploads import Uploaded

ADDRESS = "127.0.0.1"
PORT = 8910
N_PORTS = 20  # that are tried in turn where none was asked for; then any
MOST_CONNECTIONS = 100
GRACE = 2  # seconds that the end may take


class PortTaken(GlassnetError):
    """The server cannot listen where it was asked to."""


class Server:
    """A server that listens already; `run` serves until it is told to stop.

    Parameters
    ----------
    port : int, optional
        Where to listen: this port and no other, or, if None, the first free one of `PORT` and those after it.
        0: any that is free.
    opened : (Uploaded, Setup), optional
        A table, and the set-up that pages open with.
    language : str, optional
        That pages speak which do not ask for one; the browser's by default.
    seed : int, optional
        Of the set-up that pages open with.

    Raises
    ------
    PortTaken
        If the port is not free, or may not be used.
    """

    def __init__(
        self,
        port: int | None = None,
        opened: tuple[Uploaded, Setup] | None = None,
        *,
        language: str | None = None,
        seed: int | None = None,
    ) -> None:
        self._socket = listening(port)
        self.port: int = self._socket.getsockname()[1]
        self.playground = Playground(self.port, opened, language=language, seed=seed)
        config = uvicorn.Config(
            self.playground.application(),
            loop="asyncio",
            http="h11",
            ws="websockets-sansio",
            ws_max_size=messages.MOST_BYTES,
            ws_per_message_deflate=False,
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            limit_concurrency=MOST_CONNECTIONS,
            timeout_graceful_shutdown=GRACE,
        )
        # What uvicorn tells about broken connections is nothing that the person could mend.
        logging.getLogger("uvicorn").setLevel(logging.CRITICAL)
        self._server = uvicorn.Server(config)

    @property
    def url(self) -> str:
        """The page's address."""
        return f"http://{ADDRESS}:{self.port}/"

    def run(self, when_ready: Callable[[], None] = lambda: None) -> None:
        """Serve until `stop` or Ctrl-C; the socket listens already, so whoever asks early is answered when it runs."""
        threading.Thread(target=_warm, name="glassnet warms up", daemon=True).start()
        when_ready()
        try:
            self._server.run(sockets=[self._socket])
        finally:
            self._socket.close()

    def stop(self) -> None:
        """Let `run` return soon; may be called from any thread."""
        self._server.should_exit = True


def listening(port: int | None) -> socket.socket:
    """Make a socket that listens on the loopback address.

    Raises
    ------
    PortTaken
        If it can't.
    """
    candidates = [*range(PORT, PORT + N_PORTS), 0] if port is None else [port]
    for candidate in candidates:
        # With the protocol named: only then asyncio sends small messages at once. Else an answer that follows a frame
        # would wait 40 ms, until the page's machine has acknowledged that.
        made = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        try:
            if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):  # Windows: there, reuse would share a port with its owner
                made.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
            else:
                made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            made.bind((ADDRESS, candidate))
            made.listen(128)
        except OSError as error:
            made.close()
            if error.errno in {errno.EADDRINUSE, errno.EACCES} and candidate != candidates[-1]:
                continue
            raise _not_listening(error, candidate) from None
        return made
    raise AssertionError  # port 0 is always free, or the error above was raised


def _not_listening(error: OSError, port: int) -> PortTaken:
    if error.errno == errno.EADDRINUSE:
        text = _("port {port} is taken by another program; --port names another, and without it a free one is found")
    elif error.errno == errno.EACCES:
        text = _("port {port} may not be used here; --port names another, from 1024 on")
    else:
        return PortTaken(_("can't listen on port {port}: {why}").format(port=port, why=error.strerror))
    return PortTaken(text.format(port=port))


def _warm() -> None:
    with contextlib.suppress(Exception):  # what is wrong is told when it is needed
        warm()
