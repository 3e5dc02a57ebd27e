"""What a caller may set for the client as a whole or for one call.

It knows the names, units and defaults of these settings; it must not know what is done with them.
"""

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from random import random
from typing import Any, Literal

import httpx

from .absent import OMIT, Omit
from .record import Drift
from .route import Route

OnDrift = Literal["ignore", "warn", "raise"] | Callable[[Drift, Route], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Settings of one call; what is not set is as the client has it.

    `timeout` is in seconds. `headers`, `query` and `body` are sent besides the arguments,
    unchecked. `retry_unsafe` allows to send again what may have been received; `max_wait` is the
    longest Retry-After, in seconds, that is waited for rather than raised.
    """

    timeout: float | httpx.Timeout | Omit | None = OMIT
    headers: Mapping[str, str] | None = None
    query: Mapping[str, Any] | None = None
    body: Mapping[str, Any] | None = None
    retries: int | None = None
    retry_unsafe: bool | None = None
    max_wait: float | None = None
    on_drift: OnDrift | None = None


NO_OPTIONS = Options()


async def _sleep(seconds: float) -> None:
    import asyncio

    await asyncio.sleep(seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """Time and chance, for tests to replace: seconds, monotonic but for `wall` (the epoch's)."""

    now: Callable[[], float] = time.monotonic
    wall: Callable[[], float] = time.time
    sleep: Callable[[float], object] = time.sleep
    sleep_async: Callable[[float], Awaitable[object]] = _sleep
    random: Callable[[], float] = random


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Settings of a client.

    `api_key` is one secret for every scheme, or a mapping from scheme name to secret
    ("user:password" for basic). `base_url` and `api_key` come from the environment where they are
    not given. `timeout` is in seconds (default 60, 5 to connect); `max_wait` is the longest
    Retry-After that is waited for.
    """

    api_key: str | Mapping[str, str] | None = None
    base_url: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    timeout: float | httpx.Timeout | Omit | None = OMIT
    max_retries: int = 2
    retry_unsafe: bool = False
    max_wait: float = 60.0
    on_drift: OnDrift = "ignore"
    clock: Clock = field(default_factory=Clock)
