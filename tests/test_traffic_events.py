"""Server-sent events as WHATWG HTML section 9.2 reads them, and JSON texts line by line."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specbound.traffic.events import Event, events, json_lines, json_sequence, stream


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        # The standard's own examples.
        ("data: YHOO\ndata: +2\ndata: 10\n\n", [Event("YHOO\n+2\n10")]),
        (
            ": test stream\n\ndata: first event\nid: 1\n\n"
            "data:second event\nid\n\ndata:  third event",
            [
                Event("first event", id="1", line=3),
                Event("second event", line=6),
                Event(" third event", line=9, complete=False),
            ],
        ),
        (
            "data\n\ndata\ndata\n\ndata:",
            [Event(""), Event("\n", line=3), Event("", line=6, complete=False)],
        ),
        ("data:test\n\ndata: test\n\n", [Event("test"), Event("test", line=3)]),
        # Line ends of every kind, and a byte order mark.
        (
            "\ufeffdata: a\r\n\r\ndata: b\r\rdata: c\n\n",
            [Event("a"), Event("b", line=3), Event("c", line=5)],
        ),
        ("data: a\r\ndata: b\r\n\r\n", [Event("a\nb")]),
        # U+2028 ends no line.
        ("data: a\u2028b\n\n", [Event("a\u2028b")]),
        # Names last for one event, ids until the next one.
        (
            "event: delta\nid: 7\ndata: x\n\ndata: y\n\n",
            [Event("x", "delta", "7"), Event("y", "message", "7", line=5)],
        ),
        # No data, no event, and its name is forgotten.
        ("event: ping\n\ndata: x\n\n", [Event("x", line=3)]),
        ("id: a\0b\ndata: x\n\n", [Event("x")]),
        # Fields nobody knows, comments, and `retry`.
        ("retry: 10\nfoo: bar\n: comment\n data: no\ndata: yes\n\n", [Event("yes")]),
        ("data: [DONE]\n\n", [Event("[DONE]")]),
        ("", []),
        ("\n\n\n", []),
        ("data: a:b: c\n\n", [Event("a:b: c")]),
    ],
)  # fmt: skip
def test_events(content: str, expected: list[Event]) -> None:
    assert events(content.encode()) == expected


def test_bytes_that_are_no_text_are_replaced() -> None:
    assert events(b"data: a\xffb\n\n") == [Event("a\ufffdb")]


@given(st.lists(st.recursive(st.none() | st.integers() | st.text(), st.lists, max_leaves=5)))
def test_json_comes_back_from_every_framing(values: list[object]) -> None:
    texts = [json.dumps(value, ensure_ascii=False) for value in values]
    framed = {
        "text/event-stream; charset=utf-8": "".join(f"data: {text}\n\n" for text in texts),
        "application/x-ndjson": "".join(f"{text}\n" for text in texts),
        "application/json-seq": "".join(f"\x1e{text}\n" for text in texts),
    }
    for media_type, body in framed.items():
        # What JSON leaves unescaped may be a lone surrogate, which no encoding has.
        found = stream(media_type, body.encode("utf-8", "replace"))
        assert found is not None
        assert [event.data for event in found] == [
            t.encode("utf-8", "replace").decode() for t in texts
        ]
        assert all(event.complete for event in found)


@given(st.binary())
def test_any_bytes_are_some_events(content: bytes) -> None:
    for event in events(content) + json_lines(content) + json_sequence(content):
        assert event.line >= 1


def test_json_lines_pass_over_blank_lines() -> None:
    found = json_lines(b'\xef\xbb\xbf{"a": 1}\r\n\n  \n[2]')
    assert found == [Event('{"a": 1}'), Event("[2]", line=4)]


def test_a_json_sequence_that_was_cut_off_says_so() -> None:
    found = json_sequence(b"\x1e[1]\n\x1e[1,")
    assert found == [Event("[1]"), Event("[1,", line=2, complete=False)]


@pytest.mark.parametrize("media_type", ["application/json", "text/plain", ""])
def test_other_bodies_are_no_streams(media_type: str) -> None:
    assert stream(media_type, b"data: x\n\n") is None
