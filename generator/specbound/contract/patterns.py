"""Regular expressions of JSON Schema, written as Python and as Rust understand them.

Knows how each dialect writes the tree of `ecma`. It must not know where a pattern stood.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from specbound.contract.ecma import (
    Boundary,
    Chars,
    Group,
    Node,
    PatternError,
    Property,
    Range,
    Reference,
    Repeat,
    complement,
)
from specbound.contract.ecma_reader import parse
from specbound.contract.unicode import code_points

__all__ = [
    "PatternError",
    "UnsupportedPattern",
    "compiled",
    "literal_prefix",
    "to_python",
    "to_rust",
]

_CACHED = 4096
_WORD = "(?a:\\b)"
_PYTHON_BOUNDARY = {"start": "^", "end": "\\Z", "word": _WORD, "no-word": f"(?!{_WORD})"}
_RUST_BOUNDARY = {"start": "^", "end": "$", "word": "(?-u:\\b)"}
_CONTROLS = {0x09: "\\t", 0x0A: "\\n", 0x0B: "\\v", 0x0C: "\\f", 0x0D: "\\r"}
_SIGNS = {(0, None): "*", (1, None): "+", (0, 1): "?"}
_OUTSIDE = frozenset("\\.^$*+?()[]{}|")
_INSIDE = frozenset("\\]^-[&~|")


class UnsupportedPattern(PatternError):
    """A regular expression of ECMA-262 that the other dialect cannot express."""


@lru_cache(_CACHED)
def to_python(pattern: str) -> str:
    """The same expression for Python's `re.search`; `PatternError` if it cannot be had."""
    text = _python_alternatives(parse(_shortened(pattern)))
    try:
        re.compile(text)
    except (re.error, OverflowError, RecursionError) as error:
        raise UnsupportedPattern(f"Python cannot do this: {error}") from None
    return text


@lru_cache(_CACHED)
def compiled(pattern: str) -> re.Pattern[str]:
    """The expression, ready to `search` with; `PatternError` if it cannot be had."""
    return re.compile(to_python(pattern))


@lru_cache(_CACHED)
def to_rust(pattern: str) -> str | None:
    """The same expression for pydantic's `pattern` (Rust's regex crate), or None if it has none.

    `PatternError` where the pattern is no regular expression of ECMA-262.
    """
    tree = parse(_shortened(pattern))
    try:
        text = _rust_alternatives(tree)
    except UnsupportedPattern:
        return None
    return text if _rust_compiles(text) else None


@lru_cache(_CACHED)
def literal_prefix(pattern: str) -> str:
    """The fixed text that an anchored pattern begins with: `https://` for ``^https://.*``."""
    alternatives = parse(pattern).alternatives
    if len(alternatives) != 1 or alternatives[0][:1] != (Boundary("start"),):
        return ""
    text = ""
    for node in alternatives[0][1:]:
        match node:
            case Chars((Range(first, last),), False) if first == last:
                text += chr(first)
            case _:
                break
    return text


def _shortened(pattern: str) -> str:
    """Without a last ``.*``: a search that got that far has matched, whatever follows."""
    for tail in (".*?", ".*"):
        if pattern.endswith(tail) and not pattern.removesuffix(tail).endswith("\\"):
            return pattern.removesuffix(tail)
    return pattern


def _rust_compiles(text: str) -> bool:
    # Imported late: only a pattern that is written for pydantic needs it.
    from pydantic_core import SchemaError, SchemaValidator, core_schema

    try:
        SchemaValidator(core_schema.str_schema(pattern=text, regex_engine="rust-regex"))
    except SchemaError:
        return False
    return True


# --- Python ---------------------------------------------------------------------------------------


def _python_alternatives(group: Group) -> str:
    return "|".join("".join(map(_python, nodes)) for nodes in group.alternatives)


def _python(node: Node) -> str:
    match node:
        case Chars():
            return _python_chars(node)
        case Boundary(kind):
            return _PYTHON_BOUNDARY[kind]
        case Reference(group):
            # A group that took no part matches nothing in ECMA-262, and fails in Python.
            return f"(?({group})\\{group})" if group else "(?:)"
        case Repeat(body):
            return _python(body) + _count(node)
        case Group(_, opening) if opening.startswith("?<"):
            return _python_behind(node)
        case Group():
            name = f"?P<{node.name}>" if node.name.isidentifier() else ""
            return f"({node.opening}{name}{_python_alternatives(node)})"


