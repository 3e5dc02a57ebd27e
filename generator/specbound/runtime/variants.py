"""The branches of a union: which one a value's tags name, and what holds a value of none.

Knows the literal members of models. It must not know how a branch is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from typing_extensions import TypeAliasType

from .check import Check
from .exact import equal
from .model import Model
from .scalars import NotNull, literals
from .wire import WireTag, WireTagObject

Tags = dict[str, tuple[Any, ...]]


class UnknownVariant(Model):
    """An object of a variant that the document does not know; `model_extra` has its members."""


def flat(type_: Any, metadata: tuple[Any, ...] = ()) -> tuple[Any, tuple[Any, ...]]:
    """A type without its aliases and annotations, and the annotations, innermost first."""
    while True:
        if isinstance(type_, TypeAliasType):
            type_ = type_.__value__
        elif get_origin(type_) is Annotated:
            type_, *more = get_args(type_)
            metadata = (*more, *metadata)
        else:
            return type_, metadata


def leaves(branch: Any) -> list[Any]:
    """The branches of a union below its aliases and nested unions."""
    type_, metadata = flat(branch)
    if get_origin(type_) in (Union, UnionType) and not any(isinstance(m, Check) for m in metadata):
        return [leaf for each in get_args(type_) for leaf in leaves(each)]
    return [branch]


def assemble(
    model: type[Model], fields: dict[str, Any], given: set[str], extra: dict[str, Any]
) -> Model:
    """Make a model of values that nobody validates."""
    made = model.__new__(model)
    object.__setattr__(made, "__dict__", fields)
    object.__setattr__(made, "__pydantic_fields_set__", given)
    object.__setattr__(made, "__pydantic_extra__", extra)
    object.__setattr__(made, "__pydantic_private__", None)
    return made


def tags_of(model: type[Model]) -> Tags:
    """The members of a model whose values are listed, by wire name."""
    if not model.__pydantic_fields_complete__:
        model.model_rebuild()
    found: Tags = {}
    for name, info in model.model_fields.items():
        listed = literals(info.annotation)
        if listed and not any(isinstance(each, NotNull) for each in info.metadata):
            alias = info.validation_alias
            found[alias if isinstance(alias, str) else name] = listed
    return found


@dataclass(frozen=True)
class Tagged:
    """The model branches of a union, each with the tags that tell it from the others."""

    branches: tuple[tuple[Any, Tags], ...]
    names: frozenset[str]

    @classmethod
    def of(cls, branches: tuple[Any, ...]) -> Tagged:
        """Find the tags; a member that lists the same values in every branch tells nothing."""
        models = [(branch, flat(branch)[0]) for branch in branches]
        tagged = [
            (branch, tags_of(model))
            for branch, model in models
            if isinstance(model, type) and issubclass(model, Model)
        ]
        names = {name for _, tags in tagged for name in tags}
        telling = {n for n in names if len({tags[n] for _, tags in tagged if n in tags}) > 1}
        table = tuple((b, {n: t for n, t in tags.items() if n in telling}) for b, tags in tagged)
        attributes = {name for branch, _ in tagged for name in flat(branch)[0].model_fields}
        return cls(table, frozenset(attributes | names))

    def choose(self, value: dict[str, Any]) -> tuple[tuple[Any, ...], list[str]]:
        """The branches that a value's tags name, else those without tags; or the tags at fault."""
        named: list[Any] = []
        untagged: list[Any] = []
        wrong: list[str] = []
        for branch, tags in self.branches:
            present = [name for name in tags if name in value]
            faults = [name for name in present if not _listed(value[name], tags[name])]
            wrong += faults
            if present and not faults:
                named.append(branch)
            elif not present:
                untagged.append(branch)
        chosen = tuple(named or untagged)
        return chosen, [] if chosen else wrong

    def unknown(self, value: dict[str, Any]) -> Model:
        """An object whose tags name no branch, with everything that it holds."""
        members = dict(value)
        for name in self.names & value.keys():
            if isinstance(value[name], list):
                members[name] = WireTag(value[name])
            elif isinstance(value[name], dict):
                members[name] = WireTagObject(value[name])
        return assemble(UnknownVariant, {}, set(), members)


def _listed(value: Any, allowed: tuple[Any, ...]) -> bool:
    return any(equal(value, each) for each in allowed)
