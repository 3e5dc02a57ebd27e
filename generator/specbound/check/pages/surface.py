"""One operation as pages speak of it: its variants, and their members by name.

Knows unions, references and nesting. It must not know what a page claims.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from specbound.check.explain.unions import union_of
from specbound.check.finding import Part
from specbound.check.schema.lookup import Lookup, Place, lookup_of
from specbound.check.schema.nearest import plain
from specbound.check.wire.media import likely
from specbound.contract.load import Contract
from specbound.contract.model import Operation, Schema
from specbound.origin import escape

#: Members of members are looked for so many levels deep.
_DEEPEST = 8
_LOCATIONS = {"path": Part.PATH, "query": Part.QUERY, "header": Part.HEADER, "cookie": Part.COOKIE}


class Member(NamedTuple):
    """A member of a body, or a parameter: whose variant's, its schema, and whether it must be."""

    variant: str
    name: str
    place: Place
    required: bool
    part: Part = Part.REQUEST_BODY
    nested: bool = False


class Variant(NamedTuple):
    """One branch of a body that is a union, or the whole body, which then has no name."""

    name: str
    place: Place


@dataclass(frozen=True)
class Surface:
    """The parameters and the body of an operation, or one reply's body alone."""

    lookup: Lookup
    parameters: tuple[Member, ...]
    variants: tuple[Variant, ...]
    tag: str

    def find(self, path: str) -> list[Member]:
        """The members that a page means by a name or a path of names; none if there is none.

        A name that no variant has itself is looked for in the members below.
        """
        whole = re.sub(r"\W", "", path)
        if bracketed := [one for one in self.parameters if re.sub(r"\W", "", one.name) == whole]:
            return bracketed
        first, *rest = path.split("/")
        found = [*self._parameters(first), *self._direct(first)]
        for step in rest:
            found = [below for one in found for below in self._step(one, step)]
        return found or ([] if rest else [*self._below(first)])

    def names(self, variant: str) -> dict[str, bool]:
        """The members of a variant, and whether each must be there."""
        for one in self.variants:
            if one.name == variant:
                return {name: must for name, _, must in self._members(one.place)}
        return {}

    def everything(self) -> Iterator[str]:
        """The names of all members at every depth."""
        for variant in self.variants:
            for member in self._walk(variant.name, variant.place, 0):
                yield member.name

    def _parameters(self, name: str) -> list[Member]:
        exact = [one for one in self.parameters if one.name == name]
        return exact or [one for one in self.parameters if plain(one.name) == plain(name)]

    def _direct(self, name: str) -> list[Member]:
        found = [
            Member(variant.name, each, place, must)
            for variant in self.variants
            for each, place, must in self._members(variant.place)
        ]
        return _named(found, name)

    def _step(self, member: Member, name: str) -> list[Member]:
        found = [
            Member(member.variant, each, place, must, member.part, nested=True)
            for each, place, must in self._members(member.place)
        ]
        return _named(found, name)

    def _below(self, name: str) -> list[Member]:
        found = [
            member
            for variant in self.variants
            for member in self._walk(variant.name, variant.place, 0)
        ]
        return _named(found, name)

    def _walk(self, variant: str, place: Place, depth: int) -> Iterator[Member]:
        if depth > _DEEPEST:
            return
        for name, child, must in self._members(place):
            yield Member(variant, name, child, must, nested=depth > 0)
            yield from self._walk(variant, child, depth + 1)

    def _members(self, place: Place) -> Iterator[tuple[str, Place, bool]]:
        """The members that a value may have; items of an array count as the array itself."""
        for part in forms(self.lookup, place):
            schema = part.schema
            must = schema.get("required", ())
            for name in schema.get("properties", ()):
                yield name, part.child("properties", name), name in must


def _named(members: list[Member], name: str) -> list[Member]:
    """Those with a name; if there is none, those whose name differs in case and dashes only."""
    exact = [one for one in members if one.name == name]
    return exact or [one for one in members if plain(one.name) == plain(name)]


def forms(lookup: Lookup, place: Place, depth: int = 0) -> Iterator[Place]:
    """The schemas that may hold of a value: behind references, in unions, in arrays' items."""
    if depth > _DEEPEST:
        return
    for part in lookup.folded(place):
        yield part
        for keyword in ("oneOf", "anyOf"):
            for index in range(len(part.schema.get(keyword, ()))):
                yield from forms(lookup, part.child(keyword, index), depth + 1)
        if isinstance(part.schema.get("items"), Mapping):
            yield from forms(lookup, part.child("items"), depth + 1)


def surface(contract: Contract, operation: Operation) -> Surface:
    """What a page can describe of an operation's request."""
    lookup = lookup_of(contract)
    found: Surface = lookup.remember(
        ("page surface", operation.key), lambda: _surface(lookup, operation)
    )
    return found


def _surface(lookup: Lookup, operation: Operation) -> Surface:
    parameters = tuple(
        Member(
            "", one.name, _parameter(one), one.required, _LOCATIONS.get(one.location, Part.QUERY)
        )
        for one in operation.parameters
    )
    variants: tuple[Variant, ...] = ()
    tag = ""
    if operation.body is not None:
        variants, tag = _variants(lookup, operation.body.content, operation.body.pointer)
    return Surface(lookup, parameters, variants, tag)


def _parameter(parameter: Any) -> Place:
    at = f"{parameter.pointer}/schema"
    return Place(parameter.schema, at, at)


def replies(contract: Contract, operation: Operation) -> list[Surface]:
    """The bodies of an operation's replies, each as a surface of its own."""
    lookup = lookup_of(contract)
    found = []
    for reply in operation.replies.values():
        variants, tag = _variants(lookup, reply.content, reply.pointer)
        if variants:
            found.append(Surface(lookup, (), variants, tag))
    return found


def _variants(
    lookup: Lookup, content: Mapping[str, Schema], pointer: str
) -> tuple[tuple[Variant, ...], str]:
    key = likely(content)
    if key is None:
        return (), ""
    at = f"{pointer}/content/{escape(key)}/schema"
    place = Place(content[key], at, at)
    for part in lookup.folded(place):
        for keyword in ("oneOf", "anyOf"):
            if len(part.schema.get(keyword, ())) > 1:
                union = union_of(lookup, part, keyword)
                branches = zip(union.labels, union.branches, strict=True)
                named = (
                    Variant(label or f"form {n}", b) for n, (label, b) in enumerate(branches, 1)
                )
                return tuple(named), union.tag
    return (Variant("", place),), ""
