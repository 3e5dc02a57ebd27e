"""A module as the generator writes it: every kind of type that the runtime offers, once."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, ClassVar, Literal, TypeAlias
from uuid import UUID

from pydantic import ConfigDict, Field

from specbound.runtime.check import Check
from specbound.runtime.model import CamelModel, Model
from specbound.runtime.scalars import Boolean, Integer, Number, NumberLiteral, Omittable
from specbound.runtime.texts import Date, DateTime, Text, Uuid

Status: TypeAlias = Literal["READY", "FAILED"]


def definitions() -> dict[str, Any]:
    """The schemas that checks refer to."""
    return {"Named": {"type": "object", "properties": {"name": {"maxLength": 5}}}}


class Preset(CamelModel):
    """A ready-made voice; no other members."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["preset"] = Field(validation_alias="type", serialization_alias="type")
    preset_id: Annotated[str, Field(min_length=1, max_length=8)]


class Custom(CamelModel):
    """A voice of one's own."""

    kind: Literal["custom"] = Field(validation_alias="type", serialization_alias="type")
    voice_id: Annotated[UUID, Uuid(pattern="^[0-9a-fA-F]")]
    parts: Omittable[list[Voice]] = None


class Silence(CamelModel):
    """No voice."""

    kind: Literal["silence"] = Field(validation_alias="type", serialization_alias="type")


Loud: TypeAlias = Annotated[Preset | Custom, Field(discriminator="kind")]
Voice: TypeAlias = Annotated[Loud | Silence, Field(discriminator="kind")]


class Avatar(CamelModel):
    """Somebody who speaks."""

    schema_check: ClassVar[Check | None] = Check(
        {"not": {"required": ["seed", "presetSeed"]}}, says="must not have both seeds"
    )

    id: Annotated[UUID, Uuid()]
    status: Status
    model: Literal["gen4", "gen5"]
    created_at: Annotated[datetime, DateTime()]
    voice: Voice
    born_on: Omittable[Annotated[date, Date()]] = None
    seed: Omittable[Annotated[Integer, Field(ge=0, le=10)]] = None
    preset_seed: Omittable[Integer] = None
    weight: Omittable[Annotated[Number, Field(gt=0)]] = None
    duration: Omittable[Annotated[Literal[4, 6, 8], NumberLiteral()]] = None
    ready: Omittable[Boolean] = None
    note: str | None = None
    mail: Omittable[Annotated[str, Text(format="email")]] = None
    friends: Omittable[list[Avatar]] = None
    owner: Omittable[
        Annotated[Owner | str, Check({"$ref": "#/Named"}, definitions=definitions)]
    ] = None
    tags: Omittable[Annotated[list[str], Field(min_length=1, max_length=3)]] = None
    anything: Any = None


class Owner(Model):
    """Wire names as they are; every other member is an integer."""

    __pydantic_extra__: dict[str, Integer] = Field(init=False)

    name: str


class Page(CamelModel):
    """One page of avatars."""

    data: list[Avatar]
    by_name: Omittable[dict[str, Owner]] = None
    next_cursor: str | None
