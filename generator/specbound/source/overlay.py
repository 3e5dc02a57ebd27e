"""OpenAPI Overlay 1.0: actions that update or remove what a JSONPath (RFC 9535) selects.

Knows the Overlay Specification and keeps track of what came from which overlay. It must not know
OpenAPI: an overlay may change any part of any tree.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from specbound.diagnostics import Code, SpecError, failure
from specbound.origin import Origin, pointer
from specbound.source.text import Text
from specbound.source.tree import Tree, lookup

_STEP = re.compile(r"""\.([\w-]+)|\[(?:'([^'\\]*)'|"([^"\\]*)"|(\d+))\]""")
_FIELDS = {"overlay", "info", "extends", "actions"}
_ACTION_FIELDS = {"target", "description", "update", "remove"}

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Action:
    """One action: what it selects, what it does, and where it stands."""

    target: str
    update: Any
    remove: bool
    origin: Origin


def apply(tree: Tree, overlay: Text) -> None:
    """Apply every action in order; raises `SpecError` for a malformed overlay."""
    tree.texts.setdefault(overlay.name, overlay)
    for action in actions(overlay):
        paths = _select(tree, action)
        if not paths:
            message = f"the target `{action.target}` matches nothing"
            place = tree.place(action.origin.child("target"))
            help = nearest(tree.document, action.target)
            tree.diagnostics.warn(Code.OVERLAY_WITHOUT_MATCH, message, place, help)
        elif action.remove:
            _remove(tree, paths)
        else:
            for path in paths:
                _update(tree, path, action)


def actions(overlay: Text) -> list[Action]:
    """Read the actions; raises `SpecError` with the place of what is not an overlay."""
    data = overlay.data
    version = data.get("overlay") if isinstance(data, dict) else None
    if not isinstance(version, str) or not re.fullmatch(r"1\.0\.\d+", version):
        raise _invalid(overlay, "/overlay", "an overlay begins with `overlay: 1.0.0`")
    _refuse_others(overlay, data, _FIELDS, "")
    if not isinstance(data.get("info"), dict):
        raise _invalid(overlay, "/info", "an overlay needs an `info` object")
    entries = data.get("actions")
    if not isinstance(entries, list) or not entries:
        raise _invalid(overlay, "/actions", "an overlay needs a list of `actions`")
    return [_action(overlay, entry, f"/actions/{index}") for index, entry in enumerate(entries)]


def _action(overlay: Text, entry: Any, at: str) -> Action:
    if not isinstance(entry, dict) or not isinstance(entry.get("target"), str):
        raise _invalid(overlay, at, "an action needs a `target`")
    _refuse_others(overlay, entry, _ACTION_FIELDS, at)
    remove = entry.get("remove", False)
    if not isinstance(remove, bool):
        raise _invalid(overlay, f"{at}/remove", "`remove` is true or false")
    if not remove and "update" not in entry:
        raise _invalid(overlay, at, "an action needs `update` or `remove: true`")
    return Action(entry["target"], entry.get("update"), remove, Origin(overlay.name, at))


def _refuse_others(overlay: Text, entry: dict[str, Any], known: set[str], at: str) -> None:
    for name in entry:
        if name not in known and not name.startswith("x-"):
            close = get_close_matches(name, known, 1)
            help = f"did you mean `{close[0]}`?" if close else ""
            raise _invalid(overlay, at + pointer([name]), f"`{name}` is not known here", help)


def _invalid(overlay: Text, at: str, message: str, help: str = "") -> SpecError:
    return failure(Code.INVALID_OVERLAY, message, overlay.place(at), help)


def _select(tree: Tree, action: Action) -> list[Path]:
    import jsonpath

    try:
        query = jsonpath.JSONPathEnvironment(strict=True).compile(action.target)
        return list(dict.fromkeys(tuple(match.parts) for match in query.finditer(tree.document)))
    except (jsonpath.JSONPathError, RecursionError) as error:
        reason = str(error).split("\n")[0] or "it nests too deep"
        message = f"the target `{action.target}` is not a JSONPath: {reason}"
        place = tree.place(action.origin.child("target"))
        raise failure(Code.INVALID_OVERLAY, message, place) from None


def _remove(tree: Tree, paths: list[Path]) -> None:
    lists: dict[Path, list[int]] = {}
    for path in sorted(paths, key=len, reverse=True):
        if not path:
            raise failure(Code.INVALID_OVERLAY, "an overlay cannot remove the whole document")
        if isinstance(path[-1], int):
            lists.setdefault(path[:-1], []).append(path[-1])
            continue
        del lookup(tree.document, path[:-1])[path[-1]]
        tree.grafts.drop(pointer(path))
    for parent, indexes in lists.items():
        try:
            items = lookup(tree.document, parent)
        except KeyError:
            continue
        tree.grafts.remove_items(pointer(parent), indexes, len(items))
        items[:] = [item for index, item in enumerate(items) if index not in set(indexes)]


def _update(tree: Tree, path: Path, action: Action) -> None:
    try:
        target = lookup(tree.document, path)
    except KeyError:
        return
    origin = action.origin.child("update")
    if isinstance(target, dict) and isinstance(action.update, dict):
        merge(tree, target, action.update, pointer(path), origin)
    elif isinstance(target, list):
        several = isinstance(action.update, list)
        entries = action.update if several else [action.update]
        for index, entry in enumerate(entries):
            at = pointer([*path, len(target)])
            tree.grafts.set(at, origin.child(index) if several else origin)
            target.append(tree.copy(entry, origin))
    else:
        message = f"`{action.target}` selects something that cannot be merged with `update`"
        help = "select the object that holds it, and update that"
        raise failure(Code.INVALID_OVERLAY, message, tree.place(action.origin), help)


def merge(
    tree: Tree, target: dict[str, Any], update: dict[str, Any], at: str, origin: Origin
) -> None:
    """Merge recursively: objects member by member, lists by appending, all else by replacing."""
    for key, value in update.items():
        place, source = at + pointer([key]), origin.child(key)
        old = target.get(key)
        if isinstance(old, dict) and isinstance(value, dict):
            merge(tree, old, value, place, source)
        elif isinstance(old, list) and isinstance(value, list):
            for index, item in enumerate(value):
                tree.grafts.set(f"{place}/{len(old)}", source.child(index))
                old.append(tree.copy(item, source))
        else:
            tree.grafts.drop(place)
            tree.grafts.set(place, source)
            target[key] = tree.copy(value, source)


def nearest(document: Any, target: str) -> str:
    """For a plain path: the longest part that exists, and what was perhaps meant next."""
    position, node = 1, document
    while (step := _STEP.match(target, position)) is not None:
        name = next(group for group in step.groups() if group is not None)
        try:
            node = lookup(node, [name])
        except KeyError:
            close = get_close_matches(name, list(node)[:2000], 1) if isinstance(node, dict) else []
            meant = f"; did you mean `{close[0]}`?" if close else ""
            return f"`{target[:position]}` exists and has no `{name}`{meant}"
        position = step.end()
    return f"`{target[:position]}` exists" if position > 1 else ""
