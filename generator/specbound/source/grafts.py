"""Where the parts of the bundled tree came from: tree pointer to file and pointer.

Knows pointers only: a graft speaks for everything below it until another graft does; an alias says
that a node is a copy of another one. It must not know lines, contents or why something was moved.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from specbound.origin import Origin

_MAX_ALIASES = 100


@dataclass(slots=True)
class Grafts:
    """The side table; the root graft is the document itself."""

    table: dict[str, Origin | str] = field(default_factory=dict)

    def set(self, pointer: str, origin: Origin | str) -> None:
        """Say where the node here came from: a place in a file, or the pointer of a copied node."""
        self.table[pointer] = origin

    def find(self, pointer: str) -> Origin:
        """The place of a node, by its nearest ancestor that was grafted."""
        for _ in range(_MAX_ALIASES):
            at = pointer
            while at and at not in self.table:
                at = at[: at.rfind("/")]
            origin = self.table[at]
            if not isinstance(origin, str):
                return Origin(origin.file, origin.pointer + pointer[len(at) :])
            pointer = origin + pointer[len(at) :]
        return Origin(next(o.file for o in self.table.values() if isinstance(o, Origin)))

    def below(self, pointer: str) -> dict[str, Origin | str]:
        """The grafts at and under a pointer, by the rest of their pointers."""
        prefix = pointer + "/"
        return {
            key[len(pointer) :]: origin
            for key, origin in self.table.items()
            if key == pointer or key.startswith(prefix)
        }

    def drop(self, pointer: str) -> None:
        """Forget what was said about a node and all below it."""
        for rest in self.below(pointer):
            del self.table[pointer + rest]

    def remove_items(self, pointer: str, removed: list[int], length: int) -> None:
        """Follow a list whose items at these indexes (of `length` before) were taken out."""
        gone = set(removed)
        kept = [index for index in range(length) if index not in gone]
        moved: dict[str, Origin | str] = {}
        for new, old in enumerate(kept):
            if new != old:
                moved[f"{pointer}/{new}"] = self.find(f"{pointer}/{old}")
                for rest, origin in self.below(f"{pointer}/{old}").items():
                    moved[f"{pointer}/{new}{rest}"] = origin
        for index in range(min(gone), length):
            self.drop(f"{pointer}/{index}")
        self.table.update(moved)
