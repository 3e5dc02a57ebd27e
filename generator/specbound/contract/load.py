"""The one door into the contract: document and overlays in, frozen `Contract` out.

Knows the order of the stages. It must not know any stage's rules.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from specbound.contract import extension
from specbound.contract.calls import Call, call_names, fixed
from specbound.contract.extension import ClientFacts, OperationFacts
from specbound.contract.hoist import Hoist
from specbound.contract.lock import Lock
from specbound.contract.model import SCHEMAS, Named, Operation, Schema, Server
from specbound.contract.names import schema_names
from specbound.contract.operations import operation, server
from specbound.contract.shapes import Root, Shape, Shapes
from specbound.contract.speech import standing
from specbound.contract.tree import Walk, operations
from specbound.diagnostics import Diagnostics
from specbound.origin import Origin, escape, pointer, unescape
from specbound.source.load import Source, read

#: Frames that the deepest document the source lets through may need.
_FRAMES = 20_000


@dataclass(frozen=True, slots=True)
class Contract:
    """An API: operations by ``METHOD /path``, schemas by name, each distinct shape once.

    `bundled` is the document before its schemas were named: each place with its own words.
    """

    title: str
    version: str
    description: str
    servers: tuple[Server, ...]
    operations: Mapping[str, Operation]
    schemas: Mapping[str, Named]
    security_schemes: Mapping[str, Mapping[str, Any]]
    facts: ClientFacts
    diagnostics: Diagnostics
    files: tuple[str, ...]
    tree: Mapping[str, Any]
    locate: Callable[[str], Origin]
    bundled: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def load(
        cls,
        path: str | Path,
        overlays: Sequence[str | Path] = (),
        lock: Lock | None = None,
    ) -> Contract:
        """Read a document and its overlays; raises `SpecError` where it cannot be used."""
        return load(path, overlays, lock)

    def document(self) -> dict[str, Any]:
        """The contract as an OpenAPI 3.1 document; it validates what the source validates."""
        return dict(self.tree)

    def schema(self, ref: str) -> Schema:
        """The schema behind a `$ref` of this contract; KeyError if there is none."""
        return self.schemas[unescape(ref.removeprefix(SCHEMAS))].schema

    def origin(self, place: str) -> Origin:
        """Lead a pointer of `document()` back to file, line and column of the source."""
        head = SCHEMAS[1:]
        if place.startswith(head):
            name, slash, rest = place[len(head) :].partition("/")
            if named := self.schemas.get(unescape(name)):
                return self.locate(named.places[0] + slash + rest)
        return self.locate(place)


def load(
    path: str | Path,
    overlays: Sequence[str | Path] = (),
    lock: Lock | None = None,
    validate: bool = True,
) -> Contract:
    """Read a document, apply overlays, name every shape; raises `SpecError` where it cannot.

    Without `validate` its diagnostics say nothing of the OpenAPI Specification.
    """
    with deep_recursion():
        return build(read(path, overlays, validate=validate), lock or Lock())


@contextmanager
def deep_recursion() -> Any:
    """Let plain recursion follow documents as deep as the source lets through."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _FRAMES))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


def build(source: Source, lock: Lock) -> Contract:
    """Make the contract of a source: collect shapes, name them, write the tree, read it."""
    document, diagnostics = source.document, Diagnostics(list(source.diagnostics))
    client = extension.read_client(document, source.origin(""), diagnostics)
    facts = _operation_facts(source, client, diagnostics)
    found = list(operations(document.get("paths", {})))
    standings = {f"{method} {path}": standing(fixed(path), node) for method, path, node in found}
    asked = ((*one, facts[f"{one[0]} {one[1]}"].name) for one in found)
    calls = call_names(asked, standings, lock.calls)
    shapes = Shapes(document)
    _rewrite(document, Walk(calls, standings, shapes.collect))
    _collect_components(document, shapes)
    for at, node in sorted(shapes.extended.items()):
        extension.read_schema(node, source.origin(at), diagnostics)
    distinct = shapes.finish()
    diagnostics.raise_if_errors()
    names = schema_names(distinct, lock, document)
    tree = _tree(document, calls, Hoist(shapes, names), distinct)
    diagnostics.raise_if_errors()
    named = _named(tree["components"]["schemas"], distinct, names)
    return _contract(source, tree, named, Facts(client, facts, calls), diagnostics)


@dataclass(frozen=True, slots=True)
class Facts:
    """What stands beside the document: the extension's facts and every operation's name."""

    client: ClientFacts
    operations: Mapping[str, OperationFacts]
    calls: Mapping[str, Call]


