"""`mock_app`: a contract as an ASGI app that answers and refuses as the contract says.

Knows how its parts are put together, and what the mock serves besides. It must not know how any
request is answered.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from time import perf_counter
from typing import Unpack

from specbound.contract.load import Contract, deep_recursion
from specbound.contract.model import Operation, Server
from specbound.mock.answering import Answering, Refused
from specbound.mock.bodies import Bodies
from specbound.mock.breaking import broken_off
from specbound.mock.preferences import Preferences
from specbound.mock.settings import Chosen, Served, Settings
from specbound.mock.uploads import OWN, UPLOADS
from specbound.runtime.server.app import App
from specbound.runtime.server.messages import Answer, Call, Endpoint, Problem
from specbound.runtime.server.paths import base_path
from specbound.runtime.server.publish import published
from specbound.runtime.server.wire import Message, Receive, Scope, Send, raw_path

DOCUMENT = "/openapi.json"
_LONGEST = 128 * 1024 * 1024

#: The problems that the request at hand is answered with, told after it.
_problems: ContextVar[list[Problem] | None] = ContextVar("problems", default=None)


@dataclass(frozen=True, slots=True)
class MockEndpoint:
    """One operation of a contract."""

    operation: Operation
    answering: Answering
    method: str
    path: str
    media_types: tuple[str, ...]

    async def answer(self, call: Call) -> Answer:
        """Answer a request; raises `Problem` where it is refused."""
        wanted = self.answering.preferred(self.operation, call)
        if wanted.delay:
            await asyncio.sleep(wanted.delay)
        try:
            with deep_recursion():
                answer = self.answering.answer(self.operation, call, wanted)
        except Problem as problem:
            problem.headers = _applied(wanted, problem.headers)
            raise
        return replace(answer, headers=_applied(wanted, answer.headers))


@dataclass(frozen=True, slots=True)
class _Fixed:
    """Something that the mock serves besides the operations: always the same."""

    method: str
    path: str
    reply: Answer
    media_types: tuple[str, ...] = ()

    async def answer(self, call: Call) -> Answer:
        return self.reply


@dataclass(frozen=True, slots=True)
class _Reset:
    """Forgets all that was made."""

    answering: Answering
    method: str = "POST"
    path: str = f"{OWN}/reset"
    media_types: tuple[str, ...] = ()

    async def answer(self, call: Call) -> Answer:
        self.answering.keeper.shelves.store.reset()
        return Answer(204)


class MockApp:
    """The ASGI app of a contract's mock; `answering` is what it answers with."""

    def __init__(self, contract: Contract, chosen: Chosen) -> None:
        bodies = Bodies(contract, chosen.seed, lambda: chosen.now or datetime.now(UTC))
        self.contract = contract
        self.answering = Answering(contract, bodies, chosen)
        self._told = chosen.told
        bases = [_url(one) for one in contract.servers]
        endpoints = [*_operations(contract, self.answering), *_besides(contract, self.answering)]
        self._app = App(endpoints, bases, self._problem, _LONGEST)

    def _problem(self, problem: Problem, endpoint: Endpoint | None) -> Answer:
        operation = endpoint.operation if isinstance(endpoint, MockEndpoint) else None
        if (kept := _problems.get()) is not None:
            kept.append(problem)
        return self.answering.refusals.answer(problem, operation)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection's scope."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        send = broken_off(scope, receive, send)
        if self._told is None:
            await self._app(scope, receive, send)
            return
        started, kept, begun = perf_counter(), list[Problem](), list[Message]()
        _problems.set(kept)

        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                begun.append(message)
            await send(message)

        await self._app(scope, receive, noted)
        served = Served(str(scope["method"]), raw_path(scope), 0, perf_counter() - started)
        self._told(_as_served(served, begun, kept))


def _as_served(served: Served, begun: list[Message], problems: list[Problem]) -> Served:
    """What became of a request: how its reply began, and the problem that it tells."""
    for message in begun:
        fields = dict(message.get("headers", ()))
        preferred = fields.get(b"preference-applied", b"").decode("latin-1")
        served = served._replace(status=message["status"], preferred=preferred)
    for problem in problems:
        findings = problem.findings if isinstance(problem, Refused) else ()
        served = served._replace(findings=findings, reason="" if findings else problem.message)
    return served


def mock_app(contract: Contract, seed: int | str = 0, **settings: Unpack[Settings]) -> MockApp:
    """An ASGI app that serves a contract from memory: it refuses what the contract refuses.

    The same seed and the same requests in the same order give the same replies, but for the time;
    `settings` are those of `Settings`.
    """
    return MockApp(contract, Chosen(seed=seed, **settings))


def _operations(contract: Contract, answering: Answering) -> Sequence[Endpoint]:
    return [
        MockEndpoint(
            one, answering, one.method, one.path, tuple(one.body.content if one.body else ())
        )
        for one in contract.operations.values()
    ]


def _besides(contract: Contract, answering: Answering) -> Sequence[Endpoint]:
    """The document, unless the contract has a path of that name, a reset, and where files go."""
    found: list[Endpoint] = [_Reset(answering), _Fixed("POST", UPLOADS, Answer(204))]
    if not any(one.path == DOCUMENT for one in contract.operations.values()):
        base = base_path(_url(contract.servers[0])) if contract.servers else ""
        text = json.dumps(published(contract.document(), base), ensure_ascii=False)
        content = text.encode("utf-8", "replace")
        found.append(
            _Fixed("GET", DOCUMENT, Answer(200, content, {"content-type": "application/json"}))
        )
    return found


def _applied(wanted: Preferences, headers: Mapping[str, str]) -> dict[str, str]:
    """Header fields with all preferences that were fulfilled (RFC 7240 section 3)."""
    told = [text for text in (wanted.applied, headers.get("preference-applied", "")) if text]
    return {**headers, "preference-applied": ", ".join(told)} if told else dict(headers)


def _url(server: Server) -> str:
    url = server.url
    for name, value in server.variables.items():
        url = url.replace(f"{{{name}}}", value)
    return url
