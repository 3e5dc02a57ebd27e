"""An account for a person at a terminal: a block a cause, what is known, and one closing line.

Knows layout, colour and width. It must not know how a finding was made, nor write to any stream.
"""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from specbound.check.account import Account, Entry, Group
from specbound.diagnostics import Severity
from specbound.report import phrases
from specbound.report.phrases import one_line
from specbound.report.terminal import BLUE, BOLD, SHADE, counted

#: Narrower than this nothing is wrapped: it would read worse than the terminal's own breaks.
NARROWEST = 40


@dataclass(frozen=True, slots=True)
class Look:
    """How a person wants it: coloured, wrapped at a width (0: not at all), and how much of it."""

    color: bool = False
    width: int = 0
    verbose: bool = False
    quiet: bool = False


PLAIN = Look()


def text(account: Account, look: Look = PLAIN) -> str:
    """The whole report; ends with a newline, or is empty where a quiet run has no errors.

    Compact: a cause's sentence, its place and its help. `verbose` writes everything out, `quiet`
    only the errors. Notes are summed up unless `verbose`.
    """
    groups = [group for group in phrases.shown(account) if _wanted(group, look)]
    block = _full if look.verbose else _compact
    blocks = [block(group, look) for group in groups]
    if not look.quiet:
        blocks += _rest(account, look)
    # A quiet run says nothing where nothing is wrong.
    last = "\n".join(_wrapped(phrases.closing(account), 2, look)) + "\n"
    closing = "" if look.quiet else last
    gap = "\n" if blocks and closing else ""
    return "\n\n".join(blocks) + ("\n" if blocks else "") + gap + closing


def _rest(account: Account, look: Look) -> list[str]:
    """What is told after the findings: notes, what is known, what was not judged."""
    parts = [
        "" if look.verbose else _notes(account, look),
        _known(account, look),
        *_gone(account, look),
        _sums("skipped", account.skipped, look),
        _sums("not checked", account.unchecked, look),
    ]
    return [part for part in parts if part]


def _wanted(group: Group, look: Look) -> bool:
    severity = group.finding.severity
    if look.quiet:
        return severity is Severity.ERROR
    return look.verbose or severity is not Severity.NOTE


def _compact(group: Group, look: Look) -> str:
    finding, first = group.finding, group.places[0]
    times = f"  ×{group.count:,}" if group.count > 1 else ""
    where = (
        f"{phrases.place(first.source, first.line)}{times}  {phrases.subject_of(finding)}".rstrip()
    )
    lines = [_head(group, look), _row("-->", where, look, arrow=True)]
    if finding.help:
        lines.append(_labelled("help", finding.help, look))
    elif finding.allowed:
        lines.append(_row("=", phrases.allowed(finding), look))
    return "\n".join(lines)


def _full(group: Group, look: Look) -> str:
    finding, first = group.finding, group.places[0]
    where = f"{phrases.place(first.source, first.line)}  {phrases.subject_of(finding)}".rstrip()
    lines = [_head(group, look), _row("-->", where, look, arrow=True)]
    if finding.allowed:
        lines.append(_row("=", phrases.allowed(finding), look))
    if finding.spec is not None:
        lines.append(_labelled("spec", phrases.spec_place(finding.spec), look))
    if group.count > 1:
        seen = ", ".join(filter(None, (counted(group.count, "time"), phrases.further(group))))
        lines.append(_labelled("seen", seen, look))
    if finding.help:
        lines.append(_labelled("help", finding.help, look))
    return "\n".join(lines)


def _head(group: Group, look: Look) -> str:
    finding = group.finding
    return _titled(f"{finding.severity}[{finding.code}]", finding.message, finding.severity, look)


def _titled(label: str, message: str, severity: Severity, look: Look) -> str:
    """``label: message`` in its severity's colour, wrapped."""
    first, *more = _wrapped(f"{label}: {one_line(message)}", 2, look)
    rest = first.removeprefix(label)
    lines = [_paint(label, SHADE[severity], look) + _paint(rest, BOLD, look)]
    return "\n".join([*lines, *(_paint(line, BOLD, look) for line in more)])


