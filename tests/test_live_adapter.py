"""The adapter of requests: `content`, `iter_content` and `raw` stay what they are."""

from __future__ import annotations

import gc
import gzip
import io
import json
import shutil
import sys
import weakref
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import responses
import urllib3

from live_cases import CREATE, DRIFTED, RUNNING, SENT, TASK, app, pieces, runway_contract
from servers import served
from specbound.live import ContractAdapter, Drifted, Watch
from specbound.live.kept import Kept
from specbound.live.raw import sent_body
from specbound.traffic.exchange import Exchange

AT = f"/v1/tasks/{TASK}"
BODY = json.dumps(DRIFTED).encode()
FITS = json.dumps(RUNNING).encode()


class Looking:
    """A session at a server on loopback, and what was seen of it."""

    def __init__(self, url: str, **settings: Any) -> None:
        self.url = url
        self.exchanges: list[Exchange] = []
        settings.setdefault("on_finding", "ignore")
        self.watch = Watch(runway_contract(), on_result=self._keep, **settings)
        self.session = requests.Session()
        self.session.headers.update(SENT)
        self.session.mount("http://", ContractAdapter(self.watch))

    def _keep(self, exchange: Exchange, _: object) -> None:
        self.exchanges.append(exchange)

    def get(self, **settings: Any) -> requests.Response:
        return self.session.get(self.url + AT, timeout=30, **settings)

    @property
    def received(self) -> bytes | None:
        response = self.exchanges[-1].response
        assert response is not None
        assert response.whole is (response.content is not None)
        return response.content


@pytest.fixture(params=["plain", "gzip", "length"])
def server(request: pytest.FixtureRequest) -> Iterator[str]:
    """A server that sends a drifted task: in chunks, packed, or with its length told."""
    how = request.param
    headers = {"content-encoding": "gzip"} if how == "gzip" else {}
    content = gzip.compress(BODY) if how == "gzip" else BODY
    if how == "length":
        headers["content-length"] = str(len(BODY))
    with served(app(content, headers, size=16)) as url:
        yield url


def test_a_response_that_is_read_at_once(server: str) -> None:
    looking = Looking(server)
    response = looking.get()
    assert (response.json(), response.content) == (DRIFTED, BODY)
    assert looking.received == BODY
    assert looking.watch.counts.invalid == looking.watch.counts.exchanges == 1
    first = looking.exchanges[0].request
    assert first is not None
    assert (first.url, first.content) == (server + AT, b"")
    assert ("x-runway-version", "2024-11-06") in (first.headers or ())


@pytest.mark.parametrize("how", ["content", "chunks", "lines", "raw", "copy", "read1", "chunked"])
def test_a_streamed_response_is_the_same_however_it_is_read(server: str, how: str) -> None:
    plain, looking = requests.Session(), Looking(server)
    plain.headers.update(SENT)
    expected = _read(plain.get(server + AT, stream=True, timeout=30), how)
    response = looking.get(stream=True)
    assert isinstance(response.raw, urllib3.HTTPResponse)
    assert looking.exchanges == []
    assert _read(response, how) == expected
    response.close()
    assert looking.received == BODY
    assert len(looking.exchanges) == 1


def _read(response: requests.Response, how: str) -> bytes:
    raw: Any = response.raw
    if how == "content":
        return response.content
    if how == "chunks":
        return b"".join(response.iter_content(5))
    if how == "lines":
        return b"\n".join(response.iter_lines())
    if how == "raw":
        return bytes(raw.read())
    if how == "read1":
        return b"".join(iter(lambda: raw.read1(5), b""))
    if how == "chunked":
        return b"".join(raw.stream(8, decode_content=False))
    into = io.BytesIO()
    shutil.copyfileobj(raw, into, 9)
    return into.getvalue()


def test_a_response_that_is_closed_early_is_not_whole(server: str) -> None:
    looking = Looking(server)
    with looking.get(stream=True) as response:
        next(response.iter_content(4))
    assert looking.received is None
    assert looking.watch.counts.valid == 1


def test_a_body_beyond_the_limit_passes(server: str) -> None:
    looking = Looking(server, limit=10)
    assert looking.get().content == BODY
    assert looking.received is None


def test_raise_comes_out_of_the_call(server: str) -> None:
    looking = Looking(server, on_finding="raise")
    with pytest.raises(Drifted, match="/progress"):
        looking.get()
    with looking.get(stream=True) as response, pytest.raises(Drifted):
        list(response.iter_content(10))
    with pytest.raises(ZeroDivisionError), looking.get(stream=True):
        raise ZeroDivisionError


