"""Call signatures as frozen views: arguments in order, one overload a branch of the body.

Knows which arguments an operation takes and of which types. It must not know how it is sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from specbound.contract.calls import member_names
from specbound.contract.model import SCHEMAS, Body, Operation, Parameter
from specbound.contract.operations import body_members, main_media, object_branches
from specbound.contract.shapes import constant, is_null
from specbound.contract.words import RESERVED_ARGUMENTS
from specbound.emit.arguments import Argument, Arguments
from specbound.emit.docs import Docs
from specbound.emit.text import docstring
from specbound.emit.unions import said


@dataclass(frozen=True, slots=True)
class Taken:
    """One argument: its name, its type, whether it must be given, and the document's words."""

    name: str
    type: str
    required: bool
    doc: str
    names: frozenset[str]

    @property
    def code(self) -> str:
        """The argument as it stands in a signature."""
        if self.required:
            return f"{self.name}: {self.type}"
        kind, none = self.type.removesuffix(" | None"), " | None" * self.type.endswith(" | None")
        return f"{self.name}: {kind} | Omit{none} = OMIT"


@dataclass(frozen=True, slots=True)
class Signature:
    """One way to call an operation: positional arguments, then keyword-only ones."""

    positional: tuple[Taken, ...]
    keywords: tuple[Taken, ...]
    doc: str
    deprecated: bool = False

    @property
    def arguments(self) -> list[str]:
        """The arguments as they stand between the parentheses, after `self`."""
        marks = ["*"] if self.keywords else []
        return [
            *(one.code for one in self.positional),
            *marks,
            *(one.code for one in self.keywords),
        ]

    @property
    def names(self) -> list[str]:
        """Every argument's name."""
        return [one.name for one in (*self.positional, *self.keywords)]


@dataclass(frozen=True, slots=True)
class Signatures:
    """Makes the signatures of one contract's operations."""

    arguments: Arguments
    docs: Docs
    tree: Mapping[str, Any]

    def of(self, operation: Operation) -> tuple[Signature, ...]:
        """One signature, or one for each branch of a union body."""
        parameters = [
            one for one in operation.parameters if not is_fixed(one, self.arguments.schemas)
        ]
        path = tuple(self._parameter(one) for one in parameters if one.location == "path")
        others = [self._parameter(one) for one in parameters if one.location != "path"]
        branches = self.branches(operation.body)
        if len(branches) > 1:
            return _apart(self._branch(name, path, others, operation) for name in branches)
        members = self.members(operation)
        listed = [*members, *others]
        return (_signature(path, listed, _described((*path, *listed))),)

    def _branch(
        self, name: str, path: tuple[Taken, ...], others: list[Taken], operation: Operation
    ) -> Signature:
        schema = self.arguments.schemas[name]
        names = self.body_names(operation)
        members = list(self._members(list(object_branches(schema, self.tree)), schema, names))
        text = schema.get("description") or f"As `{name}`."
        doc = _described((*path, *members, *others), text)
        return _signature(path, [*members, *others], doc, bool(schema.get("deprecated")))

    def branches(self, body: Body | None) -> list[str]:
        """The classes between which a union body chooses; empty where it is no such union."""
        media = main_media(body.content) if body else None
        if body is None or media is None:
            return []
        node = self._followed(body.content[media])
        listed = [*node.get("oneOf", ()), *node.get("anyOf", ())]
        refs = [said(one).get("$ref", "") for one in listed if not is_null(one)]
        names = [ref.removeprefix(SCHEMAS) for ref in refs]
        return names if all(name in self.arguments.classes for name in names) else []

    def _followed(self, node: Any) -> Mapping[str, Any]:
        while isinstance(node, dict) and "$ref" in node:
            name = node["$ref"].removeprefix(SCHEMAS)
            if name in self.arguments.classes:
                break
            node = self.arguments.schemas.get(name)
        return node if isinstance(node, dict) else {}

    def body_names(self, operation: Operation) -> dict[str, str]:
        """Wire name to argument for every member of a body, clear of the parameters' names."""
        taken = {one.python for one in operation.parameters}
        names = member_names(body_members(operation.body, self.tree), RESERVED_ARGUMENTS)
        for wire, name in names.items():
            if name in taken:
                name = f"{name.rstrip('_')}_body"
                while name in taken:
                    name += "_"
            taken.add(name)
            names[wire] = name
        return names

    def members(self, operation: Operation) -> list[Taken]:
        """The arguments for a body: its members, or itself where it is no plain object."""
        body = operation.body
        media = main_media(body.content) if body else None
        if body is None or media is None:
            return []
        schema = body.content[media]
        branches = list(object_branches(schema, self.tree))
        if not branches or None in branches or not is_spread(media):
            argument = self.arguments.of(schema) if "json" in media else Argument("Any")
            doc = body.description or (
                schema.get("description", "") if isinstance(schema, dict) else ""
            )
            return [Taken("body", argument.text, body.required, doc, argument.names)]
        node: Any = schema
        while isinstance(node, dict) and "$ref" in node:
            node = self.arguments.schemas.get(node["$ref"].removeprefix(SCHEMAS))
        return list(self._members(branches, node, self.body_names(operation)))

    def needs_body(self, operation: Operation) -> bool:
        """Whether a body must be there: the document says so, or all its forms have to say much."""
        body = operation.body
        media = main_media(body.content) if body else None
        if body is None or media is None or body.required:
            return body is not None and body.required
        branches = list(object_branches(body.content[media], self.tree))
        if not is_spread(media) or not branches or None in branches:
            return False
        members = [one for one in self.members(operation) if one.name != "body"]
        return any(one.required for one in members) or len(self.branches(body)) > 1

    def _members(
        self, branches: list[Any], schema: Any, names: Mapping[str, str]
    ) -> Iterator[Taken]:
        table = {name: node for branch in branches for name, node in (branch or {}).items()}
        required = set(_required(schema, self.arguments.schemas))
        for wire, node in table.items():
            argument = self.arguments.of(node)
            doc = node.get("description", "") if isinstance(node, dict) else ""
            if isinstance(node, dict) and node.get("deprecated"):
                doc = f"Deprecated. {doc}"
            yield Taken(names[wire], argument.text, wire in required, doc, argument.names)

    def _parameter(self, one: Parameter) -> Taken:
        argument = self.arguments.of(one.schema)
        doc = one.description or _words(one.schema)
        needed = one.required and default_of(one.schema, self.arguments.schemas) is None
        doc = f"Deprecated. {doc}" if one.deprecated else doc
        return Taken(one.python, argument.text, needed, doc, argument.names)


