"""One evaluation of a JSON Schema: what it needs to know and what it found.

Knows places, references and which members and items were looked at. It must not know a keyword.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from .exact import is_integer, is_number
from .words import Path

Schema = Any
Definitions = Mapping[str, Schema]
TYPES: dict[str, Callable[[object], bool]] = {
    "null": lambda value: value is None,
    "boolean": lambda value: isinstance(value, bool),
    "string": lambda value: isinstance(value, str),
    "array": lambda value: isinstance(value, list | tuple),
    "object": lambda value: isinstance(value, dict),
    "number": is_number,
    "integer": is_integer,
}


@dataclass(frozen=True, slots=True)
class Violation:
    """One keyword that a value breaks, at a path of member names and indexes."""

    keyword: str
    path: Path
    message: str


@dataclass(slots=True)
class Run:
    """The evaluation of one schema on one value; sub-schemas get runs of their own."""

    keywords: Mapping[str, Callable[[Run, Any, Mapping[str, Any], Any], None]]
    definitions: Definitions
    path: Path = ()
    entered: frozenset[tuple[str, Path]] = frozenset()
    violations: list[Violation] = field(default_factory=list)
    seen: set[str | int] = field(default_factory=set)

    def fail(self, keyword: str, message: str) -> None:
        """Note a violation of the value in hand."""
        self.violations.append(Violation(keyword, self.path, message))

    def test(self, schema: Schema, value: Any, *step: str | int) -> Run:
        """Evaluate a sub-schema on the value, or on the part of it one step down, apart."""
        run = Run(self.keywords, self.definitions, self.path + step, self.entered)
        run.evaluate(schema, value)
        return run

    def require(self, schema: Schema, value: Any, *step: str | int) -> None:
        """Evaluate a sub-schema that has to hold; what it finds is found here too."""
        run = self.test(schema, value, *step)
        self.violations += run.violations
        if not step:
            self.adopt(run)
        else:
            self.seen.update(step)

    def adopt(self, run: Run) -> None:
        """Take over which members and items a sub-schema that holds has looked at."""
        if not run.violations:
            self.seen |= run.seen

    def evaluate(self, schema: Schema, value: Any) -> None:
        """Apply every keyword of a schema; annotations and unknown keywords do nothing."""
        if schema is False:
            self.fail("false", "is not allowed here")
        if not isinstance(schema, Mapping):
            return
        for keyword, check in self.keywords.items():
            if keyword in schema:
                check(self, schema[keyword], schema, value)

    def follow(self, reference: str, value: Any) -> None:
        """Evaluate what a reference names; one that leads back to itself asserts nothing."""
        if (reference, self.path) in self.entered:
            return
        entered = self.entered | {(reference, self.path)}
        run = Run(self.keywords, self.definitions, self.path, entered)
        run.evaluate(self.lookup(reference), value)
        self.violations += run.violations
        self.adopt(run)

    def lookup(self, reference: str) -> Schema:
        """Find a definition by its pointer or by the pointer's last part; LookupError if none."""
        if reference in self.definitions:
            return self.definitions[reference]
        name = reference.rpartition("/")[2].replace("~1", "/").replace("~0", "~")
        if name in self.definitions:
            return self.definitions[name]
        raise LookupError(f"the schema {reference!r} is not defined")


def parts(value: Any) -> Iterator[tuple[str | int, Any]]:
    """The members of an object or the items of an array, each with its step."""
    if isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, list | tuple):
        yield from enumerate(value)
