"""A stand-in for the service: it answers as the contract says, and remembers what it made.

Knows replies and states. It must not know clients, nor what is right in a request.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from specbound.check.routes import Routes, target
from specbound.contract.load import Contract
from specbound.contract.model import Operation
from specbound.prove.flows import Flow, found_at
from specbound.prove.pick import Chance, Least, Pick, Rejected
from specbound.prove.planner import planner
from specbound.prove.plans import ROOM, Plan
from specbound.traffic.exchange import Request
from specbound.traffic.messages import request_of

_NOTHING: tuple[int, dict[str, str], bytes] = (404, {"content-type": "application/json"}, b"{}")
#: So many replies are drawn to find one in the state that is due.
_TRIED = 40


@dataclass
class Service:
    """Answers requests of some flows; `heard` has every request."""

    contract: Contract
    flows: tuple[Flow, ...]
    seed: int = 0
    heard: list[Request] = field(default_factory=list)
    made: dict[str, list[str]] = field(default_factory=dict)
    _asked: dict[str, int] = field(default_factory=dict)
    _plans: dict[str, tuple[int, Plan | None]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._routes = Routes(self.contract)
        self._work = planner(self.contract, "response")

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
        status, plan = self._plan(match.operation)
        if plan is None:
            return status, {}, b""
        body = self._body(match.operation, plan, request)
        return status, {"content-type": "application/json"}, json.dumps(body).encode()

    def _plan(self, operation: Operation) -> tuple[int, Plan | None]:
        """Status and plan of the operation's first reply of success."""
        if operation.key not in self._plans:
            self._plans[operation.key] = 200, None
            for status, reply in operation.replies.items():
                if not status.startswith("2"):
                    continue
                number = int(status) if status.isdecimal() else 200
                media = next((name for name in reply.content if "json" in name), "")
                at = f"{reply.pointer}/content/{media.replace('/', '~1')}/schema"
                plan = self._work.root(reply.content[media], at) if media else None
                self._plans[operation.key] = number, plan
                break
        return self._plans[operation.key]

    def _body(self, operation: Operation, plan: Plan, request: Request) -> Any:
        for flow in self.flows:
            for creator, at in flow.creators:
                if creator.key == operation.key:
                    body = self._drawn(plan, len(self.heard))
                    self.made.setdefault(flow.followers[0].path, []).append(
                        str(found_at(body, at) or "")
                    )
                    return body
            if operation in flow.followers:
                return self._state(flow, plan, request)
        return self._drawn(plan, len(self.heard))

    def _state(self, flow: Flow, plan: Plan, request: Request) -> Any:
        """A reply in the state that is due: pending at first, done in the end."""
        body = self._drawn(plan, len(self.heard))
        if not flow.states:
            return body
        path = target(request.url).path
        count = self._asked[path] = self._asked.get(path, 0) + 1
        due = flow.states[min(count, len(flow.states)) - 1]
        for more in range(_TRIED):
            if found_at(body, flow.state) == due:
                break
            body = self._drawn(plan, len(self.heard) + 1000 * (more + 1))
        return body

    def _drawn(self, plan: Plan, salt: int) -> Any:
        picks: list[Pick] = [*(Chance(f"{self.seed} {salt} {n}") for n in range(8)), Least()]
        for pick in picks:
            try:
                return plan.make(pick, ROOM)
            except Rejected:
                continue
        return None
