"""Numbers: bounds and multiples that one number must satisfy together.

Knows exact arithmetic. It must not know other kinds of value.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from specbound.prove.conjunction import Part, Unsatisfiable, limits
from specbound.prove.pick import Pick, edged

#: Where nothing bounds a number, it stays where every client and server can hold it exactly.
FAR = 2**53 - 1
_FORMATS = {"int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}


@dataclass(frozen=True, slots=True)
class Range:
    """Least and most, both allowed, as exact numbers; the step is 0 where there is none."""

    least: Fraction
    most: Fraction
    step: Fraction
    bounded: tuple[bool, bool]


def exact(number: Any) -> Fraction:
    """A JSON number as it was written."""
    return Fraction(str(number))


def number_range(parts: Sequence[Part], whole: bool) -> Range:
    """What the parts allow; raises `Unsatisfiable` where that is nothing."""
    low = [exact(limit) for limit in limits(parts, "minimum")]
    high = [exact(limit) for limit in limits(parts, "maximum")]
    step = _step(parts, whole)
    low += [_past(exact(limit), step, 1) for limit in limits(parts, "exclusiveMinimum")]
    high += [_past(exact(limit), step, -1) for limit in limits(parts, "exclusiveMaximum")]
    least, most = _defaults(parts, low, high)
    if step:
        least, most = math.ceil(least / step) * step, math.floor(most / step) * step
    if least > most:
        raise Unsatisfiable(parts[0].at if parts else "", "its bounds leave no number")
    return Range(least, most, step, (bool(low), bool(high)))


def _defaults(
    parts: Sequence[Part], low: list[Fraction], high: list[Fraction]
) -> tuple[Fraction, Fraction]:
    near, far = Fraction(-FAR), Fraction(FAR)
    for name in limits(parts, "format"):
        if name in _FORMATS:
            near, far = max(near, Fraction(_FORMATS[name][0])), min(
                far, Fraction(_FORMATS[name][1])
            )
    least, most = max(low, default=None), min(high, default=None)
    if least is None:
        least = near if most is None or most > near else most - 1000
    if most is None:
        most = far if least < far else least + 1000
    return least, most


def _step(parts: Sequence[Part], whole: bool) -> Fraction:
    """The least common multiple of all steps; a whole number has 1 among them."""
    steps = [exact(limit) for limit in limits(parts, "multipleOf")] + [Fraction(1)] * whole
    common = Fraction(0)
    for one in steps:
        common = (
            one
            if not common
            else Fraction(
                math.lcm(common.numerator * one.denominator, one.numerator * common.denominator),
                common.denominator * one.denominator,
            )
        )
    return common


def _past(limit: Fraction, step: Fraction, way: int) -> Fraction:
    """The next allowed number behind an excluded one."""
    if step:
        return (
            (math.floor(limit / step) + 1) * step
            if way > 0
            else (math.ceil(limit / step) - 1) * step
        )
    return Fraction(math.nextafter(float(limit), way * math.inf))


def number_of(parts: Sequence[Part], whole: bool) -> Callable[[Pick], Any]:
    """A function of choices to numbers that fit."""
    allowed = number_range(parts, whole)
    if allowed.step:
        first, last = int(allowed.least / allowed.step), int(allowed.most / allowed.step)
        return lambda pick: _plain(_edged(pick, first, last, allowed.bounded) * allowed.step)
    return lambda pick: _real(pick, allowed)


def _edged(pick: Pick, first: int, last: int, bounded: tuple[bool, bool]) -> int:
    """A whole number; a bound that was stated is met often, one that was assumed is not."""
    return edged(pick, first, last) if bounded[1] else pick.integer(first, last)


def _real(pick: Pick, allowed: Range) -> Any:
    least, most = float(allowed.least), float(allowed.most)
    side = pick.integer(0, 7)
    if side >= 6 and allowed.bounded[side - 6]:
        return _plain((allowed.least, allowed.most)[side - 6])
    return pick.number(least, most)


def _plain(number: Fraction) -> Any:
    return int(number) if number.denominator == 1 else float(number)
