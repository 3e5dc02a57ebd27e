"""httpx's transports: bodies pass untouched piece by piece, and each exchange is seen once."""

from __future__ import annotations

import gzip
import json
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import anyio
import httpx
import pytest
import respx
from starlette.applications import Starlette
from starlette.requests import Request as Asked
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from live_cases import (
    BASE,
    CREATE,
    DRIFTED,
    RUNNING,
    SENT,
    TASK,
    app,
    avatars,
    pieces,
    runway_contract,
)
from servers import served
from specbound.live import AsyncContractTransport, ContractTransport, Drifted, Watch
from specbound.traffic.exchange import Exchange

AT = f"/v1/tasks/{TASK}"
BACKENDS = ["asyncio", "trio"]


class Seen:
    """A watch that keeps what it is told."""

    def __init__(self, **settings: Any) -> None:
        self.exchanges: list[Exchange] = []
        self.verdicts: list[str] = []
        settings.setdefault("on_finding", "ignore")
        self.watch = Watch(runway_contract(), on_result=self._keep, **settings)

    def _keep(self, exchange: Exchange, result: Any) -> None:
        self.exchanges.append(exchange)
        self.verdicts.append(result.verdict.value)

    @property
    def received(self) -> bytes | None:
        response = self.exchanges[-1].response
        assert response is not None
        assert response.whole is (response.content is not None)
        return response.content

    @property
    def sent(self) -> bytes | None:
        request = self.exchanges[-1].request
        assert request is not None
        assert request.whole is (request.content is not None)
        return request.content


