"""What a call of the generated client costs, beside raw httpx and the official SDK.

Knows three clients over one mock transport that answers with ready bytes. It must not know how
anything is measured.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

import httpx
from measure import Row, calls, compare
from processes import GENERATED

BASE = "https://api.dev.runwayml.com"
TASK = "17f20503-6c24-4c16-946b-35dbbce2af2f"
CREATE = {
    "model": "gen4_turbo",
    "promptImage": "https://example.com/image.png",
    "promptText": "A misty mountain in the morning",
    "ratio": "1280:720",
    "duration": 5,
}
ARGUMENTS = {
    "model": "gen4_turbo",
    "prompt_image": "https://example.com/image.png",
    "prompt_text": "A misty mountain in the morning",
    "ratio": "1280:720",
    "duration": 5,
}


def avatar(number: int) -> dict[str, Any]:
    """One avatar as the service sends it; every other one is ready."""
    voices = [
        {"type": "runway-live-preset", "presetId": "maya", "name": "Maya", "description": "Warm"},
        {"type": "custom", "id": TASK, "deleted": False, "name": "Mine", "description": None},
    ]
    return {
        "id": f"17f20503-6c24-4c16-946b-{number:012d}",
        "name": f"Avatar {number}",
        "personality": "Answers briefly.",
        "startScript": None,
        "voice": voices[number % 2],
        "referenceImageUri": "https://example.com/reference.png",
        "processedImageUri": "https://example.com/processed.png",
        "documentIds": [TASK],
        "createdAt": "2026-01-02T03:04:05.335Z",
        "updatedAt": "2026-01-02T03:04:05.335Z",
        "status": ("READY", "PROCESSING")[number % 2],
    }


REPLIES = {
    ("POST", "/v1/image_to_video"): {"id": TASK},
    ("GET", f"/v1/tasks/{TASK}"): {
        "id": TASK,
        "createdAt": "2026-01-02T03:04:05.335Z",
        "status": "SUCCEEDED",
        "output": ["https://example.com/output.mp4"],
    },
    ("GET", "/v1/avatars"): {
        "data": [avatar(number) for number in range(50)],
        "nextCursor": None,
        "hasMore": False,
    },
}
BYTES = {key: json.dumps(reply).encode() for key, reply in REPLIES.items()}


def answer(request: httpx.Request) -> httpx.Response:
    """The service: as little work as there can be."""
    body = BYTES[request.method, request.url.path]
    return httpx.Response(200, headers={"content-type": "application/json"}, content=body)


def clients() -> tuple[Any, httpx.Client, Any]:
    """Ours, raw httpx, and the official SDK, each over a mock transport of its own."""
    if str(GENERATED) not in sys.path:
        sys.path.insert(0, str(GENERATED))
    from runwayml import RunwayML as Official
    from runwayml_client import RunwayML as Ours

    mock = httpx.MockTransport(answer)
    headers = {"Authorization": "Bearer key", "X-Runway-Version": "2024-11-06"}
    return (
        Ours(api_key="key", base_url=BASE, transport=mock),
        httpx.Client(base_url=BASE, headers=headers, transport=mock),
        Official(api_key="key", base_url=BASE, http_client=httpx.Client(transport=mock)),
    )


def everything(page: Any) -> int:
    """Walk over a list's items; the number of them."""
    return sum(1 for _ in page)


def client_calls(rounds: int, number: int) -> list[Row]:
    """A validated create, a page of 50 avatars, and a task."""
    ours, raw, sdk = clients()
    create: Callable[[], Any] = partial(ours.image_to_video.create, **ARGUMENTS)
    build: Callable[[], Any] = partial(ours.image_to_video.create.build, **ARGUMENTS)
    post = partial(raw.post, "/v1/image_to_video", json=CREATE)
    theirs = partial(sdk.image_to_video.create, **ARGUMENTS)
    plain = partial(raw.build_request, "POST", "/v1/image_to_video", json=CREATE)
    get, get_raw = partial(ours.tasks.retrieve, TASK), partial(raw.get, f"/v1/tasks/{TASK}")
    get_sdk = partial(sdk.tasks.retrieve, TASK)

    def page() -> int:
        return everything(ours.avatars.list(limit=50))

    def page_sdk() -> int:
        return everything(sdk.avatars.list(limit=50))

    def page_raw() -> int:
        return everything(raw.get("/v1/avatars", params={"limit": 50}).json()["data"])

    assert page() == page_sdk() == page_raw() == 50
    assert str(create().id) == str(theirs().id) == post().json()["id"]

    def row(
        what: str, a: Callable[[], Any], b: Callable[[], Any], target: float | None = None
    ) -> Row:
        return compare(what, (calls(a, number), calls(b, number)), rounds, target)

    return [
        row("create, validated / raw httpx", create, post, 2.5),
        row("create, validated / official SDK", create, theirs, 0.25),
        row("create.build alone / httpx build_request", build, plain),
        row("page of 50 avatars / official SDK", page, page_sdk, 0.55),
        row("page of 50 avatars / raw httpx and json", page, page_raw),
        row("get a task / raw httpx", get, get_raw),
        row("get a task / official SDK", get, get_sdk),
    ]
