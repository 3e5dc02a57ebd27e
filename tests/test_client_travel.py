"""What happens on the wire: what is sent again and what never, uploads, and sockets that fail."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from runwayml_client import (
    BadRequest,
    Options,
    PaymentRequired,
    RateLimited,
    RunwayML,
    RunwayMLError,
    ServerError,
    TimedOut,
)

from clients import Time, awaiting, blocking
from fake_service import UUID, Fake

CREATE = "POST /v1/image_to_video"
USAGE = "POST /v1/organization/usage"
SLOT = "POST /v1/uploads"
VIDEO: dict[str, Any] = {
    "model": "gen4_turbo",
    "prompt_image": "https://example.com/bunny.jpg",
    "ratio": "1280:720",
}


@contextmanager
def listening(answer: Any) -> Iterator[tuple[str, list[tuple[str, bytes]]]]:
    """A server on the loopback: its address, and the path and body of every request."""
    seen: list[tuple[str, bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            size = int(self.headers.get("content-length", 0))
            seen.append((self.path, self.rfile.read(size)))
            answer(self)

        do_GET = do_POST

        def log_message(self, *said: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", seen
    finally:
        server.shutdown()
        server.server_close()


def silence(handler: BaseHTTPRequestHandler) -> None:
    """Receive the request and never answer."""
    threading.Event().wait(0.5)


def test_a_post_that_was_received_is_sent_once() -> None:
    with (
        listening(silence) as (url, seen),
        RunwayML(api_key="k", base_url=url) as client,
        pytest.raises(TimedOut, match="may have received"),
    ):
        client.image_to_video.create(**VIDEO, options=Options(timeout=0.1))
    assert len(seen) == 1


def test_it_is_sent_again_if_asked() -> None:
    fake = Fake({CREATE: [httpx.ReadTimeout("late"), {"id": UUID}]})
    task = blocking(fake).image_to_video.create(**VIDEO, options=Options(retry_unsafe=True))
    assert (str(task.id), len(fake.calls)) == (UUID, 2)


def test_an_operation_declared_harmless_is_sent_again() -> None:
    fake = Fake({USAGE: [httpx.ReadTimeout("late"), httpx.Response(503), {}]})
    blocking(fake).organization.retrieve_usage()
    assert fake.calls == [USAGE] * 3


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_retried(status: int) -> None:
    fake, time = (
        Fake({CREATE: [httpx.Response(status), httpx.Response(status), {"id": UUID}]}),
        Time(),
    )
    assert str(blocking(fake, time).image_to_video.create(**VIDEO).id) == UUID
    assert time.naps == [0.5, 1.0]
    assert fake.requests[0].content == fake.requests[2].content


@pytest.mark.parametrize(
    ("status", "kind"), [(400, BadRequest), (402, PaymentRequired), (500, ServerError)]
)
def test_not_retried(status: int, kind: type[RunwayMLError]) -> None:
    body = {
        "error": "No.",
        "issues": [{"code": "too_big", "path": ["duration"], "message": "long"}],
    }
    fake = Fake({CREATE: [httpx.Response(status, json=body)]})
    with pytest.raises(kind, match="No") as caught:
        blocking(fake).image_to_video.create(**VIDEO)
    assert len(fake.calls) == 1
    error: Any = caught.value
    assert (error.status, error.body) == (status, body)
    assert [(one.code, one.path, one.message) for one in error.issues] == [
        ("too_big", ["duration"], "long")
    ]


def test_retry_after_is_honoured() -> None:
    fake, time = (
        Fake({CREATE: [httpx.Response(429, headers={"retry-after": "30"}), {"id": UUID}]}),
        Time(),
    )
    blocking(fake, time).image_to_video.create(**VIDEO)
    assert time.naps == [30.0]


def test_a_long_retry_after_is_raised_not_shortened() -> None:
    fake, time = Fake({CREATE: [httpx.Response(429, headers={"retry-after": "120"})]}), Time()
    with pytest.raises(RateLimited) as caught:
        blocking(fake, time).image_to_video.create(**VIDEO)
    assert (caught.value.retry_after, time.naps, len(fake.calls)) == (120.0, [], 1)


@pytest.mark.parametrize("kind", ["path", "text", "file", "bytes", "named"])
def test_upload(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "cats.mp4"
    path.write_bytes(b"\0\0\0\x18ftypmp42" + b"x" * 5000)
    files: dict[str, Any] = {
        "path": path,
        "text": str(path),
        "file": path.open("rb"),
        "bytes": path.read_bytes(),
        "named": ("cats.mp4", BytesIO(path.read_bytes())),
    }
    fake, seen = Fake(), list[tuple[int, int]]()
    client = blocking(fake)
    uri = client.uploads.create_ephemeral(
        file=files[kind], on_progress=lambda sent, size: seen.append((sent, size))
    )
    files["file"].close()
    slot, post = fake.requests
    assert json.loads(slot.content)["type"] == "ephemeral"
    assert path.read_bytes() in post.content
    assert "authorization" not in post.headers
    assert seen[-1] == (path.stat().st_size, path.stat().st_size)
    client.video_to_video.create(model="gen4_aleph", video_uri=uri, prompt_text="more cats")
    assert fake.bodies_of("POST /v1/video_to_video") == [
        {"model": "gen4_aleph", "videoUri": uri, "promptText": "more cats"}
    ]
    assert fake.wrong == []


def test_upload_awaiting() -> None:
    fake = Fake()

    async def run() -> str:
        async with awaiting(fake) as client:
            return await client.uploads.create_ephemeral(file=("a.png", b"png"))

    assert asyncio.run(run()).startswith("runway://")
    assert len(fake.requests) == 2


def test_upload_over_sockets(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(b"\x89PNG" + bytes(range(256)) * 40)

    def answer(handler: BaseHTTPRequestHandler) -> None:
        slot = {"uploadUrl": f"{url}/store", "fields": {"key": "k"}, "runwayUri": "runway://u/1"}
        body = json.dumps(slot).encode() if handler.path == "/v1/uploads" else b""
        handler.send_response(200 if body else 204)
        handler.send_header("content-type", "application/json")
        handler.send_header("content-length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    with listening(answer) as (url, seen), RunwayML(api_key="k", base_url=url) as client:
        assert client.uploads.create_ephemeral(file=path) == "runway://u/1"
    assert [one for one, _ in seen] == ["/v1/uploads", "/store"]
    assert path.read_bytes() in seen[1][1]
    assert b'name="key"' in seen[1][1]


def test_the_documented_first_step_alone() -> None:
    fake = Fake()
    slot = blocking(fake).uploads.create_ephemeral(filename="a.png", type="ephemeral")
    assert slot.runway_uri
    assert fake.calls == [SLOT]
