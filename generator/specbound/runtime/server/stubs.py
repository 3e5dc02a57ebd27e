"""An operation's endpoint whose answer is a handler's: checked in, called, checked out.

It knows the order of the steps; it must not know how any of them is done.
"""

from collections.abc import Mapping
from typing import Any

from ..issue import Issue
from ..route import Route
from .bodies import Bodies
from .calling import Current, answering, called
from .credentials import Guard
from .facts import Facts, handler_name
from .messages import Answer, Call, Problem
from .parameters import Parameters
from .replies import Replies


class Unimplemented(Problem):
    """An operation that nobody has written yet: 501."""

    def __init__(self, name: str) -> None:
        super().__init__(501, f"{name} is not implemented")


class Stub:
    """One operation, answered by the method of `handlers` that has its name; 501 without one."""

    def __init__(
        self, route: Route, facts: Facts, handlers: object, guard: Guard, replies: Replies
    ) -> None:
        self.method = route.method
        self.path = route.path
        self.name = handler_name(route, facts)
        self.replies = replies
        self._handler: Any = getattr(handlers, self.name, None)
        self._guard = guard
        self._parameters = Parameters(route, facts)
        self._bodies = Bodies(route, facts)
        self.media_types = tuple(self._bodies.types)
        names = {each.python for each in route.parameters}
        self._body = _free("body", names) if self._bodies.types else ""
        self._files = _free("files", names) if self._bodies.with_files else ""

    async def answer(self, call: Call) -> Answer:
        """Answer a request; raises Problem: 401, 400 with every issue, 501, or the handler's."""
        identities = await self._guard.admit(call)
        arguments = self.arguments(call)
        if self._handler is None:
            raise Unimplemented(self.name)
        with answering(Current(call, identities)):
            result = await called(self._handler, **arguments)
        return self.replies.answer(result)

    def arguments(self, call: Call) -> Mapping[str, Any]:
        """The handler's keyword arguments; raises Problem 400 with every issue of the request."""
        parts: dict[str, list[Issue]] = {"parameters": [], "body": []}
        arguments = self._parameters.read(call, parts["parameters"])
        if self._body:
            arguments[self._body], files = self._bodies.read(call, parts["body"])
            if self._files:
                arguments[self._files] = files
        issues = [issue for found in parts.values() for issue in found]
        if issues:
            wrong = " and ".join(name for name, found in parts.items() if found)
            raise Problem(400, f"Validation of {wrong} failed", issues)
        return arguments


def _free(name: str, taken: set[str]) -> str:
    """The argument's name, with underscores where a parameter has it already."""
    while name in taken:
        name += "_"
    return name
