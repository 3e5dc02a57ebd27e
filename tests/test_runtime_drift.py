"""Replies are read whatever they hold: typed where they fit, kept and told where they do not."""

from __future__ import annotations

import json
import time
import warnings
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import Field, TypeAdapter

import runtime_models as m
from specbound.runtime.drift import adapter, read
from specbound.runtime.model import Model
from specbound.runtime.scalars import Integer, Number
from specbound.runtime.variants import UnknownVariant
from test_runtime_model import FULL, ID, LEAST

TYPES: list[Any] = [
    m.Avatar,
    m.Page,
    m.Voice,
    m.Owner,
    list[m.Voice],
    dict[str, m.Avatar],
    m.Preset | list[m.Owner] | None,
    Integer,
    Number | bool,
    Annotated[list[Annotated[str, Field(max_length=2)]], Field(min_length=1)],
    Literal["a", "b"],
    Any,
]
KEYS = st.sampled_from(
    [*FULL, "type", "presetId", "voiceId", "data", "name", "kind", "created_at", "x"]
)
PLAIN = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**25), 10**25),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["a", "preset", "custom", "silence", ID, "gen4", "2024-01-01T00:00:00Z", ""]),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=3),
)
ANY: st.SearchStrategy[Any] = st.recursive(
    PLAIN | st.sampled_from([LEAST, FULL]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(KEYS, inner, max_size=5)
    | st.builds(lambda change: {**FULL, **change}, st.dictionaries(KEYS, inner, max_size=3)),
    max_leaves=8,
)


def written(type_: Any, value: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return json.loads(adapter(type_).dump_json(value, by_alias=True, exclude_unset=True))


def same(left: Any, right: Any) -> bool:
    return json.dumps(left, sort_keys=True) == json.dumps(right, sort_keys=True)


@pytest.mark.parametrize("type_", TYPES, ids=lambda each: repr(each)[:40])
def test_any_json_value_is_read_and_written_back(type_: Any) -> None:
    @settings(max_examples=120, deadline=None)
    @given(ANY)
    def holds(value: Any) -> None:
        raw = json.dumps(value).encode()
        result, drifts = read(type_, raw)
        assert same(written(type_, result), value)
        try:
            strict = TypeAdapter(type_).validate_json(raw)
        except ValueError:
            assert drifts
        else:
            assert not drifts
            assert strict == result
        for each in drifts:
            assert each.pointer == "" or each.pointer.startswith("/")
            assert each.message

    holds()


def kinds(type_: Any, value: Any) -> list[tuple[str, str]]:
    _, drifts = read(type_, json.dumps(value).encode())
    return [(each.kind, each.pointer) for each in drifts]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"status": "SLEEPING"}, [("enum", "/status")]),
        ({"seed": None}, [("type", "/seed")]),
        ({"seed": 11}, [("maximum", "/seed")]),
        ({"createdAt": "yesterday"}, [("format", "/createdAt")]),
        ({"tags": []}, [("min-items", "/tags")]),
        ({"tags": [5]}, [("type", "/tags/0")]),
        ({"note": 5}, [("type", "/note")]),
        ({"friends": 5}, [("type", "/friends")]),
        ({"friends": [LEAST, 5]}, [("type", "/friends/1")]),
        ({"voice": {"type": "opera"}}, [("one-of", "/voice/type")]),
        ({"voice": {"type": "preset"}}, [("required", "/voice/presetId")]),
        ({"voice": {"type": "preset", "presetId": "a", "a/b": 1}},
         [("additional-properties", "/voice/a~1b")]),
        ({"voice": {"presetId": "a"}}, [("required", "/voice/type")]),
        ({"voice": 5}, [("one-of", "/voice")]),
        ({"owner": {"name": "Anna", "age": "5"}}, [("type", "/owner/age")]),
        ({"owner": {"name": "Annamaria"}}, [("max-length", "/owner/name")]),
        ({"owner": 5}, [("one-of", "/owner"), ("type", "/owner")]),
        ({"seed": 1, "presetSeed": 1}, [("not", "")]),
    ],
)  # fmt: skip
def test_kinds_and_pointers(change: Any, expected: list[tuple[str, str]]) -> None:
    assert kinds(m.Avatar, {**LEAST, **change}) == expected
    inside = [(kind, f"/data/0{pointer}") for kind, pointer in expected]
    assert kinds(m.Page, {"data": [{**LEAST, **change}], "nextCursor": None}) == inside


