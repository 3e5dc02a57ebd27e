"""Whether a value fits a schema, exactly and at once: what the explanations ask at every turn.

Knows JSON Schema 2020-12 as `runtime.schema` evaluates it, with the patterns of ECMA-262 and the
direction of the value. It must not know how to explain anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import orjson

from specbound.check.schema.asserts import DIRECT, additional, asserts, names
from specbound.check.schema.lookup import Direction, Lookup
from specbound.check.schema.verdict import Validators, validators_of
from specbound.runtime.assertions import ASSERTIONS
from specbound.runtime.evaluation import parts

#: The members and items that were looked at (section 11 of JSON Schema core); None: nobody asks.
Seen = set[Any] | None
Handler = Callable[["Judge", Any, Mapping[str, Any], Any, Seen], bool]


def is_plain(value: Any) -> bool:
    """Whether a value is of the size and depth for which the compiled validators are made."""
    try:
        orjson.dumps(value)
    except (orjson.JSONEncodeError, RecursionError):
        return False
    return True


class Judge:
    """Verdicts on the parts of one value; each pair of schema and part is judged once.

    Not `exact`, it believes the compiled validators, which are much faster where much is asked.
    All values it is asked about must outlive it, since they are told apart by identity.
    """

    __slots__ = (
        "_assumed",
        "_kept",
        "_known",
        "_open",
        "_validators",
        "direction",
        "exact",
        "lookup",
        "memory",
    )

    def __init__(self, lookup: Lookup, direction: Direction, exact: bool = False) -> None:
        self.lookup = lookup
        self.exact = exact
        self._validators = None if exact else validators(lookup)
        self.direction: Direction = direction
        self._known: dict[tuple[int, int, bool], tuple[bool, Seen]] = {}
        self._open: set[tuple[int, int]] = set()
        self._assumed: set[tuple[int, int]] = set()
        self._kept: list[Any] = []
        #: What others have found out about these values with its help.
        self.memory: dict[tuple[int, int], Any] = {}

    def fits(self, schema: Any, value: Any, seen: Seen = None) -> bool:
        """Whether the value is valid; `seen` takes up what the schema has looked at if it is."""
        if not isinstance(schema, dict):
            return schema is not False
        if not isinstance(value, dict | list) and "$ref" not in schema:
            return self._evaluate(schema, value, seen)
        key = (id(schema), id(value), seen is None)
        known = self._known.get(key)
        if known is None:
            before = len(self._assumed)
            mine: Seen = None if seen is None else set()
            known = self._evaluate(schema, value, mine), mine
            if len(self._assumed) == before:
                self._known[key] = known
        if seen is not None and known[0] and known[1]:
            seen |= known[1]
        return known[0]

    def refuse(self, schema: Any, value: Any) -> None:
        """Take it as known that a value does not fit a schema, nor what that only refers to."""
        key = (id(schema), id(value), True)
        while isinstance(schema, dict) and key not in self._known:
            self._known[key] = False, None
            if len(schema) > 1 or "$ref" not in schema:
                return
            schema = self.lookup.target(schema["$ref"])
            key = (id(schema), id(value), True)

    def keep(self, value: Any) -> Any:
        """Hold on to a value that was made for a question."""
        self._kept.append(value)
        return value

    def follow(self, reference: str, value: Any, seen: Seen) -> bool:
        """Judge by what a reference names; one that leads back to itself asserts nothing."""
        target = self.lookup.target(reference)
        if seen is None and isinstance(value, dict | list):
            compiled = self._compiled(target, value)
            if compiled is not None:
                return compiled
        key = (id(target), id(value))
        if key in self._open:
            self._assumed.add(key)
            return True
        self._open.add(key)
        holds = self.fits(target, value, seen)
        self._open.discard(key)
        self._assumed.discard(key)
        return holds

    def _compiled(self, schema: Any, value: Any) -> bool | None:
        """The compiled validator's verdict; None where it gives up, or nobody wants it."""
        key = (id(schema), id(value), True)
        known = self._known.get(key)
        if known is not None:
            return known[0]
        if self._validators is None:
            return None
        try:
            holds = self._validators.bare(schema, self.direction)(value)
        except (ValueError, RecursionError):
            return None
        self._known[key] = holds, None
        return holds

    def _evaluate(self, schema: Mapping[str, Any], value: Any, seen: Seen) -> bool:
        found = self.lookup.steps.get(id(schema))
        if found is None:
            found = self.lookup.steps[id(schema)] = schema, _steps(schema)
        steps, late = found[1]
        own: Seen = set() if late and seen is None else seen
        for handler, limit in steps:
            if not handler(self, limit, schema, value, own):
                return False
        return not late or _unevaluated(self, schema, value, own if own is not None else set())


