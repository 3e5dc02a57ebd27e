"""An operation as a page describes it: the contract's members, and the variants that are meant.

Knows of which variants a page speaks. It must not know what it says of them.
"""

from __future__ import annotations

from dataclasses import dataclass

from specbound.check.pages.surface import Member, Surface, surface
from specbound.check.schema.lookup import Lookup, lookup_of
from specbound.check.schema.verdict import Validators
from specbound.contract.load import Contract
from specbound.contract.model import Operation


@dataclass(frozen=True)
class Described:
    """An operation as a page describes it: `named` are the variants of which the page speaks."""

    contract: Contract
    operation: Operation
    validators: Validators
    named: frozenset[str]

    @property
    def lookup(self) -> Lookup:
        """The contract's schemas."""
        return lookup_of(self.contract)

    @property
    def surface(self) -> Surface:
        """The operation's members."""
        return surface(self.contract, self.operation)

    def meant(self, members: list[Member]) -> list[Member]:
        """Those of the variants that the page speaks of; all, if it names none of them."""
        return [one for one in members if self.speaks_of(one.variant)]

    def speaks_of(self, variant: str) -> bool:
        """Whether the page speaks of a variant."""
        return not self.named or not variant or variant in self.named
