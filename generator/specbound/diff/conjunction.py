"""Schemas to shapes, however they are written: references followed, `allOf` merged, null set apart.

Knows the ways in which JSON Schema can write one thing. It must not know that there is another
document to compare with.
"""

from __future__ import annotations

from typing import Any

from specbound.contract.rules import CONSTRAINTS
from specbound.contract.values import key, kind
from specbound.diff.choices import choose, union, within
from specbound.diff.shape import Limit, Parts, Shape, below, matches, trivial
from specbound.diff.site import Document, Sited
from specbound.origin import pointer

#: Annotations that a client acts on.
NOTED = ("default", "deprecated", "readOnly", "writeOnly")

#: Keywords whose one subschema every part of a conjunction adds to.
_SUBSCHEMAS = (
    *("items", "contains", "propertyNames", "contentSchema"),
    *("unevaluatedItems", "unevaluatedProperties", "not"),
)

#: Limits that allow everything.
_NOTHING: dict[str, tuple[Any, ...]] = {
    **dict.fromkeys(("minLength", "minItems", "minProperties"), (0,)),
    "uniqueItems": (False,),
    "pattern": ("", ".*", "^", "^.*", ".*$", "^[\\s\\S]*$"),
}

#: What of two limits a value has to keep.
_TIGHTER = {
    **dict.fromkeys(("minLength", "minItems", "minProperties", "minContains"), max),
    **dict.fromkeys(("minimum", "exclusiveMinimum"), max),
    **dict.fromkeys(("maxLength", "maxItems", "maxProperties", "maxContains"), min),
    **dict.fromkeys(("maximum", "exclusiveMaximum"), min),
}


def shape(document: Document, parts: Parts) -> Shape:
    """Take schemas that all have to hold together as one."""
    gathering = _Gathering(document, Shape(within(document, parts[0]).pointer if parts else ""))
    for part in parts:
        gathering.add(part, False)
    return gathering.finish()