def _steps(schema: Mapping[str, Any]) -> tuple[list[tuple[Handler, Any]], bool]:
    """What a schema asks for, the quick questions first, and whether any is left for the end."""
    asked = sorted((keyword for keyword in schema if keyword in HANDLERS), key=_rank)
    late = "unevaluatedProperties" in schema or "unevaluatedItems" in schema
    return [(HANDLERS[keyword], _told_first(keyword, schema[keyword])) for keyword in asked], late


def _rank(keyword: str) -> int:
    return 0 if keyword in DIRECT else 1 if keyword in ASSERTIONS or keyword == "required" else 2


def _told_first(keyword: str, limit: Any) -> Any:
    """The members whose values are listed come first: they tell branches apart."""
    if keyword != "properties":
        return limit
    constant = [name for name, one in limit.items() if isinstance(one, dict) and "const" in one]
    return {**{name: limit[name] for name in constant}, **limit}


# --- applicators: JSON Schema core section 10 -----------------------------------------------------


def _assertion(keyword: str) -> Handler:
    direct = DIRECT.get(keyword)
    if direct is not None:
        test = direct
        return lambda judge, limit, schema, value, seen: test(limit, value)
    return lambda judge, limit, schema, value, seen: asserts(keyword, limit, schema, value)


def _ref(judge: Judge, reference: Any, schema: Any, value: Any, seen: Seen) -> bool:
    return judge.follow(reference, value, seen)


def _all(judge: Judge, pairs: Iterable[tuple[Any, Any]], seen: Seen = None) -> bool:
    holds = True
    # A plain loop: `all` on each level would use up the stack of C where values nest deeply.
    for schema, value in pairs:
        holds = judge.fits(schema, value, seen)
        if not holds:
            break
    return holds


def _all_of(judge: Judge, branches: Any, schema: Any, value: Any, seen: Seen) -> bool:
    return _all(judge, ((branch, value) for branch in branches), seen)


def _any_of(judge: Judge, branches: Any, schema: Any, value: Any, seen: Seen) -> bool:
    holds = False
    for branch in branches:
        # Where it is asked what was looked at, each branch may have looked at other members.
        if judge.fits(branch, value, seen):
            holds = True
            if seen is None:
                break
    return holds


def _one_of(judge: Judge, branches: Any, schema: Any, value: Any, seen: Seen) -> bool:
    fitting = 0
    for branch in branches:
        fitting += judge.fits(branch, value, seen)
        if fitting > 1:
            return False
    return fitting == 1


def _not(judge: Judge, branch: Any, schema: Any, value: Any, seen: Seen) -> bool:
    return not judge.fits(branch, value)


def _if(judge: Judge, condition: Any, schema: Mapping[str, Any], value: Any, seen: Seen) -> bool:
    chosen = "then" if judge.fits(condition, value, seen) else "else"
    return judge.fits(schema.get(chosen, True), value, seen)


def _required(judge: Judge, names: Any, schema: Any, value: Any, seen: Seen) -> bool:
    if not isinstance(value, dict) or all(name in value for name in names):
        return True
    return all(name in value for name in judge.lookup.required(schema, judge.direction))


def _dependent_schemas(judge: Judge, needs: Any, schema: Any, value: Any, seen: Seen) -> bool:
    if not isinstance(value, dict):
        return True
    for name, each in needs.items():
        if name in value and not judge.fits(each, value, seen):
            return False
    return True


