"""Types of the tree's parts: after this pass, every later reader may rely on the containers.

Knows what each field holds (by `keywords`) and what is so wrong that it cannot be used. What is
wrong and can be spared is left out with a warning. It must not know what fields mean.
"""

from __future__ import annotations

from typing import Any

from specbound.diagnostics import Code
from specbound.origin import pointer
from specbound.source.keywords import Shape, field_shape
from specbound.source.tree import Tree
from specbound.source.walk import Node, usable

_PLACES = ("path", "query", "header", "cookie")
_TYPES = {"array", "boolean", "file", "integer", "null", "number", "object", "string"}
_PYTHON_TYPES: dict[str, tuple[type, ...]] = {
    "text": (str,),
    "flag": (bool,),
    "number": (int, float),
    "count": (int, float),
    "limit": (int, float, bool),
    "types": (str, list),
}
_SAYS = {
    "text": "a text",
    "flag": "true or false",
    "number": "a number",
    "count": "a whole number that is not negative",
    "limit": "a number",
    "types": "a type's name or a list of them",
    "any": "anything",
    "object": "an object",
    "list": "a list",
    "map": "an object",
}


def check(tree: Tree, node: Node) -> None:
    """Check the members of one node; mends or reports each that is not what it should be."""
    if not isinstance(node.value, dict):
        return
    if node.reference is not None and node.kind not in ("Schema", "PathItem"):
        return
    for name, value in list(node.value.items()):
        shape = field_shape(node.kind, name)
        if shape is not None and not _fits(value, shape):
            _mend(tree, node, name, shape)
    _SPECIAL.get(node.kind, _nothing)(tree, node)


def _nothing(tree: Tree, node: Node) -> None:
    return


def _fits(value: Any, shape: Shape) -> bool:
    if shape.container == "object":
        return usable(value, shape.kind)
    if shape.container == "scalar":
        return _is_scalar(value, shape.kind)
    inner = shape.of
    if inner is None:
        return True
    if shape.container == "list":
        return isinstance(value, list) and all(_fits(item, inner) for item in value)
    return isinstance(value, dict) and all(_fits(item, inner) for item in value.values())


def _is_scalar(value: Any, kind: str) -> bool:
    if kind == "any":
        return True
    if isinstance(value, bool):
        return kind in ("flag", "limit")
    if not isinstance(value, _PYTHON_TYPES[kind]):
        return False
    if kind == "count" and isinstance(value, (int, float)):
        return value >= 0 and value == int(value)
    if kind == "types" and isinstance(value, list):
        return bool(value) and all(isinstance(item, str) for item in value)
    return True


def _mend(tree: Tree, node: Node, name: str, shape: Shape) -> None:
    value = node.value[name]
    at = node.pointer + pointer([name])
    if value is None:
        tree.warn(Code.WRONG_TYPE, f"`{name}` is null, so it is left out", at)
        del node.value[name]
    elif shape.container == "list" and shape.of is not None and isinstance(value, list):
        _mend_list(tree, value, shape.of, at)
    elif shape.container == "map" and shape.of is not None and isinstance(value, dict):
        _mend_map(tree, value, shape.of, at)
    elif shape.leads_to_objects:
        tree.error(Code.WRONG_TYPE, _wrong(name, shape, value), at)
    elif shape.kind == "text" and shape.container == "scalar" and _is_number(value):
        tree.warn(Code.WRONG_TYPE, f"`{name}` is a number, read as text", at, "quote it")
        node.value[name] = str(value)
    else:
        tree.warn(Code.WRONG_TYPE, f"{_wrong(name, shape, value)}; it is left out", at)
        del node.value[name]


def _mend_list(tree: Tree, items: list[Any], inner: Shape, at: str) -> None:
    removed: list[int] = []
    for index, item in enumerate(items):
        if _fits(item, inner):
            continue
        place = f"{at}/{index}"
        if inner.leads_to_objects and item is not None:
            tree.error(Code.WRONG_TYPE, _wrong(f"item {index}", inner, item), place)
        elif inner.kind == "text" and _is_number(item):
            tree.warn(Code.WRONG_TYPE, "a number is read as text", place, "quote it")
            items[index] = str(item)
        else:
            message = f"{_wrong(f'item {index}', inner, item)}; it is left out"
            tree.warn(Code.WRONG_TYPE, message, place)
            removed.append(index)
    if removed:
        tree.grafts.remove_items(at, removed, len(items))
        items[:] = [item for index, item in enumerate(items) if index not in set(removed)]


