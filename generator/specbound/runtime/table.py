"""The table of operations: each described when it is first asked for.

It knows where the classes of operations are; it must not know what any of them does.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import httpx

from .route import Route


@dataclass(frozen=True, slots=True)
class Described:
    """One operation, described to a program: its route's facts, and its request builder."""

    route: Route
    build: Callable[..., httpx.Request]

    @property
    def name(self) -> str:
        """The call's name, such as ``things.create``."""
        return self.route.name

    @property
    def request(self) -> Any:
        """The type of the request body; None where there is none."""
        return self.route.request

    @property
    def replies(self) -> Mapping[str, Any]:
        """Status ("200", "2XX", "default") to the type of the reply; None where it has no body."""
        return self.route.replies


class Operations(Mapping[str, Described]):
    """Operations by ``METHOD /path``; a module is imported when one of its operations is needed."""

    def __init__(self, package: str, places: Mapping[str, tuple[str, str]]) -> None:
        self._package = package
        self._places = places
        self._known: dict[str, Described] = {}

    def __getitem__(self, key: str) -> Described:
        if key not in self._known:
            module, name = self._places[key]
            found = getattr(import_module(f"{self._package}.resources.{module}"), name)
            self._known[key] = Described(found.route, found.builder())
        return self._known[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def __repr__(self) -> str:
        return f"Operations({list(self._places)})"
