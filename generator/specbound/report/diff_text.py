"""Changes for a person at a terminal: what breaks first, the same change once, one closing line.

Knows layout and colour. It must not know how a change was found, nor write to any stream.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from specbound.diff.changes import Change
from specbound.diff.severity import Severity
from specbound.report.diff_groups import Block, Line, blocks, codes, heading, sums, whole
from specbound.report.findings import PLAIN, Look
from specbound.report.phrases import one_line, spec_place
from specbound.report.terminal import BLUE, BOLD

_SHADES = {Severity.BREAKING: "1;31", Severity.WARNING: "1;33", Severity.INFO: "1;36"}


def text(changes: Sequence[Change], look: Look = PLAIN) -> str:
    """The whole report; compatible changes are summed up unless `verbose` (added operations not).

    `quiet` leaves breaking changes alone, and says nothing where there are none.
    """
    wanted = [change for change in changes if _wanted(change, look)]
    written = [_block(block, look) for block in blocks(wanted)]
    if look.quiet:
        return "".join(f"{part}\n\n" for part in written).rstrip("\n") + ("\n" if written else "")
    if rest := [change for change in changes if not _wanted(change, look)]:
        written.append(f"{len(rest):,} compatible: {codes(rest)} (run with -v to see them)")
    return "".join(f"{part}\n\n" for part in written) + sums(changes) + "\n"


def _wanted(change: Change, look: Look) -> bool:
    if look.quiet:
        return change.severity is Severity.BREAKING
    return look.verbose or change.severity is not Severity.INFO or whole(change)


def _block(block: Block, look: Look) -> str:
    label = _paint(str(block.severity), _SHADES[block.severity], look)
    alone = whole(block.lines[0].first)
    title = "operations" if alone else one_line(heading(block))
    lines = [f"{label}: {_paint(title, BOLD, look)}"]
    for line in block.lines:
        lines += _line(line, look)
    return "\n".join(lines)


def _line(line: Line, look: Look) -> Iterator[str]:
    change = line.first
    message = line.message
    # Where no member is spoken of, the sentence names the part itself.
    part = f"{change.part}: " if change.at and change.part not in message else ""
    code = _paint(f"[{change.code}]", BLUE, look)
    yield f"  {one_line(part + message)} {code}"
    if look.verbose:
        yield from _places(line, look)


def _places(line: Line, look: Look) -> Iterator[str]:
    told = (
        f"{name}: {spec_place(origin)}"
        for change in line.changes
        for name, origin in (("old", change.old_origin), ("new", change.new_origin))
        if origin is not None and _shown(change, name)
    )
    for place in dict.fromkeys(told):
        yield f"    {_paint('-->', BLUE, look)} {one_line(place)}"


def _shown(change: Change, side: str) -> bool:
    """Whether a side has the thing itself; where it is absent, a place says little."""
    gone, come = change.code.endswith("-removed"), change.code.endswith("-added")
    return not (gone and side == "new") and not (come and side == "old")


def _paint(words: str, shade: str, look: Look) -> str:
    return f"\x1b[{shade}m{words}\x1b[0m" if look.color and words else words
