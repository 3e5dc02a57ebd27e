"""The lock: which shape had which name, so that an update keeps the names that people use.

Knows the lock's file format. It must not know how a new name is made.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from specbound.contract.shapes import Shape
from specbound.diagnostics import Code, failure
from specbound.origin import Origin


@dataclass(frozen=True, slots=True)
class Entry:
    """A name's shape (its key) and the places where it stood."""

    shape: str
    at: frozenset[str]


@dataclass(frozen=True, slots=True)
class Lock:
    """Name to entry; empty where nothing was generated yet."""

    entries: Mapping[str, Entry] = field(default_factory=dict)

    def keep(self, shapes: Mapping[str, Shape], settled: Mapping[str, str]) -> dict[str, str]:
        """Shape key to the name it had: the same shape first, else a changed one in its place."""
        kept: dict[str, str] = {}
        for name, entry in sorted(self.entries.items()):
            if entry.shape in shapes and entry.shape not in settled:
                kept.setdefault(entry.shape, name)
        used = {*kept.values(), *settled.values()}
        gone = {name: entry for name, entry in self.entries.items() if name not in used}
        for key, shape in shapes.items():
            if key in kept or key in settled or not gone:
                continue
            here = {place.identity for place in shape.places}
            best = max(gone, key=lambda name: (len(gone[name].at & here), name))
            if gone[best].at & here:
                kept[key] = best
                del gone[best]
        return kept

    def retired(self, names: Mapping[str, str]) -> set[str]:
        """Names that meant something once and are free now: they never mean anything else."""
        return set(self.entries) - set(names.values())


def write(names: Mapping[str, str], places: Mapping[str, Sequence[str]]) -> str:
    """The text of the lock: shape key to name and places, one line a name, sorted."""
    lines = []
    for key, name in sorted(names.items(), key=lambda item: item[1]):
        entry = {"shape": key, "at": list(places[key])}
        lines.append(f"  {json.dumps(name)}: {json.dumps(entry)}")
    return '{\n"names": {\n' + ",\n".join(lines) + "\n}\n}\n"


def read(path: Path) -> Lock:
    """Read a lock; a missing file is an empty lock, a broken one raises `SpecError`."""
    if not path.is_file():
        return Lock()
    try:
        names = json.loads(path.read_text(encoding="utf-8"))["names"]
        return Lock({n: Entry(e["shape"], frozenset(e["at"])) for n, e in names.items()})
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise failure(
            Code.SYNTAX,
            f"the lock of names cannot be read: {error}",
            Origin(str(path)),
            help="restore it from version control, or delete it to have every name made anew",
        ) from error
