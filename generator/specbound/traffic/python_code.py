"""Calls in Python samples: what is passed to which function, read from the syntax tree.

Knows Python's literals and how a chain of attributes is written. It must not know any API, and
runs nothing of a sample.
"""

from __future__ import annotations

import ast
import textwrap
import warnings
from collections.abc import Iterator
from typing import Any

from specbound.traffic.literals import joined, unpack, written
from specbound.traffic.samples import UNKNOWN, Call, SampleError

_PASSED_ON = (ast.Await, ast.Starred, ast.NamedExpr)


def python_calls(text: str) -> list[Call]:
    """All calls of a sample, in the order in which they run; `SampleError` if it does not parse.

    In a chain the first call comes first, and the second is named ``client.x.create().wait``.
    What an unpacked mapping holds is unknown: it stands as one member, `literals.SPREAD`.
    """
    calls: list[Call] = []
    try:
        _visit(_parsed(text), "", calls)
    except RecursionError:
        raise SampleError("the sample is nested too deeply", 1) from None
    return calls


def _parsed(text: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(textwrap.dedent(text))
        except SyntaxError as error:
            raise SampleError(f"not valid Python: {error.msg}", error.lineno or 1) from None
        except (ValueError, MemoryError) as error:
            raise SampleError(f"not valid Python: {error}", 1) from None


def _visit(node: ast.AST, result: str, calls: list[Call]) -> None:
    """Children before their parents, as Python evaluates them."""
    for child, name in _children(node, result):
        _visit(child, name, calls)
    if isinstance(node, ast.Call) and (callee := _callee(node.func)):
        line = node.func.end_lineno or node.lineno
        calls.append(Call(callee, _arguments(node), _keywords(node), line, result))


def _children(node: ast.AST, result: str) -> Iterator[tuple[ast.AST, str]]:
    """The parts of a node, each with the variable that its value is put into."""
    target = _target(node)
    for child in ast.iter_child_nodes(node):
        if child is getattr(node, "value", None) and target:
            yield child, target
        else:
            yield child, result if isinstance(node, _PASSED_ON) else ""


def _target(node: ast.AST) -> str:
    match node:
        case ast.Assign(targets=[ast.Name(id=name)]):
            return name
        case ast.AnnAssign(target=ast.Name(id=name)) | ast.NamedExpr(target=ast.Name(id=name)):
            return name
    return ""


def _callee(node: ast.AST) -> str:
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=owner, attr=name):
            before = _callee(owner)
            return f"{before}.{name}" if before else ""
        case ast.Call(func=function):
            before = _callee(function)
            return f"{before}()" if before else ""
        case ast.Await(value=inner):
            return _callee(inner)
        case ast.Subscript(value=inner):
            before = _callee(inner)
            return f"{before}[]" if before else ""
    return ""


def _arguments(node: ast.Call) -> tuple[Any, ...]:
    return tuple(map(_value, node.args))


def _keywords(node: ast.Call) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for keyword in node.keywords:
        _add(found, keyword.arg, keyword.value)
    return found


def _add(members: dict[str, Any], name: str | None, node: ast.AST) -> None:
    """Put in one member; without a name it is an unpacked mapping."""
    if name is None:
        unpack(members, _value(node))
    else:
        members[name] = _value(node)


def _value(node: ast.AST) -> Any:
    """The JSON data that a literal stands for; `UNKNOWN` for everything else."""
    match node:
        case ast.Constant(value=None | bool() | int() | float() | str() as value):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as number)):
            return -number
        case ast.List(elts=items) | ast.Tuple(elts=items):
            return [_value(item) for item in items]
        case ast.Dict():
            return _mapping(node)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return joined(_value(left), _value(right))
        case ast.Call(func=function, args=[data]) if _callee(function) == "json.dumps":
            return written(_value(data))
    return UNKNOWN


def _mapping(node: ast.Dict) -> Any:
    found: dict[str, Any] = {}
    for key, value in zip(node.keys, node.values, strict=True):
        name = None if key is None else _value(key)
        if key is not None and not isinstance(name, str):
            return UNKNOWN
        _add(found, name, value)
    return found
