"""JSON values: their kind, when two are the same, how long they are and how they are shown.

Knows the data model of JSON Schema. It must not know any keyword.
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

MOST_SAID = 8
LONGEST_SAID = 80


def kind(value: object) -> str:
    """The JSON kind of a parsed value: true is a boolean and no number."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "string"
    return "object" if isinstance(value, Mapping) else "array"


def same(one: object, other: object) -> bool:
    """Equality of JSON values: 1 is 1.0, but true is not 1 (JSON Schema core section 4.2.2)."""
    return key(one) == key(other)


def length(text: str, unit: str = "characters") -> int:
    """How long a string is, in characters (code points) or, for ``utf-16``, in code units."""
    return len(text) + sum(char > "\uffff" for char in text) if unit == "utf-16" else len(text)


def literal(value: object) -> str:
    """A value as messages show it: strings in quotes, the rest as JSON, nothing at full length."""
    shown = repr(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return shown if len(shown) <= LONGEST_SAID else shown[: LONGEST_SAID - 1] + "…"


def listing(values: Sequence[object]) -> str:
    """Values in a row; a long list is cut, and says how long it is."""
    shown = ", ".join(literal(value) for value in values[:MOST_SAID])
    return shown if len(values) <= MOST_SAID else f"{shown}, … ({len(values)} in all)"


def key(value: Any) -> Hashable:
    """What two JSON values have in common exactly if they are the same."""
    which = kind(value)
    if which == "array":
        return which, tuple(key(item) for item in value)
    if which == "object":
        return which, frozenset((name, key(item)) for name, item in value.items())
    return which, value
