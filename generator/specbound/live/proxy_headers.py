"""Which header fields go past a proxy, and which end at it (RFC 9110 section 7.6.1).

Knows fields that speak of one connection only. It must not know what any other field means.
"""

from __future__ import annotations

from collections.abc import Sequence

Fields = list[tuple[bytes, bytes]]
Pairs = Sequence[tuple[bytes, bytes]]

#: Fields that a connection's two ends tell each other. `Trailer` goes with the trailers.
HOP_BY_HOP = frozenset(
    {
        b"connection",
        b"keep-alive",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
    }
)
#: What must not be struck out by being named in Connection.
_FRAMING = frozenset({b"content-length", b"host"})


def request_fields(headers: Pairs, host: bytes | None) -> Fields:
    """The fields of a request as they go upstream; `host` takes the place of the client's own."""
    ended, chunked = _ended(headers)
    found: Fields = []
    if host is not None and not any(name.lower() == b"host" for name, _ in headers):
        found.append((b"host", host))  # HTTP/1.0 does not ask for it
    for name, value in headers:
        lower = name.lower()
        if lower == b"host":
            found.append((name, host if host is not None else value))
        elif lower not in ended:
            found.append((name, value))
    return [*found, (b"transfer-encoding", b"chunked")] if chunked else found


def reply_fields(headers: Pairs) -> Fields:
    """The fields of a reply as they go to the client, whose connection has a framing of its own."""
    ended, _ = _ended(headers)
    return [(name, value) for name, value in headers if name.lower() not in ended]


def upgrade_of(headers: Pairs) -> bytes | None:
    """The protocol that a request asks to change to, in lower case."""
    if b"upgrade" not in _tokens(headers, b"connection"):
        return None
    return b", ".join(sorted(_tokens(headers, b"upgrade"))) or None


def _ended(headers: Pairs) -> tuple[frozenset[bytes] | set[bytes], bool]:
    """The fields that end here, and whether the message is chunked, which overrides its length."""
    listed: frozenset[bytes] | set[bytes] = HOP_BY_HOP
    chunked = False
    for name, value in headers:
        lower = name.lower()
        if lower == b"connection":
            listed = listed | {each for each in _split(value) if each not in _FRAMING}
        elif lower == b"transfer-encoding":
            chunked = True
    return (listed | {b"content-length"} if chunked else listed), chunked


def _tokens(headers: Pairs, wanted: bytes) -> set[bytes]:
    return {
        each for name, value in headers if name.lower() == wanted for each in _split(value) if each
    }


def _split(value: bytes) -> list[bytes]:
    return [each.strip().lower() for each in value.split(b",")]
