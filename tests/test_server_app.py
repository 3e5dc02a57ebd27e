"""The server's skeleton: routing, and what is answered without asking an endpoint."""

from __future__ import annotations

import asyncio
import gzip
import json
import logging
import zlib
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

import served
from specbound.runtime.issue import Issue
from specbound.runtime.server.app import App
from specbound.runtime.server.messages import Answer, Call, Endpoint, Problem

JSON = ("application/json",)


@dataclass
class Echo:
    """Says which endpoint it is and what it was given."""

    method: str
    path: str
    media_types: tuple[str, ...] = ()
    raises: Exception | None = None
    calls: list[Call] = field(default_factory=list)

    async def answer(self, call: Call) -> Answer:
        """Answer with the path and the values, raw."""
        self.calls.append(call)
        if self.raises:
            raise self.raises
        said = json.dumps({"path": self.path, "values": dict(call.values)})
        return Answer(200, said.encode(), {"content-type": "application/json"})


ENDPOINTS = (
    Echo("GET", "/things"),
    Echo("POST", "/things", JSON),
    Echo("GET", "/things/mine"),
    Echo("GET", "/things/{id}"),
    Echo("DELETE", "/things/{id}"),
    Echo("GET", "/files/{name}.{kind}"),
    Echo("GET", "/files/{name}"),
    Echo("GET", "/folders/"),
    Echo("GET", "/with space/{x}"),
    Echo("OPTIONS", "/asked"),
    Echo("TRACE", "/traced"),
    Echo("PUT", "/free", ("image/*", "application/vnd.x+json; version=2")),
)
APP = App(ENDPOINTS, "https://api.example.com/v1")


def found(path: str, method: str = "GET", app: App = APP) -> Any:
    response = served.ask(app, method, path)
    return response.json() if response.status_code == 200 else response.status_code


@pytest.mark.parametrize(
    ("path", "expected", "values"),
    [
        ("/things", "/things", {}),
        ("/v1/things", "/things", {}),
        ("/things/mine", "/things/mine", {}),
        ("/things/m%69ne", "/things/mine", {}),
        ("/things/1", "/things/{id}", {"id": "1"}),
        ("/things/a%2Fb", "/things/{id}", {"id": "a%2Fb"}),
        ("/v1/things/a%2Fb?x=/y", "/things/{id}", {"id": "a%2Fb"}),
        ("/files/a.b", "/files/{name}.{kind}", {"name": "a", "kind": "b"}),
        ("/files/a.b.c", "/files/{name}.{kind}", {"name": "a", "kind": "b.c"}),
        ("/files/ab", "/files/{name}", {"name": "ab"}),
        ("/folders/", "/folders/", {}),
        ("/with%20space/%C3%A9", "/with space/{x}", {"x": "%C3%A9"}),
    ],
)
def test_a_path_leads_to_the_most_literal_endpoint(path: str, expected: str, values: Any) -> None:
    assert found(path) == {"path": expected, "values": values}


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/thing",
        "/things/",
        "/things//",
        "/things/1/",
        "/folders",
        "/v1",
        "/v2/things",
        "/V1/x",
    ],
)
def test_what_is_not_documented_is_404(path: str) -> None:
    response = served.ask(APP, "GET", path)
    assert response.status_code == 404
    assert response.json() == {"error": "Not found", "issues": []}
    assert response.headers["content-type"] == "application/json"


@given(st.text(min_size=1).filter(lambda text: text not in (".", "..")))
def test_any_text_is_one_segment_when_it_is_encoded(text: str) -> None:
    """Also slashes, dots and percent signs; the endpoint gets it as it was written."""
    try:
        raw = quote(text, safe="")
    except UnicodeEncodeError:
        return
    if text == "mine":
        return
    assert scope_asked(f"/things/{raw}")["values"] == {"id": raw}


def scope_asked(raw: str, **more: Any) -> Any:
    """The answer to a GET whose scope is written by hand: no client makes a path neat."""
    sent = asyncio.run(run(APP, {"raw_path": raw.encode("latin-1"), "path": "?", **more}))
    return json.loads(sent[-1]["body"])


async def run(app: App, scope: Any, *events: Any) -> list[Any]:
    """What an app sends for a scope, given the events of the client."""
    waiting = list(events) or [{"type": "http.request", "body": b""}]
    sent: list[Any] = []

    async def receive() -> Any:
        return waiting.pop(0) if waiting else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    full = {"type": "http", "method": "GET", "headers": [], "query_string": b"", **scope}
    await app(full, receive, send)
    return sent


def test_the_path_is_found_below_a_mount_and_without_a_raw_path() -> None:
    assert scope_asked("/api/things", root_path="/api")["path"] == "/things"
    sent = asyncio.run(run(APP, {"path": "/with space/é"}))
    assert json.loads(sent[-1]["body"])["values"] == {"x": "%C3%A9"}


