"""One contract's schemas as the checks ask for them: behind references, by name, by direction.

Knows what depends on schemas only, and remembers it for each contract. It must not know any value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from specbound.contract.load import Contract
from specbound.contract.model import SCHEMAS
from specbound.origin import escape, tokens, unescape

Direction = Literal["request", "response"]

#: So many contracts are remembered at once.
_REMEMBERED = 8
FLAGS: Mapping[str, str] = {"request": "readOnly", "response": "writeOnly"}


class Place(NamedTuple):
    """A schema, the pointer in `Contract.document()` at which it stands, and that in the source.

    A shape that the source writes down many times stands in the contract once: `source` keeps the
    one of its places through which it was reached.
    """

    schema: Any
    at: str
    source: str = ""

    def child(self, *steps: str | int) -> Place:
        """What stands below this schema; KeyError or IndexError if nothing does."""
        schema, below = self.schema, ""
        for step in steps:
            schema = schema[step]
            below += _token(step)
        return Place(schema, self.at + below, self.source + below)


@lru_cache(4096)
def _token(step: str | int) -> str:
    return "/" + escape(str(step))


@dataclass(slots=True)
class Lookup:
    """Answers questions about one contract's schemas, each once."""

    contract: Contract
    memory: dict[tuple[Any, ...], Any] = field(default_factory=dict)
    #: What `judge` asks of a schema, by the schema's identity and beside the schema itself.
    steps: dict[int, tuple[Any, Any]] = field(default_factory=dict)
    #: What sets of schemas declare together, for `parts`.
    declared: dict[tuple[Any, ...], Any] = field(default_factory=dict)

    def target(self, reference: str) -> Any:
        """The schema that a `$ref` names; LookupError if there is none."""
        key = ("ref", reference)
        if key not in self.memory:
            node: Any = self.contract.tree
            for step in tokens(reference.removeprefix("#")):
                node = node[int(step) if isinstance(node, list) else step]
            self.memory[key] = node
        return self.memory[key]

    def place(self, reference: str) -> Place:
        """What a `$ref` names, by itself; LookupError if nothing."""
        at = reference.removeprefix("#")
        return Place(self.target(reference), at, next(iter(self._places(at))))

    def follow(self, place: Place) -> Place:
        """What the `$ref` of a schema leads to."""
        reference = place.schema["$ref"]
        at = reference.removeprefix("#")
        places = self.remember(("places", at), lambda: self._places(at))
        source = place.source if place.source in places or not places else next(iter(places))
        return Place(self.target(reference), at, source)

    def _places(self, at: str) -> dict[str, None]:
        """Where the source writes a named schema down, in order."""
        named = self.contract.schemas.get(unescape(at.rpartition("/")[2]))
        known = named is not None and at == SCHEMAS[1:] + escape(named.name)
        return dict.fromkeys(named.places) if named and known else {at: None}

    def remember(self, key: tuple[Any, ...], make: Callable[[], Any]) -> Any:
        """The answer to a question about schemas; it is made when it is first asked."""
        if key not in self.memory:
            self.memory[key] = make()
        return self.memory[key]

    def resolved(self, place: Place) -> Place:
        """A schema with its references followed, unless it says something beside them."""
        for _ in range(100):
            schema = place.schema
            if not isinstance(schema, dict) or "$ref" not in schema:
                break
            place = self.follow(place)
        return place

    def folded(self, place: Place) -> list[Place]:
        """The object schemas that hold at one place whatever the value: itself, `$ref`, `allOf`."""
        key = ("folded", id(place.schema), place.source)
        if key not in self.memory:
            self.memory[key] = self._folded(place)
        return self.memory[key]  # type: ignore[no-any-return]

    def _folded(self, place: Place) -> list[Place]:
        found: dict[int, Place] = {}
        waiting = [place]
        while waiting:
            part = waiting.pop()
            if not isinstance(part.schema, dict) or id(part.schema) in found:
                continue
            found[id(part.schema)] = part
            count = len(part.schema.get("allOf", ()))
            waiting += [part.child("allOf", index) for index in reversed(range(count))]
            waiting += [self.follow(part)] if "$ref" in part.schema else []
        return list(found.values())

    def member(self, place: Place, name: str) -> list[Place]:
        """What a schema says of a member whatever the value: its declarations, `allOf` included."""
        return [
            part.child("properties", name)
            for part in self.folded(place)
            if name in part.schema.get("properties", ())
        ]

    def flagged(self, place: Place, keyword: str) -> bool:
        """Whether an annotation that is true or false (`deprecated`, `readOnly`) is set."""
        return any(part.schema.get(keyword) is True for part in self.folded(place))

    def required(self, schema: Mapping[str, Any], direction: Direction) -> list[str]:
        """The members that must be: in requests no `readOnly` one, in replies no `writeOnly`.

        OpenAPI 3.1 section 4.8.24.3 with JSON Schema validation section 9.4.
        """
        key = ("required", id(schema), direction)
        if key not in self.memory:
            self.memory[key] = self._required(schema, direction)
        return self.memory[key]  # type: ignore[no-any-return]

    def _required(self, schema: Mapping[str, Any], direction: Direction) -> list[str]:
        flag, place = FLAGS[direction], Place(schema, "")
        return [
            name
            for name in dict.fromkeys(schema["required"])
            if not any(self.flagged(each, flag) for each in self.member(place, name))
        ]


_LOOKUPS: dict[int, Lookup] = {}


def lookup_of(contract: Contract) -> Lookup:
    """What is remembered of a contract; the contract is kept alive as long as that."""
    found = _LOOKUPS.get(id(contract))
    if found is None:
        while len(_LOOKUPS) >= _REMEMBERED:
            _LOOKUPS.pop(next(iter(_LOOKUPS)))
        found = _LOOKUPS[id(contract)] = Lookup(contract)
    return found
