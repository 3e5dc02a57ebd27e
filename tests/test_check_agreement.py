"""One verdict everywhere: compiled validator, exact evaluator, explanation and jsonschema.

Where jsonschema reads OpenAPI otherwise than ECMA-262 and RFC 8259 do, the test says so.
"""

from __future__ import annotations

import itertools
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts import contract_of, document
from specbound.check.explain.explain import explain
from specbound.check.schema.dialect import NATIVE_FORMATS, Dialect
from specbound.check.schema.lookup import Direction, lookup_of
from specbound.check.schema.verdict import Validators
from specbound.contract.load import Contract
from specbound.contract.patterns import compiled
from specbound.runtime.formats import FORMATS, conforms
from specbound.runtime.schema import violations
from test_agreement import COMPONENTS, SCHEMAS, near

AT = "/paths/~1things/post/requestBody/content/application~1json/schema"


def with_body(schema: Any, **named: Any) -> Contract:
    """A contract whose only request body, and only reply, has the schema."""
    content = {"content": {"application/json": {"schema": schema}}}
    reply = {"description": "done", **content}
    post = {"requestBody": content, "responses": {"200": reply}}
    return contract_of(document({"/things": {"post": post}}, components={"schemas": named}))


def verdict(contract: Contract, value: Any, direction: Direction = "request") -> bool:
    """The compiled verdict; the explanation has to come to the same."""
    operation = contract.operations["POST /things"]
    holder: Any = operation.body if direction == "request" else operation.replies["200"]
    schema = holder.content["application/json"]
    fits = Validators(contract).of(schema, direction)(value)
    at = f"{holder.pointer}/content/application~1json/schema"
    faults = explain(contract, schema, at, value, direction)
    assert fits == (not faults), (fits, faults)
    return fits


@st.composite
def cases(draw: st.DrawFn) -> tuple[Any, dict[str, Any], list[Any]]:
    named = {name: draw(SCHEMAS) for name in COMPONENTS}
    schema = draw(SCHEMAS)
    return schema, named, draw(st.lists(near(schema, named), min_size=1, max_size=5))


