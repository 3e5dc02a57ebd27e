"""All that a value must be at once: schemas side by side, references and `allOf` taken apart.

Knows JSON Schema 2020-12's in-place applicators. It must not know how values are made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from specbound.contract.model import SCHEMAS
from specbound.origin import pointer

KINDS = ("null", "boolean", "integer", "number", "string", "array", "object")
#: Which kind a keyword speaks of, where a schema names none.
_SPEAKS = {
    "object": (
        *("properties", "required", "additionalProperties", "patternProperties"),
        *("minProperties", "maxProperties", "propertyNames", "dependentRequired"),
    ),
    "array": ("items", "prefixItems", "minItems", "maxItems", "uniqueItems", "contains"),
    "string": ("minLength", "maxLength", "pattern", "format", "contentEncoding"),
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
}


class Part(NamedTuple):
    """A schema and its pointer; the keywords in `done` have been taken apart already."""

    schema: Any
    at: str
    done: frozenset[str] = frozenset()

    def has(self, keyword: str) -> bool:
        """Whether a keyword of it is still to be heeded."""
        return (
            isinstance(self.schema, Mapping) and keyword in self.schema and keyword not in self.done
        )

    def child(self, *steps: str | int) -> Part:
        """The schema that stands below, by its steps."""
        node: Any = self.schema
        for step in steps:
            node = node[step]
        return Part(node, self.at + pointer(steps))


class Unsatisfiable(Exception):
    """No value fits: `at` is the schema's pointer, the text says what contradicts what."""

    def __init__(self, at: str, reason: str) -> None:
        super().__init__(f"no value fits {at or 'the schema'}: {reason}")
        self.at = at
        self.reason = reason


Resolve = Callable[[str], Any]


def flattened(parts: Iterable[Part], resolve: Resolve) -> tuple[Part, ...]:
    """The same demands with `$ref` and `allOf` resolved; raises `Unsatisfiable` for `false`."""
    found: dict[tuple[str, frozenset[str]], Part] = {}
    waiting = list(parts)
    seen = set[str]()
    while waiting:
        part = waiting.pop(0)
        if part.schema is False:
            raise Unsatisfiable(part.at, "the schema is `false`")
        if not isinstance(part.schema, Mapping) or not part.schema:
            continue
        more = list(_unfolded(part, resolve, seen))
        if more:
            part = part._replace(done=part.done | {"$ref", "allOf"})
        found[part.at, part.done] = part
        waiting += more
    return tuple(found.values())


def _unfolded(part: Part, resolve: Resolve, seen: set[str]) -> Iterator[Part]:
    if part.has("$ref") and (reference := part.schema["$ref"]) not in seen:
        seen.add(reference)
        at = reference[1:] if reference.startswith(SCHEMAS) else reference
        yield Part(resolve(reference), at)
    if part.has("allOf"):
        yield from (part.child("allOf", index) for index in range(len(part.schema["allOf"])))


def types(parts: Sequence[Part]) -> tuple[str, ...]:
    """The types that all parts allow, in the order of the first that names any."""
    allowed: list[str] | None = None
    for part in parts:
        if not part.has("type"):
            continue
        named = part.schema["type"]
        listed = [named] if isinstance(named, str) else list(named)
        allowed = listed if allowed is None else _both(allowed, listed)
    if allowed is None:
        return _spoken_of(parts) or KINDS
    if not allowed:
        raise Unsatisfiable(parts[-1].at, "its types exclude each other")
    return tuple(dict.fromkeys(allowed))


def _both(one: list[str], other: list[str]) -> list[str]:
    """Types that both name; an integer is a number."""
    kept = [name for name in one if name in other or (name == "integer" and "number" in other)]
    return kept + (["integer"] if "integer" in other and "number" in one else [])


def _spoken_of(parts: Sequence[Part]) -> tuple[str, ...]:
    return tuple(
        kind
        for kind, keywords in _SPEAKS.items()
        if any(part.has(keyword) for part in parts for keyword in keywords)
    )


def limits(parts: Sequence[Part], keyword: str) -> list[Any]:
    """Every limit that the parts set by one keyword."""
    return [part.schema[keyword] for part in parts if part.has(keyword)]


@dataclass(frozen=True, slots=True)
class Bounds:
    """Least and most of a count; `most` is None where nothing bounds it."""

    least: int
    most: int | None


def bounds(parts: Sequence[Part], word: str) -> Bounds:
    """How long, how many items or how many members (``Length``, ``Items``, ``Properties``)."""
    least = max((int(limit) for limit in limits(parts, f"min{word}")), default=0)
    most = min((int(limit) for limit in limits(parts, f"max{word}")), default=None)
    if most is not None and most < least:
        raise Unsatisfiable(parts[0].at, f"min{word} {least} is more than max{word} {most}")
    return Bounds(least, most)
