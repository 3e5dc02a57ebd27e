"""What the tests of the live room share: a contract, exchanges, and an application to be served.

Knows two operations of Runway. It must not know any rule that a test is about.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterator
from functools import cache
from typing import Any

from check_contracts import runway_contract
from specbound.traffic.exchange import ABSENT, Exchange, Request, Response, Source

BASE = "https://api.dev.runwayml.com"
TASK = "17f20503-6c24-4c16-946b-35dbbce2af2f"
KEY = "Bearer key_0123456789abcdef0123456789abcdef"
SENT = {"authorization": KEY, "x-runway-version": "2024-11-06"}
RUNNING = {
    "id": TASK,
    "createdAt": "2026-01-02T03:04:05.335Z",
    "status": "RUNNING",
    "progress": 0.3,
}
DRIFTED = {**RUNNING, "progress": "most of it"}
CREATE = {
    "model": "gen4_turbo",
    "promptImage": "https://example.com/image.png",
    "promptText": "A misty mountain in the morning",
    "ratio": "1280:720",
    "duration": 5,
}
JSON = (("content-type", "application/json"),)

__all__ = ["runway_contract"]


def task(reply: Any = RUNNING, status: int = 200) -> Exchange:
    """`GET /v1/tasks/{id}` and a reply."""
    request = Request("GET", f"{BASE}/v1/tasks/{TASK}", tuple(SENT.items()), ABSENT, b"")
    content = json.dumps(reply).encode()
    return Exchange(request, Response(status, JSON, ABSENT, content), Source("<live>"))


@cache
def avatars(count: int) -> bytes:
    """A page of so many avatars, some 500 bytes each; it fits."""
    voice = {"type": "runway-live-preset", "presetId": "maya", "name": "Maya", "description": "-"}
    one = {
        "id": TASK,
        "name": "Avatar",
        "personality": "Answers briefly. " * 4,
        "startScript": None,
        "voice": voice,
        "referenceImageUri": "https://example.com/reference.png",
        "processedImageUri": "https://example.com/processed.png",
        "documentIds": [TASK],
        "createdAt": "2026-01-02T03:04:05.335Z",
        "updatedAt": "2026-01-02T03:04:05.335Z",
        "status": "READY",
    }
    return json.dumps({"data": [one] * count, "nextCursor": None, "hasMore": False}).encode()


def page(content: bytes) -> Exchange:
    """`GET /v1/avatars` and a reply."""
    request = Request("GET", f"{BASE}/v1/avatars?limit=50", tuple(SENT.items()), ABSENT, b"")
    return Exchange(request, Response(200, JSON, ABSENT, content), Source("<live>"))


def pieces(content: bytes, size: int = 7) -> Iterator[bytes]:
    """A body in small pieces."""
    for start in range(0, len(content), size):
        yield content[start : start + size]


def app(
    reply: bytes, headers: dict[str, str] | None = None, size: int = 1 << 16
) -> Callable[..., Awaitable[None]]:
    """An ASGI application that reads each request and answers it in pieces of `size` bytes."""
    fields = {"content-type": "application/json", **(headers or {})}
    raw = [(name.encode(), value.encode()) for name, value in fields.items()]

    async def serve(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            while (await receive())["type"] != "lifespan.shutdown":
                await send({"type": "lifespan.startup.complete"})
            await send({"type": "lifespan.shutdown.complete"})
            return
        while (await receive()).get("more_body"):
            pass
        await send({"type": "http.response.start", "status": 200, "headers": raw})
        for piece in pieces(reply, size):
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    return serve
