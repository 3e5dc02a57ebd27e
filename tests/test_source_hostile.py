"""Hostile and broken input: one clear error with a place, soon, and never a traceback."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from specbound.diagnostics import Code, SpecError
from specbound.source.load import read

HEAD = "openapi: 3.1.0\ninfo: {title: t, version: '1'}\n"


def bomb(levels: int) -> str:
    lines = ["x-a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    for n in range(1, levels):
        lines.append(f"x-a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]")
    return HEAD + "paths: {}\n" + "\n".join(lines)


def doc(**members: Any) -> str:
    return json.dumps({"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, **members})


def get(operation: Any) -> str:
    return doc(paths={"/a": {"get": operation}})


def schema(value: Any) -> str:
    return doc(paths={}, components={"schemas": {"A": value}})


def nested(levels: int) -> dict[str, Any]:
    value: dict[str, Any] = {"type": "string"}
    for _ in range(levels):
        value = {"not": value}
    return value


CASES: dict[str, tuple[str | bytes, Code]] = {
    "empty": ("", Code.NOT_OPENAPI),
    "blank": (" \n\n", Code.NOT_OPENAPI),
    "only a comment": ("# nothing\n", Code.NOT_OPENAPI),
    "a scalar": ("hello", Code.NOT_OPENAPI),
    "a list": ("[]", Code.NOT_OPENAPI),
    "null": ("null", Code.NOT_OPENAPI),
    "truncated json": ('{"openapi": "3.1.0", "info": {"title": ', Code.SYNTAX),
    "truncated yaml": (HEAD + 'paths:\n  "/a', Code.SYNTAX),
    "two json values": ("{}{}", Code.SYNTAX),
    "two yaml documents": (HEAD + "paths: {}\n---\na: 1\n", Code.SYNTAX),
    "json control character": ('{"a": "\x01"}', Code.SYNTAX),
    "half a surrogate": ('{"openapi": "3.1.0", "a": "\\ud800"}', Code.SYNTAX),
    "binary": (b"\x89PNG\r\n\x1a\n\xff\xfe\x00\x01", Code.UNREADABLE),
    "utf-16": (HEAD.encode("utf-16"), Code.UNREADABLE),
    "latin-1": ("openapi: 3.1.0\ninfo: {title: é}".encode("latin-1"), Code.UNREADABLE),
    "nul": (b"openapi: 3.1.0\x00", Code.UNREADABLE),
    "tabs": (HEAD + "paths:\n\t/a: {}\n", Code.SYNTAX),
    "json duplicate": ('{"openapi": "3.1.0",\n "openapi": "3.0.0"}', Code.DUPLICATE_KEY),
    "json deep duplicate": ('{"a": [1, {"b": {"c": 1, "c": 2}}]}', Code.DUPLICATE_KEY),
    "yaml duplicate": (HEAD + "info: {}\n", Code.DUPLICATE_KEY),
    "yaml duplicate status": (
        HEAD + "paths: {/a: {get: {responses: {200: {}, '200': {}}}}}",
        Code.DUPLICATE_KEY,
    ),
    "python object": (HEAD + "paths: !!python/object/apply:os.system [ls]\n", Code.UNSAFE_TAG),
    "python name": (HEAD + "paths: !!python/name:os.system ''\n", Code.UNSAFE_TAG),
    "python tag on a key": (HEAD + "!!python/name:os.system a: 1\n", Code.UNSAFE_TAG),
    "binary tag": (HEAD + "x: !!binary aGk=\n", Code.UNSAFE_TAG),
    "own tag": (HEAD + "x: !include other.yaml\n", Code.UNSAFE_TAG),
    "bomb": (bomb(12), Code.TOO_LARGE),
    "alias in itself": (HEAD + "x: &a [*a]\n", Code.CIRCULAR_REFERENCE),
    "no anchor": (HEAD + "x: *a\n", Code.SYNTAX),
    "list as a key": (HEAD + "? [a, b]\n: 1\n", Code.WRONG_TYPE),
    "json 100,000 levels": ("[" * 100_000, Code.TOO_DEEP),
    "json 100,000 objects": ('{"a":' * 100_000, Code.TOO_DEEP),
    "json 1,000 levels": (doc(x=nested(1_000)) if False else "[" * 990 + "]" * 990, Code.TOO_DEEP),
    "yaml 100,000 flow levels": (HEAD + "x: " + "[" * 100_000, Code.TOO_DEEP),
    "yaml 5,000 block levels": (HEAD + "x:\n " + "- " * 5_000 + "a", Code.TOO_DEEP),
    "aliases nested deep": (
        HEAD
        + "x0: &a0 "
        + "[" * 90
        + "]" * 90
        + "\nx1: &a1 "
        + "[" * 90
        + "*a0"
        + "]" * 90
        + "\nx2: "
        + "[" * 90
        + "*a1"
        + "]" * 90,
        Code.TOO_DEEP,
    ),
    "schema 190 levels": (schema(nested(300)), Code.TOO_DEEP),
    "NaN": ('{"openapi": "3.1.0", "x": NaN}', Code.SYNTAX),
    "Infinity": ('{"openapi": "3.1.0", "x": [-Infinity]}', Code.SYNTAX),
    "yaml nan": (HEAD + "x: .nan\n", Code.SYNTAX),
    "huge float": ('{"openapi": "3.1.0", "x": 1e999}', Code.TOO_LARGE),
    "yaml huge float": (HEAD + "x: 1e999\n", Code.TOO_LARGE),
    "huge integer": ('{"openapi": "3.1.0", "x": 1' + "0" * 10_000 + "}", Code.TOO_LARGE),
    "yaml huge integer": (HEAD + "x: 1" + "0" * 10_000 + "\n", Code.TOO_LARGE),
    "no version": ("info: {}\npaths: {}\n", Code.NOT_OPENAPI),
    "version as number": ("openapi: 3.1\npaths: {}\n", Code.UNSUPPORTED_VERSION),
    "swagger": ('swagger: "2.0"\npaths: {}\n', Code.UNSUPPORTED_VERSION),
    "version 4": ("openapi: 4.0.0\npaths: {}\n", Code.UNSUPPORTED_VERSION),
    "version as a list": ("openapi: []\npaths: {}\n", Code.UNSUPPORTED_VERSION),
    "url reference": (schema({"$ref": "https://example.com/a.json#/A"}), Code.FORBIDDEN_REFERENCE),
    "protocol-relative": (schema({"$ref": "//example.com/a.json"}), Code.FORBIDDEN_REFERENCE),
    "file url": (schema({"$ref": "file:///etc/passwd"}), Code.FORBIDDEN_REFERENCE),
    "ftp url": (schema({"$ref": "ftp://example.com/a"}), Code.FORBIDDEN_REFERENCE),
    "absolute path": (schema({"$ref": "/etc/passwd"}), Code.FORBIDDEN_REFERENCE),
    "encoded absolute path": (schema({"$ref": "%2Fetc%2Fpasswd"}), Code.FORBIDDEN_REFERENCE),
    "windows path": (schema({"$ref": "C:\\secret.json"}), Code.FORBIDDEN_REFERENCE),
    "out of the folder": (schema({"$ref": "../../etc/passwd"}), Code.FORBIDDEN_REFERENCE),
    "encoded out": (schema({"$ref": "%2e%2e/%2e%2e/etc/passwd"}), Code.FORBIDDEN_REFERENCE),
    "path item url": (doc(paths={"/a": {"$ref": "http://x/y"}}), Code.FORBIDDEN_REFERENCE),
    "no such file": (schema({"$ref": "missing.yaml#/A"}), Code.BROKEN_REFERENCE),
    "the folder": (schema({"$ref": "."}), Code.UNREADABLE),
    "no such schema": (schema({"$ref": "#/components/schemas/B"}), Code.BROKEN_REFERENCE),
    "no such anchor": (schema({"$ref": "#nowhere"}), Code.BROKEN_REFERENCE),
    "no such parameter": (
        get({"parameters": [{"$ref": "#/components/parameters/B"}], "responses": {}}),
        Code.BROKEN_REFERENCE,
    ),
    "self reference": (schema({"$ref": "#/components/schemas/A"}), Code.CIRCULAR_REFERENCE),
    "two in a circle": (
        doc(
            paths={},
            components={
                "schemas": {
                    "A": {"$ref": "#/components/schemas/B"},
                    "B": {"$ref": "#/components/schemas/A"},
                }
            },
        ),
        Code.CIRCULAR_REFERENCE,
    ),
    "parameter circle": (
        doc(paths={}, components={"parameters": {"A": {"$ref": "#/components/parameters/A"}}}),
        Code.CIRCULAR_REFERENCE,
    ),
    "path item in itself": (
        doc(paths={"/a": {"get": {}, "$ref": "#/paths/~1a/get"}}),
        Code.CIRCULAR_REFERENCE,
    ),
    "callback in itself": (
        doc(
            paths={},
            components={
                "callbacks": {
                    "C": {
                        "{$url}": {
                            "post": {
                                "responses": {},
                                "callbacks": {"c": {"$ref": "#/components/callbacks/C"}},
                            }
                        }
                    }
                }
            },
        ),
        Code.CIRCULAR_REFERENCE,
    ),
    "reference to a text": (schema({"$ref": "#/info/title"}), Code.WRONG_TYPE),
    "info a list": (
        json.dumps({"openapi": "3.1.0", "info": [], "paths": {}}),
        Code.WRONG_TYPE,
    ),
    "paths a list": (doc(paths=[]), Code.WRONG_TYPE),
    "path item a text": (doc(paths={"/a": "get"}), Code.WRONG_TYPE),
    "operation a list": (get([]), Code.WRONG_TYPE),
    "parameters an object": (get({"parameters": {}}), Code.WRONG_TYPE),
    "parameter a text": (get({"parameters": ["a"]}), Code.WRONG_TYPE),
    "request body a list": (get({"requestBody": []}), Code.WRONG_TYPE),
    "content a list": (get({"requestBody": {"content": []}}), Code.WRONG_TYPE),
    "media type a text": (get({"requestBody": {"content": {"a/b": "x"}}}), Code.WRONG_TYPE),
    "responses a list": (get({"responses": []}), Code.WRONG_TYPE),
    "response a text": (get({"responses": {"200": "ok"}}), Code.WRONG_TYPE),
    "headers a list": (get({"responses": {"200": {"headers": []}}}), Code.WRONG_TYPE),
    "callbacks a text": (get({"callbacks": "x"}), Code.WRONG_TYPE),
    "webhooks a list": (doc(webhooks=[]), Code.WRONG_TYPE),
    "components a list": (doc(paths={}, components=[]), Code.WRONG_TYPE),
    "schemas a list": (doc(paths={}, components={"schemas": []}), Code.WRONG_TYPE),
    "schema a text": (schema("string"), Code.WRONG_TYPE),
    "schema a number": (schema(5), Code.WRONG_TYPE),
    "properties a list": (schema({"properties": ["a"]}), Code.WRONG_TYPE),
    "allOf an object": (schema({"allOf": {}}), Code.WRONG_TYPE),
    "items a list": (schema({"items": [{}]}), Code.WRONG_TYPE),
    "servers a text": (doc(paths={}, servers="http://x"), Code.WRONG_TYPE),
}


@pytest.mark.parametrize("name", CASES)
def test_refused_with_one_clear_error(name: str, tmp_path: Path) -> None:
    content, code = CASES[name]
    path = tmp_path / "folder" / "openapi.yaml"
    path.parent.mkdir()
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    start = time.process_time()
    with pytest.raises(SpecError) as caught:
        read(path)
    assert time.process_time() - start < 5
    errors = [item for item in caught.value.diagnostics if item.severity == "error"]
    assert {item.code for item in errors} == {code}
    assert all(item.origin is not None for item in errors)
    assert "\n" not in errors[0].message
    assert len(errors[0].message) < 300


USABLE = {
    "null sections": HEAD
    + """
