"""What JSON Schema's keywords mean: a row a constraint, and where subschemas hang.

Knows JSON Schema 2020-12 and OpenAPI's additions to it, in one table that messages, mutants,
coverage and the differ all read. It must not know any document, nor any other room.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from specbound.contract import limits
from specbound.contract.values import kind, length, listing, literal, same

__all__ = [
    "ANNOTATIONS",
    "APPLICATORS",
    "CONSTRAINTS",
    "REFERENCES",
    "Hangs",
    "Rule",
    "children",
    "is_annotation",
    "is_known",
    "kind",
    "length",
    "listing",
    "literal",
    "same",
    "subschemas",
]

#: How a keyword holds its subschemas: one schema, a list of them, or a map of names to them.
Hangs = Literal["one", "list", "map"]

#: Every keyword that holds subschemas, in the order in which they are visited.
APPLICATORS: Mapping[str, Hangs] = {
    "$defs": "map",
    "definitions": "map",
    "allOf": "list",
    "anyOf": "list",
    "oneOf": "list",
    "not": "one",
    "if": "one",
    "then": "one",
    "else": "one",
    "properties": "map",
    "patternProperties": "map",
    "additionalProperties": "one",
    "propertyNames": "one",
    "dependentSchemas": "map",
    "unevaluatedProperties": "one",
    "prefixItems": "list",
    "items": "one",
    "contains": "one",
    "unevaluatedItems": "one",
    "contentSchema": "one",
}

#: Keywords that describe and never refuse a value. Names that begin with ``x-`` belong here too.
ANNOTATIONS = frozenset(
    {"title", "description", "default", "example", "examples", "deprecated", "readOnly"}
    | {"writeOnly", "$comment", "xml", "externalDocs"}
)

#: Keywords that name a schema or point to one.
REFERENCES = frozenset(
    {"$id", "$schema", "$vocabulary", "$anchor", "$dynamicAnchor", "$ref", "$dynamicRef"}
)

STRING = frozenset({"string"})
NUMBER = frozenset({"number"})
ARRAY = frozenset({"array"})
OBJECT = frozenset({"object"})
ANY = frozenset({"string", "number", "boolean", "null", "array", "object"})


@dataclass(frozen=True, slots=True)
class Rule:
    """One constraint: which kinds of JSON value it speaks about, and what it says about them.

    `narrower(old, new)` tells whether `new` refuses a value that `old` accepts (None: it cannot be
    decided); `edges(limit)` gives the last good value and the first bad one, or None.
    """

    keyword: str
    kinds: frozenset[str]
    says: Callable[[Any], str]
    narrower: Callable[[Any, Any], bool | None]
    edges: Callable[[Any], tuple[Any, Any] | None] = lambda limit: None


def is_annotation(keyword: str) -> bool:
    """Whether a keyword describes without ever refusing a value."""
    return keyword in ANNOTATIONS or keyword.startswith("x-")


def is_known(keyword: str) -> bool:
    """Whether JSON Schema 2020-12 or OpenAPI 3.1 gives the keyword a meaning, or it is ``x-…``."""
    return (
        is_annotation(keyword)
        or keyword in CONSTRAINTS
        or keyword in APPLICATORS
        or keyword in REFERENCES
    )


def children(schema: object) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """The schemas directly below one, each with the steps to it, in the order of `APPLICATORS`."""
    if not isinstance(schema, Mapping):
        return
    for keyword, hangs in APPLICATORS.items():
        value = schema.get(keyword)
        if hangs == "one" and isinstance(value, Mapping | bool):
            yield (keyword,), value
        elif hangs == "list" and isinstance(value, list):
            yield from (((keyword, index), child) for index, child in enumerate(value))
        elif hangs == "map" and isinstance(value, Mapping):
            yield from (((keyword, name), child) for name, child in value.items())


def subschemas(schema: object) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """A schema and all that stand in it, each with the steps to it, parents before children.

    Never looks into values (`enum`, `const`, `default`, `example`) and follows no reference.
    """
    waiting: list[tuple[tuple[str | int, ...], Any]] = [((), schema)]
    while waiting:
        steps, node = waiting.pop()
        yield steps, node
        below = [(steps + more, child) for more, child in children(node)]
        waiting.extend(reversed(below))


def _counting(word: str, kinds: frozenset[str], one: str, make: Callable[[int], Any]) -> list[Rule]:
    most = limits.counted("at most", one, one + "s")
    least = limits.counted("at least", one, one + "s")
    return [
        Rule(f"max{word}", kinds, most, limits.less, limits.sized(make, 1)),
        Rule(f"min{word}", kinds, least, limits.more, limits.sized(make, -1)),
    ]


def _comparing() -> list[Rule]:
    words = limits.in_words
    return [
        Rule("maximum", NUMBER, words("at most {limit}"), limits.less, limits.at_most),
        Rule("exclusiveMaximum", NUMBER, words("less than {limit}"), limits.less, limits.below),
        Rule("minimum", NUMBER, words("at least {limit}"), limits.more, limits.at_least),
        Rule("exclusiveMinimum", NUMBER, words("more than {limit}"), limits.more, limits.above),
    ]


def _applying() -> list[Rule]:
    smaller, unknown = limits.smaller_schema, limits.equal_or_unknown
    closed, shapes, words = limits.closed, limits.shapes, limits.in_words
    return [
        Rule(
            "additionalProperties", OBJECT, closed("other members fit", "no other members"), smaller
        ),
        Rule(
            "unevaluatedProperties",
            OBJECT,
            closed("other members fit", "no other members"),
            smaller,
        ),
        Rule("propertyNames", OBJECT, closed("every name fits", "no members"), smaller),
        Rule("items", ARRAY, closed("every item fits", "no more items"), smaller),
        Rule("unevaluatedItems", ARRAY, closed("other items fit", "no other items"), smaller),
        Rule("contains", ARRAY, closed("an item fits", "no array fits"), smaller),
        Rule("anyOf", ANY, shapes("one or more of"), unknown),
        Rule("oneOf", ANY, shapes("exactly one of"), unknown),
        Rule("allOf", ANY, shapes("all of"), unknown),
        Rule("not", ANY, words("not of the excluded shape"), unknown),
        Rule("if", ANY, words("fits the branch that its condition chooses"), unknown),
        Rule("discriminator", OBJECT, limits.chosen, unknown),
    ]


def _table() -> Iterable[Rule]:
    words, same_only = limits.in_words, limits.equal_or_unknown
    yield Rule("type", ANY, limits.types, limits.fewer_types, limits.type_edges)
    yield Rule("enum", ANY, limits.one_of, limits.fewer_values, limits.enum_edges)
    yield Rule("const", ANY, limits.exactly, limits.other_value, limits.const_edges)
    yield from _counting("Length", STRING, "character", limits.text)
    yield Rule("pattern", STRING, limits.pattern, same_only)
    yield Rule("format", STRING, limits.a_format, same_only)
    yield Rule("contentEncoding", STRING, words("text in {limit}"), same_only)
    yield Rule("contentMediaType", STRING, words("holds {limit}"), same_only)
    yield from _comparing()
    yield Rule(
        "multipleOf",
        NUMBER,
        words("a multiple of {limit}"),
        limits.other_multiples,
        limits.multiple_edges,
    )
    yield from _counting("Items", ARRAY, "item", limits.items)
    yield Rule("uniqueItems", ARRAY, limits.unique, limits.more, limits.unique_edges)
    yield Rule(
        "maxContains", ARRAY, limits.counted("at most", "such item", "such items"), limits.less
    )
    yield Rule(
        "minContains", ARRAY, limits.counted("at least", "such item", "such items"), limits.more
    )
    yield from _counting("Properties", OBJECT, "member", limits.members)
    yield Rule("required", OBJECT, limits.has, limits.more_required, limits.required_edges)
    yield Rule("dependentRequired", OBJECT, limits.together, limits.more_together)
    yield from _applying()


#: Every keyword that can refuse a value, with its row.
CONSTRAINTS: Mapping[str, Rule] = {rule.keyword: rule for rule in _table()}
