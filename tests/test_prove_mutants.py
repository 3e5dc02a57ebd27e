"""Every near miss is refused, has one fault, and is there for every place that can be broken.

The checker decides what is refused, the explanation how many faults there are.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts import contract_of, document, small
from specbound.check.checker import Checker
from specbound.check.explain.explain import explain
from specbound.check.finding import Verdict
from specbound.contract.load import Contract
from specbound.origin import tokens
from specbound.prove import Mutant, mutants, near_misses
from specbound.prove.design import find
from specbound.prove.mutator import Mutator
from specbound.traffic.exchange import Exchange, Request, Source
from test_agreement import COMPONENTS, SCHEMAS

POST = "POST /things"


def broken(schema: Any, **named: Any) -> list[Mutant]:
    """The near misses of a body; each is held against the checker."""
    contract = contract_of(small(schema, components={"schemas": named}))
    return refused(contract, POST)


def refused(contract: Contract, operation: str) -> list[Mutant]:
    checker = Checker(contract)
    found = list(mutants(contract, operation))
    for one in found:
        verdict = checker.judge(Exchange(one.request, None, Source("<test>")))
        assert verdict is Verdict.INVALID, (one.says, one.value)
        good = checker.judge(Exchange(one.good.request, None, Source("<test>")))
        assert good is Verdict.VALID, (one.says, one.good)
    return found


def keywords(schema: Any, **named: Any) -> set[str]:
    return {one.keyword for one in broken(schema, **named)}


def values(schema: Any, keyword: str, **named: Any) -> list[Any]:
    return [one.value for one in broken(schema, **named) if one.keyword == keyword]


# --- every keyword --------------------------------------------------------------------------------

ONE = {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}}}


@pytest.mark.parametrize(
    ("schema", "keyword", "wanted"),
    [
        ({"type": "integer", "minimum": 3}, "minimum", [2]),
        ({"type": "integer", "maximum": 3}, "maximum", [4]),
        ({"type": "integer", "exclusiveMinimum": 3}, "exclusiveMinimum", [3]),
        ({"type": "number", "exclusiveMaximum": 1.5}, "exclusiveMaximum", [1.5]),
        ({"type": "string", "minLength": 1}, "minLength", [""]),
        ({"type": "string", "maxLength": 3}, "maxLength", ["aaaa"]),
        ({"type": "string", "const": "gen4"}, "const", ["GEN4"]),
        ({"type": "string", "enum": ["a"]}, "enum", ["A"]),
        ({"type": "array", "items": {"type": "null"}, "maxItems": 2}, "maxItems", [[None] * 3]),
        ({"type": "array", "items": {"type": "null"}, "minItems": 2}, "minItems", [[None]]),
        (
            {"type": "array", "items": {"type": "null"}, "uniqueItems": True},
            "uniqueItems",
            [[None, None]],
        ),
        (ONE, "required", [{}]),
        (
            {**ONE, "additionalProperties": False},
            "additionalProperties",
            [{"a": 0, "unexpected": "unexpected"}],
        ),
        (
            {**ONE, "unevaluatedProperties": False},
            "unevaluatedProperties",
            [{"a": 0, "unexpected": "unexpected"}],
        ),
    ],
    ids=lambda value: json.dumps(value) if isinstance(value, dict) else None,
)
def test_the_nearest_miss(schema: Any, keyword: str, wanted: list[Any]) -> None:
    assert values(schema, keyword) == wanted


@pytest.mark.parametrize(
    ("schema", "keyword"),
    [
        ({"type": "integer", "multipleOf": 5}, "multipleOf"),
        ({"type": "number", "multipleOf": 0.01}, "multipleOf"),
        ({"type": "string", "pattern": "^https://"}, "pattern"),
        ({"type": "string", "pattern": "^[a-z]{3}$"}, "pattern"),
        ({"type": "string", "format": "uuid"}, "format"),
        ({"type": "string", "format": "date-time"}, "format"),
        ({"type": "string", "format": "uri", "pattern": "^https://"}, "pattern"),
        ({"type": "array", "items": {"type": "integer"}, "contains": {"const": 7}}, "contains"),
        (
            {
                "type": "object",
                "propertyNames": {"pattern": "^[a-z]+$"},
                "additionalProperties": {"type": "null"},
                "minProperties": 1,
            },
            "propertyNames",
        ),
        (
            {
                "type": "object",
                "properties": {"a": {"type": "null"}, "b": {"type": "null"}},
                "minProperties": 1,
            },
            "minProperties",
        ),
        (
            {
                "type": "object",
                "properties": {"a": {"type": "null"}, "b": {"type": "null"}},
                "maxProperties": 1,
            },
            "maxProperties",
        ),
        (
            {"type": "object", "additionalProperties": {"type": "null"}, "maxProperties": 3},
            "maxProperties",
        ),
        (
            {
                "type": "object",
                "properties": {"a": {"type": "null"}, "b": {"type": "null"}},
                "dependentRequired": {"a": ["b"]},
            },
            "dependentRequired",
        ),
        (
            {
                "type": "object",
                "properties": {"a": {"type": "null"}, "b": {"type": "null"}},
                "dependentSchemas": {"a": {"required": ["b"]}},
            },
            "dependentSchemas",
        ),
        (
            {
                "type": "object",
                "properties": {"a": {"type": "null"}, "b": {"type": "null"}},
                "not": {"required": ["a", "b"]},
            },
            "not",
        ),
        ({"type": "integer", "minimum": 0, "maximum": 9, "not": {"const": 4}}, "not"),
        (
            {
                "type": "object",
                "properties": {"kind": {"enum": ["a", "b"]}, "x": {"type": "null"}},
                "required": ["kind"],
                "if": {"properties": {"kind": {"const": "a"}}},
                "then": {"required": ["x"]},
            },
            "if",
        ),
        ({"type": "boolean"}, "type"),
        ({"type": "null"}, "type"),
        ({"type": "array", "items": {"type": "string"}}, "type"),
        ({"type": ["string", "null"]}, "type"),
    ],
    ids=lambda value: json.dumps(value) if isinstance(value, dict) else None,
)
def test_every_keyword_can_be_broken_alone(schema: Any, keyword: str) -> None:
    found = [one for one in broken(schema) if one.keyword == keyword]
    assert found
    contract = contract_of(small(schema))
    body = contract.operations[POST].body
    assert body is not None
    inside = body.content["application/json"]
    for one in found:
        codes = {fault.schema for fault in explain(contract, inside, "", one.value, "request")}
        assert len(codes) == 1, (one.value, codes)


def test_types_are_confused_as_people_confuse_them() -> None:
    def told(kind: str) -> list[Any]:
        return values({"type": kind}, "type")

    assert told("integer")[:4] == [1.5, "7", True, None]
    assert {"text": "text"} in told("string")
    assert 7 in told("string")
    assert None in told("string")
    assert "true" in told("boolean")
    assert 1 in told("boolean")
    assert values({"type": "array", "items": {"type": "string"}}, "type")[0] == ""


def test_each_required_member_and_each_one_of_a_branch() -> None:
    schema = {
        "type": "object",
        "required": ["a", "b"],
        "properties": {"a": {"type": "null"}, "b": ONE},
    }
    found = {(one.pointer, tuple(one.value)) for one in broken(schema) if one.keyword == "required"}
    assert found == {("", ("b",)), ("", ("a",)), ("/b", ("a", "b"))}


def test_what_a_union_shares_is_broken_once_and_a_branch_in_its_branch() -> None:
    union = {
        "type": "object",
        "required": ["id"],
        "properties": {"id": {"type": "string", "minLength": 2}},
        "oneOf": [
            {"required": ["a"], "properties": {"a": {"type": "string", "maxLength": 3}}},
            {"required": ["b"], "properties": {"b": {"type": "string", "maxLength": 4}}},
        ],
        "unevaluatedProperties": False,
    }
    found = broken(union)
    long = [one.value for one in found if one.keyword == "maxLength"]
    assert sorted(len(value.get("a") or value.get("b")) for value in long) == [4, 5]
    assert len([one for one in found if one.keyword == "minLength"]) <= 2


def test_words_and_places_are_told() -> None:
    schema = {"type": "object", "properties": {"ratio": {"enum": ["1:1", "16:9"]}}}
    (one,) = [one for one in broken(schema) if one.keyword == "enum"]
    assert one.pointer == "/ratio"
    assert one.rule.endswith("/properties/ratio/enum") or one.rule.endswith("/enum")
    assert one.says.startswith("ratio: not one of")


# --- discriminators -------------------------------------------------------------------------------


def variant(tag: str, member: str) -> Any:
    return {
        "type": "object",
        "required": ["kind", member],
        "properties": {"kind": {"const": tag}, member: {"type": "integer"}},
    }


TAGGED = {
    "oneOf": [variant("cat", "lives"), variant("dog", "tricks")],
    "discriminator": {"propertyName": "kind"},
}


def test_a_tag_is_missing_unknown_and_swapped() -> None:
    found = [one for one in broken(TAGGED) if one.keyword == "discriminator"]
    assert [one.value for one in found] == [
        {"lives": 0},
        {"kind": "catx", "lives": 0},
        {"kind": "dog", "lives": 0},
    ]
    assert [one.says for one in found] == [
        "the body: its kind is missing",
        "the body: its kind names no variant",
        "the body: its kind names another variant",
    ]
    assert all(one.rule.endswith("/discriminator") for one in found)


def test_tags_deep_inside() -> None:
    schema = {"type": "object", "properties": {"pets": {"type": "array", "items": TAGGED}}}
    found = [one for one in broken(schema) if one.keyword == "discriminator"]
    assert [one.pointer for one in found] == ["/pets/0"] * 3


# --- parameters -----------------------------------------------------------------------------------

LIMITED = {"type": "integer", "minimum": 1, "maximum": 100}
WORDS = {"type": "array", "items": {"type": "string", "enum": ["new", "old"]}, "maxItems": 2}


def asking(parameter: Any, path: str = "/things") -> Contract:
    get = {"parameters": [parameter], "responses": {"200": {"description": "ok"}}}
    return contract_of(document({path: {"get": get}}))


@pytest.mark.parametrize("place", ["query", "header", "cookie", "path"])
def test_parameters_of_every_place(place: str) -> None:
    path = "/things/{p}" if place == "path" else "/things"
    one = {"name": "p", "in": place, "required": True, "schema": LIMITED}
    found = refused(asking(one, path), f"GET {path}")
    told = {one.keyword for one in found}
    assert told >= {"minimum", "maximum", "type"}
    assert ("missing-parameter" in told) == (place != "path")
    assert all(one.wire == (place, "p") for one in found)


@pytest.mark.parametrize(
    ("style", "explode"),
    [("form", True), ("form", False), ("pipeDelimited", False), ("spaceDelimited", False)],
)
def test_lists_of_every_style(style: str, explode: bool) -> None:
    one = {"name": "p", "in": "query", "style": style, "explode": explode, "schema": WORDS}
    found = refused(asking(one), "GET /things")
    assert {one.keyword for one in found} >= {"enum", "maxItems"}


def test_a_fault_that_the_wire_cannot_carry_is_told_off() -> None:
    contract = asking({"name": "p", "in": "query", "schema": {"type": "string", "minLength": 1}})
    mutator = Mutator(contract, find(contract, "GET /things"))
    list(mutator.all())
    assert [(one.rule.rpartition("/")[2], one.reason) for one in mutator.unbroken] == [
        ("type", "every value of a parameter is a text on the wire")
    ]


# --- laws -----------------------------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(SCHEMAS, st.fixed_dictionaries(dict.fromkeys(COMPONENTS, SCHEMAS)))
def test_near_misses_of_any_schema_are_refused(schema: Any, named: Any) -> None:
    from specbound.prove import Unsatisfiable

    contract = contract_of(small(schema, components={"schemas": named}))
    checker = Checker(contract)
    try:
        found = list(mutants(contract, POST))
    except Unsatisfiable:
        return
    for one in found:
        verdict = checker.judge(Exchange(one.request, None, Source("<test>")))
        assert verdict is Verdict.INVALID, (schema, named, one.says, one.value)


@pytest.fixture(scope="module")
def api() -> Contract:
    from conftest import ROOT

    folder = ROOT / "spec" / "runway"
    return Contract.load(folder / "openapi.json", [folder / "overlay.yaml", folder / "rules.yaml"])


def test_every_place_of_runway_is_broken_or_named(api: Contract) -> None:
    checker = Checker(api)
    made, unbroken, wrong = 0, 0, []
    for operation in api.operations.values():
        mutator = Mutator(api, operation)
        for one in mutator.all():
            made += 1
            request = one.request if made % 3 == 0 else None
            if (
                request
                and checker.judge(Exchange(request, None, Source("x"))) is not Verdict.INVALID
            ):
                wrong.append(one)
        unbroken += sum("on the wire" not in one.reason for one in mutator.unbroken)
        assert all(one.reason for one in mutator.unbroken)
    assert not wrong
    assert made > 3_000
    assert unbroken <= 25


def test_the_same_near_misses_every_time(api: Contract) -> None:
    first, second = (
        [(one.rule, one.pointer, one.value) for one in mutants(api, "voices.create")] for _ in "ab"
    )
    assert first == second


def test_as_a_strategy_the_rest_of_the_request_varies(api: Contract) -> None:
    checker = Checker(api)
    seen: list[Mutant] = []

    @settings(max_examples=60, deadline=None, database=None)
    @given(near_misses(api, "text_to_image.create"))
    def draw(one: Mutant) -> None:
        assert checker.judge(Exchange(one.request, None, Source("x"))) is Verdict.INVALID, one
        seen.append(one)

    draw()
    assert len({one.keyword for one in seen}) > 3
    assert len({json.dumps(one.value, sort_keys=True) for one in seen}) > 20


def test_a_mutant_has_what_the_interface_promises(api: Contract) -> None:
    one = next(mutants(api, "POST /v1/image_to_video"))
    assert (one.operation, one.part) == ("POST /v1/image_to_video", "header")
    assert isinstance(one.request, Request)
    assert tokens(one.pointer) == []
    assert api.origin(one.rule).line
