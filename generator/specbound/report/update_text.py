"""An update for a person at a terminal: what breaks, what it comes to, what is to be done.

Knows layout and colour. It must not know how anything was found, nor write to any stream.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from specbound.report.diff_text import text as changes_text
from specbound.report.findings import PLAIN, Look
from specbound.report.phrases import one_line
from specbound.report.terminal import BOLD
from specbound.report.update_impact import told
from specbound.report.update_words import (
    added,
    breaking_lines,
    lint_lines,
    lint_sum,
    member_lines,
    name_lines,
    names_sum,
    other_lines,
    recheck_lines,
    recheck_sum,
    signature_lines,
    stray_lines,
    use_line,
)
from specbound.update.outcome import Update

#: Rows of a section that are shown unless all is wanted.
_MOST = 12


def update_text(update: Update, look: Look = PLAIN) -> str:
    """The whole report, the closing line left out; `quiet` leaves what breaks and what to do."""
    parts = [changes_text(update.changes, look).rstrip("\n")]
    parts += [_section(title, rows, look) for title, rows in _sections(update, look)]
    return "".join(f"{part}\n\n" for part in parts if part)


def _sections(update: Update, look: Look) -> Iterator[tuple[str, list[str]]]:
    uses = update.uses
    if uses is not None:
        rows = [use_line(one) for one in uses.found]
        rows += [f"{name}: not read, {reason}" for name, reason in uses.unread]
        yield f"your code ({_files(uses.files)})", rows or ["uses nothing that is gone"]
    yield "client, breaking", breaking_lines(update.methods)
    if not look.quiet:
        yield "client", other_lines(update.methods)
    if look.verbose:
        yield "what each change comes to", list(_impacts(update))
        yield "signatures", list(signature_lines(update.methods))
    yield "names", list(_names(update, look))
    if update.recordings is not None:
        yield "recordings", [recheck_sum(update.recordings), *_recordings(update)]
    yield "overlays", list(_strays(update))
    if not look.quiet and (update.lint.found or update.lint.mended):
        yield "document", [lint_sum(update.lint), *lint_lines(update.lint)]


def _impacts(update: Update) -> Iterator[str]:
    for operations, lines in told(update, breaking=False):
        for message, impact in lines:
            if impact:
                yield f"{operations}: {message}"
                yield f"  {impact}"


def _files(number: int) -> str:
    return "1 file" if number == 1 else f"{number:,} files"


def _names(update: Update, look: Look) -> Iterator[str]:
    if not look.quiet:
        yield names_sum(update.names)
    yield from name_lines(update.names)
    if look.verbose:
        yield from member_lines(update.names)
        if update.names.added:
            yield f"new: {added(update.names.added)}"


def _recordings(update: Update) -> Iterator[str]:
    assert update.recordings is not None
    for title, rows in recheck_lines(update.recordings):
        yield f"{title}:"
        yield from (f"  {row}" for row in rows)


def _strays(update: Update) -> Iterator[str]:
    for one in update.strays:
        first, *more = stray_lines(one)
        yield first
        yield from (f"  {line}" for line in more)


def _section(title: str, rows: Sequence[str], look: Look) -> str:
    if not rows:
        return ""
    most = len(rows) if look.verbose or look.quiet else _MOST
    head = f"\x1b[{BOLD}m{title}\x1b[0m" if look.color else title
    left = len(rows) - most
    more = [f"  and {left:,} more (run with -v to see them)"] if left > 0 else []
    return "\n".join([head, *(f"  {one_line(row)}" for row in rows[:most]), *more])
