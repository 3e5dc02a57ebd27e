"""YAML cassettes, one interaction at a time, by libyaml where it is there.

Knows where a cassette keeps its interactions, and how to go on behind a broken one. It must not
know what is in them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any

import yaml

from specbound.traffic.readers.cassette_feed import Feed, TooLong
from specbound.traffic.readers.cassette_items import LISTS, NO_LIST, Item
from specbound.traffic.readers.cassette_nodes import Anchors, Builder


def items(stream: IO[bytes]) -> Iterator[Item]:
    """The interactions of a cassette in their order; a broken one is told, the rest is read."""
    reader = _Reader(Feed(stream))
    yield from reader.items()


class _Reader:
    """Parses until a fault of the syntax, then starts again at the next item of the list."""

    def __init__(self, feed: Feed) -> None:
        self.feed = feed
        self.anchors = Anchors()
        self.offset = 0
        self.opening = b""
        self.within = ""
        self.indent: int | None = None
        self.item: int | None = None
        self.done = -1
        self.found = False

    def items(self) -> Iterator[Item]:
        """All interactions; if there is no list of them, that is told."""
        while True:
            parser = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(self.feed)
            try:
                yield from self._parsed(parser)
                break
            except (yaml.YAMLError, TooLong) as error:
                line, reason = self._place(error)
                yield Item(line + 1, self.within, fault=reason)
                if not self._again(line):
                    return
            finally:
                parser.dispose()
        if not self.found:
            yield Item(1, fault=NO_LIST)

    def _parsed(self, parser: Any) -> Iterator[Item]:
        depth = 0
        name: str | None = None
        while not parser.check_event(yaml.StreamEndEvent):
            event = parser.get_event()
            if isinstance(event, yaml.SequenceStartEvent) and (
                depth == 0 or (depth == 1 and name in LISTS)
            ):
                self.found = True
                self.within = f"/{name}" if name else ""
                self.opening = f"{name}:\n".encode() if name else b""
                yield from self._listed(parser)
                name = None
            elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
                depth += 1
                name = "" if depth > 1 else None
            elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
                depth -= 1
                name = None if depth == 1 else name
            elif depth == 1:
                value = event.value if isinstance(event, yaml.ScalarEvent) else ""
                name = value.lstrip(":") if name is None else None
            if depth <= 1:
                end: Any = event.end_mark
                self.feed.forget(end.line + self.offset)

    def _listed(self, parser: Any) -> Iterator[Item]:
        """The items of the list that has just begun, to its end."""
        while True:
            event = parser.get_event()
            if isinstance(event, yaml.SequenceEndEvent):
                return
            line = event.start_mark.line + self.offset
            self.item = line
            self.feed.forget(line)
            if self.indent is None:
                self.indent = self.feed.dash(line)
            builder = Builder(self.anchors, self.feed, self.offset)
            while not builder.take(event):
                event = parser.get_event()
            self.item, self.done = None, line
            yield self._item(builder, line, event.end_mark.line + self.offset)

    def _item(self, builder: Builder, line: int, end: int) -> Item:
        if builder.fault is not None:
            fault = builder.fault
            return Item(line + 1, self.within, fault=str(fault), fault_line=fault.line + 1)
        if self.feed.damaged and self.feed.is_damaged(line, end):
            return Item(line + 1, self.within, fault="it holds bytes that are no text (UTF-8)")
        return Item(line + 1, self.within, builder.root)

    def _place(self, error: Exception) -> tuple[int, str]:
        if isinstance(error, TooLong):
            line = self.item if self.item is not None else self.done + 1
            return line, str(error)
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        problem = getattr(error, "problem", None) or getattr(error, "reason", None)
        line = mark.line + self.offset if mark else self.done + 1
        context = getattr(error, "context", None) or ""
        begun = getattr(error, "context_mark", None)
        if self.item is None and begun and context.startswith("while scanning"):
            # An unclosed quote is told at the end of the file; it begins where the scan did.
            line = begun.line + self.offset
        reason = f"not YAML: {problem or 'unreadable'}"
        if self.item is None:
            return line, reason
        return self.item, f"{reason} (line {line + 1})"

    def _again(self, after: int) -> bool:
        """Whether there is another item behind the line `after` to go on with."""
        if self.indent is None:
            return False
        line = self.feed.again(max(after, self.done), self.indent, self.opening)
        if line is None:
            return False
        self.offset = line - self.opening.count(b"\n")
        self.item = None
        return True
