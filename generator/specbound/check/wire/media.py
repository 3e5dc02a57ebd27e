"""Which documented media type a body is, and which of them are rows of values.

Knows the media types of streams; the rest is the server's skeleton's, which is asked the same. It
must not know how any of them is decoded.
"""

from __future__ import annotations

from specbound.runtime.server.media import FORM, MULTIPART, Media, chosen, is_json, likely, media
from specbound.traffic.events import JSON_LINES

__all__ = ["FORM", "MULTIPART", "Media", "chosen", "is_json", "is_stream", "likely", "media"]


def is_stream(essence: str) -> bool:
    """Whether a body is a row of events or records, each a value of its own."""
    return essence in _STREAMS


_STREAMS = JSON_LINES | {"text/event-stream", "application/json-seq"}
