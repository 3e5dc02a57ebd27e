"""Members explained: missing, undeclared, renamed, misnamed, or asked for by another member.

Knows objects and arrays, whose parts it walks down. It must not know unions.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from specbound.check.explain.forms import form, merged
from specbound.check.explain.parts import Declared
from specbound.check.explain.phrases import called, count, names, subject
from specbound.check.explain.reasons import Said
from specbound.check.explain.siblings import declaring
from specbound.check.explain.walk import Draft, Here, Spot, Walk, keyword_at
from specbound.check.schema.asserts import additional
from specbound.check.schema.asserts import names as speaks_of
from specbound.check.schema.lookup import Place
from specbound.runtime.evaluation import parts as steps_of


def required(walk: Walk, place: Place, spot: Spot) -> None:
    """Members that are not there: renamed ones each by itself, the others in one sentence."""
    if not isinstance(spot.value, dict):
        return
    asked = walk.judge.lookup.required(place.schema, walk.judge.direction)
    missing = [name for name in asked if name not in spot.value]
    if not missing:
        return
    came = {old: new for new, old in spot.here.renamed(walk.judge).items()}
    for name in missing:
        if name in came:
            hint = f"it came as {called(came[name])}: did you mean {called(name)}?"
            _missing(walk, place, spot, [name], hint)
    inside = {new.partition(".")[0]: old for new, old in came.items() if new.endswith("." + old)}
    for name in missing:
        if name in inside and name not in came:
            _missing(walk, place, spot, [name], f"{called(inside[name])} belongs inside it")
    plain = [name for name in missing if name not in came and name not in inside]
    if plain:
        _missing(walk, place, spot, plain, "")


def _missing(walk: Walk, place: Place, spot: Spot, missing: list[str], help_: str) -> None:
    if walk.is_full():
        return
    are = "is" if len(missing) == 1 else "are"
    tail = f", which {spot.variant} requires" if spot.variant else ""
    code, at = keyword_at(place, "required")
    holder = f" from {subject(spot.path)}" if spot.path else ""
    takes = _taken(walk, place, missing[0]) if len(missing) == 1 else ""
    said = Said(f"{names(missing)} {are} missing{holder}{tail}", takes, help_)
    walk.add(spot, Draft(code, at, said, None, tuple(missing), None))


def _taken(walk: Walk, place: Place, name: str) -> str:
    """What a missing member takes, where that is said in a few words."""
    lookup = walk.judge.lookup
    found = [form(merged(lookup, each)) for each in lookup.member(place, name)]
    return found[0] if len(found) == 1 else ""


def dependent_required(walk: Walk, place: Place, spot: Spot) -> None:
    """Members that another member asks for."""
    if not isinstance(spot.value, dict):
        return
    for name, wanted in place.schema["dependentRequired"].items():
        missing = [each for each in wanted if each not in spot.value]
        if name in spot.value and missing and not walk.is_full():
            are = "is" if len(missing) == 1 else "are"
            words = f"{names(missing)} {are} missing, which must be there with {called(name)}"
            code, at = keyword_at(place, "dependentRequired")
            walk.add(spot, Draft(code, at, Said(words), None, tuple(missing), None))


def properties(walk: Walk, place: Place, spot: Spot) -> None:
    """The declared members."""
    if isinstance(spot.value, dict):
        for name in place.schema["properties"]:
            if name in spot.value:
                walk.enter(place, ("properties", name), spot, name)


def pattern_properties(walk: Walk, place: Place, spot: Spot) -> None:
    """The members that are declared by a pattern of their names."""
    if isinstance(spot.value, dict):
        for pattern in place.schema["patternProperties"]:
            for name in spot.value:
                if speaks_of(pattern, name):
                    walk.enter(place, ("patternProperties", pattern), spot, name)


def additional_properties(walk: Walk, place: Place, spot: Spot) -> None:
    """The other members: what is wrong inside, or all those that are forbidden at once."""
    if isinstance(spot.value, dict):
        _rest(walk, place, spot, ("additionalProperties", additional(place.schema, spot.value)))


def unevaluated(walk: Walk, place: Place, spot: Spot, keyword: str) -> None:
    """What no other keyword has looked at (JSON Schema core section 11)."""
    wanted = dict if keyword == "unevaluatedProperties" else list
    if not isinstance(spot.value, wanted):
        return
    schema, memory = place.schema, walk.judge.lookup
    plain = memory.remember(
        ("evaluated", id(schema), keyword),
        lambda: {key: value for key, value in schema.items() if key != keyword},
    )
    seen: set[Any] = set()
    left: list[Any] = []
    if walk.judge.fits(plain, spot.value, seen):
        left = [step for step, _ in steps_of(spot.value) if step not in seen]
    elif wanted is dict and not spot.here.declared(walk.judge).rest:
        # Branches that fail have looked at nothing: only what none of them knows is told.
        known = spot.here.declared(walk.judge)
        left += [name for name in spot.value if not known.knows(name)]
    _rest(walk, place, spot, (keyword, left))


def _rest(walk: Walk, place: Place, spot: Spot, left: tuple[str, Iterable[Any]]) -> None:
    keyword, steps = left
    if place.schema[keyword] is False:
        if extra := list(steps):
            _forbidden(walk, place, spot, (keyword, extra))
        return
    for step in steps:
        walk.enter(place, (keyword,), spot, step)


def _forbidden(walk: Walk, place: Place, spot: Spot, left: tuple[str, list[Any]]) -> None:
    keyword, extra = left
    if walk.is_full():
        return
    code, at = keyword_at(place, keyword)
    if isinstance(spot.value, list):
        words = f"{subject(spot.path)} has {count(len(spot.value), 'item')}"
        allowed = f"at most {count(len(spot.value) - len(extra), 'item')}"
        walk.add(spot, Draft(code, at, Said(f"{words}, but may have {allowed}", allowed)))
        return
    known = spot.here.declared(walk.judge)
    others_ = f"{spot.variant} takes no other members" if spot.variant else "no others are allowed"
    words = f"{names(extra)} {'is' if len(extra) == 1 else 'are'} not declared, and {others_}"
    said = Said(words, _known(known), meant_names(walk, spot, extra))
    one = (*spot.path, extra[0]) if len(extra) == 1 else None
    value = spot.value[extra[0]] if one else None
    walk.add(spot, Draft(code, at, said, one, tuple(extra), value))


def _known(known: Declared) -> str:
    """What members an object may have."""
    texts = [names(list(known.names), most=20)] if known.names else []
    if known.patterns:
        listed_ = " or ".join(dict.fromkeys(pattern for pattern, _ in known.patterns))
        texts.append(f"members whose names match {listed_}")
    return ", ".join(texts) or "no members"


def meant_names(walk: Walk, spot: Spot, extra: list[str]) -> str:
    """The declared names that undeclared members may have been meant to have."""
    came = spot.here.renamed(walk.judge)
    if len(extra) == 1:
        name = extra[0]
        if name in came:
            return f"did you mean {called(came[name])}?"
        taken = spot.taken
        if taken is None or taken.depth != len(spot.path):
            return ""
        return declaring(walk.judge.lookup, taken.choice.union, taken.choice.branch, name)
    pairs = [f"{called(came[name])} for {called(name)}" for name in extra if name in came]
    return f"did you mean {', '.join(pairs[:4])}?" if pairs else ""


def property_names(walk: Walk, place: Place, spot: Spot) -> None:
    """Members whose names do not fit."""
    if not isinstance(spot.value, dict):
        return
    rules = place.child("propertyNames")
    for name in spot.value:
        if not walk.judge.fits(rules.schema, name) and not walk.is_full():
            _name(walk, rules, spot, name)


def _name(walk: Walk, rules: Place, spot: Spot, name: str) -> None:
    inner = Walk(walk.judge, walk.explainer)
    inner.look(rules, Spot(Here(name, (), None, rules)))
    for fault in list(inner.found.values())[:1]:
        words = fault.message.replace("the value", "the member name", 1)
        said = Said(words, fault.allowed, fault.help)
        path = (*spot.path, name)
        walk.add(spot, Draft("property-names", rules, said, path, (name,), None))


def prefix_items(walk: Walk, place: Place, spot: Spot) -> None:
    """The items of a tuple."""
    if isinstance(spot.value, list):
        for index in range(min(len(place.schema["prefixItems"]), len(spot.value))):
            walk.enter(place, ("prefixItems", index), spot, index)


def items(walk: Walk, place: Place, spot: Spot) -> None:
    """The items of an array, or those behind the tuple's."""
    if isinstance(spot.value, list):
        first = len(place.schema.get("prefixItems", ()))
        _rest(walk, place, spot, ("items", range(first, len(spot.value))))
