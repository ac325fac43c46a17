"""What a session has to say, until somebody takes it: in order, and of what is outdated only the latest."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from typing import Any

Message = dict[str, Any] | bytes


class Outbox:
    """Messages from a session's thread to whoever sends them; safe between threads.

    Parameters
    ----------
    wake : callable
        Called, in the thread that puts, whenever there is something new. It must not block.

    Examples
    --------
    >>> box = Outbox(lambda: None)
    >>> box.put_latest("frame", b"epoch 1")
    >>> box.put({"type": "answer"})
    >>> box.put_latest("frame", b"epoch 2")
    >>> box.take()
    [{'type': 'answer'}, b'epoch 2']
    >>> box.take()
    []
    """

    def __init__(self, wake: Callable[[], Any]) -> None:
        self._wake = wake
        self._lock = threading.Lock()
        self._messages: dict[object, Message] = {}
        self._numbers = itertools.count()

    def put(self, message: Message) -> None:
        """Add a message that must arrive."""
        with self._lock:
            self._messages[next(self._numbers)] = message
        self._wake()

    def put_latest(self, kind: str, message: Message) -> None:
        """Add a message that makes older ones of its kind worthless: they leave, and it stands at the end."""
        with self._lock:
            self._messages.pop(kind, None)
            self._messages[kind] = message
        self._wake()

    def drop(self, kind: str) -> None:
        """Take back what of this kind was not taken yet."""
        with self._lock:
            self._messages.pop(kind, None)

    def holds(self, kind: str) -> bool:
        """Whether a message of this kind was not taken yet."""
        with self._lock:
            return kind in self._messages

    def take(self) -> list[Message]:
        """Hand all messages over, in the order in which they are to be sent."""
        with self._lock:
            messages, self._messages = self._messages, {}
        return list(messages.values())
