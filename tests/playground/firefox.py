"""Firefox without a window, driven by the protocol that it speaks itself (WebDriver BiDi): no driver is needed."""

from __future__ import annotations

import contextlib
import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

PROGRAM = next(filter(None, map(shutil.which, ("firefox-esr", "firefox"))), None)


class Page:
    """A tab. `troubles` are the errors that it wrote to its console."""

    def __init__(self, line: ClientConnection) -> None:
        self.troubles: list[str] = []
        self._line = line
        self._last = 0
        self._call("session.new", capabilities={})
        self._call("session.subscribe", events=["log.entryAdded"])
        self._context = self._call("browsingContext.getTree")["contexts"][0]["context"]

    def open(self, url: str, width: int = 1280, height: int = 800) -> None:
        """Go to a page and wait until it is loaded."""
        size = {"width": width, "height": height}
        self._call("browsingContext.setViewport", context=self._context, viewport=size)
        self._call("browsingContext.navigate", context=self._context, url=url, wait="complete")

    def evaluate(self, expression: str) -> Any:
        """Give the value of an expression (a number, a string, a boolean or null), or of what it promises."""
        told = self._call(
            "script.evaluate", expression=expression, target={"context": self._context}, awaitPromise=True
        )
        assert told["type"] == "success", told["exceptionDetails"]["text"]
        return told["result"].get("value")

    def wait_for(self, expression: str, seconds: float = 30.0) -> None:
        """Wait until an expression is true."""
        end = time.monotonic() + seconds
        while not self.evaluate(expression):
            assert time.monotonic() < end, f"not within {seconds} s: {expression}"
            time.sleep(0.1)

    def press(self, key: str) -> None:
        """Press a key and let it go."""
        actions = [{"type": kind, "value": key} for kind in ("keyDown", "keyUp")]
        keyboard = {"type": "key", "id": "keyboard", "actions": actions}
        self._call("input.performActions", context=self._context, actions=[keyboard])

    def _call(self, method: str, **parameters: Any) -> Any:
        self._last += 1
        self._line.send(json.dumps({"id": self._last, "method": method, "params": parameters}))
        while True:
            told = json.loads(self._line.recv(timeout=60))
            if told.get("method") == "log.entryAdded" and told["params"]["level"] == "error":
                self.troubles.append(str(told["params"].get("text")))
            if told.get("id") == self._last:
                assert told["type"] == "success", told
                return told["result"]


@contextlib.contextmanager
def firefox(profile: Path) -> Iterator[Page]:
    """Start Firefox with an empty profile in this folder."""
    assert PROGRAM is not None
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    options = ["--headless", "--no-remote", "--profile", str(profile), "--remote-debugging-port", str(port)]
    with subprocess.Popen([PROGRAM, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            with _connected(f"ws://127.0.0.1:{port}/session") as line:
                yield Page(line)
        finally:
            process.terminate()


def _connected(url: str, seconds: float = 60.0) -> ClientConnection:
    end = time.monotonic() + seconds
    while True:
        try:
            return connect(url, max_size=None, open_timeout=30, proxy=None)
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)
