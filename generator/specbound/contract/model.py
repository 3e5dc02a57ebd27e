"""The parts of a contract: operations, parameters, bodies, replies and named schemas, all frozen.

Knows OpenAPI's terms and plain JSON Schema 2020-12. It must not know how a document was written
down, nor what will be made of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from specbound.contract.extension import OperationFacts

#: Where named schemas stand in `Contract.document()`; every `$ref` of a contract begins so.
SCHEMAS = "#/components/schemas/"

#: A JSON Schema 2020-12: an object, or a boolean. Named parts are `$ref`s to `SCHEMAS`.
Schema = dict[str, Any] | bool


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter or header (OpenAPI 3.1 section 4.8.12), its style and explode filled in."""

    name: str
    location: str
    required: bool
    schema: Schema
    pointer: str
    python: str = ""
    style: str = "simple"
    explode: bool = False
    content: str | None = None
    allow_reserved: bool = False
    description: str = ""
    deprecated: bool = False


@dataclass(frozen=True, slots=True)
class Body:
    """A request body: media type to schema, in the document's order (section 4.8.13)."""

    required: bool
    content: Mapping[str, Schema]
    pointer: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """A response under one status key: ``200``, ``2XX`` or ``default`` (section 4.8.17)."""

    status: str
    content: Mapping[str, Schema]
    headers: Mapping[str, Parameter]
    pointer: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation; `key` is ``METHOD /path`` and `name` is ``resource.method``."""

    method: str
    path: str
    resource: tuple[str, ...]
    call: str
    parameters: tuple[Parameter, ...]
    body: Body | None
    replies: Mapping[str, Reply]
    security: tuple[Mapping[str, tuple[str, ...]], ...]
    pointer: str
    tags: tuple[str, ...] = ()
    summary: str = ""
    description: str = ""
    deprecated: bool = False
    samples: tuple[Mapping[str, str], ...] = ()
    facts: OperationFacts = field(default_factory=OperationFacts)

    @property
    def key(self) -> str:
        """``POST /v1/things``, as INTERFACES writes an operation."""
        return f"{self.method} {self.path}"

    @property
    def name(self) -> str:
        """``things.create``, as the generated client calls it."""
        return ".".join((*self.resource, self.call))


@dataclass(frozen=True, slots=True)
class Named:
    """A schema under its name, and every pointer of the source at which this shape stands."""

    name: str
    schema: Schema
    places: tuple[str, ...]
    digest: str
    at: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Server:
    """One server: its URL with variables still in braces, and their defaults."""

    url: str
    variables: Mapping[str, str]
    description: str = ""
