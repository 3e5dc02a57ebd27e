"""JSON Schema to Python type expressions: a type where Python has one, a check for the rest.

Knows which keywords a type expresses exactly. It must not know where expressions are written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from specbound.contract.model import SCHEMAS
from specbound.contract.rules import APPLICATORS, CONSTRAINTS
from specbound.contract.shapes import is_null
from specbound.contract.values import kind as kind_of
from specbound.contract.values import same
from specbound.emit.fragments import Fragments
from specbound.emit.scalars import number, string
from specbound.emit.text import literal
from specbound.emit.unions import Unions


@dataclass(frozen=True, slots=True)
class Expression:
    """A type expression, and what it names of other schemas."""

    text: str
    names: frozenset[str] = frozenset()

    def within(self, form: str) -> Expression:
        """The expression inside another: ``list[{}]``."""
        return Expression(form.format(self.text), self.names)


ANY = Expression("Any")


@dataclass(slots=True)
class Annotations:
    """Makes type expressions for one contract's schemas."""

    schemas: Mapping[str, Any]
    fragments: Fragments
    classes: frozenset[str]
    members: Mapping[str, Mapping[str, str]]
    unions: Unions = field(init=False)

    def __post_init__(self) -> None:
        self.unions = Unions(self.schemas, self.classes, self.members)

    def of(self, schema: Any) -> Expression:
        """The expression for a schema: accepts exactly the JSON values that the schema accepts."""
        if not isinstance(schema, dict):
            return self._checked(ANY, False) if schema is False else ANY
        rules = {key: value for key, value in schema.items() if _says_something(key, value)}
        if not rules:
            return ANY
        if "$ref" in rules:
            return self._reference(rules)
        if "enum" in rules or "const" in rules:
            return self._values(rules)
        for keyword in ("oneOf", "anyOf"):
            if keyword in rules:
                return self._union(keyword, rules)
        if "allOf" in rules and "type" not in rules:
            return self._all_of(rules)
        kinds = rules.get("type")
        if isinstance(kinds, list):
            return self._kinds(kinds, rules)
        return self._checked(ANY, rules) if kinds is None else self._typed(str(kinds), rules)

    def _typed(self, kind: str, rules: Mapping[str, Any]) -> Expression:
        if kind == "string":
            text, rest = string(rules)
        elif kind in ("integer", "number"):
            text, rest = number(kind, rules)
        elif kind in ("boolean", "null"):
            text, rest = "Boolean" if kind == "boolean" else "None", _without(rules, "type")
        else:
            return self._array(rules) if kind == "array" else self._map(rules)
        return self._checked(Expression(text), _about(rest, kind))

    def _kinds(self, kinds: list[str], rules: Mapping[str, Any]) -> Expression:
        """One branch a kind; a number beside an integer says it all."""
        wanted = [kind for kind in kinds if not (kind == "integer" and "number" in kinds)]
        return joined(self.of({**rules, "type": kind}) for kind in wanted)

    def _reference(self, rules: Mapping[str, Any]) -> Expression:
        name = rules["$ref"].removeprefix(SCHEMAS)
        here = Expression(name, frozenset({name}))
        if name in self.classes:
            here = self._class(here, self.schemas[name])
        return self._checked(here, _without(rules, "$ref", "discriminator"))

    def _class(self, name: Expression, schema: Mapping[str, Any]) -> Expression:
        """A class, and what else its schema allows where that is not objects only."""
        if self.unions.kinds(schema) <= _OBJECT:
            return name
        kinds = schema.get("type")
        if isinstance(kinds, list):
            others = [kind for kind in kinds if kind != "object"]
            return joined([name, self._kinds(others, {**schema, "type": others})])
        rest = {key: schema[key] for key in schema if _says_something(key, schema[key])}
        rest = {key: rest[key] for key in rest if _kinds_of(key) != _OBJECT}
        return self._checked(name.within("Annotated[{}, ObjectsOnly()]"), rest)

    def _values(self, rules: Mapping[str, Any]) -> Expression:
        values = [rules["const"]] if "const" in rules else list(rules["enum"])
        if ("const" in rules and "enum" in rules) or not all(map(_is_plain, values)):
            loose = self.of(_without(rules, "enum", "const"))
            stated = {key: rules[key] for key in ("enum", "const") if key in rules}
            return self._checked(loose, stated)
        if "type" in rules:
            kinds = rules["type"] if isinstance(rules["type"], list) else [rules["type"]]
            values = [value for value in values if any(_is(value, kind) for kind in kinds)]
        rest = _without(rules, "enum", "const", "type")
        if not values:
            return self._checked(ANY, False)
        return self._checked(Expression(_listed(values)), rest)

    def _union(self, keyword: str, rules: Mapping[str, Any]) -> Expression:
        branches = rules[keyword]
        values = _constants(keyword, branches)
        if values is not None:
            return self._values({**_without(rules, keyword, "discriminator"), "enum": values})
        rest = _without(rules, keyword, "discriminator", "type")
        exclusive = keyword == "anyOf" or self.unions.apart(branches)
        parts = [self.of(branch) for branch in branches if not is_null(branch)]
        if len(parts) < len(branches):
            parts.append(Expression("None"))
        if rest or not self.unions.imply(rules.get("type"), branches):
            return self._checked(joined(parts), _without(rules, "discriminator"))
        if not exclusive:
            return self._checked(joined(parts), {"oneOf": branches})
        tag = self.unions.tag(rules, branches) if len(parts) > 1 else None
        if not tag:
            return joined(parts)
        return _tagged(parts, tag)

    def _all_of(self, rules: Mapping[str, Any]) -> Expression:
        parts = rules["allOf"]
        if len(parts) == 1 and len(rules) == 1:
            return self.of(parts[0])
        typed = [self.of(part) for part in parts]
        best = next(
            (one for one in typed if not one.text.startswith(("Any", "Annotated[Any,"))), ANY
        )
        said = [part for part, one in zip(parts, typed, strict=True) if one is not best]
        return self._checked(best, {**rules, "allOf": said} if said else _without(rules, "allOf"))

    def _array(self, rules: Mapping[str, Any]) -> Expression:
        item = ANY
        rest = _without(rules, "type", "items", "minItems", "maxItems")
        if "prefixItems" in rules:
            rest = _without(rules, "type", "minItems", "maxItems")
        elif "items" in rules:
            item = self.of(rules["items"])
        limits = [
            f"{name}={int(rules[keyword])}"
            for name, keyword in (("min_length", "minItems"), ("max_length", "maxItems"))
            if rules.get(keyword, 0) > 0 or (keyword == "maxItems" and keyword in rules)
        ]
        listed = item.within("list[{}]")
        if limits:
            listed = listed.within("Annotated[{}, Field(" + ", ".join(limits) + ")]")
        return self._checked(listed, _about(rest, "array"))

    def _map(self, rules: Mapping[str, Any]) -> Expression:
        """An object without declared members: a dict; what its keys and size must be is checked."""
        plain = not rules.get("patternProperties") and not rules.get("properties")
        extra = rules.get("additionalProperties", True)
        typed = plain and extra is not False
        value = self.of(extra) if typed else ANY
        used = ["type", "additionalProperties"] if typed else ["type"]
        key = Expression("str")
        names = rules.get("propertyNames")
        if isinstance(names, dict) and self.unions.lists_texts(names):
            key, used = self.of(names), [*used, "propertyNames"]
        text = Expression(f"dict[{key.text}, {value.text}]", key.names | value.names)
        return self._checked(text, _about(_without(rules, *used), "object"))

    def _checked(self, expression: Expression, rest: Any) -> Expression:
        if rest is not False and not rest:
            return expression
        text = f"Annotated[{expression.text}, {self.fragments.check(rest)}]"
        return Expression(text, expression.names)


