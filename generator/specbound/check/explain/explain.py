"""Why a value does not fit its schema: each cause once, in the branch that was meant.

Knows JSON Schema 2020-12 by keyword, and in which order causes hide what they bring with them. It
must not know exchanges, nor how findings are shown.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from specbound.check.explain.branches import contained, excluded, mended, union
from specbound.check.explain.objects import (
    additional_properties,
    dependent_required,
    items,
    pattern_properties,
    prefix_items,
    properties,
    property_names,
    required,
    unevaluated,
)
from specbound.check.explain.phrases import joined, name_of, sent, subject
from specbound.check.explain.reasons import Case, Said, reason
from specbound.check.explain.siblings import others
from specbound.check.explain.walk import Draft, Here, Spot, Walk, keyword_at
from specbound.check.finding import Fault
from specbound.check.schema.asserts import asserts
from specbound.check.schema.judge import Judge, is_plain
from specbound.check.schema.lookup import Direction, Lookup, Place, lookup_of
from specbound.contract.load import Contract, deep_recursion
from specbound.contract.model import Schema
from specbound.contract.rules import APPLICATORS
from specbound.origin import pointer, tokens
from specbound.runtime.words import kebab

__all__ = ["causes", "explain", "source"]


def explain(
    contract: Contract, schema: Schema, at: str, value: Any, direction: Direction
) -> list[Fault]:
    """All causes for which a value does not fit; empty exactly if it fits.

    `schema` stands at the pointer `at` of `contract.document()`. In requests no `readOnly` member
    is required, in responses no `writeOnly` one. Formats are asserted; a pattern that no engine
    takes asserts nothing.
    """
    return causes(Judge(lookup_of(contract), direction, not is_plain(value)), schema, at, value)


def causes(judge: Judge, schema: Schema, at: str, value: Any) -> list[Fault]:
    """The same, by a judge of the value who may know something of it already."""
    place = Place(judge.lookup.remember(("kept", id(schema)), lambda: schema), at, at)
    with deep_recursion():
        try:
            return _walked(judge, place, value)
        except RecursionError:
            return [Fault("too-deep", "the value is nested too deeply to be judged", "", at)]


def _walked(judge: Judge, place: Place, value: Any) -> list[Fault]:
    if judge.fits(place.schema, value):
        return []
    walk = Walk(judge, _explain)
    walk.look(place, Spot(Here(value, (), None, place)))
    _remember(judge.lookup, place.at, walk)
    found = walk.faults(place)
    if not found and not judge.exact:
        # What only a compiled validator refuses is read again without them.
        return _walked(Judge(judge.lookup, judge.direction, exact=True), place, value)
    return found or [_unexplained(place.at)]


def source(contract: Contract, at: str, fault: Fault) -> str:
    """The pointer in the source at which the rule of an explained fault stands.

    A shape that the source repeats is one schema of the contract, so `Contract.origin` can only
    lead to the first place; this leads to the one that was meant, for `Contract.locate`. `at` is
    what `explain` was given.
    """
    steps = ["[]" if step.isdecimal() else step for step in tokens(fault.pointer)]
    known = lookup_of(contract).memory.get((_SOURCES, at), {})
    found = known.get((pointer(steps), fault.schema, fault.variant))
    return found or contract.origin(fault.schema).pointer


#: So many causes are remembered at one place.
_MOST_SOURCES = 10_000
_SOURCES = "sources"


def _remember(lookup: Lookup, at: str, walk: Walk) -> None:
    known = lookup.remember((_SOURCES, at), dict)
    if len(known) > _MOST_SOURCES:
        known.clear()
    known.update(walk.sources)


def _unexplained(at: str) -> Fault:
    return Fault("schema", "the value does not fit its schema", "", at)


def _explain(walk: Walk, place: Place, spot: Spot) -> None:
    schema = place.schema
    if schema is False:
        _forbidden(walk, place, spot)
        return
    if not schema.keys().isdisjoint(_ASSERTIONS) and _assertions(walk, place, spot):
        return
    for keyword, explainer in _EXPLAINERS.items():
        if keyword in schema:
            explainer(walk, place, spot)


def _forbidden(walk: Walk, place: Place, spot: Spot) -> None:
    """A schema that takes nothing; the code is that of the keyword under which it stands."""
    if walk.is_full():
        return
    above = [step for step in tokens(place.at) if step in APPLICATORS]
    code = kebab(above[-1]) if above else "false"
    what = sent(spot.value, name_of(spot.path))
    words = f"{subject(spot.path)} is {what}, but nothing is allowed here"
    if spot.path and isinstance(spot.path[-1], str):
        words = f"{subject(spot.path)} must not be there"
    walk.add(spot, Draft(code, place, Said(words, "nothing")))


# --- assertions -----------------------------------------------------------------------------------

#: What hides all the rest, and what a fault in the first hides.
_FIRST = ("type", "const", "enum")
_OTHERS = (
    *("maxLength", "minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum", "multipleOf"),
    *("minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties"),
)
_TEXT = ("format", "pattern", "minLength")
_ASSERTIONS = frozenset((*_FIRST, *_OTHERS, *_TEXT))


def _assertions(walk: Walk, place: Place, spot: Spot) -> bool:
    """Tell the assertions that are broken; whether that explains the value as a whole."""
    schema = place.schema
    for keyword in _FIRST:
        if keyword in schema and _is_broken(place, spot, keyword):
            _tell(walk, place, spot, keyword)
            return True
    for keyword in _OTHERS:
        if keyword in schema and _is_broken(place, spot, keyword):
            _tell(walk, place, spot, keyword)
    if isinstance(spot.value, str):
        _text(walk, place, spot)
    return False


def _text(walk: Walk, place: Place, spot: Spot) -> None:
    """What is wrong with a text: an empty one is too short, one of another form nothing else."""
    order = _TEXT if spot.value else reversed(_TEXT)
    for keyword in order:
        if _is_broken(place, spot, keyword):
            _tell(walk, place, spot, keyword)
            return


def _is_broken(place: Place, spot: Spot, keyword: str) -> bool:
    schema = place.schema
    return keyword in schema and not asserts(keyword, schema[keyword], schema, spot.value)


def _tell(walk: Walk, place: Place, spot: Spot, keyword: str) -> None:
    if walk.is_full():
        return
    said = reason(Case(keyword, place.schema, spot.value, spot.path, spot.variant))
    elsewhere = others(walk.judge, spot.taken, spot.path, spot.value)
    nearby = said.help or mended(walk, spot)
    code, rule = keyword_at(place, keyword)
    walk.add(spot, Draft(code, rule, Said(said.message, said.allowed, joined(nearby, elsewhere))))


# --- applicators ----------------------------------------------------------------------------------


def _ref(walk: Walk, place: Place, spot: Spot) -> None:
    walk.look(walk.judge.lookup.follow(place), spot)


def _all_of(walk: Walk, place: Place, spot: Spot) -> None:
    for index in range(len(place.schema["allOf"])):
        walk.look(place.child("allOf", index), spot)


def _if(walk: Walk, place: Place, spot: Spot) -> None:
    chosen = "then" if walk.judge.fits(place.schema["if"], spot.value) else "else"
    if chosen in place.schema:
        walk.look(place.child(chosen), spot)


def _not(walk: Walk, place: Place, spot: Spot) -> None:
    if walk.judge.fits(place.schema["not"], spot.value):
        excluded(walk, place, spot)


def _dependent_schemas(walk: Walk, place: Place, spot: Spot) -> None:
    if isinstance(spot.value, dict):
        for name in place.schema["dependentSchemas"]:
            if name in spot.value:
                walk.look(place.child("dependentSchemas", name), spot)


_EXPLAINERS: dict[str, Callable[[Walk, Place, Spot], None]] = {
    "required": required,
    "dependentRequired": dependent_required,
    "properties": properties,
    "patternProperties": pattern_properties,
    "additionalProperties": additional_properties,
    "propertyNames": property_names,
    "prefixItems": prefix_items,
    "items": items,
    "contains": contained,
    "$ref": _ref,
    "allOf": _all_of,
    "oneOf": lambda walk, place, spot: union(walk, place, spot, "oneOf"),
    "anyOf": lambda walk, place, spot: union(walk, place, spot, "anyOf"),
    "if": _if,
    "not": _not,
    "dependentSchemas": _dependent_schemas,
    "unevaluatedItems": lambda walk, place, spot: unevaluated(
        walk, place, spot, "unevaluatedItems"
    ),
    "unevaluatedProperties": lambda walk, place, spot: unevaluated(
        walk, place, spot, "unevaluatedProperties"
    ),
}
