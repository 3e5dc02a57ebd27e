"""What comes from outside, meant badly: live traffic, recordings, the server's skeleton, the mock.

Every case here was a fault once: an error where a finding belongs, minutes where milliseconds do,
or a secret where it may be read.
"""

from __future__ import annotations

import asyncio
import json
import logging
import pickle
import re
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from live_cases import BASE, RUNNING, SENT, TASK, runway_contract, task
from specbound.check.checker import Checker
from specbound.check.groups import Tally
from specbound.check.wire.decode import Unparsable, json_value
from specbound.check.wire.routes import Routes
from specbound.contract.load import Contract, load
from specbound.live import wire
from specbound.live.drifted import Drifted
from specbound.live.middleware import ContractMiddleware
from specbound.live.proxy_gate import Gate
from specbound.live.proxy_passage import Copy, Passage
from specbound.live.proxy_upstream import target_of
from specbound.live.record import Recorder
from specbound.live.watch import Watch
from specbound.mock.app import mock_app
from specbound.mock.preferences import read
from specbound.mock.settings import Served
from specbound.mock.store import MOST_BYTES, Store, Thing
from specbound.report.findings import Look
from specbound.report.served import served_text
from specbound.runtime.server import decode
from specbound.runtime.server.content import decoded
from specbound.runtime.server.messages import Problem
from specbound.runtime.server.multipart import BrokenForm, parts
from specbound.runtime.server.paths import Paths
from specbound.traffic.exchange import Exchange
from specbound.traffic.secrets import redacted_url

#: Seconds for what takes milliseconds, and took minutes: only a different order of growth fails.
ENDLESS = 5.0
KEY = "sk-live-9f8A7b6C5d4E3f2G1h0J"
PASSWORD = "hunter2pw"

TEXT = {"type": "string", "maxLength": 3}
OPEN = {"type": "object", "additionalProperties": {"type": "integer"}}
DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Things", "version": "1"},
    "paths": {
        "/things/{id}": {
            "post": {
                "operationId": "send",
                "parameters": [
                    {"name": "id", "in": "path", "required": True, "schema": TEXT},
                    {"name": "api_key", "in": "query", "schema": TEXT},
                    {"name": "session", "in": "cookie", "schema": TEXT},
                ],
                "requestBody": {"content": {"application/json": {"schema": OPEN}}},
                "responses": {
                    "200": {"description": "-", "content": {"application/json": {"schema": OPEN}}}
                },
            }
        },
        "/files/{name}.{kind}.json": {
            "get": {
                "operationId": "file",
                "parameters": [
                    {"name": each, "in": "path", "required": True, "schema": {"type": "string"}}
                    for each in ("name", "kind")
                ],
                "responses": {"200": {"description": "-"}},
            }
        },
    },
}


@pytest.fixture(scope="module")
def contract(tmp_path_factory: pytest.TempPathFactory) -> Contract:
    file = tmp_path_factory.mktemp("hostile") / "things.json"
    file.write_text(json.dumps(DOCUMENT), encoding="utf-8")
    return load(str(file), ())


@contextmanager
def soon() -> Iterator[None]:
    start = time.perf_counter()
    yield
    assert time.perf_counter() - start < ENDLESS


def exchange(url: str, sent: bytes, reply: Any, cookie: str = "session=abcdef") -> Exchange:
    asked = (("Cookie", cookie), ("Authorization", f"Bearer {KEY}"), *JSON)
    made = wire.response(200, (*JSON, ("Set-Cookie", f"sid={KEY}")), json.dumps(reply).encode())
    return wire.exchange(wire.request("POST", url, asked, sent), made)


JSON = (("Content-Type", "application/json"),)
#: Keys as values, as members' and parameters' names, in URLs and in cookies.
SECRETIVE = exchange(
    f"https://user:{PASSWORD}@x.example/things/{KEY}?api_key={PASSWORD}&{KEY}=1",
    json.dumps({"password": PASSWORD, KEY: "x", "note": f"Bearer {KEY}"}).encode(),
    {"token": PASSWORD, KEY: "x", "uploadUrl": f"https://s3.example/x?X-Amz-Signature={KEY}"},
    cookie=f"session={PASSWORD}",
)


