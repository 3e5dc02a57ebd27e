"""What can be set for a mock, and what is told of each request that it has served.

Knows names and defaults. It must not know how anything is done.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, TypedDict

from specbound.check.finding import Finding


class Served(NamedTuple):
    """One request and what became of it.

    `findings` are why the contract refuses it; `reason` is why it is refused otherwise, and
    `preferred` what of the answer was asked for by preferences.
    """

    method: str
    path: str
    status: int
    seconds: float
    findings: tuple[Finding, ...] = ()
    reason: str = ""
    preferred: str = ""


Told = Callable[[Served], None]


class Settings(TypedDict, total=False):
    """What `mock_app` takes beside the contract and the seed.

    `strict_ids`: things that were never made are 404 (else any id is answered). `auth`: requests
    without the credentials that the document asks for are 401; any secret will do, unless `keys`
    lists those that do. `pace`: seconds a state lasts;
    without it each time a thing is asked for is a step. `seeds`: how many things a list has from
    the start, where the document has no way to create them. `now`: the time that replies tell, so
    that the same seed gives the same bytes. `faults`: preferences by operation (``METHOD /path``,
    the method's name or ``*``) for requests that bring none. `told`: is told of each request.
    """

    strict_ids: bool
    auth: bool
    keys: Sequence[str]
    pace: float | None
    seeds: int
    now: datetime | None
    faults: Mapping[str, str]
    told: Told | None


@dataclass(frozen=True, slots=True)
class Chosen:
    """The settings of one mock, defaults filled in."""

    seed: int | str = 0
    strict_ids: bool = True
    auth: bool = True
    keys: Sequence[str] = ()
    pace: float | None = None
    seeds: int = 3
    now: datetime | None = None
    faults: Mapping[str, str] = field(default_factory=dict)
    told: Told | None = None
