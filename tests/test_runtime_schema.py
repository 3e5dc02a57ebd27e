"""The evaluator of schema fragments gives the verdict that jsonschema-rs gives."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specbound.runtime.schema import is_valid, violations

NAMES = st.sampled_from(["a", "b", "ab", "ä", ""])
NUMBERS = st.one_of(
    st.integers(-4, 6), st.sampled_from([0.0, 1.0, 1.5, -0.5, 0.3, 19.99, 1e30, 10**20])
)
SCALARS = st.one_of(st.none(), st.booleans(), NUMBERS, NAMES, st.sampled_from(["𝄞", "2024-01-01"]))
VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=8,
)
COUNTS = st.integers(0, 3)
TYPES = st.sampled_from(["null", "boolean", "string", "array", "object", "number", "integer"])
PATTERNS = st.sampled_from(["^a", "b$", "[ab]{2}", "^.$"])


def keywords(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Schemas with a few keywords each, over the sub-schemas `inner`."""
    some = st.lists(inner, min_size=1, max_size=3)
    members = st.dictionaries(NAMES, inner, max_size=3)
    table: dict[str, st.SearchStrategy[Any]] = {
        "type": TYPES | st.lists(TYPES, min_size=1, max_size=2, unique=True),
        "enum": st.lists(VALUES, min_size=1, max_size=3),
        "const": VALUES,
        "minimum": NUMBERS,
        "maximum": NUMBERS,
        "exclusiveMinimum": NUMBERS,
        "exclusiveMaximum": NUMBERS,
        "multipleOf": st.sampled_from([1, 2, 0.1, 0.01, 1.5, 2.0]),
        "minLength": COUNTS,
        "maxLength": COUNTS,
        "pattern": PATTERNS,
        "format": st.sampled_from(["date", "uuid", "no-such-format"]),
        "minItems": COUNTS,
        "maxItems": COUNTS,
        "uniqueItems": st.booleans(),
        "minProperties": COUNTS,
        "maxProperties": COUNTS,
        "required": st.lists(NAMES, max_size=2, unique=True),
        "dependentRequired": st.dictionaries(NAMES, st.lists(NAMES, max_size=2, unique=True)),
        "prefixItems": some,
        "items": inner,
        "contains": inner,
        "minContains": COUNTS,
        "maxContains": COUNTS,
        "properties": members,
        "patternProperties": st.dictionaries(PATTERNS, inner, max_size=2),
        "additionalProperties": inner,
        "propertyNames": inner,
        "dependentSchemas": members,
        "allOf": some,
        "anyOf": some,
        "oneOf": some,
        "not": inner,
        "if": inner,
        "then": inner,
        "else": inner,
        "unevaluatedItems": inner,
        "unevaluatedProperties": inner,
    }
    names = st.lists(st.sampled_from(sorted(table)), max_size=4, unique=True)
    return names.flatmap(lambda chosen: st.fixed_dictionaries({n: table[n] for n in chosen}))


SCHEMAS = st.recursive(
    st.booleans() | st.builds(lambda name: {"type": name}, TYPES) | keywords(st.booleans()),
    keywords,
    max_leaves=6,
)


@settings(max_examples=400, deadline=None)
@given(SCHEMAS, st.lists(VALUES, min_size=1, max_size=6))
def test_same_verdict_as_jsonschema_rs(schema: Any, values: list[Any]) -> None:
    judge = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
    for value in values:
        assert is_valid(schema, value) == judge.is_valid(value), (schema, value)


@pytest.mark.parametrize(
    ("schema", "good", "bad"),
    [
        ({"type": "integer"}, 5.0, True),
        ({"const": 1}, 1.0, True),
        ({"enum": [[1, {"a": 2}]]}, [1.0, {"a": 2.0}], [1, {"a": "2"}]),
        ({"multipleOf": 0.01}, 19.99, 19.995),
        ({"multipleOf": 0.1}, 0.3, 0.35),
        ({"maxLength": 1}, "𝄞", "ab"),
        ({"maxLength": 1, "x-specbound": {"length-unit": "utf-16"}}, "a", "𝄞"),
        ({"uniqueItems": True}, [1, True, "1"], [1, 1.0]),
        ({"oneOf": [{"type": "integer"}, {"minimum": 2}]}, 1, 2),
        (
            {"unevaluatedProperties": False, "allOf": [{"properties": {"a": True}}]},
            {"a": 1},
            {"b": 1},
        ),
        ({"if": {"required": ["a"]}, "then": {"required": ["b"]}}, {"a": 1, "b": 1}, {"a": 1}),
        ({"contains": {"const": 1}, "minContains": 2}, [1, 1.0], [1, True]),
    ],
)
def test_table(schema: Any, good: Any, bad: Any) -> None:
    assert is_valid(schema, good)
    assert not is_valid(schema, bad)


def test_violation_has_keyword_path_and_words() -> None:
    schema = {"properties": {"a": {"items": {"minimum": 3}}}}
    (found,) = violations(schema, {"a": [5, 2]})
    assert (found.keyword, found.path) == ("minimum", ("a", 1))
    assert found.message == "is 2, but must be at least 3"


def test_references_recursive_and_circular() -> None:
    tree = {"properties": {"next": {"$ref": "#/components/schemas/Tree"}}, "required": ["id"]}
    definitions = {"Tree": tree, "Loop": {"$ref": "#/components/schemas/Loop"}}
    reference = {"$ref": "#/components/schemas/Tree"}
    assert is_valid(reference, {"id": 1, "next": {"id": 2}}, definitions)
    assert not is_valid(reference, {"id": 1, "next": {"id": 2, "next": {}}}, definitions)
    assert is_valid({"$ref": "#/components/schemas/Loop"}, 1, definitions)
    with pytest.raises(LookupError, match="Missing"):
        violations({"$ref": "#/components/schemas/Missing"}, 1, definitions)


def test_long_values_are_cut_in_messages() -> None:
    (found,) = violations({"type": "integer"}, "x" * 100_000)
    assert len(found.message) < 150


def test_lone_surrogates_do_not_crash() -> None:
    assert not is_valid({"maxLength": 0, "format": "email"}, "\ud800")
