"""Contracts of a few schemas for tests of the explanations, without documents or files.

Knows how a contract holds schemas. It must not know any rule that a test is about.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from contracts import contract_of, small
from specbound.check.explain.explain import explain
from specbound.check.explain.members import strays
from specbound.check.finding import Fault
from specbound.contract.load import Contract

ROOT = "/components/schemas/Root"
RUNWAY = Path(__file__).resolve().parent.parent / "spec" / "runway"


@cache
def empty() -> Contract:
    return contract_of(small({}))


def contract_with(schema: Any, **named: Any) -> Contract:
    """A contract whose component `Root` is the schema."""
    schemas = {"Root": schema, **named}
    return replace(empty(), tree={"components": {"schemas": schemas}}, schemas={})


def explained(schema: Any, value: Any, direction: Any = "request", **named: Any) -> list[Fault]:
    """The faults of a value under a schema."""
    contract = contract_with(schema, **named)
    return explain(contract, schema, ROOT, value, direction)


def stray(schema: Any, value: Any, direction: Any = "request", **named: Any) -> list[Fault]:
    """The odd members of a value under a schema."""
    return strays(contract_with(schema, **named), schema, ROOT, value, direction)


@cache
def runway_contract() -> Contract:
    """The contract of the Runway document with its overlays."""
    overlays = [RUNWAY / "overlay.yaml", RUNWAY / "rules.yaml"]
    return Contract.load(RUNWAY / "openapi.json", overlays=overlays)


def body(operation: str, status: str = "") -> tuple[Any, str]:
    """The JSON schema of an operation's request body, or of a reply, and its pointer."""
    found = runway_contract().operations[operation]
    holder: Any = found.replies[status] if status else found.body
    at = f"{holder.pointer}/content/application~1json/schema"
    return holder.content["application/json"], at


def resolved(node: Any, pointer: str) -> Any:
    """What a JSON Pointer leads to; LookupError if nothing."""
    for step in pointer.split("/")[1:]:
        step = step.replace("~1", "/").replace("~0", "~")
        node = node[int(step) if isinstance(node, list) else step]
    return node
