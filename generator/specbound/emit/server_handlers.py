"""Handlers as frozen views: one method an operation, with its arguments, its reply and its words.

Knows what the server's skeleton hands to a handler. It must not know how requests are read, nor
how the methods are laid out in modules.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from specbound.contract.model import Body, Operation, Parameter
from specbound.contract.operations import main_media
from specbound.emit.annotations import Annotations, Expression
from specbound.emit.server_facts import ServerFacts
from specbound.emit.server_types import bare, either
from specbound.emit.signatures import Signatures, default_of, is_fixed, is_spread
from specbound.emit.text import docstring, literal

_BYTES = Expression("bytes")
_NONE = Expression("None")


@dataclass(frozen=True, slots=True)
class HandlerView:
    """One method of the handlers, as it is printed."""

    name: str
    arguments: tuple[str, ...]
    returns: str
    doc: str
    names: frozenset[str]

    @property
    def signature(self) -> str:
        """All that stands between the parentheses."""
        return ", ".join(["self", *(["*"] if self.arguments else []), *self.arguments])

    @property
    def taken(self) -> str:
        """The same without types."""
        names = [one.partition(":")[0] for one in self.arguments]
        return ", ".join(["self", *(["*"] if names else []), *names])

    @property
    def quoted(self) -> str:
        """The method's name as text."""
        return literal(self.name)


@dataclass(frozen=True, slots=True)
class _Argument:
    name: str
    type: Expression
    doc: str


@dataclass(frozen=True, slots=True)
class HandlerViews:
    """Makes the methods of one contract's handlers; `returned` and `files` are types' names."""

    annotations: Annotations
    signatures: Signatures
    facts: ServerFacts
    returned: str
    files: str

    def of(self, operation: Operation, name: str) -> HandlerView:
        """The method that answers an operation."""
        arguments = list(self._arguments(operation))
        reply = self._reply(operation)
        names = reply.names | {name for one in arguments for name in one.type.names}
        return HandlerView(
            name=name,
            arguments=tuple(f"{one.name}: {one.type.text}" for one in arguments),
            returns=f"{self.returned}[{reply.text}]",
            doc=docstring(_words(operation, arguments), 8),
            names=frozenset(names),
        )

    def _arguments(self, operation: Operation) -> Iterator[_Argument]:
        given = [p for p in operation.parameters if not is_fixed(p, self.annotations.schemas)]
        for one in given:
            yield _Argument(one.python, self._parameter(one), one.description)
        if operation.body is None or not operation.body.content:
            return
        taken = {one.python for one in operation.parameters}
        body = operation.body
        yield _Argument(_free("body", taken), self._body(operation, body), body.description)
        if any(self._has_files(body, key) for key in body.content):
            words = "The binary members of a multipart form, by their names."
            yield _Argument(_free("files", taken), Expression(self.files), words)

    def _parameter(self, one: Parameter) -> Expression:
        kind = bare(self.annotations.of(one.schema))
        filled = default_of(one.schema, self.annotations.schemas) is not None
        return kind if one.required or filled else _optional(kind)

    def _body(self, operation: Operation, body: Body) -> Expression:
        kinds = [
            bare(self.annotations.of(schema)) if is_spread(media) else _BYTES
            for media, schema in body.content.items()
        ]
        kind = either(kinds)
        return kind if self.signatures.needs_body(operation) else _optional(kind)

    def _has_files(self, body: Body, key: str) -> bool:
        return "multipart" in key and self.facts.has_files(body.content[key])

    def _reply(self, operation: Operation) -> Expression:
        """The types of all successful replies; of the default one where there are none."""
        statuses = [status for status in operation.replies if status.startswith("2")]
        statuses = statuses or [status for status in operation.replies if status == "default"]
        if not statuses:
            return _NONE
        return either(self._replied(operation, status) for status in statuses)

    def _replied(self, operation: Operation, status: str) -> Expression:
        content = operation.replies[status].content
        media = main_media(content)
        if media is None:
            return _NONE
        if "json" not in media:
            return Expression("bytes | str")
        return bare(self.annotations.of(content[media]))


def handler_names(operations: Iterable[Operation]) -> dict[str, str]:
    """Operation key to the method's name: ``avatars_get_usage``; a second one says it is nested."""
    found: dict[str, str] = {}
    for one in sorted(operations, key=lambda each: (len(each.resource), each.name)):
        name = usual_name(one)
        if name in found.values():
            name = one.name.replace(".", "__")
        while name in found.values():
            name += "_"
        found[one.key] = name
    return found


def usual_name(operation: Operation) -> str:
    """The method's name, as the runtime makes it of the call's: ``image_to_video_create``."""
    return operation.name.replace(".", "_")


def _optional(kind: Expression) -> Expression:
    if kind.text == "Any" or "None" in kind.text.split(" | "):
        return kind
    return either((kind, _NONE))


def _free(name: str, taken: set[str]) -> str:
    """As the runtime does: underscores where a parameter has the name already."""
    while name in taken:
        name += "_"
    return name


def _words(operation: Operation, arguments: list[_Argument]) -> str:
    summary = operation.summary.strip() or operation.name
    summary = summary if summary.endswith((".", "!", "?")) else summary + "."
    told = [f"- {one.name}: {' '.join(one.doc.split())}" for one in arguments if one.doc.strip()]
    listed = "\n".join(["Arguments:\n", *told]) if told else ""
    parts = [summary, operation.description.strip(), listed, f"`{operation.key}`"]
    return "\n\n".join(filter(None, parts))
