"""What a broken assertion says for itself: one sentence, what is allowed, and the nearest fix.

Knows every keyword that looks at a value as a whole. It must not know branches or members.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, NamedTuple

from specbound.check.explain.forms import is_time, prefix, uuid_versions
from specbound.check.explain.phrases import (
    Path,
    count,
    meant,
    name_of,
    one_of,
    says,
    sent,
    subject,
    typed,
)
from specbound.check.schema.nearest import by_nearness, nearest
from specbound.contract.values import kind, length
from specbound.runtime.exact import key
from specbound.runtime.formats import conforms
from specbound.runtime.grammar import is_uuid
from specbound.traffic.secrets import shown

#: Formats whose names are no words.
_NOUNS = {
    **{name: name.upper() for name in ("uuid", "uri", "iri")},
    **{"email": "email address", "ipv4": "IPv4 address", "ipv6": "IPv6 address"},
    **{"uri-reference": "URI reference", "json-pointer": "JSON Pointer"},
}


class Said(NamedTuple):
    """The words of one fault."""

    message: str
    allowed: str = ""
    help: str = ""


class Case(NamedTuple):
    """One value that breaks one keyword of a schema, and the branch in which it does."""

    keyword: str
    schema: Mapping[str, Any]
    value: Any
    path: Path
    variant: str = ""

    @property
    def limit(self) -> Any:
        """What the keyword asks for."""
        return self.schema[self.keyword]

    @property
    def who(self) -> str:
        """The subject of the sentence."""
        return subject(self.path)

    @property
    def what(self) -> str:
        """The value as the sentence shows it."""
        return sent(self.value, name_of(self.path))


def reason(case: Case) -> Said:
    """What there is to say about a broken assertion."""
    return _REASONS[case.keyword](case)


def _type(case: Case) -> Said:
    allowed = says("type", case.limit)
    if case.limit == "integer" and kind(case.value) == "number":
        return Said(f"{case.who} is {case.what}, which is no integer", allowed)
    what = typed(case.value, name_of(case.path))
    return Said(f"{case.who} is {what}, but must be {allowed}", allowed)


def _enum(case: Case) -> Said:
    values = by_nearness(case.value, case.limit)
    return Said(_refused(case), one_of(values), _likely(case, case.limit))


def _const(case: Case) -> Said:
    return Said(_refused(case), one_of([case.limit]), _likely(case, [case.limit]))


def _refused(case: Case) -> str:
    head = f"{case.who} is {case.what}"
    if case.variant:
        return f"{head}, which {case.variant} does not take"
    if case.keyword == "const" or len(case.limit) == 1:
        only = case.limit if case.keyword == "const" else case.limit[0]
        return f"{head}, but must be {shown(only)}"
    return f"{head}, which is none of its {len(case.limit)} values"


def _likely(case: Case, options: list[Any]) -> str:
    alike = nearest(case.value, options)
    if alike:
        return meant(alike[0])
    same = [each for each in options if kind(each) != kind(case.value)]
    same = [each for each in same if _text(each) == _text(case.value)]
    if same and kind(same[0]) == "string":
        return f"send {shown(same[0])} in quotes"
    return f"send {shown(same[0])} without quotes" if same else ""


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _multiple(case: Case) -> Said:
    said = _number(case)
    step = Fraction(repr(case.limit))
    if not math.isfinite(case.value) or not step:
        return said
    exact = case.value if isinstance(case.value, int) else repr(case.value)
    below = Fraction(exact) // step
    low, high = (_plain(step * each) for each in (below, below + 1))
    return said._replace(help=f"the nearest are {low} and {high}")


def _plain(number: Fraction) -> str:
    return str(int(number)) if number.denominator == 1 else repr(float(number))


def _number(case: Case) -> Said:
    allowed = says(case.keyword, case.limit)
    return Said(
        f"{case.who} is {case.what}, but {_verb(case, 'must be', 'takes')} {allowed}", allowed
    )


def _verb(case: Case, alone: str, branch: str) -> str:
    """`must be`, or what the branch does: `gen4_turbo takes`."""
    return f"{case.variant} {branch}" if case.variant else alone


def _length(case: Case) -> Said:
    unit = (case.schema.get("x-specbound") or {}).get("length-unit", "characters")
    allowed, text = says(case.keyword, case.limit), "character"
    if unit == "utf-16":
        allowed, text = allowed.replace("character", "UTF-16 code unit"), "UTF-16 code unit"
    size = length(case.value, unit)
    has = "is empty" if not size else f"has {count(size, text)}"
    if unit == "utf-16" and size != len(case.value):
        has += f" ({count(len(case.value), 'character')})"
    return _sized(case, has, allowed, size)


def _items(case: Case) -> Said:
    size = len(case.value)
    has = f"has {count(size, 'item')}" if size else "is empty"
    return _sized(case, has, says(case.keyword, case.limit), size)


def _members(case: Case) -> Said:
    size = len(case.value)
    has = f"has {count(size, 'member')}" if size else "has no members"
    return _sized(case, has, says(case.keyword, case.limit), size)


def _sized(case: Case, has: str, allowed: str, size: int) -> Said:
    verb = "must have" if case.keyword.startswith("min") else "may have"
    over = size - case.limit
    help_ = f"{over:,} too many" if over > 0 else ""
    return Said(f"{case.who} {has}, but {_verb(case, verb, 'takes')} {allowed}", allowed, help_)


def _unique(case: Case) -> Said:
    seen: dict[Any, int] = {}
    for index, item in enumerate(case.value):
        first = seen.setdefault(key(item), index)
        if first != index:
            twice = f"item {index} is the same as item {first}"
            return Said(f"{case.who} has an item twice: {twice}", says(case.keyword, case.limit))
    return Said(f"{case.who} has an item twice", says(case.keyword, case.limit))


def _format(case: Case) -> Said:
    allowed, noun = says("format", case.limit), _NOUNS.get(case.limit, case.limit)
    return Said(f"{case.who} is {case.what}, which is no {noun}", allowed)


def _pattern(case: Case) -> Said:
    allowed = says("pattern", case.limit)
    for explain in (_uuid_pattern, _time_pattern, _prefix_pattern):
        if found := explain(case):
            return Said(found.message, found.allowed or allowed, found.help)
    return Said(f"{case.who} is {case.what}, which does not match its pattern", allowed)


def _uuid_pattern(case: Case) -> Said | None:
    versions = uuid_versions(case.limit)
    if not versions:
        return None
    which = f" of version {versions[0]}" if len(versions) == 1 else ""
    if not is_uuid(case.value):
        return Said(f"{case.who} is {case.what}, which is no UUID", f"a UUID{which}")
    version, variant = case.value[14], case.value[19].lower()
    head = f"{case.who} is {case.what}, a UUID, but not{which or ' of a version that is taken'}"
    if version not in versions:
        starts = f'the third group starts with "{version}", not with {" or ".join(versions)}'
        return Said(f"{head.replace(' of version', ' version')}: {starts}", f"a UUID{which}")
    if variant not in "89ab":
        starts = f'the fourth group starts with "{variant}", not with 8, 9, a or b'
        return Said(f"{head.replace(' of version', ' version')}: {starts}", f"a UUID{which}")
    return Said(f"{case.who} is {case.what}, a UUID in another spelling", f"a UUID{which}")


def _time_pattern(case: Case) -> Said | None:
    if not is_time(case.limit):
        return None
    allowed = "a date-time (RFC 3339)"
    if not conforms(case.value, "date-time"):
        return Said(f"{case.who} is {case.what}, which is no date-time", allowed)
    if not case.value.endswith("Z"):
        return Said(f"{case.who} is {case.what}, which does not end in Z", allowed + " in UTC")
    return Said(f"{case.who} is {case.what}, a date-time in another spelling", allowed)


def _prefix_pattern(case: Case) -> Said | None:
    start = prefix(case.limit)
    if not start or case.value.startswith(start):
        return None
    return Said(f"{case.who} is {case.what}, which does not begin with {shown(start)}")


_REASONS: dict[str, Callable[[Case], Said]] = {
    "type": _type,
    "enum": _enum,
    "const": _const,
    "pattern": _pattern,
    "format": _format,
    "uniqueItems": _unique,
    "multipleOf": _multiple,
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), _number),
    **dict.fromkeys(("minLength", "maxLength"), _length),
    **dict.fromkeys(("minItems", "maxItems"), _items),
    **dict.fromkeys(("minProperties", "maxProperties"), _members),
}
