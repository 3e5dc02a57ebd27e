"""Two clients compared: which methods came, went or changed, form by form, argument by argument.

Knows surfaces and how forms of a method belong together. It must not know the documents behind
them, nor how a change is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import SequenceMatcher
from typing import Any

from specbound.emit.signatures import Signature, Taken
from specbound.update.outcome import ArgumentChange, FormChange, MethodChange
from specbound.update.surface import Method, Surface, label

#: Forms that have less in common are two different ones.
_ALIKE = 0.5


def methods(old: Surface, new: Surface, twins: Mapping[str, str]) -> tuple[MethodChange, ...]:
    """Every method that is not as it was, those that break first, then by name.

    `twins` leads from an operation of the old document to the same one in the new document, which
    may have another path.
    """
    pairs: list[tuple[str | None, str | None]] = [(key, twins.get(key)) for key in old.methods]
    met = {other for _, other in pairs}
    pairs += [(None, key) for key in new.methods if key not in met]
    found = [one for before, after in pairs if (one := _method(before, after, (old, new)))]
    return tuple(sorted(found, key=lambda one: (not one.breaks, one.old or one.new or "")))


def _method(
    key: str | None, other: str | None, sides: tuple[Surface, Surface]
) -> MethodChange | None:
    old, new = sides
    before = old.methods.get(key) if key else None
    after = new.methods.get(other) if other else None
    if before is None:
        return MethodChange(after.key, None, after.name) if after else None
    now = new.by_name.get(before.name)
    taken = now.key if now and now.key != other else ""
    if after is None:
        return MethodChange(before.key, before.name, None, returned=before.returns, taken=taken)
    forms = tuple(_forms(before, after, sides))
    same = before.returns == after.returns
    if not forms and same and before.name == after.name:
        return None
    told = ("", "") if same else (before.returns, after.returns)
    return MethodChange(before.key, before.name, after.name, forms, *told, taken)


def _forms(before: Method, after: Method, sides: tuple[Surface, Surface]) -> Iterator[FormChange]:
    for one, other in paired(before.forms, after.forms):
        if one is None:
            assert other is not None
            yield FormChange(label(other), None, text(other))
        elif other is None:
            yield FormChange(label(one), text(one), None)
        elif arguments := tuple(changed(_all(one), _all(other), sides)):
            yield FormChange(label(one), text(one), text(other), arguments)


def paired(
    old: Iterable[Signature], new: Iterable[Signature]
) -> list[tuple[Signature | None, Signature | None]]:
    """Forms of both sides that belong together: by what tells them apart, then by likeness."""
    left, right = list(old), list(new)
    pairs: list[tuple[Signature | None, Signature | None]] = []
    for one in list(left):
        tag = label(one)
        alike = [other for other in right if label(other) == tag]
        if alike and (tag or len(left) == len(right) == 1):
            best = max(alike, key=lambda other: _likeness(one, other))
            pairs.append((one, best))
            left.remove(one)
            right.remove(best)
    for one in left:
        # Two that are told apart by different values are two different forms, however alike.
        options = [other for other in right if not (label(one) and label(other))]
        likest = max(options, key=lambda other: _likeness(one, other), default=None)
        if likest is not None and _likeness(one, likest) >= _ALIKE:
            right.remove(likest)
            pairs.append((one, likest))
        else:
            pairs.append((one, None))
    return [*pairs, *((None, other) for other in right)]


def _likeness(one: Signature, other: Signature) -> float:
    return SequenceMatcher(None, one.arguments, other.arguments).ratio() or (
        len(set(one.names) & set(other.names)) / (len({*one.names, *other.names}) or 1)
    )


def _all(form: Signature) -> dict[str, Taken]:
    return {one.name: one for one in (*form.positional, *form.keywords)}


def text(form: Signature) -> str:
    """A form as it stands between the parentheses of its method."""
    return ", ".join(form.arguments)


def changed(
    old: dict[str, Taken], new: dict[str, Taken], sides: tuple[Surface, Surface]
) -> Iterator[ArgumentChange]:
    """The arguments that are not as they were, in the order of the old form."""
    for name in {**old, **new}:
        before, after = old.get(name), new.get(name)
        if after is None:
            yield ArgumentChange(name, before.code if before else None, None, breaks=True)
        elif before is None:
            yield ArgumentChange(name, None, after.code, breaks=after.required)
        else:
            lost, gained = moved((before.type, after.type), sides)
            if before.code != after.code or lost or gained:
                breaks = bool(lost) or (after.required and not before.required)
                yield ArgumentChange(name, before.code, after.code, lost, gained, breaks)


def moved(
    types: tuple[str, str], sides: tuple[Surface, Surface]
) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """The values that a type listed and does not take now, and the reverse."""
    before, after = (side.types.values(one) for side, one in zip(sides, types, strict=True))
    lost = () if before is None or after is None else before - after
    gained = () if before is None or after is None else after - before
    return tuple(sorted(lost, key=repr)), tuple(sorted(gained, key=repr))
