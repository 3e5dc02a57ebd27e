"""What operations do to the things of a service: create, list, retrieve, update, delete, cancel.

Knows what overlays declare, what waits say, and the convention of paths and methods. It must not
know values, nor who asks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from specbound.contract.extension import Does, Wait
from specbound.contract.items import (
    Paging,
    below,
    id_place,
    items_place,
    json_schema,
    paging,
    states,
    success,
)
from specbound.contract.load import Contract
from specbound.contract.model import Operation, Schema
from specbound.origin import pointer

_FOLLOWING: Mapping[str, Does] = {
    "GET": "retrieve",
    "PATCH": "update",
    "PUT": "update",
    "DELETE": "delete",
}
#: Last words of a path that stop a thing and leave it there.
_CANCELLING = ("cancel", "abort", "stop")


@dataclass(frozen=True, slots=True)
class Role:
    """What one operation does; `id` is the id's place in its reply, or in an item of its list."""

    operation: Operation
    does: Does
    id: str = ""
    state: str = ""
    paging: Paging | None = None


@dataclass(frozen=True, slots=True)
class States:
    """The states that a thing goes through, first to last, and where replies tell them."""

    at: str
    way: tuple[str, ...]
    failure: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Resource:
    """Things of one kind; `path` is that of one thing, whose last parameter takes the id."""

    name: str
    path: str
    parameter: str
    roles: tuple[Role, ...]
    states: States | None = None

    def that(self, *does: Does) -> tuple[Role, ...]:
        """The roles of some kinds."""
        return tuple(role for role in self.roles if role.does in does)


def lifecycle(contract: Contract) -> tuple[Resource, ...]:
    """The resources of a contract; no operation belongs to two."""
    return tuple(_resources(contract))


def _resources(contract: Contract) -> Iterator[Resource]:
    taken: set[str] = set()
    for name, wait in contract.facts.waits.items():
        if wait.operation in contract.operations:
            path = contract.operations[wait.operation].path
            found = _found(contract, name, path, wait)
            taken |= {path, *(role.operation.key for role in found.roles)}
            yield found
    for path in _item_paths(contract):
        if path in taken:
            continue
        found = _found(contract, _noun(path), path, None)
        kept = tuple(role for role in found.roles if role.operation.key not in taken)
        if _is_kept({role.does for role in kept}, kept):
            taken |= {role.operation.key for role in kept}
            yield replace(found, roles=kept)


def _is_kept(does: set[Does], roles: tuple[Role, ...]) -> bool:
    """Whether the service surely keeps things: they can be had, and asked for afterwards."""
    had = does & {"create", "list"} or any(role.operation.method == "PUT" for role in roles)
    return bool(had and does & {"retrieve", "update", "delete", "cancel"})


def _item_paths(contract: Contract) -> list[str]:
    """The paths of single things: those that end with a parameter, declared or by convention."""
    declared = {
        one.path
        for one in contract.operations.values()
        if one.facts.resource and one.facts.resource.does not in ("create", "list")
    }
    paths = dict.fromkeys(one.path for one in contract.operations.values())
    return [path for path in paths if last_parameter(path) or (path in declared and "{" in path)]


def _found(contract: Contract, name: str, path: str, wait: Wait | None) -> Resource:
    """The resource whose single things are at a path."""
    parameter = wait.parameter if wait else path.rpartition("{")[2].partition("}")[0]
    declared = _declared_name(contract, path) or name
    roles = [*_declared(contract, declared), *_created(contract, wait, path)]
    roles += _by_path(contract, path, parameter)
    distinct: dict[str, Role] = {}
    for role in roles:
        if _may_have(contract, role.operation, declared):
            distinct.setdefault(role.operation.key, role)
    way = _states(wait)
    if way is None:
        way = _known_states(contract, distinct)
    return Resource(declared, path, parameter, tuple(distinct.values()), way)


def _may_have(contract: Contract, operation: Operation, name: str) -> bool:
    facts = operation.facts.resource
    return facts is None or facts.name == name


def _declared_name(contract: Contract, path: str) -> str:
    for one in contract.operations.values():
        facts = one.facts.resource
        if one.path == path and facts and facts.does not in ("create", "list"):
            return facts.name
    return ""


def _declared(contract: Contract, name: str) -> Iterator[Role]:
    for one in contract.operations.values():
        facts = one.facts.resource
        if facts is None or facts.name != name:
            continue
        pages = None
        if facts.does == "list":
            place = items_place(contract, json_schema(success(one)))
            pages = paging(contract, one, place or "")
        yield Role(one, facts.does, facts.id, facts.state, pages)


