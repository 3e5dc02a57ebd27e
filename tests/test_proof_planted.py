"""Planted faults: what schemathesis finds at a service, ContractMiddleware around it reports too.

schemathesis asks, its checks judge; the middleware looks on and judges the same exchanges. Where
it cannot report a fault, the reason stands in the table, and that it says nothing is held as well.
Not planted: an object shown to somebody who does not own it (schemathesis needs two identities to
ask; no document says who owns what, so that no one who only looks on can know).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import planted
from adversary import SECRET, attack
from servers import served
from specbound.check.finding import Finding, Part, Result, Verdict
from specbound.live.middleware import ContractMiddleware
from specbound.traffic.exchange import Exchange

ASKED = (Part.PATH, Part.QUERY, Part.HEADER, Part.COOKIE, Part.REQUEST_BODY)


class Case(NamedTuple):
    """A fault: who should find it at schemathesis, and what the middleware says of it.

    `failure` is the kind of schemathesis' failure, `where` the operation that it names. `code` is
    the finding's, with its part; if there is none, `why` says why there cannot be.
    """

    path: str
    failure: str
    where: str
    code: str = ""
    part: Part = Part.STATUS
    why: str = ""


STATEFUL = "Stateful tests"
CASES = [
    Case("/status", "UndefinedStatusCode", "GET /status", "undocumented-status"),
    Case("/media", "UndefinedContentType", "GET /media", "media-type", Part.RESPONSE_BODY),
    Case("/body", "JsonSchemaError", "GET /body", "type", Part.RESPONSE_BODY),
    Case(
        "/header-missing",
        "MissingHeaders",
        "GET /header-missing",
        "missing-parameter",
        Part.RESPONSE_HEADER,
    ),
    Case("/header-wrong", "JsonSchemaError", "GET /header-wrong", "type", Part.RESPONSE_HEADER),
    Case("/takes-all", "AcceptedNegativeData", "POST /takes-all", "type", Part.REQUEST_BODY),
    Case(
        "/takes-nothing",
        "RejectedPositiveData",
        "POST /takes-nothing",
        why="the refusal is documented, and what is refused for may be something no schema says",
    ),
    Case(
        "/takes-nothing-so",
        "UndefinedStatusCode",
        "POST /takes-nothing-so",
        "undocumented-status",
    ),
    Case(
        "/no-version",
        "MissingHeaderNotRejected",
        "GET /no-version",
        "missing-parameter",
        Part.HEADER,
    ),
    Case(
        "/any-method",
        "UnsupportedMethodResponse",
        "/any-method",
        "undocumented-operation",
        Part.PATH,
    ),
    Case(
        "/allow",
        "AllowHeaderMismatch",
        "OPTIONS /allow",
        why="OPTIONS is no operation of the document, and so Allow none of its header fields; "
        "that somebody asked so is reported, right or wrong",
    ),
    Case(
        "/kept",
        "UseAfterFree",
        STATEFUL,
        why="each exchange fits; what went before it is known to the service alone",
    ),
    Case(
        "/lost",
        "EnsureResourceAvailability",
        STATEFUL,
        why="each exchange fits; what went before it is known to the service alone",
    ),
    Case("/open", "IgnoredAuth", "GET /open", "missing-credentials", Part.HEADER),
    Case("/fails", "ServerError", "GET /fails", "undocumented-status"),
    Case(
        "/fails-so",
        "ServerError",
        "GET /fails-so",
        why="the document says that it fails so: a reply that fits",
    ),
]


@dataclass(frozen=True)
class Run:
    """What schemathesis found (kind and operation), and what the middleware saw meanwhile."""

    failures: frozenset[tuple[str, str]]
    seen: tuple[tuple[Exchange, Result], ...]

    def at(self, path: str) -> Iterator[tuple[Exchange, Result]]:
        """The exchanges at a path and below."""
        for exchange, result in self.seen:
            if f"{_path(exchange)}/".startswith(f"{path}/"):
                yield exchange, result


def _path(exchange: Exchange) -> str:
    assert exchange.request is not None
    return "/" + exchange.request.url.split("/", 3)[3].partition("?")[0]


def _status(exchange: Exchange) -> int:
    assert exchange.response is not None
    return exchange.response.status


def _run(folder: Path, has_faults: bool) -> Run:
    contract, seen = planted.contract(), list[tuple[Exchange, Result]]()
    app = ContractMiddleware(
        planted.app(contract, SECRET, has_faults),
        contract,
        on_finding="ignore",
        on_result=lambda *one: seen.append(one),
    )
    with served(app) as url:
        attack(url, folder, "--max-examples", "40", phases="coverage,stateful")
    report = json.loads((folder / "report.json").read_text("utf-8"))
    failures = {(each["type"], at) for each in report["failures"] for at in each["operations"]}
    return Run(frozenset(failures), tuple(seen))


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run against the service with its faults."""
    return _run(tmp_path_factory.mktemp("faulty"), True)


def _found(run: Run, case: Case) -> list[tuple[Exchange, Finding]]:
    return [
        (exchange, finding)
        for exchange, result in run.at(case.path)
        for finding in result.findings
        if (finding.code, finding.part) == (case.code, case.part)
    ]


@pytest.mark.parametrize("case", CASES, ids=[case.path[1:] for case in CASES])
def test_schemathesis_finds_it(case: Case, faulty: Run) -> None:
    # Of a method that is not documented, schemathesis tries several and names one.
    kinds = {kind for kind, where in faulty.failures if where.endswith(case.where)}
    assert case.failure in kinds, sorted(faulty.failures)


@pytest.mark.parametrize("case", [c for c in CASES if c.code], ids=lambda case: case.path[1:])
def test_the_middleware_reports_it(case: Case, faulty: Run) -> None:
    found = _found(faulty, case)
    assert found, {f.code for _, result in faulty.at(case.path) for f in result.findings}
    if case.part in ASKED:
        # What was asked is wrong; that it was not refused is what the service does wrong.
        assert any(_status(exchange) < 400 for exchange, _ in found)


@pytest.mark.parametrize("case", [c for c in CASES if c.why], ids=lambda case: case.path[1:])
def test_the_middleware_cannot_see_it(case: Case, faulty: Run) -> None:
    """Nothing is said of the service: only requests that are wrong themselves have findings."""
    assert list(faulty.at(case.path))
    said = [f for _, result in faulty.at(case.path) for f in result.findings]
    assert [f.code for f in said if f.part not in ASKED] == []
    fits = [result for _, result in faulty.at(case.path) if not result.findings]
    assert {result.verdict for result in fits} <= {Verdict.VALID}
    assert fits or case.path == "/allow"


@pytest.mark.slow
def test_without_the_faults_nobody_has_anything_to_say(tmp_path: Path) -> None:
    run = _run(tmp_path, False)
    assert run.failures == frozenset()
    for exchange, result in run.seen:
        if _path(exchange) == "/openapi.json":
            continue
        # Only what schemathesis asked wrongly is told, and that was refused.
        assert {finding.part for finding in result.findings} <= set(ASKED)
        if result.findings and exchange.request and exchange.request.method != "OPTIONS":
            assert _status(exchange) >= 400, result.findings


def test_every_planted_fault_is_a_case() -> None:
    templates: dict[str, Any] = planted.PLANTED
    assert {case.path for case in CASES} == {path.removesuffix("/{id}") for path in templates}
