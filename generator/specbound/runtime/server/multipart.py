"""Multipart bodies in their parts, by boundary (RFC 7578, RFC 2046 section 5.1).

It knows the format; it must not know schemas, nor what a part means.
"""

import re
from collections.abc import Iterator
from email.parser import BytesHeaderParser
from email.policy import HTTP
from typing import NamedTuple

from .media import media

_BOUNDARY = re.compile(rb"\A(?:\r?\n)*--([^\r\n]{1,200}?)[ \t]*\r?\n")
#: Bytes of a part's header fields: one that is longer takes long to be read.
_LONGEST_HEAD = 8192


class BrokenForm(ValueError):
    """A body that is no multipart form; the message says why."""


class FormPart(NamedTuple):
    """One part of a multipart body; `filename` is empty where none is given."""

    name: str
    content: bytes
    type: str
    is_file: bool
    filename: str = ""


def parts(content: bytes, content_type: str) -> Iterator[FormPart]:
    """The parts of a multipart body (RFC 7578); raises BrokenForm where it has none."""
    boundary = media(content_type).parameters.get("boundary", "").encode()
    if not boundary:
        found = _BOUNDARY.match(content)
        boundary = found[1] if found else b""
    delimiter = b"--" + boundary
    if not boundary or delimiter not in content:
        raise BrokenForm("it has no part that its boundary sets off")
    for piece in (b"\r\n" + content).split(b"\n" + delimiter)[1:]:
        if piece.startswith(b"--"):
            return
        yield _part(piece)


def _part(piece: bytes) -> FormPart:
    body = piece.lstrip(b" \t").removeprefix(b"\r").removeprefix(b"\n")
    end = re.search(rb"\r?\n\r?\n|\A\r?\n", body)
    if end is None:
        raise BrokenForm("a part has no empty line after its header fields")
    if end.end() > _LONGEST_HEAD:
        raise BrokenForm(f"a part's header fields are longer than {_LONGEST_HEAD} bytes")
    content = body[end.end() :]
    try:
        fields = BytesHeaderParser(policy=HTTP).parsebytes(body[: end.end()])
        disposition = fields["content-disposition"]
    except RecursionError:
        raise BrokenForm("a part's header fields nest too deeply") from None
    parameters = disposition.params if disposition is not None else {}
    if "name" not in parameters:
        raise BrokenForm("a part has no name in its Content-Disposition")
    return FormPart(
        str(parameters["name"]),
        content[:-1] if content.endswith(b"\r") else content,
        str(fields["content-type"] or ""),
        "filename" in parameters,
        str(parameters.get("filename", "")),
    )
