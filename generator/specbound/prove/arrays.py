"""Arrays: items that stand first, those that follow, and what must be among them.

Knows the keywords that speak of items. It must not know other kinds of value.
"""

from __future__ import annotations

from collections.abc import Sequence

from specbound.contract.values import key
from specbound.prove.conjunction import Part, Unsatisfiable, bounds, limits
from specbound.prove.objects import Planning
from specbound.prove.plans import Checked, Items, Plan

#: Where nothing bounds an array, it has at most so many items more than it must.
_MOST_ITEMS = 4


def items(planner: Planning, flat: Sequence[Part], at: str) -> Plan:
    """The plan of an array; raises `Unsatisfiable` where an item that must be cannot be had."""
    size = bounds(flat, "Items")
    longest = max((len(listed) for listed in limits(flat, "prefixItems")), default=0)
    first = tuple(planner.plan(_at_index(flat, index)) for index in range(longest))
    followers = [part.child("items") for part in flat if part.has("items")]
    rest = planner.tried(followers or [Part({}, at)], f"{at}/items")
    wanted = [part.child("contains") for part in flat if part.has("contains")]
    among = planner.plan([*followers, *wanted]) if wanted else None
    most = size.most if size.most is not None else max(size.least, longest) + _MOST_ITEMS
    if rest is None:
        most = min(most, len(first))
    if most < size.least:
        raise Unsatisfiable(at, f"no item fits, yet {size.least} are asked for")
    alike = key if any(limits(flat, "uniqueItems")) else None
    plan = Items(at, first, rest, size.least, most, alike, among)
    if among is None:
        return plan
    return Checked(at, plan, planner.fits([part for part in flat if part.has("contains")]))


def _at_index(flat: Sequence[Part], index: int) -> list[Part]:
    found: list[Part] = []
    for part in flat:
        if part.has("prefixItems") and index < len(part.schema["prefixItems"]):
            found.append(part.child("prefixItems", index))
        elif part.has("items"):
            found.append(part.child("items"))
    return found
