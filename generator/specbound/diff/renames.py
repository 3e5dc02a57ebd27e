"""Names that were given up and names that came: which of them are one thing under another name.

Knows how alike two names are, and what else may speak for or against. It must not know what kind of
thing is named.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

#: How much two words must have in common to be one word in two spellings: `url` and `uri`.
_SPELLING = 0.6

_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")

#: Segments that come before the path proper.
_PREFIX = re.compile(r"v?\d[\w.-]*|api|rest|public|alpha|beta|latest", re.IGNORECASE)


class Bearer(NamedTuple):
    """What bears a name: what its schema says, its description, and the kinds of its values."""

    schema: str
    words: str
    kinds: frozenset[str]


def renamed(gone: Mapping[str, Bearer], come: Mapping[str, Bearer]) -> list[tuple[str, str]]:
    """Old name and new name of what is still there; each name is used once, the likeliest first."""
    scored = [
        (score, old, new)
        for old, one in gone.items()
        for new, other in come.items()
        if (score := _likeness((old, one), (new, other)))
    ]
    scored.sort(key=lambda each: (-each[0], sorted(each[1:]), each[1]))
    found: list[tuple[str, str]] = []
    for _, old, new in scored:
        if all(old != one and new != other for one, other in found):
            found.append((old, new))
    return sorted(found)


def moved(gone: Sequence[str], come: Sequence[str]) -> list[tuple[str, str]]:
    """Routes (``GET /v1/things``) that differ only in what stands before the path proper."""
    sides: list[dict[str, list[str]]] = [{}, {}]
    for side, routes in zip(sides, (gone, come), strict=True):
        for route in routes:
            side.setdefault(_proper(route), []).append(route)
    before, after = sides
    return sorted(
        (before[key][0], after[key][0])
        for key in before.keys() & after.keys()
        if len(before[key]) == len(after[key]) == 1
    )


def _proper(route: str) -> str:
    """A route without a version and the like, and without the names of its parameters."""
    method, path = route.split(" ", 1)
    segments = ["{}" if part.startswith("{") else part for part in path.strip("/").split("/")]
    while len(segments) > 1 and _PREFIX.fullmatch(segments[0]):
        del segments[0]
    return " ".join((method, *segments))


def _likeness(one: tuple[str, Bearer], other: tuple[str, Bearer]) -> float:
    """Zero for two things, more the likelier it is that there is one of them."""
    (old, before), (new, after) = one, other
    if not before.kinds & after.kinds:
        return 0.0
    same_schema = before.schema == after.schema
    same_words = bool(before.words) and before.words == after.words
    spelling = _spelling(old, new)
    if not spelling and not (same_words and same_schema):
        return 0.0
    return spelling + same_words + same_schema / 2


def _spelling(old: str, new: str) -> float:
    """How far two names are one in two spellings: all words alike but one, and that one nearly."""
    words, others = _WORD.findall(old), _WORD.findall(new)
    if "".join(words).lower() == "".join(others).lower():
        return 1.0
    if len(words) != len(others):
        return 0.0
    pairs = zip(words, others, strict=True)
    differing = [sorted((a.lower(), b.lower())) for a, b in pairs if a.lower() != b.lower()]
    if len(differing) != 1 or differing[0][0].isdigit():
        return 0.0
    ratio = SequenceMatcher(None, *differing[0]).ratio()
    return ratio if ratio >= _SPELLING else 0.0
