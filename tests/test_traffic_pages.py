"""Documentation pages: every body and request on them, in Markdown and in plain-text saves."""

from __future__ import annotations

import io
import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specbound.traffic.documented import Unstated, is_placeholder
from specbound.traffic.exchange import Claim, Exchange, Skipped
from specbound.traffic.readers import markdown, page_json, page_words
from specbound.traffic.readers.page_labels import Label, label
from specbound.traffic.readers.page_operations import is_open, mentions

CASES = Path(__file__).parent / "cases" / "traffic"


def read(text: str) -> list:
    return list(markdown.read(io.BytesIO(text.encode()), "page.md"))


def shown(records: list) -> list:
    """Exchanges as ``(line, METHOD url, status or None, body)``."""
    found = []
    for one in records:
        if isinstance(one, Exchange):
            half = one.response or one.request
            body = json.loads(half.content) if half.content else None
            status = one.response.status if one.response else None
            found.append((one.source.line, f"{one.request.method} {one.request.url}", status, body))
    return found


def skipped(records: list) -> list:
    return [(one.source.line, one.reason) for one in records if isinstance(one, Skipped)]


def claimed(text: str, *kinds: str) -> set:
    claims = (one for one in read(text) if isinstance(one, Claim) and str(one.kind) in kinds)
    return {(one.operation, one.member, one.values) for one in claims}


def test_markdown_page():
    records = list(markdown.read((CASES / "reference.md").open("rb"), "reference.md"))
    thing = "https://api.example.com/v1/things"
    assert shown(records) == [
        (14, "POST /v1/things", None, {"name": "x", "size": 3}),
        (23, "POST /v1/things", 200, {"id": 1, "name": "x"}),
        (29, "POST /v1/things", 409, {"error": "there is one"}),
        (43, f"GET {thing}/{{THING_ID}}", None, None),
        (52, f"GET {thing}/{{THING_ID}}", 200, {"id": 1}),
        (73, "PUT /v1/things/7", None, {"name": "y"}),
        (78, "PUT /v1/things/7", 201, {"id": 7}),
        (84, f"POST {thing}", None, {"name": "z"}),
        (94, f"POST {thing}?dry=1", None, {"name": "z"}),
        (110, "POST https://api.example.com/v1/others", 200, {"a": 1}),
        (119, "PATCH /v1/things/{thing_id}", None, {"name": "w"}),
    ]
    assert skipped(records) == [
        (35, "a body that is neither request nor told reply"),
        (48, "abbreviated with dots"),
        (63, "a body under no operation"),
        (98, "a sample that names no URL, as those of SDKs"),
        (102, "a sample that is not valid python"),
        (106, "a sample in ruby is not read"),
        (125, "a body that may be request or reply"),
        (131, "a body that is neither request nor told reply"),
    ]


def test_every_record_of_a_page_is_documented_and_numbered():
    records = list(markdown.read((CASES / "reference.md").open("rb"), "reference.md"))
    exchanges = [one for one in records if isinstance(one, Exchange)]
    assert all(one.documented for one in exchanges)
    assert [one.source.number for one in exchanges] == list(range(len(exchanges)))


def test_plain_text_save():
    records = list(markdown.read((CASES / "saved.txt").open("rb"), "saved.txt"))
    assert shown(records) == [
        (38, "POST https://api.example.com/v1/things", None, {"name": "x", "size": 3}),
        (47, "POST /v1/things", 201, {"id": 1, "name": "x"}),
        (56, "GET /v1/things", 200, {"limit": 5}),
        (64, "POST /v1/others", None, {"a": 1}),
    ]
    assert next(one.request.body_line for one in records if isinstance(one, Exchange)) == 39
    assert skipped(records) == [(65, "not JSON")]


def test_claims_of_a_plain_text_save():
    text = (CASES / "saved.txt").read_text("utf-8")
    post = "POST /v1/things"
    assert claimed(text, "required") == {
        (post, "name", ("required",)),
        (post, "size", ("optional",)),
        (post, "color", ("optional",)),
    }
    assert claimed(text, "default", "range", "values") == {
        (post, "size", ("3",)),
        (post, "size", ("1", "9")),
        (post, "color", ("red", "blue")),
    }
    assert claimed(text, "status") == {
        (post, "", ("201",)),
        (post, "", ("409",)),
        ("DELETE /v1/things/{id}", "", ("404",)),
    }


