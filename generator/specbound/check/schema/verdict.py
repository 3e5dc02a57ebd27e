"""Yes or no, fast: one compiled validator for each schema that anything is held against.

Knows jsonschema-rs, and which formats it reads as `runtime.formats` does. It must not know why a
value does not fit, nor what part of an exchange it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import jsonschema_rs

from specbound.check.schema.dialect import LENGTH, OWN_FORMATS, PATTERN, Dialect
from specbound.check.schema.lookup import Direction, lookup_of
from specbound.check.schema.narrow import narrows
from specbound.check.schema.weight import HEAVIEST, weight
from specbound.contract.load import Contract
from specbound.contract.model import Schema
from specbound.contract.patterns import compiled
from specbound.runtime.exact import utf16_length
from specbound.runtime.formats import FORMATS

Fits = Callable[[Any], bool]

_FORMATS = {theirs: FORMATS[ours] for ours, theirs in OWN_FORMATS.items()}


class Validators:
    """The compiled validators of one contract, each built when it is first asked for."""

    def __init__(self, contract: Contract) -> None:
        #: Judges by schemas too heavy to be compiled; they are compiled all the same without it.
        self.otherwise: Callable[[Schema, Direction], Fits] | None = None
        self._lookup = lookup_of(contract)
        self._registries: dict[tuple[Direction, bool], tuple[Dialect, Any]] = {}
        # The schema is kept beside its validator, so that its identity stays its own.
        self._built: dict[tuple[int, Direction, bool], tuple[Schema, Fits]] = {}

    def of(self, schema: Schema, direction: Direction, closed: bool = False) -> Fits:
        """The test of one schema of the contract; see `Dialect` for `closed`."""
        key = (id(schema), direction, closed)
        found = self._built.get(key)
        if found is None:
            found = self._built[key] = schema, self._made(schema, direction, closed)
        return found[1]

    def bare(self, schema: Schema, direction: Direction, closed: bool = False) -> Fits:
        """The same without a net: ValueError for what the library cannot take, though JSON can."""
        fits: Any = self.of(schema, direction, closed)
        bare: Fits = fits.args[0] if isinstance(fits, partial) else _given_up
        return bare

    def narrows(self, schema: Schema, direction: Direction) -> bool:
        """Whether what fits closed is sure to fit as it is; see `narrow`."""
        return narrows(self._lookup, schema, direction)

    def _made(self, schema: Schema, direction: Direction, closed: bool) -> Fits:
        if self.otherwise is None or weight(self._lookup, schema) <= HEAVIEST:
            return self._build(schema, direction, closed)
        # Closed, it would only spare a closer look, which is then taken each time.
        return _never if closed else self.otherwise(schema, direction)

    def _build(self, schema: Schema, direction: Direction, closed: bool) -> Fits:
        dialect, registry = self._registry(direction, closed)
        validator = jsonschema_rs.Draft202012Validator(
            dialect.located(schema),
            registry=registry,
            validate_formats=True,
            formats=_FORMATS,
            keywords=_KEYWORDS,
        )
        return partial(_fits, validator.is_valid)

    def _registry(self, direction: Direction, closed: bool) -> tuple[Dialect, Any]:
        key = direction, closed
        if key not in self._registries:
            dialect = Dialect(self._lookup, direction, closed)
            resources = [(dialect.uri, dialect.document())]
            if closed:
                plain, _ = self._registry(direction, False)
                resources.append((plain.uri, plain.document()))
            self._registries[key] = dialect, jsonschema_rs.Registry(resources)
        return self._registries[key]


def validators_of(contract: Contract) -> Validators:
    """The one set of validators that everybody shares who asks about a contract."""
    found: Validators = lookup_of(contract).remember(("validators",), lambda: Validators(contract))
    return found


def _given_up(value: object) -> bool:
    raise ValueError("the schema is too heavy to be compiled")


def _never(value: object) -> bool:
    return False


def _fits(is_valid: Fits, value: Any) -> bool:
    try:
        return is_valid(value)
    except UnicodeEncodeError:
        # A lone surrogate is a character to us, and no text to the library.
        return _fits(is_valid, _without_surrogates(value))
    except (ValueError, RecursionError):
        return False


def _without_surrogates(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_without_surrogates(item) for item in value]
    if isinstance(value, dict):
        return {_without_surrogates(name): _without_surrogates(v) for name, v in value.items()}
    return value


class _Pattern:
    """A pattern that Rust's engine does not take."""

    def __init__(self, parent: Mapping[str, Any], value: str, path: list[str | int]) -> None:
        self.expression = compiled(value)

    def validate(self, instance: Any) -> None:
        """Raise ValueError where the text does not match."""
        if isinstance(instance, str) and not self.expression.search(instance):
            raise ValueError("pattern")


class _Length:
    """A limit in UTF-16 code units."""

    def __init__(
        self, parent: Mapping[str, Any], value: Mapping[str, int], path: list[str | int]
    ) -> None:
        self.least = value.get("minLength", 0)
        self.most = value.get("maxLength")

    def validate(self, instance: Any) -> None:
        """Raise ValueError where the text is too short or too long."""
        if isinstance(instance, str):
            size = utf16_length(instance)
            if size < self.least or (self.most is not None and size > self.most):
                raise ValueError("length")


_KEYWORDS: dict[str, Any] = {PATTERN: _Pattern, LENGTH: _Length}
