"""Text into the JSON values that it may mean: "5" is 5 where a number is asked for.

It knows how JSON writes scalars and which kinds of value a parameter takes; it must not know where
the text stood, nor which of its meanings fits.
"""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from .decode import Loose, Shape

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_WORDS = {"true": True, "false": False}
_ALL = frozenset({"string", "number", "boolean", "null", "array", "object"})
_RICH: tuple[Shape, ...] = ("object", "array")
#: Digits of the longest number that is read as one: more is an attack, not a parameter.
_LONGEST_NUMBER = 400


@dataclass(frozen=True, slots=True)
class Reads:
    """What a text may be read as: kinds of JSON value, and the same of its items and members.

    `rest` is for members that have no entry; None where there are no others.
    """

    kinds: tuple[str, ...] = ("string",)
    items: "Reads | None" = None
    members: Mapping[str, "Reads"] = field(default_factory=dict)
    rest: "Reads | None" = None

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """What it may be in a URL, the richer first."""
        if set(self.kinds) >= _ALL:
            return ("scalar",)
        rich: tuple[Shape, ...] = tuple(each for each in _RICH if each in self.kinds)
        return rich if rich and len(rich) == len(self.kinds) else (*rich, "scalar")

    @property
    def names(self) -> set[str] | None:
        """The names of an object's members; None where it takes others too."""
        return None if self.rest is not None or not self.members else set(self.members)

    def member(self, name: str) -> "Reads":
        """How a member is read."""
        return self.members.get(name) or self.rest or TEXT


TEXT = Reads()


def values(reads: Reads, loose: Loose) -> Iterator[Any]:
    """What pieces of text may mean, the most special first; the pieces themselves come last."""
    if isinstance(loose, str):
        yield from meanings(loose, reads.kinds)
        return
    first = _special(reads, loose)
    yield first
    if first != loose:
        yield loose


def _special(reads: Reads, loose: Loose) -> Any:
    if isinstance(loose, str):
        return next(meanings(loose, reads.kinds))
    if isinstance(loose, dict):
        return {name: _special(reads.member(name), each) for name, each in loose.items()}
    if isinstance(loose, list):
        items = reads.items or TEXT
        if loose == [""] and "string" not in items.kinds:
            return []
        return [_special(items, each) for each in loose]
    return loose


def meanings(text: str, kinds: Collection[str]) -> Iterator[Any]:
    """What a text may mean, the most special first; at least the text itself."""
    none = True
    if "number" in kinds and (found := _NUMBER.fullmatch(text)) and len(text) <= _LONGEST_NUMBER:
        none = False
        yield json.loads(text) if found[1] or found[2] else int(text)
    if "boolean" in kinds and text in _WORDS:
        none = False
        yield _WORDS[text]
    if "null" in kinds and text in ("null", ""):
        none = False
        yield None
    if "string" in kinds or none:
        yield text
