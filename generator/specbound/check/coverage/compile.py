"""A schema to its goals and to the walk that finds them: the one place that lists what counts.

Knows JSON Schema's keywords. It must not know operations, nor where values come from.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping
from functools import partial
from typing import Any, Protocol

from specbound.check.coverage import unions
from specbound.check.coverage.goals import At, Goal, Kind
from specbound.check.coverage.walk import (
    IDLE,
    Each,
    Item,
    Kinds,
    Members,
    Named,
    Others,
    Sizes,
    Values,
    Walk,
    Words,
    together,
)
from specbound.contract.patterns import PatternError, compiled
from specbound.contract.tags import stated
from specbound.contract.values import key as value_key
from specbound.contract.values import kind, length, literal

_COUNTS: tuple[tuple[str, type, str], ...] = (
    ("Length", str, "character"),
    ("Items", list, "item"),
    ("Properties", dict, "member"),
)
_LONGEST_NAME = 80
#: A branch with more values of the tag is called by its name.
_MOST_TAGS = 4


class Book(Protocol):
    """Where goals are written down, and where named shapes come from."""

    hits: set[int]
    definitions: unions.Definitions
    #: Members with this annotation are never sent in this direction.
    silent: str

    def goal(self, goal: Goal) -> int:
        """The number of a goal, in the order in which they are told."""
        ...

    def shape(self, name: str, place: str) -> Callable[[], Walk]:
        """What lays out the walk of a named shape that is referred to at a place."""
        ...

    def fits(self, schema: Any) -> unions.Fits:
        """The test whether a value fits a schema of the contract."""
        ...


def walk(schema: Any, at: At, book: Book) -> Walk:
    """Write down the goals of a schema, and lay out the walk that finds them in fitting values.

    Named shapes are not entered: each has goals of its own, once for the part that reaches it.
    """
    if not isinstance(schema, Mapping):
        return IDLE
    found = [part(schema, at, book) for part in _PARTS]
    return together([one for some in found for one in some])


def _reference(schema: Mapping[str, Any], at: At, book: Book) -> Iterator[Walk]:
    if "$ref" in schema:
        yield Named(book.shape(unions.name_of(schema["$ref"]), at.place))


def _values(schema: Mapping[str, Any], at: At, book: Book) -> Iterator[Walk]:
    values = schema.get("enum", ())
    if len(values) < 2:
        return
    goals: dict[Hashable, int] = {}
    for index, value in enumerate(values):
        pointer = at.step("enum", index).pointer
        goals[value_key(value)] = book.goal(
            Goal(Kind.VALUES, pointer, at.place, f"value {literal(value)}")
        )
    if all(isinstance(value, str) for value in values):
        yield Words({text: goals[value_key(text)] for text in values}, book.hits)
    else:
        yield Values(goals, book.hits)


def _kinds(schema: Mapping[str, Any], at: At, book: Book) -> Iterator[Walk]:
    names = schema.get("type")
    if not isinstance(names, list) or len(names) < 2 or "enum" in schema:
        return
    goals: dict[type, int] = {}
    for index, name in enumerate(names):
        pointer = at.step("type", index).pointer
        goal = book.goal(Goal(Kind.BRANCHES, pointer, at.place, name))
        goals |= dict.fromkeys(unions.TYPES.get(name, ()), goal)
    yield Kinds(goals, book.hits)


def _sizes(schema: Mapping[str, Any], at: At, book: Book) -> Iterator[Walk]:
    for noun, python_type, one in _COUNTS:
        limits = {}
        for end in ("min", "max"):
            limit = schema.get(end + noun)
            # Nothing is shorter than nothing: a minimum of 0 bounds no value.
            if limit or (limit == 0 and end == "max"):
                limits[end + noun] = limit
        if not limits:
            continue
        words = {name: f"{_counted(limit, one)} ({name})" for name, limit in limits.items()}
        goals = _bounds(limits, words, at, book)
        yield Sizes((python_type,), _measure(schema, python_type), goals, book.hits)


def _counted(limit: Any, one: str) -> str:
    return f"exactly {limit} {one}{'' if limit == 1 else 's'}"


def _measure(schema: Mapping[str, Any], python_type: type) -> Callable[[Any], int]:
    facts = schema.get("x-specbound")
    unit = facts.get("length-unit") if isinstance(facts, Mapping) else None
    return partial(length, unit=unit) if unit and python_type is str else len


def _numbers(schema: Mapping[str, Any], at: At, book: Book) -> Iterator[Walk]:
    limits, words = {}, {}
    whole = schema.get("type") == "integer"
    for keyword, next_one in (("minimum", 0), ("exclusiveMinimum", 1)):
        if keyword in schema and (whole or not next_one):
            limits[keyword] = schema[keyword] + next_one
    for keyword, next_one in (("maximum", 0), ("exclusiveMaximum", -1)):
        if keyword in schema and (whole or not next_one):
            limits[keyword] = schema[keyword] + next_one
    if not limits:
        return
    words = {name: f"exactly {literal(limit)} ({name})" for name, limit in limits.items()}
    yield Sizes((int, float), _itself, _bounds(limits, words, at, book), book.hits)


def _itself(value: Any) -> Any:
    return value


def _bounds(
    limits: Mapping[str, Any], words: Mapping[str, str], at: At, book: Book
) -> dict[Any, tuple[int, ...]]:
    goals: dict[Any, tuple[int, ...]] = {}
    for keyword, limit in limits.items():
        goal = Goal(Kind.BOUNDS, at.step(keyword).pointer, at.place, words[keyword])
        goals[limit] = (*goals.get(limit, ()), book.goal(goal))
    return goals


def _members(schema: Mapping[str, Any], at: At, book: Book) -> Iterator[Walk]:
    required = schema.get("required", ())
    present: dict[str, int] = {}
    absent: dict[str, int] = {}
    inside: list[tuple[str, Walk]] = []
    for name, member in schema.get("properties", {}).items():
        here = at.step("properties", name, place=f".{name[:_LONGEST_NAME]}")
        if member is False or _silent(member, book):
            continue
        if name not in required:
            present[name] = book.goal(Goal(Kind.MEMBERS, here.pointer, here.place, "present"))
            absent[name] = book.goal(Goal(Kind.MEMBERS, here.pointer, here.place, "absent"))
        below = walk(member, here, book)
        if below.live:
            inside.append((name, below))
    yield Members(present, absent, inside, book.hits)


def _silent(member: Any, book: Book) -> bool:
    node = unions.resolved(member, book.definitions)
    each = [one for one in (member, node) if isinstance(one, Mapping)]
    return any(one.get(book.silent) is True for one in each)


def _others(schema: Mapping[str, Any], at: At, book: Book) -> Iterator[Walk]:
    patterns = schema.get("patternProperties", {})
    readable = {name: one for name in patterns if (one := _compiled(name)) is not None}
    named = schema.get("properties", {})
    for keyword in ("additionalProperties", "unevaluatedProperties"):
        below = walk(schema.get(keyword), at.step(keyword, place=".*"), book)
        if below.live:
            yield Others(below, named, list(readable.values()))
    for name, pattern in readable.items():
        step = at.step("patternProperties", name, place=".*")
        below = walk(patterns[name], step, book)
        if below.live:
            yield Others(below, {}, (), pattern)


def _compiled(expression: str) -> Any:
    try:
        return compiled(expression)
    except PatternError:
        return None


def _items(schema: Mapping[str, Any], at: At, book: Book) -> Iterator[Walk]:
    first = schema.get("prefixItems", ())
    for index, item in enumerate(first):
        below = walk(item, at.step("prefixItems", index, place=f"[{index}]"), book)
        if below.live:
            yield Item(below, index)
    yield Each(walk(schema.get("items"), at.step("items", place="[]"), book), len(first))


def _all_of(schema: Mapping[str, Any], at: At, book: Book) -> Iterator[Walk]:
    for index, part in enumerate(schema.get("allOf", ())):
        yield walk(part, at.step("allOf", index), book)


def _unions(schema: Mapping[str, Any], at: At, book: Book) -> Iterator[Walk]:
    for keyword in ("oneOf", "anyOf"):
        parts = schema.get(keyword, ())
        if len(parts) == 1:
            yield walk(parts[0], at.step(keyword, 0), book)
        elif parts:
            yield _union(keyword, schema, at, book)


def _union(keyword: str, schema: Mapping[str, Any], at: At, book: Book) -> Walk:
    labels = _labels(schema, keyword, book)
    branches = []
    for index, part in enumerate(schema[keyword]):
        here = at.step(keyword, index, place=f"({labels[index]})")
        goal = book.goal(Goal(Kind.BRANCHES, here.pointer, at.place, labels[index]))
        below = walk(part, here, book)
        test = book.fits(part)
        branches.append((part, unions.Branch(goal, below, test, book.hits)))
    return unions.union(branches, book.definitions)


def _labels(schema: Mapping[str, Any], keyword: str, book: Book) -> list[str]:
    """What people call the branches: by the tag's value, else the shape's name, else the kind."""
    parts = schema[keyword]
    tag = stated(schema) or unions.tag_of(parts, book.definitions)
    answers = book.definitions.tags
    said = [answers.said(part, tag) for part in parts]
    every = Counter(value_key(value) for one in said for value in one.values)
    labels = []
    for number, (part, one) in enumerate(zip(parts, said, strict=True), start=1):
        own = all(isinstance(each, str) and every[value_key(each)] == 1 for each in one.values)
        few = one.required and own and len(one.values) <= _MOST_TAGS
        labels.append((few and ", ".join(one.values)) or _label(part) or f"branch {number}")
    return labels


def _label(part: Any) -> str:
    if not isinstance(part, Mapping):
        return str(part).lower()
    if "$ref" in part:
        return unions.name_of(part["$ref"])
    if "const" in part:
        return literal(part["const"])
    if "enum" in part:
        return ", ".join(map(literal, part["enum"][:3]))
    return str(part.get("title") or part.get("format") or _kind_words(part))


def _kind_words(part: Mapping[str, Any]) -> str:
    names = part.get("type", "")
    return names if isinstance(names, str) else kind(None) if not names else " or ".join(names)


def _conditions(schema: Mapping[str, Any], at: At, book: Book) -> Iterator[Walk]:
    if "if" not in schema:
        return
    branches = []
    for keyword, test in (("then", schema["if"]), ("else", {"not": schema["if"]})):
        if keyword in schema:
            here = at.step(keyword)
            goal = book.goal(Goal(Kind.BRANCHES, here.pointer, at.place, keyword))
            below = walk(schema[keyword], here, book)
            branch = unions.Branch(goal, below, book.fits(test), book.hits)
            branches.append((test, branch))
    yield unions.union(branches, book.definitions)


_PARTS = (
    _reference,
    _values,
    _kinds,
    _unions,
    _conditions,
    _members,
    _others,
    _items,
    _all_of,
    _sizes,
    _numbers,
)
