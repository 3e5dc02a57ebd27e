"""Changes as people read them: the same change in many operations once, operation by operation.

Knows when two changes are one to a reader. It must not know any report's format.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from specbound.diff.changes import Change
from specbound.diff.severity import Severity
from specbound.report.terminal import counted

#: What a reader calls each severity.
TITLES = {
    Severity.BREAKING: "Breaking",
    Severity.WARNING: "To be looked at",
    Severity.INFO: "Compatible",
}

#: Stands in a sentence for the variants that it will name.
_OPEN = "\0"


@dataclass(frozen=True, slots=True)
class Line:
    """One change, in every operation and variant that has it."""

    changes: tuple[Change, ...]

    @property
    def first(self) -> Change:
        """The change that stands for all."""
        return self.changes[0]

    @property
    def message(self) -> str:
        """The sentence, with every variant that it is true of."""
        here = [change for change in self.changes if change.at == self.first.at]
        variants = sorted({change.variant for change in here})
        more = ", and so elsewhere" if len(here) < len(self.changes) else ""
        if len(variants) < 2:
            return self.first.message + more
        return _plain(self.first).replace(_OPEN, f" of {', '.join(variants)}", 1) + more

    @property
    def places(self) -> tuple[str, ...]:
        """The operations, each once."""
        return tuple(dict.fromkeys(change.operation for change in self.changes))


@dataclass(frozen=True, slots=True)
class Block:
    """All lines of one severity that the same operations share."""

    severity: Severity
    operations: tuple[str, ...]
    lines: tuple[Line, ...]


def blocks(changes: Iterable[Change]) -> list[Block]:
    """Changes grouped, in the order in which the first of each group is told."""
    places = _grouped(([change] for change in changes), _place)
    found: dict[tuple[Severity, tuple[str, ...]], list[Line]] = {}
    for group in _grouped(places, _sameness):
        line = Line(tuple(group))
        found.setdefault((line.first.severity, _heading(line)), []).append(line)
    made = [Block(*key, tuple(lines)) for key, lines in found.items()]
    return sorted(made, key=_rank)


def _grouped(
    groups: Iterable[list[Change]], key: Callable[[Change], tuple[str, ...]]
) -> list[list[Change]]:
    """Groups whose first changes have one key, brought together, the shortest way in front."""
    found: dict[tuple[str, ...], list[Change]] = {}
    for group in groups:
        found.setdefault(key(group[0]), []).extend(group)
    return [sorted(group, key=lambda one: one.at.count("/")) for group in found.values()]


def _rank(block: Block) -> tuple[int, bool]:
    """The worst first, and of each the operations that came or went."""
    return list(Severity).index(block.severity), not whole(block.lines[0].first)


def heading(block: Block, most: int = 3) -> str:
    """``POST /v1/things``, or ``12 operations: …``, or what belongs to the whole API."""
    names = [name for name in block.operations if name]
    if not names:
        return "the whole API"
    if len(names) == 1:
        return names[0]
    shown = ", ".join(names[:most])
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return f"{len(names):,} operations: {shown}{more}"


def sums(changes: Sequence[Change]) -> str:
    """``7 breaking, 1 warning, 3 compatible changes in 5 operations``; or that there are none."""
    if not changes:
        return "no changes"
    counts = Counter(change.severity for change in changes)
    words = {Severity.BREAKING: "breaking", Severity.INFO: "compatible"}
    told = [
        (
            counted(counts[each], "warning")
            if each is Severity.WARNING
            else f"{counts[each]:,} {words[each]}"
        )
        for each in Severity
        if counts[each]
    ]
    touched = {change.operation for change in changes if change.operation}
    where = f" in {counted(len(touched), 'operation')}" if touched else ""
    return f"{counted(len(changes), 'change')}{where}: {', '.join(told)}"


def codes(changes: Iterable[Change]) -> str:
    """``28 operation-added, 3 branch-added``."""
    counts = Counter(change.code for change in changes)
    return ", ".join(f"{number:,} {code}" for code, number in counts.most_common())


def _heading(line: Line) -> tuple[str, ...]:
    """Operations that came or went stand in one block each way, not under their own names."""
    return () if whole(line.first) else line.places


def whole(change: Change) -> bool:
    """Whether a change is an operation's coming or going, so that its name is the message."""
    kind, _, word = change.code.rpartition("-")
    return kind in ("operation", "webhook", "callback") and word in ("added", "removed", "moved")


def _plain(change: Change) -> str:
    """The sentence with a gap where its variant is named."""
    return (
        change.message.replace(f" of {change.variant}", _OPEN, 1)
        if change.variant
        else change.message
    )


def _place(change: Change) -> tuple[str, ...]:
    """Where a change stands in both documents: a schema that many use is changed once."""
    if whole(change):
        return (change.code, change.operation)
    places = (str(change.old_origin), str(change.new_origin))
    wording = _wording(change).replace(_OPEN, "")
    return (change.code, change.severity, change.direction, *places, wording)


def _wording(change: Change) -> str:
    """The sentence without its subject."""
    return _plain(change).partition("`")[2].partition("`")[2] if change.at else change.message


def _sameness(change: Change) -> tuple[str, ...]:
    said = (change.code, change.severity, change.direction, change.part, change.at)
    own = change.operation if whole(change) else ""
    return (*map(str, said), _plain(change), repr(change.old), repr(change.new), own)
