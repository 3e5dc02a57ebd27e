"""What operations do to things: by convention, by waits, and as overlays declare it."""

from __future__ import annotations

from typing import Any

import pytest

from contracts import Json
from fake_service import contract
from mocks import item, made, reply, takes
from specbound.contract.lifecycle import Resource, lifecycle
from specbound.contract.load import Contract

THING = {"type": "object", "properties": {"id": {"type": "string"}, "name": {"type": "string"}}}
DONE = {"responses": {"204": {"description": "gone"}}}
LIST = {"type": "array", "items": THING}


def found(paths: Json) -> dict[str, dict[str, str]]:
    """Path of a thing to what each operation does."""
    return {one.path: roles(one) for one in lifecycle(made(paths))}


def roles(one: Resource) -> dict[str, str]:
    return {role.operation.key: role.does for role in one.roles}


def test_paths_and_methods_say_what_is_done() -> None:
    paths = {
        "/things": {"post": {**takes(THING), **reply(THING)}, "get": reply(LIST)},
        "/things/{id}": {
            **item(),
            "get": reply(THING),
            "patch": {**takes(THING), **reply(THING)},
            "delete": DONE,
        },
    }
    assert found(paths) == {
        "/things/{id}": {
            "POST /things": "create",
            "GET /things": "list",
            "GET /things/{id}": "retrieve",
            "PATCH /things/{id}": "update",
            "DELETE /things/{id}": "delete",
        }
    }


def test_what_cannot_be_had_is_no_resource() -> None:
    assert found({"/weather/{city}": {**item("city"), "get": reply(THING)}}) == {}
    assert found({"/things": {"post": reply(THING)}}) == {}


def test_things_that_are_put_are_kept() -> None:
    paths = {"/files/{name}": {**item("name"), "put": {**takes(THING), **reply(THING)},
                               "get": reply(THING)}}  # fmt: skip
    assert set(found(paths)["/files/{name}"].values()) == {"update", "retrieve"}


def test_a_post_that_answers_as_get_does_is_an_update() -> None:
    paths = {
        "/things": {"get": reply(LIST)},
        "/things/{id}": {**item(), "get": reply(THING), "post": {**takes(THING), **reply(THING)}},
    }
    assert found(paths)["/things/{id}"]["POST /things/{id}"] == "update"
    paths["/things/{id}"]["post"] = reply({"type": "object", "properties": {"ok": {}}})
    assert "POST /things/{id}" not in found(paths)["/things/{id}"]


@pytest.mark.parametrize(
    ("schema", "parameter", "place"),
    [
        (THING, "thingId", "/id"),
        (
            {"type": "object", "properties": {"thing_id": {"type": "integer"}}},
            "thingId",
            "/thing_id",
        ),
        ({"type": "object", "properties": {"data": THING}}, "id", "/data/id"),
        ({"allOf": [{"type": "object"}, THING]}, "id", "/id"),
        ({"oneOf": [{"type": "object"}, THING]}, "id", "/id"),
        ({"type": "object", "properties": {"uuid": {"type": "string"}}}, "thing", "/uuid"),
        ({"type": "object", "properties": {"id": {"type": "object"}}}, "id", ""),
    ],
)
def test_an_id_is_found_where_services_put_it(schema: Any, parameter: str, place: str) -> None:
    paths = {
        "/things": {"post": reply(schema)},
        f"/things/{{{parameter}}}": {**item(parameter), "get": reply(schema)},
    }
    one = lifecycle(made(paths))[0]
    assert {role.id for role in one.roles} == {place}


def test_a_cancellation_needs_a_state_for_it() -> None:
    status = {"type": "string", "enum": ["queued", "done", "cancelled"]}
    job = {"type": "object", "properties": {"id": {"type": "string"}, "status": status}}
    paths = {
        "/jobs": {"post": reply(job)},
        "/jobs/{id}": {**item(), "get": reply(job)},
        "/jobs/{id}/cancel": {**item(), "post": reply(job)},
    }
    one = lifecycle(made(paths))[0]
    assert [(role.does, role.state) for role in one.that("cancel")] == [("cancel", "cancelled")]
    status["enum"] = ["queued", "done"]
    assert not lifecycle(made(paths))[0].that("cancel")


def test_an_overlay_has_the_last_word() -> None:
    declared = {"x-specbound": {"resource": {"name": "thing", "does": "create", "id": "/made/id"}}}
    about = {"x-specbound": {"resource": {"name": "thing", "does": "retrieve"}}}
    paths = {
        "/make": {"post": {**reply({"type": "object"}), **declared}},
        "/look/{id}": {**item(), "get": {**reply(THING), **about}},
    }
    one = lifecycle(made(paths))[0]
    assert (one.name, roles(one)) == (
        "thing", {"POST /make": "create", "GET /look/{id}": "retrieve"}
    )  # fmt: skip
    assert one.that("create")[0].id == "/made/id"


@pytest.mark.parametrize(
    ("query", "members", "marks"),
    [
        (["cursor", "limit"], ["next_cursor", "has_more"], ("cursor", "cursor", "limit")),
        (["page", "per_page"], ["total"], ("page", "page", "per_page")),
        (["offset", "limit"], ["totalCount"], ("offset", "offset", "limit")),
        (["starting_after"], ["has_more"], ("starting_after", "cursor", "")),
        ([], [], ("", "", "")),
    ],
)
def test_pages_are_known_by_their_names(
    query: list[str], members: list[str], marks: tuple[str, str, str]
) -> None:
    asked = [{"name": name, "in": "query", "schema": {"type": "string"}} for name in query]
    page = {"type": "object", "properties": {"data": LIST, **{name: {} for name in members}}}
    paths = {
        "/things": {"get": {"parameters": asked, **reply(page)}},
        "/things/{id}": {**item(), "get": reply(THING)},
    }
    paging = lifecycle(made(paths))[0].that("list")[0].paging
    assert paging is not None
    assert (paging.mark, paging.kind, paging.limit) == marks
    told = {place for place in (paging.next, paging.more, paging.total) if place}
    assert (paging.items, told) == ("/data", {f"/{name}" for name in members})


@pytest.fixture(scope="module")
def service() -> Contract:
    return contract()


def test_runway_keeps_eight_kinds_of_things(service: Contract) -> None:
    kinds = {one.path.split("/")[2]: one for one in lifecycle(service)}
    assert sorted(kinds) == [
        "avatar_conversations", "avatars", "documents", "realtime_sessions", "tasks", "voices",
        "workflow_invocations", "workflows",
    ]  # fmt: skip
    tasks = kinds["tasks"]
    assert len(tasks.that("create")) == 11
    assert tasks.states is not None
    assert tasks.states.way == ("PENDING", "RUNNING", "SUCCEEDED")
    cancelled = kinds["realtime_sessions"].that("cancel")
    assert [role.state for role in cancelled] == ["CANCELLED"]
    run = kinds["workflow_invocations"].that("create")
    assert [role.operation.key for role in run] == ["POST /v1/workflows/{id}"]
    assert kinds["workflows"].that("list")[0].id == "/versions/0/id"
    keys = [role.operation.key for one in kinds.values() for role in one.roles]
    assert len(keys) == len(set(keys))
