"""What is drawn fits, reaches every edge, and shrinks to the value that matters.

jsonschema and the exact evaluator decide what fits.
"""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from contracts import contract_of, document, small
from specbound.contract.load import Contract
from specbound.prove import Unsatisfiable, cases, exchanges, values
from specbound.prove.planner import python_patterns
from specbound.runtime.schema import violations
from test_agreement import COMPONENTS, SCHEMAS

QUICK = settings(
    max_examples=40,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
)
NO_FUSS = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def body(contract: Contract) -> Any:
    operation = contract.operations["POST /things"]
    assert operation.body is not None
    return operation.body.content["application/json"]


def drawn(schema: Any, contract: Contract | None = None, limits: settings = QUICK) -> list[Any]:
    """What is drawn of a schema; every value is held against it, no health check is off."""
    found: list[Any] = []

    @limits
    @given(values(schema, contract))
    def draw(value: Any) -> None:
        found.append(value)

    draw()
    named = {} if contract is None else {k: one.schema for k, one in contract.schemas.items()}
    for value in found:
        assert not violations(python_patterns(schema), value, named), value
    return found


def least(schema: Any, wanted: Any = lambda value: True) -> Any:
    """What a failure shrinks to."""
    limits = settings(max_examples=3000, deadline=None, database=None, derandomize=True)
    return find(values(schema), wanted, settings=limits)


# --- every keyword --------------------------------------------------------------------------------

