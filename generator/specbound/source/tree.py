"""The one tree that the passes of this stage work on, with all that is known about it.

Knows where nodes came from and who collects what is wrong. It must not know OpenAPI.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from specbound.diagnostics import Code, Diagnostics, failure
from specbound.origin import Origin, tokens
from specbound.source.grafts import Grafts
from specbound.source.limits import MAX_NODES
from specbound.source.text import Text


@dataclass(slots=True)
class Tree:
    """A document under way to its bundled form; `is_30` stays true after it was lifted."""

    document: Any
    is_30: bool
    texts: dict[str, Text]
    grafts: Grafts
    diagnostics: Diagnostics = field(default_factory=Diagnostics)
    copied: int = 0

    def origin(self, pointer: str) -> Origin:
        """The place of a node in the file that it came from, with line and column."""
        return self.place(self.grafts.find(pointer))

    def place(self, origin: Origin) -> Origin:
        """The same place with line and column."""
        text = self.texts.get(origin.file)
        return origin if text is None else text.place(origin.pointer)

    def warn(self, code: Code, message: str, pointer: str, help: str = "") -> None:
        """Note a warning about a node."""
        self.diagnostics.warn(code, message, self.origin(pointer), help)

    def error(self, code: Code, message: str, pointer: str, help: str = "") -> None:
        """Note an error about a node."""
        self.diagnostics.error(code, message, self.origin(pointer), help)

    def copy(self, value: Any, origin: Origin) -> Any:
        """Copy part of a document into another place; refuses when copies get out of hand."""
        if self.copied > MAX_NODES:
            message = f"references add more than {MAX_NODES} nodes"
            raise failure(Code.TOO_LARGE, message, self.place(origin))
        if isinstance(value, dict):
            self.copied += len(value)
            return {key: self.copy(child, origin) for key, child in value.items()}
        if isinstance(value, list):
            self.copied += len(value)
            return [self.copy(child, origin) for child in value]
        return value


def lookup(data: Any, path: Sequence[str | int]) -> Any:
    """The value at a path; raises `KeyError` if there is none (RFC 6901 section 4)."""
    for step in path:
        if isinstance(data, dict):
            data = data[str(step)]
        elif isinstance(data, list):
            index = str(step)
            if not (index.isascii() and index.isdigit()) or int(index) >= len(data):
                raise KeyError(step)
            data = data[int(index)]
        else:
            raise KeyError(step)
    return data


def fragment_tokens(fragment: str) -> list[str]:
    """The steps of a URI fragment that is a JSON Pointer (RFC 6901 section 6)."""
    return tokens(unquote(fragment))
