"""The scalar types of generated models: typed in Python, exact and unchanged as JSON.

Knows how pydantic validates and serialises. It must not know models or unions; what a text
means as UUID, datetime or date is `moments`' and `texts`' business.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from operator import is_
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeAlias, TypeVar, Union, get_args, get_origin

from pydantic import Field, GetCoreSchemaHandler, Strict
from pydantic_core import CoreSchema, PydanticKnownError
from pydantic_core import core_schema as core

from .exact import equal, is_multiple, whole
from .texts import Date, DateTime, Text, Uuid
from .wire import WireInt, scalar_to_wire
from .words import shown

__all__ = [
    "Boolean",
    "Date",
    "DateTime",
    "Integer",
    "Json",
    "MultipleOf",
    "Number",
    "NumberLiteral",
    "Omittable",
    "Text",
    "Uuid",
]

T = TypeVar("T")
Json: TypeAlias = Any
"""Any JSON value, kept as it is."""

Boolean: TypeAlias = Annotated[bool, Strict()]
"""true or false; 1 and "true" are refused wherever it stands."""


def _from_float(value: float) -> int:
    if not value.is_integer():
        raise PydanticKnownError("int_type")
    return WireInt(whole(value), value)


class Marker:
    """Metadata without parameters: all of one class are equal."""

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other)

    def __hash__(self) -> int:
        return hash(type(self))

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


class WholeNumber(Marker):
    """Metadata of `Integer`: a number without a fraction, of any size; 5.0 is 5 and stays 5.0."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        floats = core.float_schema(strict=True, allow_inf_nan=False)
        written = core.no_info_after_validator_function(_from_float, floats)
        return core.custom_error_schema(
            core.union_schema([core.int_schema(strict=True), written], mode="left_to_right"),
            custom_error_type="int_type",
            serialization=core.plain_serializer_function_ser_schema(
                scalar_to_wire, when_used="json"
            ),
        )


class AnyNumber(Marker):
    """Metadata of `Number`: an int stays an int, a float a float; nan and infinity are refused."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        floats = core.float_schema(strict=True, allow_inf_nan=False)
        return core.custom_error_schema(
            core.union_schema([core.int_schema(strict=True), floats], mode="left_to_right"),
            custom_error_type="float_type",
            serialization=core.simple_ser_schema("any"),
        )


Integer: TypeAlias = Annotated[int, WholeNumber()]
Number: TypeAlias = Annotated[float, AnyNumber()]


@dataclass(frozen=True)
class MultipleOf:
    """Metadata for numbers: a multiple in decimal, so that 0.3 is one of 0.1."""

    divisor: float

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core.no_info_after_validator_function(self._check, handler(source))

    def _check(self, value: float) -> float:
        if not is_multiple(scalar_to_wire(value), self.divisor):
            raise PydanticKnownError("multiple_of", {"multiple_of": self.divisor})
        return value


def literals(annotation: Any) -> tuple[Any, ...]:
    """The values that a type lists: those of a Literal or of a union of some; else none.

    None as a branch is not counted.
    """
    if get_origin(annotation) is Literal:
        return get_args(annotation)
    if get_origin(annotation) is Annotated:
        return literals(get_args(annotation)[0])
    if get_origin(annotation) not in (Union, UnionType):
        return ()
    branches = [literals(each) for each in get_args(annotation) if each is not NoneType]
    return tuple(value for each in branches for value in each) if all(branches) else ()


class NumberLiteral(Marker):
    """Metadata for a Literal with numbers, booleans or null: JSON equality, written as it came.

    4.0 is 4, true is not 1, "4" is not 4. A Literal of texts alone is exact without it.
    """

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core.no_info_plain_validator_function(
            partial(self._match, literals(source)),
            serialization=core.plain_serializer_function_ser_schema(
                scalar_to_wire, when_used="json"
            ),
        )

    def _match(self, allowed: tuple[Any, ...], value: Any) -> Any:
        plain = scalar_to_wire(value)
        for each in allowed:
            if equal(plain, each):
                return value if type(value) is not float else self._number(each, value)
        *most, last = (shown(each) for each in allowed)
        expected = f"{', '.join(most)} or {last}" if most else last
        raise PydanticKnownError("literal_error", {"expected": expected})

    def _number(self, literal: Any, value: float) -> Any:
        return value if isinstance(literal, float) else WireInt(literal, value)


Exactly = NumberLiteral


class NotNull(Marker):
    """Metadata of `Omittable`: the schema is that of the type without its None."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        schema: Any = handler(source)
        if schema["type"] != "nullable":
            raise TypeError("Omittable[T] needs a type T that is not None")
        inner: CoreSchema = schema["schema"]
        return inner


is_none = partial(is_, None)
"""Whether a member is left out; a field that is `Omittable` has it as `exclude_if`."""

Omittable: TypeAlias = Annotated[T | None, NotNull(), Field(exclude_if=is_none)]
"""A member that may be left out but may not be null: None in Python means left out."""
