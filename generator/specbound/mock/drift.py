"""Bodies with one fault: a reply as it would be, in which exactly one rule is broken.

Knows how near misses are found, and that a fault is one if it is explained as one. It must not know
requests.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

from specbound.check.explain.explain import explain
from specbound.check.schema.lookup import lookup_of
from specbound.contract.load import Contract
from specbound.mock.places import at, placed, without
from specbound.origin import pointer
from specbound.prove.conjunction import Unsatisfiable
from specbound.prove.constraints import Constraint, constraints
from specbound.prove.faults import Faults
from specbound.prove.planner import planner
from specbound.prove.replies import Form
from specbound.prove.ways import Way, ways
from specbound.runtime.words import kebab
from specbound.traffic.exchange import ABSENT

#: So many places of a body are tried for a fault.
_TRIED = 200
_STRANGE = "unexpected"

Target = tuple[Way, Constraint]


class Drift:
    """Breaks bodies of one contract's replies."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._work = planner(contract, "response")
        self._faults = Faults(lookup_of(contract), self._work)
        self._targets: dict[str, list[Target]] = {}

    def broken(self, form: Form, body: Any, keyword: str, salt: str) -> tuple[Any, str] | None:
        """The body with one broken rule, and what it breaks; None where none was found.

        `keyword` is that of JSON Schema, in either spelling; empty takes any.
        """
        try:
            targets = [one for one in self._all(form) if _is_meant(one[1], keyword)]
        except Unsatisfiable:
            return None
        Random(salt).shuffle(targets)
        for way, constraint in targets[:_TRIED]:
            place = _place(way)
            if place is None or at(body, place) is ABSENT:
                continue
            for wrong in self._wrong(body, place, way, constraint):
                if self._is_one(form, wrong, constraint):
                    return wrong, f"{kebab(constraint.keyword)} at {place or '/'}"
        return None

    def _all(self, form: Form) -> list[Target]:
        if form.at not in self._targets:
            root = self._work.root(form.schema, form.at)
            found = {
                constraint.identity: (way, constraint)
                for way in ways(root)
                for constraint in constraints(way)
            }
            self._targets[form.at] = list(found.values())
        return self._targets[form.at]

    def _wrong(self, body: Any, place: str, way: Way, constraint: Constraint) -> Iterator[Any]:
        """The body with something else at a place."""
        part = at(body, place)
        if constraint.keyword == "required":
            if isinstance(part, dict) and constraint.member in part:
                yield without(body, place + pointer((constraint.member,)))
        elif constraint.keyword in ("additionalProperties", "unevaluatedProperties"):
            if isinstance(part, dict):
                yield placed(body, place, {**part, _STRANGE: True})
        else:
            for wrong in self._faults.wrong(way.end, constraint):
                yield placed(body, place, wrong)

    def _is_one(self, form: Form, body: Any, constraint: Constraint) -> bool:
        found = explain(self._contract, form.schema, form.at, body, "response")
        return [one.code for one in found] == [kebab(constraint.keyword)]


def _is_meant(constraint: Constraint, keyword: str) -> bool:
    return not keyword or keyword in (constraint.keyword, kebab(constraint.keyword))


def _place(way: Way) -> str | None:
    """The place to which a way leads; None for members that no schema names."""
    if any(step.kind == "other" for step in way.steps):
        return None
    return pointer(step.to for step in way.steps if step.kind in ("member", "item"))
