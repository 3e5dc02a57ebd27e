"""Replies of a mock: examples that fit, what was sent, plausible values, every media type."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contracts import Json, contract_of
from mocks import Asking, item, made, reply, takes
from specbound.check.checker import Checker
from specbound.check.finding import Verdict
from specbound.traffic.messages import exchange_of

NAME = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}


def get(**operation: Any) -> Json:
    return {"/it": {"get": operation}}


def test_the_documents_example_is_the_reply() -> None:
    asking = Asking(made(get(**reply(NAME, example={"name": "Ada"}))))
    assert asking("GET", "/it").json() == {"name": "Ada"}
    dynamic = asking("GET", "/it", headers={"prefer": "dynamic=true"})
    assert dynamic.json() != {"name": "Ada"}
    assert dynamic.headers["preference-applied"] == "dynamic"


def test_an_example_can_be_chosen_by_its_name() -> None:
    examples = {"one": {"value": {"name": "Ada"}}, "two": {"value": {"name": "Bea"}}}
    asking = Asking(made(get(**reply(NAME, examples=examples))))
    assert asking("GET", "/it").json() == {"name": "Ada"}
    assert asking("GET", "/it", headers={"prefer": "example=two"}).json() == {"name": "Bea"}


def test_an_example_that_breaks_its_schema_is_not_used() -> None:
    examples = {"bad": {"value": {"name": 7}}, "good": {"value": {"name": "Bea"}}}
    asking = Asking(made(get(**reply(NAME, examples=examples))))
    assert asking("GET", "/it").json() == {"name": "Bea"}
    asking = Asking(made(get(**reply(NAME, example={"nom": "Ada"}))))
    assert isinstance(asking("GET", "/it").json()["name"], str)


def test_an_example_of_the_schema_counts_too() -> None:
    asking = Asking(made(get(**reply({**NAME, "examples": [{"name": "Ada"}]}))))
    assert asking("GET", "/it").json() == {"name": "Ada"}


def test_what_was_sent_comes_back_where_it_fits() -> None:
    told = {
        "type": "object",
        "required": ["name", "size", "deep"],
        "properties": {
            "name": {"type": "string", "maxLength": 3},
            "size": {"type": "integer"},
            "deep": {
                "type": "object",
                "required": ["a", "b"],
                "properties": {"a": {"type": "string"}, "b": {"type": "string"}},
            },
            "limit": {"type": "integer"},
        },
    }
    limit = {"name": "limit", "in": "query", "schema": {"type": "integer"}}
    asking = Asking(made({"/it": {"post": {"parameters": [limit], **takes({}), **reply(told)}}}))
    sent = {"name": "too long", "size": 5, "deep": {"a": "mine"}, "unknown": 1}
    answer = asking("POST", "/it?limit=9", json=sent).json()
    assert (answer["size"], answer["limit"], answer["deep"]["a"]) == (5, 9, "mine")
    assert answer["name"] != "too long"
    assert "unknown" not in answer
    assert "b" in answer["deep"]


def test_a_form_comes_back_as_its_values() -> None:
    schema = {
        "type": "object",
        "properties": {"name": {"type": "string"}, "n": {"type": "integer"}},
    }
    told = {**schema, "required": ["name", "n"]}
    paths = {"/it": {"post": {**takes(schema, "application/x-www-form-urlencoded"), **reply(told)}}}
    answer = Asking(made(paths))("POST", "/it", data={"name": "Ada", "n": "7"})
    assert answer.json() == {"name": "Ada", "n": 7}
    paths = {"/it": {"post": {**takes(schema, "multipart/form-data"), **reply(told)}}}
    answer = Asking(made(paths))("POST", "/it", files={"name": (None, "Ada"), "n": (None, "7")})
    assert answer.json() == {"name": "Ada", "n": 7}


def test_the_same_question_has_the_same_answer_and_the_same_deed_another() -> None:
    told = {
        "type": "object",
        "required": ["id"],
        "properties": {"id": {"format": "uuid", "type": "string"}},
    }
    asking = Asking(made({"/it": {"get": reply(told), "post": reply(told)}}))
    assert asking("GET", "/it").json() == asking("GET", "/it").json()
    assert asking("GET", "/it").json() != asking("GET", "/it?page=2").json()
    assert asking("POST", "/it").json() != asking("POST", "/it").json()


def test_values_look_like_what_they_are_called() -> None:
    texts = ["id", "name", "createdAt", "imageUrl", "description", "email"]
    told = {
        "type": "object",
        "required": [*texts, "count", "progress"],
        "properties": {
            **{name: {"type": "string"} for name in texts},
            "count": {"type": "integer"},
            "progress": {"type": "number", "minimum": 0, "maximum": 1},
        },
    }
    answer = Asking(made(get(**reply(told))))("GET", "/it").json()
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", answer["id"])
    assert re.fullmatch(r"[A-Z]\w+ [A-Z]\w+", answer["name"])
    assert answer["imageUrl"].startswith("https://")
    assert answer["imageUrl"].endswith(".png")
    assert answer["description"].count(" ") > 3
    moment = datetime.fromisoformat(answer["createdAt"].replace("Z", "+00:00"))
    assert abs(datetime.now(UTC) - moment) < timedelta(hours=1)
    assert 0 < answer["count"] <= 1000
    assert 0 < answer["progress"] < 1


def test_headers_that_are_required_are_sent() -> None:
    operation = reply(NAME)
    operation["responses"]["200"]["headers"] = {
        "X-Left": {"required": True, "schema": {"type": "integer", "minimum": 0}},
        "X-Maybe": {"schema": {"type": "string"}},
    }
    answer = Asking(made(get(**operation)))("GET", "/it")
    assert int(answer.headers["x-left"]) >= 0
    assert "x-maybe" not in answer.headers


@pytest.mark.parametrize(
    ("media", "schema", "sent", "start"),
    [
        ("image/png", {"type": "string", "format": "binary"}, "image/png", b"\x89PNG"),
        ("application/octet-stream", {}, "application/octet-stream", b""),
        ("text/plain", {"type": "string", "enum": ["words"]}, "text/plain", b"words"),
        ("text/csv", {"type": "string"}, "text/csv", b"id,"),
        ("application/xml", {"type": "object"}, "application/xml", b"<?xml"),
        ("application/problem+json", NAME, "application/problem+json", b'{"name"'),
        ("*/*", NAME, "application/json", b'{"name"'),
        ("image/*", {}, "image/png", b"\x89PNG"),
        ("text/event-stream", {"type": "array", "items": NAME}, "text/event-stream", b"data: {"),
        ("application/x-ndjson", NAME, "application/x-ndjson", b'{"name"'),
        ("application/x-www-form-urlencoded", NAME, "application/x-www-form-urlencoded", b"name="),
    ],
)
def test_every_media_type_has_content(media: str, schema: Any, sent: str, start: bytes) -> None:
    operation = {"responses": {"200": {"description": "", "content": {media: {"schema": schema}}}}}
    contract = made(get(**operation))
    answer = Asking(contract)("GET", "/it")
    assert answer.headers["content-type"] == sent
    assert answer.content.startswith(start)
    assert Checker(contract).check(exchange_of(answer)).verdict is Verdict.VALID


def test_the_type_that_a_client_accepts_is_given_if_it_is_documented() -> None:
    content = {"application/json": {"schema": NAME}, "text/plain": {"schema": {"type": "string"}}}
    asking = Asking(made(get(responses={"200": {"description": "", "content": content}})))
    answer = asking("GET", "/it", headers={"accept": "text/plain, */*"})
    assert answer.headers["content-type"] == "text/plain"
    assert asking("GET", "/it").headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    ("replies", "status"),
    [
        ({"204": {"description": "gone"}}, 204),
        ({"2XX": {"description": "fine"}}, 200),
        ({"default": {"description": "any"}}, 200),
        ({"404": {"description": "no"}, "201": {"description": "made"}}, 201),
        ({"302": {"description": "there"}}, 302),
    ],
)
def test_the_status_is_the_documents_own(replies: Json, status: int) -> None:
    answer = Asking(made(get(responses=replies)))("GET", "/it")
    assert (answer.status_code, answer.content) == (status, b"")


def test_a_reply_that_cannot_be_made_is_501_and_says_where() -> None:
    never = {"type": "object", "required": ["a"], "properties": {"a": False}}
    answer = Asking(made(get(**reply(never))))("GET", "/it")
    assert answer.status_code == 501
    assert "/properties/a" in answer.json()["error"]


def test_a_schema_that_asks_for_itself_ends() -> None:
    node = {
        "type": "object",
        "required": ["children"],
        "properties": {
            "children": {"type": "array", "items": {"$ref": "#/components/schemas/Node"}}
        },
    }
    paths = get(**reply({"$ref": "#/components/schemas/Node"}))
    answer = Asking(made(paths, components={"schemas": {"Node": node}}))("GET", "/it")
    assert isinstance(answer.json()["children"], list)
    endless = {"type": "object", "required": ["next"],
               "properties": {"next": {"$ref": "#/components/schemas/Node"}}}  # fmt: skip
    answer = Asking(made(paths, components={"schemas": {"Node": endless}}))("GET", "/it")
    assert answer.status_code == 501


def test_a_document_without_schemas_is_served() -> None:
    asking = Asking(made({"/it": {"get": {"responses": {"200": {"description": "ok"}}}}}))
    assert asking("GET", "/it").status_code == 200
    document = asking("GET", "/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    assert "400" in document["paths"]["/it"]["get"]["responses"]


def test_a_documents_own_openapi_json_is_left_to_it() -> None:
    asking = Asking(made({"/openapi.json": {"get": reply(NAME, example={"name": "mine"})}}))
    assert asking("GET", "/openapi.json").json() == {"name": "mine"}


def test_the_servers_base_path_is_known() -> None:
    contract = made(get(**reply(NAME)), servers=[{"url": "https://api.example.com/v2"}])
    asking = Asking(contract)
    assert asking("GET", "/v2/it").status_code == asking("GET", "/it").status_code == 200


def test_a_document_can_be_loaded_from_what_is_served() -> None:
    asking = Asking(made(get(**reply(NAME))))
    served = json.loads(asking("GET", "/openapi.json").text)
    assert list(contract_of(served).operations) == ["GET /it"]


@pytest.mark.parametrize(("path", "told"), [("/rooms/a7", "a7"), ("/rooms/a7/doors", "-")])
def test_a_thing_that_is_not_kept_has_the_id_of_its_path(path: str, told: str) -> None:
    room = {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}}
    paths = {"/rooms/{room_id}": {**item("room_id"), "get": reply(room, example={"id": "-"})}}
    paths["/rooms/{room_id}/doors"] = {**item("room_id"), "get": reply(room, example={"id": "-"})}
    assert Asking(made(paths))("GET", path).json()["id"] == told
