"""Exchange JSON, NDJSON, HAR and flows: what was recorded comes out, and nothing else."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specbound.traffic.exchange import ABSENT, Broken, Exchange, Record, Request, Response, Skipped
from specbound.traffic.read import records
from specbound.traffic.readers import exchange_json, har, json_stream, ndjson


def reading(reader: Any, text: str | bytes) -> list[Record]:
    content = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    return list(reader.read(io.BytesIO(content), "f"))


def pair(**more: Any) -> dict[str, Any]:
    return {"request": {"method": "GET", "url": "/a"}, "response": {"status": 200}, **more}


def one(reader: Any, value: Any) -> Any:
    found = reading(reader, json.dumps(value))
    assert len(found) == 1, found
    return found[0]


BOTH = pytest.mark.parametrize("reader", [exchange_json, ndjson])


# --- what people write


@BOTH
@pytest.mark.parametrize(
    ("request_", "url"),
    [
        ({"method": "get", "path": "/a"}, "/a"),
        ({"verb": "GET", "uri": "https://h/a"}, "https://h/a"),
        ({"method": "GET", "url": {"raw": "https://h/a?x=1"}}, "https://h/a?x=1"),
        ({"method": "GET", "url": "/a", "query": {"x": 1, "y": ["b", "c"]}}, "/a?x=1&y=b&y=c"),
        ({"method": "GET", "url": "/a", "query": {"on": True, "off": None}}, "/a?on=true"),
        ({"method": "GET", "url": "/a?x=1", "query": {"x": "1", "y": 2}}, "/a?x=1&y=2"),
        ({"method": "GET", "url": "/a", "query": "?q=a%20b"}, "/a?q=a+b"),
        ({"method": "GET", "url": "/a", "params": [{"name": "x", "value": "1"}]}, "/a?x=1"),
    ],
)
def test_requests_under_many_names(reader, request_, url):
    found = one(reader, {"request": request_, "response": {"status": 200}})
    assert (found.request.method, found.request.url) == ("GET", url)


@BOTH
@pytest.mark.parametrize("status", [201, "201", "201 Created", 201.0, {"code": 201}])
@pytest.mark.parametrize("name", ["status", "statusCode", "status_code"])
def test_statuses_under_many_names(reader, name, status):
    found = one(reader, {"request": {"method": "GET", "url": "/a"}, "response": {name: status}})
    assert found.response.status == 201


@BOTH
@pytest.mark.parametrize(
    ("headers", "fields"),
    [
        ({"A": "1", "B": ["2", "3"]}, (("A", "1"), ("B", "2"), ("B", "3"))),
        ([{"name": "A", "value": "1"}, {"key": "B", "value": 2}], (("A", "1"), ("B", "2"))),
        ([["A", "1"]], (("A", "1"),)),
        ({":authority": "h", "A": "1"}, (("A", "1"),)),
        ({}, ()),
        (None, None),
    ],
)
def test_headers_in_many_shapes(reader, headers, fields):
    value = pair()
    value["request"]["headers"] = headers
    assert one(reader, value).request.headers == fields


JSON = {"Content-Type": "application/json; charset=utf-8"}


@BOTH
@pytest.mark.parametrize(
    ("headers", "body", "data", "content"),
    [
        (JSON, {"a": 1}, {"a": 1}, None),
        (JSON, '{"a": 1}', ABSENT, b'{"a": 1}'),
        (JSON, '{"a": 1', ABSENT, b'{"a": 1'),  # cut short: the checker calls it unparsable
        (JSON, "12", ABSENT, b"12"),
        (JSON, "done", "done", None),  # no JSON text: then it is JSON's own string
        ({"Content-Type": "text/plain"}, "12", ABSENT, b"12"),
        (None, "not found", "not found", None),
        (None, '[{"a":1}]', ABSENT, b'[{"a":1}]'),
        (JSON, "", ABSENT, None),
        (JSON, None, None, None),
        (JSON, [], [], None),
    ],
)
def test_bodies_as_json_or_as_text(reader, headers, body, data, content):
    value = pair()
    value["response"]["body"] = body
    if headers:
        value["response"]["headers"] = headers
    found = one(reader, value).response
    assert (found.json, found.content) == (data, content)


@BOTH
def test_null_is_no_body_where_http_has_none(reader):
    value = pair()
    value["request"]["body"] = None
    value["response"] = {"status": 204, "body": None}
    found = one(reader, value)
    assert found.request.json is ABSENT
    assert found.response.json is ABSENT


@BOTH
def test_base64_bodies(reader):
    value = pair()
    value["response"] |= {"body": "eyJhIjoxfQ==", "isBase64Encoded": True}
    assert one(reader, value).response.content == b'{"a":1}'
    value["response"]["body"] = "?"
    assert "base64" in one(reader, value).message


@BOTH
@pytest.mark.parametrize(
    ("value", "asked", "replied"),
    [
        ({"request": {"method": "GET", "url": "/a"}}, True, False),
        ({"response": {"status": 200, "body": {}}}, False, True),
        ({"method": "POST", "path": "/a", "body": {}}, True, False),
        ({"status": 200, "body": {}}, False, True),
        ({"request": {"method": "GET", "url": "/a"}, "response": None}, True, False),
    ],
)
def test_one_half_alone(reader, value, asked, replied):
    found = one(reader, value)
    assert (found.request is not None, found.response is not None) == (asked, replied)


@BOTH
@pytest.mark.parametrize(
    ("value", "says"),
    [
        ({"request": {"url": "/a"}}, "no `method`"),
        ({"request": {"method": 1, "url": "/a"}}, "`method` is no text"),
        ({"request": {"method": "GET"}}, "neither a `url` nor a `path`"),
        (pair(response={"body": {}}), "no `status`"),
        (pair(response={"status": True}), "no HTTP status"),
        (pair(response={"status": 0}), "no HTTP status"),
        (pair(response={"status": 200, "headers": "x"}), "neither an object nor a list"),
        (pair(response={"status": 200, "headers": [{"foo": "bar"}]}), "no name"),
        ({"a": 1}, "neither a `request` nor a `response`"),
        ({"request": {}}, "no `method`"),
        (1, "neither"),
    ],
)
def test_what_is_wrong_with_a_record_is_said(reader, value, says):
    found = one(reader, value)
    assert isinstance(found, Broken)
    assert says in found.message
    assert found.source.line == 1


def test_nested_exchanges_are_found_with_their_lines(runway):
    found = reading(exchange_json, (runway / "recordings" / "create-avatar.json").read_bytes())
    assert [(each.source.line, each.source.pointer) for each in found] == [
        (1, ""),
        (32, "/create_session_example"),
    ]
    assert [each.request.url.rpartition("/")[2] for each in found] == [
        "avatars",
        "realtime_sessions",
    ]


def test_a_broken_item_of_a_list_costs_only_itself():
    text = "[\n" + ",\n".join(
        [json.dumps(pair()), json.dumps(pair()).replace("200", "nope"), json.dumps(pair())]
    )
    found = reading(exchange_json, text + "\n]")
    assert [type(each) for each in found] == [Exchange, Broken, Exchange]
    assert [each.source.line for each in found] == [2, 3, 4]


def test_postmans_and_hars_requests_in_exchange_json():
    value = pair(
        request={
            "method": "POST",
            "url": "/a",
            "httpVersion": "h2",
            "headers": [],
            "postData": {"mimeType": "application/json", "text": "{}"},
        },
        response={"status": 200, "headers": [], "content": {"size": 2, "text": "[]"}},
    )
    found = one(exchange_json, value)
    assert found.request.content == b"{}"
    assert found.response.content == b"[]"


# --- lines


def test_a_broken_line_is_one_record_with_its_line():
    good = json.dumps(pair())
    bad = {
        2: ('{"request": NaN}', "NaN"),
        3: ('{"request":{"method":"GET","method":"PUT","url":"/"}}', "`method` stands twice"),
        4: ('{"request":{"method":"GET","url":"\\ud800"}}', "surrogate"),
        5: ('{"request":{"method":"GET","url":"/","body":1e999}}', "too large"),
        6: ("[" * 100_000, "nests too deep"),
        7: ("nonsense", "expecting value"),
        9: (b"\xff", "UTF-8"),
        10: (good[:-20], "ends in the middle"),
    }
    lines = {1: good, 8: good, 11: "", 12: good, **{line: text for line, (text, _) in bad.items()}}
    parts = [lines[line] for line in sorted(lines)]
    found = reading(ndjson, b"\n".join(p if isinstance(p, bytes) else p.encode() for p in parts))
    assert [each.source.line for each in found] == [*range(1, 11), 12]
    assert [each.source.number for each in found] == [*range(11)]
    broken = {each.source.line: each.message for each in found if isinstance(each, Broken)}
    assert sorted(broken) == sorted(bad)
    for line, (_, says) in bad.items():
        assert says in broken[line]


def test_a_cut_last_line_costs_only_itself():
    line = json.dumps(pair())
    found = reading(ndjson, f"{line}\n{line}\n{line[:-5]}")
    assert [type(each) for each in found] == [Exchange, Exchange, Broken]


def test_a_line_beyond_the_limit_is_passed_over(monkeypatch):
    monkeypatch.setattr(ndjson, "MAX_LINE", 1_000)
    line = json.dumps(pair())
    found = reading(ndjson, line + "\n" + "x" * 3_000_000 + "\n" + line)
    assert [type(each) for each in found] == [Exchange, Broken, Exchange]
    assert [each.source.line for each in found] == [1, 2, 3]


@pytest.mark.parametrize("number", [2**63, 2**64, -(2**63) - 1, 10**40, 2**53 + 1])
def test_integers_keep_their_value(number):
    value = pair(response={"status": 200, "body": {"n": number}})
    for reader in (ndjson, exchange_json):
        assert one(reader, value).response.json["n"] == number
        assert type(one(reader, value).response.json["n"]) is int


def test_headers_that_repeat_are_one_object():
    value = pair(response={"status": 200, "headers": {"A": "1"}})
    first, second, other = reading(
        ndjson, f"{json.dumps(value)}\n{json.dumps(value)}\n{json.dumps(value).replace('1', '2')}"
    )
    assert first.response.headers is second.response.headers
    assert other.response.headers == (("A", "2"),)


# --- HAR


def entry(**more: Any) -> dict[str, Any]:
    return {
        "request": {"method": "GET", "url": "https://h/a", "headers": []},
        "response": {"status": 200, "headers": [], "content": {"size": 2, "text": "{}"}},
        **more,
    }


def log(*entries: Any, **more: Any) -> dict[str, Any]:
    return {"log": {"version": "1.2", "entries": list(entries), **more}}


def test_media_types_cookies_and_queries_stand_beside_the_headers():
    request = {
        "method": "POST",
        "url": "https://h/a",
        "headers": [{"name": "Host", "value": "h"}],
        "queryString": [{"name": "x", "value": "1"}],
        "cookies": [{"name": "c", "value": "1"}, {"name": "d", "value": "2"}],
        "postData": {"mimeType": "application/json", "text": '{"é":1}'},
    }
    found = one(har, log(entry(request=request))).request
    assert found.url == "https://h/a?x=1"
    assert found.headers == (
        ("Host", "h"),
        ("Cookie", "c=1; d=2"),
        ("Content-Type", "application/json"),
    )
    assert found.content == '{"é":1}'.encode()


@pytest.mark.parametrize(
    ("content", "body", "whole"),
    [
        ({"size": 7, "text": '{"a":1}'}, b'{"a":1}', True),
        ({"size": 7, "text": "eyJhIjoxfQ==", "encoding": "base64"}, b'{"a":1}', True),
        ({"size": 0}, None, True),
        ({"size": 0, "text": ""}, None, True),
        ({"size": 99}, None, False),
        ({"size": -1}, None, False),
        ({"size": 99, "text": ""}, None, False),
        ({"size": 99, "text": '{"a":'}, b'{"a":', False),
        ({"size": 99, "text": '{"a":1}'}, b'{"a":1}', True),  # the size is wrong, not the body
        ({"size": 1, "text": '{"a":'}, b'{"a":', True),  # unparsable, and so recorded
    ],
)
def test_bodies_of_har(content, body, whole):
    found = one(har, log(entry(response={"status": 200, "content": content}))).response
    assert (found.content, found.whole) == (body, whole)


def test_a_body_is_not_decoded_twice():
    headers = [{"name": "Content-Encoding", "value": "gzip"}]
    response = {"status": 200, "headers": headers, "content": {"size": 2, "text": "{}"}}
    assert one(har, log(entry(response=response))).response.content == b"{}"
    packed = {"size": 22, "text": "H4sIAAAAAAAC/6uuBQBDv6ajAgAAAA==", "encoding": "base64"}
    response["content"] = packed
    assert one(har, log(entry(response=response))).response.content == b"{}"


def test_forms_of_har():
    params = [{"name": "a", "value": "1 2"}, {"name": "f", "fileName": "x.png", "value": "…"}]
    post: dict[str, Any] = {"mimeType": "application/x-www-form-urlencoded", "params": params[:1]}
    request = {"method": "POST", "url": "https://h/a", "headers": [], "postData": post}
    assert one(har, log(entry(request=request))).request.content == b"a=1+2"
    post |= {"mimeType": "multipart/form-data; boundary=XX", "params": params}
    content = one(har, log(entry(request=request))).request.content
    assert content.startswith(
        b'--XX\r\nContent-Disposition: form-data; name="a"\r\n\r\n1 2\r\n--XX'
    )
    assert b'; filename="x.png"\r\n' in content
    assert content.endswith(b"\r\n--XX--\r\n")


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (entry(response={"status": 0, "content": {"size": 0}}), "no response"),
        (entry(_resourceType="websocket"), "WebSocket"),
        (entry(response={"status": 101}), "WebSocket"),
        (entry(request={"method": "GET", "url": "data:text/plain,x"}), "no HTTP: data:"),
        (entry(request={"method": "CONNECT", "url": "h:443"}), "tunnel"),
    ],
)
def test_entries_that_are_no_exchange_are_skipped(value, reason):
    found = one(har, log(value))
    assert isinstance(found, Skipped)
    assert reason in found.reason


@pytest.mark.parametrize(
    "value",
    [
        1,
        None,
        {},
        {"request": {}},
        entry(request=[]),
        entry(response={"status": "x"}),
        entry(response={"status": 200, "headers": [{"foo": "bar"}]}),
        entry(response={"status": 200, "content": {"text": "?", "encoding": "base64"}}),
    ],
)
def test_a_bad_entry_costs_only_itself(value):
    text = json.dumps(log(entry(), value, entry()), indent=1)
    found = reading(har, text)
    assert [type(each) for each in found] == [Exchange, Broken, Exchange]
    assert [each.source.pointer for each in found] == [f"/log/entries/{n}" for n in range(3)]
    assert [text.split("\n")[each.source.line - 1][:3] for each in found[::2]] == ["   "] * 2


@pytest.mark.parametrize("indent", [None, 1])
def test_a_har_goes_on_after_an_entry_that_is_no_json(indent):
    text = json.dumps(log(*[entry(n=n) for n in range(5)]), indent=indent)
    found = reading(har, text.replace('"n": 2', '"n": nope'))
    assert [type(each) for each in found] == [Exchange, Exchange, Broken, Exchange, Exchange]


@pytest.mark.parametrize("indent", [None, 1])
def test_a_har_that_is_cut_anywhere_gives_what_was_whole(indent):
    text = json.dumps(log(entry(), entry(), entry()), indent=indent)
    for end in range(40, len(text) - 1):
        found = reading(har, text[:end])
        whole = [each for each in found if isinstance(each, Exchange)]
        assert len(whole) >= text[:end].count('"text"') - 1
        assert sum(isinstance(each, Broken) for each in found) == 1, text[:end]
        assert isinstance(found[-1], Broken)


def test_members_around_the_entries_are_passed_over():
    value = {"a": [1], "log": {"pages": [{"x": {}}], **log(entry())["log"], "z": 1}, "b": {}}
    assert isinstance(one(har, value), Exchange)
    assert "log.entries" in one(har, {"log": {}}).message
    assert "log.entries" in one(har, []).message


# --- the stream below them


small = st.recursive(st.integers() | st.text(max_size=5), st.lists, max_leaves=4)


@given(st.lists(small, max_size=4), st.integers(1, 9))
def test_values_are_the_same_in_blocks_of_any_size(values, size):
    class Slow(io.BytesIO):
        def read(self, count: int | None = -1, /) -> bytes:
            return super().read(min(count or size, size))

    text = json.dumps(values, ensure_ascii=False).encode("utf-8", "replace")
    stream = json_stream.JsonStream(Slow(text), json_stream.strict())
    items = list(stream.items())
    assert not any(isinstance(item, json_stream.Fault) for item in items)
    assert [item.value for item in items] == json.loads(text)


# --- round trips

texts = st.text(st.characters(codec="utf-8"))
names = st.text("abcdefgh-XYZ", min_size=1)
headers = st.none() | st.dictionaries(names, texts, max_size=3).map(lambda d: tuple(d.items()))
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
bodies = st.just(ABSENT) | values.filter(lambda body: isinstance(body, (dict, list)))
urls = st.text("abc/?=&1", min_size=1).map(lambda tail: "/" + tail)
asked = st.tuples(st.sampled_from(["GET", "POST"]), urls, headers, bodies).map(
    lambda parts: Request(*parts)
)
replied = st.tuples(st.integers(200, 599), headers, bodies).map(lambda parts: Response(*parts))


def half(part: Any) -> dict[str, Any]:
    found: dict[str, Any] = (
        {"method": part.method, "url": part.url}
        if isinstance(part, Request)
        else {"status": part.status}
    )
    if part.headers is not None:
        found["headers"] = dict(part.headers)
    if part.json is not ABSENT:
        found["body"] = part.json
    return found


pairs = st.lists(st.tuples(asked, replied), min_size=1, max_size=5)


@given(pairs, st.booleans())
def test_exchanges_written_as_lines_or_a_list_are_read_back(exchanges, ascii):
    written = [{"request": half(a), "response": half(b)} for a, b in exchanges]
    lines = "\n".join(json.dumps(each, ensure_ascii=ascii) for each in written)
    for found in (
        reading(ndjson, lines),
        reading(exchange_json, json.dumps(written, ensure_ascii=ascii, indent=2)),
        reading(exchange_json, lines),
    ):
        assert [(each.request, each.response) for each in found] == exchanges


@given(pairs)
def test_exchanges_written_as_har_are_read_back(exchanges):
    def fields(part: Any) -> list[dict[str, str]]:
        return [{"name": name, "value": value} for name, value in part.headers or ()]

    entries = []
    for a, b in exchanges:
        request = {"method": a.method, "url": a.url, "headers": fields(a)}
        if a.json is not ABSENT:
            request["postData"] = {"text": json.dumps(a.json)}
        text = "" if b.json is ABSENT else json.dumps(b.json)
        content = {"size": len(text), "text": text}
        response = {"status": b.status, "headers": fields(b), "content": content}
        entries.append({"request": request, "response": response})
    for found, (a, b) in zip(reading(har, json.dumps(log(*entries))), exchanges, strict=True):
        for part, wanted in ((found.request, a), (found.response, b)):
            assert part.headers == (wanted.headers or ())
            assert (ABSENT if part.content is None else json.loads(part.content)) == wanted.json
        assert (found.request.url, found.response.status) == (a.url, b.status)


# --- others' files


def test_no_har_of_the_corpus_gives_a_traceback(shared):
    folder = shared / "corpus" / "traffic" / "har"
    found = list(records([str(folder)]))
    assert sum(isinstance(each, Exchange) for each in found) >= 11
    for path in sorted(folder.rglob("*.json")):
        for name in ("har", "exchange", "ndjson"):
            assert list(records([str(path)], format=name))


def test_the_live_recording_is_read_whole(shared):
    path = shared / "corpus" / "recorded" / "runway-live.ndjson"
    found = list(records([str(path)]))
    assert len(found) == len(path.read_bytes().splitlines())
    assert all(isinstance(each, Exchange) and each.response for each in found)


@pytest.mark.parametrize(
    ("reader", "text"),
    [
        (har, '{"log":{"entries":[{"request":'),
        (har, '{"log":{"pages":'),
        (har, '{"x":'),
        (exchange_json, '{"request":{"method":"GET","url":"/","body":'),
        (exchange_json, ""),
        (ndjson, ""),
    ],
)
@pytest.mark.parametrize("more", ["[" * 100_000, '{"a":' * 100_000, "[" * 900 + "]" * 900])
def test_deep_nesting_is_one_message(reader, text, more):
    found = reading(reader, text + more)
    assert [type(each) for each in found] == [Broken]


def test_a_line_in_another_style_is_read_as_exactly():
    value = pair(response={"status": 200, "body": {"n": 2**70, "list": [{"a": 1}, {"a": 2}]}})
    value["request"]["at"] = "2026-01-01"
    wide = json.dumps(value, separators=(" , ", " : "))
    (found,) = reading(ndjson, wide)
    assert found.response.json == value["response"]["body"]
    (found,) = reading(ndjson, wide.replace('"n" : ', '"n" : 1 , "n" : '))
    assert "`n` stands twice" in found.message


@pytest.mark.parametrize("reader", [har, exchange_json, ndjson])
@given(st.binary(max_size=60) | st.text('{}[]",:1 \n\\utrequesponlgi', max_size=60).map(str.encode))
def test_no_content_gives_a_traceback(reader, content):
    for found in reading(reader, content):
        assert isinstance(found, Exchange | Broken)


@pytest.mark.parametrize("reader", [exchange_json, har, ndjson])
@pytest.mark.parametrize("half", ["\\ud83d", "\\uDC00", "x\\ud83dx"])
def test_half_of_a_surrogate_pair_is_no_character(reader, half):
    text = json.dumps(log(entry()) if reader is har else pair())
    found = reading(reader, text.replace("/a", "/" + half))
    assert [type(each) for each in found] == [Broken]
    assert "surrogate" in found[0].message
    (whole,) = reading(reader, text.replace("/a", "/\\ud83d\\ude00"))
    assert whole.request.url.endswith("/😀")


@pytest.mark.parametrize("reader", [exchange_json, har])
def test_a_byte_that_is_no_text_costs_only_its_record(reader):
    value = (
        log(*[entry(n=str(n)) for n in range(5)])
        if reader is har
        else [pair(n=str(n)) for n in range(5)]
    )
    text = json.dumps(value).encode().replace(b'"2"', b'"\xff"')
    found = reading(reader, text)
    assert [type(each) for each in found] == [Exchange, Exchange, Broken, Exchange, Exchange]
    assert "not UTF-8" in found[2].message
