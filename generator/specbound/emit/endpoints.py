"""Operations and resources as frozen views for the client's templates.

Knows the runtime's `Route` and its parts. It must not know how a template lays them out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from specbound.contract.load import Contract
from specbound.contract.model import Body, Operation, Parameter
from specbound.contract.operations import main_media, object_branches
from specbound.contract.shapes import constant
from specbound.contract.words import RESERVED_ARGUMENTS, pascal
from specbound.contract.calls import member_names
from specbound.emit.annotations import Annotations, Expression
from specbound.emit.signatures import Signature, Signatures, default_of, is_fixed, is_spread
from specbound.emit.text import docstring, literal
from specbound.emit.waits import constant as constant_name


@dataclass(frozen=True, slots=True)
class OperationView:
    """One operation class, as it is printed."""

    class_name: str
    attribute: str
    key: str
    reply: str
    doc: str
    route: tuple[str, ...]
    signatures: tuple[Signature, ...]
    deprecated: str
    names: frozenset[str]
    operation: Operation

    @property
    def only(self) -> Signature:
        """The signature where there is one; the first of several."""
        return self.signatures[0]

    @property
    def overloaded(self) -> bool:
        """Whether a union body gives the call several signatures."""
        return len(self.signatures) > 1

    @property
    def items(self) -> str:
        """The arguments of the only signature as the items of a dict, `options` last."""
        return ", ".join(f"{literal(name)}: {name}" for name in (*self.only.names, "options"))

    @property
    def path_arguments(self) -> str:
        """The positional arguments that all overloads share."""
        return "".join(f"{one.name}: {one.type}, " for one in self.only.positional)

    @property
    def path_items(self) -> str:
        """Those arguments as items of a dict."""
        return "".join(f"{literal(one.name)}: {one.name}, " for one in self.only.positional)

    @property
    def expressions(self) -> list[str]:
        """Everything printed that may mention an imported symbol."""
        arguments = [text for one in self.signatures for text in one.arguments]
        flags = ["overload"] if self.overloaded else []
        return [*arguments, *self.route, self.reply, *flags, "deprecated" if self.deprecated else ""]


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Makes operation views for one contract."""

    contract: Contract
    annotations: Annotations
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
            doc=docstring(_words(operation), 4),
            route=tuple(f"{key}={one.text}" for key, one in parts),
            signatures=signatures,
            deprecated=literal(f"{operation.name} is deprecated") if operation.deprecated else "",
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
        if operation.parameters:
            yield "parameters", _tuple(self._parameter(one) for one in operation.parameters)
        if operation.body and (media := main_media(operation.body.content)):
            yield "body", self._body(operation.body, media)
        yield "replies", self._replies(operation)
        facts = operation.facts
        if facts.wait and facts.wait.wait in self.waits:
            yield "wait", Expression(constant_name(facts.wait.wait))
        if facts.pages:
            page = facts.pages
            cursor = next((p.python for p in operation.parameters if p.name == page.cursor), page.cursor)
            inner = _call({"cursor": cursor, "next": page.next, "items": page.items, "more": page.more})
            yield "pages", Expression(f"Paging({inner})")
        if facts.upload:
            yield "upload", Expression(f"Upload({_upload(facts.upload)})")
        if facts.retry == "always":
            yield "retry_unsafe", Expression("True")
        schemes = tuple(tuple(one) for one in operation.security)
        if schemes != tuple(tuple(one) for one in self._default_security()):
            yield "security", Expression(repr(schemes))

    def _default_security(self) -> Any:
        return self.contract.tree.get("security", ())

    def _replies(self, operation: Operation) -> Expression:
        parts = {status: self._reply(operation, status) for status in operation.replies}
        text = ", ".join(f"{literal(status)}: {one.text}" for status, one in parts.items())
        names = frozenset(name for one in parts.values() for name in one.names)
        return Expression("{" + text + "}", names)

    def _parameter(self, one: Parameter) -> Expression:
        schemas = self.annotations.schemas
        kind = self.annotations.of(one.schema)
        options: dict[str, str] = {"name": literal(one.name), "location": literal(one.location)}
        fixed = is_fixed(one, schemas)
        if not fixed:
            options["python"] = literal(one.python)
        options["type"] = kind.text
        if one.required:
            options["required"] = "True"
        defaults = {"path": "simple", "header": "simple", "query": "form", "cookie": "form"}
        if one.style != defaults.get(one.location):
            options["style"] = literal(one.style)
        if one.explode != (one.style == "form"):
            options["explode"] = literal(one.explode)
        if one.content:
            options["content"] = literal(one.content)
        fill = _constant_of(one, schemas) if fixed else default_of(one.schema, schemas)
        if fill is not None and one.required:
            options["fill"] = literal(fill)
        if one.allow_reserved:
            options["allow_reserved"] = "True"
        text = ", ".join(f"{key}={value}" for key, value in options.items())
        return Expression(f"Parameter({text})", kind.names)

    def _body(self, body: Body, media: str) -> Expression:
        schema = body.content[media]
        spread = is_spread(media)
        kind = self.annotations.of(schema) if spread or "json" in media else Expression("Any")
        branches = list(object_branches(schema, self.signatures.tree)) if spread else []
        options = {"type": kind.text}
        if media != "application/json":
            options["media_type"] = literal(media)
        required = body.required
        if branches and None not in branches:
            members = {name: node for branch in branches for name, node in (branch or {}).items()}
            names = member_names(members, RESERVED_ARGUMENTS)
            options["members"] = literal({names[wire]: wire for wire in members})
            required = required or any(
                one.required for one in self.signatures.members(body) if one.name != "body"
            ) or len(self.signatures.branches(body)) > 1
            if "multipart" in media:
                files = sorted(wire for wire, node in members.items() if _is_binary(node))
                options["files"] = f"frozenset({literal(files)})" if files else ""
        options["required"] = literal(required)
        text = ", ".join(f"{key}={value}" for key, value in options.items() if value)
        return Expression(f"Body({text})", kind.names)


def _is_binary(node: Any) -> bool:
    if not isinstance(node, dict):
        return False
    items = node.get("items")
    return (
        node.get("format") == "binary"
        or "contentMediaType" in node
        or (isinstance(items, dict) and _is_binary(items))
    )


def _constant_of(one: Parameter, schemas: Mapping[str, Any]) -> Any:
    node = one.schema
    while isinstance(node, dict) and "$ref" in node:
        node = schemas.get(node["$ref"].rsplit("/", 1)[-1])
    return constant(node) if isinstance(node, dict) else None


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


def _words(operation: Operation) -> str:
    summary = operation.summary.strip() or operation.name
    summary = summary if summary.endswith((".", "!", "?")) else summary + "."
    text = f"{summary}\n\n{operation.description}" if operation.description else summary
    return f"{text.strip()}\n\n`{operation.key}`"
