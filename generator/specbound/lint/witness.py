"""Values that a schema probably accepts: small ones made from its keywords, and its own examples.

Knows how to fill in what a schema requires. It must not promise that a value fits: who asks has to
try it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from specbound.lint.document import parts

_DEPTH = 6
_MOST_NODES = 500
_MOST_ITEMS = 20
_MOST_CHARACTERS = 10_000
_FORMATS = {
    "date": "2025-01-31",
    "date-time": "2025-01-31T12:00:00Z",
    "time": "12:00:00Z",
    "duration": "P1D",
    "uuid": "3fa85f64-5717-4562-b3fc-2c963f66afa6",
    "email": "a@example.com",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uri": "https://example.com/a",
    "uri-reference": "https://example.com/a",
    "regex": "a",
}
_SHOWN = ("const", "example", "default")


def witnesses(tree: Mapping[str, Any], schema: Any) -> Iterator[Any]:
    """Candidates for values of a schema: what it shows itself, the least value, a full one."""
    for part in parts(tree, schema):
        yield from (part[name] for name in _SHOWN if name in part)
        for name in ("enum", "examples"):
            if isinstance(part.get(name), list):
                yield from part[name][:4]
    for full in (False, True):
        yield _Maker(tree).value(schema, full)


class _Maker:
    """Makes one value; it stops filling in when the value grows large."""

    def __init__(self, tree: Mapping[str, Any]) -> None:
        self._tree = tree
        self._left = _MOST_NODES

    def value(self, schema: Any, full: bool = False, depth: int = _DEPTH) -> Any:
        """A value with all members if `full`, below that with those required alone."""
        self._left -= 1
        joined = list(parts(self._tree, schema))
        if found := next(_shown(joined), None):
            return found[0]
        has_members = any("properties" in part for part in joined)
        for part in joined if depth and not has_members else ():
            for branch in [*(part.get("oneOf") or ()), *(part.get("anyOf") or ())][:1]:
                return self.value(branch, full, depth - 1)
        return self._made(joined, full, depth)

    def _made(self, joined: list[dict[str, Any]], full: bool, depth: int) -> Any:
        flat: dict[str, Any] = {}
        for part in joined:
            flat = {**part, **flat}
        kind = flat.get("type")
        if isinstance(kind, list):
            kind = kind[0] if kind else None
        if kind == "object" or (kind is None and any("properties" in one for one in joined)):
            return self._object(joined, full, depth)
        if kind == "array":
            return self._array(flat, full, depth)
        if kind in ("integer", "number"):
            return _number(flat)
        return {"boolean": True, "null": None}.get(str(kind), _text(flat))

    def _array(self, schema: Mapping[str, Any], full: bool, depth: int) -> list[Any]:
        count = min(max(int(schema.get("minItems", 0)), int(full)), _MOST_ITEMS) if depth else 0
        items = schema.get("items", True)
        return [self.value(items, False, depth - 1) for _ in range(count) if self._left > 0]

    def _object(self, joined: list[dict[str, Any]], full: bool, depth: int) -> dict[str, Any]:
        declared: dict[str, Any] = {}
        wanted: list[str] = []
        for part in joined:
            declared |= part.get("properties") or {}
            wanted += part.get("required") or ()
        names = dict.fromkeys([*wanted, *(declared if full else ())])
        return {
            name: self.value(declared.get(name, True), False, depth - 1)
            for name in (names if depth else ())
            if self._left > 0
        }


def _shown(joined: list[dict[str, Any]]) -> Iterator[tuple[Any]]:
    """The values that a schema shows of itself, each in a tuple: one of them may be null."""
    for part in joined:
        for name in _SHOWN:
            if name in part:
                yield (part[name],)
        for name in ("enum", "examples"):
            if isinstance(part.get(name), list) and part[name]:
                yield (part[name][0],)


def _number(schema: Mapping[str, Any]) -> Any:
    least = schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1)
    most = schema.get("maximum")
    found = least if most is None or least <= most else most
    step = schema.get("multipleOf")
    return step * (-(-found // step)) if isinstance(step, int) and step else found


def _text(schema: Mapping[str, Any]) -> str:
    if found := _FORMATS.get(str(schema.get("format"))):
        return found
    least = int(schema.get("minLength", 0))
    most = int(schema.get("maxLength", least + 1))
    return "a" * min(max(least, min(1, most)), _MOST_CHARACTERS)
