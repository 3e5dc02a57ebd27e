"""What traffic shows of a contract is noted, each thing once, in whatever order it comes."""

from __future__ import annotations

import json
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts import contract_of, document
from specbound.check.coverage.coverage import Coverage
from specbound.contract.load import Contract
from specbound.origin import tokens

KEY = "POST /paints"
JSON = "application/json"

PAINT = {
    "type": "object",
    "required": ["colour"],
    "properties": {
        "colour": {"enum": ["red", "green", None, 1, True]},
        "name": {"type": "string", "minLength": 1, "maxLength": 4},
        "emoji": {"type": "string", "maxLength": 2, "x-specbound": {"length-unit": "utf-16"}},
        "layers": {
            "type": "array",
            "minItems": 1,
            "maxItems": 2,
            "items": {"$ref": "#/components/schemas/Layer"},
        },
        "amount": {"type": "integer", "minimum": 0, "exclusiveMaximum": 10},
        "note": {"type": ["string", "null"]},
        "parent": {"$ref": "#/components/schemas/Paint"},
        "extra": {"type": "object", "additionalProperties": {"enum": ["x", "y"]}},
        "id": {"type": "string", "readOnly": True},
        "value": {"anyOf": [{"type": "string", "pattern": "^a"}, {"type": "string"}]},
    },
}
LAYER = {
    "oneOf": [
        {
            "type": "object",
            "required": ["kind"],
            "properties": {"kind": {"const": "oil"}, "thick": {"type": "boolean"}},
        },
        {
            "type": "object",
            "required": ["kind"],
            "properties": {"kind": {"const": "water"}, "wet": {"enum": ["very", "little"]}},
        },
    ]
}


def body(schema: Any) -> dict[str, Any]:
    return {"content": {JSON: {"schema": schema}}}


def paints() -> dict[str, Any]:
    reference = {"$ref": "#/components/schemas/Paint"}
    created = {
        "description": "made",
        **body(reference),
        "headers": {"X-Left": {"schema": {"type": "integer", "minimum": 0}}},
    }
    post = {
        "parameters": [
            {"name": "dry", "in": "query", "schema": {"enum": ["yes", "no"]}},
            {"name": "X-Trace", "in": "header", "required": True, "schema": {"type": "string"}},
        ],
        "requestBody": body(reference),
        "responses": {"201": created, "default": {"description": "not made"}},
    }
    get = {"responses": {"200": {"description": "ok", **body({"type": "array", "items": LAYER})}}}
    schemas = {"Paint": PAINT, "Layer": LAYER}
    return document({"/paints": {"post": post, "get": get}}, components={"schemas": schemas})


@pytest.fixture(scope="module")
def contract() -> Contract:
    return contract_of(paints())


def missing(coverage: Coverage, key: str = KEY) -> set[tuple[str, str, str]]:
    """What one operation has not shown: part, place and words."""
    every = coverage.to_json()["by_operation"][key]["missing"]
    return {(one["part"], one["place"], one["words"]) for one in every}


def requests(contract: Contract, *values: Any) -> Coverage:
    coverage = Coverage(contract)
    for value in values:
        coverage.see_status(KEY, "")
        coverage.see_body(KEY, "request", JSON, value)
    return coverage


def left(coverage: Coverage, place: str) -> set[str]:
    """What the request has not shown at a place of a shape."""
    part = f"request {JSON}"
    return {words for where, at, words in missing(coverage) if where == part and at == place}


# --- kinds of goals


def test_nothing_seen_is_one_line_an_operation(contract):
    told = Coverage(contract).to_json()
    assert told["percent"] == 0.0
    assert told["operations"] == {"seen": 0, "of": 2}
    assert [one["words"] for one in told["by_operation"][KEY]["missing"]] == ["any exchange"]


def test_statuses_and_media_types(contract):
    coverage = Coverage(contract)
    coverage.see_status(KEY, "201", JSON)
    coverage.see_status(KEY, "201", JSON)
    coverage.see_status(KEY, "418", JSON)
    told = coverage.to_json()["by_operation"][KEY]
    assert told["statuses"]["201"] == {"seen": True, "exchanges": 2}
    assert told["statuses"]["default"] == {"seen": False, "exchanges": 0}
    assert told["exchanges"] == 3
    assert ("", "", "status default") in missing(coverage)
    assert ("", "request", JSON) in missing(coverage)


