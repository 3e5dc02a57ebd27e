"""Newline-delimited JSON, one exchange a line; this is the way of the large recordings.

Knows how to read the common line fast and any other exactly. It must not know a contract.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from typing import IO, Any

import orjson

from specbound.origin import pointer
from specbound.traffic.digits import may_lose_digits
from specbound.traffic.exchange import (
    ABSENT,
    Absent,
    Broken,
    Exchange,
    Headers,
    Record,
    Request,
    Response,
    Source,
)
from specbound.traffic.readers import exchange_json, fields
from specbound.traffic.readers.json_stream import HALF, TOO_EARLY, strict, why_not_json

MAX_LINE = 64_000_000
"""Bytes of one line: the largest inline upload of a recording has some 20 MB in base64."""

EXACT_LINES = 500
"""Lines at a file's beginning that are searched for names given twice in one object, which costs as
much as reading them: what writes such lines does so from the start."""

MAX_KNOWN = 100
"""Sets of header fields that are remembered, by their first name; recordings repeat a few, and
whoever comes later can tell them by identity."""

_STRICT = strict()
_PLAIN = frozenset((dict, list, Absent))
_Known = dict[str, tuple[dict[str, str], Headers]]  # of the requests, or of the responses
_new = tuple.__new__  # a named tuple's own constructor is a function of Python, and costs double


def read(stream: IO[bytes], file: str) -> Iterator[Record]:
    """Yield the exchange of each line; a line that has none is `Broken`, blank ones are nothing."""
    known: tuple[_Known, _Known] = ({}, {})
    number = line = 0
    loads, limit = orjson.loads, MAX_LINE + 1
    for text in iter(partial(stream.readline, limit), b""):
        line += 1
        if len(text) == limit:
            _skip_rest(stream, text)
            message = f"the line is longer than {MAX_LINE // 1_000_000} MB"
            yield Broken(Source(file, line, number), message)
            number += 1
            continue
        try:
            value = loads(text)
        except orjson.JSONDecodeError as error:
            if text.isspace():
                continue
            yield Broken(Source(file, line, number), _reason(text, error))
            number += 1
            continue
        source: Source = _new(Source, (file, line, number, ""))
        exact = (line > EXACT_LINES or _names_once(text, value)) and not may_lose_digits(text)
        found = _common(value, source, known) if exact else None
        if found is not None:
            number += 1
            yield found
            continue
        for record in _any(text, value if exact else None, source):
            number += 1
            yield record


def _common(value: Any, source: Source, known: tuple[_Known, _Known]) -> Exchange | None:
    """The exchange of a line as it mostly looks; None for whatever needs a closer look."""
    try:
        request = value["request"]
        method, url = request["method"], request["url"] if "url" in request else request["path"]
    except (KeyError, TypeError):
        return None
    sent = request.get("body", ABSENT)
    if type(url) is not str or type(method) is not str or not method.isupper():
        return None
    if type(sent) not in _PLAIN:
        return None
    asked, members = None, 2 + (sent is not ABSENT)
    if "headers" in request:
        asked = _headers(request["headers"], known[0])
        members += asked is not None
    if len(request) != members:
        return None  # a query of its own, a body under another name
    reply = None
    if "response" in value:
        reply = _reply(value["response"], known[1])
        if reply is None:
            return None
    elif len(value) > 1:
        return None  # what else is there may hold more exchanges
    asked_for = _new(Request, (method, url, asked, sent, None, None, True))
    made: Exchange = _new(Exchange, (asked_for, reply, source, False))
    return made


def _reply(value: Any, known: _Known) -> Response | None:
    """The response as it mostly looks."""
    try:
        status, got = value["status"], value.get("body", ABSENT)
    except (KeyError, TypeError, AttributeError):
        return None
    if type(status) is not int or not 199 < status < 600 or type(got) not in _PLAIN:
        return None
    replied, members = None, 1 + (got is not ABSENT)
    if "headers" in value:
        replied = _headers(value["headers"], known)
        members += replied is not None
    if len(value) != members:
        return None
    made: Response = _new(Response, (status, replied, got, None, None, True))
    return made


def _headers(value: Any, known: _Known) -> Headers | None:
    """The header fields of a plain object of texts, made once for all lines that have them."""
    if type(value) is not dict or not value:
        return None
    name = next(iter(value))
    last = known.get(name)
    if last is not None and last[0] == value:
        return last[1]
    for text in value.values():
        if type(text) is not str:
            return None
    found = fields.headers_of(value) if name.startswith(":") else tuple(value.items())
    if found is not None and (last is not None or len(known) < MAX_KNOWN):
        known[name] = (value, found)
    return found


def _names_once(text: bytes, value: Any) -> bool:
    """Whether no name was lost; a different way of writing is no proof, and looked at closely."""
    try:
        return text.count(b'":') == orjson.dumps(value).count(b'":')
    except TypeError:  # deeper than the fast writer goes
        return False


def _any(text: bytes, value: Any, source: Source) -> Iterator[Record]:
    """Whatever exchanges a line holds; None has the line read again, with all its digits."""
    try:
        value = _STRICT.decode(text.decode()) if value is None else value
    except RecursionError:
        yield Broken(source, "the line nests too deep to be read")
        return
    except ValueError as error:
        yield Broken(source, str(error))
        return
    number = source.number or 0
    for count, found in enumerate(exchange_json.exchanges(value)):
        place = source._replace(number=number + count, pointer=pointer(found.path))
        yield exchange_json.record(found.value, place)


def _reason(text: bytes, error: orjson.JSONDecodeError) -> str:
    """Why a line is no JSON; Python's own reader says it better than the fast one."""
    try:
        _STRICT.decode(text.decode())
    except UnicodeDecodeError:
        return "the line is not UTF-8"
    except json.JSONDecodeError as closer:
        reason = why_not_json(closer)
        return reason if reason == TOO_EARLY else f"{reason} (column {closer.colno})"
    except RecursionError:
        return "the line nests too deep to be read"
    except ValueError as closer:
        return str(closer)
    if "surrogate" in error.msg:
        return HALF
    return f"not JSON: {error.msg}"


def _skip_rest(stream: IO[bytes], text: bytes) -> None:
    while text and not text.endswith(b"\n"):
        text = stream.readline(1 << 20)
