"""The way of each request: its operation, compiled; what one URL has shown serves the next like it.

Knows which parts of a URL lead to an operation. It must not know what has to fit there.
"""

from __future__ import annotations

from collections.abc import Callable

from specbound.check.wire.plan import Plan
from specbound.check.wire.routes import Folder, Match, Routes, target
from specbound.check.wire.shortcut import Shortcut
from specbound.contract.model import Operation
from specbound.traffic.exchange import Request

#: So many URLs are remembered by what leads to their last segment, and so many as a whole.
_KEPT = 4096

_Made = tuple[Plan, Shortcut]


#: One request's operation, compiled; its path's raw values and its raw query. A plain tuple, since
#: one is made for each exchange.
Way = tuple[Plan, Shortcut, Match, str]


class Ways:
    """Finds operations by URL. Several threads may ask at once."""

    def __init__(self, routes: Routes, make: Callable[[Operation], _Made]) -> None:
        self._routes = routes
        self._make = make
        self._made: dict[int, _Made] = {}
        self._whole: dict[tuple[str, str], Way] = {}
        self._below: dict[tuple[str, str], tuple[_Made, Folder]] = {}

    def find(self, request: Request) -> Way | None:
        """The way of a request; None if the contract has no operation for it."""
        method, url = request.method, request.url
        whole = self._whole.get((method, url))
        if whole is not None:
            return whole
        head, _, last = url.rpartition("/")
        below = self._below.get((method, head))
        if below is not None and last and "?" not in last and "#" not in last:
            made, folder = below
            if "%" not in last and last not in folder.literal:
                return (*made, Match(folder.operation, {folder.name: last}), "")
        return self._find(method, url, head)

    def _find(self, method: str, url: str, head: str) -> Way | None:
        path, query = target(url)
        match = self._routes.find(method, path)
        if match is None:
            return None
        made = self._compiled(match.operation)
        way: Way = (*made, match, query)
        if len(self._whole) + len(self._below) >= _KEPT:
            self._whole.clear()
            self._below.clear()
        # Only where the URL ends as its path does, another last segment leads to the same folder.
        if path.count("/") and url.endswith(path):
            folder = self._routes.folder(method, path)
            if not match.values:
                self._whole[method, url] = way
            elif folder is not None:
                self._below[method, head] = made, folder
        return way

    def _compiled(self, operation: Operation) -> _Made:
        # The contract keeps its operations, so that their identity stays their own.
        found = self._made.get(id(operation))
        if found is None:
            found = self._made[id(operation)] = self._make(operation)
        return found
