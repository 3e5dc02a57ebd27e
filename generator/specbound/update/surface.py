"""What the user of a generated client can write: methods, their forms, and model names.

Knows the views that emit makes of a contract. It must not compare anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from specbound.contract.load import Contract, deep_recursion
from specbound.emit.assemble import client_name
from specbound.emit.layout import layout
from specbound.emit.package import Models, models
from specbound.emit.signatures import Signature
from specbound.update.types import Types


@dataclass(frozen=True, slots=True)
class Method:
    """One method of the client: the operation behind it, its forms, and what it returns."""

    key: str
    name: str
    forms: tuple[Signature, ...]
    returns: str
    uploads: bool = False


@dataclass(frozen=True, slots=True)
class Surface:
    """One side's client; `methods` by ``METHOD /path``."""

    contract: Contract
    package: str
    client: str
    methods: Mapping[str, Method]
    models: Models
    types: Types
    handles: frozenset[str]

    @property
    def by_name(self) -> dict[str, Method]:
        """The methods by the name that a user writes: ``avatars.create``."""
        return {one.name: one for one in self.methods.values()}

    @property
    def names(self) -> frozenset[str]:
        """Every name of a model that can be imported."""
        return frozenset(self.models.homes) | self.handles

    @property
    def exports(self) -> dict[str, frozenset[str]]:
        """The models by module, for a client that is not on the disk."""
        root = f"{self.package}.models"
        found = {
            f"{root}.{module}": frozenset(some) for module, some in self.models.modules.items()
        }
        return {self.package: frozenset(), root: frozenset(self.models.homes), **found}

    def members(self, name: str) -> dict[str, str]:
        """A class's members with their types, each under its Python name; empty for no class."""
        view = self.models.classes.get(name)
        return {one.name: one.annotation for one in view.members.values()} if view else {}


def surface(contract: Contract, package: str) -> Surface:
    """The client that `specbound generate` would make of a contract, as far as its users see it."""
    with deep_recursion():
        parts = models(contract)
        client = client_name(contract)
        found = layout(parts, client)
    methods = {
        key: Method(
            key,
            view.operation.name,
            view.signatures,
            found.returns.of(view.operation, view.reply, False).text,
            view.uploads,
        )
        for key, view in found.views.items()
    }
    handles = frozenset(
        prefix + one.name
        for wait in found.waits.values()
        for one in wait.handles
        for prefix in ("", "Async")
    )
    return Surface(contract, package, client, methods, parts, Types(parts), handles)


def label(form: Signature) -> str:
    """What tells one form of a method from the others: ``model='gen4_turbo'``, or nothing."""
    return ", ".join(f"{name}={value}" for name, value in tags(form))


def tags(form: Signature) -> Iterator[tuple[str, str]]:
    """The arguments of a form that have one legal value, with that value as Python writes it."""
    for one in form.keywords:
        inner = one.type.removeprefix("Literal[").removesuffix("]")
        single = one.type.startswith("Literal[") and len(inner) + 9 == len(one.type)
        if one.required and single and not _several(inner):
            yield one.name, inner


def _several(values: str) -> bool:
    """Whether the text between a Literal's brackets holds more than one value."""
    depth = ""
    for at, char in enumerate(values):
        if depth:
            depth = "" if char == depth and values[at - 1] != "\\" else depth
        elif char in "\"'":
            depth = char
        elif char == ",":
            return True
    return False
