"""Cassettes in every layout that recorders write, broken and hostile ones, and real libraries'."""

from __future__ import annotations

import base64
import gzip
import io
import json
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from house import ROOT
from specbound.traffic.exchange import ABSENT, Broken, Exchange, Record, Request, Response, header
from specbound.traffic.readers import cassette_feed
from specbound.traffic.readers.cassette import read

CASES = ROOT / "tests" / "cases" / "traffic" / "cassettes"


def records(content: str | bytes) -> list[Record]:
    raw = content.encode() if isinstance(content, str) else content
    return list(read(io.BytesIO(raw), "cassette"))


def from_file(name: str) -> list[Record]:
    with (CASES / name).open("rb") as stream:
        return list(read(stream, name))


def halves(record: Record) -> tuple[Request, Response]:
    assert isinstance(record, Exchange), record
    assert record.request is not None
    assert record.response is not None
    return record.request, record.response


def only(content: str | bytes) -> tuple[Request, Response]:
    (record,) = records(content)
    return halves(record)


def complaint(content: str | bytes) -> str:
    (record,) = records(content)
    assert isinstance(record, Broken), record
    return record.message


def answer(body: str, headers: str = "{}") -> str:
    """A cassette of one interaction whose response has this body."""
    return (
        "interactions:\n- request: {method: GET, uri: /x}\n"
        f"  response:\n    status: {{code: 200}}\n    headers: {headers}\n    body: {body}\n"
    )


# --- what recorders write


def test_vcrpy() -> None:
    first, second, third = map(halves, from_file("vcrpy.yaml"))
    request, response = first
    assert (request.method, request.url) == ("POST", "https://api.example.com/v1/image_to_video")
    assert request.headers == (
        ("Content-Type", "application/json"), ("X-Twice", "one"), ("X-Twice", "two")
    )  # fmt: skip
    assert request.content == b'{"model": "gen4_turbo", "promptText": "a cat, slowly walking"}'
    assert request.body_line == 3
    assert (response.status, response.content, response.body_line) == (200, b'{"user":"on"}', None)

    request, response = second
    # Stored without headers; stored decoded although the header still says gzip.
    assert (request.method, request.headers, request.content) == ("GET", None, None)
    assert request.json is ABSENT
    assert response.content == b'{\n  "status": "RUNNING"\n}\n'
    assert response.body_line == 33
    assert header(response.headers, "content-encoding") == "gzip"

    request, response = third
    assert request.json == {
        "at": "2024-08-06", "big": 123456789012345678901234567890, "name": "012", "none": None,
        "octal": 12, "on": "on", "ratio": 1.5,
    }  # fmt: skip
    assert request.body_line == 43
    assert (response.status, response.json) == (201, [])


def test_lines_and_pointers() -> None:
    sources = [record.source for record in from_file("vcrpy.yaml") if isinstance(record, Exchange)]
    assert [(s.file, s.line, s.number, s.pointer) for s in sources] == [
        ("vcrpy.yaml", 2, 0, "/interactions/0"),
        ("vcrpy.yaml", 25, 1, "/interactions/1"),
        ("vcrpy.yaml", 40, 2, "/interactions/2"),
    ]


def test_ruby_vcr() -> None:
    first, second = map(halves, from_file("vcr-ruby.yml"))
    assert first[0].url == "https://api.example.com/v1/tasks?token=<TOKEN>"
    assert first[1].content == '{"text":"für"}'.encode()
    assert (second[0].method, second[0].content) == ("POST", b'{"a":1}')
    assert second[0].headers == (("Content-Type", "application/json"),)
    assert (second[1].status, second[1].content) == (422, '{"error":"für"}'.encode())


