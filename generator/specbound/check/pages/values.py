"""What a member takes, as far as a page can list it: its values, bounds, default and format.

Knows the keywords that a description can state. It must not know which page states it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from specbound.check.pages.surface import Member, forms
from specbound.check.schema.lookup import Lookup, Place
from specbound.check.schema.verdict import Validators
from specbound.contract.load import Contract
from specbound.contract.values import key, kind

_DEEPEST = 8

#: What stands for the default of a member that has none.
NO_DEFAULT = object()


def finite(lookup: Lookup, place: Place, depth: int = 0) -> list[Any] | None:
    """All values that a member takes, where it takes only some; an array counts as its items."""
    if depth > _DEEPEST:
        return None
    for part in lookup.folded(place):
        schema = part.schema
        if "const" in schema or "enum" in schema:
            return [schema["const"]] if "const" in schema else list(schema["enum"])
        if schema.get("type") == "null":
            return []
        for keyword in ("oneOf", "anyOf"):
            if schema.get(keyword):
                indexes = range(len(schema[keyword]))
                each = [finite(lookup, part.child(keyword, i), depth + 1) for i in indexes]
                if all(one is not None for one in each):
                    return [value for one in each for value in one or ()]
                return None
        if isinstance(schema.get("items"), dict):
            return finite(lookup, part.child("items"), depth + 1)
    return None


def readings(text: str) -> list[Any]:
    """The JSON values that a page can mean by a text: itself, and a number, truth or null."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return [text]
    return [text] if isinstance(value, str | list | dict) else [text, value]


def takes(validators: Validators, lookup: Lookup, member: Member, text: str) -> bool:
    """Whether a member takes what a page writes as a text; an array counts as its items."""
    places = [member.place]
    for part in lookup.folded(member.place):
        if isinstance(part.schema.get("items"), dict):
            places.append(part.child("items"))
    values = readings(text)
    return any(
        validators.of(place.schema, "request")(value) for place in places for value in values
    )


def broken(lookup: Lookup, member: Member) -> tuple[str, Place]:
    """The rule that a listed value breaks, most likely, and where it stands."""
    values = finite(lookup, member.place)
    for part in forms(lookup, member.place):
        for keyword in ("const", "enum"):
            if values and keyword in part.schema:
                return ("const" if len(values) == 1 else "enum"), part.child(keyword)
        for keyword in ("pattern", "maxLength", "format", "maximum", "minimum"):
            if not values and keyword in part.schema:
                return _KEBAB.get(keyword, keyword), part.child(keyword)
    return "type", member.place


_KEBAB = {"maxLength": "max-length"}


def default(lookup: Lookup, member: Member) -> Any:
    """The default of a member; `NO_DEFAULT` if it has none."""
    for part in forms(lookup, member.place):
        if "default" in part.schema:
            return part.schema["default"]
    return NO_DEFAULT


def says(value: Any, text: str) -> bool:
    """Whether a page's text is a value of the document."""
    return value is not NO_DEFAULT and any(key(value) == key(reading) for reading in readings(text))


def numbers(lookup: Lookup, member: Member) -> tuple[Any, Any] | None:
    """The least and the greatest number that a member takes; None where it has no bounds."""
    values = finite(lookup, member.place)
    if values:
        plain = [value for value in values if kind(value) == "number"]
        return (min(plain), max(plain)) if len(plain) == len(values) else None
    for part in forms(lookup, member.place):
        least = part.schema.get("minimum", _inside(part.schema, "exclusiveMinimum", 1))
        most = part.schema.get("maximum", _inside(part.schema, "exclusiveMaximum", -1))
        if least is not None or most is not None:
            return least, most
    return None


def _inside(schema: Any, keyword: str, step: int) -> Any:
    limit = schema.get(keyword)
    whole = schema.get("type") == "integer" and isinstance(limit, int)
    return limit + step if whole else limit


def lengths(lookup: Lookup, member: Member) -> list[int]:
    """The greatest numbers of characters that a member's forms take."""
    return [p.schema["maxLength"] for p in forms(lookup, member.place) if "maxLength" in p.schema]


def formats(lookup: Lookup, member: Member) -> list[str]:
    """The formats of a member's forms."""
    return [p.schema["format"] for p in forms(lookup, member.place) if "format" in p.schema]


def is_text(lookup: Lookup, member: Member) -> bool:
    """Whether a member may be a text."""
    types = (part.schema.get("type") for part in forms(lookup, member.place))
    return any(one == "string" or (isinstance(one, list) and "string" in one) for one in types)


def listed_by_name(contract: Contract, lookup: Lookup) -> dict[str, list[Any]]:
    """For each name of a member, all words that any schema of the contract lists for it."""
    found: dict[str, list[Any]] = {}
    for name, place in _properties(contract.tree, ""):
        # Numbers are like each other everywhere: only words tell whose list it is.
        words = (value for value in finite(lookup, place) or () if isinstance(value, str))
        found.setdefault(name, []).extend(words)
    return {name: values for name, values in found.items() if values}


def _properties(tree: Any, at: str) -> Iterator[tuple[str, Place]]:
    waiting = [(tree, at)]
    while waiting:
        node, here = waiting.pop()
        if isinstance(node, dict):
            members = node.get("properties")
            for name, schema in members.items() if isinstance(members, dict) else ():
                if isinstance(schema, dict):
                    yield name, Place(schema, f"{here}/properties/{name}")
            waiting.extend((child, f"{here}/{name}") for name, child in node.items())
        elif isinstance(node, list):
            waiting.extend((child, f"{here}/{index}") for index, child in enumerate(node))