def _apart(signatures: Iterable[Signature]) -> tuple[Signature, ...]:
    """Signatures in an order in which each can be met: what covers another stands after it."""
    kept: list[Signature] = []
    for one in signatures:
        above = next((at for at, other in enumerate(kept) if _covers(other, one)), None)
        if above is None:
            kept.append(one)
        elif not _covers(one, kept[above]):
            kept.insert(above, one)
    return tuple(kept)


def _covers(wide: Signature, narrow: Signature) -> bool:
    """Whether every call that fits one signature fits the other, as far as equal types say."""
    types = {one.name: one for one in wide.keywords}
    given = {one.name: one for one in narrow.keywords}
    needed = [one.name for one in wide.keywords if one.required]
    return all(name in given and given[name].required for name in needed) and all(
        name in types and types[name].type in (one.type, "Any") for name, one in given.items()
    )


def is_spread(media: str) -> bool:
    """Whether an object body of this media type is passed member by member."""
    return "json" in media or "form" in media


def is_fixed(one: Parameter, schemas: Mapping[str, Any]) -> bool:
    """Whether a parameter has only one legal value, which the client fills in."""
    return (
        one.required and one.location != "path" and constant(_node(one.schema, schemas)) is not None
    )


def default_of(schema: Any, schemas: Mapping[str, Any]) -> Any:
    """The default of a schema, or None."""
    if isinstance(schema, dict) and "default" in schema:
        return schema["default"]
    return _node(schema, schemas).get("default")


def _node(schema: Any, schemas: Mapping[str, Any]) -> Mapping[str, Any]:
    while isinstance(schema, dict) and "$ref" in schema:
        schema = schemas.get(schema["$ref"].removeprefix(SCHEMAS))
    return schema if isinstance(schema, dict) else {}


def _required(schema: Any, schemas: Mapping[str, Any]) -> Iterator[str]:
    node = _node(schema, schemas)
    yield from node.get("required", ())
    for part in node.get("allOf", ()):
        yield from _required(part, schemas)
    unions = [*node.get("oneOf", ()), *node.get("anyOf", ())]
    if len(unions) == 1:
        yield from _required(unions[0], schemas)


def _words(schema: Any) -> str:
    text = schema.get("description", "") if isinstance(schema, dict) else ""
    return text if isinstance(text, str) else ""


def _signature(
    path: tuple[Taken, ...], others: list[Taken], doc: str, deprecated: bool = False
) -> Signature:
    ordered = sorted(others, key=lambda one: not one.required)
    return Signature(path, tuple(ordered), doc, deprecated)


def _described(taken: tuple[Taken, ...], intro: str = "") -> str:
    """The arguments' descriptions as a docstring; empty where the document has none."""
    listed = [f"- {one.name}: {' '.join(one.doc.split())}" for one in taken if one.doc]
    arguments = "\n".join(["Arguments:\n", *listed]) if listed else ""
    text = "\n\n".join(filter(None, [intro, arguments]))
    return docstring(text, 8) if text else ""
