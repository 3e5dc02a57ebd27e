"""Drives a builder through valid values and near misses, and writes down what it did.

Knows hypothesis' public API and what counts as right. It must not know how values are made, nor how
results are shown.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.database import DirectoryBasedExampleDatabase, ExampleDatabase
from hypothesis.errors import HypothesisException

from specbound.check.checker import Checker
from specbound.contract.load import Contract
from specbound.prove.builder import Builder, Built, Refused, Strange
from specbound.prove.carried import lost
from specbound.prove.case import Case
from specbound.prove.conjunction import Unsatisfiable
from specbound.prove.drawing import cases
from specbound.prove.places import ORDER, Places, errors
from specbound.prove.proof import Code, Counterexample, Kind, Proof
from specbound.prove.second import Opinions
from specbound.prove.shown import call_of, text_of
from specbound.traffic.exchange import Request, Source

_HERE = Source("<builder>")


@dataclass(frozen=True)
class Effort:
    """How much is tried: examples of the valid side, which sides, and from which seed."""

    examples: int = 100
    valid: bool = True
    invalid: bool = True
    seed: int | None = None
    database: str | None = ".hypothesis/examples"


class _Wrong(Exception):
    """A valid value went wrong; hypothesis keeps the smallest of these."""

    def __init__(self, found: Counterexample) -> None:
        super().__init__(found.message)
        self.found = found


@dataclass
class Runner:
    """One builder under test, with what is worked out once."""

    builder: Builder
    effort: Effort = field(default_factory=Effort)
    target: str = ""
    code: Code = field(default_factory=Code)

    def __post_init__(self) -> None:
        self.contract: Contract = self.builder.contract
        self.operation = self.builder.operation
        self.checker = Checker(self.contract)
        self.opinions = Opinions(self.contract)

    def run(self) -> Proof:
        """Try everything; what goes wrong is in the result, never raised."""
        started = time.perf_counter()
        notes: list[str] = []
        drawn, wrong = self._valid(notes) if self.effort.valid else (0, [])
        tried = Places(self.builder, self.checker, self.opinions)
        places = tuple(tried.all(notes)) if self.effort.invalid else ()
        return Proof(
            self.operation.key,
            self.operation.name,
            self.target,
            drawn,
            tuple(sorted(places, key=lambda place: ORDER.index(place.status))),
            (*wrong, *self.opinions.found),
            tuple(notes),
            self.effort.seed,
            time.perf_counter() - started,
            self.code,
        )

    # --- valid values -----------------------------------------------------------------------------

    def _valid(self, notes: list[str]) -> tuple[int, list[Counterexample]]:
        drawn = 0

        def holds(case: Case) -> None:
            nonlocal drawn
            drawn += 1
            self.opinions.valid(case)
            found = self.wrong_with(self.builder.within(case))
            if found is not None:
                raise _Wrong(found)

        # The database keeps failures by the test's name: each operation has its own.
        named = re.sub(r"\W+", "_", f"holds_{self.operation.name}_{self.target}")
        holds.__name__ = holds.__qualname__ = named
        try:
            self._hypothesis()(given(cases(self.contract, self.operation.key))(holds))()
        except _Wrong as error:
            return drawn, [error.found]
        except (HypothesisException, Unsatisfiable) as error:
            notes.append(f"valid values: {error}")
        return drawn, []

    def _hypothesis(self) -> Any:
        base: ExampleDatabase | None = None
        if self.effort.database and self.effort.seed is None:
            base = DirectoryBasedExampleDatabase(self.effort.database)
        limits = settings(
            max_examples=self.effort.examples,
            deadline=None,
            database=base,
            report_multiple_bugs=False,
            print_blob=False,
            phases=[Phase.reuse, Phase.generate, Phase.target, Phase.shrink],
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.nested_given],
        )
        if self.effort.seed is None:
            return limits
        chosen = seed(self.effort.seed)
        return lambda test: chosen(limits(test))

    def wrong_with(self, case: Case) -> Counterexample | None:
        """What the builder does wrong with a valid case, if anything."""
        call = call_of(self.builder, case)
        match self.builder.build(case):
            case Refused(error, message):
                said = f"refused a valid value: {error}: {message}"
                return Counterexample(Kind.REFUSED, said, call)
            case Strange(what):
                said = f"gave back {what}, which is no request"
                return Counterexample(Kind.STRANGE, said, call)
            case Built(request):
                return self._wrong_request(case, request, call)
        return None

    def _wrong_request(
        self, case: Case, request: Request, call: dict[str, Any]
    ) -> Counterexample | None:
        for finding in errors(self.checker, request):
            said = f"made a request that the contract refuses: {finding.message}"
            return Counterexample(Kind.INVALID, said, call, text_of(request), finding.spec)
        if missing := lost(case, request):
            said = f"did not send what was asked: {missing}"
            asked = (case.parameters, case.body)
            return Counterexample(Kind.CHANGED, said, call, text_of(request), None, asked)
        return None
