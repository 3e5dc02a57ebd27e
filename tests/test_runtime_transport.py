"""The clients: where requests go, with which keys, through which sockets; what the log says."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace

import httpx
import pytest

import toy
from specbound.runtime import errors
from specbound.runtime.errors import ClientClosed, ClientError, MissingCredentials
from specbound.runtime.operation import Operation
from specbound.runtime.options import Clock, Options, Settings
from specbound.runtime.route import Route, Scheme
from specbound.runtime.transport import AsyncTransport, Transport

OK = {"id": toy.ID}


def create(client, **more):
    return toy.VideosCreate(client)(**toy.GOOD, **more)


# --- settings


def test_key_and_address_come_from_the_environment(monkeypatch):
    monkeypatch.setenv("TOY_API_KEY", "key_from_environment")
    monkeypatch.setenv("TOY_BASE_URL", "https://other.example/v9/")
    server = toy.Server(OK)
    create(Transport(toy.SERVICE, transport=httpx.MockTransport(server)))
    (request,) = server.requests
    assert str(request.url) == "https://other.example/v9/v1/videos"
    assert request.headers["authorization"] == "Bearer key_from_environment"
    assert request.headers["user-agent"].startswith("toyclient/1 python/3")


@pytest.mark.parametrize("key", [None, "", "  ", {}])
def test_a_missing_key_is_told_at_once(key, monkeypatch):
    monkeypatch.delenv("TOY_API_KEY", raising=False)
    for kind in (Transport, AsyncTransport):
        with pytest.raises(MissingCredentials, match="TOY_API_KEY"):
            kind(toy.SERVICE, Settings(api_key=key))


def test_a_key_with_a_line_break_is_refused_without_being_shown():
    client = Transport(toy.SERVICE, Settings(api_key="key_1234\r\nx: y"))
    with pytest.raises(ClientError) as caught:
        create(client)
    assert "key_1234" not in str(caught.value)


def client_with(**schemes):
    service = replace(toy.SERVICE, schemes=schemes, security=((*schemes,),))
    server = toy.Server(OK)
    settings = Settings(api_key=dict.fromkeys(schemes, "user:se/cret"))
    return Transport(service, settings, transport=httpx.MockTransport(server)), server


def test_every_kind_of_scheme():
    client, server = client_with(
        a=Scheme(kind="basic"),
        b=Scheme(kind="header", name="X-Key"),
        c=Scheme(kind="query", name="key"),
        d=Scheme(kind="cookie", name="session"),
    )
    create(client)
    (request,) = server.requests
    assert request.headers["authorization"] == "Basic dXNlcjpzZS9jcmV0"
    assert request.headers["x-key"] == "user:se/cret"
    assert request.url.query == b"key=user%3Ase%2Fcret"
    assert request.headers["cookie"] == "session=user%3Ase%2Fcret"


def secured(*security):
    class Made(Operation[None, object]):
        route = Route(
            name="made", method="GET", path="/x", replies={"204": None}, security=security
        )

        def __call__(self, **arguments: object) -> object:
            return self._call(arguments)

    return Made


def test_an_operation_may_ask_for_less_or_for_other_keys():
    schemes = {"key": Scheme(), "other": Scheme(kind="header", name="x-other")}
    service = replace(toy.SERVICE, schemes=schemes)
    server = toy.Server((204, None))
    settings = Settings(api_key={"key": toy.KEY})
    client = Transport(service, settings, transport=httpx.MockTransport(server))
    secured(("other",), ("key",))(client)()
    assert server.requests[-1].headers["authorization"] == f"Bearer {toy.KEY}"
    secured()(client)()
    assert "authorization" not in server.requests[-1].headers
    with pytest.raises(MissingCredentials):
        secured(("other",))(client)()
    anonymous = replace(service, security=((), ("key",)))
    Transport(anonymous, Settings())


def test_timeouts(monkeypatch):
    server = toy.Server(OK)
    create(toy.client(server))
    create(toy.client(server, timeout=7.0))
    create(toy.client(server, timeout=None))
    create(toy.client(server), options=Options(timeout=httpx.Timeout(3.0)))
    seen = [request.extensions["timeout"] for request in server.requests]
    assert [(each["read"], each["connect"]) for each in seen] == [
        (60.0, 5.0),
        (7.0, 5.0),
        (None, None),
        (3.0, 3.0),
    ]


def test_the_callers_own_httpx_client_is_used_and_left_open():
    server = toy.Server(OK)
    own = httpx.Client(
        transport=httpx.MockTransport(server), headers={"x-own": "1"}, timeout=httpx.Timeout(9.0)
    )
    with Transport(toy.SERVICE, Settings(api_key=toy.KEY), http_client=own) as client:
        create(client)
    (request,) = server.requests
    assert request.headers["x-own"] == "1"
    assert request.headers["accept"] == "application/json"
    assert request.extensions["timeout"]["read"] == 9.0
    assert not own.is_closed


def test_a_closed_client_says_so():
    client = toy.client(toy.Server(OK))
    with client:
        create(client)
    with pytest.raises(ClientClosed):
        create(client)


def test_a_copy_with_other_settings_shares_the_connections():
    server = toy.Server((503, {}))
    client = toy.client(server)
    copy = client.with_options(max_retries=0, headers={"x-a": "1"})
    with pytest.raises(errors.ServerError):
        create(copy)
    assert server.count() == 1
    assert server.requests[0].headers["x-a"] == "1"
    assert copy.engine.credentials.secrets == client.engine.credentials.secrets
    client.close()
    with pytest.raises(ClientClosed):
        create(copy)


def test_threads_share_one_client():
    server = toy.Server(OK)
    made = []

    class Counting(httpx.MockTransport):
        def __init__(self) -> None:
            made.append(self)
            super().__init__(server)

    client = toy.client(server)
    client._pool._make = lambda: httpx.Client(transport=Counting())
    with ThreadPoolExecutor(8) as threads:
        results = list(threads.map(lambda _: create(client), range(64)))
    assert len(results) == server.count() == 64
    assert len(made) == 1


def test_raw_requests_and_responses():
    server = toy.Server((404, {"error": "x"}))
    client = toy.client(server)
    operation = toy.VideosCreate(client)
    request = toy.VideosCreate(operation._builder)(**toy.GOOD)
    response = client.send(request)
    assert response.status_code == 404
    with pytest.raises(errors.NotFound):
        operation.parse(response)
    other = client.send(httpx.Request("GET", "https://elsewhere.example/x"))
    assert "authorization" not in other.request.headers


# --- redirects


def redirect(status, to):
    return httpx.Response(status, headers={"location": to})


def test_redirects_do_not_take_the_key_to_another_host():
    client, server = client_with(
        a=Scheme(kind="bearer"),
        b=Scheme(kind="header", name="X-Key"),
        d=Scheme(kind="cookie", name="session"),
    )
    task = {"id": toy.ID, "status": "RUNNING"}
    server.replies = [redirect(302, "https://evil.example/x"), task]
    toy.TasksRetrieve(client)(toy.ID)
    first, second = server.requests
    assert first.headers["x-key"]
    assert second.url.host == "evil.example"
    for name in ("authorization", "x-key", "cookie"):
        assert name not in second.headers
    server.replies = [redirect(302, "/v2/x"), task]
    toy.TasksRetrieve(client)(toy.ID)
    assert server.requests[-1].headers["x-key"]


def test_a_post_is_not_sent_elsewhere():
    for status, to in ((307, "https://evil.example/x"), (302, "/v2"), (303, "/v2")):
        server = toy.Server(redirect(status, to), OK)
        with pytest.raises(errors.StatusError) as caught:
            create(toy.client(server))
        assert caught.value.status == status
        assert server.count() == 1
    server = toy.Server(redirect(307, "/v2"), OK)
    assert create(toy.client(server))
    assert server.requests[1].content == server.requests[0].content


def test_redirects_end():
    server = toy.Server(redirect(302, "/x"))
    with pytest.raises(errors.StatusError):
        toy.TasksRetrieve(toy.client(server))(toy.ID)
    assert server.count() == 6


# --- log


def test_the_log_has_no_secrets_and_no_megabytes(caplog):
    caplog.set_level(logging.DEBUG, logger="toyclient")
    image = "data:image/png;base64," + "A" * 200_000
    reply = {"id": toy.ID, "sessionToken": "tok_secret", "echo": f"you sent {toy.KEY}"}
    client = toy.client(toy.Server(reply))
    query = {"api_key": "q_secret", "q": "fine"}
    arguments = {**toy.GOOD, "prompt_image": image}
    toy.VideosCreate(client)(**arguments, options=Options(query=query))
    text = caplog.text
    assert "POST https://api.example.com/v1/videos?api_key=***&q=fine -> 200" in text
    assert "data:image/png;base64,…(200000 chars)" in text
    assert len(text) < 3000
    for secret in (toy.KEY, "tok_secret", "q_secret", "Bearer"):
        assert secret not in text


def test_failures_are_logged(caplog):
    caplog.set_level(logging.DEBUG, logger="toyclient")
    create(toy.client(toy.Server(httpx.ConnectError(f"no route for {toy.KEY}"), OK)))
    assert "ConnectError" in caplog.text
    assert "again in 0.5 s" in caplog.text
    assert toy.KEY not in caplog.text


def test_the_level_comes_from_the_environment(monkeypatch):
    logger = logging.getLogger("toyclient.other")
    monkeypatch.setenv("TOY_LOG", "debug")
    Transport(replace(toy.SERVICE, package="toyclient.other"), Settings(api_key=toy.KEY))
    assert logger.level == logging.DEBUG
    logger.setLevel(logging.NOTSET)


# --- real sockets


@contextmanager
def listening(answer):
    """A server; `answer(connection, number)` gets each connection after its request."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.1)
    stop = threading.Event()
    seen: list[bytes] = []

    def serve() -> None:
        while not stop.is_set():
            try:
                connection, _ = listener.accept()
            except TimeoutError:
                continue
            with connection:
                connection.settimeout(5)
                seen.append(connection.recv(65536))
                answer(connection, len(seen))

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", seen
    finally:
        stop.set()
        thread.join()
        listener.close()


