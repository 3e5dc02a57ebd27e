"""Generated stubs: credentials, arguments, replies and problems, on a document of every style."""

from __future__ import annotations

import asyncio
import inspect
import json
import logging
from typing import Any

import pytest

import served
from specbound.contract.load import Contract
from specbound.source.load import read

CONTRACT = Contract.load(served.CASES / "styles.yaml")


@pytest.fixture(scope="module")
def module(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return served.generate(CONTRACT, tmp_path_factory.mktemp("stubs"), "styles_stubs")


@pytest.fixture(scope="module")
def made(module: Any) -> Any:
    """The model of what `/either` makes."""
    import importlib

    return importlib.import_module("styles_stubs.models.either").EitherResponse


class Answering:
    """Handlers of one operation: it gives, or raises, what it is told to."""

    def __init__(self, name: str, result: Any) -> None:
        self.result = result
        self.given: list[dict[str, Any]] = []
        setattr(self, name, self._answer)

    def _answer(self, **given: Any) -> Any:
        self.given.append(given)
        if isinstance(self.result, Exception):
            raise self.result
        return self.result


def either(module: Any, result: Any, **settings: Any) -> Any:
    """The answer of `POST /either` whose handler gives a result."""
    app = module.create_app(Answering("either_either", result), **settings)
    return served.ask(app, "POST", "/either", json={"a": 1})


# --- handlers


def test_a_handler_may_be_async_or_not_and_only_some_may_be_there(module: Any) -> None:
    class Mine(module.Handlers):
        async def open_open(self) -> None:
            return None

        def open_ask(self) -> None:
            return None

    app = module.create_app(Mine())
    assert served.ask(app, "GET", "/open").status_code == 204
    assert served.ask(app, "OPTIONS", "/open").status_code == 200
    response = served.ask(app, "GET", "/dotted/.true")
    assert response.status_code == 501
    assert response.json() == {"error": "dotted_dotted is not implemented", "issues": []}
    assert served.ask(app, "GET", "/dotted/.maybe").status_code == 400


def test_any_object_with_some_of_the_methods_will_do(module: Any) -> None:
    app = module.create_app(Answering("open_open", None))
    assert served.ask(app, "GET", "/open").status_code == 204
    assert served.ask(app, "GET", "/query").status_code == 501


def test_the_example_of_the_package_runs_as_it_stands(module: Any) -> None:
    lines = [line[4:] for line in module.__doc__.splitlines() if line.startswith("    ")]
    names: dict[str, Any] = {}
    exec("\n".join(lines), names)
    (name,) = [one for one in vars(names["Mine"]) if one in dir(module.Handlers) and one[0] != "_"]
    assert name in [getattr(one, "name", "") for one in names["app"].endpoints]
    asked = inspect.signature(getattr(names["Mine"], name)).parameters
    assert list(asked) == list(inspect.signature(getattr(module.Handlers, name)).parameters)
    with pytest.raises(module.Problem, match="Not today"):
        asyncio.run(getattr(names["Mine"], name)(**dict.fromkeys(asked)))


def test_what_cannot_have_been_meant_is_refused_at_once(module: Any) -> None:
    with pytest.raises(TypeError, match="has no handler, such as dotted_dotted"):
        module.create_app(object())
    with pytest.raises(TypeError, match=r"not a class: Handlers\(\)"):
        module.create_app(module.Handlers)


def test_the_request_is_at_hand(module: Any) -> None:
    class Mine(module.Handlers):
        def open_open(self) -> Any:
            now = module.current()
            return module.Reply(None, headers={"x": f"{now.call.query} {now.identities}"})

    app = module.create_app(Mine(), authenticate=lambda scheme, secret: f"{scheme}/{secret}")
    headers = served.ask(app, "GET", "/open?key=k1").headers
    assert headers["x"] == "key=k1 {'key': 'key/k1'}"
    with pytest.raises(LookupError):
        module.current()


# --- arguments


@pytest.mark.parametrize(
    ("query", "path", "message"),
    [
        ("flag=yes", ["flag"], '`flag` is "yes", but must be true or false'),
        ("flag=True", ["flag"], '`flag` is "True", but must be true or false'),
        ("flag=1", ["flag"], '`flag` is "1", but must be true or false'),
        ("size=%205", ["size"], '`size` is " 5", but must be an integer'),
        ("size=5.5", ["size"], "`size` is 5.5, but must be an integer"),
        ("size=", ["size"], '`size` is "", but must be an integer'),
        ("size=1_0", ["size"], '`size` is "1_0", but must be an integer'),
        ("size=05", ["size"], '`size` is "05", but must be an integer'),
        ("size=NaN", ["size"], '`size` is "NaN", but must be an integer'),
        ("either=none", ["either"], None),
        ("many=1&many=x", ["many", 1], '`many[1]` is "x", but must be a number'),
        ("deep[max]=3", ["deep", "min"], "`deep.min` is required"),
        ("filter=%7B", ["filter"], "`filter` is not JSON"),
        ("filter=%7B%22x%22:%221%22%7D", ["filter", "x"], None),
    ],
)
def test_a_text_is_what_its_schema_says_and_nothing_near_it(
    module: Any, query: str, path: list[Any], message: str | None
) -> None:
    app = module.create_app(Answering("query_query", None))
    response = served.ask(app, "GET", f"/query?{query}")
    assert response.status_code == 400
    assert response.json()["error"] == "Validation of parameters failed"
    issue = response.json()["issues"][0]
    assert issue["path"] == path
    assert message is None or issue["message"] == message


@pytest.mark.parametrize(
    ("query", "name", "value"),
    [
        ("size=1.0", "size", 1),
        ("size=1e2", "size", 100),
        ("", "size", 20),
        ("either=5", "either", 5),
        ("either=all", "either", "all"),
        ("flag=true", "flag", True),
        ("many=1&many=2.5", "many", [1, 2.5]),
        ("joined=a,b", "joined", ["a", "b"]),
        ("piped=1%7C2", "piped", [1, 2]),
        ("spaced=1%202", "spaced", [1, 2]),
        ("unheard=of", "flag", None),
    ],
)
def test_a_value_is_typed_by_its_schema(module: Any, query: str, name: str, value: Any) -> None:
    handlers = Answering("query_query", None)
    assert served.ask(module.create_app(handlers), "GET", f"/query?{query}").status_code == 200
    assert handlers.given[0][name] == value
    assert type(handlers.given[0][name]) is type(value) or isinstance(value, int)


def test_all_issues_are_told_at_once(module: Any) -> None:
    app = module.create_app(Answering("simple_simple", None))
    response = served.ask(app, "GET", "/simple/-1/x/a=b,b=B")
    assert [one["path"] for one in response.json()["issues"]] == [
        ["one"],
        ["list", 0],
        ["object", "a"],
        ["object", "b"],
    ]


def test_a_required_header_that_is_missing(module: Any) -> None:
    app = module.create_app(Answering("loose_loose", None))
    issue = {"code": "invalid_type", "path": ["X-Count"], "message": "`X-Count` is required"}
    assert served.ask(app, "GET", "/loose").json()["issues"] == [issue]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "`body` is required"),
        (b"{", "the body is not JSON: "),
        (b'{"a": NaN}', "the body is not JSON: NaN is no JSON number"),
        (b'{"a": 1, "a": 1}', 'the body is not JSON: the name "a" stands twice in an object'),
        (b'\xef\xbb\xbf{"a": 1}', "the body is not JSON: "),
        (b'{"a": "\xff"}', "the body is not JSON: "),
        (b"[" * 100_000, "the body nests too deeply to be read"),
        (b'{"a": ' + b"1" * 5000 + b"}", "the body is not JSON: "),
        (b'{"a": 1.5}', "`a` is 1.5, but must be an integer"),
        (b'{"a": "1"}', '`a` is "1", but must be an integer'),
        (b'{"a": true}', "`a` is true, but must be an integer"),
        (b"null", "`body` is null, but must be an object"),
        (b'{"a": "\\ud800"}', ""),
    ],
)
def test_a_body_that_is_no_json_or_does_not_fit(module: Any, content: bytes, message: str) -> None:
    handlers = Answering("either_either", None)
    headers = {"content-type": "application/json"}
    response = served.ask(
        module.create_app(handlers), "POST", "/either", content=content, headers=headers
    )
    assert (response.status_code, handlers.given) == (400, [])
    assert response.json()["error"] == "Validation of body failed"
    assert response.json()["issues"][0]["message"].startswith(message)


