"""What documentation pages claim, compared with the contract: everything that `Claim` can say.

Knows which comparison belongs to which kind of claim. It must not know how a page is written.

The codes are those of exchanges where the thing is the same, and are warnings:
`undocumented-operation`, `undocumented-status`, `undeclared-member` (the page describes what the
document does not have), `enum`, `const`, `pattern`, `type`, `max-length`, `maximum`, `minimum`,
`format`, `required`, `default` (it describes it otherwise). `unlisted-operation`,
`unlisted-status`, `unlisted-member` and `unlisted-value` are notes: the page is silent about it.
What is true for some variants of a union and false for others is a note as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from specbound.check.finding import Finding
from specbound.check.pages import lists as page_lists
from specbound.check.pages import members as page_members
from specbound.check.pages import operations as page_operations
from specbound.check.pages.described import Described
from specbound.check.pages.operations import Known
from specbound.check.pages.say import Difference, finding
from specbound.check.pages.surface import surface
from specbound.check.pages.values import finite, says
from specbound.check.schema.verdict import Validators, validators_of
from specbound.contract.load import Contract
from specbound.contract.model import Operation
from specbound.traffic.claims import Kind
from specbound.traffic.exchange import Claim

#: A page lists its values one by one before it lists them together, and is told once.
_ORDER = {Kind.EXAMPLES: 0, Kind.VALUES: 1}


def judge(contract: Contract, claim: Claim) -> list[Finding]:
    """What one claim gets wrong, by itself; `judged` knows what else the page says."""
    return judged(contract, [claim])


def judged(contract: Contract, claims: Iterable[Claim]) -> list[Finding]:
    """What the claims of any number of pages get wrong, page by page, in the order of the lines.

    A page's claims belong together: which variants it speaks of, and which operations it names.
    """
    pages: dict[str, list[Claim]] = {}
    for claim in claims:
        pages.setdefault(claim.source.file, []).append(claim)
    known, validators = Known(contract), validators_of(contract)
    found: list[Finding] = []
    for each in pages.values():
        found += _Page(known, validators, each).findings()
    return found


@dataclass
class _Page:
    """One page's claims."""

    known: Known
    validators: Validators
    claims: Sequence[Claim]
    told: set[tuple[object, ...]] = field(default_factory=set)

    def findings(self) -> list[Finding]:
        """Everything in which the page differs from the contract."""
        found: list[Finding] = []
        for claim in sorted(self.claims, key=_first):
            operation = self._operation(claim)
            if claim.operation and operation is None and claim.kind != Kind.OPERATION:
                # The operation itself is told to be unknown; what it takes cannot be judged.
                continue
            for one in self._differences(claim, operation):
                found += self._finding(claim, operation, one)
        for claim, one in self._unlisted_statuses():
            found += self._finding(claim, self._operation(claim), one)
        return sorted(found, key=lambda one: one.line or 0)

    def _operation(self, claim: Claim) -> Operation | None:
        """The operation of a claim: the page names it, or a table's caption means it."""
        if claim.operation:
            return self.known.find(claim.operation)
        if claim.kind == Kind.MEMBERS:
            return page_operations.captioned(self.known, claim.member)
        return None

    def _finding(
        self, claim: Claim, operation: Operation | None, one: Difference
    ) -> Iterator[Finding]:
        """The finding, unless the page's other claims have led to it already."""
        at = one.spec if isinstance(one.spec, str) else one.spec.at
        whose = operation.key if operation else None
        key = (one.code, whose, one.pointer.lower(), at, one.names)
        values = {(key[:3], name) for name in one.names[1:]} if one.code in _VALUES else set()
        if key in self.told or (values and values <= self.told):
            return
        self.told |= {key, *values}
        yield finding(self.known.contract, claim, whose, one)

    def _differences(self, claim: Claim, operation: Operation | None) -> Iterator[Difference]:
        kind, contract = Kind(claim.kind), self.known.contract
        if kind is Kind.OPERATION:
            yield from page_operations.named(self.known, claim)
        elif kind is Kind.OPERATIONS:
            yield from page_operations.together(self.known, claim, self._named())
        elif kind is Kind.STATUS:
            yield from page_operations.statuses(self.known, claim, operation)
        elif kind is Kind.MEMBERS:
            yield from self._members(claim, operation)
        elif operation is None:
            yield from page_lists.differences(contract, claim)
        else:
            named = self._variants(operation)
            described = Described(contract, operation, self.validators, named)
            yield from page_members.differences(described, claim)

    def _members(self, claim: Claim, operation: Operation | None) -> Iterator[Difference]:
        if operation is not None:
            variants = self._variants(operation)
            yield from page_operations.members(self.known, claim, operation, variants)

    def _named(self) -> frozenset[str]:
        """The operations that the page names anywhere."""
        each = [one.operation for one in self.claims if one.kind == Kind.OPERATION]
        listed = [key for one in self.claims if one.kind == Kind.OPERATIONS for key in one.values]
        return frozenset([*filter(None, each), *listed])

    def _variants(self, operation: Operation) -> frozenset[str]:
        """The variants of an operation's body of which the page speaks."""
        described = surface(self.known.contract, operation)
        if not described.tag:
            return frozenset()
        members = described.find(described.tag)
        names = {one.name.lower() for one in members}
        texts = [
            text
            for claim in self.claims
            if claim.kind in _ORDER and claim.operation and claim.member.lower() in names
            if self.known.find(claim.operation) is operation
            for text in claim.values
        ]
        return frozenset(
            one.variant
            for one in members
            for value in finite(described.lookup, one.place) or ()
            if any(says(value, text) for text in texts)
        )

    def _unlisted_statuses(self) -> Iterator[tuple[Claim, Difference]]:
        lists: dict[str | None, dict[str, Claim]] = {}
        for claim in self.claims:
            if claim.kind == Kind.STATUS:
                for status in claim.values:
                    lists.setdefault(claim.operation, {}).setdefault(status, claim)
        for key, listed in lists.items():
            operation = self.known.find(key) if key else None
            if len(listed) > 1 and (operation is not None or key is None):
                yield from page_operations.unlisted_statuses(self.known, listed, operation)


_VALUES = frozenset({"enum", "const", "pattern", "type", "unlisted-value"})


def _first(claim: Claim) -> int:
    return _ORDER.get(Kind(claim.kind), 2)
