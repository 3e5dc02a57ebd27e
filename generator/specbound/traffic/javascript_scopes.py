"""Names of a JavaScript sample: declared twice in one scope, or assigned and never declared.

Knows the scopes of ECMA-262 (sections 8.2 and 14). It must not know what a sample calls.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from tree_sitter import Node

from specbound.traffic.javascript_tree import line, text_of

_FUNCTIONS = frozenset(
    {"function_declaration", "function_expression", "arrow_function", "method_definition"}
    | {"generator_function_declaration", "generator_function"}
)
_BLOCKS = frozenset(
    {"program", "statement_block", "switch_body", "for_statement", "for_in_statement"}
    | {"catch_clause", "class_static_block"}
)
_NAMES = frozenset({"identifier", "shorthand_property_identifier_pattern", "type_identifier"})
_TYPES = frozenset({"interface_declaration", "type_alias_declaration", "ambient_declaration"})
_DECLARED = {
    "function_declaration": "function",
    "generator_function_declaration": "function",
    "class_declaration": "class",
    "enum_declaration": "enum",
}


@dataclass(eq=False)
class _Scope:
    """One scope: its names with how each was declared, and the scope around it."""

    outer: _Scope | None = None
    function: bool = False
    names: dict[str, str] = field(default_factory=dict)

    def find(self, name: str) -> str | None:
        """How a name is declared here or further out; None if it is not."""
        scope: _Scope | None = self
        while scope is not None:
            if name in scope.names:
                return scope.names[name]
            scope = scope.outer
        return None


@dataclass
class _Run:
    """What one walk over a sample has found."""

    problems: list[tuple[int, str]] = field(default_factory=list)
    assigned: list[tuple[_Scope, str, int]] = field(default_factory=list)

    def declare(self, scope: _Scope, node: Node, how: str) -> None:
        """Enter a name into its scope, unless it is taken there."""
        if how == "var":
            scope = _around(scope)
        name = text_of(node)
        before = scope.names.get(name)
        if before and not {before, how} <= {"var", "function", "parameter"}:
            self.problems.append((line(node), f"{name!r} is declared twice in one scope"))
        scope.names[name] = how

    def assign(self, scope: _Scope, node: Node | None) -> None:
        """Remember an assignment; whether it can work is known at the end."""
        for name in _names(node):
            self.assigned.append((scope, text_of(name), line(name)))


def problems(root: Node) -> list[tuple[int, str]]:
    """What is wrong with a sample's names, each with its line, in the order of the lines."""
    run = _Run()
    _visit(root, _Scope(function=True), run)
    for scope, name, at in run.assigned:
        how = scope.find(name)
        if how is None:
            run.problems.append((at, f"{name!r} is assigned and never declared"))
        elif how == "const":
            run.problems.append((at, f"{name!r} is a constant and is assigned again"))
    return sorted(run.problems)


def _around(scope: _Scope) -> _Scope:
    while not scope.function and scope.outer is not None:
        scope = scope.outer
    return scope


def _visit(node: Node, scope: _Scope, run: _Run) -> None:
    if node.type in _TYPES:
        return
    _declarations(node, scope, run)
    _assignments(node, scope, run)
    inner = _inner(node, scope, run)
    for child in node.named_children:
        _visit(child, inner, run)


def _declarations(node: Node, scope: _Scope, run: _Run) -> None:
    if node.type in ("lexical_declaration", "variable_declaration"):
        kind = text_of(node.children[0])
        for one in node.named_children:
            for name in _names(one.child_by_field_name("name")):
                run.declare(scope, name, kind)
    elif node.type in _DECLARED:
        for name in _names(node.child_by_field_name("name")):
            run.declare(scope, name, _DECLARED[node.type])
    elif node.type == "import_clause":
        for name in _imported(node):
            run.declare(scope, name, "const")


def _imported(clause: Node) -> Iterator[Node]:
    for part in clause.named_children:
        if part.type == "identifier":
            yield part
        elif part.type == "namespace_import":
            yield part.named_children[-1]
        elif part.type == "named_imports":
            yield from (
                one.child_by_field_name("alias") or one.named_children[-1]
                for one in part.named_children
                if one.type == "import_specifier"
            )


def _assignments(node: Node, scope: _Scope, run: _Run) -> None:
    if node.type in ("assignment_expression", "augmented_assignment_expression"):
        run.assign(scope, node.child_by_field_name("left"))
    elif node.type == "update_expression":
        run.assign(scope, node.child_by_field_name("argument"))
    elif node.type == "for_in_statement" and node.child_by_field_name("kind") is None:
        run.assign(scope, node.child_by_field_name("left"))


def _inner(node: Node, scope: _Scope, run: _Run) -> _Scope:
    """The scope of a node's children, with the names that the node itself gives it."""
    if node.type in _FUNCTIONS:
        return _function(node, scope, run)
    body = node.parent is not None and node.parent.type in _FUNCTIONS
    if node.type not in _BLOCKS or (node.type == "statement_block" and body):
        return scope
    inner = _Scope(scope, function=node.type == "program")
    if node.type == "for_in_statement" and (kind := node.child_by_field_name("kind")):
        for name in _names(node.child_by_field_name("left")):
            run.declare(inner, name, text_of(kind))
    if node.type == "catch_clause":
        for name in _names(node.child_by_field_name("parameter")):
            run.declare(inner, name, "catch")
    return inner


def _function(node: Node, scope: _Scope, run: _Run) -> _Scope:
    inner = _Scope(scope, function=True)
    given = node.child_by_field_name("parameters") or node.child_by_field_name("parameter")
    parts = given.named_children if given and given.type == "formal_parameters" else [given]
    for part in parts:
        for name in _names((part and part.child_by_field_name("pattern")) or part):
            run.declare(inner, name, "parameter")
    return inner


def _names(node: Node | None) -> Iterator[Node]:
    """The names that a pattern binds: ``a``, ``{b, c: d = 1}``, ``[e, ...f]``."""
    if node is None:
        return
    if node.type in _NAMES:
        yield node
    elif node.type == "pair_pattern":
        yield from _names(node.child_by_field_name("value"))
    elif node.type in ("object_assignment_pattern", "assignment_pattern"):
        yield from _names(node.child_by_field_name("left"))
    elif node.type in ("object_pattern", "array_pattern", "rest_pattern"):
        for child in node.named_children:
            yield from _names(child)
