"""Sequences of calls: what a client does wrong only after something else is found, and shrunk."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from contracts import contract_of, document
from specbound.contract.load import Contract
from specbound.prove.flows import flows
from specbound.prove.identify import calls_of
from specbound.prove.proof import Kind, Proof
from specbound.prove.runner import Effort
from specbound.prove.sequences import Sequences

HOST = "http://service.invalid"
ID = {"type": "string", "pattern": "^[a-z0-9]{8}$"}
TASK = {"type": "object", "required": ["id"], "properties": {"id": ID}}


def ok(schema: Any) -> Any:
    return {"200": {"description": "ok", "content": {"application/json": {"schema": schema}}}}


ASK = {
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["size"],
                "properties": {"size": {"type": "integer"}},
            }
        }
    },
    "required": True,
}
TASKS = contract_of(
    document(
        {
            "/tasks": {"post": {"requestBody": ASK, "responses": ok(TASK)}},
            "/tasks/{id}": {
                "parameters": [{"name": "id", "in": "path", "required": True, "schema": ID}],
                "get": {"responses": ok(TASK)},
                "delete": {"responses": {"204": {"description": "gone"}}},
            },
        }
    )
)


class Tasks:
    """Right in every respect."""

    def __init__(self) -> None:
        self.http = httpx.Client(base_url=HOST)
        self.seen: list[str] = []

    def create(self, size: int) -> str:
        made = str(self.http.post("/tasks", json={"size": size}).json()["id"])
        self.seen.append(made)
        return made

    def retrieve(self, id: str) -> Any:
        return self.http.get(f"/tasks/{id}").json()

    def delete(self, id: str) -> None:
        assert self.http.delete(f"/tasks/{id}").status_code == 204


class Remembering(Tasks):
    """Asks for the first task that it ever made."""

    def retrieve(self, id: str) -> Any:
        return super().retrieve(self.seen[0])

    def delete(self, id: str) -> None:
        self.seen.clear()
        super().delete(id)

    def create(self, size: int) -> str:
        self.seen = self.seen[:1]
        return super().create(size)


class Forgetful(Tasks):
    """Sends nothing the second time."""

    def delete(self, id: str) -> None:
        if id in self.seen:
            self.seen = []
            super().delete(id)


class Client:
    def __init__(self, tasks: Tasks) -> None:
        self.tasks = tasks


def proof(tasks: type[Tasks], contract: Contract = TASKS) -> Proof:
    calls = {one.key: function for one, function in calls_of(contract, Client(tasks()))}
    return Sequences(contract, calls, Effort(examples=150, seed=1)).run()


def test_a_right_client_holds() -> None:
    found = proof(Tasks)
    assert found.holds
    assert found.examples >= 100
    assert not found.notes


def test_what_is_wrong_only_after_something_else_is_found_and_shrunk() -> None:
    (found,) = proof(Forgetful).counterexamples
    assert found.kind is Kind.STRANGE
    assert "sent 0 requests" in found.message
    assert [step.partition("(")[0].rpartition(".")[2] for step in found.steps] == [
        "create",
        "delete",
        "delete",
    ]


def test_a_stale_id_is_found() -> None:
    (found,) = proof(Remembering).counterexamples
    assert found.kind in (Kind.CHANGED, Kind.REFUSED)
    assert len(found.steps) <= 4


def test_flows_of_waits_and_of_paths(runway: Any) -> None:
    (flow,) = flows(TASKS)
    assert [one.key for one, _ in flow.creators] == ["POST /tasks"]
    assert {one.method for one in flow.followers} == {"GET", "DELETE"}
    api = Contract.load(runway / "openapi.json", [runway / "overlay.yaml", runway / "rules.yaml"])
    tasks = next(flow for flow in flows(api) if flow.followers[0].path == "/v1/tasks/{id}")
    assert {"image_to_video.create", "text_to_speech.create"} <= {
        one.name for one, _ in tasks.creators
    }
    assert tasks.states[-1] == "SUCCEEDED"


def test_a_client_without_a_flow_is_told() -> None:
    found = Sequences(TASKS, {}, Effort(examples=5)).run()
    assert found.notes == ("no operation of the client makes something that another one asks for",)


@pytest.mark.parametrize("kind", ["RunwayML", "AsyncRunwayML"])
def test_the_generated_client_holds(runway: Any, kind: str) -> None:
    import runwayml_client

    api = Contract.load(runway / "openapi.json", [runway / "overlay.yaml", runway / "rules.yaml"])
    client = getattr(runwayml_client, kind)(api_key="k" * 20)
    calls = {}
    for operation in api.operations.values():
        function = client
        for step in operation.name.split("."):
            function = getattr(function, step)
        calls[operation.key] = function
    found = Sequences(api, calls, Effort(examples=30, seed=1)).run()
    assert found.holds, found.counterexamples
    assert found.examples >= 20
