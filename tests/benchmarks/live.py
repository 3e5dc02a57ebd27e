"""What looking on costs: each transport, adapter and middleware beside the same without it.

Knows two typical exchanges of Runway, and what an event loop waits for a large one. It must not
know how an exchange is checked.
"""

from __future__ import annotations

import asyncio
import io
import json
import statistics
import time
from collections.abc import Callable
from typing import Any

import httpx
import requests
from client_calls import BASE, CREATE, TASK, avatar
from measure import Row, Run, alone, calls, compare
from processes import ROOT
from urllib3 import HTTPResponse

from specbound import Contract
from specbound.live import (
    AsyncContractTransport,
    ContractAdapter,
    ContractMiddleware,
    ContractTransport,
    Watch,
)

#: CPU seconds that one typical exchange may cost beside its transport.
TARGET = 60e-6
#: How long an event loop may wait for a large body's check, beside the wait for a thread's.
LAG = 0.25

RUNNING = {
    "id": TASK,
    "createdAt": "2026-01-02T03:04:05.335Z",
    "status": "RUNNING",
    "progress": 0.3,
}
SENT = {"authorization": "Bearer key", "x-runway-version": "2024-11-06"}
REPLIED = {
    "date": "Fri, 02 Jan 2026 03:04:05 GMT",
    "content-type": "application/json; charset=utf-8",
    "connection": "keep-alive",
    "x-request-id": "2f1c8a52",
    "vary": "accept-encoding",
    "cache-control": "no-store",
}
ASKED = {
    "get a task": ("GET", f"/v1/tasks/{TASK}", None, json.dumps(RUNNING).encode()),
    "create": (
        "POST",
        "/v1/image_to_video",
        json.dumps(CREATE).encode(),
        json.dumps({"id": TASK}).encode(),
    ),
}
Pair = tuple[Callable[[], object], Callable[[], object]]


class Once(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body as the network gives it, in one piece."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def __iter__(self) -> Any:
        yield self._content

    async def __aiter__(self) -> Any:
        yield self._content


class Below(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """The least that a transport can do, with the body at hand or as a stream."""

    def __init__(self, content: bytes, streams: bool) -> None:
        self._content, self._streams = content, streams

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if self._streams:
            return httpx.Response(200, headers=REPLIED, stream=Once(self._content))
        return httpx.Response(200, headers=REPLIED, content=self._content)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return self.handle_request(request)


class Adapter(requests.adapters.HTTPAdapter):
    """The same of requests."""

    content = b""

    def send(self, request: Any, *others: Any, **named: Any) -> requests.Response:
        raw = HTTPResponse(
            io.BytesIO(self.content),
            REPLIED,
            200,
            preload_content=False,
            decode_content=False,
        )
        return self.build_response(request, raw)


def at_once(work: Any) -> object:
    """The result of a coroutine that waits for nothing."""
    try:
        work.send(None)
    except StopIteration as ended:
        return ended.value
    raise RuntimeError("it waits")


def live(rounds: int, number: int) -> list[Row]:
    """Each way of looking on, for a task that runs and for a create."""
    runway = ROOT / "spec" / "runway"
    overlays = [runway / "overlay.yaml", runway / "rules.yaml"]
    watch = Watch(Contract.load(runway / "openapi.json", overlays=overlays), on_finding="raise")
    rows: list[Row] = []
    for what, asked in ASKED.items():
        ways = {
            "transport, body at hand": _transport(watch, asked, False),
            "transport, body streamed": _transport(watch, asked, True),
            "async transport, body streamed": _async_transport(watch, asked),
            "adapter of requests": _adapter(watch, asked),
            "middleware": _middleware(watch, asked),
        }
        for way, pair in ways.items():
            rows += _rows(f"{what}: {way}", pair, rounds, number)
    assert watch.counts.valid == watch.counts.exchanges > 0
    watch.close()
    return rows + _lag(watch.contract)


def _rows(what: str, pair: Pair, rounds: int, number: int) -> list[Row]:
    """With and without looking on, and the difference, held against the target."""
    for each in pair:
        each()
    ours, theirs = calls(pair[0], number), calls(pair[1], number)
    times = [(ours(), theirs()) for _ in range(rounds)]
    a, b = (statistics.median(side) for side in zip(*times, strict=True))
    cost = statistics.median(one - other for one, other in times)
    return [
        Row(what, a, b, statistics.median(one / other for one, other in times)),
        Row("  … the difference", cost, target=TARGET),
    ]


def _transport(watch: Watch, asked: Any, streams: bool) -> Pair:
    method, path, content, reply = asked
    below = Below(reply, streams)
    request = httpx.Request(method, BASE + path, headers=_headers(content), content=content)

    def through(transport: httpx.BaseTransport) -> Callable[[], object]:
        return lambda: transport.handle_request(request).read()

    return through(ContractTransport(watch, below)), through(below)


def _async_transport(watch: Watch, asked: Any) -> Pair:
    method, path, content, reply = asked
    below = Below(reply, True)
    request = httpx.Request(method, BASE + path, headers=_headers(content), content=content)

    def through(transport: httpx.AsyncBaseTransport) -> Callable[[], object]:
        async def call() -> bytes:
            return await (await transport.handle_async_request(request)).aread()

        return lambda: at_once(call())

    return through(AsyncContractTransport(watch, below)), through(below)


def _adapter(watch: Watch, asked: Any) -> Pair:
    method, path, content, reply = asked
    below = Adapter()
    below.content = reply
    request = requests.Request(method, BASE + path, _headers(content), data=content).prepare()

    def through(adapter: requests.adapters.HTTPAdapter) -> Callable[[], object]:
        return lambda: adapter.send(request).content

    return through(ContractAdapter(watch, below)), through(below)


def _middleware(watch: Watch, asked: Any) -> Pair:
    method, path, content, reply = asked
    headers = [(b"host", b"api.dev.runwayml.com"), (b"accept", b"*/*")]
    headers += [(name.encode(), value.encode()) for name, value in _headers(content).items()]
    replied = [(name.encode(), value.encode()) for name, value in REPLIED.items()]
    scope = {
        "type": "http",
        "method": method,
        "scheme": "https",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "http_version": "1.1",
        "headers": headers,
    }

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "http.response.start", "status": 200, "headers": replied})
        await send({"type": "http.response.body", "body": reply})

    async def receive() -> Any:
        return {"type": "http.request", "body": content or b"", "more_body": False}

    async def send(_: Any) -> None:
        return

    def through(app: Any) -> Callable[[], object]:
        return lambda: at_once(app(scope, receive, send))

    return through(ContractMiddleware(app, watch)), through(app)


