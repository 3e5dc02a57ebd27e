"""Waits: when they end, when they look, what they raise, and handles that stay plain data."""

from __future__ import annotations

import asyncio
import copy
import pickle

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

import toy
from specbound.runtime import errors
from specbound.runtime.errors import ClientError, WaitFailed, WaitTimeout
from specbound.runtime.waits import rebind

CREATED = {"id": toy.ID}


def state(name, **more):
    return {"id": toy.ID, "status": name, **more}


RUNNING, DONE = state("RUNNING", progress=0.5), state("SUCCEEDED", output=["https://x.example"])


def started(*polls, ticks=None, **settings):
    """A created task, the service answering `polls` when it is asked."""
    ticks = ticks or toy.Ticks()
    server = toy.Server(CREATED, *polls)
    handle = toy.VideosCreate(toy.client(server, ticks, **settings), toy.TaskWait)(**toy.GOOD)
    return handle, server, ticks


def retrieved(*polls, ticks=None, **settings):
    ticks = ticks or toy.Ticks()
    server = toy.Server(*polls)
    handle = toy.TasksRetrieve(toy.client(server, ticks, **settings), toy.TaskWait)(toy.ID)
    return handle, server, ticks


def test_a_task_is_looked_at_until_it_is_done():
    handle, server, ticks = started(RUNNING, RUNNING, DONE)
    result = handle.wait_for_task_output()
    assert isinstance(result, toy.Succeeded)
    assert result.output == ["https://x.example"]
    assert ticks.slept == [5.0, 5.0]
    assert {str(request.url) for request in server.requests[1:]} == {
        f"https://api.example.com/v1/tasks/{toy.ID}"
    }


def test_a_finished_task_returns_without_sleep_or_request():
    handle, server, ticks = retrieved(DONE)
    assert handle.wait_for_task_output() == handle
    assert (server.count(), ticks.slept) == (1, [])
    handle, server, ticks = started(DONE)
    handle.wait_for_task_output()
    assert (server.count(), ticks.slept) == (2, [])


@pytest.mark.parametrize("name", ["FAILED", "CANCELLED"])
def test_failure_states_end_at_once(name):
    handle, _, ticks = started(state(name, failure="It was bad", failureCode="SAFETY.INPUT.TEXT"))
    with pytest.raises(WaitFailed) as caught:
        handle.wait_for_task_output()
    error = caught.value
    assert (error.task_id, error.state, error.code) == (toy.ID, name, "SAFETY.INPUT.TEXT")
    assert isinstance(error.result, toy.Failed)
    assert error.body["failureCode"] == "SAFETY.INPUT.TEXT"
    for word in (toy.ID, name, "It was bad", "SAFETY.INPUT.TEXT"):
        assert word in str(error)
    assert isinstance(error, ClientError)
    assert ticks.slept == []


def test_the_interval_is_a_least_and_jitter_comes_on_top():
    handle, _, ticks = started(RUNNING, RUNNING, DONE, ticks=toy.Ticks(chance=0.999))
    handle.wait_for_task_output(interval=10)
    assert all(14.9 < slept < 15.0 for slept in ticks.slept)
    for bad in (4.9, 0, -1, float("nan"), float("inf")):
        with pytest.raises(ValueError, match="interval"):
            handle.wait_for_task_output(interval=bad)
    with pytest.raises(ValueError, match="timeout"):
        handle.wait_for_task_output(timeout=-1)


def test_a_known_pending_state_is_not_asked_again_too_soon():
    handle, _, ticks = retrieved(RUNNING, DONE)
    ticks.now += 2
    handle.wait_for_task_output()
    assert ticks.slept == [3.0]
    handle, _, ticks = retrieved(RUNNING, DONE)
    ticks.now += 60
    handle.wait_for_task_output()
    assert sum(ticks.slept) == 0


@given(st.floats(0, 60), st.floats(0, 0.99), st.floats(5, 20))
def test_no_wait_sleeps_past_its_deadline(timeout, chance, interval):
    handle, _, ticks = started(RUNNING, ticks=toy.Ticks(chance=chance))
    begun = ticks.now
    with pytest.raises(WaitTimeout):
        handle.wait_for_task_output(timeout=timeout, interval=interval)
    assert ticks.now - begun <= timeout + 1e-6
    assert all(slept >= interval - 1e-6 for slept in ticks.slept)


def test_a_late_wait_names_the_task_and_the_last_reply():
    handle, server, _ = started(RUNNING)
    with pytest.raises(WaitTimeout) as caught:
        handle.wait_for_task_output(timeout=0)
    assert caught.value.task_id == toy.ID
    assert caught.value.last.status == "RUNNING"
    assert isinstance(caught.value, TimeoutError)
    assert server.count() == 2
    assert toy.ID in str(caught.value)


def test_without_a_limit_it_goes_on():
    handle, _, ticks = started(*[RUNNING] * 300, DONE)
    handle.wait_for_task_output(timeout=None)
    assert len(ticks.slept) == 300


def test_an_unknown_state_is_pending_and_told_once():
    told = []
    odd = state("DREAMING")
    handle, _, _ = started(
        odd, odd, DONE, on_drift=lambda drift, route: told.append((drift.kind, route.name))
    )
    assert handle.wait_for_task_output().status == "SUCCEEDED"
    assert told.count(("unknown-state", "tasks.retrieve")) == 1


