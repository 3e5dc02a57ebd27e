"""Everything that was seen, test by test: whose exchange it was, and what was found in it.

Knows tests as numbers and places. It must not know pytest's hooks, nor how anything is shown.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from specbound.check.coverage.coverage import Coverage, State
from specbound.check.finding import Finding, Result, Verdict
from specbound.check.groups import Tally
from specbound.contract.load import Contract
from specbound.diagnostics import Severity
from specbound.live.watch import Watch
from specbound.testing.hosts import Hosts, address
from specbound.testing.marks import Mark, asked_by
from specbound.traffic.exchange import Exchange, Source

_UNDOCUMENTED = ("undocumented-operation", "undocumented-status")
#: Frames of the caller's stack that are looked at for the line of the test.
_DEEPEST = 400


@dataclass(slots=True)
class Page:
    """What one phase of one test has shown; `number` is the test's place in the collection.

    `file` is the one whose lines are the test's, `name` how it is told.
    """

    number: int = -1
    file: str = ""
    name: str = ""
    line: int | None = None
    mark: Mark = field(default_factory=Mark)
    tally: Tally = field(default_factory=Tally)


class Where(NamedTuple):
    """Whose exchange it is, and the line that sent it."""

    page: Page
    source: Source


class Share(NamedTuple):
    """What one process has seen, as plain data: tallies by the number of their test."""

    tallies: list[tuple[int, Tally]]
    seen: State


class Book:
    """Keeps one page a test; safe to use from any thread. It listens to `replies.Ears`."""

    def __init__(self, watch: Watch, coverage: Coverage, hosts: Hosts, samples: bool) -> None:
        self.limit = watch.limit
        self._watch, self._coverage, self._hosts = watch, coverage, hosts
        self._samples, self._lock = samples, threading.Lock()
        self._pages: list[Page] = []
        self._shares: list[Share] = []
        self.outside = self.page = self._opened(Page(name="<outside the tests>"))

    # --- the tests' side --------------------------------------------------------------------------

    def begin(self, page: Page) -> Page:
        """What is sent from now on belongs to this page."""
        self.page = self._opened(page)
        return page

    def end(self) -> None:
        """What is sent from now on belongs to no test."""
        self.page = self.outside

    def _opened(self, page: Page) -> Page:
        page.tally = Tally(keep_samples=self._samples)
        self._pages.append(page)
        return page

    # --- the traffic's side -----------------------------------------------------------------------

    def where(self) -> Where:
        """Whose call this is, and from which line of the test's own file."""
        page = self.page
        return Where(page, Source(page.name, _line(page.file) or page.line))

    def wants(self, where: Where, url: str) -> bool:
        """Whether an exchange is looked at; one that is not is counted with the reason."""
        if where.page.mark.off:
            reason = "left out by @pytest.mark.specbound(off=True)"
        elif not self._hosts.ours(url):
            host = address(url)[0] or "no host"
            reason = f"sent to {host}, which is no server of the document (see `specbound_hosts`)"
        else:
            return True
        with self._lock:
            where.page.tally.skip(reason)
        return False

    def saw(self, where: Where, exchange: Exchange) -> None:
        """Check an exchange and write it down."""
        exchange = exchange._replace(source=where.source)
        result = self._watch.saw(exchange)
        with self._lock:
            tally = where.page.tally
            if result is None:
                tally.unchecked["an error inside specbound (see the log)"] += 1
                return
            found, asked = result.findings, asked_by(exchange.request)
            left = tuple(each for each in found if not where.page.mark.allows(each, asked))
            for _ in range(len(found) - len(left)):
                tally.skip("finding allowed by @pytest.mark.specbound(allow=…)")
            tally.add(exchange, _judged(result, left))

    def missed(self, where: Where, error: Exception) -> None:
        """An exchange could not be read."""
        with self._lock:
            reason = f"{type(error).__name__} while an exchange was read"
            where.page.tally.unchecked[reason] += 1

    # --- what came of it --------------------------------------------------------------------------

    def share(self) -> Share:
        """What this process has seen."""
        with self._lock:
            tallies = [(one.number, one.tally) for one in self._pages if not _is_empty(one.tally)]
            return Share(tallies, self._coverage.state)

    def take(self, share: Share) -> None:
        """Add what another process has seen."""
        self._shares.append(share)

    def closed(self, contract: Contract) -> tuple[Tally, Coverage]:
        """Everything together, in the order of the tests, whichever process ran them."""
        whole, coverage = Tally(keep_samples=self._samples), Coverage(contract)
        shares = [self.share(), *self._shares]
        for _, tally in sorted(_every(shares), key=lambda one: one[0]):
            whole.merge(tally)
        for share in shares:
            coverage.merge(share.seen)
        return whole, coverage


def _every(shares: Iterable[Share]) -> Iterable[tuple[int, Tally]]:
    return (one for share in shares for one in share.tallies)


def _is_empty(tally: Tally) -> bool:
    return not (tally.exchanges or tally.findings or tally.skipped or tally.unchecked)


def _judged(result: Result, findings: tuple[Finding, ...]) -> Result:
    """The result with what is left of its findings, and the verdict that they come to."""
    if len(findings) == len(result.findings):
        return result
    verdict = Verdict.VALID
    if any(each.code in _UNDOCUMENTED for each in findings):
        verdict = Verdict.UNDOCUMENTED
    elif any(each.severity is Severity.ERROR for each in findings):
        verdict = Verdict.INVALID
    return replace(result, verdict=verdict, findings=findings)


def _line(file: str) -> int | None:
    """The line of a file that is being executed, the outermost one: the test's, not its helper's.

    None where no call of this thread came from the file.
    """
    line, frame = None, sys._getframe(1)
    for _ in range(_DEEPEST):
        if frame.f_code.co_filename == file:
            line = frame.f_lineno
        if frame.f_back is None:
            break
        frame = frame.f_back
    return line
