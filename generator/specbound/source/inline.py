"""The last word on local references: all but those to schemas are resolved in place.

Knows that later stages want to see no `$ref` except between schemas. It must not know files.
"""

from __future__ import annotations

from typing import Any

from specbound.diagnostics import Code, SpecError, failure
from specbound.origin import pointer
from specbound.source.refs import broken, place_inlined
from specbound.source.tree import Tree, fragment_tokens, lookup
from specbound.source.walk import Node, usable, walk


def inline(tree: Tree) -> None:
    """Resolve references to anything but schemas, and see that those to schemas lead somewhere."""
    schemas: dict[str, Node] = {}
    for node in walk(tree.document):
        if node.kind == "Schema":
            if node.reference is not None:
                schemas.setdefault(node.reference, node)
            continue
        while node.reference is not None:
            _resolve(tree, node, node.reference)
    for node in schemas.values():
        try:
            _check(tree, node)
        except SpecError as error:
            tree.diagnostics.extend(error.diagnostics)
    tree.diagnostics.raise_if_errors()


def _target(tree: Tree, node: Node, reference: str) -> tuple[list[str], Any]:
    uri, _, fragment = reference.partition("#")
    if uri or (fragment and not fragment.startswith("/")):
        message = f"`{reference}` is not a reference inside this document"
        raise failure(Code.FORBIDDEN_REFERENCE, message, tree.origin(node.pointer))
    path = fragment_tokens(fragment)
    try:
        return path, lookup(tree.document, path)
    except KeyError:
        raise broken(tree, reference, tree.origin(node.pointer), tree.document) from None


def _resolve(tree: Tree, node: Node, reference: str) -> None:
    path, found = _target(tree, node, reference)
    target = pointer(path)
    if not usable(found, node.kind):
        message = f"`{reference}` leads to no {node.kind} object"
        raise failure(Code.WRONG_TYPE, message, tree.origin(node.pointer))
    if ("", target) in node.trail or f"{target}/".startswith(f"{node.pointer}/"):
        message = f"`{reference}` leads back to itself"
        raise failure(Code.CIRCULAR_REFERENCE, message, tree.origin(node.pointer))
    place_inlined(tree, node, tree.copy(found, tree.grafts.find(node.pointer)), target)
    node.trail = (*node.trail, ("", target))


def _check(tree: Tree, node: Node) -> None:
    seen: set[str] = set()
    reference: Any = node.reference
    while isinstance(reference, str):
        if reference in seen:
            message = f"`{node.reference}` leads back to itself and never to a schema"
            raise failure(Code.CIRCULAR_REFERENCE, message, tree.origin(node.pointer))
        seen.add(reference)
        _, found = _target(tree, node, reference)
        if not isinstance(found, (dict, bool)):
            message = f"`{reference}` leads to no schema"
            raise failure(Code.WRONG_TYPE, message, tree.origin(node.pointer))
        reference = found.get("$ref") if isinstance(found, dict) else None
