"""The constraints of a place: which of its keywords can be broken, and what counts as one fault.

Knows keywords. It must not know values.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from specbound.contract.rules import CONSTRAINTS
from specbound.origin import escape
from specbound.prove.ways import Way

#: Keywords that say nothing that could be broken on its own.
_PASSED = frozenset(
    {"discriminator", "contentEncoding", "contentMediaType", "items", "minContains"}
)
#: Keywords that are broken by what the schema without them makes.
WHOLE = ("not", "if", "contains", "dependentSchemas", "maxContains", "unevaluatedItems")
#: A wrong kind of value breaks these too: that is one fault.
_WITH_TYPE = frozenset({"enum", "const", "type", "format", "pattern"})
TWINS = {"pattern": {"format"}, "format": {"pattern"}}


class Constraint(NamedTuple):
    """One keyword at one place of the plan, with what it asks."""

    place: tuple[str, str, str]
    limit: Any
    identity: tuple[Any, ...]

    @property
    def keyword(self) -> str:
        return self.place[1]

    @property
    def is_text(self) -> bool:
        return self.keyword == "type" and "string" in self.limit

    @property
    def member(self) -> str:
        return self.place[2]

    @property
    def rule(self) -> str:
        return f"{self.place[0]}/{escape(self.keyword)}"

    @property
    def says(self) -> str:
        if self.keyword == "discriminator":
            return f"its {self.limit['propertyName']} {self.member}"
        if self.member:
            return f"has no {self.member}, which is required"
        rule = CONSTRAINTS.get(self.keyword)
        return f"not {rule.says(self.limit)}" if rule else f"breaks `{self.keyword}`"


def constraints(way: Way) -> Iterator[Constraint]:
    """What the schemas at the end of a way ask for, each once."""
    options = tuple(step for step in way.steps)
    values = tuple(step for step in way.steps if step.kind != "branch")
    for part in way.end.parts:
        # What stands beside a union holds in each of its branches, and is broken once.
        shared = bool(part.done & {"oneOf", "anyOf", "if"})
        where = values if shared else options
        for keyword, limit in part.schema.items():
            if keyword in _PASSED or keyword not in _BREAKABLE:
                continue
            if not part.has(keyword) and keyword != "if":
                continue
            if keyword in _OPEN and limit is not False:
                continue
            members = list(limit) if keyword == "required" and limit else [""]
            for member in members:
                place = (part.at, keyword, member)
                yield Constraint(place, limit, (where, *place))


_OPEN = frozenset({"additionalProperties", "unevaluatedProperties", "unevaluatedItems"})
_BREAKABLE = frozenset(CONSTRAINTS) - {"oneOf", "anyOf", "allOf"} | {"dependentSchemas"}


def absent(limit: Any, value: Any) -> list[str]:
    """The required members that an object lacks."""
    return [name for name in limit if name not in value] if isinstance(value, Mapping) else []


def same_fault(constraint: Constraint, other: tuple[str, str, str]) -> bool:
    """Whether another broken keyword says the same thing about the same value again."""
    keyword = other[1]
    if constraint.keyword == "type":
        return keyword in _WITH_TYPE or keyword in ("not", "if")
    if constraint.keyword == keyword:
        return constraint.member == other[2]
    return {constraint.keyword, keyword} == {"enum", "const"}
