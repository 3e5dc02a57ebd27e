"""Tables of pages: header and rows, with their lines; rows that a save has damaged are left out.

Knows GitHub's pipe tables, and those of which the first pipe was lost. It must not know what a
column means.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from specbound.traffic.readers.page_parts import Kind, Part

_RULE = re.compile(r"\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?")
_CELL = re.compile(r"(?:`[^`]*`|\\.|[^|`\\]|[`\\])*")


class Row(NamedTuple):
    """One row: its line, its cells without the blanks around them, and its text."""

    line: int
    cells: tuple[str, ...]
    text: str


class Table(NamedTuple):
    """A table: its header's cells and its whole rows."""

    header: tuple[str, ...]
    rows: tuple[Row, ...]

    def column(self, pattern: re.Pattern[str]) -> int | None:
        """The first column whose header fits a pattern; None if none does."""
        for index, cell in enumerate(self.header):
            if pattern.fullmatch(plain(cell)):
                return index
        return None


def grouped(parts: Iterable[Part]) -> Iterator[Part | Table]:
    """The parts of a page, each table as one."""
    rows: list[Part] = []
    for part in parts:
        if part.kind is Kind.ROW and (not rows or part.line == rows[-1].line + 1):
            rows.append(part)
            continue
        yield from _flushed(rows)
        rows = [part] if part.kind is Kind.ROW else []
        if part.kind is not Kind.ROW:
            yield part
    yield from _flushed(rows)


def _flushed(rows: Sequence[Part]) -> Iterator[Part | Table]:
    """Tables that follow each other without a blank line are told apart by their rules."""
    rules = [at for at in range(1, len(rows)) if _RULE.fullmatch(rows[at].text)]
    yield from rows[: rules[0] - 1] if rules else rows
    for rule, following in zip(rules, [*rules[1:], len(rows) + 1], strict=False):
        yield from _table(rows[rule - 1 : following - 1])


def _table(rows: Sequence[Part]) -> Iterator[Part | Table]:
    header, width = _cells(rows[0].text), len(_cells(rows[1].text))
    if len(header) == width + 1:
        # A save has run the line before the table together with its header.
        yield rows[0]._replace(kind=Kind.LINE, text=header[0])
        header = header[1:]
    each = (Row(row.line, _cells(row.text), row.text) for row in rows[2:])
    yield Table(header, tuple(row for row in each if len(row.cells) == len(header)))


def _cells(text: str) -> tuple[str, ...]:
    text = text.strip().removeprefix("|")
    text = text.removesuffix("|") if not text.endswith("\\|") else text
    found, at = [], 0
    while at <= len(text):
        match = _CELL.match(text, at)
        cell = match[0] if match else ""
        found.append(cell.strip().replace("\\|", "|"))
        at += len(cell) + 1
    return tuple(found)


def plain(cell: str) -> str:
    """A cell's words, without markup and blanks around them."""
    return re.sub(r"[*`]|</?\w[^>]*>", "", cell).strip(" _")
