"""Diagnostics for people: one block each, in the manner of rustc, with colour where it is wanted.

Knows layout, colour and how to sum up warnings. It must not know which command ran, nor write to
any stream.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable
from typing import TextIO

from specbound.diagnostics import Diagnostic, Severity

BOLD = "1"
BLUE = "1;34"
SHADE = {Severity.ERROR: "1;31", Severity.WARNING: "1;33", Severity.NOTE: "1;36"}

#: Characters that move a terminal's cursor or change its state (C0 but the newline, DEL, C1) and
#: those that turn the direction of writing: a document must not draw on the reader's screen.
CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def wants_color(stream: TextIO) -> bool:
    """Say whether colour belongs on a stream: a terminal, not dumb, and `NO_COLOR` unset."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return stream.isatty()


def render(diagnostics: Iterable[Diagnostic], color: bool = False, verbose: bool = False) -> str:
    """Write errors one by one and sum up the rest by code; `verbose` writes everything out.

    The text ends with a newline, or is empty where there is nothing to say.
    """
    items = list(diagnostics)
    blocks = [block(item, color) for item in items if verbose or item.severity is Severity.ERROR]
    if not verbose:
        sums = (_summary(items, severity) for severity in (Severity.WARNING, Severity.NOTE))
        blocks += filter(None, sums)
    return "".join(text + "\n" for text in blocks)


def block(item: Diagnostic, color: bool = False) -> str:
    """Write one diagnostic: its sentence, then its place and its help where it has them."""
    paint = _paint if color else _plain
    head = paint(f"{item.severity}[{item.code}]", SHADE[item.severity])
    lines = [head + paint(f": {clean(item.message)}", BOLD)]
    if item.origin is not None:
        lines.append(f"  {paint('-->', BLUE)} {clean(str(item.origin))}")
    if item.help:
        lines.append(f"   {paint('=', BLUE)} {paint('help', BOLD)}: {clean(item.help)}")
    return "\n".join(lines)


def clean(text: str) -> str:
    """Spell out control characters, so that a document's words cannot steer the terminal."""
    return CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def counted(number: int, noun: str) -> str:
    """Write a number with its noun: ``1 model``, ``2 models``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _paint(text: str, shade: str) -> str:
    return f"\x1b[{shade}m{text}\x1b[0m"


def _plain(text: str, _shade: str) -> str:
    return text


def _summary(items: list[Diagnostic], severity: Severity) -> str:
    """``12 warnings: 12 invalid-document (run with -v to see them)``, or nothing."""
    codes = Counter(str(item.code) for item in items if item.severity is severity)
    if not codes:
        return ""
    each = ", ".join(f"{number:,} {code}" for code, number in codes.most_common())
    return f"{counted(codes.total(), str(severity))}: {each} (run with -v to see them)"
