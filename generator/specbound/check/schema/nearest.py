"""What is nearest to what was sent: names, values, and the branch of a union.

Knows how people mistype and rename, and how far a value is from a schema. It must not know
sentences.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Any

from specbound.check.schema.judge import Judge
from specbound.check.schema.lookup import Place
from specbound.contract.values import kind

#: Texts longer than this are no names, and more options than this are not compared by letters.
LONGEST_NAME = 200
MOST_OPTIONS = 300
#: So many options can be read in any order.
FEW_OPTIONS = 8
_EXACT = 2**53
#: From here on two names are told to be alike (`difflib` ratio).
ALIKE = 0.7
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_]+")


def plain(name: str) -> str:
    """A name without case, dashes and underscores: `openingMessage` is `opening_message`."""
    return re.sub(r"[\s_\-.]", "", name).lower()


@lru_cache(4096)
def words(name: str) -> tuple[str, ...]:
    """The words of a name in any of the usual cases, in lower case."""
    return tuple(word.lower() for word in _WORD.findall(name))


@lru_cache(16384)
def likeness(one: str, other: str) -> float:
    """How alike two names are: 1 if they differ in case and dashes only, 0 if in everything."""
    left, right = plain(one), plain(other)
    if left == right:
        return 1.0
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    far = matcher.real_quick_ratio() < 0.5 or matcher.quick_ratio() < 0.5
    found = 0.0 if far else matcher.ratio()
    # A number that differs in a digit is another number, and no slip of the pen.
    return found if 2 * sum(map(str.isdigit, left)) <= len(left) else 0.8 * found


def kinship(one: str, other: str) -> float:
    """How alike two members' names are, by letters or by the words that they share."""
    mine, theirs = words(one), words(other)
    shared = _shared(mine, theirs)
    by_words = 2 * shared / (len(mine) + len(theirs)) if shared else 0.0
    return max(by_words, likeness(one, other))


def _shared(mine: tuple[str, ...], theirs: tuple[str, ...]) -> int:
    """How many words two names have in common; a word may be the other's abbreviation."""
    left, count = list(theirs), 0
    for word in mine:
        for other in left:
            short, long = sorted((word, other), key=len)
            if word == other or (len(short) > 2 and long.startswith(short)):
                left.remove(other)
                count += 1
                break
    return count


def nearest(value: Any, options: Iterable[Any], least: float = ALIKE) -> list[Any]:
    """The options that a text may have been meant to be, the likeliest first; often none."""
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_NAME:
        return []
    texts = [each for each in options if isinstance(each, str)]
    if len(texts) > MOST_OPTIONS:
        return [each for each in texts if plain(each) == plain(value)]
    ranked = [(likeness(value, each), each) for each in texts if len(each) <= LONGEST_NAME]
    ranked = sorted((pair for pair in ranked if pair[0] >= least), key=lambda pair: -pair[0])
    return [each for _, each in ranked]


def by_nearness(value: Any, options: Sequence[Any]) -> list[Any]:
    """All options, those that are most like the value first; the order stays where none is."""
    if len(options) <= FEW_OPTIONS:
        return list(options)
    if isinstance(value, str) and 0 < len(value) <= LONGEST_NAME:
        near = {id(each): rank for rank, each in enumerate(nearest(value, options, 0.5))}
        return sorted(options, key=lambda each: near.get(id(each), len(near)))
    if isinstance(value, int | float) and kind(value) == "number" and abs(value) < _EXACT:
        numbers = [each for each in options if kind(each) == "number"]
        if len(numbers) == len(options):
            return sorted(numbers, key=lambda each: abs(each - value))
    return list(options)


# --- branches -------------------------------------------------------------------------------------

#: What it costs a branch to differ: in a constant, a required member, one that it does not know.
_CONSTANT, _MISSING, _FORBIDDEN, _UNKNOWN, _WRONG, _PRESENT = 6, 4, 3, 2, 2, -1
_ITEMS_LOOKED_AT = 5
_LEVELS = 3


def distance(judge: Judge, place: Place, value: Any, level: int = 0) -> float:
    """How far a value is from a schema: few and deep faults are near, members in common nearer."""
    if judge.fits(place.schema, value):
        return -1000.0
    parts = list(judge.lookup.folded(place))
    if isinstance(value, dict):
        return _object_distance(judge, parts, value)
    if isinstance(value, list) and level < _LEVELS:
        return _array_distance(judge, parts, value, level)
    return 5.0


def _object_distance(judge: Judge, parts: list[Place], value: dict[str, Any]) -> float:
    declared: set[str] = set()
    far = 0.0
    closed = False
    for part in parts:
        schema = part.schema
        closed = closed or schema.get("additionalProperties") is False
        for name in judge.lookup.required(schema, judge.direction) if "required" in schema else ():
            far += _MISSING * (name not in value)
        for name in schema.get("properties", {}).keys() & value.keys():
            declared.add(name)
            far += _member_distance(judge, part.child("properties", name), value[name])
    unknown = len(value.keys() - declared)
    return far + unknown * (_FORBIDDEN if closed else _UNKNOWN)


def _member_distance(judge: Judge, place: Place, value: Any) -> float:
    if judge.fits(place.schema, value):
        return 2 * _PRESENT if _is_constant(judge, place) else _PRESENT
    return _CONSTANT if _is_constant(judge, place) else _WRONG


def _is_constant(judge: Judge, place: Place) -> bool:
    return any(
        "const" in part.schema or len(part.schema.get("enum", ())) == 1
        for part in judge.lookup.folded(place)
    )


def _array_distance(judge: Judge, parts: list[Place], value: list[Any], level: int) -> float:
    far = 1.0
    for part in parts:
        if "items" in part.schema:
            each = part.child("items")
            wrong = [item for item in value if not judge.fits(each.schema, item)]
            far += len(wrong) / max(1, len(value))
            for item in wrong[:_ITEMS_LOOKED_AT]:
                far += distance(judge, each, item, level + 1) / _ITEMS_LOOKED_AT
    return far
