"""Parameters: each style read back into what was written, typed, judged, missed, undeclared."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from check_exchanges import asked, brief, checker_of, codes, only
from contracts import contract_of, document
from specbound.check.checker import Checker
from specbound.check.finding import Verdict
from specbound.check.schema.lookup import lookup_of
from specbound.check.schema.verdict import Validators
from specbound.check.wire.parameters import Parameters, Wire
from specbound.check.wire.typed import Typing
from specbound.contract.load import Contract
from specbound.runtime import encode

# --- the inverse of the encoder -------------------------------------------------------------------

ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=6)
#: Without what a style divides by and the encoder leaves as it is, so that it can be told apart.
PLAIN_TEXT = st.text(
    st.characters(exclude_characters=".~-_ |", exclude_categories=["Cs"]), min_size=1
)
INTEGERS = st.integers(-(2**70), 2**70)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False).map(lambda x: 0.0 if x == 0 else x)
ITEMS: list[tuple[dict[str, Any], st.SearchStrategy[Any]]] = [
    ({"type": "string"}, PLAIN_TEXT),
    ({"type": "integer"}, INTEGERS),
    ({"type": "number"}, NUMBERS),
    ({"type": "boolean"}, st.booleans()),
    ({"type": ["integer", "null"]}, INTEGERS | st.none()),
    ({"anyOf": [{"type": "integer"}, {"const": "all"}]}, INTEGERS | st.just("all")),
    ({"enum": ["a", 1, None, False]}, st.sampled_from(["a", 1, None, False])),
]
STYLES = {
    "path": [
        (style, explode) for style in ("simple", "label", "matrix") for explode in (False, True)
    ],
    "query": [
        *(("form", explode) for explode in (False, True)),
        *(
            (style, explode)
            for style in ("spaceDelimited", "pipeDelimited")
            for explode in (False, True)
        ),
        ("deepObject", True),
    ],
    "cookie": [("form", False), ("form", True)],
    "header": [("simple", False), ("simple", True)],
}


@st.composite
def valued(draw: st.DrawFn) -> tuple[str, tuple[str, bool], dict[str, Any], Any]:
    """A place, a style, a schema, and a value that fits it."""
    location = draw(st.sampled_from(sorted(STYLES)))
    how = draw(st.sampled_from(STYLES[location]))
    item, values = draw(st.sampled_from(ITEMS))
    if location == "header" and item == {"type": "string"}:
        values = st.text("abcXYZ019 é;=/", min_size=1).map(str.strip).filter(bool)
    # Only in exploded labels does a dot divide, and numbers have theirs.
    assume(how != ("label", True) or item != {"type": "number"})
    shapes = ["array", "object"] if how[0] == "deepObject" else ["scalar", "array", "object"]
    if how[0] in ("spaceDelimited", "pipeDelimited") and how[1]:
        shapes.remove("object")  # the table of styles leaves this open
    shape = draw(st.sampled_from(shapes))
    if shape == "scalar":
        value = draw(values)
        assume(value is not None or location != "path")
        return location, how, item, value
    if shape == "array":
        schema = {"type": "array", "items": item}
        return location, how, schema, draw(st.lists(values, min_size=1, max_size=3))
    members = dict.fromkeys(("a", "b", "Cd", "eF"), item)
    schema = {"type": "object", "properties": members, "additionalProperties": False}
    return (
        location,
        how,
        schema,
        draw(st.dictionaries(st.sampled_from(list(members)), values, min_size=1)),
    )


def contract_with(location: str, how: tuple[str, bool], schema: Any, **more: Any) -> Contract:
    path = "/things/{p}" if location == "path" else "/things"
    one = {"name": "p", "in": location, "required": True, "schema": schema, **more}
    one |= {"style": how[0], "explode": how[1]}
    operation = {"parameters": [one], "responses": {"204": {"description": "done"}}}
    return contract_of(document({path: {"get": operation}}))


def parameters_of(contract: Contract) -> tuple[Parameters, list[Any]]:
    """The parameters of the only operation, and the list that takes up what its values mean."""
    validators = Validators(contract)
    typing = Typing(lookup_of(contract), validators)
    meant: list[Any] = []
    wire = Wire(contract, typing, validators)
    really = wire.meant

    def seen(wired: Any, readings: Any) -> Any:
        meant.append(really(wired, readings))
        return meant[-1]

    wire.meant = seen  # type: ignore[method-assign]
    (operation,) = contract.operations.values()
    return Parameters(operation, wire), meant


@settings(max_examples=150)
@given(valued())
def test_what_the_encoder_writes_is_read_back(
    case: tuple[str, tuple[str, bool], dict[str, Any], Any],
) -> None:
    location, how, schema, value = case
    parameters, meant = parameters_of(contract_with(location, how, schema))
    match location:
        case "path":
            text = encode.path_text("p", value, *how)
            troubles = list(parameters.path({"p": text}))
        case "query":
            text = "&".join(encode.query_parts("p", value, how))
            troubles = list(parameters.query(text, False))
        case "cookie":
            text = "; ".join(encode.cookie_parts("p", value, how[1]))
            troubles = list(parameters.headers((("Cookie", text),)))
        case _:
            text = encode.header_text(value, how[1])
            troubles = list(parameters.headers((("P", text),)))
    assert troubles == [], (text, troubles, meant)
    # What is text and fits as such is never typed.
    assert all(same_exactly(one, value) for one in meant), (text, meant, value)


def same_exactly(one: Any, other: Any) -> bool:
    return one == other and repr(one).replace(".0", "") == repr(other).replace(".0", "")


@settings(max_examples=50)
@given(ANY_TEXT)
def test_any_text_survives_path_query_and_cookie(text: str) -> None:
    for location, how in (("path", ("simple", False)), ("query", ("form", True))):
        contract = contract_with(location, how, {"const": text})
        parameters, _ = parameters_of(contract)
        if location == "path":
            found = list(parameters.path({"p": encode.path_text("p", text, *how)}))
        else:
            found = list(parameters.query("&".join(encode.query_parts("p", text, how)), False))
        assert found == []


# --- what each text means -------------------------------------------------------------------------


def query(schema: Any, **more: Any) -> Checker:
    return checker_of({"parameters": [{"name": "p", "in": "query", "schema": schema, **more}]})


@pytest.mark.parametrize(
    ("schema", "text", "fits"),
    [
        ({"type": "integer"}, "p=5", True),
        ({"type": "integer"}, "p=5.0", True),
        ({"type": "integer"}, "p=5.5", False),
        ({"type": "integer"}, "p=05", False),
        ({"type": "integer"}, "p=+5", False),
        ({"type": "integer"}, "p=", False),
        ({"type": "integer", "maximum": 2**70}, f"p={2**70}", True),
        ({"type": "integer", "maximum": 2**70}, f"p={2**70 + 1}", False),
        ({"type": "number"}, "p=1e3", True),
        ({"type": "number"}, "p=NaN", False),
        ({"type": "number"}, "p=" + "9" * 5000, False),
        ({"type": "boolean"}, "p=true", True),
        ({"type": "boolean"}, "p=True", False),
        ({"type": "boolean"}, "p=1", False),
        ({"type": "string"}, "p=5", True),
        ({"type": "string"}, "p=", True),
        ({"type": "string"}, "p", True),
        ({"type": "string", "minLength": 1}, "p=", False),
        ({"type": ["string", "null"], "enum": ["a", None]}, "p=null", True),
        ({"enum": [1, 2]}, "p=2", True),
        ({"enum": [1, 2]}, "p=3", False),
        ({"const": "5"}, "p=5", True),
        (
            {"anyOf": [{"type": "integer", "maximum": 9}, {"type": "string", "minLength": 3}]},
            "p=9",
            True,
        ),
        (
            {"anyOf": [{"type": "integer", "maximum": 9}, {"type": "string", "minLength": 3}]},
            "p=123",
            True,
        ),
        (
            {"anyOf": [{"type": "integer", "maximum": 9}, {"type": "string", "minLength": 3}]},
            "p=10",
            False,
        ),
        ({"type": "array", "items": {"type": "integer"}}, "p=1&p=2", True),
        ({"type": "array", "items": {"type": "integer"}}, "p=1&p=b", False),
        ({"type": "array", "items": {"type": "string"}, "maxItems": 1}, "p=1&p=2", False),
        (
            {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]},
            "p=1&p=2",
            True,
        ),
        ({"type": "string", "pattern": "^a b$"}, "p=a+b", True),
        ({"type": "string", "pattern": "^a b$"}, "p=a%20b", True),
        ({"type": "string", "format": "date"}, "p=2026-01-02", True),
        ({"type": "string", "format": "date"}, "p=2026-02-30", False),
        ({}, "p=anything", True),
    ],
)
def test_a_query_parameter_means(schema: Any, text: str, fits: bool) -> None:
    result = asked(query(schema), f"/things?{text}")
    assert (result.verdict is Verdict.VALID) == fits, result
    assert fits or {(str(one.part), one.pointer[:2]) for one in result.findings} == {
        ("query", "/p")
    }


@pytest.mark.parametrize(
    ("how", "schema", "text"),
    [
        ({"explode": False}, {"type": "array", "items": {"type": "integer"}}, "p=1,2,3"),
        ({"explode": False}, {"type": "array", "items": {"type": "integer"}, "maxItems": 0}, "p="),
        ({"explode": False}, {"type": "array", "items": {"const": "a,b"}}, "p=a%2Cb,a%2Cb"),
        (
            {"style": "spaceDelimited", "explode": False},
            {"type": "array", "minItems": 3},
            "p=1%202+3",
        ),
        (
            {"style": "pipeDelimited", "explode": False},
            {"type": "array", "minItems": 3},
            "p=1|2%7c3",
        ),
        (
            {"style": "deepObject"},
            {"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "array"}}},
            "p[a]=1&p%5Bb%5D%5B%5D=x&p[b][]=y",
        ),
        (
            {},
            {"type": "object", "properties": {"R": {"type": "integer"}, "G": {"type": "integer"}}},
            "R=100&G=200",
        ),
        ({"explode": False}, {"type": "object", "required": ["R"]}, "p=R,100,G,200"),
        ({"allowReserved": True}, {"const": "/a:b?c=d@e"}, "p=/a:b?c=d@e"),
    ],
)
def test_styles_that_come_from_the_specifications_table(how: Any, schema: Any, text: str) -> None:
    assert asked(query(schema, **how), f"/things?{text}").findings == ()


def test_a_parameter_with_content_is_json() -> None:
    schema = {"type": "object", "required": ["a"]}
    one = {"name": "p", "in": "query", "content": {"application/json": {"schema": schema}}}
    checker = checker_of({"parameters": [one]})
    assert asked(checker, "/things?p=%7B%22a%22%3A1%7D").findings == ()
    assert brief(asked(checker, "/things?p=%7B%7D")) == [("query", "required", "/p")]
    assert brief(asked(checker, "/things?p=oops")) == [("query", "type", "/p")]


# --- missing, undeclared, deprecated --------------------------------------------------------------


def test_a_missing_parameter_is_told_where_it_would_be() -> None:
    places = [
        {"name": name, "in": place, "required": True, "schema": {"type": "string"}}
        for name, place in (("q", "query"), ("X-Key", "header"), ("session", "cookie"))
    ]
    checker = checker_of({"parameters": places})
    result = asked(checker, headers=())
    assert brief(result) == [
        ("query", "missing-parameter", "/q"),
        ("header", "missing-parameter", "/X-Key"),
        ("cookie", "missing-parameter", "/session"),
    ]
    assert result.findings[0].message == "the query parameter `q` is missing; it is required"
    assert result.findings[0].spec is not None
    assert result.findings[0].spec.line
    given = (("x-key", "a"), ("Cookie", "other=1; session=2"))
    assert asked(checker, "/things?q=1", headers=given).findings == ()


def test_headers_that_nobody_recorded_are_no_fault() -> None:
    places = [
        {"name": name, "in": place, "required": True, "schema": {"type": "string"}}
        for name, place in (("X-Key", "header"), ("session", "cookie"))
    ]
    assert asked(checker_of({"parameters": places})).findings == ()


def test_a_required_parameter_with_a_default_is_the_documents_fault() -> None:
    checker = query({"type": "integer", "default": 5}, required=True)
    result = asked(checker)
    assert result.verdict is Verdict.VALID
    assert (only(result).code, str(only(result).severity)) == ("missing-parameter", "warning")


def test_a_default_that_is_the_only_value_excuses_nothing() -> None:
    one = {"name": "V", "in": "header", "required": True, "schema": {"const": "1", "default": "1"}}
    checker = checker_of({"parameters": [one]})
    assert only(asked(checker, headers=())).code == "missing-parameter"
    assert asked(checker, headers=()).verdict is Verdict.INVALID


def test_headers_that_openapi_ignores_are_no_parameters() -> None:
    ignored = [
        {"name": name, "in": "header", "required": True, "schema": {"const": "x"}}
        for name in ("Authorization", "Content-Type", "accept")
    ]
    assert asked(checker_of({"parameters": ignored}), headers=()).findings == ()


def test_an_undeclared_query_parameter_is_a_warning_and_strictly_an_error() -> None:
    operation = {"parameters": [{"name": "limit", "in": "query", "schema": {"type": "integer"}}]}
    result = asked(checker_of(operation), "/things?limt=5&page=1&page=2")
    assert brief(result) == [
        ("query", "undeclared-parameter", "/limt"),
        ("query", "undeclared-parameter", "/page"),
    ]
    assert result.findings[0].help == "did you mean `limit`?"
    assert result.verdict is Verdict.VALID
    strict = asked(checker_of(operation, strict=True), "/things?limt=5")
    assert strict.verdict is Verdict.INVALID


def test_a_key_in_the_query_is_declared_by_its_security_scheme() -> None:
    schemes = {"key": {"type": "apiKey", "in": "query", "name": "api_key"}}
    checker = checker_of({}, components={"securitySchemes": schemes})
    assert asked(checker, "/things?api_key=abc").findings == ()


def test_a_deprecated_parameter_is_a_note() -> None:
    checker = query({"type": "string"}, deprecated=True)
    assert [(one.code, str(one.severity)) for one in asked(checker, "/things?p=1").findings] == [
        ("deprecated", "note")
    ]
    assert asked(checker).findings == ()


def test_a_path_that_was_recorded_as_a_template_has_no_values() -> None:
    one = {
        "name": "id",
        "in": "path",
        "required": True,
        "schema": {"type": "string", "format": "uuid"},
    }
    checker = checker_of({"parameters": [one]}, path="/things/{id}")
    for placeholder in ("{id}", "%7Bid%7D", ":id", "<id>"):
        assert asked(checker, f"/things/{placeholder}").findings == ()
    assert brief(asked(checker, "/things/seven")) == [("path", "format", "/id")]


def test_a_path_parameter_in_no_such_style() -> None:
    schema = {"type": "integer"}
    one = {"name": "id", "in": "path", "required": True, "schema": schema, "style": "matrix"}
    checker = checker_of({"parameters": [one]}, path="/things/{id}")
    assert asked(checker, "/things/;id=5").findings == ()
    assert codes(asked(checker, "/things/5")) == ["type"]


def test_secrets_stay_out_of_messages() -> None:
    schema = {"type": "string", "maxLength": 3}
    one = {"name": "X-Api-Key", "in": "header", "required": True, "schema": schema}
    result = asked(
        checker_of({"parameters": [one]}), headers=(("X-Api-Key", "sk-verysecretvalue"),)
    )
    assert result.verdict is Verdict.INVALID
    assert "verysecret" not in repr(result)
