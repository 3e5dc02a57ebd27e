"""Two operations' replies compared: statuses, headers and content.

Knows what HTTP says of statuses a client does not know. It must not know requests.
"""

from __future__ import annotations

from collections.abc import Iterator

from specbound.contract.model import Operation, Parameter, Reply
from specbound.diff.contents import Content, Spot, Talk, Told, parameter_value, requiredness
from specbound.diff.found import Found, Said
from specbound.diff.severity import BOTH, NEITHER, OFFERED, WITHDRAWN, Effect


def replies(talk: Talk, old: Operation, new: Operation) -> Iterator[Told]:
    """Every difference of two operations' replies, status by status."""
    before, after = (
        {status.upper(): reply for status, reply in side.replies.items()} for side in (old, new)
    )
    for status in sorted({*before, *after}):
        spot = talk.reply(f"response {'default' if status == 'DEFAULT' else status}")
        one, other = before.get(status), after.get(status)
        if one and other:
            yield from _reply(talk, spot, one, other)
        elif one:
            effect = WITHDRAWN if _success(status) else NEITHER
            said: Said = (status, None, one.pointer, f"{new.pointer}/responses")
            yield spot, Found("status-removed", effect, "is gone", "", *said)
        elif other:
            yield spot, _come(status, f"{old.pointer}/responses", other.pointer)


def _success(status: str) -> bool:
    return status[:1] in ("2", "3")


def _come(status: str, old: str, new: str) -> Found:
    """A new status; what is no success a client knows by its class (RFC 9110 section 15)."""
    if _success(status):
        says = "is new; whether a client copes with it cannot be decided"
        return Found("status-added", Effect(False, None), says, "", None, status, old, new)
    return Found("status-added", NEITHER, "is new", "", None, status, old, new)


def _reply(talk: Talk, spot: Spot, old: Reply, new: Reply) -> Iterator[Told]:
    contents = [Content(reply.content, reply.pointer) for reply in (old, new)]
    yield from talk.content(spot, contents[0], contents[1])
    before, after = (
        {name.lower(): header for name, header in reply.headers.items()} for reply in (old, new)
    )
    for name in sorted({*before, *after}):
        one, other = before.get(name), after.get(name)
        shown = other or one
        here = spot._replace(part=f"{spot.part} header `{shown.name if shown else name}`")
        if one and other:
            yield from _header(talk, here, one, other)
        elif one:
            effect = BOTH if one.required else Effect(True, None)
            said: Said = (one.name, None, one.pointer, new.pointer)
            yield here, Found("header-removed", effect, "is gone", "", *said)
        elif other:
            said = (None, other.name, old.pointer, other.pointer)
            yield here, Found("header-added", OFFERED, "is new", "", *said)


def _header(talk: Talk, spot: Spot, old: Parameter, new: Parameter) -> Iterator[Told]:
    if old.required != new.required:
        code, effect, says = requiredness("header", new.required)
        said: Said = (old.required, new.required, old.pointer, new.pointer)
        yield spot, Found(code, effect, says, "", *said)
    yield from talk.schema(spot, parameter_value(old), parameter_value(new))
