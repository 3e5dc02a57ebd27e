"""One interaction of a YAML cassette as plain data, built from the parser's events.

Knows tags, anchors and limits: nothing is ever constructed but text, bytes, lists and mappings.
It must not know what the members of an interaction mean.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import yaml

from specbound.traffic.readers.cassette_feed import Feed, meant
from specbound.traffic.readers.cassette_items import Node, Plain, from_base64

MAX_DEPTH = 200
MAX_SHARED = 200_000
"""Nodes that aliases may add to one interaction."""
MAX_ANCHORS = 1_000
MAX_ANCHORED = 1_000_000
"""Characters that anchors keep alive: what was not used for longest is forgotten."""

#: Members whose text may be a body.
BODIES = frozenset(("body", "string", "content", "parsed_body", "text", "data"))

CORE = "tag:yaml.org,2002:"
#: Tags of scalars whose text is a text, and of those whose text says what they are.
TEXT_TAGS = frozenset(
    f"{CORE}{name}" for name in ("str", "python/str", "python/unicode", "python/bytes")
) | {"!", "!str", "!ruby/symbol", "!ruby/sym"}
SCALARS = ("int", "float", "bool", "null", "timestamp", "value", "merge")
PLAIN_TAGS = frozenset(f"{CORE}{name}" for name in SCALARS) | frozenset(
    f"{CORE}python/{name}" for name in ("none", "int", "long", "float", "bool")
)
BINARY_TAGS = frozenset((f"{CORE}binary", "!binary"))
LIST_TAGS = frozenset(f"{CORE}{name}" for name in ("seq", "python/list", "python/tuple"))
MAP_TAGS = frozenset(f"{CORE}{name}" for name in ("map", "omap", "python/dict"))


class Fault(Exception):
    """What makes this interaction unreadable, with its line (from 0)."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


class _Open:
    """A container whose end has not come yet."""

    __slots__ = ("anchor", "data", "height", "key", "size", "weight")

    def __init__(self, data: Node | list[Any], anchor: str | None) -> None:
        self.data = data
        self.anchor = anchor
        self.key: str | None = None
        self.size = self.weight = 1
        self.height = 0


