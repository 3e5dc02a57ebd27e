"""Odd documents and odd extensions: each has a contract, or an error with a place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts import Json, contract_of, document, places, small
from specbound.contract.load import load
from specbound.diagnostics import Code, SpecError

# --- x-specbound ----------------------------------------------------------------------------------


def _thing(**schema: Any) -> Json:
    return {"type": "object", "properties": {"a": {"type": "string"}}, **schema}


def test_a_schema_takes_the_name_that_is_asked_for() -> None:
    contract = contract_of(small(_thing(**{"x-specbound": {"name": "Wish"}})))
    assert contract.schemas["Wish"].schema["x-specbound"] == {"name": "Wish"}  # type: ignore[index]


def test_a_parameter_takes_the_name_that_is_asked_for() -> None:
    asked = {"name": "X-Odd", "in": "header", "schema": {}, "x-specbound": {"name": "plain"}}
    post = {"parameters": [asked], "responses": {}}
    operation = contract_of(document({"/a": {"post": post}})).operations["POST /a"]
    assert [one.python for one in operation.parameters] == ["plain"]


@pytest.mark.parametrize(
    ("broken", "place"),
    [
        (small(_thing(**{"x-specbound": {"nam": "A"}})), "/schema/x-specbound"),
        (small(_thing(**{"x-specbound": "A"})), "/schema/x-specbound"),
        (
            small({"type": "string", "x-specbound": {"length-unit": "bytes"}}),
            "/x-specbound/length-unit",
        ),
        (
            document(
                {
                    "/a": {
                        "parameters": [
                            {"name": "x", "in": "query", "schema": {}, "x-specbound": {"name": "1"}}
                        ],
                        "get": {"responses": {}},
                    }
                }
            ),
            "/paths/~1a/parameters/0/x-specbound/name",
        ),
        (
            document(
                {
                    "/a": {
                        "get": {"responses": {}, "x-specbound": {"wait": {"for": "t", "id": "/i"}}}
                    }
                }
            ),
            "/paths/~1a/get/x-specbound/wait/for",
        ),
    ],
)
def test_a_broken_extension_is_an_error_with_a_place(broken: Json, place: str) -> None:
    with pytest.raises(SpecError) as caught:
        contract_of(broken)
    found = [one for one in caught.value.diagnostics if one.code is Code.INVALID_EXTENSION]
    assert [one.origin.pointer.endswith(place) for one in found if one.origin] == [True]


def test_a_wait_without_an_operation_is_warned_of() -> None:
    waits = {"t": {"operation": "GET /none", "parameter": "id", "state": "/s", "success": ["ok"]}}
    contract = contract_of(document({}, **{"x-specbound": {"waits": waits}}))
    assert "GET /none" in " ".join(one.message for one in contract.diagnostics)


# --- odd documents --------------------------------------------------------------------------------

ODD: dict[str, Json] = {
    "nothing": {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}},
    "only webhooks": {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "webhooks": {
            "ping": {
                "post": {
                    "requestBody": {"content": {"a/json": {"schema": _thing()}}},
                    "responses": {},
                }
            }
        },
    },
    "only components": {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "components": {"schemas": {"A": {"$ref": "#/components/schemas/B"}, "B": True, "C": False}},
    },
    "empty parts": document(
        {"/a": {}, "/b": {"get": {"responses": {}, "parameters": []}}}, components={}
    ),
    "two with one id": document(
        {
            "/a": {"get": {"operationId": "x", "responses": {}}},
            "/b": {"get": {"operationId": "x", "responses": {}}},
        }
    ),
    "a reference into paths": document(
        {
            "/a": {
                "get": {
                    "responses": {
                        "200": {
                            "description": "",
                            "content": {"application/json": {"schema": _thing()}},
                        }
                    }
                }
            },
            "/b": {
                "post": {
                    "requestBody": {
                        "content": {
                            "application/json": {
                                "schema": {
                                    "$ref": "#/paths/~1a/get/responses/200/content"
                                    "/application~1json/schema"
                                }
                            }
                        }
                    },
                    "responses": {},
                }
            },
        }
    ),
    "a reference into a component": small(
        {"$ref": "#/components/schemas/A/properties/b"},
        components={"schemas": {"A": {"type": "object", "properties": {"b": _thing()}}}},
    ),
    "recursion": small(
        {"$ref": "#/components/schemas/A"},
        components={
            "schemas": {
                "A": {"type": "object", "properties": {"a": {"$ref": "#/components/schemas/A"}}}
            }
        },
    ),
    "inline recursion": small(
        {
            "type": "object",
            "properties": {
                "a": {"$ref": "#/paths/~1things/post/requestBody/content/application~1json/schema"}
            },
        }
    ),
    "an allOf cycle": small(
        {"$ref": "#/components/schemas/A"},
        components={
            "schemas": {
                "A": {"allOf": [{"$ref": "#/components/schemas/B"}], "properties": {"a": {}}},
                "B": {"allOf": [{"$ref": "#/components/schemas/A"}], "properties": {"b": {}}},
            }
        },
    ),
    "a reference to itself": small(
        components={"schemas": {"A": {"$ref": "#/components/schemas/A"}}}
    ),
    "$defs": small(
        {
            "$defs": {"a": _thing()},
            "$ref": "#/paths/~1things/post/requestBody/content/application~1json/schema/$defs/a",
        }
    ),
    "booleans": small(
        {"type": "object", "properties": {"a": True, "b": False}, "additionalProperties": False}
    ),
    "names that Python keeps": small(
        components={
            "schemas": {
                "None": _thing(),
                "class": _thing(x=1),
                "1": _thing(),
                "é-ü": {"type": "object", "properties": {"z": {}}},
                "Model": {"enum": [1, 2]},
                "int": {"enum": [1, 3]},
                "…": {"enum": [4, 5]},
            }
        }
    ),
    "names that become one": small(
        components={
            "schemas": {
                "foo_bar": {"enum": [1, 2]},
                "FooBar": {"enum": [3, 4]},
                "foo-bar": {"enum": [5, 6]},
            }
        }
    ),
}


@pytest.mark.parametrize("name", ODD)
def test_an_odd_document_has_a_contract_or_a_place(name: str) -> None:
    if name == "a reference to itself":
        with pytest.raises(SpecError) as caught:
            contract_of(ODD[name])
        assert all(one.origin is not None for one in caught.value.diagnostics)
        return
    contract = contract_of(ODD[name])
    whole = contract.document()
    assert all(
        contract.schema(n["$ref"]) is not None
        for _, n in places(whole)
        if isinstance(n, dict) and isinstance(n.get("$ref"), str)
    )
    assert all(one.isidentifier() for one in contract.schemas)
    assert len({one.name for one in contract.operations.values()}) == len(contract.operations)


def test_parameters_of_a_path_item_reach_its_operations() -> None:
    shared = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    own = {**shared, "schema": {"type": "integer"}}
    item = {
        "parameters": [shared],
        "get": {"responses": {}},
        "put": {"parameters": [own], "responses": {}},
    }
    operations = contract_of(document({"/a/{id}": item})).operations
    assert [one.schema for one in operations["GET /a/{id}"].parameters] == [{"type": "string"}]
    assert [one.schema for one in operations["PUT /a/{id}"].parameters] == [{"type": "integer"}]


@settings(max_examples=60)
@given(st.text(max_size=12), st.text(max_size=12))
def test_any_text_becomes_names_that_python_takes(one: str, other: str) -> None:
    properties = {one: {"type": "string", "enum": ["a", "b"]}, other: _thing(title=one)}
    contract = contract_of(small({"type": "object", "properties": properties}))
    assert all(name.isidentifier() for name in contract.schemas)


def test_a_hostile_corpus_loads_or_is_refused(shared: Path) -> None:
    refused: dict[str, SpecError] = {}
    for path in sorted((shared / "corpus" / "nasty").glob("*.*")):
        if path.name != "index.json":
            try:
                load(path)
            except SpecError as error:
                refused[path.stem] = error
    assert set(refused) <= {"dcg-json-pointer", "heyapi-3.0-full", "heyapi-3.1-full"}
    assert all(one.origin for error in refused.values() for one in error.diagnostics)
