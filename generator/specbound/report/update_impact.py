"""What one change of the document comes to, in a line: forms of methods, models, places of use.

Knows how an impact is said. It must not know any report's format.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from specbound.diff.changes import Change
from specbound.report.diff_groups import Block, Line, blocks, heading
from specbound.report.phrases import relative
from specbound.update.outcome import Impact, Update

#: Names and places that one line holds; more are counted.
_MOST = 4


def told(update: Update, breaking: bool) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Operations with their changes, each with what it comes to (or nothing)."""
    by_change = dict(zip(map(id, update.changes), update.impacts, strict=True))
    some = update.breaking if breaking else update.changes
    for block in blocks(some):
        yield heading(block), [
            (_said(block, line), _comes_to(line.changes, by_change)) for line in block.lines
        ]


def _said(block: Block, line: Line) -> str:
    change = line.first
    part = f"{change.part}: " if change.part and change.part not in change.message else ""
    return part + change.message


def _comes_to(changes: Iterable[Change], impacts: Mapping[int, Impact]) -> str:
    """``client: `a.b(kind="x")`; models: `X`; your code: app.py:8``."""
    own = [impacts[id(change)] for change in changes]
    methods = [call for one in own for call in _calls(one)]
    names = [f"`{name.new or name.old}`" for one in own for name in one.names]
    uses = [f"{relative(use.file)}:{use.line}" for one in own for use in one.uses]
    rows = (("client", methods), ("models", names), ("your code", uses))
    return "; ".join(f"{title}: {_listed(some)}" for title, some in rows if some)


def _calls(one: Impact) -> Iterator[str]:
    for form in one.forms:
        yield f"`{one.method}({form.label})`" if form.label else f"`{one.method}`"


def _listed(some: Sequence[str]) -> str:
    each = list(dict.fromkeys(some))
    left = len(each) - _MOST
    return ", ".join(each[:_MOST]) + (f" and {left:,} more" if left > 0 else "")