def test_a_drifted_model_is_still_that_model() -> None:
    body = {**LEAST, "status": "SLEEPING", "voice": {"type": "preset", "x": 1}, "more": [1]}
    avatar, drifts = read(m.Avatar, json.dumps(body).encode())
    assert isinstance(avatar, m.Avatar)
    assert (avatar.status, avatar.seed, avatar.more) == ("SLEEPING", None, [1])
    assert str(avatar.id) == ID
    assert isinstance(avatar.voice, m.Preset)
    assert avatar.voice.preset_id is None
    assert avatar.voice.model_extra == {"x": 1}
    assert str(drifts[0]) == "/status: is \"SLEEPING\", but should be 'READY' or 'FAILED'"
    assert avatar.to_dict() == body
    assert json.loads(avatar.to_json()) == body
    assert "SLEEPING" in repr(avatar)
    assert avatar == avatar.model_copy(deep=True)


def test_unknown_variants_hold_everything() -> None:
    body = {"type": "opera", "voices": [{"a": None}]}
    voice, _ = read(m.Voice, json.dumps(body).encode())
    assert isinstance(voice, UnknownVariant)
    assert voice.model_extra == body
    assert voice.to_dict() == body
    assert voice.type == "opera"  # type: ignore[attr-defined]


def test_tags_that_are_no_tags_are_kept() -> None:
    for tag in ([], {}, None, 5, [{"a": 1}], {"type": "preset"}):
        bodies = (
            {"type": tag},
            {"kind": tag},
            {"type": tag, "kind": tag},
            {"type": "x", "kind": tag},
        )
        for body in bodies:
            value, _ = read(m.Voice, json.dumps(body).encode())
            assert same(written(m.Voice, value), body)
            nested = [{"parts": [body]}]
            page, _ = read(list[m.Custom], json.dumps(nested).encode())
            assert same(written(list[m.Custom], page), nested)


def test_only_what_tells_branches_apart_is_a_tag() -> None:
    class Cat(Model):
        status: Literal["UP", "DOWN"]
        moods: list[Literal["purr"]]

    class Dog(Model):
        status: Literal["UP", "DOWN"]
        moods: list[Literal["bark"]]
        bone: str | Literal["wood"]

    cat, drifts = read(Cat | Dog, b'{"status": "LEFT", "moods": ["hiss"]}')
    assert isinstance(cat, Cat)
    assert [each.pointer for each in drifts] == ["/status", "/moods/0"]
    dog, drifts = read(Cat | Dog, b'{"status": "UP", "moods": ["growl"], "bone": "old"}')
    assert isinstance(dog, Dog)
    assert [each.pointer for each in drifts] == ["/moods/0"]


def test_what_is_no_json_is_refused_and_what_is_is_not() -> None:
    for raw in (b"", b"{", b"<html>", b"\xff\xfe\x00", b"[NaN]", b"[" * 100_000):
        with pytest.raises(ValueError, match="the body"):
            read(Any, raw)
    value, drifts = read(m.Owner, b'{"name": "\\ud800"}')
    assert value.name == "\ud800"
    assert drifts
    assert value.to_json() == '{"name":"\\ud800"}'
    deep = b'{"type":"custom","parts":[' * 60 + b"]}" * 60
    value, drifts = read(m.Voice, deep)
    assert same(written(m.Voice, value), json.loads(deep))
    assert len(drifts) == 60


def test_unions_do_not_explode() -> None:
    value: Any = {"name": 1}
    for _ in range(30):
        value = {"left": value, "right": [value, 5] if isinstance(value, int) else value["name"]}
        value = {"name": "a", **value}
    started = time.process_time()
    read(dict[str, m.Owner | m.Preset | m.Silence | list[m.Owner]], json.dumps(value).encode())
    assert time.process_time() - started < 2


def test_adapters_are_made_once() -> None:
    assert adapter(m.Avatar) is adapter(m.Avatar)
    value, drifts = read(TypeAdapter(m.Owner), b'{"name":"a"}')
    assert (value, drifts) == (m.Owner(name="a"), ())