def test_a_status_that_is_not_told_is_marked():
    (reply,) = [
        one for one in read("## GET /v1/a\n\n```json\n{}\n```") if isinstance(one, Exchange)
    ]
    assert isinstance(reply.response.status, Unstated)
    assert reply.response.status == 200


@pytest.mark.parametrize(
    "text",
    [
        '```json\n{"a": 1}\n```',
        '# Config\n\n```json\n{"url": "https://example.com"}\n```',
        "`POST /v1/a` and `POST /v1/b`:\n\n```json\n{}\n```",
        "- `POST /v1/a`\n- `POST /v1/b`\n\n```json\n{}\n```",
        "POST /v1/<endpoint>\n{}",
        "POST /v1/a\n\n## Something else\n\n```json\n{}\n```".replace("POST", "## POST"),
        "## POST /v1/a\n\n### Schema\n\n```json\n{}\n```",
    ],
)
def test_bodies_that_may_be_anything_are_skipped(text):
    assert shown(read(text)) == []
    assert len(skipped(read(text))) == 1


def test_pairs_inside_a_body_have_lines_of_their_own():
    text = 'Payload\n{\n "one": {\n  "request": {"method": "POST", "url": "/v1/a",\n'
    text += '   "body": {"x": 1}},\n'
    text += '  "response": {"status": 200, "body":\n   {"y": 2}}\n }\n}\n'
    ((exchange,),) = [[one for one in read(text) if isinstance(one, Exchange)]]
    assert (exchange.source.line, exchange.source.pointer) == (3, "/one")
    assert (exchange.request.content, exchange.request.body_line) == (b'{"x": 1}', 5)
    assert (exchange.response.content, exchange.response.body_line) == (b'{"y": 2}', 7)


def test_a_body_with_a_url_is_a_body_where_an_operation_stands_over_it():
    text = '## POST /v1/hooks\n\n```json\n{"url": "https://example.com", "method": "GET"}\n```'
    body = {"url": "https://example.com", "method": "GET"}
    assert shown(read(text)) == [(4, "POST /v1/hooks", None, body)]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("### `POST /v1/a/{id}`", ["POST /v1/a/{id}"]),
        ("**GET** `https://api.example.com/v1/a?x=1`", ["GET /v1/a"]),
        ("| DELETE | `/v1/a/:id` | Deletes |", ["DELETE /v1/a/{id}"]),
        ("Endpoint: PUT {{base}}/v1/a/<the id>", ["PUT /v1/a/{the_id}"]),
        ("POST /v1/aPOST /v1/a", ["POST /v1/a"]),
        ("GET /v1/a, GET /v1/b.", ["GET /v1/a", "GET /v1/b"]),
        ("GET /v1/a/{id}status", ["GET /v1/a/{id}"]),
        ("use GET or POST, and/or GET/POST", []),
        ("BUDGET /v1/a", []),
        ("POST a form", []),
    ],
)
def test_operations_in_a_line(line, found):
    assert [one.key for one in mentions(line)] == found


def test_a_path_of_placeholders_alone_is_open():
    assert is_open("/v1/{endpoint}")
    assert not is_open("/v1/tasks/{id}")
    assert not is_open("/v1")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Response", Label("reply")),
        ("**Example response:**", Label("reply")),
        ("Request body", Label("request")),
        ("`201 Created`", Label("reply", 201)),
        ("Response (404):", Label("reply", 404)),
        ("HTTP/1.1 200 OK", Label("reply", 200)),
        ("Error response", Label("reply", error=True)),
        ("Response headers", Label("other")),
        ("X-Request-Id: 5", None),
        ("500 characters at most", None),
        ("The output array contains the URLs of what was made.", None),
    ],
)
def test_captions(line, said):
    assert label(line) == said


@pytest.mark.parametrize(
    ("text", "value", "fault"),
    [
        ('{"a": "//no", "b": 1} ', {"a": "//no", "b": 1}, ""),
        ('{"a": 1, // x\n /* y */ "b": [2,],}', {"a": 1, "b": [2]}, ""),
        ('{"a": 1, ...}', None, "abbreviated with dots"),
        ('{"a": 1 // ...\n}', None, "abbreviated with dots"),
        ('{"a": "..."}', {"a": "..."}, ""),
        ('{"a": <int>}', None, "not JSON"),
        ('{"a": NaN}', None, "not JSON"),
    ],
)
def test_json_with_liberties(text, value, fault):
    found = page_json.read(text)
    assert (found.value, found.fault) == (value, fault)
    assert found.content.count("\n") == text.count("\n")


