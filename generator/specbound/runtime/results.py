"""What a call hands back when it is more than a reply: pages, a handle to wait with, an upload.

It knows which facts of a route ask for which; it must not know how any of them is driven.
"""

from collections.abc import Coroutine
from typing import Any, Protocol

from .calls import AsyncCall
from .engine import Engine
from .pages import AsyncPageCall, Pages
from .route import Route
from .scripts import Script
from .uploads import uploading
from .waits import async_handle_call, rebind


class Called(Protocol):
    """What is needed of an operation."""

    @property
    def route(self) -> Route:
        """The facts of the operation."""
        ...

    @property
    def handle(self) -> Any:
        """The class, or classes, that make a reply waitable."""
        ...


class Blocking(Protocol):
    """What performs scripts at once."""

    engine: Engine

    def drive(self, script: Script[Any]) -> Any:
        """Perform a script."""
        ...


class Awaiting(Protocol):
    """What performs scripts when awaited."""

    engine: Engine

    def drive(self, script: Script[Any]) -> Coroutine[Any, Any, Any]:
        """Perform a script."""
        ...


def value(driver: Blocking, called: Called, arguments: dict[str, Any]) -> Any:
    """Perform one call: an uploaded file's address, the pages of a list, a handle, or the reply."""
    route = called.route
    if route.upload and "file" in arguments:
        return driver.drive(uploading(driver.engine, route, arguments))
    reply = driver.drive(driver.engine.call(route, arguments))
    if route.pages:
        return Pages(driver, route, arguments, reply)
    if called.handle and route.wait:
        return rebind(reply, called.handle, driver, route.wait)
    return reply


def call(driver: Awaiting, called: Called, arguments: dict[str, Any]) -> AsyncCall[Any]:
    """The same, to be awaited; bad arguments raise here already."""
    route, engine = called.route, driver.engine
    if route.upload and "file" in arguments:
        script = uploading(engine, route, arguments)
        return AsyncCall(lambda: driver.drive(script), route.name)
    request = engine.request(route, arguments)

    async def reply() -> Any:
        return await driver.drive(engine.answer(request, route, arguments))

    if route.pages:
        return AsyncPageCall(reply, route, driver, arguments)
    if called.handle and route.wait:
        return async_handle_call(reply, called.handle, driver, route)
    return AsyncCall(reply, route.name)
