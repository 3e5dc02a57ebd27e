"""Why a value that a document shows does not fit: a sentence of the checker's explanation.

Knows how a place of the document is found again in the contract. It must not judge: that a value
breaks its schema is known already.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from specbound.check.explain.explain import explain
from specbound.check.finding import Fault
from specbound.check.schema.lookup import Direction, Place, lookup_of
from specbound.contract.load import Contract
from specbound.contract.model import SCHEMAS
from specbound.contract.shown import Shown
from specbound.lint.document import step
from specbound.lint.fit import Fits
from specbound.origin import escape, tokens

_WAYS: tuple[Direction, ...] = ("request", "response")


class Words(NamedTuple):
    """The reason, how many more there are, and the nearest fix."""

    reason: str
    more: int = 0
    help: str = ""


class Wording:
    """Says what is wrong with the values that one document shows."""

    def __init__(self, contract: Contract, fits: Fits) -> None:
        self._contract = contract
        self._fits = fits
        self._lookup = lookup_of(contract)
        self._named = {at: one.name for one in contract.schemas.values() for at in one.places}

    def of(self, one: Shown) -> Words:
        """Why a value does not fit."""
        place = self.place(one.at)
        found = self._faults(place, one) if place else []
        if found:
            help = "; ".join(dict.fromkeys(fault.help for fault in found[:1] if fault.help))
            return Words(found[0].message, len(found) - 1, help)
        broken = self._fits.violations(one.schema, one.value, one.direction)
        at = "/".join(map(str, broken[0].path))
        said = f"`{at}` {broken[0].message}" if at else f"it {broken[0].message}"
        return Words(said, len(broken) - 1)

    def _faults(self, place: Place, one: Shown) -> list[Fault]:
        """The faults, whichever way the value may go: what is wrong one way only is not wrong."""
        each = [
            explain(self._contract, place.schema, place.at, one.value, way)
            for way in _WAYS
            if one.direction in ("", way)
        ]
        other = {(fault.code, fault.pointer) for fault in each[-1]}
        return [fault for fault in each[0] if (fault.code, fault.pointer) in other]

    def place(self, pointer: str) -> Place | None:
        """Where the schema at a pointer of the document stands in the contract, if that is sure."""
        node: Any = self._contract.tree
        here = at = ""
        for token in tokens(pointer):
            here += f"/{escape(token)}"
            if name := self._named.get(here):
                at = SCHEMAS[1:] + escape(name)
                node = self._contract.schemas[name].schema
                continue
            if isinstance(node, Mapping) and token not in node and "$ref" in node:
                at = str(node["$ref"]).removeprefix("#")
                node = self._lookup.place(f"#{at}").schema
            try:
                node = step(node, token)
            except KeyError:
                return None
            at += f"/{escape(token)}"
        return Place(node, at)
