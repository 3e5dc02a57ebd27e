"""What became of the names of models: kept by the lock, changed in what they mean, gone or new.

Knows that a name means a shape, and that a shape that moved into a place is its successor. It must
not know methods.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from specbound.contract.model import Named
from specbound.update.methods import moved
from specbound.update.outcome import ArgumentChange, NameChange, Names
from specbound.update.surface import Surface

ANNOTATIONS = frozenset({"title", "description", "example", "examples", "x-specbound"})


def names(old: Surface, new: Surface) -> Names:
    """Every model's name on both sides, told by what happened to it."""
    before, after = old.contract.schemas, new.contract.schemas
    moved_to = {one.digest: name for name, one in after.items()}
    fresh = _Fresh(old, new)
    gone, renamed = [], []
    for name in sorted(set(before) - set(after)):
        same = moved_to.get(before[name].digest)
        if same is not None:
            renamed.append(NameChange(name, same))
        else:
            gone.append(NameChange(name, None, instead=fresh.successor(before[name])))
    gone += [NameChange(name, None) for name in sorted(old.handles - new.names)]
    both = sorted(set(before) & set(after))
    changed = [NameChange(n, n, found) for n in both if (found := tuple(_members(n, old, new)))]
    added = sorted(set(after) - set(before) - {one.new for one in renamed})
    return Names(
        kept=len(both),
        changed=tuple(changed),
        renamed=tuple(renamed),
        gone=tuple(gone),
        added=tuple(NameChange(None, name) for name in added),
        package=(old.package, new.package),
        client=(old.client, new.client),
    )


class _Fresh:
    """The names that only the new client has, looked up by what they say and where they stand."""

    def __init__(self, old: Surface, new: Surface) -> None:
        self.places: dict[str, list[str]] = {}
        self.texts: dict[str, list[str]] = {}
        for one in new.contract.schemas.values():
            if one.name not in old.contract.schemas:
                self.texts.setdefault(_text(one.schema), []).append(one.name)
                for place in one.at:
                    self.places.setdefault(place, []).append(one.name)

    def successor(self, lost: Named) -> str:
        """The new model that says the same as one that is gone, or stands in most of its places."""
        alike = self.texts.get(_text(lost.schema), [])
        if len(alike) == 1:
            return alike[0]
        counts = Counter(name for place in lost.at for name in self.places.get(place, ()))
        best = max(sorted(counts), key=counts.__getitem__, default="")
        return best if counts[best] * 2 > len(lost.at) else ""


def _text(schema: Any) -> str:
    return json.dumps(_bare(schema), sort_keys=True)


def _bare(node: Any, names: bool = False) -> Any:
    """A schema without the words that only people read; `names` where keys are members' names."""
    if isinstance(node, list):
        return [_bare(one) for one in node]
    if not isinstance(node, dict):
        return node
    maps = ("properties", "patternProperties")
    return {
        key: _bare(value, not names and key in maps)
        for key, value in node.items()
        if names or key not in ANNOTATIONS
    }


def _members(name: str, old: Surface, new: Surface) -> Iterator[ArgumentChange]:
    """A class's members, or an alias itself, where they are not as they were."""
    before, after = old.members(name), new.members(name)
    if not before and not after:
        yield from _alias(name, old, new)
        return
    for member in {**before, **after}:
        was, now = before.get(member), after.get(member)
        if was is None or now is None:
            gone = now is None
            yield ArgumentChange(member, was, now, breaks=gone)
        elif was != now:
            lost, gained = moved((was, now), (old, new))
            yield ArgumentChange(member, was, now, lost, gained, bool(lost))


def _alias(name: str, old: Surface, new: Surface) -> Iterator[ArgumentChange]:
    before, after = old.models.aliases.get(name), new.models.aliases.get(name)
    was = before.expression if before else None
    now = after.expression if after else None
    if was == now:
        return
    lost, gained = moved((name, name), (old, new))
    branches = [side.types.named(name) for side in (old, new)]
    if lost or gained or branches[0] == branches[1]:
        yield ArgumentChange("", was, now, lost, gained, bool(lost))
    for one in branches[0]:
        if one not in branches[1]:
            yield ArgumentChange(one, one, None, breaks=True)
    for one in branches[1]:
        if one not in branches[0]:
            yield ArgumentChange(one, None, one)
