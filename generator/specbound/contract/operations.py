"""Operations of the contract, read from a rewritten tree whose schemas are already named.

Knows OpenAPI's defaults for parameters, bodies, replies and security. It must not know how
schemas were named or merged.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from specbound.contract.calls import Call, argument_names, code_samples
from specbound.contract.extension import KEY, OperationFacts
from specbound.contract.model import SCHEMAS, Body, Operation, Parameter, Reply, Server
from specbound.contract.words import RESERVED_ARGUMENTS
from specbound.origin import pointer

_STYLES = {"path": "simple", "header": "simple", "query": "form", "cookie": "form"}

#: Headers that OpenAPI 3.1 section 4.8.12.1 says to ignore as parameters.
_IGNORED = frozenset({"accept", "content-type", "authorization"})


def operation(
    tree: Mapping[str, Any], key: tuple[str, str], call: Call, facts: OperationFacts
) -> Operation:
    """Read one operation of the tree, given as (METHOD, path)."""
    method, path = key
    item = tree["paths"][path]
    node = item[method.lower()]
    at = pointer(("paths", path, method.lower()))
    body = _body(node.get("requestBody"), at + "/requestBody")
    return Operation(
        method=method,
        path=path,
        resource=call[0],
        call=call[1],
        parameters=_parameters(item, node, path, body, tree),
        body=body,
        replies={
            status: _reply(status, reply, at + pointer(("responses", status)))
            for status, reply in (node.get("responses") or {}).items()
            if not status.startswith("x-")
        },
        security=tuple(
            {name: tuple(scopes) for name, scopes in one.items()}
            for one in node.get("security", tree.get("security", ()))
        ),
        pointer=at,
        tags=tuple(node.get("tags", ())),
        summary=node.get("summary", ""),
        description=node.get("description", ""),
        deprecated=bool(node.get("deprecated")),
        samples=tuple(code_samples(node)),
        facts=facts,
    )


def _parameters(
    item: Mapping[str, Any],
    node: Mapping[str, Any],
    path: str,
    body: Body | None,
    tree: Mapping[str, Any],
) -> tuple[Parameter, ...]:
    base = pointer(("paths", path))
    found: dict[tuple[str, str], tuple[Mapping[str, Any], str]] = {}
    for index, one in enumerate(item.get("parameters", ())):
        found[one["in"], one["name"]] = (one, f"{base}/parameters/{index}")
    method = next(name for name, value in item.items() if value is node)
    for index, one in enumerate(node.get("parameters", ())):
        found[one["in"], one["name"]] = (one, f"{base}/{method}/parameters/{index}")
    used = [
        (one, at)
        for (location, name), (one, at) in found.items()
        if not (location == "header" and name.lower() in _IGNORED)
    ]
    wires = [(one["in"], one["name"]) for one, _ in used]
    members = [("body", name) for name in body_members(body, tree)]
    asked = {i: one[KEY]["name"] for i, (one, _) in enumerate(used) if "name" in one.get(KEY, {})}
    names = argument_names([*wires, *members], RESERVED_ARGUMENTS, asked)
    return tuple(parameter(one, at, names[index]) for index, (one, at) in enumerate(used))


def parameter(node: Mapping[str, Any], at: str, python: str = "") -> Parameter:
    """Read a Parameter Object, or a Header Object under its name (`in` is then header)."""
    location = node.get("in", "header")
    style = node.get("style", _STYLES.get(location, "simple"))
    content = next(iter(node.get("content") or ()), None)
    schema = node["content"][content].get("schema", True) if content else node.get("schema", True)
    return Parameter(
        name=node["name"],
        location=location,
        required=bool(node.get("required")) or location == "path",
        schema=schema,
        pointer=at,
        python=python,
        style=style,
        explode=bool(node.get("explode", style == "form")),
        content=content,
        allow_reserved=bool(node.get("allowReserved")),
        description=node.get("description", ""),
        deprecated=bool(node.get("deprecated")),
    )


def _body(node: Mapping[str, Any] | None, at: str) -> Body | None:
    if not node:
        return None
    content = {media: value.get("schema", True) for media, value in node.get("content", {}).items()}
    return Body(bool(node.get("required")), content, at, node.get("description", ""))


def _reply(status: str, node: Mapping[str, Any], at: str) -> Reply:
    return Reply(
        status=status,
        content={media: one.get("schema", True) for media, one in node.get("content", {}).items()},
        headers={
            name: parameter({**header, "name": name}, at + pointer(("headers", name)))
            for name, header in node.get("headers", {}).items()
        },
        pointer=at,
        description=node.get("description", ""),
    )


def main_media(content: Mapping[str, Any]) -> str | None:
    """The media type that a client speaks: JSON if there is one, else a form, else the first."""
    order = ("application/json", "json", "multipart/form-data", "x-www-form-urlencoded")
    for wanted in order:
        for media in content:
            if wanted in media:
                return media
    return next(iter(content), None)


def body_members(body: Body | None, tree: Mapping[str, Any]) -> dict[str, Any]:
    """The members that an object body may have, over all its branches: wire name to schema.

    Empty where a body may be something other than an object; it is then one argument.
    """
    if body is None or not (media := main_media(body.content)):
        return {}
    branches = list(object_branches(body.content[media], tree))
    if not branches or None in branches:
        return {}
    return {name: schema for branch in branches if branch for name, schema in branch.items()}


def object_branches(schema: Any, tree: Mapping[str, Any]) -> Iterator[dict[str, Any] | None]:
    """The member tables of each object that a schema allows; None for what is no object."""
    schemas = tree["components"]["schemas"]
    pending, seen = [schema], set[str]()
    while pending:
        node = pending.pop()
        if not isinstance(node, dict):
            yield None
            continue
        if "$ref" in node:
            name = node["$ref"].removeprefix(SCHEMAS)
            if name not in seen:
                seen.add(name)
                pending.append(schemas.get(name))
            continue
        branches = [*node.get("oneOf", ()), *node.get("anyOf", ())]
        if branches:
            shared = node.get("properties", {})
            pending += reversed(branches)
            if shared:
                yield dict(shared)
        elif parts := node.get("allOf"):
            pending += reversed(parts)
            yield dict(node.get("properties", {}))
        elif node.get("properties"):
            yield dict(node["properties"])
        elif not (node.get("type") == "object" and node.get("additionalProperties") is False):
            yield None


def server(node: Mapping[str, Any]) -> Server:
    """Read a Server Object; a variable's default stands for the variable."""
    variables = node.get("variables") or {}
    return Server(
        node.get("url", "/"),
        {name: str(one.get("default", "")) for name, one in variables.items()},
        node.get("description", ""),
    )
