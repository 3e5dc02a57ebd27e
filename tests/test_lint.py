"""Lint's rules: each with a document that breaks it, and one that does not."""

from __future__ import annotations

from collections import Counter
from copy import deepcopy
from pathlib import Path

import pytest
import yaml

from specbound.contract.load import Contract
from specbound.diagnostics import Severity
from specbound.lint.lint import lint

CASES = Path(__file__).parent / "cases" / "lint"
RUNWAY = Path(__file__).parents[1] / "spec" / "runway" / "openapi.json"
ERROR = {"4XX": {"description": "no"}}


def document(**members):
    base = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {}}
    return {**base, **members}


def schema(node, **schemas):
    return document(components={"schemas": {"A": node, **schemas}})


def operation(method="get", path="/a", **members):
    node = {"responses": {"200": {"description": "ok"}, **ERROR}, **members}
    holes = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    if holes:
        node["parameters"] = [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            for name in holes
        ]
    return document(paths={path: {method: node}})


def reply(**media):
    content = {"application/json": media}
    return operation(responses={"200": {"description": "ok", "content": content}, **ERROR})


def parameter(**members):
    one = {"name": "p", "in": "query", **members}
    return operation(parameters=[one])


def body(method, node, **members):
    content = {"application/json": {"schema": node}}
    return operation(method, requestBody={"content": content, **members})


def problems(tmp_path, node):
    file = tmp_path / "openapi.yaml"
    file.write_text(yaml.safe_dump(node, sort_keys=False), "utf-8")
    return lint(Contract.load(file))


INTEGER = {"type": "integer"}
NEEDS = {"type": "object", "required": ["a"], "properties": {"a": INTEGER}}
FREE = {"type": "object", "properties": {"a": INTEGER}}
REF = {"$ref": "#/components/schemas/N"}
BOX = {"type": "object", "required": ["k"], "properties": {"k": {"const": "box"}}}
BALL = {"type": "object", "required": ["k"], "properties": {"k": {"const": "ball"}}}
LOOSE = {"type": "object", "properties": {"k": {"const": "ball"}}}


def tagged(*branches):
    return {"oneOf": list(branches), "discriminator": {"propertyName": "k"}}


def two_paths(one, other, kind="string"):
    paths = {}
    for path in (one, other):
        made = operation("get", path)["paths"][path]
        for each in made["get"].get("parameters", ()):
            each["schema"]["type"] = kind
        paths[path] = made
    return document(paths=paths)


BREAKS = [
    ("invalid-example", schema({**INTEGER, "example": "x"})),
    ("invalid-example", schema({**INTEGER, "examples": [1, "x"]})),
    ("invalid-example", schema({"type": "string", "format": "uuid", "example": "x"})),
    ("invalid-example", reply(schema=INTEGER, example="x")),
    ("invalid-example", reply(schema=INTEGER, examples={"e": {"value": "x"}})),
    ("invalid-example", parameter(schema=INTEGER, example="x")),
    ("invalid-example", parameter(schema=INTEGER, examples={"e": {"value": "x"}})),
    ("invalid-default", schema({**INTEGER, "default": "x"})),
    ("required-with-default", parameter(required=True, schema={**INTEGER, "default": 1})),
    ("optional-body", body("post", NEEDS)),
    ("optional-body", body("patch", FREE)),
    ("invalid-example", {**reply(schema=REF, example={}), "components": {"schemas": {"N": NEEDS}}}),
    ("optional-body", {**body("post", REF), "components": {"schemas": {"N": NEEDS}}}),
    ("overlapping-branches", schema({"oneOf": [REF, {**FREE, "maxProperties": 5}]}, N=NEEDS)),
    ("no-error-response", operation(responses={"200": {"description": "ok"}})),
    ("undeclared-tag", {**operation(tags=["B"]), "tags": [{"name": "A"}]}),
    ("unreachable-branch", schema({"oneOf": [INTEGER, INTEGER]})),
    ("unreachable-branch", schema({"oneOf": [INTEGER, {**INTEGER, "maximum": 5}]})),
    ("unreachable-branch", schema({"oneOf": [{"type": "string"}, {"enum": ["a", "b"]}]})),
    ("unreachable-branch", schema(tagged(BOX, {**BOX, "maxProperties": 3}))),
    ("overlapping-branches", schema({"oneOf": [NEEDS, {**FREE, "maxProperties": 5}]})),
    ("optional-discriminator", schema(tagged(BOX, LOOSE))),
    ("nullable", schema({**INTEGER, "nullable": True})),
    ("invalid-pattern", schema({"type": "string", "pattern": "("})),
    ("ambiguous-paths", two_paths("/a/{x}", "/a/{y}")),
    ("ambiguous-paths", two_paths("/a/{x}", "/{y}/b")),
]

