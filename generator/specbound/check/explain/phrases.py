"""The words of explanations: who is spoken about, what was sent, which names and values there are.

Knows English and JSON. It must not know schemas, but for the words of `contract.rules`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from specbound.contract.rules import CONSTRAINTS
from specbound.contract.values import kind
from specbound.traffic.secrets import redacted, shown

Path = tuple[str | int, ...]

#: So many names or values stand in one sentence.
MOST_NAMES = 6
MOST_VALUES = 8
LONGEST_NAME = 60
#: Shorter names cannot be secrets.
_PLAIN = 16
#: Containers with more parts than this are not repeated in a finding.
SMALL = 8
_BARE = re.compile(r"[A-Za-z][\w.:/+-]*|\d+:\d+")
_WORDS = frozenset({"true", "false", "null"})


def called(name: str) -> str:
    """A member's name in a sentence."""
    text = name if len(name) < _PLAIN else str(redacted(name))
    text = text if text.isprintable() else ascii(text)[1:-1]
    return f"`{text[:LONGEST_NAME]}{'…' if len(text) > LONGEST_NAME else ''}`"


def subject(path: Path) -> str:
    """What a sentence is about: the member, or the item with its index behind its list's name."""
    behind = ""
    for step in reversed(path):
        if isinstance(step, str):
            return f"{called(step)[:-1]}{behind}`"
        behind = f"[{step}]{behind}"
    if len(path) == 1:
        return f"item {path[0]}"
    return f"`{behind}`" if behind else "the value"


def name_of(path: Path) -> str:
    """The nearest member's name, by which it is known whether a value is secret."""
    return next((step for step in reversed(path) if isinstance(step, str)), "")


def sent(value: Any, name: str) -> str:
    """A value in a sentence: scalars as they are, containers by what they are."""
    if isinstance(value, dict):
        if not value:
            return "an empty object"
        return f"an object with {names(list(value), 'and', 3)}"
    if isinstance(value, list):
        return f"an array of {count(len(value), 'item')}" if value else "an empty array"
    return shown(value, name)


def typed(value: Any, name: str) -> str:
    """A value in a sentence about its type: `the string "5"`."""
    text = sent(value, name)
    if kind(value) in ("string", "number"):
        return f"the {kind(value)} {text}"
    return text


def kept(value: Any, name: str) -> Any:
    """What a finding repeats of a value: scalars and small containers, redacted."""
    if isinstance(value, dict | list):
        parts = value.values() if isinstance(value, dict) else value
        if len(value) > SMALL or any(isinstance(part, dict | list) for part in parts):
            return None
    return redacted(value, name)


def count(number: int, one: str) -> str:
    """A number of things."""
    return f"{number:,} {one}{'' if number == 1 else 's'}"


def names(given: Sequence[str], joint: str = "and", most: int = MOST_NAMES) -> str:
    """Member names in a row; many are cut, and it is told how many more there are."""
    return listed([called(name) for name in given], joint, most)


def listed(texts: Sequence[str], joint: str = "and", most: int = MOST_NAMES) -> str:
    """Words in a row, the last two joined; many are cut, and it is told how many more there are."""
    shown_ = list(texts[:most])
    if len(texts) > most:
        return f"{', '.join(shown_)} and {len(texts) - most:,} more"
    return (
        ", ".join(shown_[:-1]) + f" {joint} " + shown_[-1] if len(shown_) > 1 else "".join(shown_)
    )


def bare(value: Any) -> str:
    """A value in a list of values: without quotes where it cannot be mistaken."""
    if isinstance(value, str) and _BARE.fullmatch(value) and value not in _WORDS:
        return value if len(value) <= LONGEST_NAME else shown(value)
    return shown(value)


def one_of(values: Sequence[Any], most: int = MOST_VALUES) -> str:
    """What a list of values allows."""
    if len(values) == 1:
        return f"exactly {shown(values[0])}"
    if len(values) > most:
        return f"one of: {', '.join(map(bare, values[:most]))} and {len(values) - most:,} more"
    return f"one of: {', '.join(map(bare, values))}"


def says(keyword: str, limit: Any) -> str:
    """What a constraint allows, in the words that all of specbound uses."""
    return CONSTRAINTS[keyword].says(limit)


def meant(value: Any, name: str = "") -> str:
    """A question that offers the likely value."""
    return f"did you mean {shown(value, name)}?"


def joined(*texts: str) -> str:
    """Several hints in one line; empty ones are left out."""
    return "; ".join(text for text in texts if text)
