"""Single changes: each is found at its place, judged by its direction, and nothing else is told."""

from __future__ import annotations

import pytest

from contracts import contract_of, document
from specbound.diff.changes import Change, Direction
from specbound.diff.diff import diff
from specbound.diff.severity import Severity

BREAKING, WARNING, INFO = Severity


def changes(old, new) -> list[Change]:
    return diff(contract_of(old), contract_of(new))


def body(schema, **more):
    """A document whose one operation takes the schema."""
    media = {"application/json": {"schema": schema}}
    post = {
        "requestBody": {"required": True, "content": media},
        "responses": {"204": {"description": "-"}},
    }
    return document({"/things": {"post": post}}, **more)


def reply(schema, **more):
    """A document whose one operation answers with the schema."""
    media = {"application/json": {"schema": schema}}
    get = {"responses": {"200": {"description": "-", "content": media}}}
    return document({"/things": {"get": get}}, **more)


def webhook(schema):
    """A document whose service calls with the schema."""
    media = {"application/json": {"schema": schema}}
    post = {
        "requestBody": {"required": True, "content": media},
        "responses": {"204": {"description": "-"}},
    }
    return document({}, webhooks={"made": {"post": post}})


def member(schema, **more):
    return {"type": "object", "properties": {"x": schema}, **more}


TEXT, NUMBER = {"type": "string"}, {"type": "number"}

#: A wider schema, a narrower one, and the code that narrowing has.
NARROWED = [
    pytest.param(
        {**TEXT, "maxLength": 9}, {**TEXT, "maxLength": 5}, "max-length-narrowed", id="maxLength"
    ),
    pytest.param(TEXT, {**TEXT, "maxLength": 5}, "max-length-added", id="maxLength added"),
    pytest.param(TEXT, {**TEXT, "pattern": "^a"}, "pattern-added", id="pattern added"),
    pytest.param(
        {**NUMBER, "minimum": 1}, {**NUMBER, "minimum": 2}, "minimum-narrowed", id="minimum"
    ),
    pytest.param(
        {**NUMBER, "minimum": 1},
        {**NUMBER, "exclusiveMinimum": 1},
        "minimum-narrowed",
        id="bound",
    ),
    pytest.param(
        {**NUMBER, "multipleOf": 2},
        {**NUMBER, "multipleOf": 4},
        "multiple-of-narrowed",
        id="multipleOf",
    ),
    pytest.param({"type": ["string", "null"]}, TEXT, "type-narrowed", id="null"),
    pytest.param(NUMBER, {"type": "integer"}, "type-narrowed", id="integer"),
    pytest.param({"enum": ["a", "b"]}, {"enum": ["a"]}, "enum-narrowed", id="enum"),
    pytest.param({"enum": ["a", "b"]}, {"const": "a"}, "enum-narrowed", id="const"),
    pytest.param(TEXT, {**TEXT, "enum": ["a"]}, "enum-added", id="enum added"),
    pytest.param({}, TEXT, "type-added", id="type added"),
    pytest.param(
        {"type": "array"}, {"type": "array", "items": TEXT}, "items-added", id="items added"
    ),
    pytest.param(
        {"type": "array", "items": TEXT},
        {"type": "array", "items": TEXT, "uniqueItems": True},
        "unique-items-added",
        id="uniqueItems",
    ),
    pytest.param(member(TEXT), member(TEXT, required=["x"]), "member-required", id="required"),
    pytest.param(
        member(TEXT),
        member(TEXT, additionalProperties=False),
        "additional-properties-added",
        id="closed",
    ),
    pytest.param(
        member(TEXT, additionalProperties=TEXT),
        member(TEXT, additionalProperties=False),
        "additional-properties-narrowed",
        id="closed after all",
    ),
    pytest.param(
        {"type": "object"},
        {"type": "object", "propertyNames": {"pattern": "^a"}},
        "property-names-added",
        id="names",
    ),
    pytest.param(
        {"type": "string", "format": "int64"},
        {"type": "string", "format": "int32"},
        "format-narrowed",
        id="format",
    ),
    pytest.param(TEXT, {**TEXT, "not": {"const": "a"}}, "not-added", id="not"),
    pytest.param(
        {**TEXT, "not": {"maxLength": 1}},
        {**TEXT, "not": {"maxLength": 2}},
        "max-length-widened",
        id="not, inside",
    ),
    pytest.param(
        {"oneOf": [member(TEXT), {**TEXT, "maxLength": 2}]},
        {**TEXT, "maxLength": 2},
        "branch-removed",
        id="branch",
    ),
]

