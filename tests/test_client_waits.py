"""Waiting for what was started: its end, its failure, its lateness; no sleep that is not needed."""

from __future__ import annotations

import asyncio
import pickle
from typing import Any

import pytest
from runwayml_client import InvalidRequest, RunwayMLError, ServerError, WaitFailed, WaitTimeout
from runwayml_client.models import TaskRunning, TaskSucceeded

from clients import Time, awaiting, blocking
from fake_service import UUID, Fake, Values, contract

TASK = "GET /v1/tasks/{id}"
VIDEO: dict[str, Any] = {
    "model": "gen4_turbo",
    "prompt_image": "https://example.com/bunny.jpg",
    "ratio": "1280:720",
}

#: Every kind of job: how it is started, which operation tells its state, the method that waits.
JOBS: list[tuple[str, dict[str, Any], str, str]] = [
    ("image_to_video.create", VIDEO, TASK, "wait_for_task_output"),
    ("tasks.retrieve", {"id": UUID}, TASK, "wait_for_task_output"),
    ("workflows.run", {"id": UUID}, "GET /v1/workflow_invocations/{id}", "wait_for_task_output"),
    (
        "workflow_invocations.retrieve",
        {"id": UUID},
        "GET /v1/workflow_invocations/{id}",
        "wait_for_task_output",
    ),
    (
        "avatars.create",
        {
            "name": "A",
            "reference_image": "https://example.com/a.jpg",
            "personality": "kind",
            "voice": {"type": "runway-live-preset", "preset_id": "adrian"},
        },
        "GET /v1/avatars/{id}",
        "wait_until_ready",
    ),
    (
        "voices.create",
        {"name": "V", "from_": {"type": "text", "prompt": "x" * 20, "model": "eleven_ttv_v3"}},
        "GET /v1/voices/{id}",
        "wait_until_ready",
    ),
    (
        "realtime_sessions.create",
        {"model": "gwm1_avatars", "avatar": {"type": "custom", "avatar_id": UUID}},
        "GET /v1/realtime_sessions/{id}",
        "wait_until_ready",
    ),
]


def state(key: str, value: str) -> Any:
    """A reply of an operation in some state."""
    reply = contract().operations[key].replies["200"]
    return Values(contract(), frozenset({value})).of(reply.content["application/json"])


def states(key: str, *values: str) -> dict[str, list[Any]]:
    return {key: [state(key, value) for value in values]}


def last(key: str) -> str:
    return "READY" if "avatars" in key or "voices" in key or "sessions" in key else "SUCCEEDED"


def first(key: str) -> str:
    pending = {"avatars": "PROCESSING", "voices": "PROCESSING", "realtime": "NOT_READY"}
    return next((text for part, text in pending.items() if part in key), "PENDING")


@pytest.mark.parametrize(("name", "given", "key", "method"), JOBS)
def test_every_job_can_be_waited_for(
    name: str, given: dict[str, Any], key: str, method: str
) -> None:
    resource, call = name.split(".")
    answers = states(key, first(key), first(key), last(key))
    if name == "avatars.create":
        answers["POST /v1/avatars"] = [state(key, "PROCESSING")]
    fake, time = Fake(dict(answers)), Time()
    started = getattr(getattr(blocking(fake, time), resource), call)(**given)
    assert getattr(started, method)().status == last(key)
    assert fake.wrong == []
    assert time.naps
    assert all(nap >= 5.0 for nap in time.naps)


@pytest.mark.parametrize(("name", "given", "key", "method"), JOBS)
def test_every_job_can_be_waited_for_in_one_await(
    name: str, given: dict[str, Any], key: str, method: str
) -> None:
    resource, call = name.split(".")
    fake, time = Fake(states(key, first(key), last(key))), Time()

    async def run() -> Any:
        async with awaiting(fake, time) as client:
            return await getattr(getattr(getattr(client, resource), call)(**given), method)()

    assert asyncio.run(run()).status == last(key)
    assert fake.wrong == []


def test_awaiting_twice_is_possible_too() -> None:
    fake = Fake(states(TASK, "SUCCEEDED"))

    async def run() -> Any:
        async with awaiting(fake) as client:
            task = await client.image_to_video.create(**VIDEO)
            return await task.wait_for_task_output()

    assert isinstance(asyncio.run(run()), TaskSucceeded)


