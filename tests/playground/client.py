"""Speaking with the server of the playground as a page does, and in ways that a page never would."""

from __future__ import annotations

import contextlib
import http.client
import itertools
import json
from collections.abc import Iterator
from typing import Any

from websockets.sync.client import ClientConnection, connect

from glassnet.playground.serving import Server

Answer = dict[str, Any]


class Client:
    """One socket."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.others: list[Answer | bytes] = []  # what came without having been asked for
        self._numbers = itertools.count(1)

    def send(self, kind: str, **fields: Any) -> int:
        """Send a message, and give its number."""
        number = next(self._numbers)
        self.socket.send(json.dumps({"type": kind, "id": number, **fields}))
        return number

    def answer(self, number: int | None, timeout: float = 20) -> Answer:
        """Wait for the answer to a number; None: for an error that answers no number."""
        while True:
            message = self.receive(timeout)
            if isinstance(message, dict) and message["type"] == ("error" if number is None else "answer"):
                assert message.get("id") == number
                return message
            self.others.append(message)

    def receive(self, timeout: float = 20) -> Answer | bytes:
        """Wait for whatever comes next."""
        message = self.socket.recv(timeout=timeout)
        return message if isinstance(message, bytes) else json.loads(message)

    def ask(self, kind: str, **fields: Any) -> Answer:
        """Send a message, and wait for its answer, which must be a good one."""
        answer = self.answer(self.send(kind, **fields))
        assert answer["ok"], answer
        return answer

    def refused(self, kind: str, **fields: Any) -> Answer:
        """Send a message that must be refused, with words and not as a fault."""
        answer = self.answer(self.send(kind, **fields))
        assert not answer["ok"], answer
        assert "fault of glassnet" not in answer["error"], answer
        return answer

    def frame(self, run: str = "main", timeout: float = 20) -> Answer:
        """Wait for the next frame of a run; its header."""
        while True:
            message = self.others.pop(0) if self.others else self.receive(timeout)
            if isinstance(message, bytes):
                header = header_of(message)
                if header["kind"] == "frame" and header["run"] == run:
                    return header


def header_of(message: bytes) -> Answer:
    """Read the header of a binary message."""
    length = int.from_bytes(message[:4], "little")
    header: Answer = json.loads(message[4 : 4 + length])
    return header


@contextlib.contextmanager
def connected(server: Server | int, **options: Any) -> Iterator[Client]:
    """Open a socket to a server, or to a port."""
    with connect(f"ws://127.0.0.1:{_port(server)}/socket", max_size=None, **options) as socket:
        yield Client(socket)


def asked(
    server: Server | int, path: str, method: str = "GET", *, body: bytes | None = None, **headers: str
) -> tuple[http.client.HTTPResponse, bytes]:
    """Send a request whose path goes out as it is; `Host` may be wrong."""
    line = http.client.HTTPConnection("127.0.0.1", _port(server), timeout=20)
    try:
        line.putrequest(method, path, skip_host="Host" in headers)
        for name, value in headers.items():
            line.putheader(name.replace("_", "-"), value)
        if body is not None:
            line.putheader("Content-Length", str(len(body)))
        line.endheaders(body)
        response = line.getresponse()
        return response, response.read()
    finally:
        line.close()


def _port(server: Server | int) -> int:
    return server if isinstance(server, int) else server.port
