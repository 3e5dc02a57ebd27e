"""Which operation a request is meant for: literal paths, templates, servers, encodings."""

from __future__ import annotations

from typing import Any

import pytest

from contracts import contract_of, document
from specbound.check.wire.routes import Routes, is_placeholder, shape, target

OK: dict[str, Any] = {"responses": {"204": {"description": "done"}}}


def routes(*keys: str, **more: Any) -> Routes:
    """Routes of the operations ``METHOD /path``."""
    paths: dict[str, Any] = {}
    for key in keys:
        method, path = key.split(" ", 1)
        paths.setdefault(path, {})[method.lower()] = OK
    return Routes(contract_of(document(paths, **more)))


def found(where: Routes, method: str, url: str) -> tuple[str, dict[str, str]] | None:
    match = where.find(method, target(url).path)
    return None if match is None else (match.operation.key, dict(match.values))


MANY = routes(
    "GET /things",
    "POST /things",
    "GET /things/mine",
    "GET /things/{id}",
    "DELETE /things/{thing}",
    "GET /things/{id}/parts/{part}",
    "GET /things/all/parts/{part}",
    "GET /files/{name}.json",
    "GET /files/{name}",
    "GET /diff/{base}...{head}",
    "GET /pair/{a}-{b}",
    "GET /with space/x",
    "GET /dir/",
    "POST /things/preview",
    "HEAD /things/{id}/parts/{part}",
)


@pytest.mark.parametrize(
    ("method", "url", "key", "values"),
    [
        ("GET", "/things", "GET /things", {}),
        ("GET", "/things?limit=5#top", "GET /things", {}),
        ("GET", "/things/mine", "GET /things/mine", {}),
        ("GET", "/things/7", "GET /things/{id}", {"id": "7"}),
        ("DELETE", "/things/7", "DELETE /things/{thing}", {"thing": "7"}),
        # The literal path has no such method, so that the template is what was meant.
        ("GET", "/things/preview", "GET /things/{id}", {"id": "preview"}),
        ("GET", "/things/7/parts/8", "GET /things/{id}/parts/{part}", {"id": "7", "part": "8"}),
        ("GET", "/things/all/parts/8", "GET /things/all/parts/{part}", {"part": "8"}),
        # A literal beginning that leads nowhere is given up for the template.
        (
            "HEAD",
            "/things/all/parts/8",
            "HEAD /things/{id}/parts/{part}",
            {"id": "all", "part": "8"},
        ),
        ("GET", "/files/a.json", "GET /files/{name}.json", {"name": "a"}),
        ("GET", "/files/a.b.json", "GET /files/{name}.json", {"name": "a.b"}),
        ("GET", "/files/a.xml", "GET /files/{name}", {"name": "a.xml"}),
        ("GET", "/diff/v1...v2", "GET /diff/{base}...{head}", {"base": "v1", "head": "v2"}),
        ("GET", "/pair/a-b-c", "GET /pair/{a}-{b}", {"a": "a", "b": "b-c"}),
        # Percent-encoding: segments are compared decoded, and %2F never divides.
        ("GET", "/th%69ngs/mine", "GET /things/mine", {}),
        ("GET", "/with%20space/x", "GET /with space/x", {}),
        ("GET", "/things/a%2Fb", "GET /things/{id}", {"id": "a%2Fb"}),
        ("GET", "/things/%C3%BC", "GET /things/{id}", {"id": "%C3%BC"}),
        # A slash at the end is forgiven, in both directions.
        ("GET", "/things/", "GET /things", {}),
        ("GET", "/things/7/", "GET /things/{id}", {"id": "7"}),
        ("GET", "/dir", "GET /dir/", {}),
        ("GET", "/dir/", "GET /dir/", {}),
        # HEAD is GET without the content.
        ("HEAD", "/things", "GET /things", {}),
        # Recorded as the template itself.
        ("GET", "/things/{id}", "GET /things/{id}", {"id": "{id}"}),
        ("GET", "/things/%7Bid%7D", "GET /things/{id}", {"id": "%7Bid%7D"}),
        ("GET", "/things/:id", "GET /things/{id}", {"id": ":id"}),
        ("GET", "/files/{name}.json", "GET /files/{name}.json", {"name": "{name}"}),
        # Hosts say nothing: mocks and proxies have others.
        ("GET", "https://api.example.com/things/7", "GET /things/{id}", {"id": "7"}),
        ("GET", "http://localhost:8080/things/7?x=/y", "GET /things/{id}", {"id": "7"}),
        ("GET", "//localhost/things", "GET /things", {}),
        ("GET", "api.example.com/things", "GET /things", {}),
        ("GET", "{{baseUrl}}/things/7", "GET /things/{id}", {"id": "7"}),
    ],
)
def test_a_request_is_meant_for(method: str, url: str, key: str, values: dict[str, str]) -> None:
    assert found(MANY, method, url) == (key, values)
    assert found(MANY, method, url) == (key, values)  # as it is remembered


