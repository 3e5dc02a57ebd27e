"""Who is tried: the builders that a target holds, each with the operation that it builds.

Knows functions, clients and models. It must not know how a builder is tried.
"""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any

from specbound.contract.load import Contract
from specbound.contract.model import Operation
from specbound.prove.builder import Builder
from specbound.prove.design import find
from specbound.prove.identify import calls_of, operations_of
from specbound.prove.models import is_model, model_builder, model_contract
from specbound.prove.target import Target, TargetError


@dataclass(frozen=True)
class Subject:
    """A builder of one operation, and the Python code that gets at it."""

    builder: Builder
    target: str
    imports: str
    expression: str

    #: What sends the request, where the builder is a `build` beside it.
    sender: Any = None


def subjects(contract: Contract, target: Target, wanted: Sequence[str] = ()) -> list[Subject]:
    """The builders that a target holds; raises `TargetError` where there are none.

    `wanted` are operations, by ``METHOD /path`` or by name; empty means all that there are.
    """
    chosen = [_operation(contract, each) for each in wanted]
    if is_model(target.value):
        return [_model(contract, target)]
    if isinstance(target.value, type):
        return _client(contract, target.called(), chosen)
    if any(True for _ in calls_of(contract, target.value)):
        return _client(contract, target, chosen)
    if members := _resource(contract, target, chosen):
        return members
    if not callable(target.value):
        kind = type(target.value).__name__
        raise TargetError(f"`{target.text}` is a {kind}: no builder, no client and no model")
    return _function(contract, target, chosen)


def _operation(contract: Contract, name: str) -> Operation:
    try:
        return find(contract, name)
    except KeyError:
        known = [*contract.operations, *(one.name for one in contract.operations.values())]
        near = get_close_matches(name, known, 3, 0.5)
        way = f"did you mean {' or '.join(f'`{one}`' for one in near)}?" if near else ""
        raise TargetError(f"the document has no operation `{name}`", way) from None


def _function(contract: Contract, target: Target, chosen: list[Operation]) -> list[Subject]:
    if not chosen:
        name = f"{target.text.partition(':')[0]}.{target.expression}"
        chosen = operations_of(contract, name, target.value)
    if made := None if chosen or _needs(target.value) else _factory(contract, target):
        return _client(contract, made, chosen)
    if len(chosen) == 1:
        return [_subject(contract, chosen[0], target, target.value)]
    if chosen:
        some = ", ".join(f"`{one.name}`" for one in chosen[:4])
        raise TargetError(f"`{target.text}` may build {some}", "say which: --operation OP")
    raise TargetError(
        f"which operation `{target.text}` builds cannot be told",
        "name it: --operation OP, which is `METHOD /path` or the generated method's name",
    )


def _factory(contract: Contract, target: Target) -> Target | None:
    """The client that a function makes, if it makes one."""
    try:
        made = target.called()
    except TargetError:
        return None
    return made if any(True for _ in calls_of(contract, made.value)) else None


def _needs(function: Any) -> bool:
    """Whether a callable cannot be called without arguments."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return True
    kinds = (inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL)
    return any(one.default is one.empty and one.kind not in kinds for one in parameters)


def _client(contract: Contract, target: Target, chosen: list[Operation]) -> list[Subject]:
    found = {one.key: (one, function) for one, function in calls_of(contract, target.value)}
    if not found:
        message = f"`{target.expression}` has none of the document's operations"
        raise TargetError(message, "they are looked for under their names, as `things.create`")
    missing = [one.name for one in chosen if one.key not in found]
    if missing:
        raise TargetError(f"`{target.expression}` has no `{missing[0]}`")
    keys = [one.key for one in chosen] or list(found)
    return [_member(contract, target, *found[key]) for key in keys]


def _resource(contract: Contract, target: Target, chosen: list[Operation]) -> list[Subject]:
    """The operations of a part of a client, which is named as they are: ``client.things``."""
    found = []
    for operation in chosen or contract.operations.values():
        function = getattr(target.value, operation.call, None)
        named = f".{target.expression}".endswith("." + ".".join(operation.resource))
        if operation.resource and named and callable(function):
            build = getattr(function, "build", None)
            name = operation.call + (".build" if callable(build) else "")
            there = replace(target, expression=f"{target.expression}.{name}")
            found.append(_subject(contract, operation, there, build if build else function))
    return found


def _member(contract: Contract, target: Target, operation: Operation, function: Any) -> Subject:
    expression = f"{target.expression}.{operation.name}"
    if getattr(function, "__name__", "") == "build":
        expression += ".build"
    made = _subject(contract, operation, replace(target, expression=expression), function)
    sender = target.value
    for step in operation.name.split("."):
        sender = getattr(sender, step)
    return replace(made, sender=sender)


def _subject(contract: Contract, operation: Operation, target: Target, function: Any) -> Subject:
    builder = Builder(function, contract, operation)
    return Subject(builder, target.text, target.imports, target.expression)


def _model(contract: Contract, target: Target) -> Subject:
    module = target.text.partition(":")[0]
    only = model_contract(contract, module, target.value)
    if only is None:
        message = f"which schema `{target.text}` stands for cannot be told"
        raise TargetError(message, "a model is found by its name, or by the package's OPERATIONS")
    (operation,) = only.operations.values()
    function = model_builder(target.value)
    builder = Builder(function, only, operation, adapt=lambda case: (case.body,))
    imports = f"{target.imports}\nfrom specbound.prove import model_builder"
    return Subject(builder, target.text, imports, f"model_builder({target.expression})")
