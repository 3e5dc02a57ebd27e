"""Running text for Markdown: code spans are kept, everything else is freed of markup.

Knows Markdown's characters. It must not know what the text speaks about.
"""

from __future__ import annotations

import re

from specbound.report.phrases import one_line

_MARKUP = re.compile(r"([\\*_\[\]<>#|~])")


def prose(words: str) -> str:
    """A line of text whose backticks pair up as it stands, and any other one without markup."""
    pieces = one_line(words).split("`")
    if len(pieces) % 2 == 0:
        return _escaped(one_line(words)).replace("`", "\\`")
    return "".join(
        f"`{piece}`" if index % 2 and piece else _escaped(piece)
        for index, piece in enumerate(pieces)
    )


def _escaped(words: str) -> str:
    return _MARKUP.sub(r"\\\1", words)
