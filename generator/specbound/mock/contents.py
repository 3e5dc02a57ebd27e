"""Bodies as bytes: JSON, streams of events, forms and text, and a little content of other types.

Knows media types. It must not know schemas.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterable, Mapping
from typing import Any

from specbound.check.wire.media import FORM, chosen, is_json, is_stream, media
from specbound.runtime import encode
from specbound.traffic.exchange import ABSENT

#: A type for each range of types that a document may name.
_RANGES = {"*/*": "application/json", "application/*": "application/json", "text/*": "text/plain"}
_RANGES |= {"image/*": "image/png", "audio/*": "audio/wav", "video/*": "video/mp4"}
_PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwAD"
    "hgGAWjR9awAAAABJRU5ErkJggg=="
)
_SAMPLES = {
    "image/png": b64decode(_PIXEL),
    "image/gif": b"GIF89a\x01\x00\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00"
    b"\x02\x00;",
    "image/svg+xml": b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>',
    "audio/wav": b"RIFF$\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00@\x1f\x00\x00"
    b"@\x1f\x00\x00\x01\x00\x08\x00data\x00\x00\x00\x00",
    "video/mp4": b"\x00\x00\x00\x14ftypisom\x00\x00\x02\x00isom",
    "application/pdf": b"%PDF-1.4\n%%EOF\n",
    "application/zip": b"PK\x05\x06" + b"\x00" * 18,
    "text/html": b"<!doctype html><title>mock</title>",
    "text/csv": b"id,name\r\n1,mock\r\n",
}


def stated(key: str) -> str:
    """The Content-Type that is sent for a documented media type: never a range."""
    return _RANGES.get(media(key).essence, key)


def acceptable(accept: str, content: Mapping[str, Any]) -> str:
    """The documented type that a client asks for by Accept; empty where it does not matter."""
    for each in accept.split(","):
        essence = media(each.strip()).essence if each.strip() else ""
        if essence and "*" not in essence and (found := chosen(essence, content)):
            return found
    return ""


def written(key: str, value: Any) -> bytes:
    """A body in a documented media type; `ABSENT` gives a little content of the type."""
    essence = media(stated(key)).essence
    if is_stream(essence) and isinstance(value, list):
        return _stream(essence, value)
    if value is ABSENT:
        return sample(essence)
    if is_json(essence):
        return encode.dumps(value)
    if essence == FORM and isinstance(value, Mapping):
        pairs = (encode.query_parts(name, one, ("form", True)) for name, one in value.items())
        return "&".join(text for part in pairs for text in part).encode()
    if essence.startswith("text/") and "xml" not in essence:
        return value.encode() if isinstance(value, str) else encode.dumps(value)
    return sample(essence)


def is_sampled(key: str) -> bool:
    """Whether bodies of a type are the same whatever the schema says: no value is written so."""
    essence = media(stated(key)).essence
    if is_json(essence) or is_stream(essence) or essence == FORM:
        return False
    return not essence.startswith("text/") or "xml" in essence or essence in _SAMPLES


def sample(essence: str) -> bytes:
    """A little content of a media type."""
    if essence in _SAMPLES:
        return _SAMPLES[essence]
    if is_json(essence):
        return b"{}"
    if "xml" in essence:
        return b'<?xml version="1.0"?><mock/>'
    return b"mock\n" if essence.startswith("text/") else b"\x00mock"


def _stream(essence: str, events: Iterable[Any]) -> bytes:
    texts = [encode.dumps(event) for event in events]
    if essence == "text/event-stream":
        return b"".join(b"data: " + text + b"\n\n" for text in texts)
    if essence == "application/json-seq":
        return b"".join(b"\x1e" + text + b"\n" for text in texts)
    return b"".join(text + b"\n" for text in texts)
