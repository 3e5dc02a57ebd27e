"""Messages of other libraries as ours: httpx, requests, Starlette, and whatever is made like them.

Knows how these libraries name a message's parts, without importing any of them. It must not know
what is done with the messages.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from specbound.traffic.exchange import ABSENT, Exchange, Headers, Request, Response, Source


def exchange_of(message: Any, other: Any = None) -> Exchange:
    """An exchange of whatever has a request's or a response's parts; raises `TypeError`."""
    if isinstance(message, Exchange):
        return message
    if isinstance(message, Request | Response) or isinstance(other, Request | Response):
        halves = (message, other)
        request = next((each for each in halves if isinstance(each, Request)), None)
        response = next((each for each in halves if isinstance(each, Response)), None)
        return Exchange(request, response, Source("<memory>"))
    if _is_response(message) and other is not None:
        message, other = other, message
    if _is_response(message):
        asked = _own_request(message)
        return Exchange(asked and request_of(asked), _response(message), Source("<memory>"))
    if not hasattr(message, "method") or not hasattr(message, "url"):
        raise TypeError(f"not an exchange, a request or a response: {type(message).__name__}")
    response = _response(other) if other is not None else None
    return Exchange(request_of(message), response, Source("<memory>"))


def _is_response(message: Any) -> bool:
    return hasattr(message, "status_code")


def _own_request(response: Any) -> Any:
    try:
        return getattr(response, "request", None)
    except RuntimeError:
        # httpx raises where a response was made by hand.
        return None


def request_of(message: Any) -> Request:
    """The request that an object with method, URL and body is; raises `TypeError`.

    A response, which a client got from a transport of its own, stands for its request.
    """
    if _is_response(message) and _own_request(message) is not None:
        return request_of(_own_request(message))
    if not hasattr(message, "method") or not hasattr(message, "url"):
        raise TypeError(f"not a request: {type(message).__name__}")
    if isinstance(message, Request):
        return message
    content = _content(message, ("content", "body", "_body"))
    headers = _headers(getattr(message, "headers", None) or ())
    return Request(str(message.method).upper(), str(message.url), headers, ABSENT, content)


def _response(message: Any) -> Response:
    content = _content(message, ("content", "body"))
    status = int(message.status_code)
    whole = content is not None
    return Response(status, _headers(message.headers), ABSENT, content, whole=whole)


def _headers(headers: Any) -> Headers:
    pairs: Iterable[tuple[Any, Any]]
    if hasattr(headers, "multi_items"):
        pairs = headers.multi_items()
    else:
        pairs = headers.items() if isinstance(headers, Mapping) else headers
    return tuple((_text(name), _text(value)) for name, value in pairs)


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def is_unread(request: Request | None) -> bool:
    """Whether a request's body is a stream that nobody has read, or was never there to be seen."""
    return request is not None and request.content is None and request.json is ABSENT


def _content(message: Any, names: Sequence[str]) -> bytes | None:
    """The body's bytes; None where it is a stream that nobody has read, which stays unread."""
    for name in names:
        try:
            found = getattr(message, name, ABSENT)
        except Exception:  # each library has its own exception for a stream that was not read
            continue
        if found is None:
            return b""
        if isinstance(found, str):
            return found.encode()
        if isinstance(found, bytes | bytearray | memoryview):
            return bytes(found)
    return None
