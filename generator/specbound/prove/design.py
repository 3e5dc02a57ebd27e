"""How requests of one operation are made: a plan for each parameter, and one for the body.

Knows the parts of a request. It must not know who chooses, nor what becomes of the request.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from specbound.contract.load import Contract
from specbound.contract.model import Operation, Parameter
from specbound.prove.case import Case, Wire, encoding_of, media_of, server_of
from specbound.prove.pick import Pick
from specbound.prove.planner import Planner, planner
from specbound.prove.plans import ROOM, Checked, Plan
from specbound.traffic.exchange import ABSENT

#: What parts the pieces of a value and is not escaped inside them, by place or by path style.
_MARKS = {"header": ",=", "cookie": ",=;&", "label": "."}


@dataclass(frozen=True)
class Design:
    """How requests of one operation are made: a plan for each parameter, and one for the body."""

    operation: Operation
    server: str
    media: str
    parameters: dict[Wire, tuple[Parameter, Plan]]
    body: Plan | None
    work: Planner
    encoding: Mapping[str, Mapping[str, Any]]

    def may_miss(self, wire: Wire) -> bool:
        """Whether leaving a parameter out is a fault; without its own, a path is another path."""
        return wire[0] != "path" and self.parameters[wire][0].required

    def make(self, pick: Pick) -> Case:
        """One request; what need not be there is left out as often as `pick` likes."""
        found = {
            wire: plan.make(pick, ROOM)
            for wire, (parameter, plan) in self.parameters.items()
            if parameter.required or pick.present(plan)
        }
        body: Any = ABSENT
        if self.body is not None:
            body = self.body.make(pick, ROOM)
        return Case(self.operation, found, body, self.media, self.server, self.encoding)


def design(contract: Contract, operation: Operation) -> Design:
    """The design of an operation's requests; `Unsatisfiable` names the place of what cannot be."""
    work = planner(contract, "request")
    media = media_of(operation)
    body = None
    if operation.body is not None and media:
        at = operation.body.pointer + "/content/" + media.replace("~", "~0").replace("/", "~1")
        body = work.root(operation.body.content[media], at + "/schema")
    parameters = {
        (one.location, one.name): (
            one,
            _written(one, work.root(one.schema, one.pointer + "/schema")),
        )
        for one in operation.parameters
    }
    encoding = encoding_of(contract, operation, media)
    return Design(operation, server_of(contract), media, parameters, body, work, encoding)


def _written(parameter: Parameter, plan: Plan) -> Plan:
    """The values that have a form on the wire, and one that is read as the same value again."""
    marks = _MARKS.get(parameter.style if parameter.location == "path" else parameter.location, "")
    in_path = parameter.location == "path"
    if not in_path and not marks:
        return plan
    return Checked(plan.at, plan, lambda value: _is_written(value, in_path, marks))


def _is_written(value: Any, in_path: bool, marks: str) -> bool:
    if in_path and value in ("", [], {}, None, ".", ".."):
        return False
    return not isinstance(value, list | dict) or not any(_holds(value, mark) for mark in marks)


def _holds(value: Any, mark: str) -> bool:
    """Whether a mark that parts the pieces of a list or an object is in one of them."""
    if isinstance(value, dict):
        return any(_holds(each, mark) for pair in value.items() for each in pair)
    if isinstance(value, list):
        return any(_holds(each, mark) for each in value)
    return isinstance(value, str) and mark in value


def find(contract: Contract, operation: str) -> Operation:
    """An operation by ``METHOD /path`` or by the generated method's name; KeyError if none."""
    if operation in contract.operations:
        return contract.operations[operation]
    for one in contract.operations.values():
        if one.name == operation:
            return one
    raise KeyError(operation)
