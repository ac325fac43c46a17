"""Who may speak to the server: this machine's browser, on a page that came from here.

The server listens on the loopback address, but so does every web page that the browser has open: a page from elsewhere
may send requests to 127.0.0.1, and a name of its own may be made to point there (DNS rebinding). Two headers tell them
apart, and no page can forge them. `Host` must be a loopback name with the server's port: a rebound name is another one.
`Origin`, where there is one, must be that very host: a page from elsewhere, or from another port, has another one.
Programs of this machine send no origin, and are trusted as the person who starts them.

All answers carry headers that let the page load nothing from anywhere else, and let no other page load or frame it.
"""

from __future__ import annotations

from collections.abc import Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from glassnet.texts import _

NAMES = ("127.0.0.1", "localhost", "[::1]")
POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; "
    "object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# What may be asked for at all; everything else is answered with 405.
METHODS = ("GET", "HEAD", "POST")


def refusal(hosts: Iterable[str], origins: Iterable[str], port: int) -> str | None:
    """Say why a request is refused, or None where it is not.

    Parameters
    ----------
    hosts, origins : iterable of str
        All values of the headers `Host` and `Origin`.
    port : int
        The server's.

    Examples
    --------
    >>> refusal(["localhost:8910"], [], 8910)
    >>> print(refusal(["evil.example:8910"], [], 8910))
    this server answers at http://127.0.0.1:8910 only
    >>> print(refusal(["127.0.0.1:8910"], ["https://evil.example"], 8910))
    pages from elsewhere may not speak to this server
    """
    host = [one.lower() for one in hosts]
    if len(host) != 1 or host[0] not in {f"{name}:{port}" for name in NAMES}:
        return _("this server answers at {address} only").format(address=f"http://127.0.0.1:{port}")
    if any(one.lower() != f"http://{host[0]}" for one in origins):
        return _("pages from elsewhere may not speak to this server")
    return None


class Guard:
    """An application that passes on what may pass, and puts the headers on every answer."""

    def __init__(self, app: ASGIApp, port: int) -> None:
        self.app = app
        self.port = port

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or hand it on."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refused = refusal(headers.getlist("host"), headers.getlist("origin"), self.port)
        if refused is not None and scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": ""})  # not accepted yet: answered with 403
        elif refused is not None:
            await PlainTextResponse(refused, 403)(scope, receive, send_with_headers)
        elif scope["type"] == "http" and scope["method"] not in METHODS:
            allowed = {"Allow": ", ".join(METHODS)}
            text = _("this method is not for this server")
            await PlainTextResponse(text, 405, allowed)(scope, receive, send_with_headers)
        else:
            await self.app(scope, receive, send_with_headers)
