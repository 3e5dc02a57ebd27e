"""What a sample does with the results of its calls: passes them on, or reads their members.

Knows how both languages write a variable as an argument and a member of one. It must not know how
calls are found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from specbound.check.explain.unions import kinds_of
from specbound.check.schema.lookup import Place, lookup_of
from specbound.contract.calls import member_names
from specbound.contract.load import Contract
from specbound.contract.model import Operation
from specbound.contract.operations import main_media, object_branches
from specbound.contract.words import snake
from specbound.diagnostics import Severity
from specbound.lint.calls import Complaint, Given

_OBJECT = frozenset({"object"})
_NOTHING_RESERVED: frozenset[str] = frozenset()


def results(
    bound: Sequence[Given], source: str, contract: Contract, python: bool
) -> Iterator[Complaint]:
    """Faults in how the results of a sample's calls are used."""
    for given in bound:
        reply = _reply(given.method.operation)
        name = given.call.result
        if not name or reply is None:
            continue
        if given.method.operation.facts.upload is None:
            yield from _passed(given, bound, source, (contract, reply))
        if python:
            yield from _read(name, source, reply, contract)


def _reply(operation: Operation) -> Any:
    """The schema of the reply of a call that succeeds, or None."""
    for status, reply in operation.replies.items():
        media = main_media(reply.content)
        if status.startswith("2") and media and "json" in media:
            return reply.content[media]
    return None


def _passed(
    given: Given, bound: Sequence[Given], source: str, reply: tuple[Contract, Any]
) -> Iterator[Complaint]:
    """A whole result where a scalar is wanted: it is an object, and goes over the wire as one."""
    contract, schema = reply
    name = given.call.result
    lookup = lookup_of(contract)
    if kinds_of(lookup, Place(schema, "")) != _OBJECT:
        return
    for found in re.finditer(rf"(\w+)['\"]?\s*[=:]\s*{re.escape(name)}\b(?!\s*[.\[(=])", source):
        for other in bound:
            words = {slot.wire: slot for slot in other.slots}
            words |= {slot.python: slot for slot in other.slots}
            slot = words.get(found[1])
            if slot is None or "object" in kinds_of(lookup, slot.place):
                continue
            line = source.count("\n", 0, found.start()) + 1
            only = _only_member(schema, contract)
            message = f"`{name}`, the result of `{given.call.callee}`, is an object; "
            message += f"`{slot.wire}` takes none"
            help = f"pass `{name}.{only}`" if only else ""
            yield Complaint(message, line, Severity.WARNING, help)


def _only_member(schema: Any, contract: Contract) -> str:
    names = _members(schema, contract)
    return snake(names[0]) if len(names) == 1 else ""


def _members(schema: Any, contract: Contract) -> list[str]:
    branches = list(object_branches(schema, contract.tree))
    return list(dict.fromkeys(name for branch in branches for name in branch or ()))


def _read(name: str, source: str, reply: Any, contract: Contract) -> Iterator[Complaint]:
    """Members that are read under their wire names: the Python client has names of its own."""
    names = member_names(_members(reply, contract), _NOTHING_RESERVED)
    for found in re.finditer(rf"(?<![\w.]){re.escape(name)}\.(\w+)\b(?!\s*\()", source):
        client = names.get(found[1], found[1])
        if client != found[1] and client not in _members(reply, contract):
            line = source.count("\n", 0, found.start()) + 1
            message = f"`{name}.{found[1]}` is read, which the Python client names `{client}`"
            yield Complaint(message, line, Severity.NOTE)
