"""JSON as pages show it: where it begins and ends in a text, and what is no JSON about it.

Knows RFC 8259 and the liberties that authors take: comments, last commas, dots for what they left
out. It must not know what a value means.
"""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple, NoReturn

_TOKEN = re.compile(
    r'(?P<string>"(?:[^"\\\n]|\\.)*")'
    r"|(?P<comment>//[^\n]*|(?<![^\s,{}\[\]])#[^\n]*|/\*.*?\*/)"
    r"|(?P<dots>\.{3}|…)"
    r"|(?P<open>[{\[])|(?P<close>[}\]])"
    r"|(?P<rest>[^\"/#.…{}\[\]]+|.)",
    re.DOTALL,
)
_BEGINNING = re.compile(r'[{\[]\s*(?:["{\[\]}]|//|\.{3}|…|$)')
_LAST_COMMA = re.compile(r",(?=\s*[}\]])")
_BRACES = {"{": "}", "[": "]"}


class Shown(NamedTuple):
    """A body as a page shows it: its text with comments blanked, its value, or why it has none."""

    content: str
    value: Any = None
    fault: str = ""


def begins(text: str) -> bool:
    """Whether a line's text looks like the beginning of a JSON object or array."""
    return _BEGINNING.match(text) is not None


def end(text: str, start: int) -> int | None:
    """The offset after the object or array that begins at `start`; None if it never ends."""
    expected: list[str] = []
    for match in _TOKEN.finditer(text, start):
        if match.lastgroup == "open":
            expected.append(_BRACES[match[0]])
        elif match.lastgroup == "close":
            if match[0] != expected.pop():
                return None
            if not expected:
                return match.end()
    return None


def read(text: str) -> Shown:
    """A JSON text, strictly or else with comments and last commas taken out, lines kept."""
    try:
        return Shown(text, _strict(text))
    except (ValueError, RecursionError):
        pass
    plain, shortened = _plain(text)
    if shortened:
        return Shown(plain, fault="abbreviated with dots")
    try:
        return Shown(plain, _strict(plain))
    except (ValueError, RecursionError):
        return Shown(plain, fault="not JSON")


def _strict(text: str) -> Any:
    return json.loads(text, parse_constant=_refuse)


def _refuse(word: str) -> NoReturn:
    raise ValueError(word)


def _plain(text: str) -> tuple[str, bool]:
    """The text without comments, and whether something was left out of it by its author."""
    parts: list[str] = []
    shortened = False
    for match in _TOKEN.finditer(text):
        kind, found = match.lastgroup, match[0]
        dots = kind == "dots" or (kind == "comment" and ("..." in found or "…" in found))
        shortened = shortened or dots
        parts.append(re.sub(r"[^\n]", " ", found) if dots or kind == "comment" else found)
    return _LAST_COMMA.sub(" ", "".join(parts)), shortened
