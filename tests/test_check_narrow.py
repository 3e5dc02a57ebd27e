"""One question for two: a body is only judged closed where that is sure to be the same."""

from __future__ import annotations

import pytest

from contracts import contract_of, small
from specbound.check.checker import Checker
from specbound.check.finding import Verdict
from specbound.check.schema.verdict import validators_of
from specbound.traffic.exchange import Exchange, Request, Source

A = {"type": "object", "properties": {"a": {"type": "integer"}}}
B = {"type": "object", "properties": {"b": {"type": "integer"}}}


def tagged(*values: str, required: bool = True, **more: object) -> dict:
    members = {"tag": {"enum": list(values)}, values[0]: {"type": "integer"}}
    return {
        "type": "object",
        "properties": members | more,
        "required": ["tag"] if required else [],
    }


SCHEMAS = {
    "plain": (A, True),
    "any of two": ({"anyOf": [A, B]}, True),
    "one of two": ({"oneOf": [A, B]}, False),
    "one of one": ({"oneOf": [A]}, True),
    "below": ({"type": "array", "items": {"oneOf": [A, B]}}, False),
    "told apart": ({"oneOf": [tagged("x", "y"), tagged("z")]}, True),
    "one value of both": ({"oneOf": [tagged("x", "y"), tagged("z", "y")]}, False),
    "tag left out": ({"oneOf": [tagged("x"), tagged("z", required=False)]}, False),
    "not only objects": ({"oneOf": [tagged("x"), {"required": ["tag"]}]}, False),
}


@pytest.mark.parametrize(("schema", "expected"), SCHEMAS.values(), ids=SCHEMAS)
def test_closing_narrows(schema: dict, expected: bool) -> None:
    contract = contract_of(small(schema))
    body = contract.operations["POST /things"].body
    assert body is not None
    asked = body.content["application/json"]
    assert validators_of(contract).narrows(asked, "request") is expected


def test_a_body_that_fits_two_branches_is_invalid_though_closing_tells_them_apart() -> None:
    contract = contract_of(small({"oneOf": [A, B]}))
    request = Request("POST", "https://api.example/things", None, {"a": 1})
    result = Checker(contract).check(Exchange(request, None, Source("traffic.ndjson", 1)))
    assert result.verdict is Verdict.INVALID
    assert Checker(contract).judge(Exchange(request, None, Source("x"))) is Verdict.INVALID
