"""Which undeclared member is which absent one under another name.

Knows likeness of names and that a value has to fit where it belongs. It must not know sentences.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from specbound.check.explain.parts import Declared
from specbound.check.explain.unions import kinds_of
from specbound.check.schema.judge import Judge
from specbound.check.schema.lookup import Lookup, Place
from specbound.check.schema.nearest import kinship, words

#: With more names than this on either side nothing is compared.
MOST_NAMES = 60
#: Names this much alike are one name, mistyped; and this much, if the value fits as well.
MISTYPED, RENAMED = 0.75, 0.45


def renamed(judge: Judge, names: Declared, value: Mapping[str, Any]) -> dict[str, str]:
    """Each undeclared member of an object with the absent one that it most likely stands for."""
    left, free = names.undeclared(value), names.absent(value)
    if not left or not free or len(left) > MOST_NAMES or len(free) > MOST_NAMES:
        return {}
    fitting = {
        (one, other) for one in left for other in free if _fits(judge, names, other, value[one])
    }
    found = _by_name(left, free, fitting)
    found.update(_inside(judge, names, left, free))
    left = [one for one in left if one not in found and _is_telling(value[one])]
    free = [other for other in free if other not in found.values()]
    free = [other for other in free if _is_particular(judge, names, other)]
    return {**found, **_by_value(left, free, fitting)}


def _fits(judge: Judge, names: Declared, name: str, value: Any) -> bool:
    return all(judge.fits(part.place.schema, value) for part in names.names[name])


def _by_name(left: list[str], free: list[str], fitting: set[tuple[str, str]]) -> dict[str, str]:
    """The pairs whose names are alike, the likest first, each name once."""
    ranked = []
    for one in left:
        for other in free:
            alike, fits = kinship(one, other), (one, other) in fitting
            typo = alike == 1 or (alike >= MISTYPED and len(words(one)) == len(words(other)))
            if typo or (fits and alike >= RENAMED):
                ranked.append((alike + fits, one, other))
    found: dict[str, str] = {}
    for _, one, other in sorted(ranked, key=lambda pair: -pair[0]):
        if one not in found and other not in found.values():
            found[one] = other
    return found


def _by_value(left: list[str], free: list[str], fitting: set[tuple[str, str]]) -> dict[str, str]:
    """The pairs of which each is the only one whose value, or place, fits the other."""
    found = {}
    for one in left:
        places = [other for other in free if (one, other) in fitting]
        if len(places) == 1 and sum((each, places[0]) in fitting for each in left) == 1:
            found[one] = places[0]
    return found


def _inside(judge: Judge, names: Declared, left: list[str], free: list[str]) -> dict[str, str]:
    """The members that belong into an absent object: `avatarId` into `avatar`."""
    found = {}
    for one in left:
        for other in free:
            if any(declares(judge.lookup, part.place, one) for part in names.names[other]):
                found[one] = f"{other}.{one}"
    return found


def declares(lookup: Lookup, place: Place, name: str, depth: int = 0) -> bool:
    """Whether some object that fits a schema has a member of this name."""
    for part in lookup.folded(place):
        if name in part.schema.get("properties", ()):
            return True
        for keyword in ("oneOf", "anyOf"):
            for index in range(len(part.schema.get(keyword, ()))) if depth < 5 else ():
                if declares(lookup, part.child(keyword, index), name, depth + 1):
                    return True
    return False


def _is_telling(value: Any) -> bool:
    """Whether a value's fitting somewhere says anything: what is empty fits too easily."""
    return value not in (None, "", [], {}) and not isinstance(value, bool)


def _is_particular(judge: Judge, names: Declared, name: str) -> bool:
    """Whether a member does not take values of any kind."""
    return any(len(kinds_of(judge.lookup, part.place)) < 6 for part in names.names[name])