TURNED = {
    "narrowed": "widened",
    "widened": "narrowed",
    "added": "removed",
    "removed": "added",
    "required": "optional",
}


def turned(code: str) -> str:
    kind, _, word = code.rpartition("-")
    return f"{kind}-{TURNED[word]}"


@pytest.mark.parametrize(("wide", "narrow", "code"), NARROWED)
@pytest.mark.parametrize(
    "place", [lambda one: one, lambda one: member(one)], ids=["whole", "member"]
)
def test_narrowing_breaks_requests_and_widening_breaks_replies(wide, narrow, code, place):
    wide, narrow = place(wide), place(narrow)
    for make, one, other, expected, severity in (
        (body, wide, narrow, code, BREAKING),
        (body, narrow, wide, turned(code), INFO),
        (reply, wide, narrow, code, INFO),
        (reply, narrow, wide, turned(code), BREAKING),
        # A webhook's request is sent by the service.
        (webhook, wide, narrow, code, INFO),
        (webhook, narrow, wide, turned(code), BREAKING),
    ):
        found = changes(make(one), make(other))
        assert [(change.code, change.severity) for change in found] == [(expected, severity)]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ({**TEXT, "pattern": "^a"}, {**TEXT, "pattern": "^[a-z]"}, "pattern-changed"),
        ({**TEXT, "format": "color"}, {**TEXT, "format": "colour"}, "format-changed"),
        (
            {**TEXT, "if": {"minLength": 2}, "then": {"pattern": "a"}},
            {**TEXT, "if": {"minLength": 3}, "then": {"pattern": "a"}},
            "if-changed",
        ),
    ],
)
@pytest.mark.parametrize("make", [body, reply])
def test_what_cannot_be_decided_is_a_warning_that_says_so(make, old, new, code):
    (change,) = changes(make(old), make(new))
    assert (change.code, change.severity) == (code, WARNING)
    assert "cannot be decided" in change.message


def test_a_change_has_its_place_in_both_documents():
    old, new = body(member({**TEXT, "maxLength": 9})), body(member({**TEXT, "maxLength": 5}))
    (change,) = changes(old, new)
    at = "/paths/~1things/post/requestBody/content/application~1json/schema/properties/x/maxLength"
    assert change == Change(
        code="max-length-narrowed",
        severity=BREAKING,
        direction=Direction.REQUEST,
        operation="POST /things",
        pointer=at,
        old=9,
        new=5,
        message="`x`: now at most 5 characters, was at most 9 characters",
        old_origin=change.old_origin,
        new_origin=change.new_origin,
        part="request body",
        at="/x",
    )
    assert change.old_origin.pointer == change.new_origin.pointer == at
    assert change.old_origin.line
    assert change.new_origin.line


# --- members ------------------------------------------------------------------------------------


def codes(old, new):
    return [(change.code, str(change.severity)) for change in changes(old, new)]


OPEN, SHUT = {"type": "object", "properties": {}}, {"type": "object", "additionalProperties": False}


