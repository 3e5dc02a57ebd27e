"""Coverage: what the traffic so far has shown of a contract, operation by operation.

Knows the parts of an operation and which goals each has. It must not know exchanges: what it is
told is matched, typed and known to fit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from specbound.check.coverage.book import Operations, Slot, WalkBook, member_name
from specbound.check.coverage.goals import Tally
from specbound.check.coverage.report import to_json, total
from specbound.check.coverage.walk import IDLE, Walk
from specbound.check.schema.verdict import Validators
from specbound.contract.load import Contract

__all__ = ["Coverage", "State"]


@dataclass(slots=True)
class State:
    """What was seen, as plain data that can be sent between processes.

    `seen` has the numbers of goals by place; `exchanges` counts operations' statuses.
    """

    seen: dict[Slot, set[int]] = field(default_factory=dict)
    exchanges: Counter[tuple[str, str]] = field(default_factory=Counter)

    def merge(self, other: State) -> None:
        """Take over what another process has seen of the same contract."""
        for slot, hits in other.seen.items():
            self.seen.setdefault(slot, set()).update(hits)
        self.exchanges.update(other.exchanges)


class Coverage:
    """What traffic has shown of one contract. Names that the contract does not have are ignored.

    `validators` are those of the checker, where it has some already.
    """

    def __init__(self, contract: Contract, validators: Validators | None = None) -> None:
        self.operations = Operations(contract, validators)
        self.state = State()
        self._walks: dict[tuple[str, str, str], Walk] = {}
        self._told: set[tuple[str, str, str]] = set()

    def wants(self, operation: str, part: str, media_type: str = "") -> bool:
        """Whether a part of an operation may still show something that was not seen."""
        walk = self._walks.get((operation, part, media_type))
        return walk is None or walk.live

    def see_status(self, operation: str, status: str, media_type: str = "") -> None:
        """Note an exchange: its status key (``200``, ``2XX``, ``default``; empty without a reply).

        `media_type` is the key of the reply's content as the document writes it.
        """
        self.state.exchanges[operation, status] += 1
        told = (operation, status, media_type)
        if told not in self._told:
            self._told.add(told)
            self._tick(operation, "operation", f"status {status}", f"{status} {media_type}")

    def see_body(self, operation: str, part: str, media_type: str, value: Any) -> None:
        """Note a body that fits; `part` is ``request`` or the reply's status key."""
        where = (operation, part, media_type)
        walk = self._walks.get(where)
        if walk is None:
            walk = self._walk(where)
            self._tick(operation, f"{part} {media_type}")
        if walk.live:
            _see(walk, value)

    def see_parameters(self, operation: str, values: Mapping[tuple[str, str], Any]) -> None:
        """Note fitting parameters of a request, typed, by place and name (``query``, ``limit``).

        One that is not in `values` was absent: leave the call out where that is not known.
        """
        self._see_named(operation, "parameters", values)

    def see_headers(self, operation: str, status: str, values: Mapping[str, Any]) -> None:
        """Note the documented headers of a reply, typed and fitting, by their name."""
        named = {("header", name): value for name, value in values.items()}
        self._see_named(operation, f"headers {status}", named)

    def merge(self, state: State) -> None:
        """Take over what another process has seen of the same contract."""
        self.state.merge(state)

    def tally(self) -> Tally:
        """All goals of the contract, and how many were seen."""
        return total(self.operations, self.state.seen)

    def percent(self) -> float:
        """The share of all goals that was seen, rounded down to one decimal."""
        return self.tally().percent()

    def to_json(self) -> dict[str, Any]:
        """The whole of it as plain data; see `coverage_report`."""
        return to_json(self.operations, self.state.seen, self.state.exchanges)

    def _see_named(self, operation: str, part: str, values: Mapping[tuple[str, str], Any]) -> None:
        where = (operation, part, "")
        walk = self._walks.get(where)
        if walk is None:
            walk = self._walk(where)
        if walk.live:
            _see(walk, {member_name(*name): value for name, value in values.items()})

    def _walk(self, where: tuple[str, str, str]) -> Walk:
        part = self.operations.part(where)
        walk = WalkBook(part, self.operations, self._hits).walk() if part else IDLE
        self._walks[where] = walk
        return walk

    def _tick(self, operation: str, *names: str) -> None:
        numbers = self.operations.numbers(operation)
        found = {numbers[name] for name in names if name in numbers}
        if found:
            self._hits((operation, "", "", "")).update(found)

    def _hits(self, slot: Slot) -> set[int]:
        return self.state.seen.setdefault(slot, set())


def _see(walk: Walk, value: Any) -> None:
    """Walk; of a value that nests deeper than Python's stack, what stands above that is noted."""
    try:
        walk.see(value)
    except RecursionError:
        return
