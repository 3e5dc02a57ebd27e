"""What a document shows of its own values: every example and default, with the schema it is for.

Knows where the OpenAPI Specification lets examples and defaults stand. It must not know whether
any of them fits.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from specbound.origin import pointer
from specbound.source.walk import Node, walk

#: What `Shown.kind` may be.
SCHEMA, DEFAULT, MEDIA, PARAMETER, HEADER = (
    "schema example",
    "default",
    "media type example",
    "parameter example",
    "header example",
)

_HOLDERS = {"MediaType": MEDIA, "Parameter": PARAMETER, "Header": HEADER}


class Shown(NamedTuple):
    """One value, the schema that it is for, and where both stand in `Contract.bundled`.

    `direction` is ``request``, ``response`` or, where a schema serves both, empty; `media` is the
    media type of a media type's example.
    """

    kind: str
    value: Any
    pointer: str
    schema: Any
    at: str
    direction: str = ""
    media: str = ""


def shown(document: Mapping[str, Any]) -> Iterator[Shown]:
    """Every example and default of a bundled document, as the document orders them."""
    for node in walk(document):
        if not isinstance(node.value, dict):
            continue
        if node.kind == "Schema":
            yield from _of_schema(node)
        elif node.kind in _HOLDERS and isinstance(node.value.get("schema"), dict | bool):
            yield from _of_holder(node)


def schemas(document: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every Schema Object of a bundled document with its pointer, parents first."""
    for node in walk(document):
        if node.kind == "Schema" and isinstance(node.value, dict):
            yield node.pointer, node.value


def _of_schema(node: Node) -> Iterator[Shown]:
    schema = node.value
    if not {"example", "examples", "default"} & schema.keys():
        return
    at = node.pointer
    way = _direction(node)
    if "example" in schema:
        yield Shown(SCHEMA, schema["example"], f"{at}/example", schema, at, way)
    several = schema.get("examples")
    for index, value in enumerate(several if isinstance(several, list) else ()):
        yield Shown(SCHEMA, value, f"{at}/examples/{index}", schema, at, way)
    if "default" in schema:
        yield Shown(DEFAULT, schema["default"], f"{at}/default", schema, at, way)


def _of_holder(node: Node) -> Iterator[Shown]:
    """A media type, a parameter or a header (section 4.8.14); `externalValue` is not read."""
    holder, kind = node.value, _HOLDERS[node.kind]
    if not {"example", "examples"} & holder.keys():
        return
    at, schema, way = node.pointer, holder["schema"], _direction(node)
    media = str(node.key) if kind == MEDIA else ""
    if "example" in holder:
        yield Shown(kind, holder["example"], f"{at}/example", schema, f"{at}/schema", way, media)
    several = holder.get("examples")
    for name, one in (several if isinstance(several, dict) else {}).items():
        if isinstance(one, dict) and "value" in one:
            here = at + pointer(("examples", name, "value"))
            yield Shown(kind, one["value"], here, schema, f"{at}/schema", way, media)


def _direction(node: Node) -> str:
    """Which way the values of a place travel; callbacks and components may be either."""
    steps = [str(step) for step in node.path]
    if not steps or steps[0] != "paths" or "callbacks" in steps[3:4]:
        return ""
    if "parameters" in steps[2:4] or "requestBody" in steps[3:4]:
        return "request"
    return "response" if "responses" in steps[3:4] else ""
