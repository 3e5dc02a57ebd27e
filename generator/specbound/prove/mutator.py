"""Near misses: for every constraint of a request, a value that breaks it and nothing else.

Knows places, rules and what counts as a single fault. It must not know how values are made.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, NamedTuple

from specbound.check.checker import Checker
from specbound.check.explain.explain import explain
from specbound.check.finding import Part as Side
from specbound.check.finding import Verdict
from specbound.check.schema.lookup import lookup_of
from specbound.check.schema.verdict import validators_of
from specbound.contract.load import Contract
from specbound.contract.model import Operation
from specbound.origin import pointer
from specbound.prove.breaks import some
from specbound.prove.case import Case, Wire
from specbound.prove.conjunction import Unsatisfiable
from specbound.prove.constraints import Constraint, constraints
from specbound.prove.design import Design, design, find
from specbound.prove.faults import Faults
from specbound.prove.pick import Chance, Least, Pick, Rejected
from specbound.prove.plans import Plan
from specbound.prove.tags import KEYWORD, tag_constraints
from specbound.prove.ways import Frame, Way, frame, ways
from specbound.traffic.exchange import Exchange, Request, Source

#: So many surroundings of a place are tried, and so many good values in each.
_FRAMES = 12
_GOOD = 4
_ALL_TEXT = "every value of a parameter is a text on the wire"
_ELSEWHERE = "every value that breaks it fits another way, or breaks something else"


@dataclass(frozen=True)
class Mutant:
    """A request with one fault. `rule` is the broken keyword's pointer in the contract's document.

    `value` is the whole body, or the whole parameter; `pointer` leads to the fault inside it.
    """

    operation: str
    part: Side
    pointer: str
    rule: str
    keyword: str
    says: str
    value: Any
    case: Case = field(repr=False)
    #: The parameter that is wrong; None where it is the body.
    wire: Wire | None
    #: The same request without the fault: what tells a refusal of the fault from one of everything.
    good: Case = field(repr=False)

    @property
    def request(self) -> Request:
        """The request on the wire."""
        return self.case.request


class Unbroken(NamedTuple):
    """A constraint that no near miss was found for, and why."""

    operation: str
    part: Side
    pointer: str
    rule: str
    reason: str


@dataclass
class _Spot:
    """One part of a request as a plan, and how a value of it becomes a case."""

    design: Design
    side: Side
    wire: Wire | None
    name: str
    schema: Any
    root: Plan

    def case(self, value: Any, base: Case) -> Case:
        """The base with this part replaced."""
        if self.wire is None:
            return replace(base, body=value)
        return replace(base, parameters={**base.parameters, self.wire: value})


class Target(NamedTuple):
    """One constraint at one place of one part; without a way, the part's own absence."""

    spot: _Spot
    way: Way | None
    constraint: Constraint | None


