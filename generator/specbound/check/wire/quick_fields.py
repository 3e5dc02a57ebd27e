"""Header parameters of one operation, quickly: the same header fields come again and again.

Knows parameters that are plain text. It must not say what is wrong: whatever it does not know is
looked at closely by `wire`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from specbound.check.schema.verdict import Fits
from specbound.check.wire.parameters import Wired
from specbound.traffic.exchange import Headers, header

_KEPT = 64


class _Field(NamedTuple):
    """A header parameter: its bit among the others, and values that are known to fit."""

    bit: int
    fits: Fits | None
    known: set[str]


class Fields:
    """The header parameters of requests."""

    def __init__(self, fields: Iterable[Wired]) -> None:
        self._fields: dict[str, _Field] = {}
        self._required = 0
        self._good: dict[int, Headers] = {}
        for index, one in enumerate(fields):
            name = one.parameter.name.lower()
            self._fields[name] = _Field(1 << index, plainly(one), set())
            self._required |= one.parameter.required << index

    def hold(self, headers: Headers | None) -> bool:
        """Whether header fields fit for sure; readers give equal fields as one tuple."""
        if headers is None or not self._fields or self._good.get(id(headers)) is headers:
            return True
        if not self._judged(headers):
            return False
        if len(self._good) >= _KEPT:
            self._good.clear()
        # They are kept, so that their identity stays their own.
        self._good[id(headers)] = headers
        return True

    def _judged(self, headers: Headers) -> bool:
        seen = 0
        for name, value in headers:
            field = self._fields.get(name.lower())
            if field is None:
                continue
            if seen & field.bit or field.fits is None:
                return False
            if value not in field.known:
                if not field.fits(value):
                    return False
                if len(field.known) < _KEPT:
                    field.known.add(value)
            seen |= field.bit
        return seen & self._required == self._required


def plainly(wired: Wired) -> Fits | None:
    """The test of a parameter that is text and means it; None if it has to be read first."""
    one = wired.parameter
    return wired.fits if wired.plain and one.style == "simple" and not one.deprecated else None


def replied(fields: Iterable[Wired], headers: Headers | None) -> bool:
    """Whether the documented headers of a reply fit for sure."""
    if headers is None:
        return True
    for wired in fields:
        text = header(headers, wired.parameter.name)
        if text is None:
            if wired.parameter.required:
                return False
            continue
        fits = plainly(wired)
        if fits is None or not fits(text):
            return False
    return True
