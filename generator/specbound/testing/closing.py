"""What a run comes to: the explanation of a test that drifted, the summary, and the reports.

Knows how an account of tests is shown. It must not know hooks of pytest, nor how tests are run.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from specbound.check import baseline
from specbound.check.account import Account
from specbound.check.baseline import Baseline
from specbound.check.coverage.coverage import Coverage
from specbound.check.groups import Tally
from specbound.diagnostics import Severity
from specbound.library import Contract
from specbound.report.coverage_table import coverage_table
from specbound.report.findings import Look, text
from specbound.report.phrases import closing
from specbound.report.rendered import rendered, summarised

NOTHING = (
    "no exchange with the service was seen: what httpx and requests send to the document's servers,"
    " to this machine and to `specbound_hosts` is checked\n"
)


@dataclass(frozen=True, slots=True)
class Judge:
    """What counts as new, and how it is told."""

    contract: Contract
    known: Baseline

    def account(self, tally: Tally, coverage: Coverage | None = None, files: int = 0) -> Account:
        """A tally with what the baseline accepts set apart."""
        told = coverage.to_json() if coverage is not None else None
        account = tally.account(self.contract, files, coverage=told)
        return baseline.apply(account, self.known, date.today())

    def drift(self, tally: Tally) -> str:
        """Why a test fails, every cause with its rule; empty where it does not."""
        if not tally.findings:
            return ""
        account = self.account(tally)
        errors = [one for one in account.groups if one.finding.severity is Severity.ERROR]
        account = replace(account, groups=tuple(errors))
        told = text(account, Look(verbose=True, quiet=True)).rstrip()
        return told and f"{told}\n\nspecbound on this test: {closing(account)}"


def summary(account: Account, look: Look) -> str:
    """As `specbound validate --coverage` prints it; a quiet run has the closing line alone."""
    if look.quiet:
        return f"specbound: {closing(account)}{_percent(account)}\n"
    if not account.exchanges + account.findings:
        # The last line would say that nothing was judged; why, is more to the point.
        before, gap, _ = text(account, look).rpartition("\n\n")
        return before + gap + NOTHING
    table = coverage_table(account.coverage or {}, look.verbose, look.width)
    return f"{table}\n{text(account, look)}"


def report(kind: str, account: Account, contract: Contract) -> str:
    """One report as text."""
    if kind == "text":
        return summary(account, Look())
    if kind == "github":
        summarised(account)
    return rendered(kind, account, contract)


def write(file: str, content: str) -> None:
    """One report into its file; raises `OSError`. A lone surrogate cannot be UTF-8."""
    Path(file).write_bytes(content.encode("utf-8", "backslashreplace"))


def _percent(account: Account) -> str:
    return f"; coverage {account.coverage['percent']}%" if account.coverage else ""
