"""Errors as values with a place: `Diagnostic`, the collector, and the one exception.

Knows severities and codes and how to say them to a person. It must not know what was being read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from specbound.origin import Origin


class Severity(StrEnum):
    """How bad it is: an error stops the work, a warning or a note does not."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Code(StrEnum):
    """Every diagnostic's slug, in kebab case; each is documented in `DOCS`."""

    UNREADABLE = "unreadable"
    SYNTAX = "syntax"
    DUPLICATE_KEY = "duplicate-key"
    TOO_DEEP = "too-deep"
    TOO_LARGE = "too-large"
    UNSAFE_TAG = "unsafe-tag"
    NOT_OPENAPI = "not-openapi"
    UNSUPPORTED_VERSION = "unsupported-version"
    INVALID_DOCUMENT = "invalid-document"
    WRONG_TYPE = "wrong-type"
    BROKEN_REFERENCE = "broken-reference"
    FORBIDDEN_REFERENCE = "forbidden-reference"
    CIRCULAR_REFERENCE = "circular-reference"
    UNKNOWN_KEYWORD = "unknown-keyword"
    INVALID_OVERLAY = "invalid-overlay"
    OVERLAY_WITHOUT_MATCH = "overlay-without-match"
    INVALID_EXTENSION = "invalid-extension"
    INVALID_PATTERN = "invalid-pattern"
    UNTYPED_CONSTRAINT = "untyped-constraint"
    NAME_CONFLICT = "name-conflict"
    UNSUPPORTED = "unsupported"
    INVALID_CONFIGURATION = "invalid-configuration"
    OUTPUT_CONFLICT = "output-conflict"
    INVALID_EXAMPLE = "invalid-example"
    INVALID_DEFAULT = "invalid-default"
    INVALID_SAMPLE = "invalid-sample"
    REQUIRED_WITH_DEFAULT = "required-with-default"
    OPTIONAL_BODY = "optional-body"
    NO_ERROR_RESPONSE = "no-error-response"
    UNDECLARED_TAG = "undeclared-tag"
    UNREACHABLE_BRANCH = "unreachable-branch"
    OVERLAPPING_BRANCHES = "overlapping-branches"
    OPTIONAL_DISCRIMINATOR = "optional-discriminator"
    NULLABLE = "nullable"
    AMBIGUOUS_PATHS = "ambiguous-paths"


