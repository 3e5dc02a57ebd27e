"""Types of two schemas: what one takes and the other does not.

Knows JSON's types and that a URL or a header carries all of them as text. It must not know any
other keyword.
"""

from __future__ import annotations

from collections.abc import Iterator

from specbound.contract.limits import types as types_in_words
from specbound.diff.found import Found
from specbound.diff.severity import Effect
from specbound.diff.shape import TYPES, Shape

_SCALARS = frozenset({"boolean", "number", "integer"})


def common(old: Shape, new: Shape, text: bool) -> frozenset[str]:
    """The types that both sides allow."""
    return _spread(old.kinds, text) & _spread(new.kinds, text)


def types(old: Shape, new: Shape, text: bool) -> Iterator[Found]:
    """The change of type, if there is one that `enum` does not say already."""
    before, after = old.types, new.types
    if before == after or _said_by_values(old, new):
        return
    one, other = (_spread(TYPES if side is None else side, text) for side in (before, after))
    effect = Effect(not one <= other, not other <= one)
    if one == other:
        return
    places = (_listed(before), _listed(after), old.types_at or old.pointer)
    word = "added" if before is None else "removed" if after is None else effect.word
    says = f"is now {_words(after)}, was {_words(before)}"
    yield Found(f"type-{word}", effect, says, "", *places, new.types_at or new.pointer)


def _said_by_values(old: Shape, new: Shape) -> bool:
    """Whether a side without `type` lists values that are all of the other side's types."""
    for one, other in ((old, new), (new, old)):
        if one.types is None and one.values is not None and other.types is not None:
            return one.kinds <= other.types
    return False


def _spread(types: frozenset[str], text: bool) -> frozenset[str]:
    return types | _SCALARS if text and "string" in types else types


def _listed(types: frozenset[str] | None) -> list[str] | str | None:
    if types is None:
        return None
    shown = sorted(types - ({"integer"} if "number" in types else set()))
    shown.sort(key=lambda name: name == "null")
    return shown[0] if len(shown) == 1 else shown


def _words(types: frozenset[str] | None) -> str:
    listed = _listed(types)
    if listed is None:
        return "of any type"
    return types_in_words(listed) if listed else "of no type"