@pytest.mark.parametrize(
    ("place", "value", "gone"),
    [
        ("colour", {"colour": "red"}, "value 'red'"),
        ("colour", {"colour": None}, "value null"),
        ("colour", {"colour": 1.0}, "value 1"),
        ("colour", {"colour": True}, "value true"),
        ("name", {"name": "x"}, "exactly 1 character (minLength)"),
        ("name", {"name": "🎨bcd"}, "exactly 4 characters (maxLength)"),
        ("emoji", {"emoji": "🎨"}, "exactly 2 characters (maxLength)"),
        ("layers", {"layers": [{"kind": "oil"}]}, "exactly 1 item (minItems)"),
        ("amount", {"amount": 0}, "exactly 0 (minimum)"),
        ("amount", {"amount": 9}, "exactly 9 (exclusiveMaximum)"),
        ("note", {"note": None}, "null"),
        ("note", {"note": "n"}, "string"),
        ("extra.*", {"extra": {"any": "y"}}, "value 'y'"),
        ("value", {"value": "b"}, "string"),
        ("name", {"name": "abc"}, "present"),
        ("name", {"colour": "red"}, "absent"),
        ("layers[]", {"layers": [{"kind": "water"}]}, "water"),
        ("layers[](water).wet", {"layers": [{"kind": "water", "wet": "very"}]}, "value 'very'"),
        ("layers[](water).wet", {"layers": [{"kind": "water"}]}, "absent"),
        ("amount", {"parent": {"parent": {"amount": 0}}}, "exactly 0 (minimum)"),
    ],
)
def test_each_kind(contract, place, value, gone):
    nothing = requests(contract, {"colour": "green"} if gone != "absent" else {})
    before = Coverage(contract)
    before.see_status(KEY, "")
    before.state.seen[(KEY, "", "", "")].update(before.operations.numbers(KEY).values())
    assert gone in left(before, place)
    assert gone not in left(requests(contract, value), place)
    assert nothing.tally().of == before.tally().of


@pytest.mark.parametrize(
    ("place", "value", "kept"),
    [
        ("colour", {"colour": 1}, "value true"),
        ("colour", {"colour": True}, "value 1"),
        ("emoji", {"emoji": "🎨"}, "absent"),
        ("amount", {"amount": 5}, "exactly 0 (minimum)"),
        ("value", {"value": "b"}, "PaintValueText"),
        ("layers[]", {"layers": [{"kind": "water"}]}, "oil"),
    ],
)
def test_what_was_not_seen_stays(contract, place, value, kept):
    found = left(requests(contract, value), place)
    assert kept in found


def test_a_value_may_fit_two_branches(contract):
    told = requests(contract, {"value": "ab"}).to_json()["by_operation"][KEY]["kinds"]["branches"]
    assert told["seen"] == 2


def test_read_only_members_are_not_awaited_in_requests(contract):
    places = {at for part, at, _ in missing(requests(contract, {})) if part.startswith("request")}
    assert "name" in places
    assert "id" not in places
    coverage = Coverage(contract)
    coverage.see_status(KEY, "201", JSON)
    assert (f"201 {JSON}", "id", "present") in missing(coverage)


def test_a_value_may_nest_deeper_than_the_stack(contract):
    value: dict[str, Any] = {"colour": "red"}
    for _ in range(100_000):
        value = {"parent": value, "amount": 0}
    assert "exactly 0 (minimum)" not in left(requests(contract, value), "amount")
    while value:  # so that the value goes piece by piece, too
        value = value.pop("parent", None)


def test_parameters_and_headers(contract):
    coverage = Coverage(contract)
    coverage.see_status(KEY, "201", JSON)
    coverage.see_parameters(KEY, {("query", "dry"): "yes", ("header", "x-TRACE"): "t"})
    coverage.see_headers(KEY, "201", {"X-Left": 0})
    found = missing(coverage)
    assert ("parameters", "query dry", "absent") in found
    assert ("parameters", "query dry", "value 'no'") in found
    assert not {one for one in found if one[1] == "header X-Trace"}
    assert {one for one in found if one[0] == "headers 201"} == {
        ("headers 201", "header X-Left", "absent")
    }
    coverage.see_parameters(KEY, {})
    assert ("parameters", "query dry", "absent") not in missing(coverage)


def test_what_the_contract_does_not_have_is_ignored(contract):
    coverage = Coverage(contract)
    coverage.see_status("GET /nowhere", "200")
    coverage.see_body("GET /nowhere", "request", JSON, {})
    coverage.see_body(KEY, "request", "text/plain", "x")
    coverage.see_parameters("GET /nowhere", {})
    coverage.see_headers(KEY, "404", {"X": "1"})
    assert coverage.tally().seen == 0
    json.dumps(coverage.to_json())


