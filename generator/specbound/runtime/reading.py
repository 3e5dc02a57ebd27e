"""One tolerant reading: what was found so far, and how values without parts are judged.

Knows drifts and pydantic's errors. It must not know models, unions or lists.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError, to_json

from .check import Check
from .record import Drift, drift, kind_of, sentence
from .words import Path, shown

Problem = tuple[str, Path, str]


@dataclass(slots=True)
class Reading:
    """The drifts found so far, and what was already tried, so that no part is tried twice."""

    found: list[Drift] = field(default_factory=list)
    tried: dict[tuple[int, int], tuple[Any, list[Drift]]] = field(default_factory=dict)

    def note(self, kind: str, path: Path, message: str) -> None:
        """Remember one drift."""
        self.found.append(drift(kind, path, message))

    def apart(self, reader: Reader, value: Any, path: Path) -> tuple[Any, list[Drift]]:
        """Read a value without noting what is found; an array or object is read only once."""
        key = (id(reader), id(value))
        if key in self.tried:
            return self.tried[key]
        reading = Reading(tried=self.tried)
        outcome = (reader(value, path, reading), reading.found)
        if isinstance(value, dict | list):
            self.tried[key] = outcome
        return outcome


Reader = Callable[[Any, Path, Reading], Any]


def problems(adapter: TypeAdapter[Any], value: Any) -> tuple[Any, list[Problem]]:
    """The typed value, or the value as it came and what is wrong with it."""
    try:
        return adapter.validate_json(to_json(value), strict=True), []
    except ValidationError as error:
        errors = error.errors(include_url=False, include_input=False)
    except (PydanticSerializationError, UnicodeError):
        return value, [("type", (), "it has half a character")]
    return value, [(kind_of(e["type"]), e["loc"], sentence(e["msg"])) for e in errors]


class ScalarReader:
    """Reads what has no parts; what does not fit stays as it came."""

    __slots__ = ("adapter",)

    def __init__(self, type_: Any, metadata: tuple[Any, ...] = ()) -> None:
        annotation: Any = Annotated[(type_, *metadata)] if metadata else type_
        self.adapter: TypeAdapter[Any] = TypeAdapter(annotation)

    def __call__(self, value: Any, path: Path, reading: Reading) -> Any:
        result, found = problems(self.adapter, value)
        for kind, _, message in found[:1]:
            reading.note(kind, path, f"is {shown(value)}, but {message}")
        return result


class CheckedReader:
    """Reads a value by another reader, then judges it as a whole."""

    __slots__ = ("checks", "reader", "rules")

    def __init__(
        self, reader: Reader, checks: tuple[Check, ...], rules: ScalarReader | None
    ) -> None:
        self.reader = reader
        self.checks = checks
        self.rules = rules

    def __call__(self, value: Any, path: Path, reading: Reading) -> Any:
        before = len(reading.found)
        result = self.reader(value, path, reading)
        if len(reading.found) > before and reading.found[before].kind == "type":
            return result
        if self.rules is not None:
            self.rules(value, path, reading)
        for check in self.checks:
            judge(check, value, path, reading)
        return result


def judge(check: Check, value: Any, path: Path, reading: Reading) -> None:
    """Note in what a JSON value breaks a schema fragment."""
    for keyword, below, message in check.violations(value):
        reading.note(keyword, (*path, *below), message)
