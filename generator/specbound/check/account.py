"""A whole run of `validate` in one value: what every report reads, and nothing else.

Knows counts, groups and coverage. It must not know files on disk, nor how anything is shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from specbound.check.finding import Finding, Part
from specbound.traffic.exchange import Source


class Cause(NamedTuple):
    """What makes two findings the same fault: never a line, an index or a value.

    `pointer` has ``[]`` for array indexes and ``{}`` for names that the document does not know.
    """

    operation: str
    part: Part
    code: str
    pointer: str
    schema: str
    names: tuple[str, ...] = ()


class Place(NamedTuple):
    """One place at which a cause was met: the exchange, and the value's own line if known."""

    source: Source
    line: int | None
    pointer: str


@dataclass(frozen=True, slots=True)
class Group:
    """All findings of one cause: the first of them, how many, and the first few places.

    `sample` is the part of the first exchange that the finding speaks about, redacted and cut
    (None where there is nothing to show).
    """

    cause: Cause
    finding: Finding
    count: int
    places: tuple[Place, ...]
    sample: Any = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One accepted cause of a baseline, with its reason and the day on which it ends (ISO 8601)."""

    cause: Cause
    count: int
    reason: str = ""
    expires: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """What came of a run. `groups` are what is new, `known` what the baseline accepts.

    `all` holds every single finding where that was asked for. `skipped` and `unchecked` are
    reasons with their counts; `coverage` is its JSON form.
    """

    title: str
    version: str
    operations: int
    files: int
    exchanges: int
    valid: int
    invalid: int
    undocumented: int
    findings: int
    groups: tuple[Group, ...]
    known: tuple[tuple[Group, Entry], ...] = ()
    stale: tuple[Entry, ...] = ()
    expired: tuple[Entry, ...] = ()
    all: tuple[Finding, ...] | None = None
    skipped: Mapping[str, int] = field(default_factory=dict)
    unchecked: Mapping[str, int] = field(default_factory=dict)
    coverage: Mapping[str, Any] | None = None
    seconds: float = 0.0
