"""Which member tells a union's branches apart, and which of its values stand for which branch.

Knows discriminators (OpenAPI 3.1 section 4.8.25) and members whose constants differ. It must not
know any value that was sent, nor what is made of a tag.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from specbound.contract.kinds import Kinds, Resolve, followed
from specbound.contract.model import SCHEMAS
from specbound.contract.values import key
from specbound.origin import unescape

#: Unions inside unions are looked through so many levels deep.
_DEPTH = 6
_UNIONS = ("oneOf", "anyOf")


class Said(NamedTuple):
    """What a branch says of one member; `values` are all that it allows, if it lists them."""

    declared: bool
    required: bool
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Tag:
    """The member that tells a union's branches apart.

    `stated` by a discriminator; otherwise its constants tell apart all branches that are objects.
    `said` and `names` have an item a branch: what it says of the member (None if it is no object),
    and the values that stand for it.
    """

    member: str
    stated: bool
    said: tuple[Said | None, ...]
    names: tuple[tuple[Any, ...], ...]

    @property
    def required(self) -> bool:
        """Whether no object goes without it, whichever branch it means."""
        return all(one is None or one.required for one in self.said)

    @property
    def certain(self) -> bool:
        """Whether a value stands for exactly those branches that allow it."""
        return all(
            one is None or (one.values and set(map(key, one.values)) == set(map(key, names)))
            for one, names in zip(self.said, self.names, strict=True)
        )

    @property
    def texts(self) -> bool:
        """Whether every branch that is an object lists values, and all are texts."""
        said = [one.values for one in self.said if one is not None]
        return all(values and all(isinstance(one, str) for one in values) for values in said)


def stated(union: Mapping[str, Any]) -> str:
    """The member that a union's discriminator names; empty if none does."""
    found = union.get("discriminator")
    name = found.get("propertyName") if isinstance(found, Mapping) else None
    return name if isinstance(name, str) else ""


def disjoint(groups: Iterable[Iterable[Hashable]]) -> bool:
    """Whether every group has something, and nothing is in two of them."""
    seen: set[Hashable] = set()
    for group in groups:
        members = set(group)
        if not members or seen & members:
            return False
        seen |= members
    return True


