"""Members that fit and yet deserve a word: undeclared, deprecated, of the other direction."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings

from check_contracts import contract_with, resolved, stray
from specbound.check.explain.members import strays
from test_check_explain import ROOT, shaped

OBJECT = {"type": "object", "properties": {"startScript": {"type": "string"}, "count": {}}}
TAGGED = {
    "oneOf": [
        {"properties": {"k": {"const": "a"}, "x": {}}, "required": ["k"]},
        {"properties": {"k": {"const": "b"}, "y": {}}, "required": ["k"]},
    ]
}

#: Schema, value, and the pointers of the members that nobody declares.
CASES: dict[str, tuple[Any, Any, list[str]]] = {
    "declared": (OBJECT, {"count": 1}, []),
    "undeclared": (OBJECT, {"other": 1}, ["/other"]),
    "inside a list": ({"items": OBJECT}, [{}, {"other": 1}], ["/1/other"]),
    "inside a map": ({"additionalProperties": OBJECT}, {"a": {"other": 1}}, ["/a/other"]),
    "closed": (OBJECT | {"additionalProperties": False}, {"other": 1}, []),
    "open by design": (OBJECT | {"additionalProperties": True}, {"other": 1}, []),
    "a map beside": (OBJECT | {"additionalProperties": {"type": "null"}}, {"other": 1}, []),
    "free-form": ({"type": "object"}, {"other": 1}, []),
    "by pattern": (OBJECT | {"patternProperties": {"^x-": {}}}, {"x-a": 1, "y": 1}, ["/y"]),
    "all of": ({"allOf": [OBJECT, {"properties": {"other": {}}}]}, {"other": 1, "z": 1}, ["/z"]),
    "of the other branch": (TAGGED, {"k": "a", "x": 1, "y": 1}, ["/y"]),
    "any branch that fits": ({"anyOf": TAGGED["oneOf"] + [OBJECT]}, {"count": 1, "z": 1}, ["/z"]),
    "no tag": (TAGGED, {"x": 1, "y": 1, "z": 1}, ["/z"]),
    "condition": (
        {"properties": {"a": {}}, "if": {"required": ["a"]}, "then": {"properties": {"b": {}}}},
        {"a": 1, "b": 1, "c": 1},
        ["/c"],
    ),
    "invalid all the same": (OBJECT, {"startScript": 5, "other": 1}, ["/other"]),
}


@pytest.mark.parametrize("name", CASES)
def test_undeclared_members(name: str) -> None:
    schema, value, pointers = CASES[name]
    found = stray(schema, value)
    assert [fault.pointer for fault in found] == pointers
    assert {(fault.code, str(fault.severity)) for fault in found} <= {
        ("undeclared-member", "warning")
    }


@pytest.mark.parametrize("name", ["openingMessage", "start_script", "StartScript", "startScrpt"])
def test_renamed_members_are_recognised(name: str) -> None:
    """By their letters, or because only one place is left that their value fits."""
    schema = {"properties": {"startScript": {"type": "string"}, "size": {"type": "integer"}}}
    (fault,) = stray(schema, {name: "Hello!"})
    assert fault.help == "did you mean `startScript`?"


def test_nothing_is_guessed_where_several_places_fit() -> None:
    schema = {"properties": {"first": {"type": "string"}, "second": {"type": "string"}}}
    (fault,) = stray(schema, {"zzz": "Hello!"})
    assert fault.help == ""


def test_a_member_that_belongs_inside_another() -> None:
    avatar = {"type": "object", "properties": {"avatarId": {"type": "string"}}}
    schema = {"properties": {"avatar": avatar, "model": {"enum": ["m"]}}}
    (fault,) = stray(schema, {"avatarId": "a"})
    assert fault.help == "did you mean `avatar.avatarId`?"


def test_the_branch_that_has_the_member_is_named() -> None:
    (fault,) = stray(TAGGED, {"k": "a", "y": 1})
    assert (fault.variant, fault.help) == ("a", "b has it")


def test_deprecated_members_are_noted_with_the_reason() -> None:
    old = {"type": "string", "deprecated": True, "description": "Use `new`. It is better."}
    (fault,) = stray(
        {"properties": {"old": {"$ref": "#/components/schemas/Old"}}}, {"old": ""}, Old=old
    )
    assert (fault.code, str(fault.severity)) == ("deprecated", "note")
    assert fault.message == "`old` is deprecated: Use `new`"
    assert fault.schema == "/components/schemas/Old/deprecated"


def test_members_of_the_other_direction() -> None:
    schema = {"properties": {"id": {"readOnly": True}, "key": {"writeOnly": True}}}
    assert [one.code for one in stray(schema, {"id": 1, "key": 1}, "request")] == ["read-only"]
    assert [one.code for one in stray(schema, {"id": 1, "key": 1}, "response")] == ["write-only"]


@settings(max_examples=200)
@given(shaped())
def test_all_places_exist(case: tuple[Any, Any, dict[str, Any]]) -> None:
    schema, value, named = case
    contract = contract_with(schema, **named)
    for fault in strays(contract, schema, ROOT, value, "request"):
        resolved(value, fault.pointer)
        resolved(contract.tree, fault.schema)