def settings(url, **more):
    quick = Clock(sleep=lambda seconds: None)
    return Settings(**{"api_key": toy.KEY, "base_url": url, "clock": quick, **more})


BODY = b'{"id":"' + toy.ID.encode() + b'","status":"RUNNING"}'
REPLY = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(BODY) + BODY


def own():
    return httpx.Client(trust_env=False)


def reset(connection, number):
    """Close without an answer, though the request was received."""
    if number > 1:
        connection.sendall(REPLY)


def test_a_reset_after_the_request_was_received():
    with listening(reset) as (url, seen), own() as http:
        client = Transport(toy.SERVICE, settings(url), http_client=http)
        with pytest.raises(errors.ConnectionFailed):
            create(client)
        assert len(seen) == 1, "a POST that was received is not sent again"
        assert create(client)
    with listening(reset) as (url, seen), own() as http:
        client = Transport(toy.SERVICE, settings(url), http_client=http)
        assert toy.TasksRetrieve(client)(toy.ID).status == "RUNNING"
        assert len(seen) == 2


def test_a_read_timeout():
    def slow(connection, number):
        time.sleep(0.3)

    with listening(slow) as (url, seen), own() as http:
        client = Transport(toy.SERVICE, settings(url, timeout=0.1), http_client=http)
        with pytest.raises(errors.TimedOut, match="may have received"):
            create(client)
    assert len(seen) == 1


def test_a_reply_that_breaks_off():
    def half(connection, number):
        connection.sendall(REPLY[:-5])

    with listening(half) as (url, seen), own() as http:
        client = Transport(toy.SERVICE, settings(url), http_client=http)
        with pytest.raises(errors.ConnectionFailed):
            create(client)
        assert len(seen) == 1


def test_nobody_listens():
    with listening(reset) as (url, _):
        pass
    slept = []
    clock = Clock(sleep=slept.append)
    with own() as http:
        client = Transport(toy.SERVICE, settings(url, clock=clock), http_client=http)
        with pytest.raises(errors.ConnectionFailed):
            create(client)
    assert len(slept) == 2


def test_async_over_a_socket():
    async def main(url):
        async with httpx.AsyncClient(trust_env=False) as http:
            made = AsyncTransport(toy.SERVICE, settings(url), http_client=http)
            async with made as client:
                with pytest.raises(errors.ConnectionFailed):
                    await create(client)
                assert await create(client)
            with pytest.raises(ClientClosed):
                await create(client)

    with listening(reset) as (url, seen):
        asyncio.run(main(url))
        assert len(seen) == 2