KEYWORDS = [
    {"type": "null"},
    {"type": "boolean"},
    {"type": ["string", "null"]},
    {"enum": ["a", 1, None]},
    {"const": {"a": [1]}},
    {"type": "string", "enum": ["a", "b", 3]},
    {"type": "integer", "minimum": 3, "maximum": 5},
    {"type": "integer", "exclusiveMinimum": 3, "exclusiveMaximum": 5},
    {"type": "integer", "format": "int32"},
    {"type": "integer", "minimum": 2**70},
    {"type": "number", "minimum": 0.1, "maximum": 0.3},
    {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1e-9},
    {"type": "number", "multipleOf": 0.01, "minimum": 0, "maximum": 1},
    {"type": "integer", "multipleOf": 7, "minimum": 1},
    {"allOf": [{"type": "integer", "multipleOf": 4}, {"multipleOf": 6, "minimum": 1}]},
    {"type": "string", "minLength": 50, "maxLength": 50},
    {"type": "string", "minLength": 2, "maxLength": 3, "pattern": "^[a-c]*$"},
    {"type": "string", "pattern": "^https://", "maxLength": 2048},
    {"type": "string", "pattern": "^data:image/", "minLength": 13, "maxLength": 5_242_880},
    {"type": "string", "pattern": r"^\d{3}-\d{4}$"},
    {"type": "string", "pattern": "^(?=.*[A-Z]).{4,8}$"},
    {"type": "string", "pattern": r"^\p{Lu}\p{Ll}+$", "maxLength": 9},
    {"type": "string", "pattern": "(cat|dog)s?", "minLength": 10},
    {"allOf": [{"type": "string", "pattern": "^a"}, {"pattern": "z$"}]},
    {"type": "string", "maxLength": 3, "x-specbound": {"length-unit": "utf-16"}},
    *(
        {"type": "string", "format": name}
        for name in (
            *("date", "time", "date-time", "duration", "uuid", "email", "hostname", "ipv4"),
            *("ipv6", "uri", "uri-reference", "json-pointer", "regex", "uri-template"),
        )
    ),
    {"type": "string", "format": "uri", "pattern": "^https://", "maxLength": 40},
    {"type": "string", "format": "date", "pattern": "^20"},
    {"type": "array"},
    {"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 5},
    {"type": "array", "items": {"type": "boolean"}, "uniqueItems": True, "minItems": 2},
    {"type": "array", "prefixItems": [{"type": "null"}], "items": False, "minItems": 1},
    {"type": "array", "contains": {"const": 7}, "items": {"type": "integer"}, "maxItems": 3},
    {"type": "array", "contains": {"const": 7}, "maxContains": 1, "items": {"enum": [7, 8]}},
    {"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}, "b": {}}},
    {"type": "object", "required": ["undeclared"]},
    {"type": "object", "additionalProperties": {"type": "integer"}, "minProperties": 2},
    {"type": "object", "properties": {"a": {}, "b": {}, "c": {}}, "maxProperties": 1},
    {"type": "object", "properties": {"a": {}, "b": {}}, "minProperties": 2},
    {
        "type": "object",
        "properties": {"a": {}, "b": {}},
        "dependentRequired": {"a": ["b"]},
    },
    {"type": "object", "properties": {"a": {}}, "dependentRequired": {"a": ["undeclared"]}},
    {
        "type": "object",
        "properties": {"a": {}},
        "required": ["a"],
        "dependentRequired": {"a": ["b"], "b": ["c"]},
    },
    {
        "type": "object",
        "properties": {"a": {}, "b": False},
        "dependentRequired": {"a": ["b"]},
    },
    {
        "type": "object",
        "patternProperties": {"^x-": {"type": "integer"}},
        "additionalProperties": False,
        "minProperties": 1,
    },
    {
        "type": "object",
        "propertyNames": {"pattern": "^[a-z]{1,3}$"},
        "additionalProperties": {"type": "null"},
        "minProperties": 2,
    },
    {
        "type": "object",
        "properties": {"a": {"type": "integer"}},
        "required": ["a"],
        "unevaluatedProperties": False,
    },
    {"not": {"type": "string"}},
    {"type": "integer", "minimum": 0, "maximum": 9, "not": {"multipleOf": 2}},
    {"if": {"type": "string"}, "then": {"minLength": 3}, "else": {"type": "integer"}},
    {"oneOf": [{"type": "integer"}, {"type": "number", "minimum": 5}]},
    {"anyOf": [{"type": "string", "maxLength": 2}, {"type": "integer"}]},
    {
        "type": "object",
        "oneOf": [{"required": ["a"]}, {"required": ["b"]}],
        "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}},
    },
    {
        "type": "object",
        "properties": {"a": {"type": "integer"}, "b": {}},
        "dependentSchemas": {"a": {"required": ["b"]}},
    },
]


@pytest.mark.parametrize("schema", KEYWORDS, ids=json.dumps)
def test_every_keyword_is_heeded(schema: Any) -> None:
    found = drawn(schema)
    assert len(found) >= min(len(schema.get("enum", (1,))), 2) or "const" in schema or len(found)


@NO_FUSS
@given(SCHEMAS, st.fixed_dictionaries(dict.fromkeys(COMPONENTS, SCHEMAS)), st.data())
def test_whatever_is_drawn_of_any_schema_fits_it(schema: Any, named: Any, data: Any) -> None:
    contract = contract_of(small(schema, components={"schemas": named}))
    try:
        strategy = values(body(contract), contract)
    except Unsatisfiable:
        return
    value = data.draw(strategy)
    root = {**schema} if isinstance(schema, dict) else {"allOf": [schema]}
    root["components"] = {"schemas": named}
    theirs = jsonschema.Draft202012Validator(
        root, format_checker=jsonschema.FormatChecker(["date"])
    )
    assert theirs.is_valid(value), (schema, named, value)


# --- recursion ------------------------------------------------------------------------------------

TREE = {
    "type": "object",
    "required": ["kids"],
    "properties": {
        "kids": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}},
        "left": {"$ref": "#/components/schemas/Tree"},
    },
}


def depth(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + max(map(depth, value.values()), default=0)
    return 1 + max(map(depth, value), default=0) if isinstance(value, list) else 0


def test_recursion_ends_and_goes_deep() -> None:
    contract = contract_of(
        small({"$ref": "#/components/schemas/Tree"}, components={"schemas": {"Tree": TREE}})
    )
    found = drawn(body(contract), contract)
    assert max(map(depth, found)) > 4
    assert {"kids": []} in found


def test_what_asks_for_itself_without_end_is_named() -> None:
    endless = {
        "type": "object",
        "required": ["a"],
        "properties": {"a": {"$ref": "#/components/schemas/E"}},
    }
    contract = contract_of(
        small({"$ref": "#/components/schemas/E"}, components={"schemas": {"E": endless}})
    )
    with pytest.raises(Unsatisfiable, match="itself without end"):
        values(body(contract), contract)


# --- what cannot be -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("schema", "at", "words"),
    [
        (False, "", "`false`"),
        ({"type": "integer", "minimum": 5, "maximum": 4}, "", "bounds leave no number"),
        ({"type": "string", "minLength": 5, "maxLength": 4}, "", "minLength 5"),
        ({"type": "string", "pattern": "^a{5}$", "maxLength": 3}, "", r"\^a\{5\}\$"),
        ({"type": "string", "format": "uuid", "maxLength": 5}, "", "format `uuid`"),
        ({"allOf": [{"type": "string"}, {"type": "integer"}]}, "/allOf/1", "exclude each other"),
        ({"type": "string", "enum": [1, 2]}, "", "no listed value"),
        ({"type": "array", "items": False, "minItems": 1}, "", "no item fits"),
        (
            {
                "type": "object",
                "required": ["a"],
                "properties": {"a": {"oneOf": [False, {"type": "string", "enum": [1]}]}},
            },
            "/properties/a/oneOf",
            "none of its branches",
        ),
        (
            {"type": "object", "required": ["a", "b"], "maxProperties": 1},
            "",
            "2 members are required",
        ),
    ],
)
def test_what_no_value_fits_is_named_with_its_place(schema: Any, at: str, words: str) -> None:
    with pytest.raises(Unsatisfiable, match=words) as caught:
        values(schema)
    assert caught.value.at == at


