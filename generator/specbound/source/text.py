"""One file's text: bytes in, plain JSON data out, and the line and column of any pointer.

Knows limits, encodings and which of the two syntaxes a text has. It must not know OpenAPI.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from specbound.diagnostics import Code, SpecError, failure
from specbound.origin import Origin, pointer, tokens
from specbound.source import json_text, yaml_text
from specbound.source.limits import MAX_BYTES, MAX_DEPTH

MAX_YAML_GUESS = 1_000_000


@dataclass(frozen=True, slots=True)
class Text:
    """One file that was read: its data, and where each node of it stands."""

    name: str
    data: Any
    _locate: Callable[[list[str]], tuple[int, int]]

    def place(self, path: str) -> Origin:
        """Find line and column of a pointer, or of its nearest parent that exists."""
        line, column = self._locate(tokens(path))
        return Origin(self.name, path, line, column)


def read_file(path: str | Path, name: str) -> Text:
    """Read one file (``-`` is standard input); raises `SpecError` with the place of the fault."""
    return parse(read_bytes(path, name), name)


def read_bytes(path: str | Path, name: str) -> bytes:
    """Read at most `MAX_BYTES`; anything that is no regular file, pipe or terminal is refused."""
    try:
        if str(path) == "-":
            content = sys.stdin.buffer.read(MAX_BYTES + 1)
        else:
            mode = os.stat(path).st_mode
            if not (stat.S_ISREG(mode) or stat.S_ISFIFO(mode)):
                raise failure(Code.UNREADABLE, f"`{name}` is not a file", Origin(name))
            with open(path, "rb") as handle:
                content = handle.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise failure(Code.UNREADABLE, f"`{name}` cannot be read: {reason}", Origin(name)) from None
    if len(content) > MAX_BYTES:
        limit = f"{MAX_BYTES // 1_000_000} MB"
        raise failure(Code.TOO_LARGE, f"`{name}` is larger than {limit}", Origin(name))
    return content


def decode(content: bytes, name: str) -> str:
    """Decode UTF-8 (RFC 8259 section 8.1), with or without a byte order mark."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        column = error.start - content.rfind(b"\n", 0, error.start)
        origin = Origin(name, "", line, column)
        raise failure(
            Code.UNREADABLE, f"`{name}` is not text in UTF-8", origin, "save it as UTF-8"
        ) from None
    if "\0" in text:
        line, column = json_text.line_and_column(text, text.index("\0"))
        message = f"`{name}` is not text in UTF-8: it holds a NUL character"
        raise failure(Code.UNREADABLE, message, Origin(name, "", line, column))
    return text


def parse(content: bytes, name: str) -> Text:
    """Parse JSON, or YAML where the content does not begin like JSON."""
    text = decode(content, name)
    if not text.lstrip()[:1]:
        raise failure(Code.NOT_OPENAPI, f"`{name}` is empty", Origin(name, "", 1, 1))
    found = _parse_json(text, name) if text.lstrip()[0] in "{[" else _parse_yaml(text, name)
    if not isinstance(found.data, (dict, list)):
        raise failure(Code.NOT_OPENAPI, f"`{name}` holds no object", found.place(""))
    check_depth(found)
    return found


def _parse_json(text: str, name: str) -> Text:
    try:
        return Text(name, json_text.parse(text, name), json_text.Positions(text).find)
    except SpecError as error:
        if error.diagnostics[0].code is not Code.SYNTAX or len(text) > MAX_YAML_GUESS:
            raise
        if error.diagnostics[0].help == json_text.NOT_A_NUMBER:
            raise
        try:
            return _parse_yaml(text, name)
        except SpecError:
            raise error from None


def _parse_yaml(text: str, name: str) -> Text:
    built = yaml_text.parse(text, name)
    return Text(name, built.data, built.find)


def check_depth(found: Text) -> None:
    """Refuse a tree so deep that a later, recursive reader of it could not finish."""
    level = [((), found.data)]
    for _ in range(MAX_DEPTH):
        level = [
            (child_path, child)
            for path, parent in level
            for child_path, child in _containers(path, parent)
        ]
        if not level:
            return
    path = _unroll(level[0][0])
    origin = replace(found.place(pointer(path)), pointer="")
    raise failure(Code.TOO_DEEP, f"the document nests deeper than {MAX_DEPTH} levels", origin)


def _containers(path: Any, parent: Any) -> list[tuple[Any, Any]]:
    items = parent.items() if isinstance(parent, dict) else enumerate(parent)
    return [((path, key), child) for key, child in items if isinstance(child, (dict, list))]


def _unroll(path: Any) -> list[str | int]:
    steps: list[str | int] = []
    while path:
        path, key = path
        steps.append(key)
    return steps[::-1]
