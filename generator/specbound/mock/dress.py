"""Plans whose texts and numbers are plausible, wherever the schema takes such values.

Knows how plans hang together, and which part of one stands under which name. It must not know
operations.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from specbound.mock.plausible import digits, numbers, texts
from specbound.prove.conjunction import limits
from specbound.prove.numbers import Range, exact, number_range
from specbound.prove.pick import Chance, Pick, Rejected
from specbound.prove.plans import Choice, Items, Made, Members, Plan, everything
from specbound.prove.texts import Demands, demands

Clock = Callable[[], datetime]

#: The literal text with which a pattern begins.
_HEAD = re.compile(r"\^((?:\\[^a-zA-Z0-9]|[\w:@ ,#%&=~\"'<>-])+)")


class Plain(Chance):
    """Seeded choices as a service would make them: most members are there, lists are short."""

    def present(self, plan: Any) -> bool:
        """Three times in four."""
        return self._random.random() < 0.75

    def size(self, least: int, most: int, plan: Any) -> int:
        """One to three, where that may be."""
        return max(least, min(most, self.integer(1, 3)))


@dataclass(eq=False)
class Dressed(Plan):
    """A plan of texts or numbers, and what its values are called."""

    name: str
    plan: Plan
    clock: Clock
    text: Demands | None
    number: Range | None

    def make(self, pick: Pick, room: int) -> Any:
        """A plausible value if one fits, else whatever the plan makes."""
        if self.text is not None:
            return self._text(self.text, pick, room)
        if self.number is not None:
            for number in numbers(self.name, pick, self.clock()):
                if _within(self.number, number):
                    return number
        return self.plan.make(pick, room)

    def _text(self, asked: Demands, pick: Pick, room: int) -> Any:
        form = asked.formats[0] if asked.formats else ""
        for text in texts(self.name, form, pick, self.clock()):
            if asked.fits(text):
                return text
        for pattern in asked.patterns:
            if found := _HEAD.match(pattern):
                text = re.sub(r"\\(.)", r"\1", found[1]) + digits(pick, 12)
                if asked.fits(text):
                    return text
        return self.plan.make(pick, room)

    def below(self) -> tuple[Plan, ...]:
        """The plan that is dressed."""
        return (self.plan,)

    def least(self) -> int:
        """As high as the plan."""
        return self.plan.height


def dressed(clock: Clock) -> Callable[[Plan], Plan]:
    """What dresses a plan and all below it; plans that are dressed already stay as they are."""

    def dress(root: Plan) -> Plan:
        for plan in list(everything(root)):
            if isinstance(plan, Members):
                plan.required = _members(plan.required, clock)
                plan.optional = _members(plan.optional, clock)
                plan.names = plan.names and _named("field", plan.names, clock)
                plan.other = plan.other and _named("value", plan.other, clock)
        return _named("", root, clock)

    return dress


def _members(plans: Mapping[str, Plan], clock: Clock) -> dict[str, Plan]:
    return {name: _named(name, plan, clock) for name, plan in plans.items()}


def _named(name: str, plan: Plan, clock: Clock) -> Plan:
    """The plan of a member of a name: shared with members of other names, so never changed."""
    if isinstance(plan, Choice):
        options = tuple(_named(name, one, clock) for one in plan.options)
        if all(new is old for new, old in zip(options, plan.options, strict=True)):
            return plan
        return _like(plan, Choice(plan.at, options, plan.tag))
    if isinstance(plan, Items) and plan.rest is not None:
        rest = _named(name, plan.rest, clock)
        if rest is plan.rest:
            return plan
        limits_ = plan.least_size, plan.most_size, plan.unique, plan.among
        return _like(plan, Items(plan.at, plan.first, rest, *limits_))
    return _leaf(name, plan, clock) if isinstance(plan, Made) else plan


def _like(old: Plan, new: Plan) -> Plan:
    new.parts, new.height = old.parts, old.height
    return new


def _leaf(name: str, plan: Made, clock: Clock) -> Plan:
    """What stands at the end: which kind it makes, only a value of it tells."""
    kinds = {kind for listed in limits(plan.parts, "type") for kind in _listed(listed)}
    try:
        sample = plan.make(Plain(0), 0)
    except Rejected:
        return plan
    if isinstance(sample, str):
        return _like(plan, Dressed(plan.at, name, plan, clock, demands(plan.parts), None))
    whole = isinstance(sample, int) and ("integer" in kinds or "number" not in kinds)
    return _like(plan, Dressed(plan.at, name, plan, clock, None, number_range(plan.parts, whole)))


def _listed(kinds: Any) -> list[str]:
    return [kinds] if isinstance(kinds, str) else list(kinds)


def _within(allowed: Range, number: float) -> bool:
    found = exact(number)
    if not allowed.least <= found <= allowed.most:
        return False
    return not allowed.step or not found % allowed.step
