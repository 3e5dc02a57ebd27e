"""Where a thing stands: a JSON Pointer (RFC 6901) inside one document.

Knows how to write and read pointers. It must not know files' contents: line and column are
found by `source.text`, and only when somebody asks.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace


def escape(token: str) -> str:
    """Write one reference token as it stands inside a JSON Pointer (RFC 6901 section 3)."""
    return token.replace("~", "~0").replace("/", "~1")


def unescape(token: str) -> str:
    """Read one reference token of a JSON Pointer (RFC 6901 section 4)."""
    return token.replace("~1", "/").replace("~0", "~")


def pointer(tokens: Iterable[str | int]) -> str:
    """Join member names and indexes to a JSON Pointer; no token gives the whole document."""
    return "".join("/" + escape(str(token)) for token in tokens)


def tokens(text: str) -> list[str]:
    """Split a JSON Pointer into its unescaped tokens."""
    return [unescape(token) for token in text.split("/")[1:]] if text else []


@dataclass(frozen=True, slots=True)
class Origin:
    """A place in a document: file name, JSON Pointer, and line and column (from 1) once found."""

    file: str
    pointer: str = ""
    line: int | None = None
    column: int | None = None

    def child(self, *steps: str | int) -> Origin:
        """The place below this one; its line is not known yet."""
        return replace(self, pointer=self.pointer + pointer(steps), line=None, column=None)

    def __str__(self) -> str:
        place = self.file
        if self.line is not None:
            place += f":{self.line}"
            if self.column is not None:
                place += f":{self.column}"
        return f"{place}  {self.pointer}" if self.pointer else place