DOCS: dict[Code, str] = {
    Code.UNREADABLE: "The file is missing, is no file, or its bytes are not text in UTF-8.",
    Code.SYNTAX: "The text is not JSON (RFC 8259) or YAML 1.2.",
    Code.DUPLICATE_KEY: "A mapping names one key twice, so one of the two values would be lost.",
    Code.TOO_DEEP: "The document nests deeper than any reader of it would survive.",
    Code.TOO_LARGE: "The document, its aliases expanded, is larger than the limit.",
    Code.UNSAFE_TAG: "A YAML tag asks for something other than plain data.",
    Code.NOT_OPENAPI: "The document is well-formed but is not an OpenAPI description.",
    Code.UNSUPPORTED_VERSION: "The `openapi` version is neither 3.0.x nor 3.1.x.",
    Code.INVALID_DOCUMENT: "The document breaks the OpenAPI Specification, but can be used.",
    Code.WRONG_TYPE: "A section of the document has a type that cannot be used.",
    Code.BROKEN_REFERENCE: "A `$ref` points to nothing.",
    Code.FORBIDDEN_REFERENCE: "A `$ref` leaves the document's folder or goes to the network.",
    Code.CIRCULAR_REFERENCE: "A `$ref` leads back to itself and never to a value.",
    Code.UNKNOWN_KEYWORD: "No stage reads this keyword, so it has no effect.",
    Code.INVALID_OVERLAY: "The overlay breaks the OpenAPI Overlay Specification 1.0.",
    Code.OVERLAY_WITHOUT_MATCH: "An overlay action's target matches nothing.",
    Code.INVALID_EXTENSION: "An `x-specbound` object breaks its own JSON Schema.",
    Code.INVALID_PATTERN: "A `pattern` is not a regular expression of ECMA-262.",
    Code.UNTYPED_CONSTRAINT: "A constraint is neither typed nor checked in generated code.",
    Code.NAME_CONFLICT: "Two things ask for one name, so one of them had to give way.",
    Code.UNSUPPORTED: "The document uses something that specbound does not generate.",
    Code.INVALID_CONFIGURATION: "The [tool.specbound] table of pyproject.toml cannot be used.",
    Code.OUTPUT_CONFLICT: "The output folder holds something that generating would destroy.",
    Code.INVALID_EXAMPLE: "An example does not fit the schema that it stands beside.",
    Code.INVALID_DEFAULT: "A default does not fit its own schema.",
    Code.INVALID_SAMPLE: "A code sample calls the operation as the document does not describe it.",
    Code.REQUIRED_WITH_DEFAULT: "A parameter is required, so that its default never counts.",
    Code.OPTIONAL_BODY: "A request body is not marked `required`, so a client may leave it out.",
    Code.NO_ERROR_RESPONSE: "An operation documents no response but success.",
    Code.UNDECLARED_TAG: "An operation uses a tag that `tags` does not declare.",
    Code.UNREACHABLE_BRANCH: "No value can ever choose a branch of a union.",
    Code.OVERLAPPING_BRANCHES: "A value fits two branches of a `oneOf`, which so refuses it.",
    Code.OPTIONAL_DISCRIMINATOR: "A discriminator names a property that need not be there.",
    Code.NULLABLE: "`nullable` stands in an OpenAPI 3.1 document, where it has no effect.",
    Code.AMBIGUOUS_PATHS: "One URL fits two path templates, and neither is the more exact.",
}


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One sentence about one place, with a code for machines and, where there is one, a fix."""

    code: Code
    message: str
    origin: Origin | None = None
    severity: Severity = Severity.ERROR
    help: str = ""

    def __str__(self) -> str:
        lines = [f"{self.severity}[{self.code}]: {self.message}"]
        if self.origin is not None:
            lines.append(f"  --> {self.origin}")
        if self.help:
            lines.append(f"   = help: {self.help}")
        return "\n".join(lines)


@dataclass(slots=True)
class Diagnostics:
    """Collects what the stages have to say, in the order in which they say it."""

    items: list[Diagnostic] = field(default_factory=list)

    def error(self, code: Code, message: str, origin: Origin | None = None, help: str = "") -> None:
        """Note something that makes the input unusable."""
        self.items.append(Diagnostic(code, message, origin, Severity.ERROR, help))

    def warn(self, code: Code, message: str, origin: Origin | None = None, help: str = "") -> None:
        """Note something that the work survives."""
        self.items.append(Diagnostic(code, message, origin, Severity.WARNING, help))

    def extend(self, more: Iterable[Diagnostic]) -> None:
        """Take over what another stage collected."""
        self.items.extend(more)

    def count(self, severity: Severity) -> int:
        """How many of one severity were collected."""
        return sum(item.severity is severity for item in self.items)

    def raise_if_errors(self) -> None:
        """Raise `SpecError` with everything collected if any of it is an error."""
        if self.count(Severity.ERROR):
            raise SpecError(self.items)

    def __iter__(self) -> Iterator[Diagnostic]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


class SpecError(Exception):
    """The input cannot be used; `diagnostics` says why and where."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        errors = [item for item in self.diagnostics if item.severity is Severity.ERROR]
        super().__init__("\n".join(str(item) for item in errors or self.diagnostics))


def failure(code: Code, message: str, origin: Origin | None = None, help: str = "") -> SpecError:
    """Make the exception for a single error."""
    return SpecError([Diagnostic(code, message, origin, Severity.ERROR, help)])