def _mend_map(tree: Tree, members: dict[str, Any], inner: Shape, at: str) -> None:
    for key, item in list(members.items()):
        if _fits(item, inner):
            continue
        place = at + pointer([key])
        if item is None and inner.container == "object":
            tree.warn(Code.WRONG_TYPE, f"`{key}` is null, read as an empty object", place)
            members[key] = {}
        elif inner.leads_to_objects:
            tree.error(Code.WRONG_TYPE, _wrong(key, inner, item), place)
        elif inner.kind == "text" and _is_number(item):
            members[key] = str(item)
        else:
            tree.warn(Code.WRONG_TYPE, f"{_wrong(key, inner, item)}; it is left out", place)
            del members[key]


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _wrong(name: str, shape: Shape, value: Any) -> str:
    wanted = _SAYS[shape.kind if shape.container == "scalar" else shape.container]
    return f"`{name}` is {_name(value)}, not {wanted}"


def _name(value: Any) -> str:
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return "a text" if isinstance(value, str) else "a number"


def _root(tree: Tree, node: Node) -> None:
    """Fill in what every reader takes for granted; the validator has reported what was missing."""
    info = node.value.setdefault("info", {})
    if isinstance(info, dict):
        info.setdefault("title", "API")
        info.setdefault("version", "0")
    node.value.setdefault("paths", {})


def _parameter_list(tree: Tree, node: Node) -> None:
    """Leave out parameters without a name or a known place; nothing could be done with them."""
    items = node.value.get("parameters")
    if not isinstance(items, list):
        return
    removed = [index for index, item in enumerate(items) if not _is_parameter(item)]
    at = node.pointer + "/parameters"
    for index in removed:
        message = "a parameter without a proper `name` and `in` is left out"
        tree.warn(Code.WRONG_TYPE, message, f"{at}/{index}", f"`in` is one of {', '.join(_PLACES)}")
    if removed:
        tree.grafts.remove_items(at, removed, len(items))
        items[:] = [item for item in items if _is_parameter(item)]


def _is_parameter(item: Any) -> bool:
    if not isinstance(item, dict) or isinstance(item.get("$ref"), str):
        return True
    name = item.get("name")
    return (isinstance(name, str) or _is_number(name)) and item.get("in") in _PLACES


def _parameter(tree: Tree, node: Node) -> None:
    """A parameter under `components` has no list to leave, so one without a name is an error."""
    if "name" not in node.value or node.value.get("in") not in _PLACES:
        tree.error(Code.WRONG_TYPE, "a parameter needs a `name` and an `in`", node.pointer)


def _operation(tree: Tree, node: Node) -> None:
    node.value.setdefault("responses", {})
    _parameter_list(tree, node)


def _discriminator(tree: Tree, node: Node) -> None:
    """A discriminator without a property discriminates nothing."""
    if "propertyName" not in node.value:
        message = "a discriminator without `propertyName` is left out"
        tree.warn(Code.WRONG_TYPE, message, node.pointer)
        node.parent.pop(node.key, None)


def _schema(tree: Tree, node: Node) -> None:
    """Leave out a `type` that is none of the seven of JSON Schema (or 2.0's `file`)."""
    kind = node.value.get("type")
    for name in [kind] if isinstance(kind, str) else kind or []:
        if name not in _TYPES:
            message = f"`{name}` is no type, so `type` is left out"
            help = f"types are {', '.join(sorted(_TYPES))}"
            tree.warn(Code.WRONG_TYPE, message, node.pointer + "/type", help)
            del node.value["type"]
            return


_SPECIAL = {
    "OpenAPI": _root,
    "PathItem": _parameter_list,
    "Operation": _operation,
    "Parameter": _parameter,
    "Discriminator": _discriminator,
    "Schema": _schema,
}
