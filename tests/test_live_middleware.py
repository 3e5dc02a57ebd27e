"""The middleware: applications serve as they did, and each exchange is seen when it has gone."""

from __future__ import annotations

import gzip
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request as Asked
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket

from live_cases import CREATE, DRIFTED, RUNNING, SENT, TASK, pieces, runway_contract
from servers import served
from specbound.live import ContractMiddleware, Drifted, Watch
from specbound.traffic.exchange import Exchange

AT = f"/v1/tasks/{TASK}"


class Looking:
    """An application under a watch, and what was seen."""

    def __init__(self, app: Any, **settings: Any) -> None:
        self.exchanges: list[Exchange] = []
        self.verdicts: list[str] = []
        settings.setdefault("on_finding", "ignore")
        self.watch = Watch(runway_contract(), on_result=self._keep, **settings)
        self.app = ContractMiddleware(app, self.watch)

    def _keep(self, exchange: Exchange, result: Any) -> None:
        self.exchanges.append(exchange)
        self.verdicts.append(result.verdict.value)

    def ask(self, method: str, url: str, **more: Any) -> httpx.Response:
        """One request through httpx's own ASGI transport."""

        async def work() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, root_path=more.pop("root_path", ""))
            async with httpx.AsyncClient(base_url="http://api.example", transport=transport) as c:
                return await c.request(method, url, headers=SENT | more.pop("headers", {}), **more)

        return anyio.run(work)

    @property
    def last(self) -> tuple[bytes | None, bytes | None]:
        """What was sent and what was answered."""
        request, response = self.exchanges[-1].request, self.exchanges[-1].response
        assert request is not None
        assert response is not None
        return request.content, response.content


async def task(asked: Asked) -> Response:
    return JSONResponse(RUNNING | {"id": asked.path_params["id"]})


async def create(asked: Asked) -> Response:
    await asked.body()
    return JSONResponse({"id": TASK})


ROUTES = [
    Route("/v1/tasks/{id}", task),
    Route("/v1/image_to_video", create, methods=["POST"]),
]


