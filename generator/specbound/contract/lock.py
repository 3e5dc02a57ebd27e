"""The lock: which shape and which operation had which name, so that an update keeps them.

Knows the lock's file format. It must not know how a new name is made.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

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
    """Name to entry, and ``METHOD /path`` to method; empty where nothing was generated yet."""

    entries: Mapping[str, Entry] = field(default_factory=dict)
    calls: Mapping[str, str] = field(default_factory=dict)

    def keep(self, shapes: Mapping[str, Shape], settled: Mapping[str, str]) -> dict[str, str]:
        """Shape key to the name it had: the same shape first, else a changed one in its place."""
        kept: dict[str, str] = {}
        for name, entry in sorted(self.entries.items()):
            if entry.shape in shapes and entry.shape not in settled:
                kept.setdefault(entry.shape, name)
        used = {*kept.values(), *settled.values()}
        gone = {name: entry for name, entry in self.entries.items() if name not in used}
        left = [key for key in shapes if key not in kept and key not in settled]
        for _, name, key in sorted(_same_places(gone, shapes, left)):
            if name in gone and key not in kept:
                kept[key] = name
                del gone[name]
        return kept

    def holder(self, name: str, shapes: Mapping[str, Shape]) -> str:
        """The key of the shape that had a name, if it is still there; empty if not."""
        entry = self.entries.get(name)
        return entry.shape if entry and entry.shape in shapes else ""

    def shared(self, name: str, shape: Shape) -> int:
        """In how many of the places of a name a shape stands."""
        entry = self.entries.get(name)
        return len(entry.at & {one.identity for one in shape.places}) if entry else 0

    def retired(self, names: Mapping[str, str]) -> set[str]:
        """Names that meant something once and are free now: they never mean anything else."""
        return set(self.entries) - set(names.values())


def _same_places(
    gone: Mapping[str, Entry], shapes: Mapping[str, Shape], left: Sequence[str]
) -> Iterator[tuple[int, str, str]]:
    """Every name and shape that stood in a common place; the more places, the lower the first."""
    stood: dict[str, list[str]] = {}
    for name, entry in gone.items():
        for place in entry.at:
            stood.setdefault(place, []).append(name)
    for key in left:
        here = {place.identity for place in shapes[key].places}
        found = Counter(name for place in here for name in stood.get(place, ()))
        yield from ((-count, name, key) for name, count in found.items())


def write(
    names: Mapping[str, str],
    places: Mapping[str, Sequence[str]],
    retired: Iterable[str] = (),
    calls: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """The text of the lock: name to shape key and places, one line a name, sorted; then `calls`.

    `retired` are names (of the lock before) that no shape has any more; they stay, without a place.
    """
    entries = {name: {"shape": key, "at": list(places[key])} for key, name in names.items()}
    gone = {name: {"shape": "", "at": []} for name in retired}
    lines = [
        f"  {json.dumps(name)}: {json.dumps(entry)}"
        for name, entry in sorted((gone | entries).items())
    ]
    called = [f"  {json.dumps(key)}: {json.dumps(name)}" for key, name in sorted(calls.items())]
    blocks = (("names", lines), ("operations", called))
    text = ",\n".join(f'"{title}": {{\n' + ",\n".join(rows) + "\n}" for title, rows in blocks)
    return "{\n" + text + "\n}\n"


def read(path: Path) -> Lock:
    """Read a lock; a missing file is an empty lock, a broken one raises `SpecError`."""
    if not path.is_file():
        return Lock()
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        entries = {n: Entry(e["shape"], frozenset(e["at"])) for n, e in data["names"].items()}
        return Lock(entries, {str(k): str(n) for k, n in data.get("operations", {}).items()})
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise failure(
            Code.SYNTAX,
            f"the lock of names cannot be read: {error}",
            Origin(str(path)),
            help="restore it from version control, or delete it to have every name made anew",
        ) from error
