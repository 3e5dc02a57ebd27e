"""The syntax tree of a JavaScript or TypeScript sample, and the values of its literals.

Knows tree-sitter's node names and ECMA-262's literals. It must not know calls, scopes or any API.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from tree_sitter import Language, Node, Parser

from specbound.traffic.literals import joined, unpack, written
from specbound.traffic.samples import UNKNOWN, SampleError

_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": ""}
_WORDS = {"true": True, "false": False, "null": None}
_CODE = re.compile(r"(?:x|u\{?)([0-9a-fA-F]+)\}?")

#: Nodes that only wrap an expression, and leave its value as it is.
WRAPPERS = frozenset(
    {"parenthesized_expression", "as_expression", "satisfies_expression", "non_null_expression"}
)


@cache
def _parser(dialect: str) -> Parser:
    # Imported late: only a sample needs the grammar, which takes its time to load.
    import tree_sitter_typescript as typescript

    language: Callable[[], Any] = getattr(typescript, f"language_{dialect}")
    return Parser(Language(language()))


def parsed(text: str) -> Node:
    """The tree of a sample, read as TSX or else as TypeScript; `SampleError` if it is neither."""
    first = None
    for dialect in ("tsx", "typescript"):
        root = _parser(dialect).parse(text.encode()).root_node
        if not root.has_error:
            return root
        first = first or root
    assert first is not None
    raise _error(first)


def _error(root: Node) -> SampleError:
    for node in walk(root):
        if node.is_missing:
            return SampleError(f"not valid JavaScript: {node.type!r} is missing", line(node))
        if node.is_error:
            start = " ".join(text_of(node).split())[:30]
            return SampleError(f"not valid JavaScript near {start!r}", line(node))
    return SampleError("not valid JavaScript", 1)


def walk(node: Node) -> Iterator[Node]:
    """A node and all below it, parents first."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        yield one
        waiting.extend(reversed(one.children))


def line(node: Node) -> int:
    """The line on which a node begins, from 1."""
    return node.start_point[0] + 1


def text_of(node: Node | None) -> str:
    """A node's text, empty for none."""
    return (node.text or b"").decode("utf-8", "replace") if node else ""


def unwrapped(node: Node) -> Node:
    """The expression inside parentheses, ``as const``, ``satisfies T`` and ``!``."""
    while node.type in WRAPPERS and node.named_children:
        node = node.named_children[0]
    return node


def value(node: Node) -> Any:
    """The JSON data that a literal stands for; `UNKNOWN` for everything else."""
    node = unwrapped(node)
    reader = _READERS.get(node.type)
    return reader(node) if reader else UNKNOWN


def _string(node: Node) -> str:
    return "".join(_piece(part) for part in node.named_children)


def _piece(part: Node) -> str:
    text = text_of(part)
    if part.type != "escape_sequence":
        return text
    if code := _CODE.fullmatch(text[1:]):
        return _character(int(code[1], 16))
    return _ESCAPES.get(text[1:], text[1:])


def _character(code: int) -> str:
    return (
        chr(code)
        if code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF
        else "\N{REPLACEMENT CHARACTER}"
    )


def _template(node: Node) -> Any:
    fixed = all(part.type != "template_substitution" for part in node.named_children)
    return _string(node) if fixed else UNKNOWN


def _number(node: Node) -> Any:
    text = text_of(node).replace("_", "").rstrip("n").lower()
    try:
        return int(text, 0)
    except ValueError:
        pass
    try:
        number = float(text)
    except ValueError:
        return UNKNOWN
    # JavaScript writes 5.0 as 5 when it makes JSON.
    return int(number) if number.is_integer() else number


def _signed(node: Node) -> Any:
    number = value(node.named_children[-1])
    if isinstance(number, bool) or not isinstance(number, int | float):
        return UNKNOWN
    sign = text_of(node.child_by_field_name("operator"))
    return {"-": -number, "+": number}.get(sign, UNKNOWN)


def _sum(node: Node) -> Any:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    plus = text_of(node.child_by_field_name("operator")) == "+"
    return joined(value(left), value(right)) if plus and left and right else UNKNOWN


def _array(node: Node) -> list[Any]:
    return [value(item) for item in node.named_children if item.type != "comment"]


def _object(node: Node) -> Any:
    members: dict[str, Any] = {}
    for part in node.named_children:
        _member(part, members)
    return members


def _member(part: Node, members: dict[str, Any]) -> None:
    match part.type:
        case "pair":
            _pair(part, members)
        case "shorthand_property_identifier":
            members[text_of(part)] = UNKNOWN
        case "spread_element":
            unpack(members, value(part.named_children[0]))
        case "method_definition":
            members[text_of(part.child_by_field_name("name"))] = UNKNOWN


def _pair(part: Node, members: dict[str, Any]) -> None:
    key, held = part.child_by_field_name("key"), part.child_by_field_name("value")
    if key is None or held is None:
        return
    name = _key(key)
    if not isinstance(name, str):
        unpack(members, UNKNOWN)
    # A member that is undefined is not written into JSON.
    elif held.type != "undefined":
        members[name] = value(held)


def _key(key: Node) -> Any:
    if key.type == "computed_property_name":
        return value(key.named_children[0])
    return _string(key) if key.type == "string" else text_of(key)


def _called(node: Node) -> Any:
    """``JSON.stringify(…)`` is a value; what any other call gives is not known."""
    arguments = node.child_by_field_name("arguments")
    if text_of(node.child_by_field_name("function")) != "JSON.stringify" or arguments is None:
        return UNKNOWN
    given = _array(arguments)
    return written(given[0]) if given else UNKNOWN


_READERS: dict[str, Callable[[Node], Any]] = {
    "string": _string,
    "template_string": _template,
    "number": _number,
    "unary_expression": _signed,
    "binary_expression": _sum,
    "array": _array,
    "object": _object,
    "call_expression": _called,
    **{word: lambda node: _WORDS[node.type] for word in _WORDS},
}
