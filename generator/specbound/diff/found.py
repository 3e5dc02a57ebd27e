"""What two schemas differ in, before it is known in which operation: `Found`, and where to go on.

Knows how a difference is said of whatever it will be found in. It must not know any keyword.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from specbound.diff.severity import Effect
from specbound.diff.shape import Parts

#: The step of `at` that leads to the names of an object's members.
NAMES = "/{name}"

#: What is said on both sides, and where: old, new, and their pointers.
Said = tuple[Any, Any, str | None, str | None]


class Found(NamedTuple):
    """One difference; `says` is a sentence without its subject, `at` a pointer into the value.

    The pointers lead into the documents; the side that has nothing there has None.
    """

    code: str
    effect: Effect
    says: str
    at: str = ""
    old: Any = None
    new: Any = None
    old_at: str | None = None
    new_at: str | None = None
    variant: str = ""


class Node(NamedTuple):
    """Schemas that hold together in one place; `told` members were compared elsewhere.

    `text` says that values travel as text, so that a string takes what a number does.
    """

    parts: Parts
    told: frozenset[str] = frozenset()
    text: bool = False

    @property
    def key(self) -> tuple[Any, ...]:
        """What two nodes have in common exactly if they are the same place."""
        return (tuple((part.pointer, part.bare) for part in self.parts), self.told, self.text)


class Below(NamedTuple):
    """Two schemas further down that are to be compared too; `at` is the way to them."""

    at: str
    old: Node
    new: Node
    variant: str = ""
    inverted: bool = False


class Compared(NamedTuple):
    """What one comparison gave."""

    found: tuple[Found, ...]
    below: tuple[Below, ...]
