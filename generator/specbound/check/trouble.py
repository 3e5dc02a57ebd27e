"""What is wrong with a part of an exchange, before anybody has asked for the whole story.

Knows two kinds: a fault that is a sentence already, and a value that does not fit its schema and
is explained only if somebody reads it. It must not know how either was found.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from specbound.check.finding import Fault, Part
from specbound.check.schema.lookup import Direction
from specbound.diagnostics import Severity


class Misfit(NamedTuple):
    """A value that its schema refuses; `at` is the schema's pointer, `under` the value's own.

    `name` is the parameter's, if the value is one. With `strays` the value fits, but has members
    that the schema neither declares nor forbids, and a closer look is due.
    """

    part: Part
    schema: Any
    at: str
    value: Any
    direction: Direction
    under: str = ""
    strays: bool = False
    name: str = ""


class Said(NamedTuple):
    """A fault that needs no further explanation."""

    part: Part
    fault: Fault


Trouble = Misfit | Said


def said(
    part: Part, code: str, message: str, schema: str = "", more: dict[str, Any] | None = None
) -> Said:
    """Make a fault that is one sentence; `more` holds further fields of `Fault`."""
    return Said(part, Fault(code, message, **{"pointer": "", "schema": schema, **(more or {})}))


def warned(part: Part, code: str, message: str, schema: str = "", pointer: str = "") -> Said:
    """Make a warning."""
    return Said(part, Fault(code, message, pointer, schema, severity=Severity.WARNING))


def noted(part: Part, code: str, message: str, schema: str = "", pointer: str = "") -> Said:
    """Make a note."""
    return Said(part, Fault(code, message, pointer, schema, severity=Severity.NOTE))
