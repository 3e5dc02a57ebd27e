"""What a checked exchange has shown, told to whoever keeps count: only parts that fit.

Knows which values of an exchange belong to which part of its operation. It must not know what is
counted, nor how.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Any, Protocol

from specbound.check.finding import Finding, Part
from specbound.check.wire.body import Contents, Entry
from specbound.check.wire.decode import Unparsable, json_value
from specbound.check.wire.media import is_json, media
from specbound.check.wire.plan import NO_CONTENT, Plan
from specbound.check.wire.routes import Match
from specbound.diagnostics import Severity
from specbound.traffic.events import stream
from specbound.traffic.exchange import ABSENT, Exchange, Request, Response, header

_NONE: frozenset[Part] = frozenset()
_PARAMETERS = frozenset({Part.PATH, Part.QUERY, Part.HEADER, Part.COOKIE})


class Ledger(Protocol):
    """Whoever keeps count: see `coverage.Coverage`."""

    def wants(self, operation: str, part: str, media_type: str = "") -> bool: ...
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
    broken = {one.part for one in findings if one.severity is Severity.ERROR} if findings else _NONE
    if exchange.request is not None:
        _request(ledger, plan, exchange.request, (found, broken))
    response = exchange.response
    if response is None:
        ledger.see_status(plan.key, "")
        return
    replied = plan.replied(response.status)
    if replied is None:
        return
    entry = None
    if response.status not in NO_CONTENT and _has_body(response):
        entry = _entry(replied.contents, response)
    status = replied.reply.status
    ledger.see_status(plan.key, status, entry.key if entry else "")
    if entry is not None and response.whole and Part.RESPONSE_BODY not in broken:
        _see(ledger, (plan.key, status), entry, response)


def _request(
    ledger: Ledger,
    plan: Plan,
    request: Request,
    what: tuple[tuple[Match, str], AbstractSet[Part]],
) -> None:
    (match, query), broken = what
    parameters = plan.parameters
    known = request.headers is not None or not (parameters.fields or parameters.cookies)
    known = known and bool(plan.operation.parameters) and not broken & _PARAMETERS
    if known and ledger.wants(plan.key, "parameters"):
        values = parameters.values(match.values, query, request.headers)
        ledger.see_parameters(plan.key, values)
    has_body = request.whole and _has_body(request)
    if plan.body is not None and has_body and Part.REQUEST_BODY not in broken:
        entry = _entry(plan.body[1], request)
        if entry is not None:
            _see(ledger, (plan.key, "request"), entry, request)


def _has_body(message: Request | Response) -> bool:
    return message.json is not ABSENT or bool(message.content)


def _entry(contents: Contents, message: Request | Response) -> Entry | None:
    return contents.entry(header(message.headers, "content-type") if message.headers else None)


def _see(ledger: Ledger, where: tuple[str, str], entry: Entry, message: Request | Response) -> None:
    """Read a body where the ledger still waits for something that it may show."""
    if message.json is not ABSENT and not entry.streams:
        ledger.see_body(*where, entry.key, message.json)
        return
    if not ledger.wants(*where, entry.key):
        return
    try:
        for value in _values(entry, message):
            ledger.see_body(*where, entry.key, value)
    except Unparsable:
        return


def _values(entry: Entry, message: Request | Response) -> Iterator[Any]:
    """The JSON values of a body: one, or each event whose schema is the body's."""
    essence = media(entry.key).essence
    if entry.streams:
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
