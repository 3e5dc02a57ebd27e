"""Values that remember how they were written, and how every typed value is written as JSON.

Knows the Python types of scalars and models. It must not know which schema asked for them.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel


class WireInt(int):
    """An integer that came as `5.0` or `1e3`, and goes out so; `wire` is the number as it came."""

    wire: float

    def __new__(cls, value: int, wire: float) -> Self:
        self = super().__new__(cls, value)
        self.wire = wire
        return self

    def __reduce__(self) -> tuple[type[WireInt], tuple[int, float]]:
        return WireInt, (int(self), self.wire)


class WireTag(list[Any]):
    """An array where a tag should be; it can be looked up, since pydantic looks up every tag."""

    __hash__ = object.__hash__  # type: ignore[assignment]


class WireTagObject(dict[str, Any]):
    """An object where a tag should be; it can be looked up, since pydantic looks up every tag."""

    __hash__ = object.__hash__  # type: ignore[assignment]


class WireUuid(UUID):
    """A UUID whose text is not the usual one, as with capital letters; `str` gives that text."""

    __slots__ = ("text",)
    text: str

    def __init__(self, text: str) -> None:
        super().__init__(text)
        object.__setattr__(self, "text", text)

    def __str__(self) -> str:
        return self.text

    def __reduce__(self) -> tuple[type[WireUuid], tuple[str]]:
        return WireUuid, (self.text,)

    def __copy__(self) -> WireUuid:
        return self

    def __deepcopy__(self, memo: object) -> WireUuid:
        return self


class WireDateTime(datetime):
    """A datetime whose text is not the canonical one, as with an offset; `text` is that text.

    What is computed from it (`+ timedelta`, `replace`, `astimezone`) has no text of its own.
    """

    text: str | None = None

    @classmethod
    def written(cls, value: datetime, text: str) -> WireDateTime:
        """The moment `value` that was written as `text`."""
        self = cls.combine(value.date(), value.timetz())
        self.text = text
        return self

    def __reduce_ex__(self, protocol: Any) -> Any:
        plain = datetime.combine(self.date(), self.timetz())
        return (_restored, (plain, self.text))

    def __deepcopy__(self, memo: object) -> WireDateTime:
        return self


def _restored(value: datetime, text: str | None) -> datetime:
    return value if text is None else WireDateTime.written(value, text)


def canonical(moment: datetime) -> str:
    """Write an aware datetime in UTC with `Z`: whole seconds, milliseconds or microseconds.

    A naive datetime is a ValueError, since nobody can say which moment it means.
    """
    offset = moment.utcoffset()
    if offset is None:
        raise ValueError("has no time zone; use datetime.now(timezone.utc) or set tzinfo")
    if offset:
        try:
            moment = moment.astimezone(UTC)
        except OverflowError:
            raise ValueError("is out of range in UTC") from None
    if not moment.microsecond:
        spec = "seconds"
    else:
        spec = "microseconds" if moment.microsecond % 1000 else "milliseconds"
    return moment.replace(tzinfo=None).isoformat("T", spec) + "Z"


def moment_text(moment: datetime) -> str:
    """The text of a datetime: as it came, else canonical."""
    return getattr(moment, "text", None) or canonical(moment)


def to_wire(value: Any) -> Any:
    """The JSON value that a typed value is written as; what is JSON already stays as it is."""
    if isinstance(value, BaseModel):
        dump = value.__pydantic_serializer__.to_python
        return dump(value, mode="json", by_alias=True, exclude_unset=True, warnings=False)
    if isinstance(value, dict):
        return {str(to_wire(name)): to_wire(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [to_wire(item) for item in value]
    return scalar_to_wire(value)


def scalar_to_wire(value: Any) -> Any:
    """The JSON scalar that a typed scalar is written as; anything else stays as it is."""
    if isinstance(value, WireInt):
        return value.wire
    if isinstance(value, datetime):
        return moment_text(value)
    if isinstance(value, UUID):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value
