"""Lists that come in pages: all items, or page after page, following the service's cursor.

It knows the declared facts of paging; it must not know how a page is fetched.
"""

from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from typing import Any, Generic, Protocol, TypeVar

from .calls import AsyncCall
from .engine import Engine
from .pointer import pointed
from .route import Paging, Route
from .scripts import Script

P = TypeVar("P")
Item = TypeVar("Item")
T = TypeVar("T")


class Driver(Protocol):
    """What performs scripts, blocking."""

    engine: Engine

    def drive(self, script: Script[T]) -> T:
        """Perform a script."""
        ...


class AsyncDriver(Protocol):
    """What performs scripts, awaiting."""

    engine: Engine

    def drive(self, script: Script[T]) -> Coroutine[Any, Any, T]:
        """Perform a script."""
        ...


class Course:
    """Where in a list one is: the cursors seen, and the arguments of the next page."""

    def __init__(self, engine: Engine, route: Route, arguments: dict[str, Any]) -> None:
        assert route.pages is not None
        self.engine = engine
        self.route = route
        self.facts: Paging = route.pages
        self.arguments = arguments
        self.seen = {arguments.get(self.facts.cursor)}

    def items(self, page: Any) -> list[Any]:
        """The items of a page."""
        found = pointed(page, self.facts.items)
        return found if isinstance(found, list) else []

    def after(self, page: Any) -> Script[Any] | None:
        """The script that fetches the next page, None at the end or on a repeated cursor."""
        cursor = pointed(page, self.facts.next)
        more = pointed(page, self.facts.more) if self.facts.more else None
        if cursor is None or cursor == "" or more is False:
            return None
        if cursor in self.seen:
            name = self.route.name
            self.engine.logger.warning(
                "%s: cursor %r came a second time; the list ends here", name, cursor
            )
            return None
        self.seen.add(cursor)
        return self.engine.call(self.route, {**self.arguments, self.facts.cursor: cursor})


class Pages(Generic[P, Item]):
    """A list whose first page is here; iterating fetches the others as they are needed.

    Attributes of the first page (`data`, `has_more` …) are attributes of this object too.
    """

    def __init__(self, driver: Driver, route: Route, arguments: dict[str, Any], page: P) -> None:
        self.page = page
        self._driver = driver
        self._route = route
        self._arguments = arguments

    def pages(self) -> Iterator[P]:
        """Every page, from the first."""
        course = Course(self._driver.engine, self._route, self._arguments)
        page = self.page
        while True:
            yield page
            script = course.after(page)
            if script is None:
                return
            page = self._driver.drive(script)

    def __iter__(self) -> Iterator[Item]:
        course = Course(self._driver.engine, self._route, self._arguments)
        for page in self.pages():
            yield from course.items(page)

    @property
    def first(self) -> Item | None:
        """The first item of all, None where there is none."""
        return next(iter(self), None)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name == "page":
            raise AttributeError(name)
        return getattr(self.page, name)

    def __repr__(self) -> str:
        return f"Pages({self.page!r})"


class AsyncPages(Generic[P, Item]):
    """As `Pages`, for `async for`."""

    def __init__(
        self, driver: AsyncDriver, route: Route, arguments: dict[str, Any], page: P
    ) -> None:
        self.page = page
        self._driver = driver
        self._route = route
        self._arguments = arguments

    async def pages(self) -> AsyncIterator[P]:
        """Every page, from the first."""
        course = Course(self._driver.engine, self._route, self._arguments)
        page = self.page
        while True:
            yield page
            script = course.after(page)
            if script is None:
                return
            page = await self._driver.drive(script)

    async def __aiter__(self) -> AsyncIterator[Item]:
        course = Course(self._driver.engine, self._route, self._arguments)
        async for page in self.pages():
            for item in course.items(page):
                yield item

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name == "page":
            raise AttributeError(name)
        return getattr(self.page, name)

    def __repr__(self) -> str:
        return f"AsyncPages({self.page!r})"


class AsyncPageCall(AsyncCall[AsyncPages[P, Item]], Generic[P, Item]):
    """A list that was asked for: `await` it for its first page, or iterate over it with `async
    for`.
    """

    def __init__(
        self,
        first: Callable[[], Coroutine[Any, Any, P]],
        route: Route,
        driver: AsyncDriver,
        arguments: dict[str, Any],
    ) -> None:
        async def start() -> AsyncPages[P, Item]:
            return AsyncPages(driver, route, arguments, await first())

        super().__init__(start, route.name)

    async def pages(self) -> AsyncIterator[P]:
        """Every page, from the first."""
        async for page in (await self).pages():
            yield page

    async def __aiter__(self) -> AsyncIterator[Item]:
        async for item in await self:
            yield item
