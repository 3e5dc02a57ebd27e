"""What a comparison has to say: `Change`, one difference, with its place in both documents.

Knows the shape that INTERFACES gives a change. It must not know how it was found, nor how it is
shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from specbound.diff.severity import Severity
from specbound.origin import Origin


class Direction(StrEnum):
    """Which half of an exchange changed; `OPERATION` is what belongs to both, or to the whole."""

    REQUEST = "request"
    RESPONSE = "response"
    OPERATION = "operation"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two documents.

    `operation` is ``METHOD /path`` (of the old document, if it is there), or empty for what
    concerns the whole API. `part` says where in the exchange (``request body``, ``response 200``,
    ``query parameter `limit```), `at` where in the value (``/references/*/uri``) and `variant` in
    which branch of a union. `pointer` leads into the new document, or into the old one where the
    thing is gone; both places stand in `old_origin` and `new_origin`. `old` and `new` are what is
    said there: a limit, a name, a list of values; None is nothing.
    """

    code: str
    severity: Severity
    direction: Direction
    operation: str
    pointer: str
    old: Any
    new: Any
    message: str
    old_origin: Origin | None = None
    new_origin: Origin | None = None
    part: str = ""
    at: str = ""
    variant: str = ""