@pytest.mark.parametrize(
    ("method", "url"),
    [
        ("PUT", "/things"),
        ("GET", "/thing"),
        ("GET", "/things//parts/8"),
        ("DELETE", "/things/"),
        ("GET", "/"),
        ("GET", ""),
        ("GET", "https://api.example.com"),
        ("POST", "(any generation)"),
        ("GET", "/things/7/parts"),
        ("OPTIONS", "/things"),
        ("GET", "/pair/ab"),
        ("get", "/things"),
    ],
)
def test_nothing_is_meant(method: str, url: str) -> None:
    assert found(MANY, method, url) is None


def test_the_methods_of_a_path_are_told() -> None:
    assert MANY.methods("/things") == ["GET", "POST"]
    assert MANY.methods("/things/7") == ["DELETE", "GET"]
    assert MANY.methods("/nothing") == []


def test_the_nearest_path_is_told() -> None:
    assert MANY.nearest("GET", "/thing/7") == "/things/{id}"
    assert MANY.nearest("GET", "/zzzzzzzzzzzzzzzzz") == ""


@pytest.mark.parametrize(
    "url",
    [
        "https://api.example.com/v1/things",
        "https://other.example.com/v1/things",
        "/v1/things",
        "/things",
        "http://localhost:4010/things",
        "https://api.example.com/v1/things/",
    ],
)
def test_a_path_may_stand_with_the_servers_base_path_or_without(url: str) -> None:
    where = routes("GET /things", servers=[{"url": "https://api.example.com/v1"}])
    assert found(where, "GET", url) == ("GET /things", {})


def test_a_base_path_is_no_part_of_a_longer_segment() -> None:
    where = routes("GET /things", "GET /{any}", servers=[{"url": "/v1/"}])
    assert found(where, "GET", "/v1things") == ("GET /{any}", {"any": "v1things"})
    assert found(where, "GET", "/v1/things") == ("GET /things", {})


def test_the_base_path_of_several_servers() -> None:
    where = routes("GET /things", servers=[{"url": "https://a.example/v1"}, {"url": "/api/v2"}])
    assert found(where, "GET", "/api/v2/things") == ("GET /things", {})
    assert found(where, "GET", "/v1/things") == ("GET /things", {})
    assert found(where, "GET", "/v3/things") is None


def test_variables_of_a_server() -> None:
    servers = [
        {
            "url": "https://{region}.example.com:{port}/{stage}/v{version}",
            "variables": {
                "region": {"default": "eu"},
                "port": {"default": "443"},
                "stage": {"default": "live", "enum": ["live", "test"]},
                "version": {"default": "1"},
            },
        }
    ]
    where = routes("GET /things", servers=servers)
    assert found(where, "GET", "https://us.example.com/test/v2/things") == ("GET /things", {})
    assert found(where, "GET", "/live/v1/things") == ("GET /things", {})
    assert found(where, "GET", "/beta/v1/things") is None


def test_servers_of_a_path_and_of_an_operation() -> None:
    paths = {
        "/things": {"servers": [{"url": "/up"}], "get": OK},
        "/files": {"post": {**OK, "servers": [{"url": "https://files.example.com/store"}]}},
    }
    where = Routes(contract_of(document(paths)))
    assert found(where, "GET", "/up/things") == ("GET /things", {})
    assert found(where, "POST", "https://files.example.com/store/files") == ("POST /files", {})


def test_the_documented_path_may_hold_what_looks_like_the_base() -> None:
    where = routes("GET /v1/things", servers=[{"url": "https://api.example.com/v1"}])
    assert found(where, "GET", "/v1/things") == ("GET /v1/things", {})
    assert found(where, "GET", "/v1/v1/things") == ("GET /v1/things", {})


@pytest.mark.parametrize("raw", ["{id}", "%7Bid%7D", ":id", "<id>", "<task id>", "{a/b}"])
def test_placeholders(raw: str) -> None:
    assert is_placeholder(raw)


@pytest.mark.parametrize("raw", ["id", "7", "a:b", "{", "", "0f8fad5b-d9cb-469f-a165-70867728950e"])
def test_values_that_are_no_placeholders(raw: str) -> None:
    assert not is_placeholder(raw)


def test_paths_that_differ_in_ids_have_one_shape() -> None:
    ids = ("0f8fad5b-d9cb-469f-a165-70867728950e", "17", "{id}", ":id", "task_0123456789abcdef")
    assert {shape(f"/v1/tasks/{one}/log") for one in ids} == {"/v1/tasks/{}/log"}
    assert shape("/v1/generate") == "/v1/generate"


def test_what_is_remembered_is_bounded() -> None:
    where = routes("GET /things/{id}")
    for number in range(20_000):
        assert where.find("GET", f"/nothing/{number}/{number}") is None
    assert len(where._known) <= 8192
