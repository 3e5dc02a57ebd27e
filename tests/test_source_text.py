"""JSON and YAML as plain data, and the position of every node."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from specbound.origin import pointer
from specbound.source.text import parse

SCALARS: list[tuple[str, Any]] = [
    ("on", "on"),
    ("yes", "yes"),
    ("No", "No"),
    ("012", 12),
    ("0o14", 12),
    ("0x1F", 31),
    ("12:30", "12:30"),
    ("1_000", "1_000"),
    ("2024-01-01", "2024-01-01"),
    ("true", True),
    ("TRUE", True),
    ("'true'", "true"),
    ("~", None),
    ("null", None),
    ("Null", None),
    ("", None),
    ("1.0", 1.0),
    ("1e3", 1000.0),
    ("+1", 1),
    ("-.5", -0.5),
    ("1.", 1.0),
    ("1.2.3", "1.2.3"),
    ("-", None),
    ("=", "="),
    ("!!str 12", "12"),
    ("! 12", "12"),
    ("!!int '12'", 12),
    ("!!float 1", 1),
    ("123456789012345678901234567890", 123456789012345678901234567890),
]


@pytest.mark.parametrize(("text", "value"), SCALARS)
def test_yaml_scalars_of_the_core_schema(text: str, value: Any) -> None:
    if text == "-":
        value = [None]
    found = parse(f"a:\n  b: {text}\n".encode() if text != "-" else b"a: {b: [~]}", "x").data
    assert found == {"a": {"b": value}}
    assert type(found["a"]["b"]) is type(value)


def test_yaml_keys_are_texts() -> None:
    data = parse(b"{200: a, on: b, true: c, 1.0: d, null: e, 012: f, '300': g}", "x.yaml").data
    assert list(data) == ["200", "on", "true", "1.0", "null", "012", "300"]


def test_yaml_aliases_are_copies_and_merges_yield() -> None:
    data = parse(b"a: &a {x: 1, y: [2]}\nb: *a\nc: {<<: *a, x: 3}\nd: {<<: [*a, {z: 4}]}", "x").data
    assert data["b"] == {"x": 1, "y": [2]}
    assert data["b"]["y"] is not data["a"]["y"]
    assert data["c"] == {"x": 3, "y": [2]}
    assert data["d"] == {"x": 1, "y": [2], "z": 4}


def test_flow_yaml_that_looks_like_json_is_read() -> None:
    assert parse(b"{a: 1, b: [x, y,],}", "x.json").data == {"a": 1, "b": ["x", "y"]}


def test_json_with_a_yaml_name_is_read_as_json() -> None:
    assert parse(b'{"a": "\\u00e9\\ud83d\\ude00", "b": 1e2}', "x.yaml").data == {
        "a": "é😀",
        "b": 100.0,
    }


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=4),
    max_leaves=12,
)


@given(value=st.dictionaries(st.text('ab~/é"\\'), VALUES), indent=st.sampled_from([None, 0, 3]))
def test_json_is_read_exactly_and_every_node_is_found(value: Any, indent: int | None) -> None:
    text = json.dumps(value, indent=indent)
    found = parse(text.encode(), "x.json")
    assert found.data == value
    lines = text.split("\n")

    def visit(node: Any, path: list[str | int]) -> None:
        items = node.items() if isinstance(node, dict) else enumerate(node)
        for key, child in items:
            place = found.place(pointer([*path, key]))
            assert place.line is not None
            assert place.column is not None
            rest = "\n".join(lines[place.line - 1 :])[place.column - 1 :]
            start = json.dumps(key) if isinstance(node, dict) else json.dumps(child)[:1]
            assert rest.startswith(start)
            if isinstance(child, (dict, list)):
                visit(child, [*path, key])

    visit(value, [])


@given(
    value=st.dictionaries(
        st.text("abc", min_size=1),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text("ab: #'\"-é1.", max_size=6),
            lambda inner: st.lists(inner, max_size=3)
            | st.dictionaries(st.text("abc", min_size=1), inner, max_size=3),
            max_leaves=8,
        ),
        min_size=1,
    )
)
def test_yaml_says_what_was_written(value: Any) -> None:
    text = yaml.safe_dump(value, allow_unicode=True)
    found = parse(text.encode(), "x.yaml")
    assert found.data == value


def test_yaml_positions() -> None:
    text = parse(b"a:\n  b:\n    - c\n    - d: 1\n", "x.yaml")
    assert str(text.place("/a/b/1/d")) == "x.yaml:4:7  /a/b/1/d"
    assert str(text.place("/a/b/1")) == "x.yaml:4:7  /a/b/1"
    assert str(text.place("/a/b/9/z")) == "x.yaml:2:3  /a/b/9/z"


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    import io

    from specbound.source.load import read

    class Input:
        buffer = io.BytesIO(b"openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths: {}\n")

    monkeypatch.setattr("sys.stdin", Input)
    source = read("-")
    assert source.files == ("<stdin>",)
    assert str(source.origin("/info/title")) == "<stdin>:2:8  /info/title"


def test_the_extension_does_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "openapi.txt"
    path.write_text('{"openapi": "3.1.0", "paths": {}}')
    from specbound.source.load import read

    assert read(path).document["info"] == {"title": "API", "version": "0"}
