"""Values of a code sample against schemas: spelling, what is wrong, what is not declared.

Knows how the checker chooses branches and explains. It must not know any sample's language.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from specbound.check.explain.explain import explain
from specbound.check.explain.parts import Declared, Part, declared, items, parts
from specbound.check.finding import Fault
from specbound.check.schema.judge import Judge
from specbound.check.schema.lookup import Place, lookup_of
from specbound.contract.calls import member_names
from specbound.contract.load import Contract
from specbound.contract.words import snake
from specbound.lint.witness import witnesses
from specbound.origin import escape
from specbound.traffic.literals import SPREAD
from specbound.traffic.samples import UNKNOWN

_NOTHING_RESERVED: frozenset[str] = frozenset()


@dataclass(slots=True)
class Sent:
    """A sample's value as it goes over the wire.

    `unknown` are the places that were filled in; `spelled` the members that are not written as the
    Python client names them, with that name and their object's place; `open` are objects that may
    hold more than is seen.
    """

    value: Any
    unknown: set[str] = field(default_factory=set)
    spelled: list[tuple[str, str, str]] = field(default_factory=list)
    open: set[str] = field(default_factory=set)


class Values:
    """Judges what samples send, by one contract."""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self._lookup = lookup_of(contract)

    def sent(self, place: Place, value: Any) -> Sent:
        """A value with its members' wire names, and something fitting for what is not known."""
        sent = Sent(None)
        judge = Judge(self._lookup, "request")
        sent.value = self._written(judge, [Part(place)], value, ("", sent))
        return sent

    def faults(self, place: Place, sent: Sent) -> list[Fault]:
        """What is wrong with it, as far as it is known."""
        found = explain(self.contract, place.schema, place.at, sent.value, "request")
        return [one for one in found if self._is_known(one, sent)]

    def _is_known(self, fault: Fault, sent: Sent) -> bool:
        if fault.code in ("required", "dependent-required") and fault.pointer in sent.open:
            return False
        at = fault.pointer
        return not any(at == one or at.startswith(f"{one}/") for one in sent.unknown)

    def strays(self, place: Place, sent: Sent) -> Iterator[tuple[str, str, str]]:
        """Members that nothing declares or forbids, and deprecated ones: code, name, place."""
        judge = Judge(self._lookup, "request")
        yield from self._strays(judge, [Part(place)], sent.value, "")

    def _strays(
        self, judge: Judge, places: list[Part], value: Any, at: str
    ) -> Iterator[tuple[str, str, str]]:
        applying = parts(judge, places, value)
        if isinstance(value, list):
            for index, item in enumerate(value):
                below = items(judge, applying, index)
                yield from self._strays(judge, below, item, f"{at}/{index}")
        if not isinstance(value, dict):
            return
        known = declared(applying)
        for name, child in value.items():
            here = f"{at}/{escape(name)}"
            if not known.knows(name) and known.names and not known.open and not known.closed:
                yield "undeclared-member", name, here
            below = known.of(name)
            if any(self._lookup.flagged(part.place, "deprecated") for part in below):
                yield "deprecated", name, here
            yield from self._strays(judge, below, child, here)

    # --- writing ----------------------------------------------------------------------------------

    def _written(
        self, judge: Judge, places: list[Part], value: Any, where: tuple[str, Sent]
    ) -> Any:
        at, sent = where
        if value is UNKNOWN:
            sent.unknown.add(at)
            return judge.keep(self._filler(judge, places))
        if isinstance(value, list):
            applying = parts(judge, places, judge.keep(_known(value)))
            return [
                self._written(judge, items(judge, applying, index), item, (f"{at}/{index}", sent))
                for index, item in enumerate(value)
            ]
        return self._object(judge, places, value, where) if isinstance(value, dict) else value

    def _object(
        self, judge: Judge, places: list[Part], value: dict[str, Any], where: tuple[str, Sent]
    ) -> dict[str, Any]:
        at, sent = where
        table = declared(parts(judge, places, judge.keep(_known(value))))
        names = _wire_names(value, table)
        renamed = {names[name]: child for name, child in value.items() if name != SPREAD}
        # Under their own names the members may mean another branch.
        table = declared(parts(judge, places, judge.keep(_known(renamed))))
        python = member_names(table.names, _NOTHING_RESERVED)
        for name in value:
            wire = names[name]
            if wire in table.names and name == wire and python[wire] != wire:
                sent.spelled.append((wire, python[wire], at))
        if SPREAD in value:
            sent.open.add(at)
        return {
            name: self._written(judge, table.of(name), child, (f"{at}/{escape(name)}", sent))
            for name, child in renamed.items()
        }

    def _filler(self, judge: Judge, places: list[Part]) -> Any:
        for part in places:
            for value in witnesses(self.contract.tree, part.place.schema):
                if all(judge.fits(one.place.schema, judge.keep(value)) for one in places):
                    return value
        return "…"


def _known(value: Any) -> Any:
    """A value without what is not known, for choosing branches."""
    if isinstance(value, dict):
        return {k: _known(child) for k, child in value.items() if child is not UNKNOWN}
    return (
        [_known(one) for one in value if one is not UNKNOWN] if isinstance(value, list) else value
    )


def _wire_names(value: dict[str, Any], table: Declared) -> dict[str, str]:
    """Each member's name on the wire: its own if that is declared, else one of the same words."""
    words = {snake(name): name for name in table.names}
    return {name: name if table.knows(name) else words.get(snake(name), name) for name in value}
