"""Alphabets: ordered sets of characters, the plainest first.

Knows code points. It must not know what is written with them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from specbound.contract.ecma import LAST, LINE_ENDS, Chars, Range, complement
from specbound.contract.unicode import code_points

#: Plain characters stand first, so that small choices make readable texts.
_PLAIN = (Range(0x61, 0x7A), Range(0x30, 0x39), Range(0x41, 0x5A), Range(0x20, 0x7E))
_SURROGATES = Range(0xD800, 0xDFFF)


@dataclass(frozen=True)
class Alphabet:
    """A set of code points as ranges in the order in which they are to be preferred."""

    ranges: tuple[Range, ...]

    @cached_property
    def _ends(self) -> list[int]:
        return list(accumulate(one.last - one.first + 1 for one in self.ranges))

    @property
    def size(self) -> int:
        """How many characters there are."""
        return self._ends[-1] if self.ranges else 0

    def character(self, index: int) -> str:
        """The character at an index, from 0."""
        at = bisect_right(self._ends, index)
        before = self._ends[at - 1] if at else 0
        return chr(self.ranges[at].first + index - before)

    def within(self, last: int) -> Alphabet:
        """The same alphabet without what lies beyond a code point."""
        kept = (Range(one.first, min(one.last, last)) for one in self.ranges)
        return Alphabet(tuple(one for one in kept if one.first <= one.last))

    def __contains__(self, char: str) -> bool:
        return any(one.first <= ord(char) <= one.last for one in self.ranges)


def alphabet(ranges: Iterable[Range]) -> Alphabet:
    """An alphabet of some ranges, ordered; surrogates are no characters."""
    wanted = _cut(list(ranges), [_SURROGATES])
    ordered: list[Range] = []
    for plain in _PLAIN:
        ordered += _cut(_common(wanted, plain), ordered)
    return Alphabet(tuple(ordered + _cut(wanted, list(_PLAIN))))


def _common(ranges: list[Range], other: Range) -> list[Range]:
    both = (Range(max(one.first, other.first), min(one.last, other.last)) for one in ranges)
    return [one for one in both if one.first <= one.last]


def _cut(ranges: list[Range], away: list[Range]) -> list[Range]:
    kept = complement(away)
    return [part for one in _joined(ranges) for part in _common(list(kept), one)]


def _joined(ranges: list[Range]) -> list[Range]:
    """The same code points in ranges that do not overlap."""
    return list(complement(complement(ranges)))


def of(node: Chars) -> Alphabet:
    """What one character of a regular expression may be."""
    found: list[Range] = []
    for item in node.items:
        if isinstance(item, Range):
            found.append(item)
        else:
            points = code_points(item.name) or ()
            found += complement(points) if item.inverted else points
    return alphabet(complement(found) if node.inverted else found)


#: Any character that is no line's end: what ``.`` matches, and what texts are made of.
ANY = alphabet(complement(LINE_ENDS))
#: What may stand in any text.
ALL = alphabet((Range(0, LAST),))
#: What a person would type into a test.
ASCII = alphabet((Range(0x20, 0x7E),))
