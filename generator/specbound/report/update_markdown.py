"""An update as the body of a pull request: what breaks, what to do, and the rest to unfold.

Knows Markdown and how long a body may be. It must not know how anything was found.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from specbound.diff.changes import Change
from specbound.report.diff_groups import sums
from specbound.report.diff_markdown import markdown
from specbound.report.terminal import counted
from specbound.report.update_impact import told
from specbound.report.update_prose import prose
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
    todo,
)
from specbound.update.outcome import Update

#: GitHub takes 65,536 characters; the rest stands in the changelog.
LONGEST = 60_000
#: Rows of one section; a reviewer reads the first of them.
_MOST = 40


def update_markdown(update: Update, entry: str) -> str:
    """The body: breaking changes, tasks, client, names, recordings, document, changelog entry."""
    parts = [f"## {_title(update)}", prose(_sentence(update))]
    breaking = _breaking(update)
    for title, rows in (("What breaks", breaking), ("What to do", _tasks(update))):
        parts += [f"### {title}", "\n".join(rows)] if rows else []
    for title, summary, rows in _folded(update):
        parts += [f"### {title}", prose(summary)] if summary else [f"### {title}"]
        parts += [_unfold(rows)] if rows else []
    text = "\n\n".join(parts) + "\n"
    return text + _entry(entry, LONGEST - len(text))


def changelog_entry(changes: Sequence[Change], title: str) -> str:
    """The entry for the changelog: a heading and every change, breaking ones first."""
    return markdown(changes, title)


def _title(update: Update) -> str:
    number = len(update.breaking)
    what = f"{counted(number, 'breaking change')}" if number else "nothing breaks"
    return f"{prose(update.title or 'API')}: {what}"


def _sentence(update: Update) -> str:
    words = sums(update.changes)
    return f"{words[0].upper()}{words[1:]}. The client now has {update.operations:,} operations."


def _breaking(update: Update) -> list[str]:
    rows = []
    for operations, lines in told(update, breaking=True):
        rows.append(f"- **{prose(operations)}**")
        for message, impact in lines:
            rows.append(f"  - {prose(message)}")
            rows += [f"    → {prose(impact)}"] if impact else []
    return _cut(rows, 2 * _MOST)


def _tasks(update: Update) -> list[str]:
    return _cut([f"- [ ] {prose(line)}" for line in todo(update)])


def _folded(update: Update) -> Iterator[tuple[str, str, list[str]]]:
    """Title, summary and rows of what follows; breaking rows stand before the others."""
    breaks, others = breaking_lines(update.methods), other_lines(update.methods)
    methods = counted(len(update.methods), "method")
    yield "Client", f"{methods} changed." if breaks or others else "", [*breaks, *others]
    rows = [*name_lines(update.names), *member_lines(update.names)]
    rows += [f"new: {added(update.names.added)}"] if update.names.added else []
    yield "Names", f"{names_sum(update.names)}.", rows
    if update.recordings is not None:
        again = update.recordings
        rows = [f"{title}: {row}" for title, some in recheck_lines(again) for row in some]
        yield "Recordings", f"{recheck_sum(again)}.", rows
    if update.lint.found or update.lint.mended:
        yield "Document", f"{lint_sum(update.lint)}.", lint_lines(update.lint)


def _unfold(rows: Sequence[str]) -> str:
    listed = "\n".join(_cut([f"- {prose(row)}" for row in rows], 3 * _MOST))
    if len(rows) <= 5:
        return listed
    return f"<details><summary>{len(rows):,} lines</summary>\n\n{listed}\n\n</details>"


def _entry(entry: str, room: int) -> str:
    if not entry:
        return ""
    head = "\n### Changelog entry\n\n"
    body = "\n".join(f"##{line}" if line.startswith("##") else line for line in entry.split("\n"))
    if len(body) + 200 > room:
        return f"{head}Too long for this place: see the changelog.\n"
    return f"{head}<details><summary>unfold</summary>\n\n{body}\n</details>\n"


def _cut(rows: list[str], most: int = _MOST) -> list[str]:
    left = len(rows) - most
    return [*rows[:most], f"- and {left:,} more lines"] if left > 0 else rows
