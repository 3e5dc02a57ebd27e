"""Large bodies: checked beside the event loop, in a process of their own, to the same verdict."""

from __future__ import annotations

import gzip
import json
import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest

from live_cases import BASE, DRIFTED, SENT, avatars, page, runway_contract, task
from specbound.check.coverage.coverage import Coverage
from specbound.live import AsyncContractTransport, ContractMiddleware, Drifted, Watch
from specbound.live.aside import Aside, Unavailable
from specbound.live.checking import Checking
from specbound.traffic.exchange import Exchange
from specbound.traffic.read import read_file

LIMIT = 10_000_000
LARGE = avatars(3000)
WRONG = LARGE.replace(b'"READY"', b'"REDDY"', 1)


@pytest.fixture
def checked_here(monkeypatch: pytest.MonkeyPatch) -> list[Exchange]:
    """The exchanges that were checked in this process."""
    found: list[Exchange] = []
    original = Checking.checked

    def checked(self: Checking, exchange: Exchange) -> Any:
        found.append(exchange)
        return original(self, exchange)

    monkeypatch.setattr(Checking, "checked", checked)
    return found


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_large_bodies_are_checked_in_a_process_of_their_own(
    checked_here: list[Exchange], tmp_path: Path, backend: str
) -> None:
    pytest.importorskip(backend)
    told: list[Any] = []
    path = tmp_path / "r.ndjson"
    looking = Watch(runway_contract(), on_finding=told.append, limit=LIMIT, record=path)

    async def work() -> list[Any]:
        return [await looking.saw_async(page(body)) for body in (LARGE, avatars(2), WRONG)]

    try:
        fits, small, wrong = anyio.run(work, backend=backend)
    finally:
        looking.close()
    assert [each.verdict.value for each in (fits, small, wrong)] == ["valid", "valid", "invalid"]
    assert [each.pointer for each in told] == ["/data/0/status"]
    assert told[0].spec.file.endswith("openapi.json")
    assert (looking.counts.valid, looking.counts.invalid) == (2, 1)
    assert [len(each.response.content or b"") for each in checked_here if each.response] == [
        len(avatars(2))
    ]
    bodies = [each.response.json for each in read_file(path) if isinstance(each, Exchange)]  # type: ignore[union-attr]
    assert [len(each["data"]) for each in bodies] == [3000, 2, 3000]


@pytest.mark.parametrize("coded", [False, True])
def test_the_transport_checks_them_there(checked_here: list[Exchange], coded: bool) -> None:
    headers = {"content-type": "application/json"} | ({"content-encoding": "gzip"} if coded else {})

    class Body(httpx.AsyncByteStream):
        async def __aiter__(self) -> Any:
            yield gzip.compress(WRONG) if coded else WRONG

    async def work() -> None:
        inner = httpx.MockTransport(lambda _: httpx.Response(200, headers=headers, stream=Body()))
        looking = Watch(runway_contract(), on_finding="raise", limit=LIMIT)
        transport = AsyncContractTransport(looking, inner)
        async with httpx.AsyncClient(base_url=BASE, headers=SENT, transport=transport) as client:
            with pytest.raises(Drifted, match="REDDY"):
                await client.get("/v1/avatars?limit=50")
        looking.close()

    anyio.run(work)
    assert checked_here == []


def test_the_middleware_checks_them_there(checked_here: list[Exchange]) -> None:
    order: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": WRONG})
        order.append("background")

    async def work() -> None:
        looking = Watch(
            runway_contract(), limit=LIMIT, on_finding=lambda _: order.append("finding")
        )
        transport = httpx.ASGITransport(ContractMiddleware(app, looking))
        async with httpx.AsyncClient(base_url=BASE, headers=SENT, transport=transport) as client:
            assert (await client.get("/v1/avatars?limit=50")).content == WRONG
        looking.close()

    anyio.run(work)
    assert (checked_here, order) == ([], ["background", "finding"])


def test_what_a_ledger_counts_is_checked_here(checked_here: list[Exchange]) -> None:
    coverage = Coverage(runway_contract())
    looking = Watch(runway_contract(), limit=LIMIT, ledger=coverage)
    looking.saw_aside(page(LARGE))
    assert (len(checked_here), coverage.state.exchanges.total()) == (1, 1)


def test_where_there_is_no_process_it_is_checked_here(
    checked_here: list[Exchange], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    looking = Watch(runway_contract(), limit=LIMIT, on_finding="ignore")
    for _ in range(2):
        result = looking.saw_aside(page(WRONG))
        assert result is not None
        assert result.verdict.value == "invalid"
    looking.close()
    assert len(checked_here) == 2
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert "process of its own" in caplog.text


def test_a_process_that_died_is_started_anew(caplog: pytest.LogCaptureFixture) -> None:
    aside = Aside(runway_contract(), False, None)
    try:
        assert aside.check(task()).verdict.value == "valid"
        assert aside._running is not None
        first = aside._running[1]
        first.kill()
        first.wait()
        with pytest.raises(Unavailable):
            aside.check(task())
        assert aside.check(task(DRIFTED)).verdict.value == "invalid"
    finally:
        aside.close()


def test_the_process_ends_with_its_parent() -> None:
    """Its input ends then, whatever ended the parent."""
    aside = Aside(runway_contract(), False, None)
    assert aside.check(task()).verdict.value == "valid"
    assert aside._running is not None
    process = aside._running[1]
    assert process.stdin
    os.close(os.dup(process.stdin.fileno()))
    process.stdin.close()
    assert process.wait(30) == 0
    aside.close()


def test_a_contract_with_things_of_its_own_can_be_sent() -> None:
    from specbound import Contract as Public

    base = runway_contract()
    contract = Public(**{name: getattr(base, name) for name in base.__dataclass_fields__})
    assert contract.checker
    aside = Aside(contract, False, None)
    try:
        assert aside.check(task()).verdict.value == "valid"
    finally:
        aside.close()


def test_every_kind_of_exchange_can_be_sent() -> None:
    aside = Aside(runway_contract(), True, None)
    looking = Watch(runway_contract(), strict=True, on_finding="ignore")
    makes: list[Callable[[Exchange], Exchange]] = [
        lambda each: each,
        lambda each: each._replace(response=None),
        lambda each: each._replace(request=None),
        lambda each: each._replace(
            response=each.response._replace(content=None, whole=False) if each.response else None
        ),
        lambda each: each._replace(
            response=each.response._replace(content=b"") if each.response else None
        ),
        lambda each: each._replace(
            response=(
                each.response._replace(content=None, json=json.loads(each.response.content or b""))
                if each.response
                else None
            )
        ),
    ]
    try:
        for make in makes:
            exchange = make(task(DRIFTED))
            assert aside.check(exchange) == looking.saw(exchange)
    finally:
        aside.close()


def test_logging_is_quiet_where_all_is_well(caplog: pytest.LogCaptureFixture) -> None:
    looking = Watch(runway_contract(), limit=LIMIT)
    with caplog.at_level(logging.DEBUG, "specbound.live"):
        assert looking.saw_aside(page(LARGE))
    looking.close()
    assert caplog.records == []
