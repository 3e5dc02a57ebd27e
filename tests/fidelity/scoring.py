"""How often a type and the schema that it stands for agree about a value.

Knows two oracles, jsonschema and jsonschema-rs, and counts only where they agree. It must not
know where types or schemas come from.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import jsonschema
import jsonschema_rs
from mutations import Seeds, mutations

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


@dataclass(frozen=True, slots=True)
class Case:
    """One value at one place of the document, and whether both oracles accept it."""

    operation: str
    reply: str
    value: Any
    valid: bool


@dataclass
class Score:
    """Agreement of one subject; `wrong` keeps the cases to look at."""

    cases: int = 0
    unknown: int = 0
    accepted_wrongly: int = 0
    refused_wrongly: int = 0
    crashes: int = 0
    wrong: list[Case] = field(default_factory=list)

    @property
    def agreement(self) -> float:
        """Per cent of the cases for which there is a type."""
        known = self.cases - self.unknown
        return (
            100 * (known - self.accepted_wrongly - self.refused_wrongly) / known if known else 0.0
        )

    def __str__(self) -> str:
        return (
            f"{self.agreement:6.2f} % of {self.cases - self.unknown} "
            f"(accepted wrongly {self.accepted_wrongly}, refused wrongly {self.refused_wrongly}, "
            f"crashes {self.crashes}, no type {self.unknown})"
        )


def bodies(document: dict[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """Each JSON body as (``POST /things``, status or empty for the request, schema)."""
    for path, item in document.get("paths", {}).items():
        for method in METHODS:
            operation = item.get(method, {})
            found = [("", operation.get("requestBody", {}))]
            found += list(operation.get("responses", {}).items())
            for status, node in found:
                schema = node.get("content", {}).get("application/json", {}).get("schema")
                if schema is not None:
                    yield f"{method.upper()} {path}", str(status), schema


def cases(document: dict[str, Any], seed: int, each: int, requests: bool) -> Iterator[Case]:
    """About `each` cases a body, the same ones for the same seed."""
    seeds = Seeds(document)
    for operation, status, schema in bodies(document):
        if requests == (not status):
            chance = random.Random(f"{seed} {operation} {status}")
            judge = Oracles(document, schema)
            proposed = seeds.of(schema)
            good = [value for value in proposed if judge(value)] or proposed[:1]
            some = chance.sample(good, min(len(good), 6))
            for value in some:
                for mutation in mutations(value, chance, each // len(some)):
                    if (valid := judge(mutation)) is not None:
                        yield Case(operation, status, mutation, valid)


class Oracles:
    """What jsonschema and jsonschema-rs say of a value; None where they differ."""

    def __init__(self, document: dict[str, Any], schema: Any) -> None:
        whole = {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            **schema,
            "components": document.get("components", {}),
        }
        kind = jsonschema.Draft202012Validator
        self._python = kind(whole, format_checker=kind.FORMAT_CHECKER)
        self._rust = jsonschema_rs.Draft202012Validator(whole, validate_formats=True)

    def __call__(self, value: Any) -> bool | None:
        verdict = self._rust.is_valid(value)
        return verdict if verdict == self._python.is_valid(value) else None


Lookup = Callable[[str, str], Callable[[bytes], Any] | None]


def score(found: list[Case], lookup: Lookup) -> Score:
    """Ask a subject about every case; `lookup` gives the reader of a body, None for no type."""
    result = Score()
    for case in found:
        result.cases += 1
        read = lookup(case.operation, case.reply)
        if read is None:
            result.unknown += 1
            continue
        verdict = _accepts(read, case.value)
        result.crashes += verdict is None
        if case.valid != bool(verdict):
            result.wrong.append(case)
            result.accepted_wrongly += not case.valid
            result.refused_wrongly += case.valid
    return result


def _accepts(read: Callable[[bytes], Any], value: Any) -> bool | None:
    """Whether a reader takes a value; None where it falls over it, which counts as refused."""
    try:
        read(json.dumps(value).encode())
    except ValueError:
        return False
    except (AttributeError, LookupError, TypeError, RecursionError):
        return None
    return True
