"""What names mean in one module of the user's code: imports, clients, and calls under other names.

Knows Python's syntax tree. Flow is not followed: a name that is bound once in a file means that.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

#: What may stand between a method and its call.
STEPS = frozenset({"build", "parse"})


@dataclass(slots=True)
class Scope:
    """The names of one module.

    `imports` maps a local name to module and name there, `modules` to a module of the package.
    """

    imports: dict[str, tuple[str, str]] = field(default_factory=dict)
    modules: dict[str, str] = field(default_factory=dict)
    chains: dict[str, tuple[str, ...]] = field(default_factory=dict)
    constants: dict[str, ast.Constant] = field(default_factory=dict)
    clients: set[str] = field(default_factory=set)
    knows: bool = False

    def chain(self, node: ast.expr) -> tuple[str, ...]:
        """``client.avatars.create`` as its names, aliases written out; empty for anything else."""
        names: list[str] = []
        while isinstance(node, ast.Attribute):
            names.append(node.attr)
            node = node.value
        if isinstance(node, ast.Call | ast.Await | ast.Subscript):
            names.append("()")
            return tuple(reversed(names)) if len(names) > 1 else ()
        if not isinstance(node, ast.Name):
            return ()
        return (*self.chains.get(node.id, (node.id,)), *reversed(names))

    def value(self, node: ast.expr) -> ast.expr:
        """A value, or the constant that the name of one stands for."""
        if isinstance(node, ast.Name):
            return self.constants.get(node.id, node)
        return node

    def is_client(self, chain: tuple[str, ...]) -> bool:
        """Whether a chain begins at a client, or at something that is called so."""
        return any(name in self.clients or "client" in name.lower() for name in chain)


def scope(tree: ast.Module, package: str, client: str) -> Scope:
    """Read what a module imports of a package, and what it binds."""
    found = Scope()
    bound: Counter[str] = Counter()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            _import_from(found, node, package)
        elif isinstance(node, ast.Import):
            _import(found, node, package)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            bound[node.id] += 1
    classes = {
        name for name, (_, own) in found.imports.items() if own in (client, f"Async{client}")
    }
    for target, value in _bindings(tree):
        if isinstance(value, ast.Call) and _last(value.func) in {
            *classes,
            client,
            f"Async{client}",
        }:
            found.clients.add(target)
        elif bound[target] == 1 and isinstance(value, ast.Attribute):
            found.chains[target] = found.chain(value)
        elif bound[target] == 1 and isinstance(value, ast.Constant):
            found.constants[target] = value
    found.clients |= {*_annotated(tree, {*classes, client, f"Async{client}"})} - {""}
    return found


def _import(found: Scope, node: ast.Import, package: str) -> None:
    for one in node.names:
        parts = one.name.split(".")
        if package in parts:
            found.knows = True
            inside = ".".join(parts[parts.index(package) :])
            found.modules[one.asname or parts[0]] = inside if one.asname else parts[0]


def _import_from(found: Scope, node: ast.ImportFrom, package: str) -> None:
    # A package that was moved into another one is imported as `.runwayml_client` or `a.b.…`.
    parts = (node.module or "").split(".")
    for one in node.names:
        if package in parts:
            module = ".".join(parts[parts.index(package) :])
            found.imports[one.asname or one.name] = (module, one.name)
            found.knows = True
        elif one.name == package:
            found.modules[one.asname or package] = package
            found.knows = True


def _bindings(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    """Every name that is bound to one value: by `=`, by `with … as`, by a walrus."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if name := _last(target):
                    yield name, node.value
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            if name := _last(node.target):
                yield name, node.value
        elif isinstance(node, ast.NamedExpr):
            yield node.target.id, node.value
        elif isinstance(node, ast.withitem) and isinstance(node.optional_vars, ast.Name):
            yield node.optional_vars.id, node.context_expr


def _annotated(tree: ast.Module, classes: set[str]) -> Iterator[str]:
    """Every name and attribute that is annotated as a client."""
    for node in ast.walk(tree):
        if isinstance(node, ast.arg) and node.annotation is not None:
            if _mentions(node.annotation, classes):
                yield node.arg
        elif isinstance(node, ast.AnnAssign) and _mentions(node.annotation, classes):
            yield _last(node.target)


def _mentions(node: ast.expr, classes: set[str]) -> bool:
    for one in ast.walk(node):
        if _last(one) in classes:
            return True
        if isinstance(one, ast.Constant) and one.value in classes:
            return True
    return False


def _last(node: ast.AST) -> str:
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""
