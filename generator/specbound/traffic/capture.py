"""Requests caught on their way out: whatever a client would send, nothing leaves the machine.

Knows the last function before the network in httpx, requests, urllib3 and the standard library. It
must not know what the requests are for.
"""

from __future__ import annotations

import http.client
import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any


class Caught(BaseException):
    """A request was about to be sent; `message` is the client library's own object.

    No `Exception`, so that no client takes it for a failed attempt and tries again.
    """

    def __init__(self, message: Any) -> None:
        super().__init__()
        self.message = message


class Closed(OSError):
    """A client that is not known here wanted to reach the network."""


class Plain:
    """A request of the standard library, with the names that other libraries give its parts."""

    def __init__(self, method: str, url: str, headers: dict[str, str], content: bytes) -> None:
        self.method, self.url, self.headers, self.content = method, url, headers, content


def _httpx(transport: Any, request: Any) -> Any:
    request.read()
    raise Caught(request)


async def _async_httpx(transport: Any, request: Any) -> Any:
    await request.aread()
    raise Caught(request)


def _requests(adapter: Any, request: Any, *_: Any, **__: Any) -> Any:
    raise Caught(request)


def _standard(connection: Any, method: str, url: str, *rest: Any, **more: Any) -> Any:
    secure = isinstance(connection, http.client.HTTPSConnection)
    body, headers = _content(rest, more)
    raise Caught(_plain("https" if secure else "http", connection, method, url, body, headers))


def _urllib3(pool: Any, method: str, url: str, *rest: Any, **more: Any) -> Any:
    body, headers = _content(rest, more)
    raise Caught(_plain(pool.scheme, pool, method, url, body, headers or pool.headers))


def _content(rest: tuple[Any, ...], more: dict[str, Any]) -> tuple[Any, Any]:
    """Body and header fields, by position or by name."""
    body, headers, *_ = (*rest, None, None)
    return more.get("body", body), more.get("headers", headers)


def _plain(scheme: str, where: Any, *rest: Any) -> Plain:
    """The request that is sent to a host; `rest` is method, target, body and header fields."""
    method, url, body, headers = rest
    host = where.host if where.port in (None, 80, 443) else f"{where.host}:{where.port}"
    target = url if "://" in url else f"{scheme}://{host}{url}"
    return Plain(method, target, dict(headers or {}), _bytes(body))


def _bytes(body: Any) -> bytes:
    """A body as `http.client` takes it: text, bytes, a file, or pieces of either."""
    if body is None or isinstance(body, str | bytes | bytearray):
        return body.encode() if isinstance(body, str) else bytes(body or b"")
    if hasattr(body, "read"):
        return _bytes(body.read())
    return b"".join(map(_bytes, body))


def _connect(self: Any, address: Any) -> Any:
    # A machine may talk to itself: an event loop does on some systems.
    host = address[0] if isinstance(address, tuple) else ""
    if host in ("", "127.0.0.1", "::1"):
        direct: Any = super(socket.socket, self)
        return direct.connect(address)
    raise Closed(f"nothing may be sent to {host} while a builder is tried")


def _lookup(host: Any, *rest: Any, **more: Any) -> Any:
    raise Closed(f"nothing may be sent to {host} while a builder is tried")


#: Module, class (or none) and function, and what stands in for it; what is not loaded is let be.
_DOORS: tuple[tuple[str, str, str, Callable[..., Any]], ...] = (
    ("httpx", "HTTPTransport", "handle_request", _httpx),
    ("httpx", "AsyncHTTPTransport", "handle_async_request", _async_httpx),
    ("requests.adapters", "HTTPAdapter", "send", _requests),
    ("urllib3.connectionpool", "HTTPConnectionPool", "urlopen", _urllib3),
    ("http.client", "HTTPConnection", "request", _standard),
    ("socket", "socket", "connect", _connect),
    ("socket", "", "getaddrinfo", _lookup),
)


#: What a stand-in service says to a request: status, header fields, body.
Answer = Callable[[Any], tuple[int, dict[str, str], bytes]]


@contextmanager
def closed_doors() -> Iterator[None]:
    """While this lasts, a request that would be sent raises `Caught` instead."""
    with _replaced(_DOORS):
        yield


@contextmanager
def answered(answer: Answer) -> Iterator[None]:
    """While this lasts, requests of httpx and requests are answered, all others are caught."""

    def httpx_reply(transport: Any, request: Any) -> Any:
        request.read()
        status, headers, content = answer(request)
        response = sys.modules["httpx"].Response
        return response(status, headers=headers, content=content, request=request)

    async def async_httpx_reply(transport: Any, request: Any) -> Any:
        await request.aread()
        return httpx_reply(transport, request)

    def requests_reply(adapter: Any, request: Any, *_: Any, **__: Any) -> Any:
        status, headers, content = answer(request)
        response = sys.modules["requests"].Response()
        response.status_code, response.request, response.url = status, request, request.url
        response.headers.update(headers)
        response._content = content
        return response

    doors = list(_DOORS)
    replies: list[Callable[..., Any]] = [httpx_reply, async_httpx_reply, requests_reply]
    for index, stand_in in enumerate(replies):
        module, owner, method, _ = doors[index]
        doors[index] = module, owner, method, stand_in
    with _replaced(doors):
        yield


@contextmanager
def _replaced(doors: Sequence[tuple[str, str, str, Callable[..., Any]]]) -> Iterator[None]:
    before: list[tuple[Any, str, Any]] = []
    try:
        for module, owner, method, stand_in in doors:
            found = sys.modules.get(module)
            holder = getattr(found, owner, None) if owner else found
            if holder is not None:
                before.append((holder, method, vars(holder).get(method)))
                setattr(holder, method, stand_in)
        yield
    finally:
        for holder, method, original in reversed(before):
            if original is None:
                delattr(holder, method)
            else:
                setattr(holder, method, original)