def test_what_is_not_sampled_is_not_touched(server: str) -> None:
    looking = Looking(server, sample=0)
    response = looking.get(stream=True)
    assert "read" not in vars(response.raw)
    response.close()
    assert (looking.exchanges, looking.watch.counts.passed) == ([], 1)


def test_a_response_that_was_given_up_is_closed(server: str) -> None:
    looking = Looking(server)
    response = looking.get(stream=True)
    next(response.iter_content(4))
    given_up = weakref.ref(response.raw)
    del response
    gc.collect()
    assert given_up() is None
    looking.get()
    assert looking.received == BODY


def test_a_connection_serves_again(server: str) -> None:
    looking = Looking(server)
    for _ in range(3):
        looking.get()
    adapter = looking.session.get_adapter(server)
    pools: Any = adapter.poolmanager.pools  # type: ignore[attr-defined]
    keys = pools.keys()
    assert [pools[key].num_connections for key in keys] == [1]
    assert looking.watch.counts.exchanges == 3


@pytest.mark.parametrize(
    "kind", ["json", "text", "generator", "file", "bytearray", "texts", "form"]
)
def test_requests_are_sent_as_they_are(kind: str) -> None:
    sent = json.dumps(CREATE).encode()
    given: dict[str, Any] = {
        "json": {"json": CREATE},
        "text": {"data": sent.decode()},
        "generator": {"data": pieces(sent)},
        "file": {"data": io.BytesIO(sent)},
        "bytearray": {"data": bytearray(sent)},
        "texts": {"data": io.StringIO(sent.decode())},
        "form": {"files": {"file": ("a.bin", sent)}},
    }[kind]
    arrived: list[bytes] = []

    async def keep(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            more, found = True, b""
            while more:
                message = await receive()
                found, more = found + message["body"], message.get("more_body", False)
            arrived.append(found)
            scope = {**scope, "type": "answer"}
        await answer(scope, _nothing, send)

    answer = app(b'{"id": "%s"}' % TASK.encode())
    with served(keep) as url:
        looking = Looking(url)
        response = looking.session.post(url + "/v1/image_to_video", timeout=30, **given)
    request = looking.exchanges[0].request
    assert request is not None
    assert arrived == [request.content if kind == "form" else sent]
    # urllib3 asks a text file for its type, so that nothing may stand in its place.
    assert request.whole is (kind != "texts")
    assert request.content == (None if kind == "texts" else arrived[0])
    body: Any = response.request.body
    assert body is given["data"] if kind in ("generator", "file", "texts") else body


async def _nothing() -> dict[str, Any]:
    return {"type": "http.request", "body": b"", "more_body": False}


def test_errors_of_the_connection_pass() -> None:
    looking = Looking("http://127.0.0.1:1")
    with pytest.raises(requests.ConnectionError):
        looking.get()
    assert looking.exchanges == []


def test_below_responses() -> None:
    looking = Looking("http://api.example")
    with responses.RequestsMock() as mock:
        mock.get("http://api.example" + AT, json=DRIFTED)
        assert looking.get().json() == DRIFTED
    assert looking.watch.counts.invalid == 1


def test_an_adapter_of_ones_own_sends() -> None:
    class Own(requests.adapters.HTTPAdapter):
        def send(self, request: Any, *others: Any, **named: Any) -> requests.Response:
            response = requests.Response()
            response.status_code, response.request = 200, request
            response.raw = io.BytesIO(FITS)  # no response of urllib3: it passes unseen
            return response

    looking = Looking("http://api.example")
    looking.session.mount("http://", ContractAdapter(looking.watch, Own()))
    assert looking.get().content == FITS
    assert looking.received is None


def test_without_requests_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "specbound.live.adapter")
    monkeypatch.setitem(sys.modules, "requests", None)
    with pytest.raises(ImportError, match="pip install requests"):
        import specbound.live.adapter  # noqa: F401


def test_a_generator_that_stands_in_a_mock_can_be_asked_for_its_next_piece() -> None:
    kept = Kept(100)
    body = sent_body(iter([b"a", b"b"]), kept)
    assert [next(body), next(body), next(body, None)] == [b"a", b"b", None]
    assert kept.content == b"ab"
