"""Each change of the document with what it comes to: forms of methods, models, places of use.

Knows how a change's place leads to a method and to the model that stands there. It must not know
how changes, methods or uses are found.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from specbound.contract.words import snake
from specbound.diff.changes import Change
from specbound.emit.text import literal
from specbound.origin import tokens
from specbound.update.outcome import FormChange, Impact, MethodChange, NameChange, Names, Use
from specbound.update.surface import Surface


class Places:
    """Where the models that changed stand, in both documents."""

    def __init__(self, names: Names, old: Surface, new: Surface) -> None:
        self._at: dict[str, NameChange] = {}
        for one in (*names.added, *names.renamed, *names.changed, *names.gone):
            for side, name in ((new, one.new), (old, one.old)):
                named = side.contract.schemas.get(name) if name else None
                for place in named.places if named else ():
                    self._at[place] = one

    def of(self, pointers: Iterable[str]) -> tuple[NameChange, ...]:
        """The changed model that stands at each place, or nearest above it."""
        found = {id(one): one for place in pointers if (one := self._above(place))}
        return tuple(found.values())

    def _above(self, place: str) -> NameChange | None:
        while place and place not in self._at:
            place = place.rpartition("/")[0]
        return self._at.get(place)


def impacts(
    changes: Iterable[Change],
    methods: Sequence[MethodChange],
    places: Places,
    uses: Sequence[Use] = (),
) -> tuple[Impact, ...]:
    """What every change comes to, in the order of the changes."""
    by_key = {one.operation: one for one in methods}
    by_method: dict[str, list[Use]] = {}
    for use in uses:
        by_method.setdefault(use.method, []).append(use)
    return tuple(_impact(one, by_key, places, by_method) for one in changes)


def _impact(
    change: Change,
    methods: Mapping[str, MethodChange],
    places: Places,
    uses: Mapping[str, Sequence[Use]],
) -> Impact:
    method = methods.get(change.operation)
    origins = [one.pointer for one in (change.new_origin, change.old_origin) if one]
    names = places.of([change.pointer, *origins])
    if method is None:
        return Impact(change, "", (), names)
    name = method.old or method.new or ""
    forms = tuple(one for one in method.forms if _concerns(change, one))
    touched = uses.get(name, ()) if name and change.direction != "response" else ()
    return Impact(change, name, forms, names, tuple(one for one in touched if _met(change, one)))


def _concerns(change: Change, form: FormChange) -> bool:
    """Whether a change of the document is what changed a form of its method."""
    if change.direction == "response":
        return False
    if change.variant and form.label and literal(change.variant) not in form.label:
        return False
    steps = tokens(change.at)
    if steps and form.arguments:
        return snake(steps[0]) in {one.name.rstrip("_") for one in form.arguments}
    return True


def _met(change: Change, use: Use) -> bool:
    """Whether a use is of the very thing that a change took away, as far as the words tell."""
    steps = [step for step in tokens(change.at) if step not in ("*", "[]")]
    if change.variant and change.variant not in use.code and not steps:
        return False
    wanted = {snake(steps[0]), steps[0]} if steps else set()
    return not wanted or any(f"`{word}`" in use.reason for word in wanted)
