"""Content codings of request bodies (RFC 9110 section 8.4), undone within a limit.

It knows gzip and deflate; it must not know media types. A small body that unpacks to a huge one is
stopped at the limit.
"""

import zlib

from .messages import Fields, Problem

_WINDOWS = {"gzip": 31, "x-gzip": 31, "deflate": 15}
#: More have no use, and each costs as much as the longest body.
_MOST_CODINGS = 4
#: Characters of a header field that a message repeats.
_LONGEST = 80
_STATED = ("content-encoding", "content-length")


def decoded(headers: Fields, content: bytes, limit: int) -> tuple[Fields, bytes]:
    """Headers and content without codings.

    Raises Problem: 415 with Accept-Encoding for an unknown coding, 400 for a body that is not coded
    as it says, 413 for one longer than `limit` bytes when unpacked.
    """
    stated = ",".join(value for name, value in headers if name == "content-encoding")
    codings = [each for part in stated.split(",") if (each := part.strip().lower())]
    codings = [each for each in codings if each != "identity"]
    if not codings or not content:
        return headers, content
    if len(codings) > _MOST_CODINGS:
        raise Problem(415, f"The body has {len(codings)} content codings one on top of the other")
    for coding in reversed(codings):
        if coding not in _WINDOWS:
            message = f"The content coding {coding[:_LONGEST]} is not supported"
            raise Problem(415, message, headers={"accept-encoding": "gzip, deflate, identity"})
        content = _unpacked(content, coding, limit)
    kept = tuple(each for each in headers if each[0] not in _STATED)
    return (*kept, ("content-length", str(len(content)))), content


def _unpacked(content: bytes, coding: str, limit: int) -> bytes:
    unpacker = zlib.decompressobj(_WINDOWS[coding])
    try:
        plain = unpacker.decompress(content, limit + 1)
        if (not unpacker.eof and len(plain) <= limit) or unpacker.unused_data:
            raise Problem(400, f"The body is not one whole {coding} stream")
    except zlib.error:
        raise Problem(400, f"The body is not {coding}") from None
    if len(plain) > limit:
        raise Problem(413, f"The body is longer than {limit} bytes")
    return plain
