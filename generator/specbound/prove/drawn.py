"""Choices that hypothesis makes, so that it can vary, remember and shrink them.

Knows hypothesis' public strategies. It must not know schemas.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import Any, NoReturn

from hypothesis import reject, strategies
from hypothesis.strategies import SearchStrategy

from specbound.contract.ecma import Range, complement
from specbound.prove.alphabet import Alphabet
from specbound.prove.pick import Rejected

Draw = Callable[[SearchStrategy[Any]], Any]

#: Above this length a text repeats a shorter one: the length is what matters, not every character.
_DRAWN = 64
_SMALL = 512
#: From here on a member is worth seeing more often than not.
_MUCH = 8


class Drawn:
    """Answers every question by a draw."""

    def __init__(self, draw: Draw) -> None:
        self._draw = draw

    def integer(self, least: int, most: int) -> int:
        """A whole number, shrinking to what is nearest to zero."""
        return int(self._draw(whole(least, most))) if least < most else least

    def number(self, least: float, most: float) -> float:
        """A finite number, shrinking to a simple one."""
        return float(self._draw(real(least, most)))

    def text(self, alphabet: Alphabet, size: int) -> str:
        """Characters of an alphabet; a long text repeats its beginning."""
        if not size:
            return ""
        short: str = self._draw(text(alphabet, min(size, _DRAWN)))
        return short if size <= _DRAWN else (short * (size // _DRAWN + 1))[:size]

    def branch(self, options: Sequence[Any]) -> int:
        """Any of them by how much they hold, shrinking to the first."""
        ends = list(accumulate(one.weight for one in options))
        return bisect_right(ends, self.integer(0, ends[-1] - 1)) if len(ends) > 1 else 0

    def present(self, plan: Any) -> bool:
        """More often than not, what holds much above all; shrinking to absence."""
        return self.integer(0, 4 if plan.weight >= _MUCH else 2) > 0

    def size(self, least: int, most: int, plan: Any) -> int:
        """A few, and now and then the most that may be; shrinking to the least."""
        few = min(most, least + 3)
        number = self.integer(least, few + (1 if few < most <= 64 else 0))
        return most if number > few else number

    def reject(self) -> NoReturn:
        """Tell hypothesis that this example is none."""
        reject()
        raise Rejected


@lru_cache(4096)
def whole(least: int, most: int) -> SearchStrategy[int]:
    """Whole numbers of a range."""
    return strategies.integers(least, most)


@lru_cache(1024)
def real(least: float, most: float) -> SearchStrategy[float]:
    """Finite numbers of a range."""
    return strategies.floats(least, most, allow_nan=False, allow_infinity=False)


@lru_cache(4096)
def text(alphabet: Alphabet, size: int) -> SearchStrategy[str]:
    """Texts of one length."""
    return strategies.text(characters(alphabet), min_size=size, max_size=size)


@lru_cache(512)
def characters(alphabet: Alphabet) -> Any:
    """The characters of an alphabet, as hypothesis wants them told."""
    if alphabet.size <= _SMALL:
        return "".join(map(alphabet.character, range(alphabet.size)))
    ordered = sorted(alphabet.ranges, key=lambda one: one.first)
    away = [one for one in complement(ordered) if not _is_surrogate(one)]
    lost = sum(
        min(one.last, ordered[-1].last) - one.first + 1
        for one in away
        if one.first < ordered[-1].last
    )
    if lost <= _SMALL:
        gone = "".join(
            chr(code)
            for one in away
            if one.first < ordered[-1].last
            for code in range(one.first, one.last + 1)
        )
        return strategies.characters(
            min_codepoint=ordered[0].first,
            max_codepoint=ordered[-1].last,
            exclude_categories=["Cs"],
            exclude_characters=gone,
        )
    return strategies.one_of(
        *(
            strategies.characters(min_codepoint=one.first, max_codepoint=one.last)
            for one in alphabet.ranges
        )
    )


def _is_surrogate(one: Range) -> bool:
    return one.first >= 0xD800 and one.last <= 0xDFFF
