"""JSON Schema to Python type expressions: a type where Python has one, a check for the rest.

Knows which keywords a type expresses exactly. It must not know where expressions are written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from specbound.contract.model import SCHEMAS
from specbound.contract.rules import APPLICATORS, CONSTRAINTS
from specbound.contract.shapes import is_null
from specbound.emit.fragments import Fragments
from specbound.emit.scalars import number, string
from specbound.emit.text import literal
from specbound.emit.unions import Unions


@dataclass(frozen=True, slots=True)
class Expression:
    """A type expression; what it names of other schemas, and whether it uses a `Check`."""

    text: str
    names: frozenset[str] = frozenset()

    def within(self, form: str) -> Expression:
        """The expression inside another: ``list[{}]``."""
        return Expression(form.format(self.text), self.names)


@dataclass(slots=True)
class Annotations:
    """Makes type expressions for one contract's schemas."""

    schemas: Mapping[str, Any]
    fragments: Fragments
    classes: frozenset[str]
    members: Mapping[str, Mapping[str, str]]

    @property
    def unions(self) -> Unions:
        """How the branches of unions over these schemas are told apart."""
        return Unions(self.schemas, self.classes, self.members)

    def of(self, schema: Any) -> Expression:
        """The expression for a schema: accepts exactly the JSON values that the schema accepts."""
        if schema is True or schema == {}:
            return Expression("Any")
        if schema is False:
            return self._checked(Expression("Any"), False)
        rules = {key: value for key, value in schema.items() if _says_something(key)}
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
        if kinds is None:
            return self._checked(Expression("Any"), rules) if rules else Expression("Any")
        return self._typed(str(kinds), rules)

    def _typed(self, kind: str, rules: Mapping[str, Any]) -> Expression:
        if kind == "string":
            text, rest = string(rules)
        elif kind in ("integer", "number"):
            text, rest = number(kind, rules)
        elif kind == "boolean":
            text, rest = "Boolean", _without(rules, "type")
        elif kind == "null":
            text, rest = "None", _without(rules, "type")
        elif kind == "array":
            return self._array(rules)
        else:
            return self._map(rules)
        rest = {key: rest[key] for key in rest if _speaks_of(key, kind)}
        return self._checked(Expression(text), rest)

    def _kinds(self, kinds: list[str], rules: Mapping[str, Any]) -> Expression:
        """One branch a kind; a number beside an integer says it all."""
        wanted = [kind for kind in kinds if not (kind == "integer" and "number" in kinds)]
        parts = [self.of({**rules, "type": kind}) for kind in wanted]
        return _joined(parts)

    def _reference(self, rules: Mapping[str, Any]) -> Expression:
        name = rules["$ref"].removeprefix(SCHEMAS)
        text = name
        schema = self.schemas.get(name)
        if name in self.classes and isinstance(schema, dict):
            kinds = schema.get("type")
            if kinds is None and not is_object_only(schema):
                text = f"Annotated[{name}, ObjectsOnly()]"
            elif isinstance(kinds, list):
                rest = [kind for kind in kinds if kind != "object"]
                more = self._kinds(rest, {"type": rest}) if rest else Expression("")
                text = " | ".join(filter(None, [name, more.text]))
        here = Expression(text, frozenset({name}))
        rest = _without(rules, "$ref")
        return self._checked(here, rest) if rest else here

    def _values(self, rules: Mapping[str, Any]) -> Expression:
        values = [rules["const"]] if "const" in rules else list(rules["enum"])
        plain = all(value is None or isinstance(value, str | bool | int) for value in values)
        rest = _without(rules, "enum", "const", "type")
        if "type" in rules:
            kinds = rules["type"] if isinstance(rules["type"], list) else [rules["type"]]
            values = [value for value in values if any(_is(value, kind) for kind in kinds)]
        if not plain or not values or ("const" in rules and "enum" in rules):
            return self._checked(Expression("Any"), rules)
        shown = f"Literal[{', '.join(map(literal, values))}]" if values != [None] else "None"
        if any(isinstance(value, int) and not isinstance(value, bool) for value in values):
            shown = f"Annotated[{shown}, scalars.NumberLiteral()]"
        return self._checked(Expression(shown), rest)

    def _union(self, keyword: str, rules: Mapping[str, Any]) -> Expression:
        branches = rules[keyword]
        rest = _without(rules, keyword, "discriminator", "type")
        if rest or not self._kind_is_implied(rules.get("type"), branches):
            return self._checked(self._likely(branches), {**rules, "discriminator": None})
        nulls = [branch for branch in branches if is_null(branch)]
        parts = [self.of(branch) for branch in branches if not is_null(branch)]
        tag = self.unions.tag(rules, branches) if len(parts) > 1 else None
        union = _joined(parts)
        if tag:
            union = union.within(f"Annotated[{{}}, Field(discriminator={literal(tag)})]")
        elif keyword == "oneOf" and not self.unions.apart(branches):
            union = self._checked(union, {"oneOf": branches})
        return _joined([union, Expression("None")]) if nulls and parts else union

    def _likely(self, branches: list[Any]) -> Expression:
        return _joined([self.of(branch) for branch in branches])

    def _kind_is_implied(self, kind: Any, branches: list[Any]) -> bool:
        return kind is None or all(
            kind == (self.unions.resolved(branch).get("type")) for branch in branches
        )

    def _all_of(self, rules: Mapping[str, Any]) -> Expression:
        parts = rules["allOf"]
        rest = _without(rules, "allOf")
        if len(parts) == 1 and not rest:
            return self.of(parts[0])
        references = [part for part in parts if isinstance(part, dict) and "$ref" in part]
        if len(references) == 1 and all(isinstance(part, dict) for part in parts):
            more = [part for part in parts if part not in references]
            first = self.of(references[0])
            return self._checked(first, rules) if more or rest else first
        return self._checked(Expression("Any"), rules)

    def _array(self, rules: Mapping[str, Any]) -> Expression:
        item = Expression("Any")
        rest = _without(rules, "type", "items", "minItems", "maxItems")
        if "prefixItems" in rules:
            rest = _without(rules, "type")
        elif "items" in rules:
            item = self.of(rules["items"])
        limits = [
            f"{name}={rules[keyword]:.0f}"
            for name, keyword in (("min_length", "minItems"), ("max_length", "maxItems"))
            if keyword in rules and "prefixItems" not in rules
        ]
        listed = item.within("list[{}]")
        if limits:
            listed = listed.within("Annotated[{}, Field(" + ", ".join(limits) + ")]")
        return self._checked(listed, {key: rest[key] for key in rest if _speaks_of(key, "array")})

    def _map(self, rules: Mapping[str, Any]) -> Expression:
        """An object without declared members: a dict; what its keys and size must be is checked."""
        plain = not rules.get("patternProperties") and not rules.get("properties")
        value = self.of(rules.get("additionalProperties", True)) if plain else Expression("Any")
        used = ["type", "additionalProperties"] if plain else ["type"]
        key = Expression("str")
        names = rules.get("propertyNames")
        if isinstance(names, dict) and self._is_enum(names):
            key, used = self.of(names), [*used, "propertyNames"]
        rest = _without(rules, *used)
        if rules.get("additionalProperties") is False and plain:
            value, rest = Expression("Any"), {**rest, "additionalProperties": False}
        text = Expression(f"dict[{key.text}, {value.text}]", key.names | value.names)
        return self._checked(text, {key: rest[key] for key in rest if _speaks_of(key, "object")})

    def _is_enum(self, node: dict[str, Any]) -> bool:
        values = self.unions.resolved(node).get("enum")
        return bool(values) and all(isinstance(value, str) for value in values)

    def _checked(self, expression: Expression, rest: Any) -> Expression:
        """The expression with a check of what it does not say; nothing is dropped in silence."""
        if rest is False or rest:
            check = self.fragments.check(rest)
            return expression.within("Annotated[{}, " + check.replace("{", "{{").replace("}", "}}") + "]")
        return expression


