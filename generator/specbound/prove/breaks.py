"""Values that break one keyword: what is tried for each, the nearest miss first.

Knows the keywords' edges and what people get wrong. It must not know where in a request a value
stands, nor whether the rest of the schema takes it: `mutants` tests that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from specbound.contract.values import kind
from specbound.prove import texts
from specbound.prove.conjunction import Bounds, Part, Unsatisfiable
from specbound.prove.numbers import exact
from specbound.prove.pick import Chance, Least, Pick, Rejected
from specbound.prove.plans import ROOM, Items, Members, Plan

#: Arrays longer than this are not built to show that they are too long.
LONGEST = 20_000

#: For each type what is sent in its place, the commonest mistake first.
CONFUSIONS: Mapping[str, tuple[Any, ...]] = {
    "string": (7, True, None, ["text"], {"text": "text"}),
    "integer": (1.5, "7", True, None, [7], {}),
    "number": ("7.5", True, None, [7.5], {}),
    "boolean": ("true", 1, None, [True], {}),
    "array": ({}, "text", 7, None, True),
    "object": ([], "text", 7, None, True),
    "null": ("null", 0, False, [], {}),
}

Candidates = Iterator[Any]


def candidates(plan: Plan, keyword: str, limit: Any) -> Candidates:
    """Values that may break a keyword of a plan's schemas and nothing else."""
    if keyword == "type":
        yield from _types(plan, limit)
    elif keyword in ("enum", "const"):
        yield from _strangers([limit] if keyword == "const" else limit)
    elif keyword in _TEXTS:
        yield from _text(plan, keyword, limit)
    elif keyword in _NUMBERS:
        yield from _NUMBERS[keyword](limit)
    elif keyword in _ARRAYS and isinstance(plan, Items):
        yield from _array(plan, keyword, limit)
    elif keyword in _OBJECTS and isinstance(plan, Members):
        yield from _OBJECTS[keyword](plan, limit)


def _picks() -> Iterator[Pick]:
    yield Least()
    yield from map(Chance, range(24))


def some(plan: Plan) -> Candidates:
    """Values of a plan: the simplest, then a few by chance."""
    for pick in _picks():
        try:
            yield plan.make(pick, ROOM)
        except Rejected:
            continue


def _first(plan: Plan) -> Candidates:
    """The first value of a plan, if it has any."""
    return islice(some(plan), 1)


def _types(plan: Plan, limit: Any) -> Candidates:
    names = [limit] if isinstance(limit, str) else limit
    if "array" in names and isinstance(plan, Items) and plan.rest is not None:
        yield from list(some(plan.rest))[:1]  # the item itself, where a list of it belongs
    for name in names:
        yield from CONFUSIONS.get(name, ())


def _strangers(listed: Sequence[Any]) -> Candidates:
    """Values beside those of a list: by letter case, by a slip of the pen, one further."""
    words = [value for value in listed if isinstance(value, str)]
    for word in words[:3]:
        yield from (word.upper(), word.lower(), word.title(), f"{word} ", f"{word}x", word[:-1])
    for value in listed:
        if kind(value) == "number":
            yield from (value + 1, value - 1, value + 0.5, str(value))
    yield from ("unheard-of", -1, not listed[0]) if isinstance(listed[0], bool) else ("unheard-of",)


# --- numbers --------------------------------------------------------------------------------------


def _stepped(way: int, past: int) -> Callable[[Any], Candidates]:
    """Numbers beside a bound: `past` 0 is the bound itself."""

    def near(limit: Any) -> Candidates:
        if past == 0:
            yield limit
        if float(limit).is_integer():
            yield int(limit) + way
        yield from (limit + way * 0.5, limit + way * 1000)

    return near


def _between(limit: Any) -> Candidates:
    step = exact(limit)
    for factor in (1, 3, 7, 101):
        number = step * factor + step / 2
        yield int(number) if number.denominator == 1 else float(number)
        whole = step * factor + 1
        yield int(whole) if whole.denominator == 1 else float(whole)


_NUMBERS: Mapping[str, Callable[[Any], Candidates]] = {
    "minimum": _stepped(-1, 1),
    "maximum": _stepped(1, 1),
    "exclusiveMinimum": _stepped(-1, 0),
    "exclusiveMaximum": _stepped(1, 0),
    "multipleOf": _between,
}

# --- texts ----------------------------------------------------------------------------------------

_TEXTS = ("minLength", "maxLength", "pattern", "format")


def _text(plan: Plan, keyword: str, limit: Any) -> Candidates:
    parts: list[Part] = [
        part._replace(done=part.done | {keyword}) if part.has(keyword) else part
        for part in plan.parts
    ]
    if keyword in ("minLength", "maxLength"):
        yield from _long(parts, int(limit) + (1 if keyword == "maxLength" else -1))
        return
    for text in list(some(plan))[:4]:
        yield from _slips(text)
    yield from _made(parts, None)


