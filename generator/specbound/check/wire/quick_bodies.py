"""Validators of JSON bodies, quickly found by the body's place and its message's headers.

Knows which media types are plain JSON. It must not say what is wrong: `body` looks at the rest.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from specbound.check.schema.verdict import Fits, Validators
from specbound.check.wire.body import Contents, Doubt
from specbound.check.wire.decode import json_value
from specbound.check.wire.media import is_json, is_stream, media
from specbound.traffic.exchange import ABSENT, Headers, Request, Response, header

_KEPT = 256
#: Perhaps it does not fit: nothing is known yet.
DOUBT = Doubt(None, None)
_NEW: Any = object()


class _Tests(NamedTuple):
    """The validators of a JSON body: as it is, and closed; that one `alone` may answer for both."""

    open: Fits
    closed: Fits
    alone: bool


class Bodies:
    """The bodies of one operation."""

    def __init__(self, validators: Validators) -> None:
        self._validators = validators
        self._tests: dict[tuple[int, str | None], _Tests | None] = {}
        self._known: dict[tuple[int, int], tuple[_Tests | None, Headers | None]] = {}

    def doubt(self, contents: Contents, message: Request | Response, close: bool) -> Doubt | None:
        """None if a body fits for sure, without undeclared members if `close`; else what is known.

        Readers give equal headers as one tuple, so that it is known again by its identity.
        """
        headers, value = message.headers, message.json
        known = self._known.get((id(contents), id(headers)))
        tests = known[0] if known is not None else self._met(contents, headers)
        if tests is None:
            return DOUBT
        if value is ABSENT:
            value = json_value(message.content or b"")
        if not (close and tests.alone) and not tests.open(value):
            # What fits closed would fit as it is too, where that is sure.
            return Doubt(contents, value, False, False if tests.alone else None)
        if not close or tests.closed(value):
            return None
        return Doubt(contents, value, None if tests.alone else True, False)

    def _met(self, contents: Contents, headers: Headers | None) -> _Tests | None:
        recorded = header(headers, "content-type") if headers else None
        if len(self._known) >= _KEPT:
            self._known.clear()
            self._tests.clear()
        # The headers are kept beside the tests, so that their identity stays their own.
        found = self._recorded(contents, recorded)
        self._known[id(contents), id(headers)] = found, headers
        return found

    def _recorded(self, contents: Contents, recorded: str | None) -> _Tests | None:
        key = id(contents), recorded
        found: _Tests | None = self._tests.get(key, _NEW)
        if found is _NEW:
            found = self._tests[key] = self._made(contents, recorded)
        return found

    def _made(self, contents: Contents, recorded: str | None) -> _Tests | None:
        entry = contents.entry(recorded)
        if entry is None or is_stream(media(entry.key).essence):
            return None
        if not is_json(media(recorded or entry.key).essence):
            return None
        bare, schema = self._validators.bare, entry.schema
        side: Any = contents.direction
        alone = self._validators.narrows(schema, side)
        return _Tests(bare(schema, side, False), bare(schema, side, True), alone)
