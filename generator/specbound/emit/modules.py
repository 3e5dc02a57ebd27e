"""Which module of the generated package holds which model, and in which order they stand there.

Knows which operations and schemas use which. It must not know how a model is written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from specbound.contract.load import Contract
from specbound.contract.model import SCHEMAS, Operation

SHARED = "shared"

#: Names in one module; more are spread over several, dependencies first.
_MOST = 90


def references(node: Any) -> Iterator[str]:
    """Every schema name that a contract schema refers to, repeats included."""
    pending = [node]
    while pending:
        one = pending.pop()
        if isinstance(one, dict):
            for key, value in one.items():
                if key == "$ref" and isinstance(value, str):
                    yield value.removeprefix(SCHEMAS)
                elif key not in ("default", "examples", "enum", "const", "x-specbound"):
                    pending.append(value)
        elif isinstance(one, list):
            pending += one


def operation_schemas(operation: Operation) -> Iterator[Any]:
    """Every schema position of an operation."""
    for parameter in operation.parameters:
        yield parameter.schema
    if operation.body:
        yield from operation.body.content.values()
    for reply in operation.replies.values():
        yield from reply.content.values()
        yield from (header.schema for header in reply.headers.values())


def arrange(contract: Contract) -> dict[str, list[str]]:
    """Module name to schema names, dependencies first: one module a resource, one for the rest."""
    uses = {name: sorted(set(references(one.schema))) for name, one in contract.schemas.items()}
    users: dict[str, set[str]] = {}
    for operation in contract.operations.values():
        roots = {name for schema in operation_schemas(operation) for name in references(schema)}
        for name in _closure(roots, uses):
            users.setdefault(name, set()).add(operation.resource[0])
    modules: dict[str, list[str]] = {}
    for name in _ordered(uses):
        owners = users.get(name, set())
        module = next(iter(owners)) if len(owners) == 1 else SHARED
        modules.setdefault(module + "_" if module == SHARED and owners == {SHARED} else module, []).append(name)
    return dict(sorted(part for item in modules.items() for part in _split(*item, uses)))


def _closure(roots: set[str], uses: Mapping[str, list[str]]) -> set[str]:
    found: set[str] = set()
    pending = list(roots)
    while pending:
        name = pending.pop()
        if name not in found and name in uses:
            found.add(name)
            pending += uses[name]
    return found


def _ordered(uses: Mapping[str, list[str]]) -> list[str]:
    """All names, each after what it uses as far as circles allow; ties by name."""
    order: list[str] = []
    state: dict[str, int] = {}
    for root in sorted(uses):
        pending = [root]
        while pending:
            name = pending[-1]
            if state.get(name, 0) == 0:
                state[name] = 1
                pending += [one for one in reversed(uses.get(name, [])) if one in uses and one not in state]
            else:
                pending.pop()
                if state[name] == 1:
                    state[name] = 2
                    order.append(name)
    return order


def _split(
    module: str, names: list[str], uses: Mapping[str, list[str]]
) -> Iterator[tuple[str, list[str]]]:
    """A module as it is, or in parts of which each depends on earlier ones only."""
    if len(names) <= _MOST:
        yield module, names
        return
    groups = _circles(names, uses)
    parts: list[list[str]] = [[]]
    for group in groups:
        if parts[-1] and len(parts[-1]) + len(group) > _MOST:
            parts.append([])
        parts[-1] += group
    for part in parts:
        yield f"{module}_{_letters(parts.index(part), len(parts))}", part


def _letters(index: int, count: int) -> str:
    width = 1 if count <= 26 else 2
    return "".join(chr(97 + index // 26**place % 26) for place in reversed(range(width)))


def _circles(names: list[str], uses: Mapping[str, list[str]]) -> list[list[str]]:
    """Strongly connected groups of names in dependency order (Tarjan, without recursion)."""
    inside = set(names)
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    on: set[str] = set()
    groups: list[list[str]] = []
    for root in names:
        if root in index:
            continue
        work = [(root, iter(uses[root]))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on.add(root)
        while work:
            name, following = work[-1]
            step = next((one for one in following if one in inside), None)
            if step is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[name])
                if low[name] == index[name]:
                    cut = stack.index(name)
                    groups.append(sorted(stack[cut:], key=names.index))
                    on -= set(stack[cut:])
                    del stack[cut:]
            elif step not in index:
                index[step] = low[step] = len(index)
                stack.append(step)
                on.add(step)
                work.append((step, iter(uses[step])))
            elif step in on:
                low[name] = min(low[name], index[step])
    return groups