class Streamed(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body in pieces, which tells how far it was read and whether it was closed."""

    def __init__(self, content: bytes, fails_at: int = -1, size: int = 7) -> None:
        self._pieces = list(pieces(content, size))
        self._fails_at = fails_at
        self.read = 0
        self.closed = 0

    def __iter__(self) -> Iterator[bytes]:
        for number, piece in enumerate(self._pieces):
            if number == self._fails_at:
                raise httpx.ReadError("the connection was reset")
            self.read += 1
            yield piece

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self:
            yield piece

    def close(self) -> None:
        self.closed += 1

    async def aclose(self) -> None:
        self.closed += 1


def body(reply: Any = RUNNING) -> bytes:
    return json.dumps(reply).encode()


def mocked(reply: Callable[[httpx.Request], httpx.Response] | bytes) -> httpx.MockTransport:
    if isinstance(reply, bytes):
        content = reply
        reply = lambda _: httpx.Response(200, headers=JSON, content=content)  # noqa: E731
    return httpx.MockTransport(reply)


JSON = {"content-type": "application/json"}


def client(seen: Seen, inner: httpx.BaseTransport | None = None) -> httpx.Client:
    transport = ContractTransport(seen.watch, inner)
    return httpx.Client(base_url=BASE, headers=SENT, transport=transport)


def run(backend: str, work: Callable[[], Any]) -> Any:
    pytest.importorskip(backend)
    return anyio.run(work, backend=backend)


def streaming(stream: Streamed, status: int = 200, **headers: str) -> httpx.MockTransport:
    return mocked(lambda _: httpx.Response(status, headers=JSON | headers, stream=stream))


# --- bodies that are there already ----------------------------------------------------------------


def test_a_body_at_hand_is_seen_and_passes() -> None:
    seen = Seen()
    with client(seen, mocked(body())) as session:
        assert session.get(AT).json() == RUNNING
        assert session.post("/v1/image_to_video", json=CREATE).status_code == 200
    assert seen.verdicts == ["valid", "invalid"]
    assert json.loads(seen.sent or b"") == CREATE
    first = seen.exchanges[0].request
    assert first is not None
    assert (first.method, first.url, first.content) == ("GET", BASE + AT, b"")
    assert ("x-runway-version", "2024-11-06") in (first.headers or ())


def test_raise_comes_out_of_the_call_before_the_caller_has_the_response() -> None:
    transport = ContractTransport(runway_contract(), mocked(body(DRIFTED)), on_finding="raise")
    session = httpx.Client(base_url=BASE, headers=SENT, transport=transport)
    with session, pytest.raises(Drifted, match="/progress"):
        session.get(AT)


def test_settings_beside_a_watch_are_refused() -> None:
    with pytest.raises(TypeError, match="sample"):
        ContractTransport(Seen().watch, sample=0.5)


def test_what_is_not_sampled_is_not_touched() -> None:
    seen = Seen(sample=0)
    stream = Streamed(body())
    with client(seen, streaming(stream)) as session, session.stream("GET", AT) as response:
        assert response.stream._stream is stream  # type: ignore[attr-defined]
    assert seen.watch.counts.passed == 1
    assert seen.exchanges == []


# --- streams --------------------------------------------------------------------------------------


def test_a_stream_passes_piece_by_piece_and_is_checked_at_its_end() -> None:
    seen, stream = Seen(), Streamed(body())
    with client(seen, streaming(stream)) as session, session.stream("GET", AT) as response:
        for number, _ in enumerate(response.iter_raw(), 1):
            assert stream.read == number
            assert seen.exchanges == []
        assert (seen.verdicts, seen.received) == (["valid"], body())
    assert len(seen.exchanges) == 1
    assert stream.closed == 1


def test_a_stream_closed_early_is_not_whole() -> None:
    seen, stream = Seen(), Streamed(body(DRIFTED))
    with client(seen, streaming(stream)) as session, session.stream("GET", AT) as response:
        next(response.iter_raw())
    assert (stream.read, stream.closed) == (1, 1)
    assert (seen.verdicts, seen.received) == (["valid"], None)


def test_a_body_beyond_the_limit_passes_and_is_not_judged() -> None:
    seen, content = Seen(limit=20), body(DRIFTED)
    for inner in (streaming(Streamed(content)), mocked(content)):
        with client(seen, inner) as session:
            assert session.get(AT).content == content
        assert (seen.verdicts[-1], seen.received) == ("valid", None)


def test_errors_of_the_connection_pass_untouched() -> None:
    def refuse(_: httpx.Request) -> httpx.Response:
        raise error

    seen, error = Seen(on_finding="raise"), httpx.ConnectError("refused")
    with client(seen, mocked(refuse)) as session, pytest.raises(httpx.ConnectError) as raised:
        session.get(AT)
    assert raised.value is error
    stream = Streamed(body(), fails_at=2)
    session = client(seen, streaming(stream, status=418))
    with session, pytest.raises(httpx.ReadError, match="reset"):
        session.get(AT)
    assert stream.closed == 1
    assert (seen.verdicts, seen.received) == (["undocumented"], None)


def test_an_error_of_the_callers_own_is_not_replaced() -> None:
    seen, stream = Seen(on_finding="raise"), Streamed(body())
    session = client(seen, streaming(stream, status=418))
    with pytest.raises(ZeroDivisionError), session.stream("GET", AT):
        raise ZeroDivisionError
    assert seen.verdicts == ["undocumented"]
    with pytest.raises(Drifted), session.stream("GET", AT):
        pass
    session.close()


@pytest.mark.parametrize("reply", ["read", "stream"])
def test_content_codings_are_undone_for_the_check_alone(reply: str) -> None:
    packed = gzip.compress(body(DRIFTED))
    told = {"headers": JSON | {"content-encoding": "gzip"}}
    made = {"content": packed} if reply == "read" else {"stream": Streamed(packed)}
    seen = Seen()
    with client(seen, mocked(lambda _: httpx.Response(200, **told, **made))) as session:
        response = session.get(AT)
    assert response.json() == DRIFTED
    assert (seen.verdicts, seen.received) == (["invalid"], body(DRIFTED))


def test_a_coded_request_is_read() -> None:
    seen = Seen()
    headers = JSON | {"content-encoding": "gzip"}
    with client(seen, mocked(b'{"id": "%s"}' % TASK.encode())) as session:
        content = gzip.compress(json.dumps(CREATE).encode())
        session.post("/v1/image_to_video", content=content, headers=headers)
    assert (seen.verdicts, seen.sent) == (["valid"], json.dumps(CREATE).encode())


@pytest.mark.parametrize("coding", ["gzip", "zip"])
def test_a_coding_that_cannot_be_undone_is_not_judged(coding: str) -> None:
    seen, stream = Seen(), Streamed(b"\x1f\x8bdamaged")
    inner = streaming(stream, **{"content-encoding": coding})
    with client(seen, inner) as session, session.stream("GET", AT) as response:
        assert b"".join(response.iter_raw()) == b"\x1f\x8bdamaged"
    assert (seen.verdicts, seen.received) == (["valid"], None)


def test_a_streamed_request_is_sent_as_it_is_made() -> None:
    taken: list[int] = []

    def made() -> Iterator[bytes]:
        for number, piece in enumerate(pieces(json.dumps(CREATE).encode(), 16)):
            taken.append(number)
            yield piece

    class Sending(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            for number, _ in enumerate(request.stream):  # type: ignore[arg-type]
                assert len(taken) == number + 1
            return httpx.Response(200, headers=JSON, content=b'{"id": "%s"}' % TASK.encode())

    seen = Seen()
    with client(seen, Sending()) as session:
        session.post("/v1/image_to_video", content=made(), headers=JSON)
    assert (seen.verdicts, seen.sent) == (["valid"], json.dumps(CREATE).encode())


def test_a_mock_reads_a_streamed_request_itself() -> None:
    seen = Seen()
    with client(seen, mocked(b'{"id": "%s"}' % TASK.encode())) as session:
        made = session.post("/v1/image_to_video", content=pieces(b"[1, 2]", 2), headers=JSON)
    assert (seen.verdicts, seen.sent, made.request.content) == (["invalid"], b"[1, 2]", b"[1, 2]")


def test_a_streamed_request_that_nobody_read_is_not_whole() -> None:
    class Early(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            return httpx.Response(401, headers=JSON, content=b'{"error": "no"}')

    seen = Seen()
    with client(seen, Early()) as session:
        made = session.post("/v1/image_to_video", content=iter([b"{", b"}"]), headers=JSON)
    assert made.status_code == 401
    assert seen.sent is None
    assert "missing-body" not in seen.watch.counts.by_code
    assert "SentStream" not in type(made.request.stream).__name__


# --- the network ----------------------------------------------------------------------------------


def test_over_the_network_nothing_changes() -> None:
    seen, content = Seen(), avatars(100)
    with served(app(content, size=1000)) as url:
        transport = ContractTransport(seen.watch)
        with httpx.Client(base_url=url, headers=SENT, transport=transport) as c:
            first = c.get("/v1/avatars?limit=50")
            c.post("/v1/image_to_video", files={"file": ("a.bin", b"\0" * 5000)})
            c.post("/v1/image_to_video", content=pieces(b"{}" * 100))
            with c.stream("GET", "/v1/avatars?limit=50") as second:
                streamed = b"".join(second.iter_raw())
            assert c.head("/v1/avatars?limit=50").status_code == 200
    assert first.content == streamed == content
    assert seen.watch.counts.exchanges == 5
    assert seen.verdicts[0] == seen.verdicts[3] == seen.verdicts[4] == "valid"
    requests = [each.request for each in seen.exchanges]
    assert requests[2]
    assert requests[2].content == b"{}" * 100
    assert requests[1]
    assert b"\0" * 5000 in (requests[1].content or b"")


@pytest.mark.parametrize("backend", BACKENDS)
def test_async_over_the_network(backend: str) -> None:
    seen, content = Seen(), avatars(20)

    async def sent() -> AsyncIterator[bytes]:
        for piece in pieces(json.dumps(CREATE).encode()):
            yield piece

    async def work(url: str) -> None:
        transport = AsyncContractTransport(seen.watch)
        async with httpx.AsyncClient(base_url=url, headers=SENT, transport=transport) as session:
            assert (await session.get("/v1/avatars?limit=50")).content == content
            await session.post("/v1/image_to_video", content=sent(), headers=JSON)
            async with session.stream("GET", "/v1/avatars?limit=50") as response:
                async for _ in response.aiter_raw():
                    break

    with served(app(content, size=500)) as url:
        run(backend, lambda: work(url))
    assert seen.verdicts == ["valid", "invalid", "valid"]
    assert seen.exchanges[1].request
    assert seen.exchanges[1].request.content
    assert json.loads(seen.exchanges[1].request.content) == CREATE
    assert seen.received is None


@pytest.mark.parametrize("backend", BACKENDS)
def test_async_in_memory(backend: str) -> None:
    async def work() -> None:
        seen = Seen()
        for inner in (mocked(body()), streaming(Streamed(body()))):
            transport = AsyncContractTransport(seen.watch, inner)
            async with httpx.AsyncClient(base_url=BASE, headers=SENT, transport=transport) as c:
                assert (await c.get(AT)).json() == RUNNING
            assert (seen.verdicts[-1], seen.received) == ("valid", body())
        for inner in (mocked(body(DRIFTED)), streaming(Streamed(body(DRIFTED)))):
            transport = AsyncContractTransport(runway_contract(), inner, on_finding="raise")
            async with httpx.AsyncClient(base_url=BASE, headers=SENT, transport=transport) as c:
                with pytest.raises(Drifted):
                    await c.get(AT)
                stream = Streamed(body(), fails_at=1)
                transport._inner = streaming(stream, status=418)
                with pytest.raises(httpx.ReadError):
                    await c.get(AT)
                assert stream.closed == 1
                with pytest.raises(ZeroDivisionError):
                    async with c.stream("GET", AT):
                        raise ZeroDivisionError

    run(backend, work)


# --- other people's transports --------------------------------------------------------------------


def test_respx_below_and_above() -> None:
    seen = Seen()
    with respx.mock(base_url=BASE) as router:
        router.get(AT).mock(return_value=httpx.Response(200, json=DRIFTED))
        with client(seen, httpx.MockTransport(router.handler)) as session:
            assert session.get(AT).json() == DRIFTED
        with client(seen) as session:  # respx replaces what httpx.HTTPTransport does
            assert session.get(AT).json() == DRIFTED
    assert seen.verdicts == ["invalid", "invalid"]


def test_an_asgi_app_below() -> None:
    async def reply(asked: Asked) -> Response:
        return JSONResponse(RUNNING if asked.path_params["id"] == TASK else {})

    async def work() -> None:
        inner = httpx.ASGITransport(Starlette(routes=[Route("/v1/tasks/{id}", reply)]))
        transport = AsyncContractTransport(seen.watch, inner)
        async with httpx.AsyncClient(base_url=BASE, headers=SENT, transport=transport) as session:
            assert (await session.get(AT)).json() == RUNNING

    seen = Seen()
    run("asyncio", work)
    assert seen.verdicts == ["valid"]


def test_redirects_are_exchanges_of_their_own() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/old":
            return httpx.Response(307, headers={"location": BASE + AT})
        return httpx.Response(200, json=RUNNING)

    seen = Seen()
    with client(seen, mocked(answer)) as session:
        assert session.get("/old", follow_redirects=True).json() == RUNNING
    assert seen.verdicts == ["undocumented", "valid"]


def test_closing_goes_down_and_leaves_a_given_watch_open() -> None:
    closed: list[str] = []

    class Below(httpx.BaseTransport):
        def close(self) -> None:
            closed.append("transport")

    class Mine(Watch):
        def close(self) -> None:
            closed.append("watch")

    httpx.Client(transport=ContractTransport(Mine(runway_contract()), Below())).close()
    assert closed == ["transport"]