@given(
    st.recursive(
        st.none() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_the_end_of_a_json_value(value):
    text = json.dumps([value])
    assert page_json.end(text + "}] tail", 0) == len(text)


@pytest.mark.parametrize(
    "text", ["...", "<id>", "YOUR_API_KEY", "{{ key }}", "string", "xxx", "$KEY"]
)
def test_placeholders(text):
    assert is_placeholder(text)
    assert not is_placeholder("a" + text + "b c")


@pytest.mark.parametrize(
    ("text", "values", "closed"),
    [
        ("one of `a`, `b` or `c`.", ("a", "b", "c"), True),
        ("a | b (required)", ("a", "b"), True),
        ('"a" | "b" | ...', ("a", "b"), False),
        ("e.g. 1:2, 3:4", ("1:2", "3:4"), False),
        ("Accepted values: 10, 20.", ("10", "20"), True),
        ("must be set to the exact value x_1.", ("x_1",), True),
    ],
)
def test_listed_values(text, values, closed):
    assert page_words.values(text) == page_words.Listed(values, closed)


@pytest.mark.parametrize(
    "text",
    [
        "One of the following shapes",
        "string | null",
        "e.g. veo3 only accepts 8",
        "one of them is best",
    ],
)
def test_what_only_looks_like_a_list(text):
    assert page_words.values(text) is None


def test_required_default_and_bounds():
    said = page_words.required
    assert (said("Required. The id."), said("(optional)"), said("not required")) == (
        "required",
        "optional",
        "optional",
    )
    assert said("required for x, optional for y") == said("required when z is set") == ""
    assert (
        page_words.default("Defaults to `auto`.") == page_words.default("Default: auto") == "auto"
    )
    assert page_words.default("integer (default 5)") == "5"
    assert page_words.default("Defaults to the current date") is None
    assert page_words.bounds("integer seconds, 2–10") == ("2", "10")
    assert page_words.bounds("between 1 and 5") == page_words.bounds("[ 1 .. 5 ]") == ("1", "5")
    assert page_words.bounds("from 3 to 16 characters") is None
    assert page_words.longest("up to 1,000 characters") == "1000"
    assert page_words.longest("up to ~1000 chars") is None


def test_a_table_of_parameters():
    text = (
        "## POST /v1/a\n\n"
        "| Name | Type | Required | Default | Description |\n|---|---|---|---|---|\n"
        "| `kind` | string | Yes | | One of `x`, `y`. |\n| size | integer | no | 3 | |\n"
        "| page[from].id | string <uuid> | | - | Optional. |\n"
    )
    a = "POST /v1/a"
    assert claimed(text, "members") == {(a, "", ("kind", "size"))}
    assert claimed(text, "required") == {
        (a, "kind", ("required",)),
        (a, "size", ("optional",)),
        (a, "page/from/id", ("optional",)),
    }
    assert claimed(text, "values", "default", "format") == {
        (a, "kind", ("x", "y")),
        (a, "size", ("3",)),
        (a, "page/from/id", ("uuid",)),
    }


def test_fields_of_a_reply_are_no_claims_about_the_request():
    text = "## POST /v1/a\n\n### Response\n\n| Name | Type |\n|---|---|\n| `id` | string |\n"
    assert claimed(text, "member", "members", "required") == set()


def test_damaged_rows_are_left_out_and_glued_headers_are_told_apart():
    text = "lost | Status | Meaning |\n|---|---|\n| 404 | no |\n| | |\n| 40\n"
    assert claimed(text, "status") == {(None, "", ("404",))}


def test_nothing_is_claimed_by_prose():
    text = "# Guide\n\nNote: this is required. You get 404 pages of it.\n\n- First: do it\n"
    assert read(text) == []


@given(st.text("#`|-{}[]\"':,.\n POSTGE/v1a0…<>*~_\\$(") | st.text())
def test_no_text_breaks_the_reader(text):
    lines = text.count("\n") + text.count("\r") + 1
    for one in read(text):
        assert 1 <= one.source.line <= lines + 1


@pytest.mark.parametrize("line", ["{", "[", "curl 'a", "POST /v1/{a", "| a", "`a", "<a"])
def test_lines_that_never_end_cost_no_time(line):
    started = time.perf_counter()
    read(f"{line}\n" * 5000)
    assert time.perf_counter() - started < 3


def test_large_pages_are_read_in_a_moment():
    text = '## POST /v1/a\n\n```json\n{"a": 1}\n```\n| x | y |\n' * 3000 + "word: text\n" * 20000
    assert len(shown(read(text))) > 1000