def _operation_facts(
    source: Source, client: ClientFacts, diagnostics: Diagnostics
) -> dict[str, OperationFacts]:
    found: dict[str, tuple[OperationFacts, Origin]] = {}
    paths = source.document.get("paths", {})
    for path, item in paths.items():
        _check_parameters(source, item, pointer(("paths", path)), diagnostics)
    for method, path, node in operations(paths):
        at = pointer(("paths", path, method.lower()))
        origin = source.origin(at) if extension.KEY in node else Origin(source.files[0], at)
        facts = extension.read_operation(node, origin, diagnostics)
        found[f"{method} {path}"] = facts, origin
        _check_parameters(source, node, at, diagnostics)
    root = source.origin("")
    extension.check_waits(client, found.values(), found.keys(), root, diagnostics)
    return {key: facts for key, (facts, _) in found.items()}


def _check_parameters(source: Source, node: Any, at: str, diagnostics: Diagnostics) -> None:
    """Check what parameters say in `x-specbound`; `operations` reads it when it is valid."""
    parameters = node.get("parameters", ()) if isinstance(node, dict) else ()
    for index, one in enumerate(parameters):
        if isinstance(one, dict) and extension.KEY in one:
            here = source.origin(f"{at}/parameters/{index}")
            extension.read_parameter(one, here, diagnostics)


def _collect_components(document: Mapping[str, Any], shapes: Shapes) -> None:
    for name, node in document.get("components", {}).get("schemas", {}).items():
        at = SCHEMAS[1:] + escape(name)
        shapes.collect(node, Root("component", at, f"component {name}", (name,)))


def _rewrite(document: Mapping[str, Any], walk: Walk) -> dict[str, Any]:
    sections = [section for section in ("paths", "webhooks") if section in document]
    return {section: walk.paths(section, document[section]) for section in sections}


def _tree(
    document: Mapping[str, Any],
    calls: Mapping[str, Call],
    hoist: Hoist,
    found: Mapping[str, Shape],
) -> dict[str, Any]:
    rewritten = _rewrite(document, Walk(calls, {}, lambda node, _root, _under: hoist.at(node)))
    named = sorted(map(hoist.schema, found.values()), key=lambda pair: pair[0])
    components: dict[str, Any] = {"schemas": dict(named)}
    if schemes := document.get("components", {}).get("securitySchemes"):
        components["securitySchemes"] = schemes
    rest = {
        key: value
        for key, value in document.items()
        if key not in ("paths", "webhooks", "components", "jsonSchemaDialect")
    }
    renamed: dict[str, str] = {}
    operations = []
    for key, (resource, call) in calls.items():
        method, path = key.split(" ", 1)
        operation = rewritten["paths"][path][method.lower()]
        name = ".".join((*resource, call))
        renamed[operation.get("operationId", name)] = name
        operation["operationId"] = name
        operations.append(operation)
    for operation in operations:
        _relink(operation, renamed)
    return {**rest, "paths": {}, **rewritten, "components": components}


def _relink(operation: dict[str, Any], renamed: Mapping[str, str]) -> None:
    """Let the links of an operation's replies lead to operations by the names that they have."""
    replies = operation.get("responses")
    if not isinstance(replies, dict):
        return
    for status, reply in replies.items():
        links = reply.get("links") if isinstance(reply, dict) else None
        if not isinstance(links, dict):
            continue
        moved = {
            name: {**link, "operationId": renamed[link["operationId"]]}
            for name, link in links.items()
            if isinstance(link, dict) and link.get("operationId") in renamed
        }
        if moved:
            replies[status] = {**reply, "links": {**links, **moved}}


def _named(
    schemas: Mapping[str, Schema], found: Mapping[str, Shape], names: Mapping[str, str]
) -> dict[str, Named]:
    named: dict[str, Named] = {}
    for key, shape in sorted(found.items(), key=lambda item: names[item[0]]):
        places = tuple(sorted(place.pointer for place in shape.places))
        at = tuple(sorted({place.identity for place in shape.places}))
        named[names[key]] = Named(names[key], schemas[names[key]], places, key, at)
    return named


def _contract(
    source: Source,
    tree: dict[str, Any],
    named: Mapping[str, Named],
    facts: Facts,
    diagnostics: Diagnostics,
) -> Contract:
    info = tree.get("info", {})
    found = {}
    for method, path, _ in operations(tree["paths"]):
        key = f"{method} {path}"
        found[key] = operation(tree, (method, path), facts.calls[key], facts.operations[key])
    return Contract(
        title=str(info.get("title", "")),
        version=str(info.get("version", "")),
        description=str(info.get("description", "")),
        servers=tuple(server(one) for one in tree.get("servers", ())),
        operations=found,
        schemas=named,
        security_schemes=tree["components"].get("securitySchemes", {}),
        facts=facts.client,
        diagnostics=diagnostics,
        files=source.files,
        tree=tree,
        locate=source.origin,
        bundled=source.document,
    )
