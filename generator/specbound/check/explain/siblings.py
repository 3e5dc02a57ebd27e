"""Which other branch of a union would take what this one refuses.

Knows the branch that was entered last. It must not know why the value was refused.
"""

from __future__ import annotations

from typing import Any

from specbound.check.explain.parts import Part, below
from specbound.check.explain.phrases import Path, bare, listed, name_of
from specbound.check.explain.unions import Union
from specbound.check.explain.walk import Taken
from specbound.check.schema.judge import Judge
from specbound.check.schema.lookup import Lookup
from specbound.traffic.secrets import redacted, shown

#: So many other branches are asked.
MOST_ASKED = 30
#: Longer values are not repeated.
LONGEST = 60


def others(judge: Judge, taken: Taken | None, path: Path, value: Any) -> str:
    """A hint such as `gen3a_turbo takes 1280:768`; nothing if no other branch does."""
    if taken is None or len(taken.choice.candidates) > MOST_ASKED:
        return ""
    steps = path[taken.depth :]
    if not steps:
        return ""
    union, willing = taken.choice.union, []
    for index in taken.choice.candidates:
        if index != taken.choice.branch and _takes(judge, taken, index, (steps, value)):
            willing.append(index)
    labels = [union.labels[index] for index in willing if union.labels[index]]
    if not labels:
        return ""
    takes = "takes" if len(labels) == 1 else "take"
    hint = f"{listed(labels, most=4)} {takes} {_what(value, name_of(path))}"
    return hint + _switch(judge, taken, willing)


def _what(value: Any, name: str) -> str:
    """The value, where it is short and no secret."""
    if isinstance(value, dict | list) or redacted(value, name) != value:
        return "it"
    text = bare(value)
    return text if len(text) <= LONGEST else "it"


def _takes(judge: Judge, taken: Taken, branch: int, what: tuple[Path, Any]) -> bool:
    steps, value = what
    places = [Part(taken.choice.union.branches[branch])]
    holder: Any = taken.value
    for step in steps:
        places = below(judge, places, holder, step)
        holder = holder[step] if _has(holder, step) else None
    return bool(places) and all(
        each.place.schema not in (True, {}) and judge.fits(each.place.schema, value)
        for each in places
    )


def _has(holder: Any, step: str | int) -> bool:
    if isinstance(holder, dict):
        return step in holder
    return isinstance(holder, list) and isinstance(step, int) and step < len(holder)


def _switch(judge: Judge, taken: Taken, willing: list[int]) -> str:
    """The question whether another tag was meant, if everything else would fit it."""
    union = taken.choice.union
    fitting = willing_tags(judge, taken, willing) if union.tag else []
    return f"; did you mean {union.tag} {shown(fitting[0])}?" if len(fitting) == 1 else ""


def declaring(lookup: Lookup, union: Union, branch: int | None, name: str) -> str:
    """A hint which other branches have a member that is undeclared in one of them."""
    labels = [
        union.labels[index]
        for index, place in enumerate(union.branches[:MOST_ASKED])
        if index != branch and union.labels[index] and lookup.member(place, name)
    ]
    return f"{listed(labels, most=4)} {'has' if len(labels) == 1 else 'have'} it" if labels else ""


def willing_tags(judge: Judge, taken: Taken, branches: list[int]) -> list[Any]:
    """The tags with which the whole value would fit."""
    union, found = taken.choice.union, []
    for index in branches:
        for tag in union.tag_of(index)[:1]:
            changed = judge.keep({**taken.value, union.tag: tag})
            if judge.fits(union.branches[index].schema, changed):
                found.append(tag)
    return found
