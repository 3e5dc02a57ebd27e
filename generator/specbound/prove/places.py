"""Near misses put to a builder: at which places it refuses, mends, or lets something through.

Knows what counts as a refusal. It must not know how near misses are made, nor valid values.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple

from specbound.check.checker import Checker
from specbound.check.finding import Finding
from specbound.diagnostics import Severity
from specbound.origin import Origin, tokens
from specbound.prove.builder import Builder, Built, Refused
from specbound.prove.case import Case
from specbound.prove.conjunction import Unsatisfiable
from specbound.prove.mutator import Mutant, Mutator
from specbound.prove.proof import Place, Status
from specbound.prove.second import Opinions
from specbound.prove.shown import call_of, text_of
from specbound.traffic.exchange import Exchange, Request, Source

_HERE = Source("<builder>")
_NEVER = "the builder refuses the good value beside it too"
#: From the worst on.
ORDER = (Status.LET_THROUGH, Status.HELD, Status.MENDED, Status.NOT_REACHED)


class _Answer(NamedTuple):
    """What a builder made of a near miss; the rule as the checker found it broken."""

    status: Status
    request: Request | None
    reason: str
    rule: Origin | None = None


def kebab(keyword: str) -> str:
    """``maxLength`` as findings write it: ``max-length``."""
    return re.sub("[A-Z]", lambda found: "-" + found[0].lower(), keyword)


def errors(checker: Checker, request: Request) -> list[Finding]:
    """What makes a request one that the contract refuses."""
    found = checker.check(Exchange(request, None, _HERE)).findings
    return [each for each in found if each.severity is Severity.ERROR]


@dataclass
class Places:
    """Tries the near misses of one builder's operation."""

    builder: Builder
    checker: Checker
    opinions: Opinions
    _base: dict[int, bool] = field(default_factory=dict)

    def all(self, notes: list[str]) -> Iterator[Place]:
        """Every place of every constraint, with what the builder did there."""
        try:
            mutator = Mutator(self.builder.contract, self.builder.operation)
        except Unsatisfiable as error:
            notes.append(f"near misses: {error}")
            return
        for _, group in groupby(
            mutator.all(), key=lambda one: (one.part, one.pointer, one.rule, one.says)
        ):
            yield self._place(list(group))
        for part, pointer, rule, reason in (one[1:] for one in mutator.unbroken):
            keyword, says = rule.rpartition("/")[2], "no near miss of it exists"
            yield Place(
                part, pointer, keyword, self.builder.contract.origin(rule), says,
                Status.NOT_REACHED, 0, reason=reason,
            )  # fmt: skip

    def _place(self, group: list[Mutant]) -> Place:
        self.opinions.invalid(group[0])
        tried = [(one, self._tried(one)) for one in group]
        mutant, worst = min(tried, key=lambda each: ORDER.index(each[1].status))
        return Place(
            mutant.part,
            mutant.pointer,
            mutant.keyword,
            worst.rule or self.builder.contract.origin(mutant.rule),
            mutant.says,
            worst.status,
            len(group),
            call_of(self.builder, self.builder.within(mutant.case)),
            text_of(worst.request) if worst.request else "",
            worst.reason,
        )

    def _tried(self, mutant: Mutant) -> _Answer:
        """What the builder does with one near miss."""
        if not self.builder.reaches(mutant.wire, tokens(mutant.pointer)):
            return _Answer(Status.NOT_REACHED, None, self.builder.why_not(mutant.wire))
        match self.builder.build(self.builder.within(mutant.case)):
            case Refused(error, message):
                if self._takes(mutant.good):
                    return _Answer(Status.HELD, None, f"{error}: {message}")
                return _Answer(Status.NOT_REACHED, None, _NEVER)
            case Built(request):
                wrong = errors(self.checker, request)
                if not wrong:
                    return _Answer(Status.MENDED, request, "")
                code = kebab(mutant.keyword)
                rule = next((one.spec for one in wrong if one.code == code), None)
                return _Answer(Status.LET_THROUGH, request, "", rule)
        return _Answer(Status.NOT_REACHED, None, "the builder gave back no request")

    def _takes(self, good: Case) -> bool:
        known = self._base.get(id(good))
        if known is None:
            known = self._base[id(good)] = isinstance(
                self.builder.build(self.builder.within(good)), Built
            )
        return known