def _prefix_items(judge: Judge, schemas: Any, schema: Any, value: Any, seen: Seen) -> bool:
    if not isinstance(value, list):
        return True
    _look(seen, range(min(len(schemas), len(value))))
    return _all(judge, zip(schemas, value, strict=False))


def _items(judge: Judge, each: Any, schema: Mapping[str, Any], value: Any, seen: Seen) -> bool:
    if not isinstance(value, list):
        return True
    start = len(schema.get("prefixItems", ()))
    _look(seen, range(start, len(value)))
    return _all(judge, ((each, item) for item in (value[start:] if start else value)))


def _contains(judge: Judge, wanted: Any, schema: Mapping[str, Any], value: Any, seen: Seen) -> bool:
    if not isinstance(value, list):
        return True
    found = []
    for index, item in enumerate(value):
        if judge.fits(wanted, item):
            found.append(index)
    _look(seen, found)
    most = schema.get("maxContains")
    return len(found) >= schema.get("minContains", 1) and (most is None or len(found) <= most)


def _properties(judge: Judge, schemas: Any, schema: Any, value: Any, seen: Seen) -> bool:
    if not isinstance(value, dict):
        return True
    _look(seen, schemas.keys() & value.keys() if seen is not None else ())
    for name, each in schemas.items():
        if name in value and not judge.fits(each, value[name]):
            return False
    return True


def _pattern_properties(judge: Judge, schemas: Any, schema: Any, value: Any, seen: Seen) -> bool:
    if not isinstance(value, dict):
        return True
    for pattern, each in schemas.items():
        found = [name for name in value if names(pattern, name)]
        _look(seen, found)
        for name in found:
            if not judge.fits(each, value[name]):
                return False
    return True


def _additional(judge: Judge, each: Any, schema: Mapping[str, Any], value: Any, seen: Seen) -> bool:
    if not isinstance(value, dict):
        return True
    found = additional(schema, value)
    _look(seen, found)
    return _all(judge, ((each, value[name]) for name in found))


def _property_names(judge: Judge, each: Any, schema: Any, value: Any, seen: Seen) -> bool:
    return not isinstance(value, dict) or all(judge.fits(each, name) for name in value)


def _unevaluated(judge: Judge, schema: Mapping[str, Any], value: Any, seen: set[Any]) -> bool:
    keyword = "unevaluatedItems" if isinstance(value, list) else "unevaluatedProperties"
    each = schema.get(keyword, True)
    left = [(step, part) for step, part in parts(value) if step not in seen]
    if keyword in schema:
        seen.update(step for step, _ in left)
    return _all(judge, ((each, part) for _, part in left))


def _look(seen: Seen, steps: Iterable[Any]) -> None:
    if seen is not None:
        seen.update(steps)


HANDLERS: dict[str, Handler] = {
    **{keyword: _assertion(keyword) for keyword in ASSERTIONS},
    "required": _required,
    "$ref": _ref,
    "allOf": _all_of,
    "anyOf": _any_of,
    "oneOf": _one_of,
    "not": _not,
    "if": _if,
    "dependentSchemas": _dependent_schemas,
    "prefixItems": _prefix_items,
    "items": _items,
    "contains": _contains,
    "properties": _properties,
    "patternProperties": _pattern_properties,
    "additionalProperties": _additional,
    "propertyNames": _property_names,
}


def exactly(lookup: Lookup) -> Callable[[Any, Direction], Callable[[Any], bool]]:
    """Tests of values that need no compiled validator: slower, and never at a loss."""

    def of(schema: Any, direction: Direction) -> Callable[[Any], bool]:
        return lambda value: Judge(lookup, direction, exact=True).fits(schema, value)

    return of


def validators(lookup: Lookup) -> Validators:
    """The compiled validators of a contract, with a way out where a schema is too heavy."""
    found = validators_of(lookup.contract)
    found.otherwise = found.otherwise or exactly(lookup)
    return found
