"""URLs without what opens doors: user information, signatures, keys and tokens in query or path.

Knows the parts of a URL (RFC 3986), well formed or not. It must not know what is behind it.
"""

from __future__ import annotations

import re
from urllib.parse import unquote, unquote_plus

from specbound.traffic.secret_looks import MARKER, is_random, spotted
from specbound.traffic.secret_names import is_secret_query

URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,30}://[^\s\"'<>\\^`{|}]*")
USERINFO = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]*://)?[^/?#@\s]+@")
PAIR = re.compile(r"([^&;=]*)(=)([^&;]*)")
#: Brackets have no place in the authority, where they would make the URL unreadable.
NOBODY = "redacted"
#: URLs within URLs' queries that are looked into: what lies deeper is as good as a secret.
NESTED = 8
#: Shorter texts are no secrets by their look.
SHORTEST = 8


def redacted_url(url: str) -> str:
    """`url`, absolute or from its path on, with every part that looks like a key replaced.

    What is left can still be parsed; a template's ``{id}`` and UUIDs stay.
    """
    return _redacted(url, NESTED)


def _redacted(url: str, nested: int) -> str:
    start, mark, query = url.partition("?")
    fragment, hash_mark = "", ""
    if mark:
        query, hash_mark, fragment = query.partition("#")
    else:
        start, hash_mark, fragment = start.partition("#")
    if "://" in start:
        start = USERINFO.sub(lambda found: f"{found[1] or ''}{NOBODY}@", start)
    told = "/".join(_segments(start.split("/")))
    return f"{told}{mark}{_query(query, nested)}{hash_mark}{_query(fragment, nested)}"


def with_redacted_urls(text: str) -> str:
    """A text in which every URL is redacted."""
    return URL.sub(lambda found: redacted_url(found[0]), text)


def _segments(parts: list[str]) -> list[str]:
    """A path's segments; base64 has slashes, so random ones beside a token are parts of it."""
    told = [_segment(part) for part in parts]
    is_absolute = parts[0].endswith(":") and parts[1:2] == [""]
    for number in range(3 if is_absolute else 0, len(parts)):
        beside = told[max(0, number - 2) : number + 3]
        if MARKER in beside and is_random(parts[number]):
            told[number] = MARKER
    return told


def _segment(part: str) -> str:
    if len(part) < SHORTEST:
        return part
    plain = unquote(part)
    return part if spotted(plain) == plain else MARKER


def _query(query: str, nested: int) -> str:
    if "=" not in query:
        return _segment(query)
    return PAIR.sub(lambda found: _pair(found, nested), query)


def _pair(found: re.Match[str], nested: int) -> str:
    name, value = unquote_plus(found[1]), unquote_plus(found[3])
    label = found[1] if len(name) < SHORTEST or spotted(name) == name else MARKER
    if not value:
        return f"{label}="
    if is_secret_query(name):
        return f"{label}={MARKER}"
    inner = value
    if "://" in value:
        inner = _redacted(value, nested - 1) if nested else MARKER
    return f"{label}={found[3] if spotted(inner) == value else MARKER}"