@pytest.mark.parametrize(
    ("make", "old", "new", "expected"),
    [
        (body, OPEN, member(TEXT), ("member-added", "info")),
        (body, OPEN, member(TEXT, required=["x"]), ("member-added", "breaking")),
        (body, member(TEXT), OPEN, ("member-removed", "breaking")),
        (reply, OPEN, member(TEXT), ("member-added", "info")),
        (reply, member(TEXT), OPEN, ("member-removed", "warning")),
        (reply, member(TEXT, required=["x"]), OPEN, ("member-removed", "breaking")),
        (reply, SHUT, member(TEXT, additionalProperties=False), ("member-added", "breaking")),
        (body, SHUT, member(TEXT, additionalProperties=False), ("member-added", "info")),
        (
            reply,
            member(TEXT, required=["x"]),
            member({**TEXT, "writeOnly": True}, required=["x"]),
            ("write-only-added", "warning"),
        ),
        (
            body,
            member({**TEXT, "readOnly": True}, required=["x"]),
            member(TEXT, required=["x"]),
            ("read-only-removed", "breaking"),
        ),
        (body, member({**TEXT, "readOnly": True}), OPEN, None),
        (reply, member({**TEXT, "writeOnly": True}), OPEN, None),
        (body, OPEN, {**OPEN, "required": ["x"]}, ("member-required", "warning")),
        (body, SHUT, {**SHUT, "required": ["x"]}, ("member-required", "breaking")),
        (
            body,
            member({**TEXT, "default": "a"}),
            member({**TEXT, "default": "a"}, required=["x"]),
            ("member-required", "warning"),
        ),
    ],
)
def test_members(make, old, new, expected):
    assert codes(make(old), make(new)) == ([expected] if expected else [])


def test_a_renamed_member_is_called_so():
    old = body({"type": "object", "properties": {"audioUrl": TEXT, "seed": NUMBER}})
    new = body({"type": "object", "properties": {"audioUri": TEXT, "seed": NUMBER}})
    (change,) = changes(old, new)
    assert (change.code, change.severity) == ("member-renamed", BREAKING)
    assert change.message == "`audioUrl` is now `audioUri`"
    assert (change.old, change.new) == ("audioUrl", "audioUri")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"ratio": TEXT}, {"seed": TEXT}),
        ({"audioUrl": TEXT}, {"audioUri": {"type": "array"}}),
        ({"minWidth": NUMBER}, {"maxWidth": NUMBER}),
        (
            {"videoUrl": {**TEXT, "description": "What to look at."}},
            {"audioUrl": {**TEXT, "description": "What to listen to."}},
        ),
    ],
)
def test_what_is_another_member_is_not_called_a_rename(one, other):
    old, new = (body({"type": "object", "properties": each}) for each in (one, other))
    assert {code for code, _ in codes(old, new)} == {"member-removed", "member-added"}


def test_the_same_description_speaks_for_a_rename():
    said = {**TEXT, "description": "A picture to begin with.", "maxLength": 99}
    old = body({"type": "object", "properties": {"image": said}})
    new = body({"type": "object", "properties": {"promptImage": said}})
    assert codes(old, new) == [("member-renamed", "breaking")]


# --- unions -------------------------------------------------------------------------------------


def variant(model, **members):
    return {
        "type": "object",
        "required": ["model"],
        "properties": {"model": {"const": model}, **members},
    }


def test_branches_are_matched_by_their_tag_wherever_they_stand():
    old = body({"oneOf": [variant("a", x=TEXT), variant("b", x=NUMBER), variant("c", x=TEXT)]})
    new = body(
        {
            "oneOf": [
                variant("c", x=TEXT),
                variant("d", x=NUMBER),
                variant("a", x={**TEXT, "maxLength": 5}),
            ]
        }
    )
    found = {(change.code, change.severity, change.variant) for change in changes(old, new)}
    assert found == {
        ("branch-removed", BREAKING, "b"),
        ("max-length-added", BREAKING, "a"),
        ("branch-added", INFO, "d"),
    }


def test_a_mapping_tells_branches_apart():
    def pets(*names):
        schemas = {name: {"type": "object", "properties": {"kind": TEXT}} for name in names}
        mapping = {name.lower(): f"#/components/schemas/{name}" for name in names}
        union = {
            "oneOf": [{"$ref": f"#/components/schemas/{name}"} for name in names],
            "discriminator": {"propertyName": "kind", "mapping": mapping},
        }
        return reply(union, components={"schemas": schemas})

    (change,) = changes(pets("Cat", "Dog"), pets("Dog", "Cat", "Fox"))
    assert (change.code, change.severity, change.variant) == ("branch-added", BREAKING, "fox")