@pytest.mark.parametrize(
    ("base", "path"),
    [
        ("/v1/", "/v1/things"),
        ("//host/v1", "/v1/things"),
        (["https://a/x", "https://a/x/y"], "/x/y/things"),
        ("https://{region}.example.com/{version}", "/beta/things"),
        ("", "/things"),
    ],
)
def test_the_servers_path_may_stand_before_every_path(base: Any, path: str) -> None:
    assert found(path, app=App(ENDPOINTS, base))["path"] == "/things"


@pytest.mark.parametrize("method", ["TRACE", "PUT", "PATCH", "BREW", "CONNECT"])
def test_a_method_that_is_not_documented_is_405_and_says_which_are(method: str) -> None:
    response = served.ask(APP, method, "/things")
    assert response.status_code == 405
    assert response.headers["allow"] == "GET, HEAD, OPTIONS, POST"
    assert response.json()["error"]


def test_a_documented_trace_is_answered() -> None:
    assert found("/traced", "TRACE")["path"] == "/traced"
    assert served.ask(APP, "GET", "/traced").headers["allow"] == "OPTIONS, TRACE"


def test_a_literal_path_is_meant_whatever_the_method() -> None:
    response = served.ask(APP, "DELETE", "/things/mine")
    assert response.status_code == 405
    assert response.headers["allow"] == "GET, HEAD, OPTIONS"


def test_of_templates_beside_each_other_the_method_decides() -> None:
    paths = [Echo("GET", "/f/{name}.{kind}"), Echo("PUT", "/f/{name}"), Echo("GET", "/{x}/a")]
    app = App(paths)
    assert found("/f/a.b", "PUT", app)["values"] == {"name": "a.b"}
    assert found("/f/a.b", "GET", app)["values"] == {"name": "a", "kind": "b"}
    assert found("/f/a", "GET", app) == 405
    assert served.ask(app, "POST", "/f/a.b").headers["allow"] == "GET, HEAD, OPTIONS, PUT"
    # Where the literal segment leads nowhere, the template is meant after all.
    assert found("/g/a", "GET", app)["values"] == {"x": "g"}


def test_head_is_get_without_content() -> None:
    get, head = (served.ask(APP, method, "/things") for method in ("GET", "HEAD"))
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers == get.headers
    assert served.ask(APP, "HEAD", "/asked").status_code == 405


def test_options() -> None:
    response = served.ask(APP, "OPTIONS", "/things")
    assert (response.status_code, response.content) == (204, b"")
    assert response.headers["allow"] == "GET, HEAD, OPTIONS, POST"
    assert "content-length" not in response.headers
    assert found("/asked", "OPTIONS")["path"] == "/asked"
    assert served.ask(APP, "OPTIONS", "/nowhere").status_code == 404
    whole = asyncio.run(run(APP, {"method": "OPTIONS", "raw_path": b"*", "path": "*"}))
    assert whole[0]["status"] == 204
    assert (b"allow", b"DELETE, GET, HEAD, OPTIONS, POST, PUT, TRACE") in whole[0]["headers"]


# --- bodies


def post(content: bytes, app: App = APP, path: str = "/things", **headers: str) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    method = "PUT" if path == "/free" else "POST"
    return served.ask(app, method, path, content=content, headers=named)


@pytest.mark.parametrize(
    ("path", "stated", "status"),
    [
        ("/things", "application/json", 200),
        ("/things", "Application/JSON; charset=utf-8", 200),
        ("/things", "text/plain", 415),
        ("/things", "application/xml", 415),
        ("/things", "nonsense", 415),
        ("/free", "image/png", 200),
        ("/free", "application/vnd.x+json", 200),
        ("/free", "application/json", 415),
    ],
)
def test_a_media_type_that_is_not_taken_is_415(path: str, stated: str, status: int) -> None:
    response = post(b"{}", path=path, content_type=stated)
    assert response.status_code == status
    if status == 415:
        wanted = ", ".join(
            next(e for e in ENDPOINTS if e.media_types and e.path == path).media_types
        )
        assert response.headers["accept"] == wanted


def test_a_body_without_a_type_and_one_that_nobody_asked_for_are_let_through() -> None:
    assert post(b"{}").status_code == 200
    assert served.ask(APP, "DELETE", "/things/1", content=b"what?").status_code == 200
    assert post(b"", content_type="text/plain").status_code == 200


def test_a_long_body_is_413_whether_its_length_is_stated_or_not() -> None:
    app = App(ENDPOINTS, limit=10)
    assert post(b"0123456789", app).status_code == 200
    assert post(b"0123456789a", app).status_code == 413
    chunks = [{"type": "http.request", "body": b"01234", "more_body": True}] * 1000
    scope = {"method": "POST", "path": "/things"}
    assert asyncio.run(run(app, scope, *chunks))[0]["status"] == 413


