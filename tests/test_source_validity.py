"""openapi-spec-validator's findings: one for each fault, in the right place, shortly said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from specbound.source import validity
from specbound.source.load import read

RUNWAY = Path(__file__).parent.parent / "spec" / "runway" / "openapi.json"
INFO = {"title": "t", "version": "1"}


def findings(folder: Path, version: str, **members: Any) -> list[tuple[str, str, str]]:
    path = folder / "openapi.json"
    path.write_text(json.dumps({"openapi": version, "info": INFO, "paths": {}, **members}))
    return [
        (item.origin.pointer if item.origin else "", item.message, item.help)
        for item in read(path).diagnostics
        if item.code == "invalid-document"
    ]


def replies(content: Any) -> dict[str, Any]:
    return {"/a": {"get": {"responses": {"200": {"description": "", "content": content}}}}}


MEDIA = "/paths/~1a/get/responses/200/content/a~1b"


def test_twelve_titles_of_examples_are_twelve_findings_and_are_left_out() -> None:
    source = read(RUNWAY)
    assert {(str(item.code), item.message, item.help) for item in source.diagnostics} == {
        ("invalid-document", "Example Object has no `title`", "use `summary`")
    }
    assert len(source.diagnostics) == 12
    places = [item.origin for item in source.diagnostics if item.origin]
    lines = RUNWAY.read_text().split("\n")
    for place in places:
        assert place.line is not None
        assert place.column is not None
        assert lines[place.line - 1][place.column - 1 :].startswith('"title"')
    assert not list(validity.spec_findings(source.document, False))


def test_one_cause_is_one_finding_where_it_lies(tmp_path: Path) -> None:
    media = {"schema": {"type": "string", "properties": {"a": {"type": 5}}}}
    found = findings(tmp_path, "3.0.3", paths=replies({"a/b": media}))
    assert [place for place, _, _ in found] == [MEDIA + "/schema/properties/a/type"]


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        (
            {"paths": replies({"a/b": {"examples": {"e": {"name": "x", "value": 1}}}})},
            (MEDIA + "/examples/e/name", "Example Object has no `name`", "use `summary`"),
        ),
        (
            {"paths": {"/a/{b}": {"get": {"responses": {"200": {"description": ""}}}}}},
            (
                "/paths/~1a~1{b}/get",
                "Path parameter 'b' for 'get' operation in '/a/{b}' was not resolved",
                "",
            ),
        ),
        (
            {"components": {"schemas": {"A": {"type": "integer", "default": "x"}}}},
            (
                "/components/schemas/A/default",
                "`default` does not fit its schema: 'x' is not of type 'integer'",
                "",
            ),
        ),
        (
            {"paths": {"/a": {"get": {"responses": {"200": {}}}}}},
            (
                "/paths/~1a/get/responses/200",
                "Response Object has no `description`, which is required",
                "",
            ),
        ),
        (
            {"components": {"schemas": {"A": {"required": ["a", "a"]}}}},
            ("/components/schemas/A/required", "['a', 'a'] has non-unique elements", ""),
        ),
    ],
)
@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
def test_findings_have_a_place(
    members: dict[str, Any], expected: tuple[str, str, str], version: str, tmp_path: Path
) -> None:
    found = findings(tmp_path, version, **members)
    assert [place for place, _, _ in found] == [expected[0]]
    if version == "3.1.0":
        assert found == [expected]


def test_a_default_of_null_is_a_finding_in_words_of_json(tmp_path: Path) -> None:
    found = findings(
        tmp_path, "3.1.0", components={"schemas": {"A": {"type": "object", "default": None}}}
    )
    assert [message for _, message, _ in found] == [
        "`default` does not fit its schema: null is not of type 'object'"
    ]


def test_what_breaks_the_library_is_one_warning(tmp_path: Path) -> None:
    schemas = {
        "A": {"allOf": [{"$ref": "#/components/schemas/B"}], "default": {}},
        "B": {"allOf": [{"$ref": "#/components/schemas/A"}]},
    }
    found = findings(tmp_path, "3.1.0", components={"schemas": schemas})
    assert len([message for _, message, _ in found if "gave up" in message]) == len(found) <= 1


def test_invalid_and_harmless_members_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "openapi.json"
    operation = {
        "responses": {"200": {"description": "", "schema": {}, "x-kept": 1}},
        "consumes": ["a/b"],
    }
    document = {"openapi": "3.1.0", "info": INFO, "host": "x", "paths": {"/a": {"get": operation}}}
    path.write_text(json.dumps(document))
    source = read(path)
    assert "host" not in source.document
    assert source.document["paths"]["/a"]["get"] == {
        "responses": {"200": {"description": "", "x-kept": 1}}
    }
    assert len(source.diagnostics) == 3
    assert not list(validity.spec_findings(source.document, False))
