"""Schemas that declare members but no type: they say something of objects and let the rest pass.

It knows how to leave values alone that are no objects; it must not know what the members are.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, GetCoreSchemaHandler
from pydantic_core import core_schema


@dataclass(frozen=True, slots=True)
class ObjectsOnly:
    """Metadata for ``Annotated[Class, ObjectsOnly()]``: any JSON value that is no object fits."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        return core_schema.no_info_wrap_validator_function(
            _through,
            handler(source),
            serialization=core_schema.wrap_serializer_function_ser_schema(_as_it_is),
        )


def _through(value: Any, handler: core_schema.ValidatorFunctionWrapHandler) -> Any:
    return handler(value) if isinstance(value, Mapping | BaseModel) else value


def _as_it_is(value: Any, handler: core_schema.SerializerFunctionWrapHandler) -> Any:
    return handler(value) if isinstance(value, BaseModel) else value
