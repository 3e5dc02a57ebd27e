"""Places in JSON values by JSON Pointer (RFC 6901): what stands there, and values changed there.

Knows objects and arrays. It must not know what they mean.
"""

from __future__ import annotations

from typing import Any

from specbound.origin import tokens
from specbound.traffic.exchange import ABSENT


def at(value: Any, place: str) -> Any:
    """What stands at a place; `ABSENT` if nothing does."""
    for step in tokens(place):
        if isinstance(value, dict):
            value = value.get(step, ABSENT)
        elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            return ABSENT
    return value


def placed(value: Any, place: str, part: Any) -> Any:
    """The value with something else at a place, which must be there but for its last step."""
    return _placed(value, tokens(place), part)


def _placed(value: Any, steps: list[str] | tuple[str, ...], part: Any) -> Any:
    if not steps:
        return part
    step, rest = steps[0], steps[1:]
    if isinstance(value, dict):
        return {**value, step: _placed(value.get(step), rest, part)}
    if isinstance(value, list) and step.isdecimal() and int(step) < len(value):
        index = int(step)
        return [*value[:index], _placed(value[index], rest, part), *value[index + 1 :]]
    return value


def without(value: Any, place: str) -> Any:
    """The value without the member at a place, if it is there."""
    holder, _, name = place.rpartition("/")
    found = at(value, holder)
    if not isinstance(found, dict):
        return value
    key = tokens(f"/{name}")[0]
    return placed(value, holder, {each: one for each, one in found.items() if each != key})


def holder(place: str) -> str:
    """The place of the object that has the member at a place."""
    return place.rpartition("/")[0]