class Anchors:
    """What aliases may stand for: node, size in nodes, weight in characters, height in levels."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, tuple[Any, int, int, int]] = OrderedDict()
        self._weight = 0

    def put(self, name: str, found: tuple[Any, int, int, int]) -> None:
        """Remember a node, and forget the oldest where too much is kept."""
        if name in self._known:
            self._weight -= self._known.pop(name)[2]
        self._known[name] = found
        self._weight += found[2]
        # The newest stays, however long it is: what follows may be meant to share it.
        while len(self._known) > 1 and (
            len(self._known) > MAX_ANCHORS or self._weight > MAX_ANCHORED
        ):
            self._weight -= self._known.popitem(last=False)[1][2]

    def get(self, name: str) -> tuple[Any, int, int, int] | None:
        """The node of this name, if it is complete and still known."""
        found = self._known.get(name)
        if found is not None:
            self._known.move_to_end(name)
        return found


class Builder:
    """Takes the events of one interaction until it is complete; then `root` is its data.

    `offset` is the line of the file (from 0) that the parser counts as its first. A fault is
    remembered and the events are taken to the end, so that the next interaction can
    follow.
    """

    def __init__(self, anchors: Anchors, feed: Feed, offset: int) -> None:
        self.anchors = anchors
        self._feed = feed
        self._offset = offset
        self.root: Any = None
        self.fault: Fault | None = None
        self._open: list[_Open] = []
        self._shared = 0

    def take(self, event: Any) -> bool:
        """Take one event; True when the interaction is complete."""
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event)
        elif isinstance(event, yaml.AliasEvent):
            self._alias(event)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self._start(event)
        else:
            frame = self._open.pop()
            self._add(frame.data, frame.size, frame.weight, frame.height)
            if frame.anchor:
                self._anchor(frame.anchor, frame.data, frame.size, frame.weight, frame.height)
        return not self._open

    def _fail(self, message: str, line: int) -> None:
        if self.fault is None:
            self.fault = Fault(message, line + self._offset)

    def _start(self, event: Any) -> None:
        is_map = isinstance(event, yaml.MappingStartEvent)
        tag = event.tag
        known = MAP_TAGS if is_map else LIST_TAGS
        if not (tag in (None, "!") or tag in known or (is_map and tag.startswith("!ruby/hash"))):
            self._refuse(event)
        if len(self._open) == MAX_DEPTH:
            self._fail(f"it nests deeper than {MAX_DEPTH} levels", event.start_mark.line)
        above = self._open[-1] if self._open else None
        if above is not None and above.key is None and isinstance(above.data, Node):
            self._fail("a key is a collection, not a text", event.start_mark.line)
        self._note(event, 0)
        self._open.append(_Open(Node() if is_map else [], event.anchor))

    def _refuse(self, event: Any) -> None:
        tag = event.tag.replace(CORE, "!!")[:80]
        self._fail(f"the tag `{tag}` is not plain data and is not followed", event.start_mark.line)

    def _note(self, event: Any, below: int) -> None:
        frame = self._open[-1] if self._open else None
        if frame is not None and frame.key is not None and isinstance(frame.data, Node):
            frame.data.lines[frame.key] = event.start_mark.line + below + self._offset

    def _note_text(self, event: Any) -> None:
        """Where a text begins; nowhere if its lines are not the lines of the file."""
        if event.style in ("|", ">"):
            if event.style == "|" or "\n" not in event.value.rstrip("\n"):
                self._note(event, 1)
        elif "\n" not in event.value:
            self._note(event, 0)

    def _scalar(self, event: Any) -> None:
        text = meant(event.value, event.style) if self._feed.disguised else event.value
        tag = event.tag
        frame = self._open[-1] if self._open else None
        if frame is not None and frame.key is None and isinstance(frame.data, Node):
            if not (tag is None or tag in TEXT_TAGS or tag in PLAIN_TAGS):
                self._refuse(event)
            frame.key = text
            frame.weight += len(text)
            if event.anchor:
                self._anchor(event.anchor, text, 1, len(text), 0)
            return
        if tag is None:
            value = Plain(text) if event.implicit[0] else text
        elif tag in BINARY_TAGS:
            value = self._binary(event)
        elif tag in PLAIN_TAGS:
            value = Plain(text)
        elif tag in TEXT_TAGS or tag.startswith("!ruby/string"):
            value = text
        else:
            self._refuse(event)
            value = text
        if frame is not None and frame.key in BODIES:
            self._note_text(event)
        self._add(value, 1, len(text), 0)
        if event.anchor:
            self._anchor(event.anchor, value, 1, len(text), 0)

    def _binary(self, event: Any) -> bytes:
        try:
            return from_base64(event.value.encode())
        except ValueError:
            self._fail("its base64 text is damaged", event.start_mark.line)
            return b""

    def _alias(self, event: Any) -> None:
        line = event.start_mark.line
        found = self.anchors.get(event.anchor)
        if found is None or any(frame.anchor == event.anchor for frame in self._open):
            name = event.anchor[:40]
            self._fail(f"the alias `*{name}` has no anchor that could be followed", line)
            found = ("", 1, 0, 0)
        data, size, weight, height = found
        self._shared += size
        if self._shared > MAX_SHARED:
            self._fail(f"its aliases add more than {MAX_SHARED} nodes", line)
        if len(self._open) + height > MAX_DEPTH:
            self._fail(f"its aliases nest deeper than {MAX_DEPTH} levels", line)
        frame = self._open[-1] if self._open else None
        if frame is not None and frame.key is None and isinstance(frame.data, Node):
            frame.key = data if isinstance(data, str) else ""
            return
        self._add(data, size, weight, height)

    def _anchor(self, name: str, data: Any, size: int, weight: int, height: int) -> None:
        if self.fault is None:
            self.anchors.put(name, (data, size, weight, height))

    def _add(self, data: Any, size: int, weight: int, height: int) -> None:
        if not self._open:
            self.root = data
            return
        frame = self._open[-1]
        frame.size += size
        frame.weight += weight
        if height >= frame.height:
            frame.height = height + 1
        if isinstance(frame.data, list):
            frame.data.append(data)
        elif frame.key == "<<" and isinstance(data, Node):
            for key, item in data.items():
                frame.data.setdefault(key, item)
            frame.key = None
        elif frame.key is None:
            frame.key = ""
        else:
            frame.data[frame.key] = data
            frame.key = None
