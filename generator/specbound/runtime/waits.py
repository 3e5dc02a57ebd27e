"""Waiting until what an operation started has ended, and handles: replies that know how to wait.

It knows the declared states of a wait; it must not know what any service calls its jobs.
"""

import math
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol, cast

from .calls import AsyncCall
from .engine import Engine
from .errors import ClientError, InvalidRequest, TimedOut, WaitFailed, WaitTimeout
from .issue import Issue
from .options import NO_OPTIONS, Options
from .pointer import is_model, pointed
from .record import Drift
from .route import Route, Wait
from .scripts import Script, Tell

JITTER = 0.5


class Driver(Protocol):
    """What performs scripts, blocking or awaiting."""

    engine: Engine

    def drive(self, script: Script[Any]) -> Any:
        """Perform a script."""
        ...


@dataclass(frozen=True, slots=True)
class Terms:
    """How a caller wants to wait; times in seconds, `timeout` None waits for ever."""

    timeout: float | None
    interval: float
    on_progress: Callable[[Any], object] | None = None


class Bound:
    """What a handle needs besides its data: who asks, and when it was last looked at (monotonic).

    It is not copied and does not survive pickling: a handle from elsewhere cannot wait.
    """

    __slots__ = ("at", "driver", "wait")

    def __init__(self, driver: Driver | None = None, wait: Wait | None = None) -> None:
        self.driver = driver
        self.wait = wait
        self.at = driver.engine.settings.clock.now() if driver else 0.0

    def __deepcopy__(self, memo: Any) -> "Bound":
        return self

    def __reduce__(self) -> Any:
        return Bound, ()


def waiting(engine: Engine, wait: Wait, value: Any, at: float, terms: Terms) -> Script[Any]:
    """Look until the state is final: the awaited output; raises WaitFailed, WaitTimeout, APIError.

    A reply without a state is looked at once before any sleep; a known pending one is at most asked
    again an interval after it was seen.
    """
    clock = engine.settings.clock
    job = pointed(value, wait.id)
    deadline = None if terms.timeout is None else clock.now() + terms.timeout
    unknown: set[str] = set()
    while True:
        state = pointed(value, wait.state)
        if state is not None and (yield from _ended(engine, wait, value, unknown)):
            return pointed(value, wait.output)
        if state is not None:
            wanted = max(0.0, at - clock.now() + terms.interval * (1 + JITTER * clock.random()))
            pause = _fitting(wanted, terms.interval + at - clock.now(), deadline, clock.now())
            if pause is None:
                raise _late(wait, job, value, terms)
            yield pause
        value = yield from _look(engine, wait, (job, value, terms), deadline)
        at = clock.now()
        if terms.on_progress is not None:
            yield Tell(terms.on_progress, (value,))


def _fitting(pause: float, least: float, deadline: float | None, now: float) -> float | None:
    """`pause` cut, but not below `least`, to end before the deadline; None where that cannot be."""
    if deadline is None or now + pause <= deadline:
        return pause
    return deadline - now if now + max(least, 0.0) <= deadline and deadline > now else None


def _ended(engine: Engine, wait: Wait, value: Any, unknown: set[str]) -> Script[bool]:
    state = str(pointed(value, wait.state))
    if state in wait.success:
        return True
    if state in wait.failure:
        raise failed(wait, value, state)
    if state not in wait.pending and state not in unknown:
        unknown.add(state)
        message = f'state "{state}" is not known; taken as pending'
        engine.tell(wait.ask(), Drift("unknown-state", wait.state, message))
    return False
    yield


def failed(wait: Wait, value: Any, state: str) -> WaitFailed:
    """The error for a reply in a failure state."""
    job = pointed(value, wait.id)
    reason = pointed(value, wait.reason) if wait.reason else None
    code = pointed(value, wait.code) if wait.code else None
    said = "".join([f": {reason}" if reason else "", f" ({code})" if code else ""])
    error = WaitFailed(f"{wait.name}: {job} ended as {state}{said}")
    error.task_id, error.result, error.state = _text(job), value, state
    error.reason, error.code = reason, code
    return error


def _late(wait: Wait, job: Any, value: Any, terms: Terms) -> WaitTimeout:
    state = pointed(value, wait.state) or "not known"
    said = (
        f"{wait.name}: {job} has not ended within {terms.timeout:g} s (state {state}); it goes on"
    )
    error = WaitTimeout(said)
    error.task_id, error.last = _text(job), value
    return error


def _look(
    engine: Engine, wait: Wait, about: tuple[Any, Any, Terms], deadline: float | None
) -> Script[Any]:
    job, last, terms = about
    route, clock = wait.ask(), engine.settings.clock
    arguments: dict[str, Any] = {wait.argument: job}
    try:
        options = NO_OPTIONS
        if deadline is not None:
            left = max(0.001, deadline - clock.now())
            longest = min(left, engine.target.timeout.get("read") or left)
            options = Options(timeout=longest) if terms.timeout else NO_OPTIONS
        arguments["options"] = options
        request = engine.request(route, arguments)
        return (yield from engine.answer(request, route, arguments, deadline))
    except TimedOut as error:
        if deadline is not None and clock.now() >= deadline:
            raise _late(wait, job, last, terms) from error
        error.task_id = _text(job)
        raise
    except ClientError as error:
        error.task_id = _text(job)
        raise


