"""Two schemas side by side: what each says, and who sends the values that they describe.

Knows which members count for whom. It must not know how two schemas are compared.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from specbound.diff.conjunction import shape
from specbound.diff.found import Node
from specbound.diff.severity import Sender
from specbound.diff.shape import Parts, Shape
from specbound.diff.site import Document, Sides

#: Which annotation says that a member is not for a sender.
NOT_FOR = {Sender.CLIENT: "readOnly", Sender.SERVICE: "writeOnly"}


@dataclass(frozen=True, slots=True)
class Scope:
    """One comparison: both nodes and both shapes; `apart` counts the differences of two others."""

    sides: Sides
    sender: Sender
    old_node: Node
    new_node: Node
    old: Shape
    new: Shape
    apart: Callable[[Node, Node], int]

    @property
    def both(self) -> tuple[tuple[Document, Shape], tuple[Document, Shape]]:
        """Each side's document and shape."""
        return (self.sides.old, self.old), (self.sides.new, self.new)

    def hidden(self, document: Document, parts: Parts) -> bool:
        """Whether a member is not for this sender (OpenAPI 3.1 section 4.8.24, 3.0's readOnly)."""
        return shape(document, parts).noted(NOT_FOR[self.sender]) is True

    def alike(self, old: Parts, new: Parts) -> bool:
        """Whether two schemas say the same, all the way down."""
        return not self.apart(Node(old), Node(new))