def test_the_media_type_says_how_a_body_is_read(module: Any) -> None:
    handlers = Answering("either_either", module.Reply(None, status=202))
    app = module.create_app(handlers)
    for content, stated in [
        (b'{"a": 1}', "application/json"),
        (b"a=1", "application/x-www-form-urlencoded"),
        (b'{"a": 1}', ""),
        (b"a,1", "text/csv; charset=utf-8"),
    ]:
        headers = {"content-type": stated} if stated else {}
        response = served.ask(app, "POST", "/either", content=content, headers=headers)
        assert response.status_code == 202, response.text
    *typed, plain = [given["body"] for given in handlers.given]
    assert [one.a for one in typed] == [1, 1, 1]
    assert plain == b"a,1"
    response = served.ask(
        app, "POST", "/either", content=b"<a/>", headers={"content-type": "a/xml"}
    )
    assert response.status_code == 415


def test_files_come_as_they_were_sent(module: Any) -> None:
    handlers = Answering("upload_upload", None)
    files = [
        ("file", ("a b.bin", bytes(range(256)) + b"\r\n--x\r\n", "application/x-thing")),
        ("about", (None, '{"title": "é", "stars": 5}', "application/json")),
        ("pages", (None, "1")),
        ("pages", (None, "2")),
    ]
    response = served.ask(module.create_app(handlers), "POST", "/upload", files=files)
    assert response.status_code == 200, response.text
    (given,) = handlers.given
    (file,) = given["files"]["file"]
    assert (file.filename, file.content_type) == ("a b.bin", "application/x-thing")
    assert file.content == bytes(range(256)) + b"\r\n--x\r\n"
    assert (given["body"].about.title, given["body"].pages) == ("é", [1, 2])


