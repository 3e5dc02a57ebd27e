"""Which operation a builder builds: asked of its name, its route, or of the request that it makes.

Knows how builders give themselves away. It must not know whether they are right.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

from specbound.check.wire.routes import Routes, target
from specbound.contract.load import Contract
from specbound.contract.model import Operation
from specbound.prove.builder import Builder, Built
from specbound.prove.conjunction import Unsatisfiable
from specbound.prove.design import design
from specbound.prove.pick import Least, Rejected


def operations_of(contract: Contract, name: str, function: Callable[..., Any]) -> list[Operation]:
    """The operations that a callable may build, most likely one; empty if it cannot be told."""
    found = _by_route(contract, function) or _by_name(contract, name)
    if found is not None:
        return [found]
    return list({one.key: one for one in _by_trial(contract, function)}.values())


def calls_of(contract: Contract, client: Any) -> Iterator[tuple[Operation, Callable[..., Any]]]:
    """The operations that a client has under their generated names, each with its builder."""
    for operation in contract.operations.values():
        found: Any = client
        for step in operation.name.split("."):
            found = getattr(found, step, None)
        if callable(found):
            build = getattr(found, "build", None)
            yield operation, build if callable(build) else found


def _by_route(contract: Contract, function: Callable[..., Any]) -> Operation | None:
    route = getattr(function, "route", None)
    name = getattr(route, "name", None)
    return next((one for one in contract.operations.values() if one.name == name), None)


def _by_name(contract: Contract, name: str) -> Operation | None:
    """By the dotted name under which a client has it: ``client.image_to_video.create``."""
    for operation in contract.operations.values():
        if name == operation.name or name.endswith("." + operation.name):
            return operation
        if name.replace(".build", "").endswith(operation.name):
            return operation
    return None


def _by_trial(contract: Contract, function: Callable[..., Any]) -> Iterator[Operation]:
    """By calling it with the smallest valid request of each operation that its parameters allow."""
    routes = Routes(contract)
    for operation in contract.operations.values():
        if not _could_take(contract, operation, function):
            continue
        try:
            case = design(contract, operation).make(Least())
        except (Unsatisfiable, Rejected):
            continue
        builder = Builder(function, contract, operation)
        made = builder.build(builder.within(case))
        if isinstance(made, Built):
            match = routes.find(made.request.method, target(made.request.url).path)
            if match is not None:
                yield match.operation


def _could_take(contract: Contract, operation: Operation, function: Callable[..., Any]) -> bool:
    """Whether every parameter that the callable asks for is one of the operation's."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return False
    builder = Builder(function, contract, operation)
    given = builder.call_names()
    for name, one in signature.parameters.items():
        required = one.default is one.empty and one.kind not in (
            one.VAR_KEYWORD,
            one.VAR_POSITIONAL,
        )
        if required and name not in given:
            return False
    return True
