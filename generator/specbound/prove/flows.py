"""Flows: which operations make a thing, and which then speak about it by its name.

Knows what a lifecycle says of operations. It must not know values.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from specbound.contract.lifecycle import Resource, lifecycle
from specbound.contract.load import Contract
from specbound.contract.model import Operation
from specbound.origin import tokens


@dataclass(frozen=True)
class Flow:
    """`creators` answer with an id at a pointer; `followers` take it as a path parameter."""

    creators: tuple[tuple[Operation, str], ...]
    followers: tuple[Operation, ...]
    parameter: str
    #: Where replies of followers tell the state, and the states one after the other.
    state: str = ""
    states: tuple[str, ...] = ()


def flows(contract: Contract) -> Iterator[Flow]:
    """The flows of a contract: one a resource that can be created."""
    for resource in lifecycle(contract):
        creators = tuple((one.operation, one.id or "/id") for one in resource.that("create"))
        if creators:
            yield _flow(resource, creators)


def _flow(resource: Resource, creators: tuple[tuple[Operation, str], ...]) -> Flow:
    followers = (one.operation for one in resource.roles if one.operation.path == resource.path)
    states = resource.states
    return Flow(
        creators,
        tuple(followers),
        resource.parameter,
        states.at if states else "",
        states.way if states else (),
    )


def found_at(value: Any, pointer: str) -> Any:
    """What stands at a pointer of a value; None if nothing does."""
    for step in tokens(pointer):
        value = value.get(step) if isinstance(value, dict) else None
    return value
