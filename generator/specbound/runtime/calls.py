"""One asynchronous call that has been asked for and not yet made.

It knows the protocol of coroutines; it must not know what is called.
"""

import warnings
from collections.abc import Callable, Coroutine, Generator
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class AsyncCall(Coroutine[Any, Any, T], Generic[T]):
    """Await it once for the result. The request is checked already, and sent when awaited."""

    def __init__(self, start: Callable[[], Coroutine[Any, Any, T]], name: str = "") -> None:
        self._start = start
        self._name = name
        self._coroutine: Coroutine[Any, Any, T] | None = None

    def _begun(self) -> Coroutine[Any, Any, T]:
        if self._coroutine is None:
            self._coroutine = self._start()
        return self._coroutine

    def __await__(self) -> Generator[Any, Any, T]:
        return self._begun().__await__()

    def send(self, value: Any) -> Any:
        """As of any coroutine."""
        return self._begun().send(value)

    def throw(self, *raised: Any) -> Any:
        """As of any coroutine."""
        return self._begun().throw(*raised)

    def close(self) -> None:
        """As of any coroutine; the request is not sent."""
        self._begun().close()

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)

    async def _wait(self, **terms: Any) -> Any:
        handle: Any = await self
        return await handle._wait(**terms)

    def __del__(self) -> None:
        if self._coroutine is None:
            warnings.warn(
                f"{self._name} was never awaited: nothing was sent", RuntimeWarning, stacklevel=2
            )
