"""A large JSON text, value by value: what was read is let go, and each value knows its line.

Knows the grammar of JSON (RFC 8259). It must not know what the values mean.
"""

from __future__ import annotations

import codecs
import json
import math
import re
from collections.abc import Callable, Iterator
from typing import IO, Any, NamedTuple, NoReturn

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


class Fault(ValueError):
    """The text is no JSON from here on; `line` (from 1) is where."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


#: Reads a text that is one whole item, or raises ValueError; it may know fewer numbers.
Quick = Callable[[str], Any]
_NOTHING = object()


class Item(NamedTuple):
    """One item of an array: its number from 0, the line on which it begins, and what it is."""

    number: int
    line: int
    value: Any


class JsonStream:
    """Reads a JSON text from a stream in order; nothing but the value at hand is kept."""

    def __init__(
        self, stream: IO[bytes], decoder: json.JSONDecoder, quick: Quick | None = None
    ) -> None:
        self._stream = stream
        self._quick = quick
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

    def members(self) -> Iterator[str]:
        """Names of the object that begins here, whose values the caller reads; none once lost."""
        self._take("{")
        while self.peek() != "}":
            if self.peek() != '"':
                _wrong(self, "a member's name in double quotes")
            name = self.value()
            self._take(":")
            yield name
            if self._lost:
                return
            if self.peek() != "}":
                self._take(",")
        self._take("}")

    def items(self) -> Iterator[Item | Fault]:
        """Items of the array that begins here; where one is a `Fault`, the next is sought."""
        self._take("[")
        index = 0
        while self.peek() != "]":
            line, signature, ahead = self.line(), self._signature(), 1
            try:
                value = _whole(self, signature)
                if value is _NOTHING:
                    value = self.value()
                yield Item(index, line, value)
                ahead = 0
                if self.peek() != "]":
                    self._take(",")
            except Fault as fault:
                yield fault
                # Without a neighbour that begins alike there is no telling where the next one is.
                self._lost = not (signature and self._resume(signature, ahead))
                if self._lost:
                    return
            index += 1
        self._take("]")

    def _take(self, wanted: str) -> None:
        if self.peek() != wanted:
            _wrong(self, f"`{wanted}`")
        self._at += 1

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
        try:
            text = self._decoder.decode(block, self._ended)
        except UnicodeDecodeError:
            # From here on such bytes become halves of pairs, and only their own record is broken.
            self._decoder.errors, self._damaged = "surrogateescape", True
            text = self._decoder.decode(block, self._ended)
        self._buffer = self._buffer[self._at :] + text
        self._at = self._counted = self._value_at = 0

    def _signature(self) -> str:
        """How an item begins, up to its first colon: its neighbours begin in the same way."""
        if len(self._buffer) - self._at < 1000 and not self._ended:
            self._fill(BLOCK)
        found = _SIGNATURE.match(self._buffer, self._at)
        return found.group() if found else ""

    def _resume(self, signature: str, ahead: int) -> bool:
        """Go to the next item that begins like the broken one, from `ahead` characters on."""
        start = self._at + ahead
        while (found := self._buffer.find(signature, start)) < 0:
            if self._ended:
                return False
            self._at = max(self._at, len(self._buffer) - len(signature))
            start = 0
            self._fill(BLOCK)
        self._at = found
        return True


def _whole(stream: JsonStream, signature: str) -> Any:
    """Read an item at once, if it ends where the next seems to begin: only if it is a value."""
    if stream._quick is None or not signature:
        return _NOTHING
    end = stream._buffer.rfind(",", stream._at, stream._buffer.find(signature, stream._at + 1))
    try:
        value = stream._quick(stream._buffer[stream._at : end])
    except ValueError:
        return _NOTHING
    stream._value_at, stream._at = stream._at, end
    return value


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
