"""Calls in JavaScript and TypeScript samples: what is passed to which function.

Knows how a chain of members, calls and ``await`` is written. It must not know any API, and runs
nothing of a sample.
"""

from __future__ import annotations

from typing import Any

from tree_sitter import Node

from specbound.traffic.javascript_scopes import problems
from specbound.traffic.javascript_tree import line, parsed, text_of, unwrapped, value
from specbound.traffic.samples import Call, SampleError

_PASSED_ON = frozenset({"await_expression", "parenthesized_expression", "as_expression"})
_CALLS = {"call_expression": "function", "new_expression": "constructor"}


def javascript_calls(text: str) -> list[Call]:
    """All calls of a sample, in the order in which they run; `SampleError` if it does not parse.

    In a chain the first call comes first, and the second is named ``client.x.create().wait``;
    ``new Client()`` is the call of ``Client``. An object that is spread into another one is not
    known: it stands as one member, `literals.SPREAD`.
    """
    calls: list[Call] = []
    try:
        _visit(parsed(text), "", calls)
    except RecursionError:
        raise SampleError("the sample is nested too deeply", 1) from None
    return calls


def javascript_problems(text: str) -> list[tuple[int, str]]:
    """Names declared twice in one scope and assignments that cannot work, with their lines.

    `SampleError` if the sample does not parse.
    """
    try:
        return problems(parsed(text))
    except RecursionError:
        raise SampleError("the sample is nested too deeply", 1) from None


def _visit(node: Node, result: str, calls: list[Call]) -> None:
    """Children before their parents, as JavaScript evaluates them."""
    target, held = _target(node)
    for child in node.named_children:
        passed = result if node.type in _PASSED_ON else ""
        _visit(child, target if held is not None and child.id == held.id else passed, calls)
    if node.type in _CALLS and (call := _call(node, result)):
        calls.append(call)


def _target(node: Node) -> tuple[str, Node | None]:
    """The variable that a node puts a value into, and that value's node."""
    fields = {
        "variable_declarator": ("name", "value"),
        "assignment_expression": ("left", "right"),
    }.get(node.type)
    if fields is None:
        return "", None
    name, held = (node.child_by_field_name(field) for field in fields)
    return (text_of(name) if name and name.type == "identifier" else ""), held


def _call(node: Node, result: str) -> Call | None:
    function = node.child_by_field_name(_CALLS[node.type])
    callee = _callee(function) if function else ""
    if function is None or not callee:
        return None
    named = function.child_by_field_name("property") or function
    return Call(callee, _arguments(node), {}, line(named), result)


def _arguments(node: Node) -> tuple[Any, ...]:
    given = node.child_by_field_name("arguments")
    if given is None or given.type != "arguments":
        return ()
    return tuple(value(one) for one in given.named_children if one.type != "comment")


def _callee(node: Node) -> str:
    node = unwrapped(node)
    match node.type:
        case "identifier" | "this" | "super" | "import":
            return text_of(node)
        case "member_expression":
            return _joined(node, f".{text_of(node.child_by_field_name('property'))}", "object")
        case "subscript_expression":
            return _joined(node, "[]", "object")
        case "call_expression":
            return _joined(node, "()", "function")
        case "new_expression":
            return _joined(node, "()", "constructor")
        case "await_expression":
            return _callee(node.named_children[0])
    return ""


def _joined(node: Node, tail: str, field: str) -> str:
    head = node.child_by_field_name(field)
    before = _callee(head) if head else ""
    return before + tail if before else ""