class Mutator:
    """Makes the near misses of one operation's requests."""

    def __init__(self, contract: Contract, operation: Operation) -> None:
        self.contract = contract
        self.operation = operation
        self.design = design(contract, operation)
        self.faults = Faults(lookup_of(contract), self.design.work)
        self.checker = Checker(contract)
        self.validators = validators_of(contract)
        self.unbroken: list[Unbroken] = []

    def all(self) -> Iterator[Mutant]:
        """Every near miss, place by place; always the same."""
        around = self._simplest()
        for target in self.targets():
            yield from self.at(target, around)

    def _simplest(self) -> tuple[Case, Pick]:
        """The simplest request that can be had; raises `Unsatisfiable`."""
        picks: list[Pick] = [Least(), *map(Chance, range(_FRAMES))]
        for pick in picks:
            try:
                return self.design.make(pick), Least()
            except Rejected:
                continue
        raise Unsatisfiable(self.operation.pointer, "no request of it was found")

    def targets(self) -> Iterator[Target]:
        """Every place of every constraint, each once."""
        for spot in self._spots():
            if spot.wire is not None and self.design.may_miss(spot.wire):
                yield Target(spot, None, None)
            done: set[tuple[Any, ...]] = set()
            for way in ways(spot.root):
                for constraint in (*constraints(way), *tag_constraints(way)):
                    if constraint.identity not in done:
                        done.add(constraint.identity)
                        yield Target(spot, way, constraint)

    def at(self, target: Target, around: tuple[Case, Pick]) -> Iterator[Mutant]:
        """The near misses of one constraint, in a case whose rest is as given."""
        if target.way is None or target.constraint is None:
            yield from self._missing(target.spot, around[0])
        else:
            yield from self._broken(target.spot, target.way, target.constraint, around)

    def _spots(self) -> Iterator[_Spot]:
        for wire, (parameter, plan) in self.design.parameters.items():
            side = Side(parameter.location)
            yield _Spot(self.design, side, wire, parameter.name, parameter.schema, plan)
        if self.design.body is not None and self.operation.body is not None:
            schema = self.operation.body.content[self.design.media]
            yield _Spot(self.design, Side.REQUEST_BODY, None, "body", schema, self.design.body)

    def _missing(self, spot: _Spot, base: Case) -> Iterator[Mutant]:
        """A parameter that is required and absent."""
        assert spot.wire is not None
        parameter = self.design.parameters[spot.wire][0]
        rest = {wire: value for wire, value in base.parameters.items() if wire != spot.wire}
        case = replace(base, parameters=rest)
        says, at = f"{parameter.name}: is required", f"{parameter.pointer}/required"
        if not self._is_refused(case):
            self._told_off(spot, "", at, "the contract takes the request without it")
            return
        yield Mutant(
            self.operation.key, spot.side, "", at, "missing-parameter", says, None, case,
            spot.wire, base,
        )  # fmt: skip

    def _broken(
        self, spot: _Spot, way: Way, constraint: Constraint, around: tuple[Case, Pick]
    ) -> Iterator[Mutant]:
        at = pointer(step.to for step in way.steps if step.kind in ("member", "item", "other"))
        if spot.wire is not None and constraint.is_text and not at:
            # Whatever is sent as a parameter is a text when it arrives.
            self._told_off(spot, at, constraint.rule, _ALL_TEXT)
            return
        fitting = self._frame(spot, way, around)
        if fitting is None:
            self._told_off(spot, at, constraint.rule, "no valid request was found around it")
            return
        found = list(self._mutants(spot, constraint, fitting, way.end))
        if not found:
            self._told_off(spot, at, constraint.rule, _ELSEWHERE)
        elif constraint.keyword == KEYWORD:
            yield min(found, key=lambda one: self._count(spot, one.value))
        else:
            yield from found

    def _mutants(
        self, spot: _Spot, constraint: Constraint, fitting: tuple[Frame, Case], end: Plan
    ) -> Iterator[Mutant]:
        """What breaks one constraint, and is refused when it is sent."""
        surroundings, good = fitting
        for wrong in self.faults.wrong(end, constraint):
            made = surroundings.filled(wrong)
            case = spot.case(made.value, good)
            if self._accepted(spot, made.value) or not self._on_the_wire(spot, case):
                continue
            yield Mutant(
                self.operation.key, spot.side, pointer(made.steps), constraint.rule,
                constraint.keyword, f"{_named(spot, made.steps)}: {constraint.says}", made.value,
                case, spot.wire, good,
            )  # fmt: skip

    def _frame(self, spot: _Spot, way: Way, around: tuple[Case, Pick]) -> tuple[Frame, Case] | None:
        """What surrounds the end of a way, and the valid request with a good value in its place."""
        base, pick = around
        for one in (pick, *map(Chance, range(_FRAMES))):
            try:
                found = frame(spot.root, way, one)
            except Rejected:
                continue
            for value in islice(some(way.end), _GOOD):
                whole = found.filled(value).value
                if self._accepted(spot, whole) and spot.case(whole, base).has_form:
                    return found, spot.case(whole, base)
        return None

    def _count(self, spot: _Spot, value: Any) -> int:
        """How much is wrong with a value, as it would be told."""
        return len(explain(self.contract, spot.schema, "", value, "request"))

    def _told_off(self, spot: _Spot, at: str, rule: str, reason: str) -> None:
        self.unbroken.append(Unbroken(self.operation.key, spot.side, at, rule, reason))

    def _accepted(self, spot: _Spot, value: Any) -> bool:
        return self.validators.of(spot.schema, "request")(value)

    def _is_refused(self, case: Case) -> bool:
        exchange = Exchange(case.request, None, Source("<drawn>"))
        return self.checker.judge(exchange) is Verdict.INVALID

    def _on_the_wire(self, spot: _Spot, case: Case) -> bool:
        """Whether the fault is still one once it is written: a parameter is text on the wire."""
        return case.has_form and (spot.wire is None or self._is_refused(case))


def _named(spot: _Spot, steps: tuple[str | int, ...]) -> str:
    inside = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
    if spot.wire is None:
        return inside.removeprefix(".") or "the body"
    return spot.name + inside


def mutants(contract: Contract, operation: str) -> Iterator[Mutant]:
    """Every near miss of an operation's requests: deterministic and complete.

    `operation` is ``METHOD /path`` or the generated method's name; KeyError if there is none.
    """
    return Mutator(contract, find(contract, operation)).all()
