"""Clients of the fake service, on a clock that only moves when somebody sleeps.

Knows both clients' constructors. It must not know what any operation does.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import httpx
from runwayml_client import AsyncRunwayML, RunwayML
from runwayml_client._runtime.options import Clock

from fake_service import Fake

KEY = "key_0123456789abcdef"


@dataclass
class Time:
    """Seconds since the start, and every sleep."""

    seconds: float = 0.0
    naps: list[float] = field(default_factory=list)
    chance: float = 0.0

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.naps.append(seconds)
        self.seconds += seconds

    async def sleep_async(self, seconds: float) -> None:
        """Let time pass, awaiting."""
        self.sleep(seconds)

    @property
    def clock(self) -> Clock:
        """This time as the client's clock."""
        return Clock(
            now=lambda: self.seconds,
            wall=lambda: self.seconds,
            sleep=self.sleep,
            sleep_async=self.sleep_async,
            random=lambda: self.chance,
        )


def blocking(fake: Any, time: Time | None = None, **settings: Any) -> RunwayML:
    """A blocking client of a fake."""
    client = RunwayML(**{"api_key": KEY, "transport": httpx.MockTransport(fake), **settings})
    return client.with_options(clock=(time or Time()).clock)


def awaiting(fake: Fake, time: Time | None = None, **settings: Any) -> AsyncRunwayML:
    """An awaiting client of a fake."""
    transport = httpx.MockTransport(fake.awaited)
    client = AsyncRunwayML(**{"api_key": KEY, "transport": transport, **settings})
    return client.with_options(clock=(time or Time()).clock)


def called(client: Any, name: str) -> Any:
    """The operation of a client by its dotted name."""
    for part in name.split("."):
        client = getattr(client, part)
    return client