def reveals(text: str) -> bool:
    return KEY in text or PASSWORD in text


# --- secrets --------------------------------------------------------------------------------------


def test_what_is_told_of_a_finding_has_no_secret(
    contract: Contract, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[Any] = []
    Watch(contract, on_finding=told.append).saw(SECRETIVE)
    assert len(told) > 5
    assert not reveals(repr(told))
    with caplog.at_level(logging.DEBUG):
        Watch(contract).saw(SECRETIVE)
    assert caplog.records
    assert not reveals(caplog.text)


def test_an_exception_and_its_pickle_have_no_secret(contract: Contract) -> None:
    with pytest.raises(Drifted) as raised:
        Watch(contract, on_finding="raise").saw(SECRETIVE)
    assert not reveals(str(raised.value) + repr(raised.value))
    written = pickle.dumps(raised.value)
    assert not reveals(written.decode("latin-1"))
    again = pickle.loads(written)
    assert again.findings == raised.value.findings
    assert json.loads(again.exchange.request.content)["password"] == "[redacted]"


def test_a_recording_has_no_secret_as_a_name(contract: Contract, tmp_path: Path) -> None:
    part = f'--b\r\nContent-Disposition: form-data; name="{KEY}"\r\n\r\n1\r\n--b--\r\n'
    form = wire.request(
        "POST", "/things/a", (("Content-Type", "multipart/form-data; boundary=b"),), part.encode()
    )
    coded = wire.request(
        "POST",
        "/things/a",
        (("Content-Type", "application/x-www-form-urlencoded"),),
        f"{KEY}=1".encode(),
    )
    typed = wire.request("POST", "/things/a", (("Content-Type", f"text/plain; key={KEY}"),), b"x")
    with Watch(contract, on_finding="ignore", record=tmp_path / "r.ndjson") as watch:
        watch.saw(SECRETIVE)
        for each in (form, coded, typed):
            watch.saw(Exchange(each, None, wire.LIVE))
    text = (tmp_path / "r.ndjson").read_text(encoding="utf-8")
    assert text.count("\n") == 4
    assert not reveals(text)


def test_a_refusal_of_the_proxy_has_no_secret(contract: Contract) -> None:
    asked, replied = SECRETIVE.request, SECRETIVE.response
    assert asked is not None
    assert replied is not None
    fields = [(name.encode(), value.encode()) for name, value in asked.headers or ()]
    passage = Passage(0, "POST", asked.url, fields, Copy(9999), Copy(9999), True)
    for copy, content in ((passage.sent, asked.content), (passage.got, replied.content)):
        copy.add(content or b"")
        copy.ended = True
    passage.status, passage.reply_headers = 200, [(b"content-type", b"application/json")]
    refused = asyncio.run(Gate(Checker(contract), 9999).reply(passage))
    assert refused is not None
    assert not reveals(refused.content.decode())


def test_a_name_cannot_forge_a_line_of_the_log(
    contract: Contract, caplog: pytest.LogCaptureFixture
) -> None:
    body = json.dumps({"a\nCRITICAL all is lost\x1b[2J": "x"}).encode()
    Watch(contract).saw(exchange("/things/a", body, {}))
    lines = [each.getMessage() for each in caplog.records]
    assert lines
    assert all(each.isprintable() for each in lines)


# --- JSON, URLs and paths -------------------------------------------------------------------------


@pytest.mark.parametrize("digits", [5, 400, 100_000])
def test_an_exponent_without_end_is_a_finding(digits: int) -> None:
    with pytest.raises(Unparsable):
        json_value(b'{"progress": 1e' + b"9" * digits + b"}")


def test_a_name_that_stands_twice_is_found_soon() -> None:
    names = [str(number) for number in range(60_000)]
    text = "{" + ",".join(f'"{name}":1' for name in (*names, names[-1])) + "}"
    with soon(), pytest.raises(Unparsable, match="twice"):
        json_value(text.encode()[:-1] + b', "x": 1e999}')


@pytest.mark.parametrize("nest", ["a=http://x?", "a=http%3A//x%3F"])
def test_urls_in_urls_without_end(nest: str) -> None:
    found = redacted_url("https://x/?" + nest * 5_000 + f"token={PASSWORD}")
    assert not reveals(found)


@given(st.lists(st.sampled_from(["a", ".", "..", "json", ".json", "-"]), max_size=9).map("".join))
def test_templates_of_several_parameters_read_as_ever(text: str) -> None:
    """Expressions that give nothing back find what those found that try everything."""
    usual = re.fullmatch(r"(.+?)\.(.+?)\.json", text, re.DOTALL)
    atomic = re.fullmatch(r"(?>(.+?)\.)(.+?)\.json", text, re.DOTALL)
    assert (usual and usual.groups()) == (atomic and atomic.groups())


def test_a_segment_of_dots_is_read_soon(contract: Contract) -> None:
    class Ends:
        method, path, media_types = "GET", "/files/{name}.{kind}.json", ()

    routes, ends = Routes(contract), Paths([Ends()], ())  # type: ignore[list-item]
    with soon():
        assert routes.find("GET", "/files/" + "." * 60_000) is None
        assert ends.find("/files/" + "." * 60_000) is None
    assert routes.find("GET", "/files/a.b.c.json") is not None
    assert ends.find("/files/a.b.c.json") is not None


def test_undeclared_parameters_are_not_told_without_end() -> None:
    url = f"{BASE}/v1/tasks/{TASK}?" + "&".join(f"a{number}=1" for number in range(20_000))
    asked = wire.request("GET", url, tuple(SENT.items()), b"")
    with soon():
        result = Checker(runway_contract()).check(task()._replace(request=asked))
    assert len(result.findings) == 201
    assert result.findings[-1].message.startswith("19,800 more")


@pytest.mark.parametrize("url", ["http://127.0.0.1:1[::1", "http://[x/v1", "//[", "http://h/["])
def test_urls_that_are_none_are_grouped(contract: Contract, url: str) -> None:
    odd = exchange(url, b"{}", {})
    result = Checker(contract).check(odd)
    tally = Tally()
    tally.add(odd, result)
    assert result.findings


def test_a_path_that_is_no_url_is_a_line_of_the_mock() -> None:
    text = served_text(Served("GET", "//[x\x1b", 404, 0.0), Look(False, 0, False, False))
    assert text.startswith("GET //[x\\u001b 404")


@pytest.mark.parametrize(
    "url", ["http://h/a b", "http://h/ä", "http://h/\x1b", f"http://{'ü' * 80}.com", "http://[::1"]
)
def test_upstreams_that_are_none(url: str) -> None:
    with pytest.raises(ValueError, match=r"path|host|Invalid"):
        target_of(url)


# --- recordings -----------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ['{\n "openapi": "3.1.0"\n}', '{"openapi": "3.1.0"}\n', "notes"])
def test_a_file_that_is_no_recording_is_left_alone(tmp_path: Path, text: str) -> None:
    file = tmp_path / "openapi.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(OSError, match="no recording"):
        Recorder(file)
    assert file.read_text(encoding="utf-8") == text


# --- the middleware -------------------------------------------------------------------------------


def served(app: Any, **scope: Any) -> list[Any]:
    """What the middleware sends for an application."""
    sent: list[Any] = []
    whole = {
        "type": "http",
        "method": "GET",
        "path": f"/v1/tasks/{TASK}",
        "query_string": b"",
        "headers": [(b"host", b"x")],
        **scope,
    }

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        headers = list(message.get("headers", ()))
        sent.append({**message, "headers": headers})

    watched = ContractMiddleware(app, runway_contract(), on_finding="ignore")
    asyncio.run(watched(whole, receive, send))
    assert watched.watch.counts.exchanges == 1
    return sent


async def _reply(scope: Any, receive: Any, send: Any) -> None:
    fields = iter([(b"content-type", b"application/json")])
    await send({"type": "http.response.start", "status": 200, "headers": fields})
    await send({"type": "http.response.body", "body": json.dumps(RUNNING).encode()})


def test_headers_that_can_be_read_once_arrive() -> None:
    assert served(_reply)[0]["headers"] == [(b"content-type", b"application/json")]


@pytest.mark.parametrize("scope", [{"path": "/\ud800"}, {"root_path": "/\udcff"}])
def test_surrogates_in_a_scope_harm_no_reply(scope: Any) -> None:
    assert len(served(_reply, **scope)) == 2


# --- the server's skeleton and the mock -----------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["a" * 60_000 + " b", " " * 60_000 + '"', 'a="' + "\\" * 60_000, "a" + " " * 60_000 + "b"],
)
def test_preferences_are_read_soon(text: str) -> None:
    with soon():
        read([text])


