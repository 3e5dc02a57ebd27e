"""One interaction of a cassette as an exchange, in every layout that recorders have written.

Knows VCR.py, Ruby's VCR and Betamax. It must not know whether YAML or JSON held the interaction.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from specbound.source.yaml_scalars import NoValue, plain
from specbound.traffic.bodies import decoded
from specbound.traffic.exchange import ABSENT, Headers, Request, Response, header
from specbound.traffic.readers.cassette_items import Node, Plain, from_base64

NOTHING = frozenset(("", "~", "null", "Null", "NULL"))
GZIP = b"\x1f\x8b"
#: Members of a mapping that holds a body as text.
WRAPPER = frozenset(
    sign + name for sign in ("", ":") for name in ("encoding", "string", "base64_string")
)
#: A compressed body that was forced into text: its bytes are lost.
LOST = re.compile("\x1f\ufffd|^\ufffd{2}")
UNREADABLE = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
TEXTUAL = re.compile(r"json|text/|xml|javascript|x-www-form-urlencoded", re.IGNORECASE)


class Unreadable(Exception):
    """Why an interaction is no exchange."""


class Body(NamedTuple):
    """A body as the cassette has it: JSON, or bytes; neither if there was none."""

    json: Any = ABSENT
    content: bytes | None = None
    line: int | None = None
    whole: bool = True


def exchange(interaction: Any) -> tuple[Request | None, Response | None]:
    """The two halves of an interaction; raises `Unreadable` with the reason."""
    if not isinstance(interaction, Mapping):
        raise Unreadable("an interaction is not a mapping")
    asked, answered = _member(interaction, "request"), _member(interaction, "response")
    if asked is None and answered is None:
        raise Unreadable("it has neither a request nor a response")
    try:
        return _request(asked), _response(answered)
    except RecursionError:
        raise Unreadable("it nests too deeply") from None


def _request(asked: Any) -> Request | None:
    if asked is None:
        return None
    if not isinstance(asked, Mapping):
        raise Unreadable("its request is not a mapping")
    method, url = _text(_member(asked, "method")), _text(_member(asked, "uri", "url"))
    if not method:
        raise Unreadable("its request has no method")
    if not url:
        raise Unreadable("its request has no uri")
    headers = _headers(_member(asked, "headers"), "request")
    body = _body(asked, headers, "request")
    if not body.whole:
        raise Unreadable("the body of its request was packed and then stored as text: it is lost")
    name = method.lstrip(":").upper()
    return Request(name, url, headers, body.json, body.content, body.line)


def _response(answered: Any) -> Response | None:
    if answered is None:
        return None
    if not isinstance(answered, Mapping):
        raise Unreadable("its response is not a mapping")
    status = _status(answered)
    headers = _headers(_member(answered, "headers"), "response")
    body = _body(answered, headers, "response")
    return Response(status, headers, body.json, body.content, body.line, body.whole)


def _member(where: Mapping[str, Any], *names: str) -> Any:
    """The first of these members that is there and says something; Ruby may write `:name`."""
    for name in names:
        for each in (name, f":{name}"):
            value = where.get(each)
            if value is not None and not (isinstance(value, Plain) and value in NOTHING):
                return value
    return None


def _text(value: Any) -> str:
    if value is None or (isinstance(value, Plain) and value in NOTHING):
        return ""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return str(value) if isinstance(value, str | int | float) else ""


def _status(answered: Mapping[str, Any]) -> int:
    status = _member(answered, "status", "status_code", "code")
    if isinstance(status, Mapping):
        status = _member(status, "code", "status_code", "status")
    found = re.match(r"\s*(\d{3})(?!\d)", _text(status))
    if not found or isinstance(status, bool | float):
        raise Unreadable("its response has no status code")
    return int(found[1])


def _headers(value: Any, half: str) -> Headers | None:
    """Header fields as a mapping of texts or lists, or a list of pairs or of name and value."""
    if not value:
        return None
    if isinstance(value, Mapping):
        pairs = list(value.items())
    elif isinstance(value, list):
        pairs = [_pair(item, half) for item in value]
    else:
        raise Unreadable(f"the headers of its {half} are neither a mapping nor a list")
    fields: list[tuple[str, str]] = []
    for name, values in pairs:
        for each in values if isinstance(values, list) else [values]:
            fields.append((_text(name).lstrip(":"), _text(each)))
    return tuple(fields)


def _pair(item: Any, half: str) -> tuple[Any, Any]:
    if isinstance(item, list) and len(item) == 2:
        return item[0], item[1]
    if isinstance(item, Mapping) and (name := _member(item, "name", "key")) is not None:
        return name, _member(item, "value")
    if isinstance(item, str) and ":" in item:
        name, _, value = item.partition(":")
        return name, value.strip()
    raise Unreadable(f"a header of its {half} has no name")


def _body(half: Mapping[str, Any], headers: Headers | None, name: str) -> Body:
    if "parsed_body" in half:
        return Body(as_json(half["parsed_body"]), None, _line(half, "parsed_body"))
    key = next((key for key in ("body", ":body", "content") if key in half), None)
    if key is None:
        return Body()
    value, line, text = half[key], _line(half, key), ""
    if isinstance(value, Mapping):
        inner = _inner(value)
        if inner is None:
            is_body = not WRAPPER.issuperset(value)
            return Body(as_json(value), None, line) if is_body else Body()
        line = _line(value, inner)
        value, text = value[inner], inner
    if isinstance(value, list):
        value = _joined(value, name)
    if value is None or (isinstance(value, Plain) and value in NOTHING):
        return Body()
    if text.endswith("base64_string"):
        value, line = _base64(value, name), None
    elif isinstance(value, Mapping | bool | int | float):
        return Body(as_json(value), None, line)
    return _content(value, headers, name, line)


def _inner(body: Mapping[str, Any]) -> str | None:
    """The member of a body's mapping that has its text; None if the mapping is the body itself."""
    if not WRAPPER.issuperset(body):
        return None
    texts = [key for key in body if key.endswith("string")]
    # Betamax may write both, one of them empty.
    return next((key for key in texts if body[key]), texts[0] if texts else None)


