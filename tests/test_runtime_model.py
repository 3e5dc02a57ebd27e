"""Generated models are strict about JSON, kind in Python, and write only what was set."""

from __future__ import annotations

import copy
import json
import pickle
import warnings
from typing import Any
from uuid import UUID

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError, create_model

import runtime_models as m
from specbound.runtime.absent import OMIT
from specbound.runtime.model import RESERVED, Model, camel

ID = "2eb8aa08-aa98-41ea-b4aa-73b441d16380"
LEAST: dict[str, Any] = {
    "id": ID,
    "status": "READY",
    "model": "gen4",
    "createdAt": "2024-01-01T00:00:00.335Z",
    "voice": {"type": "silence"},
}
FULL: dict[str, Any] = {
    **LEAST,
    "id": ID.upper(),
    "createdAt": "2024-01-01T01:00:00+01:00",
    "voice": {"type": "custom", "voiceId": ID, "parts": [{"type": "preset", "presetId": "a"}]},
    "bornOn": "2000-02-29",
    "seed": 5.0,
    "weight": 1,
    "duration": 8.0,
    "ready": True,
    "note": None,
    "mail": "a@b.c",
    "friends": [LEAST, {**LEAST, "friends": []}],
    "owner": {"name": "Anna", "age": 5.0},
    "tags": ["a"],
    "anything": [1.0, None, {"a": 10**30}],
    "undeclared": {"a": [1.50]},
}


def parse(type_: Any, value: Any, **options: Any) -> Any:
    return TypeAdapter(type_).validate_json(json.dumps(value), **options)


@pytest.fixture(autouse=True)
def _no_warnings() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


@pytest.mark.parametrize("value", [LEAST, FULL], ids=["least", "full"])
@pytest.mark.parametrize("strict", [None, True])
def test_round_trip(value: Any, strict: bool | None) -> None:
    avatar = parse(m.Avatar, value, strict=strict)
    adapter = TypeAdapter(m.Avatar)
    same = [avatar, copy.deepcopy(avatar), avatar.model_copy(), pickle.loads(pickle.dumps(avatar))]
    for each in same:
        assert each == avatar
        written = adapter.dump_json(each, by_alias=True, exclude_unset=True)
        assert json.dumps(json.loads(written), sort_keys=True) == json.dumps(value, sort_keys=True)
        assert each.to_dict() == json.loads(each.to_json()) == value
    assert avatar.model_dump()["model"] == "gen4"
    avatar.model_dump_json()


@pytest.mark.parametrize(
    ("change", "error", "place"),
    [
        ({"seed": None}, "int_type", ("seed",)),
        ({"seed": 11.0}, "less_than_equal", ("seed",)),
        ({"seed": True}, "int_type", ("seed",)),
        ({"duration": "8"}, "literal_error", ("duration",)),
        ({"weight": 0}, "greater_than", ("weight",)),
        ({"ready": 1}, "bool_type", ("ready",)),
        ({"model": "gen6"}, "literal_error", ("model",)),
        ({"createdAt": "yesterday"}, "format", ("createdAt",)),
        ({"created_at": 1, "createdAt": None}, "string_type", ("createdAt",)),
        ({"tags": []}, "too_short", ("tags",)),
        ({"tags": None}, "list_type", ("tags",)),
        ({"friends": [{}]}, "missing", ("friends", 0, "id")),
        ({"seed": 1, "presetSeed": 1}, "not", ()),
        ({"owner": {"name": "Annamaria"}}, "max-length", ("owner",)),
        ({"owner": {"name": "A", "age": "5"}}, "int_type", ("owner", "Owner", "age")),
        ({"voice": {"type": "opera"}}, "union_tag_invalid", ("voice",)),
        ({"voice": {"presetId": "a"}}, "union_tag_not_found", ("voice",)),
        ({"voice": {"kind": "silence"}}, "missing", ("voice", "silence", "type")),
        ({"voice": {"type": "preset", "presetId": "a", "x": 1}}, "extra_forbidden",
         ("voice", "preset", "x")),
    ],
)  # fmt: skip
def test_refused(change: Any, error: str, place: tuple[Any, ...]) -> None:
    with pytest.raises(ValidationError) as caught:
        parse(m.Avatar, {**LEAST, **change})
    first = caught.value.errors()[0]
    assert first["type"] == error
    assert tuple(step for step in first["loc"] if step != "silence" or "silence" in place) == place


