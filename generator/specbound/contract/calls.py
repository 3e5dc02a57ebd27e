"""The only maker of operation and argument names: ``avatars.get_usage``, ``prompt_text``.

Knows operationIds, the vendor's code samples, paths and verbs. It must not know schemas' names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from specbound.contract.words import identifier, pascal, singular, snake, words

#: A call as a vendor's Python sample writes it: ``client.avatars.create(``.
_SAMPLE = re.compile(r"\bclient\.((?:[A-Za-z_]\w*\.)+[A-Za-z_]\w*)\(")
_VERSION = re.compile(r"v\d+(\.\d+)*([a-z]+\d*)?\Z|api\Z", re.IGNORECASE)
_PLACEHOLDER = re.compile(r"\{[^}]*\}")

_VERBS = {
    "POST": "create",
    "PUT": "replace",
    "PATCH": "update",
    "DELETE": "delete",
    "HEAD": "head",
    "OPTIONS": "options",
    "TRACE": "trace",
}

Call = tuple[tuple[str, ...], str]

#: Attributes of a generated client that no resource may take.
CLIENT_NAMES = frozenset(
    [
        "send",
        "close",
        "with_options",
        "transport",
        "build",
        "builder",
        "drive",
        "engine",
        "parse",
        "run",
        "raw",
    ]
)


def call_names(
    operations: Iterable[tuple[str, str, Mapping[str, Any], str]],
    standings: dict[str, tuple[float, int]],
    held: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, Call]:
    """Name operations given as (method, path, operation object, name an overlay asks for).

    In falling order of authority: overlay, the name `held` so far (by a lock), operationId, the
    vendor's sample, path and verb. An operation that holds a name does not lose it to another.
    Returns ``METHOD /path`` to (resource, call); no two are alike and order changes none. Where
    two want one name, it goes to the one whose path has that name, then to the one whose own text
    speaks of its path (`standings`); an operation that goes without loses its standing.
    """
    wanted: dict[str, list[Call]] = {}
    for method, path, node, asked in operations:
        key = f"{method} {path}"
        wanted[key] = _wanted(method, path, node, asked or held.get(key, ""))
    first = {calls[0] for calls in wanted.values()}
    taken: dict[Call, str] = {}
    holding = {
        key for key, calls in wanted.items() if key in held and calls[0] == _dotted(held[key])
    }
    order = {
        key: (key not in holding, *_precedence(key, calls[0], standings))
        for key, calls in wanted.items()
    }
    for key in sorted(wanted, key=order.__getitem__):
        free = [call for call in wanted[key] if call not in taken]
        free = [call for call in free if call == wanted[key][0] or call not in first]
        taken[free[0] if free else _full(key, wanted[key][0])] = key
        if wanted[key][0] not in free:
            standings[key] = (0.0, standings.get(key, (0.0, 0))[1])
    kept = {call for call, key in taken.items() if key in holding}
    found = {key: _beside(call, kept) for call, key in taken.items()}
    resources = {call[0][:end] for call in found.values() for end in range(1, len(call[0]) + 1)}
    return {key: _clear(found[key], resources) for key in sorted(found)}


def _precedence(
    key: str, call: Call, standings: Mapping[str, tuple[float, int]]
) -> tuple[Any, ...]:
    path = key.partition(" ")[2]
    strange = len({*call[0]} - {*fixed(path)})
    return strange, -standings.get(key, (0.0, 0))[0], len(path), key


def _full(key: str, call: Call) -> Call:
    """A name that no other operation can have: it spells out verb and path."""
    method, path = key.split(" ", 1)
    rest = "_".join(filter(None, map(snake, path.split("/"))))
    return call[0], f"{call[1]}_{snake(method)}_{rest}"


def _beside(call: Call, kept: set[Call]) -> Call:
    """A resource that has the name of a method that was there before steps aside."""
    resource = list(call[0])
    for end, name in enumerate(resource):
        if (tuple(resource[:end]), name) in kept:
            resource[end] = name + "_"
    return tuple(resource), call[1]


def _clear(call: Call, resources: set[tuple[str, ...]]) -> Call:
    """A method that has the name of a resource beside it steps aside."""
    resource, name = call
    return resource, name + "_" if (*resource, name) in resources else name


def _wanted(method: str, path: str, node: Mapping[str, Any], asked: str) -> list[Call]:
    """The names that an operation would like to have, best first."""
    found: list[Call] = [_dotted(asked)] if asked else []
    operation_id = node.get("operationId")
    if isinstance(operation_id, str) and words(operation_id):
        found.append(_from_id(operation_id, node, path))
    found += [_dotted(call.group(1)) for call in map(_SAMPLE.search, _samples(node)) if call]
    resource, name = plain = _from_path(method, path)
    holes = [identifier(hole[1:-1]) for hole in _PLACEHOLDER.findall(path)]
    return [
        *found,
        plain,
        *((resource, f"{name}_by_{hole}") for hole in reversed(holes)),
    ]


def code_samples(node: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The code samples of an operation object, under either name that tools give them."""
    found = node.get("x-codeSamples") or node.get("x-code-samples")
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _samples(node: Mapping[str, Any]) -> Sequence[str]:
    python = [one for one in code_samples(node) if one.get("lang") == "Python"]
    return [str(one.get("source", "")) for one in python]


