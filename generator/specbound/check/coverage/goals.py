"""Goals of coverage: what traffic could show of a contract, each with its place and its words.

Knows kinds of goals and how a goal is told to a person. It must not know how values are walked.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from specbound.origin import pointer


class Kind(StrEnum):
    """What a goal is about; the order is that of every report."""

    OPERATIONS = "operations"
    STATUSES = "statuses"
    MEDIA_TYPES = "media_types"
    PARAMETERS = "parameters"
    HEADERS = "headers"
    BRANCHES = "branches"
    VALUES = "values"
    MEMBERS = "members"
    BOUNDS = "bounds"


class Goal(NamedTuple):
    """One thing that traffic can show: ``value 'red'`` at ``layers[](oil).colour``.

    `pointer` leads to the keyword in `Contract.document()`.
    """

    kind: Kind
    pointer: str
    place: str
    words: str


class At(NamedTuple):
    """Where a schema stands: its pointer in the document, and its place in a value in few words.

    A place is written ``.layers[](oil).colour``: members, items, and the branch that was taken.
    """

    pointer: str
    place: str

    def step(self, *steps: str | int, place: str = "") -> At:
        """The schema below this one; `place` is what the step adds to the words."""
        return At(self.pointer + pointer(steps), self.place + place)


class Nowhere(At):
    """For who numbers goals and tells none: no step is written down."""

    def step(self, *steps: str | int, place: str = "") -> At:
        return self


class Tally(NamedTuple):
    """How many goals there are, and how many of them were seen."""

    seen: int = 0
    of: int = 0

    def plus(self, other: Tally) -> Tally:
        """Both together."""
        return Tally(self.seen + other.seen, self.of + other.of)

    def percent(self) -> float:
        """The share that was seen, in percent, one decimal, rounded down; 100 of nothing at all."""
        return int(1000 * self.seen / self.of) / 10 if self.of else 100.0

    def to_json(self) -> dict[str, int]:
        """As INTERFACES has it."""
        return {"seen": self.seen, "of": self.of}