@pytest.mark.parametrize(
    ("content", "stated"),
    [
        (b"nothing", "multipart/form-data; boundary=x"),
        (b"--x\r\nA: b\r\n\r\n1\r\n--x--", "multipart/form-data; boundary=x"),
        (b"--x\r\n", "multipart/form-data; boundary=x"),
        (b"", "multipart/form-data"),
    ],
)
def test_a_broken_form_is_400(module: Any, content: bytes, stated: str) -> None:
    app = module.create_app(Answering("upload_upload", None))
    headers = {"content-type": stated}
    response = served.ask(app, "POST", "/upload", content=content, headers=headers)
    assert response.status_code == 400
    assert response.json()["issues"]


# --- credentials


@pytest.mark.parametrize(
    ("query", "headers", "status"),
    [
        ("", {}, 401),
        ("?key=k", {}, 200),
        ("?key=", {}, 401),
        ("", {"authorization": "Basic dTpw"}, 200),
        ("", {"authorization": "basic dTpw"}, 200),
        ("", {"authorization": "Bearer dTpw"}, 401),
        ("", {"authorization": "Basic ?"}, 401),
        ("", {"authorization": "Basic "}, 401),
        ("", {"cookie": "sid=1"}, 401),
    ],
)
def test_one_alternative_has_to_be_there(
    module: Any, query: str, headers: dict[str, str], status: int
) -> None:
    app = module.create_app(Answering("report_report", "a,b"))
    response = served.ask(app, "GET", f"/report{query}", headers=headers)
    assert response.status_code == status
    if status == 401:
        challenges = response.headers["www-authenticate"]
        assert challenges == 'ApiKey, Basic realm="api", charset="UTF-8"'
        assert response.json()["issues"] == []


def test_authenticate_decides_and_may_be_async(module: Any) -> None:
    asked: list[tuple[str, str]] = []

    async def authenticate(scheme: str, secret: str) -> str:
        asked.append((scheme, secret))
        if secret != "u:p":
            raise module.Problem(403 if secret == "banned" else 401, "no")
        return "u"

    app = module.create_app(Answering("report_report", "a,b"), authenticate=authenticate)
    good = {"authorization": "Basic dTpw"}
    assert served.ask(app, "GET", "/report?key=bad", headers=good).status_code == 200
    assert asked == [("key", "bad"), ("login", "u:p")]
    refused = served.ask(app, "GET", "/report?key=bad")
    assert (refused.status_code, "www-authenticate" in refused.headers) == (401, True)
    assert served.ask(app, "GET", "/report?key=banned").status_code == 403


def test_no_credentials_are_needed_where_none_is_an_alternative(module: Any) -> None:
    app = module.create_app(Answering("open_open", None))
    assert served.ask(app, "GET", "/open").status_code == 204


def test_cookies_may_come_in_several_fields(module: Any) -> None:
    handlers = Answering("loose_loose", None)
    headers = [("cookie", "a=b"), ("cookie", "session=5"), ("x-count", "1")]
    response = served.ask(module.create_app(handlers), "GET", "/loose", headers=headers)
    assert (response.status_code, handlers.given[0]["session"]) == (200, 5)


# --- replies


def test_a_typed_reply_takes_the_status_that_it_fits(module: Any, made: Any) -> None:
    response = either(module, made(id=3))
    assert (response.status_code, response.json()) == (201, {"id": 3})
    assert either(module, {"id": 3}).status_code == 201
    assert either(module, None).status_code == 202


def test_a_reply_may_choose_its_status_and_headers(module: Any) -> None:
    reply = module.Reply({"error": "taken"}, status=409, headers={"Retry-After": "1"})
    response = either(module, reply, development=True)
    assert (response.status_code, response.headers["retry-after"]) == (409, "1")
    assert response.json() == {"error": "taken"}


