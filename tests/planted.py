"""A service with one planted fault of each kind that schemathesis knows, each at a path of its own.

Knows the document, and an app that keeps it but for what is planted: the rest is the mock's. It
must not know who looks for the faults, nor what is found.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from contracts import Json, contract_of, document
from specbound.contract.load import Contract
from specbound.mock import mock_app

SCHEMA = {
    "type": "object",
    "required": ["size"],
    "properties": {"size": {"type": "integer", "minimum": 1}},
    "additionalProperties": False,
}
THING = {
    "type": "object",
    "required": ["id", "size"],
    "properties": {"id": {"type": "string", "format": "uuid"}, "size": {"type": "integer"}},
}
RIGHT = {"size": 1}
Reply = tuple[int, dict[str, str], bytes]


def _json(status: int, value: Any, **headers: str) -> Reply:
    fields = {name.replace("_", "-"): text for name, text in headers.items()}
    return status, {"content-type": "application/json", **fields}, json.dumps(value).encode()


#: What is answered wrongly, by path and by method ("*": any); all else is answered by the mock.
PLANTED: dict[str, dict[str, Reply]] = {
    "/status": {"GET": _json(418, RIGHT)},
    "/media": {"GET": (200, {"content-type": "text/plain"}, b"size: 1")},
    "/body": {"GET": _json(200, {"size": "many"})},
    "/header-missing": {"GET": _json(200, RIGHT)},
    "/header-wrong": {"GET": _json(200, RIGHT, x_count="many")},
    "/takes-all": {"POST": _json(200, RIGHT)},
    "/takes-nothing": {"POST": _json(400, {"error": "no"})},
    "/takes-nothing-so": {"POST": _json(409, {"error": "no"})},
    "/no-version": {"GET": _json(200, RIGHT)},
    "/any-method": {"*": _json(200, RIGHT)},
    "/allow": {"OPTIONS": (204, {"allow": "GET, DELETE"}, b"")},
    "/kept/{id}": {"DELETE": (204, {}, b"")},
    "/lost/{id}": {"GET": _json(404, {"error": "none"})},
    "/open": {"GET": _json(200, RIGHT)},
    "/fails": {"GET": _json(500, {"error": "oh"})},
    "/fails-so": {"GET": _json(500, {"error": "oh"})},
}


def _content(schema: Any) -> Json:
    return {"content": {"application/json": {"schema": schema}}}


def _operation(schema: Any = SCHEMA, status: str = "200", **more: Any) -> Json:
    """An operation that replies with a body; what it refuses is documented too."""
    good = {"description": "it", **(_content(schema) if schema else {})}
    refused = {"description": "refused", **_content({})}
    replies = {status: good, **dict.fromkeys(("400", "404", "405", "415"), refused)}
    replies |= more.pop("replies", {})
    return {"responses": replies, **more}


def _posts(**more: Any) -> Json:
    return _operation(requestBody={"required": True, **_content(SCHEMA)}, **more)


def _with_header() -> Json:
    found = _operation()
    found["responses"]["200"]["headers"] = {
        "X-Count": {"required": True, "schema": {"type": "integer"}}
    }
    return found


def _things(name: str, *verbs: str) -> Json:
    """A resource: things are made, asked for by their id, and deleted."""
    item = {"name": "id", "in": "path", "required": True, "schema": THING["properties"]["id"]}
    posts = _operation(THING, "201", requestBody={"required": True, **_content(SCHEMA)})
    one = {
        "get": _operation(THING, operationId=f"get_{name}", parameters=[item]),
        "delete": _operation(None, "204", operationId=f"delete_{name}", parameters=[item]),
    }
    one = {verb: one[verb] for verb in verbs or one}
    links = {verb: _link(f"{verb}_{name}", "$response.body#/id") for verb in one}
    posts["responses"]["201"]["links"] = links
    if "delete" in one:
        again = _link(f"get_{name}", "$request.path.id")
        one["delete"]["responses"]["204"]["links"] = {"again": again}
    return {f"/{name}": {"post": posts}, f"/{name}/{{id}}": one}


def _link(operation: str, id: str) -> Json:
    return {"operationId": operation, "parameters": {"id": id}}


def _paths() -> Json:
    failed = {"500": {"description": "failed", **_content({})}}
    version = {"name": "X-Version", "in": "header", "required": True, "schema": {"type": "string"}}
    refused = {"401": {"description": "who?", **_content({})}}
    return {
        "/status": {"get": _operation()},
        "/media": {"get": _operation()},
        "/body": {"get": _operation()},
        "/header-missing": {"get": _with_header()},
        "/header-wrong": {"get": _with_header()},
        "/takes-all": {"post": _posts()},
        "/takes-nothing": {"post": _posts()},
        "/takes-nothing-so": {"post": _posts()},
        "/no-version": {"get": _operation(parameters=[version])},
        "/any-method": {"get": _operation()},
        "/allow": {"get": _operation()},
        **_things("kept"),
        **_things("lost", "get"),
        "/open": {"get": _operation(security=[{"key": []}], replies=refused)},
        "/fails": {"get": _operation()},
        "/fails-so": {"get": _operation(replies=failed)},
    }


def contract() -> Contract:
    """The contract that the service breaks."""
    schemes = {"key": {"type": "http", "scheme": "bearer"}}
    return contract_of(document(_paths(), components={"securitySchemes": schemes}))


def app(contract: Contract, secret: str, planted: bool = True) -> Callable[..., Any]:
    """The service as an ASGI app; without what is planted it is right everywhere."""
    right = mock_app(contract, keys=[secret])
    text = json.dumps({**contract.document(), "servers": [{"url": "/"}]}).encode()

    async def serve(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await right(scope, receive, send)
            return
        reply: Reply | None = None
        if scope["path"] == "/openapi.json":
            reply = 200, {"content-type": "application/json"}, text
        elif planted:
            answers = PLANTED.get(_template(scope["path"]), {})
            reply = answers.get(scope["method"], answers.get("*"))
        if reply is None:
            await right(scope, receive, send)
        else:
            await _answer(reply, receive, send)

    return serve


def _template(path: str) -> str:
    """The path as the document has it."""
    first, _, rest = path[1:].partition("/")
    return f"/{first}/{{id}}" if rest else path


async def _answer(reply: Reply, receive: Any, send: Any) -> None:
    while (await receive()).get("more_body"):
        pass
    status, headers, content = reply
    fields = [(name.encode(), text.encode()) for name, text in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": fields})
    await send({"type": "http.response.body", "body": content})
