"""The parent of every generated model: strict about JSON, kind in Python, silent about the unset.

Knows how a model is made, shown and written. It must not know operations or replies.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticKnownError, PydanticSerializationError
from pydantic_core import core_schema as core

from .absent import OMIT
from .check import Check
from .scalars import is_none
from .wire import to_wire

SHOWN_CHARACTERS = 80
SHOWN_ITEMS = 20


def camel(name: str) -> str:
    """The wire name of a snake_case attribute: preset_id is presetId."""
    first, *others = name.split("_")
    return first + "".join(each[:1].upper() + each[1:] for each in others)


class Brief:
    """A value whose repr is cut: long texts, long lists and large objects tell their size."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __repr__(self) -> str:
        value = self.value
        if isinstance(value, str | bytes) and len(value) > SHOWN_CHARACTERS:
            return f"<{value[: SHOWN_CHARACTERS - 20]!r}… {len(value)} characters>"
        if isinstance(value, dict):
            items = [f"{Brief(k)!r}: {Brief(v)!r}" for k, v in list(value.items())[:SHOWN_ITEMS]]
            return f"{{{', '.join([*items, *_rest(value)])}}}"
        if isinstance(value, list | tuple):
            items = [repr(Brief(item)) for item in value[:SHOWN_ITEMS]]
            return f"[{', '.join([*items, *_rest(value)])}]"
        return repr(value)


def _rest(value: Any) -> list[str]:
    return [f"… {len(value)} in all"] if len(value) > SHOWN_ITEMS else []


def _forbidden(value: Any) -> Any:
    raise PydanticKnownError("extra_forbidden")


def _keep_forbidden(schema: Any) -> None:
    """Refuse undeclared members by their schema, so that a tolerant reply can still hold them."""
    while schema["type"] not in ("model", "model-fields"):
        schema = schema["schema"]
    config, fields = schema.get("config", {}), schema
    if config.get("extra_fields_behavior") != "forbid":
        return
    while fields["type"] != "model-fields":
        fields = fields["schema"]
    fields["extra_behavior"] = "allow"
    fields["extras_schema"] = core.no_info_plain_validator_function(_forbidden)
    schema["config"] = {**config, "extra_fields_behavior": "allow"}


class Model(BaseModel):
    """One object of the document; only what was set is shown and written.

    In Python a member goes by its attribute or by its wire name, in JSON by its wire name alone.
    """

    model_config = ConfigDict(
        strict=True,
        extra="allow",
        defer_build=True,
        serialize_by_alias=True,
        protected_namespaces=(),
    )
    schema_check: ClassVar[Check | None] = None
    # A subclass narrows the values: `__pydantic_extra__: dict[str, T] = Field(init=False)`.
    __pydantic_extra__: dict[str, Any] = Field(init=False)  # pyright: ignore

    def __init__(self, /, **data: Any) -> None:
        """Make a model; ValidationError says what is wrong, member by member."""
        __tracebackhide__ = True
        if any(value is None or value is OMIT for value in data.values()):
            data = dict(self._given(data))
        self.__pydantic_validator__.validate_python(
            data, self_instance=self, by_name=True, by_alias=True
        )

    # Pydantic reads this mark: nested models are then made without calling `__init__`.
    __init__.__pydantic_base_init__ = True  # type: ignore[attr-defined]

    @classmethod
    def _given(cls, data: dict[str, Any]) -> Iterator[tuple[str, Any]]:
        """The arguments without those that only say that a member is left out."""
        fields = cls.model_fields
        left_out = {name for name, field in fields.items() if field.exclude_if is is_none}
        left_out |= {str(fields[name].validation_alias) for name in left_out}
        for name, value in data.items():
            if value is not OMIT and not (value is None and name in left_out):
                yield name, value

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: Any, handler: GetCoreSchemaHandler, /
    ) -> CoreSchema:
        schema = handler(source)
        model: Any = handler.resolve_ref_schema(schema)
        _keep_forbidden(model)
        check = cls.schema_check
        if check is not None and model["type"] == "model":
            inner: Any = dict(model)
            reference = inner.pop("ref", None)
            model.clear()
            model.update(check.around(inner))
            if reference is not None:
                model["ref"] = reference
        return schema

    def to_dict(self) -> dict[str, Any]:
        """The JSON object of what was set, under its wire names."""
        written: dict[str, Any] = to_wire(self)
        return written

    def to_json(self) -> str:
        """The JSON text of what was set, under its wire names."""
        write = self.__pydantic_serializer__.to_json
        try:
            return write(self, by_alias=True, exclude_unset=True, warnings=False).decode()
        except (PydanticSerializationError, UnicodeError):
            # JSON can write half a character as an escape, UTF-8 cannot.
            return json.dumps(self.to_dict(), separators=(",", ":"))

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        for name, value in self.__dict__.items():
            if name in self.__pydantic_fields_set__:
                yield name, Brief(value)
        for name, value in (self.__pydantic_extra__ or {}).items():
            yield name, Brief(value)


class CamelModel(Model):
    """A model whose wire names are its attributes in camelCase."""

    model_config = ConfigDict(alias_generator=camel)


RESERVED: frozenset[str] = frozenset(
    name for name in (*dir(Model), *dir(type(Model))) if not name.startswith("_")
)
"""Attribute names that no member may have, since every model has them already."""
