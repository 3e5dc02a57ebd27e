"""The user's own functions, called whether they are async or not, and what they may ask about.

It knows threads and coroutines; it must not know what the functions are for.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial
from inspect import isawaitable, iscoroutinefunction
from typing import Any

from anyio import to_thread

from .messages import Call


@dataclass(frozen=True, slots=True)
class Current:
    """The request that is being answered, and who `authenticate` said is asking, by scheme."""

    call: Call
    identities: Mapping[str, Any]


_CURRENT: ContextVar[Current] = ContextVar("current")


def current() -> Current:
    """The request that is being answered; LookupError outside of a handler."""
    return _CURRENT.get()


@contextmanager
def answering(now: Current) -> Iterator[None]:
    """While this lasts, `current()` is this request."""
    token = _CURRENT.set(now)
    try:
        yield
    finally:
        _CURRENT.reset(token)


async def called(function: Callable[..., Any], *given: Any, **arguments: Any) -> Any:
    """The function's result; one that is not async runs in a thread, so that it may block."""
    if iscoroutinefunction(function):
        return await function(*given, **arguments)
    result = await to_thread.run_sync(partial(function, *given, **arguments))
    return await result if isawaitable(result) else result
