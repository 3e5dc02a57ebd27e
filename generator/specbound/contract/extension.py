"""The `x-specbound` object: what a document leaves out, read into frozen dataclasses.

Knows its JSON Schema (`extension.schema.json`) and where it may stand. It must not know what a
client makes of the facts.
"""

from __future__ import annotations

import json
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast

from specbound.contract.patterns import compiled
from specbound.diagnostics import Code, Diagnostics
from specbound.origin import Origin

#: The member that carries the extension.
KEY = "x-specbound"

SCHEMA_FILE = Path(__file__).with_name("extension.schema.json")

Retry = Literal["always", "unsent", "never"]
LengthUnit = Literal["characters", "utf-16"]
Does = Literal["create", "list", "retrieve", "update", "delete", "cancel"]

_LONGEST_MESSAGE = 200


@dataclass(frozen=True, slots=True)
class Environment:
    """Names of the environment variables that a client reads; empty where it reads none."""

    key: str = ""
    base_url: str = ""
    log: str = ""


@dataclass(frozen=True, slots=True)
class Retries:
    """When and how often a request is sent again; `base` and `cap` in seconds, `jitter` a share."""

    statuses: tuple[int, ...] = (429, 502, 503, 504)
    attempts: int = 2
    base: float = 0.5
    cap: float = 8.0
    jitter: float = 0.5


@dataclass(frozen=True, slots=True)
class Wait:
    """How to ask again until something is done; places are JSON Pointers into the reply."""

    name: str
    operation: str
    parameter: str
    state: str
    success: tuple[str, ...]
    failure: tuple[str, ...] = ()
    pending: tuple[str, ...] = ()
    interval: float = 5.0
    timeout: float = 600.0
    method: str = "wait"
    reason: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Problems:
    """What the service's problems say beside what went wrong."""

    doc_url: str = ""


@dataclass(frozen=True, slots=True)
class ClientFacts:
    """What stands at the root of the document."""

    client: str = ""
    package: str = ""
    environment: Environment = Environment()
    retries: Retries = Retries()
    waits: Mapping[str, Wait] = field(default_factory=dict)
    problems: Problems = Problems()


@dataclass(frozen=True, slots=True)
class WaitFor:
    """An operation's reply holds, at `id`, the id of something that the wait `wait` is about."""

    wait: str
    id: str


@dataclass(frozen=True, slots=True)
class Pages:
    """Where a page's reply holds the next cursor, whether there is more, and the items."""

    cursor: str
    next: str
    items: str
    more: str = ""


@dataclass(frozen=True, slots=True)
class Upload:
    """The first of two steps of an upload; `url`, `fields` and `result` point into its reply."""

    name: str
    url: str
    result: str
    fields: str = ""
    file: str = "file"
    constants: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ResourceFacts:
    """What an operation does to the things of one name; `state` is that of a cancelled one."""

    name: str
    does: Does
    id: str = "/id"
    state: str = ""


@dataclass(frozen=True, slots=True)
class OperationFacts:
    """What stands on an operation; `retry` is empty where the method decides."""

    name: str = ""
    wait: WaitFor | None = None
    pages: Pages | None = None
    upload: Upload | None = None
    resource: ResourceFacts | None = None
    retry: Retry | Literal[""] = ""


@dataclass(frozen=True, slots=True)
class ParameterFacts:
    """What stands on a parameter."""

    name: str = ""


@dataclass(frozen=True, slots=True)
class SchemaFacts:
    """What stands on a schema."""

    name: str = ""
    length_unit: LengthUnit = "characters"


def read_client(document: Mapping[str, Any], origin: Origin, said: Diagnostics) -> ClientFacts:
    """The facts of a document's root; an extension that breaks its schema is an error and empty."""
    node = _checked("client", document, origin, said)
    waits = {name: Wait(name, **_members(wait)) for name, wait in node.get("waits", {}).items()}
    parts = {
        "environment": Environment(**_members(node.get("environment", {}))),
        "retries": Retries(**_members(node.get("retries", {}))),
        "waits": waits,
        "problems": Problems(**_members(node.get("problems", {}))),
    }
    return ClientFacts(**_members(node) | parts)


