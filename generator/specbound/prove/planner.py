"""From schemas to plans: what must hold at once becomes one way of making values.

Knows which keyword shapes which part of a plan. It must not know how choices are made, nor HTTP.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from specbound.contract.load import Contract
from specbound.contract.model import SCHEMAS
from specbound.contract.patterns import to_python
from specbound.contract.tags import Tags, stated
from specbound.contract.values import key
from specbound.origin import escape, unescape
from specbound.prove import arrays, numbers, objects, texts
from specbound.prove.conjunction import (
    Part,
    Unsatisfiable,
    flattened,
    limits,
    types,
)
from specbound.prove.plans import Checked, Choice, Deferred, Made, Plan, Values, settle
from specbound.runtime.schema import is_valid

Direction = Literal["request", "response", "both"]
Key = tuple[tuple[str, frozenset[str]], ...]

#: Keywords whose meaning no plan carries: what was made is tested against the schema that has them.
_TESTED = ("not", "if", "dependentSchemas", "unevaluatedProperties", "unevaluatedItems")
#: Keywords that join other schemas at the same place; those that say which parts were looked at.
_JOINING = frozenset({"$ref", "allOf", "oneOf", "anyOf"})
_IN_PLACE = _JOINING | {"if", "then", "else", "dependentSchemas"}
#: Keywords that hold values, never schemas.
_VALUES = ("const", "enum", "default", "example", "examples")


@dataclass
class Planner:
    """Makes plans and remembers them, so that equal demands share one and recursion closes."""

    resolve: Callable[[str], Any]
    definitions: Mapping[str, Any]
    direction: Direction = "both"
    plans: dict[Key, Plan] = field(default_factory=dict)
    #: Branches and members that no value fits, by their pointers: told, not made.
    dropped: dict[str, str] = field(default_factory=dict)
    _open: dict[Key, Deferred] = field(default_factory=dict)
    _tags: Tags = field(init=False)

    def __post_init__(self) -> None:
        self._tags = Tags.reading(self.resolve)

    def root(self, schema: Any, at: str = "") -> Plan:
        """The plan of a whole schema; raises `Unsatisfiable`."""
        plan = self.plan([Part(schema, at)])
        self.settle(plan)
        if plan.height >= 10**6:
            raise Unsatisfiable(at, "it asks for itself without end")
        return plan

    def settle(self, plan: Plan) -> None:
        """Work out how deep the smallest values of a plan are."""
        settle(plan)

    def plan(self, parts: Sequence[Part]) -> Plan:
        """The plan of what must hold at once; raises `Unsatisfiable`."""
        flat = flattened(parts, self.resolve)
        same = tuple(sorted((part.at, part.done) for part in flat))
        if same in self.plans:
            return self.plans[same]
        if same in self._open:
            return self._open[same]
        closing = self._open[same] = Deferred(flat[0].at if flat else "")
        try:
            plan = self._tested(flat)
        finally:
            del self._open[same]
        self.plans[same] = closing.target = plan
        return plan

    def tried(self, parts: Sequence[Part], at: str) -> Plan | None:
        """The plan, or None where no value fits, which is noted."""
        try:
            return self.plan(parts)
        except Unsatisfiable as error:
            self.dropped[at] = error.reason
            return None

    def fits(self, parts: Sequence[Part]) -> Callable[[Any], bool]:
        """A test of values against the parts as they stand in the document."""
        schemas = [python_patterns(_remaining(part)) for part in parts]

        def test(value: Any) -> bool:
            return all(is_valid(schema, value, self.definitions) for schema in schemas)

        return test

    def _tested(self, flat: tuple[Part, ...]) -> Plan:
        unions = [part for part in flat if part.has("oneOf")]
        exclusive = [part for part in unions if not self._tags.apart(part.schema["oneOf"])]
        marked = [part for part in flat if any(part.has(keyword) for keyword in _TESTED)]
        plan = self._branched(flat)
        return (
            Checked(plan.at, plan, self.fits([*exclusive, *marked]))
            if exclusive or marked
            else plan
        )

    def _branched(self, flat: tuple[Part, ...]) -> Plan:
        for part in flat:
            for keyword in ("oneOf", "anyOf"):
                if part.has(keyword):
                    return self._union(flat, part, keyword)
            if part.has("if"):
                return self._condition(flat, part)
        return self._kinds(flat)

    def _union(self, flat: tuple[Part, ...], part: Part, keyword: str) -> Plan:
        rest = [one for one in flat if one is not part]
        rest.append(part._replace(done=part.done | {keyword}))
        at = f"{part.at}/{keyword}"
        found = [
            self.tried([*rest, part.child(keyword, index)], f"{at}/{index}")
            for index in range(len(part.schema[keyword]))
        ]
        plan = self._choice(at, found, "none of its branches can be satisfied")
        if isinstance(plan, Choice) and plan.at == at and (tag := stated(part.schema)):
            plan.tag = part.at, tag
        return plan

    def _condition(self, flat: tuple[Part, ...], part: Part) -> Plan:
        rest = [one for one in flat if one is not part]
        rest.append(part._replace(done=part.done | {"if", "then", "else"}))
        met = [part.child("if"), *([part.child("then")] if part.has("then") else [])]
        missed = [part.child("else")] if part.has("else") else []
        found = [self.tried([*rest, *more], part.at) for more in (met, missed)]
        return self._choice(part.at, found, "neither side of its condition can be satisfied")

    def _choice(self, at: str, found: Sequence[Plan | None], reason: str) -> Plan:
        options = tuple(plan for plan in found if plan is not None)
        if not options:
            raise Unsatisfiable(at, reason)
        return options[0] if len(options) == 1 else Choice(at, options)

    def _kinds(self, flat: tuple[Part, ...]) -> Plan:
        at = flat[0].at if flat else ""
        if any(part.has("enum") or part.has("const") for part in flat):
            return self._values(flat, at)
        found = [self._kind(kind, flat, at) for kind in types(flat)]
        for plan in found:
            if plan is not None:
                (plan.plan if isinstance(plan, Checked) else plan).parts = flat
        reasons = (self.dropped.get(f"{at} as {kind}", "") for kind in types(flat))
        return self._choice(at, found, "; ".join(filter(None, reasons)) or "no type is left")

    def _values(self, flat: tuple[Part, ...], at: str) -> Plan:
        listed = [one.schema["const"] for one in flat if one.has("const")]
        candidates = listed[:1] or limits(flat, "enum")[0]
        test = self.fits(list(flat))
        distinct = {key(value): value for value in candidates if test(value)}
        if not distinct:
            raise Unsatisfiable(at, "no listed value fits the rest of the schema")
        plan = Values(at, tuple(distinct.values()))
        plan.parts = flat
        return plan

    def _kind(self, kind: str, flat: tuple[Part, ...], at: str) -> Plan | None:
        try:
            match kind:
                case "null":
                    return Values(at, (None,))
                case "boolean":
                    return Values(at, (False, True))
                case "integer" | "number":
                    return Made(at, numbers.number_of(flat, kind == "integer"))
                case "string":
                    return Made(at, texts.text_of(flat))
                case "array":
                    return arrays.items(self, flat, at)
            return objects.members(self, flat, at)
        except Unsatisfiable as error:
            if error.at != at:
                raise
            self.dropped[f"{at} as {kind}"] = error.reason
            return None


def _remaining(part: Part) -> Any:
    """A schema without what a plan leaves out of it; `unevaluated…` needs to see all the rest."""
    if not part.done or not isinstance(part.schema, Mapping):
        return part.schema
    late = any(name.startswith("unevaluated") for name in part.schema)
    gone = part.done - (_IN_PLACE if late else _JOINING)
    return {name: limit for name, limit in part.schema.items() if name not in gone}


def planner(contract: Contract | None, direction: Direction = "both") -> Planner:
    """A planner that knows a contract's schemas."""
    named = {} if contract is None else contract.schemas
    definitions = {name: one.schema for name, one in named.items()}
    tests = {name: python_patterns(schema) for name, schema in definitions.items()}

    def resolve(reference: str) -> Any:
        return definitions[unescape(reference.removeprefix(SCHEMAS))]

    return Planner(resolve, tests, direction)


def python_patterns(schema: Any) -> Any:
    """The same schema with its patterns in Python's syntax, as `runtime.schema` wants them."""
    if isinstance(schema, list):
        return [python_patterns(each) for each in schema]
    if not isinstance(schema, Mapping):
        return schema
    found: dict[str, Any] = {}
    for keyword, value in schema.items():
        if keyword == "pattern" and isinstance(value, str):
            found[keyword] = to_python(value)
        elif keyword == "patternProperties":
            found[keyword] = {to_python(name): python_patterns(one) for name, one in value.items()}
        else:
            found[keyword] = value if keyword in _VALUES else python_patterns(value)
    return found


def below(at: str, *steps: str) -> str:
    """A pointer some steps further."""
    return at + "".join("/" + escape(step) for step in steps)
