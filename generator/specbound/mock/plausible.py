"""Values that look like those of a service: names, times, addresses, by what a member is called.

Knows the words of members' names and what people expect behind them. It must not know schemas:
whoever asks tests what comes out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from specbound.prove.pick import Pick

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_FIRST = ("Amber", "Blue", "Calm", "Early", "Golden", "Hidden", "Lively", "Quiet", "Silver", "Wild")
_SECOND = ("Bridge", "Coast", "Forest", "Garden", "Harbor", "Lantern", "Meadow", "River", "Summit")
_PEOPLE = ("Alex", "Dana", "Eli", "Jo", "Kim", "Lena", "Milo", "Noor", "Robin", "Sam")
_SENTENCES = (
    "A quiet harbor at dawn, seen from the old bridge.",
    "The lantern swings while the river runs below.",
    "Early light falls on the meadow behind the forest.",
    "She looks up and smiles at the passing clouds.",
)
#: What a file behind an address is, by the words of the member that holds the address.
_FILES = {
    **dict.fromkeys(("image", "photo", "picture", "avatar", "icon", "logo", "thumbnail"), ".png"),
    **dict.fromkeys(("poster", "frame"), ".png"),
    **dict.fromkeys(("audio", "sound", "voice", "speech", "preview"), ".mp3"),
    **dict.fromkeys(("video", "output", "recording", "clip", "movie"), ".mp4"),
}
_TIMES = frozenset(("at", "on", "time", "date", "timestamp", "created", "updated", "modified"))
_LATER = frozenset(("expires", "expiry", "expiration", "until", "end", "ended", "ends"))
_PROSE = frozenset(
    ("description", "text", "content", "prompt", "message", "summary", "comment", "reason",
     "body", "note", "notes", "bio", "about", "caption", "details", "transcript", "script",
     "failure")
)  # fmt: skip
_NAMES = frozenset(("name", "title", "label", "subject", "topic", "headline"))
_SECRETS = frozenset(("token", "secret", "key", "hash", "signature", "etag", "checksum", "sha"))
_FIXED = {
    "country": "US", "currency": "USD", "language": "en", "locale": "en-US", "timezone": "UTC",
    "version": "1.0.0", "phone": "+15550100", "city": "Springfield", "color": "#4f46e5",
    "email": "alex@example.com", "username": "alex", "login": "alex", "host": "api.example.com",
    "hostname": "api.example.com", "domain": "example.com", "mime": "image/png", "unit": "seconds",
    "postcode": "12345", "zip": "12345", "street": "1 Harbor Street",
}  # fmt: skip


def words(name: str) -> list[str]:
    """The words of a name, in lower case: ``createdAt`` and ``created_at`` have the same."""
    return [word.lower() for word in _WORD.findall(name)]


def texts(name: str, form: str, pick: Pick, now: datetime) -> Iterator[str]:
    """Texts for a member of a name, in a format if it has one, the likeliest first."""
    said = words(name)
    last = said[-1] if said else ""
    if form in ("date-time", "date", "time") or (not form and is_time(said)):
        yield from times(said, form, now)
    if form in ("uri", "url", "iri") or last in ("url", "uri", "href", "link", "output"):
        yield from _addresses(said, pick)
    if form == "uuid" or last in ("uuid", "id", "guid"):
        yield identifier(pick)
    if form in ("email", "idn-email"):
        yield f"{_one(_PEOPLE, pick).lower()}@example.com"
    if not form:
        yield from _plain(said, last, pick)


def _plain(said: list[str], last: str, pick: Pick) -> Iterator[str]:
    if last in _PROSE:
        yield _one(_SENTENCES, pick)
    elif last in ("filename", "file", "path"):
        yield f"{_one(_SECOND, pick).lower()}.png"
    elif last in _SECRETS:
        yield digits(pick, 32)
    elif last == "slug":
        yield f"{_one(_FIRST, pick)}-{_one(_SECOND, pick)}".lower()
    elif last in _FIXED:
        yield _FIXED[last]
    elif said[-2:-1] and said[-2] in ("first", "last", "full", "display") and last in _NAMES:
        yield _one(_PEOPLE, pick)
    title = f"{_one(_FIRST, pick)} {_one(_SECOND, pick)}"
    yield title if last in _NAMES or not said else title.lower().replace(" ", "-")
    yield _one(_SECOND, pick).lower()
    yield from (digits(pick, size) for size in (32, 8, 4, 2, 1))


def times(said: list[str], form: str, now: datetime) -> Iterator[str]:
    """A moment near now: what ends or expires lies ahead, the rest has just been."""
    moment = now + timedelta(hours=1) if _LATER.intersection(said) else now
    if form == "date":
        yield f"{moment:%Y-%m-%d}"
    elif form == "time":
        yield f"{moment:%H:%M:%S}Z"
    else:
        yield f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z"
        yield f"{moment:%Y-%m-%dT%H:%M:%S}Z"
        yield f"{moment:%Y-%m-%dT%H:%M:%S}+00:00"
        yield f"{moment:%Y-%m-%d}"


def is_time(said: list[str]) -> bool:
    """Whether the words of a name speak of a moment."""
    return bool(said) and (said[-1] in _TIMES or said[-1] in ("expires", "timestamp"))


def numbers(name: str, pick: Pick, now: datetime) -> Iterator[float]:
    """Numbers for a member of a name, small ones where nothing is known of it."""
    said = words(name)
    if is_time(said):
        yield int(now.timestamp())
        yield int(now.timestamp() * 1000)
    if "year" in said:
        yield now.year
    if {"progress", "ratio", "share", "percent", "score", "confidence"} & set(said):
        yield round(pick.integer(5, 95) / 100, 2)
    for most in (100, 10, 1000):
        yield pick.integer(1, most)


def identifier(pick: Pick) -> str:
    """A UUID of version 4 (RFC 9562 section 5.4)."""
    text = digits(pick, 32)
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:]}"


def digits(pick: Pick, size: int) -> str:
    """So many hexadecimal digits."""
    return f"{pick.integer(0, 16**size - 1):0{size}x}"


def _addresses(said: list[str], pick: Pick) -> Iterator[str]:
    kind = next((_FILES[word] for word in reversed(said) if word in _FILES), "")
    noun = next((word for word in said if word not in ("url", "uri", "href", "link")), "files")
    yield f"https://cdn.example.com/{noun}/{digits(pick, 16)}{kind}"
    yield f"https://example.com/{digits(pick, 8)}"
    yield f"https://cdn.example.com/{digits(pick, 8)}.png"


def _one(options: tuple[str, ...], pick: Pick) -> str:
    return options[pick.integer(0, len(options) - 1)]
