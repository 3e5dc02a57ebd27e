"""The table of constraints: its words, its order and its edges, held against jsonschema."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from specbound.contract.rules import (
    ANNOTATIONS,
    APPLICATORS,
    CONSTRAINTS,
    REFERENCES,
    children,
    is_known,
    kind,
    length,
    same,
    subschemas,
)


def fits(keyword: str, limit: Any, value: Any) -> bool:
    """What jsonschema says of a value under one constraint."""
    verdict: bool = Draft202012Validator({keyword: limit}).is_valid(value)
    return verdict


@pytest.mark.parametrize(
    ("keyword", "limit", "words"),
    [
        ("type", "array", "an array"),
        ("type", ["string", "null"], "a string or null"),
        ("enum", ["a", "b"], "one of: 'a', 'b'"),
        ("enum", [1, True, None], "one of: 1, true, null"),
        (
            "enum",
            list("abcdefghij"),
            "one of: 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', … (10 in all)",
        ),
        ("enum", ["only"], "exactly 'only'"),
        ("const", "x" * 100, "exactly '" + "x" * 78 + "…"),
        ("maxLength", 30, "at most 30 characters"),
        ("minLength", 1, "at least 1 character"),
        ("maxLength", 5242880, "at most 5,242,880 characters"),
        ("pattern", "^https:\\/\\/.*", "matches ^https://"),
        ("pattern", "a\\.*", "matches a\\.*"),
        ("format", "date-time", "a date-time (RFC 3339)"),
        ("format", "email", "an email (RFC 5321)"),
        ("format", "uuid", "a uuid (RFC 4122)"),
        ("format", "ours", "an ours"),
        ("maximum", 4294967295, "at most 4294967295"),
        ("exclusiveMinimum", 0, "more than 0"),
        ("multipleOf", 0.5, "a multiple of 0.5"),
        ("maxItems", 1, "at most 1 item"),
        ("uniqueItems", True, "no two items alike"),
        ("maxContains", 5, "at most 5 such items"),
        ("required", ["a", "b"], "has 'a', 'b'"),
        ("dependentRequired", {"a": ["b"]}, "with 'a' also 'b'"),
        ("minProperties", 1, "at least 1 member"),
        ("additionalProperties", False, "no other members"),
        ("additionalProperties", {"type": "string"}, "other members fit"),
        ("oneOf", [{}, {}], "exactly one of 2 shapes"),
        ("discriminator", {"propertyName": "type"}, "of the shape that 'type' names"),
    ],
)
def test_says(keyword: str, limit: Any, words: str) -> None:
    assert CONSTRAINTS[keyword].says(limit) == words


@pytest.mark.parametrize(
    ("keyword", "old", "new", "narrower"),
    [
        ("type", "number", "integer", True),
        ("type", "integer", "number", False),
        ("type", ["string", "null"], "string", True),
        ("enum", [1, 2], [1.0, 2, 3], False),
        ("enum", [1], [True], True),
        ("enum", ["a", "b"], ["b"], True),
        ("const", 1, 1.0, False),
        ("const", {"a": [1]}, {"a": [True]}, True),
        ("multipleOf", 0.2, 0.1, False),
        ("multipleOf", 0.3, 0.2, True),
        ("pattern", "a", "a", False),
        ("pattern", "a", "b", None),
        ("format", "date", "date-time", None),
        ("uniqueItems", False, True, True),
        ("required", ["a"], ["a", "b"], True),
        ("required", ["a", "b"], ["b"], False),
        ("dependentRequired", {}, {"a": ["b"]}, True),
        ("dependentRequired", {"a": ["b"]}, {"a": ["a"]}, False),
        ("dependentRequired", {"a": ["b"], "b": ["c"]}, {"a": ["c"]}, None),
        ("additionalProperties", True, False, True),
        ("additionalProperties", {"type": "string"}, False, None),
        ("additionalProperties", False, {"type": "string"}, False),
        ("oneOf", [{}], [{}], False),
        ("oneOf", [{}], [True], None),
    ],
)
def test_narrower(keyword: str, old: Any, new: Any, narrower: bool | None) -> None:
    assert CONSTRAINTS[keyword].narrower(old, new) is narrower


@pytest.mark.parametrize(
    ("keyword", "limit"),
    [
        ("minLength", 0),
        ("enum", []),
        ("required", []),
        ("uniqueItems", False),
        ("type", ["null", "boolean", "number", "string", "array", "object"]),
    ],
)
def test_a_limit_that_refuses_nothing_has_no_edge(keyword: str, limit: Any) -> None:
    assert CONSTRAINTS[keyword].edges(limit) is None or keyword == "enum"


# --- properties -----------------------------------------------------------------------------------

NAMES = st.sampled_from(["a", "b", "c", "d"])
SCALARS = st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from([0.5, 1.0, "a", "b", ""])
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=6,
)
COUNTS = st.integers(0, 5)
NUMBERS = st.integers(-1000, 1000) | st.floats(-1e6, 1e6).filter(lambda number: number != 0)
TYPES = st.sampled_from(["null", "boolean", "integer", "number", "string", "array", "object"])
LIMITS: dict[str, st.SearchStrategy[Any]] = {
    "type": TYPES | st.lists(TYPES, min_size=1, unique=True),
    "enum": st.lists(VALUES, min_size=1, max_size=4),
    "const": VALUES,
    "maxLength": COUNTS,
    "minLength": COUNTS,
    "maximum": NUMBERS,
    "exclusiveMaximum": NUMBERS,
    "minimum": NUMBERS,
    "exclusiveMinimum": NUMBERS,
    "multipleOf": st.integers(1, 50) | st.sampled_from([0.5, 0.25, 2.5]),
    "maxItems": COUNTS,
    "minItems": COUNTS,
    "uniqueItems": st.booleans(),
    "maxProperties": COUNTS,
    "minProperties": COUNTS,
    "required": st.lists(NAMES, max_size=4, unique=True),
    "dependentRequired": st.dictionaries(
        NAMES, st.lists(NAMES, max_size=2, unique=True), max_size=2
    ),
    "additionalProperties": st.booleans() | st.just({}) | st.just({"type": "string"}),
}


@given(st.data(), st.sampled_from(sorted(LIMITS)))
@settings(max_examples=300, deadline=None)
def test_edges_are_the_last_good_and_the_first_bad(data: st.DataObject, keyword: str) -> None:
    limit = data.draw(LIMITS[keyword])
    edges = CONSTRAINTS[keyword].edges(limit)
    assume(edges is not None)
    assert edges is not None
    good, bad = edges
    assert fits(keyword, limit, good)
    assert not fits(keyword, limit, bad)
    assert kind(good) in CONSTRAINTS[keyword].kinds


@given(st.integers(-5, 5) | st.floats(-10, 10))
def test_edges_of_numbers_touch(limit: float) -> None:
    good, bad = CONSTRAINTS["maximum"].edges(limit) or (0, 0)
    assert bad == (limit + 1 if float(limit).is_integer() else math.nextafter(limit, math.inf))
    assert good == limit


@given(st.data(), st.sampled_from(sorted(LIMITS)), st.lists(VALUES, max_size=12))
@settings(max_examples=300, deadline=None)
def test_narrower_is_what_values_show(data: st.DataObject, keyword: str, values: list[Any]) -> None:
    rule = CONSTRAINTS[keyword]
    old, new = data.draw(LIMITS[keyword]), data.draw(LIMITS[keyword])
    verdict = rule.narrower(old, new)
    samples = [*values, *(rule.edges(old) or ()), *(rule.edges(new) or ())]
    lost = [one for one in samples if fits(keyword, old, one) and not fits(keyword, new, one)]
    if lost:
        assert verdict is not False, lost[0]
    if keyword in ("maxLength", "minLength", "maxItems", "minItems", "minimum", "maximum"):
        assert bool(lost) == verdict or old == new


@given(VALUES, VALUES)
def test_same_is_what_const_says(one: Any, other: Any) -> None:
    assert same(one, other) == fits("const", one, other)


# --- traversal ------------------------------------------------------------------------------------


def test_every_applicator_is_walked_and_no_value_is() -> None:
    schema: dict[str, Any] = {
        "default": {"properties": {"no": {}}},
        "const": {"items": {}},
        "enum": [{"not": {}}],
        "example": {"anyOf": [{}]},
        "required": ["a"],
        "discriminator": {"propertyName": "a", "mapping": {"x": "#/components/schemas/X"}},
    }
    for keyword, hangs in APPLICATORS.items():
        leaf = {"title": keyword}
        schema[keyword] = {"one": leaf, "list": [leaf, True], "map": {"k": leaf, "l": False}}[hangs]
    found = list(subschemas(schema))
    assert found[0] == ((), schema)
    titles = [node["title"] for _, node in found[1:] if isinstance(node, dict)]
    assert titles == list(APPLICATORS)
    for steps, node in found:
        place: Any = schema
        for step in steps:
            place = place[step]
        assert place is node


def test_order_of_keywords_does_not_matter() -> None:
    one = {"items": {"type": "string"}, "anyOf": [{}, {"not": {}}]}
    other = {"anyOf": [{}, {"not": {}}], "items": {"type": "string"}}
    steps = [steps for steps, _ in subschemas(one)]
    assert steps == [steps for steps, _ in subschemas(other)]
    expected = [(), ("anyOf", 0), ("anyOf", 1), ("anyOf", 1, "not"), ("items",)]
    assert steps == expected


@pytest.mark.parametrize("schema", [True, False, None, 3, [], {"items": 3}, {"anyOf": {}}])
def test_odd_nodes_have_no_children(schema: object) -> None:
    assert list(children(schema)) == []


def test_depth_is_no_limit() -> None:
    schema: dict[str, Any] = {}
    for _ in range(3000):
        schema = {"items": schema}
    assert sum(1 for _ in subschemas(schema)) == 3001


def test_every_keyword_of_the_metaschema_is_known() -> None:
    keywords: set[str] = set()
    for part in Draft202012Validator.META_SCHEMA["allOf"]:
        from jsonschema_specifications import REGISTRY

        uri = "https://json-schema.org/draft/2020-12/" + part["$ref"]
        keywords |= REGISTRY.contents(uri)["properties"].keys()
    assert {one for one in keywords if not is_known(one)} == set()
    assert is_known("x-anything")
    assert not is_known("maxLenght")
    assert not ANNOTATIONS & CONSTRAINTS.keys()
    assert not REFERENCES & (CONSTRAINTS.keys() | ANNOTATIONS)


def test_length_counts_code_points_or_utf_16_units() -> None:
    assert length("a\U0001f600") == 2
    assert length("a\U0001f600", "utf-16") == 3
