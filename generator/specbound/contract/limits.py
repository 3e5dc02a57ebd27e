"""What a constraint's limit says in words, which of two is narrower, and where its edges are.

Knows the limits of single keywords. It must not know which keyword uses which (`rules` does).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from specbound.contract.values import key, kind, listing, literal, same

#: Where formats are defined (section 7.3 of JSON Schema's validation part), if in an RFC.
FORMATS = {
    **dict.fromkeys(("date-time", "date", "time", "duration"), "RFC 3339"),
    **dict.fromkeys(("uri", "uri-reference"), "RFC 3986"),
    **dict.fromkeys(("iri", "iri-reference"), "RFC 3987"),
    **dict.fromkeys(("json-pointer", "relative-json-pointer"), "RFC 6901"),
    "email": "RFC 5321",
    "idn-email": "RFC 6531",
    "hostname": "RFC 1123",
    "idn-hostname": "RFC 5890",
    "ipv4": "RFC 2673",
    "ipv6": "RFC 4291",
    "uuid": "RFC 4122",
    "uri-template": "RFC 6570",
    "regex": "ECMA-262",
}

#: Names that begin with a vowel letter and are spoken without one.
_CONSONANT = ("uri", "uuid", "uint")

# --- says -----------------------------------------------------------------------------------------


def counted(how: str, one: str, many: str) -> Callable[[Any], str]:
    """How many there may be."""

    def says(limit: Any) -> str:
        return f"{how} {limit:,} {one if limit == 1 else many}"

    return says


def in_words(words: str) -> Callable[[Any], str]:
    """A sentence with the limit in it."""
    return lambda limit: words.format(limit=limit)


def an(noun: str) -> str:
    """A noun with its article."""
    vowel = noun[:1].lower() in ("a", "e", "i", "o", "u") and not noun.startswith(_CONSONANT)
    return f"{'an' if vowel else 'a'} {noun}"


def types(limit: str | list[str]) -> str:
    """Which kinds of value are allowed."""
    names = [limit] if isinstance(limit, str) else limit
    return " or ".join("null" if name == "null" else an(name) for name in names)


def one_of(limit: Sequence[Any]) -> str:
    """What an enum allows."""
    return f"one of: {listing(limit)}" if len(limit) != 1 else f"exactly {literal(limit[0])}"


def exactly(limit: Any) -> str:
    """What a const allows."""
    return f"exactly {literal(limit)}"


def has(limit: Sequence[str]) -> str:
    """Which members are required."""
    return f"has {listing(limit)}" if limit else "has any members"


def unique(limit: bool) -> str:
    """Whether items may repeat."""
    return "no two items alike" if limit else "any items"


def a_format(limit: str) -> str:
    """A format by its name and, where there is one, the RFC that defines it."""
    source = FORMATS.get(limit)
    return f"{an(limit)} ({source})" if source else an(limit)


def chosen(limit: Mapping[str, Any]) -> str:
    """Which member names the shape that is meant."""
    return f"of the shape that {literal(limit.get('propertyName'))} names"


def shapes(how: str) -> Callable[[Any], str]:
    """How many shapes there are to fit."""
    return lambda limit: f"{how} {len(limit)} shapes"


def closed(otherwise: str, closed: str) -> Callable[[Any], str]:
    """Whether anything else may stand here."""
    return lambda limit: closed if limit is False else otherwise


def pattern(limit: str) -> str:
    """The expression, without what people need not read."""
    shown = limit.replace("\\/", "/")
    # What may follow anyway says nothing; an escaped full stop would.
    return "matches " + (shown if shown.endswith("\\.*") else shown.removesuffix(".*"))


def together(limit: Mapping[str, list[str]]) -> str:
    """Which members ask for others."""
    return "; ".join(f"with {literal(name)} also {listing(also)}" for name, also in limit.items())


# --- narrower -------------------------------------------------------------------------------------


def less(old: Any, new: Any) -> bool:
    """A smaller limit allows less."""
    return bool(new < old)


def more(old: Any, new: Any) -> bool:
    """A larger limit allows less."""
    return bool(new > old)


def equal_or_unknown(old: Any, new: Any) -> bool | None:
    """Two limits that differ cannot be compared."""
    return False if same(old, new) else None


def fewer_types(old: Any, new: Any) -> bool:
    """Whether a type is gone; an integer is a number."""
    return not type_set(old) <= type_set(new)


def type_set(limit: str | list[str]) -> set[str]:
    """The types that a limit allows."""
    names = {limit} if isinstance(limit, str) else set(limit)
    return names | ({"integer"} if "number" in names else set())


def fewer_values(old: Sequence[Any], new: Sequence[Any]) -> bool:
    """Whether a value is gone."""
    allowed = {key(value) for value in new}
    return any(key(value) not in allowed for value in old)


def other_value(old: Any, new: Any) -> bool:
    """Whether the value is another one."""
    return not same(old, new)


def other_multiples(old: Any, new: Any) -> bool:
    """Whether not every old multiple is a new one."""
    return (Fraction(str(old)) / Fraction(str(new))).denominator != 1


def more_required(old: Sequence[str], new: Sequence[str]) -> bool:
    """Whether a member is required that was not."""
    return not set(new) <= set(old)


def more_together(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool | None:
    """Whether a member asks for one that it did not ask for."""
    if all(set(also) <= {name, *old.get(name, ())} for name, also in new.items()):
        return False
    # What a chain of requirements forces is not followed; without one the answer is certain.
    return None if any(set(also) & old.keys() for also in old.values()) else True


def smaller_schema(old: Any, new: Any) -> bool | None:
    """Only schemas that allow all or nothing can be compared."""
    if old is False or new is True or new == {} or same(old, new):
        return False
    return True if new is False and (old is True or old == {}) else None


# --- edges ----------------------------------------------------------------------------------------


def at_most(limit: float) -> tuple[Any, Any]:
    """The limit is good."""
    return limit, beyond(limit, 1)


def at_least(limit: float) -> tuple[Any, Any]:
    """The limit is good."""
    return limit, beyond(limit, -1)


def below(limit: float) -> tuple[Any, Any]:
    """The limit is bad."""
    return beyond(limit, -1), limit


def above(limit: float) -> tuple[Any, Any]:
    """The limit is bad."""
    return beyond(limit, 1), limit


def beyond(limit: float, way: int) -> float:
    """The next number that way: the next integer beside an integer, else the next float."""
    if isinstance(limit, int) or (limit.is_integer() and abs(limit) < 2**53):
        return int(limit) + way
    return math.nextafter(limit, way * math.inf)


def sized(make: Callable[[int], Any], way: int) -> Callable[[Any], tuple[Any, Any] | None]:
    """Values of a size, and one step beyond."""

    def edges(limit: Any) -> tuple[Any, Any] | None:
        size = int(limit)
        return (make(size), make(size + way)) if size + way >= 0 else None

    return edges


def text(size: int) -> str:
    """A string of a length."""
    return "x" * size


def items(size: int) -> list[int]:
    """An array of a size, no two items alike."""
    return list(range(size))


def members(size: int) -> dict[str, int]:
    """An object of a size."""
    return {f"member{index}": index for index in range(size)}


def const_edges(limit: Any) -> tuple[Any, Any]:
    """The value and one that is not it."""
    return limit, outside([limit])


def enum_edges(limit: Sequence[Any]) -> tuple[Any, Any] | None:
    """The last value and one that is none of them."""
    return (limit[-1], outside(limit)) if limit else None


def outside(values: Sequence[Any]) -> Any:
    """A value that is none of these, of the kind of the last of them where there is one."""
    last = values[-1]
    if isinstance(last, str):
        return max((value for value in values if isinstance(value, str)), key=len) + "x"
    if kind(last) == "number":
        return max(value for value in values if kind(value) == "number") + 1
    return next(one for one in ("x" + "".join(map(str, values)), None) if one not in values)


def multiple_edges(limit: float) -> tuple[Any, Any]:
    """The limit and half of it."""
    return limit, limit / 2


def required_edges(limit: Sequence[str]) -> tuple[Any, Any] | None:
    """All members, and all but one."""
    if not limit:
        return None
    return dict.fromkeys(limit, 0), dict.fromkeys([name for name in limit if name != limit[-1]], 0)


def unique_edges(limit: Any) -> tuple[Any, Any] | None:
    """Two items that differ, and two alike."""
    return ([0, 1], [0, 0]) if limit else None


_SAMPLES: dict[str, Any] = {
    "null": None,
    "boolean": True,
    "integer": 1,
    "number": 1.5,
    "string": "x",
    "array": [],
    "object": {},
}


def type_edges(limit: str | list[str]) -> tuple[Any, Any] | None:
    """A value of an allowed type, and one of another."""
    allowed = type_set(limit)
    good = [name for name in _SAMPLES if name in allowed]
    bad = [name for name in _SAMPLES if name not in allowed]
    return (_SAMPLES[good[-1]], _SAMPLES[bad[-1]]) if good and bad else None