HOLDS = [
    schema({**INTEGER, "example": 1}),
    schema({"type": "string", "format": "uuid", "example": "3fa85f64-5717-4562-b3fc-2c963f66afa6"}),
    schema({**INTEGER, "default": 3}),
    reply(schema=INTEGER, examples={"e": {"externalValue": "https://example.com/a.json"}}),
    parameter(schema={"type": "array", "items": INTEGER}, example="1,2,3"),
    parameter(schema=INTEGER, example="7"),
    parameter(required=True, schema={"const": "v1", "default": "v1"}),
    parameter(required=False, schema={**INTEGER, "default": 1}),
    body("post", NEEDS, required=True),
    body("post", FREE, required=False),
    body("get", NEEDS),
    operation(responses={"200": {"description": "ok"}, "default": {"description": "no"}}),
    {**operation(tags=["A"]), "tags": [{"name": "A"}]},
    schema({"oneOf": [INTEGER, {"type": "string"}]}),
    schema({"anyOf": [{"type": "string"}, {"enum": ["a", "b"]}]}),
    schema(tagged(BOX, BALL)),
    schema(tagged({"$ref": "#/components/schemas/B"}, BOX), B=BALL),
    schema({"type": ["integer", "null"]}),
    document(openapi="3.0.3", components={"schemas": {"A": {**INTEGER, "nullable": True}}}),
    schema({"type": "string", "pattern": "^[a-z]+$", "example": "abc"}),
    two_paths("/a/{x}", "/a/mine"),
    two_paths("/a/{x}", "/{y}/b", "integer"),
]


@pytest.mark.parametrize(("code", "node"), BREAKS)
def test_what_is_wrong_is_found_once(tmp_path, code, node):
    found = problems(tmp_path, node)
    assert [one.code for one in found] == [code]
    assert found[0].diagnostic.origin.line
    assert found[0].kind


@pytest.mark.parametrize("node", HOLDS)
def test_what_is_right_is_not_reported(tmp_path, node):
    assert problems(tmp_path, node) == []


def test_a_member_that_goes_the_other_way_is_not_missed(tmp_path):
    node = {
        "type": "object",
        "required": ["id", "name"],
        "properties": {"id": {**INTEGER, "readOnly": True}, "name": {"type": "string"}},
    }
    sent = body("post", node, required=True)
    media = sent["paths"]["/a"]["post"]["requestBody"]["content"]["application/json"]
    media["example"] = {"name": "a"}
    assert problems(tmp_path, sent) == []
    received = reply(schema=node, example={"name": "a"})
    assert [one.code for one in problems(tmp_path, received)] == ["invalid-example"]


def test_text_that_is_no_json_is_not_judged_as_json(tmp_path):
    node = reply()
    content = node["paths"]["/a"]["get"]["responses"]["200"]["content"]
    content["application/xml"] = {"schema": FREE, "example": "<a>1</a>"}
    assert problems(tmp_path, node) == []


def test_an_example_that_many_refer_to_is_wrong_once(tmp_path):
    node = reply(schema=INTEGER, examples={"e": {"$ref": "#/components/examples/E"}})
    node["paths"]["/b"] = deepcopy(node["paths"]["/a"])
    node["components"] = {"examples": {"E": {"value": "x"}}}
    found = problems(tmp_path, node)
    assert len(found) == 1
    # The references go, since the example itself may be right for others.
    assert [action.target for action in found[0].mend] == [
        "$.paths['/a'].get.responses['200'].content['application/json'].examples.e",
        "$.paths['/b'].get.responses['200'].content['application/json'].examples.e",
    ]


def test_the_witness_of_an_overlap_is_told(tmp_path):
    found = problems(tmp_path, schema({"oneOf": [NEEDS, {**FREE, "maxProperties": 5}]}))
    assert "fits both branch 0 and branch 1" in found[0].diagnostic.message
    assert '{"a": 1}' in found[0].diagnostic.message


def test_a_rule_of_ours_replaces_the_sources_words(tmp_path):
    node = schema({"type": "string", "default": 5, "maxLength": 3})
    assert [one.code for one in problems(tmp_path, node)] == ["invalid-default"]


def test_the_published_document_is_measured_exactly():
    found = lint(Contract.load(RUNWAY))
    kinds = Counter(one.kind for one in found)
    assert kinds["schema examples that do not fit"] == 44
    assert kinds["media type examples that do not fit"] == 4
    assert kinds["Example Objects with `title`"] == 12
    assert kinds["required parameters with a default"] == 6
    assert kinds["request bodies that are not marked `required`"] == 22
    assert kinds["operations that document no error"] == 27
    assert kinds["tags that are used and not declared"] == 7
    assert not [one for one in found if one.diagnostic.severity is Severity.ERROR]
    codes = {"invalid-default", "overlapping-branches", "unreachable-branch", "ambiguous-paths"}
    assert not codes & {one.code for one in found}


def test_findings_are_worded_as_the_golden_file_has_them(golden):
    from specbound.commands.lint_text import text

    contract = Contract.load(CASES / "garage.yaml")
    written = text(lint(contract), verbose=True).replace(f"{CASES}/", "")
    golden(CASES / "garage.txt", written)
