"""Overlay actions that matched in the old document and match nothing in the new one.

Knows JSONPath (RFC 9535) as a selection of places, and which place is nearest to one that is gone.
It must not know what an action does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from typing import Any

from specbound.contract.load import Contract
from specbound.diagnostics import Code, Diagnostic
from specbound.lint.problem import selector
from specbound.origin import pointer
from specbound.update.outcome import Stray

Path = tuple[str | int, ...]

_TARGET = re.compile(r"the target `(.*)` matches nothing\Z", re.DOTALL)
#: What is less alike than this is something else.
_ALIKE = 0.6


def strays(
    old: Contract, new: Contract, plain: Mapping[str, Any] | None = None
) -> tuple[Stray, ...]:
    """The actions that the new document left behind, each with the nearest target.

    `plain` is the old document without overlays: an action that removes has left nothing to match.
    """
    before = {one.message for one in _unmatched(old)}
    tree = plain if plain is not None else old.bundled
    return tuple(_stray(one, tree, new) for one in _unmatched(new) if one.message not in before)


def has_strays(old: Contract, new: Contract) -> bool:
    """Whether any action was left behind; the question that costs nothing."""
    before = {one.message for one in _unmatched(old)}
    return any(one.message not in before for one in _unmatched(new))


def _unmatched(contract: Contract) -> list[Diagnostic]:
    return [one for one in contract.diagnostics if one.code is Code.OVERLAY_WITHOUT_MATCH]


def _stray(item: Diagnostic, tree: Mapping[str, Any], new: Contract) -> Stray:
    found = _TARGET.search(item.message)
    target = found[1] if found else ""
    places = list(_select(tree, target))
    for place in places:
        near, renamed = _nearest(place, tree, new.bundled)
        if near:
            told = new.locate(pointer(near))
            where = f"{told.file}:{told.line}" if told.line else told.file
            better = _rewritten(target, renamed, new.bundled) or _path(near, new.bundled)
            return Stray(item, target, len(places), better, where, _why(renamed))
    return Stray(item, target, len(places), why="nothing like it is there" if places else "")


def _select(tree: Mapping[str, Any], target: str) -> Iterator[Path]:
    import jsonpath

    try:
        query = jsonpath.JSONPathEnvironment(strict=True).compile(target)
        yield from (tuple(match.parts) for match in query.finditer(tree))
    except (jsonpath.JSONPathError, RecursionError):
        return


def _nearest(place: Path, old: Any, new: Any) -> tuple[Path, list[tuple[str, str]]]:
    """The place of the new document that is likest to one of the old, and the names that differ.

    The place is empty where there is none.
    """
    here: list[str | int] = []
    renamed: list[tuple[str, str]] = []
    for step in place:
        was = old[step]
        found = _step(step, was, (old, new))
        if found is None:
            return (), []
        if found != step and isinstance(step, str):
            renamed.append((step, str(found)))
        here.append(found)
        old, new = was, new[found]
    return tuple(here), renamed


def _why(renamed: list[tuple[str, str]]) -> str:
    if not renamed:
        return "the place is there, but the target's filter leaves it out"
    return ", ".join(f"`{was}` is gone, `{now}` is likest to it" for was, now in renamed)


def _rewritten(target: str, renamed: list[tuple[str, str]], tree: Any) -> str:
    """The target with the new names in it, if it matches then; empty if not."""
    for was, now in renamed:
        head, found, tail = target.rpartition(was)
        if not found:
            return ""
        target = head + now + tail
    return target if renamed and next(_select(tree, target), None) is not None else ""


def _step(step: str | int, was: Any, sides: tuple[Any, Any]) -> str | int | None:
    """The key or index of the new container that is likest to one of the old one."""
    container = sides[1]
    if isinstance(container, Mapping) and step in container:
        return step
    if isinstance(container, Mapping):
        left = [key for key in container if key not in sides[0]]
        ranked = {key: _alike(str(step), was, key, container[key]) for key in left}
    elif isinstance(container, list):
        ranked = {at: _shape(was, one) for at, one in enumerate(container)}
    else:
        return None
    best = max(ranked, key=lambda key: ranked[key], default=None)
    return best if best is not None and ranked[best] >= _ALIKE else None


def _alike(name: str, was: Any, other: str, now: Any) -> float:
    words = SequenceMatcher(None, name, other).ratio()
    return max(words, (words + 2 * _shape(was, now)) / 3)


def _shape(one: Any, other: Any) -> float:
    """How much two nodes have in common, two floors deep."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        said, told = set(_facts(one)), set(_facts(other))
        return len(said & told) / len(said | told) if said | told else 1.0
    return float(one == other)


def _facts(node: Mapping[str, Any]) -> Iterator[str]:
    for key, value in node.items():
        yield str(key)
        if isinstance(value, Mapping):
            yield from (f"{key}/{name}" for name in value)
            tags = (one.get("const") for one in value.values() if isinstance(one, Mapping))
            yield from (f"{key}={tag!r}" for tag in tags if tag is not None)
        elif isinstance(value, str | int | bool):
            yield f"{key}={value!r}"


def _path(place: Path, tree: Any) -> str:
    """A place as a JSONPath that selects it."""
    text = "$"
    node: Any = tree
    for step in place:
        text += selector(str(step), node if isinstance(node, list) else None)
        node = _below(node, step)
    return text


def _below(node: Any, step: str | int) -> Any:
    return node[step]
