"""Accounts to render: findings as a checker makes them, counted as a run counts them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from specbound.check.account import Account
from specbound.check.finding import Finding, Part, Result, Verdict
from specbound.check.groups import Tally
from specbound.diagnostics import Severity
from specbound.origin import Origin
from specbound.traffic.exchange import Broken, Exchange, Request, Response, Source

RATIO = "/components/schemas/Gen4Turbo/properties/ratio/enum"
VIDEO = "POST /v1/image_to_video"


def locate(place: str) -> Origin:
    """Where the toy document has a rule."""
    return Origin("openapi.json", place, 812, 17)


def contract() -> Any:
    """As much of a contract as an account asks for."""
    return SimpleNamespace(title="Toy", version="1.0", operations={VIDEO: None}, origin=locate)


def finding(code: str = "enum", **changes: Any) -> Finding:
    """One finding: a ratio that its model does not take, or what the changes make of it."""
    facts: dict[str, Any] = {
        "code": code,
        "severity": Severity.ERROR,
        "message": '`ratio` is "1280:768", which gen4_turbo does not take',
        "source": Source("traffic.ndjson", 41, 40),
        "operation": VIDEO,
        "part": Part.REQUEST_BODY,
        "pointer": "/ratio",
        "value": "1280:768",
        "variant": "gen4_turbo",
        "spec": Origin("", RATIO),
        "allowed": "one of: 1280:720, 720:1280, 1104:832, 832:1104, 960:960, 1584:672",
        "help": 'gen3a_turbo takes 1280:768; did you mean model "gen3a_turbo"?',
    }
    return Finding(**{**facts, **changes})


def exchange(body: Any = None, reply: Any = None, source: Source | None = None) -> Exchange:
    """One exchange of the toy operation."""
    request = Request("POST", "https://api.example/v1/image_to_video", (), body or {})
    where = source or Source("traffic.ndjson", 41, 40)
    return Exchange(request, Response(200, (), reply or {}), where)


def judged(tally: Tally, *findings: Finding, verdict: Verdict = Verdict.INVALID) -> None:
    """Count one exchange with its findings."""
    source = findings[0].source if findings else Source("traffic.ndjson", 1, 0)
    operation = findings[0].operation if findings else VIDEO
    body = {"model": "gen4_turbo", "ratio": "1280:768"}
    tally.add(exchange(body, source=source), Result(verdict, operation, findings))


def rich_tally(keep_all: bool = False) -> Tally:
    """A run with one of everything that a report tells."""
    tally = Tally(keep_all=keep_all)
    judged(tally, verdict=Verdict.VALID)
    for line in (41, 57, 90):
        judged(tally, finding(source=Source("traffic.ndjson", line, line - 1)))
    judged(
        tally,
        finding(
            "undocumented-operation",
            message="no operation of the document is POST /v1/sessions/…/consume",
            operation="POST /v1/sessions/3086d332-1963-4c9d-8103-0f90efa72e20/consume",
            part=Part.PATH,
            **dict.fromkeys(("pointer", "variant", "allowed", "help"), ""),
            spec=None,
            value=None,
            source=Source("docs/api reference.md", 12, 0),
        ),
        verdict=Verdict.UNDOCUMENTED,
    )
    judged(
        tally,
        finding(
            "undeclared-member",
            severity=Severity.WARNING,
            message="`openingMessage` is no member of the request; is `startScript` meant?",
            pointer="/openingMessage",
            value="<Hello> & \x1b[31mred",
            variant="",
            allowed="",
            help="rename it to startScript",
            names=("openingMessage",),
            source=Source("-", None, 2),
        ),
        finding("deprecated", severity=Severity.NOTE, message="`ratio` is deprecated", help=""),
        verdict=Verdict.VALID,
    )
    tally.add_broken(Broken(Source("traffic.ndjson", 99), "the line is no JSON: column 17"))
    tally.skip("an OPTIONS request")
    tally.unchecked["the reply has no schema for text/html"] += 2
    return tally


def rich_account(keep_all: bool = False) -> Account:
    """The account of `rich_tally`."""
    return rich_tally(keep_all).account(contract(), files=3, seconds=0.42)
