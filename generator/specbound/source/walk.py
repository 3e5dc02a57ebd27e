"""One walk over an OpenAPI tree in which every node's kind is known; all passes share it.

Knows which members hold what (by `keywords`). It must not know why anybody walks, and it steps
over what has the wrong type, so it can be used before types were checked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from specbound.origin import pointer
from specbound.source.keywords import FIELDS, REFERABLE, REST, Shape, field_shape


@dataclass(slots=True, eq=False)
class Node:
    """One object of the tree (or a boolean schema); a pass may replace `value` by `replace`."""

    kind: str
    value: Any
    parent: Any = None
    key: str | int = ""
    up: Node | None = None
    steps: tuple[str | int, ...] = ()
    trail: tuple[tuple[str, str], ...] = ()

    @property
    def path(self) -> list[str | int]:
        """The steps from the document's root to here."""
        parts: list[tuple[str | int, ...]] = []
        node: Node | None = self
        while node is not None:
            parts.append(node.steps)
            node = node.up
        return [step for steps in reversed(parts) for step in steps]

    @property
    def pointer(self) -> str:
        """The JSON Pointer from the document's root to here."""
        return pointer(self.path)

    @property
    def reference(self) -> str | None:
        """The target if this is a reference and not merely an object with such a member."""
        if self.kind in REFERABLE and isinstance(self.value, dict):
            target = self.value.get("$ref")
            return target if isinstance(target, str) else None
        return None

    def replace(self, value: Any) -> None:
        """Put another value in this node's place; the walk goes on inside it."""
        self.value = value
        self.parent[self.key] = value


def walk(
    document: Any, kind: str = "OpenAPI", trail: tuple[tuple[str, str], ...] = ()
) -> Iterator[Node]:
    """Yield every typed node, parents first; children are looked up after the parent was seen."""
    stack = [Node(kind, document, trail=trail)]
    while stack:
        node = stack.pop()
        yield node
        if isinstance(node.value, dict):
            stack.extend(reversed(list(_children(node))))


def _children(node: Node) -> Iterator[Node]:
    fields, rest = FIELDS[node.kind], REST.get(node.kind)
    if node.reference is not None and node.kind not in ("Schema", "PathItem"):
        return
    for name, value in node.value.items():
        shape = fields.get(name)
        if shape is None and rest is not None and not name.startswith("x-"):
            shape = rest
        if shape is not None and shape.leads_to_objects:
            yield from _below(node, name, value, shape)


def _below(node: Node, name: str, value: Any, shape: Shape) -> Iterator[Node]:
    if shape.container == "object":
        if usable(value, shape.kind):
            yield Node(shape.kind, value, node.value, name, node, (name,), node.trail)
    elif shape.container == "list" and isinstance(value, list):
        for index, item in enumerate(value):
            if usable(item, shape.kind):
                yield Node(shape.kind, item, value, index, node, (name, index), node.trail)
    elif shape.container == "map" and isinstance(value, dict):
        for key, item in value.items():
            if usable(item, shape.kind):
                yield Node(shape.kind, item, value, key, node, (name, key), node.trail)


def kind_at(path: list[str]) -> str | None:
    """The kind of object that a path from the document's root leads to, or None if to no object."""
    found: Shape | None = Shape("object", "OpenAPI")
    for step in path:
        if found is None:
            return None
        found = field_shape(found.kind, step) if found.container == "object" else found.of
    return found.kind if found is not None and found.container == "object" else None


def usable(value: Any, kind: str) -> bool:
    """Whether a value can be an object of this kind at all."""
    return isinstance(value, dict) or (kind == "Schema" and isinstance(value, bool))