def test_betamax() -> None:
    found = from_file("betamax.json")
    first, second = map(halves, found)
    assert (first[1].status, first[1].content) == (200, b'{"user":"on"}')
    assert second[0].content == b'{"a": 1}'
    assert (second[1].status, second[1].content, second[1].headers) == (204, None, None)
    assert [(r.source.line, r.source.pointer) for r in found if isinstance(r, Exchange)] == [
        (2, "/http_interactions/0"), (6, "/http_interactions/1")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "content"),
    [
        ("plain", b"plain"),
        ("{string: text}", b"text"),
        ("{string: '{\"a\": 1}'}", b'{"a": 1}'),
        ("{base64_string: eyJhIjogMX0=}", b'{"a": 1}'),
        ("{string: '', base64_string: eyJhIjogMX0=}", b'{"a": 1}'),
        ("{base64_string: !!binary eyJhIjogMX0=}", b'{"a": 1}'),
        ("{base64_string: !!binary ZXlKaElqb2dNWDA9}", b'{"a": 1}'),
        ("{encoding: UTF-8, string: 'ü'}", "ü".encode()),
        ("{encoding: ASCII-8BIT, string: !binary 'w7w='}", "ü".encode()),
        ("!!binary w7w=", "ü".encode()),
        ("!!python/unicode 'ü'", "ü".encode()),
        ("!!python/str 'ü'", "ü".encode()),
        ("{string: !!python/unicode 'null'}", b"null"),
        ("['{\"a\"', ': 1}']", b'{"a": 1}'),
        ("[!!binary w7w=, 'a']", "üa".encode()),
        ("{string: 12}", b"12"),
        ("{string: true}", b"true"),
        ("{string: 'null'}", b"null"),
        ("null", None),
        ("", None),
        ("''", None),
        ("{string: ''}", None),
        ("{string: null}", None),
        ("{encoding: utf-8}", None),
        ("{}", None),
        ("'a\u2028b\u0085'", "a\u2028b\u0085".encode()),
    ],
)
def test_bodies(body: str, content: bytes | None) -> None:
    _, response = only(answer(body))
    assert (response.content, response.json) == (content, ABSENT)


def test_a_body_that_is_data_is_json() -> None:
    _, response = only(answer("{text: a, string: b}"))
    assert response.json == {"text": "a", "string": "b"}
    _, response = only(answer("{model: gen4, seed: 5, loop: no, ratio: '1'}"))
    assert response.json == {"model": "gen4", "seed": 5, "loop": "no", "ratio": "1"}


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ("{A: b}", (("A", "b"),)),
        ("{A: [b, c]}", (("A", "b"), ("A", "c"))),
        ("{A: 12, B: true, C: null, D: 0012}",
         (("A", "12"), ("B", "true"), ("C", ""), ("D", "0012"))),
        ("[[A, b], [A, c]]", (("A", "b"), ("A", "c"))),
        ("[{name: A, value: b}]", (("A", "b"),)),
        ("['A: b:c']", (("A", "b:c"),)),
        ("{A: !!binary Yg==}", (("A", "b"),)),
        ("!!python/tuple [[A, b]]", (("A", "b"),)),
        ("null", None),
        ("{}", None),
    ],
)  # fmt: skip
def test_headers(headers: str, expected: object) -> None:
    assert only(answer("''", headers))[1].headers == expected


@pytest.mark.parametrize(
    ("response", "status"),
    [
        ("{status: {code: 201, message: Created}}", 201),
        ("{status: {code: '404'}}", 404),
        ("{status: 204}", 204),
        ("{status: 500 Internal Server Error}", 500),
        # httpx, as VCR.py stored it before version 6
        ("{status_code: 200, http_version: HTTP/1.1, content: '{}'}", 200),
        ("{':status': {':code': 200}}", 200),
    ],
)
def test_statuses(response: str, status: int) -> None:
    text = f"interactions:\n- {{request: {{method: GET, uri: /x}}, response: {response}}}\n"
    assert only(text)[1].status == status


def test_go_vcr_and_php_vcr() -> None:
    go = """---
version: 2
interactions:
    - id: 0
      request:
        content_length: 7
        transfer_encoding: []
        host: api.example.com
        body: '{"a":1}'
        form: {}
        headers:
            Content-Type: [application/json]
        url: https://api.example.com/x
        method: POST
      response:
        uncompressed: true
        body: '{"b":2}'
        headers:
            Content-Type: [application/json]
        status: 201 Created
        code: 201
        duration: 12.3ms
"""
    request, response = only(go)
    assert (request.method, request.url, request.content) == (
        "POST", "https://api.example.com/x", b'{"a":1}'
    )  # fmt: skip
    assert (response.status, response.content, response.body_line) == (201, b'{"b":2}', 17)
    php = """
-
    request:
        method: GET
        url: 'https://api.example.com/x'
        headers:
            Host: api.example.com
    response:
        status:
            http_version: '1.1'
            code: '200'
            message: OK
        headers:
            Content-Type: application/json
        body: '{"b":2}'
    index: 0
"""
    request, response = only(php)
    assert (request.url, response.status, response.content) == (
        "https://api.example.com/x", 200, b'{"b":2}'
    )  # fmt: skip


