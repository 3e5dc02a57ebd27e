"""What one description or one table says, as the parts of claims.

Knows what columns and phrases claim. It must not know under which operation they stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from specbound.traffic.claims import GLUED, IN_WORDS, Kind
from specbound.traffic.readers import page_words
from specbound.traffic.readers.page_fields import Described
from specbound.traffic.readers.page_operations import Mention, listed
from specbound.traffic.readers.page_tables import Row, Table, plain

_CODES = re.compile(r"(?:http )?(?:status|code|status code|error code)s?", re.I)
_STATUSES = re.compile(r"[1-5]\d\d(?:\s*[/,]\s*[1-5]\d\d)*(?:\s+[A-Za-z ]+)?")
_CODED = re.compile(r"`[^`]+`|[A-Z][A-Z\d_.]+|\w+(?:[._:]\w+)+\d*|[a-z]+\d[\w.]*")
_LISTED_IN_WORDS = re.compile(r"\(([A-Za-z_]\w*(?:, [A-Za-z_]\w*)+)\)")
_FORMATS = frozenset({"uuid", "date", "date-time", "time", "uri", "url", "email", "ipv4", "ipv6"})
_FORMAT = re.compile(r"<([\w-]+)>|\(([\w-]+)\)")
_OPERATION_COLUMN = re.compile(
    r"(?:http )?(?:method|verb)s?|(?:api )?(?:endpoint|path|url|route|operation|request)s?", re.I
)


class Said(NamedTuple):
    """A claim without its page: kind, member and values, and the operation and line if its own."""

    kind: Kind
    member: str
    values: tuple[str, ...] = ()
    operation: str | None = None
    line: int = 0


# --- descriptions --------------------------------------------------------------------------------


def of_member(one: Described) -> Iterator[Said]:
    """Everything that a description claims of one member."""
    name, text = one.name, one.text
    yield Said(Kind.MEMBER, name, (GLUED,) if one.glued else ())
    if must := one.required or page_words.required(text):
        yield Said(Kind.REQUIRED, name, (must,))
    if default := one.default or page_words.default(text):
        yield Said(Kind.DEFAULT, name, (default,))
    yield from _values(one)
    if limits := page_words.bounds(text):
        yield Said(Kind.RANGE, name, limits)
    if most := page_words.longest(text):
        yield Said(Kind.LENGTH, name, ("", most))
    named = _FORMAT.search(one.type)
    format_ = one.format or (named and (named[1] or named[2])) or ""
    if format_.lower() in _FORMATS:
        yield Said(Kind.FORMAT, name, (format_.lower(),))


def _values(one: Described) -> Iterator[Said]:
    if one.listed:
        yield Said(Kind.VALUES, one.name, one.listed)
    elif values := page_words.values(one.text):
        yield _listed(one.name, values)
    for name, values in page_words.nested(one.text):
        yield _listed(f"{one.name}/{name}", values)


def _listed(name: str, values: page_words.Listed) -> Said:
    return Said(Kind.VALUES if values.closed else Kind.EXAMPLES, name, values.values)


# --- tables --------------------------------------------------------------------------------------


def of_table(table: Table) -> Iterator[Said]:
    """What a table claims that is none of parameters: operations, statuses, or values."""
    named = [(row, listed(row.text)) for row in table.rows]
    if any(found for _, found in named):
        yield from _operations(table, named)
    elif (column := table.column(_CODES)) is not None and (codes := list(_codes(table, column))):
        yield from codes
    else:
        yield from _column(table)


def _operations(table: Table, named: list[tuple[Row, list[Mention]]]) -> Iterator[Said]:
    for row, found in named:
        if len(found) == 1 and (words := _LISTED_IN_WORDS.search(row.text)):
            names = tuple(words[1].split(", "))
            yield Said(Kind.MEMBERS, IN_WORDS, names, found[0].key, row.line)
    head = plain(table.header[0])
    if not _OPERATION_COLUMN.fullmatch(head):
        yield from _per_operation(head, named)
        return
    keys = dict.fromkeys(mention.key for _, found in named for mention in found)
    yield Said(Kind.OPERATIONS, "", tuple(keys), None, table.rows[0].line)


def _per_operation(head: str, named: list[tuple[Row, list[Mention]]]) -> Iterator[Said]:
    """A table of values (``Model``) and the operations that take each of them."""
    values: dict[str, list[str]] = {}
    for row, found in named:
        if not _CODED.fullmatch(row.cells[0]):
            continue
        for mention in found:
            value = plain(row.cells[0])
            values.setdefault(mention.key, []).append(value)
            yield Said(Kind.EXAMPLES, head, (value,), mention.key, row.line)
    for key, each in values.items():
        yield Said(Kind.VALUES, head, tuple(each), key, named[0][0].line)


def _codes(table: Table, column: int) -> Iterator[Said]:
    """The statuses in a column of codes."""
    for row in table.rows:
        cell = plain(row.cells[column])
        if _STATUSES.fullmatch(cell):
            yield Said(Kind.STATUS, "", tuple(re.findall(r"[1-5]\d\d", cell)), None, row.line)


def _column(table: Table) -> Iterator[Said]:
    """The values of what a table's first column is called."""
    head = plain(table.header[0])
    cells = [row.cells[0] for row in table.rows]
    if len(cells) > 1 and " " not in head and all(map(_CODED.fullmatch, cells)):
        found = tuple(plain(cell) for cell in cells)
        yield Said(Kind.VALUES, head, found, None, table.rows[0].line)
