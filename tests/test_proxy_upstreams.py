"""Upstreams that stall, reset, lie and talk nonsense, and clients that leave: the proxy goes on."""

from __future__ import annotations

import asyncio
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from urllib.parse import urlsplit

import httpx
import pytest

from proxies import head, proxied, raw, reset
from specbound.live.proxy_upstream import target_of

PATIENT, IMPATIENT = 30.0, 0.2
OK = b"HTTP/1.1 200 OK\r\n"


def problem(reply: httpx.Response) -> str:
    """The explanation in a reply of the proxy's own."""
    body = reply.json()
    assert set(body) == {"error", "issues"}
    assert reply.headers["proxy-status"].startswith("specbound; error=")
    return body["error"]


def closed_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


async def silent(reader, writer):
    await reader.read()


async def resets(reader, writer):
    await head(reader)
    reset(writer)


async def closes(reader, writer):
    await head(reader)


async def closes_in_its_head(reader, writer):
    await head(reader)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Le")


async def talks_nonsense(reader, writer):
    await head(reader)
    writer.write(b"SSH-2.0-OpenSSH_9.6\r\n")
    await writer.drain()
    await reader.read()


async def talks_nonsense_later(reader, writer):
    await head(reader)
    writer.write(b"HTTP/1.1 200 OK\r\nno field here\r\n\r\n")
    await reader.read()


async def invents_a_status(reader, writer):
    await head(reader)
    writer.write(b"HTTP/1.1 999 Strange\r\nContent-Length: 0\r\n\r\n")
    await reader.read()


BEFORE = [
    (silent, IMPATIENT, 504, "upstream-stalled", "sent no reply for 0.2 s"),
    (resets, PATIENT, 502, "upstream-broke-off", "reset the connection before it replied"),
    (closes, PATIENT, 502, "upstream-broke-off", "closed the connection before it replied"),
    (closes_in_its_head, PATIENT, 502, "upstream-broke-off", "before it replied"),
    (talks_nonsense, PATIENT, 502, "upstream-malformed", "not HTTP/1.1"),
    (talks_nonsense_later, PATIENT, 502, "upstream-malformed", "not HTTP/1.1"),
    (invents_a_status, PATIENT, 502, "upstream-malformed", "999"),
]


@pytest.mark.parametrize(("upstream", "patience", "status", "code", "words"), BEFORE)
def test_without_a_reply_the_client_is_told_why(upstream, patience, status, code, words):
    with raw(upstream) as url, proxied(url, patience=patience) as (proxy, seen):
        reply = httpx.post(proxy, content=b"{}")
        assert reply.status_code == status
        assert words in problem(reply)
        assert seen.wait()[0].faults[0].code == code
        assert words in seen.passages[0].faults[0].message


def test_nobody_there():
    with proxied(f"http://127.0.0.1:{closed_port()}") as (proxy, seen):
        reply = httpx.get(proxy)
        assert reply.status_code == 502
        assert "the connection is refused" in problem(reply)
    assert seen.faults() == ["upstream-unreachable"]


def test_no_tls_where_there_should_be():
    async def answer(reader, writer):
        writer.write(b"220 mail.test ESMTP\r\n")
        await reader.read()

    with raw(answer) as url, proxied(url.replace("http:", "https:")) as (proxy, seen):
        assert httpx.get(proxy).status_code == 502
    assert seen.faults() == ["upstream-unreachable"]


async def too_short(reader, writer):
    await head(reader)
    writer.write(OK + b"Content-Length: 100\r\n\r\n" + b"x" * 40)


async def unended(reader, writer):
    await head(reader)
    writer.write(OK + b"Transfer-Encoding: chunked\r\n\r\n28\r\n" + b"x" * 40 + b"\r\n")


async def bad_chunk(reader, writer):
    await head(reader)
    writer.write(OK + b"Transfer-Encoding: chunked\r\n\r\n28\r\n" + b"x" * 40 + b"\r\nzz\r\n")
    await reader.read()


