"""The document as the rules read it: nodes by pointer, places, and targets of overlay actions.

Knows how a place of the bundled tree leads back to a file. It must not know any rule.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from specbound.contract.load import Contract
from specbound.diagnostics import Code, Diagnostic, Severity
from specbound.lint.problem import Action, Problem, selector
from specbound.origin import Origin, tokens

WARNING, NOTE, ERROR = Severity.WARNING, Severity.NOTE, Severity.ERROR


class Document:
    """One contract's document under the rules' eyes."""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self.tree = contract.bundled
        self._file = contract.files[0] if contract.files else ""

    def node(self, pointer: str) -> Any:
        """What stands at a pointer of the bundled tree; KeyError if nothing does."""
        node: Any = self.tree
        for token in tokens(pointer):
            node = step(node, token)
        return node

    def origin(self, pointer: str) -> Origin:
        """File, line and column of a place of the bundled tree."""
        return self.contract.locate(pointer)

    def target(self, origin: Origin) -> str:
        """The JSONPath of a place; empty where an overlay cannot reach it, as in another file.

        Items that have a name are selected by it, others by their index.
        """
        if origin.file != self._file:
            return ""
        path = "$"
        node: Any = self.tree
        for token in tokens(origin.pointer):
            inside = isinstance(node, list) or (node is None and token.isdigit())
            path += selector(token, node if isinstance(node, list) else [] if inside else None)
            try:
                node = step(node, token)
            except KeyError:
                node = None
        return path

    def removal(self, holder: str, member: str) -> tuple[Action, ...]:
        """The mend that takes a member out of what stands at a pointer.

        Where the member is a reference, the reference goes; its target may have other users.
        """
        origin = self.origin(holder)
        path = self.target(replace(origin, pointer=f"{origin.pointer}/{member}"))
        return (Action(path, remove=True),) if path else ()

    def update(self, pointer: str, value: Any) -> tuple[Action, ...]:
        """The mend that merges a value into the object at a pointer."""
        path = self.target(self.origin(pointer))
        return (Action(path, value),) if path else ()

    def problem(
        self,
        code: Code,
        pointer: str,
        message: str,
        severity: Severity = WARNING,
        help: str = "",
    ) -> Problem:
        """A problem at a place of the bundled tree."""
        return Problem(Diagnostic(code, message, self.origin(pointer), severity, help))


def step(node: Any, token: str) -> Any:
    """One step of a JSON Pointer; KeyError where it leads nowhere."""
    if isinstance(node, dict):
        return node[token]
    if isinstance(node, list) and token.isascii() and token.isdigit() and int(token) < len(node):
        return node[int(token)]
    raise KeyError(token)


def lookup(tree: Any, reference: str) -> Any:
    """What a local ``#/…`` reference leads to; KeyError if nothing does."""
    from urllib.parse import unquote

    node = tree
    for token in tokens(unquote(reference.removeprefix("#"))):
        node = step(node, token)
    return node


def followed(tree: Any, schema: Any) -> Any:
    """A schema behind its references, as far as nothing stands beside them but annotations."""
    for _ in range(100):
        if not (isinstance(schema, dict) and isinstance(schema.get("$ref"), str)):
            return schema
        try:
            schema = lookup(tree, schema["$ref"])
        except KeyError:
            return True
    return True


def parts(tree: Any, schema: Any) -> Iterator[dict[str, Any]]:
    """A schema and all that it joins by `$ref` and `allOf`, itself first, each once."""
    waiting, seen = [schema], set[int]()
    while waiting:
        node = waiting.pop()
        if not isinstance(node, dict) or id(node) in seen:
            continue
        seen.add(id(node))
        yield node
        joined = node.get("allOf")
        waiting += reversed(joined if isinstance(joined, list) else [])
        if isinstance(node.get("$ref"), str):
            try:
                waiting.append(lookup(tree, node["$ref"]))
            except KeyError:
                continue
