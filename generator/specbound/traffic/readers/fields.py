"""Requests and responses out of JSON objects, under the names that people really give the members.

Knows those names and how a body is written. It must not know files, nor where an object stood.
"""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any
from urllib.parse import parse_qsl, urlencode

from specbound.traffic.exchange import ABSENT, Headers, Request, Response, header
from specbound.traffic.readers.json_stream import HALF

METHODS = ("method", "http_method", "httpMethod", "verb")
URLS = ("url", "uri", "path")
QUERIES = ("query", "params", "queryString", "query_params", "querystring")
HEADERS = ("headers", "header")
BODIES = ("body", "json", "payload", "data")
STATUSES = ("status", "statusCode", "status_code", "code")

#: Methods whose requests have no body that means anything (RFC 9110 section 9.3).
_BODYLESS = frozenset({"GET", "HEAD", "DELETE", "CONNECT", "TRACE"})
#: Statuses whose responses have none (RFC 9110 sections 15.2, 15.3.5, 15.4.5).
_EMPTY = frozenset({*range(100, 200), 204, 205, 304})


class Wrong(ValueError):
    """The object is meant to be a request or a response and is not; the message says why."""


def is_request(value: Any) -> bool:
    """Whether an object can be meant as a request."""
    return isinstance(value, dict) and any(name in value for name in (*METHODS, *URLS))


def is_response(value: Any) -> bool:
    """Whether an object can be meant as a response."""
    return isinstance(value, dict) and any(name in value for name in (*STATUSES, "body", "headers"))


def request_of(fields: dict[str, Any]) -> Request:
    """Read a request; raises `Wrong`."""
    method = _first(fields, METHODS)
    if not isinstance(method, str) or not method.strip():
        raise Wrong("the request has no `method`" if method is None else _text_due("method"))
    method = method.strip().upper()
    url = _url(fields)
    headers = headers_of(_first(fields, HEADERS))
    data, content = _body(fields, headers)
    if data is None and method in _BODYLESS:
        data = ABSENT
    return Request(method, url, headers, data, content, whole=fields.get("whole") is not False)


def response_of(fields: dict[str, Any]) -> Response:
    """Read a response; raises `Wrong`."""
    status = status_of(_first(fields, STATUSES))
    headers = headers_of(_first(fields, HEADERS))
    data, content = _body(fields, headers)
    if data is None and status in _EMPTY:
        data = ABSENT
    return Response(status, headers, data, content, whole=fields.get("whole") is not False)


def status_of(value: Any) -> int:
    """Read a status: 200, "200", "200 OK" or {"code": 200}; raises `Wrong`."""
    if value is None:
        raise Wrong("the response has no `status`")
    if isinstance(value, dict):
        value = value.get("code")
    if isinstance(value, str):
        first = value.split(maxsplit=1)[0] if value.strip() else ""
        value = int(first) if first.isascii() and first.isdigit() and len(first) == 3 else value
    if type(value) is float and value.is_integer():
        value = int(value)
    if type(value) is not int or not 100 <= value <= 599:
        raise Wrong(f"the response's `status` is no HTTP status: {_short(value)}")
    return value


def headers_of(value: Any) -> Headers | None:
    """Read header fields from an object or a list of pairs; None where none were kept."""
    if value is None:
        return None
    if isinstance(value, dict):
        pairs = list(value.items())
    elif isinstance(value, list):
        pairs = [_pair(item) for item in value]
    else:
        raise Wrong(f"`headers` is neither an object nor a list: {_short(value)}")
    found: list[tuple[str, str]] = []
    for name, values in pairs:
        # HTTP/2's pseudo header fields (":authority") are no header fields (RFC 9113 section 8.3).
        if not name.startswith(":"):
            found += [(name, text) for text in _values(name, values)]
    return tuple(found)


