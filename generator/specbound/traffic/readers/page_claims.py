"""What a page says of an API in tables, lists and short lines, as claims for the checker.

Knows which words of a page claim what. It must not know a contract; what it cannot read for
certain it leaves out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from specbound.traffic.claims import WHOLE_PAGE, Kind
from specbound.traffic.exchange import Claim, Source
from specbound.traffic.readers import page_fields, page_parts, page_said, page_words
from specbound.traffic.readers.page_context import Context, shorter
from specbound.traffic.readers.page_fields import Described, of_line, stacked
from specbound.traffic.readers.page_labels import label
from specbound.traffic.readers.page_operations import Mention, is_open, listed, mentions
from specbound.traffic.readers.page_parts import Part
from specbound.traffic.readers.page_tables import Table, grouped

_SAID_STATUS = re.compile(
    r"\b(?:result in|results in|returns?|answers?(?: with)?|responds? with|fails? with)"
    r"(?: an?)?(?: HTTP)? ([1-5]\d\d)\b"
)
_LEAST_LISTED = 3
_HEADERS = re.compile(r"\b(?:headers?|authentication|authorization)\b", re.I)
_REPLIES = re.compile(r"\b(?:responses?|returns?|status codes?|errors?)\b", re.I)
_ASKS = re.compile(r"\b(?:request|body|parameters?|arguments?|payload)\b", re.I)
_MOST_WORDS = 4


def claims(parts: Iterable[Part], file: str) -> Iterator[Claim]:
    """Yield what a page claims, part by part, in the order of its lines."""
    page = _Page(file)
    for part in grouped(parts):
        page.take(part)
    page.close()
    yield from sorted(page.found.values(), key=lambda claim: claim.source.line or 0)


@dataclass
class _Page:
    """One page while it is read."""

    file: str
    context: Context = field(default_factory=Context)
    found: dict[tuple[object, ...], Claim] = field(default_factory=dict)
    named: dict[str, int] = field(default_factory=dict)
    stack: list[tuple[int, str]] = field(default_factory=list)
    section: str = ""
    caption: str = ""

    def take(self, part: Part | Table) -> None:
        """Take in one part or table."""
        if isinstance(part, Table):
            self._flush()
            self._table(part)
        elif part.kind in (page_parts.Kind.LINE, page_parts.Kind.HEADING, page_parts.Kind.ROW):
            self._text(part)
        else:
            self._flush()

    def close(self) -> None:
        """Say what only the whole page can tell."""
        self._flush()
        if self.named:
            line = min(self.named.values())
            self._claim(Kind.OPERATIONS, None, WHOLE_PAGE, tuple(self.named), line)

    @property
    def operation(self) -> str | None:
        """The operation in whose part of the page we are."""
        here = self.context.operation
        return here.key if here is not None and not is_open(here.url) else None

    def _claim(
        self, kind: Kind, operation: str | None, member: str, values: tuple[str, ...], line: int
    ) -> None:
        claim = Claim(kind, operation, member, values, Source(self.file, line))
        self.found.setdefault(claim[:4], claim)

    # --- lines ------------------------------------------------------------------------------------

    def _text(self, part: Part) -> None:
        before = self.operation
        self.context.see(part)
        heading = part.kind is page_parts.Kind.HEADING
        if heading or self.operation != before:
            self._flush(before)
            self.section = ""
        self._mentioned(part)
        self._section(part.text, heading)
        self.caption = part.text
        if self.operation is None:
            self._sequence(part)
        elif not self._statuses(part, heading) and not heading and self.section in ("", "request"):
            self._described(part)

    def _mentioned(self, part: Part) -> None:
        for mention in mentions(part.text):
            self._name(mention, part.line)
        if (key := self.operation) and key not in self.named:
            self._name(self.context.operation, part.line)

    def _name(self, mention: Mention | None, line: int) -> None:
        if mention is None or is_open(mention.url) or mention.key in self.named:
            return
        if any(each.key in self.named for each in shorter(mention)):
            return
        self.named[mention.key] = line
        self._claim(Kind.OPERATION, f"{mention.method} {mention.url}", "", (), line)

    def _section(self, text: str, heading: bool) -> None:
        """Whether what follows is about the request, about replies, or about headers."""
        if not heading and (len(text.split()) > _MOST_WORDS or text.endswith(".")):
            return
        for name, pattern in (("headers", _HEADERS), ("replies", _REPLIES), ("request", _ASKS)):
            if pattern.search(text):
                self._flush()
                self.section = name
                return

    def _statuses(self, part: Part, heading: bool) -> bool:
        """Whether a line is a status of the operation, or names one in a sentence."""
        said = label(part.text, heading)
        if said and said.status and (self.section == "replies" or heading):
            self._claim(Kind.STATUS, self.operation, "", (str(said.status),), part.line)
            return True
        for match in _SAID_STATUS.finditer(part.text):
            self._claim(Kind.STATUS, self.operation, "", (match[1],), part.line)
        return False

    def _described(self, part: Part) -> None:
        found = of_line(part.text, part.line)
        if not found:
            self.stack.append((part.line, part.text))
        for one in found:
            self._member(one, self.operation)

    def _flush(self, operation: str | None = None) -> None:
        """Read the lines that were collected under one operation."""
        operation = operation or self.operation
        found = list(stacked(self.stack))
        self.stack = []
        if operation is None or not found:
            return
        marked = any(one.required for one in found)
        for one in found:
            silent = marked and not one.required
            self._member(one._replace(required="optional") if silent else one, operation)
        names = tuple(dict.fromkeys(one.name for one in found))
        self._claim(Kind.MEMBERS, operation, "", names, found[0].line)

    def _sequence(self, part: Part) -> None:
        """A list of coded values that stands for itself: ``1280:720, 720:1280, …``."""
        found = page_words.sequence(part.text)
        if len(found) >= _LEAST_LISTED:
            self._claim(Kind.EXAMPLES, None, "", found, part.line)

    def _member(self, one: Described, operation: str | None) -> None:
        for said in page_said.of_member(one):
            self._claim(said.kind, operation, said.member, said.values, one.line)

    def _table(self, table: Table) -> None:
        # Without headings nobody can tell how far an operation's part of the page goes.
        about = self.operation if self.context.is_under_heading else None
        for row in table.rows:
            self.context.see(Part(page_parts.Kind.ROW, row.text, row.line))
            for mention in mentions(row.text):
                self._name(mention, row.line)
        described = page_fields.of_table(table)
        if described and not any(listed(row.text) for row in table.rows):
            self._parameters(described, about)
            return
        for said in page_said.of_table(table):
            self._claim(said.kind, said.operation or about, said.member, said.values, said.line)

    def _parameters(self, described: Sequence[Described], about: str | None) -> None:
        names = tuple(one.name for one in described if "/" not in one.name)
        if about is None:
            self._claim(Kind.MEMBERS, None, self.caption, names, described[0].line)
        elif self.section in ("", "request"):
            for one in described:
                self._member(one, about)
            self._claim(Kind.MEMBERS, about, "", names, described[0].line)
