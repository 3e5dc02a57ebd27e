"""Whether a value fits a schema, exactly and at once: what the explanations ask at every turn.

Knows JSON Schema 2020-12 as `runtime.schema` evaluates it, with the patterns of ECMA-262 and the
direction of the value. It must not know how to explain anything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

from specbound.check.lookup import Direction, Lookup
from specbound.check.verdict import validators_of
from specbound.contract import patterns
from specbound.runtime.assertions import ASSERTIONS
from specbound.runtime.evaluation import TYPES, Run, parts
from specbound.runtime.exact import equal
from specbound.runtime.formats import conforms

#: The members and items that were looked at (section 11 of JSON Schema core); None: nobody asks.
Seen = set[Any] | None
Handler = Callable[["Judge", Any, Mapping[str, Any], Any, Seen], bool]


class Judge:
    """Verdicts on the parts of one value; each pair of schema and part is judged once.

    All values it is asked about must outlive it, since they are told apart by identity.
    """

    __slots__ = ("_assumed", "_kept", "_known", "_open", "direction", "lookup")

    def __init__(self, lookup: Lookup, direction: Direction) -> None:
        self.lookup = lookup
        self.direction: Direction = direction
        self._known: dict[tuple[int, int, bool], tuple[bool, Seen]] = {}
        self._open: set[tuple[int, int]] = set()
        self._assumed: set[tuple[int, int]] = set()
        self._kept: list[Any] = []

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

    def keep(self, value: Any) -> Any:
        """Hold on to a value that was made for a question."""
        self._kept.append(value)
        return value

    def follow(self, reference: str, value: Any, seen: Seen) -> bool:
        """Judge by what a reference names; one that leads back to itself asserts nothing."""
        target = self.lookup.target(reference)
        if seen is None and isinstance(value, dict | list) and self._surely_fits(target, value):
            return True
        key = (id(target), id(value))
        if key in self._open:
            self._assumed.add(key)
            return True
        self._open.add(key)
        holds = self.fits(target, value, seen)
        self._open.discard(key)
        self._assumed.discard(key)
        return holds

    def _surely_fits(self, schema: Any, value: Any) -> bool:
        """The compiled validator's yes, which is ours too; its no may mean that it gave up."""
        return validators_of(self.lookup.contract).of(schema, self.direction)(value)

    def _evaluate(self, schema: Mapping[str, Any], value: Any, seen: Seen) -> bool:
        late = "unevaluatedProperties" in schema or "unevaluatedItems" in schema
        own: Seen = set() if late and seen is None else seen
        for keyword, limit in schema.items():
            handler = HANDLERS.get(keyword)
            if handler is not None and not handler(self, limit, schema, value, own):
                return False
        return not late or _unevaluated(self, schema, value, own if own is not None else set())


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
    if keyword in _DIRECT:
        return _DIRECT[keyword](limit, value)
    probe: Any = _Probe()
    run: Run = probe
    ASSERTIONS[keyword](run, limit, schema, value)
    return not probe.failed


def _has_type(limit: Any, value: Any) -> bool:
    names = (limit,) if isinstance(limit, str) else limit
    return any(TYPES[name](value) for name in names)


def _is_listed(limit: Any, value: Any) -> bool:
    return any(equal(value, each) for each in limit)


def _matches(limit: str, value: Any) -> bool:
    return not isinstance(value, str) or matches(limit, value)


def _conforms(limit: str, value: Any) -> bool:
    return not isinstance(value, str) or conforms(value, limit)


_DIRECT: Mapping[str, Callable[[Any, Any], bool]] = {
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


# --- applicators: JSON Schema core section 10 -----------------------------------------------------


def _assertion(keyword: str) -> Handler:
    direct = _DIRECT.get(keyword)
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


def additional(schema: Mapping[str, Any], value: Mapping[str, Any]) -> list[str]:
    """The members that neither `properties` nor `patternProperties` speaks about."""
    declared, patterns_ = schema.get("properties", {}), schema.get("patternProperties", ())
    left = [name for name in value if name not in declared]
    return [name for name in left if not any(names(each, name) for each in patterns_)]


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