def with_query(url: str, query: Any) -> str:
    """The URL with the query of a member of its own, where the URL does not have it already."""
    if query is None or query == "" or query == [] or query == {}:
        return url
    if isinstance(query, str):
        pairs = parse_qsl(query.lstrip("?"), keep_blank_values=True)
    elif isinstance(query, dict):
        pairs = [(name, text) for name, value in query.items() for text in _values(name, value)]
    elif isinstance(query, list):
        named = [_pair(item) for item in query]
        pairs = [(name, text) for name, value in named for text in _values(name, value)]
    else:
        raise Wrong(f"`query` is neither an object nor a list nor a text: {_short(query)}")
    base, _, rest = url.partition("?")
    there = set(parse_qsl(rest, keep_blank_values=True))
    missing = urlencode([pair for pair in pairs if pair not in there])
    return base + "?" + "&".join(part for part in (rest, missing) if part) if missing else url


def is_json(media_type: str) -> bool:
    """Whether a media type is JSON or built on it (RFC 6839 section 3.1)."""
    essence = media_type.partition(";")[0].strip().lower()
    return essence.endswith(("/json", "+json"))


def unbase64(text: str) -> bytes:
    """Decode base64, blanks and missing padding forgiven; raises `Wrong`."""
    packed = "".join(text.split())
    try:
        return base64.b64decode(packed + "=" * (-len(packed) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise Wrong("the body is called base64 and is not") from None


def to_bytes(text: str) -> bytes:
    """UTF-8; raises `Wrong` for half of a surrogate pair, which no wire carries."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise Wrong(HALF) from None


def _first(fields: dict[str, Any], names: tuple[str, ...]) -> Any:
    return next((fields[name] for name in names if name in fields), None)


def _url(fields: dict[str, Any]) -> str:
    url = _first(fields, URLS)
    if isinstance(url, dict):  # Postman's and WHATWG's URL objects
        url = url.get("raw", url.get("href"))
    if url is None:
        raise Wrong("the request has neither a `url` nor a `path`")
    if not isinstance(url, str) or not url.strip():
        raise Wrong(_text_due("url"))
    return with_query(url.strip(), _first(fields, QUERIES))


def _body(fields: dict[str, Any], headers: Headers | None) -> tuple[Any, bytes | None]:
    """The body as JSON or as bytes. A text is JSON's own only where no other reading is nearer."""
    name = next((name for name in BODIES if name in fields), None)
    if name is None:
        return ABSENT, None
    body = fields[name]
    if not isinstance(body, str):
        return body, None
    if fields.get("encoding") == "base64" or fields.get("isBase64Encoded") is True:
        return ABSENT, unbase64(body)
    if not body:
        return ABSENT, None
    media_type = header(headers, "content-type")
    if (media_type is not None and not is_json(media_type)) or _is_json_text(body):
        return ABSENT, to_bytes(body)
    return body, None


def _is_json_text(body: str) -> bool:
    if body.lstrip()[:1] in ("{", "["):
        return True
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return False
    return True


def _pair(item: Any) -> tuple[str, Any]:
    if isinstance(item, dict):
        name = item.get("name", item.get("key"))
        value = item.get("value")
    elif isinstance(item, list) and len(item) == 2:
        name, value = item
    else:
        name = value = None
    if not isinstance(name, str):
        raise Wrong(f"a header or parameter has no name: {_short(item)}")
    return name, value


def _values(name: str, value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, list):
        return [text for each in value for text in _values(name, each)]
    if value is None:
        return []
    if isinstance(value, bool):
        return ["true" if value else "false"]
    if isinstance(value, (int, float)):
        return [str(value)]
    raise Wrong(f"the value of `{name[:60]}` is no text")


def _text_due(name: str) -> str:
    return f"the request's `{name}` is no text"


def _short(value: Any) -> str:
    """A value of the wrong kind, named by its kind alone: it may be a secret."""
    kinds = {dict: "an object", list: "a list", str: "a text", bool: "a boolean"}
    return str(value)[:12] if type(value) in (int, float) else kinds.get(type(value), "null")
