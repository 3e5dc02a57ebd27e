"""Parameters as expressions of the runtime's `Parameter`; what many calls share is written once.

Knows the runtime's `Parameter` and its defaults. It must not know how operations are printed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from specbound.contract.model import Operation, Parameter
from specbound.contract.shapes import constant
from specbound.contract.words import snake
from specbound.emit.annotations import Annotations, Expression
from specbound.emit.signatures import default_of, is_fixed
from specbound.emit.text import docstring, literal


@dataclass(frozen=True, slots=True)
class SharedParameter:
    """A parameter that the client fills in, as a constant of the package."""

    name: str
    text: str
    doc: str
    names: frozenset[str]
    description: str


@dataclass(frozen=True, slots=True)
class Parameters:
    """Writes the parameters of one contract's operations."""

    annotations: Annotations
    shared: Mapping[str, SharedParameter] = field(default_factory=dict)

    def sharing(self, operations: Iterable[Operation]) -> Parameters:
        """The same, but what the client fills in for several operations is written once."""
        fixed = [one for each in operations for one in self.fixed(each)]
        often = Counter(one.text for one in fixed)
        common = {one.text: one for one in fixed if often[one.text] > 1}
        names = Counter(one.name for one in common.values())
        shared = {one.name: one for one in common.values() if names[one.name] == 1}
        return replace(self, shared={k: v for k, v in shared.items() if k != "SERVICE"})

    def told(self, operation: Operation) -> list[str]:
        """What the document says of this operation's own fixed parameters."""
        own = [one for one in self.fixed(operation) if one.name not in self.shared]
        return [one.description for one in own if one.description]

    def fixed(self, operation: Operation) -> Iterator[SharedParameter]:
        """The parameters that the client fills in, each as if it were shared."""
        for one in operation.parameters:
            if is_fixed(one, self.annotations.schemas):
                written = self._written(one)
                doc = docstring(one.description or f"`{one.name}`, as the document fixes it.")
                name = snake(one.name).upper()
                yield SharedParameter(name, written.text, doc, written.names, one.description)

    def of(self, one: Parameter) -> Expression:
        """The expression of one parameter, or the name of the constant that it is."""
        written = self._written(one)
        for name, shared in self.shared.items():
            if written.text == shared.text:
                return Expression(name)
        return written

    def _written(self, one: Parameter) -> Expression:
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


def _constant_of(one: Parameter, schemas: Mapping[str, Any]) -> Any:
    node: Any = one.schema
    while isinstance(node, dict) and "$ref" in node:
        node = schemas.get(node["$ref"].rsplit("/", 1)[-1])
    return constant(node) if isinstance(node, dict) else None
