"""Tolerant reading of replies: what does not fit is kept, and told as `Drift`.

Knows the strict path and what its errors are called in JSON Schema. It must not know how a value
that drifted is put together; that is `tolerance`'s business.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json

from .words import Path, kebab, pointer

T = TypeVar("T")
KINDS = {
    "missing": "required",
    "extra_forbidden": "additional-properties",
    "literal_error": "enum",
    "greater_than": "exclusive-minimum",
    "greater_than_equal": "minimum",
    "less_than": "exclusive-maximum",
    "less_than_equal": "maximum",
    "multiple_of": "multiple-of",
    "string_too_short": "min-length",
    "string_too_long": "max-length",
    "string_pattern_mismatch": "pattern",
    "too_short": "min-items",
    "too_long": "max-items",
    "union_tag_invalid": "one-of",
    "union_tag_not_found": "one-of",
}


@dataclass(frozen=True, slots=True)
class Drift:
    """One thing in which a reply is not what the document says.

    `kind` is the JSON Schema keyword in kebab case, `pointer` a JSON Pointer into the body,
    `message` one sentence.
    """

    kind: str
    pointer: str
    message: str

    def __str__(self) -> str:
        return f"{self.pointer or 'the body'}: {self.message}"


def drift(kind: str, path: Path, message: str) -> Drift:
    """Note a drift at a path; a keyword is written in kebab case."""
    return Drift(kebab(kind), pointer(path), message)


def kind_of(error_type: str) -> str:
    """The keyword that pydantic's type of error stands for."""
    if error_type in KINDS:
        return KINDS[error_type]
    return "type" if "_" in error_type else error_type


def sentence(message: str) -> str:
    """Pydantic's message without its subject: "should be a valid integer"."""
    subject, _, rest = message.partition(" ")
    known = subject in ("Input", "String", "List", "Dictionary", "Value")
    return rest if known else message[:1].lower() + message[1:]


@cache
def adapter(type_: Any) -> TypeAdapter[Any]:
    """The adapter of a type, made once."""
    return TypeAdapter(type_)


def parse(raw: bytes | str) -> Any:
    """The JSON value of a text, half characters included; ValueError if it is not JSON."""
    try:
        return from_json(raw, allow_inf_nan=False)
    except ValueError:
        pass
    try:
        return json.loads(raw, parse_constant=_refuse)
    except RecursionError:
        raise ValueError("the body nests too deeply to be read") from None
    except ValueError as error:
        raise ValueError(f"the body is not JSON: {error}") from None


def has_constants(raw: bytes | str) -> bool:
    """Whether NaN or Infinity, which pydantic reads and JSON has not, may stand in a text."""
    if isinstance(raw, str):
        return "NaN" in raw or "Infinity" in raw
    return b"NaN" in raw or b"Infinity" in raw


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON number")


def read(type_: Any, raw: bytes | str) -> tuple[Any, tuple[Drift, ...]]:
    """The typed value of a reply's body and in what it drifted; ValueError if it is not JSON.

    `type_` is a type or its TypeAdapter. What fits strictly has no drift. What does not is kept
    as it came: the value always serialises to the body.
    """
    if has_constants(raw):
        parse(raw)
    reader = type_ if isinstance(type_, TypeAdapter) else adapter(type_)
    try:
        return reader.validate_json(raw), ()
    except ValidationError as error:
        strict = error
    from . import tolerance  # a drift is rare, and its machinery takes time to import

    value, found = tolerance.build(reader._type, parse(raw))
    if not found:
        first = strict.errors(include_url=False, include_input=False)[0]
        found = [Drift(kind_of(first["type"]), "", sentence(first["msg"]))]
    return value, tuple(found)
