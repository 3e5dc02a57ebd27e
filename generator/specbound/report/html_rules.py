"""The rule that a finding broke: the schema around its keyword, small enough to read.

Knows how pointers of the source lead into the contract. It must not know findings, nor markup.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from specbound.contract.load import Contract
from specbound.contract.rules import APPLICATORS
from specbound.origin import escape, tokens
from specbound.report.terminal import counted

#: Members of a schema that are no rule and take much room.
_WORDS = frozenset({"examples", "example", "title", "externalDocs"})
_MOST_ITEMS = 60
_DEPTH = 2
_MOST_REFERENCES = 50

_NOTHING = object()


class Rules:
    """Finds rules by their pointers, be they of the source or of `Contract.document()`."""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self._names = {
            place: name for name, named in contract.schemas.items() for place in named.places
        }

    def find(self, pointer: str) -> tuple[Any, str]:
        """The schema that has the rule, and the rule's pointer in it; None where there is none."""
        steps = tokens(pointer)
        if len(steps) < 2:
            # All paths, or all of the document: nothing that anybody would read here.
            return None, ""
        start, rest = self._start(steps)
        holder, node = _NOTHING, start
        for step in rest:
            holder = self._target(node, step)
            node = _below(holder, step)
            if node is _NOTHING:
                return None, ""
        if isinstance(holder, Mapping) and _is_keyword(rest[-1], node):
            return _around(holder, rest[-1]), "/" + escape(rest[-1])
        return folded(self._target(node, None)), ""

    def _start(self, steps: Sequence[str]) -> tuple[Any, Sequence[str]]:
        """The named schema that stands at the longest part of the pointer, else the document."""
        for length in range(len(steps), 0, -1):
            name = self._names.get("".join("/" + escape(step) for step in steps[:length]))
            if name is not None:
                return self.contract.schemas[name].schema, steps[length:]
        return self.contract.tree, steps

    def _target(self, node: Any, step: str | None) -> Any:
        """The node, or what it refers to where the step is not its own."""
        for _ in range(_MOST_REFERENCES):
            if not isinstance(node, Mapping) or "$ref" not in node or step in node:
                break
            try:
                node = self.contract.schema(node["$ref"])
            except KeyError:
                break
        return node


def _is_keyword(name: str, limit: Any) -> bool:
    return not isinstance(limit, Mapping) or name == "discriminator"


def _around(schema: Mapping[str, Any], keyword: str) -> dict[str, Any]:
    """A schema with one of its keywords whole, and of the subschemas beside it only the number."""
    shown: dict[str, Any] = {}
    for name, value in schema.items():
        if name == keyword:
            shown[name] = folded(value)
        elif name in APPLICATORS and isinstance(value, Mapping | list):
            noun = "schema" if APPLICATORS[name] == "one" else counted(len(value), "schema")
            shown[name] = f"… {noun}"
        elif _is_rule(name, value):
            shown[name] = folded(value)
    return shown


def _is_rule(name: str, value: Any) -> bool:
    """Whether a member of a schema is worth its room; of the extensions, what lengths count is."""
    if name.startswith("x-"):
        return isinstance(value, Mapping) and "length-unit" in value
    return name not in _WORDS


def _below(node: Any, step: str) -> Any:
    try:
        return node[int(step)] if isinstance(node, list) else node[step]
    except (KeyError, IndexError, ValueError, TypeError):
        return _NOTHING


def folded(node: Any, depth: int = _DEPTH) -> Any:
    """A schema without what lies deep in it, and without words that are no rule."""
    if isinstance(node, Mapping):
        if depth < 0 and node.keys() - {"$ref"}:
            return "{…}"
        kept = ((str(name), value) for name, value in node.items() if _is_rule(str(name), value))
        return {name: folded(value, depth - 1) for name, value in kept}
    if isinstance(node, list):
        items = [folded(one, depth - 1) for one in node[:_MOST_ITEMS]]
        left = len(node) - len(items)
        return [*items, f"… {left:,} more"] if left else items
    return node