def test_a_branch_that_cannot_be_is_left_out() -> None:
    schema = {
        "oneOf": [
            {"type": "integer", "minimum": 2, "maximum": 1},
            {"type": "string", "maxLength": 2},
        ]
    }
    assert all(isinstance(value, str) for value in drawn(schema))


# --- edges ----------------------------------------------------------------------------------------


def test_bounds_and_listed_values_are_reached_soon() -> None:
    many = settings(QUICK, max_examples=300)
    names = [f"name{index}" for index in range(30)]
    assert set(drawn({"enum": names}, None, many)) == set(names)
    lengths = set(
        map(len, drawn({"type": "string", "minLength": 3, "maxLength": 1000}, None, many))
    )
    assert {3, 1000} <= lengths
    assert {0, 4294967295} <= set(
        drawn({"type": "integer", "minimum": 0, "maximum": 4294967295}, None, many)
    )
    sizes = set(
        map(len, drawn({"type": "array", "items": {"type": "null"}, "maxItems": 16}, None, many))
    )
    assert {0, 1, 16} <= sizes
    huge = drawn({"type": "string", "pattern": "^data:", "maxLength": 5_242_880}, None, many)
    assert 5_242_880 in set(map(len, huge))
    union = {
        "oneOf": [
            {"const": 1},
            {"type": "object", "required": ["a"], "properties": {"a": {"enum": names}}},
        ]
    }
    found = drawn(union, None, many)
    assert {value["a"] for value in found if value != 1} == set(names)
    assert 1 in found


# --- shrinking ------------------------------------------------------------------------------------


def test_a_bound_that_matters_is_what_a_failure_shrinks_to() -> None:
    seed = {"type": "integer", "minimum": 0, "maximum": 4294967295}
    assert least(seed, lambda value: value > 1000) == 1001
    text = {"type": "string", "minLength": 1, "maxLength": 1000}
    assert len(least(text, lambda value: len(value) >= 50)) == 50
    url = {"type": "string", "format": "uri", "pattern": "^https://", "maxLength": 2048}
    assert len(least(url, lambda value: len(value) >= 100)) == 100
    items = {"type": "array", "items": {"type": "integer"}, "maxItems": 16}
    assert least(items, lambda value: len(value) > 2) == [0, 0, 0]


def test_a_failure_of_anything_shrinks_to_the_smallest_value() -> None:
    schema = {
        "type": "object",
        "required": ["name"],
        "properties": {
            "name": {"type": "string", "minLength": 1},
            "seed": {"type": "integer"},
            "tags": {"type": "array", "items": {"type": "string"}},
        },
    }
    assert least(schema) == {"name": "0"}
    assert least(schema, lambda value: "seed" in value) == {"name": "0", "seed": 0}
    assert least(schema, lambda value: value.get("tags")) == {"name": "0", "tags": [""]}


def test_a_failure_of_a_late_branch_keeps_that_branch_alone() -> None:
    union = {
        "oneOf": [
            {
                "type": "object",
                "required": ["kind"],
                "properties": {"kind": {"const": tag}, "x": {"type": "integer"}},
            }
            for tag in "abc"
        ]
    }
    assert least(union, lambda value: value["kind"] == "c") == {"kind": "c"}


# --- whole requests -------------------------------------------------------------------------------

