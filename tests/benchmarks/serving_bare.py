"""Documents on the skeleton that stubs and mock share, without a check: what the mock is held to.

Knows how things are kept in a dict. It must not know any contract.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from specbound.runtime.server.app import App
from specbound.runtime.server.messages import Answer, Call, Problem

JSON = {"content-type": "application/json"}
KEPT: dict[str, bytes] = {}


@dataclass(frozen=True)
class Plain:
    """One endpoint, answered by a function."""

    method: str
    path: str
    does: Callable[[Call], Awaitable[Answer]]
    media_types: tuple[str, ...] = ("application/json",)

    async def answer(self, call: Call) -> Answer:
        """What the function answers."""
        return await self.does(call)


async def create(call: Call) -> Answer:
    key = str(uuid.uuid4())
    KEPT[key] = json.dumps({**json.loads(call.content), "id": key}).encode()
    return Answer(200, KEPT[key], JSON)


async def retrieve(call: Call) -> Answer:
    found = KEPT.get(call.values["id"])
    if found is None:
        raise Problem(404, "There is none")
    return Answer(200, found, JSON)


async def delete(call: Call) -> Answer:
    KEPT.pop(call.values["id"], None)
    return Answer(204)


app = App(
    [
        Plain("POST", "/v1/documents", create),
        Plain("GET", "/v1/documents/{id}", retrieve),
        Plain("DELETE", "/v1/documents/{id}", delete),
    ]
)
