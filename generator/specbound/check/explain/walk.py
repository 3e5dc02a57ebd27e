"""The walk down a value that does not fit: where it stands, in which branch, and what it found.

Knows places and findings. It must not know any keyword: those are handed in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from specbound.check.explain.parts import Declared, Part, declared_by, items, parts
from specbound.check.explain.phrases import Path, count, kept, name_of
from specbound.check.explain.reasons import Said
from specbound.check.explain.renames import renamed
from specbound.check.explain.unions import Choice
from specbound.check.finding import Fault
from specbound.check.schema.judge import Judge
from specbound.check.schema.lookup import Place
from specbound.diagnostics import Severity
from specbound.origin import pointer
from specbound.runtime.words import kebab

#: So many faults of one value are told; the rest is counted.
MOST_FAULTS = 200
_NOTHING = object()


@dataclass(slots=True)
class Here:
    """One value on the way: what it is, where it stands, and what is asked about it twice."""

    value: Any
    path: Path
    above: Here | None
    place: Place
    _memory: dict[str, Any] = field(default_factory=dict)

    def applied(self, judge: Judge) -> list[Part]:
        """All schemas that were meant to hold here, from every branch above."""
        if "applied" not in self._memory:
            found = [] if self.above is None else self.above.below(judge, self.path[-1])
            self._memory["applied"] = found or [Part(self.place)]
        return self._memory["applied"]  # type: ignore[no-any-return]

    def below(self, judge: Judge, step: str | int) -> list[Part]:
        """The schemas that were meant to hold one step down."""
        if isinstance(step, int):
            return items(judge, self.parts(judge), step)
        return self.declared(judge).of(step)

    def parts(self, judge: Judge) -> list[Part]:
        """The object schemas among all that apply: `$ref`, `allOf` and the branches meant."""
        if "parts" not in self._memory:
            self._memory["parts"] = parts(judge, self.applied(judge), self.value)
        return self._memory["parts"]  # type: ignore[no-any-return]

    def apply(self, found: list[Part]) -> None:
        """Take over what is known to apply here."""
        self._memory["applied"] = found

    def declared(self, judge: Judge) -> Declared:
        """What is said about the names of this object's members."""
        if "declared" not in self._memory:
            self._memory["declared"] = declared_by(judge, self.parts(judge))
        return self._memory["declared"]  # type: ignore[no-any-return]

    def renamed(self, judge: Judge) -> dict[str, str]:
        """The members of this object that are declared under another name."""
        if "renamed" not in self._memory:
            self._memory["renamed"] = renamed(judge, self.declared(judge), self.value)
        return self._memory["renamed"]  # type: ignore[no-any-return]


class Taken(NamedTuple):
    """A branch that was entered, the value at which it was, and how deep that was."""

    choice: Choice
    value: Any
    depth: int


class Spot(NamedTuple):
    """A value, and the branches that led to it: the innermost tagged one names the variant."""

    here: Here
    variant: str = ""
    taken: Taken | None = None

    @property
    def value(self) -> Any:
        """The value."""
        return self.here.value

    @property
    def path(self) -> Path:
        """The steps to the value."""
        return self.here.path


@dataclass(frozen=True, slots=True)
class Draft:
    """A fault before it is written down: the keyword's place and the words."""

    code: str
    rule: Place
    said: Said
    path: Path | None = None
    names: tuple[str, ...] = ()
    value: Any = _NOTHING
    severity: Severity = Severity.ERROR


Explainer = Callable[["Walk", Place, Spot], None]


class Walk:
    """Collects the faults of one value; what a schema says is explained by keyword."""

    def __init__(self, judge: Judge, explain: Explainer) -> None:
        self.judge = judge
        self.found: dict[tuple[Any, ...], Fault] = {}
        self.more = 0
        #: Where the source states the rule, by value place, rule and variant: see `source`.
        self.sources: dict[tuple[str, str, str], str] = {}
        self.explainer = explain
        self._seen: set[tuple[int, int, Path]] = set()

    def look(self, place: Place, spot: Spot) -> None:
        """Explain in what a value breaks a schema; nothing if it does not."""
        key = (id(place.schema), id(spot.value), spot.path)
        if key in self._seen or self.judge.fits(place.schema, spot.value):
            return
        # What leads here again, by another way or in a circle, would tell the same once more.
        self._seen.add(key)
        self.explainer(self, place, spot)

    def enter(
        self, place: Place, below: tuple[str | int, ...], spot: Spot, step: str | int
    ) -> None:
        """Explain what is wrong one step down the value, by the schema `below` a place."""
        value, schema = spot.value[step], place.schema
        for each in below:
            schema = schema[each]
        if not self.judge.fits(schema, value) and not self.is_full():
            inner = place.child(*below)
            here = Here(value, (*spot.path, step), spot.here, inner)
            self.look(inner, Spot(here, spot.variant, spot.taken))

    def is_full(self) -> bool:
        """Count a fault; whether there have been so many that it need not be told."""
        if len(self.found) < MOST_FAULTS:
            return False
        self.more += 1
        return True

    def add(self, spot: Spot, draft: Draft) -> None:
        """Note a fault; the same cause at the same place is noted once."""
        path = spot.path if draft.path is None else draft.path
        value = spot.value if draft.value is _NOTHING else draft.value
        at = pointer(path)
        self.sources[(general(path), draft.rule.at, spot.variant)] = draft.rule.source
        key = (at, draft.code) if draft.code == "type" else (at, draft.code, draft.said.message)
        self.found.setdefault(
            key,
            Fault(
                code=draft.code,
                message=draft.said.message,
                pointer=at,
                schema=draft.rule.at,
                value=kept(value, name_of(path)),
                variant=spot.variant,
                allowed=draft.said.allowed,
                help=draft.said.help,
                severity=draft.severity,
                names=draft.names,
            ),
        )

    def faults(self, place: Place) -> list[Fault]:
        """All that was found; the last one says how many were not told."""
        found = list(self.found.values())
        if self.more:
            words = f"{count(self.more, 'more fault')} like these in the same value"
            found.append(Fault("too-many-faults", words, "", place.at))
        return found


def general(path: Path) -> str:
    """A pointer with all indexes alike."""
    return pointer(["[]" if isinstance(step, int) else step for step in path])


def keyword_at(place: Place, keyword: str) -> tuple[str, Place]:
    """The code of a keyword and its place."""
    return kebab(keyword), place.child(keyword)
