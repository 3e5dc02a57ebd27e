"""The one home of what is secret: JSON values, URLs and headers as they may be shown or written.

Knows names and looks of secrets. It must not know who asks: reports, messages and recorders all
get the same answer.

What is decided here: numbers, booleans and null are never secret. Under a secret name every text
is, at any depth. Elsewhere the look decides: keys of known issuers, JWTs, PEM blocks, credentials
in URLs, and random text of 32 characters and more, unless its name makes it an id or a digest.
UUIDs, enum values, ratios, model names, prose and what stands under a neutral name stay as they
are: a message that hides the offending value helps nobody.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from specbound.traffic.exchange import Headers
from specbound.traffic.secret_looks import MARKER, spotted
from specbound.traffic.secret_names import is_public, is_secret, is_secret_header
from specbound.traffic.secret_urls import URL, redacted_url, with_redacted_urls

__all__ = ["MARKER", "redacted", "redacted_headers", "redacted_url", "shown"]

#: Longer texts are cut to their beginning, and their length is told.
LONGEST = 4000
BEGINNING = 200
DEEPEST = 200
DATA_URI = re.compile(r"data:[\w.+/-]{0,100}(?:;[\w=.+-]{1,60}){0,4},")
DATA_URI_SHORT = 64

#: A text as it may be shown, given its name and whether that makes it a secret.
_Told = Callable[[str, str, bool], str]


def redacted(value: Any, name: str = "", *, whole: bool = False) -> Any:
    """A JSON value with its secrets replaced by ``[redacted]``; a string stays a string.

    `name` is the member that holds it, or a JSON Pointer to it. Texts over 4,000 characters are
    cut with their length told, data URIs to their type and size, unless what is not secret is
    asked for `whole`; the value itself is not changed.
    """
    return _redacted(value, name, is_secret(name), (0, _whole_text if whole else _text))


def _redacted(value: Any, name: str, secret: bool, how: tuple[int, _Told]) -> Any:
    depth, told = how
    if isinstance(value, str):
        return told(value, name, secret)
    if isinstance(value, Mapping):
        if depth > DEEPEST:
            return {"…": "nested too deeply to be shown"}
        members: dict[str, Any] = {}
        for key, item in value.items():
            label, within = str(key), secret or is_secret(str(key))
            members[_label(label, members)] = _redacted(item, label, within, (depth + 1, told))
        return members
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        if depth > DEEPEST:
            return ["…"]
        return [_redacted(item, name, secret, (depth + 1, told)) for item in value]
    return told(bytes(value).decode("utf-8", "replace"), name, secret) if _is_raw(value) else value


def _is_raw(value: Any) -> bool:
    return isinstance(value, bytes | bytearray)


def _label(name: str, members: Mapping[str, Any]) -> str:
    """A member's name, which may be a secret itself; two such names stay two members."""
    label = plain = _text(name, "", False)
    count = 2
    while label in members and label != name:
        label, count = f"{plain} {count}", count + 1
    return label


def _text(text: str, name: str, secret: bool) -> str:
    if secret:
        return MARKER if text else text
    if text.startswith("data:"):
        found = DATA_URI.match(text)
        if found and len(text) - found.end() > DATA_URI_SHORT:
            return f"{found[0]}… ({len(text):,} characters)"
    whole = len(text)
    text = _spotted(text[: 2 * LONGEST], name)
    return text if whole <= LONGEST else f"{text[:BEGINNING]}… ({whole:,} characters)"


def _whole_text(text: str, name: str, secret: bool) -> str:
    if secret:
        return MARKER if text else text
    return text if text.startswith("data:") and DATA_URI.match(text) else _spotted(text, name)


def _spotted(text: str, name: str) -> str:
    if "://" in text:
        text = redacted_url(text) if URL.fullmatch(text) else with_redacted_urls(text)
    return spotted(text, is_public(name))


def redacted_headers(headers: Headers, *, whole: bool = False) -> Headers:
    """Header fields with the values of secret ones replaced, and the others' by their look.

    `whole` as in `redacted`.
    """
    told = _whole_text if whole else _text
    return tuple((name, told(value, name, is_secret_header(name))) for name, value in headers)


def shown(value: Any, name: str = "", limit: int = 80) -> str:
    """One value for a sentence: JSON notation, redacted, at most about `limit` characters.

    A text that is cut tells its length; control and invisible characters are escaped.
    """
    if isinstance(value, str | bytes | bytearray):
        return _shown_text(redacted(value, name), len(value), limit)
    pieces: list[str] = []
    length = 0
    for piece in _pieces(value, name, is_secret(name), 0):
        pieces.append(piece)
        length += len(piece)
        if length > limit:
            return "".join(pieces)[: limit - 1] + "…"
    return "".join(pieces)


def _shown_text(text: str, whole: int, limit: int) -> str:
    if len(text) <= limit:
        return _quoted(text)
    told = "" if text.endswith(" characters)") else f" ({whole:,} characters)"
    return f"{_quoted(text[: limit - 1] + '…')}{told}"


def _pieces(value: Any, name: str, secret: bool, depth: int) -> Iterator[str]:
    """JSON notation bit by bit, so that only what is shown of a large value is ever made."""
    if isinstance(value, Mapping) and depth <= DEEPEST:
        yield "{"
        for number, (key, item) in enumerate(value.items()):
            yield f"{', ' if number else ''}{_quoted(_text(str(key), '', False))}: "
            yield from _pieces(item, str(key), secret or is_secret(str(key)), depth + 1)
        yield "}"
    elif isinstance(value, list | tuple) and depth <= DEEPEST:
        yield "["
        for number, item in enumerate(value):
            yield ", " if number else ""
            yield from _pieces(item, name, secret, depth + 1)
        yield "]"
    else:
        yield _scalar(value, name, secret)


def _scalar(value: Any, name: str, secret: bool) -> str:
    if isinstance(value, str):
        return _quoted(_text(value, name, secret))
    if value is None or isinstance(value, bool | float):
        return json.dumps(value)
    if isinstance(value, int):
        try:
            return str(value)
        except ValueError:
            return f"an integer of {value.bit_length():,} bits"
    return _quoted(_text(str(value), name, secret)) if not isinstance(value, Mapping) else "{…}"


def _quoted(text: str) -> str:
    """A JSON string in which nothing is invisible and nothing can drive a terminal."""
    quoted = json.dumps(text, ensure_ascii=False)
    if quoted.isprintable():
        return quoted
    return "".join(
        char if char.isprintable() else json.dumps(char)[1:-1] if char >= "\x80" else _escape(char)
        for char in quoted
    )


def _escape(char: str) -> str:
    return f"\\u{ord(char):04x}"
