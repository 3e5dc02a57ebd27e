"""Which mends to write: those that, tried out, leave nothing of what they mend.

Knows how to try an overlay on a document. It must not know any rule, nor write any file.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from specbound.contract.load import Contract
from specbound.diagnostics import Code, Severity, SpecError
from specbound.lint.lint import lint
from specbound.lint.overlay import mends, written
from specbound.lint.problem import Action, Problem

#: Tries a text as the last overlay: the contract that comes of it, or `SpecError`.
Try = Callable[[str], Contract]

#: So often a document is read again; mends that are still in doubt then are left out.
MOST_TRIES = 24

#: What a mend must not bring about.
_WORSE = frozenset({Code.INVALID_DOCUMENT, Code.OVERLAY_WITHOUT_MATCH, Code.WRONG_TYPE})


@dataclass(frozen=True, slots=True)
class Mended:
    """What `--fix` comes to: the overlay's new text, what it does, and what is left afterwards.

    `text` is None where the existing file cannot be added to, and as it was where nothing is new.
    """

    text: str | None
    actions: tuple[tuple[Action, str], ...]
    mended: tuple[Problem, ...]
    left: tuple[Problem, ...]


def mend(problems: Sequence[Problem], existing: str, attempt: Try) -> Mended:
    """Find the mends that work; what does not, or breaks something else, is left out."""
    hopeful = [problem for problem in problems if problem.mend]
    if hopeful and written([], existing) is None:
        return Mended(None, (), (), tuple(problems))
    trial = _Trial(existing, attempt, {_sort(one) for one in problems})
    working = trial.working(hopeful)
    if not working:
        return Mended(existing, (), (), tuple(problems))
    left = trial.left(working)
    actions = tuple(mends(working))
    text = written(actions, existing)
    return Mended(text, actions, tuple(working), tuple(problems if left is None else left))


@dataclass(slots=True)
class _Trial:
    """Tries mends together, and in halves where they do not work together."""

    existing: str
    attempt: Try
    before: set[tuple[str, str, str]]
    tries: int = 0
    _known: dict[tuple[int, ...], list[Problem] | None] = field(default_factory=dict)

    def working(self, hopeful: list[Problem]) -> list[Problem]:
        """The mends that work together."""
        while hopeful and self.tries < MOST_TRIES:
            left = self.left(hopeful)
            if left is None:
                hopeful = self._halved(hopeful)
                continue
            still = {_sort(one) for one in left}
            kept = [one for one in hopeful if _sort(one) not in still]
            if len(kept) == len(hopeful):
                return hopeful
            hopeful = kept
        return []

    def _halved(self, hopeful: list[Problem]) -> list[Problem]:
        """Those of a set that does not work which work apart, as far as there are tries left."""
        if len(hopeful) == 1 or self.tries >= MOST_TRIES:
            return []
        middle = len(hopeful) // 2
        kept: list[Problem] = []
        for half in (hopeful[:middle], hopeful[middle:]):
            kept += half if self.left(half) is not None else self._halved(half)
        return kept

    def left(self, some: list[Problem]) -> list[Problem] | None:
        """What is wrong once some problems are mended; None if the document is worse then."""
        key = tuple(map(id, some))
        if key not in self._known:
            self.tries += 1
            self._known[key] = self._left(some)
        return self._known[key]

    def _left(self, some: list[Problem]) -> list[Problem] | None:
        try:
            left = lint(self.attempt(written(mends(some), self.existing) or ""))
        except SpecError:
            return None
        return None if any(map(self._is_worse, left)) else left

    def _is_worse(self, one: Problem) -> bool:
        is_bad = one.diagnostic.severity is Severity.ERROR or one.code in _WORSE
        return is_bad and _sort(one) not in self.before


def _sort(problem: Problem) -> tuple[str, str, str]:
    """What tells a problem from others before and after: its line may move, its words do not."""
    origin = problem.diagnostic.origin
    pointer = "" if problem.code == Code.INVALID_SAMPLE or origin is None else origin.pointer
    return problem.code, problem.diagnostic.message, pointer
