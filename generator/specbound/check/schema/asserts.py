"""Assertions and members' names asked by themselves: yes or no, without a word about why.

Knows the keywords that look at a value as a whole, with the patterns of ECMA-262. It must not know
references nor branches.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from specbound.contract import patterns
from specbound.runtime.assertions import ASSERTIONS
from specbound.runtime.evaluation import TYPES, Run
from specbound.runtime.exact import equal
from specbound.runtime.formats import conforms


class _Probe:
    """What an assertion of the runtime reports to: all that is asked is whether it did."""

    __slots__ = ("failed",)

    def __init__(self) -> None:
        self.failed = False

    def fail(self, keyword: str, message: str) -> None:
        self.failed = True


def asserts(keyword: str, limit: Any, schema: Mapping[str, Any], value: Any) -> bool:
    """Whether a value holds one assertion (`runtime.assertions`), by its keyword."""
    # Those that would write the value into a message, which nobody reads here, are asked apart.
    if keyword in DIRECT:
        return DIRECT[keyword](limit, value)
    probe: Any = _Probe()
    run: Run = probe
    ASSERTIONS[keyword](run, limit, schema, value)
    return not probe.failed


def _has_type(limit: Any, value: Any) -> bool:
    if isinstance(limit, str):
        return TYPES[limit](value)
    return any(TYPES[name](value) for name in limit)


def _is_listed(limit: Any, value: Any) -> bool:
    return any(equal(value, each) for each in limit)


def _matches(limit: str, value: Any) -> bool:
    return not isinstance(value, str) or matches(limit, value)


def _conforms(limit: str, value: Any) -> bool:
    return not isinstance(value, str) or conforms(value, limit)


DIRECT: Mapping[str, Callable[[Any, Any], bool]] = {
    "type": _has_type,
    "enum": _is_listed,
    "const": lambda limit, value: equal(value, limit),
    "pattern": _matches,
    "format": _conforms,
}


@lru_cache(4096)
def expression(pattern: str) -> re.Pattern[str] | None:
    """A pattern ready to search with; None where no engine takes it, so that it asserts nothing."""
    try:
        return patterns.compiled(pattern)
    except patterns.PatternError:
        return None


def matches(pattern: str, text: str) -> bool:
    """Whether a text matches a pattern of ECMA-262; one that no engine takes refuses nothing."""
    found = expression(pattern)
    return found is None or found.search(text) is not None


def names(pattern: str, name: str) -> bool:
    """Whether `patternProperties` speaks of a member; a pattern that no engine takes of none."""
    found = expression(pattern)
    return found is not None and found.search(name) is not None


def additional(schema: Mapping[str, Any], value: Mapping[str, Any]) -> list[str]:
    """The members that neither `properties` nor `patternProperties` speaks about."""
    declared, patterns_ = schema.get("properties", {}), schema.get("patternProperties", ())
    left = [name for name in value if name not in declared]
    return [name for name in left if not any(names(each, name) for each in patterns_)]
