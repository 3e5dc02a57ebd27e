"""Any document: each operation answers a request made for it with what the checker takes."""

from __future__ import annotations

import asyncio
import gzip
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from fake_service import contract
from specbound.check.checker import Checker
from specbound.check.finding import Verdict
from specbound.contract.load import Contract, load
from specbound.mock import mock_app
from specbound.mock.app import MockApp
from specbound.prove.conjunction import Unsatisfiable
from specbound.prove.design import design
from specbound.prove.pick import Chance, Least, Pick, Rejected
from specbound.runtime import encode
from specbound.traffic.exchange import ABSENT, Exchange, Request, Response, Source

SMALL = ["museum.yaml", "up.com.au.json", "wikimedia.org.json", "multi-file-relative/main.yaml"]
LARGE = [
    "figma.yaml.gz", "slack.com.json.gz", "discord.json.gz", "stripe-2022-02.json.gz",
    "openai.yaml.gz", "github.json.gz",
]  # fmt: skip
#: What a mock may say to a request of the right form: the thing is gone, or was never there.
MISSING = 404


def test_runway_answers_every_operation() -> None:
    assert answered(contract()) == {"valid": 43}


@pytest.mark.parametrize("name", SMALL)
def test_a_document_answers_every_operation(name: str, shared: Path) -> None:
    found = answered(load(shared / "corpus" / "specs" / name, validate=False))
    assert set(found) <= {"valid", MISSING}, found


@pytest.mark.long
@pytest.mark.parametrize("name", LARGE)
def test_a_large_document_answers_every_operation(name: str, shared: Path, tmp_path: Path) -> None:
    path = tmp_path / name.removesuffix(".gz")
    path.write_bytes(gzip.decompress((shared / "corpus" / "specs" / name).read_bytes()))
    found = answered(load(path, validate=False))
    # Forms with objects inside are written by their maker as some checkers would not read them.
    assert set(found) <= {"valid", MISSING, "not made", 400}, found
    assert found["not made"] + found[400] <= sum(found.values()) // 50
    assert found["valid"] >= sum(found.values()) * 9 // 10


def answered(service: Contract) -> Counter[Any]:
    """How often the answers were right, by verdict; by status where a request was refused."""
    app, checker = mock_app(service, strict_ids=False, auth=False), Checker(service)
    found: Counter[Any] = Counter()
    # What is deleted first, all others would miss.
    for key in sorted(service.operations, key=lambda one: one.startswith("DELETE")):
        request = request_of(service, key)
        if request is None:
            found["not made"] += 1
            continue
        response = asyncio.run(reply_to(app, request))
        judged = checker.judge(Exchange(request, response, Source("<mock>")))
        found["valid" if judged is Verdict.VALID else response.status] += 1
    return found


def request_of(service: Contract, key: str) -> Request | None:
    """The simplest request that can be made of an operation."""
    try:
        plan = design(service, service.operations[key])
    except Unsatisfiable:
        return None
    picks: list[Pick] = [Least(), *map(Chance, range(4))]
    for pick in picks:
        try:
            return plan.make(pick).request
        except (Rejected, encode.Unencodable):
            continue
    return None


async def reply_to(app: MockApp, request: Request) -> Response:
    """What an ASGI app answers to a request as it stands, whatever is in its URL."""
    path, _, query = request.url.partition("://")[2].partition("/")[2].partition("?")
    content = request.content or b""
    if request.json is not ABSENT:
        content = encode.dumps(request.json)
    scope = {
        "type": "http",
        "method": request.method,
        "path": f"/{path}",
        "raw_path": f"/{path}".encode("latin-1", "replace"),
        "query_string": query.encode(),
        "headers": [
            (name.lower().encode(), value.encode("latin-1", "replace"))
            for name, value in request.headers or ()
        ],
    }
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": content}

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, send)
    fields = tuple((name.decode(), value.decode("latin-1")) for name, value in sent[0]["headers"])
    return Response(sent[0]["status"], fields, content=sent[1]["body"])