def test_everything_can_be_seen():
    schema = {"type": "object", "properties": {"on": {"enum": ["a", "b"]}}}
    contract = contract_of(
        document({"/x": {"post": {"requestBody": body(schema), "responses": {}}}})
    )
    coverage = Coverage(contract)
    coverage.see_status("POST /x", "")
    for value in ({}, {"on": "a"}, {"on": "b"}):
        coverage.see_body("POST /x", "request", JSON, value)
    assert coverage.percent() == 100.0
    assert coverage.to_json()["by_operation"]["POST /x"]["missing"] == []


# --- laws

LAYERS = st.fixed_dictionaries(
    {"kind": st.just("oil")}, optional={"thick": st.booleans()}
) | st.fixed_dictionaries(
    {"kind": st.just("water")}, optional={"wet": st.sampled_from(["very", "little"])}
)
PAINTS = st.recursive(
    st.fixed_dictionaries(
        {"colour": st.sampled_from(["red", "green", None, 1, True])},
        optional={
            "name": st.text("ab", min_size=1, max_size=4),
            "layers": st.lists(LAYERS, min_size=1, max_size=2),
            "amount": st.integers(0, 9),
            "note": st.none() | st.just("n"),
            "extra": st.dictionaries(st.text("pq"), st.sampled_from("xy"), max_size=2),
            "value": st.sampled_from(["a", "b"]),
        },
    ),
    lambda inner: st.builds(lambda one, other: {**one, "parent": other}, inner, inner),
    max_leaves=3,
)


@given(values=st.lists(PAINTS, max_size=12), split=st.integers(0, 12))
def test_what_is_seen_does_not_depend_on_what_was_seen_before(contract, values, split):
    """Parts wholly seen are passed over; that must lose nothing, in any order, in any process."""
    together = requests(contract, *values)
    apart = Coverage(contract)
    for value in reversed(values):
        apart.merge(pickle.loads(pickle.dumps(requests(contract, value).state)))
    halves = requests(contract, *values[:split])
    halves.merge(requests(contract, *values[split:]).state)
    assert together.to_json() == apart.to_json() == halves.to_json()


def test_every_goal_stands_in_the_document(contract):
    """So that a report can lead to its line."""
    coverage = Coverage(contract)
    coverage.see_status(KEY, "")
    coverage.state.seen[(KEY, "", "", "")].update(coverage.operations.numbers(KEY).values())
    goals = coverage.to_json()["by_operation"][KEY]["missing"]
    assert len(goals) > 50
    for goal in goals:
        node: Any = contract.document()
        for step in tokens(goal["pointer"]):
            node = node[int(step)] if isinstance(node, list) else node[step]


def test_sums_agree(contract):
    coverage = requests(contract, {"colour": "red", "layers": [{"kind": "oil"}]})
    told = coverage.to_json()
    every = told["by_operation"].values()
    kinds = [
        one for name, one in told.items() if isinstance(one, dict) and set(one) == {"seen", "of"}
    ]
    assert sum(one["of"] for one in every) == told["goals"]["of"] == coverage.tally().of
    assert 2 * told["goals"]["seen"] == sum(one["seen"] for one in kinds)
    called = told["by_operation"][KEY]
    assert called["of"] - called["seen"] >= len(called["missing"])


def test_conditions_are_branches():
    schema = {
        "type": "object",
        "properties": {"mode": {"type": "string"}, "n": {}},
        "if": {"properties": {"mode": {"const": "a"}}},
        "then": {"required": ["n"]},
        "else": {"properties": {"n": {"maximum": 3}}},
    }
    contract = contract_of(
        document({"/x": {"post": {"requestBody": body(schema), "responses": {}}}})
    )
    coverage = Coverage(contract)
    coverage.see_status("POST /x", "")
    coverage.see_body("POST /x", "request", JSON, {"mode": "b", "n": 3})
    words = {one[2] for one in missing(coverage, "POST /x")}
    assert "then" in words
    assert "else" not in words
    assert "exactly 3 (maximum)" not in words


def test_the_size_of_a_document_is_no_trouble(shared):
    """Shapes are counted, not unfolded, where nobody has been."""
    import gzip

    packed = shared / "corpus" / "specs" / "github.json.gz"
    if not packed.is_file():
        pytest.skip("the large document is not here")
    small_part = json.loads(gzip.decompress(packed.read_bytes()))
    small_part["paths"] = dict(list(small_part["paths"].items())[:50])
    coverage = Coverage(contract_of(small_part))
    told = coverage.to_json()
    assert told["goals"]["of"] > 2_000
    assert len(json.dumps(told)) < 1_000_000
