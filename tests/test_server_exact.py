"""The stubs take what the document takes and refuse what it refuses, operation by operation.

Near misses decide what is refused, the checker is asked where a fault cannot be seen on the wire,
and the generated client sends what handlers have to be given.
"""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from runwayml_client import AsyncRunwayML
from runwayml_client import server as runway_server
from runwayml_client._runtime.encode import plain

import served
from clients import called
from specbound.check.checker import Checker
from specbound.check.finding import Verdict
from specbound.contract.load import Contract
from specbound.emit.signatures import is_fixed
from specbound.prove import mutants
from specbound.prove.design import design
from specbound.prove.pick import Chance, Least
from specbound.traffic.exchange import Exchange, Source

ACCEPTED = 299
RUNWAY = Contract.load(
    served.CASES.parents[2] / "spec/runway/openapi.json",
    [served.CASES.parents[2] / f"spec/runway/{name}.yaml" for name in ("overlay", "rules")],
)
STYLES = Contract.load(served.CASES / "styles.yaml")
SCHEMAS = {name: one.schema for name, one in (*RUNWAY.schemas.items(), *STYLES.schemas.items())}


@pytest.fixture(scope="module")
def styled(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return served.generate(STYLES, tmp_path_factory.mktemp("styles"), "styles_exact")


def app_of(module: Any, handlers: Any = None) -> Any:
    reply = module.Reply(None, status=ACCEPTED)
    return module.create_app(handlers or served.Every(reply), authenticate=None)


def test_every_operation_is_there() -> None:
    assert len(RUNWAY.operations) == 43


@pytest.mark.parametrize("key", RUNWAY.operations)
def test_runway_takes_and_refuses_what_its_document_does(key: str) -> None:
    """Without exceptions: every fault of a JSON body or of a typed parameter can be seen."""
    found = list(mutants(RUNWAY, key))
    good = served.answers(app_of(runway_server), (one.good.request for one in found))
    assert [each.status_code for each in good] == [ACCEPTED] * len(found)
    bad = served.answers(app_of(runway_server), (one.request for one in found))
    wrong = [one.says for one, each in zip(found, bad, strict=True) if each.status_code != 400]
    assert wrong == []
    for each in bad:
        issues = each.json()["issues"]
        assert issues
        assert all(set(issue) == {"code", "path", "message"} for issue in issues)


#: All but one that takes nothing and asks for credentials of another kind.
STYLED = [key for key in STYLES.operations if key != "GET /report"]


@pytest.mark.parametrize("key", STYLED)
def test_styles_and_forms_are_judged_as_the_checker_does(key: str, styled: Any) -> None:
    """In a form 7 and "7" are the same text: what cannot be told apart there is accepted."""
    checker = Checker(STYLES)
    found = list(mutants(STYLES, key))
    good = served.answers(app_of(styled), (one.good.request for one in found))
    assert {each.status_code for each in good} <= {ACCEPTED}
    bad = served.answers(app_of(styled), (one.request for one in found))
    for one, each in zip(found, bad, strict=True):
        verdict = checker.judge(Exchange(one.request, None, Source("<test>")))
        # A file may be anything, JSON too: the checker would read what says that it is JSON.
        is_file = key == "POST /upload" and one.pointer == "/file"
        expected = 400 if verdict is Verdict.INVALID and not is_file else ACCEPTED
        assert each.status_code == expected, (one.says, one.request)
        if expected == ACCEPTED:
            assert one.request.content is not None, "only a form hides a fault"


def cases(contract: Contract, key: str, count: int) -> list[Any]:
    """The least request of an operation, and seeded ones."""
    plan = design(contract, contract.operations[key])
    return [plan.make(Least()), *(plan.make(Chance(seed)) for seed in range(count))]


def given_to(case: Any) -> dict[str, Any]:
    """What a handler should be given, by argument, but for what was not sent or is empty."""
    found = {
        one.python: case.parameters[one.location, one.name]
        for one in case.operation.parameters
        if (one.location, one.name) in case.parameters and not is_fixed(one, SCHEMAS)
    }
    if case.media:
        found["body"] = case.body
    return {name: value for name, value in found.items() if value not in ({}, [])}


@pytest.mark.parametrize("key", STYLED)
def test_a_handler_is_given_what_was_sent(key: str, styled: Any) -> None:
    handlers = served.Every(styled.Reply(None, status=ACCEPTED))
    sent = [case for case in cases(STYLES, key, 20) if case.has_form]
    replies = served.answers(app_of(styled, handlers), (case.request for case in sent))
    assert {each.status_code for each in replies} == {ACCEPTED}
    for case, (_, arguments) in zip(sent, handlers.calls, strict=True):
        got = {name: plain(value) for name, value in arguments.items()}
        for name, value in given_to(case).items():
            if name == "body" and key == "POST /upload":
                assert got["body"]["about"] == value["about"]
                assert arguments["files"]["file"][0].content == value["file"].encode()
            elif name == "body" and key == "POST /form":
                # A form has no way to write an array without items.
                assert got[name] == {at: each for at, each in value.items() if each != []}
            else:
                assert got[name] == value, case.request


class Sync:
    """Handlers that are not async."""

    def __init__(self, inner: served.Every) -> None:
        self.inner = inner

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)

        def handler(**arguments: Any) -> Any:
            self.inner.calls.append((name, arguments))
            return self.inner.reply

        return handler


@pytest.mark.parametrize("kind", ["async", "sync"])
def test_the_generated_client_reaches_every_handler(kind: str) -> None:
    """What the client is called with is what the handler is called with, body and all."""
    every = served.Every(runway_server.Reply(None, status=ACCEPTED))
    app = app_of(runway_server, every if kind == "async" else Sync(every))
    sent = [(key, case) for key in RUNWAY.operations for case in cases(RUNWAY, key, 2)]

    async def run() -> None:
        transport = httpx.ASGITransport(app=app)
        async with AsyncRunwayML(api_key=served.SECRET, transport=transport) as client:
            for _, case in sent:
                name = case.operation.name
                arguments = case.arguments(RUNWAY)
                arguments.pop("x_runway_version")
                request = called(client, name).build(**arguments)
                request.headers["authorization"] = f"Bearer {served.SECRET}"
                response = await transport.handle_async_request(request)
                assert response.status_code == ACCEPTED, await response.aread()

    asyncio.run(run())
    assert [name for name, _ in every.calls] == [
        case.operation.name.replace(".", "_") for _, case in sent
    ]
    for (_, case), (_, arguments) in zip(sent, every.calls, strict=True):
        got = {name: plain(value) for name, value in arguments.items()}
        for name, value in given_to(case).items():
            assert got[name] == value, case.request