@settings(max_examples=150)
@given(cases())
def test_all_four_agree(case: tuple[Any, dict[str, Any], list[Any]]) -> None:
    schema, named, values = case
    contract = with_body(schema, **named)
    checker = jsonschema.FormatChecker(["date"])
    root = {**schema} if isinstance(schema, dict) else {"allOf": [schema]}
    root["components"] = {"schemas": named}
    theirs = jsonschema.Draft202012Validator(root, format_checker=checker)
    tree = contract.document()
    ours = tree["paths"]["/things"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    definitions = tree["components"]["schemas"]
    for value in values:
        fits = verdict(contract, value)
        assert fits == (not violations(ours, value, definitions)), (schema, value)
        assert fits == theirs.is_valid(value), (schema, value)


# --- where the libraries differ, ours is the reading of the standards -----------------------------


@pytest.mark.parametrize(
    ("schema", "value", "fits"),
    [
        # Numbers are exact, however large or small.
        ({"type": "integer"}, 1.0, True),
        ({"type": "integer"}, 1e30, True),
        ({"type": "integer"}, True, False),
        ({"maximum": 2**53}, 2**53 + 1, False),
        ({"maximum": 2**64}, 2**64, True),
        ({"maximum": 2**64}, 2**64 + 1, False),
        ({"exclusiveMinimum": -(10**30)}, -(10**30), False),
        ({"const": 10**30}, 10**30, True),
        ({"const": 10**30}, 10**30 + 1, False),
        ({"enum": [2**63]}, 2**63, True),
        ({"type": "number"}, 10**400, True),
        ({"maximum": 5}, 10**400, False),
        ({"minimum": 5}, -(10**400), False),
        ({"multipleOf": 0.1}, 0.3, True),
        ({"multipleOf": 0.01}, 19.99, True),
        ({"multipleOf": 0.1}, 0.35, False),
        ({"multipleOf": 3}, 10**30, False),
        ({"const": 1}, 1.0, True),
        ({"const": 1}, True, False),
        ({"enum": [0]}, False, False),
        ({"uniqueItems": True}, [1, 1.0], False),
        ({"uniqueItems": True}, [1, True], True),
        # Patterns are ECMA-262's.
        ({"pattern": r"^\d+$"}, "\u0661", False),
        ({"pattern": r"^\w$"}, "é", False),
        ({"pattern": "^a$"}, "a\n", False),
        ({"pattern": "^.$"}, "\u2028", False),
        ({"pattern": "^.$"}, "\r", False),
        ({"pattern": "^.$"}, "\x85", True),
        ({"pattern": r"^\s$"}, "\ufeff", True),
        ({"pattern": r"^\s$"}, "\x85", False),
        ({"pattern": r"^\p{L}$"}, "é", True),
        ({"pattern": r"a\b"}, "aé", True),
        ({"pattern": r"^[^]$"}, "\n", True),
        ({"pattern": r"^(?=a).b$"}, "cb", False),
        ({"pattern": r"^(?=a).b?$"}, "ab", True),
        ({"pattern": r"^(.)\1$"}, "aa", True),
        ({"pattern": r"^(.)\1$"}, "ab", False),
        ({"pattern": r"^(?!x)"}, "xa", False),
        ({"patternProperties": {r"^\d$": False}}, {"\u0661": 1}, True),
        ({"patternProperties": {r"^(?!a)": False}}, {"b": 1}, False),
        ({"patternProperties": {r"^(?!a)": False}}, {"a": 1}, True),
        # Lengths are code points, or UTF-16 code units where the document says so.
        ({"maxLength": 1}, "\U0001f3ac", True),
        ({"maxLength": 1, "x-specbound": {"length-unit": "utf-16"}}, "\U0001f3ac", False),
        ({"maxLength": 4, "x-specbound": {"length-unit": "utf-16"}}, "\U0001f3ac" * 2, True),
        ({"maxLength": 4, "x-specbound": {"length-unit": "utf-16"}}, "\U0001f3ac" * 3, False),
        ({"minLength": 2, "x-specbound": {"length-unit": "utf-16"}}, "\U0001f3ac", True),
        ({"minLength": 3, "x-specbound": {"length-unit": "utf-16"}}, "\U0001f3ac", False),
        ({"maxLength": 1}, "\ud800", True),
        ({"maxLength": 1}, "\ud800\ud800", False),
        # Formats are asserted.
        ({"format": "date-time"}, "2016-12-31T23:59:60Z", True),
        ({"format": "date-time"}, "2016-12-31T22:59:60Z", False),
        ({"format": "date-time"}, "0000-01-01T00:00:00Z", False),
        ({"format": "date"}, "0000-01-01", False),
        ({"format": "uuid"}, "0f8fad5bd9cb469fa16570867728950e", False),
        ({"format": "email"}, "A <a@b.example>", False),
        ({"format": "unheard-of"}, "anything", True),
        ({"format": "date", "type": ["string", "integer"]}, 5, True),
        ({"format": "date", "pattern": "^2", "allOf": [{"maxLength": 10}]}, "2024-02-29", True),
        ({"format": "date", "not": {"const": "2024-02-29"}}, "2024-02-29", False),
        ({"format": "date", "not": {"const": "2024-02-29"}}, "0000-02-29", False),
    ],
)
def test_our_reading(schema: Any, value: Any, fits: bool) -> None:
    assert verdict(with_body(schema), value) == fits


TEXTS = st.one_of(
    st.text(max_size=30),
    st.from_regex(
        r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}([Tt ][0-9]{2}:[0-9]{2}:[0-6][0-9](\.[0-9]+)?"
        r"(Z|z|[+-][0-2][0-9]:?[0-9]{2}))?\Z"
    ),
    st.from_regex(
        r"\A[0-2][0-9]:[0-5][0-9]:(60|[0-5][0-9])(\.[0-9]+)?(Z|z|[+-][0-2][0-9]:[0-5][0-9])?\Z"
    ),
    st.from_regex(r"\A[0-9a-fA-F]{8}-?([0-9a-f]{4}-?){3}[0-9a-fA-G]{12}\Z"),
    st.from_regex(
        r"\A[a-z0-9+.-]{0,5}:(//)?([a-z:@\[\]%0-9.]{0,12})(/[a-zé%0-9 {}|^]*)?"
        r"(\?[a-z=\[\]]*)?(#[a-z#]*)?\Z"
    ),
    st.from_regex(r"\A[0-9]{1,3}(\.[0-9]{1,3}){2,4}\Z"),
    st.from_regex(r"\A[0-9a-f:]{2,20}([0-9]{1,3}\.){0,3}[0-9]{0,3}(%eth0)?\Z"),
)


@settings(max_examples=600)
@given(TEXTS)
def test_formats_that_the_library_checks_are_read_as_ours(text: str) -> None:
    for name, fits in NATIVE.items():
        assert fits(text) == conforms(text, name), name


NATIVE = {
    name: Validators(contract).of(contract.schemas["X"].schema, "request")
    for name in sorted(NATIVE_FORMATS)
    for contract in [
        with_body({"$ref": "#/components/schemas/X"}, X={"format": name, "title": name})
    ]
}


def test_every_other_format_is_ours_by_construction() -> None:
    assert set(FORMATS) >= NATIVE_FORMATS


@settings(max_examples=300)
@given(
    st.sampled_from(
        [
            r"^a.c$",
            r"\d\D",
            r"^\w+\W$",
            r"\s\S",
            r"^[^a-c]$",
            r"x\b",
            r"^(a|b)*$",
            r"[\u00e0-\u00ff]",
        ]
    ),
    st.text(max_size=4),
)
def test_patterns_are_read_as_ours(pattern: str, text: str) -> None:
    contract = PATTERNS.setdefault(pattern, with_body({"pattern": pattern}))
    assert verdict(contract, text) == bool(compiled(pattern).search(text))


PATTERNS: dict[str, Contract] = {}


def test_a_pattern_that_no_engine_takes_asserts_nothing() -> None:
    dialect = Dialect(lookup_of(with_body({})), "request")
    assert dialect.in_place({"pattern": "(unclosed", "minLength": 3}) == {"minLength": 3}
    assert dialect.in_place({"patternProperties": {"(": False}}) == {"patternProperties": {}}


# --- direction ------------------------------------------------------------------------------------

MARKED = {
    "type": "object",
    "required": ["id", "secret", "name"],
    "properties": {
        "id": {"type": "string", "readOnly": True},
        "secret": {"$ref": "#/components/schemas/Secret"},
        "name": {"type": "string"},
    },
}
SECRET = {"type": "string", "writeOnly": True}


@pytest.mark.parametrize(
    ("direction", "names"), [("request", {"secret", "name"}), ("response", {"id", "name"})]
)
def test_members_of_the_other_direction_are_not_required(
    direction: Direction, names: set[str]
) -> None:
    contract = with_body(MARKED, Secret=SECRET)
    for some in itertools.chain.from_iterable(
        itertools.combinations(["id", "secret", "name"], size) for size in range(4)
    ):
        value = dict.fromkeys(some, "x")
        assert verdict(contract, value, direction) == (names <= set(some))


def test_they_are_not_required_over_all_of_either() -> None:
    base = {"properties": {"id": {"type": "string", "readOnly": True}}}
    whole = {"allOf": [{"$ref": "#/components/schemas/Base"}], "required": ["id"]}
    contract = with_body(whole, Base=base)
    assert verdict(contract, {}, "request")
    assert not verdict(contract, {}, "response")


def test_schemas_that_contain_themselves() -> None:
    tree = {
        "type": "object",
        "required": ["id"],
        "properties": {
            "id": {"type": "integer", "readOnly": True},
            "kids": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}},
        },
        "additionalProperties": False,
    }
    contract = with_body({"$ref": "#/components/schemas/Tree"}, Tree=tree)
    value: dict[str, Any] = {}
    for _ in range(50):
        value = {"kids": [value]}
    assert verdict(contract, value, "request")
    assert not verdict(contract, value, "response")
    deepest = value
    while "kids" in deepest:
        deepest = deepest["kids"][0]
    deepest["odd"] = 1
    assert not verdict(contract, value, "request")


