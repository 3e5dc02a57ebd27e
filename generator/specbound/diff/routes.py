"""Every operation of a document, webhooks and callbacks among them, and which of the other's it is.

Knows the keys of operations and OpenAPI's nesting of callbacks. It must not know what an operation
says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from specbound.contract.extension import OperationFacts
from specbound.contract.model import Body, Operation, Parameter, Reply
from specbound.contract.operations import operation
from specbound.contract.tree import operations
from specbound.diff.renames import moved
from specbound.diff.severity import Sender
from specbound.origin import pointer

_TEMPLATE = re.compile(r"\{[^{}]*\}")


class Route(NamedTuple):
    """One operation before it is read; `caller` sends its requests."""

    key: str
    method: str
    path: str
    item: Mapping[str, Any]
    pointer: str
    caller: Sender

    @property
    def node(self) -> Mapping[str, Any]:
        """The Operation Object."""
        found: Mapping[str, Any] = self.item[self.method.lower()]
        return found

    @property
    def at(self) -> str:
        """The pointer of the Operation Object."""
        return f"{self.pointer}/{self.method.lower()}"

    @property
    def kind(self) -> str:
        """``operation``, ``webhook`` or ``callback``."""
        if "/callbacks/" in self.pointer and " callback " in self.key:
            return "callback"
        return "webhook" if self.pointer.startswith("/webhooks/") else "operation"

    @property
    def plain(self) -> str:
        """The key without the names of path parameters."""
        return _TEMPLATE.sub("{}", self.key)

    def read(self, security: Any) -> Operation:
        """The operation with its defaults filled in and its schemas as the document has them."""
        tree = {
            "paths": {self.path: self.item},
            "components": {"schemas": {}},
            "security": security,
        }
        facts = OperationFacts()
        found = operation(tree, (self.method, self.path), ((), ""), facts)
        return _placed(found, pointer(("paths", self.path)), self.pointer)


class Paired(NamedTuple):
    """Operations side by side, and those that only one document has."""

    both: list[tuple[Route, Route]]
    gone: list[Route]
    come: list[Route]


def routes(tree: Mapping[str, Any]) -> Iterator[Route]:
    """Every operation of `paths`, its callbacks, and `webhooks`."""
    for section, caller in (("paths", Sender.CLIENT), ("webhooks", Sender.SERVICE)):
        prefix = "" if section == "paths" else "webhook "
        yield from _items(tree.get(section) or {}, (f"/{section}", prefix), caller)


def _items(items: Mapping[str, Any], where: tuple[str, str], caller: Sender) -> Iterator[Route]:
    at, prefix = where
    for method, path, node in operations(items):
        here = at + pointer((path,))
        key = f"{prefix}{method} {path}"
        yield Route(key, method, path, items[path], here, caller)
        for name, callback in (node.get("callbacks") or {}).items():
            if isinstance(callback, dict):
                below = here + pointer((method.lower(), "callbacks", name))
                yield from _items(callback, (below, f"{key} callback {name} "), caller.other)


def paired(old: list[Route], new: list[Route]) -> Paired:
    """Match by method and path, then what differs in names or in the path's prefix only."""
    found = Paired([], list(old), list(new))
    _match(found, lambda route: route.key)
    _match(found, lambda route: route.plain)
    _match(found, _identifier)
    calls = [[one for one in side if one.kind == "operation"] for side in (found.gone, found.come)]
    before, after = ({route.key: route for route in side} for side in calls)
    for one, other in moved(list(before), list(after)):
        _pair(found, before[one], after[other])
    return found


def _match(found: Paired, name: Callable[[Route], str]) -> None:
    """Pair what has a name that stands once on each side."""
    sides = []
    for side in (found.gone, found.come):
        named: dict[str, list[Route]] = {}
        for route in side:
            named.setdefault(name(route), []).append(route)
        sides.append({key: some[0] for key, some in named.items() if key and len(some) == 1})
    before, after = sides
    for key, route in before.items():
        if key in after:
            _pair(found, route, after[key])


def _pair(found: Paired, old: Route, new: Route) -> None:
    found.both.append((old, new))
    found.gone[:] = [route for route in found.gone if route is not old]
    found.come[:] = [route for route in found.come if route is not new]


def _identifier(route: Route) -> str:
    """What a document itself calls an operation, wherever it stands."""
    name = route.node.get("operationId")
    return f"{route.kind} {route.method} {name}" if isinstance(name, str) and name else ""


def template(path: str) -> list[str]:
    """The names of a path's parameters, in their order."""
    return [found[1:-1] for found in _TEMPLATE.findall(path)]


def _placed(found: Operation, before: str, after: str) -> Operation:
    """The operation with its pointers where its path item really stands."""

    def at(place: str) -> str:
        return after + place.removeprefix(before)

    def parameter(one: Parameter) -> Parameter:
        return replace(one, pointer=at(one.pointer))

    def reply(one: Reply) -> Reply:
        headers = {name: parameter(header) for name, header in one.headers.items()}
        return replace(one, pointer=at(one.pointer), headers=headers)

    body: Body | None = found.body
    return replace(
        found,
        pointer=at(found.pointer),
        parameters=tuple(map(parameter, found.parameters)),
        body=replace(body, pointer=at(body.pointer)) if body else None,
        replies={status: reply(one) for status, one in found.replies.items()},
    )
