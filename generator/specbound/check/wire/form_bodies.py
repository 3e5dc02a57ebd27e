"""Form bodies into the value that their schema describes: urlencoded, and multipart by boundary.

Knows OAS 3.1 sections 4.8.14.4 and 4.8.15 and RFC 7578. It must not know exchanges.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from specbound.check.wire.decode import Unparsable, json_value
from specbound.check.wire.media import is_json, media
from specbound.check.wire.typed import Typing
from specbound.runtime.server import decode as styles
from specbound.runtime.server import multipart as forms
from specbound.runtime.server.multipart import BrokenForm, FormPart

#: How each member is written, by its name: the Encoding Object of a media type.
Encoding = Mapping[str, Mapping[str, Any]]


def urlencoded(content: bytes, schema: Any, typing: Typing, encoding: Encoding) -> dict[str, Any]:
    """The object that an urlencoded body means; what cannot be read stays text."""
    found = styles.pairs(content.decode("utf-8", "replace"))
    value: dict[str, Any] = {}
    taken: set[str] = set()
    for name in sorted(typing.names(schema)):
        taken.update(styles.deep_names(found, name))
        readings = list(_readings(name, found, typing.member_shapes(schema, name), encoding))
        if readings:
            value[name] = typing.member(schema, name, readings)
    for name, raw in found:
        if name not in taken:
            value[name] = typing.member(schema, name, [styles.form_text(raw)])
    return value


def _readings(
    name: str, found: styles.Pairs, shapes: tuple[styles.Shape, ...], encoding: Encoding
) -> Iterator[styles.Loose]:
    how = encoding.get(name, {})
    style = str(how.get("style", "form"))
    explode = bool(how.get("explode", style == "form"))
    for shape in shapes:
        if style == "form" and shape == "object":
            yield from (each for each in _objects(name, found) if each is not None)
        reading = styles.from_pairs(name, found, (style, explode), shape)
        if reading is None and style == "form":
            # Without an Encoding Object, many write arrays as `name[]=` and `name[0]=`.
            reading = styles.from_pairs(name, found, ("deepObject", True), shape)
        if reading is not None:
            yield reading


def _objects(name: str, found: styles.Pairs) -> Iterator[styles.Loose]:
    """An object without an encoding is JSON (section 4.8.15.1), or its members in brackets."""
    for key, raw in found:
        if key == name:
            try:
                yield json_value(styles.form_text(raw).encode())
            except Unparsable:
                continue
    yield styles.from_pairs(name, found, ("deepObject", True), "object")


def multipart(content: bytes, content_type: str, schema: Any, typing: Typing) -> dict[str, Any]:
    """The object that a multipart body means, files as text of their bytes; raises `Unparsable`."""
    several: dict[str, list[FormPart]] = {}
    for part in parts(content, content_type):
        several.setdefault(part.name, []).append(part)
    return {name: _member(name, found, schema, typing) for name, found in several.items()}


def _member(name: str, found: list[FormPart], schema: Any, typing: Typing) -> Any:
    """The value of all parts of one name: an array has a part for each item (RFC 7578, 4.3)."""
    shapes = typing.member_shapes(schema, name)
    pieces = [_piece(part, "object" in shapes) for part in found]
    texts = [piece for piece, is_text in pieces if is_text]
    if len(texts) == len(pieces) and ("array" in shapes or len(texts) > 1):
        readings: list[Any] = [texts, *(texts if len(texts) == 1 and "scalar" in shapes else ())]
        return typing.member(schema, name, readings)
    values = [typing.member(schema, name, [each]) if text else each for each, text in pieces]
    is_list = len(values) == 1 and isinstance(values[0], list)
    return values if (len(values) > 1 or "array" in shapes) and not is_list else values[0]


def _piece(part: FormPart, maybe_json: bool) -> tuple[Any, bool]:
    """What a part holds, and whether it is a text whose meaning the schema decides."""
    if is_json(media(part.type).essence) and part.type:
        return json_value(part.content), False
    if part.is_file or (part.type and not part.type.startswith("text/")):
        return part.content.decode("latin-1"), False
    text = part.content.decode("utf-8", "replace")
    if maybe_json and text[:1] in ("{", "["):
        return json_value(part.content), False
    return text, True


def parts(content: bytes, content_type: str) -> Iterator[FormPart]:
    """The parts of a multipart body (RFC 7578); raises `Unparsable` where it has none."""
    try:
        yield from forms.parts(content, content_type)
    except BrokenForm as error:
        raise Unparsable(str(error)) from None
