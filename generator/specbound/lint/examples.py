"""Examples and defaults against their own schemas, each at the place where it stands.

Knows which forms of an example are a value's own and which are its text on the wire. It must not
know what a document is used for.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from specbound.contract.shown import DEFAULT, HEADER, MEDIA, PARAMETER, Shown, shown
from specbound.diagnostics import Code
from specbound.lint.document import WARNING, Document
from specbound.lint.fit import Fits
from specbound.lint.problem import Action, Problem
from specbound.lint.wording import Wording
from specbound.origin import tokens
from specbound.traffic.secrets import shown as shown_value


def examples(document: Document, fits: Fits) -> Iterator[Problem]:
    """A problem for every example and default that its schema refuses."""
    wording = Wording(document.contract, fits)
    for one in shown(document.tree):
        if _fits(one, fits) or _is_text_of(one, fits):
            continue
        yield _problem(one, document, (fits, wording))


def _fits(one: Shown, fits: Fits) -> bool:
    return fits.accepts(one.schema, one.value, one.direction)


def _is_text_of(one: Shown, fits: Fits) -> bool:
    """Whether a text is how a value that fits is written down, where text is all that there is."""
    if not isinstance(one.value, str):
        return False
    if one.kind == MEDIA:
        return "json" not in one.media.lower()
    if one.kind not in (PARAMETER, HEADER):
        return False
    return any(fits.accepts(one.schema, value, one.direction) for value in readings(one.value))


def readings(text: str) -> Iterator[Any]:
    """What the text of a parameter may stand for: a scalar, or a list with commas."""
    yield from _scalar(text)
    items = text.split(",")
    yield items
    yield [next(_scalar(item), item) for item in items]


def _scalar(text: str) -> Iterator[Any]:
    with suppress(ValueError, RecursionError):
        yield json.loads(text)


def _problem(one: Shown, document: Document, by: tuple[Fits, Wording]) -> Problem:
    fits, wording = by
    words, meant = wording.of(one), _meant(one, fits)
    plain = one.value is None or isinstance(one.value, str | int | float)
    value = f" {said}" if plain and (said := shown_value(one.value)) not in words.reason else ""
    message = f"the {one.kind}{value} does not fit: {words.reason}"
    if words.more:
        message += f" (and {words.more} more fault{'s' * (words.more > 1)})"
    message += _user(one, document)
    found = document.problem(
        Code.INVALID_DEFAULT if one.kind == DEFAULT else Code.INVALID_EXAMPLE,
        one.pointer,
        message,
        WARNING,
        "write the value itself, not its text" if meant else words.help,
    )
    if one.kind == DEFAULT:
        mend = _replacing(one, document, meant)
    else:
        mend = _replacing(one, document, meant) or _removing(one.pointer, document)
    return Problem(found.diagnostic, f"{one.kind}s that do not fit", mend)


def _user(one: Shown, document: Document) -> str:
    """Which operation uses an example that stands elsewhere, to be referred to."""
    steps = tokens(one.pointer)
    if one.kind != MEDIA or steps[0] != "paths" or len(steps) < 3:
        return ""
    if tokens(document.origin(one.pointer).pointer)[:1] == ["paths"]:
        return ""
    return f" (as {steps[2].upper()} {steps[1]} uses it)"


def _meant(one: Shown, fits: Fits) -> list[Any]:
    """The value that a text was meant to be, in a list of one; empty where it is no such text."""
    if not isinstance(one.value, str):
        return []
    read = _scalar(one.value)
    return [value for value in read if fits.accepts(one.schema, value, one.direction)]


def _replacing(one: Shown, document: Document, meant: list[Any]) -> tuple[Action, ...]:
    holder, _, name = one.pointer.rpartition("/")
    return document.update(holder, {name: meant[0]}) if meant and not name.isdigit() else ()


def _removing(place: str, document: Document) -> tuple[Action, ...]:
    """Take an example away; where it stands by reference, the reference goes, not its target."""
    if place.endswith("/value") and "/examples/" in place:
        place = place.removesuffix("/value")
    holder, _, name = place.rpartition("/")
    return document.removal(holder, name)
