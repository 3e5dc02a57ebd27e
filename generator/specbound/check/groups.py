"""Counts what a run finds: verdicts, and findings in groups of one cause each.

Knows how to add up and to merge the sums of several processes into the same bytes. It must not
know how a finding is made or shown, and never keeps an exchange.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from specbound.check.account import Account, Cause, Group, Place
from specbound.check.causes import cause
from specbound.check.excerpt import sample
from specbound.check.finding import Finding, Part, Result, Verdict
from specbound.check.veil import veiled
from specbound.check.wire.routes import target
from specbound.contract.load import Contract
from specbound.diagnostics import Severity
from specbound.origin import Origin
from specbound.traffic.exchange import Broken, Exchange, Request, Source
from specbound.traffic.secrets import redacted

__all__ = ["Tally", "cause", "sample"]

MAX_PLACES = 5
#: Groups that come later keep no sample, so that memory stays bounded on any input.
MAX_SAMPLES = 1_000
LONGEST_PATH = 200

RANK = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}


@dataclass(slots=True)
class _Open:
    """A group that is still being counted."""

    finding: Finding
    count: int
    places: list[Place]
    sample: Any


@dataclass(slots=True)
class Tally:
    """The sums of a run, or of one worker's share of it; can be pickled.

    `keep_all` keeps every single finding too. Memory then grows with their number. `keep_samples`
    keeps a part of each cause's first exchange.
    """

    keep_all: bool = False
    keep_samples: bool = True
    verdicts: Counter[Verdict] = field(default_factory=Counter)
    findings: int = 0
    groups: dict[Cause, _Open] = field(default_factory=dict)
    all: list[Finding] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    unchecked: Counter[str] = field(default_factory=Counter)

    @property
    def exchanges(self) -> int:
        """How many exchanges were judged."""
        return self.verdicts.total()

    def add(self, exchange: Exchange, result: Result) -> None:
        """Count one exchange and group its findings."""
        self.verdicts[result.verdict] += 1
        for reason in result.unchecked:
            self.unchecked[reason] += 1
        for finding in result.findings:
            self._count(finding, exchange)

    def add_broken(self, broken: Broken) -> None:
        """Count a record that could not be read: a finding, and no exchange."""
        gist = re.sub(r"\d+", "#", broken.message)
        self._count(
            Finding(
                code="broken-record",
                severity=Severity.ERROR,
                message=broken.message,
                source=broken.source,
                operation=None,
                part=Part.RECORD,
                names=(gist[:200],),
            )
        )

    def add_claim(self, finding: Finding) -> None:
        """Count what is wrong with a page's claim: a finding, and no exchange."""
        self._count(finding)

    def skip(self, reason: str) -> None:
        """Count something that was passed over knowingly."""
        self.skipped[reason] += 1

    def merge(self, other: Tally) -> None:
        """Take over the sums of the worker whose share of the recording comes next."""
        self.verdicts.update(other.verdicts)
        self.findings += other.findings
        self.all.extend(other.all)
        self.skipped.update(other.skipped)
        self.unchecked.update(other.unchecked)
        for why, group in other.groups.items():
            self._take(why, group)

    def shift(self, lines: int, numbers: int, within: str = "") -> None:
        """Move every source down: these are the sums of a piece further down in its file.

        `within` is what leads to a record, up to its number, where records are a list's items.
        """
        if lines or numbers:
            down = _Down(lines, numbers, within)
            for group in self.groups.values():
                group.finding = down.finding(group.finding)
                group.places = [
                    Place(down.source(one.source), _plus(one.line, lines), one.pointer)
                    for one in group.places
                ]
            self.all = [down.finding(one) for one in self.all]

    def account(
        self,
        contract: Contract,
        files: int,
        seconds: float = 0.0,
        coverage: Mapping[str, Any] | None = None,
    ) -> Account:
        """Close the sums: groups in the reader's order, each rule with its line in the document."""
        lines: dict[str, Origin] = {}
        groups = [_closed(why, group) for why, group in self.groups.items()]
        groups.sort(key=lambda group: (RANK[group.finding.severity], -group.count))
        placed = (replace(each, finding=_placed(each.finding, contract, lines)) for each in groups)
        return Account(
            title=contract.title,
            version=contract.version,
            operations=len(contract.operations),
            files=files,
            exchanges=self.exchanges,
            valid=self.verdicts[Verdict.VALID],
            invalid=self.verdicts[Verdict.INVALID],
            undocumented=self.verdicts[Verdict.UNDOCUMENTED],
            findings=self.findings,
            groups=tuple(placed),
            all=(
                tuple(_placed(each, contract, lines) for each in self.all)
                if self.keep_all
                else None
            ),
            skipped=dict(self.skipped),
            unchecked=dict(self.unchecked),
            coverage=coverage,
            seconds=seconds,
        )

    def _count(self, finding: Finding, exchange: Exchange | None = None) -> None:
        self.findings += 1
        if finding.operation is None and exchange is not None and exchange.request is not None:
            finding = replace(finding, operation=_asked(exchange.request))
        why = cause(finding)
        finding = veiled(finding, exchange)
        if self.keep_all:
            self.all.append(finding)
        place = Place(finding.source, finding.line, finding.pointer)
        found = self.groups.get(why)
        if found is not None:
            _grow(found, finding, 1, [place])
            return
        room = self.keep_samples and len(self.groups) < MAX_SAMPLES
        shown = sample(exchange, finding) if exchange is not None and room else None
        self.groups[why] = _Open(finding, 1, [place], shown)

    def _take(self, why: Cause, group: _Open) -> None:
        found = self.groups.get(why)
        if found is not None:
            _grow(found, group.finding, group.count, group.places)
            return
        if len(self.groups) >= MAX_SAMPLES:
            group = replace(group, sample=None)
        self.groups[why] = replace(group, places=list(group.places))