STYLES = [
    ("query", "form", True),
    ("query", "form", False),
    ("query", "spaceDelimited", False),
    ("query", "pipeDelimited", False),
    ("query", "deepObject", True),
    ("path", "simple", False),
    ("path", "simple", True),
    ("path", "label", True),
    ("path", "matrix", False),
    ("path", "matrix", True),
    ("header", "simple", True),
    ("cookie", "form", False),
]
OBJECT = {
    "type": "object",
    "required": ["a", "b"],
    "properties": {"a": {"type": "string", "minLength": 1}, "b": {"type": "integer"}},
    "additionalProperties": False,
}
LIST = {"type": "array", "items": {"type": "string", "pattern": "^[a-z]+$"}, "minItems": 1}


@pytest.mark.parametrize(
    "schema", [OBJECT, LIST, {"type": "integer"}], ids=["object", "array", "integer"]
)
@pytest.mark.parametrize("how", STYLES, ids=str)
def test_parameters_of_every_style_are_drawn_and_accepted(how: Any, schema: Any) -> None:
    from specbound.check.checker import Checker
    from specbound.traffic.exchange import Exchange, Source

    place, style, explode = how
    if (style in ("spaceDelimited", "pipeDelimited") and schema is not LIST) or (
        style == "deepObject" and schema is not OBJECT
    ):
        pytest.skip("not defined for this kind of value")
    parameter = {
        "name": "p",
        "in": place,
        "required": True,
        "style": style,
        "explode": explode,
        "schema": schema,
    }
    path = "/things/{p}" if place == "path" else "/things"
    tree = document(
        {path: {"get": {"parameters": [parameter], "responses": {"200": {"description": "ok"}}}}}
    )
    contract = contract_of(tree)
    checker = Checker(contract)

    @QUICK
    @given(cases(contract, f"GET {path}"))
    def hold(case: Any) -> None:
        found = checker.check(Exchange(case.request, None, Source("<test>"))).findings
        assert not [one for one in found if one.severity == "error"], (case.request, found)

    hold()


@pytest.fixture(scope="module")
def api(runway: Any) -> Contract:
    return Contract.load(runway / "openapi.json", [runway / "overlay.yaml", runway / "rules.yaml"])


@pytest.fixture(scope="module")
def runway() -> Any:
    from conftest import ROOT

    return ROOT / "spec" / "runway"


def test_every_exchange_of_runway_is_drawn_and_valid(api: Contract) -> None:
    from specbound.check.checker import Checker
    from specbound.check.finding import Verdict

    checker = Checker(api)
    for key in api.operations:

        @settings(QUICK, max_examples=5)
        @given(exchanges(api, key))
        def hold(exchange: Any) -> None:
            assert checker.judge(exchange) is Verdict.VALID, exchange

        hold()


def test_the_smallest_request_is_what_a_failure_shrinks_to(api: Contract) -> None:
    limits = settings(max_examples=200, deadline=None, database=None, derandomize=True)
    case = find(cases(api, "text_to_image.create"), lambda case: True, settings=limits)
    assert len(case.body) == len(api_required(api, "text_to_image.create", case.body["model"]))
    case = find(
        cases(api, "image_to_video.create"),
        lambda case: case.body.get("seed", 0) > 1000,
        settings=limits,
    )
    assert case.body["seed"] == 1001


def api_required(contract: Contract, name: str, model: str) -> list[str]:
    operation = next(one for one in contract.operations.values() if one.name == name)
    assert operation.body is not None
    union: Any = operation.body.content["application/json"]
    while "$ref" in union:
        union = contract.schema(union["$ref"])
    for branch in union["oneOf"]:
        while "$ref" in branch:
            branch = contract.schema(branch["$ref"])
        tag = branch["properties"]["model"]
        if model in (tag.get("const"), *tag.get("enum", ())):
            return list(branch["required"])
    raise AssertionError(model)


def test_the_same_seed_draws_the_same(api: Contract) -> None:
    from hypothesis import seed

    def run() -> list[Any]:
        found: list[Any] = []

        @seed(7)
        @settings(max_examples=20, deadline=None, database=None, phases=[Phase.generate])
        @given(cases(api, "voices.create"))
        def draw(case: Any) -> None:
            found.append((case.parameters, case.body))

        draw()
        return found

    assert run() == run()


def test_what_cannot_be_found_is_not_looked_for_without_end() -> None:
    with pytest.raises(NoSuchExample):
        least({"type": "integer", "minimum": 0, "maximum": 3}, lambda value: value > 3)
