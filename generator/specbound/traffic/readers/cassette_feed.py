"""The bytes of a YAML cassette on their way to the parser, which may start again after a fault.

Knows lines and UTF-8. It must not know YAML, nor what an interaction is.
"""

from __future__ import annotations

import re
from collections import deque
from typing import IO

CHUNK = 256 * 1024
LONGEST_RECORD = 256_000_000
"""Bytes of one interaction: what is larger is a file of another kind, or an unclosed quote."""

CONTROLS = bytes([*range(9), 11, 12, *range(14, 32), 127])
#: What is UTF-8 and yet no character of YAML (1.2 section 5.1), and the line breaks of YAML 1.1.
FOREIGN = re.compile(
    rb"\xc2[\x80-\x9f]|\xef\xbf[\xbe\xbf]|\xed[\xa0-\xbf].|\xef\xbb\xbf|\xe2\x80[\xa8\xa9]"
)
REPLACEMENT = "\ufffd".encode()
BREAKS = {
    b"\xc2\x85": "\ue085".encode(),
    b"\xe2\x80\xa8": "\ue028".encode(),
    b"\xe2\x80\xa9": "\ue029".encode(),
}
"""YAML 1.1 breaks lines at NEL, LS and PS, and libyaml with it; YAML 1.2 and every writer of
cassettes mean the characters. They travel in disguise, see `meant`."""

DISGUISED = re.compile("[\ue085\ue028\ue029]")
INDENTED = re.compile("([\ue085\ue028\ue029]) +")
MEANT = {"\ue085": "\x85", "\ue028": "\u2028", "\ue029": "\u2029"}


class TooLong(Exception):
    """One interaction is longer than any is."""


class Feed:
    """A stream that a YAML parser can read: always UTF-8, and repaired where it was not.

    It remembers what it gave out since `forget`, so that reading can go on after a fault.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._ahead = b""
        self._torn = b""
        self._given: deque[tuple[int, bytes]] = deque()
        self._line = 0
        self._kept = 0
        self._started = False
        self.damaged: list[int] = []
        self.disguised = False

    def read(self, size: int = CHUNK) -> bytes:
        """At most `size` bytes, remembered; empty at the end."""
        if not self._ahead:
            self._ahead = self._fetch()
        part, self._ahead = self._ahead[:size], self._ahead[size:]
        if part:
            self._given.append((self._line, part))
            self._line += part.count(b"\n")
            self._kept += len(part)
            if self._kept > LONGEST_RECORD:
                raise TooLong(f"one interaction is longer than {LONGEST_RECORD:,} bytes")
        return part

    def _fetch(self) -> bytes:
        read = self._stream.read(CHUNK)
        chunk = self._torn + read
        self._torn = b""
        if not self._started:
            chunk, self._started = chunk.removeprefix(b"\xef\xbb\xbf"), True
        if chunk.isascii():
            return chunk if not _has_controls(chunk) else self._repaired(chunk)
        try:
            chunk.decode()
        except UnicodeDecodeError as error:
            if read and error.end == len(chunk) and len(chunk) - error.start < 4:
                chunk, self._torn = chunk[: error.start], chunk[error.start :]
                if not chunk:
                    return self._fetch()
        return self._repaired(chunk)

    def _repaired(self, chunk: bytes) -> bytes:
        """Every byte that YAML does not take replaced, and its line noted."""
        if not _has_controls(chunk) and not FOREIGN.search(chunk) and _is_text(chunk):
            return chunk
        lines = chunk.split(b"\n")
        first = self._line + self._ahead.count(b"\n")
        for number, line in enumerate(lines):
            lines[number] = self._clean(line, first + number)
        return b"\n".join(lines)

    def _clean(self, line: bytes, number: int) -> bytes:
        for raw, disguise in BREAKS.items():
            if raw in line:
                line, self.disguised = line.replace(raw, disguise), True
        if _has_controls(line) or FOREIGN.search(line) or not _is_text(line):
            self.damaged.append(number)
            line = FOREIGN.sub(REPLACEMENT, line.decode("utf-8", "replace").encode())
            line = line.translate(bytes(63 if byte in CONTROLS else byte for byte in range(256)))
        return line

    def forget(self, line: int) -> None:
        """Drop what lies wholly before `line` (from 0)."""
        given = self._given
        while len(given) > 1 and given[1][0] < line:
            self._kept -= len(given.popleft()[1])
        while self.damaged and self.damaged[0] < line:
            self.damaged.pop(0)

    def is_damaged(self, start: int, end: int) -> bool:
        """Whether a byte between these lines had to be replaced."""
        return any(start <= line <= end for line in self.damaged)

    def dash(self, line: int) -> int | None:
        """How far the dash on `line` (from 0) is indented; None if there is none."""
        if not self._given:
            return None
        lines = b"".join(part for _, part in self._given).split(b"\n")
        at = line - self._given[0][0]
        found = re.match(rb"( *)-(?=[ \r]|$)", lines[at]) if 0 <= at < len(lines) else None
        return len(found[1]) if found else None

    def again(self, after: int, indent: int, opening: bytes) -> int | None:
        """Go on at the first line past `after` that begins an item at `indent`, behind `opening`.

        Gives the number of that line, or None at the end of the stream.
        """
        start = re.compile(rb"^ {%d}-(?=[ \r\n])" % indent, re.MULTILINE)
        line = self._given[0][0] if self._given else self._line
        text = b"".join(part for _, part in self._given) + self._ahead
        self._given.clear()
        self._kept = 0
        while True:
            position = 0
            while line <= after and (end := text.find(b"\n", position)) >= 0:
                position, line = end + 1, line + 1
            found = start.search(text, position) if line > after else None
            if found:
                line += text.count(b"\n", position, found.start())
                self._ahead, self._line = opening + text[found.start() :], line
                self._line -= opening.count(b"\n")
                return line
            last = text.rfind(b"\n") + 1 if line > after else position
            line += text.count(b"\n", position, last)
            self._ahead, self._line = b"", line
            more = self._fetch()
            if not more:
                return None
            text = text[last:] + more


def meant(text: str, style: str | None) -> str:
    """A scalar's text with disguised characters as they were meant.

    PyYAML and libyaml break the line at them and indent what follows, except in double quotes.
    """
    if style != '"':
        text = INDENTED.sub(lambda found: found[1], text)
    return DISGUISED.sub(lambda found: MEANT[found[0]], text)


def _has_controls(chunk: bytes) -> bool:
    return len(chunk.translate(None, CONTROLS)) != len(chunk)


def _is_text(chunk: bytes) -> bool:
    try:
        chunk.decode()
    except UnicodeDecodeError:
        return False
    return True
