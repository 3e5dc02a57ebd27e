"""Types of a handler's arguments and results: what validation hands over, without its rules.

Knows the expressions of `annotations` and what each gives in Python. It must not know operations.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable

from specbound.emit.annotations import Expression

#: Scalars of the runtime whose values are Python's own.
_PLAIN = {"Integer": "int", "Number": "float", "Boolean": "bool", "Json": "Any"}


class _Bare(ast.NodeTransformer):
    """Takes the rules out of an annotation: ``Annotated[T, …]`` is ``T``."""

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        """Leave `Annotated` and all but its first argument out."""
        inner = node.slice
        if _is(node.value, "Annotated") and isinstance(inner, ast.Tuple):
            found: ast.AST = self.visit(inner.elts[0])
            return found
        # What a Literal lists is text, even where it looks like a type.
        return node if _is(node.value, "Literal") else self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> ast.AST:
        """Name Python's own type where the runtime's gives that."""
        return ast.Name(_PLAIN.get(node.id, node.id), node.ctx)


def _is(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def bare(expression: Expression) -> Expression:
    """The type that a validated value has, for people and type checkers."""
    if "Annotated" not in expression.text and not any(name in expression.text for name in _PLAIN):
        return expression
    tree = _Bare().visit(ast.parse(expression.text, mode="eval"))
    return Expression(ast.unparse(tree), expression.names)


def either(expressions: Iterable[Expression]) -> Expression:
    """A union of types, each once and None last; anything swallows the rest."""
    listed = list(expressions)
    texts = dict.fromkeys(one.text for one in listed)
    if "Any" in texts or not texts:
        return Expression("Any")
    ordered = sorted(texts, key=lambda text: text == "None")
    return Expression(" | ".join(ordered), frozenset(n for one in listed for n in one.names))