def _row(mark: str, words: str, look: Look, arrow: bool = False) -> str:
    start = f"{'  ' if arrow else '   '}{mark} "
    first, *more = _wrapped(start + one_line(words), 5 if not arrow else 6, look)
    return "\n".join([first.replace(mark, _paint(mark, BLUE, look), 1), *more])


def _labelled(label: str, words: str, look: Look) -> str:
    row = _row("=", f"{label}: {words}", look)
    return row.replace(label, _paint(label, BOLD, look), 1)


def _wrapped(line: str, indent: int, look: Look) -> list[str]:
    if look.width < NARROWEST:
        return [line]
    return textwrap.wrap(
        line,
        look.width,
        subsequent_indent=" " * indent,
        replace_whitespace=False,
        drop_whitespace=True,
        break_long_words=False,
        break_on_hyphens=False,
    ) or [""]


def _paint(words: str, shade: str, look: Look) -> str:
    return f"\x1b[{shade}m{words}\x1b[0m" if look.color and words else words


def _notes(account: Account, look: Look) -> str:
    """``5 notes: 5 deprecated (run with -v to see them)``."""
    codes: Counter[str] = Counter()
    for group in phrases.shown(account):
        if group.finding.severity is Severity.NOTE:
            codes[group.finding.code] += 1
    if not codes:
        return ""
    each = ", ".join(f"{number:,} {code}" for code, number in codes.most_common())
    words = f"{counted(codes.total(), 'note')}: {each} (run with -v to see them)"
    return "\n".join(_wrapped(words, 2, look))


def _known(account: Account, look: Look) -> str:
    """What the baseline accepts, by reason; each cause below it where all is wanted."""
    if not account.known:
        return ""
    findings = sum(group.count for group, _ in account.known)
    causes = counted(len(account.known), "cause")
    lines = [f"known (baseline): {causes}, {counted(findings, 'finding')}"]
    for reason, expires, number, total in phrases.accepted(account):
        until = f", until {expires}" if expires else ""
        counts = f"{counted(number, 'cause')}, {counted(total, 'finding')}{until}"
        lines += _wrapped(f"  {counts}: {one_line(reason or 'no reason given')}", 4, look)
        if look.verbose:
            lines += _accepted(account, (reason, expires), look)
    return "\n".join(lines)


def _accepted(account: Account, key: tuple[str, str], look: Look) -> Iterator[str]:
    for group, entry in account.known:
        if (entry.reason, entry.expires) == key:
            first = group.places[0]
            where = phrases.place(first.source, first.line)
            line = f"    {phrases.entry_line(entry)}  {where} ×{group.count:,}"
            yield "\n".join(_wrapped(one_line(line), 6, look))


def _gone(account: Account, look: Look) -> Iterator[str]:
    """Entries of the baseline that have ended or that nothing matched."""
    if account.expired:
        title = f"baseline: {_entries(account.expired)} expired; what was accepted counts as new"
        rows = (f"{phrases.entry_line(each)}  since {each.expires}" for each in account.expired)
        yield _listing(_titled("warning", title, Severity.WARNING, look), rows, look)
    if account.stale:
        title = f"baseline: {_entries(account.stale)} matched nothing in this run"
        title += " (--update-baseline drops what is stale)"
        rows = (phrases.entry_line(each) for each in account.stale)
        yield _listing(_titled("note", title, Severity.NOTE, look), rows, look)


def _entries(entries: tuple[Entry, ...]) -> str:
    return "1 entry" if len(entries) == 1 else f"{len(entries):,} entries"


def _listing(title: str, rows: Iterable[str], look: Look) -> str:
    """A title and its rows, the first ten unless all is wanted."""
    lines = ["\n".join(_wrapped("  " + one_line(row), 4, look)) for row in rows]
    most = len(lines) if look.verbose else 10
    left = len(lines) - most
    more = [f"  and {left:,} more (run with -v to see them)"] if left > 0 else []
    return "\n".join([title, *lines[:most], *more])


def _sums(title: str, counts: Mapping[str, int], look: Look) -> str:
    """``not checked: 12``, and a row a reason."""
    rows = phrases.reasons(counts.items())
    if len(rows) < 2:
        return "\n".join(_wrapped(one_line(f"{title}: {rows[0]}"), 2, look)) if rows else ""
    total = sum(counts.values())
    return _listing(f"{title}: {total:,}", rows, look)