def _created(contract: Contract, wait: Wait | None, path: str) -> Iterator[Role]:
    """The operations whose replies hold the id of something to wait for."""
    for one in contract.operations.values():
        mine = wait is not None and one.facts.wait and one.facts.wait.wait == wait.name
        if mine and one.facts.wait and one.path != path:
            yield Role(one, "create", one.facts.wait.id)


def _states(wait: Wait | None) -> States | None:
    """First, last of those that are waited on, and the first that ends well."""
    if wait is None:
        return None
    way = (*wait.pending[:1], *wait.pending[-1:], *wait.success[:1])
    return States(wait.state, tuple(dict.fromkeys(way)), wait.failure)


def _known_states(contract: Contract, roles: Mapping[str, Role]) -> States | None:
    """Where things that can be cancelled tell their state, by the name of that state."""
    named = next((role.state for role in roles.values() if role.state), "")
    reading = next((one for one in roles.values() if one.does == "retrieve"), None)
    if not named or reading is None:
        return None
    place = _state_place(contract, reading)
    return States(place, ()) if place else None


def _state_place(contract: Contract, role: Role) -> str:
    """Where a reply tells a state that may be a cancelled one; empty if nowhere."""
    schema = json_schema(success(role.operation))
    holder = role.id.rpartition("/")[0]
    for name in ("status", "state", "phase"):
        place = holder + pointer((name,))
        if any(one.lower().startswith("cancel") for one in states(contract, schema, place)):
            return place
    return ""


# --- by path and method ---------------------------------------------------------------------------


def _by_path(contract: Contract, path: str, parameter: str) -> Iterator[Role]:
    parent = path.rpartition("/")[0]
    for one in contract.operations.values():
        if one.path == path and one.method in _FOLLOWING:
            place = id_place(contract, json_schema(success(one)), parameter)
            yield Role(one, _FOLLOWING[one.method], place)
        elif one.path == path and one.method == "POST":
            # Many services change things by POST: what answers like GET does.
            schema = json_schema(success(one))
            place = id_place(contract, schema, parameter)
            if place and schema == _told(contract, path):
                yield Role(one, "update", place)
        elif one.path == parent and one.method == "POST":
            place = id_place(contract, json_schema(success(one)), parameter)
            yield Role(one, "create", place)
        elif one.path == parent and one.method == "GET":
            yield from _list(contract, one, parameter)
        elif one.method == "POST" and one.path in [f"{path}/{word}" for word in _CANCELLING]:
            yield from _cancel(contract, one, path, parameter)


def _told(contract: Contract, path: str) -> Schema:
    """The schema of what GET tells of a thing."""
    reading = contract.operations.get(f"GET {path}")
    return json_schema(success(reading)) if reading else False


def _list(contract: Contract, operation: Operation, parameter: str) -> Iterator[Role]:
    """A list, if its reply holds one array of objects with ids."""
    schema = json_schema(success(operation))
    place = operation.facts.pages.items if operation.facts.pages else items_place(contract, schema)
    if place is None:
        return
    held = id_place(contract, below(contract, schema, f"{place}/*"), parameter)
    if held:
        yield Role(operation, "list", held, "", paging(contract, operation, place))


def _cancel(contract: Contract, operation: Operation, path: str, parameter: str) -> Iterator[Role]:
    """``POST /things/{id}/cancel``, where things tell that they were cancelled."""
    reading = contract.operations.get(f"GET {path}")
    if reading is None:
        return
    held = id_place(contract, json_schema(success(reading)), parameter)
    known = Role(reading, "retrieve", held)
    place = _state_place(contract, known)
    listed = states(contract, json_schema(success(reading)), place) if place else ()
    named = next((one for one in listed if one.lower().startswith("cancel")), "")
    if named:
        mine = id_place(contract, json_schema(success(operation)), parameter)
        yield Role(operation, "cancel", mine, named)


def last_parameter(path: str) -> str:
    """The parameter that a path ends with, if it is a segment of its own; else empty."""
    last = path.rpartition("/")[2]
    whole = last[:1] == "{" and last[-1:] == "}" and last.count("{") == 1
    return last[1:-1] if whole else ""


def _noun(path: str) -> str:
    """What the things of a path are called: its own words, which no other path has."""
    words = [step for step in path.split("/") if step and "{" not in step]
    return "/".join(words) if len(words) < 2 else "/".join(words[-2:])
