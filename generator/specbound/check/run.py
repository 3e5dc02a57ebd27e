"""A whole run: recordings in, one account out; the loop that every way of checking shares.

Knows in which order records are read, judged and counted. It must not know formats, reports, nor
how the work is spread over processes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from specbound.check.checker import Checker
from specbound.check.coverage.coverage import Coverage, State
from specbound.check.groups import Tally
from specbound.check.pages import claims
from specbound.check.pages.operations import Known
from specbound.contract.load import Contract
from specbound.traffic.exchange import Broken, Claim, Exchange, Record, Skipped


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a run is to tell: `strict` findings, every one of them, coverage, parts of bodies."""

    strict: bool = False
    keep_all: bool = False
    coverage: bool = False
    samples: bool = False


@dataclass(slots=True)
class Share:
    """What came of some of the records: sums that can be sent between processes and added up."""

    tally: Tally
    seen: State | None = None
    claims: int = 0

    def merge(self, other: Share) -> None:
        """Take over the share of the records that come next."""
        self.tally.merge(other.tally)
        self.claims += other.claims
        if self.seen is not None and other.seen is not None:
            self.seen.merge(other.seen)


class Run:
    """Checks records against one contract; what it compiles serves all of them."""

    def __init__(self, contract: Contract, wanted: Wanted) -> None:
        self.contract = contract
        self.wanted = wanted
        self.coverage = Coverage(contract) if wanted.coverage else None
        self.checker = Checker(contract, wanted.strict, self.coverage)
        self._known = Known(contract)

    def share(self, records: Iterable[Record]) -> Share:
        """Check records and count what was found; broken ones are findings too."""
        share = Share(Tally(self.wanted.keep_all, self.wanted.samples))
        tally, check, said = share.tally, self.checker.check, list[Claim]()
        for record in records:
            if isinstance(record, Exchange):
                tally.add(
                    record, check(self._known.settled(record) if record.documented else record)
                )
            elif isinstance(record, Broken):
                tally.add_broken(record)
            elif isinstance(record, Skipped):
                tally.skip(record.reason)
            else:
                said.append(record)
        share.claims = len(said)
        for finding in claims.judged(self.contract, said):
            tally.add_claim(finding)
        if self.coverage is not None:
            # Goals that were seen stay seen; exchanges are counted anew for the next share.
            state = self.coverage.state
            share.seen = State(state.seen, state.exchanges.copy())
            state.exchanges.clear()
        return share