def test_other_places_of_the_list() -> None:
    bare = "- request: {method: GET, uri: /1}\n- request: {method: GET, uri: /2}\n"
    first, second = records(bare)
    assert isinstance(first, Exchange)
    assert isinstance(second, Exchange)
    assert (first.response, second.source.pointer, second.source.line) == (None, "/1", 2)
    later = "recorded_with: {a: [interactions, {interactions: [1]}]}\ninteractions:\n"
    assert len(records(later + bare)) == 2
    item = '{"request": {"method": "GET", "uri": "/1"}}'
    as_json = f'{{"version": 1, "x": {{"interactions": [1]}}, "interactions": [{item}]}}'
    assert len(records(as_json)) == 1
    assert len(records(b"\xef\xbb\xbf \n" + as_json.encode())) == 1


def test_aliases_and_merge_keys() -> None:
    text = """interactions:
- request: &r {method: GET, uri: /x, headers: &h {A: [&v one, *v]}}
  response: {status: {code: 200}, headers: *h, body: &b text}
- request: {<<: *r, uri: /y}
  response: {status: {code: 200}, body: *b}
"""
    first, second = map(halves, records(text))
    assert first[1].headers == first[0].headers == (("A", "one"), ("A", "one"))
    assert (second[0].url, second[0].headers) == ("/y", first[0].headers)
    assert second[1].content == b"text"


@pytest.mark.parametrize("coding", ["gzip", "deflate", "raw deflate", "br", "gzip, gzip"])
def test_codings_are_undone(coding: str) -> None:
    body = json.dumps({"text": "für" * 20}).encode()
    raw = zlib.compressobj(wbits=-15)
    packed = {
        "gzip": lambda: gzip.compress(body),
        "deflate": lambda: zlib.compress(body),
        "raw deflate": lambda: raw.compress(body) + raw.flush(),
        "br": lambda: pytest.importorskip("brotli").compress(body),
        "gzip, gzip": lambda: gzip.compress(gzip.compress(body)),
    }[coding]()
    name = coding.removeprefix("raw ")
    stored = f"{{string: !!binary {base64.b64encode(packed).decode()}}}"
    assert only(answer(stored, f"{{content-encoding: '{name}'}}"))[1].content == body
    # The same header beside a body that the recorder had decoded.
    plain = f"{{string: !!binary {base64.b64encode(body).decode()}}}"
    assert only(answer(plain, f"{{content-encoding: '{name}'}}"))[1].content == body


def test_gzip_without_its_header_is_undone_where_text_is_meant() -> None:
    stored = f"!!binary {base64.b64encode(gzip.compress(b'{}')).decode()}"
    assert only(answer(stored, "{content-type: application/json}"))[1].content == b"{}"
    kept = only(answer(stored, "{content-type: application/gzip}"))[1].content
    assert kept is not None
    assert kept.startswith(b"\x1f\x8b")


LOST = json.dumps(gzip.compress(b'{"a": 1}').decode("utf-8", "replace"))


def test_gzip_that_was_made_text() -> None:
    packed = gzip.compress(b'{"a": 1}')
    as_latin = json.dumps(packed.decode("latin-1"))
    assert only(answer(as_latin, "{content-encoding: gzip}"))[1].content == b'{"a": 1}'
    asked = f"interactions:\n- request: {{method: PUT, uri: /, body: {LOST}}}\n"
    assert complaint(asked).startswith("the body of its request was packed and then stored as text")
    # Decoded with replacements: the bytes are lost, the rest of the exchange is not.
    response = only(answer(LOST, "{content-encoding: gzip}"))[1]
    assert (response.whole, response.content, response.status) == (False, None, 200)


# --- what cannot be read


