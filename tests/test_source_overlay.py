"""Overlays: what actions do, what is said about those that do nothing, and origins afterwards."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specbound.diagnostics import Code, SpecError
from specbound.origin import Origin
from specbound.source.grafts import Grafts
from specbound.source.load import Source, read

DOCUMENT = {
    "openapi": "3.0.0",
    "info": {"title": "t", "version": "1"},
    "tags": [{"name": "a"}, {"name": "b"}, {"name": "c"}, {"name": "d"}],
    "paths": {
        "/a": {
            "get": {
                "tags": ["a"],
                "parameters": [
                    {"name": "p", "in": "query", "schema": {"type": "string"}},
                    {"name": "q", "in": "query", "schema": {"type": "string", "nullable": True}},
                ],
                "responses": {"200": {"description": "ok"}},
            }
        }
    },
}


def overlaid(folder: Path, *overlays: Any) -> Source:
    (folder / "openapi.json").write_text(json.dumps(DOCUMENT, indent=1))
    paths = []
    for index, actions in enumerate(overlays):
        path = folder / f"overlay{index}.json"
        head = {"overlay": "1.0.0", "info": {"title": "o", "version": "1"}}
        path.write_text(json.dumps({**head, "actions": actions}, indent=1))
        paths.append(path)
    return read(folder / "openapi.json", paths)


def test_update_merges_appends_and_replaces(tmp_path: Path) -> None:
    source = overlaid(
        tmp_path,
        [
            {
                "target": "$.paths['/a'].get",
                "update": {
                    "summary": "s",
                    "tags": ["z"],
                    "responses": {"200": {"description": "new"}, "404": {"description": "no"}},
                },
            },
            {"target": "$.tags", "update": {"name": "e"}},
        ],
        [{"target": "$.info", "update": {"title": "second"}}],
    )
    operation = source.document["paths"]["/a"]["get"]
    assert operation["tags"] == ["a", "z"]
    assert operation["responses"] == {"200": {"description": "new"}, "404": {"description": "no"}}
    assert source.document["tags"][-1] == {"name": "e"}
    assert source.document["info"] == {"title": "second", "version": "1"}
    place = source.origin("/paths/~1a/get/responses/404/description")
    assert Path(place.file).name == "overlay0.json"
    assert place.pointer == "/actions/0/update/responses/404/description"
    assert place.line is not None
    assert source.origin("/paths/~1a/get/tags/0").file.endswith("openapi.json")
    assert source.origin("/paths/~1a/get/tags/1").pointer == "/actions/0/update/tags/0"
    assert source.origin("/tags/4/name").pointer == "/actions/1/update/name"
    assert [Path(name).name for name in source.files] == [
        "openapi.json",
        "overlay0.json",
        "overlay1.json",
    ]


def test_removed_items_shift_and_keep_their_places(tmp_path: Path) -> None:
    source = overlaid(
        tmp_path,
        [
            {"target": "$.tags[?@.name=='a' || @.name=='c']", "remove": True},
            {"target": "$.paths['/a'].get.parameters[0]", "remove": True},
            {"target": "$.paths['/a'].get.tags", "remove": True},
        ],
    )
    assert source.document["tags"] == [{"name": "b"}, {"name": "d"}]
    assert source.origin("/tags/0/name").pointer == "/tags/1/name"
    assert source.origin("/tags/1").pointer == "/tags/3"
    operation = source.document["paths"]["/a"]["get"]
    assert "tags" not in operation
    assert operation["parameters"][0]["schema"] == {"type": ["string", "null"]}
    assert source.origin("/paths/~1a/get/parameters/0/schema").pointer.endswith(
        "parameters/1/schema"
    )


@given(st.lists(st.sets(st.integers(0, 7)), max_size=4))
def test_grafts_follow_any_removals(rounds: list[set[int]]) -> None:
    items = list(range(8))
    grafts = Grafts({"": Origin("f")})
    for removed in rounds:
        known = [index for index in removed if index < len(items)]
        if known:
            grafts.remove_items("/a", known, len(items))
            items = [item for index, item in enumerate(items) if index not in known]
        for index, item in enumerate(items):
            assert grafts.find(f"/a/{index}/x").pointer == f"/a/{item}/x"


def test_an_action_without_match_is_a_warning_with_help(tmp_path: Path) -> None:
    source = overlaid(
        tmp_path,
        [{"target": "$.paths['/a'].gte", "update": {}}, {"target": "$..nothing", "remove": True}],
    )
    first, second = list(source.diagnostics)
    assert first.code is second.code is Code.OVERLAY_WITHOUT_MATCH
    assert first.help == "`$.paths['/a']` exists and has no `gte`; did you mean `get`?"
    assert first.origin is not None
    assert first.origin.line == 9


MALFORMED: list[tuple[Any, str]] = [
    ([], "needs a list"),
    ({}, "needs a list"),
    (["x"], "needs a `target`"),
    ([{"target": "$.info"}], "`update` or `remove"),
    ([{"target": "$.info", "remove": "yes"}], "true or false"),
    ([{"target": "$.info", "updates": {}}], "not known"),
    ([{"target": "info[", "update": {}}], "not a JSONPath"),
    ([{"target": "$.info.title", "update": {"a": 1}}], "cannot be merged"),
    ([{"target": "$.info", "update": "x"}], "cannot be merged"),
    ([{"target": "$", "remove": True}], "whole document"),
]


@pytest.mark.parametrize(("actions", "message"), MALFORMED)
def test_malformed_overlays_are_errors(actions: Any, message: str, tmp_path: Path) -> None:
    with pytest.raises(SpecError, match=message) as caught:
        overlaid(tmp_path, actions)
    assert caught.value.diagnostics[-1].code is Code.INVALID_OVERLAY


def test_what_is_no_overlay_is_refused(tmp_path: Path) -> None:
    (tmp_path / "openapi.json").write_text(json.dumps(DOCUMENT))
    for text in ("[]", "overlay: 2.0.0", "overlay: 1.0.0\nactions: []", "openapi: 3.1.0"):
        (tmp_path / "overlay.yaml").write_text(text)
        with pytest.raises(SpecError) as caught:
            read(tmp_path / "openapi.json", [tmp_path / "overlay.yaml"])
        assert caught.value.diagnostics[0].code is Code.INVALID_OVERLAY


def test_an_overlay_may_not_break_the_document(tmp_path: Path) -> None:
    with pytest.raises(SpecError) as caught:
        overlaid(tmp_path, [{"target": "$", "update": {"paths": []}}])
    error = caught.value.diagnostics[-1]
    assert error.code is Code.WRONG_TYPE
    assert error.origin is not None
    assert error.origin.pointer == "/actions/0/update/paths"
