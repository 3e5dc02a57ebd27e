"""An operation as a callable object: one signature for calling it, awaiting it and building its
request.

It knows the facts of its route and who performs its calls; it must not know how.
"""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, ClassVar, Generic, Protocol, Self, cast

import httpx
from typing_extensions import TypeVar

from .build import Target, timeouts
from .engine import headers_of
from .replies import parsed
from .route import Route

T = TypeVar("T")
R = TypeVar("R", default=httpx.Request)
F = TypeVar("F", bound=Callable[..., Any])


class Runner(Protocol):
    """What performs the calls of an operation."""

    def run(self, called: Any, arguments: dict[str, Any]) -> Any:
        """Perform one call."""
        ...

    @property
    def builder(self) -> Target:
        """Builds requests and sends nothing."""
        ...

    def parse(self, route: Route, response: httpx.Response) -> Any:
        """The value of a response."""
        ...


class Builder:
    """Performs a call by building its request."""

    __slots__ = ("builder",)

    def __init__(self, target: Target) -> None:
        self.builder = target

    def run(self, called: Any, arguments: dict[str, Any]) -> httpx.Request:
        """The exact request; raises InvalidRequest."""
        return self.builder.request(called.route, arguments)

    def parse(self, route: Route, response: httpx.Response) -> Any:
        """The value of a response; raises StatusError."""
        return parsed(route, response, "ignore")


def standalone(base_url: str | None, headers: Mapping[str, str] | None) -> Builder:
    """A builder without a client: no credentials, the document's server unless another is given."""
    fixed = headers_of(None, headers or {}, None)
    return Builder(Target(base_url=base_url or "", headers=fixed, timeout=timeouts(60.0)))


def explained(call: F) -> F:
    """A call whose missing and unknown arguments raise InvalidRequest, as wrong values do."""
    code = call.__code__
    names = code.co_varnames[1 : code.co_argcount]

    @wraps(call)
    def explaining(self: Any, *given: Any, **arguments: Any) -> Any:
        try:
            return call(self, *given, **arguments)
        except TypeError as error:
            inside = error.__traceback__ and error.__traceback__.tb_next
            if inside or len(given) > len(names) or arguments.keys() & set(names[: len(given)]):
                raise
            refused = error
        self._call({**dict(zip(names, given, strict=False)), **arguments})
        raise refused

    return cast(F, explaining)


class Operation(Generic[T, R]):
    """Root of the generated operations: T is what its reply is parsed to, R what a call returns.

    The class itself, without a client, is a builder: that is R's default.

    `handle` makes the reply waitable: a mixin, a handle class, or several for a union of replies.
    """

    route: ClassVar[Route]
    __slots__ = ("_runner", "handle")

    def __init__(self, runner: Runner, handle: Any = None) -> None:
        self._runner = runner
        self.handle = handle

    def _call(self, arguments: dict[str, Any]) -> R:
        result: R = self._runner.run(self, arguments)
        return result

    @property
    def _builder(self) -> Builder:
        return Builder(self._runner.builder)

    def parse(self, response: httpx.Response) -> T:
        """The value of a response to this operation; raises StatusError for an error status."""
        value: T = self._runner.parse(self.route, response)
        return value

    @classmethod
    def builder(
        cls, *, base_url: str | None = None, headers: Mapping[str, str] | None = None
    ) -> Self:
        """The operation as a builder of requests that needs no client."""
        return cls(standalone(base_url, headers))

    def __repr__(self) -> str:
        return f"<{self.route.name}: {self.route.method} {self.route.path}>"
