"""Mends as the text of an OpenAPI Overlay 1.0: a new file, or more actions in one that is there.

Knows how YAML writes plain data, and keeps every line that stands in a file already. It must not
know which problems there are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

from specbound.lint.problem import Action, Problem

_HEAD = """\
# Written by `specbound lint --fix`; each action says which finding it mends.
overlay: 1.0.0
info:
  title: Mends of the document
  version: 1.0.0
actions:
"""
_ACTIONS = re.compile(r"actions:[ \t]*(#.*)?\Z")
_ITEM = re.compile(r"([ ]*)-[ ]")
_AWKWARD = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]")
_LONGEST = 200


def mends(problems: Iterable[Problem]) -> list[tuple[Action, str]]:
    """The actions of some problems, each once, with its reason, in an order in which all work."""
    found: dict[str, tuple[Action, str]] = {}
    for problem in problems:
        reason = f"{problem.code}: {problem.diagnostic.message}"
        for action in problem.mend:
            key = json.dumps([action.target, action.remove, action.update], sort_keys=True)
            found.setdefault(key, (action, _cut(reason)))
    listed = list(found.values())
    # What is updated is there still; and an item goes before those that stand in front of it.
    updates = [pair for pair in listed if not pair[0].remove]
    removals = [pair for pair in listed if pair[0].remove]
    return updates + sorted(removals, key=lambda pair: _steps(pair[0].target), reverse=True)


def written(actions: Sequence[tuple[Action, str]], existing: str = "") -> str | None:
    """The text of an overlay with these actions, after those of `existing`; None if it is laid out
    so that nothing can be added line by line.
    """
    if not existing.strip():
        return _HEAD + "".join(_entry(*pair, "  ") for pair in actions)
    if existing.lstrip().startswith("{"):
        return _json(actions, existing)
    return _added(actions, existing)


def _json(actions: Sequence[tuple[Action, str]], existing: str) -> str:
    data = json.loads(existing)
    data["actions"] += [_data(*pair) for pair in actions]
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _added(actions: Sequence[tuple[Action, str]], existing: str) -> str | None:
    lines = existing.splitlines(keepends=True)
    start = next((i for i, line in enumerate(lines) if _ACTIONS.match(line.rstrip("\r\n"))), None)
    if start is None:
        return None
    items = [_ITEM.match(line) for line in lines[start + 1 :]]
    first = next((item for item in items if item), None)
    if first is None:
        return None
    indent = first[1]
    end = start + 1
    for number in range(start + 1, len(lines)):
        line = lines[number]
        if line.strip() and not line.startswith("#"):
            if not line.startswith((" ", f"{indent}- ")):
                break
            end = number + 1
    if not lines[end - 1].endswith("\n"):
        lines[end - 1] += "\n"
    more = "".join(_entry(*pair, indent) for pair in actions)
    return "".join(lines[:end]) + more + "".join(lines[end:])


def _entry(action: Action, reason: str, indent: str) -> str:
    rows = [f"- target: {_scalar(action.target)}", f"  description: {_scalar(reason)}"]
    if action.remove:
        rows.append("  remove: true")
    else:
        rows += _update(action.update)
    return "".join(f"{indent}{row}\n" if row else "\n" for row in rows)


def _update(value: Any) -> list[str]:
    """An update, its texts of several lines written as such where YAML lets them be."""
    if not isinstance(value, dict) or not any(_is_block(one) for one in value.values()):
        return [f"  update: {_scalar(value)}"]
    rows = ["  update:"]
    for name, one in value.items():
        if _is_block(one):
            rows.append(f"    {_scalar(name)}: |{'' if one.endswith(chr(10)) else '-'}")
            rows += [f"      {line}" if line else "" for line in one.removesuffix("\n").split("\n")]
        else:
            rows.append(f"    {_scalar(name)}: {_scalar(one)}")
    return rows


def _is_block(value: Any) -> bool:
    if not isinstance(value, str) or "\n" not in value or _AWKWARD.search(value):
        return False
    return value[0] not in " \n" and not value.endswith("\n\n")


def _scalar(value: Any) -> str:
    """JSON is YAML, but for characters that YAML cannot print."""
    text = json.dumps(value, ensure_ascii=False)
    return _AWKWARD.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _data(action: Action, reason: str) -> dict[str, Any]:
    does = {"remove": True} if action.remove else {"update": action.update}
    return {"target": action.target, "description": reason, **does}


def _steps(target: str) -> list[tuple[int, str]]:
    """A target's steps so that indexes are ordered as numbers."""
    steps = re.findall(r"\[(\d+)\]|([^\[\]]+)", target)
    return [(int(number) if number else -1, name) for number, name in steps]


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
