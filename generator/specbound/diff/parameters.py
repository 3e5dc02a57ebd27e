"""Parameters of two operations: which is which, by place and name, by position, by likeness.

Knows what makes a parameter the same one. It must not know what is compared of two of them.
"""

from __future__ import annotations

from typing import NamedTuple

from specbound.contract.model import Operation, Parameter
from specbound.diff.renames import Bearer, renamed
from specbound.diff.routes import template

_Key = tuple[str, str]


class Matched(NamedTuple):
    """Parameters side by side, and those that only one side has."""

    both: list[tuple[Parameter, Parameter]]
    gone: list[Parameter]
    come: list[Parameter]


def matched(old: Operation, new: Operation) -> Matched:
    """Match parameters; the names of path parameters say nothing, their positions do."""
    before, after = _keyed(old), _keyed(new)
    both = [(before[key], after[key]) for key in sorted(before.keys() & after.keys())]
    gone = {key: one for key, one in before.items() if key not in after}
    come = {key: one for key, one in after.items() if key not in before}
    for one, other in _moved(gone, come) + _renamed(gone, come):
        both.append((gone.pop(one), come.pop(other)))
    return Matched(both, [gone[key] for key in sorted(gone)], [come[key] for key in sorted(come)])


def _keyed(operation: Operation) -> dict[_Key, Parameter]:
    positions = {name: f"{{{index}}}" for index, name in enumerate(template(operation.path))}
    found: dict[_Key, Parameter] = {}
    for one in operation.parameters:
        name = one.name.lower() if one.location == "header" else one.name
        if one.location == "path":
            name = positions.get(one.name, one.name)
        found[one.location, name] = one
    return found


def _moved(gone: dict[_Key, Parameter], come: dict[_Key, Parameter]) -> list[tuple[_Key, _Key]]:
    """Parameters with the same name in another place."""
    found = []
    for one in gone:
        others = [other for other in come if come[other].name.lower() == gone[one].name.lower()]
        names = [other for other in gone if gone[other].name.lower() == gone[one].name.lower()]
        if len(others) == len(names) == 1:
            found.append((one, others[0]))
    return found


def _renamed(gone: dict[_Key, Parameter], come: dict[_Key, Parameter]) -> list[tuple[_Key, _Key]]:
    found = []
    taken = {key for pair in _moved(gone, come) for key in pair}
    for location in ("query", "header", "cookie"):
        left = {
            key[1]: _bearer(one)
            for key, one in gone.items()
            if key[0] == location and key not in taken
        }
        right = {
            key[1]: _bearer(one)
            for key, one in come.items()
            if key[0] == location and key not in taken
        }
        found += [((location, one), (location, other)) for one, other in renamed(left, right)]
    return found


def _bearer(one: Parameter) -> Bearer:
    schema = one.schema if isinstance(one.schema, dict) else {}
    return Bearer(str(schema.get("type")), one.description, frozenset({str(schema.get("type"))}))
