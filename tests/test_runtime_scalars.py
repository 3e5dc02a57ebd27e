"""Scalars accept what the schema accepts, are typed in Python, and are written as they came."""

from __future__ import annotations

import copy
import json
import pickle
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Annotated, Any, Literal
from uuid import UUID

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import Field, TypeAdapter, ValidationError

from specbound.runtime.absent import OMIT, Omit
from specbound.runtime.check import Check
from specbound.runtime.scalars import (
    Boolean,
    Date,
    DateTime,
    Integer,
    MultipleOf,
    Number,
    NumberLiteral,
    Omittable,
    Text,
    Uuid,
)
from specbound.runtime.wire import WireDateTime, WireInt, WireUuid

LOWER = "2eb8aa08-aa98-41ea-b4aa-73b441d16380"
Moment = Annotated[datetime, DateTime()]
Id = Annotated[UUID, Uuid()]
SOME = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.integers(-20, 20).map(float),
    st.text(max_size=5),
    st.uuids().map(str),
    st.uuids().map(lambda value: str(value).upper()),
    st.datetimes().map(lambda value: value.isoformat() + "Z"),
    st.datetimes(timezones=st.timezones()).map(str),
    st.dates().map(str),
    st.lists(st.integers(), max_size=2),
)
CASES: list[tuple[Any, dict[str, Any]]] = [
    (Integer, {"type": "integer"}),
    (
        Annotated[Integer, Field(ge=-3, lt=11, multiple_of=2)],
        {"type": "integer", "minimum": -3, "exclusiveMaximum": 11, "multipleOf": 2},
    ),
    (Number, {"type": "number"}),
    (
        Annotated[Number, Field(gt=0.5, le=5)],
        {"type": "number", "exclusiveMinimum": 0.5, "maximum": 5},
    ),
    (Annotated[Number, MultipleOf(0.1)], {"type": "number", "multipleOf": 0.1}),
    (Boolean, {"type": "boolean"}),
    (Id, {"type": "string", "format": "uuid"}),
    (
        Annotated[UUID, Uuid(pattern="^[0-7]")],
        {"type": "string", "format": "uuid", "pattern": "^[0-7]"},
    ),
    (Annotated[date, Date()], {"type": "string", "format": "date"}),
    (Annotated[Literal[1, True, -3], NumberLiteral()], {"enum": [1, True, -3]}),
    (
        Annotated[str, Text(max_length=3, pattern="a|b")],
        {"type": "string", "maxLength": 3, "pattern": "a|b"},
    ),
    (
        Annotated[list[Integer], Check({"uniqueItems": True})],
        {"type": "array", "items": {"type": "integer"}, "uniqueItems": True},
    ),
    (
        Integer | Annotated[str, Field(min_length=2)],
        {"anyOf": [{"type": "integer"}, {"type": "string", "minLength": 2}]},
    ),
]


@pytest.mark.parametrize(("type_", "schema"), CASES, ids=lambda each: repr(each)[:60])
@pytest.mark.parametrize("strict", [None, True])
def test_agrees_with_jsonschema_and_keeps_the_wire_form(
    type_: Any, schema: dict[str, Any], strict: bool | None
) -> None:
    judge = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
    adapter = TypeAdapter(type_)

    @settings(max_examples=60, deadline=None)
    @given(SOME)
    def holds(value: Any) -> None:
        raw = json.dumps(value)
        try:
            typed = adapter.validate_json(raw, strict=strict)
        except ValidationError:
            assert not judge.is_valid(value), value
        else:
            assert judge.is_valid(value), value
            written = adapter.dump_json(typed, by_alias=True, exclude_unset=True)
            assert repr(json.loads(written)) == repr(value)

    holds()


