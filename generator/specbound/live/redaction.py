"""Secrets taken out of bodies that are not JSON, and of cookies, so that the rest stays readable.

Knows forms, multipart bodies and event streams well enough to find names and values in them. It
must not know what a secret is: `traffic.secrets` does.
"""

from __future__ import annotations

import json
import re

from specbound.check.wire.media import FORM, MULTIPART, media
from specbound.traffic.exchange import Headers
from specbound.traffic.secrets import MARKER, redacted, redacted_headers, redacted_url

#: What of a line of an event stream is JSON.
_DATA = re.compile(r"(data:[ ]?|\x1e)?(.*?)(\s*)", re.DOTALL)
_NAME = re.compile(rb'name="([^"]*)"', re.IGNORECASE)
_FILE = re.compile(rb"filename\*?=", re.IGNORECASE)
#: Structural fields: a boundary looks random and is none the less needed.
_STRUCTURAL = frozenset({"content-type", "content-length", "content-encoding"})


def redacted_fields(headers: Headers) -> Headers:
    """Header fields without secrets, but otherwise whole; cookies keep their names."""
    return tuple([_field(name, value) for name, value in headers])


def _field(name: str, value: str) -> tuple[str, str]:
    lower = name.lower()
    if lower in _STRUCTURAL and (lower != "content-type" or "boundary" in value.lower()):
        return name, value
    if lower == "cookie":
        return name, _cookies(value)
    return redacted_headers(((name, value),), whole=True)[0]


def _cookies(text: str) -> str:
    pairs = (pair.partition("=") for pair in text.split(";"))
    return ";".join(f"{name}{sign}{MARKER if value else ''}" for name, sign, value in pairs)


def redacted_body(content: bytes, content_type: str, essence: str) -> bytes:
    """A body that is no JSON; bytes that are no text stay as they are."""
    if essence == FORM:
        return redacted_url("?" + content.decode("latin-1"))[1:].encode("latin-1", "replace")
    if essence == MULTIPART:
        boundary = media(content_type).parameters.get("boundary", "")
        return _parts(content, boundary.encode("latin-1", "replace"))
    return redacted_lines(content)


def _parts(content: bytes, boundary: bytes) -> bytes:
    if not boundary:
        return redacted_lines(content)
    mark = b"--" + boundary
    return mark.join(_part(part) for part in content.split(mark))


def _part(part: bytes) -> bytes:
    head, blank, body = part.partition(b"\r\n\r\n")
    head = _NAME.sub(_named, head)
    if not blank or _FILE.search(head):
        return head + blank + body
    name = _NAME.search(head)
    ended = body.endswith(b"\r\n")
    try:
        text = body.removesuffix(b"\r\n").decode()
    except UnicodeDecodeError:
        return head + blank + body
    told = redacted(text, name[1].decode("utf-8", "replace") if name else "", whole=True)
    return head + blank + str(told).encode() + (b"\r\n" if ended else b"")


def _named(found: re.Match[bytes]) -> bytes:
    """``name="…"``, or the end of ``filename="…"``, of which the text may be a secret itself."""
    plain = found[1].decode("latin-1")
    told = str(redacted(plain, whole=True))
    return found[0] if told == plain else b'name="' + told.encode("latin-1", "replace") + b'"'


def redacted_lines(content: bytes) -> bytes:
    """Text line by line; a line that is JSON, or an event's data, stays JSON."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return content
    return "".join(_line(each) for each in re.split(r"(?<=\n)", text)).encode()


def _line(text: str) -> str:
    found = _DATA.fullmatch(text)
    if found and found[2][:1] in ("{", "[", '"'):
        try:
            value = json.loads(found[2])
            told = redacted(value, whole=True)
            if told == value:
                return text
            return f"{found[1] or ''}{json.dumps(told, ensure_ascii=False)}{found[3]}"
        except (ValueError, RecursionError):
            pass
    return str(redacted(text, whole=True))
