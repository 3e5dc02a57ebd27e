"""3.0 lifted to 3.1: a table of schemas before and after, and where lifting must not reach."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from specbound.source.load import Source, read

REF = {"$ref": "#/components/schemas/Other"}
NULL = {"type": "null"}

LIFTED: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"type": "string", "nullable": True}, {"type": ["string", "null"]}),
    ({"type": "string", "nullable": False}, {"type": "string"}),
    ({"nullable": True}, {}),
    (
        {"type": "string", "enum": ["a"], "nullable": True},
        {"type": ["string", "null"], "enum": ["a", None]},
    ),
    ({"enum": ["a", None], "nullable": True}, {"enum": ["a", None]}),
    ({**REF, "nullable": True}, {"anyOf": [REF, NULL]}),
    ({**REF, "description": "ignored", "minLength": 5}, REF),
    (
        {"allOf": [REF], "nullable": True, "description": "d"},
        {"description": "d", "anyOf": [{"allOf": [REF]}, NULL]},
    ),
    ({"anyOf": [REF], "nullable": True}, {"anyOf": [REF, NULL]}),
    (
        {"type": "object", "anyOf": [REF], "nullable": True},
        {"anyOf": [{"type": "object", "anyOf": [REF]}, NULL]},
    ),
    (
        {"oneOf": [REF], "nullable": True, "discriminator": {"propertyName": "k"}},
        {"anyOf": [{"oneOf": [REF], "discriminator": {"propertyName": "k"}}, NULL]},
    ),
    (
        {"type": "number", "minimum": 1, "exclusiveMinimum": True},
        {"type": "number", "exclusiveMinimum": 1},
    ),
    (
        {"type": "number", "maximum": 1, "exclusiveMaximum": False},
        {"type": "number", "maximum": 1},
    ),
    ({"type": "number", "exclusiveMinimum": True}, {"type": "number"}),
    (
        {"type": "string", "format": "byte"},
        {"type": "string", "format": "byte", "contentEncoding": "base64"},
    ),
    (
        {"type": "string", "format": "binary"},
        {
            "type": "string",
            "format": "binary",
            "contentMediaType": "application/octet-stream",
        },
    ),
    (
        {"type": "array", "items": {"type": "integer", "nullable": True}, "example": [None]},
        {"type": "array", "items": {"type": ["integer", "null"]}, "example": [None]},
    ),
    (
        {"properties": {"nullable": {"type": "string", "nullable": True}}},
        {"properties": {"nullable": {"type": ["string", "null"]}}},
    ),
]


def lifted(folder: Path, **members: Any) -> Source:
    path = folder / "openapi.json"
    head = {"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {}}
    path.write_text(json.dumps({**head, **members}))
    return read(path)


@pytest.mark.parametrize(("before", "after"), LIFTED)
def test_one_schema(before: dict[str, Any], after: dict[str, Any], tmp_path: Path) -> None:
    source = lifted(tmp_path, components={"schemas": {"A": before, "Other": {}}})
    assert source.document["components"]["schemas"]["A"] == after
    assert source.document["openapi"] == "3.1.0"


def test_schemas_everywhere_and_nothing_else(tmp_path: Path) -> None:
    before: dict[str, Any] = {"type": "string", "nullable": True}
    media = {
        "schema": before,
        "example": before,
        "examples": {"e": {"value": before}},
        "x-y": {"schema": before},
    }
    operation: dict[str, Any] = {
        "parameters": [{"name": "p", "in": "query", "schema": before}],
        "requestBody": {"content": {"a/b": media}},
        "responses": {
            "200": {
                "description": "",
                "headers": {"h": {"schema": before}},
                "content": {"a/b": media},
            }
        },
        "callbacks": {
            "c": {"{$url}": {"post": {"requestBody": {"content": {"a/b": media}}, "responses": {}}}}
        },
    }
    source = lifted(
        tmp_path,
        paths={"/a": {"post": operation}},
        components={"schemas": {"A": {"default": before, "enum": [before]}}},
    )
    text = json.dumps(source.document)
    assert text.count('{"type": ["string", "null"]}') == 5
    assert text.count(json.dumps(before)) == 2 + 3 * 3


def test_lifted_parts_lead_back_to_their_place(tmp_path: Path) -> None:
    before = {"allOf": [{"type": "string"}], "nullable": True}
    source = lifted(tmp_path, components={"schemas": {"A": before}})
    at = "/components/schemas/A"
    assert source.origin(f"{at}/anyOf/0/allOf/0/type").pointer == f"{at}/allOf/0/type"
    assert source.origin(f"{at}/anyOf/1").pointer == f"{at}/nullable"


def test_31_keeps_its_words_and_says_which_it_does_not_read(tmp_path: Path) -> None:
    schema = {
        "type": "string",
        "nullable": True,
        "minimum": 2,
        "exclusiveMinimum": True,
        "optional": True,
        "x-own": 1,
    }
    source = lifted(
        tmp_path,
        openapi="3.1.0",
        jsonSchemaDialect="https://example.com/mine",
        components={"schemas": {"A": schema, "B": {"nullable": True, "const": {"nullable": 1}}}},
    )
    assert source.document["components"]["schemas"]["A"] == {
        "type": "string",
        "nullable": True,
        "exclusiveMinimum": 2,
        "optional": True,
        "x-own": 1,
    }
    said = {(str(item.code), item.message) for item in source.diagnostics}
    assert ("unknown-keyword", "nothing reads `nullable` in a Schema object (2 times)") in said
    assert ("unknown-keyword", "nothing reads `optional` in a Schema object") in said
    assert any(code == "unsupported" for code, _ in said)
