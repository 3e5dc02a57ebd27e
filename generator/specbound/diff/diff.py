"""Two contracts compared: every change between them, the worst first.

Knows which parts of an API are compared and in which order changes are told. It must not know any
keyword, nor how a change is shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from specbound.contract.load import Contract, deep_recursion
from specbound.contract.model import Operation
from specbound.diff.changes import Change, Direction
from specbound.diff.contents import Spot, Talk
from specbound.diff.found import NAMES, Found, Said
from specbound.diff.replies import replies
from specbound.diff.requests import requests
from specbound.diff.routes import Route, paired, routes
from specbound.diff.security import security
from specbound.diff.servers import servers
from specbound.diff.severity import NEITHER, OFFERED, WITHDRAWN, Sender, Severity, severity
from specbound.diff.site import Document, Sides
from specbound.diff.walk import Walk
from specbound.origin import Origin, tokens

_RANKS = list(Severity)


class _Told(NamedTuple):
    operation: str
    spot: Spot
    found: Found


def diff(old: Contract, new: Contract) -> list[Change]:
    """Every change from one contract to another: breaking ones first, then by operation.

    The order is the same however the documents are ordered.
    """
    with deep_recursion():
        sides = Sides(Document(old), Document(new))
        told: dict[tuple[Any, ...], _Told] = {}
        for one in _all(sides):
            told.setdefault(_identity(one), one)
        changes = [_change(one, sides) for one in told.values()]
    return sorted(changes, key=_order)


def _identity(told: _Told) -> tuple[Any, ...]:
    """What is one edit of a document: a shared schema is told once in each part of an operation."""
    found, (direction, _, part) = told.found, told.spot
    places = (found.old_at, found.new_at)
    return told.operation, direction, part, *found[:3], *places, found.variant


def _all(sides: Sides) -> Iterator[_Told]:
    for found in servers(sides.old.tree, sides.new.tree, ("", "")):
        yield _Told("", _whole(Sender.CLIENT), found)
    both, gone, come = paired(list(routes(sides.old.tree)), list(routes(sides.new.tree)))
    for route in gone:
        said: Said = (route.key, None, route.at, "/paths")
        yield _route(route, Found(f"{route.kind}-removed", WITHDRAWN, "is gone", "", *said))
    for route in come:
        said = (None, route.key, "/paths", route.at)
        yield _route(route, Found(f"{route.kind}-added", OFFERED, "is new", "", *said))
    walks = {sender: Walk(sides, sender) for sender in Sender}
    for before, after in both:
        talk = Talk(sides, walks, before.caller)
        yield from _operation(sides, talk, before, after)


def _whole(sender: Sender) -> Spot:
    return Spot(Direction.OPERATION, sender, "")


def _route(route: Route, found: Found) -> _Told:
    # That an operation is gone concerns the client, whoever calls whom.
    return _Told(route.key, _whole(Sender.CLIENT), found)


def _operation(sides: Sides, talk: Talk, before: Route, after: Route) -> Iterator[_Told]:
    key = before.key
    if before.plain != after.plain:
        says = f"is now `{after.key}`"
        said: Said = (key, after.key, before.at, after.at)
        yield _route(before, Found("operation-moved", WITHDRAWN, says, "", *said))
    roots = (sides.old.tree, sides.new.tree)
    default = [root.get("security", ()) for root in roots]
    if not _untouched(sides, before, after):
        old, new = before.read(default[0]), after.read(default[1])
        for found in _deprecated(old, new):
            yield _route(before, found)
        for spot, found in (*requests(talk, old, new), *replies(talk, old, new)):
            yield _Told(key, spot, found)
    asked = [_security(route, one) for route, one in zip((before, after), default, strict=True)]
    schemes = [root.get("components", {}).get("securitySchemes", {}) for root in roots]
    places = (before.at, after.at)
    for found in security((asked[0], schemes[0]), (asked[1], schemes[1]), places):
        yield _route(before, found)
    for found in servers(_servers(before), _servers(after), places):
        yield _route(before, found)


def _deprecated(old: Operation, new: Operation) -> Iterator[Found]:
    if old.deprecated != new.deprecated:
        says = "is deprecated" if new.deprecated else "is no longer deprecated"
        said = (old.deprecated, new.deprecated, old.pointer, new.pointer)
        yield Found("deprecated" if new.deprecated else "reinstated", NEITHER, says, "", *said)


def _untouched(sides: Sides, before: Route, after: Route) -> bool:
    return before.path == after.path and sides.same(before.item, after.item)


def _security(route: Route, default: Any) -> list[dict[str, tuple[str, ...]]]:
    return [
        {name: tuple(scopes) for name, scopes in one.items()}
        for one in route.node.get("security", default)
    ]


def _servers(route: Route) -> dict[str, Any]:
    return {"servers": route.node.get("servers") or route.item.get("servers") or []}


# --- in words ---------------------------------------------------------------------------------


def _change(told: _Told, sides: Sides) -> Change:
    operation, spot, found = told
    sender = spot.sender
    return Change(
        code=found.code,
        severity=severity(sender, found.effect),
        direction=spot.direction,
        operation=operation,
        pointer=_pointer(found),
        old=found.old,
        new=found.new,
        message=_subject(told) + (found.says if found.says[0] == ":" else f" {found.says}"),
        old_origin=_origin(sides.old, found.old_at),
        new_origin=_origin(sides.new, found.new_at),
        part=spot.part,
        at=found.at,
        variant=found.variant,
    )


def _pointer(found: Found) -> str:
    gone = found.code.endswith("-removed") or found.new_at is None
    return (found.old_at if gone else found.new_at) or ""


def _origin(document: Document, at: str | None) -> Origin | None:
    return None if at is None else document.contract.locate(at)


def _subject(told: _Told) -> str:
    """What the sentence speaks about: a member, a part of the exchange, or the operation."""
    spot, found = told.spot, told.found
    name = _path(found.at)
    if not found.at:
        name = f"`{told.operation}`" if told.operation else "the API"
        name = f"the {spot.part}" if spot.part else name
        if found.code == "parameter-renamed":
            name = name.replace(f"`{found.new}`", f"`{found.old}`")
    elif "`[" in name:
        name += f" of the {spot.part}"
    if found.variant and not found.code.startswith("branch-"):
        name += f" of {found.variant}"
    return name


def _path(at: str) -> str:
    """``references[*].uri``, in backticks; a member's name where it is names that are limited."""
    path = ""
    for step in tokens(at.removesuffix(NAMES)):
        path += "[*]" if step == "*" else f"[{step}]" if step.isdigit() else f".{step}"
    shown = f"`{path.removeprefix('.')}`" if path else "the value"
    return f"a member's name in {shown}" if at.endswith(NAMES) else shown


def _order(change: Change) -> tuple[Any, ...]:
    return (
        _RANKS.index(change.severity),
        re.sub(r"^(\S+) (\S+)$", r"\2 \1", change.operation),
        change.direction,
        change.part,
        change.variant,
        change.at,
        change.code,
        change.message,
        change.pointer,
    )
