"""Paths to recordings: what is read, as which format, and what hostile files come to."""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import os
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from specbound.diagnostics import SpecError
from specbound.traffic import read, streams
from specbound.traffic.bodies import decoded
from specbound.traffic.exchange import Broken, Exchange, Skipped
from specbound.traffic.place import line_of, value_line
from specbound.traffic.read import files, read_file, records
from specbound.traffic.sniff import HEAD, Unknown, sniff

PAIR: dict[str, Any] = {
    "request": {"method": "GET", "url": "/a"},
    "response": {"status": 200, "body": {"a": 1, "b": {"c": 2}}},
}
LINE = json.dumps(PAIR)
ENTRY = {
    "request": {"method": "GET", "url": "https://h/a", "headers": []},
    "response": {"status": 200, "headers": [], "content": {"size": 2, "text": "{}"}},
}
HAR = json.dumps({"log": {"version": "1.2", "creator": {}, "entries": [ENTRY]}})


def write(folder: Path, name: str, content: str | bytes) -> str:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(path)


def refused(*paths: str, **more: Any) -> str:
    with pytest.raises(SpecError) as error:
        list(records(paths, **more))
    assert len(error.value.diagnostics) == 1
    return error.value.diagnostics[0].message


# --- what a file is

PRETTY = json.dumps([PAIR, PAIR], indent=2)
FORMATS = {
    "har": [HAR, json.dumps(json.loads(HAR), indent=4), '{"log": {"version": "1.2", "entries": ['],
    "ndjson": [
        f"{LINE}\n{LINE}\n",
        f"{LINE}\r\n\r\n{LINE}",
        f"{LINE}\n{LINE[:20]}",
        f"{{broken\n{LINE}\n{LINE}\n",
        f"garbage\n{LINE}\n{LINE}\n",
        f'{{"source": "x", "note": "y"}}\n{LINE}',
    ],
    "exchange": [
        LINE,
        PRETTY,
        f"[{LINE},\n{LINE}]",
        json.dumps({"examples": {"a": PAIR}}),
        json.dumps(PAIR["request"]),
        json.dumps({"log": "x", **PAIR}),
    ],
    "cassette": [
        "interactions:\n- request:\n    method: GET\n",
        "---\nhttp_interactions:\n- request:\n",
        "# recorded\nversion: 1\ninteractions: []\n",
        json.dumps({"version": 1, "interactions": []}),
        json.dumps({"http_interactions": [], "recorded_with": "betamax/0.9.0"}, indent=1),
    ],
    "markdown": [
        "# Title\n\n## POST /v1/things\n\ntext\n",
        "# Title\n\n```json\n{}\n```\n",
        "Run\n\n    curl https://api.example.com/v1/things\n",
        "**GET** `/v1/things`\nGET /v1/things HTTP/1.1\n",
    ],
    "mitmproxy": [b"1688:9:websocket;0:~8:response;228:6:reason;2:OK,"],
}


@pytest.mark.parametrize(
    ("format", "content"), [(name, each) for name, all in FORMATS.items() for each in all]
)
@pytest.mark.parametrize("name", ["file", "file.txt", "file.md"])
def test_formats_are_recognised_by_content(format, content, name):
    stream = io.BytesIO(content if isinstance(content, bytes) else content.encode())
    assert sniff(stream, name) == format
    assert stream.tell() == 0


def test_one_line_is_called_lines_where_its_name_says_so():
    assert sniff(io.BytesIO(LINE.encode()), "x.jsonl") == "ndjson"
    assert sniff(io.BytesIO(LINE.encode()), "x.jsonl.gz") == "ndjson"
    assert sniff(io.BytesIO(HAR.encode()), "x.jsonl") == "har"
    long = json.dumps({**PAIR, "note": "x" * 2 * HEAD})
    assert sniff(io.BytesIO(long.encode()), "x.json") == "exchange"
    assert sniff(io.BytesIO(long.encode()), "x.ndjson") == "ndjson"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b" \n ", "empty"),
        (b"PK\x03\x04abc", "zip archive"),
        (b"\x28\xb5\x2f\xfdabc", "zstd"),
        (bytes(range(256)) * 9, "binary"),
        (b"\xe9\xe8\xf6" * 99, "neither text"),
        (b'{"openapi": "3.1.0", "paths": {"/a": {"get": {"status": 1}}}}', "an OpenAPI document"),
        (b'{"name": "x", "version": "1"}', "neither a `request` nor a `response`"),
        (b"[" * 100_000, "neither"),
        (b"openapi: 3.1.0\npaths: {}\n", "neither a recording nor a page"),
        (b"import requests\nrequests.get('https://h/')\n", "neither a recording nor a page"),
    ],
)
def test_what_is_no_recording_is_said(content, says, tmp_path):
    with pytest.raises(Unknown, match=says):
        sniff(io.BytesIO(content), "file.py")
    assert says in refused(write(tmp_path, "file.py", content))


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_content_gives_a_traceback(content):
    with contextlib.suppress(Unknown):
        assert sniff(io.BytesIO(content), "f") in FORMATS


