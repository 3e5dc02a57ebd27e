"""What came of proving one builder: every place of every constraint, and what went wrong.

Knows results only. It must not know how they were obtained, nor how they are shown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from specbound.check.finding import Part
from specbound.origin import Origin
from specbound.traffic.exchange import ABSENT


class Status(StrEnum):
    """What a builder did with the near misses of one constraint at one place."""

    LET_THROUGH = "let through"
    HELD = "held"
    MENDED = "mended"
    NOT_REACHED = "not reached"


class Kind(StrEnum):
    """What can be wrong on the valid side, and between our own readings."""

    REFUSED = "refused"
    INVALID = "invalid"
    CHANGED = "changed"
    STRANGE = "strange"
    DISAGREEMENT = "disagreement"


@dataclass(frozen=True)
class Place:
    """One constraint at one place: `status` is the worst of its `tried` near misses.

    `call` is the arguments of the first near miss with that status, `request` what was made of it,
    as text without secrets.
    """

    part: Part
    pointer: str
    keyword: str
    rule: Origin
    says: str
    status: Status
    tried: int
    call: dict[str, Any] = field(default_factory=dict)
    request: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Counterexample:
    """A valid value, as small as it could be made, with which the builder did the wrong thing."""

    kind: Kind
    message: str
    call: dict[str, Any]
    request: str = ""
    rule: Origin | None = None
    #: What was asked for: parameters by place and name, and the body.
    asked: tuple[Mapping[tuple[str, str], Any], Any] = ({}, ABSENT)
    #: The calls of a sequence, where one call alone does no wrong.
    steps: tuple[str, ...] = ()

    @property
    def expected(self) -> str:
        """What a right builder would have done."""
        return _EXPECTED[self.kind]


_EXPECTED = {
    Kind.REFUSED: "a request: the contract takes these values",
    Kind.INVALID: "a request that the contract takes",
    Kind.CHANGED: "a request that carries these values",
    Kind.STRANGE: "a request, or an object with method, url and body",
    Kind.DISAGREEMENT: "one verdict of checker, jsonschema and model",
}


@dataclass(frozen=True)
class Code:
    """How Python code gets at a builder, and at the contract that it was held against."""

    imports: str = ""
    expression: str = "builder"
    files: tuple[str, ...] = ()


@dataclass(frozen=True)
class Proof:
    """All that is known about one builder of one operation after a run."""

    operation: str
    name: str
    target: str
    examples: int
    places: tuple[Place, ...] = ()
    counterexamples: tuple[Counterexample, ...] = ()
    notes: tuple[str, ...] = ()
    seed: int | None = None
    seconds: float = 0.0
    code: Code = Code()

    @property
    def counts(self) -> Counter[Status]:
        """How many places have which status."""
        return Counter(place.status for place in self.places)

    @property
    def holds(self) -> bool:
        """Whether nothing was let through and nothing valid went wrong."""
        return not self.counterexamples and not self.counts[Status.LET_THROUGH]

    @property
    def faults(self) -> int:
        """How many things are wrong."""
        return len(self.counterexamples) + self.counts[Status.LET_THROUGH]

    @property
    def through(self) -> tuple[Place, ...]:
        """The places at which something wrong was let through."""
        return tuple(place for place in self.places if place.status is Status.LET_THROUGH)


@dataclass(frozen=True)
class Run:
    """Every proof of one run, and what they were held against."""

    title: str
    version: str
    target: str
    proofs: tuple[Proof, ...]
    seconds: float = 0.0

    @property
    def counts(self) -> Counter[Status]:
        """How many places have which status, over all builders."""
        return sum((proof.counts for proof in self.proofs), Counter())

    @property
    def faults(self) -> int:
        """How many things are wrong in all."""
        return sum(proof.faults for proof in self.proofs)
