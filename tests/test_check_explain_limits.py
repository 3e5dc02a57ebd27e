"""Explanations end: of deep values, of schemas that double at every step, of a thousand faults."""

from __future__ import annotations

from typing import Any

import pytest

from check_contracts import explained, stray
from test_check_explain import only, ref

TREE = {"properties": {"c": ref("Tree"), "v": {"type": "integer"}}}


def nested(levels: int, leaf: Any) -> Any:
    for _ in range(levels):
        leaf = {"c": leaf}
    return leaf


def test_deep_values_are_explained_or_refused_and_never_crash() -> None:
    fault = only(explained(ref("Tree"), nested(900, {"v": "x"}), Tree=TREE))
    assert fault.pointer == "/c" * 900 + "/v"
    assert only(explained(ref("Tree"), nested(50_000, {"v": "x"}), Tree=TREE)).code == "too-deep"
    assert stray(ref("Tree"), nested(50_000, {"v": 1}), Tree=TREE) == []


def test_references_in_circles_end() -> None:
    loop = {"allOf": [ref("Loop")], "type": "string"}
    assert only(explained(ref("Loop"), 5, Loop=loop)).code == "type"


@pytest.mark.parametrize("keyword", ["allOf", "anyOf", "oneOf"])
def test_schemas_that_double_at_every_step_take_no_time(keyword: str) -> None:
    named: Any = {f"D{i}": {keyword: [ref(f"D{i + 1}"), ref(f"D{i + 1}")]} for i in range(60)}
    named["D60"] = {"type": "object", "required": ["x"]}
    assert explained(ref("D0"), {"a": 1}, **named)
    assert explained(ref("D0"), 1, **named)
    assert stray(ref("D0"), {"a": 1}, **named) == []


def test_unions_in_unions_take_no_time() -> None:
    either = {
        "anyOf": [
            {"type": "object", "properties": {"c": ref("U")}, "required": ["c"]},
            {"type": "object", "properties": {"c": ref("U")}, "additionalProperties": False},
            {"type": "integer"},
        ]
    }
    assert only(explained(ref("U"), nested(200, "x"), U=either)).pointer == "/c" * 200


def test_many_faults_are_counted() -> None:
    faults = explained({"items": {"type": "integer"}}, ["x"] * 1000)
    assert len(faults) == 201
    assert faults[-1].code == "too-many-faults"
    assert "800 more faults" in faults[-1].message
