"""Objects: members that are declared, that match a pattern, and any others.

Knows the keywords that speak of members. It must not know other kinds of value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from specbound.contract.patterns import compiled
from specbound.prove.conjunction import Bounds, Part, Unsatisfiable, bounds, limits
from specbound.prove.plans import Members, Plan, linked

_ENDLESS = 10**6


class Planning(Protocol):
    """What is needed of the planner."""

    @property
    def direction(self) -> str:
        """Whether values are sent, received, or either."""
        ...

    def plan(self, parts: Sequence[Part]) -> Plan:
        """The plan of what must hold at once."""
        ...

    def fits(self, parts: Sequence[Part]) -> Callable[[Any], bool]:
        """A test of values against the parts."""
        ...

    def tried(self, parts: Sequence[Part], at: str) -> Plan | None:
        """The plan, or None where no value fits."""
        ...


def members(planner: Planning, flat: Sequence[Part], at: str) -> Plan:
    """The plan of an object; raises `Unsatisfiable` where a required member cannot be had."""
    size = bounds(flat, "Properties")
    hidden = {"request": "readOnly", "response": "writeOnly"}.get(planner.direction, "")
    together = _together(flat)
    named = [name for names in limits(flat, "required") for name in names]
    required = list(dict.fromkeys(each for name in named for each in linked(together, name)))
    declared = list(dict.fromkeys(name for listed in limits(flat, "properties") for name in listed))
    left_out = {name for name in declared if hidden and _is_marked(flat, name, hidden)}
    known = list(
        dict.fromkeys([*declared, *(each for names in together.values() for each in names)])
    )
    left_out |= _misnamed(planner, flat, [*known, *required], at)
    required = [name for name in required if name not in left_out]
    must = {name: planner.plan(_for(flat, name)) for name in _ordered(declared, required)}
    may = {
        name: plan
        for name in known
        if name not in must
        and name not in left_out
        and (plan := planner.tried(_for(flat, name), f"{at}/properties/{name}")) is not None
    }
    # What asks for a member that cannot be there cannot be there either.
    may = {
        name: plan
        for name, plan in may.items()
        if all(each in must or each in may for each in linked(together, name))
    }
    if size.most is not None and len(must) > size.most:
        raise Unsatisfiable(at, f"{len(must)} members are required, {size.most} allowed")
    names, other = _others(planner, flat, at, bool(declared), size, len(must) + len(may))
    if size.least > len(must) + len(may) and other is None:
        raise Unsatisfiable(at, f"{size.least} members are asked for, fewer can be had")
    most = _ENDLESS if size.most is None else size.most
    return Members(at, must, may, names, other, size.least, most, together)


def _together(flat: Sequence[Part]) -> dict[str, list[str]]:
    """What `dependentRequired` asks for beside a member, by its name."""
    found: dict[str, list[str]] = {}
    for asked in limits(flat, "dependentRequired"):
        for name, also in asked.items():
            found.setdefault(name, []).extend(also)
    return found


def _misnamed(planner: Planning, flat: Sequence[Part], names: Sequence[str], at: str) -> set[str]:
    """The names that `propertyNames` refuses; no value fits where one of them is required."""
    fits = planner.fits([part.child("propertyNames") for part in flat if part.has("propertyNames")])
    wrong = {name for name in names if not fits(name)}
    for name in sorted(
        wrong.intersection(name for some in limits(flat, "required") for name in some)
    ):
        raise Unsatisfiable(at, f"{name} is required, and `propertyNames` refuses it")
    return wrong


def _ordered(declared: Sequence[str], required: Sequence[str]) -> list[str]:
    """Required members in the order of their declaration, then those that nothing declares."""
    return [name for name in declared if name in required] + [
        name for name in required if name not in declared
    ]


def _is_marked(flat: Sequence[Part], name: str, keyword: str) -> bool:
    found = (listed.get(name) for listed in limits(flat, "properties"))
    return any(isinstance(schema, Mapping) and schema.get(keyword) is True for schema in found)


def _for(flat: Sequence[Part], name: str) -> list[Part]:
    """Everything that the parts ask of the member of one name."""
    return [each for part in flat for each in _of_part(part, name)]


def _of_part(part: Part, name: str) -> list[Part]:
    found: list[Part] = []
    if part.has("properties") and name in part.schema["properties"]:
        found.append(part.child("properties", name))
    if part.has("patternProperties"):
        for expression in part.schema["patternProperties"]:
            if compiled(expression).search(name):
                found.append(part.child("patternProperties", expression))
    if not found and part.has("additionalProperties"):
        found.append(part.child("additionalProperties"))
    return found


def _others(
    planner: Planning, flat: Sequence[Part], at: str, declared: bool, *sizes: Any
) -> tuple[Plan | None, Plan | None]:
    """How other members are named and what they are; None where there are to be none.

    An object that declares members gets no others unless its least size asks for them: what is
    merely not forbidden is not what anybody means.
    """
    size: Bounds = sizes[0]
    known: int = sizes[1]
    schemas = [
        part.child("additionalProperties") for part in flat if part.has("additionalProperties")
    ]
    stated = [part for part in schemas if isinstance(part.schema, Mapping)]
    patterns = [
        (expression, part.child("patternProperties", expression))
        for part in flat
        if part.has("patternProperties")
        for expression in part.schema["patternProperties"]
    ]
    if declared and not stated and not patterns and size.least <= known:
        return None, None
    asked = [part.child("propertyNames") for part in flat if part.has("propertyNames")]
    spelled = [{"pattern": expression} for expression, _ in patterns[:1]]
    parts = [*schemas, *(part for _, part in patterns[:1])]
    if patterns and any(part.schema is False for part in schemas):
        parts = [part for _, part in patterns[:1]]
    text = Part({"type": "string", "minLength": 1, "maxLength": 12}, f"{at}/propertyNames")
    wanted = [*asked, *(Part(one, f"{at}/patternProperties") for one in spelled)]
    other = planner.tried(parts or [Part({}, at)], f"{at}/additionalProperties")
    if other is None:
        return None, None
    string = Part({"type": "string"}, f"{at}/propertyNames")
    names = planner.tried([string, *wanted] if wanted else [text], f"{at}/propertyNames")
    return (names, other) if names is not None else (None, None)