def joined(parts: Iterable[Expression]) -> Expression:
    """A union of expressions, each named once; null comes last."""
    listed = list(parts)
    texts = sorted(dict.fromkeys(part.text for part in listed), key=lambda text: text == "None")
    names = frozenset(name for part in listed for name in part.names)
    return Expression("Any" if "Any" in texts else " | ".join(texts), names)


def _tagged(parts: list[Expression], tag: str) -> Expression:
    nulls = [part for part in parts if part.text == "None"]
    union = joined(part for part in parts if part.text != "None")
    if " | " in union.text:
        union = union.within(f"Annotated[{{}}, Field(discriminator={literal(tag)})]")
    return joined([union, *nulls])


def _without(rules: Mapping[str, Any], *keywords: str) -> dict[str, Any]:
    return {key: value for key, value in rules.items() if key not in keywords}


#: Keywords that can refuse a value; whatever else stands in a schema only describes it.
_ASSERTING = (frozenset(CONSTRAINTS) | frozenset(APPLICATORS) | {"$ref", "discriminator"}) - {
    "contentEncoding", "contentMediaType", "contentSchema", "$defs", "definitions",
}  # fmt: skip

_OBJECT = frozenset({"object"})
_ARRAY = frozenset({"array"})

#: The kinds of which keywords speak that are no constraints of their own.
_SPOKEN = {
    "properties": _OBJECT,
    "patternProperties": _OBJECT,
    "dependentSchemas": _OBJECT,
    "discriminator": _OBJECT,
    "prefixItems": _ARRAY,
}


def _says_something(keyword: str, value: Any) -> bool:
    if keyword == "x-specbound":
        return isinstance(value, dict) and "length-unit" in value
    return keyword in _ASSERTING


def _kinds_of(keyword: str) -> frozenset[str] | None:
    """The kinds of values of which a keyword says anything; None for all."""
    rule = CONSTRAINTS.get(keyword)
    return rule.kinds if rule and keyword != "discriminator" else _SPOKEN.get(keyword)


def _about(rules: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """Those keywords that say anything about values of a kind; others ignore it."""
    one = "number" if kind == "integer" else kind
    return {
        key: value
        for key, value in rules.items()
        if key not in ("x-specbound", "discriminator") and _speaks_of(key, one)
    }


def _speaks_of(keyword: str, kind: str) -> bool:
    kinds = _kinds_of(keyword)
    return True if kinds is None else kind in kinds


def _is(value: Any, kind: str) -> bool:
    """Whether a plain value is of a JSON Schema type."""
    return kind_of(value) == ("number" if kind == "integer" else kind)


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, str | bool | int)


def _listed(values: list[Any]) -> str:
    """Values as a Literal; numbers and booleans are compared as JSON compares them."""
    if values == [None]:
        return "None"
    text = f"Literal[{', '.join(map(literal, values))}]"
    exact = all(value is None or isinstance(value, str) for value in values)
    return text if exact else f"Annotated[{text}, scalars.NumberLiteral()]"


def _constants(keyword: str, branches: list[Any]) -> list[Any] | None:
    """The values that a union of constants allows; None where a branch is anything else."""
    groups: list[list[Any]] = []
    for branch in branches:
        if not isinstance(branch, dict) or ("const" in branch) == ("enum" in branch):
            return None
        if any(_says_something(key, branch[key]) for key in branch if key not in ("const", "enum")):
            return None
        groups.append([branch["const"]] if "const" in branch else branch["enum"])
    values = [value for group in groups for value in group]
    if not all(map(_is_plain, values)):
        return None
    if keyword == "anyOf":
        return values
    return [value for value in values if sum(any(same(value, o) for o in g) for g in groups) == 1]