def is_object_only(schema: Mapping[str, Any]) -> bool:
    """Whether an untyped schema still allows objects only, through the parts of its allOf."""
    parts = [part for part in schema.get("allOf", ()) if isinstance(part, dict)]
    return any(part.get("type") == "object" for part in parts)


def _joined(parts: Iterable[Expression]) -> Expression:
    """A union of expressions, each named once."""
    listed = list(parts)
    texts = list(dict.fromkeys(part.text for part in listed))
    names = frozenset(name for part in listed for name in part.names)
    return Expression("Any" if "Any" in texts else " | ".join(texts), names)


def _without(rules: Mapping[str, Any], *keywords: str) -> dict[str, Any]:
    return {key: value for key, value in rules.items() if key not in keywords}


#: Keywords that can refuse a value; whatever else stands in a schema only describes it.
_ASSERTING = (frozenset(CONSTRAINTS) | frozenset(APPLICATORS) | {"$ref"}) - {
    "contentEncoding", "contentMediaType", "contentSchema", "discriminator", "$defs", "definitions",
}


def _says_something(keyword: str) -> bool:
    return keyword in _ASSERTING or keyword in ("discriminator", "x-specbound")


def _speaks_of(keyword: str, kind: str) -> bool:
    """Whether a keyword says anything about values of a kind; others ignore it."""
    rule = CONSTRAINTS.get(keyword)
    if keyword == "x-specbound":
        return False
    return rule is None or ("number" if kind == "integer" else kind) in rule.kinds


def _is(value: Any, kind: str) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    if kind == "integer":
        return isinstance(value, int)
    classes: dict[str, Any] = {"string": str, "number": (int, float), "null": type(None)}
    return isinstance(value, classes.get(kind, ())) or kind in ("object", "array")
