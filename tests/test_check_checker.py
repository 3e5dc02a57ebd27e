"""Whole exchanges: operations, statuses, headers, verdicts, and what each finding carries."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
import requests

import specbound
from check_exchanges import HERE, asked, brief, checker_of, codes, hold, only, replied
from contracts import contract_of, document
from specbound.check.checker import Checker
from specbound.check.finding import Verdict
from specbound.check.schema.verdict import Validators
from specbound.contract.load import Contract
from specbound.library import exchange_of
from specbound.traffic.exchange import ABSENT, Exchange, Request, Response, Source

OBJECT = {
    "type": "object",
    "required": ["a"],
    "properties": {"a": {"type": "integer"}, "old": {"type": "string", "deprecated": True}},
}


def json_of(schema: Any) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": schema}}}


def replies(**statuses: Any) -> Checker:
    """A checker whose replies are given by ``_200=schema``; None documents no body."""
    found = {
        status.strip("_"): {"description": "", **(json_of(schema) if schema is not None else {})}
        for status, schema in statuses.items()
    }
    return checker_of({"responses": found})


# --- the operation --------------------------------------------------------------------------------


def test_an_undocumented_operation_names_what_there_is() -> None:
    paths = {
        "/things/{id}": {method: {"responses": {}} for method in ("get", "delete")},
        "/things": {"post": {"responses": {}}},
    }
    checker = Checker(contract_of(document(paths)))
    result = asked(checker, "/things/7", "PUT")
    assert result.verdict is Verdict.UNDOCUMENTED
    finding = only(result)
    assert (finding.code, str(finding.part), finding.operation) == (
        "undocumented-operation",
        "path",
        None,
    )
    assert finding.help == "DELETE and GET are documented for this path"
    assert only(asked(checker, "/things", "GET")).help == "POST is documented for this path"
    assert (
        only(asked(checker, "/thing/7", "GET")).help
        == "the nearest documented path is /things/{id}"
    )
    assert only(asked(checker, "/completely/different", "GET")).help == ""
    one, other = (only(asked(checker, f"/nope/{number}", "GET")) for number in (1, 2))
    assert one.names == other.names  # ids in the path make no new cause


def test_no_secret_of_the_url_is_told() -> None:
    result = asked(
        checker_of({}), "https://u:hunter2@x.example/nope?key=abcdefabcdef0123456789", "GET"
    )
    assert "hunter2" not in repr(result)
    assert "abcdef0123" not in repr(result)


def test_a_preflight_is_no_fault() -> None:
    checker = checker_of({})
    headers = (("Access-Control-Request-Method", "POST"),)
    result = asked(checker, "/things", "OPTIONS", headers=headers)
    assert (result.verdict, result.findings) == (Verdict.VALID, ())
    assert result.unchecked
    assert asked(checker, "/things", "OPTIONS", headers=()).verdict is Verdict.UNDOCUMENTED


def test_a_reply_without_its_request_cannot_be_judged() -> None:
    result = hold(checker_of({}), Exchange(None, Response(200), HERE))
    assert (result.verdict, result.operation) == (Verdict.VALID, None)
    assert result.unchecked == ("not checked: replies whose request was not recorded",)


def test_a_deprecated_operation_is_a_note() -> None:
    result = asked(checker_of({"deprecated": True}))
    assert (only(result).code, str(only(result).severity)) == ("deprecated", "note")
    assert result.verdict is Verdict.VALID


# --- the status -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statuses", "status", "kind"),
    [
        ({"_200": {"const": 1}, "_2XX": {"const": 2}, "default": {"const": 3}}, 200, 1),
        ({"_200": {"const": 1}, "_2XX": {"const": 2}, "default": {"const": 3}}, 201, 2),
        ({"_200": {"const": 1}, "_2XX": {"const": 2}, "default": {"const": 3}}, 500, 3),
        ({"_4XX": {"const": 4}}, 404, 4),
        ({"default": {"const": 3}}, 200, 3),
    ],
)
def test_the_most_special_status_counts(statuses: Any, status: int, kind: int) -> None:
    checker = replies(**statuses)
    assert replied(checker, status, json=kind).findings == ()
    assert codes(replied(checker, status, json=99)) == ["const"]


def test_an_undocumented_status_wins_over_all_else() -> None:
    operation = {
        "requestBody": {"required": True, **json_of(OBJECT)},
        "responses": {"200": {"description": ""}, "429": {"description": ""}},
    }
    checker = checker_of(operation)
    exchange = Exchange(
        Request("POST", "/things", None, {}), Response(400, None, {"error": 1}), HERE
    )
    result = hold(checker, exchange)
    assert result.verdict is Verdict.UNDOCUMENTED
    assert brief(result) == [
        ("status", "undocumented-status", ""),
        # The request is checked even though the service refused it.
        ("request.body", "required", ""),
    ]
    assert result.findings[0].help == "documented: 200, 429"
    assert result.findings[0].value == 400


# --- response bodies and headers ------------------------------------------------------------------


def test_what_has_no_content_by_http_is_not_asked_for_any() -> None:
    checker = replies(_204=OBJECT, _304=OBJECT, _200=OBJECT)
    for status in (204, 304):
        assert replied(checker, status, content=b"").findings == ()
    head = Exchange(Request("HEAD", "/things"), Response(200, (), content=b""), HERE)
    assert (
        hold(
            checker_of(
                {"responses": {"200": {"description": "", **json_of(OBJECT)}}}, method="get"
            ),
            head,
        ).findings
        == ()
    )


def test_a_body_where_none_is_documented_is_a_warning() -> None:
    result = replied(replies(_200=None), json={"a": 1})
    assert (only(result).code, str(only(result).severity)) == ("undocumented-body", "warning")
    assert result.verdict is Verdict.VALID
    assert codes(asked(checker_of({}), json=1)) == ["undocumented-body"]
    assert asked(checker_of({}, strict=True), json=1).verdict is Verdict.INVALID


def test_an_empty_body_where_one_is_documented() -> None:
    checker = replies(_200=OBJECT)
    empty = replied(checker, content=b"", headers=(("Content-Length", "0"),))
    assert (codes(empty), empty.verdict) == (["missing-body"], Verdict.INVALID)
    perhaps = replied(checker, content=b"", headers=())
    assert (codes(perhaps), perhaps.verdict) == (["missing-body"], Verdict.VALID)
    never = replied(checker)
    assert (never.findings, never.unchecked) == (
        (),
        ("not checked: bodies that were not recorded",),
    )


def test_a_body_that_was_cut_is_not_judged() -> None:
    result = replied(replies(_200=OBJECT), content=b'{"b": ', whole=False)
    assert (result.findings, result.unchecked) == (
        (),
        ("not checked: bodies that were recorded in part",),
    )


def test_headers_of_a_reply() -> None:
    headers = {
        "X-Left": {"required": True, "schema": {"type": "integer", "minimum": 0}},
        "X-Day": {"schema": {"type": "string", "format": "date"}},
        "Content-Type": {"required": True, "schema": {"const": "never"}},
    }
    checker = checker_of({"responses": {"200": {"description": "", "headers": headers}}})
    assert replied(checker, headers=None).findings == ()
    assert replied(checker, headers=(("x-left", "5"),)).findings == ()
    result = replied(checker, headers=(("x-left", "-5"), ("X-Day", "today")))
    assert brief(result) == [
        ("response.header", "minimum", "/X-Left"),
        ("response.header", "format", "/X-Day"),
    ]
    assert codes(replied(checker, headers=())) == ["missing-parameter"]


# --- direction, strays, strictness ----------------------------------------------------------------

SIDED = {
    "type": "object",
    "required": ["id", "name", "secret"],
    "properties": {
        "id": {"type": "string", "readOnly": True},
        "name": {"type": "string"},
        "secret": {"type": "string", "writeOnly": True},
    },
}


def both(schema: Any, strict: bool = False) -> Checker:
    operation = {
        "requestBody": json_of(schema),
        "responses": {"200": {"description": "", **json_of(schema)}},
    }
    return checker_of(operation, strict)


def test_members_of_the_other_direction() -> None:
    checker = both(SIDED)
    assert asked(checker, json={"name": "a", "secret": "b"}).findings == ()
    assert replied(checker, json={"name": "a", "id": "b"}).findings == ()
    result = asked(checker, json={"name": "a", "secret": "b", "id": "c"})
    assert [(one.code, one.pointer, str(one.severity)) for one in result.findings] == [
        ("read-only", "/id", "warning")
    ]
    assert codes(asked(checker, json={"name": "a"})) == ["required"]


def test_undeclared_members_are_told_of_requests_and_of_pages() -> None:
    value = {"a": 1, "b": 2}
    result = asked(both(OBJECT), json=value)
    assert (codes(result), result.verdict) == (["undeclared-member"], Verdict.VALID)
    assert replied(both(OBJECT), json=value).findings == ()
    assert codes(replied(both(OBJECT), json=value, documented=True)) == ["undeclared-member"]


def test_strictly_they_are_errors_and_told_of_replies_too() -> None:
    value = {"a": 1, "b": 2}
    for result in (asked(both(OBJECT, True), json=value), replied(both(OBJECT, True), json=value)):
        assert (codes(result), result.verdict) == (["undeclared-member"], Verdict.INVALID)


def test_a_deprecated_member_is_a_note_even_strictly() -> None:
    result = asked(both(OBJECT, True), json={"a": 1, "old": "x"})
    assert (codes(result), result.verdict) == (["deprecated"], Verdict.VALID)


def test_a_page_shows_an_operation_without_all_of_its_request() -> None:
    operation = {
        "requestBody": {"required": True, **json_of(OBJECT)},
        "parameters": [{"name": "q", "in": "query", "required": True, "schema": {}}],
        "responses": {"200": {"description": "", **json_of(OBJECT)}},
    }
    checker = checker_of(operation)
    assert replied(checker, json={"a": 1}, documented=True).findings == ()
    assert codes(replied(checker, json={"a": 1})) == ["missing-parameter", "missing-body"]


# --- what a finding carries -----------------------------------------------------------------------


def test_a_finding_knows_both_its_places(tmp_path: Path) -> None:
    text = '{"request": {"method": "POST", "path": "/things",\n  "body": {\n    "a": "x"}}}'
    file = tmp_path / "exchange.json"
    file.write_text(text, "utf-8")
    request = Request("POST", "/things", None, {"a": "x"})
    exchange = Exchange(request, None, Source(str(file), None, 0))
    finding = only(both(OBJECT).check(exchange))
    assert (finding.operation, finding.pointer, finding.value) == ("POST /things", "/a", "x")
    assert finding.line == 3
    assert finding.spec is not None
    assert finding.spec.line == 1
    assert finding.spec.pointer.endswith(
        "/requestBody/content/application~1json/schema/properties/a/type"
    )


def test_a_shared_shape_is_shown_in_the_operation_at_hand() -> None:
    paths = {
        f"/{name}": {"post": {"requestBody": json_of(OBJECT), "responses": {}}} for name in "abc"
    }
    checker = Checker(contract_of(document(paths)))
    for name in "abc":
        finding = only(asked(checker, f"/{name}", json={"a": "x"}))
        assert finding.spec is not None
        assert finding.spec.pointer.startswith(f"/paths/~1{name}/post/requestBody/")


# --- the real document ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def seed(root: Path) -> Contract:
    return Contract.load(root / "spec" / "runway" / "openapi.json")


def test_all_validators_are_built_quickly(seed: Contract) -> None:
    began = time.process_time()
    validators = Validators(seed)
    for operation in seed.operations.values():
        for closed in (False, True):
            for schema in operation.body.content.values() if operation.body else ():
                validators.of(schema, "request", closed)
            for reply in operation.replies.values():
                for schema in reply.content.values():
                    validators.of(schema, "response", closed)
    assert time.process_time() - began < 1.5  # 0.05 s on a quiet machine


def test_live_traffic_is_judged_as_the_research_says(seed: Contract, shared: Path) -> None:
    file = shared / "corpus" / "recorded" / "runway-live.ndjson"
    if not file.is_file():
        pytest.skip("the live exchanges are not here")
    checker = Checker(seed)
    verdicts = []
    for line in file.read_text("utf-8").splitlines():
        record = json.loads(line)
        request, reply = record["request"], record["response"]
        exchange = Exchange(
            Request(request["method"], request["path"], None, request.get("body", ABSENT)),
            Response(reply["status"], None, reply.get("body", ABSENT)),
            HERE,
        )
        result = hold(checker, exchange)
        verdicts.append(result.verdict)
        # Neither the templates in the paths nor the headers that were not kept are faults.
        assert not {"path", "header"} & {
            str(one.part) for one in result.findings if result.operation
        }
    counts = [verdicts.count(each) for each in ("valid", "invalid", "undocumented")]
    assert counts == [2, 5, 3]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["openai", "github"])
def test_recorded_cassettes_agree_with_jsonschema(name: str, shared: Path, tmp_path: Path) -> None:
    """Operation, request and response of each; other hosts are matched by path here."""
    import gzip

    from specbound.traffic.read import read_file

    folder = shared / "corpus" / "traffic"
    known = json.loads((folder / f"verdicts-{name}.json").read_text("utf-8"))
    packed = shared / "corpus" / known["spec"]
    spec = tmp_path / packed.stem
    spec.write_bytes(gzip.decompress(packed.read_bytes()))
    checker = Checker(Contract.load(spec))
    agreed = total = 0
    for file in sorted({each["file"] for each in known["exchanges"]}):
        read = [one for one in read_file(folder / file) if isinstance(one, Exchange)]
        for each in known["exchanges"]:
            if each["file"] == file:
                mine = hold(checker, read[each["n"]])
                errors = [
                    one for one in mine.findings if one.severity == "error" and one.code != "format"
                ]
                parts = {str(one.part) for one in errors}
                total += 3
                agreed += mine.operation == each["operation"]
                agreed += ("request.body" in parts) == (each.get("request") == "invalid")
                agreed += ("response.body" in parts) == each["response"].endswith("invalid")
    assert agreed >= 0.95 * total


# --- the library ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def contract(root: Path) -> specbound.Contract:
    return specbound.Contract.load(root / "spec" / "runway" / "openapi.json")


URL = "https://api.dev.runwayml.com/v1/tasks/0f8fad5b-d9cb-469f-a165-70867728950e"
HEADERS = {"X-Runway-Version": "2024-11-06", "Authorization": "Bearer key_0123456789abcdef"}
TASK = {"id": "0f8fad5b-d9cb-469f-a165-70867728950e", "createdAt": "2026-01-01T00:00:00Z"}


def test_httpx_messages(contract: specbound.Contract) -> None:
    request = httpx.Request("GET", URL, headers=HEADERS)
    assert (
        contract.check(httpx.Response(200, json={**TASK, "status": "PENDING"}, request=request))
        == []
    )
    (finding,) = contract.check(
        httpx.Response(200, json={**TASK, "status": "RUNNING"}, request=request)
    )
    assert (finding.code, finding.variant, finding.source.file) == (
        "required",
        "RUNNING",
        "<memory>",
    )
    assert [one.code for one in contract.check(httpx.Request("GET", URL))] == ["missing-parameter"]
    assert contract.check(request, httpx.Response(200, json={**TASK, "status": "PENDING"})) == []
    assert contract.check(httpx.Response(200, json={})) == []  # nobody knows of which operation


def test_a_stream_that_nobody_read_stays_unread(contract: specbound.Contract) -> None:
    request = httpx.Request("GET", URL, headers=HEADERS)
    response = httpx.Response(200, content=iter([b"{}"]), request=request)
    assert contract.check(response) == []
    assert response.read() == b"{}"


def test_requests_messages(contract: specbound.Contract) -> None:
    prepared = requests.Request("GET", URL, headers=HEADERS).prepare()
    assert contract.check(prepared) == []
    response = requests.Response()
    response.status_code, response.request, response._content = (
        200,
        prepared,
        b'{"status": "RUNNING"}',
    )
    assert [one.code for one in contract.check(response)] == ["required"]
    body = requests.Request(
        "POST",
        URL.rpartition("/tasks")[0] + "/image_to_video",
        json={"model": "x"},
        headers=HEADERS,
    )
    assert [str(one.part) for one in contract.check(body.prepare())] == ["request.body"]


class Starlette:
    """A message with the parts that Starlette gives it."""

    def __init__(self, **parts: Any) -> None:
        self.__dict__.update(parts)


def test_messages_of_a_server(contract: specbound.Contract) -> None:
    request = Starlette(method="GET", url=URL, headers=HEADERS)
    response = Starlette(
        status_code=200, headers={"content-type": "application/json"}, body=b'{"status": "RUNNING"}'
    )
    for pair in ((request, response), (response, request)):
        assert [one.code for one in contract.check(*pair)] == ["required"]


def test_a_request_body_that_nobody_read_is_not_missing(tmp_path: Path) -> None:
    paths = {
        "/things": {"post": {"requestBody": {"required": True, **json_of(OBJECT)}, "responses": {}}}
    }
    file = tmp_path / "openapi.json"
    file.write_text(json.dumps(document(paths)), "utf-8")
    contract = specbound.Contract.load(file)
    unread = [
        httpx.Request("POST", "https://x.example/things", content=iter([b"{}"])),
        Starlette(method="POST", url="/things", headers={}),
    ]
    assert [contract.check(each) for each in unread] == [[], []]
    empty = [
        httpx.Request("POST", "https://x.example/things"),
        requests.Request("POST", "https://x.example/things").prepare(),
        Starlette(method="POST", url="/things", headers={}, _body=b""),
    ]
    assert [[one.code for one in contract.check(each)] for each in empty] == [["missing-body"]] * 3


def test_exchanges_as_they_are(contract: specbound.Contract) -> None:
    exchange = Exchange(Request("GET", URL), Response(418), HERE)
    assert [one.code for one in contract.check(exchange)] == ["undocumented-status"]
    assert exchange_of(exchange) is exchange
    assert exchange_of(Request("GET", URL), Response(200)).response == Response(200)
    with pytest.raises(TypeError, match="not an exchange, a request or a response: str"):
        contract.check("GET /")


def test_errors_come_first(contract: specbound.Contract) -> None:
    url = URL.rpartition("/tasks")[0] + "/voices?odd=1"
    found = contract.check(Exchange(Request("GET", url), Response(418), HERE))
    assert str(found[0].severity) == "error"
    assert len(found) > 1


# --- what is told to whoever keeps count ----------------------------------------------------------


class Ledger:
    """Writes down what it is told."""

    def __init__(self) -> None:
        self.told: list[Any] = []

    def wants(self, operation: str, part: str, media_type: str = "") -> bool:
        return True

    def see_status(self, operation: str, status: str, media_type: str = "") -> None:
        self.told.append((status, media_type))

    def see_body(self, operation: str, part: str, media_type: str, value: Any) -> None:
        self.told.append((part, media_type, value))

    def see_parameters(self, operation: str, values: Any) -> None:
        self.told.append(values)


def test_a_ledger_is_told_what_fits() -> None:
    operation = {
        "parameters": [
            {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}},
            {"name": "q", "in": "query", "schema": {"type": "array", "items": {"type": "integer"}}},
            {"name": "X-N", "in": "header", "schema": {"type": "number"}},
        ],
        "requestBody": json_of(OBJECT),
        "responses": {"2XX": {"description": "", **json_of(OBJECT)}},
    }
    contract = checker_of(operation, path="/things/{id}").contract

    def told(url: str, sent: Any, got: Any, headers: Any = ()) -> list[Any]:
        ledger = Ledger()
        request = Request("POST", url, headers, sent)
        Checker(contract, False, ledger).check(Exchange(request, Response(201, None, got), HERE))
        return ledger.told

    media = "application/json"
    values = {("path", "id"): 7, ("query", "q"): [1, 2], ("header", "X-N"): 1.5}
    assert told("/things/7?q=1&q=2", {"a": 1}, {"a": 2}, (("x-n", "1.5"),)) == [
        values,
        ("request", media, {"a": 1}),
        ("2XX", media),
        ("2XX", media, {"a": 2}),
    ]
    assert told("/things/7", {"a": "x"}, {"a": "x"}) == [{("path", "id"): 7}, ("2XX", media)]
    # A template has no value, and headers that were not recorded say nothing.
    assert told("/things/{id}", ABSENT, ABSENT) == [{}, ("2XX", "")]
    assert told("/things/x", ABSENT, ABSENT) == [("2XX", "")]
    assert told("/things/7", ABSENT, ABSENT, None) == [("2XX", "")]
