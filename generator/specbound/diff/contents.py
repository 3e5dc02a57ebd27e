"""What requests and replies have in common: content by media type, schemas, names of parts.

Knows media types and who sends which part. It must not know parameters, nor statuses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from specbound.contract.model import Parameter, Schema
from specbound.diff.changes import Direction
from specbound.diff.conjunction import shape
from specbound.diff.found import Found, Node
from specbound.diff.severity import NARROWER, OFFERED, WIDER, WITHDRAWN, Effect, Sender
from specbound.diff.site import Document, Sides, Sited
from specbound.diff.walk import Walk
from specbound.origin import pointer


class Spot(NamedTuple):
    """Which part of an exchange: its direction, who sends it, and how it is called."""

    direction: Direction
    sender: Sender
    part: str


class Content(NamedTuple):
    """Schemas by media type, and the pointer of what holds them."""

    schemas: Mapping[str, Schema]
    pointer: str


Told = tuple[Spot, Found]


class Talk:
    """Two documents' exchanges whose requests `caller` sends."""

    def __init__(self, sides: Sides, walks: Mapping[Sender, Walk], caller: Sender) -> None:
        self._sides = sides
        self._walks = walks
        self._caller = caller

    def request(self, part: str) -> Spot:
        """A part of the request."""
        return Spot(Direction.REQUEST, self._caller, part)

    def reply(self, part: str) -> Spot:
        """A part of a reply."""
        return Spot(Direction.RESPONSE, self._caller.other, part)

    def schema(self, spot: Spot, old: Node, new: Node) -> Iterator[Told]:
        """Every difference of two schemas, all the way down."""
        yield from ((spot, found) for found in self._walks[spot.sender].found(old, new))

    def content(self, spot: Spot, old: Content, new: Content) -> Iterator[Told]:
        """Media types that came or went, and the schemas of those that stayed."""
        before, after = ({media_type(name): name for name in side.schemas} for side in (old, new))
        several = len(before) > 1 or len(after) > 1
        for media in sorted({*before, *after}):
            one, other = before.get(media), after.get(media)
            if one is None or other is None:
                places = (_in(old, one), _in(new, other))
                yield spot, _moved(spot, media, other is None, places)
                continue
            here = spot._replace(part=f"{spot.part} ({media})") if several else spot
            yield from self.schema(here, _schema(old, one), _schema(new, other))

    def scalar(self, one: Parameter, new: bool) -> bool:
        """Whether a parameter's values are neither arrays nor objects."""
        document: Document = self._sides.new if new else self._sides.old
        kinds = shape(document, parameter_value(one).parts).kinds
        return not kinds & {"array", "object"}


def media_type(name: str) -> str:
    """A media type as it is compared: lower case, without its charset."""
    kind, *parameters = [part.strip().lower() for part in name.split(";")]
    return ";".join([kind, *sorted(p for p in parameters if not p.startswith("charset="))])


def parameter_value(one: Parameter) -> Node:
    """A parameter's or header's schema; where it has no media type, its values travel as text."""
    steps = ("content", one.content, "schema") if one.content else ("schema",)
    return Node((Sited(one.pointer + pointer(steps), one.schema),), text=one.content is None)


def requiredness(what: str, now: bool) -> tuple[str, Effect, str]:
    """Code, effect and words for a thing that is required now, or no longer."""
    if now:
        return f"{what}-required", NARROWER, "is now required"
    return f"{what}-optional", WIDER, "is no longer required"


def _schema(side: Content, media: str) -> Node:
    at = side.pointer + pointer(("content", media, "schema"))
    return Node((Sited(at, side.schemas[media]),))


def _in(side: Content, media: str | None) -> str:
    return side.pointer + pointer(("content",) if media is None else ("content", media))


def _moved(spot: Spot, media: str, gone: bool, places: tuple[str, str]) -> Found:
    """A media type that only one side has: who asks for it, chooses it."""
    reply = spot.direction is Direction.RESPONSE
    if gone:
        says = f"no longer comes as {media}" if reply else f"is no longer taken as {media}"
        return Found("media-type-removed", WITHDRAWN, says, "", media, None, *places)
    says = f"may come as {media}" if reply else f"may be sent as {media}"
    return Found("media-type-added", OFFERED, says, "", None, media, *places)