def test_a_stated_length_is_believed_before_anything_is_read() -> None:
    scope = {"method": "POST", "path": "/things", "headers": [(b"content-length", b"99999999999")]}
    assert asyncio.run(run(APP, scope))[0]["status"] == 413
    scope["headers"] = [(b"content-length", b"many")]
    assert asyncio.run(run(APP, scope))[0]["status"] == 400


@pytest.mark.parametrize(
    ("coding", "pack"),
    [
        ("gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("identity", bytes),
        ("deflate, gzip", lambda content: gzip.compress(zlib.compress(content))),
    ],
)
def test_content_codings_are_undone(coding: str, pack: Any) -> None:
    echo = Echo("POST", "/things", JSON)
    app = App([echo], limit=1000)
    assert post(pack(b'{"a": 1}'), app, content_encoding=coding).status_code == 200
    assert echo.calls[0].content == b'{"a": 1}'
    assert echo.calls[0].header("content-encoding") in (None, "identity")


@pytest.mark.parametrize(
    ("coding", "content", "status"),
    [
        ("br", b"x", 415),
        ("gzip", b"x", 400),
        ("gzip", gzip.compress(b"abc", mtime=0)[:-4], 400),
        ("gzip", gzip.compress(bytes(10**6)), 413),
        ("gzip", gzip.compress(b"abc", mtime=0) + b"more", 400),
    ],
)
def test_a_body_that_is_not_coded_as_it_says(coding: str, content: bytes, status: int) -> None:
    response = post(content, App(ENDPOINTS, limit=10**5), content_encoding=coding)
    assert response.status_code == status
    assert ("accept-encoding" in response.headers) == (status == 415)


# --- endpoints that fail, clients that leave


def test_a_problem_is_told_with_its_issues_and_headers() -> None:
    problem = Problem(409, "Taken", [Issue("custom", ["a", 0], "no")], {"Retry-After": "3"})
    response = served.ask(App([Echo("GET", "/x", raises=problem)]), "GET", "/x")
    assert response.status_code == 409
    assert response.headers["retry-after"] == "3"
    issues = [{"code": "custom", "path": ["a", 0], "message": "no"}]
    assert response.json() == {"error": "Taken", "issues": issues}


def test_how_problems_are_told_can_be_chosen() -> None:
    def told(problem: Problem, endpoint: Endpoint | None) -> Answer:
        return Answer(problem.status, b"sorry" if endpoint is None else endpoint.path.encode())

    app = App([Echo("GET", "/x", raises=Problem(418, "no"))], problem=told)
    assert served.ask(app, "GET", "/x").content == b"/x"
    assert served.ask(app, "GET", "/y").content == b"sorry"
    assert served.ask(app, "PUT", "/x").headers["allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("kind", [RuntimeError, ConnectionError, OSError])
def test_an_endpoint_that_fails_is_logged_and_says_nothing_to_the_client(
    kind: type[Exception], caplog: Any
) -> None:
    """Also where its own database is not there: that is no client that left."""
    app = App([Echo("GET", "/x/{id}", raises=kind("a secret"))])
    with caplog.at_level(logging.ERROR):
        response = served.ask(app, "GET", "/x/1")
    assert response.status_code == 500
    assert response.json() == {"error": "Internal server error", "issues": []}
    assert "a secret" in caplog.text
    assert "GET /x/{id} failed" in caplog.text


def test_a_client_that_leaves_leaves_no_trace(caplog: Any) -> None:
    first = {"type": "http.request", "body": b"{", "more_body": True}
    scope = {"method": "POST", "path": "/things"}
    assert asyncio.run(run(APP, scope, first, {"type": "http.disconnect"})) == []

    async def gone(_: Any) -> None:
        raise OSError("the connection is lost")

    async def receive() -> Any:
        return {"type": "http.request", "body": b""}

    full = {"type": "http", "method": "GET", "headers": [], "path": "/things"}
    asyncio.run(APP(full, receive, gone))
    assert caplog.text == ""


def test_lifespan_and_websockets() -> None:
    steps = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]
    sent = asyncio.run(run(APP, {"type": "lifespan"}, *steps))
    assert [one["type"] for one in sent] == [
        "lifespan.startup.complete",
        "lifespan.shutdown.complete",
    ]
    sent = asyncio.run(run(APP, {"type": "websocket"}, {"type": "websocket.connect"}))
    assert sent == [{"type": "websocket.close", "code": 1000}]


def test_answers_without_content_have_no_content_fields() -> None:
    class Empty(Echo):
        async def answer(self, call: Call) -> Answer:
            return Answer(204, b"ignored", {"content-type": "text/plain", "x-a": "b"})

    response = served.ask(App([Empty("GET", "/x")]), "GET", "/x")
    assert dict(response.headers) == {"x-a": "b"}
    assert response.content == b""
