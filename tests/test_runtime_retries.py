"""Retries: what is sent again, when, and what never is."""

from __future__ import annotations

import asyncio
from email.utils import formatdate

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

import toy
from specbound.runtime import errors
from specbound.runtime.options import Options
from specbound.runtime.retries import backoff

OK = {"id": toy.ID}
TASK = {"id": toy.ID, "status": "RUNNING"}


def create(server, ticks, options=None, **settings):
    return toy.VideosCreate(toy.client(server, ticks, **settings))(**toy.GOOD, options=options)


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_busy_services_are_asked_again(status):
    server, ticks = toy.Server((status, {}), (status, {}), OK), toy.Ticks()
    assert str(create(server, ticks).id) == toy.ID
    assert ticks.slept == [0.5, 1.0]
    assert len({request.content for request in server.requests}) == 1


@pytest.mark.parametrize("status", [400, 401, 404, 408, 409, 500, 501])
def test_other_statuses_are_final(status):
    server, ticks = toy.Server((status, {})), toy.Ticks()
    with pytest.raises(errors.StatusError):
        create(server, ticks)
    assert server.count() == 1


def test_the_number_of_retries():
    for retries, options in ((0, None), (3, None), (5, Options(retries=1))):
        server, ticks = toy.Server((503, {})), toy.Ticks()
        with pytest.raises(errors.ServerError):
            create(server, ticks, options, max_retries=retries)
        assert server.count() == 1 + (1 if options else retries)


def test_what_may_have_been_received_is_not_sent_again():
    for failure in (httpx.ReadTimeout("t"), httpx.ReadError("r"), httpx.RemoteProtocolError("p")):
        server, ticks = toy.Server(failure, OK), toy.Ticks()
        with pytest.raises(errors.ConnectionFailed) as caught:
            create(server, ticks)
        assert server.count() == 1
        assert isinstance(caught.value, errors.TimedOut) == isinstance(failure, httpx.ReadTimeout)
        assert caught.value.__cause__ is failure


def test_it_is_when_asked():
    server, ticks = toy.Server(httpx.ReadTimeout("t"), OK), toy.Ticks()
    assert create(server, ticks, Options(retry_unsafe=True))
    assert server.count() == 2
    server = toy.Server(httpx.ReadTimeout("t"), OK)
    assert create(server, ticks, retry_unsafe=True)
    with pytest.raises(errors.TimedOut):
        create(
            toy.Server(httpx.ReadTimeout("t")),
            ticks,
            Options(retry_unsafe=False),
            retry_unsafe=True,
        )


@pytest.mark.parametrize("failure", [httpx.ConnectError("c"), httpx.ConnectTimeout("c")])
def test_what_was_never_received_is_sent_again(failure):
    server = toy.Server(failure, OK)
    assert create(server, toy.Ticks())
    assert server.count() == 2


def test_reading_may_be_repeated():
    server = toy.Server(httpx.ReadTimeout("t"), httpx.ReadError("r"), TASK)
    assert toy.TasksRetrieve(toy.client(server))(toy.ID).status == "RUNNING"
    assert server.count() == 3


def busy(after):
    return httpx.Response(429, json={"error": "slow"}, headers={"retry-after": after})


@pytest.mark.parametrize(("after", "slept"), [("7", 7.0), ("0", 0.5), ("1.5", 1.5), ("60", 60.0)])
def test_retry_after_is_honoured(after, slept):
    server, ticks = toy.Server(busy(after), OK), toy.Ticks()
    assert create(server, ticks)
    assert ticks.slept == [slept]


def test_retry_after_as_a_date():
    ticks = toy.Ticks()
    date = formatdate(1_700_000_000 + ticks.now + 20, usegmt=True)
    assert create(toy.Server(busy(date), OK), ticks)
    assert ticks.slept == [20.0]


def test_a_long_retry_after_is_raised_and_never_shortened():
    server, ticks = toy.Server(busy("120"), OK), toy.Ticks()
    with pytest.raises(errors.RateLimited) as caught:
        create(server, ticks)
    assert caught.value.retry_after == 120.0
    assert ticks.slept == []
    server = toy.Server(busy("120"), OK)
    assert create(server, ticks, Options(max_wait=200))
    assert ticks.slept == [120.0]


@pytest.mark.parametrize("after", ["soon", "-5", "", "1e9999", "Mon, 99 Foo", "\u0665"])
def test_a_retry_after_that_means_nothing_is_passed_over(after):
    server, ticks = (
        toy.Server(httpx.Response(503, headers={"retry-after": after.encode()}), OK),
        toy.Ticks(),
    )
    assert create(server, ticks)
    assert ticks.slept == [0.5]


@given(st.integers(0, 2000), st.floats(0, 1, exclude_max=True))
def test_backoff_doubles_up_to_a_limit(attempt, chance):
    least = min(0.5 * 2.0 ** min(attempt, 50), 8.0)
    assert least <= backoff(attempt, toy.Ticks(chance=chance).clock()) <= least * 1.5


def test_a_stream_is_not_sent_twice():
    server = toy.Server((503, {}))
    client = toy.client(server)
    request = httpx.Request("PUT", "https://api.example.com/x", content=iter([b"a"]))
    assert client.send(request).status_code == 503
    assert server.count() == 1


def test_async_retries_are_the_same():
    async def main():
        server, ticks = toy.Server((503, {}), httpx.ConnectError("c"), busy("5"), OK), toy.Ticks()
        client = toy.async_client(server, ticks, max_retries=3)
        assert await toy.VideosCreate(client)(**toy.GOOD)
        assert ticks.slept == [0.5, 1.0, 5.0]
        with pytest.raises(errors.TimedOut):
            await toy.VideosCreate(toy.async_client(toy.Server(httpx.ReadTimeout("t"))))(**toy.GOOD)

    asyncio.run(main())
