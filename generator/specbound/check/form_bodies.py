"""Form bodies into the value that their schema describes: urlencoded, and multipart by boundary.

Knows OAS 3.1 sections 4.8.14.4 and 4.8.15 and RFC 7578. It must not know exchanges.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from email.parser import BytesHeaderParser
from email.policy import HTTP
from typing import Any, NamedTuple

from specbound.check import styles
from specbound.check.decode import Unparsable, json_value
from specbound.check.media import is_json, media
from specbound.check.typed import Typing

#: How each member is written, by its name: the Encoding Object of a media type.
Encoding = Mapping[str, Mapping[str, Any]]

_BOUNDARY = re.compile(rb"\A(?:\r?\n)*--([^\r\n]{1,200}?)[ \t]*\r?\n")


class FormPart(NamedTuple):
    """One part of a multipart body."""

    name: str
    content: bytes
    type: str
    is_file: bool


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
    value: dict[str, Any] = {}
    several: dict[str, list[Any]] = {}
    for part in parts(content, content_type):
        several.setdefault(part.name, []).append(_part_value(part, schema, typing))
    for name, values in several.items():
        many = len(values) > 1 or "array" in typing.member_shapes(schema, name)
        is_list = len(values) == 1 and isinstance(values[0], list)
        value[name] = values if many and not is_list else values[0]
    return value


def _part_value(part: FormPart, schema: Any, typing: Typing) -> Any:
    if is_json(media(part.type).essence) and part.type:
        return json_value(part.content)
    if part.is_file or (part.type and not part.type.startswith("text/")):
        return part.content.decode("latin-1")
    text = part.content.decode("utf-8", "replace")
    if "object" in typing.member_shapes(schema, part.name) and text[:1] in ("{", "["):
        return json_value(part.content)
    return typing.member(schema, part.name, [text])


def parts(content: bytes, content_type: str) -> Iterator[FormPart]:
    """The parts of a multipart body (RFC 7578); raises `Unparsable` where it has none."""
    boundary = media(content_type).parameters.get("boundary", "").encode()
    if not boundary:
        found = _BOUNDARY.match(content)
        boundary = found[1] if found else b""
    delimiter = b"--" + boundary
    if not boundary or delimiter not in content:
        raise Unparsable("it has no part that its boundary sets off")
    for piece in (b"\r\n" + content).split(b"\n" + delimiter)[1:]:
        if piece.startswith(b"--"):
            return
        yield _part(piece)


def _part(piece: bytes) -> FormPart:
    body = piece.lstrip(b" \t").removeprefix(b"\r").removeprefix(b"\n")
    end = re.search(rb"\r?\n\r?\n|\A\r?\n", body)
    if end is None:
        raise Unparsable("a part has no empty line after its header fields")
    fields = BytesHeaderParser(policy=HTTP).parsebytes(body[: end.end()])
    content = body[end.end() :]
    disposition = fields["content-disposition"]
    parameters = disposition.params if disposition is not None else {}
    if "name" not in parameters:
        raise Unparsable("a part has no name in its Content-Disposition")
    return FormPart(
        str(parameters["name"]),
        content[:-1] if content.endswith(b"\r") else content,
        str(fields["content-type"] or ""),
        "filename" in parameters,
    )
