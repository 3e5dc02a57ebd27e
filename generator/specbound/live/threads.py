"""Work that would hold up an event loop, done in threads of their own number.

Knows anyio, which asyncio's and trio's programs share. It must not know the work.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, TypeVarTuple

from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import RunVar

_Ts = TypeVarTuple("_Ts")
_T = TypeVar("_T")

#: Not anyio's own forty: those are the program's.
_MOST = 4
_LIMITER: RunVar[CapacityLimiter] = RunVar("specbound.live")


async def in_thread(work: Callable[[*_Ts], _T], *arguments: *_Ts) -> _T:
    """What `work` gives, with the event loop free meanwhile."""
    limiter = _LIMITER.get(None)
    if limiter is None:
        limiter = CapacityLimiter(_MOST)
        _LIMITER.set(limiter)
    return await to_thread.run_sync(work, *arguments, limiter=limiter)
