"""Texts in the formats of JSON Schema 2020-12 (validation, section 7.3), made from choices.

Knows how each format is written. It must not know patterns: texts tests what comes out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from specbound.contract.ecma import ranges
from specbound.prove.alphabet import Alphabet, alphabet
from specbound.prove.conjunction import Bounds
from specbound.prove.pick import Pick, edged

Form = Callable[[Pick, Bounds], str]

HEX = alphabet(ranges("09", "af"))
DIGITS = alphabet(ranges("09"))
LETTERS = alphabet(ranges("az"))
NAMES = alphabet(ranges("az", "09"))
PATH = alphabet(ranges("az", "09", "-", "/"))
_DAYS = (date(9999, 12, 31) - date(1970, 1, 1)).days


def _some(pick: Pick, letters: Alphabet, least: int = 1, most: int = 8) -> str:
    return pick.text(letters, pick.integer(least, most))


def uuid(pick: Pick, size: Bounds) -> str:
    """Version 4 (RFC 4122 section 4.4): what services ask for most often."""
    text = pick.text(HEX, 30)
    variant = "89ab"[pick.integer(0, 3)]
    return f"{text[:8]}-{text[8:12]}-4{text[12:15]}-{variant}{text[15:18]}-{text[18:30]}"


def day(pick: Pick, size: Bounds) -> str:
    """``full-date`` of RFC 3339, from 1970 on."""
    return (date(1970, 1, 1) + timedelta(days=pick.integer(0, _DAYS))).isoformat()


def time(pick: Pick, size: Bounds) -> str:
    """``full-time`` of RFC 3339."""
    hour, minute, second = (pick.integer(0, most) for most in (23, 59, 59))
    fraction = ("", f".{pick.integer(0, 999):03}")[pick.integer(0, 1)]
    return f"{hour:02}:{minute:02}:{second:02}{fraction}Z"


def date_time(pick: Pick, size: Bounds) -> str:
    """``date-time`` of RFC 3339, in UTC."""
    return f"{day(pick, size)}T{time(pick, size)}"


def duration(pick: Pick, size: Bounds) -> str:
    """``duration`` of RFC 3339 appendix A."""
    return f"P{pick.integer(0, 30)}D" if pick.integer(0, 1) else f"PT{pick.integer(0, 59)}M"


def hostname(pick: Pick, size: Bounds) -> str:
    """Labels of RFC 1123, as many as the least length asks for."""
    text = f"{_some(pick, LETTERS)}.example"
    while len(text) < size.least:
        text = f"{pick.text(LETTERS, min(60, max(1, size.least - len(text) - 1)))}.{text}"
    return text


def email(pick: Pick, size: Bounds) -> str:
    """``Mailbox`` of RFC 5321."""
    return f"{_some(pick, NAMES)}@{hostname(pick, Bounds(0, None))}"


def uri(pick: Pick, size: Bounds) -> str:
    """An absolute https URI of RFC 3986, up to the bound now and then."""
    head = "https://example.com/"
    least = max(0, size.least - len(head))
    most = least + 16 if size.most is None or size.most > 4096 else max(0, size.most - len(head))
    return head + pick.text(PATH, edged(pick, least, max(least, most)))


def reference(pick: Pick, size: Bounds) -> str:
    """A relative reference of RFC 3986 section 4.2."""
    return "/" + pick.text(NAMES, max(size.least - 1, pick.integer(0, 8)))


def ipv4(pick: Pick, size: Bounds) -> str:
    """Four numbers of RFC 2673 section 3.2."""
    return ".".join(str(pick.integer(0, 255)) for _ in range(4))


def ipv6(pick: Pick, size: Bounds) -> str:
    """Eight groups of RFC 4291 section 2.2."""
    return ":".join(f"{pick.integer(0, 0xFFFF):x}" for _ in range(8))


def json_pointer(pick: Pick, size: Bounds) -> str:
    """A pointer of RFC 6901."""
    return "".join("/" + _some(pick, NAMES) for _ in range(pick.integer(1, 3)))


def relative_json_pointer(pick: Pick, size: Bounds) -> str:
    """A relative pointer (draft-bhutton-relative-json-pointer-00)."""
    return f"{pick.integer(0, 9)}{json_pointer(pick, size)}"


def template(pick: Pick, size: Bounds) -> str:
    """A template of RFC 6570."""
    return f"/{_some(pick, NAMES)}/{{{_some(pick, LETTERS)}}}"


def regex(pick: Pick, size: Bounds) -> str:
    """An expression of ECMA-262."""
    return f"^[a-z]{{{pick.integer(0, 9)}}}$"


FORMS: Mapping[str, Form] = {
    "uuid": uuid,
    "date": day,
    "time": time,
    "date-time": date_time,
    "duration": duration,
    "hostname": hostname,
    "idn-hostname": hostname,
    "email": email,
    "idn-email": email,
    "uri": uri,
    "iri": uri,
    "uri-reference": reference,
    "iri-reference": reference,
    "ipv4": ipv4,
    "ipv6": ipv6,
    "json-pointer": json_pointer,
    "relative-json-pointer": relative_json_pointer,
    "uri-template": template,
    "regex": regex,
}
