"""Visits: each page that is connected has a session of its own, which ends with its socket.

Nothing is kept for a page that has gone: its set-up and an epoch are enough to be there again, exactly. There may be
`MOST_VISITS` at once; where one more comes, the one that was idle longest is told goodbye. So are visits of which
nothing was heard for `LONGEST_IDLE` seconds, which somebody has left open in a tab.
"""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
import time
from collections.abc import Callable
from concurrent.futures import CancelledError
from typing import TYPE_CHECKING, Any, Protocol

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from glassnet.errors import GlassnetError
from glassnet.playground import messages
from glassnet.playground.messages import Message
from glassnet.texts import _, language, speaking

if TYPE_CHECKING:
    from glassnet.playground.session import Session
    from glassnet.playground.setup import Setup
    from glassnet.playground.uploads import Tables

MOST_VISITS = 8
LONGEST_IDLE = 1800.0  # seconds without a message
MOST_UNREAD = 32  # answers that a page has not read yet; until it reads them, no more of its messages are

GOODBYE = 4000  # the code with which a socket is closed after a goodbye

_log = logging.getLogger(__name__)


class House(Protocol):
    """What visits find."""

    @property
    def tables(self) -> Tables: ...  # noqa: D102 (see app.Playground)
    @property
    def opens_with(self) -> Setup: ...  # noqa: D102


class Visit:
    """A page that is connected: its socket, its session, its language."""

    def __init__(self, socket: WebSocket, house: House) -> None:
        self.id = secrets.token_urlsafe(12)
        self.socket = socket
        self.house = house
        self.language = language()
        self.session: Session | None = None
        self.last_heard = time.monotonic()
        self._news = asyncio.Event()
        self._unread = asyncio.Semaphore(MOST_UNREAD)
        self._sender: asyncio.Task[None] | None = None
        self._ending = asyncio.Event()

    async def serve(self) -> None:
        """Answer messages until the socket is closed, or the visit is to end."""
        await self.socket.accept()
        loop = asyncio.get_running_loop()

        def wake() -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(self._news.set)

        self.session = await asyncio.to_thread(_new_session, wake)
        self._sender = asyncio.create_task(self._send())
        reader = asyncio.create_task(self._read())
        ending = asyncio.create_task(self._ending.wait())
        tasks = {reader, ending, self._sender}
        try:
            while (left := self.last_heard + LONGEST_IDLE - time.monotonic()) > 0:
                done, _pending = await asyncio.wait(tasks, timeout=left, return_when=asyncio.FIRST_COMPLETED)
                if done:
                    return
            with speaking(self.language):
                text = _("nothing was heard of this page for half an hour, so its training has ended")
            await self.say_goodbye(text)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await asyncio.shield(asyncio.to_thread(self.session.close))

    async def say_goodbye(self, text: str) -> None:
        """End the visit, and say why."""
        if self.socket.application_state is WebSocketState.CONNECTED:
            try:
                await self.socket.send_text(json.dumps({"type": "goodbye", "text": text}))
                await self.socket.close(GOODBYE)
            except (WebSocketDisconnect, RuntimeError):  # it has gone by itself meanwhile
                pass
        self._ending.set()

    async def model_file(self, run: str) -> tuple[str, bytes]:
        """Write the model of a run as it is now; its file's name, and its bytes."""
        from glassnet.playground.answers import model_file

        assert self.session is not None
        with speaking(self.language):
            return await asyncio.wrap_future(self.session.ask(lambda runs: model_file(runs, run)))

    async def _read(self) -> None:
        while True:
            received = await self.socket.receive()
            if received["type"] == "websocket.disconnect":
                return
            self.last_heard = time.monotonic()
            text = received.get("text")
            await self._hear(text if text is not None else received.get("bytes", b""))

    async def _hear(self, text: str | bytes) -> None:
        """Act on one message. Whatever it is, it is answered, and the next one can come."""
        number: int | None = None
        try:
            with speaking(self.language):
                raw = await asyncio.to_thread(messages.parsed, text) if len(text) > 10_000 else messages.parsed(text)
                number = messages.id_of(raw)
                message = messages.checked(raw)
            self.language = message.fields.get("lang", self.language)
            with speaking(self.language):
                await self._act(message)
        except asyncio.CancelledError:
            raise
        except CancelledError:
            return  # the session was closed meanwhile
        except Exception as error:  # noqa: BLE001 (whatever it is, the server goes on)
            with speaking(self.language):
                await self._refuse(number, error)

    async def _act(self, message: Message) -> None:
        from glassnet.playground import answers

        assert self.session is not None
        head = None if message.id is None else {"type": "answer", "id": message.id, "ok": True}
        asked = answers.Asked(message.fields, self.session, self.house.tables, self.house.opens_with, self.id, head)
        found = await asyncio.to_thread(answers.answer, message.type, asked)
        if isinstance(found, answers.Told):
            if head is not None:
                await self._unread.acquire()
            await asyncio.wrap_future(found.future)
            return
        fields = found if isinstance(found, dict) else await asyncio.wrap_future(found)
        if head is not None:
            await self._put({**head, **(fields or {})})

    async def _refuse(self, number: int | None, error: Exception) -> None:
        if isinstance(error, GlassnetError):
            text = str(error)
        else:
            _log.error("a message failed", exc_info=error)
            kind = type(error).__name__
            text = _("this is a fault of glassnet, not yours ({kind}: {message})").format(kind=kind, message=error)
        if number is None:
            await self._put({"type": "error", "error": text})
        else:
            where = getattr(error, "where", None) or None
            await self._put({"type": "answer", "id": number, "ok": False, "error": text, "where": where})

    async def _put(self, message: dict[str, Any]) -> None:
        assert self.session is not None
        await self._unread.acquire()
        self.session.outbox.put(message)
        self._news.set()

    async def _send(self) -> None:
        """Send what the session has to say; a page that reads slowly gets fewer frames."""
        assert self.session is not None
        while True:
            await self._news.wait()
            self._news.clear()
            for message in self.session.outbox.take():
                try:
                    if isinstance(message, bytes):
                        await self.socket.send_bytes(message)
                    else:
                        await self.socket.send_text(json.dumps(message, allow_nan=False, separators=(",", ":")))
                except (WebSocketDisconnect, RuntimeError, OSError):
                    return
                if isinstance(message, dict) and message["type"] in {"answer", "error"}:
                    self._unread.release()


class Visits:
    """All visits of a server."""

    def __init__(self, house: House) -> None:
        self.house = house
        self._visits: set[Visit] = set()

    def __len__(self) -> int:
        return len(self._visits)

    def find(self, number: str) -> Visit | None:
        """Find a visit by the number that its page was told."""
        return next((visit for visit in self._visits if secrets.compare_digest(visit.id, number)), None)

    async def receive(self, socket: WebSocket) -> None:
        """Serve a page from its connection to its end."""
        while len(self._visits) >= MOST_VISITS:
            oldest = min(self._visits, key=lambda visit: visit.last_heard)
            self._visits.discard(oldest)
            with speaking(oldest.language):
                text = _("too many pages are open: this one was used least, and has ended")
            await oldest.say_goodbye(text)
        visit = Visit(socket, self.house)
        self._visits.add(visit)
        try:
            await visit.serve()
        finally:
            self._visits.discard(visit)


def _new_session(wake: Callable[[], None]) -> Session:
    from glassnet.playground import found
    from glassnet.playground.session import Session

    return Session(wake, found.Watch)
