"""Changes as a changelog entry: Markdown that can be published as it is.

Knows Markdown. It must not know how a change was found, nor what day it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from specbound.diff.changes import Change
from specbound.report.diff_groups import TITLES, Block, Line, blocks, heading, sums, whole
from specbound.report.phrases import one_line

#: Characters that would be markup in running text; code spans are left as they are.
_MARKUP = re.compile(r"([\\*\[\]<>|~]|(?<!\w)_|_(?!\w)|^#)")


def markdown(changes: Sequence[Change], title: str = "Changes of the API") -> str:
    """A heading, one sentence, and a section a severity; ends with a newline."""
    parts = [f"## {_escaped(title)}", f"{_sentence(changes)}"]
    grouped = groupby(blocks(changes), key=lambda block: block.severity)
    for severity, some in grouped:
        parts.append(f"### {TITLES[severity]}")
        parts += ["\n".join(_block(block)) for block in some]
    return "\n\n".join(parts) + "\n"


def _sentence(changes: Sequence[Change]) -> str:
    words = sums(changes)
    return words[0].upper() + words[1:] + "."


def _block(block: Block) -> Iterator[str]:
    if whole(block.lines[0].first):
        for line in block.lines:
            yield f"- {_prose(line.first.message)}"
        return
    yield f"- {_heading(block)}"
    for line in block.lines:
        yield f"  - {_line(line)}"


def _heading(block: Block) -> str:
    names = [name for name in block.operations if name]
    if len(names) > 1:
        return f"{len(names):,} operations: " + ", ".join(map(_code, names))
    return f"**{_code(names[0])}**" if names else f"**{heading(block)}**"


def _line(line: Line) -> str:
    change = line.first
    message = line.message
    part = f"{_prose(change.part)}: " if change.at and change.part not in message else ""
    return part + _prose(message)


def _prose(words: str) -> str:
    """Text with its code spans kept and everything else free of markup."""
    pieces = one_line(words).split("`")
    if len(pieces) % 2 == 0:
        return _escaped(one_line(words)).replace("`", "\\`")
    return "".join(
        _code(piece) if index % 2 else _escaped(piece) for index, piece in enumerate(pieces)
    )


def _code(words: str) -> str:
    fence = "``" if "`" in words else "`"
    pad = " " if fence == "``" else ""
    return f"{fence}{pad}{one_line(words)}{pad}{fence}"


def _escaped(words: str) -> str:
    return _MARKUP.sub(r"\\\1", words)