paths:
  /a:
    get:
      parameters:
      tags: ~
      responses:
        200:
    post:
components:
  schemas:
    A:
      properties:
        x:
""",
    "scalars of the wrong type": HEAD
    + """
paths: {/a: {get: {summary: 5, deprecated: 'yes', tags: [1], operationId: [], responses: {}}}}
components: {schemas: {A: {required: true, minLength: '5', type: any, enum: {}, maxItems: -1}}}
""",
    "a parameter of Swagger 2.0": HEAD
    + "paths: {/a: {get: {parameters: [{name: b, in: body}, {in: query}], responses: {}}}}",
    "a big integer": schema({"maximum": 10**400}),
    "no info and no paths": "openapi: 3.1.0\n",
    "a byte order mark": "\ufeff" + doc(paths={}),
    "120 levels": schema(nested(120)),
    "all-of lattice with a default": doc(
        paths={},
        components={
            "schemas": {
                f"S{n}": {
                    "allOf": [{"$ref": f"#/components/schemas/S{n + 1}"}] * 2,
                    "default": 1,
                    "required": ["zz"],
                }
                for n in range(40)
            }
            | {"S40": {"type": "integer"}}
        },
    ),
    "a lie in an example": get(
        {"responses": {"200": {"content": {"a/b": {"example": {"$ref": "http://x/y"}}}}}}
    ),
    "a property called $ref": schema({"properties": {"$ref": {"type": "string"}}}),
}


@pytest.mark.parametrize("name", USABLE)
def test_usable_all_the_same(name: str, tmp_path: Path) -> None:
    path = tmp_path / "openapi"
    path.write_text(USABLE[name], encoding="utf-8")
    start = time.process_time()
    source = read(path)
    assert time.process_time() - start < 5
    json.dumps(source.document)
    for operations in source.document["paths"].values():
        for operation in operations.values():
            assert isinstance(operation.get("parameters", []), list)
            assert isinstance(operation["responses"], dict)
            assert all(isinstance(reply, dict) for reply in operation["responses"].values())


def test_a_symbolic_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text("A: {type: string}")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    (folder / "openapi.json").write_text(schema({"$ref": "link.yaml#/A"}))
    with pytest.raises(SpecError, match="leaves the folder"):
        read(folder / "openapi.json")


def test_missing_files_and_folders_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing.json", Path("/dev/zero"), "a\0b"):
        with pytest.raises(SpecError) as caught:
            read(path)
        assert caught.value.diagnostics[0].code is Code.UNREADABLE


def test_errors_name_line_and_column(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('{\n  "openapi": "3.1.0",\n  "x": {"b": 1,\n    "b": 2}\n}')
    with pytest.raises(SpecError) as caught:
        read(path)
    origin = caught.value.diagnostics[0].origin
    assert origin is not None
    assert (origin.line, origin.column) == (4, 5)
