"""Which of several documented media types a body is: the most special that fits the stated one.

It knows media types and ranges (RFC 9110 sections 8.3 and 12.5.1); it must not know how any of them
is decoded.
"""

from collections.abc import Collection, Iterable, Mapping
from email.message import Message
from functools import lru_cache
from typing import NamedTuple

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"


class Media(NamedTuple):
    """A media type without its parameters, in lower case, and the parameters."""

    essence: str
    parameters: Mapping[str, str]


@lru_cache(1024)
def media(text: str) -> Media:
    """Read a Content-Type field, or the key of a `content` object."""
    message = Message()
    message["content-type"] = text.replace("\r", " ").replace("\n", " ")
    found = message.get_params() or [("", "")]
    parameters = {name.lower(): value for name, value in found[1:]}
    return Media(found[0][0].strip().lower(), parameters)


def chosen(stated: str, documented: Collection[str]) -> str | None:
    """The one of `documented` that a stated media type belongs to; None if there is none."""
    if stated in documented:
        return stated
    mine = media(stated)
    ranked = [(rank, key) for key in documented if (rank := _rank(mine, media(key)))]
    return max(ranked, key=lambda pair: pair[0])[1] if ranked else None


def _rank(mine: Media, other: Media) -> int:
    """How special a documented type is for a stated one; 0: it is another."""
    if mine.essence == other.essence:
        same = sum(
            mine.parameters.get(k, "").lower() == v.lower() for k, v in other.parameters.items()
        )
        return 100 + same - (len(other.parameters) - same)
    major, _, minor = other.essence.partition("/")
    my_major, _, my_minor = mine.essence.partition("/")
    if major == my_major and minor.startswith("*+") and my_minor.endswith(minor[1:]):
        return 50
    if major == my_major and minor == "*":
        return 20
    return 10 if other.essence in ("*/*", "*") else 0


def likely(documented: Iterable[str]) -> str | None:
    """The documented type of a body that does not state its own: JSON if there is any."""
    known = list(documented)
    json = next((key for key in known if is_json(media(key).essence)), None)
    return json if json is not None else next(iter(known), None)


@lru_cache(1024)
def is_json(essence: str) -> bool:
    """Whether a media type is JSON (RFC 8259, RFC 6839), or a range that takes it."""
    return essence in (
        "application/json",
        "text/json",
        "*/*",
        "*",
        "application/*",
    ) or essence.endswith("+json")
