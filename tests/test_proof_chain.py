"""The whole chain on loopback: generated client, checking proxy, mock; nobody has anything to say.

Every operation, waits, pages and an upload, by the blocking and the awaiting client.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from runwayml_client import AsyncRunwayML, RunwayML

from clients import Time, called
from fake_service import contract
from servers import served
from specbound.check.finding import Result, Verdict
from specbound.live.proxy import Proxy
from specbound.live.proxy_passage import Passage
from specbound.live.proxy_queue import Queue
from specbound.live.proxy_upstream import Upstream, target_of
from specbound.live.watch import Watch
from specbound.mock import mock_app
from specbound.traffic.exchange import Exchange
from test_mock_clients import VIDEO, calls

NOTES = [f"note {number}" for number in range(7)]
Seen = list[tuple[Exchange, Result]]


@pytest.fixture(scope="module")
def mock() -> Iterator[str]:
    with served(mock_app(contract(), strict_ids=False)) as where:
        yield where


@pytest.fixture
def chain(mock: str) -> Callable[[], Any]:
    """Puts a proxy in front of a mock that has forgotten everything."""
    assert httpx.post(f"{mock}/__specbound/reset").status_code == 204
    return lambda: proxied(mock)


@contextmanager
def proxied(mock: str) -> Iterator[tuple[str, Seen]]:
    """A proxy as the command puts it up: its URL; what it saw, all of it when the block is left.

    Nothing was found then, everything was checked, nothing was lost and nothing broke off.
    """
    seen: Seen = []
    troubles: list[str] = []
    watch = Watch(contract(), on_finding="ignore", on_result=lambda *one: seen.append(one))

    def look_at(passage: Passage) -> None:
        troubles.extend(fault.message for fault in passage.faults)
        watch.saw_aside(passage.exchange())

    queue = Queue(look_at)
    try:
        with served(Proxy(Upstream(target_of(mock), 30), queue.put)) as url:
            yield url, seen
    finally:
        drained = queue.close(30)
        watch.close()
    assert drained
    assert (queue.missed, queue.failed, troubles) == (0, 0, [])
    assert [result.findings for _, result in seen if result.findings] == []
    assert [result.unchecked for _, result in seen if result.unchecked] == []
    assert {result.verdict for _, result in seen} == {Verdict.VALID}
    counts = watch.counts
    assert counts.exchanges == counts.valid == len(seen)
    assert (counts.findings, counts.invalid, counts.undocumented, counts.passed) == (0, 0, 0, 0)


def blocking(url: str) -> RunwayML:
    client = RunwayML(api_key="any", base_url=url, on_drift="raise", max_retries=0)
    return client.with_options(clock=Time().clock)


def awaiting(url: str) -> AsyncRunwayML:
    client = AsyncRunwayML(api_key="any", base_url=url, on_drift="raise", max_retries=0)
    return client.with_options(clock=Time().clock)


def operations() -> list[str]:
    """The keys of all operations; what deletes goes last, since the ids are all the same."""
    return sorted(contract().operations, key=lambda key: (key.startswith("DELETE"), key))


def statuses(seen: Seen) -> set[int]:
    return {each.response.status for each, _ in seen if each.response is not None}


def test_every_operation(chain: Callable[[], Any]) -> None:
    with chain() as (url, seen), blocking(url) as client:
        for key in operations():
            name, arguments = calls(key)
            called(client, name)(**arguments)
    assert len(seen) == 43
    assert {result.operation for _, result in seen} == set(contract().operations)
    assert all(200 <= status < 300 for status in statuses(seen))


def test_every_operation_awaited(chain: Callable[[], Any]) -> None:
    async def call(url: str) -> None:
        async with awaiting(url) as client:
            for gone in (False, True):
                keys = [key for key in operations() if key.startswith("DELETE") is gone]
                asked = map(calls, keys)
                await asyncio.gather(*(called(client, name)(**given) for name, given in asked))

    with chain() as (url, seen):
        asyncio.run(call(url))
    assert len(seen) == 43
    assert {result.operation for _, result in seen} == set(contract().operations)
    assert all(200 <= status < 300 for status in statuses(seen))


def expect_whole(seen: Seen, task: Any, read: list[str], upload: str) -> None:
    """A task was waited for, three pages were read, and a file went up beside the proxy."""
    assert task.status == "SUCCEEDED"
    assert task.output
    assert set(NOTES) <= set(read)
    assert upload.startswith("runway://")
    kinds = [result.operation for _, result in seen]
    assert kinds.count("GET /v1/tasks/{id}") >= 3
    assert kinds.count("POST /v1/documents") == 7
    assert kinds.count("GET /v1/documents") >= 3
    assert kinds.count("POST /v1/uploads") == 1
    assert kinds.count("DELETE /v1/tasks/{id}") == 1


def test_waits_pages_and_uploads(chain: Callable[[], Any]) -> None:
    with chain() as (url, seen), blocking(url) as client:
        task = client.image_to_video.create(**VIDEO).wait_for_task_output()
        for name in NOTES:
            client.documents.create(name=name, content="text")
        read = [one.name for one in client.documents.list(limit=3)]
        upload = client.uploads.create_ephemeral(file=("a.png", b"bytes"))
        client.tasks.delete(task.id)
    expect_whole(seen, task, read, upload)


def test_waits_pages_and_uploads_awaited(chain: Callable[[], Any]) -> None:
    async def work(url: str) -> tuple[Any, list[str], str]:
        async with awaiting(url) as client:
            task = await (await client.image_to_video.create(**VIDEO)).wait_for_task_output()
            await asyncio.gather(*(client.documents.create(name=n, content="t") for n in NOTES))
            read = [one.name async for one in client.documents.list(limit=3)]
            upload = await client.uploads.create_ephemeral(file=("a.png", b"bytes"))
            await client.tasks.delete(task.id)
            return task, read, upload

    with chain() as (url, seen):
        done = asyncio.run(work(url))
    expect_whole(seen, *done)
