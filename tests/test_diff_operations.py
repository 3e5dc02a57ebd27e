"""What is no schema: operations, parameters, media types, statuses, headers, security, servers."""

from __future__ import annotations

import copy

import pytest

from contracts import contract_of, document
from specbound.diff.diff import diff

TEXT = {"type": "string"}


def told(old, new):
    """Code, severity and part of every change."""
    found = diff(contract_of(old), contract_of(new))
    return [(one.code, str(one.severity), one.part) for one in found]


def operation(**more):
    return {"responses": {"200": {"description": "-"}}, **more}


def of(node=None, path="/things", **more):
    return document({path: {"get": node or operation()}}, **more)


def query(name="limit", schema=None, **more):
    return {"name": name, "in": "query", "schema": schema or TEXT, **more}


def asking(*parameters, **more):
    return of(operation(parameters=list(parameters)), **more)


def test_operations_come_and_go():
    old, new = of(path="/a"), document({"/a": {"put": operation()}})
    assert told(old, new) == [
        ("operation-removed", "breaking", ""),
        ("operation-added", "info", ""),
    ]


def test_names_of_path_parameters_are_not_sent():
    def item(name):
        one = {"name": name, "in": "path", "required": True, "schema": TEXT}
        return of(operation(parameters=[one]), path=f"/things/{{{name}}}/parts")

    assert told(item("id"), item("thing_id")) == [
        ("parameter-renamed", "info", "path parameter `thing_id`")
    ]


def test_an_operation_under_another_prefix_is_called_so():
    old, new = of(path="/v1/things/latest"), of(path="/v2/things/latest")
    (change,) = diff(contract_of(old), contract_of(new))
    assert (change.code, change.severity) == ("operation-moved", "breaking")
    assert change.message == "`GET /v1/things/latest` is now `GET /v2/things/latest`"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ([], [query()], ("parameter-added", "info")),
        ([], [query(required=True)], ("parameter-added", "breaking")),
        (
            [],
            [query(schema={**TEXT, "default": "a"}, required=True)],
            ("parameter-added", "warning"),
        ),
        ([query()], [], ("parameter-removed", "breaking")),
        ([query()], [query(required=True)], ("parameter-required", "breaking")),
        ([query(required=True)], [query()], ("parameter-optional", "info")),
        ([query()], [query(deprecated=True)], ("deprecated", "info")),
        ([query()], [{**query(), "in": "header"}], ("parameter-moved", "breaking")),
        ([query("audioUrl")], [query("audioUri")], ("parameter-renamed", "breaking")),
        # A URL carries text: what was written for a number is a string all the same.
        ([query(schema={"type": "integer"})], [query()], ("type-widened", "info")),
        ([query()], [query(schema={"type": "integer"})], ("type-narrowed", "breaking")),
        # One scalar is written the same way in every style.
        ([query()], [query(explode=False)], None),
        (
            [query(schema={"type": "array"})],
            [query(schema={"type": "array"}, explode=False)],
            ("parameter-style-changed", "breaking"),
        ),
        ([{**query("X-A"), "in": "header"}], [{**query("x-a"), "in": "header"}], None),
        ([query("a"), query("b")], [query("b"), query("a")], None),
        # A header that OpenAPI says to ignore.
        ([], [{**query("Accept"), "in": "header"}], None),
    ],
)
def test_parameters(old, new, expected):
    assert [one[:2] for one in told(asking(*old), asking(*new))] == ([expected] if expected else [])


def body(*media, **more):
    node = operation(requestBody={"content": {name: {"schema": TEXT} for name in media}, **more})
    return document({"/things": {"post": node}})


NO_BODY = document({"/things": {"post": operation()}})


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (NO_BODY, body("text/plain"), ("body-added", "info")),
        (NO_BODY, body("text/plain", required=True), ("body-added", "breaking")),
        (body("text/plain"), NO_BODY, ("body-removed", "breaking")),
        (body("text/plain"), body("text/plain", required=True), ("body-required", "breaking")),
        (body("text/plain", required=True), body("text/plain"), ("body-optional", "info")),
        (body("text/plain"), body("text/plain", "text/html"), ("media-type-added", "info")),
        (body("text/plain", "text/html"), body("text/plain"), ("media-type-removed", "breaking")),
        (body("text/plain"), body("Text/Plain; charset=utf-8"), None),
    ],
)
def test_bodies(old, new, expected):
    assert [one[:2] for one in told(old, new)] == ([expected] if expected else [])


