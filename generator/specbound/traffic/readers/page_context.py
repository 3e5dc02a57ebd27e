"""Where a reader of a page stands: under which operation, on which side, what was shown already.

Knows how headings, captions and lists set and end that. It must not know what is done with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from specbound.traffic.readers.page_labels import Label, label
from specbound.traffic.readers.page_operations import (
    Mention,
    leads,
    listed,
    lone_method,
    lone_url,
    mentions,
)
from specbound.traffic.readers.page_parts import BEFORE_BODY, Kind, Part

#: Methods whose requests have no body, so that a body under them is a reply.
BODYLESS = frozenset({"GET", "HEAD", "DELETE", "OPTIONS", "TRACE"})
_LANGUAGES = ("json", "bash", "http", "shell", "javascript", "python", "curl")
_NO_LEVEL = 7


@dataclass
class Context:
    """The operation in whose part of the page we are, and what its captions have said.

    `listed` is true in the middle of a list or table of operations, which a body is not under.
    """

    operation: Mention | None = None
    level: int = _NO_LEVEL
    label: Label | None = None
    label_level: int = _NO_LEVEL
    shown: set[str] = field(default_factory=set)
    sent: bool = False
    _method: str = ""
    _url: str = ""
    _heading: int = _NO_LEVEL
    _listed: bool = False

    @property
    def is_under_heading(self) -> bool:
        """Whether a heading tells where the operation's part of the page ends."""
        return self.level < _NO_LEVEL

    def see(self, part: Part) -> None:
        """Take in a heading, a line or a row of a table."""
        if part.kind is Kind.HEADING:
            self._head(part)
        if self._operation(part):
            return
        said = label(part.text, part.kind is Kind.HEADING) if part.kind is not Kind.ROW else None
        if said is not None:
            self.label = said
            self.label_level = part.level or _NO_LEVEL

    def enter(self, operation: Mention) -> None:
        """Stand under an operation from here on."""
        if self.operation is None or operation.key != self.operation.key:
            self.shown, self.sent = set(), False
        self.operation, self.label, self._listed = operation, None, False
        self.level = self._heading

    def _head(self, part: Part) -> None:
        """A heading ends what stood under one of its own rank or below it."""
        if part.level <= self.level:
            self.operation, self.level = None, _NO_LEVEL
            self.shown, self.sent = set(), False
        if part.level <= self.label_level:
            self.label = None
        self._heading = part.level

    def _operation(self, part: Part) -> bool:
        """Whether a part names the operation that we stand under from here on."""
        found = mentions(part.text)
        if not found:
            return self._badge(part)
        if part.kind is Kind.ROW or part.text[:2] in ("- ", "* ", "+ "):
            self._list(listed(part.text))
            return True
        if part.info == BEFORE_BODY:
            found = found[-1:]
        elif len(found) > 1 or not (part.kind is Kind.HEADING or leads(part.text, found[0])):
            return False
        self.enter(self._without_language(found[0]))
        self.label = label(part.text[found[0].end :]) or self.label
        return True

    def _list(self, found: list[Mention]) -> None:
        """One operation of a list; after the second nobody can tell which one is meant."""
        if not found:
            return
        if self._listed or len(found) > 1:
            self.operation = None
        else:
            self.enter(found[0])
        self._listed = True

    def _badge(self, part: Part) -> bool:
        """Method and path on lines of their own, in either order."""
        method, url = lone_method(part.text), lone_url(part.text)
        if method or url:
            self._method, self._url = method or self._method, url or self._url
            if self._method and self._url:
                operation = Mention(self._method, self._url, 0, 0)
                self._method = self._url = ""
                self.enter(operation)
            return True
        self._method = self._url = ""
        return False

    def _without_language(self, one: Mention) -> Mention:
        """The operation, where a fence's language was run together with its path."""
        here = self.operation
        return next((each for each in shorter(one) if here and each.key == here.key), one)


def shorter(one: Mention) -> Iterator[Mention]:
    """What an operation can be, if its path ends with the language of the fence below it."""
    for word in _LANGUAGES:
        if one.url.endswith(word):
            yield one._replace(url=one.url.removesuffix(word))
