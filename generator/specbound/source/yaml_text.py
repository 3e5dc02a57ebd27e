"""YAML 1.2 as plain JSON data: libyaml finds the events, this room decides what they mean.

Knows the core schema, aliases, merge keys and limits. It must not know files or OpenAPI.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from specbound.diagnostics import Code, SpecError, failure
from specbound.origin import Origin
from specbound.source.limits import MAX_DEPTH, MAX_NODES, MAX_YAML_NODES
from specbound.source.yaml_scalars import NoValue, resolve

_CORE = "tag:yaml.org,2002:"
_CONTAINER_TAGS = {"map": "mapping", "seq": "sequence"}


@dataclass(slots=True)
class Built:
    """A node made so far: its data, the marks of its children, and how large it is."""

    data: Any
    marks: Any = None
    nodes: int = 1
    height: int = 0
    start: Any = None

    def find(self, steps: list[str]) -> tuple[int, int]:
        """Line and column of a member's key or an item's start, or of the nearest parent."""
        mark: Any = self.start
        children: Any = self.marks
        for step in steps:
            child = children.get(step) if children else None
            if child is None:
                break
            mark, children = child
        return mark.line + 1, mark.column + 1


@dataclass(slots=True)
class _Open:
    """A container whose end has not come yet."""

    built: Built
    anchor: str | None
    key: str | None = None
    key_mark: Any = None
    merges: list[Built] = field(default_factory=list)


class _Reader:
    """Builds one document from events without recursion."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.open: list[_Open] = []
        self.anchors: dict[str, Built | None] = {}
        self.count = self.added = 0
        self.root: Built | None = None

    def fail(self, code: Code, message: str, mark: Any, help: str = "") -> SpecError:
        return failure(code, message, Origin(self.name, "", mark.line + 1, mark.column + 1), help)

    def start(self, event: Any) -> None:
        """Open a mapping or a sequence."""
        is_map = isinstance(event, yaml.MappingStartEvent)
        if event.tag not in (None, "!", _CORE + ("map" if is_map else "seq")):
            raise self.fail(
                Code.UNSAFE_TAG, f"the tag `{event.tag}` is not plain data", event.start_mark
            )
        if len(self.open) >= MAX_DEPTH:
            message = f"the document nests deeper than {MAX_DEPTH} levels"
            raise self.fail(Code.TOO_DEEP, message, event.start_mark)
        if self.open and isinstance(self.open[-1].built.data, dict) and self.open[-1].key is None:
            raise self.fail(
                Code.WRONG_TYPE, "a key must be a text, not a collection", event.start_mark
            )
        if event.anchor:
            self.anchors[event.anchor] = None
        self.open.append(
            _Open(Built({} if is_map else [], {}, start=event.start_mark), event.anchor)
        )

    def end(self) -> None:
        """Close the innermost container."""
        frame = self.open.pop()
        for merged in frame.merges:
            for key, value in merged.data.items():
                if key not in frame.built.data:
                    frame.built.data[key] = value
                    frame.built.marks[key] = merged.marks[key]
        self.add(frame.built, frame.anchor)

    def scalar(self, event: Any) -> None:
        """Take a key or a value."""
        frame = self.open[-1] if self.open else None
        if frame is not None and isinstance(frame.built.data, dict) and frame.key is None:
            self.take_key(frame, event)
            return
        try:
            data = resolve(event)
        except NoValue as error:
            raise self.fail(error.code, str(error), event.start_mark, error.help) from None
        self.add(Built(data, start=event.start_mark), event.anchor)

    def take_key(self, frame: _Open, event: Any) -> None:
        """Remember a mapping's key as the text that stands there (``200`` is "200")."""
        tag = event.tag
        if tag not in (None, "!") and tag[len(_CORE) :] not in (
            "str",
            "int",
            "float",
            "bool",
            "null",
        ):
            raise self.fail(Code.UNSAFE_TAG, f"the tag `{tag}` is not plain data", event.start_mark)
        is_merge = event.value == "<<" and event.implicit[0]
        if event.value in frame.built.data and not is_merge:
            message = f"the key `{event.value}` stands here twice"
            raise self.fail(Code.DUPLICATE_KEY, message, event.start_mark)
        if event.anchor:
            self.anchors[event.anchor] = Built(event.value, start=event.start_mark)
        frame.key, frame.key_mark = event.value, event.start_mark
        if is_merge:
            frame.key = "<<"

    def alias(self, event: Any) -> None:
        """Copy what the alias stands for, as long as all copies together stay small."""
        mark = event.start_mark
        if event.anchor not in self.anchors:
            raise self.fail(Code.SYNTAX, f"there is no anchor `&{event.anchor}`", mark)
        target = self.anchors[event.anchor]
        if target is None:
            raise self.fail(Code.CIRCULAR_REFERENCE, f"`*{event.anchor}` contains itself", mark)
        self.added += target.nodes
        if self.added > MAX_NODES:
            raise self.fail(Code.TOO_LARGE, f"aliases add more than {MAX_NODES} nodes", mark)
        if len(self.open) + target.height > MAX_DEPTH:
            raise self.fail(Code.TOO_DEEP, f"the aliases nest deeper than {MAX_DEPTH} levels", mark)
        frame = self.open[-1] if self.open else None
        if frame is not None and isinstance(frame.built.data, dict) and frame.key is None:
            raise self.fail(Code.WRONG_TYPE, "an alias cannot be a key", mark)
        copy = Built(plain_copy(target.data), target.marks, target.nodes, target.height, mark)
        self.add(copy, None)

    def add(self, built: Built, anchor: str | None) -> None:
        """Put a finished node where it belongs."""
        self.count += 1
        if self.count > MAX_YAML_NODES:
            message = f"the document holds more than {MAX_YAML_NODES} nodes"
            raise self.fail(Code.TOO_LARGE, message, built.start)
        if anchor:
            self.anchors[anchor] = built
        if not self.open:
            self.root = built
            return
        frame = self.open[-1]
        parent = frame.built
        parent.nodes += built.nodes
        parent.height = max(parent.height, built.height + 1)
        if isinstance(parent.data, list):
            parent.marks[str(len(parent.data))] = (built.start, built.marks)
            parent.data.append(built.data)
        elif frame.key == "<<" and self.is_merge(built):
            frame.merges.extend(self.merged(built))
            frame.key = None
        else:
            key = frame.key or ""
            parent.marks[key] = (frame.key_mark, built.marks)
            parent.data[key] = built.data
            frame.key = None

    def is_merge(self, built: Built) -> bool:
        """Whether the value of ``<<`` can be merged at all."""
        items = built.data if isinstance(built.data, list) else [built.data]
        return all(isinstance(item, dict) for item in items)

    def merged(self, built: Built) -> Iterator[Built]:
        """The mappings of a merge key, first wins."""
        if isinstance(built.data, dict):
            yield built
            return
        for index, item in enumerate(built.data):
            yield Built(item, built.marks[str(index)][1], start=built.start)


