"""The two clients' common ground: a transport performs scripts over httpx, blocking or awaiting.

It knows httpx clients, their life and what a call hands back; the decisions are the engine's.
"""

from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any, Generic, Protocol, Self, TypeVar

import httpx

from .build import Target
from .engine import Engine
from .errors import ClientClosed
from .options import NO_OPTIONS, Options, Settings
from .retries import policy_of
from .route import Route, Service
from .scripts import Script, drive, drive_async

T = TypeVar("T")
C = TypeVar("C", bound=httpx.Client | httpx.AsyncClient)


class Called(Protocol):
    """What a transport needs of an operation."""

    @property
    def route(self) -> Route:
        """The facts of the operation."""
        ...

    @property
    def handle(self) -> Any:
        """The class, or classes, that make a reply waitable."""
        ...


class Pool(Generic[C]):
    """One httpx client, made when first needed (that costs 20 ms) unless the caller gave one."""

    def __init__(self, given: C | None, make: Callable[[], C]) -> None:
        self.owned = given is None
        self.closed = False
        self._client: C | None = given
        self._make: Callable[[], C] = make
        self._lock = Lock()

    def client(self) -> C:
        """The client; raises ClientClosed after the end."""
        if self.closed:
            raise ClientClosed("this client is closed")
        client = self._client
        if client is None:
            with self._lock:
                client = self._client = self._client or self._make()
        return client

    def end(self) -> C | None:
        """Take leave: the client that has to be closed, if it is ours."""
        self.closed = True
        return self._client if self.owned else None


class Transport:
    """Performs calls, blocking; safe to share between threads."""

    def __init__(
        self,
        service: Service,
        settings: Settings | None = None,
        *,
        http_client: httpx.Client | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.engine = Engine(service, settings or Settings(), http_client)
        self._given = http_client
        self._pool = Pool(http_client, lambda: httpx.Client(transport=transport))

    @property
    def builder(self) -> Target:
        """Builds requests and sends nothing."""
        return self.engine.target

    def drive(self, script: Script[T]) -> T:
        """Perform a script."""
        return drive(script, self._pool.client, self.engine.settings.clock)

    def run(self, called: Called, arguments: dict[str, Any]) -> Any:
        """Perform one call: its value, the pages of a list, a handle to wait with, or an uploaded
        file.
        """
        route = called.route
        if not (route.upload or route.pages or called.handle):
            return self.drive(self.engine.call(route, arguments))
        from . import results  # pages, waits and uploads take time to import

        return results.value(self, called, arguments)

    def parse(self, route: Route, response: httpx.Response) -> Any:
        """The value of a response; raises StatusError."""
        return self.engine.parse(route, response)

    def send(
        self, request: httpx.Request, *, route: Route | None = None, options: Options | None = None
    ) -> httpx.Response:
        """Send a built request, with retries; the response is returned whatever its status."""
        return self.drive(_sending(self.engine, request, route, options))

    def with_options(self, **changes: Any) -> Self:
        """A copy with other settings (fields of `Settings`) that shares the connections."""
        copy = type(self).__new__(type(self))
        copy.__dict__.update(self.__dict__)
        copy.engine = self.engine.with_settings(changes, self._given)
        return copy

    def close(self) -> None:
        """Close the connections, unless they are of the caller's own httpx client."""
        client = self._pool.end()
        if client is not None:
            client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()


class AsyncTransport:
    """Performs calls, awaiting."""

    def __init__(
        self,
        service: Service,
        settings: Settings | None = None,
        *,
        http_client: httpx.AsyncClient | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.engine = Engine(service, settings or Settings(), http_client)
        self._given = http_client
        self._pool = Pool(http_client, lambda: httpx.AsyncClient(transport=transport))

    @property
    def builder(self) -> Target:
        """Builds requests and sends nothing."""
        return self.engine.target

    async def drive(self, script: Script[T]) -> T:
        """Perform a script."""
        return await drive_async(script, self._pool.client, self.engine.settings.clock)

    def run(self, called: Called, arguments: dict[str, Any]) -> Any:
        """One call, to be awaited; bad arguments raise here already."""
        from . import results  # pages, waits and uploads take time to import

        return results.call(self, called, arguments)

    def parse(self, route: Route, response: httpx.Response) -> Any:
        """The value of a response; raises StatusError."""
        return self.engine.parse(route, response)

    async def send(
        self, request: httpx.Request, *, route: Route | None = None, options: Options | None = None
    ) -> httpx.Response:
        """Send a built request, with retries; the response is returned whatever its status."""
        return await self.drive(_sending(self.engine, request, route, options))

    def with_options(self, **changes: Any) -> Self:
        """A copy with other settings (fields of `Settings`) that shares the connections."""
        copy = type(self).__new__(type(self))
        copy.__dict__.update(self.__dict__)
        copy.engine = self.engine.with_settings(changes, self._given)
        return copy

    async def close(self) -> None:
        """Close the connections, unless they are of the caller's own httpx client."""
        client = self._pool.end()
        if client is not None:
            await client.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *raised: object) -> None:
        await self.close()


def _sending(
    engine: Engine, request: httpx.Request, route: Route | None, options: Options | None
) -> Script[httpx.Response]:
    timeout: Mapping[str, Any] = engine.target.timeout
    request.extensions = {"timeout": timeout, **request.extensions}
    return engine.send(request, route, policy_of(engine.settings, route, options or NO_OPTIONS))