def _text(job: Any) -> str | None:
    return None if job is None else str(job)


class Waitable:
    """What the handles share; it goes first among the bases of a handle, before the model.

    Not generic: pydantic takes no generic class before a model. The generated mixin types its
    result.
    """

    def __eq__(self, other: object) -> bool:
        return bool(_unbound(self) == _unbound(other))

    __hash__ = None  # type: ignore[assignment]

    def _script(
        self,
        *,
        timeout: float | None = 600.0,
        interval: float | None = None,
        on_progress: Callable[[Any], object] | None = None,
    ) -> tuple[Driver, Script[Any]]:
        bound = (getattr(self, "__pydantic_private__", None) or {}).get("_bound") or Bound()
        driver, wait = bound.driver, bound.wait
        if driver is None or wait is None:
            raise ClientError(
                "this handle has no client (it was unpickled); fetch it again by its id"
            )
        terms = Terms(timeout, wait.interval if interval is None else interval, on_progress)
        _check(wait, terms)
        return driver, waiting(driver.engine, wait, self, bound.at, terms)


def _check(wait: Wait, terms: Terms) -> None:
    interval, timeout = terms.interval, terms.timeout
    if not interval >= wait.interval or math.isinf(interval):
        said = f"`interval` is {interval}, but must be at least {wait.interval:g} s"
        raise InvalidRequest([Issue("too_small", ["interval"], said)], wait.name)
    if timeout is not None and not timeout >= 0:
        said = f"`timeout` is {timeout}, but must be at least 0 s, or None for no limit"
        raise InvalidRequest([Issue("too_small", ["timeout"], said)], wait.name)


class SyncWait(Waitable):
    """A reply that can wait: the generated mixin names the method and calls `_wait`."""

    def _wait(self, **terms: Any) -> Any:
        driver, script = self._script(**terms)
        return driver.drive(script)


class AsyncWait(Waitable):
    """As `SyncWait`, to be awaited."""

    async def _wait(self, **terms: Any) -> Any:
        driver, script = self._script(**terms)
        return await driver.drive(script)


def rebind(instance: Any, handle: Any, driver: Driver, wait: Wait) -> Any:
    """`instance` (a parsed reply) as a handle with the same data; other replies come back
    unchanged.
    """
    if not is_model(instance):
        return instance
    kind = _handle_class(instance.__class__, handle if isinstance(handle, tuple) else (handle,))
    bound = {**(instance.__pydantic_private__ or {}), "_bound": Bound(driver, wait)}
    return _copied(instance, kind, bound)


def _copied(instance: Any, kind: Any, private: Any) -> Any:
    copy = kind.__new__(kind)
    object.__setattr__(copy, "__dict__", instance.__dict__)
    object.__setattr__(copy, "__pydantic_fields_set__", instance.__pydantic_fields_set__)
    object.__setattr__(copy, "__pydantic_extra__", instance.__pydantic_extra__)
    object.__setattr__(copy, "__pydantic_private__", private)
    return copy


def _unbound(value: Any) -> Any:
    """The plain model of a handle; anything else as it is."""
    if not isinstance(value, Waitable) or not is_model(value):
        return value
    model: Any = value
    private = {**(model.__pydantic_private__ or {})}
    private.pop("_bound", None)
    plain = next(
        each
        for each in type(value).__mro__
        if hasattr(each, "__pydantic_fields__") and not issubclass(each, Waitable)
    )
    return _copied(value, plain, private or None)


@cache
def _handle_class(model: Any, handles: tuple[type, ...]) -> Any:
    """The generated handle class for `model`, or one made of the mixin and the model, once."""
    mixins = [each for handle in handles for each in _mixins(handle)]
    known: list[type] = [*handles]
    for mixin in mixins:
        known += type.__subclasses__(mixin)
    for each in known:
        if model in each.__bases__:
            return each
    names = {
        "__module__": model.__module__,
        "__qualname__": model.__qualname__,
        "__doc__": model.__doc__,
    }
    made: Any = type(model)
    return made(model.__name__, (mixins[0], model), names)


def _mixins(handle: type) -> list[type]:
    """`handle` itself if it is a mixin, else those among its bases."""
    if not hasattr(handle, "__pydantic_fields__"):
        return [handle]
    return [each for each in handle.__bases__ if issubclass(each, Waitable)]


def async_handle_call(
    value: Callable[[], Coroutine[Any, Any, Any]], handle: Any, driver: Driver, route: Route
) -> AsyncCall[Any]:
    """A call whose result is a handle, and which can be waited for without awaiting it first."""
    wait = cast(Wait, route.wait)

    async def start() -> Any:
        return rebind(await value(), handle, driver, wait)

    first = handle[0] if isinstance(handle, tuple) else handle
    call: AsyncCall[Any] = _call_class(_mixins(first)[0])(start, route.name)
    return call


@cache
def _call_class(mixin: type) -> Any:
    return type(f"{mixin.__name__}Call", (AsyncCall, mixin), {"__module__": mixin.__module__})
