"""Where schemas stand in an OpenAPI document: one walk that visits and rewrites every position.

Knows the OpenAPI objects between the root and a schema. It must not know what happens to a schema.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus
from typing import Any

from specbound.contract.calls import Call, title_of
from specbound.contract.shapes import Root, Step
from specbound.contract.words import pascal
from specbound.origin import pointer

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")

#: Calls whose reply is the resource itself, and so is called by the resource's name alone.
_READS = frozenset({"retrieve", "get", "show", "read", "find"})

#: What to do with one schema: the schema, its root, and the member that it stands under, if any.
Visit = Callable[[Any, Root, tuple[Step, ...]], Any]


def operations(paths: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every (METHOD, path, operation object), as the document orders them."""
    for path, item in paths.items():
        for method in METHODS:
            if isinstance(item.get(method), dict):
                yield method.upper(), path, item[method]


class Walk:
    """Rewrites a document by handing each schema to `visit`; nothing of the source is changed."""

    def __init__(self, calls: Mapping[str, Call], visit: Visit) -> None:
        self._calls = calls
        self._visit = visit

    def paths(self, section: str, items: Mapping[str, Any]) -> dict[str, Any]:
        """Rewrite `paths` or `webhooks`."""
        return {
            path: self._item(item, path, f"/{section}" + pointer((path,)), webhook=section != "paths")
            for path, item in items.items()
        }

    def _item(self, item: Mapping[str, Any], path: str, at: str, webhook: bool) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for key, value in item.items():
            if key in METHODS:
                known = None if webhook else self._calls.get(f"{key.upper()} {path}")
                call = known or ((path,), "receive")
                out[key] = self._operation(value, f"{key.upper()} {path}", call, f"{at}/{key}")
            elif key == "parameters":
                out[key] = self._parameters(value, f"* {path}", ((path,), ""), at)
            else:
                out[key] = value
        return out

    def _operation(self, node: Mapping[str, Any], key: str, call: Call, at: str) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for member, value in node.items():
            if member == "parameters":
                out[member] = self._parameters(value, key, call, at)
            elif member == "requestBody":
                root = Root("body", "", f"{key} body", (title_of(call[0]), pascal(call[1]), "Request"))
                out[member] = self._content(value, root, at + "/requestBody")
            elif member == "responses":
                out[member] = self._replies(value, key, call, at + "/responses")
            elif member == "callbacks":
                out[member] = self._callbacks(value, at + "/callbacks")
            else:
                out[member] = value
        return out

    def _callbacks(self, node: Mapping[str, Any], at: str) -> dict[str, Any]:
        return {
            name: {
                path: self._item(item, name, at + pointer((name, path)), webhook=True)
                if isinstance(item, dict)
                else item
                for path, item in callback.items()
            }
            for name, callback in node.items()
        }

    def _parameters(self, nodes: list[Any], key: str, call: Call, at: str) -> list[Any]:
        return [
            self._parameter(node, node["name"], key, call, f"{at}/parameters/{index}")
            for index, node in enumerate(nodes)
        ]

    def _parameter(
        self, node: Mapping[str, Any], name: str, key: str, call: Call, at: str
    ) -> dict[str, Any]:
        where = f"{key} {node.get('in', 'header')} {name}"
        root = Root("parameter", "", where, (title_of(call[0]), pascal(call[1]), "Parameter"))
        out = dict(node)
        if "schema" in node:
            here = Root(root.kind, at + "/schema", where, root.words)
            out["schema"] = self._visit(node["schema"], here, (Step("property", name),))
        return self._content(out, root, at, (Step("property", name),)) if "content" in node else out

    def _content(
        self, node: Mapping[str, Any], root: Root, at: str, under: tuple[Step, ...] = ()
    ) -> dict[str, Any]:
        out = dict(node)
        content = {}
        for media, value in (node.get("content") or {}).items():
            place = at + pointer(("content", media, "schema"))
            json_like = "json" in media
            words = root.words if json_like else (*root.words[:-1], _role(media, root.words[-1]))
            identity = root.identity if json_like else f"{root.identity} {media}"
            content[media] = dict(value)
            if "schema" in value:
                here = Root(root.kind, place, identity, words)
                content[media]["schema"] = self._visit(value["schema"], here, under)
        if "content" in node:
            out["content"] = content
        return out

    def _replies(self, node: Mapping[str, Any], key: str, call: Call, at: str) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for status, reply in node.items():
            if status.startswith("x-") or not isinstance(reply, dict):
                out[status] = reply
                continue
            root = _reply_root(status, key, call)
            place = at + pointer((status,))
            out[status] = self._content(reply, root, place)
            if "headers" in reply:
                out[status]["headers"] = {
                    name: self._parameter(header, name, f"{key} {status}", call, place + pointer(("headers", name)))
                    for name, header in reply["headers"].items()
                }
        return out


def _reply_root(status: str, key: str, call: Call) -> Root:
    title, name, identity = title_of(call[0]), pascal(call[1]), f"{key} {status}"
    if status.startswith("2"):
        kind = "resource" if call[1] in _READS else "reply"
        return Root(kind, "", identity, (title, name, "Response"))
    return Root("error", "", identity, (status_word(status), title, name))


def status_word(status: str) -> str:
    """A status in words, as part of a name: ``404`` gives NotFoundError."""
    ranges = {"1XX": "Informational", "3XX": "Redirect", "4XX": "ClientError", "5XX": "ServerError"}
    if not status.isdigit():
        return ranges.get(status.upper(), "ErrorResponse")
    try:
        phrase = pascal(HTTPStatus(int(status)).phrase.title())
    except ValueError:
        phrase = "Unassigned"
    return phrase if phrase.endswith("Error") or int(status) < 400 else phrase + "Error"


def _role(media: str, role: str) -> str:
    kinds = {"multipart": "Form", "application/x-www-form-urlencoded": "Form", "text": "Text"}
    found = next((word for prefix, word in kinds.items() if media.startswith(prefix)), "")
    return found + ("" if role == "Request" and found else role)