def answering(response: Response) -> Any:
    """An application with one answer."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await response(scope, receive, send)

    return app


def test_requests_and_replies_are_seen() -> None:
    looking = Looking(Starlette(routes=ROUTES))
    assert looking.ask("GET", AT).json() == RUNNING
    assert looking.ask("POST", "/v1/image_to_video", json=CREATE).json() == {"id": TASK}
    assert looking.ask("POST", "/v1/image_to_video", json={}).status_code == 200
    assert looking.verdicts == ["valid", "valid", "invalid"]
    request = looking.exchanges[1].request
    assert request is not None
    assert (request.method, request.url) == ("POST", "http://api.example/v1/image_to_video")
    assert json.loads(request.content or b"") == CREATE


def test_as_middleware_of_starlette() -> None:
    watch = Watch(runway_contract(), on_finding="ignore")
    app = Starlette(routes=ROUTES, middleware=[Middleware(ContractMiddleware, contract=watch)])
    with TestClient(app) as client:
        assert client.get(AT, headers=SENT).json() == RUNNING
    assert watch.counts.valid == 1


def test_percent_encoding_and_query_are_exact() -> None:
    looking = Looking(Starlette(routes=ROUTES))
    looking.ask("GET", "/v1/tasks/a%2Fb%20c?x=%C3%A4&y=1%2B1")
    request = looking.exchanges[0].request
    assert request is not None
    assert request.url == "http://api.example/v1/tasks/a%2Fb%20c?x=%C3%A4&y=1%2B1"


def test_without_a_raw_path_the_path_is_encoded() -> None:
    looking = Looking(answering(JSONResponse(RUNNING)))
    scope = {"type": "http", "method": "GET", "path": "/v1/tasks/ä%b", "headers": []}
    anyio.run(_call, looking.app, scope)
    request = looking.exchanges[0].request
    assert request is not None
    assert request.url == "/v1/tasks/%C3%A4%25b"


async def _call(app: Any, scope: Any) -> None:
    async def receive() -> Any:
        return {"type": "http.disconnect"}

    async def send(_: Any) -> None:
        return

    await app(scope, receive, send)


@pytest.mark.parametrize("mount", ["/api", "/v1"])
def test_below_a_mount_the_contract_s_own_path_is_found(mount: str) -> None:
    below = Starlette(routes=ROUTES if mount == "/api" else [Route("/tasks/{id}", task)])
    looking = Looking(below)
    app = Starlette(routes=[Mount(mount, looking.app)])
    with TestClient(app) as client:
        assert client.get(mount.replace("/v1", "") + AT, headers=SENT).json() == RUNNING
    assert looking.verdicts == ["valid"]


def test_a_root_path_of_the_server_is_not_the_contract_s() -> None:
    looking = Looking(answering(JSONResponse(RUNNING)))
    looking.ask("GET", "/behind/proxy" + AT, root_path="/behind/proxy")
    looking.ask("GET", AT, root_path="/behind/proxy")
    assert looking.verdicts == ["valid", "valid"]


def test_streams_go_out_piece_by_piece_before_they_are_seen() -> None:
    gone: list[int] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for number, piece in enumerate(pieces(b"x" * 70)):
            await send({"type": "http.response.body", "body": piece, "more_body": True})
            assert len(gone) == number + 2
            assert looking.exchanges == []
        await send({"type": "http.response.body"})
        assert len(looking.exchanges) == 1

    async def receive() -> Any:
        return {"type": "http.request", "body": b""}

    async def send(message: Any) -> None:
        gone.append(1)

    looking = Looking(app)
    scope = {"type": "http", "method": "GET", "path": AT, "raw_path": AT.encode(), "headers": []}
    anyio.run(looking.app, scope, receive, send)
    assert looking.last == (b"", b"x" * 70)


def test_background_tasks_run_after_the_exchange_was_seen_and_though_it_drifted() -> None:
    order: list[str] = []
    task = BackgroundTask(lambda: order.append("background"))
    looking = Looking(answering(JSONResponse(DRIFTED, background=task)), on_finding="raise")
    with pytest.raises(Drifted, match="/progress"):
        looking.ask("GET", AT)
    assert (order, looking.verdicts) == (["background"], ["invalid"])


def test_raise_comes_when_the_response_has_gone() -> None:
    looking = Looking(answering(JSONResponse(DRIFTED)), on_finding="raise")
    with served(looking.app) as url:
        assert httpx.get(url + AT, headers=SENT).json() == DRIFTED
    assert looking.verdicts == ["invalid"]


def test_what_the_application_raises_is_raised() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 418, "headers": []})
        raise ZeroDivisionError

    looking = Looking(app, on_finding="raise")
    with pytest.raises(ZeroDivisionError):
        looking.ask("GET", AT)
    assert (looking.verdicts, looking.last) == (["undocumented"], (b"", None))


def test_a_body_that_the_application_did_not_read_is_not_judged() -> None:
    looking = Looking(answering(JSONResponse({"error": "no"}, 401)))
    looking.ask("POST", "/v1/image_to_video", json=CREATE)
    assert looking.exchanges[0].request
    assert looking.exchanges[0].request.whole is False
    assert "missing-body" not in looking.watch.counts.by_code


def test_bodies_beyond_the_limit_pass() -> None:
    looking = Looking(Starlette(routes=ROUTES), limit=50)
    assert looking.ask("POST", "/v1/image_to_video", json=CREATE).status_code == 200
    assert looking.last == (None, json.dumps({"id": TASK}, separators=(",", ":")).encode())


@pytest.mark.parametrize("outside", [True, False])
def test_compression_inside_or_outside(outside: bool) -> None:
    long = RUNNING | {"progress": 0.5, "status": "RUNNING" + " " * 0}
    inner: Any = answering(JSONResponse(long))
    if outside:
        looking = Looking(inner)
        app: Any = GZipMiddleware(looking.app, minimum_size=10)
    else:
        looking = Looking(GZipMiddleware(inner, minimum_size=10))
        app = looking.app
    looking.app = app
    response = looking.ask("GET", AT, headers={"accept-encoding": "gzip"})
    assert response.headers["content-encoding"] == "gzip"
    assert looking.verdicts == ["valid"]
    assert json.loads(looking.last[1] or b"") == long


def test_files_and_events(tmp_path: Path) -> None:
    path = tmp_path / "reply.json"
    path.write_text(json.dumps(DRIFTED))
    looking = Looking(answering(FileResponse(path, media_type="application/json")))
    assert looking.ask("GET", AT).json() == DRIFTED
    assert looking.verdicts == ["invalid"]
    scope = {
        "type": "http",
        "method": "GET",
        "path": AT,
        "raw_path": AT.encode(),
        "headers": [],
        "extensions": {"http.response.pathsend": {}},
    }
    anyio.run(_call, looking.app, scope)
    assert looking.last == (b"", None)

    async def events() -> AsyncIterator[str]:
        for number in range(3):
            yield f"data: {number}\n\n"

    looking = Looking(answering(StreamingResponse(events(), media_type="text/event-stream")))
    assert looking.ask("GET", AT).text.count("data") == 3
    assert looking.last[1] == b"data: 0\n\ndata: 1\n\ndata: 2\n\n"


@pytest.mark.parametrize("status", [204, 304])
def test_answers_without_content(status: int) -> None:
    looking = Looking(answering(Response(status_code=status)))
    assert looking.ask("DELETE", "/v1/avatars/" + TASK).status_code == status
    assert "missing-body" not in looking.watch.counts.by_code


def test_head_is_get_without_content() -> None:
    looking = Looking(Starlette(routes=ROUTES))
    with served(looking.app) as url:
        assert httpx.head(url + AT, headers=SENT).status_code == 200
    assert looking.verdicts == ["valid"]


def test_lifespan_and_websockets_pass() -> None:
    async def socket(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.send_text("hello")
        await websocket.close()

    looking = Looking(Starlette(routes=[WebSocketRoute("/ws", socket)]), on_finding="raise")
    with TestClient(looking.app) as client, client.websocket_connect("/ws") as websocket:
        assert websocket.receive_text() == "hello"
    assert looking.exchanges == []


def test_a_compressed_request() -> None:
    looking = Looking(Starlette(routes=ROUTES))
    packed = gzip.compress(json.dumps(CREATE).encode())
    headers = {"content-encoding": "gzip", "content-type": "application/json"}
    looking.ask("POST", "/v1/image_to_video", content=packed, headers=headers)
    assert looking.verdicts == ["valid"]


def test_a_watch_of_its_own_is_closed_with_the_application(tmp_path: Path) -> None:
    path = tmp_path / "r.ndjson"
    app = ContractMiddleware(
        Starlette(routes=ROUTES), runway_contract(), on_finding="ignore", record=path
    )
    for count in (1, 2):
        with TestClient(app) as client:
            client.get(AT, headers=SENT)
        assert app.watch._checking._recorder is not None
        assert app.watch._checking._recorder._file is None
        assert len(path.read_bytes().splitlines()) == count
