"""Explanations agree with the verdict, name real places, and say each cause once."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from check_contracts import ROOT, contract_with, explained, resolved
from specbound.check.explain.explain import explain
from specbound.check.finding import Fault
from specbound.runtime.schema import violations
from test_agreement import COMPONENTS, near
from test_agreement import SCHEMAS as SHAPED
from test_runtime_schema import SCHEMAS, VALUES


def hold(schema: Any, value: Any, named: dict[str, Any]) -> None:
    """Check what holds for every explanation."""
    contract = contract_with(schema, **named)
    faults = explain(contract, schema, ROOT, value, "request")
    broken = violations(schema, value, contract.tree["components"]["schemas"])
    assert bool(faults) == bool(broken), (faults, broken)
    for fault in faults:
        assert fault.code not in ("schema", "too-deep"), fault
        resolved(value, fault.pointer)
        resolved(contract.tree, fault.schema)
        assert "under any of the given" not in fault.message
        assert fault.message
        assert "\n" not in fault.message
    assert len({(one.code, one.pointer, one.message) for one in faults}) == len(faults)


@settings(max_examples=400)
@given(SCHEMAS, st.lists(VALUES, min_size=1, max_size=4))
def test_faults_are_there_exactly_if_the_value_is_invalid(schema: Any, values: list[Any]) -> None:
    for value in values:
        hold(schema, value, {})


@st.composite
def shaped(draw: st.DrawFn) -> tuple[Any, Any, dict[str, Any]]:
    named = {name: draw(SHAPED) for name in COMPONENTS}
    schema = draw(SHAPED)
    return schema, draw(near(schema, named)), named


@settings(max_examples=400)
@given(shaped())
def test_so_they_are_with_references_and_likely_values(
    case: tuple[Any, Any, dict[str, Any]],
) -> None:
    hold(*case)


# --- what is said, on small schemas ---------------------------------------------------------------


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def only(faults: list[Fault]) -> Fault:
    (fault,) = faults
    return fault


DOG = {
    "type": "object",
    "required": ["pet", "bark"],
    "properties": {"pet": {"type": "string"}, "bark": {"type": "boolean"}},
}
CAT = {
    "type": "object",
    "required": ["pet", "lives"],
    "properties": {"pet": {"type": "string"}, "lives": {"type": "integer", "maximum": 9}},
}
MAPPED = {
    "oneOf": [ref("Dog"), ref("Cat")],
    "discriminator": {
        "propertyName": "pet",
        "mapping": {"d": ref("Dog")["$ref"], "c": ref("Cat")["$ref"]},
    },
}
NAMED = {"oneOf": MAPPED["oneOf"], "discriminator": {"propertyName": "pet"}}
CLOSED = {
    "type": "object",
    "properties": {"name": {"type": "string"}},
    "additionalProperties": False,
}
CARD = {
    "title": "Card",
    "type": "object",
    "required": ["number", "cvc"],
    "properties": {"number": {"type": "string"}, "cvc": {"type": "string"}},
}
BANK = {"title": "Bank", "type": "object", "required": ["iban"], "properties": {"iban": {}}}
FORMS = {
    "anyOf": [
        {"type": "string", "pattern": "^https:\\/\\/.*", "maxLength": 2048},
        {"anyOf": [{"type": "string", "pattern": "^data:(audio|video)\\/"}]},
        {"type": "string", "format": "uuid"},
    ]
}

#: Schema, value; the only fault's code and pointer, and pieces of its message, limits and help.
TOLD: dict[str, tuple[Any, Any, str, str, str]] = {
    "mapping": (MAPPED, {"pet": "d"}, "required", "", "`bark` is missing, which d requires"),
    "implied tag": (NAMED, {"pet": "Cat", "lives": 10}, "maximum", "/lives", "Cat takes at most 9"),
    "unknown tag": (NAMED, {"pet": "cat"}, "discriminator", "/pet", 'did you mean "Cat"?'),
    "tag of another kind": (MAPPED, {"pet": 5}, "discriminator", "/pet", "one of: d, c"),
    "no tag": (MAPPED, {"bark": True}, "discriminator", "", "the other members fit d"),
    "tag misnamed": (MAPPED, {"kind": "c"}, "discriminator", "", "`kind` is c: did you mean `pet`"),
    "no object": (MAPPED, "d", "type", "", "but must be an object"),
    "in a list": ({"items": MAPPED}, [{"pet": "c", "lives": "9"}], "type", "/0/lives", "quotes"),
    "nearest": ({"anyOf": [BANK, CARD]}, {"number": "4"}, "required", "", "which Card requires"),
    "too many": (
        {"oneOf": [{"type": "integer", "title": "A"}, {"minimum": 2, "title": "B"}]},
        3,
        "one-of",
        "",
        "fits 2 of 2 shapes (A and B)",
    ),
    "by kind": (
        {"anyOf": [{"items": {"type": "integer"}}, {"type": "null"}]},
        ["a"],
        "type",
        "/0",
        "",
    ),
    "forms": (FORMS, "ftp://x", "any-of", "", "an https URL, a data:audio URI or a data:video URI"),
    "one form": (FORMS, "https://" + "x" * 2048, "max-length", "", "at most 2,048 characters"),
    "http": (FORMS, "http://x.y", "any-of", "", 'did you mean "https://x.y"?'),
    "values of forms": (
        {"anyOf": [{"enum": ["low"]}, {"enum": ["high"]}]},
        "hihg",
        "any-of",
        "",
        '"high"',
    ),
    "nullable": ({"type": ["string", "null"]}, 5, "type", "", "a string or null"),
    "all of": ({"allOf": [{"type": "object"}, {"type": "object"}]}, 5, "type", "", "an object"),
    "map": (
        {"additionalProperties": {"type": "integer"}},
        {"a": "5"},
        "type",
        "/a",
        "without quotes",
    ),
    "null for absent": (
        {"properties": {"a": {"type": "string"}}},
        {"a": None},
        "type",
        "/a",
        "leave it out",
    ),
    "pattern": (
        {"patternProperties": {"^x-": {"type": "string"}}},
        {"x-a": 1},
        "type",
        "/x-a",
        '"1" in quotes',
    ),
    "tuple": (
        {"prefixItems": [{"type": "integer"}, {"enum": ["a"]}]},
        [1, "A"],
        "enum",
        "/1",
        '"a"?',
    ),
    "behind the tuple": (
        {"prefixItems": [{}], "items": False},
        [1, 2, 3],
        "items",
        "",
        "at most 1 item",
    ),
    "dependent": (
        {"dependentRequired": {"a": ["b", "c"]}},
        {"a": 1},
        "dependent-required",
        "",
        "`b` and `c`",
    ),
    "condition": (
        {"if": {"properties": {"c": {"const": 1}}}, "then": {"required": ["d"]}},
        {"c": 1},
        "required",
        "",
        "`d` is missing",
    ),
    "forbidden": ({"not": {"required": ["a", "b"]}}, {"a": 1, "b": 2}, "not", "", "`a` and `b`"),
    "five extra": (
        CLOSED,
        {"a": 1, "b": 1, "c": 1, "d": 1, "nmae": 1},
        "additional-properties",
        "",
        "`name` for `nmae`",
    ),
    "one extra": (
        CLOSED,
        {"name": "a", "b": 1},
        "additional-properties",
        "/b",
        "`b` is not declared",
    ),
    "unevaluated": (
        {"allOf": [{"properties": {"a": True}}], "unevaluatedProperties": False},
        {"a": 1, "b": 2},
        "unevaluated-properties",
        "/b",
        "`b` is not declared",
    ),
    "member names": (
        {"propertyNames": {"pattern": "^[a-z]+$"}},
        {"Ab": 1},
        "property-names",
        "/Ab",
        '"ab"?',
    ),
    "twice": (
        {"uniqueItems": True},
        [1, 2, 1.0],
        "unique-items",
        "",
        "item 2 is the same as item 0",
    ),
    "multiple": ({"multipleOf": 0.01}, 1.005, "multiple-of", "", "the nearest are 1 and 1.01"),
    "contains": (
        {"contains": {"properties": {"a": {"const": 1}}, "required": ["a"]}},
        [{"a": 2}],
        "contains",
        "",
        "whose `a` is 1",
    ),
    "empty": ({"minLength": 1, "pattern": "^a"}, "", "min-length", "", "is empty"),
    "list of one": (
        {"items": {"type": "integer"}, "type": "array"},
        5,
        "type",
        "",
        "send a list of it",
    ),
    "out of its list": ({"type": "integer"}, [5], "type", "", "send the item itself"),
    "never": ({"properties": {"a": False}}, {"a": 1}, "properties", "/a", "must not be there"),
}


@pytest.mark.parametrize("name", TOLD)
def test_one_cause_is_one_fault(name: str) -> None:
    schema, value, code, pointer, words = TOLD[name]
    fault = only(explained(schema, value, Dog=DOG, Cat=CAT))
    assert (fault.code, fault.pointer) == (code, pointer)
    assert words in " | ".join((fault.message, fault.allowed, fault.help))


def test_a_renamed_member_is_told_from_both_ends() -> None:
    schema = CLOSED | {"required": ["name"]}
    missing, extra = explained(schema, {"fullName": "Ada"})
    assert (missing.code, missing.help) == (
        "required",
        "it came as `fullName`: did you mean `name`?",
    )
    assert (extra.code, extra.help) == ("additional-properties", "did you mean `name`?")


def test_the_innermost_tag_is_the_variant_and_its_sibling_is_offered() -> None:
    inner = {
        "oneOf": [
            {"properties": {"t": {"const": "x"}, "n": {"maximum": 3}}, "required": ["t"]},
            {"properties": {"t": {"const": "y"}, "n": {"maximum": 30}}, "required": ["t"]},
        ]
    }
    outer = {
        "oneOf": [
            {"properties": {"k": {"const": "o"}, "v": inner}, "required": ["k"]},
            {"properties": {"k": {"const": "p"}}, "required": ["k"]},
        ]
    }
    fault = only(explained(outer, {"k": "o", "v": {"t": "x", "n": 4}}))
    assert (fault.variant, fault.pointer) == ("x", "/v/n")
    assert fault.help == 'y takes 4; did you mean t "y"?'


def test_members_of_the_other_direction_are_not_required() -> None:
    schema = {
        "required": ["id", "secret"],
        "properties": {"id": {"readOnly": True}, "secret": ref("Secret")},
    }
    secret = {"type": "string", "writeOnly": True}
    assert only(explained(schema, {}, "request", Secret=secret)).names == ("secret",)
    assert only(explained(schema, {}, "response", Secret=secret)).names == ("id",)


def test_a_name_that_is_required_twice_is_missing_once() -> None:
    assert only(explained({"required": ["a", "b", "a"]}, {})).names == ("a", "b")


def test_secrets_are_not_repeated() -> None:
    schema = {"properties": {"apiKey": {"type": "integer"}, "password": {"enum": ["a"]}}}
    faults = explained(schema, {"apiKey": "4242424242", "password": "hunter2"})
    assert len(faults) == 2
    assert "4242" not in repr(faults)
    assert "hunter2" not in repr(faults)
