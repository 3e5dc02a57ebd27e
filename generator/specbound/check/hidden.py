"""Values that a recorder took out of an exchange: what cannot be said of them any more.

Knows the marker that stands in their place, and which rules it can break that the value did not.
It must not know who put it there.
"""

from __future__ import annotations

from typing import Any

import orjson

from specbound.check.finding import Fault
from specbound.check.trouble import Misfit, Trouble
from specbound.origin import tokens
from specbound.traffic.secrets import MARKER

NOT_CHECKED = "not checked: values that were redacted"

_BYTES = MARKER.encode()
_NOWHERE = object()
#: Rules that compare a container's values or try them out; the others count or name its members.
_LOOKING_IN = frozenset(
    {"any-of", "one-of", "not", "if", "then", "else", "const", "enum", "schema", "discriminator"}
    | {"contains", "min-contains", "max-contains", "unique-items"}
)


def holds_marker(value: Any) -> bool:
    """Whether something was redacted anywhere in a value."""
    if isinstance(value, str):
        return MARKER in value
    if not isinstance(value, dict | list):
        return False
    try:
        return _BYTES in orjson.dumps(value)
    except (TypeError, RecursionError):  # numbers beyond 64 bits, surrogates, depth
        return MARKER in str(value)


def is_hidden(fault: Fault, trouble: Trouble) -> bool:
    """Whether a fault is that of the marker, and perhaps not of the value that it replaced."""
    if not isinstance(trouble, Misfit):
        return False
    if MARKER in fault.pointer:
        return True
    value = _at(trouble, fault.pointer)
    if isinstance(value, str):
        return MARKER in value
    return fault.code in _LOOKING_IN and holds_marker(value)


def _at(trouble: Misfit, pointer: str) -> Any:
    """The value that a fault speaks of."""
    steps = tokens(pointer.removeprefix(trouble.under))
    value = trouble.value
    for step in steps[1:] if trouble.name else steps:
        if isinstance(value, dict) and step in value:
            value = value[step]
        elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            return _NOWHERE
    return value
