"""openapi-spec-validator with its two slow parts done by jsonschema-rs; imported only when asked.

Knows the library's classes. The findings are the library's own: a schema that the fast check
accepts is not checked again by the slow one. It must not fetch anything, ever.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import jsonschema_rs
from jsonschema_path import SchemaPath
from openapi_schema_validator import OAS30Validator, OAS31Validator
from openapi_schema_validator._specifications import REGISTRY
from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV31SpecValidator
from openapi_spec_validator.schemas import schema_v30, schema_v31

from specbound.source.tree import fragment_tokens, lookup

MAX_WEIGHT = 20_000
_MAX_CHAIN = 100
_OAS = "https://spec.openapis.org/oas/3.1/"


class _Never(dict[str, Any]):
    """Handlers for every scheme there is; each refuses, so that nothing is ever fetched."""

    def __contains__(self, scheme: object) -> bool:
        return True

    def __getitem__(self, scheme: str) -> Any:
        raise LookupError(f"a `{scheme}` address is not fetched")


_NO_HANDLERS = _Never()


@cache
def _metaschema(is_30: bool) -> Any:
    """The check of one schema, in Rust."""
    if is_30:
        return jsonschema_rs.validator_for(dict(OAS30Validator.META_SCHEMA))
    parts = [uri for uri in REGISTRY if uri.startswith(_OAS)]
    resources: list[tuple[str, Any]] = [(str(uri), REGISTRY.contents(uri)) for uri in parts]
    registry = jsonschema_rs.Registry(resources)
    return jsonschema_rs.Draft202012Validator(
        dict(OAS31Validator.META_SCHEMA), registry=registry, validate_formats=True
    )


class _Placed:
    """Tells each finding where it was made, which the library does not."""

    suffix: tuple[str, ...] = ()

    def __call__(self, *arguments: Any, **options: Any) -> Iterator[Any]:
        where = next(item for item in arguments if isinstance(item, SchemaPath))
        for error in super().__call__(*arguments, **options):  # type: ignore[misc]
            if not hasattr(error, "place"):
                error.place = (*where.parts, *self.suffix, *error.absolute_path)
            yield error


class _Ids(set[int]):
    """What the library keeps in a list, where looking up 40,000 schemas takes seconds."""

    def append(self, schema_id: int) -> None:
        self.add(schema_id)


class _Fast(_Placed):
    """Skips the slow check of a schema that is known to be good, and counts properties once."""

    is_30 = False

    def __init__(self, registry: Any) -> None:
        super().__init__(registry)  # type: ignore[call-arg]
        self.visited_schema_ids = _Ids()
        self.meta_checked_schema_ids = _Ids()

    def _validate_schema_meta(self, schema: Any, schema_value: Any) -> Any:
        if "$schema" not in schema_value and _metaschema(self.is_30).is_valid(schema_value):
            return None
        return super()._validate_schema_meta(schema, schema_value)  # type: ignore[misc]

    def _collect_properties(self, schema: Any) -> set[str]:
        known: dict[int, set[str]] = self.__dict__.setdefault("_known", {})
        key = id(schema.read_value())
        if key not in known:
            known[key] = set()
            known[key] = super()._collect_properties(schema)  # type: ignore[misc]
        return known[key]


class _Default(_Placed):
    """Spares defaults of schemas that branch so much that checking one would take for ever."""

    suffix = ("default",)

    def __call__(self, *arguments: Any, **options: Any) -> Iterator[Any]:
        schema = arguments[0]
        root = schema._clone_with_parts(()).read_value()
        if weight(root, schema.read_value(), {}) < MAX_WEIGHT:
            yield from super().__call__(*arguments, **options)


def weight(document: Any, value: Any, known: dict[int, int]) -> int:
    """How many nodes a schema has with all its references written out; cycles count once."""
    if not isinstance(value, (dict, list)):
        return 1
    if id(value) not in known:
        known[id(value)] = 1
        items = value.values() if isinstance(value, dict) else value
        total = 1 + sum(weight(document, item, known) for item in items)
        reference = value.get("$ref") if isinstance(value, dict) else None
        if isinstance(reference, str) and reference.startswith("#/"):
            total += weight(document, lookup(document, fragment_tokens(reference[1:])), known)
        known[id(value)] = total
    return known[id(value)]


def _kinds(kinds: Mapping[str, Any], is_30: bool) -> dict[str, Any]:
    """The library's validators, each made to place its findings."""
    placed = {
        name: type(name, (_Placed, kinds[name]), {})
        for name in ("operation", "parameters", "tags", "path")
    }
    fast = type("schema", (_Fast, kinds["schema"]), {"is_30": is_30})
    default = type("default", (_Default, kinds["default"]), {})
    return {**kinds, **placed, "schema": fast, "default": default}


class _Spec30(OpenAPIV30SpecValidator):
    resolver_handlers: Any = _NO_HANDLERS
    keyword_validators = _kinds(OpenAPIV30SpecValidator.keyword_validators, True)


class _Spec31(OpenAPIV31SpecValidator):
    resolver_handlers: Any = _NO_HANDLERS
    keyword_validators = _kinds(OpenAPIV31SpecValidator.keyword_validators, False)


def structural(document: Any, is_30: bool) -> Iterator[Any]:
    """Findings of the specification's own JSON Schema, as jsonschema-rs errors."""
    schema = dict(schema_v30 if is_30 else schema_v31)
    yield from jsonschema_rs.validator_for(schema).iter_errors(document)


def semantic(document: Any, is_30: bool) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Findings that no schema can say: doubled identifiers, path parameters, defaults."""
    validator = (_Spec30 if is_30 else _Spec31)(document)
    for error in validator.root_validator(validator.schema_path):
        place = getattr(error, "place", tuple(error.absolute_path))
        yield _through_references(document, place), error.message


def _through_references(document: Any, path: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """The real path of a node that was reached through references."""
    real: tuple[str | int, ...] = ()
    node = document
    for step in path:
        for _ in range(_MAX_CHAIN):
            reference = node.get("$ref") if isinstance(node, dict) else None
            if not isinstance(node, dict) or not isinstance(reference, str) or step in node:
                break
            if not reference.startswith("#/"):
                break
            real = tuple(fragment_tokens(reference[1:]))
            node = lookup(document, real)
        real = (*real, step)
        try:
            node = lookup(node, [step])
        except KeyError:
            node = None
    return real
