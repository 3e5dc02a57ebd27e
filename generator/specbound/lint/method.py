"""Operations as a code sample calls them: arguments by their names in Python and on the wire.

Knows the generated client's signatures. It must not know how samples are written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from specbound.check.schema.lookup import Place
from specbound.contract.load import Contract
from specbound.contract.model import Operation
from specbound.contract.operations import main_media, object_branches
from specbound.contract.words import snake
from specbound.emit.arguments import Arguments
from specbound.emit.docs import Docs
from specbound.emit.fragments import Fragments
from specbound.emit.signatures import Signatures, default_of, is_fixed, is_spread
from specbound.origin import pointer


@dataclass(frozen=True, slots=True, eq=False)
class Slot:
    """One argument: where it goes, its wire name, its Python name, and its schema's place.

    A body that is passed as one argument has no wire name.
    """

    location: str
    wire: str
    python: str
    place: Place
    required: bool = False
    defaulted: bool = False


@dataclass(frozen=True)
class Method:
    """One operation and its slots; those of the path come first, in their order."""

    operation: Operation
    slots: tuple[Slot, ...]
    body: Place | None

    @property
    def path(self) -> list[Slot]:
        """The positional arguments."""
        return [slot for slot in self.slots if slot.location == "path"]

    @cached_property
    def by_python(self) -> Mapping[str, Slot]:
        """Arguments by their Python names."""
        return {slot.python: slot for slot in self.slots}

    @cached_property
    def by_wire(self) -> Mapping[str, Slot]:
        """Arguments by their wire names; a body's member wins over a parameter."""
        ordered = sorted(self.slots, key=lambda slot: slot.location == "body")
        return {slot.wire: slot for slot in ordered if slot.wire}

    @cached_property
    def by_words(self) -> Mapping[str, Slot]:
        """Arguments by their wire names' words, however a language spells them."""
        return {snake(slot.wire): slot for slot in self.slots if slot.wire}


class Methods:
    """All operations of a contract under the names by which samples call them."""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        schemas = {name: one.schema for name, one in contract.schemas.items()}
        docs = Docs(schemas, Fragments(schemas))
        self._signatures = Signatures(Arguments(schemas, frozenset()), docs, contract.tree)
        self._schemas = schemas
        self._names = {_words(one.name): one for one in contract.operations.values()}
        self._made: dict[str, Method] = {}

    def called(self, callee: str) -> Method | None:
        """The operation that ``client.things.create`` calls, in any language's spelling."""
        _, _, name = callee.partition(".")
        operation = self._names.get(_words(name)) if name and "(" not in callee else None
        return self.of(operation) if operation else None

    def of(self, operation: Operation) -> Method:
        """The arguments of one operation."""
        if operation.key not in self._made:
            self._made[operation.key] = self._method(operation)
        return self._made[operation.key]

    def _method(self, operation: Operation) -> Method:
        slots = [
            Slot(
                one.location,
                one.name,
                one.python,
                Place(one.schema, one.pointer + "/schema"),
                one.required,
                default_of(one.schema, self._schemas) is not None,
            )
            for one in operation.parameters
            if not is_fixed(one, self._schemas)
        ]
        body = self._body(operation)
        slots += self._members(operation, body) if body else ()
        return Method(operation, tuple(slots), body)

    def _body(self, operation: Operation) -> Place | None:
        media = main_media(operation.body.content) if operation.body else None
        if operation.body is None or media is None:
            return None
        at = operation.body.pointer + pointer(("content", media, "schema"))
        return Place(operation.body.content[media], at)

    def _members(self, operation: Operation, body: Place) -> Iterable[Slot]:
        media = (main_media(operation.body.content) if operation.body else None) or ""
        branches = list(object_branches(body.schema, self.contract.tree))
        if not branches or None in branches or not is_spread(media):
            required = bool(operation.body and operation.body.required)
            return [Slot("body", "", "body", body, required)]
        table: dict[str, Any] = {}
        for branch in branches:
            table |= branch or {}
        names = self._signatures.body_names(operation)
        return [
            Slot("body", wire, names[wire], Place(node, body.at)) for wire, node in table.items()
        ]


def _words(name: str) -> str:
    return ".".join(snake(part) for part in name.split("."))