def test_finished_returns_without_sleeping() -> None:
    fake, time = Fake(states(TASK, "SUCCEEDED")), Time()
    done = blocking(fake, time).tasks.retrieve(UUID).wait_for_task_output()
    assert isinstance(done, TaskSucceeded)
    assert (time.naps, fake.calls) == ([], [TASK])


@pytest.mark.parametrize("end", ["CANCELLED", "FAILED"])
def test_failure_ends_at_once(end: str) -> None:
    fake, time = Fake(states(TASK, "RUNNING", end)), Time()
    with pytest.raises(WaitFailed, match=end) as caught:
        blocking(fake, time).image_to_video.create(**VIDEO).wait_for_task_output()
    assert isinstance(caught.value, RunwayMLError)
    assert (caught.value.task_id, caught.value.state) == (UUID, end)
    assert len(time.naps) == 1


def test_cancelled_ends_at_once_when_awaited() -> None:
    async def run() -> None:
        async with awaiting(Fake(states(TASK, "CANCELLED"))) as client:
            await client.image_to_video.create(**VIDEO).wait_for_task_output()

    with pytest.raises(WaitFailed, match="CANCELLED"):
        asyncio.run(run())


def test_reason_and_code_of_a_failure() -> None:
    failed = {**state(TASK, "FAILED"), "failure": "The image is unsafe.", "failureCode": "SAFETY"}
    with pytest.raises(WaitFailed, match=r"The image is unsafe\. \(SAFETY\)") as caught:
        blocking(Fake({TASK: [failed]})).tasks.retrieve(UUID).wait_for_task_output()
    assert (caught.value.reason, caught.value.code) == ("The image is unsafe.", "SAFETY")
    assert caught.value.body == failed


def test_lateness_names_the_task() -> None:
    fake, time = Fake(states(TASK, "RUNNING")), Time()
    task = blocking(fake, time).tasks.retrieve(UUID)
    with pytest.raises(WaitTimeout, match=UUID) as caught:
        task.wait_for_task_output(timeout=20)
    assert isinstance(caught.value, TimeoutError)
    assert caught.value.task_id == UUID
    assert isinstance(caught.value.last, TaskRunning)
    assert 15 <= time.seconds <= 20


@pytest.mark.parametrize("interval", [4.9, 0.0, -1.0, float("nan")])
def test_interval_has_a_floor(interval: float) -> None:
    task = blocking(Fake(states(TASK, "RUNNING"))).tasks.retrieve(UUID)
    with pytest.raises(InvalidRequest, match="at least 5"):
        task.wait_for_task_output(interval=interval)


@pytest.mark.parametrize(("chance", "nap"), [(0.0, 8.0), (0.999, 12.0)])
def test_interval_and_jitter(chance: float, nap: float) -> None:
    time = Time(chance=chance)
    task = blocking(Fake(states(TASK, "RUNNING", "RUNNING", "SUCCEEDED")), time).tasks.retrieve(
        UUID
    )
    task.wait_for_task_output(interval=8.0)
    assert time.naps == pytest.approx([nap, nap], abs=0.01)


def test_progress() -> None:
    seen: list[Any] = []
    fake = Fake(states(TASK, "PENDING", "RUNNING", "SUCCEEDED"))
    blocking(fake).image_to_video.create(**VIDEO).wait_for_task_output(on_progress=seen.append)
    assert [one.status for one in seen] == ["PENDING", "RUNNING", "SUCCEEDED"]


def test_errors_while_waiting_name_the_task() -> None:
    import httpx

    broken: list[Any] = [httpx.Response(500, json={"error": "oops"})]
    with pytest.raises(ServerError) as caught:
        blocking(Fake({TASK: broken})).image_to_video.create(**VIDEO).wait_for_task_output()
    assert caught.value.task_id == UUID


def test_handles_are_their_models() -> None:
    task = blocking(Fake(states(TASK, "RUNNING"))).tasks.retrieve(UUID)
    assert isinstance(task, TaskRunning)
    assert task == TaskRunning.model_validate_json(task.to_json())
    again = pickle.loads(pickle.dumps(task))
    assert again == task
    with pytest.raises(RunwayMLError, match="by its id"):
        again.wait_for_task_output()
