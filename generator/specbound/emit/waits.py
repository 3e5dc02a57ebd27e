"""Declared waits as views: a mixin for each, and a class for every reply that can be waited for.

Knows which replies an overlay's waits speak of. It must not know how waiting is done.
"""

from __future__ import annotations

from collections import Counter
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
    doc: str


@dataclass(frozen=True, slots=True)
class WaitView:
    """One declared wait, as it is printed."""

    constant: str
    mixin: str
    union: str
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
    looked: tuple[str, ...]
    names: frozenset[str]
    replies: Mapping[str, tuple[str, ...]]

    @property
    def any_of(self) -> str:
        """The union of the handles that tell the state."""
        return " | ".join(self.looked)

    @property
    def any_async(self) -> str:
        """The same for the awaiting client."""
        return " | ".join(f"Async{name}" for name in self.looked)

    def handles_of(self, key: str) -> list[str]:
        """The handles for the reply of one operation, given by its key; their union by its name."""
        names = tuple(one.name for one in self.handles if one.model in self.replies.get(key, ()))
        return [self.union] if self.union and names == self.looked else list(names)


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
        polled = self.replies(asked)
        good = [name for name in polled if self._state(name, wait) & set(wait.success)] or polled
        shown = self._shown(asked)
        argument = next((p.python for p in asked.parameters if p.name == wait.parameter), "id")
        handles = self._handles(wait, users)
        looked = tuple(one.name for one in handles if one.model in polled)
        stem = _stem(wait)
        return WaitView(
            constant=constant(wait.name),
            mixin=f"{stem}Wait",
            union=f"{stem}Handle" if len(looked) > 1 else "",
            method=identifier(wait.method),
            doc=docstring(_waiting(wait), 8),
            success=" | ".join(good) or "Any",
            polled=shown.text,
            timeout=repr(float(wait.timeout)),
            interval=repr(float(wait.interval)),
            module=asked.resource[0],
            operation=class_names[asked.key],
            facts=(f"id={literal(job(asked))}", *_facts(wait, argument)),
            handles=handles,
            looked=looked,
            names=frozenset([*(one.model for one in handles), *good, *shown.names]),
            replies={one.key: self.replies(one) for one in users},
        )

    def _handles(self, wait: Wait, users: list[Operation]) -> tuple[HandleView, ...]:
        """One handle a reply, named for what it says: that something was started, or its state."""
        models = sorted({name for one in users for name in self.replies(one)})
        polled = self.replies(self.contract.operations[wait.operation])
        named = {model: self._named(model, wait, polled) for model in models}
        doubtful = [name for name, often in Counter(named.values()).items() if often > 1]
        handles = []
        for model in models:
            name = f"{_stem(wait)}{model}Handle" if named[model] in doubtful else named[model]
            name = f"{name}Reply" if name in self.contract.schemas else name
            doc = docstring(f"`{model}`, and `{identifier(wait.method)}()` to wait for the end.", 4)
            handles.append(HandleView(name, model, doc))
        return tuple(handles)

    def _named(self, model: str, wait: Wait, polled: tuple[str, ...]) -> str:
        stem = _stem(wait)
        if model not in polled:
            return f"Started{stem}"
        states = self._state(model, wait)
        state = (
            pascal(str(next(iter(states))).lower()) if len(states) == 1 and len(polled) > 1 else ""
        )
        return f"{stem}{state}Handle"

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
        return {str(value) for value in node.get("enum") or [node.get("const")]}


def _facts(wait: Wait, argument: str) -> Iterator[str]:
    yield f"name={literal(wait.name.replace('-', ' '))}"
    yield f"argument={literal(argument)}"
    yield f"state={literal(wait.state)}"
    for name in ("success", "failure", "pending"):
        yield f"{name}={tuple(getattr(wait, name))!r}"
    yield f"interval={float(wait.interval)!r}"
    yield f"timeout={float(wait.timeout)!r}"
    for name in ("reason", "code"):
        if value := getattr(wait, name):
            yield f"{name}={literal(value)}"


def _stem(wait: Wait) -> str:
    return "".join(map(pascal, wait.name.split("-")))


def job(operation: Operation) -> str:
    """Where an operation's reply names what to wait for."""
    return operation.facts.wait.id if operation.facts.wait else "/id"


def _waiting(wait: Wait) -> str:
    return (
        f"Ask `{wait.operation}` until the state is {' or '.join(wait.success)}.\n\n"
        "`timeout` and `interval` are seconds; `on_progress` gets every reply. Raises WaitFailed "
        "when it ends otherwise, and WaitTimeout when it is late."
    )


def constant(name: str) -> str:
    """The module-level name of a wait's facts."""
    return name.replace("-", "_").upper()
