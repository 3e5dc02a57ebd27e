"""The same recordings against both documents: what fitted and fits no more, and the reverse.

Knows verdicts and how findings are grouped. It must not know recordings' formats, nor how a finding
is made.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from specbound.check.checker import Checker
from specbound.check.finding import Verdict
from specbound.check.groups import Tally
from specbound.contract.load import Contract
from specbound.traffic.exchange import Broken, Exchange, Record, Skipped, Source
from specbound.update.outcome import Recheck

#: Exchanges that are told one by one; the groups tell the rest.
_TOLD = 20


def recheck(old: Contract, new: Contract, records: Iterable[Record]) -> Recheck:
    """Judge every exchange twice; memory does not grow with their number."""
    before, after = Checker(old), Checker(new)
    counts: Counter[str] = Counter()
    skipped: Counter[str] = Counter()
    stopped, started = Tally(), Tally()
    at: dict[str, list[str]] = {"stopped": [], "started": []}
    for record in records:
        if isinstance(record, Exchange):
            was, now = before.check(record), after.check(record)
            word = _word(was.verdict, now.verdict)
            counts[word] += 1
            if word in at and len(at[word]) < _TOLD:
                at[word].append(where(record.source))
            if word == "stopped":
                stopped.add(record, now)
            elif word == "started":
                started.add(record, was)
        elif isinstance(record, Broken):
            counts["broken"] += 1
        elif isinstance(record, Skipped):
            skipped[record.reason] += 1
    return Recheck(
        exchanges=counts.total() - counts["broken"],
        both=counts["both"],
        neither=counts["neither"],
        broken=counts["broken"],
        stopped=stopped.account(new, 0, 0.0, None),
        started=started.account(old, 0, 0.0, None),
        stopped_at=tuple(at["stopped"]),
        started_at=tuple(at["started"]),
        skipped=dict(skipped),
    )


def _word(was: Verdict, now: Verdict) -> str:
    if was is Verdict.VALID:
        return "both" if now is Verdict.VALID else "stopped"
    return "started" if now is Verdict.VALID else "neither"


def where(source: Source) -> str:
    """An exchange's place as a person finds it: file and line, or file and number."""
    if source.line is not None:
        return f"{source.file}:{source.line}"
    return f"{source.file}, exchange {source.number or 0}"
