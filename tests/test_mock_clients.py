"""Clients against the mock on loopback: the generated one on every operation, the official one."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from runwayml_client import OPERATIONS, AsyncRunwayML, RunwayML

from clients import Time
from fake_service import contract
from servers import served
from specbound.mock import mock_app
from specbound.prove.design import design
from specbound.prove.pick import Least

VIDEO: dict[str, Any] = {
    "model": "gen4_turbo",
    "prompt_image": "https://example.com/a.png",
    "ratio": "1280:720",
}


@pytest.fixture(scope="module")
def mock() -> Iterator[str]:
    with served(mock_app(contract(), strict_ids=False)) as where:
        yield where


@pytest.fixture
def url(mock: str) -> str:
    """The mock, which has forgotten what it did before."""
    assert httpx.post(f"{mock}/__specbound/reset").status_code == 204
    return mock


def calls(key: str) -> tuple[str, dict[str, Any]]:
    """The name of an operation's method and arguments that are right, without constants."""
    operation = contract().operations[key]
    fixed = {one.python for one in operation.parameters if "const" in str(one.schema)}
    found = design(contract(), operation).make(Least()).arguments(contract())
    return OPERATIONS[key].name, {n: v for n, v in found.items() if n not in fixed}


def method(client: Any, name: str) -> Any:
    for step in name.split("."):
        client = getattr(client, step)
    return client


@pytest.mark.parametrize("key", sorted(contract().operations))
def test_the_generated_client_finds_no_drift(key: str, url: str) -> None:
    name, arguments = calls(key)
    with RunwayML(api_key="any", base_url=url, on_drift="raise", max_retries=0) as client:
        method(client, name)(**arguments)


@pytest.mark.parametrize("key", sorted(contract().operations))
def test_nor_does_the_asynchronous_one(key: str, url: str) -> None:
    async def call() -> None:
        name, arguments = calls(key)
        async with AsyncRunwayML(api_key="any", base_url=url, on_drift="raise") as client:
            await method(client, name)(**arguments)

    asyncio.run(call())


def test_the_generated_client_creates_waits_and_reads_pages(url: str) -> None:
    clock = Time().clock
    with RunwayML(api_key="any", base_url=url, on_drift="raise").with_options(
        clock=clock
    ) as client:
        task = client.image_to_video.create(**VIDEO).wait_for_task_output()
        assert task.output
        for number in range(7):
            client.documents.create(name=f"n{number}", content="text")
        read = [one.name for one in client.documents.list(limit=3)]
        assert {f"n{number}" for number in range(7)} <= set(read)


def test_the_official_client_lives_with_it(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    runwayml = pytest.importorskip("runwayml", reason="the official SDK is not installed")
    monkeypatch.setattr(time, "sleep", lambda _: None)
    client = runwayml.RunwayML(api_key="any", base_url=url)
    task = client.image_to_video.create(**VIDEO).wait_for_task_output()
    assert task.status == "SUCCEEDED"
    assert task.output
    client.tasks.delete(task.id)
    with pytest.raises(runwayml.NotFoundError):
        client.tasks.retrieve(task.id)
    made = [client.documents.create(name=f"o{n}", content="text").id for n in range(5)]
    read = [one.id for one in client.documents.list(limit=2, sort="createdAt", order="desc")]
    assert read[:5] == made[::-1]
    client.documents.update(made[0], name="other")
    assert client.documents.retrieve(made[0]).name == "other"
    client.documents.delete(made[0])
    with pytest.raises(runwayml.NotFoundError):
        client.documents.retrieve(made[0])
    upload = client.uploads.create_ephemeral(file=("a.png", b"bytes"))
    assert upload.uri.startswith("runway://")


def test_many_clients_at_once_lose_and_mix_up_nothing(url: str) -> None:
    headers = {"authorization": "Bearer any", "x-runway-version": "2024-11-06"}
    body = {"model": "gen4_turbo", "promptImage": "https://example.com/a.png", "ratio": "1280:720"}

    async def one(client: httpx.AsyncClient) -> str:
        given = (await client.post("/v1/image_to_video", json=body)).json()["id"]
        seen = [(await client.get(f"/v1/tasks/{given}")).json() for _ in range(3)]
        assert {each["id"] for each in seen} == {given}
        assert [each["status"] for each in seen] == ["PENDING", "RUNNING", "SUCCEEDED"]
        return str(given)

    async def all_of_them() -> list[str]:
        async with httpx.AsyncClient(base_url=url, headers=headers) as client:
            return await asyncio.gather(*(one(client) for _ in range(60)))

    assert len(set(asyncio.run(all_of_them()))) == 60
