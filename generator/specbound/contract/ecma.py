"""The small tree that a regular expression of ECMA-262 is read into.

Knows what each part matches, down to sets of code points. It must not know any syntax.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

LAST = 0x10FFFF


class PatternError(ValueError):
    """A text is no regular expression of ECMA-262; `position` counts characters from 0."""

    def __init__(self, reason: str, position: int = 0) -> None:
        self.reason = reason
        self.position = position
        super().__init__(f"{reason} (at character {position + 1})")


@dataclass(frozen=True, slots=True)
class Range:
    """Code points from `first` to `last`, both included."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Property:
    """``\\p{…}``: code points by a Unicode property, or all others."""

    name: str
    inverted: bool = False


@dataclass(frozen=True, slots=True)
class Chars:
    """One code point out of a set, or, where inverted, out of all others."""

    items: tuple[Range | Property, ...]
    inverted: bool = False


@dataclass(frozen=True, slots=True)
class Boundary:
    """A place between characters."""

    kind: Literal["start", "end", "word", "no-word"]


@dataclass(frozen=True, slots=True)
class Reference:
    """The text that a group, by its number, has matched; 0 stands for no text."""

    group: int


@dataclass(frozen=True, slots=True)
class Group:
    """Alternatives in parentheses; `opening` is what follows the opening one."""

    alternatives: tuple[tuple[Node, ...], ...]
    opening: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Repeat:
    """A node from `least` to `most` times; None is no upper limit."""

    body: Node
    least: int
    most: int | None
    lazy: bool = False


Node = Chars | Boundary | Reference | Group | Repeat


def complement(ranges: Sequence[Range]) -> tuple[Range, ...]:
    """All code points that none of the ranges covers."""
    out: list[Range] = []
    following = 0
    for one in sorted(ranges, key=lambda one: one.first):
        if one.first > following:
            out.append(Range(following, one.first - 1))
        following = max(following, one.last + 1)
    if following <= LAST:
        out.append(Range(following, LAST))
    return tuple(out)


def ranges(*pairs: str | tuple[int, int]) -> tuple[Range, ...]:
    """Ranges from their ends, given as two characters (or one) or as two code points."""
    ends = [(ord(pair[0]), ord(pair[-1])) if isinstance(pair, str) else pair for pair in pairs]
    return tuple(Range(*pair) for pair in ends)


_DIGITS = ranges("09")
_WORD = ranges("09", "AZ", "_", "az")
_SPACE = ranges(
    (0x09, 0x0D),
    " ",
    "\u00a0",
    "\u1680",
    "\u2000\u200a",
    (0x2028, 0x2029),
    "\u202f",
    "\u205f",
    "\u3000",
    "\ufeff",
)
LINE_ENDS = ranges("\n", "\r", (0x2028, 0x2029))

CLASSES = {
    "d": _DIGITS,
    "D": complement(_DIGITS),
    "w": _WORD,
    "W": complement(_WORD),
    "s": _SPACE,
    "S": complement(_SPACE),
}
