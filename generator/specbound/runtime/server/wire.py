"""ASGI's messages: a request's parts and body in, an answer out.

It knows the ASGI specification (HTTP and lifespan, version 3); it must not know paths or problems.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import quote

from .messages import Answer, Fields

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_SAFE = "/%:@!$&'()*+,;=~"


class Disconnected(Exception):
    """The client went away before its request was complete."""


class TooLarge(Exception):
    """The body is longer than the server takes."""


def raw_path(scope: Scope) -> str:
    """The path as the client wrote it, without the prefix that the app is mounted at."""
    raw = scope.get("raw_path")
    path = raw.decode("latin-1").partition("?")[0] if raw else quote(scope["path"], safe=_SAFE)
    if "://" in path and not path.startswith("/"):
        # The absolute form, which every server has to take (RFC 9112 section 3.2.2).
        path = "/" + path.split("://", 1)[1].partition("/")[2]
    root = str(scope.get("root_path") or "").rstrip("/")
    for prefix in (root, quote(root, safe=_SAFE)):
        if prefix and path.startswith(prefix) and path[len(prefix) :][:1] in ("", "/"):
            return path[len(prefix) :] or "/"
    return path


def fields(scope: Scope) -> Fields:
    """The header fields, names in lower case, in the order in which they came."""
    return tuple(
        (name.decode("latin-1").lower(), value.decode("latin-1"))
        for name, value in scope["headers"]
    )


async def read_body(receive: Receive, limit: int) -> bytes:
    """The whole body; raises TooLarge as soon as it is longer than `limit` bytes, Disconnected."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Disconnected
        part = message.get("body", b"")
        size += len(part)
        if size > limit:
            raise TooLarge
        parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts)


async def send_answer(send: Send, answer: Answer, method: str) -> None:
    """Send an answer; to HEAD, and with a status that has none, without content (RFC 9110 6.4.1).

    Content-Length is worked out here; a client that has gone away is no error.
    """
    bare = answer.status < 200 or answer.status in (204, 205, 304)
    headers = [
        (name.lower().encode("latin-1"), value.encode("latin-1", "replace"))
        for name, value in answer.headers.items()
        if name.lower() != "content-length" and not (bare and name.lower() == "content-type")
    ]
    if not bare:
        headers.append((b"content-length", str(len(answer.content)).encode()))
    content = b"" if bare or method == "HEAD" else answer.content
    try:
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": content})
    except OSError:
        return


async def lifespan(receive: Receive, send: Send) -> None:
    """Say yes to startup and shutdown: there is nothing to open or close."""
    while True:
        kind = (await receive())["type"]
        await send({"type": f"{kind}.complete"})
        if kind == "lifespan.shutdown":
            return
