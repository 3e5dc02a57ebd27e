"""Requests that a mock has served, for a person at a terminal: a line each, and why not.

Knows layout and colour. It must not know how a request was answered, nor write to any stream.
"""

from __future__ import annotations

from specbound.diagnostics import Severity
from specbound.mock.settings import Served
from specbound.report.findings import Look
from specbound.report.phrases import one_line
from specbound.report.terminal import BOLD, SHADE
from specbound.traffic.secrets import redacted_url

_LONGEST = 100
_GREEN = "1;32"


def served_text(one: Served, look: Look) -> str:
    """The line of one request and a block for each reason for which it was refused."""
    shade = (
        _GREEN
        if one.status < 400
        else SHADE[Severity.ERROR if one.status >= 500 else Severity.WARNING]
    )
    path = redacted_url(one.path).partition("?")[0]
    path = path if len(path) <= _LONGEST else f"{path[: _LONGEST - 1]}…"
    status = _painted(str(one.status or "---"), shade, look)
    why = f"Prefer: {one.preferred}" if one.preferred else one.reason
    why = f"  {one_line(why)}" if why else ""
    lines = [f"{one.method} {one_line(path)} {status} {one.seconds * 1000:,.0f} ms{why}"]
    for finding in one.findings:
        label = _painted(f"{finding.severity}[{finding.code}]", SHADE[finding.severity], look)
        lines.append(f"  {label}{_painted(f': {one_line(finding.message)}', BOLD, look)}")
        if finding.help or (look.verbose and finding.allowed):
            lines.append(f"     = {one_line(finding.help or f'allowed: {finding.allowed}')}")
    return "\n".join(lines) + "\n"


def _painted(words: str, shade: str, look: Look) -> str:
    return f"\x1b[{shade}m{words}\x1b[0m" if look.color else words
