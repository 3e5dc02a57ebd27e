"""Unions, exclusions and conditions explained: in the branch that was meant, or by what it takes.

Knows `oneOf`, `anyOf`, `not`, `if`, `allOf` and `contains`. It must not know members' names.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from specbound.check.explain.forms import form, is_begun, merged
from specbound.check.explain.parts import variant_of
from specbound.check.explain.phrases import (
    bare,
    called,
    count,
    listed,
    meant,
    name_of,
    one_of,
    says,
    sent,
    subject,
    typed,
)
from specbound.check.explain.reasons import Said
from specbound.check.explain.repairs import repair
from specbound.check.explain.siblings import willing_tags
from specbound.check.explain.unions import Choice, How, Union, choose, fitting_branches, union_of
from specbound.check.explain.walk import Draft, Here, Spot, Taken, Walk, keyword_at
from specbound.check.schema.lookup import Lookup, Place
from specbound.check.schema.nearest import by_nearness, nearest
from specbound.contract.rules import ANNOTATIONS
from specbound.contract.values import kind, same

_OTHER = "another form"
_ORDER = ("boolean", "number", "string", "array", "object", "null")


def union(walk: Walk, place: Place, spot: Spot, keyword: str) -> None:
    """A value that fits no branch, or more of them than one."""
    found = union_of(walk.judge.lookup, place, keyword)
    fitting = fitting_branches(walk.judge, found, spot.value)
    if fitting and (keyword == "anyOf" or len(fitting) == 1):
        return
    if fitting:
        _too_many(walk, found, spot, fitting)
        return
    choice = choose(walk.judge, found, spot.value)
    match choice.how:
        case How.KIND:
            _wrong_kind(walk, found, spot)
        case How.FORMS:
            _forms(walk, choice, spot)
        case How.NO_TAG:
            _without_tag(walk, choice, spot)
        case How.UNKNOWN_TAG:
            _unknown_tag(walk, choice, spot)
        case _:
            _inside(walk, choice, spot)


def _inside(walk: Walk, choice: Choice, spot: Spot) -> None:
    taken = spot.taken
    if choice.how is How.TAG or (taken is None and len(choice.candidates) > 1):
        taken = Taken(choice, spot.value, len(spot.path))
    walk.look(choice.place, Spot(spot.here, variant_of(choice, spot.variant), taken))


def _too_many(walk: Walk, found: Union, spot: Spot, fitting: list[int]) -> None:
    if walk.is_full():
        return
    labels = [found.labels[i] for i in fitting if found.labels[i]]
    which = f" ({listed(labels)})" if len(labels) == len(fitting) else ""
    words = f"{subject(spot.path)} fits {len(fitting)} of {len(found.branches)} shapes{which}"
    code, at = keyword_at(found.place, found.keyword)
    said = Said(f"{words}, but must fit exactly one", says("oneOf", found.branches))
    walk.add(spot, Draft(code, at, said))


def _wrong_kind(walk: Walk, found: Union, spot: Spot) -> None:
    if walk.is_full():
        return
    kinds = frozenset[str]().union(*found.kinds)
    allowed = says("type", [one for one in _ORDER if one in kinds]) if kinds else "nothing"
    name = name_of(spot.path)
    words = f"{subject(spot.path)} is {typed(spot.value, name)}, but must be {allowed}"
    _, at = keyword_at(found.place, found.keyword)
    walk.add(spot, Draft("type", at, Said(words, allowed, mended(walk, spot))))


def mended(walk: Walk, spot: Spot) -> str:
    """The smallest change after which the value would fit, if there is one."""
    wanted = [part.place for part in spot.here.applied(walk.judge)]
    if len(wanted) != 1:
        wanted = [spot.here.place]
    optional = spot.here.above is not None and isinstance(spot.path[-1], str)
    if optional and spot.here.above is not None:
        optional = spot.path[-1] not in _required(walk, spot.here.above)
    return repair(walk.judge, wanted[0], spot.value, name_of(spot.path), optional)


def _required(walk: Walk, here: Here) -> set[str]:
    judge = walk.judge
    return {
        name
        for part in here.parts(judge)
        if "required" in part.place.schema
        for name in judge.lookup.required(part.place.schema, judge.direction)
    }


# --- forms of scalars -----------------------------------------------------------------------------


def leaves(lookup: Lookup, places: Iterable[Place]) -> list[Place]:
    """The plain forms of branches that may be unions themselves, each once."""
    found: dict[int, Place] = {}
    waiting = list(reversed(list(places)))
    seen: set[int] = set()
    while waiting:
        place = waiting.pop()
        if id(place.schema) in seen:
            continue
        seen.add(id(place.schema))
        inner = [place.child(k, i) for k, i in _inner(place)]
        if _says_only(place, "$ref"):
            inner = [lookup.follow(place)]
        waiting += reversed(inner)
        if not inner:
            found[id(place.schema)] = place
    return list(found.values())


def _inner(place: Place) -> list[tuple[str, int]]:
    for keyword in ("anyOf", "oneOf"):
        if _says_only(place, keyword):
            return [(keyword, index) for index in range(len(place.schema[keyword]))]
    return []


def _says_only(place: Place, keyword: str) -> bool:
    if not isinstance(place.schema, dict) or keyword not in place.schema:
        return False
    rest = set(place.schema) - ANNOTATIONS - {keyword, "discriminator"}
    return all(one.startswith("x-") for one in rest)


def _forms(walk: Walk, choice: Choice, spot: Spot) -> None:
    lookup = walk.judge.lookup
    found = leaves(lookup, [choice.union.branches[index] for index in choice.candidates])
    rules = [merged(lookup, leaf) for leaf in found]
    begun = [leaf for leaf, each in zip(found, rules, strict=True) if is_begun(each, spot.value)]
    if len(begun) == 1:
        walk.look(begun[0], spot)
        return
    if walk.is_full():
        return
    forms = list(dict.fromkeys(form(each) or _OTHER for each in rules))
    short = list(dict.fromkeys(form(_unsized(each)) or _OTHER for each in rules))
    name = name_of(spot.path)
    what = f"{subject(spot.path)} is {sent(spot.value, name)}"
    values = [value for each in rules for value in _values(each)]
    alike = nearest(spot.value, values)
    help_ = meant(alike[0], name) if alike else mended(walk, spot)
    code, at = keyword_at(choice.union.place, choice.union.keyword)
    if len(values) and all(_values(each) for each in rules):
        said = Said(
            f"{what}, which is none of its {len(values)} values",
            one_of(by_nearness(spot.value, values)),
            help_,
        )
    else:
        said = Said(f"{what}, which is none of: {', '.join(short)}", "; ".join(forms), help_)
    walk.add(spot, Draft(code, at, said))


def _values(rules: dict[str, Any]) -> list[Any]:
    return [rules["const"]] if "const" in rules else list(rules.get("enum", ()))


def _unsized(rules: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in rules.items() if key not in ("minLength", "maxLength")}


# --- tags -----------------------------------------------------------------------------------------


def _unknown_tag(walk: Walk, choice: Choice, spot: Spot) -> None:
    if walk.is_full():
        return
    found, tag = choice.union, choice.union.tag
    value, path = spot.value[tag], (*spot.path, tag)
    tags = [each for _, each in found.tags.values()]
    alike = nearest(value, tags)
    words = f"{subject(path)} is {sent(value, tag)}, which names no variant"
    likely = alike or [each for each in tags if str(each) == str(value)]
    help_ = meant(likely[0], tag) if likely else _hint(walk, choice, spot)
    said = Said(words, one_of(by_nearness(value, tags)), help_)
    walk.add(spot, Draft("discriminator", _tag_at(found), said, path, (), value))


def _without_tag(walk: Walk, choice: Choice, spot: Spot) -> None:
    if walk.is_full():
        return
    found, tag = choice.union, choice.union.tag
    tags = [each for _, each in found.tags.values()]
    words = f"{called(tag)} is missing, which names the variant"
    help_ = _misnamed(found, spot.value) or _hint(walk, choice, spot)
    said = Said(words, one_of(tags), help_)
    walk.add(spot, Draft("discriminator", _tag_at(found), said, None, (tag,), None))


def _tag_at(found: Union) -> Place:
    return found.place.child("discriminator" if found.stated else found.keyword)


def _misnamed(found: Union, value: dict[str, Any]) -> str:
    """A member that holds a tag under another name than the tag's."""
    for name, sent_ in value.items():
        if isinstance(sent_, str) and any(same(sent_, each) for _, each in found.tags.values()):
            return f"{called(name)} is {bare(sent_)}: did you mean {called(found.tag)}?"
    return ""


