"""An account for GitHub Actions: annotations on the recordings' lines, and a summary page.

Knows workflow commands and GitHub's Markdown. It must not know environment variables nor write to
any stream.
"""

from __future__ import annotations

from collections.abc import Iterator

from specbound.check.account import Account, Group
from specbound.diagnostics import Severity
from specbound.report import phrases
from specbound.report.terminal import counted

COMMAND = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}

#: GitHub shows no more annotations than this of each severity and step.
MOST = 10
#: Rows of the summary page; GitHub refuses one over 1 MiB.
ROWS = 100
LONGEST_CELL = 500


def github(account: Account) -> str:
    """Workflow commands, at most ten of each severity, and the closing line as plain text."""
    lines: list[str] = []
    for severity in Severity:
        groups = [each for each in phrases.shown(account) if each.finding.severity is severity]
        lines += _capped(groups, severity)
    text = "\n".join([*lines, phrases.one_line(phrases.closing(account))])
    return phrases.encodable(text) + "\n"


def github_summary(account: Account) -> str:
    """The account as Markdown for ``GITHUB_STEP_SUMMARY``: sums, new causes, what is known."""
    parts = [f"## {_inline(account.title or 'specbound')}", _inline(phrases.closing(account))]
    if account.groups:
        parts.append("\n".join(_table(account)))
    if account.known:
        parts.append("\n".join(_known(account)))
    for title, entries in (("Expired", account.expired), ("Stale", account.stale)):
        if entries:
            rows = [f"- {_inline(phrases.entry_line(entry))}" for entry in entries[:ROWS]]
            number = counted(len(entries), "baseline entry").replace("entrys", "entries")
            parts.append("\n".join([f"**{title}:** {number}", "", *rows]))
    return "\n\n".join(parts) + "\n"


def _capped(groups: list[Group], severity: Severity) -> Iterator[str]:
    """The commands; the last that GitHub would show tells how many it does not."""
    most = MOST if len(groups) <= MOST else MOST - 1
    for group in groups[:most]:
        yield _annotation(group)
    if (left := len(groups) - most) > 0:
        words = f"{counted(left, 'more cause')}; the job's log and summary have them all"
        yield f"::{COMMAND[severity]} title=specbound::{words}"


def _annotation(group: Group) -> str:
    finding, first = group.finding, group.places[0]
    properties: dict[str, str] = {}
    if first.source.file not in phrases.STREAMS:
        properties["file"] = phrases.relative(first.source.file)
        if line := first.line or first.source.line:
            properties["line"] = str(line)
    properties["title"] = f"{finding.code}: {finding.operation or finding.part}"
    written = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{COMMAND[finding.severity]} {written}::{_data(_message(group))}"


def _message(group: Group) -> str:
    finding = group.finding
    lines = [finding.message, phrases.subject_of(finding), phrases.allowed(finding), finding.help]
    if group.count > 1:
        lines.append(f"seen {group.count:,} times")
    if finding.spec is not None:
        lines.append(f"spec: {phrases.spec_place(finding.spec)}")
    return "\n".join(filter(None, lines))


def _data(text: str) -> str:
    """A command's message, escaped as the runner reads it."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _table(account: Account) -> Iterator[str]:
    yield "| | code | cause | where | seen |"
    yield "|---|---|---|---|---:|"
    for group in account.groups[:ROWS]:
        finding, first = group.finding, group.places[0]
        place = _inline(phrases.place(first.source, first.line))
        where = "<br>".join(filter(None, (_inline(phrases.subject_of(finding)), place)))
        help = f"<br>{_inline(finding.help)}" if finding.help else ""
        told = f"{_inline(finding.message)}{help}"
        yield f"| {finding.severity} | {finding.code} | {told} | {where} | {group.count:,} |"
    if (left := len(account.groups) - ROWS) > 0:
        yield f"| | | and {counted(left, 'more cause')} | | |"


def _known(account: Account) -> Iterator[str]:
    yield f"**Known (baseline):** {counted(len(account.known), 'cause')}"
    yield ""
    for reason, expires, causes, findings in phrases.accepted(account)[:ROWS]:
        until = f", until {expires}" if expires else ""
        sums = f"{counted(causes, 'cause')}, {counted(findings, 'finding')}{until}"
        yield f"- {sums}: {_inline(reason or 'no reason given')}"


def _inline(text: str) -> str:
    """Text that Markdown and HTML show as it is, on one line."""
    plain = phrases.one_line(text)
    cut = plain if len(plain) <= LONGEST_CELL else plain[: LONGEST_CELL - 1] + "…"
    escaped = cut.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return "".join(f"\\{each}" if each in "\\`*_[]|~#@" else each for each in escaped)
