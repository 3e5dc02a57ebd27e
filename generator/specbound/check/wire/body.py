"""One body against the media types that the contract gives it: chosen, decoded, judged.

Knows how each kind of media type holds JSON values. It must not know operations or statuses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from specbound.check.finding import Part
from specbound.check.schema.lookup import Direction
from specbound.check.schema.verdict import Fits, Validators
from specbound.check.trouble import Misfit, Trouble, said
from specbound.check.wire import form_bodies
from specbound.check.wire.decode import Unparsable, json_value
from specbound.check.wire.media import (
    FORM,
    MULTIPART,
    Media,
    chosen,
    is_json,
    is_stream,
    likely,
    media,
)
from specbound.check.wire.typed import Typing
from specbound.contract.model import Schema
from specbound.origin import escape
from specbound.traffic.events import stream
from specbound.traffic.exchange import ABSENT, Request, Response, header


@dataclass(slots=True)
class Entry:
    """One media type of a body: its schema, where that stands, and the validators."""

    key: str
    schema: Schema
    at: str
    fits: Fits
    streams: bool = False
    item: Schema | None = None
    encoding: Mapping[str, Mapping[str, Any]] | None = None


class Doubt(NamedTuple):
    """What is known of one body before it is looked at closely: as it is, and closed.

    None where nobody has asked yet. `contents` is the place whose body the value is.
    """

    contents: Contents | None
    value: Any
    open: bool | None = None
    closed: bool | None = None


@dataclass(slots=True)
class Look:
    """How closely to look at what fits, on either side, and what could not be looked at.

    `doubt` is what was found out about one of the bodies on the way here.
    """

    requests: bool
    replies: bool
    unchecked: list[str]
    doubt: Doubt | None = None

    def is_close(self, direction: Direction) -> bool:
        """Whether members that nobody declares or forbids are looked for."""
        return self.requests if direction == "request" else self.replies


class Shared:
    """What all bodies of one contract need."""

    def __init__(self, validators: Validators, typing: Typing) -> None:
        self.validators = validators
        self.typing = typing


class Contents:
    """A body of the contract, on one side of one operation."""

    def __init__(
        self, content: Mapping[str, Schema], node: Any, at: str, side: tuple[Direction, Shared]
    ) -> None:
        self.content = content
        self._node = node if isinstance(node, Mapping) else {}
        self._at = at
        self.direction: Direction = side[0]
        self._shared = side[1]
        self.part = Part.REQUEST_BODY if self.direction == "request" else Part.RESPONSE_BODY
        self._entries: dict[str | None, Entry | None] = {}

    def entry(self, recorded: str | None) -> Entry | None:
        """The media type that a recorded one belongs to; the likeliest if none was recorded."""
        try:
            return self._entries[recorded]
        except KeyError:
            pass
        key = likely(self.content) if not recorded else chosen(recorded, self.content)
        found = None if key is None else self._made(key)
        if len(self._entries) < 256:
            self._entries[recorded] = found
        return found

    def _made(self, key: str) -> Entry:
        schema, at = self.content[key], f"{self._at}/content/{escape(key)}"
        node = self._node.get("content", {}).get(key)
        node = node if isinstance(node, Mapping) else {}
        fits = self._shared.validators.of(schema, self.direction)
        entry = Entry(key, schema, f"{at}/schema", fits, encoding=node.get("encoding"))
        entry.streams = is_stream(media(key).essence)
        if entry.streams:
            entry.item = _event_schema(entry.schema, self._shared.typing)
        return entry

    def troubles(self, message: Request | Response, look: Look) -> Iterator[Trouble]:
        """What is wrong with the body of a message; the message has one."""
        recorded = header(message.headers, "content-type") if message.headers else None
        entry = self.entry(recorded)
        if entry is None:
            yield _foreign(recorded or "", self.content, (self.part, self._at))
            return
        if message.json is not ABSENT:
            yield from self._known(entry, message.json, look)
            return
        content = message.content or b""
        essence = media(recorded or entry.key)
        try:
            yield from self._decoded(entry, essence, content, look)
        except Unparsable as error:
            text = f"the body is not {_name(essence.essence)}: {error}"
            yield said(self.part, "unparsable-body", text, entry.at.rpartition("/")[0])

    def _known(self, entry: Entry, value: Any, look: Look) -> Iterator[Trouble]:
        if entry.item is not None and isinstance(value, list):
            for index, event in enumerate(value):
                yield from self._event(entry, event, f"/{index}", look)
        elif entry.streams and entry.item is None:
            look.unchecked.append(_no_event_schema(entry))
        else:
            yield from self._judged(entry, value, look)

    def _decoded(self, entry: Entry, kind: Media, content: bytes, look: Look) -> Iterator[Trouble]:
        essence = kind.essence if not kind.essence.endswith("*") else "application/json"
        if is_stream(essence):
            yield from self._events(entry, essence, content, look)
        elif is_json(essence):
            yield from self._judged(entry, json_value(content), look)
        elif essence == FORM:
            typing = self._shared.typing
            value = form_bodies.urlencoded(content, entry.schema, typing, entry.encoding or {})
            yield from self._judged(entry, value, look)
        elif essence == MULTIPART:
            text = f"{MULTIPART}; boundary={kind.parameters.get('boundary', '')}"
            value = form_bodies.multipart(content, text, entry.schema, self._shared.typing)
            yield from self._judged(entry, value, look)
        elif essence.startswith("text/"):
            yield from self._text(entry, kind, content, look)
        elif not self._is_binary(entry):
            look.unchecked.append(f"not checked: bodies of {essence or 'no media type'}")

    def _is_binary(self, entry: Entry) -> bool:
        """Whether all that the contract says of a body is that there are bytes."""
        return "string" in self._shared.typing.kinds(entry.schema)

    def _text(self, entry: Entry, kind: Media, content: bytes, look: Look) -> Iterator[Trouble]:
        typing = self._shared.typing
        if "xml" in kind.essence or entry.schema is True or not self._is_binary(entry):
            look.unchecked.append(f"not checked: bodies of {kind.essence}")
            return
        try:
            text = content.decode(kind.parameters.get("charset", "utf-8"))
        except (LookupError, UnicodeDecodeError) as error:
            raise Unparsable(f"it does not decode ({error})") from None
        yield from self._judged(entry, typing.value(entry.schema, text), look)

    def _events(self, entry: Entry, essence: str, content: bytes, look: Look) -> Iterator[Trouble]:
        if entry.item is None:
            look.unchecked.append(_no_event_schema(entry))
            return
        for index, event in enumerate(stream(essence, content) or ()):
            if event.data.strip() in ("", "[DONE]"):
                continue
            try:
                value = json_value(event.data.encode("utf-8", "surrogatepass"))
            except Unparsable as error:
                text = f"event {index} of the body is not JSON: {error}"
                at, more = entry.at, {"pointer": f"/{index}"}
                yield said(self.part, "unparsable-body", text, at, more)
            else:
                yield from self._event(entry, value, f"/{index}", look)

    def _event(self, entry: Entry, value: Any, under: str, look: Look) -> Iterator[Trouble]:
        assert entry.item is not None
        item, at = entry.item, entry.at
        if item is not entry.schema:
            at += "/items"
        yield from self._held((item, at), value, under, look)

    def _judged(self, entry: Entry, value: Any, look: Look) -> Iterator[Trouble]:
        doubt = _doubt(look, self, value)
        fits = entry.fits(value) if doubt.open is None else doubt.open
        if not fits:
            yield Misfit(self.part, entry.schema, entry.at, value, self.direction)
        if not look.is_close(self.direction):
            return
        narrows = self._shared.validators.narrows(entry.schema, self.direction)
        if doubt.closed is None and (fits or not narrows):
            yield from self._strays((entry.schema, entry.at), value, "")
        elif not doubt.closed:
            at, way = entry.at, self.direction
            yield Misfit(self.part, entry.schema, at, value, way, strays=True)

    def _held(
        self, place: tuple[Schema, str], value: Any, under: str, look: Look
    ) -> Iterator[Trouble]:
        schema, at = place
        if not self._shared.validators.of(schema, self.direction)(value):
            yield Misfit(self.part, schema, at, value, self.direction, under)
        if look.is_close(self.direction):
            yield from self._strays(place, value, under)

    def _strays(self, place: tuple[Schema, str], value: Any, under: str) -> Iterator[Trouble]:
        schema, at = place
        if not self._shared.validators.of(schema, self.direction, closed=True)(value):
            yield Misfit(self.part, schema, at, value, self.direction, under, strays=True)


def _doubt(look: Look, contents: Contents, value: Any) -> Doubt:
    """What is known of this very body already."""
    known = look.doubt
    same = known is not None and known.contents is contents and known.value is value
    return known if known is not None and same else Doubt(contents, value)


def _event_schema(schema: Schema, typing: Typing) -> Schema | None:
    """The schema of one event: the items of an array, or the schema itself; None: not said."""
    kinds = typing.kinds(schema)
    if schema is True or schema == {} or kinds <= {"string", "null"}:
        return None
    if kinds == {"array"}:
        return next(iter(typing.items(schema)), None)
    return schema


def _foreign(recorded: str, documented: Mapping[str, Schema], place: tuple[Part, str]) -> Trouble:
    part, at = place
    allowed = ", ".join(documented)
    message = f"the media type `{recorded[:80]}` is not documented here"
    names = (media(recorded).essence[:80],)
    more = {"allowed": allowed, "value": recorded[:200], "names": names}
    return said(part, "media-type", message, f"{at}/content", more)


def _name(essence: str) -> str:
    return "JSON" if is_json(essence) else essence or "readable"


def _no_event_schema(entry: Entry) -> str:
    return f"not checked: {entry.key} without a schema of one event"