def test_a_broken_interaction_is_one_finding_and_the_rest_is_read() -> None:
    found = from_file("broken.yaml")
    urls = {r.source.number: r.request.url for r in found if isinstance(r, Exchange) and r.request}
    assert urls == {0: "/first", 2: "/third", 6: "/seventh"}
    broken = {r.source.number: (r.source.line, r.message) for r in found if isinstance(r, Broken)}
    assert broken == {
        1: (4, "not YAML: did not find expected key (line 12)"),
        3: (12, "the tag `!!python/object/apply:os.system` is not plain data and is not followed"),
        4: (14, "its request has no uri"),
        5: (16, "an interaction is not a mapping"),
    }
    assert [r.source.number for r in found if isinstance(r, Exchange | Broken)] == list(range(7))
    last = found[-1]
    assert isinstance(last, Exchange)
    assert (last.source.line, halves(last)[1].body_line) == (17, 18)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "it has no list of `interactions` or `http_interactions`"),
        ("a: 1", "it has no list of `interactions` or `http_interactions`"),
        ("interactions: 12", "it has no list of `interactions` or `http_interactions`"),
        ('{"a": [1]}', "it has no list of `interactions` or `http_interactions`"),
        (answer("!!binary a"), "its base64 text is damaged"),
        (answer("{base64_string: abcde}"), "the base64 text of its response's body is damaged"),
        (answer("*nowhere"), "the alias `*nowhere` has no anchor that could be followed"),
        (answer("&a [*a]"), "the alias `*a` has no anchor that could be followed"),
        (answer("{[a, b]: c}"), "a key is a collection, not a text"),
        (answer("!!set {a}"), "the tag `!!set` is not plain data and is not followed"),
        (answer("[1, {a: b}]"), "the body of its response is a list of something else than texts"),
        (answer("''", "12"), "the headers of its response are neither a mapping nor a list"),
        (answer("''", "[[a]]"), "a header of its response has no name"),
        (answer("[" * 300 + "]" * 300), "it nests deeper than 200 levels"),
        (answer("{a: .inf}"), "a body holds what JSON cannot say: `.inf` is not a JSON value"),
        ("interactions:\n- {response: {body: x}}", "its response has no status code"),
        ("interactions:\n- {response: {status: 20}}", "its response has no status code"),
        ("interactions:\n- {response: {status: true}}", "its response has no status code"),
        ("interactions:\n- {request: [1]}", "its request is not a mapping"),
        ("interactions:\n- {request: {uri: /}}", "its request has no method"),
        ("interactions:\n- {recorded_at: 1}", "it has neither a request nor a response"),
    ],
)
def test_what_is_wrong_is_said(text: str, message: str) -> None:
    assert complaint(text) == message


