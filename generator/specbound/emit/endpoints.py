"""Operations of a contract to views: each with its route, its signatures and its reply.

Knows the runtime's `Route` and its parts. It must not know how a template lays them out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from specbound.contract.credentials import asked
from specbound.contract.load import Contract
from specbound.contract.model import Body, Operation
from specbound.contract.operations import main_media, object_branches
from specbound.contract.words import pascal
from specbound.emit.annotations import Annotations, Expression
from specbound.emit.operation import OperationView, deprecation
from specbound.emit.parameters import Parameters
from specbound.emit.signatures import Signatures, is_spread
from specbound.emit.text import docstring, literal
from specbound.emit.waits import constant as constant_name
from specbound.emit.waits import job


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Makes operation views for one contract."""

    contract: Contract
    annotations: Annotations
    parameters: Parameters
    signatures: Signatures
    taken: frozenset[str]
    waits: frozenset[str]

    def of(self, operation: Operation) -> OperationView:
        """The view of one operation."""
        reply = self.reply(operation)
        parts = list(self._route(operation))
        signatures = self.signatures.of(operation)
        names = {name for _, one in parts for name in one.names} | reply.names
        names |= {n for s in signatures for t in (*s.positional, *s.keywords) for n in t.names}
        return OperationView(
            class_name=self.class_name(operation),
            attribute=operation.call,
            key=operation.key,
            reply=reply.text,
            doc=docstring(_words(operation, self.parameters.told(operation)), 4),
            route=tuple(f"{key}={one.text}" for key, one in parts),
            signatures=signatures,
            deprecated=deprecation(operation.name) if operation.deprecated else "",
            names=frozenset(names),
            operation=operation,
        )

    def class_name(self, operation: Operation) -> str:
        """``AvatarsCreate``; a model of that name keeps it and the operation says what it is."""
        name = "".join(map(pascal, operation.resource)) + pascal(operation.call)
        return name + "Operation" if name in self.taken else name

    def reply(self, operation: Operation) -> Expression:
        """The type of the first successful reply; None where it has no body."""
        ranked = sorted(operation.replies, key=lambda status: (not status.startswith("2"), status))
        for status in ranked:
            if status.startswith("2") or status == "default":
                return self._reply(operation, status)
        return Expression("None")

    def _reply(self, operation: Operation, status: str) -> Expression:
        content = operation.replies[status].content
        media = main_media(content)
        if media is None:
            return Expression("None")
        return self.annotations.of(content[media]) if "json" in media else Expression("Any")

    def _route(self, operation: Operation) -> Iterator[tuple[str, Expression]]:
        yield "name", Expression(literal(operation.name))
        yield "method", Expression(literal(operation.method))
        yield "path", Expression(literal(operation.path))
        yield "server", Expression("SERVICE.server")
        if operation.parameters:
            yield "parameters", _tuple(map(self.parameters.of, operation.parameters))
        if operation.body and (media := main_media(operation.body.content)):
            yield "body", self._body(operation, operation.body, media)
        yield "replies", self._replies(operation)
        facts = operation.facts
        if facts.wait and facts.wait.wait in self.waits:
            yield "wait", self._wait(operation)
        if facts.pages:
            page = facts.pages
            cursor = next(
                (p.python for p in operation.parameters if p.name == page.cursor), page.cursor
            )
            inner = _call(
                {"cursor": cursor, "next": page.next, "items": page.items, "more": page.more}
            )
            yield "pages", Expression(f"Paging({inner})")
        if facts.upload:
            yield "upload", Expression(f"Upload({_upload(facts.upload)})")
        if facts.retry == "always":
            yield "retry_unsafe", Expression("True")
        schemes = asked(self.contract, operation.security)
        if schemes != asked(self.contract, self.contract.tree.get("security", ())):
            yield "security", Expression(repr(schemes))

    def _wait(self, operation: Operation) -> Expression:
        """The declared wait, as it stands or with this operation's own place of the job's id."""
        wait = operation.facts.wait
        assert wait is not None
        asked = self.contract.operations[self.contract.facts.waits[wait.wait].operation]
        name = constant_name(wait.wait)
        if wait.id == job(asked):
            return Expression(name)
        return Expression(f"replace({name}, id={literal(wait.id)})")

    def _replies(self, operation: Operation) -> Expression:
        parts = {status: self._reply(operation, status) for status in operation.replies}
        text = ", ".join(f"{literal(status)}: {one.text}" for status, one in parts.items())
        names = frozenset(name for one in parts.values() for name in one.names)
        return Expression("{" + text + "}", names)

    def _body(self, operation: Operation, body: Body, media: str) -> Expression:
        schema = body.content[media]
        spread = is_spread(media)
        kind = self.annotations.of(schema) if spread or "json" in media else Expression("Any")
        branches = list(object_branches(schema, self.signatures.tree)) if spread else []
        options = {"type": kind.text}
        if media != "application/json":
            options["media_type"] = literal(media)
        if branches and None not in branches:
            members = {name: node for branch in branches for name, node in (branch or {}).items()}
            names = self.signatures.body_names(operation)
            options["members"] = literal({names[wire]: wire for wire in members})
            if "multipart" in media:
                files = sorted(wire for wire, node in members.items() if is_binary(node))
                options["files"] = f"frozenset({literal(files)})" if files else ""
        options["required"] = "" if self.signatures.needs_body(operation) else "False"
        text = ", ".join(f"{key}={value}" for key, value in options.items() if value)
        return Expression(f"Body({text})", kind.names)


def is_binary(node: Any) -> bool:
    """Whether a member of a form holds bytes, or several files."""
    if not isinstance(node, dict):
        return False
    items = node.get("items")
    return (
        node.get("format") == "binary"
        or "contentMediaType" in node
        or (isinstance(items, dict) and is_binary(items))
    )


def _tuple(parts: Iterator[Expression]) -> Expression:
    listed = list(parts)
    text = "".join(f"{one.text}, " for one in listed)
    return Expression(f"({text})", frozenset(name for one in listed for name in one.names))


def _call(options: Mapping[str, Any]) -> str:
    return ", ".join(f"{key}={literal(value)}" for key, value in options.items() if value)


def _upload(facts: Any) -> str:
    return _call(
        {
            "filename": facts.name,
            "url": facts.url,
            "uri": facts.result,
            "fields": facts.fields,
            "part": facts.file,
            "fixed": dict(facts.constants),
        }
    )


def _words(operation: Operation, more: list[str]) -> str:
    summary = operation.summary.strip() or operation.name
    summary = summary if summary.endswith((".", "!", "?")) else summary + "."
    parts = [summary, operation.description.strip(), *more, f"`{operation.key}`"]
    return "\n\n".join(filter(None, parts))
