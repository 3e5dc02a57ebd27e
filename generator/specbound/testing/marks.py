"""The marker `specbound`: what a test says about its own exchanges.

Knows how the marker is written. It must not know how a test ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from specbound.check.finding import Finding
from specbound.report.codes import DOCS
from specbound.traffic.exchange import Request


@dataclass(frozen=True, slots=True)
class Mark:
    """Whether exchanges are left unchecked, and which findings do not fail the test."""

    off: bool = False
    allow: tuple[tuple[str, ...], ...] = ()

    def allows(self, finding: Finding, asked: str) -> bool:
        """Whether a finding may be; `asked` is ``METHOD /path`` where no operation was found."""
        said = (finding.code, *(finding.operation or asked).split(" ", 1), finding.pointer)
        return any(said[: len(each)] == each for each in self.allow)


def mark_of(item: pytest.Item) -> Mark:
    """What all markers of a test say together, the closest first; raises `UsageError`."""
    off: bool | None = None
    allow: list[tuple[str, ...]] = []
    for mark in item.iter_markers("specbound"):
        strange = [*map(repr, mark.args), *(set(mark.kwargs) - {"off", "allow"})]
        if strange:
            raise _wrong(f"takes off= and allow=, not {', '.join(strange)}")
        if "off" in mark.kwargs and off is None:
            off = bool(mark.kwargs["off"])
        allow += map(_entry, _entries(mark.kwargs.get("allow", ())))
    return Mark(bool(off), tuple(allow))


def _entries(allow: Any) -> Sequence[str]:
    if isinstance(allow, str):
        return [allow]
    if not isinstance(allow, list | tuple | set) or not all(isinstance(x, str) for x in allow):
        raise _wrong(f"allow is a list of texts, not {allow!r}")
    return sorted(allow)


def _entry(text: str) -> tuple[str, ...]:
    words = tuple(text.split(None, 3))
    if not words or words[0] not in DOCS:
        raise _wrong(f"{text!r} does not begin with the code of a finding, such as enum")
    if len(words) == 2:
        raise _wrong(f"{text!r} names no operation: write CODE METHOD /path")
    return words


def asked_by(request: Request | None) -> str:
    """``METHOD /path`` of a request that belongs to no operation."""
    if request is None:
        return ""
    path = request.url.partition("://")[2].partition("/")[2].partition("?")[0]
    return f"{request.method} /{path}"


def _wrong(message: str) -> pytest.UsageError:
    return pytest.UsageError(f"the marker specbound {message}")