class _Down(NamedTuple):
    """How far down a piece stands in its file."""

    lines: int
    numbers: int
    within: str

    def finding(self, finding: Finding) -> Finding:
        source = self.source(finding.source)
        return replace(finding, source=source, line=_plus(finding.line, self.lines))

    def source(self, source: Source) -> Source:
        line, number = _plus(source.line, self.lines), _plus(source.number, self.numbers)
        pointer = source.pointer
        if self.within and pointer.startswith(self.within):
            pointer = f"{self.within}{number}"
        return source._replace(line=line, number=number, pointer=pointer)


def _plus(number: int | None, more: int) -> int | None:
    return None if number is None else number + more


def _grow(group: _Open, finding: Finding, count: int, places: list[Place]) -> None:
    """Add to a group; the worst severity of its findings is the group's."""
    group.count += count
    if len(group.places) < MAX_PLACES:
        group.places.extend(places[: MAX_PLACES - len(group.places)])
    if RANK[finding.severity] < RANK[group.finding.severity]:
        group.finding = replace(group.finding, severity=finding.severity)


def _asked(request: Request) -> str:
    """Method and path of a request that no operation takes, in place of the operation's key."""
    url = request.url
    path = target(url).path if "://" in url else url.partition("?")[0]
    shown = redacted(path)
    return f"{request.method} {shown if len(shown) <= LONGEST_PATH else shown[:LONGEST_PATH] + '…'}"


def _closed(why: Cause, group: _Open) -> Group:
    return Group(why, group.finding, group.count, tuple(group.places), group.sample)


def _placed(finding: Finding, contract: Contract, lines: dict[str, Origin]) -> Finding:
    """The finding with its rule's line, which is looked up once a rule."""
    spec = finding.spec
    if spec is None or spec.line is not None:
        return finding
    if spec.pointer not in lines:
        lines[spec.pointer] = contract.origin(spec.pointer)
    return replace(finding, spec=lines[spec.pointer])
