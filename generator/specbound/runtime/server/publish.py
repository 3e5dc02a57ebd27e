"""An OpenAPI document with what a server of ours answers besides: problems, and its own address.

It knows the OpenAPI tree as plain data; it must not know requests or handlers. The document that
it is given is not changed.
"""

import copy
from collections.abc import Collection, Mapping
from typing import Any

_METHODS = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace"})
_JSON = "application/json"
#: The problems that any request may be answered with, though documents seldom say so.
REASONS = {
    "400": "The request breaks the contract.",
    "401": "There are no credentials, or they are not accepted.",
    "403": "The credentials do not allow this.",
    "404": "There is no such thing.",
    "405": "The method is not allowed here.",
    "413": "The body is too long.",
    "415": "The body is of a media type that is not taken.",
    "500": "The server failed.",
    "501": "The operation is not implemented.",
}
PROBLEM = {
    "type": "object",
    "required": ["error", "issues"],
    "properties": {
        "error": {"type": "string"},
        "issues": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["code", "path", "message"],
                "properties": {
                    "code": {"type": "string"},
                    "path": {"type": "array", "items": {"type": ["string", "integer"]}},
                    "message": {"type": "string"},
                },
            },
        },
        "docUrl": {"type": "string"},
    },
}


def published(
    document: Mapping[str, Any], server: str = "", bodies: Collection[str] = ()
) -> dict[str, Any]:
    """The document of an OpenAPI 3.1 service as this server serves it, `server` its base path.

    Every operation gets the problem replies that it may be answered with; one that is documented
    already may have either body. A parameter that is required but has a default is not required:
    the server fills it in. The body of the operations in `bodies` ("POST /things") is required.
    """
    tree: dict[str, Any] = copy.deepcopy(dict(document))
    tree["servers"] = [{"url": server or "/"}]
    schemas = tree.setdefault("components", {}).setdefault("schemas", {})
    name = "Problem"
    while name in schemas and schemas[name] != PROBLEM:
        name += "Reply"
    schemas[name] = copy.deepcopy(PROBLEM)
    reference = {"$ref": f"#/components/schemas/{name}"}
    for path, item in tree.get("paths", {}).items():
        for method, operation in item.items():
            if method in _METHODS and isinstance(operation, dict):
                _add_problems(operation, tree, reference)
                _relax(operation, schemas)
                operation.pop("servers", None)
                if f"{method.upper()} {path}" in bodies:
                    operation["requestBody"]["required"] = True
        _relax(item, schemas)
        item.pop("servers", None)
    return tree


def _add_problems(operation: dict[str, Any], tree: Mapping[str, Any], problem: Any) -> None:
    replies = operation.setdefault("responses", {})
    secured = operation.get("security", tree.get("security"))
    for status, reason in REASONS.items():
        if status in ("401", "403") and not secured:
            continue
        if status in ("413", "415") and "requestBody" not in operation:
            continue
        reply = replies.setdefault(status, {"description": reason})
        content = reply.setdefault("content", {})
        media = content.setdefault(_JSON, {})
        media["schema"] = _either(media.get("schema", problem), problem)


def _either(known: Any, problem: Any) -> Any:
    """A documented schema or the problem's; a schema that takes both already stays as it is."""
    if known in (problem, True) or (isinstance(known, dict) and problem in known.get("anyOf", ())):
        return known
    return {"anyOf": [known, problem]}


def _relax(holder: Mapping[str, Any], schemas: Mapping[str, Any]) -> None:
    for parameter in holder.get("parameters", ()):
        schema = parameter.get("schema")
        while isinstance(schema, dict) and "default" not in schema and "$ref" in schema:
            schema = schemas.get(schema["$ref"].rpartition("/")[2])
        defaulted = isinstance(schema, dict) and "default" in schema and "const" not in schema
        if defaulted and parameter.get("in") != "path":
            parameter.pop("required", None)
