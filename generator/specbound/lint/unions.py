"""Unions that cannot work: branches that no value can choose, and branches that overlap.

Knows `oneOf`, `anyOf` and the discriminator (OpenAPI 3.1 section 4.8.25). It reports what is proved
only: by equality of constraints, or by a value that two branches accept.
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterator, Mapping
from itertools import combinations, islice
from typing import Any

from specbound.contract.rules import ANNOTATIONS, kind
from specbound.contract.tags import Tags, stated
from specbound.contract.values import key, literal
from specbound.diagnostics import Code
from specbound.lint.document import NOTE, WARNING, Document, followed, lookup
from specbound.lint.fit import Fits
from specbound.lint.problem import Problem
from specbound.lint.witness import witnesses
from specbound.traffic.secrets import shown

_MOST_BRANCHES = 60
_MOST_WITNESSES = 8


def unions(
    document: Document, fits: Fits, pointer: str, schema: Mapping[str, Any]
) -> Iterator[Problem]:
    """Problems of the unions of one schema."""
    for keyword in ("oneOf", "anyOf"):
        branches = schema.get(keyword)
        if not isinstance(branches, list) or not 1 < len(branches) <= _MOST_BRANCHES:
            continue
        union = _Union(document, fits, f"{pointer}/{keyword}", schema, branches)
        yield from union.problems(keyword)


class _Union:
    """One `oneOf` or `anyOf` under examination."""

    def __init__(
        self,
        document: Document,
        fits: Fits,
        at: str,
        holder: Mapping[str, Any],
        branches: list[Any],
    ) -> None:
        self.document = document
        self.fits = fits
        self.at = at
        self.holder = holder
        self.branches = branches
        self.said: set[tuple[int, int]] = set()

    def problems(self, keyword: str) -> Iterator[Problem]:
        """What is wrong with it, the surest first; a pair of branches is told once."""
        yield from self._tags()
        yield from self._same(keyword)
        if keyword == "oneOf":
            yield from self._inside()
            yield from self._overlaps()

    def _pairs(self) -> Iterator[tuple[int, int]]:
        for pair in combinations(range(len(self.branches)), 2):
            if pair not in self.said:
                yield pair

    def _tags(self) -> Iterator[Problem]:
        """A discriminator that need not be there, or that names two branches alike."""
        name = stated(self.holder)
        if not name:
            return
        tags, seen = Tags.reading(self._target), dict[Hashable, int]()
        for index, branch in enumerate(self.branches):
            said = tags.said(branch, name)
            if said.declared and not said.required and "object" in tags.kinds.of(branch):
                yield self._optional(index, name)
            for tag in said.values if len(said.values) == 1 else ():
                first = seen.setdefault(key(tag), index)
                if first != index:
                    self.said.add((first, index))
                    yield self._doubled(first, index, name, tag)

    def _target(self, reference: str) -> Any:
        return lookup(self.document.tree, reference)

    def _optional(self, index: int, name: str) -> Problem:
        message = f"the discriminator `{name}` is not required in {self._called(index)}"
        code, help = Code.OPTIONAL_DISCRIMINATOR, f"add `{name}` to the branch's `required`"
        found = self.document.problem(code, f"{self.at}/{index}", message, WARNING, help)
        return Problem(found.diagnostic, "branches whose discriminator is not required")

    def _doubled(self, first: int, second: int, name: str, tag: Any) -> Problem:
        both = f"{self._called(first)} and {self._called(second)}"
        message = f"the discriminator `{name}` is {literal(tag)} in both {both}"
        return self._unreachable(second, message)

    def _same(self, keyword: str) -> Iterator[Problem]:
        """Branches that say the same: in a `oneOf` each takes away the other's values."""
        first: dict[str, int] = {}
        for index, branch in enumerate(self.branches):
            other = first.setdefault(_key(branch), index)
            if other == index or (other, index) in self.said:
                continue
            self.said.add((other, index))
            message = f"{self._called(index)} says the same as {self._called(other)}"
            if keyword == "oneOf":
                message += ", so no value fits exactly one of them"
                yield self._unreachable(index, message)
            else:
                yield self._unreachable(index, message, NOTE)

    def _inside(self) -> Iterator[Problem]:
        """A branch all of whose values fit another one, too."""
        for one, other in self._pairs():
            for inner, outer in ((one, other), (other, one)):
                if _contains(self._node(outer), self._node(inner)):
                    self.said.add((one, other))
                    names = self._called(inner), self._called(outer)
                    message = f"every value of {names[0]} fits {names[1]} too, so it is never taken"
                    yield self._unreachable(inner, message)
                    break

    def _overlaps(self) -> Iterator[Problem]:
        """Branches that accept one value, with that value; a union is told once."""
        found = [(pair, value) for pair, value in self._shared() if pair not in self.said]
        first: dict[tuple[int, int], Any] = {}
        for pair, value in found:
            if pair not in first or first[pair] in ({}, []):
                first[pair] = value
        if first:
            pair = next((one for one in first if first[one] not in ({}, [])), next(iter(first)))
            yield self._overlap(pair, first[pair], len(first) - 1)

    def _shared(self) -> Iterator[tuple[tuple[int, int], Any]]:
        """Pairs of branches with a value that both accept."""
        rest = {key: self.holder[key] for key in self.holder if key not in ("oneOf", "anyOf")}
        for index, branch in enumerate(self.branches):
            for value in islice(witnesses(self.document.tree, branch), _MOST_WITNESSES):
                if not self._fits(index, value) or not self.fits.accepts(rest, value):
                    continue
                for other in range(len(self.branches)):
                    if other != index and self._fits(other, value):
                        yield (min(index, other), max(index, other)), value

    def _overlap(self, pair: tuple[int, int], value: Any, more: int) -> Problem:
        both = " and ".join(map(self._called, pair))
        message = f"{shown(value)} fits both {both}, so `oneOf` refuses it"
        if more:
            message += f" (and {more} more pair{'s' * (more > 1)} of branches)"
        found = self.document.problem(
            Code.OVERLAPPING_BRANCHES,
            self.at,
            message,
            NOTE if value in ({}, []) else WARNING,
            "write `anyOf`, or tell the branches apart by a constant or a required member",
        )
        return Problem(found.diagnostic, "`oneOf`s whose branches overlap")

    def _unreachable(self, index: int, message: str, severity: Any = WARNING) -> Problem:
        found = self.document.problem(
            Code.UNREACHABLE_BRANCH, f"{self.at}/{index}", message, severity
        )
        return Problem(found.diagnostic, "branches that no value can choose")

    def _fits(self, index: int, value: Any) -> bool:
        # Neither way asks for all members: what two branches accept so, they accept both ways.
        return all(
            self.fits.accepts(self.branches[index], value, way) for way in ("request", "response")
        )

    def _node(self, index: int) -> Any:
        return followed(self.document.tree, self.branches[index])

    def _called(self, index: int) -> str:
        """A branch by its reference, its title or its number."""
        branch = self.branches[index]
        if isinstance(branch, dict):
            if isinstance(branch.get("$ref"), str):
                return f"`{branch['$ref'].rpartition('/')[2]}`"
            if isinstance(branch.get("title"), str):
                return f"branch {index} (`{branch['title'][:40]}`)"
        return f"branch {index}"


