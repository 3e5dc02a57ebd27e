"""Sequences of a client's calls (create, poll, cancel) against a service that answers.

Knows hypothesis' public API and what has to hold after each call. It must not know how replies are
made, nor how results are shown.
"""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings, strategies
from hypothesis.errors import HypothesisException
from hypothesis.strategies import SearchStrategy

from specbound.check.checker import Checker
from specbound.contract.load import Contract
from specbound.contract.model import Operation
from specbound.diagnostics import Severity
from specbound.prove.builder import Builder, awaited, finished
from specbound.prove.carried import lost
from specbound.prove.case import Case
from specbound.prove.drawing import cases
from specbound.prove.flows import Flow, flows
from specbound.prove.proof import Code, Counterexample, Kind, Proof
from specbound.prove.reproduce import call_text
from specbound.prove.runner import Effort
from specbound.prove.service import Service
from specbound.prove.shown import text_of
from specbound.traffic.capture import Caught, answered
from specbound.traffic.exchange import Exchange, Source

#: Longer sequences find nothing that these do not.
_LONGEST = 6
Calls = Mapping[str, Callable[..., Any]]


class _Wrong(Exception):
    def __init__(self, found: Counterexample) -> None:
        super().__init__(found.message)
        self.found = found


@dataclass
class Sequences:
    """The calls of one client, by their operations."""

    contract: Contract
    calls: Calls
    effort: Effort
    target: str = ""
    code: Code = field(default_factory=Code)

    def __post_init__(self) -> None:
        self.flows = tuple(one for one in map(self._of_client, flows(self.contract)) if one)
        self.service = Service(self.contract, self.flows)
        self.checker = Checker(self.contract)

    def run(self) -> Proof:
        """Draw sequences and see what each call sends; what goes wrong is in the result."""
        started, drawn, wrong, notes = time.perf_counter(), 0, [], []
        if not self.flows:
            notes.append("no operation of the client makes something that another one asks for")

        def holds(steps: list[tuple[str, Case]]) -> None:
            nonlocal drawn
            drawn += 1
            self._play(steps)

        try:
            if self.flows:
                self._hypothesis()(given(self._steps())(holds))()
        except _Wrong as error:
            wrong.append(error.found)
        except HypothesisException as error:
            notes.append(f"sequences: {error}")
        seconds = time.perf_counter() - started
        return Proof(
            "sequences", "sequences", self.target, drawn, (), tuple(wrong), tuple(notes),
            self.effort.seed, seconds, self.code,
        )  # fmt: skip

    def _hypothesis(self) -> Any:
        limits = settings(
            max_examples=self.effort.examples,
            deadline=None,
            database=None,
            report_multiple_bugs=False,
            print_blob=False,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        )
        if self.effort.seed is None:
            return limits
        chosen: Any = seed(self.effort.seed)
        return lambda test: chosen(limits(test))

    def _of_client(self, flow: Flow) -> Flow | None:
        """What of a flow the client has."""
        creators = tuple(one for one in flow.creators if one[0].key in self.calls)
        followers = tuple(one for one in flow.followers if one.key in self.calls)
        return (
            replace(flow, creators=creators, followers=followers)
            if creators and followers
            else None
        )

    def _steps(self) -> SearchStrategy[Any]:
        keys = dict.fromkeys(
            one.key
            for flow in self.flows
            for one in (*(each[0] for each in flow.creators), *flow.followers)
        )
        each = [strategies.tuples(strategies.just(key), cases(self.contract, key)) for key in keys]
        return strategies.lists(strategies.one_of(each), min_size=1, max_size=_LONGEST)

    def _play(self, steps: list[tuple[str, Case]]) -> None:
        self.service.restart(self.effort.seed or 0)
        told: list[str] = []
        for key, drawn in steps:
            operation = self.contract.operations[key]
            case = self._about_something(operation, drawn)
            if case is not None:
                self._call(operation, case, told)

    def _about_something(self, operation: Operation, case: Case) -> Case | None:
        """The case with the id of what was made last; None where nothing was made yet."""
        for flow in self.flows:
            if operation in flow.followers:
                made = self.service.made.get(flow.followers[0].path)
                wire = ("path", flow.parameter)
                return (
                    replace(case, parameters={**case.parameters, wire: made[-1]}) if made else None
                )
        return case

    def _call(self, operation: Operation, case: Case, told: list[str]) -> None:
        builder = Builder(self.calls[operation.key], self.contract, operation)
        case = builder.within(case)
        arguments, keywords = builder.call(case)
        told.append(call_text(f"{self.code.expression}.{operation.name}", keywords))
        before = len(self.service.heard)
        try:
            with answered(self.service.answer):
                made = builder.function(*arguments, **keywords)
                if inspect.isawaitable(made):
                    finished(awaited(made))
        except (Caught, Exception) as error:
            self._fail(
                Kind.REFUSED, f"{operation.name} raised {type(error).__name__}: {error}", told
            )
        sent = self.service.heard[before:]
        if len(sent) != 1:
            self._fail(Kind.STRANGE, f"{operation.name} sent {len(sent)} requests, not one", told)
        findings = self.checker.check(Exchange(sent[0], None, Source("<builder>"))).findings
        errors = [one.message for one in findings if one.severity is Severity.ERROR]
        if errors:
            self._fail(
                Kind.INVALID, f"{operation.name} sent what the contract refuses: {errors[0]}", told
            )
        if gone := lost(case, sent[0]):
            self._fail(Kind.CHANGED, f"{operation.name} did not send what was asked: {gone}", told)

    def _fail(self, kind: Kind, said: str, told: list[str]) -> None:
        heard = self.service.heard
        request = text_of(heard[-1]) if heard else ""
        raise _Wrong(Counterexample(kind, said, {}, request, steps=tuple(told)))
