"""The application: the page, its files and its words, uploads, exports, and the socket.

    GET  /                      the page
    GET  /web/...               its modules and styles
    GET  /words/{lang}.json     its texts            GET /lessons/{lang}.json    its lessons
    GET  /export.glass          the model as it is   POST /upload?name=FILE      a table
    WS   /socket                all else: `messages.py` says what may be said, `answers.py` what is answered

What is imported here is light, so that the page is there at once; NumPy, the engine and the session are loaded in the
background meanwhile, by `warm`.
"""

from __future__ import annotations

import asyncio
import functools
import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp

from glassnet.errors import GlassnetError
from glassnet.playground.guard import Guard
from glassnet.playground.visits import Visits
from glassnet.texts import _, language, languages, speaking

if TYPE_CHECKING:
    from glassnet.playground.setup import Setup
    from glassnet.playground.uploads import Tables, Uploaded

WEB = Path(__file__).with_name("web")
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".json": "application/json",
    ".woff2": "font/woff2",
}
# A file's name in an address: no dot at its beginning, no backslash, no drive, nothing encoded.
_PART = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*")


class Playground:
    """What all requests share.

    Parameters
    ----------
    port : int
        Where the server listens.
    opened : (Uploaded, Setup), optional
        The table of the command line, and a set-up for it.
    language : str, optional
        That of pages which ask for none.
    seed : int, optional
        Of the set-up that pages open with.
    """

    def __init__(
        self,
        port: int,
        opened: tuple[Uploaded, Setup] | None = None,
        *,
        language: str | None = None,
        seed: int | None = None,
    ) -> None:
        self.port = port
        self.language = language
        self.visits = Visits(self)
        self._opened = opened
        self._seed = seed

    @functools.cached_property
    def opens_with(self) -> Setup:
        """The set-up that pages open with, where their address has none."""
        from glassnet.playground.setup import DEFAULT

        setup = DEFAULT if self._opened is None else self._opened[1]
        return setup if self._seed is None else setup.changed(model={"random_state": self._seed})

    @functools.cached_property
    def tables(self) -> Tables:
        """The tables that were uploaded, and that of the command line."""
        from glassnet.playground.uploads import Tables

        tables = Tables()
        if self._opened is not None:
            tables.add(self._opened[0])
        return tables

    def application(self) -> ASGIApp:
        """Make the application, guarded."""
        routes = [
            Route("/", self.page),
            Route("/web/{path:path}", self.file),
            Route("/words/{language}.json", self.words),
            Route("/lessons/{language}.json", self.lessons),
            Route("/export.glass", self.model),
            Route("/upload", self.upload, methods=["POST"]),
            WebSocketRoute("/socket", self.visits.receive),
        ]
        made = Starlette(routes=routes)
        made.router.redirect_slashes = False
        return Guard(made, self.port)

    async def page(self, request: Request) -> Response:
        """Answer with the page; it is told the server's language, if one was chosen."""
        content = (WEB / "index.html").read_bytes()
        if self.language is not None:
            content = content.replace(b"<html ", b'<html data-lang="%s" ' % self.language.encode(), 1)
        return _tagged(content, TYPES[".html"], request)

    async def file(self, request: Request) -> Response:
        """Answer with one of the page's files; only plain names lead anywhere, so no path leads out."""
        parts = request.path_params["path"].split("/")
        if not all(map(_PART.fullmatch, parts)):
            return _nothing()
        return _file(WEB.joinpath(*parts), request)

    async def words(self, request: Request) -> Response:
        """Answer with the texts of the page in a language."""
        from glassnet.playground.words import words

        return await _told(request, words)

    async def lessons(self, request: Request) -> Response:
        """Answer with the lessons in a language."""
        from glassnet.playground.lessons import lessons_json

        return await _told(request, lessons_json)

    async def upload(self, request: Request) -> Response:
        """Read a table from the body."""
        from glassnet.playground import uploads

        name = request.query_params.get("name", "")
        with speaking(_language(request)):
            try:
                body = await uploads.received(request.stream())
                uploaded = await asyncio.to_thread(uploads.read_upload, name, body)
            except ClientDisconnect:
                return Response(status_code=400)
            except uploads.TooLarge as error:
                return JSONResponse({"error": str(error)}, 413, {"Connection": "close"})
            except GlassnetError as error:
                return JSONResponse({"error": str(error)}, 400)
        self.tables.add(uploaded)
        return JSONResponse(uploaded.to_json())

    async def model(self, request: Request) -> Response:
        """Answer with the model of a session as a file."""
        query = request.query_params
        visit = self.visits.find(query.get("session", ""))
        if visit is None:
            return _nothing()
        try:
            name, body = await visit.model_file(query.get("run", "main"))
        except GlassnetError as error:
            return JSONResponse({"error": str(error)}, 400)
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(body, media_type="application/octet-stream", headers=headers)


def warm() -> None:
    """Load all that the first message needs, while the browser still opens."""
    from glassnet.playground import answers
    from glassnet.playground.setup import DEFAULT

    answers.prepared_of(DEFAULT, {})


async def _told(request: Request, tell: Callable[[str], Any]) -> Response:
    wanted = request.path_params["language"]
    if wanted not in languages():
        return _nothing()
    told = await asyncio.to_thread(tell, wanted)
    return _tagged(json.dumps(told, ensure_ascii=False).encode(), TYPES[".json"], request)


def _file(path: Path, request: Request) -> Response:
    kind = TYPES.get(path.suffix)
    try:
        content = path.read_bytes() if kind is not None else None
    except OSError:
        content = None
    if kind is None or content is None:
        return _nothing()
    return _tagged(content, kind, request)


def _tagged(content: bytes, kind: str, request: Request) -> Response:
    """Answer with content that the browser may keep, as long as it asks each time whether it is still the same."""
    tag = f'"{hashlib.sha256(content).hexdigest()[:24]}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    known = [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]
    if tag in known or "*" in known:
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=kind, headers=headers)


def _nothing() -> Response:
    return PlainTextResponse(_("there is nothing here"), 404)


def _language(request: Request) -> str:
    """Choose the language of an answer: what the address asks for, else the server's."""
    wanted = request.query_params.get("lang", "")
    return wanted if wanted in languages() else language()