def test_a_value_too_deep_to_be_judged_is_refused_without_a_crash() -> None:
    contract = with_body({})
    value: Any = 1
    for _ in range(5000):
        value = [value]
    schema = contract.operations["POST /things"].body.content["application/json"]  # type: ignore[union-attr]
    Validators(contract).of(schema, "request")(value)


# --- closed ---------------------------------------------------------------------------------------


def closed(schema: Any, value: Any, direction: Direction = "request", **named: Any) -> bool:
    """Whether a value has no stray, as the closed validator sees it."""
    contract = with_body(schema, **named)
    body = contract.operations["POST /things"].body
    assert body is not None
    return Validators(contract).of(body.content["application/json"], direction, closed=True)(value)


PERSON = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "old": {"type": "string", "deprecated": True},
        "id": {"type": "string", "readOnly": True},
        "home": {"type": "object", "properties": {"street": {"type": "string"}}},
        "free": {"type": "object"},
        "map": {"type": "object", "additionalProperties": {"type": "integer"}},
    },
}


@pytest.mark.parametrize(
    ("value", "none"),
    [
        ({}, True),
        ({"name": "a", "home": {"street": "x"}}, True),
        ({"nmae": "a"}, False),
        ({"old": "a"}, False),
        ({"id": "a"}, False),
        ({"home": {"stret": "x"}}, False),
        ({"free": {"anything": 1}, "map": {"a": 1}}, True),
    ],
)
def test_the_closed_validator_finds_strays(value: Any, none: bool) -> None:
    assert closed(PERSON, value) == none
    assert closed({"items": {"$ref": "#/components/schemas/P"}}, [value], P=PERSON) == none
    assert closed({"allOf": [PERSON, {"properties": {"more": True}}]}, {**value, "more": 1}) == none
    union = {"oneOf": [{"required": ["more"], "properties": {"more": True}}, {"type": "string"}]}
    assert (
        closed(
            {"allOf": [{"$ref": "#/components/schemas/P"}, union]}, {**value, "more": 1}, P=PERSON
        )
        == none
    )


def test_an_object_that_is_open_by_declaration_has_no_strays() -> None:
    assert closed({"properties": {"a": True}, "additionalProperties": True}, {"b": 1})
    assert closed(
        {"properties": {"a": True}, "additionalProperties": {"type": "integer"}}, {"b": 1}
    )
    assert closed({"properties": {"a": True}, "patternProperties": {"^x-": True}}, {"x-b": 1})
    assert not closed({"properties": {"a": True}, "patternProperties": {"^x-": True}}, {"b": 1})