def test_progress_is_told_every_reply():
    seen = []
    handle, _, _ = started(RUNNING, RUNNING, DONE)
    handle.wait_for_task_output(on_progress=lambda task: seen.append(task.status))
    assert seen == ["RUNNING", "RUNNING", "SUCCEEDED"]

    async def awkward(task):
        pass

    handle, _, _ = started(DONE)
    with pytest.raises(ClientError, match="asynchronous"):
        handle.wait_for_task_output(on_progress=awkward)


def test_errors_while_waiting_name_the_task():
    handle, _, _ = started((404, {"error": "Could not find Task"}))
    with pytest.raises(errors.NotFound) as caught:
        handle.wait_for_task_output()
    assert caught.value.task_id == toy.ID
    handle, _, _ = started(RUNNING, httpx.ConnectError("gone"), max_retries=0)
    with pytest.raises(errors.ConnectionFailed) as failed:
        handle.wait_for_task_output()
    assert failed.value.task_id == toy.ID


def test_retries_while_waiting_stay_before_the_deadline():
    busy = httpx.Response(503, headers={"retry-after": "50"})
    handle, _, ticks = started(busy, DONE)
    begun = ticks.now
    with pytest.raises(errors.ServerError):
        handle.wait_for_task_output(timeout=20)
    assert ticks.now - begun <= 20
    handle, _, _ = started((503, {}), DONE)
    assert handle.wait_for_task_output(timeout=20)


def test_a_poll_has_no_more_time_than_the_wait():
    handle, server, _ = started(DONE)
    handle.wait_for_task_output(timeout=20)
    assert server.requests[-1].extensions["timeout"]["read"] == 20


def test_a_task_is_resumed_by_its_id():
    handle, _, _ = retrieved(RUNNING, DONE)
    assert handle.wait_for_task_output().output


def test_handles_are_their_models():
    handle, _, _ = started(DONE)
    plain = toy.Created(id=handle.id)
    assert isinstance(handle, toy.Created)
    assert isinstance(handle, toy.CreatedHandle)
    assert type(handle) is toy.CreatedHandle
    assert handle == plain
    assert plain == handle
    assert handle != toy.Created(id="00000000-0000-4000-8000-000000000000")
    assert handle.to_dict() == plain.to_dict() == {"id": toy.ID}
    assert handle.model_dump() == plain.model_dump()
    assert handle.model_dump_json() == plain.model_dump_json()


def test_copies_can_wait_and_pickled_ones_say_why_not():
    handle, _, _ = started(DONE)
    assert copy.copy(handle).wait_for_task_output().output
    assert copy.deepcopy(handle).wait_for_task_output().output
    other = pickle.loads(pickle.dumps(handle))
    assert other == handle
    with pytest.raises(ClientError, match="id"):
        other.wait_for_task_output()


def test_every_variant_of_a_union_can_wait():
    for reply, kind in (
        (RUNNING, toy.Pending),
        (DONE, toy.Succeeded),
        (state("FAILED"), toy.Failed),
    ):
        handle, _, _ = retrieved(reply)
        assert isinstance(handle, kind)
        assert isinstance(handle, toy.TaskWait)
        assert handle.to_dict() == reply
    first, second = retrieved(RUNNING)[0], retrieved(RUNNING)[0]
    assert type(first) is type(second), "one class a variant, not one a reply"


def test_a_reply_that_is_no_model_stays_as_it_is():
    assert rebind(["x"], toy.TaskWait, None, toy.TASK) == ["x"]


def run(main):
    return asyncio.run(main)


def test_async_waits_chain_without_a_second_await():
    async def main():
        ticks = toy.Ticks()
        server = toy.Server(CREATED, RUNNING, DONE)
        create = toy.VideosCreate(toy.async_client(server, ticks), toy.AsyncTaskWait)
        result = await create(**toy.GOOD).wait_for_task_output()
        assert result.output
        assert ticks.slept == [5.0]

        server.replies = [CREATED, state("CANCELLED")]
        handle = await create(**toy.GOOD)
        assert isinstance(handle, toy.Created)
        with pytest.raises(WaitFailed):
            await handle.wait_for_task_output()

        seen = []

        async def progress(task):
            await asyncio.sleep(0)
            seen.append(task.status)

        server.replies = [CREATED, RUNNING, DONE]
        await create(**toy.GOOD).wait_for_task_output(on_progress=progress)
        assert seen == ["RUNNING", "SUCCEEDED"]

        server.replies = [RUNNING, DONE]
        retrieve = toy.TasksRetrieve(toy.async_client(server, ticks), toy.AsyncTaskWait)
        assert (await retrieve(toy.ID).wait_for_task_output()).output

        server.replies = [CREATED]
        task = asyncio.create_task(create(**toy.GOOD))
        assert (await task).id
        (one,) = await asyncio.gather(create(**toy.GOOD))
        assert one.id

    run(main())


def test_async_waits_can_be_cancelled():
    async def main():
        client = toy.async_client(toy.Server(CREATED, RUNNING))
        client = client.with_options(clock=toy.Clock())
        create = toy.VideosCreate(client, toy.AsyncTaskWait)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(create(**toy.GOOD).wait_for_task_output(), 0.05)

    run(main())


def test_an_async_call_is_made_once_and_only_when_awaited():
    async def main():
        server = toy.Server(CREATED)
        create = toy.VideosCreate(toy.async_client(server))
        call = create(**toy.GOOD)
        assert server.count() == 0
        await call
        with pytest.raises(RuntimeError):
            await call
        assert server.count() == 1
        with pytest.warns(RuntimeWarning, match=r"videos\.create was never awaited"):
            create(**toy.GOOD)
        assert server.count() == 1

    run(main())