def _long(parts: Sequence[Part], size: int) -> Candidates:
    if size >= 0:
        yield from _made(parts, Bounds(size, size))
        yield from ("x" * size, "7" * size)


def _made(parts: Sequence[Part], size: Bounds | None) -> Candidates:
    """Texts that the rest of the parts asks for."""
    free = [part._replace(done=part.done | _lengths(size)) for part in parts]
    try:
        wanted = texts.demands(free)
        if size is not None:
            wanted = texts.Demands(size, wanted.patterns, wanted.formats, wanted.utf16, wanted.at)
        make = texts.cached_maker(wanted)
    except Unsatisfiable:
        return
    for pick in _picks():
        try:
            yield make(pick)
        except Rejected:
            continue


def _lengths(size: Bounds | None) -> set[str]:
    return set() if size is None else {"minLength", "maxLength"}


def _slips(text: Any) -> Candidates:
    """What becomes of a good text by one slip."""
    if not isinstance(text, str):
        return
    yield from (text.replace("https:", "http:", 1), text.upper(), text.swapcase())
    yield from (f"{text} ", f" {text}", text[1:], text[:-1], f"{text}\n", f"!{text[1:]}")
    middle = len(text) // 2
    yield from (text[:middle] + each + text[middle + 1 :] for each in "!0z ")
    yield from (text.replace("-", ""), text.replace("T", " "), text.replace("Z", "+00:00"))
    yield from (text[:5] + "13-45" + text[10:], text[:8] + "32" + text[10:], f"{text}é")


# --- arrays ---------------------------------------------------------------------------------------

_ARRAYS = ("minItems", "maxItems", "uniqueItems")


def _array(plan: Items, keyword: str, limit: Any) -> Candidates:
    if keyword == "uniqueItems":
        for value in some(plan):
            yield from ([*value, value[0]] for _ in [0] if value)
        if plan.rest is not None:
            yield from ([item, item] for item in list(some(plan.rest))[:2])
        return
    size = int(limit) + (1 if keyword == "maxItems" else -1)
    if 0 <= size <= LONGEST:
        for pick in (Least(), Chance(size)):
            try:
                yield plan.sized(size, pick, ROOM)
            except Rejected:
                continue


# --- objects --------------------------------------------------------------------------------------


def _closed(plan: Members, limit: Any) -> Candidates:
    names = [f"{name}s" for name in (*plan.required, *plan.optional)][:1]
    for value in list(some(plan))[:2]:
        yield from ({**value, name: "unexpected"} for name in ("unexpected", *names, "x1"))


def _named(plan: Members, limit: Any) -> Candidates:
    if plan.names is None or plan.other is None:
        return
    values = list(some(plan.other))[:1]
    good = [str(name) for name in list(some(plan.names))[:2]]
    bad = [slip for name in good for slip in _slips(name)]
    for value in values:
        yield from ({name: value} for name in (*bad, "", "!", "x" * 300))


def _few(plan: Members, limit: Any) -> Candidates:
    for value in some(plan):
        kept = [name for name in value if name in plan.required]
        kept += [name for name in value if name not in plan.required]
        yield {name: value[name] for name in kept[: int(limit) - 1]}


def _many(plan: Members, limit: Any) -> Candidates:
    for value in list(some(plan))[:2]:
        more = {name: one for name, each in plan.optional.items() for one in _first(each)}
        whole = {**value, **more}
        if plan.other is not None and int(limit) < LONGEST:
            lacking = max(0, int(limit) + 1 - len(whole))
            for item in _first(plan.other):
                whole |= dict.fromkeys(islice(_names(plan, whole), lacking), item)
        yield whole
        yield dict(list(whole.items())[: int(limit) + 1])


def _names(plan: Members, taken: Mapping[str, Any]) -> Iterator[str]:
    """Names for further members, each once; what is seldom new is not tried without end."""
    seen = set(taken)
    for seed in range(4 * LONGEST if plan.names is not None else 0):
        assert plan.names is not None
        try:
            name = str(plan.names.make(Chance(seed), ROOM))
        except Rejected:
            continue
        if name not in seen:
            seen.add(name)
            yield name
        elif seed > 8 * len(seen) + 64:
            return


def _alone(plan: Members, limit: Mapping[str, Sequence[str]]) -> Candidates:
    for name, also in limit.items():
        for value in list(some(plan))[:4]:
            one = plan.optional.get(name) or plan.required.get(name)
            if one is not None:
                for first in _first(one):
                    given = {**value, name: first}
                    yield {key: each for key, each in given.items() if key not in also}


_OBJECTS: Mapping[str, Callable[[Members, Any], Candidates]] = {
    "additionalProperties": _closed,
    "unevaluatedProperties": _closed,
    "propertyNames": _named,
    "minProperties": _few,
    "maxProperties": _many,
    "dependentRequired": _alone,
}