def read_operation(
    operation: Mapping[str, Any], origin: Origin, said: Diagnostics
) -> OperationFacts:
    """The facts of an operation; an extension that breaks its schema is an error and empty."""
    node = _checked("operation", operation, origin, said)
    parts: dict[str, Any] = {}
    if wait := node.get("wait"):
        parts["wait"] = WaitFor(wait["for"], wait["id"])
    if pages := node.get("pages"):
        parts["pages"] = Pages(**pages)
    if upload := node.get("upload"):
        parts["upload"] = Upload(**upload)
    if resource := node.get("resource"):
        parts["resource"] = ResourceFacts(**resource)
    return OperationFacts(**_members(node) | parts)


def read_parameter(
    parameter: Mapping[str, Any], origin: Origin, said: Diagnostics
) -> ParameterFacts:
    """The facts of a parameter; an extension that breaks its schema is an error and empty."""
    return ParameterFacts(**_members(_checked("parameter", parameter, origin, said)))


def read_schema(schema: object, origin: Origin, said: Diagnostics) -> SchemaFacts:
    """The facts of a schema; an extension that breaks its schema is an error and empty."""
    return SchemaFacts(**_members(_checked("schema", schema, origin, said)))


def check_waits(
    client: ClientFacts,
    operations: Iterable[tuple[OperationFacts, Origin]],
    known: Container[str],
    root: Origin,
    said: Diagnostics,
) -> None:
    """Report waits that nobody declared, and declared ones whose operation is not in `known`."""
    for wait in client.waits.values():
        if wait.operation not in known:
            place = root.child(KEY, "waits", wait.name, "operation")
            message = f"the wait `{wait.name}` asks with {wait.operation}, which is no operation"
            said.warn(Code.INVALID_EXTENSION, message, place)
    for facts, origin in operations:
        if facts.wait is not None and facts.wait.wait not in client.waits:
            declared = ", ".join(sorted(client.waits)) or "none"
            message = f"`{facts.wait.wait}` is no wait of the document (declared: {declared})"
            said.error(Code.INVALID_EXTENSION, message, origin.child(KEY, "wait", "for"))


def _checked(part: str, holder: object, origin: Origin, said: Diagnostics) -> dict[str, Any]:
    """The extension of `holder`, or an empty object where there is none or it is not valid."""
    if not isinstance(holder, Mapping) or KEY not in holder:
        return {}
    node = holder[KEY]
    errors = sorted(
        _validator(part).iter_errors(node), key=lambda error: list(map(str, error.path))
    )
    for error in errors:
        message = error.message
        if len(message) > _LONGEST_MESSAGE:
            message = message[: _LONGEST_MESSAGE - 1] + "…"
        said.error(Code.INVALID_EXTENSION, f"{KEY}: {message}", origin.child(KEY, *error.path))
    return {} if errors else cast("dict[str, Any]", node)


def _members(node: Mapping[str, Any]) -> dict[str, Any]:
    """Members as dataclass arguments: snake case, and tuples for arrays."""
    return {
        name.replace("-", "_"): tuple(value) if isinstance(value, list) else value
        for name, value in node.items()
    }


@cache
def _validator(part: str) -> Any:
    # Imported late: most documents carry no extension, and the command line starts without it.
    from jsonschema import Draft202012Validator, ValidationError  # type: ignore[import-untyped]
    from jsonschema.validators import extend  # type: ignore[import-untyped]

    def pattern(_: Any, wanted: str, instance: object, __: Any) -> Iterator[ValidationError]:
        # jsonschema's own check lets `$` match before a trailing newline; names become code.
        if isinstance(instance, str) and not compiled(wanted).search(instance):
            yield ValidationError(f"{instance!r} does not match {wanted!r}")

    schema = json.loads(SCHEMA_FILE.read_text("utf-8"))
    whole = {"$ref": f"#/$defs/{part}", "$defs": schema["$defs"]}
    return extend(Draft202012Validator, {"pattern": pattern})(whole)
