"""The public `Contract`: a document, and every exchange held against it, whatever library made it.

Knows how httpx, requests and Starlette name a message's parts, without importing any of them. It
must not know how an exchange is checked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from functools import cached_property
from pathlib import Path
from typing import Any

from specbound.check.checker import Checker
from specbound.check.finding import Finding
from specbound.contract import load as loading
from specbound.contract.lock import Lock
from specbound.traffic.exchange import ABSENT, Exchange, Headers, Request, Response, Source

__all__ = ["Contract", "exchange_of"]


class Contract(loading.Contract):
    """An API: operations by ``METHOD /path``, schemas by name, and `check` for exchanges."""

    # The base is frozen with slots; what is compiled is kept in the instance's own dictionary.
    __slots__ = ("__dict__",)

    @classmethod
    def load(
        cls, path: str | Path, overlays: Sequence[str | Path] = (), lock: Lock | None = None
    ) -> Contract:
        """Read a document and its overlays; raises `SpecError` where it cannot be used."""
        found = loading.load(path, overlays, lock)
        return cls(**{field.name: getattr(found, field.name) for field in fields(found)})

    @cached_property
    def checker(self) -> Checker:
        """What `check` asks; it compiles the schemas that it meets, once."""
        return Checker(self)

    def check(self, exchange: Any, response: Any = None) -> list[Finding]:
        """Everything that is wrong with one exchange, errors first; empty if nothing is.

        Takes an `Exchange`, a response of httpx or requests (which know their request), a request
        alone, or a request and a response (Starlette's). Raises `TypeError` for anything else.
        """
        whole = exchange_of(exchange, response)
        found = self.checker.check(whole).findings
        if not isinstance(exchange, Exchange | Request) and _is_unread(whole.request):
            found = tuple(one for one in found if one.code != "missing-body")
        order = ("error", "warning", "note")
        return sorted(found, key=lambda finding: order.index(finding.severity))


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
        return Exchange(asked and _request(asked), _response(message), Source("<memory>"))
    if not hasattr(message, "method") or not hasattr(message, "url"):
        raise TypeError(f"not an exchange, a request or a response: {type(message).__name__}")
    response = _response(other) if other is not None else None
    return Exchange(_request(message), response, Source("<memory>"))


def _is_response(message: Any) -> bool:
    return hasattr(message, "status_code")


def _own_request(response: Any) -> Any:
    try:
        return getattr(response, "request", None)
    except RuntimeError:
        # httpx raises where a response was made by hand.
        return None


def _request(message: Any) -> Request:
    content = _content(message, ("content", "body", "_body"))
    headers = _headers(message.headers)
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


def _is_unread(request: Request | None) -> bool:
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