def _line(half: Mapping[str, Any], key: str) -> int | None:
    line = half.lines.get(key) if isinstance(half, Node) else None
    return line + 1 if line is not None else None


def _joined(parts: list[Any], name: str) -> Any:
    """Chunks of a body, which some recorders keep one by one."""
    if all(isinstance(part, str) for part in parts):
        return "".join(parts)
    if all(isinstance(part, bytes | str) for part in parts):
        return b"".join(part.encode() if isinstance(part, str) else part for part in parts)
    raise Unreadable(f"the body of its {name} is a list of something else than texts")


def _base64(value: Any, name: str) -> bytes:
    try:
        return from_base64(value if isinstance(value, bytes) else _text(value).encode())
    except ValueError:
        # Text that was marked as binary as well: it has been decoded already.
        if isinstance(value, bytes):
            return value
        raise Unreadable(f"the base64 text of its {name}'s body is damaged") from None


def _content(value: Any, headers: Headers | None, name: str, line: int | None) -> Body:
    if isinstance(value, str):
        if LOST.match(value[:2]):
            return Body(whole=False)
        content = value.encode("latin-1", "replace") if value[:2] == "\x1f\x8b" else _bytes(value)
    else:
        content, line = value, None
    if not content:
        return Body()
    encodings = header(headers, "content-encoding")
    if encodings is None and content[:2] == GZIP:
        encodings = "gzip" if TEXTUAL.search(header(headers, "content-type") or "") else None
    if encodings and not _is_decoded(content):
        try:
            content, line = decoded(content, encodings), None
        except ValueError as error:
            raise Unreadable(f"the body of its {name}: {error}") from None
    return Body(content=content or None, line=line)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _is_decoded(content: bytes) -> bool:
    """Whether the recorder has already undone the coding: what is left is text."""
    if content[:2] == GZIP or UNREADABLE.search(content):
        return False
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def as_json(value: Any) -> Any:
    """The JSON value of a part that the cassette holds as data; raises `Unreadable` if none."""
    if isinstance(value, Plain):
        try:
            return plain(str(value))
        except NoValue as error:
            raise Unreadable(f"a body holds what JSON cannot say: {error}") from None
    if isinstance(value, Mapping):
        return {name: as_json(item) for name, item in value.items()}
    if isinstance(value, list):
        return [as_json(item) for item in value]
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value