@given(st.datetimes(datetime(1000, 1, 1), datetime(9999, 1, 1), timezones=st.timezones()))
@settings(max_examples=60, deadline=None)
def test_datetimes_of_users_are_written_canonically_and_come_back(moment: datetime) -> None:
    adapter = TypeAdapter(Moment)
    written = adapter.dump_json(adapter.validate_python(moment))
    assert written.endswith(b'Z"')
    back = adapter.validate_json(written)
    assert back == moment.astimezone(UTC)
    assert type(back) is datetime


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("2024-01-01T00:00:00Z", datetime),
        ("2024-01-01T00:00:00.335Z", datetime),
        ("2024-01-01T00:00:00.000001Z", datetime),
        ("2024-01-01T00:00:00.000Z", WireDateTime),
        ("2024-01-01T00:00:00.3350Z", WireDateTime),
        ("2024-01-01T00:00:00.123456789Z", WireDateTime),
        ("2024-01-01t00:00:00z", WireDateTime),
        ("2024-01-01T00:00:00-00:00", WireDateTime),
        ("2024-12-31T23:59:60Z", WireDateTime),
        ("2024-01-01T00:00:00", None),
        ("2024-01-01 00:00:00Z", None),
        ("2024-01-01T24:00:00Z", None),
        ("2024-01-01T00:00:00+24:00", None),
        ("2024-W01-1T00:00:00.000Z", None),
        ("20240101T000000Z", None),
        ("2024-01-01T00:00:00Z\n", None),
    ],
)
def test_datetime_texts(text: str, kind: type | None) -> None:
    adapter, raw = TypeAdapter(Moment), json.dumps(text).encode()
    if kind is None:
        with pytest.raises(ValidationError, match="valid date-time"):
            adapter.validate_json(raw)
        return
    value = adapter.validate_json(raw)
    assert type(value) is kind
    for copied in (
        value,
        copy.deepcopy(value),
        copy.copy(value),
        pickle.loads(pickle.dumps(value)),
    ):
        assert copied == value
        assert adapter.dump_json(copied) == raw


def test_what_is_computed_from_a_datetime_forgets_its_text() -> None:
    adapter = TypeAdapter(Moment)
    value = adapter.validate_python("2024-01-01T00:00:00+01:00")
    assert adapter.dump_json(value) == b'"2024-01-01T00:00:00+01:00"'
    assert adapter.dump_json(value + timedelta(hours=1)) == b'"2024-01-01T00:00:00Z"'
    assert adapter.dump_json(value.replace(hour=2)) == b'"2024-01-01T01:00:00Z"'
    east = datetime(2024, 1, 1, tzinfo=timezone(timedelta(hours=2)))
    assert adapter.dump_json(adapter.validate_python(east)) == b'"2023-12-31T22:00:00Z"'


def test_datetimes_of_users_keep_to_the_rules() -> None:
    edge = datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-5)))
    with pytest.raises(ValidationError, match="out of range in UTC"):
        TypeAdapter(Moment).validate_python(edge)
    with pytest.raises(ValidationError, match="has no time zone; use"):
        TypeAdapter(Moment).validate_python(datetime(2024, 1, 1))
    narrow = TypeAdapter(Annotated[datetime, DateTime(pattern=r"\.\d{3}Z")])
    assert narrow.validate_python(datetime(2024, 1, 1, 0, 0, 0, 5000, UTC)).microsecond == 5000
    with pytest.raises(ValidationError, match="should match pattern"):
        narrow.validate_python(datetime(2024, 1, 1, tzinfo=UTC))
    with pytest.raises(ValidationError):
        TypeAdapter(Annotated[date, Date()]).validate_python(datetime(2024, 1, 1))
    assert TypeAdapter(Annotated[date, Date()]).validate_python(date(2024, 1, 1))


@pytest.mark.parametrize("text", [LOWER, LOWER.upper(), LOWER[:-1] + "A"])
def test_uuids(text: str) -> None:
    adapter, raw = TypeAdapter(Id), json.dumps(text).encode()
    value = adapter.validate_json(raw)
    assert type(value) is (UUID if text == LOWER else WireUuid)
    assert value == UUID(text)
    for copied in (
        value,
        copy.copy(value),
        copy.deepcopy(value),
        pickle.loads(pickle.dumps(value)),
    ):
        assert copied == value
        assert adapter.dump_json(adapter.validate_python(copied)) == raw


def test_uuid_pattern_holds_for_instances_too() -> None:
    adapter = TypeAdapter(Annotated[UUID, Uuid(pattern="^0")])
    with pytest.raises(ValidationError, match="should match pattern"):
        adapter.validate_python(UUID(LOWER))
    for wrong in (LOWER.replace("-", ""), f"{{{LOWER}}}", f"urn:uuid:{LOWER}", "", 5):
        with pytest.raises(ValidationError):
            TypeAdapter(Id).validate_python(wrong)


