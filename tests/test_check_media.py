"""Media types chosen, bodies decoded: JSON to the letter, forms, events, text, and the rest."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from check_exchanges import asked, brief, checker_of, codes, only, replied
from specbound.check.checker import Checker
from specbound.check.finding import Result, Verdict
from specbound.check.wire.decode import Unparsable, json_value
from specbound.check.wire.media import chosen, likely

# --- which media type -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("recorded", "documented", "key"),
    [
        ("application/json", ["text/plain", "application/json"], "application/json"),
        ("application/json; charset=utf-8", ["application/json"], "application/json"),
        ("Application/JSON", ["application/json"], "application/json"),
        (
            "application/json",
            ["application/json; charset=utf-8"],
            "application/json; charset=utf-8",
        ),
        ("a/b; v=2", ["a/b; v=1", "a/b; v=2", "a/b"], "a/b; v=2"),
        ("a/b; v=3", ["a/b; v=1", "a/b"], "a/b"),
        ("application/problem+json", ["application/*+json", "application/*"], "application/*+json"),
        ("application/vnd.a.b+json", ["*/*", "application/*"], "application/*"),
        ("image/png", ["application/json", "image/*"], "image/*"),
        ("image/png", ["image/jpeg", "*/*"], "*/*"),
        ("image/png", ["image/*", "image/png"], "image/png"),
        ("application/problem+json", ["application/json"], None),
        ("text/html", ["application/json"], None),
        ("nonsense", ["application/json"], None),
        ('multipart/form-data; boundary="x y"', ["multipart/form-data"], "multipart/form-data"),
    ],
)
def test_the_most_special_type_is_chosen(
    recorded: str, documented: list[str], key: str | None
) -> None:
    assert chosen(recorded, dict.fromkeys(documented)) == key
    assert chosen(recorded, dict.fromkeys(reversed(documented))) == key


@pytest.mark.parametrize(
    ("documented", "key"),
    [
        (["text/html", "application/json"], "application/json"),
        (["text/html", "application/vnd.a+json"], "application/vnd.a+json"),
        (["text/html", "image/*"], "text/html"),
        ([], None),
    ],
)
def test_without_a_header_json_is_likely(documented: list[str], key: str | None) -> None:
    assert likely(dict.fromkeys(documented)) == key


# --- JSON -----------------------------------------------------------------------------------------

VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs"]), max_size=4), inner, max_size=3
    ),
)


@given(VALUES, st.sampled_from([None, 1]), st.booleans())
def test_json_is_read_as_it_was_written(value: Any, indent: int | None, ascii_only: bool) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    assert repr(json_value(text.encode())) == repr(value)


@pytest.mark.parametrize(
    ("content", "value"),
    [
        (b"18446744073709551617", 2**64 + 1),
        (b"-9223372036854775809", -(2**63) - 1),
        (b'{"a": [18446744073709551616]}', {"a": [2**64]}),
        (b"1e400", 10**400),
        (b"-1e400", -(10**400)),
        (b"0.1", 0.1),
        (b'"\\ud800"', "\ud800"),
        (b'{"a" : 1, "b":2}', {"a": 1, "b": 2}),
        (b'{"a": "\\":\\":"}', {"a": '":":'}),
        (
            b'{"12345678901234567890": "12345678901234567890"}',
            {"12345678901234567890": "12345678901234567890"},
        ),
        (b'[{"a":1},{"a":2}]', [{"a": 1}, {"a": 2}]),
    ],
)
def test_json_keeps(content: bytes, value: Any) -> None:
    found = json_value(content)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"[1,", "line 1, column 4: expecting value"),
        (b'{\n "a": tru}', "line 2, column 7: expecting value"),
        (b"NaN", "NaN is no JSON value"),
        (b"[-Infinity]", "-Infinity is no JSON value"),
        (b'{"a":1,"b":2,"a":3}', 'line 1, column 14: the name "a" stands twice'),
        (b'{"a":1,"\\u0061":3}', 'the name "a" stands twice'),
        (b'{"a" :1,\n"a" : 3}', 'line 2, column 1: the name "a" stands twice'),
        (b"\xef\xbb\xbf{}", "byte order mark"),
        (b'"\xff"', "at byte 1: the text is not UTF-8"),
        ('{"a": 1}'.encode("utf-16"), "not UTF-8"),
        (b"[" * 100_000, "nests too deeply"),
        (b"1e999999999999", "number of 1000000000000 digits"),
        (b"9" * 5000, "number of 5000 digits"),
        (b"{'a': 1}", "line 1, column 2"),
        (b"1 2", "extra data"),
    ],
)
def test_json_is_refused_with_place_and_reason(content: bytes, words: str) -> None:
    with pytest.raises(Unparsable, match=words.replace("[", r"\[")):
        json_value(content)


# --- bodies ---------------------------------------------------------------------------------------

OBJECT = {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}}}


def body(media: str, schema: Any = None, required: bool = True, **more: Any) -> Checker:
    """A checker of an operation whose body has one media type."""
    entry = {"schema": schema, **more} if schema is not None else more
    return checker_of({"requestBody": {"required": required, "content": {media: entry}}})


def reply(media: str, schema: Any = None, **more: Any) -> Checker:
    entry = {"schema": schema, **more} if schema is not None else more
    return checker_of({"responses": {"200": {"description": "", "content": {media: entry}}}})


def sent(checker: Checker, media: str, content: bytes) -> Result:
    return asked(checker, headers=(("Content-Type", media),), content=content)


def test_a_json_body_from_bytes_or_as_json_itself() -> None:
    checker = body("application/json", OBJECT)
    for given_ in ({"json": {"a": 1}}, {"content": b'{"a": 1}'}):
        assert asked(checker, **given_).findings == ()
    for given_ in ({"json": {"a": "x"}}, {"content": b'{"a": "x"}'}):
        assert brief(asked(checker, **given_)) == [("request.body", "type", "/a")]


def test_a_value_that_is_null_is_a_body() -> None:
    checker = body("application/json", {"type": "null"})
    assert asked(checker, json=None).findings == ()
    assert codes(asked(checker)) == ["missing-body"]


def test_a_required_body_may_not_be_missing_or_empty() -> None:
    checker = body("application/json", OBJECT)
    for given_ in ({}, {"content": b""}):
        result = asked(checker, **given_)
        assert brief(result) == [("request.body", "missing-body", "")]
        assert result.verdict is Verdict.INVALID
    assert asked(body("application/json", OBJECT, required=False)).findings == ()


def test_a_body_that_cannot_be_parsed() -> None:
    result = asked(body("application/json", OBJECT), content=b'{"a": 1,}')
    assert only(result).code == "unparsable-body"
    assert "line 1, column 9" in only(result).message
    assert result.verdict is Verdict.INVALID


def test_big_integers_in_bodies_keep_their_value() -> None:
    schema = {"type": "integer", "maximum": 2**64}
    assert asked(body("application/json", schema), content=b"18446744073709551616").findings == ()
    assert codes(asked(body("application/json", schema), content=b"18446744073709551617")) == [
        "maximum"
    ]


def test_a_media_type_that_is_not_documented() -> None:
    result = sent(body("application/json", OBJECT), "text/csv; charset=utf-8", b"a,b")
    assert (only(result).code, only(result).allowed) == ("media-type", "application/json")
    assert result.verdict is Verdict.INVALID
    assert sent(body("application/json", OBJECT), "", b'{"a": 1}').findings == ()


def test_a_range_takes_the_recorded_type() -> None:
    checker = body("application/*+json", OBJECT)
    assert sent(checker, "application/problem+json", b'{"a": 1}').findings == ()
    assert codes(sent(checker, "application/problem+json", b"{}")) == ["required"]


FORM = "application/x-www-form-urlencoded"
FIELDS = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string"},
        "age": {"type": "integer"},
        "tags": {"type": "array", "items": {"type": "string", "maxLength": 2}},
        "home": {"type": "object", "properties": {"nr": {"type": "integer"}}},
        "lines": {
            "type": "array",
            "items": {"type": "object", "properties": {"nr": {"type": "integer"}}},
        },
    },
    "additionalProperties": False,
}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("name=Bob+B&age=5", []),
        ("name=5", []),
        ("name=a&age=x", [("request.body", "type", "/age")]),
        ("age=5", [("request.body", "required", "")]),
        ("name=a&tags=x&tags=y", []),
        ("name=a&tags=x", []),
        ("name=a&tags=xyz", [("request.body", "max-length", "/tags/0")]),
        ("name=a&tags[]=x&tags[]=xyz", [("request.body", "max-length", "/tags/1")]),
        ("name=a&home=%7B%22nr%22%3A5%7D", []),
        ("name=a&home[nr]=5", []),
        ("name=a&home[nr]=x", [("request.body", "type", "/home/nr")]),
        ("name=a&lines[0][nr]=5&lines[1][nr]=x", [("request.body", "type", "/lines/1/nr")]),
        ("name=a&odd=1", [("request.body", "additional-properties", "/odd")]),
    ],
)
def test_a_form(text: str, found: list[tuple[str, str, str]]) -> None:
    assert brief(sent(body(FORM, FIELDS), FORM, text.encode())) == found


def test_a_form_whose_encoding_is_documented() -> None:
    encoding = {"tags": {"style": "form", "explode": False}}
    checker = body(FORM, FIELDS, encoding=encoding)
    assert sent(checker, FORM, b"name=a&tags=x,y").findings == ()
    assert brief(sent(checker, FORM, b"name=a&tags=x,xyz")) == [
        ("request.body", "max-length", "/tags/1")
    ]


def multipart(*parts: tuple[str, str], boundary: str = "XX") -> bytes:
    lines = [
        f"--{boundary}\r\nContent-Disposition: form-data; {head}\r\n\r\n{text}\r\n"
        for head, text in parts
    ]
    return ("".join(lines) + f"--{boundary}--\r\n").encode()


def test_multipart_by_its_boundary() -> None:
    schema = {
        "type": "object",
        "required": ["file", "size"],
        "properties": {
            "file": {"type": "string", "format": "binary"},
            "size": {"type": "integer"},
            "meta": OBJECT,
            "tags": {"type": "array", "items": {"type": "string"}},
        },
    }
    checker = body("multipart/form-data", schema)
    kind = "multipart/form-data; boundary=XX"
    file = ('name="file"; filename="a.bin"', "\x00\x01\r\n--X\r\nbinary")
    good = multipart(file, ('name="size"', "5"), ('name="tags"', "a"))
    assert sent(checker, kind, good).findings == ()
    # The boundary of a recording without headers is that of its first line.
    assert asked(checker, content=good).findings == ()
    assert brief(sent(checker, kind, multipart(file, ('name="size"', "five")))) == [
        ("request.body", "type", "/size")
    ]
    meta = 'name="meta"\r\nContent-Type: application/json'
    broken = multipart(file, ('name="size"', "5"), (meta, '{"a": "x"}'))
    assert brief(sent(checker, kind, broken)) == [("request.body", "type", "/meta/a")]
    assert codes(sent(checker, kind, multipart(('name="size"', "5")))) == ["required"]
    assert codes(sent(checker, "multipart/form-data; boundary=YY", good)) == ["unparsable-body"]
    assert codes(sent(checker, kind, b"")) == ["missing-body"]
    assert codes(sent(checker, kind, b"--XX\r\nno header\r\n--XX--")) == ["unparsable-body"]


def test_text_and_bytes() -> None:
    assert (
        sent(body("text/plain", {"type": "string", "maxLength": 3}), "text/plain", b"abc").findings
        == ()
    )
    long = sent(body("text/plain", {"type": "string", "maxLength": 3}), "text/plain", b"abcd")
    assert codes(long) == ["max-length"]
    latin = sent(body("text/*", {"const": "é"}), "text/plain; charset=latin-1", b"\xe9")
    assert latin.findings == ()
    assert codes(sent(body("text/*", {"const": "é"}), "text/plain", b"\xe9")) == ["unparsable-body"]
    binary = body("image/*", {"type": "string", "format": "binary"})
    assert sent(binary, "image/png", b"\x89PNG").findings == ()
    assert sent(binary, "image/png", b"\x89PNG").unchecked == ()


def test_what_cannot_be_judged_is_said() -> None:
    result = sent(body("application/xml", OBJECT), "application/xml", b"<a/>")
    assert (result.findings, result.unchecked) == ((), ("not checked: bodies of application/xml",))


EVENTS = b'event: x\ndata: {"a": 1}\n\ndata: {"a": "b"}\n\ndata: oops\n\ndata: [DONE]\n\n'


@pytest.mark.parametrize("schema", [OBJECT, {"type": "array", "items": OBJECT}])
def test_server_sent_events_are_checked_one_by_one(schema: Any) -> None:
    headers = (("content-type", "text/event-stream; charset=utf-8"),)
    result = replied(reply("text/event-stream", schema), content=EVENTS, headers=headers)
    assert brief(result) == [
        ("response.body", "type", "/1/a"),
        ("response.body", "unparsable-body", "/2"),
    ]
    assert result.verdict is Verdict.INVALID
    assert all(finding.spec is not None for finding in result.findings)


@pytest.mark.parametrize("schema", [None, {}, {"type": "string"}])
def test_events_without_a_schema_are_not_passed_in_silence(schema: Any) -> None:
    result = replied(reply("text/event-stream", schema), content=EVENTS)
    assert result.findings == ()
    assert result.unchecked == ("not checked: text/event-stream without a schema of one event",)


def test_json_lines_are_checked_one_by_one() -> None:
    result = replied(reply("application/x-ndjson", OBJECT), content=b'{"a": 1}\n{"a": 2.5}\n\n')
    assert brief(result) == [("response.body", "type", "/1/a")]