# --- which files


def test_folders_are_read_in_order_and_what_is_no_recording_is_told(tmp_path):
    for name in ("b.har", "a/z.har", "a/b/x.har"):
        write(tmp_path, name, HAR)
    for name in (".hidden.har", ".git/x.har", "package-lock.json", "poetry.lock"):
        write(tmp_path, name, HAR)
    write(tmp_path, "c.bin", b"\0\1\2")
    os.symlink("..", tmp_path / "a" / "loop")
    os.symlink("nowhere", tmp_path / "dangling")
    os.mkfifo(tmp_path / "pipe")
    found = list(records([str(tmp_path)]))
    names = [os.path.relpath(each.source.file, tmp_path) for each in found]
    assert names == ["b.har", "c.bin", "a/z.har", "a/b/x.har"]
    assert isinstance(found[1], Skipped)
    assert found[1].reason == "is no recording: it is a binary file"
    assert [str(each) for each in files([str(tmp_path)])] == [each.source.file for each in found]


def test_globs(tmp_path):
    for name in ("b.har", "a.har", "c/d.har", "x[1].har"):
        write(tmp_path, name, HAR)
    write(tmp_path, "a.bin", b"\0")
    assert len(list(records([f"{tmp_path}/*.har"]))) == 3
    assert len(list(records([f"{tmp_path}/**/*.har"]))) == 4
    assert len(list(records([f"{tmp_path}/x[1].har"]))) == 1, "a file of that very name"
    assert [type(each) for each in records([f"{tmp_path}/a.*"])] == [Skipped, Exchange]


def test_paths_that_lead_to_nothing(tmp_path):
    assert "No such file" in refused(str(tmp_path / "nope.har"))
    assert "matches no file" in refused(str(tmp_path / "*.har"))
    (tmp_path / "empty").mkdir()
    assert "no file to read" in refused(str(tmp_path / "empty"))
    assert "cannot be read" in refused("a\0b")
    os.mkfifo(tmp_path / "pipe")
    assert "no regular file" in refused(str(tmp_path / "pipe"))
    assert "xml" in refused(write(tmp_path, "a.har", HAR), format="xml")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads anything")
def test_no_permission(tmp_path):
    path = write(tmp_path, "a.har", HAR)
    os.chmod(path, 0)
    assert "Permission denied" in refused(path)


@pytest.mark.parametrize("content", [HAR, LINE, f"{LINE}\n{LINE}\n", PRETTY])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_standard_input(content, pack):
    found = list(records(["-"], stdin=io.BytesIO(pack(content.encode()))))
    assert found
    assert all(isinstance(each, Exchange) for each in found)
    assert found[0].source.file == "-"
    assert value_line(found[0], False, "/a") == found[0].source.line
    with pytest.raises(SpecError, match="empty"):
        list(records(["-"], stdin=io.BytesIO()))


def test_progress_counts_each_byte_of_each_file_once(tmp_path):
    paths = [
        write(tmp_path, "a.ndjson", (LINE + "\n") * 20_000),
        write(tmp_path, "b.har", HAR),
        write(tmp_path, "c.ndjson.gz", gzip.compress((LINE + "\n").encode() * 9)),
    ]
    told: list[int] = []
    assert len(list(records(paths, progress=told.append))) == 20_010
    assert sum(told) == sum(path.stat().st_size for path in files(paths))
    assert len(told) > 3


# --- encodings and damage


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
@pytest.mark.parametrize("content", [f"{LINE}\n{LINE}", HAR, PRETTY])
def test_every_encoding_of_unicode(tmp_path, encoding, pack, content):
    path = write(tmp_path, "f", pack(content.replace("/a", "/é𝄞").encode(encoding)))
    found = list(records([path]))
    assert all(isinstance(each, Exchange) for each in found)
    assert all(each.request.url.endswith("/é𝄞") for each in found)


