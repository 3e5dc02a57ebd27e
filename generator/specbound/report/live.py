"""Exchanges as they pass, for a person at a terminal: a line each, and what is new about them.

Knows layout and colour, and which findings were told before. It must not know how an exchange was
passed on or checked, nor write to any stream.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Set
from dataclasses import replace

from specbound.check.account import Cause
from specbound.check.causes import cause
from specbound.check.finding import Finding, Result, Verdict
from specbound.check.veil import veiled
from specbound.check.wire.routes import target
from specbound.diagnostics import Severity
from specbound.live.proxy_passage import Passage
from specbound.report import phrases
from specbound.report.findings import Look
from specbound.report.phrases import one_line
from specbound.report.terminal import BLUE, BOLD, SHADE, counted
from specbound.traffic.exchange import Exchange
from specbound.traffic.secrets import redacted_url

#: Causes that are remembered as told; whoever meets more of them is told of each one anew.
MOST_CAUSES = 10_000
LONGEST_PATH = 100
GREEN = "1;32"
SHADES = {
    Verdict.VALID: GREEN,
    Verdict.INVALID: SHADE[Severity.ERROR],
    Verdict.UNDOCUMENTED: SHADE[Severity.WARNING],
}


class Live:
    """Words for one exchange after the other; `known` causes are counted, never told."""

    def __init__(self, look: Look, known: Set[Cause] = frozenset()) -> None:
        self._look = look
        self._known = known
        self._told: Counter[Cause] = Counter()

    def text(self, passage: Passage, exchange: Exchange | None, result: Result | None) -> str:
        """The line of an exchange and the findings that are new; empty in a quiet run without any.

        The same finding again is only counted.
        """
        findings = result.findings if result is not None else ()
        new, again, known = self._sorted(findings, passage, exchange)
        blocks = [line for each in new for line in self._block(each)]
        for fault in passage.faults:
            shade = SHADE[Severity.ERROR if fault.is_error else Severity.NOTE]
            blocks.append(f"  {self._paint(fault.code, shade)}: {one_line(fault.message)}")
        if self._look.quiet and not blocks:
            return ""
        more = [counted(again, "finding") + " told before"] if again else []
        more += [counted(known, "known finding")] if known else []
        more += result.unchecked if result is not None else ()
        tail = f" ({', '.join(more)})" if more else ""
        head = f"{_head(passage)} {self._verdict(passage, result)}{tail}"
        return "\n".join([head, *blocks]) + "\n"

    def _sorted(
        self, findings: tuple[Finding, ...], passage: Passage, exchange: Exchange | None
    ) -> tuple[list[Finding], int, int]:
        new: list[Finding] = []
        again = known = 0
        for found in findings:
            if found.operation is None:
                found = replace(found, operation=f"{passage.method} {_path(passage.url, False)}")
            why = cause(found)
            if why in self._known:
                known += 1
            elif self._told[why]:
                again += 1
            elif self._is_wanted(found):
                new.append(veiled(found, exchange))
            if len(self._told) < MOST_CAUSES:
                self._told[why] += 1
        return new, again, known

    def _is_wanted(self, finding: Finding) -> bool:
        if self._look.quiet:
            return finding.severity is Severity.ERROR
        return self._look.verbose or finding.severity is not Severity.NOTE

    def _verdict(self, passage: Passage, result: Result | None) -> str:
        if result is not None and (passage.status is not None or result.findings):
            return self._paint(result.verdict.value, SHADES[result.verdict])
        return self._paint("failed" if passage.faults else "not checked", SHADE[Severity.NOTE])

    def _block(self, finding: Finding) -> Iterator[str]:
        label = self._paint(f"{finding.severity}[{finding.code}]", SHADE[finding.severity])
        yield f"  {label}{self._paint(f': {one_line(finding.message)}', BOLD)}"
        yield f"    {self._paint('-->', BLUE)} {one_line(phrases.subject_of(finding))}"
        if finding.help:
            words = self._paint("help", BOLD)
            yield f"     {self._paint('=', BLUE)} {words}: {one_line(finding.help)}"
        elif finding.allowed:
            yield f"     {self._paint('=', BLUE)} {one_line(phrases.allowed(finding))}"

    def _paint(self, words: str, shade: str) -> str:
        return f"\x1b[{shade}m{words}\x1b[0m" if self._look.color else words


def _head(passage: Passage) -> str:
    """``12:03:01 POST /v1/image_to_video 200 34 ms``: the status that the client was sent."""
    at = time.strftime("%H:%M:%S", time.localtime(passage.at))
    status = passage.answered or passage.status or "---"
    took = f"{passage.seconds * 1000:,.0f} ms"
    return one_line(f"{at} {passage.method} {_path(passage.url)} {status} {took}")


def _path(url: str, with_query: bool = True) -> str:
    parts = target(redacted_url(url))
    path = parts.path + (f"?{parts.query}" if parts.query and with_query else "")
    return path if len(path) <= LONGEST_PATH else f"{path[: LONGEST_PATH - 1]}…"
