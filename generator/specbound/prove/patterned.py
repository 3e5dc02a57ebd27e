"""Texts that a regular expression matches, of a wanted length where that can be had.

Knows the tree of `contract.ecma`. It must not know schemas: whoever asks tests what it gets, since
look-around and word boundaries are passed over here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from specbound.contract.ecma import Boundary, Chars, Group, Node, Reference, Repeat
from specbound.contract.ecma_reader import parse
from specbound.prove.alphabet import ANY, Alphabet, of
from specbound.prove.pick import Least, Pick

#: How often more than it must something is repeated where nothing asks for a length.
_MORE = 5

#: How long the stretching part of a text should be, given what the rest of it takes.
Sizes = Callable[[int], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Pattern:
    """One regular expression, ready to make texts."""

    tree: Group
    #: The repeat that takes up length: the roomiest repeat of single characters, or padding.
    elastic: Repeat | None
    #: What look-aheads ask for besides: ``^(?=.*[A-Z])``; it is written over a text's beginning.
    ahead: str

    def text(self, pick: Pick, sizes: Sizes) -> str:
        """A text that the expression matches; `sizes` gives the wanted length of its elastic part.

        It is asked with the length of all the rest, and answers with the least and the most.
        """
        made = self._text(pick, sizes)
        return self.ahead + made[len(self.ahead) :] if self.ahead else made

    def _text(self, pick: Pick, sizes: Sizes) -> str:
        pieces: list[str | None] = []
        index = pick.integer(0, len(self.tree.alternatives) - 1)
        alternative = self.tree.alternatives[index]
        _nodes(alternative, pick, pieces, self.elastic)
        if self.elastic is None and None not in pieces and not _ends(alternative):
            pieces.append(None)
        rest = sum(len(piece) for piece in pieces if piece is not None)
        holes = pieces.count(None)
        if not holes:
            return "".join(piece or "" for piece in pieces)
        stretched = _stretched(self.elastic, pick, sizes(rest))
        return "".join(stretched if piece is None else piece for piece in pieces)


def _stretched(elastic: Repeat | None, pick: Pick, wanted: tuple[int, int]) -> str:
    letters, least, most = ANY, 0, None
    if elastic is not None and isinstance(elastic.body, Chars):
        letters, least, most = letters_of(elastic.body), elastic.least, elastic.most
    low = max(least, wanted[0])
    high = max(low, wanted[1] if most is None else min(most, wanted[1]))
    return pick.text(letters, pick.integer(low, high))


def _ends(nodes: Sequence[Node]) -> bool:
    return bool(nodes) and nodes[-1] == Boundary("end")


def _nodes(
    nodes: Sequence[Node], pick: Pick, pieces: list[str | None], elastic: Repeat | None
) -> None:
    for node in nodes:
        if node is elastic:
            pieces.append(None)
        else:
            pieces.append(_node(node, pick))


def _node(node: Node, pick: Pick) -> str:
    match node:
        case Chars():
            return _char(letters_of(node), pick)
        case Repeat(Chars() as chars):
            return pick.text(letters_of(chars), _times(node, pick))
        case Repeat(body):
            return "".join(_node(body, pick) for _ in range(_times(node, pick)))
        case Group(_, opening) if opening in ("", "?:") or opening == "?<":
            chosen = node.alternatives[pick.integer(0, len(node.alternatives) - 1)]
            return "".join(_node(each, pick) for each in chosen)
        case Boundary() | Reference() | Group():
            return ""


def _char(letters: Alphabet, pick: Pick) -> str:
    return letters.character(pick.integer(0, letters.size - 1)) if letters.size else pick.reject()


def _times(node: Repeat, pick: Pick) -> int:
    most = node.least + _MORE
    return pick.integer(node.least, most if node.most is None else min(node.most, most))


@lru_cache(4096)
def letters_of(node: Chars) -> Alphabet:
    """The alphabet of one node, computed once."""
    return of(node)


@lru_cache(4096)
def pattern(text: str) -> Pattern:
    """Read a regular expression of ECMA-262; raises `PatternError`."""
    tree = parse(text)
    return Pattern(tree, _elastic(tree), _ahead(tree))


def _ahead(tree: Group) -> str:
    """The shortest text for every look-ahead at the top of the only alternative."""
    found = [
        "".join(_node(each, Least()) for each in node.alternatives[0])
        for node in tree.alternatives[0]
        if len(tree.alternatives) == 1 and isinstance(node, Group) and node.opening == "?="
    ]
    return "".join(found)


def _elastic(tree: Group) -> Repeat | None:
    """The repeat at the top of the expression that can take up most of a text's length."""
    found = [
        node
        for nodes in tree.alternatives
        for node in nodes
        if isinstance(node, Repeat) and isinstance(node.body, Chars)
    ]
    roomy = [node for node in found if node.most is None or node.most - node.least > 0]
    return max(roomy, key=_capacity) if roomy else None


def _capacity(node: Repeat) -> tuple[float, int]:
    return (float("inf") if node.most is None else node.most), letters_of(node.body).size