def _key(schema: Any) -> str:
    return json.dumps(_bare(schema), sort_keys=True, ensure_ascii=False)


def _bare(schema: Any, names: bool = False) -> Any:
    """A schema without annotations; in a map of names to schemas no name is one."""
    if isinstance(schema, dict):
        return {
            key: (
                _bare(value, key in ("properties", "patternProperties", "$defs") and not names)
                if key not in ("enum", "const")
                else value
            )
            for key, value in schema.items()
            if names or (key not in ANNOTATIONS and not key.startswith("x-"))
        }
    return [_bare(item) for item in schema] if isinstance(schema, list) else schema


def _contains(outer: Any, inner: Any) -> bool:
    """Whether every value of `inner` is one of `outer`, as far as equal keywords prove it."""
    if not isinstance(outer, dict) or not isinstance(inner, dict):
        return outer is True
    wide, narrow = _bare(outer), _bare(inner)
    if "$ref" in wide or "$ref" in narrow:
        return False
    return all(_weaker(keyword, wide[keyword], narrow) for keyword in wide if _asserts(keyword))


def _asserts(keyword: str) -> bool:
    return keyword not in ("$schema", "discriminator", "$id")


def _weaker(keyword: str, value: Any, narrow: Mapping[str, Any]) -> bool:
    if keyword in narrow and narrow[keyword] == value:
        return True
    if keyword == "type":
        return _kinds_of(narrow) <= _kinds({"type": value}) and bool(_kinds_of(narrow))
    if keyword == "required":
        return set(value) <= set(narrow.get("required") or ())
    if keyword == "enum":
        return "enum" in narrow and all(item in value for item in narrow["enum"])
    if keyword == "properties":
        known = narrow.get("properties") or {}
        closed = narrow.get("additionalProperties") is False
        return all(
            known.get(name) == one if name in known else closed for name, one in value.items()
        )
    return False


def _kinds(schema: Mapping[str, Any]) -> set[str]:
    stated = schema.get("type")
    kinds = set(stated) if isinstance(stated, list) else {str(stated)} if stated else set()
    return kinds | {"integer"} if "number" in kinds else kinds


def _kinds_of(schema: Mapping[str, Any]) -> set[str]:
    """The types of a schema's values: as stated, else as its constants have them."""
    if stated := _kinds(schema):
        return stated
    values = [schema["const"]] if "const" in schema else schema.get("enum") or []
    return {kind(value) for value in values}
