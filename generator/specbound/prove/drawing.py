"""Hypothesis strategies of whole requests, near misses and exchanges of one operation.

Knows how parameters, body and reply come together. It must not know how a value is made.
"""

from __future__ import annotations

from itertools import islice
from typing import Any

from hypothesis import strategies
from hypothesis.strategies import SearchStrategy

from specbound.check.checker import Checker
from specbound.check.finding import Verdict
from specbound.contract.load import Contract
from specbound.prove.case import Case
from specbound.prove.design import design, find
from specbound.prove.drawn import Drawn
from specbound.prove.mutator import Mutant, Mutator
from specbound.prove.planner import Planner, planner
from specbound.prove.strategies import strategy
from specbound.traffic.exchange import ABSENT, Exchange, Request, Response, Source

#: So many near misses of one place are made before one is chosen.
_FEW = 4


def cases(contract: Contract, operation: str) -> SearchStrategy[Case]:
    """Requests as values: what `check_builder` hands to a builder."""
    plan = design(contract, find(contract, operation))
    # What a form holds is text: not every value is read as itself again.
    checker = Checker(contract) if plan.media and "json" not in plan.media else None

    @strategies.composite
    def made(draw: Any) -> Case:
        pick = Drawn(draw)
        case = plan.make(pick)
        if not case.has_form or (checker and not _is_read(checker, case)):
            pick.reject()
        return case

    return made()


def _is_read(checker: Checker, case: Case) -> bool:
    return checker.judge(Exchange(case.request, None, Source("<drawn>"))) is Verdict.VALID


def requests(contract: Contract, operation: str) -> SearchStrategy[Request]:
    """Requests of an operation, all of which the contract accepts."""
    return cases(contract, operation).map(lambda case: case.request)


def near_misses(contract: Contract, operation: str) -> SearchStrategy[Mutant]:
    """Near misses of an operation's requests, with everything else about them drawn."""
    mutator = Mutator(contract, find(contract, operation))
    targets = list(mutator.targets())

    @strategies.composite
    def made(draw: Any) -> Mutant:
        pick = Drawn(draw)
        target = draw(strategies.sampled_from(targets))
        found = list(islice(mutator.at(target, (mutator.design.make(pick), pick)), _FEW))
        return found[pick.integer(0, len(found) - 1)] if found else pick.reject()

    return made()


def exchanges(contract: Contract, operation: str) -> SearchStrategy[Exchange]:
    """Requests with a reply that the operation documents."""
    op = find(contract, operation)
    work = planner(contract, "response")
    replies = [
        strategies.tuples(strategies.just(status), _bodies(work, reply.content, reply.pointer))
        for status, reply in op.replies.items()
    ]

    def joined(pair: tuple[Request, tuple[str, Any]]) -> Exchange:
        request, (status, body) = pair
        return Exchange(request, Response(_number(status), None, body), Source("<drawn>"))

    return strategies.tuples(requests(contract, operation), strategies.one_of(replies)).map(joined)


def _number(status: str) -> int:
    """A status that a key of `responses` stands for."""
    if status.isdecimal():
        return int(status)
    return 500 if status == "default" else int(status[0]) * 100


def _bodies(work: Planner, content: Any, at: str) -> SearchStrategy[Any]:
    for media, schema in content.items():
        if "json" in media:
            place = f"{at}/content/{media.replace('~', '~0').replace('/', '~1')}/schema"
            return strategy(work.root(schema, place))
    return strategies.just(ABSENT)
