"""Writes each distinct shape once, under its name, with what all its places say about it.

Knows how the annotations of equal schemas come together. It must not know which names there are
to give, nor anything of operations.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping, Sequence
from typing import Any

from specbound.contract.model import SCHEMAS
from specbound.contract.rules import ANNOTATIONS, APPLICATORS
from specbound.contract.shapes import COMPONENTS, TESTS, Place, Shape, Shapes, label, worth_a_name
from specbound.origin import escape

#: Annotations that describe one place and so stay beside a `$ref`.
_OF_PLACE = ("description", "default", "deprecated", "readOnly", "writeOnly", "examples")
_MOST_EXAMPLES = 4


class Hoist:
    """Turns source schemas into contract schemas, given the name of every shape."""

    def __init__(self, shapes: Shapes, names: Mapping[str, str]) -> None:
        self._shapes = shapes
        self._names = names

    def schema(self, shape: Shape) -> tuple[str, Any]:
        """The name and the schema of one shape, merged from every place where it stands."""
        places = sorted(shape.places, key=lambda place: place.pointer)
        written = self._express([place.node for place in places])
        self._document(written, places)
        return self._names[shape.key], written

    def _document(self, written: Any, places: Sequence[Place]) -> None:
        """Say of the shape itself what is not already said of a member that holds it."""
        if not isinstance(written, dict):
            return
        own = [p.node for p in places if not p.trail or p.trail[-1].kind != "property"]
        texts = _texts(own) or (_texts([p.node for p in places]) if len(places) == 1 else [])
        written.pop("description", None)
        written.pop("default", None)
        if texts:
            written["description"] = "\n\n".join(texts)

    def at(self, node: Any) -> Any:
        """One schema position: a reference where the schema has a name, else the schema."""
        return self._place([node])

    def _place(self, nodes: Sequence[Any], tested: bool = False) -> Any:
        first = nodes[0]
        if not isinstance(first, dict):
            return first
        if tested or "$ref" in first or not worth_a_name(first):
            return self._express(nodes, tested)
        name = self._names[self._shapes.key(first)]
        return {"$ref": SCHEMAS + name, **_merged(nodes, _OF_PLACE)}

    def _reference(self, ref: str) -> str:
        key = self._shapes.key({"$ref": ref})
        if key.startswith("@"):
            key = self._shapes.key(self._shapes.resolve(ref))
        name = self._names.get(key)
        return SCHEMAS + escape(name) if name else COMPONENTS + ref.removeprefix(COMPONENTS)

    def _express(self, nodes: Sequence[Any], tested: bool = False) -> Any:
        first = nodes[0]
        if not isinstance(first, dict):
            return first
        out: dict[str, Any] = _merged(nodes, (*sorted(ANNOTATIONS), *_extensions(nodes)))
        for keyword, value in first.items():
            if keyword in out or keyword in ANNOTATIONS or keyword in ("$schema", "$defs"):
                continue
            if keyword == "$ref":
                out[keyword] = self._reference(value)
            elif keyword == "discriminator" and isinstance(value, dict):
                out[keyword] = self._discriminator(value, first)
            else:
                out[keyword] = self._children(keyword, nodes, tested or keyword in TESTS)
        return out

    def _discriminator(self, value: Mapping[str, Any], union: Mapping[str, Any]) -> dict[str, Any]:
        """A discriminator with its mapping spelt out: names are ours now, so none is implied."""
        mapping = value.get("mapping")
        if isinstance(mapping, dict):
            return {**value, "mapping": {tag: self._mapped(ref) for tag, ref in mapping.items()}}
        tags: dict[str, str] = {}
        for branch in (*union.get("oneOf", ()), *union.get("anyOf", ())):
            written = self._place([branch])
            tag = label(branch, value.get("propertyName")) if isinstance(branch, dict) else ""
            if tag and isinstance(written, dict) and "$ref" in written and "$ref" not in branch:
                tags[tag] = written["$ref"]
        return {**value, "mapping": tags} if tags else dict(value)

    def _mapped(self, ref: str) -> str:
        full = ref if ref.startswith("#") else COMPONENTS + ref
        try:
            return self._reference(full)
        except (KeyError, IndexError, ValueError):
            return ref

    def _children(self, keyword: str, nodes: Sequence[Any], tested: bool) -> Any:
        value = nodes[0][keyword]
        hangs = APPLICATORS.get(keyword)
        if hangs == "one" and isinstance(value, dict | bool):
            return self._place([node[keyword] for node in nodes], tested)
        if hangs == "map" and isinstance(value, dict):
            return {
                name: self._place([node[keyword][name] for node in nodes], tested) for name in value
            }
        if hangs == "list" and isinstance(value, list):
            return [self._place(same, tested) for same in self._aligned(keyword, value, nodes)]
        return copy.deepcopy(value)

    def _aligned(self, keyword: str, value: list[Any], nodes: Sequence[Any]) -> list[list[Any]]:
        """Equal branches of equal unions, side by side, however each union orders them."""
        if len(nodes) == 1 or keyword == "prefixItems":
            return [[node[keyword][index] for node in nodes] for index in range(len(value))]
        rows = [[branch] for branch in value]
        for node in nodes[1:]:
            left = list(node[keyword])
            for row in rows:
                key = self._shapes.key(row[0])
                match = next((one for one in left if self._shapes.key(one) == key), None)
                if match is not None:
                    row.append(match)
                    left.remove(match)
        return rows


def _extensions(nodes: Sequence[Any]) -> list[str]:
    return sorted({keyword for node in nodes for keyword in node if keyword.startswith("x-")})


def _texts(nodes: Sequence[Any]) -> list[str]:
    """The distinct descriptions, in the order of their places."""
    texts = [node.get("description") for node in nodes if isinstance(node, dict)]
    return list(dict.fromkeys(text for text in texts if isinstance(text, str) and text))


def _merged(nodes: Sequence[Any], keywords: Sequence[str]) -> dict[str, Any]:
    """What equal schemas say about themselves: every description, the examples, one of the rest."""
    out: dict[str, Any] = {}
    texts = _texts(nodes)
    for keyword in keywords:
        values = [node[keyword] for node in nodes if keyword in node]
        if keyword == "description" and texts:
            out[keyword] = "\n\n".join(texts)
        elif keyword == "examples" and (examples := _examples(nodes)):
            out[keyword] = examples
        elif keyword == "deprecated":
            if values and all(node.get("deprecated") for node in nodes):
                out[keyword] = True
        elif not values or keyword in ("example", "examples", "description"):
            continue
        elif keyword != "title" or all(value == values[0] for value in values):
            out[keyword] = copy.deepcopy(values[0])
    return out


def _examples(nodes: Sequence[Any]) -> list[Any]:
    found: dict[str, Any] = {}
    for node in nodes:
        many = node.get("examples")
        single = [node["example"]] if "example" in node else []
        for value in [*single, *(many if isinstance(many, list) else [])]:
            found.setdefault(json.dumps(value, sort_keys=True, ensure_ascii=False), value)
    return list(found.values())[:_MOST_EXAMPLES]