def test_untagged_branches_are_matched_by_what_is_least_apart():
    one, other, third = (
        {**TEXT, "maxLength": size, "pattern": f"^{size}"} for size in (10, 20, 30)
    )
    old, new = body({"anyOf": [one, other, third]}), body(
        {"anyOf": [third, {**one, "maxLength": 5}, other]}
    )
    assert codes(old, new) == [("max-length-narrowed", "breaking")]


def test_one_schema_that_becomes_a_union_is_a_branch_of_it():
    old, new = variant("a", x=TEXT), {"oneOf": [variant("b"), variant("a", x=TEXT)]}
    assert codes(body(old), body(new)) == [("branch-added", "info")]
    assert codes(body(new), body(old)) == [("branch-removed", "breaking")]
    assert codes(reply(old), reply(new)) == [("branch-added", "breaking")]


def test_mere_conditions_are_no_branches():
    base = {"type": "object", "properties": {"a": TEXT, "b": TEXT}}
    asked = {**base, "anyOf": [{"required": ["a"]}, {"required": ["b"]}]}
    swapped = {**base, "anyOf": [{"required": ["b"]}, {"required": ["a"]}]}
    assert codes(body(base), body(asked)) == [("conditions-added", "breaking")]
    assert codes(reply(base), reply(asked)) == [("conditions-added", "info")]
    assert codes(body(asked), body(swapped)) == []


# --- what says the same -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"anyOf": [TEXT, {"type": "null"}]}, {"type": ["null", "string"]}),
        ({"oneOf": [TEXT]}, {"allOf": [TEXT]}),
        ({"oneOf": [{"const": "a"}, {"const": "b"}]}, {"type": "string", "enum": ["b", "a"]}),
        ({"anyOf": [TEXT, NUMBER]}, {"type": ["number", "string"]}),
        ({"type": "integer", "exclusiveMinimum": 0}, {"type": "integer", "minimum": 1}),
        ({**TEXT, "minLength": 0, "description": "x"}, {**TEXT, "title": "y"}),
        ({"allOf": [{**TEXT, "maxLength": 9}, {"maxLength": 5}]}, {**TEXT, "maxLength": 5}),
        (
            {"allOf": [member(TEXT), {"properties": {"y": NUMBER}, "required": ["y"]}]},
            {"type": "object", "required": ["y"], "properties": {"y": NUMBER, "x": TEXT}},
        ),
        (
            {"anyOf": [{"anyOf": [member(TEXT), NUMBER]}, {"type": "array"}]},
            {"anyOf": [{"type": "array"}, NUMBER, member(TEXT)]},
        ),
        (member(True), member({})),
    ],
)
def test_spellings_of_one_thing_are_no_change(one, other):
    assert codes(body(one), body(other)) == codes(body(other), body(one)) == []


def test_recursion_ends_and_is_compared():
    def tree(**more):
        node = {
            "type": "object",
            "properties": {
                "name": {**TEXT, **more},
                "below": {"$ref": "#/components/schemas/Node"},
            },
        }
        return body({"$ref": "#/components/schemas/Node"}, components={"schemas": {"Node": node}})

    (change,) = changes(tree(), tree(maxLength=5))
    assert (change.code, change.at) == ("max-length-added", "/name")
    assert changes(tree(), tree()) == []


def test_old_spelling_of_openapi_is_lifted():
    old = {**body({**TEXT, "nullable": True}), "openapi": "3.0.3"}
    assert changes(old, body({"type": ["string", "null"]})) == []


def test_a_shared_schema_is_told_once_in_each_part():
    def shared(**more):
        place = {"$ref": "#/components/schemas/Place"}
        schemas = {"Place": member({**TEXT, **more})}
        both = {"type": "object", "properties": {"home": place, "work": place}}
        return body(both, components={"schemas": schemas})

    (change,) = changes(shared(), shared(maxLength=5))
    assert (change.at, change.pointer) == (
        "/home/x",
        "/components/schemas/Place/properties/x/maxLength",
    )


@pytest.mark.parametrize(
    ("given", "severity"), [("uuid", BREAKING), ("hyphenated list of words", WARNING)]
)
def test_a_format_that_nobody_defines_cannot_be_judged(given, severity):
    (change,) = changes(body(TEXT), body({**TEXT, "format": given}))
    assert (change.code, change.severity) == ("format-added", severity)