@pytest.mark.parametrize(
    ("text", "bad"),
    [("code=abc", "code"), ("delay=-1", "delay"), ("rate=5", "rate"), ("code=503; rate=0.2", "")],
)
def test_preferences_that_make_no_sense(text: str, bad: str) -> None:
    assert read([text]).senseless == bad


def test_content_codings_are_counted() -> None:
    layered = b"{}"
    for _ in range(60):
        layered = zlib.compress(layered)
    with pytest.raises(Problem) as raised:
        decoded((("content-encoding", ",".join(["deflate"] * 60)),), layered, 1000)
    assert raised.value.status == 415


def test_brackets_without_end() -> None:
    found = decode.pairs("a" + "[b]" * 20_000 + "=1")
    assert decode.from_pairs("a", found, ("deepObject", True), "object") is None


@pytest.mark.parametrize("fields", ["(" * 5_000, "; x*0*=" * 5_000])
def test_header_fields_of_a_part_without_end(fields: str) -> None:
    head = f"--b\r\nContent-Disposition: form-data{fields}\r\n\r\n1\r\n--b--"
    with soon(), pytest.raises(BrokenForm):
        list(parts(head.encode(), "multipart/form-data; boundary=b"))


def test_the_store_forgets_before_memory_ends() -> None:
    class Resource:
        name = "things"

    store, many = Store(), 40
    shelf = store.new_shelf(Resource(), ())  # type: ignore[arg-type]
    for number in range(many):
        store.put(shelf, Thing(str(number), number, 0.0), MOST_BYTES // 10)
    assert store.weight <= MOST_BYTES
    assert 0 < len(shelf) < many
    assert str(many - 1) in shelf.things
    assert len(store.kept) < many


def answered(app: Callable[..., Any], method: str, path: str, body: bytes = b"") -> int:
    """The status with which an app answers a request that is written as it is."""
    sent: list[Any] = []
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(b"host", b"x"), (b"content-type", b"application/json")],
    }

    async def receive() -> Any:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    return int(sent[0]["status"])


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/things/abc", 200),
        ("http://x.example/things/abc", 200),
        ("@x.example/things/abc", 404),
        ("//[", 404),
        ("/things/" + "a" * 100_000, 400),
    ],
)
def test_targets_of_every_form(contract: Contract, path: str, status: int) -> None:
    assert answered(mock_app(contract), "POST", path, b"{}") == status


@pytest.mark.parametrize(
    "body", [b"[" * 100_000, b'{"a":' * 100_000, b'{"a": 1e' + b"9" * 9_000 + b"}", b'{"\xff": 1}']
)
def test_bodies_that_cannot_be_read(contract: Contract, body: bytes) -> None:
    assert answered(mock_app(contract), "POST", "/things/abc", body) == 400