def _hint(walk: Walk, choice: Choice, spot: Spot) -> str:
    """Which variants the other members fit, or come nearest to."""
    taken = Taken(choice, spot.value, len(spot.path))
    tags = willing_tags(walk.judge, taken, list(choice.candidates)[:30])
    if tags:
        return f"the other members fit {listed([bare(tag) for tag in tags], 'and', 4)}"
    return f"{choice.label} is nearest" if choice.label and len(spot.value) > 1 else ""


# --- what is excluded, what is counted ------------------------------------------------------------


def excluded(walk: Walk, place: Place, spot: Spot) -> None:
    """A value that fits what `not` excludes."""
    if walk.is_full():
        return
    rules = place.schema["not"]
    name = name_of(spot.path)
    head, allowed = f"{subject(spot.path)} is {sent(spot.value, name)}", ""
    words = f"{head}, which is excluded"
    if isinstance(rules, dict):
        if "pattern" in rules and isinstance(spot.value, str):
            words = f"{head}, which matches an excluded pattern"
            allowed = "nothing that " + says("pattern", rules["pattern"])
        elif set(rules) == {"required"}:
            listed_ = " and ".join(map(called, rules["required"]))
            words = f"{subject(spot.path)} has {listed_}, which must not be there together"
            if len(rules["required"]) == 1:
                words = f"{subject(spot.path)} has {listed_}, which must not be there"
    walk.add(spot, Draft("not", place.child("not"), Said(words, allowed)))


