"""`--fail`: exchanges that break the contract are refused, with the reasons in the reply.

Knows which exchanges are refused and how that is told. It must not know sockets.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Set
from typing import Any, NamedTuple

from specbound.check.account import Cause
from specbound.check.causes import cause
from specbound.check.checker import Checker
from specbound.check.finding import Finding
from specbound.check.veil import veiled
from specbound.diagnostics import Severity
from specbound.live.proxy_headers import Fields
from specbound.live.proxy_passage import Passage
from specbound.origin import tokens
from specbound.runtime.issue import Issue
from specbound.runtime.server.messages import Problem
from specbound.runtime.server.problems import problem_body
from specbound.traffic.exchange import Exchange

#: Bodies of more bytes are judged in a thread, so that other exchanges go on meanwhile.
LARGE = 64 * 1024
#: Replies that are read while they come: holding them back would be refusing them.
STREAMS = (b"text/event-stream",)
BAD_GATEWAY = 502


class Refusal(NamedTuple):
    """What is sent instead of a reply."""

    status: int
    content: bytes
    error: str

    def fields(self) -> Fields:
        """Its header fields, with the kind of error as RFC 9209 names it."""
        return [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(self.content)).encode()),
            (b"proxy-status", f"specbound; error={self.error}".encode()),
        ]


def refusal(status: int, message: str, error: str, issues: tuple[Issue, ...] = ()) -> Refusal:
    """A refusal in the shape of a problem: `{error, issues}`."""
    body = problem_body(Problem(status, message, issues))
    return Refusal(status, json.dumps(body, ensure_ascii=False).encode("utf-8", "replace"), error)


class Gate:
    """Holds exchanges against the contract before they go on; `known` causes are let through."""

    def __init__(self, checker: Checker, limit: int, known: Set[Cause] = frozenset()) -> None:
        self.limit = limit
        self._checker = checker
        self._known = known

    async def request(self, passage: Passage) -> Refusal | None:
        """Why a request is not passed on; None where it is."""
        words = "the request does not fit the contract and was not passed on"
        return await self._refused(passage.question(), passage, words, "http_request_denied")

    async def reply(self, passage: Passage) -> Refusal | None:
        """Why a reply that has come whole is not passed on; None where it is."""
        words = f"the upstream's reply ({passage.status}) does not fit the contract"
        return await self._refused(passage.exchange(), passage, words, "http_protocol_error")

    def holds(self, fields: Fields) -> bool:
        """Whether a reply can be held back until it is whole."""
        kinds = [value for name, value in fields if name.lower() == b"content-type"]
        return not any(kind.lower().startswith(STREAMS) for kind in kinds)

    async def _refused(
        self, exchange: Exchange, passage: Passage, words: str, error: str
    ) -> Refusal | None:
        if passage.weight > LARGE:
            bad = await asyncio.to_thread(self._bad, exchange)
        else:
            bad = self._bad(exchange)
        if not bad:
            return None
        bad = [veiled(each, exchange) for each in bad]
        operation = bad[0].operation or "no operation"
        message = f"{words}: {operation}: {bad[0].message}"
        return refusal(BAD_GATEWAY, message, error, tuple(_issue(each) for each in bad))

    def _bad(self, exchange: Exchange) -> list[Finding]:
        found = self._checker.check(exchange).findings
        bad = [each for each in found if each.severity is Severity.ERROR]
        return [each for each in bad if not self._known or cause(each) not in self._known]


def _issue(finding: Finding) -> Issue:
    path: list[Any] = [int(step) if step.isdecimal() else step for step in tokens(finding.pointer)]
    said = f"{finding.part.value}: {finding.message}"
    return Issue(finding.code, path, f"{said}; {finding.help}" if finding.help else said)