def test_a_packed_file_that_is_cut_gives_what_was_whole(tmp_path):
    lines = [json.dumps({**PAIR, "note": os.urandom(40).hex()}) for _ in range(500)]
    packed = gzip.compress("\n".join(lines).encode())
    found = list(records([write(tmp_path, "f.gz", packed[: len(packed) // 2])]))
    assert len(found) > 200
    assert all(isinstance(each, Exchange) for each in found[:-1])
    assert isinstance(found[-1], Broken)
    assert "ends too early" in found[-1].message
    assert found[-1].source.line == len(found)


def test_a_bomb_is_refused_without_being_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(streams, "MAX_UNPACKED_SMALL", 1_000_000)
    bomb = gzip.compress(f"{LINE}\n".encode() + b" " * 20_000_000)
    twice = gzip.compress(bomb)
    found = list(records([write(tmp_path, "f.gz", bomb)]))
    assert [type(each) for each in found] == [Exchange, Broken]
    assert "times its own size" in found[1].message
    assert "binary" in refused(write(tmp_path, "g.gz", twice))


def test_going_back_in_an_unpacked_file(tmp_path):
    content = os.urandom(700_000)
    stream = streams.unpacked(io.BytesIO(gzip.compress(content)))
    assert stream.read(300_000) == content[:300_000]
    stream.seek(10)
    assert stream.read() == content[10:]
    assert stream.seek(0, io.SEEK_END) == len(content)
    stream.seek(0)
    assert stream.read() == content


def test_flow_files_name_the_extra_that_reads_them(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "mitmproxy.http", None)
    monkeypatch.setitem(sys.modules, "mitmproxy.exceptions", None)
    path = write(tmp_path, "flows", FORMATS["mitmproxy"][0])
    assert "pip install 'specbound[mitmproxy]'" in refused(path)


def test_flow_files(tmp_path):
    tflow = pytest.importorskip("mitmproxy.test.tflow", reason="mitmproxy is an extra")
    from mitmproxy.io import FlowWriter

    packed = tflow.tflow(resp=True)
    packed.response.headers["content-encoding"] = "gzip"
    packed.response.raw_content = gzip.compress(b'{"a":1}')
    broken = tflow.tflow(resp=True)
    broken.response.headers["content-encoding"] = "br"
    others = [tflow.tflow(err=True), tflow.ttcpflow(), tflow.twebsocketflow()]
    content = io.BytesIO()
    for flow in (tflow.tflow(resp=True), packed, broken, *others):
        FlowWriter(content).add(flow)
    found = list(records([write(tmp_path, "flows", content.getvalue())]))
    assert [type(each) for each in found] == [Exchange, Exchange, Broken, *[Skipped] * 3]
    assert found[0].request.url == "http://address:22/path"
    assert (found[1].response.status, found[1].response.content) == (200, b'{"a":1}')
    cut = list(records([write(tmp_path, "cut", content.getvalue()[:-99])]))
    assert isinstance(cut[-1], Broken)


# --- memory

MEASURE = """
import resource, sys
from specbound.traffic.read import records
count = sum(1 for _ in records(sys.argv[1:]))
print(count, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.parametrize("format", ["ndjson", "har", "exchange", "gzip"])
def test_memory_does_not_grow_with_the_records(tmp_path, format):
    def peak(count: int) -> int:
        body = {"text": "x" * 2_000}
        response = {"status": 200, "body": body}
        lines = [json.dumps({**PAIR, "response": response, "n": n}) for n in range(count)]
        entry = json.dumps({**ENTRY, "comment": "x" * 2_000})
        content = {
            "ndjson": "\n".join(lines),
            "gzip": "\n".join(lines),
            "exchange": "[" + ",\n".join(lines) + "]",
            "har": HAR[:-3] + "," + ",".join([entry] * (count - 1)) + "]}}",
        }[format].encode()
        path = write(tmp_path, "f", gzip.compress(content) if format == "gzip" else content)
        command = [sys.executable, "-c", MEASURE, path]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        seen, size = done.stdout.split()
        assert int(seen) == count
        return int(size)

    assert peak(10_000) <= 1.1 * peak(1_000)


# --- lines of values


def line_with(text: str, needle: str, skip: int = 0) -> int:
    return [n for n, line in enumerate(text.split("\n"), 1) if needle in line][skip]


def test_lines_of_values_in_exchange_json(tmp_path):
    text = json.dumps({"x": {"y": PAIR}, **PAIR}, indent=2)
    first, second = records([write(tmp_path, "f.json", text)])
    nested, outer = sorted((first, second), key=lambda each: each.source.pointer, reverse=True)
    assert value_line(nested, False, "/b/c") == line_with(text, '"c": 2')
    assert value_line(outer, False, "/b/c") == line_with(text, '"c": 2', 1)
    assert value_line(outer, False, "") == line_with(text, '"body"', 1)
    assert value_line(nested, False, "/nope") == line_with(text, '"body"')
    assert value_line(nested, True, "/a") == line_with(text, '"request"')
    assert line_of(nested.source._replace(line=None)) == line_with(text, '"y"')


def test_lines_of_values_in_har_and_in_lines(tmp_path):
    text = json.dumps(json.loads(HAR), indent=2)
    (found,) = records([write(tmp_path, "f.har", text)])
    assert found.source.line == line_with(text, '"request"') - 1
    assert value_line(found, False, "/a") == line_with(text, '"text"')
    lines = list(records([write(tmp_path, "f.ndjson", f"{LINE}\n\n{LINE}\n")]))
    assert [value_line(each, False, "/b/c") for each in lines] == [1, 3]


def test_lines_of_values_in_a_body_that_stands_in_the_file(tmp_path):
    (found,) = records([write(tmp_path, "f.json", LINE)])
    response = found.response._replace(content=b'{\n "a": 1,\n "b": 2}', body_line=10)
    found = found._replace(response=response)
    assert [value_line(found, False, each) for each in ("", "/a", "/b")] == [10, 11, 12]
    found = found._replace(response=response._replace(content=b"{broken"))
    assert value_line(found, False, "/a") == 10


def test_lines_of_a_file_that_has_gone_or_is_too_large(tmp_path, monkeypatch):
    from specbound.traffic import place

    (found,) = records([write(tmp_path, "gone.json", PRETTY[1:].split("\n  },\n")[0] + "}")])
    os.remove(found.source.file)
    assert value_line(found, False, "/a") == found.source.line
    monkeypatch.setattr(place, "MAX_BYTES", 10)
    found, _ = records([write(tmp_path, "large.json", PRETTY)])
    assert value_line(found, False, "/a") == found.source.line == 2


# --- content codings

CODINGS = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstandard.compress,
}


@given(st.sampled_from(sorted(CODINGS)), st.sampled_from(sorted(CODINGS)), st.binary(max_size=500))
def test_content_codings_are_undone(first, second, content):
    packed = CODINGS[second](CODINGS[first](content))
    assert decoded(packed, f"{first}, {second.upper()}") == content
    assert decoded(content, None) == decoded(content, "identity") == content


def test_a_bare_deflate_stream_and_several_members():
    content = b'{"a": 1}' * 99
    assert decoded(zlib.compress(content)[2:-4], "deflate") == content
    assert decoded(gzip.compress(content) + gzip.compress(content), "gzip") == content * 2
    assert decoded(zstandard.compress(b"a") + zstandard.compress(b"b"), "zstd") == b"ab"


@pytest.mark.parametrize("coding", sorted(CODINGS))
def test_damage_and_bombs_are_refused_with_a_reason(coding):
    packed = CODINGS[coding](os.urandom(5_000))
    for broken in (packed[: len(packed) // 2], b"\xffnonsense"):
        with pytest.raises(ValueError, match=r"damaged|too early"):
            decoded(broken, coding)
    with pytest.raises(ValueError, match="becomes more than"):
        decoded(CODINGS[coding](b"0" * 9_000_000), coding)
    with pytest.raises(ValueError, match="becomes more than"):
        decoded(packed, coding, limit=4_999)
    assert len(decoded(packed, coding, limit=5_000)) == 5_000


def test_unknown_and_heaped_codings():
    with pytest.raises(ValueError, match="`compress` is not known"):
        decoded(b"x", "compress")
    with pytest.raises(ValueError, match="one on top of the other"):
        decoded(b"x", ",".join(["gzip"] * 9))


def test_a_file_named_by_its_format_is_read_as_such(tmp_path):
    path = write(tmp_path, "f", json.dumps({"a": [{"b": PAIR}], "openapi": "x"}))
    assert "OpenAPI" in refused(path)
    assert [type(each) for each in read_file(path, "exchange")] == [Exchange]
    assert read.STDIN == "-"
