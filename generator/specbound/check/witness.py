"""What a checked exchange has shown, told to whoever keeps count: only parts that fit.

Knows which values of an exchange belong to which part of its operation. It must not know what is
counted, nor how.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from specbound.check.body import Contents, Entry
from specbound.check.decode import Unparsable, json_value
from specbound.check.finding import Finding, Part
from specbound.check.media import is_json, is_stream, media
from specbound.check.plan import NO_CONTENT, Plan
from specbound.check.routes import Match
from specbound.diagnostics import Severity
from specbound.traffic.events import stream
from specbound.traffic.exchange import ABSENT, Exchange, Request, Response, header

_PARAMETERS = frozenset({Part.PATH, Part.QUERY, Part.HEADER, Part.COOKIE})


class Ledger(Protocol):
    """Whoever keeps count: see `coverage.Coverage`."""

    def see_status(self, operation: str, status: str, media_type: str = "") -> None: ...
    def see_body(self, operation: str, part: str, media_type: str, value: Any) -> None: ...
    def see_parameters(self, operation: str, values: Mapping[tuple[str, str], Any]) -> None: ...


def witness(
    ledger: Ledger,
    plan: Plan,
    exchange: Exchange,
    found: tuple[Match, str],
    findings: tuple[Finding, ...] = (),
) -> None:
    """Tell a ledger what an exchange has shown of its operation, the faulty parts left out."""
    broken = {one.part for one in findings if one.severity is Severity.ERROR}
    request, key = exchange.request, plan.operation.key
    if request is not None:
        match, query = found
        known = request.headers is not None or not (
            plan.parameters.fields or plan.parameters.cookies
        )
        if known and not broken & _PARAMETERS:
            values = plan.parameters.values(match.values, query, request.headers)
            if values or plan.operation.parameters:
                ledger.see_parameters(key, values)
        if plan.body is not None and Part.REQUEST_BODY not in broken:
            _see(ledger, (key, "request"), plan.body[1], request)
    response = exchange.response
    replied = plan.replied(response.status) if response is not None else None
    if response is None:
        ledger.see_status(key, "")
    elif replied is not None:
        entry = None
        if response.status not in NO_CONTENT and _has_body(response):
            entry = _entry(replied.contents, response)
        ledger.see_status(key, replied.reply.status, entry.key if entry else "")
        if entry is not None and response.whole and Part.RESPONSE_BODY not in broken:
            _see(ledger, (key, replied.reply.status), replied.contents, response)


def _has_body(message: Request | Response) -> bool:
    return message.json is not ABSENT or bool(message.content)


def _entry(contents: Contents, message: Request | Response) -> Entry | None:
    return contents.entry(header(message.headers, "content-type") if message.headers else None)


def _see(
    ledger: Ledger, where: tuple[str, str], contents: Contents, message: Request | Response
) -> None:
    if not _has_body(message):
        return
    entry = _entry(contents, message)
    if entry is None:
        return
    try:
        for value in _values(entry, message):
            ledger.see_body(*where, entry.key, value)
    except Unparsable:
        return


def _values(entry: Entry, message: Request | Response) -> Iterator[Any]:
    """The JSON values of a body: one, or each event whose schema is the body's."""
    essence = media(entry.key).essence
    if is_stream(essence):
        if entry.item is not entry.schema:
            return
        if isinstance(message.json, list):
            yield from message.json
        for event in stream(essence, message.content or b"") or ():
            if event.data.strip() not in ("", "[DONE]"):
                yield json_value(event.data.encode("utf-8", "surrogatepass"))
    elif message.json is not ABSENT:
        yield message.json
    elif is_json(essence):
        yield json_value(message.content or b"")
