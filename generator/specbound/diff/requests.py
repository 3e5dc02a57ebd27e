"""Two requests compared: parameters, and the body.

Knows what a client has to know of a request besides its schemas. It must not know replies.
"""

from __future__ import annotations

from collections.abc import Iterator

from specbound.contract.model import Operation, Parameter
from specbound.contract.values import literal
from specbound.diff.contents import Content, Talk, Told, parameter_value, requiredness
from specbound.diff.found import Found, Said
from specbound.diff.parameters import matched
from specbound.diff.severity import BOTH, NARROWER, NEITHER, WIDER, WITHDRAWN, Effect


def requests(talk: Talk, old: Operation, new: Operation) -> Iterator[Told]:
    """Every difference of two operations' requests."""
    found = matched(old, new)
    for before, after in found.both:
        spot = talk.request(_part(after))
        for each in _compared(talk, before, after):
            yield spot, each
        yield from talk.schema(spot, parameter_value(before), parameter_value(after))
    for one in found.gone:
        said: Said = (one.name, None, one.pointer, new.pointer)
        yield talk.request(_part(one)), Found("parameter-removed", WITHDRAWN, "is gone", "", *said)
    for one in found.come:
        yield talk.request(_part(one)), _come(one, old.pointer)
    yield from _body(talk, old, new)


def _part(one: Parameter) -> str:
    return f"{one.location} parameter `{one.name}`"


def _body(talk: Talk, old: Operation, new: Operation) -> Iterator[Told]:
    spot, before, after = talk.request("request body"), old.body, new.body
    if before is None and after is not None:
        effect = NARROWER if after.required else WIDER
        says = "is new and required" if after.required else "is new"
        said: Said = (None, list(after.content), old.pointer, after.pointer)
        yield spot, Found("body-added", effect, says, "", *said)
    elif before is not None and after is None:
        said = (list(before.content), None, before.pointer, new.pointer)
        yield spot, Found("body-removed", WITHDRAWN, "is gone", "", *said)
    elif before is not None and after is not None:
        if before.required != after.required:
            code, effect, says = requiredness("body", after.required)
            said = (before.required, after.required, before.pointer, after.pointer)
            yield spot, Found(code, effect, says, "", *said)
        contents = [Content(body.content, body.pointer) for body in (before, after)]
        yield from talk.content(spot, contents[0], contents[1])


def _compared(talk: Talk, old: Parameter, new: Parameter) -> Iterator[Found]:
    """What two parameters differ in besides their schemas."""
    at = (old.pointer, new.pointer)
    if old.location != new.location:
        says = f"is now in the {new.location}, was in the {old.location}"
        yield Found("parameter-moved", BOTH, says, "", old.location, new.location, *at)
    elif _renamed(old, new):
        # A path parameter's name is not sent.
        effect = NEITHER if new.location == "path" else BOTH
        says = f"is now `{new.name}`"
        yield Found("parameter-renamed", effect, says, "", old.name, new.name, *at)
    if old.required != new.required:
        code, effect, says = requiredness("parameter", new.required)
        if new.required and (default := _default(new)) is not None:
            says, effect = f"{says}, and yet has a default: {literal(default)}", Effect(None, False)
        yield Found(code, effect, says, "", old.required, new.required, *at)
    before, after = _wire(talk, old, False), _wire(talk, new, True)
    if before != after and old.location == new.location and None not in (before, after):
        says = f"is written in another way: {after}, was {before}"
        yield Found("parameter-style-changed", BOTH, says, "", before, after, *at)
    if old.deprecated != new.deprecated:
        code = "deprecated" if new.deprecated else "reinstated"
        says = "is deprecated" if new.deprecated else "is no longer deprecated"
        yield Found(code, NEITHER, says, "", old.deprecated, new.deprecated, *at)


def _renamed(old: Parameter, new: Parameter) -> bool:
    if old.location == "header":
        return old.name.lower() != new.name.lower()
    return old.name != new.name


def _wire(talk: Talk, one: Parameter, new: bool) -> str | None:
    """How a parameter is written; None where every way of its place writes the same."""
    if one.content:
        return one.content
    if one.location != "path" and talk.scalar(one, new):
        return None
    explode = "" if talk.scalar(one, new) else f", explode {str(one.explode).lower()}"
    return f"style {one.style}{explode}"


def _default(one: Parameter) -> object:
    return one.schema.get("default") if isinstance(one.schema, dict) else None


def _come(one: Parameter, whole: str) -> Found:
    said: Said = (None, one.name, whole, one.pointer)
    if not one.required:
        return Found("parameter-added", WIDER, "is new", "", *said)
    if (default := _default(one)) is None:
        return Found("parameter-added", NARROWER, "is new and required", "", *said)
    says = f"is new and required, and yet has a default: {literal(default)}"
    return Found("parameter-added", Effect(None, False), says, "", *said)
