"""Near misses of a discriminator: the tag is missing, unknown, or that of another variant.

Knows OpenAPI's Discriminator Object (3.1.1, section 4.8.25). It must not know the other keywords.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from specbound.contract.values import key
from specbound.prove.breaks import some
from specbound.prove.constraints import Constraint
from specbound.prove.plans import Choice
from specbound.prove.ways import Way

KEYWORD = "discriminator"
_MISSING, _UNKNOWN, _SWAPPED = "is missing", "names no variant", "names another variant"
#: So many values of each variant are tried under other tags.
_TRIED = 6


def tag_constraints(way: Way) -> Iterator[Constraint]:
    """What can be wrong with the tag of the union at the end of a way."""
    plan = way.end
    if not isinstance(plan, Choice) or plan.tag is None:
        return
    at, name = plan.tag
    for what in (_MISSING, _UNKNOWN, _SWAPPED):
        place = (at, KEYWORD, what)
        yield Constraint(place, {"propertyName": name}, (way.steps, *place))


def retagged(plan: Choice, what: str) -> Iterator[Any]:
    """Values of a union whose tag is wrong in one way; not all of them are surely refused."""
    assert plan.tag is not None
    name = plan.tag[1]
    tagged = [
        [value for value in list(some(option))[:_TRIED] if isinstance(value, Mapping)]
        for option in plan.options
    ]
    for values in tagged:
        for value in values[:1]:
            if what == _MISSING:
                yield {member: each for member, each in value.items() if member != name}
            elif what == _UNKNOWN:
                yield from ({**value, name: tag} for tag in _strangers(value.get(name)))
    if what == _SWAPPED:
        yield from _swapped(tagged, name)


def _strangers(tag: Any) -> Iterator[Any]:
    if isinstance(tag, str):
        yield from (f"{tag}x", tag.upper(), "unheard-of")


def _swapped(tagged: list[list[Any]], name: str) -> Iterator[Any]:
    """Each variant's values under each other variant's tag, the nearest misses first."""
    tags = {key(value[name]): value[name] for values in tagged for value in values if name in value}
    for values in tagged:
        for value in values:
            own = key(value.get(name))
            yield from ({**value, name: tag} for other, tag in tags.items() if other != own)
