"""How many epochs are trained at once: so many that commands and pictures never wait for long."""

from __future__ import annotations

import math

CHUNK_SECONDS = 0.02
GROWTH = 2.0  # from one chunk to the next: the first epochs tell little about the later ones
MEMORY = 0.3  # of the last chunk in the mean speed


class Pacing:
    """Sizes of chunks by the time that the last ones took, and the speed that people are told.

    Examples
    --------
    >>> pacing = Pacing()
    >>> pacing.chunk
    1
    >>> for _ in range(5):
    ...     pacing.took(pacing.chunk, 0.001 * pacing.chunk)
    >>> pacing.chunk
    20
    """

    def __init__(self) -> None:
        self.chunk = 1
        self.seconds = math.inf  # that the last chunk took
        self.speed = 0.0  # epochs a second of whoever waits: pictures and pauses included
        self._since: float | None = None
        self._epochs = 0

    def chunk_within(self, seconds: float) -> int:
        """How many epochs can be trained in a time that is shorter than a chunk's; 1 at least.

        Examples
        --------
        >>> pacing = Pacing()
        >>> pacing.chunk = 100
        >>> pacing.chunk_within(0.005)
        25
        """
        return max(1, int(self.chunk * seconds / CHUNK_SECONDS))

    def took(self, epochs: int, seconds: float) -> None:
        """Learn from a chunk."""
        self.seconds = seconds
        wanted = epochs * CHUNK_SECONDS / max(seconds, 1e-9)
        self.chunk = max(1, int(min(wanted, GROWTH * self.chunk)))

    def tick(self, epochs: int, now: float) -> None:
        """Count epochs for the speed."""
        if self._since is None:
            self._since, self._epochs = now, 0
            return
        self._epochs += epochs
        elapsed = now - self._since
        if elapsed >= 0.25:
            speed = self._epochs / elapsed
            self.speed = speed if self.speed == 0.0 else self.speed + MEMORY * (speed - self.speed)
            self._since, self._epochs = now, 0

    def rest(self) -> None:
        """Forget the speed: it stands still."""
        self._since, self.speed = None, 0.0