def _python_behind(group: Group) -> str:
    """A look behind, one for each alternative: Python wants each to have one length."""
    each = [f"({group.opening}{''.join(map(_python, nodes))})" for nodes in group.alternatives]
    if len(each) == 1:
        return each[0]
    return f"(?:{'|'.join(each)})" if group.opening == "?<=" else "".join(each)


def _python_chars(node: Chars) -> str:
    ranges = [one for item in node.items for one in _expanded(item)]
    if not ranges:
        return "[\\x00-\\U0010ffff]" if node.inverted else "(?!)"
    return _set(ranges, node.inverted, _python_char)


def _expanded(item: Range | Property) -> tuple[Range, ...]:
    if isinstance(item, Range):
        return (item,)
    found = code_points(item.name)
    if found is None:
        raise UnsupportedPattern(f"the property {item.name} is not known here")
    return complement(found) if item.inverted else found


def _python_char(code: int) -> str:
    if 0x20 <= code < 0x7F:
        return chr(code)
    if code in _CONTROLS:
        return _CONTROLS[code]
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


# --- Rust -----------------------------------------------------------------------------------------


def _rust_alternatives(group: Group) -> str:
    return "|".join("".join(map(_rust, nodes)) for nodes in group.alternatives)


def _rust(node: Node) -> str:
    match node:
        case Chars():
            return _rust_chars(node)
        case Boundary(kind) if kind in _RUST_BOUNDARY:
            return _RUST_BOUNDARY[kind]
        case Repeat(body):
            return _rust(body) + _count(node)
        case Group(_, opening) if opening in ("", "?:"):
            # Nothing refers to a group here, so none has to capture.
            return f"(?:{_rust_alternatives(node)})"
    raise UnsupportedPattern("Rust's regular expressions know no look-around and no references")


def _rust_chars(node: Chars) -> str:
    whole = "\\x00-\\x{10ffff}"
    properties = [item for item in node.items if isinstance(item, Property)]
    ranges = [one for item in node.items if isinstance(item, Range) for one in _scalars(item)]
    if not properties and not ranges:
        return f"[{'' if node.inverted else '^'}{whole}]"
    if not properties:
        return _set(ranges, node.inverted, _rust_char)
    names = [f"\\{'P' if item.inverted else 'p'}{{{item.name}}}" for item in properties]
    inside = "".join(names) + "".join(_span(one, _rust_char) for one in ranges)
    return f"[{'^' if node.inverted else ''}{inside}]"


def _scalars(item: Range) -> list[Range]:
    """A range without surrogates, which Rust's strings cannot hold."""
    parts = [Range(item.first, min(item.last, 0xD7FF)), Range(max(item.first, 0xE000), item.last)]
    return [one for one in parts if one.first <= one.last]


def _rust_char(code: int) -> str:
    return chr(code) if 0x20 <= code < 0x7F else _CONTROLS.get(code, f"\\x{{{code:x}}}")


# --- both -----------------------------------------------------------------------------------------


def _set(ranges: Sequence[Range], inverted: bool, write: Callable[[int], str]) -> str:
    if len(ranges) == 1 and ranges[0].first == ranges[0].last and not inverted:
        return _escaped(write(ranges[0].first), _OUTSIDE)
    return f"[{'^' if inverted else ''}{''.join(_span(one, write) for one in ranges)}]"


def _span(one: Range, write: Callable[[int], str]) -> str:
    first, last = (_escaped(write(code), _INSIDE) for code in (one.first, one.last))
    if one.first == one.last:
        return first
    return first + last if one.last == one.first + 1 else f"{first}-{last}"


def _escaped(char: str, special: frozenset[str]) -> str:
    return "\\" + char if char in special else char


def _count(node: Repeat) -> str:
    limits = (node.least, node.most)
    sign = _SIGNS.get(limits)
    if sign is None and node.least == node.most:
        sign = f"{{{node.least}}}"
    elif sign is None:
        sign = f"{{{node.least},{'' if node.most is None else node.most}}}"
    return sign + ("?" if node.lazy else "")