@pytest.mark.parametrize(
    "tag",
    [
        "!!python/object/apply:os.system ['touch owned']",
        "!!python/object/new:os.system ['touch owned']",
        "!!python/object:object {}",
        "!!python/name:os.system ''",
        "!!python/module:os ''",
        "!ruby/object:Gem::Installer {i: x}",
        "!ruby/struct:X {}",
        "!<tag:example.com,2000:x> 1",
    ],
)
def test_tags_construct_nothing(tag: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "is not plain data and is not followed" in complaint(answer(tag))
    assert not list(tmp_path.iterdir())


def test_an_alias_bomb_is_refused() -> None:
    lines = ["interactions:", "- request: {method: GET, uri: /x}", "  a: &a0 [x, x, x, x, x, x, x]"]
    lines += [f"  b{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    lines += ["- request: {method: GET, uri: /next}", ""]
    bomb, after = records("\n".join(lines))
    assert isinstance(bomb, Broken)
    assert bomb.message == "its aliases add more than 200000 nodes"
    assert isinstance(after, Exchange)


def test_a_decompression_bomb_is_refused() -> None:
    packed = base64.b64encode(gzip.compress(bytes(50_000_000))).decode()
    said = complaint(answer(f"!!binary {packed}", "{content-encoding: gzip}"))
    assert said.startswith("the body of its response: the gzip body of ")
    assert said.endswith("it is not unpacked")


def test_damage_is_told_where_it_is() -> None:
    text = answer("{string: one}").encode() + answer("{string: two}").encode().split(b"\n", 1)[1]
    for wrong in (b"\xff", b"\x00", b"\xed\xa0\x80", b"\x1b", b"\xef\xbf\xbf"):
        found = records(text.replace(b"one", b"o" + wrong + b"e"))
        assert [type(record) for record in found] == [Broken, Exchange]
        assert isinstance(found[0], Broken)
        assert found[0].message == "it holds bytes that are no text (UTF-8)"
        assert found[0].source.line == 2


def test_json_goes_on_behind_a_broken_interaction() -> None:
    good = {"request": {"method": "GET", "uri": "/x"}, "response": {"status": {"code": 200}}}
    parts = [json.dumps(good), json.dumps(good).replace('"GET"', "GET"), json.dumps(good)]
    text = '{"interactions": [\n' + ",\n".join(parts) + "\n]}"
    first, second, third = records(text)
    assert isinstance(first, Exchange)
    assert isinstance(third, Exchange)
    assert isinstance(second, Broken)
    assert (second.source.line, second.source.number, third.source.line) == (3, 1, 4)
    assert "not JSON" in second.message


BREAKS: list[Callable[[str], str]] = [
    lambda item: item.replace("uri: ", 'uri: "'),
    lambda item: item.replace("uri: ", "uri: ["),
    lambda item: item.replace("- request", "- @request"),
    lambda item: item.replace("- request", '- "request'),
    lambda item: item.replace("- request", "- {request"),
    lambda item: item.replace("- request", "- !x!y request"),
    lambda item: item.replace("- request:", "- a: b: c"),
    lambda item: item.replace("- request:", "-\t: ]"),
    lambda item: item.replace("    method", "\tmethod"),
    lambda item: item.replace("    method", "  method"),
    lambda item: item.replace("request:", "request: {"),
    lambda item: item.replace("uri:", "uri"),
    lambda item: item.replace("uri: ", "uri: !x!y "),
    lambda item: item.replace("uri: ", "uri: @"),
    lambda item: item.replace("uri: ", "uri: !!python/name:os.system "),
    lambda item: item.replace("GET", "GE\x00T"),
    lambda item: item.replace("code: 200", "code: none"),
    lambda item: item.split("method")[0] + "\n",
]


@pytest.mark.parametrize("how", range(len(BREAKS)))
@pytest.mark.parametrize("indent", ["", "  "])
@pytest.mark.parametrize("chunk", [16, 1 << 18])
def test_one_broken_item_costs_one_item(
    how: int, indent: str, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cassette_feed, "CHUNK", chunk)
    items = [
        f"- request:\n    method: GET\n    uri: /{n}\n  response:\n    status: {{code: 200}}\n"
        "    body: {string: 'it''s\n\n      text'}\n"
        for n in range(9)
    ]
    items[4] = BREAKS[how](items[4])
    lines = "".join(items).splitlines(keepends=True)
    text = "version: 1\ninteractions:\n" + "".join(indent + line for line in lines) + "more: [1]\n"
    found = records(text)
    numbers = {r.source.number for r in found if isinstance(r, Broken)}
    assert numbers == {4}
    read_urls = [halves(r)[0].url for r in found if isinstance(r, Exchange)]
    assert read_urls == [f"/{n}" for n in range(9) if n != 4]
    for record in found:
        if isinstance(record, Exchange):
            at = text.split("\n")[(record.source.line or 0) - 1 :]
            assert at[0].strip() == "- request:"
            assert at[2].strip() == f"uri: {halves(record)[0].url}"


def test_an_endless_interaction_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cassette_feed, "CHUNK", 64)
    monkeypatch.setattr(cassette_feed, "LONGEST_RECORD", 2_000)
    items = [f"- request: {{method: GET, uri: /{n}}}\n" for n in range(200)]
    items[100] = f"- request: {{method: GET, uri: /{'x' * 5_000}}}\n"
    found = records("interactions:\n" + "".join(items))
    (broken,) = [record for record in found if isinstance(record, Broken)]
    assert (broken.source.line, broken.message) == (
        102,
        "one interaction is longer than 2,000 bytes",
    )
    assert len(found) == 200


def test_a_file_that_ends_too_early() -> None:
    text = answer("{string: one}") + "- request:\n    method: GET\n    uri: 'abc"
    first, last = records(text)
    assert isinstance(first, Exchange)
    assert isinstance(last, Broken)
    assert last.source.line == 7


def test_the_loader_without_libyaml_reads_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ["vcrpy.yaml", "vcr-ruby.yml"]
    expected = [from_file(name) for name in names]
    monkeypatch.delattr(yaml, "CSafeLoader", raising=False)
    assert [from_file(name) for name in names] == expected
    assert [type(r) for r in from_file("broken.yaml")] == [
        Exchange, Broken, Exchange, Broken, Broken, Broken, Exchange
    ]  # fmt: skip


# --- laws

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=30)


