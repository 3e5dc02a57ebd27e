"""Which module of the generated package holds which model, and in which order they stand there.

Knows which operations and schemas use which. It must not know how a model is written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from specbound.contract.load import Contract
from specbound.contract.model import SCHEMAS, Operation

SHARED = "shared"

#: Where the schemas stand that no operation uses; nothing but the package's index imports it.
UNUSED = "unused"

#: Lines in one module, by estimate; more are spread over several, dependencies first.
_MOST = 1_500


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


def arrange(
    contract: Contract, classes: frozenset[str], sizes: Mapping[str, int]
) -> dict[str, list[str]]:
    """Module name to schema names, dependencies first: one module a resource, one for the rest.

    A class may name what stands below it, an alias may not; `sizes` are lines by estimate.
    """
    uses = {name: sorted(set(references(one.schema))) for name, one in contract.schemas.items()}
    owners = _owners(contract, uses)
    resources = {operation.resource[0] for operation in contract.operations.values()}
    modules: dict[str, list[list[str]]] = {}
    for circle in circles(sorted(uses), uses):
        users = owners.get(circle[0], set())
        module = _clear(SHARED, resources) if users else _clear(UNUSED, resources)
        module = next(iter(users)) if len(users) == 1 else module
        modules.setdefault(module, []).append(_within(circle, uses, classes))
    return dict(
        sorted(part for item in modules.items() for part in _split(*item, sizes, resources))
    )


def _clear(name: str, taken: set[str]) -> str:
    return _clear(f"{name}_", taken) if name in taken else name


def _owners(contract: Contract, uses: Mapping[str, list[str]]) -> dict[str, set[str]]:
    """The resources whose operations use a schema, directly or not."""
    roots: dict[str, set[str]] = {}
    for operation in contract.operations.values():
        mentioned = roots.setdefault(operation.resource[0], set())
        mentioned.update(name for node in operation_schemas(operation) for name in references(node))
    owners: dict[str, set[str]] = {}
    for resource, names in roots.items():
        for name in _closure(names, uses):
            owners.setdefault(name, set()).add(resource)
    return owners


def _closure(roots: set[str], uses: Mapping[str, list[str]]) -> set[str]:
    found: set[str] = set()
    pending = list(roots)
    while pending:
        name = pending.pop()
        if name not in found and name in uses:
            found.add(name)
            pending += uses[name]
    return found


def _within(circle: list[str], uses: Mapping[str, list[str]], classes: frozenset[str]) -> list[str]:
    """The order in a circle: classes, whose members are read late, then aliases bottom up."""
    aliases = sorted(set(circle) - classes)
    ordered = [name for group in circles(aliases, uses) for name in group] if aliases else []
    return [*sorted(set(circle) & classes), *ordered]


def _split(
    module: str, groups: list[list[str]], sizes: Mapping[str, int], taken: set[str]
) -> Iterator[tuple[str, list[str]]]:
    """A module as it is, or in parts of which each depends on earlier ones only."""
    parts: list[list[str]] = [[]]
    filled = 0
    for group in groups:
        size = sum(sizes[name] for name in group)
        if parts[-1] and filled + size > _MOST:
            parts.append([])
            filled = 0
        parts[-1] += group
        filled += size
    for index, part in enumerate(parts):
        letters = f"{module}_{_letters(index, len(parts))}"
        yield (_clear(letters, taken) if len(parts) > 1 else module), part


def _letters(index: int, count: int) -> str:
    width = 1 if count <= 26 else 2
    return "".join(chr(97 + index // 26**place % 26) for place in reversed(range(width)))


@dataclass(slots=True)
class _Search:
    """The state of Tarjan's search: when each name was met, and how far up it leads back."""

    met: dict[str, int] = field(default_factory=dict)
    low: dict[str, int] = field(default_factory=dict)
    stack: list[str] = field(default_factory=list)
    waiting: set[str] = field(default_factory=set)

    def enter(self, name: str) -> None:
        """Meet a name for the first time."""
        self.met[name] = self.low[name] = len(self.met)
        self.stack.append(name)
        self.waiting.add(name)

    def leave(self, name: str) -> list[str]:
        """The circle that a finished name closes, or nothing."""
        if self.low[name] != self.met[name]:
            return []
        cut = self.stack.index(name)
        circle = self.stack[cut:]
        del self.stack[cut:]
        self.waiting -= set(circle)
        return circle


def circles(names: list[str], uses: Mapping[str, list[str]]) -> Iterator[list[str]]:
    """Strongly connected groups of names, each after those that it uses (Tarjan, no recursion)."""
    inside = set(names)
    search = _Search()
    for root in names:
        work: list[tuple[str, Iterator[str]]] = []
        if root not in search.met:
            search.enter(root)
            work.append((root, iter(uses[root])))
        while work:
            name, following = work[-1]
            step = next((one for one in following if one in inside), None)
            if step is None:
                work.pop()
                if work:
                    above = work[-1][0]
                    search.low[above] = min(search.low[above], search.low[name])
                if circle := search.leave(name):
                    yield circle
            elif step not in search.met:
                search.enter(step)
                work.append((step, iter(uses[step])))
            elif step in search.waiting:
                search.low[name] = min(search.low[name], search.met[step])
