"""Two schemas compared: what differs here, and which pairs of schemas below are to be compared.

Knows which keyword is compared by which rule. It must not know operations, nor what breaks.
"""

from __future__ import annotations

from collections.abc import Iterator

from specbound.contract.values import literal
from specbound.diff.branches import unions
from specbound.diff.constraints import kebab, limits, values
from specbound.diff.found import NAMES, Below, Compared, Found, Node, Said
from specbound.diff.members import members
from specbound.diff.scope import Scope
from specbound.diff.severity import NARROWER, NEITHER, UNKNOWN, WIDER, Effect
from specbound.diff.shape import Parts, trivial
from specbound.diff.site import Sited
from specbound.diff.types import common, types
from specbound.origin import pointer

Piece = Found | Below

#: Keywords with one subschema: the step down to a value of theirs, and what they speak about.
_SUBSCHEMAS = {
    "propertyNames": (NAMES, "object", "the names of its members"),
    "unevaluatedProperties": ("/*", "object", "other members"),
    "unevaluatedItems": ("/*", "array", "other items"),
    "contentSchema": ("", "string", "the content of the text"),
}


def compare(scope: Scope) -> Compared:
    """Compare two nodes without looking below them."""
    pieces = list(_pieces(scope))
    found = tuple(piece for piece in pieces if isinstance(piece, Found))
    return Compared(found, tuple(piece for piece in pieces if isinstance(piece, Below)))


def _pieces(scope: Scope) -> Iterator[Piece]:
    old, new = scope.old, scope.new
    yield from _notes(scope)
    if old.nothing or new.nothing:
        yield from _nothing(scope)
        return
    apart = yield from unions(scope)
    if apart:
        return
    text = scope.old_node.text and scope.new_node.text
    yield from types(old, new, text)
    kinds = common(old, new, text)
    if not kinds:
        return
    yield from values(old, new)
    if old.values is None or new.values is None:
        yield from limits(old, new, kinds)
    if "object" in kinds:
        yield from members(scope)
        yield from _others(scope)
        yield from _named(scope)
    if "array" in kinds:
        yield from _items(scope)
        yield from _contained(scope)
    for keyword, (step, kind, words) in _SUBSCHEMAS.items():
        if kind in kinds:
            before, after = old.subschemas.get(keyword, ()), new.subschemas.get(keyword, ())
            yield from _subschema(scope, (keyword, step, words), before, after)
    yield from _negated(scope)
    yield from _conditions(scope)


def _nothing(scope: Scope) -> Iterator[Found]:
    if scope.old.nothing != scope.new.nothing:
        effect = NARROWER if scope.new.nothing else WIDER
        says = "takes nothing any more" if scope.new.nothing else "takes values now"
        places = (scope.old.pointer, scope.new.pointer)
        yield Found(f"schema-{effect.word}", effect, says, "", None, None, *places)


def _notes(scope: Scope) -> Iterator[Found]:
    places = (scope.old.pointer, scope.new.pointer)
    before, after = scope.old.noted("deprecated") is True, scope.new.noted("deprecated") is True
    if before != after:
        says = "is deprecated" if after else "is no longer deprecated"
        code = "deprecated" if after else "reinstated"
        yield Found(code, NEITHER, says, "", before, after, *places)
    one, other = scope.old.notes.get("default"), scope.new.notes.get("default")
    if one == other or (one and other and one.value == other.value):
        return
    if one and other:
        says = f"has another default: {literal(other.value)}, was {literal(one.value)}"
        effect = Effect(None, False)
        where = (one.value, other.value, one.pointer, other.pointer)
        yield Found("default-changed", effect, says, "", *where)
    elif other:
        where = (None, other.value, scope.old.pointer, other.pointer)
        says = f"has a default: {literal(other.value)}"
        yield Found("default-added", NEITHER, says, "", *where)
    elif one:
        where = (one.value, None, one.pointer, scope.new.pointer)
        says = f"has no default any more: {literal(one.value)}"
        yield Found("default-removed", NEITHER, says, "", *where)


def _node(scope: Scope, parts: Parts, text: bool = False) -> Node:
    return Node(parts, text=text and scope.old_node.text and scope.new_node.text)


def _subschema(
    scope: Scope, how: tuple[str, str, str], before: Parts, after: Parts
) -> Iterator[Piece]:
    """A keyword that has come, has gone, or is to be looked into."""
    keyword, step, words = how
    if before and after:
        yield Below(step, _node(scope, before, True), _node(scope, after, True))
        return
    if not before and not after:
        return
    come = bool(after)
    where = (
        before[0].pointer if before else scope.old.pointer,
        after[0].pointer if after else scope.new.pointer,
    )
    limited = [part.schema for part in before or after]
    if limited == [False]:
        says = f"allows no {words} any more" if come else f"now allows {words}"
    else:
        says = f"now says what {words} may be" if come else f"no longer says what {words} may be"
    limit = limited[0] if len(limited) == 1 else limited
    said: Said = (None, limit, *where) if come else (limit, None, *where)
    effect, word = (NARROWER, "added") if come else (WIDER, "removed")
    yield Found(f"{kebab(keyword)}-{word}", effect, says, "", *said)