def test_tag_errors_name_the_tags() -> None:
    with pytest.raises(ValidationError, match=r"'opera'.*'preset', 'custom', 'silence'"):
        parse(m.Avatar, {**LEAST, "voice": {"type": "opera"}})


def test_python_takes_both_spellings_and_instances() -> None:
    by_name = m.Custom(kind="custom", voice_id=UUID(ID), parts=[m.Silence(kind="silence")])
    by_alias = m.Custom(**{"type": "custom", "voiceId": ID, "parts": [{"type": "silence"}]})
    nested = m.Custom(**{"kind": "custom", "voice_id": ID, "parts": [{"kind": "silence"}]})
    assert by_name == by_alias == nested
    assert by_name.to_dict() == {"type": "custom", "voiceId": ID, "parts": [{"type": "silence"}]}


def test_names_of_attributes_are_other_members_in_json() -> None:
    owner = parse(m.Silence, {"type": "silence", "kind": 5})
    assert (owner.kind, owner.to_dict()) == ("silence", {"type": "silence", "kind": 5})


def test_none_and_omit_leave_out() -> None:
    for nothing in (None, OMIT):
        custom = m.Custom(kind="custom", voice_id=UUID(ID), parts=nothing)  # type: ignore[arg-type]
        assert custom.to_dict() == {"type": "custom", "voiceId": ID}
        assert custom.parts is None
    with pytest.raises(ValidationError):
        m.Custom.model_validate({"type": "custom", "voiceId": ID, "parts": None})
    custom.parts = []
    assert custom.to_dict()["parts"] == []
    custom.parts = None
    assert "parts" not in custom.to_dict()
    assert m.Page(data=[], next_cursor=None).to_dict() == {"data": [], "nextCursor": None}


def test_schema_check_holds_in_python_and_below() -> None:
    fields = {**LEAST, "seed": 1, "preset_seed": 2}
    with pytest.raises(ValidationError, match="must not have both seeds"):
        m.Avatar(**fields)
    with pytest.raises(ValidationError, match="must not have both seeds"):
        parse(m.Page, {"data": [{**LEAST, "seed": 1, "presetSeed": 2}], "nextCursor": None})


def test_repr_shows_what_is_set_and_never_megabytes() -> None:
    assert repr(m.Silence(kind="silence")) == "Silence(kind='silence')"
    uri = "data:image/png;base64," + "A" * 50_000
    shown = repr(parse(m.Avatar, {**LEAST, "note": uri, "anything": [uri] * 100, "x": {"a": uri}}))
    assert "50022 characters" in shown
    assert "… 100 in all" in shown
    assert "born_on" not in shown
    assert len(shown) < 4_000
    assert len(str(parse(m.Avatar, {**LEAST, "note": uri}))) < 1_000


def test_extra_members_are_typed() -> None:
    owner = parse(m.Owner, {"name": "Anna", "age": 5.0})
    assert owner.model_extra == {"age": 5}
    assert owner.age == 5
    for wrong in (None, "5", 5.5, True):
        with pytest.raises(ValidationError):
            parse(m.Owner, {"name": "Anna", "age": wrong})


@pytest.mark.parametrize("name", sorted({"copy", "dict", "json", "mro", "register", "schema"}))
def test_reserved_names_clash(name: str) -> None:
    assert name in RESERVED
    with pytest.warns(UserWarning, match="shadows an attribute"):
        create_model("Clash", __base__=BaseModel, **{name: (str, ...)})  # type: ignore[call-overload]


@pytest.mark.parametrize(
    "name", ["model", "items", "values", "model_version", "id", "type", "keys"]
)
def test_other_names_do_not(name: str) -> None:
    assert name not in RESERVED
    made: Any = create_model("Free", __base__=Model, **{name: (str, ...)})  # type: ignore[call-overload]
    assert made(**{name: "x"}).to_dict() == {name: "x"}


def test_camel() -> None:
    assert [camel(name) for name in ("preset_id", "id", "a_b2_c", "ratio")] == [
        "presetId",
        "id",
        "aB2C",
        "ratio",
    ]