async def stalls(reader, writer):
    await head(reader)
    writer.write(OK + b"Content-Length: 100\r\n\r\n" + b"x" * 40)
    await reader.read()


DURING = [
    (too_short, PATIENT, "upstream-broke-off", "after 40 of 100 bytes"),
    (unended, PATIENT, "upstream-broke-off", "after 40 bytes"),
    (bad_chunk, PATIENT, "upstream-malformed", "not HTTP/1.1"),
    (stalls, IMPATIENT, "upstream-stalled", "after 40 of 100 bytes"),
]


@pytest.mark.parametrize(("upstream", "patience", "code", "words"), DURING)
def test_a_reply_that_does_not_end_never_looks_whole(upstream, patience, code, words):
    with raw(upstream) as url, proxied(url, patience=patience) as (proxy, seen):
        with httpx.stream("GET", proxy, timeout=30) as reply:
            pieces = reply.iter_raw()
            assert next(pieces) == b"x" * 40
            with pytest.raises(httpx.RemoteProtocolError):
                next(pieces)
        passage = seen.wait()[0]
    assert passage.faults[0].code == code
    assert words in passage.faults[0].message
    response = passage.exchange().response
    assert (response.status, response.whole) == (200, False)


def test_what_comes_beyond_the_end_reaches_nobody():
    """Else it would be the reply to another client's request."""

    async def answer(reader, writer):
        while await head(reader):
            writer.write(OK + b"Content-Length: 4\r\n\r\nmine")
            writer.write(OK + b"Content-Length: 6\r\n\r\nstolen")
            await writer.drain()

    with raw(answer) as url, proxied(url) as (proxy, seen), httpx.Client() as client:
        assert [client.get(proxy).text for _ in range(10)] == ["mine"] * 10
    assert set(seen.faults(10)) == {"upstream-surplus"}


def test_what_comes_late_reaches_nobody():
    """It is met while nobody has asked. Behind a next request nothing could tell it from a reply,
    so only the first connection lies here.
    """
    late, noticed = threading.Event(), threading.Event()

    async def reply(reader, writer):
        await head(reader)
        writer.write(OK + b"Content-Length: 4\r\n\r\nmine")
        await writer.drain()

    async def answer(reader, writer):
        await reply(reader, writer)
        if noticed.is_set():
            with suppress(asyncio.IncompleteReadError):
                while True:
                    await reply(reader, writer)
            return
        await asyncio.to_thread(late.wait, 30)
        writer.write(OK + b"Content-Length: 6\r\n\r\nstolen")
        await writer.drain()
        with suppress(ConnectionError):
            await reader.read()
        noticed.set()

    with raw(answer) as url, proxied(url) as (proxy, _), httpx.Client() as client:
        assert client.get(proxy).text == "mine"
        late.set()
        assert noticed.wait(30)
        assert [client.get(proxy).text for _ in range(5)] == ["mine"] * 5


def test_a_connection_that_was_closed_while_idle_is_replaced():
    async def once(reader, writer):
        await head(reader)
        writer.write(OK + b"Content-Length: 2\r\n\r\nok")

    with raw(once) as url, proxied(url) as (proxy, seen), httpx.Client() as client:
        for _ in range(10):
            assert client.get(proxy).text == "ok"
    assert not seen.faults(10)


def test_what_may_be_sent_again_is_sent_again_once():
    """An upstream closes an idle connection at the moment at which it is used."""
    asked = []

    async def answer(reader, writer):
        first = True
        while True:
            asked.append((await head(reader)).split(b" ")[0])
            if not first:
                return
            first = False
            writer.write(OK + b"Content-Length: 2\r\n\r\nok")

    with raw(answer) as url, proxied(url) as (proxy, seen), httpx.Client() as client:
        assert client.get(proxy).text == "ok"
        assert client.get(proxy).text == "ok"
        assert client.post(proxy, content=b"{}").status_code == 502
    assert asked == [b"GET", b"GET", b"GET", b"POST"]
    assert seen.faults(3) == ["upstream-broke-off"]