def _others(scope: Scope) -> Iterator[Piece]:
    before, after = scope.old.others, scope.new.others
    how = ("additionalProperties", "/*", "other members")
    shut, closed = (any(part.schema is False for part in some) for some in (before, after))
    if shut != closed and before and after:
        effect = NARROWER if closed else WIDER
        says = "allows no other members any more" if closed else "now allows other members"
        one, other = before[0], after[0]
        said: Said = (one.schema, other.schema, one.pointer, other.pointer)
        yield Found(f"additional-properties-{effect.word}", effect, says, "", *said)
    elif not (shut and closed):
        yield from _subschema(scope, how, before, after)


def _named(scope: Scope) -> Iterator[Piece]:
    """`patternProperties` and `dependentSchemas`, entry by entry."""
    for keyword, old, new in (
        ("patternProperties", scope.old.patterned, scope.new.patterned),
        ("dependentSchemas", scope.old.dependent, scope.new.dependent),
    ):
        for name in sorted({*old, *new}):
            words = (
                f"members like {name}"
                if keyword == "patternProperties"
                else (f"an object with `{name}`")
            )
            step = pointer((name,)) if keyword == "patternProperties" else ""
            before = tuple(part for part in old.get(name, ()) if not trivial([part]))
            after = tuple(part for part in new.get(name, ()) if not trivial([part]))
            yield from _subschema(scope, (keyword, step, words), before, after)


def _items(scope: Scope) -> Iterator[Piece]:
    """Every position: `prefixItems` where a side has one, else `items`."""
    old, new = scope.old, scope.new
    rest = (old.subschemas.get("items", ()), new.subschemas.get("items", ()))
    for index in range(max(len(old.prefix), len(new.prefix))):
        before = old.prefix[index : index + 1] or rest[0]
        after = new.prefix[index : index + 1] or rest[1]
        yield from _subschema(
            scope, ("prefixItems", f"/{index}", f"item {index}"), _real(before), _real(after)
        )
    yield from _subschema(scope, ("items", "/*", "its items"), *rest)


def _real(parts: Parts) -> Parts:
    return () if trivial(parts) else parts


def _contained(scope: Scope) -> Iterator[Piece]:
    before, after = (side.subschemas.get("contains", ()) for side in (scope.old, scope.new))
    if before and after and {"maxContains"} & {*scope.old.limits, *scope.new.limits}:
        if not scope.alike(before, after):
            says = "counts other items; whether that allows more or less cannot be decided"
            where = (before[0].schema, after[0].schema, before[0].pointer, after[0].pointer)
            yield Found("contains-changed", UNKNOWN, says, "", *where)
        return
    yield from _subschema(scope, ("contains", "/*", "one of its items"), before, after)


def _negated(scope: Scope) -> Iterator[Piece]:
    before, after = (side.subschemas.get("not", ()) for side in (scope.old, scope.new))
    if before and after and len(before) == len(after) == 1:
        yield Below("", Node(before), Node(after), inverted=True)
    else:
        yield from _subschema(scope, ("not", "", "it must not be"), before, after)


def _conditions(scope: Scope) -> Iterator[Piece]:
    """`if`, `then` and `else`: comparable only under the same condition."""
    old, new = scope.old.conditions, scope.new.conditions
    for before, after in zip(old, new, strict=False):
        if not scope.alike((_step(before, "if"),), (_step(after, "if"),)):
            says = "has another condition; whether that allows more or less cannot be decided"
            where = (before.schema["if"], after.schema["if"], before.pointer, after.pointer)
            yield Found("if-changed", UNKNOWN, says, "", *where)
        for keyword in ("then", "else"):
            one, other = _branch(before, keyword), _branch(after, keyword)
            yield from _subschema(scope, (keyword, "", "a value under a condition"), one, other)
    for part in old[len(new) :]:
        says = "is no longer subject to a condition"
        where = (part.schema["if"], None, part.pointer, scope.new.pointer)
        yield Found("if-removed", WIDER, says, "", *where)
    for part in new[len(old) :]:
        says = "is now subject to a condition"
        where = (None, part.schema["if"], scope.old.pointer, part.pointer)
        yield Found("if-added", NARROWER, says, "", *where)


def _branch(part: Sited, keyword: str) -> Parts:
    return _real((_step(part, keyword),)) if keyword in part.schema else ()


def _step(part: Sited, keyword: str) -> Sited:
    return Sited(f"{part.pointer}/{keyword}", part.schema[keyword])
