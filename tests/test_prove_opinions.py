"""The second opinion is jsonschema's, and every disagreement is told."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings

from contracts import contract_of, small
from specbound.check.schema.reference import Reference
from specbound.prove.builder import Builder
from specbound.prove.proof import Kind
from specbound.prove.runner import Effort, Runner
from test_check_agreement import cases, verdict, with_body


@settings(max_examples=80)
@given(cases())
def test_the_reference_agrees_with_the_checker(case: Any) -> None:
    schema, named, values = case
    contract = with_body(schema, **named)
    body = contract.operations["POST /things"].body
    assert body is not None
    inside = body.content["application/json"]
    for value in values:
        assert Reference(contract).fits(inside, value) == verdict(contract, value)


@pytest.mark.parametrize(
    ("schema", "value", "fits"),
    [
        ({"pattern": r"^\p{L}$"}, "é", True),
        ({"pattern": r"^\d$"}, "\u0661", False),
        ({"pattern": "("}, "x", True),
        ({"multipleOf": 0.01}, 19.99, True),
        ({"multipleOf": 0.01}, True, True),
        ({"maxLength": 1, "x-specbound": {"length-unit": "utf-16"}}, "\U0001f3ac", False),
        ({"format": "uuid"}, "no", False),
        ({"required": ["a"], "properties": {"a": {"readOnly": True}}}, {}, True),
        ({"required": ["a"], "properties": {"a": {"writeOnly": True}}}, {}, False),
    ],
)
def test_it_reads_openapi(schema: Any, value: Any, fits: bool) -> None:
    assert Reference(contract_of(small(schema))).fits(schema, value) is fits


def test_a_disagreement_is_a_counterexample(monkeypatch: pytest.MonkeyPatch) -> None:
    contract = contract_of(small({"type": "integer", "minimum": 3}))
    operation = contract.operations["POST /things"]
    monkeypatch.setattr(Reference, "fits", lambda self, schema, value: value != 3)
    builder = Builder(lambda body: None, contract, operation)
    proof = Runner(builder, Effort(examples=5, seed=1)).run()
    kinds = {found.kind: found for found in proof.counterexamples}
    assert kinds[Kind.DISAGREEMENT].call == {"body": 3}
    assert "jsonschema refuses what was drawn" in kinds[Kind.DISAGREEMENT].message
