"""The smallest change after which a value would fit: tried, never guessed.

Knows how scalars go wrong: quotes, case, blanks, schemes, offsets, lists of one. It must not know
which keyword was broken.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Any

from specbound.check.explain.phrases import meant
from specbound.check.explain.unions import kinds_of
from specbound.check.schema.judge import Judge
from specbound.check.schema.lookup import Place
from specbound.contract.values import kind
from specbound.runtime.grammar import UUID_FORM
from specbound.traffic.secrets import redacted

#: Longer texts are not tried: what is wrong with them is not how they are spelt.
LONGEST = 300
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,17})(?:\.\d{1,17})?")
_UUID = re.compile(UUID_FORM)
_BOOLEANS = {"true": True, "false": False}


def repair(judge: Judge, place: Place, value: Any, name: str, optional: bool) -> str:
    """A hint with the first small change that makes the value fit; nothing if none does.

    The kind of the value is changed only where its own is not taken.
    """
    if value is None and optional:
        return "leave it out"
    if isinstance(value, str) and redacted(value, name) != value:
        return ""
    if isinstance(value, float) and (whole := _whole(judge, place, value)):
        return whole
    taken = kind(value) in kinds_of(judge.lookup, place)
    for changed, words in _changes(value):
        alike = kind(changed) == kind(value)
        if (alike or not taken) and judge.fits(place.schema, judge.keep(changed)):
            return words
    return ""


def _whole(judge: Judge, place: Place, value: float) -> str:
    """The integers beside a number, where they fit."""
    if not math.isfinite(value) or abs(value) >= 2**53:
        return ""
    beside = dict.fromkeys((math.floor(value), math.ceil(value)))
    near = [str(each) for each in beside if judge.fits(place.schema, judge.keep(each))]
    return f"the nearest {'is' if len(near) == 1 else 'are'} {' and '.join(near)}" if near else ""


def _changes(value: Any) -> Iterator[tuple[Any, str]]:
    match kind(value):
        case "string" if len(value) <= LONGEST:
            yield from _text_changes(value)
        case "number" | "boolean":
            text = json.dumps(value)
            yield text, f'send "{text}" in quotes'
        case "array" if len(value) == 1:
            yield value[0], "send the item itself, not a list of it"
    if value is not None and not isinstance(value, list):
        yield [value], "send a list of it, in square brackets"


def _text_changes(text: str) -> Iterator[tuple[Any, str]]:
    if _NUMBER.fullmatch(text):
        number = json.loads(text)
        yield number, f"send {text} without quotes"
    if text.lower() in _BOOLEANS:
        yield _BOOLEANS[text.lower()], f"send {text.lower()} without quotes"
    for changed in _respelt(text):
        if changed != text:
            yield changed, meant(changed)


def _respelt(text: str) -> Iterator[str]:
    yield text.strip()
    yield text.lower()
    yield text.upper()
    yield text.capitalize()
    if text.startswith("http://"):
        yield "https://" + text.removeprefix("http://")
    if text.startswith("www."):
        yield "https://" + text
    yield from _times(text)
    if found := _UUID.search(text):
        yield found[0]
    yield text.strip("\"'{}[]()<>")


def _times(text: str) -> Iterator[str]:
    """Dates and times as RFC 3339 and the usual patterns want them."""
    if not re.match(r"\d{4}-\d\d-\d\d", text):
        return
    joined = re.sub(r"^(.{10})[ t]", r"\1T", text)
    yield from (joined, joined.upper(), joined + "Z", joined.upper() + "Z")
    yield re.sub(r"[+-]00:?00$", "Z", joined)
    yield re.sub(r"([+-]\d\d)(\d\d)$", r"\1:\2", joined)
    yield text[:10]
    if len(text) == 10:
        yield text + "T00:00:00Z"
