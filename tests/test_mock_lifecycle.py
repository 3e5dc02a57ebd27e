"""Things that a mock keeps: what was created can be had again, and goes through its states."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from fake_service import UUID, contract
from mocks import Asking, item, made, reply, takes
from specbound.mock import store

VIDEO = {"model": "gen4_turbo", "promptImage": "https://example.com/a.png", "ratio": "1280:720"}
NOTHING: dict[str, Any] = {}


def runway(**settings: Any) -> Asking:
    asking = Asking(contract(), **settings)
    asking.headers = {"authorization": "Bearer any", "x-runway-version": "2024-11-06"}
    return asking


def states(asking: Asking, path: str, times: int) -> list[str]:
    return [asking("GET", path).json()["status"] for _ in range(times)]


def test_a_task_goes_through_its_states_as_it_is_asked_for() -> None:
    asking = runway()
    given = asking("POST", "/v1/image_to_video", json=VIDEO).json()["id"]
    path = f"/v1/tasks/{given}"
    seen = [asking("GET", path).json() for _ in range(4)]
    assert [one["status"] for one in seen] == ["PENDING", "RUNNING", "SUCCEEDED", "SUCCEEDED"]
    assert {(one["id"], one["createdAt"]) for one in seen} == {(given, seen[0]["createdAt"])}
    assert seen[2] == seen[3]
    assert seen[2]["output"][0].startswith("https://")
    assert asking("DELETE", path).status_code == 204
    assert asking("GET", path).status_code == 404
    assert asking("DELETE", path).status_code == 404


def test_a_pace_of_nothing_is_done_at_once() -> None:
    asking = runway(pace=0)
    given = asking("POST", "/v1/image_to_video", json=VIDEO).json()["id"]
    assert states(asking, f"/v1/tasks/{given}", 1) == ["SUCCEEDED"]
    slow = runway(pace=1000)
    given = slow("POST", "/v1/image_to_video", json=VIDEO).json()["id"]
    assert states(slow, f"/v1/tasks/{given}", 5) == ["PENDING"] * 5


def test_how_a_task_ends_can_be_asked_for() -> None:
    asking = runway()
    prefer = {"prefer": "state=FAILED"}
    made_ = asking("POST", "/v1/image_to_video", json=VIDEO, headers=prefer)
    assert made_.headers["preference-applied"] == "state=FAILED"
    path = f"/v1/tasks/{made_.json()['id']}"
    assert states(asking, path, 3) == ["PENDING", "RUNNING", "FAILED"]
    other = asking("POST", "/v1/image_to_video", json=VIDEO).json()["id"]
    now = asking("GET", f"/v1/tasks/{other}", headers={"prefer": "state=THROTTLED"})
    assert now.json()["status"] == "THROTTLED"
    assert (
        "preference-applied"
        not in asking("GET", f"/v1/tasks/{other}", headers={"prefer": "state=NONSENSE"}).headers
    )


def test_a_session_that_is_cancelled_can_still_be_had() -> None:
    asking = runway()
    body = {
        "model": "gwm1_avatars",
        "avatar": {"type": "runway-preset", "presetId": "game-character"},
    }
    given = asking("POST", "/v1/realtime_sessions", json=body).json()["id"]
    path = f"/v1/realtime_sessions/{given}"
    assert states(asking, path, 2) == ["NOT_READY", "READY"]
    assert asking("DELETE", path).status_code == 204
    assert states(asking, path, 2) == ["CANCELLED", "CANCELLED"]


def test_documents_are_created_listed_changed_and_deleted() -> None:
    asking = runway()
    ids = [
        asking("POST", "/v1/documents", json={"name": f"n{n}", "content": "text"}).json()["id"]
        for n in range(5)
    ]
    assert len(set(ids)) == 5
    read: list[str] = []
    more: dict[str, Any] = {}
    while True:
        page = asking("GET", "/v1/documents", params={"limit": 2, **more}).json()
        read += [one["id"] for one in page["data"]]
        assert page["hasMore"] is (page["nextCursor"] is not None)
        if page["nextCursor"] is None:
            break
        more = {"cursor": page["nextCursor"]}
    assert read == ids
    path = f"/v1/documents/{ids[2]}"
    assert asking("PATCH", path, json={"name": "new"}).status_code == 204
    told = asking("GET", path).json()
    assert (told["name"], told["content"], told["id"]) == ("new", "text", ids[2])
    assert asking("DELETE", path).status_code == 204
    assert asking("PATCH", path, json={"name": "x"}).status_code == 404
    listed = asking("GET", "/v1/documents", params={"limit": 100}).json()["data"]
    assert [one["id"] for one in listed] == [*ids[:2], *ids[3:]]


def test_a_page_goes_on_where_its_last_thing_is_gone() -> None:
    asking = runway()
    body = {"name": "n", "content": "text"}
    ids = [asking("POST", "/v1/documents", json=body).json()["id"] for _ in range(4)]
    cursor = asking("GET", "/v1/documents", params={"limit": 2}).json()["nextCursor"]
    asking("DELETE", f"/v1/documents/{ids[1]}")
    rest = asking("GET", "/v1/documents", params={"limit": 2, "cursor": cursor}).json()
    assert [one["id"] for one in rest["data"]] == ids[2:]
    strange = asking("GET", "/v1/documents", params={"limit": 2, "cursor": "nobody's"}).json()
    assert (strange["data"], strange["hasMore"], strange["nextCursor"]) == ([], False, None)


def test_lists_without_a_way_to_create_have_things_from_the_start() -> None:
    asking = runway()
    talks = asking("GET", "/v1/avatar_conversations", params={"limit": 10}).json()["data"]
    assert len(talks) == 3
    one = asking("GET", f"/v1/avatar_conversations/{talks[0]['id']}").json()
    assert one["id"] == talks[0]["id"]
    assert one["name"] == talks[0]["name"]
    versions = asking("GET", "/v1/workflows").json()["data"][0]["versions"]
    workflow = asking("GET", f"/v1/workflows/{versions[0]['id']}").json()
    assert workflow["id"] == versions[0]["id"]
    run = asking("POST", f"/v1/workflows/{workflow['id']}", json={}).json()["id"]
    assert states(asking, f"/v1/workflow_invocations/{run}", 3)[-1] == "SUCCEEDED"


def test_what_was_never_made_is_missing_unless_any_id_will_do() -> None:
    missing = runway()("GET", f"/v1/tasks/{UUID}")
    assert (missing.status_code, missing.json()) == (404, {"error": "There is no task of this id"})
    asking = runway(strict_ids=False)
    assert asking("GET", f"/v1/tasks/{UUID}").json()["id"] == UUID
    assert asking("DELETE", f"/v1/tasks/{UUID}").status_code == 204
    assert asking("GET", f"/v1/tasks/{UUID}").status_code == 404


def test_the_same_seed_and_time_give_the_same_bytes() -> None:
    def told(seed: int) -> list[bytes]:
        asking = runway(seed=seed, now=datetime(2026, 1, 1, tzinfo=UTC))
        given = asking("POST", "/v1/image_to_video", json=VIDEO).json()["id"]
        paths = [f"/v1/tasks/{given}"] * 3 + ["/v1/organization", "/v1/workflows"]
        return [asking("GET", path).content for path in paths]

    assert told(1) == told(1)
    assert told(1) != told(2)
    assert b'"createdAt":"2026-01-01T00:00:00' in told(1)[0]


def test_a_reset_forgets_everything() -> None:
    asking = runway()
    given = asking("POST", "/v1/image_to_video", json=VIDEO).json()["id"]
    assert asking("POST", "/__specbound/reset").status_code == 204
    assert asking("GET", f"/v1/tasks/{given}").status_code == 404


# --- any document ---------------------------------------------------------------------------------

NAMED = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {
        "id": {"type": "integer"},
        "name": {"type": "string"},
        "size": {"type": "integer"},
    },
}
BODY = {"type": "object", "properties": {"name": {"type": "string"}, "size": {"type": "integer"}}}
NUMBER = {"type": "integer"}
SHOP = made(
    {
        "/shops/{shop}/pets": {
            **item("shop"),
            "post": {**takes(BODY), **reply(NAMED, "201")},
            "get": reply({"type": "array", "items": NAMED}),
        },
        "/shops/{shop}/pets/{petId}": {
            "parameters": [*item("shop")["parameters"], *item("petId", NUMBER)["parameters"]],
            "get": reply(NAMED),
            "put": {**takes(BODY), **reply(NAMED)},
            "delete": reply(NAMED),
        },
    }
)


def test_things_are_kept_under_their_parents() -> None:
    asking = Asking(SHOP)
    first = asking("POST", "/shops/a/pets", json={"name": "Rex", "size": 3})
    assert (first.status_code, first.json()) == (201, {"id": 1, "name": "Rex", "size": 3})
    assert asking("GET", "/shops/a/pets/1").json() == first.json()
    assert asking("GET", "/shops/b/pets/1").status_code == 404
    assert asking("GET", "/shops/b/pets").json() == []
    assert asking("GET", "/shops/a/pets").json() == [first.json()]
    replaced = asking("PUT", "/shops/a/pets/1", json={"name": "Max"}).json()
    assert (replaced["id"], replaced["name"]) == (1, "Max")
    assert asking("DELETE", "/shops/a/pets/1").json()["name"] == "Max"
    assert asking("GET", "/shops/a/pets").json() == []


def test_an_id_that_the_client_chose_is_kept_if_it_may_be_one() -> None:
    told = {
        **NAMED,
        "properties": {**NAMED["properties"], "id": {"type": "string", "maxLength": 5}},
    }
    paths = {
        "/pets": {"post": {**takes({"type": "object"}), **reply(told)}},
        "/pets/{id}": {**item(), "get": reply(told)},
    }
    asking = Asking(made(paths))
    assert asking("POST", "/pets", json={"id": "rex"}).json()["id"] == "rex"
    assert asking("GET", "/pets/rex").status_code == 200
    other = asking("POST", "/pets", json={"id": "too long for an id"}).json()["id"]
    assert len(other) <= 5
    assert asking("GET", f"/pets/{other}").json()["id"] == other


def test_what_is_forgotten_is_what_was_made_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MOST", 3)
    monkeypatch.setattr(store, "MOST_SHELVES", 2)
    asking = Asking(SHOP)
    for shop in "abc":
        for _ in range(5):
            asking("POST", f"/shops/{shop}/pets", json={})
    assert [one["id"] for one in asking("GET", "/shops/c/pets").json()] == [3, 4, 5]
    assert asking("GET", "/shops/a/pets").json() == []


def test_what_is_put_where_nothing_was_is_made() -> None:
    paths = {"/files/{name}": {**item("name"), "put": {**takes(BODY), **reply(BODY)},
                               "get": reply(BODY)}}  # fmt: skip
    asking = Asking(made(paths))
    assert asking("PUT", "/files/a", json={"size": 7}).json()["size"] == 7
    assert asking("GET", "/files/a").json()["size"] == 7


@pytest.mark.parametrize(("kind", "first"), [("page", 1), ("offset", 0)])
def test_pages_by_number_hold_everything_once(kind: str, first: int) -> None:
    asked = [
        {"name": name, "in": "query", "schema": {"type": "integer", "minimum": 0}}
        for name in (kind, "limit")
    ]
    page = {
        "type": "object",
        "required": ["items", "total"],
        "properties": {"items": {"type": "array", "items": NAMED}, "total": {"type": "integer"}},
    }
    paths = {
        "/pets": {
            "get": {"parameters": asked, **reply(page)},
            "post": {**takes(BODY), **reply(NAMED)},
        },
        "/pets/{id}": {**item("id", NUMBER), "get": reply(NAMED)},
    }
    asking = Asking(made(paths))
    for _ in range(5):
        asking("POST", "/pets", json=NOTHING)
    read = []
    for step in range(3):
        at = first + step if kind == "page" else step * 2
        told = asking("GET", "/pets", params={kind: at, "limit": 2}).json()
        assert told["total"] == 5
        read += [one["id"] for one in told["items"]]
    assert read == [1, 2, 3, 4, 5]