def test_others_are_served_while_one_upstream_connection_stalls():
    async def answer(reader, writer):
        if b"/stall" in await head(reader):
            await reader.read()
        writer.write(OK + b"Content-Length: 2\r\n\r\nok")

    with raw(answer) as url, proxied(url, patience=PATIENT) as (proxy, _):
        stalled = socket.create_connection(("127.0.0.1", urlsplit(proxy).port))
        stalled.sendall(b"GET /stall HTTP/1.1\r\nHost: h\r\n\r\n")
        with httpx.Client() as client:
            assert [client.get(proxy).text for _ in range(20)] == ["ok"] * 20
        stalled.close()


@pytest.mark.parametrize("begun", [False, True])
def test_a_client_that_leaves_is_followed(begun):
    """The upstream's connection is closed too, so that it may stop working."""
    left = threading.Event()

    async def answer(reader, writer):
        await head(reader)
        if begun:
            writer.write(OK + b"Content-Type: text/event-stream\r\n\r\ndata: 1\n\n")
        assert await reader.read() == b""
        left.set()

    with raw(answer) as url, proxied(url) as (proxy, seen):
        client = socket.create_connection(("127.0.0.1", urlsplit(proxy).port), timeout=30)
        client.sendall(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        if begun:
            assert client.recv(10)
        else:
            # Nothing to be read yet: the request has to be under way before the client leaves.
            client.settimeout(0.2)
            with pytest.raises(TimeoutError):
                client.recv(1)
        client.close()
        assert left.wait(30)
    assert seen.faults() == ["client-gone"]


def test_a_client_that_leaves_in_its_request_never_makes_a_whole_one():
    got = []
    done = threading.Event()

    async def answer(reader, writer):
        await head(reader)
        got.append(await reader.read())
        done.set()

    with raw(answer) as url, proxied(url) as (proxy, seen):
        client = socket.create_connection(("127.0.0.1", urlsplit(proxy).port), timeout=30)
        client.sendall(
            b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"
        )
        client.settimeout(0.2)
        with pytest.raises(TimeoutError):
            client.recv(1)
        client.close()
        assert done.wait(30)
    assert seen.faults() == ["client-gone"]
    assert not got[0].endswith(b"0\r\n\r\n")


def test_many_misfortunes_at_once_leave_the_proxy_whole():
    kinds = [resets, closes, talks_nonsense, too_short, unended, bad_chunk]

    async def answer(reader, writer):
        line = await reader.readline()
        number = int(line.split(b"/")[1].split(b" ")[0])
        if number < len(kinds):
            await kinds[number](reader, writer)
            return
        await head(reader)
        writer.write(OK + b"Content-Length: 2\r\n\r\nok")

    def one(number: int) -> str:
        try:
            return httpx.get(f"{proxy}/{number}", timeout=30, verify=False).text
        except httpx.RemoteProtocolError:
            return "aborted"

    with raw(answer) as url, proxied(url) as (proxy, seen):
        numbers = [number % (len(kinds) + 1) for number in range(70)]
        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(one, numbers))
        seen.wait(70)
    good = [text for number, text in zip(numbers, found, strict=True) if number == len(kinds)]
    assert good == ["ok"] * 10
    assert found.count("aborted") == 30


@pytest.mark.parametrize(
    "url", ["api.test", "ftp://a", "http://", "http://a?x=1", "http://u:p@a", "http://a:99999"]
)
def test_what_is_no_upstream(url):
    with pytest.raises(ValueError, match=r"."):
        target_of(url)


def test_targets():
    assert target_of("https://API.test/v1/").url == "https://api.test/v1"
    assert target_of("http://[::1]:81").authority == "[::1]:81"
    assert target_of("https://a.test:443").authority == "a.test"
