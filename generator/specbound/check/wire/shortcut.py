"""The short way for what fits, as almost all traffic does: yes at once, or a closer look.

Knows the common case only: JSON bodies, plain text in paths and headers, no query. It must not say
what is wrong; whatever it does not know, `plan` judges.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from specbound.check.finding import Result
from specbound.check.schema.verdict import Validators
from specbound.check.wire.body import Doubt
from specbound.check.wire.parameters import has_default
from specbound.check.wire.plan import NO_CONTENT, Plan
from specbound.check.wire.quick_bodies import DOUBT, Bodies
from specbound.check.wire.quick_fields import Fields, plainly, replied
from specbound.traffic.exchange import ABSENT, Exchange, Request, Response


class Ask(NamedTuple):
    """What has to hold: no undeclared members on a side, and `silent`: no warnings either."""

    requests: bool
    replies: bool
    silent: bool


class Shortcut:
    """One operation's messages, quickly."""

    def __init__(self, plan: Plan, validators: Validators) -> None:
        self._plan = plan
        parameters = plan.parameters
        self._path = {name: plainly(one) for name, one in parameters.in_path.items()}
        required = [one for one in parameters.in_query if one.parameter.required]
        self._warns = bool(required)
        self._is_odd = bool(parameters.cookies) or not all(has_default(one) for one in required)
        self._fields = Fields(parameters.fields)
        self._bodies = Bodies(validators)

    def doubt(self, exchange: Exchange, values: Mapping[str, str], ask: Ask) -> Doubt | None:
        """None if all of an exchange fits and there is nothing to say; else perhaps not.

        The exchange has a request without a query. The doubt says what is known of the body that
        gave rise to it, if one did.
        """
        request, response = exchange.request, exchange.response
        if request is None:
            return DOUBT
        try:
            found = self._request(request, values, ask)
            if found is not None or response is None:
                return found
            return self._response(request, response, ask)
        except (ValueError, RecursionError):
            return DOUBT

    def result(self, exchange: Exchange) -> Result:
        """The result for an exchange that holds: nothing found, and what was not recorded said."""
        response = exchange.response
        if response is None or response.json is not ABSENT or response.content:
            return self._plan.valid
        found = self._plan.replied(response.status)
        method = exchange.request.method if exchange.request else ""
        if found is None or not found.reply.content or exchange.documented:
            return self._plan.valid
        if response.status in NO_CONTENT or method == "HEAD":
            return self._plan.valid
        return self._plan.unrecorded

    def _request(self, request: Request, values: Mapping[str, str], ask: Ask) -> Doubt | None:
        if self._is_odd or not request.whole or (self._warns and ask.silent):
            return DOUBT
        for name, raw in values.items():
            fits = self._path.get(name)
            if fits is None or "%" in raw or not fits(raw):
                return DOUBT
        if request.headers is not None and not self._fields.hold(request.headers):
            return DOUBT
        body = self._plan.body
        if request.json is ABSENT and not request.content:
            return None if body is None or not body[0].required else DOUBT
        return DOUBT if body is None else self._bodies.doubt(body[1], request, ask.requests)

    def _response(self, request: Request, response: Response, ask: Ask) -> Doubt | None:
        found = self._plan.replied(response.status)
        if found is None or not response.whole:
            return DOUBT
        if found.headers and not replied(found.headers, response.headers):
            return DOUBT
        if response.status in NO_CONTENT or request.method == "HEAD":
            return None
        if response.json is ABSENT and not response.content:
            return None if not found.reply.content or response.content is None else DOUBT
        return self._bodies.doubt(found.contents, response, ask.replies)
