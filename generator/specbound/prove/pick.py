"""Choices: what generating a value asks for, and who answers.

Knows three answers: the least, a seeded random one, and steering towards one place. It must not
know schemas; hypothesis answers in `drawn`.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any, NoReturn, Protocol

from specbound.prove.alphabet import Alphabet


class Rejected(Exception):
    """The choices made so far lead to no value that fits; other choices may."""


class Pick(Protocol):
    """Answers every question that making a value raises; the smallest answer is the simplest."""

    def integer(self, least: int, most: int) -> int:
        """A whole number, both ends included."""
        ...

    def number(self, least: float, most: float) -> float:
        """A finite number, both ends included."""
        ...

    def text(self, alphabet: Alphabet, size: int) -> str:
        """Characters of an alphabet."""
        ...

    def branch(self, options: Sequence[Any]) -> int:
        """Which of several plans is followed."""
        ...

    def present(self, plan: Any) -> bool:
        """Whether an optional member is there."""
        ...

    def size(self, least: int, most: int, plan: Any) -> int:
        """How many items an array has."""
        ...

    def reject(self) -> NoReturn:
        """Give up this attempt."""
        ...


class Least:
    """The simplest value: first branches, nothing optional, shortest and smallest."""

    def integer(self, least: int, most: int) -> int:
        """Zero, or what is nearest to it."""
        return min(max(0, least), most)

    def number(self, least: float, most: float) -> float:
        """Zero, or what is nearest to it."""
        return min(max(0.0, least), most)

    def text(self, alphabet: Alphabet, size: int) -> str:
        """The alphabet's first character, again and again."""
        return alphabet.character(0) * size

    def branch(self, options: Sequence[Any]) -> int:
        """The first of them."""
        return 0

    def present(self, plan: Any) -> bool:
        """Nothing that may be left out is there."""
        return False

    def size(self, least: int, most: int, plan: Any) -> int:
        """As few as may be."""
        return least

    def reject(self) -> NoReturn:
        """No other choice would be made the next time."""
        raise Rejected


class Chance:
    """Random choices of a seed: the same seed makes the same value."""

    def __init__(self, seed: int | str) -> None:
        self._random = Random(seed)

    def integer(self, least: int, most: int) -> int:
        """Any of them, all alike."""
        return self._random.randint(least, most)

    def number(self, least: float, most: float) -> float:
        """Any of them, with no more digits than a person would write."""
        return min(max(round(self._random.uniform(least, most), 3), least), most)

    def text(self, alphabet: Alphabet, size: int) -> str:
        """Characters drawn one by one; long texts repeat what was drawn."""
        drawn = [self._random.randrange(alphabet.size) for _ in range(min(size, 64))]
        text = "".join(map(alphabet.character, drawn))
        return (text * (size // max(len(text), 1) + 1))[:size]

    def branch(self, options: Sequence[Any]) -> int:
        """Any of them, all alike."""
        return self._random.randrange(len(options))

    def present(self, plan: Any) -> bool:
        """As often as not."""
        return self._random.random() < 0.5

    def size(self, least: int, most: int, plan: Any) -> int:
        """A few, and now and then the most that may be."""
        few = min(most, least + 3)
        return most if most <= 50 and self._random.random() < 0.1 else self.integer(least, few)

    def reject(self) -> NoReturn:
        """The caller tries again: the generator has moved on."""
        raise Rejected


class Steered(Least):
    """The simplest value that holds one wanted part: the way to it is taken, the rest is least."""

    def __init__(self, wanted: int) -> None:
        self.wanted = wanted

    def branch(self, options: Sequence[Any]) -> int:
        """The branch that leads to the wanted part, if one does."""
        for index, option in enumerate(options):
            if option.leads_to(self.wanted):
                return index
        return 0

    def present(self, plan: Any) -> bool:
        """What leads to the wanted part is there."""
        return bool(plan.leads_to(self.wanted))

    def size(self, least: int, most: int, plan: Any) -> int:
        """One item, where the items lead to the wanted part."""
        return max(least, 1) if most and plan.leads_to(self.wanted) else least


def edged(pick: Pick, least: int, most: int) -> int:
    """A whole number that is a bound more often than chance would have it.

    The second draw's value is one that the plain way could have made too: so shrinking leaves
    the bound, where it does not matter, by changing the first draw alone.
    """
    if most - least < 8:
        return pick.integer(least, most)
    side = pick.integer(0, 7)
    if side == 7:
        return min(pick.integer(most, most + 1), most)
    return pick.integer(least, least + 1) if side == 6 else pick.integer(least, most)