def test_a_reply_that_is_no_json(module: Any) -> None:
    for result in ("a,b", b"a,b"):
        app = module.create_app(Answering("report_report", result), development=True)
        response = served.ask(app, "GET", "/report?key=k")
        assert (response.content, response.headers["content-type"]) == (b"a,b", "text/csv")


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        ({"id": "3"}, 201, "the body does not fit"),
        ({"id": 3, "more": 1}, 201, "the body does not fit"),
        (None, 201, "there is no body"),
        ({"id": 3}, 202, "status 202 is documented without a body"),
        ({"id": 3}, 418, "status 418 is not documented (201, 202, 409 is)"),
    ],
)
def test_a_reply_that_strays_is_500_in_development_and_a_finding_in_production(
    module: Any, body: Any, status: int, message: str, caplog: Any
) -> None:
    found: list[Any] = []
    reply = module.Reply(body, status=status)
    with caplog.at_level(logging.WARNING, "styles_stubs.server"):
        response = either(module, reply, on_finding=found.append)
    assert response.status_code == status
    assert (response.json() if response.content else None) == body
    (finding,) = found
    assert (finding.operation, finding.status, finding.message) == ("POST /either", status, message)
    assert message in caplog.text
    response = either(module, reply, development=True)
    assert response.status_code == 500
    assert response.json()["error"] == f"The reply is not what the contract says: {message}"
    assert response.json()["issues"] == [
        {"code": one.code, "path": one.path, "message": one.message} for one in finding.issues
    ]


def test_a_callback_that_fails_does_not_harm_the_traffic(module: Any, caplog: Any) -> None:
    def broken(_: Any) -> None:
        raise RuntimeError("mine")

    assert either(module, {"id": "3"}, on_finding=broken).status_code == 201
    assert "on_finding failed" in caplog.text


def test_what_cannot_be_sent_is_500(module: Any) -> None:
    response = either(module, {"id": object()})
    assert response.status_code == 500
    assert "no JSON form" in response.json()["error"]


def test_a_problem_is_told_in_the_documented_shape_where_it_has_one(module: Any) -> None:
    response = either(module, module.Problem(409, "taken"))
    assert (response.status_code, response.json()) == (409, {"error": "taken"})
    found: list[Any] = []
    response = either(module, module.Problem(404, "gone"), development=True)
    assert (response.status_code, response.json()) == (404, {"error": "gone", "issues": []})
    response = either(module, module.Problem(418, "tea"), on_finding=found.append)
    assert response.status_code == 418
    assert [one.message for one in found] == ["status 418 is not documented"]


def test_a_handler_that_fails_is_500(module: Any, caplog: Any) -> None:
    response = either(module, RuntimeError("a secret"))
    assert response.status_code == 500
    assert "a secret" not in response.text
    assert "POST /either failed" in caplog.text


# --- the document


def test_the_published_document_says_what_the_server_answers(module: Any, tmp_path: Any) -> None:
    app = module.create_app(Answering("open_open", None), document="/openapi.json")
    document = served.ask(app, "GET", "/openapi.json").json()
    assert document == module.published_document()
    assert document["servers"] == [{"url": "/v2"}]
    report = document["paths"]["/report"]["get"]["responses"]
    assert {"200", "400", "401", "403", "404", "405", "500", "501"} == set(report)
    assert {"413", "415"} <= set(document["paths"]["/either"]["post"]["responses"])
    assert "401" not in document["paths"]["/query"]["get"]["responses"]
    assert document["paths"]["/either"]["post"]["requestBody"]["required"] is True
    file = tmp_path / "openapi.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    assert not list(read(file, ()).diagnostics)
    assert module.published_document("/other")["servers"] == [{"url": "/other"}]


def test_publishing_leaves_the_contract_alone_and_keeps_names() -> None:
    from specbound.runtime.server.publish import published

    text = {"application/json": {"schema": {"type": "string"}}}
    refused = {"description": "no", "content": text}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "components": {"schemas": {"Problem": {"type": "string"}}},
        "paths": {
            "/x": {
                "get": {
                    "parameters": [
                        {"name": "n", "in": "query", "required": True, "schema": {"default": 5}}
                    ],
                    "responses": {"400": refused},
                }
            }
        },
    }
    before = json.dumps(document)
    after = published(document)
    assert json.dumps(document) == before
    assert after["components"]["schemas"]["Problem"] == {"type": "string"}
    assert "ProblemReply" in after["components"]["schemas"]
    bad = after["paths"]["/x"]["get"]["responses"]["400"]["content"]["application/json"]["schema"]
    assert bad == {"anyOf": [{"type": "string"}, {"$ref": "#/components/schemas/ProblemReply"}]}
    (parameter,) = after["paths"]["/x"]["get"]["parameters"]
    assert "required" not in parameter
    assert published(after) == after
