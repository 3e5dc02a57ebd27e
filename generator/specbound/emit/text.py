"""Document text into code: `literal()` and `docstring()` are the only two ways in.

Knows Python's string syntax. It must not know what the text says or where it came from.
"""

from __future__ import annotations

import re
import textwrap
from math import isfinite
from typing import Any

WIDTH = 100

#: What may not stand in source text: controls, surrogates, direction marks, line separators.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff]"
)
#: Quotes that would end a docstring: three in a row, or the last ones before its own.
_ENDING = re.compile(r'"{3,}|"+\Z')
_VERBATIM = re.compile(r"\s{4,}|\||```|~~~|\t")
_BULLET = re.compile(r"(\s*(?:[-*+]|\d+[.)])\s+)")


def literal(value: Any) -> str:
    """Write a JSON value as a Python expression; no string can leave its quotes."""
    if isinstance(value, dict):
        inner = ", ".join(f"{literal(str(key))}: {literal(item)}" for key, item in value.items())
        return "{" + inner + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(literal, value)) + "]"
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, float) and not isfinite(value):
        return f'float("{value}")'
    return repr(value)


def _quoted(value: str) -> str:
    """A string literal in double quotes where that needs no escape, as black writes it."""
    text = ascii(value) if _UNSAFE.search(value) else repr(value)
    if text.startswith("'") and '"' not in text and "\\'" not in text:
        return f'"{text[1:-1]}"'
    return text


def pattern(value: str) -> str:
    """Write a regular expression as a raw string where Python's syntax allows it."""
    raw = '"' not in value and not value.endswith("\\") and value.isascii() and value.isprintable()
    return f'r"{value}"' if raw and "\\" in value else literal(value)


def docstring(text: str, indent: int = 0) -> str:
    """Write text as a docstring, wrapped, without its indentation on the first line."""
    clean = _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", text.replace("\r\n", "\n"))
    clean = clean.replace("\r", "\n").expandtabs(4).strip()
    escaped = clean.replace("\\", "\\\\")
    escaped = _ENDING.sub(lambda match: '\\"' * len(match[0]), escaped)
    lines = _wrapped(escaped, WIDTH - indent)
    if not lines:
        return '""""""'
    if len(lines) == 1 and len(lines[0]) + indent + 6 <= WIDTH:
        return f'"""{lines[0]}"""'
    pad = " " * indent
    return '"""' + "\n".join(
        [lines[0], *(pad + line if line else "" for line in lines[1:]), pad + '"""']
    )


def _wrapped(text: str, width: int) -> list[str]:
    lines: list[str] = []
    fenced = False
    for line in text.split("\n"):
        fence = line.lstrip().startswith(("```", "~~~"))
        if fenced or fence or _VERBATIM.match(line) or len(line) <= width - 3:
            lines.append(line.rstrip())
        else:
            lines += _fill(line.rstrip(), width - (0 if lines else 3))
        fenced = fenced != fence
    return lines


def _fill(line: str, width: int) -> list[str]:
    bullet = _BULLET.match(line)
    return textwrap.wrap(
        line,
        max(width, 40),
        subsequent_indent=" " * len(bullet[1]) if bullet else "",
        break_long_words=False,
        break_on_hyphens=False,
    ) or [""]


def lines(*texts: str) -> int:
    """About how many lines texts take when printed, each beginning on its own."""
    return sum(text.count("\n") + 1 + len(text) // (4 * WIDTH) * 5 for text in texts if text)