def _dotted(text: str) -> Call:
    *resource, call = text.split(".")
    parts = tuple(identifier(part, CLIENT_NAMES) for part in resource)
    return parts or ("operations",), identifier(call)


def _from_id(operation_id: str, node: Mapping[str, Any], path: str) -> Call:
    parts = [part for part in re.split(r"[./:]+", operation_id) if words(part)]
    if len(parts) > 1:
        return tuple(identifier(part, CLIENT_NAMES) for part in parts[:-1]), identifier(parts[-1])
    tags = [tag for tag in node.get("tags") or () if isinstance(tag, str) and words(tag)]
    resource = identifier(tags[0], CLIENT_NAMES) if tags else fixed(path)[0]
    return (resource,), identifier(operation_id)


def fixed(path: str) -> list[str]:
    """The literal segments of a path, without versions; never empty."""
    plain = [_PLACEHOLDER.sub("", segment) for segment in path.split("/")]
    names = [identifier(part, CLIENT_NAMES) for part in plain if words(part)]
    return [name for name in names if not _VERSION.match(name)] or names or ["root"]


def _from_path(method: str, path: str) -> Call:
    resource = tuple(fixed(path))
    if method != "GET":
        return resource, _VERBS.get(method, identifier(method))
    one = path.rstrip("/").endswith("}") or singular(resource[-1]) == resource[-1]
    return resource, "retrieve" if one else "list"


def title_of(resource: tuple[str, ...]) -> str:
    """The noun of a resource, in the singular: ``avatar_videos`` gives AvatarVideo."""
    return "".join(pascal(singular(part)) for part in resource)


def argument_names(
    wires: Sequence[tuple[str, str]],
    reserved: frozenset[str],
    asked: Mapping[int, str] | None = None,
) -> dict[int, str]:
    """Python names for (location, wire name) pairs of one call, by position in `wires`.

    Names that an overlay asks for come first. In a collision path parameters are next, then body
    members; the rest say where they go.
    """
    order = {"path": 0, "body": 1, "query": 2, "header": 3, "cookie": 4}
    wishes = asked or {}
    names: dict[int, str] = {}
    taken: set[str] = set()
    for index in sorted(
        range(len(wires)),
        key=lambda i: (i not in wishes, order.get(wires[i][0], 9), wires[i][1]),
    ):
        location, wire = wires[index]
        name = identifier(wishes.get(index, wire), reserved)
        if name in taken:
            name = f"{name.rstrip('_')}_{location}"
        while name in taken:
            name += "_"
        taken.add(name)
        names[index] = name
    return names


def member_names(wires: Iterable[str], reserved: frozenset[str]) -> dict[str, str]:
    """Python attribute names for an object's members; an exact spelling keeps its name."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for wire in sorted(wires, key=lambda one: (identifier(one, reserved) != one, one)):
        name = identifier(wire, reserved)
        while name in taken:
            name += "_"
        taken.add(name)
        names[wire] = name
    return names
