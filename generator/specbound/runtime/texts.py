"""Text that means something: UUIDs, datetimes, dates, and formats and patterns that are checked.

Knows how a text becomes a typed value without losing how it was written. It must not know
models; patterns are in Python's syntax and searched for, as JSON Schema does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, cached_property
from typing import Any
from uuid import UUID, SafeUUID

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, PydanticKnownError
from pydantic_core import core_schema as core

from .exact import utf16_length
from .grammar import UUID_FORM, compiled, grammar, is_date, is_date_time
from .wire import WireDateTime, WireUuid, moment_text, scalar_to_wire

_CANONICAL = (
    r"\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.(?:(?!000)\d{3}|\d{3}(?!000)\d{3}))?Z"
)
_NEW = UUID.__new__
_SET = object.__setattr__
_UNKNOWN_SAFETY = SafeUUID.unknown  # looking a member of an enum up takes as long as the rest


@dataclass(frozen=True)
class Limits:
    """What a text has to keep to, whatever it means: a pattern and a length in code points."""

    pattern: str | None = None
    min_length: int | None = None
    max_length: int | None = None

    @cached_property
    def _search(self) -> Callable[[str], Any]:
        """Compiled with the first text, not with the model."""
        return compiled(self.pattern or "").search

    @cached_property
    def _bounded(self) -> bool:
        return self.min_length is not None or self.max_length is not None

    def hold(self, text: str) -> None:
        """Raise pydantic's own error for a text that breaks the pattern or a length."""
        if self.pattern is not None and self._search(text) is None:
            raise PydanticKnownError("string_pattern_mismatch", {"pattern": self.pattern})
        if self._bounded:
            hold_length(len(text), self.min_length, self.max_length)


def hold_length(size: int, least: int | None, most: int | None) -> None:
    """Raise pydantic's own error for a length out of bounds."""
    if least is not None and size < least:
        raise PydanticKnownError("string_too_short", {"min_length": least})
    if most is not None and size > most:
        raise PydanticKnownError("string_too_long", {"max_length": most})


def wrong_format(name: str, reason: str = "") -> PydanticCustomError:
    """The error for a text that has not the format `name`."""
    because = f", {reason}" if reason else ""
    context = {"format": name, "because": because}
    return PydanticCustomError("format", "Input should be a valid {format}{because}", context)


def _typed(
    from_text: Callable[[str], Any], from_python: Callable[[Any], Any]
) -> core.JsonOrPythonSchema:
    """The schema of a value that is text in JSON; what is no such value is written as it is."""
    text = core.no_info_after_validator_function(from_text, core.str_schema(strict=True))
    return core.json_or_python_schema(
        json_schema=text,
        python_schema=core.no_info_plain_validator_function(from_python),
        serialization=core.plain_serializer_function_ser_schema(scalar_to_wire, when_used="json"),
    )


class Uuid(Limits):
    """Metadata for `UUID`: RFC 4122 text with dashes that also keeps to a pattern and lengths."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return _typed(self.from_text, self.from_python)

    @cached_property
    def _form(self) -> Callable[[str], Any]:
        return grammar(UUID_FORM).fullmatch

    def from_text(self, text: str) -> UUID:
        """The UUID that a JSON text means; written out, since replies hold them by the hundred."""
        if self._form(text) is None:
            raise wrong_format("uuid")
        if (self.pattern is not None and self._search(text) is None) or self._bounded:
            self.hold(text)
        if not text.islower() and text != text.lower():
            return WireUuid(text)
        value = _NEW(UUID)
        _SET(value, "int", int(text.replace("-", ""), 16))
        _SET(value, "is_safe", _UNKNOWN_SAFETY)
        return value

    def from_python(self, value: Any) -> UUID:
        """A UUID as it is, or the one that a text means."""
        if isinstance(value, UUID):
            self.hold(str(value))
            return value
        if isinstance(value, str):
            return self.from_text(value)
        raise PydanticKnownError("uuid_type")


def make_datetime(text: str) -> datetime:
    """The moment of an RFC 3339 text; it keeps the text where the canonical one would differ."""
    if grammar(_CANONICAL).fullmatch(text):
        return datetime.fromisoformat(text)
    if not is_date_time(text):
        raise ValueError("not a date-time")
    # A leap second is no moment of Python's calendar; the second before it stands for it.
    plain = text.upper()
    if plain[17:19] == "60":
        plain = f"{plain[:17]}59{plain[19:]}"
    return WireDateTime.written(datetime.fromisoformat(plain), text)


class DateTime(Limits):
    """Metadata for `datetime`: RFC 3339 text that also keeps to a pattern and lengths."""

    @cached_property
    def _canonical(self) -> Callable[[str], Any]:
        return grammar(_CANONICAL).fullmatch

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return _typed(self.from_text, self.from_python)

    def from_text(self, text: str) -> datetime:
        """The moment that a JSON text means."""
        try:
            plain = self._canonical(text)
            value = datetime.fromisoformat(text) if plain else make_datetime(text)
        except ValueError:
            raise wrong_format("date-time", "as 2024-11-06T12:00:00Z is") from None
        if (self.pattern is not None and not self._search(text)) or self._bounded:
            self.hold(text)
        return value

    def from_python(self, value: Any) -> datetime:
        """An aware datetime as it is, or the one that a text means."""
        if isinstance(value, datetime):
            try:
                self.hold(moment_text(value))
            except ValueError as error:
                if isinstance(error, PydanticKnownError):
                    raise
                raise wrong_format("date-time", f"but the datetime {error}") from None
            return value
        if isinstance(value, str):
            return self.from_text(value)
        raise PydanticKnownError("datetime_type")


class Date(Limits):
    """Metadata for `date`: RFC 3339 full-date text that also keeps to a pattern and lengths."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return _typed(self.from_text, self.from_python)

    def from_text(self, text: str) -> date:
        """The day that a JSON text means."""
        if not is_date(text):
            raise wrong_format("date", "as 2024-11-06 is")
        self.hold(text)
        return date.fromisoformat(text)

    def from_python(self, value: Any) -> date:
        """A date as it is, or the one that a text means; a datetime is no date."""
        if isinstance(value, date) and not isinstance(value, datetime):
            self.hold(value.isoformat())
            return value
        if isinstance(value, str):
            return self.from_text(value)
        raise PydanticKnownError("date_type")


@dataclass(frozen=True)
class Text:
    """Metadata for `str`: what Field cannot say of a text. It stays a plain str."""

    format: str | None = None
    pattern: str | None = None
    min_utf16: int | None = None
    max_utf16: int | None = None
    min_length: int | None = None
    max_length: int | None = None

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core.no_info_after_validator_function(self.check, handler(source))

    @cached_property
    def _limits(self) -> Limits:
        return Limits(self.pattern, self.min_length, self.max_length)

    def check(self, text: str) -> str:
        """The text itself, if it keeps to everything."""
        self._limits.hold(text)
        if self.min_utf16 is not None or self.max_utf16 is not None:
            hold_length(utf16_length(text), self.min_utf16, self.max_utf16)
        if self.format is not None and not _conforms()(text, self.format):
            raise wrong_format(self.format)
        return text


@cache
def _conforms() -> Callable[[str, str], bool]:
    from .formats import conforms  # the grammars of the internet take time, few texts need them

    return conforms
