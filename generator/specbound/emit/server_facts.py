"""What a server has to know of an operation besides its route, as expressions of the runtime.

Knows the runtime's `Facts` and its parts. It must not know handlers, nor how a text is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from specbound.contract.kinds import KINDS, Kinds
from specbound.contract.load import Contract
from specbound.contract.model import SCHEMAS, Body, Operation, Parameter
from specbound.contract.operations import main_media
from specbound.emit.annotations import Annotations, Expression
from specbound.emit.endpoints import is_binary
from specbound.emit.signatures import default_of, is_fixed
from specbound.emit.text import literal
from specbound.origin import tokens

#: How deep members of members are told apart: URLs and forms seldom nest at all.
_DEEPEST = 4
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


@dataclass(frozen=True, slots=True)
class ServerFacts:
    """Writes the facts of one contract's operations."""

    contract: Contract
    annotations: Annotations
    kinds: Kinds

    def of(self, operation: Operation, handler: str = "") -> Expression | None:
        """The facts of an operation; None where its route says it all."""
        options: dict[str, str] = {}
        names: set[str] = set()
        taken = dict(self._parameters(operation))
        if taken:
            options["parameters"] = _table(taken)
        if operation.body and not _plain(operation.body):
            bodies = {key: self._received(operation.body, key) for key in operation.body.content}
            names |= {name for one in bodies.values() for name in one.names}
            options["bodies"] = _table({key: one.text for key, one in bodies.items()})
        if replies := dict(_reply_media(operation)):
            options["replies"] = literal(replies)
        if handler:
            options["handler"] = literal(handler)
        if not options:
            return None
        text = ", ".join(f"{key}={value}" for key, value in options.items())
        return Expression(f"Facts({text})", frozenset(names))

    def _parameters(self, operation: Operation) -> Iterator[tuple[str, str]]:
        for one in operation.parameters:
            options = []
            reads = "" if one.content else self.reads(one.schema)
            default = self._default(one)
            if reads:
                options.append(f"reads={reads}")
            if default is not None:
                options.append(f"default={literal(default)}")
            if options:
                yield f"{one.location} {one.name}", f"Taken({', '.join(options)})"

    def _default(self, one: Parameter) -> Any:
        """The default of an optional parameter; a required one's is in the route."""
        if one.required or is_fixed(one, self.annotations.schemas):
            return None
        return default_of(one.schema, self.annotations.schemas)

    def _received(self, body: Body, key: str) -> Expression:
        schema = body.content[key]
        form = key.partition(";")[0].strip().lower() in _FORMS
        if not form and "json" not in key:
            return Expression("Received()")
        kind = self.annotations.of(schema)
        options = [kind.text]
        if form:
            options.append(f"reads={self.reads(schema) or 'Reads()'}")
            files = sorted(name for name, node in self.members(schema).items() if is_binary(node))
            if files and "multipart" in key:
                options.append(f"files=frozenset({literal(files)})")
            if encoding := _encoding(self.contract, body, key):
                options.append(f"encoding={encoding}")
        return Expression(f"Received({', '.join(options)})", kind.names)

    def reads(self, schema: Any, depth: int = 0) -> str:
        """How a text with this schema is read; empty where it is plain text."""
        kinds = self.kinds.of(schema) or KINDS
        if kinds == {"string"}:
            return ""
        options = [f"({''.join(f'{literal(kind)}, ' for kind in sorted(kinds))})"]
        if kinds != KINDS and depth < _DEEPEST:
            options += self._inside(schema, kinds, depth)
        return f"Reads({', '.join(options)})"

    def _inside(self, schema: Any, kinds: frozenset[str], depth: int) -> Iterator[str]:
        items = next((p["items"] for p in self._parts(schema) if "items" in p), None)
        reads = self.reads(items, depth + 1) if "array" in kinds and items is not None else ""
        if reads:
            yield f"items={reads}"
        if "object" not in kinds:
            return
        members = {name: self.reads(node, depth + 1) for name, node in self.members(schema).items()}
        if members:
            yield f"members={_table({name: text or 'Reads()' for name, text in members.items()})}"
        rest = (part.get("additionalProperties") for part in self._parts(schema))
        if others := next((one for one in rest if one not in (None, False)), None):
            yield f"rest={self.reads(others, depth + 1) or 'Reads()'}"

    def has_files(self, schema: Any) -> bool:
        """Whether a form has binary members."""
        return any(is_binary(node) for node in self.members(schema).values())

    def members(self, schema: Any) -> dict[str, Any]:
        """The members that an object may have, over all its parts and branches."""
        found: dict[str, Any] = {}
        for part in self._parts(schema):
            for name, node in part.get("properties", {}).items():
                found.setdefault(name, node)
        return found

    def _parts(self, schema: Any) -> Iterator[Mapping[str, Any]]:
        """A schema and all that may hold for the same value: `$ref`, `allOf`, unions."""
        pending, seen = [schema], set[str]()
        while pending:
            node = pending.pop(0)
            if not isinstance(node, dict):
                continue
            reference = node.get("$ref", "")
            if reference and reference not in seen:
                seen.add(reference)
                pending.append(self.annotations.schemas.get(reference.removeprefix(SCHEMAS)))
            for keyword in ("allOf", "anyOf", "oneOf"):
                pending += node.get(keyword, ())
            yield node


def server_facts(contract: Contract, annotations: Annotations) -> ServerFacts:
    """The maker of facts for one contract."""

    def resolve(reference: str) -> Any:
        return annotations.schemas[reference.removeprefix(SCHEMAS)]

    return ServerFacts(contract, annotations, Kinds(resolve))


def servers(contract: Contract) -> list[str]:
    """The URLs of all servers, those of the document first (section 4.8.9)."""
    tree = contract.tree
    items = [item for item in tree.get("paths", {}).values() if isinstance(item, dict)]
    operations = [one for item in items for one in item.values() if isinstance(one, dict)]
    found: dict[str, None] = {}
    for holder in (tree, *items, *operations):
        for one in holder.get("servers", ()):
            if isinstance(one, dict) and isinstance(one.get("url"), str):
                found.setdefault(one["url"])
    return list(found)


def _plain(body: Body) -> bool:
    """Whether the route says all of a body: one media type, and that no form."""
    return len(body.content) < 2 and not any("form" in key for key in body.content)


def _reply_media(operation: Operation) -> Iterator[tuple[str, str]]:
    for status, reply in operation.replies.items():
        media = main_media(reply.content)
        if media is not None and media != "application/json":
            yield status, media


def _encoding(contract: Contract, body: Body, key: str) -> str:
    """The Encoding Objects of a form's members (section 4.8.15), as far as they change anything."""
    node: Any = contract.tree
    for step in (*tokens(body.pointer), "content", key, "encoding"):
        node = node.get(step) if isinstance(node, dict) else None
    found: dict[str, str] = {}
    for name, one in node.items() if isinstance(node, dict) else ():
        style = str(one.get("style", "form"))
        explode = bool(one.get("explode", style == "form"))
        kind = str(one.get("contentType", ""))
        if (style, explode, kind) != ("form", True, ""):
            found[name] = f"Encoding(content_type={literal(kind)}, style={literal(style)}, "
            found[name] += f"explode={literal(explode)})"
    return _table(found) if found else ""


def _table(texts: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{literal(key)}: {text}" for key, text in texts.items()) + "}"
