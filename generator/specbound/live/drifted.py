"""Findings as a program meets them: one line each, and the exception that carries them all.

Knows how a finding is put into one line. It must not know reports, nor who is told.
"""

from __future__ import annotations

from collections.abc import Sequence

from specbound.check.finding import Finding
from specbound.live.recorded import without_secrets
from specbound.traffic.exchange import Exchange

#: Findings that an exception's message spells out; `findings` has them all.
_SPELLED_OUT = 10


class Drifted(Exception):
    """An exchange does not fit its contract; the message explains each finding."""

    def __init__(self, findings: Sequence[Finding], exchange: Exchange) -> None:
        self.findings = tuple(findings)
        self.exchange = exchange
        super().__init__(_message(self.findings))

    def __reduce__(self) -> tuple[type[Drifted], tuple[tuple[Finding, ...], Exchange]]:
        # A pickle is written down and sent about: it has no more secrets than a recording.
        return Drifted, (self.findings, without_secrets(self.exchange))


def line(finding: Finding) -> str:
    """One finding in one line: operation, place, what is wrong, the nearest fix, the rule."""
    said = f"{finding.message} [{finding.code}]"
    if finding.operation:  # else the message is that there is none
        place = f"{finding.part}{' ' + finding.pointer if finding.pointer else ''}"
        said = f"{finding.operation}: {place}: {said}"
    if finding.help:
        said += f"; {finding.help}"
    spec = finding.spec
    return _steady(f"{said} ({spec})" if spec is not None else said)


def _steady(text: str) -> str:
    """A text that stays one line and steers no terminal, whatever names somebody has sent."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _message(findings: Sequence[Finding]) -> str:
    told = [line(each) for each in findings[:_SPELLED_OUT]]
    if len(findings) > _SPELLED_OUT:
        told.append(f"… and {len(findings) - _SPELLED_OUT} more")
    if len(told) == 1:
        return f"the exchange does not fit the contract: {told[0]}"
    return "\n  ".join(["the exchange does not fit the contract:", *told])
