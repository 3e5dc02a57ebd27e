"""What a server has to know of an operation besides its route: texts' kinds, bodies, defaults.

It knows OpenAPI's words for requests and replies; it must not know how any of it is read.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..absent import OMIT
from ..route import Encoding, Route
from .meaning import TEXT, Reads

OBJECT = Reads(("object",))


@dataclass(frozen=True, slots=True, eq=False)
class Taken:
    """How one parameter's text is read, and the document's default where it is not given."""

    reads: Reads = TEXT
    default: Any = OMIT


@dataclass(frozen=True, slots=True, eq=False)
class Received:
    """A request body in one media type: its type, and for forms how their members are read.

    `files` are the names of binary members of a multipart form. A body that is neither JSON nor a
    form is handed over as bytes, whatever its type.
    """

    type: Any = Any
    reads: Reads = OBJECT
    files: frozenset[str] = frozenset()
    encoding: Mapping[str, Encoding] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Facts:
    """What the route of one operation leaves out.

    `parameters` are those that are no plain text or have a default, by place and name ("query
    limit"). `bodies` are by media type; empty where the route says it all. `replies` has the media
    types of replies that are not JSON, by status. `handler` is the method's name if it is not the
    call's.
    """

    parameters: Mapping[str, Taken] = field(default_factory=dict)
    bodies: Mapping[str, Received] = field(default_factory=dict)
    replies: Mapping[str, str] = field(default_factory=dict)
    handler: str = ""


def bodies_of(route: Route, facts: Facts) -> Mapping[str, Received]:
    """Every body that an operation takes, by media type."""
    if facts.bodies or route.body is None:
        return facts.bodies
    return {route.body.media_type: Received(route.body.type)}


def handler_name(route: Route, facts: Facts) -> str:
    """The method of the handlers that answers an operation: ``image_to_video_create``."""
    return facts.handler or route.name.replace(".", "_")