def errors(type_: Any, raw: str) -> list[str]:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(type_).validate_json(raw)
    return [each["type"] for each in caught.value.errors()]


@pytest.mark.parametrize(
    ("type_", "raw", "expected"),
    [
        (Integer, "true", "int_type"),
        (Integer, '"5"', "int_type"),
        (Integer, "5.5", "int_type"),
        (Annotated[Integer, Field(ge=0)], "-1.0", "greater_than_equal"),
        (Annotated[Integer, Field(multiple_of=2)], "5", "multiple_of"),
        (Number, "true", "float_type"),
        (Number, '"5"', "float_type"),
        (Number, "1e999", "float_type"),
        (Annotated[Number, Field(lt=1)], "1", "less_than"),
        (Annotated[Number, MultipleOf(0.01)], "19.995", "multiple_of"),
        (Annotated[Literal[4], NumberLiteral()], "5", "literal_error"),
        (Annotated[Literal[4], NumberLiteral()], "[4]", "literal_error"),
        (Annotated[str, Text(format="email")], '"a"', "format"),
        (Annotated[str, Text(max_utf16=1)], '"\\ud834\\udd1e"', "string_too_long"),
        (Annotated[str, Check({"not": {"const": "{x}"}})], '"{x}"', "not"),
        (Annotated[list[Any], Check({"contains": {"const": 1}})], "[]", "contains"),
    ],
)
def test_one_error_of_an_ordinary_type(type_: Any, raw: str, expected: str) -> None:
    assert errors(type_, raw) == [expected]


def test_numbers_of_any_size_are_exact() -> None:
    assert TypeAdapter(Integer).validate_json("1e30") == 10**30
    value = TypeAdapter(Integer).validate_json("5.0")
    assert (value, type(value), value + 1) == (5, WireInt, 6)
    assert pickle.loads(pickle.dumps(value)).wire == 5.0
    assert TypeAdapter(Number).validate_json("5").__class__ is int
    assert TypeAdapter(Number).validate_json("9" * 40) == int("9" * 40)
    for raw in ("0.3", "19.99", "1e30", "3"):
        TypeAdapter(Annotated[Number, MultipleOf(0.01)]).validate_json(raw)


def test_checks_see_the_wire_form_in_python_too() -> None:
    type_ = Annotated[
        list[Id], Check({"items": {"type": "string"}, "uniqueItems": True}, says="is odd")
    ]
    adapter = TypeAdapter(type_)
    assert adapter.validate_python([UUID(LOWER)]) == [UUID(LOWER)]
    with pytest.raises(ValidationError, match="Input is odd"):
        adapter.validate_python([UUID(LOWER), LOWER])


def test_check_follows_definitions_late() -> None:
    schemas: dict[str, Any] = {}
    fragment = {"$ref": "#/components/schemas/Small"}
    adapter = TypeAdapter(Annotated[Integer, Check(fragment, definitions=lambda: schemas)])
    schemas["Small"] = {"maximum": 3}
    assert adapter.validate_json("3") == 3
    with pytest.raises(ValidationError) as caught:
        adapter.validate_json("4")
    (error,) = caught.value.errors()
    assert (error["type"], error["ctx"]["pointer"]) == ("maximum", "")


def test_lone_surrogates_do_not_crash() -> None:
    adapter = TypeAdapter(Annotated[str, Text(max_utf16=1, format="uri", pattern="^a")])
    with pytest.raises(ValidationError):
        adapter.validate_python("\ud800")


def test_metadata_is_a_value() -> None:
    for make in (lambda: Uuid("a"), lambda: Text("uri"), lambda: MultipleOf(0.1), NumberLiteral):
        assert make() == make()
        assert hash(make()) == hash(make())
    assert repr(Uuid("a")) == "Uuid(pattern='a', min_length=None, max_length=None)"
    assert Uuid("a") != DateTime("a")
    assert hash(Omittable[Integer])


def test_omit() -> None:
    assert not OMIT
    assert repr(OMIT) == "OMIT"
    assert pickle.loads(pickle.dumps(OMIT)) is copy.deepcopy(OMIT) is Omit() is OMIT
