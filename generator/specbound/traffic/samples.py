"""Calls in code samples: what a sample passes to which function, as far as it is literal.

Knows the shape that `python_code` and `javascript` give a call. It must not know any API.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any, NamedTuple


class Unknown(Enum):
    """An argument, or a part of one, that is no literal: a variable, a call, an expression."""

    UNKNOWN = "unknown"


UNKNOWN = Unknown.UNKNOWN


class Call(NamedTuple):
    """One call: ``client.avatars.create``, its arguments as JSON data, and its line (from 1).

    `result` is the variable that the call's result was put into, empty if none.
    """

    callee: str
    arguments: tuple[Any, ...]
    keywords: Mapping[str, Any]
    line: int
    result: str = ""


class SampleError(ValueError):
    """The sample does not parse; `line` (from 1) is the sample's own."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line