def plain_copy(data: Any) -> Any:
    """Copy plain data of limited depth; scalars are shared."""
    if isinstance(data, dict):
        return {key: plain_copy(value) for key, value in data.items()}
    if isinstance(data, list):
        return [plain_copy(value) for value in data]
    return data


def parse(text: str, name: str) -> Built:
    """Parse one YAML 1.2 document; raises `SpecError` with the place of the fault."""
    reader = _Reader(name)
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    documents = 0
    try:
        for event in yaml.parse(text, Loader=loader):
            if isinstance(event, yaml.ScalarEvent):
                reader.scalar(event)
            elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
                reader.start(event)
            elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
                reader.end()
            elif isinstance(event, yaml.AliasEvent):
                reader.alias(event)
            elif isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    message = "the file holds more than one YAML document"
                    raise reader.fail(Code.SYNTAX, message, event.start_mark)
    except yaml.YAMLError as error:
        raise _syntax(error, name) from None
    except RecursionError:
        raise failure(
            Code.TOO_DEEP, "the document nests too deep to be read", Origin(name)
        ) from None
    if reader.root is None:
        raise failure(Code.NOT_OPENAPI, f"`{name}` is empty", Origin(name, "", 1, 1))
    return reader.root


def _syntax(error: yaml.YAMLError, name: str) -> SpecError:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "unreadable"
    origin = Origin(name, "", mark.line + 1, mark.column + 1) if mark else Origin(name)
    return failure(Code.SYNTAX, f"not YAML: {problem}", origin)
