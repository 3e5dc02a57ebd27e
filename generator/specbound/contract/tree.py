"""Where schemas stand in an OpenAPI document: one walk that visits and rewrites every position.

Knows the OpenAPI objects between the root and a schema. It must not know what happens to a schema.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
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
            if isinstance(item, dict) and isinstance(item.get(method), dict):
                yield method.upper(), path, item[method]


@dataclass(frozen=True, slots=True)
class Owner:
    """The operation that a schema belongs to: its key, its name and how much is said of it."""

    key: str
    call: Call
    standing: tuple[float, int] = (1.0, 0)

    def root(self, kind: str, part: str, *words: str) -> Root:
        """The root of one part of the operation; its pointer is filled in where a schema is."""
        return Root(kind, "", f"{self.key} {part}", words, *self.standing)

    @property
    def title(self) -> str:
        """The noun of the operation's resource."""
        return title_of(self.call[0])


class Walk:
    """Rewrites a document by handing each schema to `visit`; nothing of the source is changed."""

    def __init__(
        self,
        calls: Mapping[str, Call],
        standings: Mapping[str, tuple[float, int]],
        visit: Visit,
    ) -> None:
        self._calls = calls
        self._standings = standings
        self._visit = visit

    def paths(self, section: str, items: Mapping[str, Any]) -> dict[str, Any]:
        """Rewrite `paths` or `webhooks`."""
        return {
            path: (
                self._item(item, path, f"/{section}" + pointer((path,)), webhook=section != "paths")
                if isinstance(item, dict)
                else item
            )
            for path, item in items.items()
        }

    def _item(self, item: Mapping[str, Any], path: str, at: str, webhook: bool) -> dict[str, Any]:
        out: dict[str, Any] = {}
        owners = {} if webhook else self._owners(item, path)
        for key, value in item.items():
            if key in METHODS and isinstance(value, dict):
                owner = owners.get(key) or Owner(f"{key.upper()} {path}", ((path,), "receive"))
                out[key] = self._operation(value, owner, f"{at}/{key}")
            elif key == "parameters":
                standing = max((owner.standing for owner in owners.values()), default=(1.0, 0))
                resource = min((owner.call[0] for owner in owners.values()), default=(path,))
                shared = Owner(f"* {path}", (resource, ""), standing)
                out[key] = self._parameters(value, shared, at)
            else:
                out[key] = value
        return out

    def _owners(self, item: Mapping[str, Any], path: str) -> dict[str, Owner]:
        keys = {method: f"{method.upper()} {path}" for method in METHODS if method in item}
        return {
            method: Owner(key, self._calls[key], self._standings.get(key, (1.0, 0)))
            for method, key in keys.items()
            if key in self._calls
        }

    def _operation(self, node: Mapping[str, Any], owner: Owner, at: str) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for member, value in node.items():
            if member == "parameters":
                out[member] = self._parameters(value, owner, at)
            elif member == "requestBody" and isinstance(value, dict):
                root = owner.root("body", "body", owner.title, pascal(owner.call[1]), "Request")
                out[member] = self._content(value, root, at + "/requestBody")
            elif member == "responses":
                out[member] = self._replies(value, owner, at + "/responses")
            elif member == "callbacks":
                out[member] = self._callbacks(value, at + "/callbacks")
            else:
                out[member] = value
        return out

    def _callbacks(self, node: Mapping[str, Any], at: str) -> dict[str, Any]:
        return {
            name: (
                {
                    path: (
                        self._item(item, name, at + pointer((name, path)), webhook=True)
                        if isinstance(item, dict)
                        else item
                    )
                    for path, item in callback.items()
                }
                if isinstance(callback, dict)
                else callback
            )
            for name, callback in node.items()
        }

    def _parameters(self, nodes: list[Any], owner: Owner, at: str) -> list[Any]:
        return [
            self._parameter(
                node, (node.get("in", ""), node["name"]), owner, f"{at}/parameters/{index}"
            )
            for index, node in enumerate(nodes)
        ]

    def _parameter(
        self, node: Mapping[str, Any], name: tuple[str, str], owner: Owner, at: str
    ) -> dict[str, Any]:
        """Rewrite a parameter or header, given as (location, wire name)."""
        words = (owner.title, *filter(None, [pascal(owner.call[1])]), "Parameter")
        root = owner.root("parameter", " ".join(name), *words)
        under = (Step("property", name[1]),)
        out = dict(node)
        if "schema" in node:
            out["schema"] = self._visit(node["schema"], _placed(root, at + "/schema"), under)
        return self._content(out, root, at, under) if "content" in node else out

    def _content(
        self, node: Mapping[str, Any], root: Root, at: str, under: tuple[Step, ...] = ()
    ) -> dict[str, Any]:
        out = dict(node)
        content = {}
        for media, value in (node.get("content") or {}).items():
            content[media] = dict(value)
            if "schema" in value:
                here = _placed(root, at + pointer(("content", media, "schema")), media)
                content[media]["schema"] = self._visit(value["schema"], here, under)
        if "content" in node:
            out["content"] = content
        return out

    def _replies(self, node: Mapping[str, Any], owner: Owner, at: str) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for status, reply in node.items():
            if status.startswith("x-") or not isinstance(reply, dict):
                out[status] = reply
                continue
            place = at + pointer((status,))
            out[status] = self._content(reply, _reply_root(status, owner), place)
            if "headers" in reply:
                out[status]["headers"] = {
                    name: (
                        self._parameter(
                            header, (status, name), owner, place + pointer(("headers", name))
                        )
                        if isinstance(header, dict)
                        else header
                    )
                    for name, header in reply["headers"].items()
                }
        return out


def _placed(root: Root, at: str, media: str = "json") -> Root:
    """The root at a pointer; a media type other than JSON is part of its identity and its words."""
    words, identity = root.words, root.identity
    if "json" not in media:
        words = (*words[:-1], _role(media, words[-1]))
        identity += f" {media}"
    return Root(root.kind, at, identity, words, root.weight, root.volume)


def _reply_root(status: str, owner: Owner) -> Root:
    name = pascal(owner.call[1])
    if status.startswith("2"):
        kind = "resource" if owner.call[1] in _READS else "reply"
        return owner.root(kind, status, owner.title, name, "Response")
    return owner.root("error", status, status_word(status), owner.title, name)


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
