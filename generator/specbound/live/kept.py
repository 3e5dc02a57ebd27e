"""A body as it passes by: kept up to a limit, and let go beyond it.

Knows bytes and how many of them may be kept. It must not know where they come from.
"""

from __future__ import annotations


class Kept:
    """What was seen of one body; `ended` once all of it has passed."""

    __slots__ = ("_chunks", "_limit", "_room", "ended")

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self.ended = False
        self.restart()

    def restart(self) -> None:
        """Begin anew: a body may be sent twice."""
        self._room = self._limit
        self._chunks: list[bytes] = []

    def add(self, chunk: bytes) -> None:
        """Keep a piece, unless the body has become too long to be kept."""
        if self._room < 0 or not chunk:
            return
        self._room -= len(chunk)
        if self._room < 0:
            self._chunks.clear()
        else:
            self._chunks.append(chunk)

    def lose(self) -> None:
        """Something has passed that could not be seen."""
        self._room = -1
        self._chunks.clear()

    @property
    def is_untouched(self) -> bool:
        """Whether nothing has passed so far."""
        return self._room == self._limit and not self.ended

    @property
    def content(self) -> bytes | None:
        """The whole body; None where it did not end, or is longer than the limit."""
        if self._room < 0 or not self.ended:
            return None
        return self._chunks[0] if len(self._chunks) == 1 else b"".join(self._chunks)


def within(content: bytes, limit: int) -> bytes | None:
    """A body that is there already; None where it is longer than the limit."""
    return content if len(content) <= limit else None
