"""From 3.0 to 3.1: what the Schema Object of OAS 3.0.4 says, in the words of JSON Schema 2020-12.

Knows the differences between the two versions, one function each; no later stage knows a version.
It must not know references' targets or anything beyond one schema at a time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from specbound.diagnostics import Code
from specbound.origin import Origin
from specbound.source.tree import Tree
from specbound.source.walk import Node

_APPLICATORS = ("$ref", "allOf", "anyOf", "oneOf", "not", "if")
_NOTES = (
    "title",
    "description",
    "default",
    "example",
    "examples",
    "readOnly",
    "writeOnly",
    "deprecated",
    "externalDocs",
)
NULL = {"type": "null"}


def lift(tree: Tree, node: Node) -> None:
    """Rewrite one schema of a 3.0 document in place; safe to do twice."""
    if node.kind != "Schema" or not isinstance(node.value, dict):
        return
    for rule in _RULES:
        rule(tree, node)


def mend(tree: Tree, node: Node) -> None:
    """Read the words of 3.0 that a 3.1 document may not use but means, and say so."""
    if node.kind != "Schema" or not isinstance(node.value, dict):
        return
    for name in ("exclusiveMinimum", "exclusiveMaximum"):
        if isinstance(node.value.get(name), bool):
            message = f"`{name}` is a flag only in OpenAPI 3.0; it is read as one"
            tree.warn(Code.WRONG_TYPE, message, f"{node.pointer}/{name}")
    _exclusive(tree, node)
    _file(tree, node)


def _siblings(tree: Tree, node: Node) -> None:
    """Nothing beside `$ref` has a meaning in 3.0, but for `nullable`, which everybody means."""
    if node.reference is None:
        return
    for name in [name for name in node.value if name not in ("$ref", "nullable")]:
        if not name.startswith("x-"):
            del node.value[name]


def _exclusive(tree: Tree, node: Node) -> None:
    """`exclusiveMinimum: true` makes the limit of `minimum` exclusive (OAS 3.0, JSON Schema 4)."""
    for name, limit in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        flag = node.value.get(name)
        if not isinstance(flag, bool):
            continue
        del node.value[name]
        if flag and limit in node.value:
            node.value[name] = node.value.pop(limit)
            origin = tree.grafts.find(f"{node.pointer}/{limit}")
            tree.grafts.set(f"{node.pointer}/{name}", origin)


def _file(tree: Tree, node: Node) -> None:
    """`type: file` is of Swagger 2.0; it means the bytes of a file."""
    if node.value.get("type") == "file":
        message = "`type: file` is not of OpenAPI 3; it is read as binary text"
        tree.warn(Code.INVALID_DOCUMENT, message, f"{node.pointer}/type", "use `format: binary`")
        node.value["type"] = "string"
        node.value["format"] = "binary"


def _content(tree: Tree, node: Node) -> None:
    """Formats `byte` and `binary` say what 3.1 says with `contentEncoding`, `contentMediaType`."""
    if node.value.get("type") != "string":
        return
    if node.value.get("format") == "byte":
        node.value.setdefault("contentEncoding", "base64")
    elif node.value.get("format") == "binary":
        node.value.setdefault("contentMediaType", "application/octet-stream")


def _nullable(tree: Tree, node: Node) -> None:
    """`nullable: true` lets null in, whatever else the schema says (read leniently, see 3.0.4)."""
    schema = node.value
    if schema.pop("nullable", None) is not True:
        return
    if any(name in schema for name in _APPLICATORS):
        _let_null_in(tree, node)
        return
    kind = schema.get("type")
    if isinstance(kind, str) and kind != "null":
        schema["type"] = [kind, "null"]
    elif isinstance(kind, list) and "null" not in kind:
        schema["type"] = [*kind, "null"]
    if isinstance(schema.get("enum"), list) and None not in schema["enum"]:
        schema["enum"] = [*schema["enum"], None]


def _let_null_in(tree: Tree, node: Node) -> None:
    """Make the schema one branch of a union and null the other; notes stay outside."""
    schema = node.value
    origin, flag = tree.grafts.find(node.pointer), f"{node.pointer}/nullable"
    null_origin = tree.grafts.find(flag)
    outer = {key: schema[key] for key in schema if key in _NOTES or key.startswith("x-")}
    inner = {key: schema[key] for key in schema if key not in outer}
    if set(inner) == {"anyOf"} and isinstance(inner["anyOf"], list):
        branches = inner["anyOf"]
        if NULL not in branches:
            tree.grafts.set(f"{node.pointer}/anyOf/{len(branches)}", null_origin)
            branches.append(dict(NULL))
        return
    _graft(tree, f"{node.pointer}/anyOf", origin, null_origin)
    schema.clear()
    schema.update(outer, anyOf=[inner, dict(NULL)])


def _graft(tree: Tree, at: str, inner: Origin, null: Origin) -> None:
    tree.grafts.drop(at)
    tree.grafts.set(f"{at}/0", inner)
    tree.grafts.set(f"{at}/1", null)


_RULES: tuple[Callable[[Tree, Node], None], ...] = (
    _siblings,
    _file,
    _exclusive,
    _content,
    _nullable,
)


def finish(tree: Tree) -> None:
    """Say which version the tree now is, and warn of a dialect that is not read."""
    document: dict[str, Any] = tree.document
    if tree.is_30:
        document["openapi"] = "3.1.0"
    dialect = document.get("jsonSchemaDialect")
    known = ("https://spec.openapis.org/oas/3.1/dialect/", "https://json-schema.org/draft/2020-12/")
    if isinstance(dialect, str) and not dialect.startswith(known):
        message = f"the dialect `{dialect}` is read as JSON Schema 2020-12"
        tree.warn(Code.UNSUPPORTED, message, "/jsonSchemaDialect")
