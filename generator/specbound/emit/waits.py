"""Declared waits as views: a mixin for each, and a class for every reply that can be waited for.

Knows which replies an overlay's waits speak of. It must not know how waiting is done.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from specbound.contract.extension import Wait
from specbound.contract.load import Contract
from specbound.contract.model import SCHEMAS, Operation
from specbound.contract.operations import main_media
from specbound.contract.shapes import is_null
from specbound.contract.words import identifier, pascal
from specbound.emit.annotations import Annotations, Expression
from specbound.emit.text import docstring, literal


@dataclass(frozen=True, slots=True)
class HandleView:
    """A reply's class that can be waited for, in either client."""

    name: str
    model: str


@dataclass(frozen=True, slots=True)
class WaitView:
    """One declared wait, as it is printed."""

    constant: str
    mixin: str
    method: str
    doc: str
    success: str
    polled: str
    timeout: str
    interval: str
    module: str
    operation: str
    facts: tuple[str, ...]
    handles: tuple[HandleView, ...]
    names: frozenset[str]
    replies: Mapping[str, tuple[str, ...]]

    def handles_of(self, key: str) -> list[str]:
        """The handle classes for the reply of one operation, given by its key."""
        return [one.name for one in self.handles if one.model in self.replies.get(key, ())]


@dataclass(frozen=True, slots=True)
class Waits:
    """Makes wait views for one contract."""

    contract: Contract
    annotations: Annotations

    def usable(self) -> dict[str, Wait]:
        """The declared waits whose operation the document has."""
        declared = self.contract.facts.waits
        return {name: one for name, one in sorted(declared.items()) if self._asked(one)}

    def _asked(self, wait: Wait) -> Operation | None:
        return self.contract.operations.get(wait.operation)

    def replies(self, operation: Operation) -> tuple[str, ...]:
        """The classes of an operation's successful reply; empty where it is anything else."""
        for status, reply in sorted(operation.replies.items()):
            media = main_media(reply.content)
            if status.startswith("2") and media is not None:
                return tuple(self._leaves(reply.content[media]))
        return ()

    def _shown(self, operation: Operation) -> Expression:
        """The type of an operation's successful reply."""
        for status, reply in sorted(operation.replies.items()):
            media = main_media(reply.content)
            if status.startswith("2") and media is not None:
                return self.annotations.of(reply.content[media])
        return Expression("Any")

    def _leaves(self, schema: Any) -> Iterator[str]:
        if not isinstance(schema, dict):
            return
        name = schema.get("$ref", "").removeprefix(SCHEMAS)
        if name in self.annotations.classes:
            yield name
        elif name in self.contract.schemas:
            yield from self._leaves(self.contract.schemas[name].schema)
        for branch in (*schema.get("oneOf", ()), *schema.get("anyOf", ())):
            if not is_null(branch):
                yield from self._leaves(branch)

    def views(self, class_names: Mapping[str, str]) -> list[WaitView]:
        """Every usable wait; `class_names` gives the class of an operation by its key."""
        return [self._view(wait, class_names) for wait in self.usable().values()]

    def _view(self, wait: Wait, class_names: Mapping[str, str]) -> WaitView:
        asked = self.contract.operations[wait.operation]
        users = [one for one in self.contract.operations.values() if self._uses(one, wait)]
        models = sorted({name for one in users for name in self.replies(one)})
        polled = self.replies(asked)
        id = next((one.facts.wait.id for one in users if one.facts.wait), "/id")
        good = [name for name in polled if self._state(name, wait) & set(wait.success)]
        stem = "".join(map(pascal, wait.name.split("-")))
        shown = self._shown(asked)
        argument = next((p.python for p in asked.parameters if p.name == wait.parameter), "id")
        return WaitView(
            constant=constant(wait.name),
            mixin=f"{stem}Wait",
            method=identifier(wait.method),
            doc=docstring(_waiting(wait), 8),
            success=" | ".join(good or polled) or "Any",
            polled=shown.text,
            timeout=repr(float(wait.timeout)),
            interval=repr(float(wait.interval)),
            module=asked.resource[0],
            operation=class_names[asked.key],
            facts=tuple([f"id={literal(id)}", *_facts(wait, argument)]),
            handles=tuple(HandleView(_handle(stem, name), name) for name in models),
            names=frozenset([*models, *good, *(polled if not good else ()), *shown.names]),
            replies={one.key: self.replies(one) for one in users},
        )

    def _uses(self, operation: Operation, wait: Wait) -> bool:
        return operation.facts.wait is not None and operation.facts.wait.wait == wait.name

    def _state(self, name: str, wait: Wait) -> set[str]:
        node: Any = self.contract.schemas[name].schema
        for token in wait.state.split("/")[1:]:
            node = node.get("properties", {}).get(token) if isinstance(node, dict) else None
            if isinstance(node, dict) and "$ref" in node:
                node = self.contract.schema(node["$ref"])
        if not isinstance(node, dict):
            return set()
        return set(node.get("enum") or [node.get("const")])


def _facts(wait: Wait, argument: str) -> Iterator[str]:
    yield f"argument={literal(argument)}"
    yield f"state={literal(wait.state)}"
    for name in ("success", "failure", "pending"):
        yield f"{name}={tuple(getattr(wait, name))!r}"
    yield f"interval={float(wait.interval)!r}"
    yield f"timeout={float(wait.timeout)!r}"
    for name in ("reason", "code"):
        if value := getattr(wait, name):
            yield f"{name}={literal(value)}"


def _handle(stem: str, model: str) -> str:
    """The class of a reply that can be waited for: it says what is waited for, and only once."""
    return f"{model}Handle" if model.startswith(stem) else f"{stem}{model}Handle"


def _waiting(wait: Wait) -> str:
    return (
        f"Ask `{wait.operation}` until the state is {' or '.join(wait.success)}.\n\n"
        "`timeout` and `interval` are seconds; `on_progress` gets every reply. Raises WaitFailed "
        "when it ends otherwise, and WaitTimeout when it is late."
    )


def constant(name: str) -> str:
    """The module-level name of a wait's facts."""
    return name.replace("-", "_").upper()
