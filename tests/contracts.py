"""Documents for tests of the contract: read from memory, shuffled, edited as vendors edit them.

Knows OpenAPI's structure. It must not know any rule that a test is about.
"""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from specbound.contract.load import Contract, build
from specbound.contract.lock import Lock
from specbound.source import load as source

Json = dict[str, Any]

#: Lists whose order says nothing in OpenAPI and JSON Schema.
_UNORDERED = frozenset({"oneOf", "anyOf", "allOf", "enum", "required", "parameters", "tags"})


def contract_of(document: Json, lock: Lock | None = None) -> Contract:
    """The contract of a document, without the check by openapi-spec-validator's schemas."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "openapi.json"
        path.write_text(json.dumps(document), "utf-8")
        return build(source.read(path), lock or Lock())


def names_of(contract: Contract) -> dict[str, str]:
    """Name to the identity of what it means."""
    return {name: named.digest for name, named in contract.schemas.items()}


def calls_of(contract: Contract) -> dict[str, str]:
    return {key: operation.name for key, operation in contract.operations.items()}


def small(schema: Any = None, **more: Any) -> Json:
    """A document of one operation whose body has the given schema."""
    body = {"content": {"application/json": {"schema": schema if schema is not None else {}}}}
    post = {"requestBody": body, "responses": {"204": {"description": "done"}}}
    return document({"/things": {"post": post}}, **more)


def document(paths: Json, **more: Any) -> Json:
    return {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": paths, **more}


def shuffled(node: Any, dice: random.Random, key: str = "") -> Any:
    """The same document in another order: members, branches, values, parameters, tags."""
    if isinstance(node, dict):
        members = list(node.items())
        dice.shuffle(members)
        return {name: shuffled(child, dice, name) for name, child in members}
    if isinstance(node, list):
        out = [shuffled(child, dice) for child in node]
        if key in _UNORDERED:
            dice.shuffle(out)
        return out
    return node


def ordered(node: Any, key: str = "") -> Any:
    """A document in the one order in which two that differ in order only are equal."""
    if isinstance(node, dict):
        return {name: ordered(node[name], name) for name in sorted(node)}
    if isinstance(node, list):
        out = [ordered(child) for child in node]
        return sorted(out, key=json.dumps) if key in _UNORDERED else out
    return node


def places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Every node with the steps to it."""
    yield path, node
    if isinstance(node, dict | list):
        pairs = node.items() if isinstance(node, dict) else enumerate(node)
        for step, child in list(pairs):
            yield from places(child, (*path, step))


def at(node: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        node = node[step]
    return node


def with_path(base: Json, path: str, item: Json) -> Json:
    """The document with one more path, before all others."""
    return {**base, "paths": {path: copy.deepcopy(item), **base["paths"]}}


def tagged_branches(base: Json) -> Iterator[tuple[tuple[Any, ...], str]]:
    """Every union branch that a discriminator tells from the others: steps to it, and its tag."""
    for path, node in places(base["paths"], ("paths",)):
        tag = node.get("discriminator", {}).get("propertyName") if isinstance(node, dict) else None
        for index, branch in enumerate(node.get("oneOf", ()) if tag else ()):
            if isinstance(tag, str) and tag in branch.get("properties", {}):
                yield (*path, "oneOf", index), tag


def with_branch(base: Json, path: tuple[Any, ...], tag: str, value: str) -> Json:
    """The document with a copy of a branch, under another tag, before all others of its union."""
    out: Json = copy.deepcopy(base)
    branch = copy.deepcopy(at(base, path))
    branch["properties"][tag].pop("enum", None)
    branch["properties"][tag]["const"] = value
    at(out, path[:-1]).insert(0, branch)
    return out