class _Gathering:
    """Brings the parts of one schema together."""

    def __init__(self, document: Document, made: Shape) -> None:
        self._document = document
        self._made = made
        self._seen: set[str] = set()
        self._closings: list[tuple[dict[str, Any], Sited]] = []

    def add(self, part: Sited, null: bool) -> None:
        """Take in one part; `null` says that it stands in a union with null."""
        schema = part.schema
        if not isinstance(schema, dict):
            self._made.nothing |= schema is False
            return
        target = self._document.target(schema["$ref"]) if "$ref" in schema else None
        if target is not None and target.pointer not in self._seen:
            self._seen.add(target.pointer)
            self.add(target._replace(bare=part.bare), null)
        for index in range(len(schema.get("allOf", ()))):
            self.add(below(part, "allOf", index)._replace(bare=part.bare), null)
        for keyword in ("oneOf", "anyOf"):
            if schema.get(keyword):
                self._union(part, keyword, null)
        self._typed(part, null)
        self._limited(part)
        self._structured(part)
        for keyword in NOTED:
            if keyword in schema:
                self._made.notes.setdefault(keyword, _limit(part, keyword))

    def _union(self, part: Sited, keyword: str, null: bool) -> None:
        choice = choose(self._document, part, keyword)
        with_null = null or choice.null
        if len(choice.branches) == 1:
            self.add(choice.branches[0]._replace(bare=part.bare), with_null)
        elif choice.plain is not None:
            where = Sited(part.pointer, choice.plain)
            self._typed(where, with_null, part.pointer + pointer((keyword,)))
        elif not part.bare:
            self._made.unions.append(union(self._document, part, choice, with_null))

    def _typed(self, part: Sited, null: bool, at: str = "") -> None:
        schema, made = part.schema, self._made
        if "type" in schema:
            names = schema["type"]
            types = frozenset([names] if isinstance(names, str) else names)
            types |= {"integer"} if "number" in types else set()
            types |= {"null"} if null else set()
            made.types = types if made.types is None else made.types & types
            made.types_at = made.types_at or at or f"{part.pointer}/type"
        keyword = "const" if "const" in schema else "enum"
        if keyword in schema:
            values = [schema["const"]] if keyword == "const" else list(schema["enum"])
            values += [None] if null and None not in values else []
            if made.values is not None:
                allowed = {key(value) for value in made.values.value}
                values = [value for value in values if key(value) in allowed]
            made.values = Limit(values, at or f"{part.pointer}/{keyword}")

    def _limited(self, part: Sited) -> None:
        limits = self._made.limits
        for keyword, value in part.schema.items():
            if keyword not in _LIMITS or value in _NOTHING.get(keyword, ()):
                continue
            known = limits.get(keyword)
            tighter = _TIGHTER.get(keyword)
            if known is not None and tighter is None:
                limits[keyword] = Limit(_both(known.value, value), known.pointer)
            elif known is None or (tighter and tighter(known.value, value) == value):
                limits[keyword] = _limit(part, keyword)

    def _structured(self, part: Sited) -> None:
        schema, made = part.schema, self._made
        for name in schema.get("required", ()):
            made.required.setdefault(name, f"{part.pointer}/required")
        for keyword, held in (
            ("properties", made.members),
            ("patternProperties", made.patterned),
            ("dependentSchemas", made.dependent),
        ):
            for name in schema.get(keyword, ()):
                child = below(part, keyword, name)
                child = child if held is made.members else within(self._document, child)
                held[name] = (*held.get(name, ()), child)
        for index in range(len(schema.get("prefixItems", ()))):
            made.prefix = (*made.prefix, within(self._document, below(part, "prefixItems", index)))
        if "additionalProperties" in schema:
            closing = within(self._document, below(part, "additionalProperties"))
            self._closings.append((schema, closing))
        for keyword in _SUBSCHEMAS:
            if keyword in schema:
                held = made.subschemas
                child = within(self._document, below(part, keyword))
                held[keyword] = (*held.get(keyword, ()), child)
        if "if" in schema and ("then" in schema or "else" in schema):
            made.conditions.append(part)

    def finish(self) -> Shape:
        """Settle what the parts say about each other's members, and drop what says nothing."""
        made = self._made
        for owner, closing in self._closings:
            if trivial([closing]):
                continue
            made.others = (*made.others, closing)
            for name in made.members:
                declared = name in owner.get("properties", ())
                if not declared and not any(
                    matches(p, name) for p in owner.get("patternProperties", ())
                ):
                    made.members[name] = (*made.members[name], closing)
        for name, parts in list(made.members.items()):
            if any(within(self._document, part).schema is False for part in parts):
                del made.members[name]
        for keyword in [
            k for k, parts in made.subschemas.items() if k != "contains" and trivial(parts)
        ]:
            del made.subschemas[keyword]
        if made.values is not None and made.types is not None:
            fitting = [v for v in made.values.value if made.types & _types_of(v)]
            made.values = made.values._replace(value=fitting)
        _whole_numbers(made)
        return made


#: Keywords whose limits are compared as they stand; the rest is structure.
_LIMITS = frozenset(CONSTRAINTS) - {
    *("type", "enum", "const", "required", "additionalProperties", "discriminator"),
    *("anyOf", "oneOf", "allOf", "not", "if", *_SUBSCHEMAS),
}


def _limit(part: Sited, keyword: str) -> Limit:
    return Limit(part.schema[keyword], part.pointer + pointer((keyword,)))


def _both(one: Any, other: Any) -> Any:
    """Two limits of a keyword that hold together, as one value that any order gives."""
    if isinstance(one, str) and isinstance(other, str):
        return " and ".join(sorted({*one.split(" and "), other}))
    if isinstance(one, dict) and isinstance(other, dict):
        return {
            name: sorted({*one.get(name, ()), *other.get(name, ())}) for name in {**one, **other}
        }
    return other if isinstance(one, bool) and other else one


def _types_of(value: Any) -> set[str]:
    return {"number", "integer"} if kind(value) == "number" else {kind(value)}


def _whole_numbers(made: Shape) -> None:
    """Write the open bounds of integers as closed ones, and keep the tighter of two bounds."""
    for closed, opened, step in (
        ("minimum", "exclusiveMinimum", 1),
        ("maximum", "exclusiveMaximum", -1),
    ):
        limit = made.limits.get(opened)
        if limit is None or not isinstance(limit.value, int | float):
            continue
        whole = (
            made.types is not None
            and "number" not in made.types
            and limit.value == int(limit.value)
        )
        bound = limit.value + step if whole else limit.value
        known = made.limits.get(closed)
        if known is not None and _TIGHTER[closed](known.value, bound) == known.value != bound:
            del made.limits[opened]
        elif whole:
            del made.limits[opened]
            made.limits[closed] = Limit(bound, limit.pointer)
        elif known is not None:
            del made.limits[closed]