@given(st.lists(st.tuples(JSON, TEXT, st.binary(max_size=20)), max_size=4), st.booleans())
def test_what_a_yaml_writer_writes_is_read(values: list[Any], is_wide: bool) -> None:
    interactions = [
        {
            "request": {
                "method": "POST", "uri": "/x", "parsed_body": data, "headers": {"A": [text]}
            },
            "response": {"status": {"code": 200}, "body": {"string": text or raw}},
        }
        for data, text, raw in values
    ]  # fmt: skip
    document = {"interactions": interactions, "version": 1}
    dumped = yaml.safe_dump(document, allow_unicode=is_wide, sort_keys=False)
    found = records(dumped)
    assert len(found) == len(values)
    for record, (data, text, raw) in zip(found, values, strict=True):
        request, response = halves(record)
        assert request.json == data
        assert json.dumps(request.json) == json.dumps(data)
        assert request.headers == (("A", text),)
        assert response.content == ((text.encode() or raw) or None)


@given(st.binary(max_size=200))
def test_any_bytes_are_answered(content: bytes) -> None:
    for start in (b"", b"interactions:\n- ", b'{"interactions": [', b"interactions:\n- request: "):
        for record in records(start + content):
            assert isinstance(record, Exchange | Broken)


@given(st.data())
def test_any_damage_is_answered(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(["vcrpy.yaml", "vcr-ruby.yml", "betamax.json"]))
    content = bytearray((CASES / name).read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    for record in records(bytes(content)):
        assert isinstance(record, Exchange | Broken)


@given(st.integers(1, 40))
def test_where_the_stream_is_cut_makes_no_difference(size: int) -> None:
    class Slow(io.BytesIO):
        def read(self, wanted: int | None = -1, /) -> bytes:
            return super().read(size)

    for name in ("vcrpy.yaml", "vcr-ruby.yml", "broken.yaml", "betamax.json"):
        stream = Slow((CASES / name).read_bytes())
        assert list(read(stream, name)) == from_file(name)


@pytest.mark.parametrize("form", ["yaml", "anchored", "json"])
def test_memory_does_not_grow_with_the_number_of_interactions(form: str) -> None:
    def peak(count: int) -> int:
        tracemalloc.start()
        try:
            found = sum(
                isinstance(r, Exchange) for r in read(io.BufferedReader(Endless(form, count)), "x")
            )
            assert found == count
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(10)
    assert peak(4_000) < 1.1 * peak(1_200)


class Endless(io.RawIOBase):
    """A stream of a cassette that is made while it is read."""

    def __init__(self, form: str, count: int) -> None:
        super().__init__()
        self.parts = iter(parts(form, count))
        self.rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self.rest = self.rest or next(self.parts, "").encode()
        part, self.rest = self.rest[: len(buffer)], self.rest[len(buffer) :]
        buffer[: len(part)] = part
        return len(part)


def parts(form: str, count: int) -> Iterator[str]:
    body = json.dumps(json.dumps({"id": "x" * 900}))
    yield '{"interactions": [' if form == "json" else "interactions:\n"
    for number in range(count):
        anchor = f"&a{number} " if form == "anchored" else ""
        request = f'{anchor}{{"method": "GET", "uri": "/x", "body": {body}}}'
        comma = "," if number + 1 < count else "]}"
        yield f'{{"request": {request}}}{comma}' if form == "json" else f"- request: {request}\n"


# --- the corpora


def test_the_corpora_read_as_their_verdicts_say(shared: Path) -> None:
    folder = shared / "corpus" / "traffic"
    expected: dict[str, list[object]] = {}
    for name in ("github", "openai"):
        verdicts = json.loads((folder / f"verdicts-{name}.json").read_text("utf-8"))
        for one in verdicts["exchanges"]:
            facts = (one["n"], one["method"], one["url"], one["status"])
            expected.setdefault(one["file"], []).append(facts)
    for path in sorted([*folder.glob("github/*/*"), *folder.glob("openai/*/*")]):
        name = path.relative_to(folder).as_posix()
        with path.open("rb") as stream:
            found = list(read(stream, name))
        assert [
            (r.source.number, *_facts(r)) for r in found if isinstance(r, Exchange)
        ] == expected.get(name, [])
        assert not [record for record in found if isinstance(record, Broken)]


def _facts(record: Record) -> tuple[str, str, int]:
    request, response = halves(record)
    return request.method, request.url, response.status