def answering(**statuses):
    replies = {name.strip("_"): {"description": "-", **node} for name, node in statuses.items()}
    return of({"responses": replies})


HEADER = {"headers": {"X-Rate": {"schema": {"type": "integer"}}}}
REQUIRED = {"headers": {"x-rate": {"schema": {"type": "integer"}, "required": True}}}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (answering(_200={}), answering(_200={}, _404={}), ("status-added", "info")),
        (answering(_200={}), answering(_200={}, _202={}), ("status-added", "warning")),
        (answering(_200={}, _404={}), answering(_200={}), ("status-removed", "info")),
        (answering(_200={}, _202={}), answering(_200={}), ("status-removed", "breaking")),
        (answering(_200={}), answering(_200=HEADER), ("header-added", "info")),
        (answering(_200=HEADER), answering(_200={}), ("header-removed", "warning")),
        (answering(_200=REQUIRED), answering(_200={}), ("header-removed", "breaking")),
        (answering(_200=REQUIRED), answering(_200=HEADER), ("header-optional", "breaking")),
        (answering(_200=HEADER), answering(_200=REQUIRED), ("header-required", "info")),
    ],
)
def test_replies(old, new, expected):
    assert [one[:2] for one in told(old, new)] == [expected]


SCHEMES = {
    "securitySchemes": {
        "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
        "twin": {"type": "apiKey", "in": "header", "name": "x-key", "description": "the same"},
        "other": {"type": "http", "scheme": "bearer"},
        "oauth": {"type": "oauth2", "flows": {}},
    }
}


def secured(*requirements):
    return of(operation(security=list(requirements)), components=SCHEMES)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ([], [{"key": []}], ("security-added", "breaking")),
        ([{"key": []}], [], ("security-removed", "info")),
        ([{"key": []}], [{"key": []}, {"other": []}], ("security-added", "info")),
        ([{"key": []}, {"other": []}], [{"key": []}], ("security-removed", "breaking")),
        ([{"oauth": ["a"]}], [{"oauth": ["a", "b"]}], ("security-scopes-narrowed", "breaking")),
        ([{"oauth": ["a", "b"]}], [{"oauth": ["a"]}], ("security-scopes-widened", "info")),
        ([{"key": []}], [{"twin": []}], None),
        ([{"key": []}, {"other": []}], [{"other": []}, {"key": []}], None),
        ([], [{}], None),
    ],
)
def test_security(old, new, expected):
    assert [one[:2] for one in told(secured(*old), secured(*new))] == (
        [expected] if expected else []
    )


def test_security_of_the_whole_document_counts_for_each_operation():
    old, new = of(), of(security=[{"other": []}], components=SCHEMES)
    (change,) = diff(contract_of(old), contract_of(new))
    assert (change.code, change.operation) == ("security-added", "GET /things")
    assert change.message == "`GET /things` now asks for other"


def test_servers():
    one, other = {"url": "https://a.example"}, {
        "url": "https://{where}.example",
        "variables": {"where": {"default": "b"}},
    }
    old, new = of(servers=[one]), of(servers=[other])
    assert told(old, new) == [("server-removed", "warning", ""), ("server-added", "info", "")]
    assert told(of(servers=[one, other]), of(servers=[{"url": "https://b.example/"}, one])) == []


def test_a_callback_is_the_other_way_round():
    def calling(schema):
        hook = {
            "post": operation(requestBody={"content": {"application/json": {"schema": schema}}})
        }
        return of(operation(callbacks={"done": {"{$request.body#/url}": hook}}))

    narrow = {**TEXT, "maxLength": 5}
    assert told(calling(TEXT), calling(narrow)) == [("max-length-added", "info", "request body")]
    assert told(calling(narrow), calling(TEXT)) == [
        ("max-length-removed", "breaking", "request body")
    ]
    gone = of(operation())
    assert told(calling(TEXT), gone) == [("callback-removed", "breaking", "")]


def test_deprecation_is_told():
    assert told(of(), of(operation(deprecated=True))) == [("deprecated", "info", "")]


def test_a_document_is_not_changed_by_being_compared():
    old, new = contract_of(asking(query())), contract_of(asking(query(required=True)))
    before = copy.deepcopy((old.bundled, new.bundled))
    diff(old, new)
    assert (old.bundled, new.bundled) == before