@dataclass(frozen=True, slots=True)
class Tags:
    """Answers about the unions of one document's schemas."""

    kinds: Kinds

    @classmethod
    def reading(cls, resolve: Resolve) -> Tags:
        """With the way from the text of a `$ref` to the schema."""
        return cls(Kinds(resolve))

    def tag(self, union: Mapping[str, Any], keyword: str) -> Tag | None:
        """The tag of a `oneOf` or `anyOf`: the one stated, else the first that all must have.

        Members that may be left out tell branches apart too, where no other does.
        """
        branches = union[keyword]
        if name := stated(union):
            said = tuple(self._said_each(branches, name))
            return Tag(name, True, said, self._names(union, branches, said))
        if len(self._objects(branches)) < 2:
            return None
        optional: Tag | None = None
        for found in self.telling(branches):
            if found.required:
                return found
            optional = optional or found
        return optional

    def telling(self, branches: Sequence[Any]) -> Iterator[Tag]:
        """Every member whose constants tell all branches apart that are objects, as declared."""
        objects = self._objects(branches)
        if not objects:
            return
        for member in dict.fromkeys(self._members(branches[objects[0]])):
            if not self.said(branches[objects[0]], member).values:
                continue
            said = tuple(self._said_each(branches, member))
            if disjoint(map(key, one.values) for one in said if one is not None):
                yield Tag(member, False, said, tuple(one.values if one else () for one in said))

    def apart(self, branches: Sequence[Any]) -> bool:
        """Whether surely no value fits two branches: by their kinds, or by a required tag."""
        kinds = [self.kinds.of(branch) for branch in branches]
        others = [one for each in kinds for one in each if one != "object"]
        if len(others) != len(set(others)):
            return False
        objects = sum("object" in each for each in kinds)
        return objects < 2 or any(one.required for one in self.telling(branches))

    def said(self, branch: Any, member: str) -> Said:
        """What one branch says of a member, with its `allOf` and the unions in it."""
        declared = any(member in _declared(part) for part in self._folded(branch))
        return Said(declared, self._requires(branch, member), self._values(branch, member))

    def _requires(self, branch: Any, member: str, depth: int = 0) -> bool:
        parts = self._folded(branch)
        if any(member in (part.get("required") or ()) for part in parts):
            return True
        return depth < _DEPTH and any(
            all(self._requires(one, member, depth + 1) for one in inner) for inner in _inner(parts)
        )

    def _values(self, branch: Any, member: str, depth: int = 0) -> tuple[Any, ...]:
        """The values that a member may have; empty where they are not listed, or no scalars."""
        parts = self._folded(branch)
        nodes = [part["properties"][member] for part in parts if member in _declared(part)]
        if values := self._listed(nodes, depth):
            return () if any(isinstance(one, Mapping | list) for one in values) else values
        for inner in _inner(parts) if depth < _DEPTH else ():
            if values := _all(self._values(one, member, depth + 1) for one in inner):
                return values
        return ()

    # --- parts of a schema ------------------------------------------------------------------

    def _objects(self, branches: Sequence[Any]) -> list[int]:
        return [at for at, branch in enumerate(branches) if "object" in self.kinds.of(branch)]

    def _said_each(self, branches: Sequence[Any], member: str) -> Iterator[Said | None]:
        for branch in branches:
            yield self.said(branch, member) if "object" in self.kinds.of(branch) else None

    def _folded(self, schema: Any) -> list[Mapping[str, Any]]:
        """The schemas that hold whatever the value: behind `$ref`, in `allOf`, then itself."""
        found: dict[int, Mapping[str, Any]] = {}
        self._fold(schema, found, set())
        return list(found.values())

    def _fold(self, schema: Any, found: dict[int, Mapping[str, Any]], seen: set[int]) -> None:
        if not isinstance(schema, Mapping) or id(schema) in seen:
            return
        seen.add(id(schema))
        if "$ref" in schema:
            self._fold(followed(self.kinds.resolve, schema["$ref"]), found, seen)
        for part in schema.get("allOf") or ():
            self._fold(part, found, seen)
        found[id(schema)] = schema

    def _members(self, branch: Any, depth: int = 0) -> Iterator[str]:
        parts = self._folded(branch)
        for part in parts:
            yield from _declared(part)
        for inner in _inner(parts) if depth < _DEPTH else ():
            yield from self._members(inner[0], depth + 1)

    def _listed(self, nodes: Iterable[Any], depth: int) -> tuple[Any, ...]:
        """The values that schemas allow together; empty where none of them lists any."""
        lists: list[dict[Hashable, Any]] = []
        for part in (part for node in nodes for part in self._folded(node)):
            values = [part["const"]] if "const" in part else part.get("enum")
            if isinstance(values, list):
                lists.append({key(value): value for value in values})
            for inner in _inner([part]) if depth < _DEPTH else ():
                if each := _all(self._listed([one], depth + 1) for one in inner):
                    lists.append({key(value): value for value in each})
        first = lists[0].items() if lists else ()
        return tuple(value for one, value in first if all(one in each for each in lists))

    # --- what a discriminator says ----------------------------------------------------------

    def _names(
        self, union: Mapping[str, Any], branches: Sequence[Any], said: Sequence[Said | None]
    ) -> tuple[tuple[Any, ...], ...]:
        """The values of a stated tag: as mapped, else the constants, else the schema's name."""
        mapped = _mapped(union, branches)
        taken = {key(value) for values in mapped.values() for value in values}
        listed = [
            tuple(value for value in (one.values if one else ()) if key(value) not in taken)
            for one in said
        ]
        found = []
        for at, branch in enumerate(branches):
            rest = {key(value) for other in (*listed[:at], *listed[at + 1 :]) for value in other}
            name, values = _name(branch), listed[at]
            if at in mapped:
                found.append(tuple(mapped[at]))
            elif values and (name not in values or not rest & set(map(key, values))):
                found.append(values)
            else:
                found.append((name,) if name and said[at] is not None else ())
        return tuple(found)


def _declared(part: Mapping[str, Any]) -> Mapping[str, Any]:
    found = part.get("properties")
    return found if isinstance(found, Mapping) else {}


def _inner(parts: Iterable[Mapping[str, Any]]) -> Iterator[Sequence[Any]]:
    """The branches of the unions among the keywords of schemas."""
    yield from (part[one] for part in parts for one in _UNIONS if part.get(one))


def _all(each: Iterable[tuple[Any, ...]]) -> tuple[Any, ...]:
    """All values, each once, unless somebody lists none: then the rest are not asked."""
    found: dict[Hashable, Any] = {}
    for values in each:
        if not values:
            return ()
        found.update((key(value), value) for value in values)
    return tuple(found.values())


def _mapped(union: Mapping[str, Any], branches: Sequence[Any]) -> dict[int, list[str]]:
    """The values that a discriminator's mapping has for the branches."""
    mapping = union["discriminator"].get("mapping")
    places = {branch["$ref"]: at for at, branch in enumerate(branches) if _is_ref(branch)}
    found: dict[int, list[str]] = {}
    for value, reference in mapping.items() if isinstance(mapping, Mapping) else ():
        if reference in places:
            found.setdefault(places[reference], []).append(value)
    return found


def _is_ref(branch: Any) -> bool:
    return isinstance(branch, Mapping) and "$ref" in branch


def _name(branch: Any) -> str:
    """The name of a branch's schema, which is its tag where nothing else is said."""
    reference = branch["$ref"] if _is_ref(branch) else ""
    name = reference.removeprefix(SCHEMAS)
    return unescape(name) if name != reference and "/" not in name else ""
