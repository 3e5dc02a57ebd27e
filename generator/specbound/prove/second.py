"""Second opinions: checker and jsonschema on the same values, some of all that are drawn.

Knows which values are compared. It must not know the builder, nor how either comes to its verdict.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from specbound.check.schema.reference import Reference
from specbound.check.schema.verdict import validators_of
from specbound.contract.load import Contract
from specbound.prove.case import Case
from specbound.prove.mutator import Mutant
from specbound.prove.proof import Counterexample, Kind
from specbound.traffic.exchange import ABSENT

#: So many values of each side are compared: jsonschema is slow, and sees the same rules each time.
_COMPARED = 60


@dataclass
class Opinions:
    """Compares verdicts on the parts of requests."""

    contract: Contract
    found: list[Counterexample] = field(default_factory=list)
    _left: dict[bool, int] = field(default_factory=lambda: {True: _COMPARED, False: 3 * _COMPARED})

    def __post_init__(self) -> None:
        self._reference = Reference(self.contract)

    def valid(self, case: Case) -> None:
        """Compare on a case that was drawn as valid."""
        self._compare(case, True)

    def invalid(self, mutant: Mutant) -> None:
        """Compare on a near miss; only faults of bodies are the same before they are written."""
        if mutant.wire is None:
            self._compare(mutant.case, False)

    def _compare(self, case: Case, expected: bool) -> None:
        body = case.operation.body
        if body is None or case.body is ABSENT or not self._left[expected] or self.found:
            return
        self._left[expected] -= 1
        schema = body.content[case.media]
        verdicts = {
            "the checker": validators_of(self.contract).of(schema, "request")(case.body),
            "jsonschema": self._reference.fits(schema, case.body),
        }
        wrong = [name for name, fits in verdicts.items() if fits is not expected]
        if wrong:
            drawn = "takes a near miss" if not expected else "refuses what was drawn as valid"
            said = f"{' and '.join(wrong)} {drawn}"
            self.found.append(Counterexample(Kind.DISAGREEMENT, said, {"body": case.body}))
