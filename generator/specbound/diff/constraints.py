"""Two limits of one keyword: whether the new one is narrower, and how that is said.

Knows `contract.rules` and reads every keyword's row there in the same way. It must not know where
a schema stands, nor who sends it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from specbound.contract.rules import CONSTRAINTS
from specbound.contract.values import key, listing
from specbound.diff.formats import formats, limiting
from specbound.diff.found import Found
from specbound.diff.severity import NARROWER, UNKNOWN, WIDER, Effect
from specbound.diff.shape import TYPES, Limit, Shape
from specbound.runtime.schema import violations

#: Two keywords that say one bound, as a value that is allowed and as one that is not.
_BOUNDS = (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum"))

#: Values of which a list is looked at to see whether they keep a limit.
_MOST_TRIED = 200


class _Pair(NamedTuple):
    """One keyword on both sides, and where to point if a side does not have it."""

    keyword: str
    old: Limit | None
    new: Limit | None
    here: tuple[str, str]


def kebab(keyword: str) -> str:
    """``max-length`` for ``maxLength``."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", keyword).lower()


def limits(old: Shape, new: Shape, common: frozenset[str]) -> Iterator[Found]:
    """Every keyword with a limit that speaks about values that both sides allow."""
    kinds = _kinds(common)
    neither = _kinds(TYPES - old.kinds - new.kinds)
    bounds = [pair for pair in _BOUNDS if _crossed(pair, old, new)]
    for closed, opened in bounds:
        yield _bound(closed, opened, old, new)
    told = {keyword for pair in bounds for keyword in pair}
    for keyword in sorted({*old.limits, *new.limits} - told):
        spoken = CONSTRAINTS[keyword].kinds
        # A limit that no type here ever meets is a slip of the type as likely as of the limit.
        if spoken & kinds or spoken <= neither:
            before, after = old.limits.get(keyword), new.limits.get(keyword)
            if keyword == "minContains":
                before, after = _items(before, old), _items(after, new)
            yield from _limit(_Pair(keyword, before, after, (old.pointer, new.pointer)), old)


def values(old: Shape, new: Shape) -> Iterator[Found]:
    """What `enum` and `const` allow."""
    before, after = old.values, new.values
    here = (old.pointer, new.pointer)
    if before is None and after is not None:
        says = f"now allows only {listing(after.value)}"
        yield Found("enum-added", NARROWER, says, "", None, after.value, here[0], after.pointer)
    elif before is not None and after is None:
        says = f"is no longer limited to {listing(before.value)}"
        yield Found("enum-removed", WIDER, says, "", before.value, None, before.pointer, here[1])
    elif before is not None and after is not None:
        gone, come = missing(before.value, after.value), missing(after.value, before.value)
        places = (before.value, after.value, before.pointer, after.pointer)
        if gone:
            says = f"no longer allows {listing(gone)}"
            yield Found("enum-narrowed", NARROWER, says, "", *places)
        if come:
            yield Found("enum-widened", WIDER, f"now also allows {listing(come)}", "", *places)


def missing(values: Iterable[Any], others: Iterable[Any]) -> list[Any]:
    """The values that are not among the others."""
    known = {key(value) for value in others}
    return [value for value in values if key(value) not in known]


def effect_of(keyword: str, old: Any, new: Any) -> Effect:
    """What a change of limit does, as the keyword's row says."""
    if keyword == "format":
        return formats(old, new)
    rule = CONSTRAINTS[keyword]
    try:
        return Effect(rule.narrower(old, new), rule.narrower(new, old))
    except (TypeError, ValueError, ArithmeticError):
        return UNKNOWN


def _items(limit: Limit | None, shape: Shape) -> Limit | None:
    """Where `contains` has no `minContains`, one item has to fit."""
    return limit or (Limit(1, shape.pointer) if "contains" in shape.subschemas else None)


def _limit(pair: _Pair, old: Shape) -> Iterator[Found]:
    says, name = CONSTRAINTS[pair.keyword].says, kebab(pair.keyword)
    before, after = pair.old, pair.new
    if before is None and after is not None:
        if not _kept(pair.keyword, after.value, old):
            hurts = _limiting(pair.keyword, after.value)
            text = f"has a new limit: {says(after.value)}{_doubt(hurts)}"
            places = (None, after.value, pair.here[0], after.pointer)
            yield Found(f"{name}-added", Effect(hurts, False), text, "", *places)
    elif before is not None and after is None:
        hurts = _limiting(pair.keyword, before.value)
        text = f"has lost a limit: {says(before.value)}{_doubt(hurts)}"
        places = (before.value, None, before.pointer, pair.here[1])
        yield Found(f"{name}-removed", Effect(False, hurts), text, "", *places)
    elif before is not None and after is not None and key(before.value) != key(after.value):
        effect = effect_of(pair.keyword, before.value, after.value)
        text = _instead(says(before.value), says(after.value), effect)
        yield Found(f"{name}-{effect.word}", effect, text, "", *_told(before, after))


def _kinds(types: frozenset[str]) -> set[str]:
    return {"number" if name == "integer" else name for name in types}


def _told(before: Limit, after: Limit) -> tuple[Any, Any, str, str]:
    return before.value, after.value, before.pointer, after.pointer


def _limiting(keyword: str, limit: Any) -> bool | None:
    """Whether a limit refuses anything that would fit without it."""
    return limiting(limit) if keyword == "format" else True


def _doubt(hurts: bool | None) -> str:
    return "; whether anybody checks it cannot be decided" if hurts is None else ""


def _instead(before: str, after: str, effect: Effect) -> str:
    unknown = "; which of the two allows more cannot be decided" if None in effect else ""
    return f": now {after}, was {before}{unknown}"


def _kept(keyword: str, limit: Any, old: Shape) -> bool:
    """Whether every one of the few values that were allowed keeps a limit that was not said."""
    if old.values is None or len(old.values.value) > _MOST_TRIED:
        return False
    return not any(violations({keyword: limit}, value) for value in old.values.value)


def _crossed(pair: tuple[str, str], old: Shape, new: Shape) -> bool:
    """Whether one side says a bound with the one keyword and the other side with the other."""
    before, after = ({word for word in pair if word in side.limits} for side in (old, new))
    return len(before) == len(after) == 1 and before != after


def _bound(closed: str, opened: str, old: Shape, new: Shape) -> Found:
    words = [closed if closed in side.limits else opened for side in (old, new)]
    before, after = old.limits[words[0]], new.limits[words[1]]
    if before.value == after.value:
        effect = NARROWER if words[1] == opened else WIDER
    else:
        effect = effect_of(closed, before.value, after.value)
    says = [
        CONSTRAINTS[word].says(one.value) for word, one in zip(words, (before, after), strict=True)
    ]
    text = _instead(says[0], says[1], effect)
    return Found(f"{closed}-{effect.word}", effect, text, "", *_told(before, after))