def contained(walk: Walk, place: Place, spot: Spot) -> None:
    """An array with too few or too many of the items that `contains` asks for."""
    schema, value = place.schema, spot.value
    if not isinstance(value, list):
        return
    found = sum(1 for item in value if walk.judge.fits(schema["contains"], item))
    least, most = schema.get("minContains", 1), schema.get("maxContains")
    keyword = "contains" if "minContains" not in schema else "minContains"
    if found < least:
        limit = f"at least {count(least, 'item')}"
    elif most is not None and found > most:
        keyword, limit = "maxContains", f"at most {count(most, 'item')}"
    else:
        return
    if walk.is_full():
        return
    which = _shape(walk.judge.lookup, place.child("contains"))
    has = f"{subject(spot.path)} has {count(found, 'item') if found else 'no item'}{which}"
    code, at = keyword_at(place, keyword)
    walk.add(spot, Draft(code, at, Said(f"{has}, but must have {limit} like that", limit + which)))


def _shape(lookup: Lookup, place: Place) -> str:
    """What tells the items that are counted, if it is a member's value."""
    rules = merged(lookup, place) if isinstance(place.schema, dict) else {}
    for name, node in rules.get("properties", {}).items():
        if isinstance(node, dict) and ("const" in node or "enum" in node):
            values = [node["const"]] if "const" in node else node["enum"]
            return f" whose {called(name)} is {' or '.join(map(bare, values))}"
    if (
        rules.keys() & {"type", "const", "enum", "pattern"}
        and kind(rules.get("type", "")) == "string"
    ):
        return f" that is {form(rules)}"
    return " of the kind that is counted"
