"""A stand-in for the service: it answers as the contract says, and remembers what it made.

Knows replies and states. It must not know clients, nor what is right in a request.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from specbound.check.wire.routes import Routes, target
from specbound.contract.load import Contract
from specbound.contract.model import Operation
from specbound.prove.conjunction import Unsatisfiable
from specbound.prove.flows import Flow, found_at
from specbound.prove.pick import Chance, Least, Rejected
from specbound.prove.replies import Replied, Replies, drawn, succeeded
from specbound.traffic.exchange import Request
from specbound.traffic.messages import request_of

_NOTHING: tuple[int, dict[str, str], bytes] = (404, {"content-type": "application/json"}, b"{}")


@dataclass
class Service:
    """Answers requests of some flows; `heard` has every request."""

    contract: Contract
    flows: tuple[Flow, ...]
    seed: int = 0
    heard: list[Request] = field(default_factory=list)
    made: dict[str, list[str]] = field(default_factory=dict)
    _asked: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._routes = Routes(self.contract)
        self._replies = Replies(self.contract)

    def restart(self, seed: int) -> None:
        """Forget what was made and heard."""
        self.seed = seed
        self.heard, self.made, self._asked = [], {}, {}

    def answer(self, message: Any) -> tuple[int, dict[str, str], bytes]:
        """The reply to a request of any library."""
        request = request_of(message)
        self.heard.append(request)
        match = self._routes.find(request.method, target(request.url).path)
        if match is None:
            return _NOTHING
        one = succeeded(match.operation)
        if "json" not in one.media:
            return one.status, {}, b""
        body = self._body(match.operation, one, request)
        return one.status, {"content-type": "application/json"}, json.dumps(body).encode()

    def _body(self, operation: Operation, one: Replied, request: Request) -> Any:
        for flow in self.flows:
            for creator, at in flow.creators:
                if creator.key == operation.key:
                    body = self._drawn(one)
                    self.made.setdefault(flow.followers[0].path, []).append(
                        str(found_at(body, at) or "")
                    )
                    return body
            if operation in flow.followers and flow.states:
                return self._drawn(one, flow.state, self._due(flow, request))
        return self._drawn(one)

    def _due(self, flow: Flow, request: Request) -> str:
        """The state that is due: pending at first, done in the end."""
        path = target(request.url).path
        count = self._asked[path] = self._asked.get(path, 0) + 1
        return flow.states[min(count, len(flow.states)) - 1]

    def _drawn(self, one: Replied, place: str = "", value: Any = None) -> Any:
        """A body, in a state if there is one with it; None where none fits at all."""
        salt = len(self.heard)
        chances = (Chance(f"{self.seed} {salt} {n}") for n in range(8))
        try:
            return drawn(self._replies.plan(one.form, place, value), (*chances, Least()))
        except (Rejected, Unsatisfiable):
            return self._drawn(one) if place else None
