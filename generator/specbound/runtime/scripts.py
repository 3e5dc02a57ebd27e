"""Conversations with the service as generators, and the two drivers that perform them.

A script yields a request to be sent, seconds to sleep, or a callback to be told, and so is written
once for the synchronous and the asynchronous client. It must not know what any script is for.
"""

import inspect
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx

from .errors import ClientError
from .options import Clock

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Tell:
    """A caller's function to be told something; in the async client it may be a coroutine one."""

    function: Callable[..., object]
    arguments: tuple[Any, ...]


Step = httpx.Request | float | Tell
Script = Generator[Step, Any, T]


def drive(script: Script[T], client: Callable[[], httpx.Client], clock: Clock) -> T:
    """Perform a script, blocking."""
    try:
        step = next(script)
        while True:
            try:
                result = _perform(step, client, clock)
            except Exception as error:
                step = script.throw(error)
            else:
                step = script.send(result)
    except StopIteration as stop:
        value: T = stop.value
        return value


def _perform(step: Step, client: Callable[[], httpx.Client], clock: Clock) -> Any:
    if isinstance(step, httpx.Request):
        return client().send(step, follow_redirects=False)
    if isinstance(step, Tell):
        told = step.function(*step.arguments)
        if inspect.iscoroutine(told):
            told.close()
            raise ClientError("an asynchronous callback needs the asynchronous client")
        return told
    return clock.sleep(step)


async def drive_async(
    script: Script[T], client: Callable[[], httpx.AsyncClient], clock: Clock
) -> T:
    """Perform a script, awaiting."""
    try:
        step = next(script)
        while True:
            try:
                result = await _perform_async(step, client, clock)
            except Exception as error:
                step = script.throw(error)
            else:
                step = script.send(result)
    except StopIteration as stop:
        value: T = stop.value
        return value
    finally:
        script.close()


async def _perform_async(step: Step, client: Callable[[], httpx.AsyncClient], clock: Clock) -> Any:
    if isinstance(step, httpx.Request):
        return await client().send(step, follow_redirects=False)
    if isinstance(step, Tell):
        told = step.function(*step.arguments)
        return await told if inspect.isawaitable(told) else told
    return await clock.sleep_async(step)
