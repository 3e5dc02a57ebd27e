"""What passes through the proxy comes out as it went in, and streams while it comes."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import http.client
import socket
import threading
from urllib.parse import urlsplit

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxies import head, proxied, raw
from servers import served
from specbound.commands.serving import Address, listener
from specbound.live.proxy import Ways
from specbound.live.proxy_headers import reply_fields, request_fields


class Echo:
    """Answers with what it was asked; keeps the scopes."""

    def __init__(self) -> None:
        self.scopes: list[dict] = []
        self.bodies: list[bytes] = []

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            return
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        self.scopes.append(scope)
        self.bodies.append(body)
        fields = [
            (b"X-Twice", b"1"),
            (b"Set-Cookie", b"a=1; Path=/"),
            (b"x-twice", b"2"),
            (b"Set-Cookie", b"b=2"),
            (b"Content-Type", b"application/octet-stream"),
            (b"Connection", b"X-Hop"),
            (b"X-Hop", b"gone"),
            (b"content-length", str(len(body)).encode()),
        ]
        await send({"type": "http.response.start", "status": 203, "headers": fields})
        await send({"type": "http.response.body", "body": body})


@pytest.fixture(scope="module")
def echoing():
    app = Echo()
    with served(app) as upstream:
        yield app, upstream


@pytest.fixture
def echo(echoing):
    app, upstream = echoing
    with proxied(upstream + "/base/") as (url, seen):
        yield app, url, seen, upstream


def spoken(url: str, request: bytes) -> bytes:
    """What comes back for the bytes of a request, until the connection is closed."""
    with socket.create_connection(("127.0.0.1", urlsplit(url).port), timeout=30) as connection:
        connection.sendall(request)
        found = b""
        while piece := connection.recv(65536):
            found += piece
    return found


def test_the_target_passes_byte_by_byte(echo):
    app, url, _, upstream = echo
    target = b"/a%2Fb//c/../d;x=1?q=%20&q=+&empty=&%7e=~&q"
    spoken(url, b"GET " + target + b" HTTP/1.1\r\nHost: there\r\nConnection: close\r\n\r\n")
    scope = app.scopes[-1]
    assert scope["raw_path"] + b"?" + scope["query_string"] == b"/base" + target
    assert dict(scope["headers"])[b"host"] == urlsplit(upstream).netloc.encode()


def test_an_absolute_target_is_taken_as_its_path(echo):
    app, url, *_ = echo
    spoken(url, b"GET http://api.test/x?y=1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    assert app.scopes[-1]["raw_path"] == b"/base/x"


def test_request_fields_keep_order_and_repetitions(echo):
    app, url, *_ = echo
    request = (
        b"PATCH /x HTTP/1.1\r\nA: 1\r\nHost: h\r\nB: \xe9\r\nCookie: c=1\r\nA: 2\r\n"
        b"TE: trailers\r\n"
        b"Keep-Alive: 5\r\nConnection: close, A-Hop\r\nA-Hop: 1\r\nCookie: d=2\r\n"
        b"Content-Length: 2\r\n\r\nhi"
    )
    spoken(url, request)
    scope = app.scopes[-1]
    assert scope["method"] == "PATCH"
    names = [name for name, _ in scope["headers"]]
    # Host goes first, as RFC 9112 section 3.2 wants it.
    assert names == [b"host", b"a", b"b", b"cookie", b"a", b"cookie", b"content-length"]
    assert dict(scope["headers"])[b"b"] == b"\xe9"


def test_reply_fields_keep_order_case_and_repetitions(echo):
    _, url, *_ = echo
    found = spoken(url, b"GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
    lines = found.split(b"\r\n\r\n")[0].split(b"\r\n")
    assert lines[0].split(b" ", 2)[1] == b"203"
    assert lines[1:] == [
        b"X-Twice: 1",
        b"Set-Cookie: a=1; Path=/",
        b"x-twice: 2",
        b"Set-Cookie: b=2",
        b"Content-Type: application/octet-stream",
        b"content-length: 0",
        b"Connection: close",
    ]


def test_the_clients_host_can_be_kept(echoing):
    app, upstream = echoing
    with proxied(upstream, Ways(keep_host=True)) as (url, _):
        httpx.get(url, headers={"host": "api.test"})
    assert dict(app.scopes[-1]["headers"])[b"host"] == b"api.test"


def test_chunked_and_sized_bodies_keep_their_framing(echo):
    app, url, *_ = echo
    httpx.post(url, content=(b"x" * 1000 for _ in range(20)))
    assert app.bodies[-1] == b"x" * 20_000
    assert b"content-length" not in dict(app.scopes[-1]["headers"])
    httpx.post(url, content=b"y" * 2_000_000)
    assert app.bodies[-1] == b"y" * 2_000_000
    assert dict(app.scopes[-1]["headers"])[b"content-length"] == b"2000000"
    assert b"transfer-encoding" not in dict(app.scopes[-1]["headers"])


def test_a_body_passes_in_its_content_coding():
    packed = gzip.compress(b'{"name": "a"}')

    async def answer(reader, writer):
        await head(reader)
        writer.write(
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Type: application/json\r\n"
            b"Content-Length: %d\r\n\r\n%b" % (len(packed), packed)
        )
        await writer.drain()

    with raw(answer) as upstream, proxied(upstream) as (url, seen):
        with httpx.stream("GET", url) as reply:
            assert b"".join(reply.iter_raw()) == packed
        exchange = seen.wait()[0].exchange()
    assert exchange.response.content == b'{"name": "a"}'
    assert exchange.response.whole


@pytest.mark.parametrize("status", [204, 304])
def test_replies_without_content(status):
    async def answer(reader, writer):
        while await head(reader):
            writer.write(b"HTTP/1.1 %d X\r\nETag: a\r\n\r\n" % status)

    with raw(answer) as upstream, proxied(upstream) as (url, seen), httpx.Client() as client:
        for _ in range(3):
            reply = client.get(url)
            assert (reply.status_code, reply.content, reply.headers["etag"]) == (status, b"", "a")
        assert not seen.faults(3)


def test_head_keeps_the_length_of_what_is_not_sent():
    async def answer(reader, writer):
        while await head(reader):
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 12345\r\n\r\n")

    with raw(answer) as upstream, proxied(upstream) as (url, seen), httpx.Client() as client:
        for _ in range(3):
            reply = client.head(url)
            assert (reply.headers["content-length"], reply.content) == ("12345", b"")
        assert not seen.faults(3)


def test_redirects_and_interim_replies_pass():
    async def answer(reader, writer):
        await head(reader)
        writer.write(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")
        writer.write(b"HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()

    with raw(answer) as upstream, proxied(upstream) as (url, _):
        reply = httpx.get(url)
    assert (reply.status_code, reply.headers["location"]) == (302, "/b")


def test_events_arrive_while_the_reply_goes_on():
    go = threading.Event()

    async def answer(reader, writer):
        await head(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n")
        await asyncio.to_thread(go.wait, 30)
        writer.write(b"data: 2\n\n")
        await writer.drain()

    with raw(answer) as upstream, proxied(upstream) as (url, seen):
        with httpx.stream("GET", url, timeout=30) as reply:
            pieces = reply.iter_raw()
            assert next(pieces) == b"data: 1\n\n"
            go.set()
            assert b"".join(pieces) == b"data: 2\n\n"
        assert seen.wait()[0].exchange().response.content == b"data: 1\n\ndata: 2\n\n"


def test_a_request_arrives_while_it_is_being_sent():
    """Both ways at once: the upstream echoes each piece before the next one is sent."""

    async def answer(reader, writer):
        await head(reader)
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        for _ in range(3):
            size = int(await reader.readline(), 16)
            writer.write(await reader.readexactly(size))
            await reader.readline()
        await writer.drain()

    with raw(answer) as upstream, proxied(upstream) as (url, _):
        connection = http.client.HTTPConnection("127.0.0.1", urlsplit(url).port, timeout=30)
        connection.putrequest("POST", "/")
        connection.putheader("Transfer-Encoding", "chunked")
        connection.endheaders()
        connection.send(b"3\r\none\r\n")
        reply = connection.response_class(connection.sock, method="POST")
        reply.begin()
        assert reply.read1(100) == b"one"
        connection.send(b"3\r\ntwo\r\n")
        assert reply.read1(100) == b"two"
        connection.send(b"5\r\nthree\r\n0\r\n\r\n")
        assert reply.read() == b"three"
        connection.close()


def test_an_early_refusal_comes_through_while_the_body_is_sent():
    async def answer(reader, writer):
        await head(reader)
        writer.write(b"HTTP/1.1 413 Too Large\r\nContent-Length: 5\r\n\r\nlarge")
        await writer.drain()
        await reader.read()

    with raw(answer) as upstream, proxied(upstream) as (url, seen):
        connection = http.client.HTTPConnection("127.0.0.1", urlsplit(url).port, timeout=30)
        connection.putrequest("POST", "/")
        connection.putheader("Content-Length", "100000000")
        connection.endheaders()
        connection.send(b"x" * 1000)
        reply = connection.getresponse()
        assert (reply.status, reply.read()) == (413, b"large")
        connection.close()
        exchange = seen.wait()[0].exchange()
    assert not exchange.request.whole
    assert exchange.response.whole


def test_a_large_body_is_passed_and_not_kept():
    size, piece = 24 * 1024 * 1024, b"0123456789abcdef" * 4096

    async def answer(reader, writer):
        await head(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size)
        for _ in range(size // len(piece)):
            writer.write(piece)
            await writer.drain()

    wanted = hashlib.sha256(piece * (size // len(piece))).hexdigest()
    with raw(answer) as upstream, proxied(upstream, Ways(limit=100_000)) as (url, seen):
        found = hashlib.sha256()
        with httpx.stream("GET", url, timeout=30) as reply:
            for each in reply.iter_raw():
                found.update(each)
        passage = seen.wait()[0]
    assert found.hexdigest() == wanted
    assert (passage.got.size, passage.weight) == (size, 0)
    assert not passage.exchange().response.whole


def test_websockets_and_tunnels_are_refused_with_reasons(echo):
    app, url, *_ = echo
    before = len(app.scopes)
    fields = {"Connection": "Upgrade", "Upgrade": "websocket"}
    reply = httpx.get(url, headers=fields)
    assert reply.status_code == 501
    assert "WebSocket" in reply.json()["error"]
    found = spoken(url, b"CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\nConnection: close\r\n\r\n")
    assert b" 501 " in found.split(b"\r\n")[0]
    assert len(app.scopes) == before


def test_other_upgrades_are_not_asked_for(echo):
    app, url, *_ = echo
    httpx.get(url, headers={"Connection": "Upgrade, HTTP2-Settings", "Upgrade": "h2c"})
    assert not {b"upgrade", b"connection"} & {name for name, _ in app.scopes[-1]["headers"]}


def test_connections_to_the_upstream_are_used_again():
    connections = []

    async def answer(reader, writer):
        connections.append(writer)
        while await head(reader):
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    with raw(answer) as upstream, proxied(upstream) as (url, _), httpx.Client() as client:
        assert [client.get(url).text for _ in range(20)] == ["ok"] * 20
    assert len(connections) == 1


NAMES = st.sampled_from([b"A", b"b", b"Connection", b"TE", b"Upgrade", b"Content-Length", b"Host"])
VALUES = st.sampled_from([b"a", b"B, close", b"content-length, host", b"x", b""])


@given(st.lists(st.tuples(NAMES, VALUES)))
def test_fields_that_go_on_are_those_that_came_in_their_order(headers):
    for found in (reply_fields(headers), request_fields(headers, None)):
        left = iter(headers)
        assert all(each in left for each in found), "an order was changed or a field was made up"
        names = {name.lower() for name, _ in found}
        assert not names & {b"connection", b"te", b"upgrade"}
        for kept in (b"content-length", b"host"):
            assert (kept in names) == any(name.lower() == kept for name, _ in headers)


def test_small_pieces_are_not_held_back():
    """Nagle's algorithm would wait 40 ms for the client's acknowledgement before the second one."""
    with listener(Address("127.0.0.1", 0)) as bound:
        # What asyncio looks at before it sets TCP_NODELAY on a connection.
        assert bound.proto == socket.IPPROTO_TCP
