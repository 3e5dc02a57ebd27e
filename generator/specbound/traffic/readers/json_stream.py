"""A large JSON text, value by value: what was read is let go, and each value knows its line.

Knows the grammar of JSON (RFC 8259). It must not know what the values mean.
"""

from __future__ import annotations

import codecs
import json
import math
import re
from collections.abc import Iterator
from typing import IO, Any, NamedTuple, NoReturn

from specbound.traffic.readers.json_rows import Quick, rows

BLOCK = 1 << 18

MAX_VALUE = 64_000_000
"""Characters of one value: the largest inline upload of a recording has some 20 MB in base64."""

HALF = "a string holds half of a surrogate pair, which is no character"
NO_TEXT = "a string holds bytes that are not UTF-8"
TOO_LONG = f"a single value is longer than {MAX_VALUE // 1_000_000} million characters"
TOO_EARLY = "the text ends in the middle of a record"

_BLANK = re.compile(r"[ \t\r\n]*")
_SIGNATURE = re.compile(r'\{\s*"[^"\\]{1,80}"\s*:')
_NEAR_END = 12  # characters: within these a cut word, number or escape looks like an error
_HURDLES = 100
"""Items that the quick way may fail on before it is left: going over to the exact one costs."""


class Fault(ValueError):
    """The text is no JSON from here on; `line` (from 1) is where."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


class Item(NamedTuple):
    """One item of an array: its number from 0, the line on which it begins, and what it is."""

    number: int
    line: int
    value: Any


class JsonStream:
    """Reads a JSON text from a stream in order; nothing but the value at hand is kept.

    `quick` reads most items of arrays. Where `is_cut`, the stream may end before the text does, as
    long as it ends between two items of an array; `was_cut` then tells that it did.
    """

    def __init__(
        self,
        stream: IO[bytes],
        decoder: json.JSONDecoder,
        quick: Quick | None = None,
        is_cut: bool = False,
    ) -> None:
        self._stream = stream
        self._quick = quick
        self._hurdles = 0
        self._is_cut = is_cut
        self.was_cut = False
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._is_strict = decoder.object_pairs_hook is _object
        self._scan = decoder.raw_decode
        self._buffer = ""
        self._at = self._counted = self._value_at = 0
        self._line = 1
        self._ended = self._lost = self._damaged = False

    def line(self) -> int:
        """The line of the place that was reached, from 1."""
        self._line += self._buffer.count("\n", self._counted, self._at)
        self._counted = self._at
        return self._line

    def peek(self) -> str:
        """The next character that is no blank, not yet taken; empty at the end."""
        while not self._lost:
            found = _BLANK.match(self._buffer, self._at)
            self._at = found.end() if found else self._at
            if self._at < len(self._buffer):
                return self._buffer[self._at]
            if self._ended:
                break
            self._fill()
        return ""

    def value(self) -> Any:
        """Read the value that begins here; raises `Fault` and stays where it was."""
        self.peek()
        size = BLOCK
        while True:
            found = self._attempt()
            if found is not None:
                value, end = found
                self._value_at, self._at = self._at, end
                return value
            if len(self._buffer) - self._at > MAX_VALUE:
                raise Fault(TOO_LONG, self.line())
            self._fill(size)
            size *= 2

    def text(self) -> str:
        """The text of the value just read."""
        return self._buffer[self._value_at : self._at]

    def members(self, begun: bool = False) -> Iterator[str]:
        """Names of the object that begins here, whose values the caller reads; none once lost.

        One that has `begun` before goes on after one of its values.
        """
        if self._lost:
            return
        if not begun:
            _take(self, "{")
        elif self.peek() != "}":
            _take(self, ",")
        while self.peek() != "}":
            if self.peek() != '"':
                _wrong(self, "a member's name in double quotes")
            name = self.value()
            _take(self, ":")
            yield name
            if self._lost:
                return
            if self.peek() != "}":
                _take(self, ",")
        _take(self, "}")

    def items(self, begun: bool = False) -> Iterator[Item | Fault]:
        """Items of the array that begins here; where one is a `Fault`, the next is sought.

        One that has `begun` before goes on with an item.
        """
        if not begun:
            _take(self, "[")
        index = 0
        while self.peek() != "]":
            for line, value in _rows(self):
                yield Item(index, line, value)
                index += 1
            if self._is_cut and index and not self.peek():
                self._lost = self.was_cut = True
                return
            line, signature, ahead = self.line(), _signature(self), 1
            try:
                value = self.value()
                yield Item(index, line, value)
                ahead = 0
                if self.peek() != "]":
                    _take(self, ",")
            except Fault as fault:
                yield fault
                # Without a neighbour that begins alike there is no telling where the next one is.
                self._lost = not (signature and _resume(self, signature, ahead))
                if self._lost:
                    return
            index += 1
        _take(self, "]")

    def _attempt(self) -> tuple[Any, int] | None:
        """The value and its end; None where the text at hand ends before it does."""
        try:
            value, end = self._scan(self._buffer, self._at)
        except json.JSONDecodeError as error:
            near_end = error.pos >= len(self._buffer) - _NEAR_END
            if not self._ended and (near_end or error.msg.startswith("Unterminated string")):
                return None
            line = self.line()
            if (reason := why_not_json(error)) != TOO_EARLY:
                line += self._buffer.count("\n", self._at, error.pos)
            raise Fault(reason, line) from None
        except RecursionError:
            raise Fault("the value nests too deep to be read", self.line()) from None
        except ValueError as error:
            raise Fault(str(error), self.line()) from None
        suspect = self._is_strict and self._buffer.find("\\u", self._at, end) >= 0
        if (suspect or self._damaged) and _has_half(value):
            raise Fault(NO_TEXT if self._damaged else HALF, self.line())
        cut = end == len(self._buffer) and self._buffer[end - 1] not in '}]"' and not self._ended
        return None if cut else (value, end)

    def _fill(self, size: int = BLOCK) -> None:
        block = self._stream.read(size)
        self._ended = not block
        self.line()
        self._buffer = self._buffer[self._at :] + _decoded(self, block)
        self._at = self._counted = self._value_at = 0


def _take(stream: JsonStream, wanted: str) -> None:
    if stream.peek() != wanted:
        _wrong(stream, f"`{wanted}`")
    stream._at += 1


def _decoded(stream: JsonStream, block: bytes) -> str:
    try:
        return stream._decoder.decode(block, stream._ended)
    except UnicodeDecodeError:
        # From here on such bytes become halves of pairs, and only their own record is broken.
        stream._decoder.errors, stream._damaged = "surrogateescape", True
        return stream._decoder.decode(block, stream._ended)


def _rows(stream: JsonStream) -> Iterator[tuple[int, Any]]:
    """Items that the quick way can read, each with its line; then the stream is at the next."""
    signature = _signature(stream) if stream._quick and stream._hurdles < _HURDLES else ""
    if not signature or stream._quick is None or stream._damaged:
        return
    stream._hurdles += 1
    begun = stream._buffer[stream._at :].encode() + stream._decoder.getstate()[0]
    stream._buffer, line = "", stream.line()
    rest, line = yield from rows(stream._stream, begun, (signature.encode(), stream._quick), line)
    stream._decoder.reset()
    stream._buffer, stream._line = _decoded(stream, rest), line
    stream._at = stream._counted = stream._value_at = 0


def _signature(stream: JsonStream) -> str:
    """How an item begins, up to its first colon: its neighbours begin in the same way."""
    if len(stream._buffer) - stream._at < 1000 and not stream._ended:
        stream._fill(BLOCK)
    found = _SIGNATURE.match(stream._buffer, stream._at)
    return found.group() if found else ""


def _resume(stream: JsonStream, signature: str, ahead: int) -> bool:
    """Go to the next item that begins like the broken one, from `ahead` characters on."""
    start = stream._at + ahead
    while (found := stream._buffer.find(signature, start)) < 0:
        if stream._ended:
            return False
        stream._at = max(stream._at, len(stream._buffer) - len(signature))
        start = 0
        stream._fill(BLOCK)
    stream._at = found
    return True


def _wrong(stream: JsonStream, wanted: str) -> NoReturn:
    found = stream.peek()
    said = f"not JSON: `{found}` stands where {wanted} is due" if found else TOO_EARLY
    raise Fault(said, stream.line())


def _has_half(value: Any) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    except RecursionError:
        return False
    return False


def why_not_json(error: json.JSONDecodeError) -> str:
    """The reason in a person's words; of a text that was cut, just that."""
    if error.pos >= len(error.doc.rstrip()) or error.msg.startswith("Unterminated string"):
        return TOO_EARLY
    return f"not JSON: {error.msg[:1].lower()}{error.msg[1:]}"


def strict() -> json.JSONDecoder:
    """A decoder that refuses NaN, numbers without end and a name given twice, with the reason.

    A `JsonStream` with it also refuses halves of surrogate pairs.
    """
    return json.JSONDecoder(
        object_pairs_hook=_object, parse_constant=_constant, parse_float=_real, parse_int=_integer
    )


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        double = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the member `{double[:60]}` stands twice in one object")
    return found


def _constant(word: str) -> NoReturn:
    raise ValueError(f"`{word}` is not a JSON value")


def _real(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise ValueError(f"the number {digits[:20]} is too large")
    return number


def _integer(digits: str) -> int:
    if len(digits) > 4_000:
        raise ValueError(f"the number {digits[:20]}… is too large")
    return int(digits)