def _headers(content: bytes | None) -> dict[str, str]:
    return SENT | ({"content-type": "application/json"} if content else {})


# --- the event loop -------------------------------------------------------------------------------


def _lag(contract: Any) -> list[Row]:
    """The longest that an event loop waited while 5 MB were checked beside it, and in a thread."""
    page = {"data": [avatar(n) for n in range(10_000)], "nextCursor": None, "hasMore": False}
    content = json.dumps(page).encode()
    watch = Watch(contract, on_finding="raise", limit=2 * len(content))

    async def beside() -> None:
        transport = AsyncContractTransport(watch, Below(content, True))
        async with httpx.AsyncClient(base_url=BASE, headers=SENT, transport=transport) as client:
            await client.get("/v1/avatars?limit=50")

    async def in_thread() -> None:
        transport = ContractTransport(watch, Below(content, True))
        client = httpx.Client(base_url=BASE, headers=SENT, transport=transport)
        await asyncio.to_thread(client.get, "/v1/avatars?limit=50")

    asyncio.run(beside())  # the process for large bodies is started once
    what = f"event loop's longest wait, {len(content) / 1e6:.0f} MB checked aside / in a thread"
    rows = [compare(what, (_longest(beside), _longest(in_thread)), 5, LAG)]
    watch.close()
    idle = _longest(lambda: asyncio.sleep(0.2))
    return [*rows, alone("event loop's longest wait, nothing to do", idle, 5)]


def _longest(work: Callable[[], Any]) -> Run:
    """The longest pause of a loop that only wants to run every millisecond."""

    async def measured() -> float:
        longest, ended = 0.0, False

        async def tick() -> None:
            nonlocal longest
            while not ended:
                before = time.perf_counter()
                await asyncio.sleep(0.001)
                longest = max(longest, time.perf_counter() - before - 0.001)

        ticking = asyncio.create_task(tick())
        await work()
        ended = True
        await ticking
        return longest

    return lambda: asyncio.run(measured())
