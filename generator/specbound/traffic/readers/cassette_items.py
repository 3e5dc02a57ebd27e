"""Interactions of a cassette as data, before anybody asks what they mean.

Knows the list they stand in and the line of each. It must not know YAML's or JSON's syntax.
"""

from __future__ import annotations

import base64
from typing import Any, NamedTuple

#: Members of a cassette that hold its interactions: VCR.py's; Ruby's VCR's and Betamax's.
LISTS = ("interactions", "http_interactions")
NO_LIST = "it has no list of `interactions` or `http_interactions`"


class Plain(str):
    """A scalar without quotes: what it is as JSON depends on who asks."""

    __slots__ = ()


class Node(dict[str, Any]):
    """A mapping that knows the line (from 0) on which each value's own text begins."""

    __slots__ = ("lines",)

    def __init__(self) -> None:
        super().__init__()
        self.lines: dict[str, int] = {}


class Item(NamedTuple):
    """One interaction: its line (from 1), the pointer to its list, and its data.

    Where it cannot be read, `fault` says why, and `fault_line` where, if that is known better.
    """

    line: int
    within: str = ""
    data: Any = None
    fault: str = ""
    fault_line: int | None = None


def from_base64(text: bytes) -> bytes:
    """What base64 text on one or many lines stands for; raises `ValueError` if it is none."""
    return base64.b64decode(b"".join(text.split()), validate=True)
