"""A drift: one thing in which a reply is not what the document says.

Knows what pydantic's errors are called in JSON Schema. It must not know who reads replies.
"""

from __future__ import annotations

from dataclasses import dataclass

from .words import Path, kebab, pointer

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
