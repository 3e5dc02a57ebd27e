"""Exchanges and small contracts for tests of the checker, made in memory.

Knows how a document describes one operation. It must not know any rule that a test is about.
"""

from __future__ import annotations

from typing import Any

from contracts import contract_of, document
from specbound.check.checker import Checker
from specbound.check.finding import Finding, Result
from specbound.traffic.exchange import ABSENT, Exchange, Request, Response, Source

HERE = Source("recording.ndjson", 1, 0)
NOTHING = {"204": {"description": "done"}}
ALWAYS = {"default": {"description": "anything"}}


def checker_of(operation: dict[str, Any], strict: bool = False, **more: Any) -> Checker:
    """A checker of one operation, ``POST /things/{id}`` or what `path` and `method` say."""
    path, method = more.pop("path", "/things"), more.pop("method", "post")
    paths = {path: {method: {"responses": ALWAYS, **operation}}}
    return Checker(contract_of(document(paths, **more)), strict)


def asked(checker: Checker, url: str = "/things", method: str = "POST", **request: Any) -> Result:
    """The result of a request without a response; `judge` has to agree."""
    return hold(checker, Exchange(_request(method, url, request), None, HERE))


def replied(checker: Checker, status: int = 200, **response: Any) -> Result:
    """The result of an empty request and a response; `judge` has to agree."""
    method = response.pop("method", "POST")
    url = response.pop("url", "/things")
    documented = response.pop("documented", False)
    reply = Response(status, response.pop("headers", None), **response)
    return hold(checker, Exchange(Request(method, url), reply, HERE, documented))


def hold(checker: Checker, exchange: Exchange) -> Result:
    """The result of an exchange; `judge` has to come to the same verdict."""
    result = checker.check(exchange)
    assert checker.judge(exchange) == result.verdict, result
    return result


def _request(method: str, url: str, more: dict[str, Any]) -> Request:
    return Request(method, url, more.get("headers"), more.get("json", ABSENT), more.get("content"))


def codes(result: Result) -> list[str]:
    return [finding.code for finding in result.findings]


def brief(result: Result) -> list[tuple[str, str, str]]:
    """Findings as (part, code, pointer)."""
    return [(str(one.part), one.code, one.pointer) for one in result.findings]


def only(result: Result) -> Finding:
    """The one finding of a result."""
    (finding,) = result.findings
    return finding
