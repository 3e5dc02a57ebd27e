"""Ways: from the root of a plan to every place below it, and values made along one.

Knows how plans hang together. It must not know what is put at the end of a way.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from specbound.prove.pick import Pick
from specbound.prove.plans import ROOM, Checked, Choice, Deferred, Items, Members, Plan

#: A document may be made so that its ways are past counting.
MOST_WAYS = 20_000

#: A key of a map, where the schema names none.
SOME_NAME = "*"


class Step(NamedTuple):
    """One step: through a branch, to a member, to an item, or straight on."""

    kind: str
    to: str | int = ""


class Way(NamedTuple):
    """The steps from the root to a plan that makes values of one kind, or is a tagged union."""

    steps: tuple[Step, ...]
    end: Plan


def ways(root: Plan) -> Iterator[Way]:
    """Every way, parents before children; recursion is followed once."""
    waiting: list[tuple[tuple[Step, ...], Plan, frozenset[int]]] = [((), root, frozenset())]
    for _ in range(MOST_WAYS):
        if not waiting:
            return
        steps, plan, seen = waiting.pop()
        if plan.parts or (isinstance(plan, Choice) and plan.tag):
            yield Way(steps, plan)
        if plan.id not in seen:
            below = [((*steps, step), one, seen | {plan.id}) for step, one in _below(plan)]
            waiting.extend(reversed(below))


def _below(plan: Plan) -> Iterator[tuple[Step, Plan]]:
    match plan:
        case Choice():
            for index, option in enumerate(plan.options):
                yield Step("branch", index), option
        case Deferred() | Checked():
            for one in plan.below():
                yield Step("on"), one
        case Members():
            for name, one in (*plan.required.items(), *plan.optional.items()):
                yield Step("member", name), one
            if plan.other is not None:
                yield Step("other", SOME_NAME), plan.other
        case Items():
            for index, one in enumerate(plan.first):
                yield Step("item", index), one
            if plan.rest is not None and plan.most_size > len(plan.first):
                yield Step("item", len(plan.first)), plan.rest


class Made(NamedTuple):
    """A whole value, and the pointer's steps to what was put at the end of the way."""

    value: Any
    steps: tuple[str | int, ...]


@dataclass(frozen=True)
class Frame:
    """A value with a hole at the end of a way: what holds it, and where, from the root on."""

    holders: tuple[tuple[Any, str | int], ...]

    def filled(self, value: Any) -> Made:
        """The whole value with something in the hole; frames stay as they are."""
        for holder, at in reversed(self.holders):
            whole = holder.copy()
            whole[at] = value
            value = whole
        return Made(value, tuple(at for _, at in self.holders))


def frame(root: Plan, way: Way, pick: Pick) -> Frame:
    """What surrounds the end of a way, as `pick` has it; raises `Rejected`."""
    plan = root
    holders: list[tuple[Any, str | int]] = []
    for step in way.steps:
        if step.kind in ("member", "other"):
            holders.append(_object(plan, step, pick))
        elif step.kind == "item":
            holders.append(_array(plan, int(step.to), pick))
        plan = _next(plan, step)
    return Frame(tuple(holders))


def _next(plan: Plan, step: Step) -> Plan:
    return next(one for each, one in _below(plan) if each == step)


def _object(plan: Plan, step: Step, pick: Pick) -> tuple[dict[str, Any], str]:
    """An object that has the member of a step, and the member's name."""
    assert isinstance(plan, Members)
    found = plan.make(pick, ROOM)
    if step.kind == "other":
        assert plan.names is not None
        name = next(iter(found), None) or str(plan.names.make(pick, 0))
        return found, name
    name = str(step.to)
    found.setdefault(name, None)
    for also in plan.together.get(name, ()):
        if also not in found:
            found[also] = (plan.optional[also]).make(pick, ROOM)
    return _in_order(plan, found), name


def _in_order(plan: Members, found: dict[str, Any]) -> dict[str, Any]:
    known = [name for name in (*plan.required, *plan.optional) if name in found]
    return {name: found[name] for name in dict.fromkeys([*known, *found])}


def _array(plan: Plan, index: int, pick: Pick) -> tuple[list[Any], int]:
    """An array that reaches to an index."""
    assert isinstance(plan, Items)
    found = plan.make(pick, ROOM)
    if len(found) <= index:
        found = plan.sized(index + 1, pick, ROOM)
    return found, index
