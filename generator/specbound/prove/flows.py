"""Flows: which operations make a thing, and which then speak about it by its name.

Knows waits that overlays declare, and paths that continue others. It must not know values.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

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
    """The flows of a contract: those that its waits declare, then those of its paths."""
    seen: set[str] = set()
    for name, wait in contract.facts.waits.items():
        poll = contract.operations.get(wait.operation)
        if poll is None:
            continue
        seen.add(poll.path)
        found = [
            (one, one.facts.wait.id)
            for one in contract.operations.values()
            if one.facts.wait and one.facts.wait.wait == name and one.path != poll.path
        ]
        states = (*wait.pending[:2], *wait.success[:1])
        if found:
            yield Flow(tuple(found), _at(contract, poll.path), wait.parameter, wait.state, states)
    for path in dict.fromkeys(one.path for one in contract.operations.values()):
        parent, _, last = path.rpartition("/")
        maker = contract.operations.get(f"POST {parent}")
        if path not in seen and last[:1] == "{" and last[-1:] == "}" and maker is not None:
            yield Flow(((maker, "/id"),), _at(contract, path), last[1:-1])


def _at(contract: Contract, path: str) -> tuple[Operation, ...]:
    return tuple(one for one in contract.operations.values() if one.path == path)


def found_at(value: Any, pointer: str) -> Any:
    """What stands at a pointer of a value; None if nothing does."""
    for step in tokens(pointer):
        value = value.get(step) if isinstance(value, dict) else None
    return value
