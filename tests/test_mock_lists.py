"""Lists as users of a mock read them: what was made, by its members, and nothing invented."""

from __future__ import annotations

from typing import Any

import pytest

from mocks import Asking, item, made, reply, takes
from specbound.contract.load import Contract
from specbound.mock.settings import Served
from specbound.report.findings import PLAIN
from specbound.report.served import served_text

TEXT = {"type": "string"}
KINDS = {"type": "string", "enum": ["cat", "dog", "cow"]}
PET = {
    "type": "object",
    "required": ["id", "kind", "tame", "friendIds", "visits", "tags", "updatedAt"],
    "properties": {
        "id": {"type": "integer", "minimum": 1},
        "kind": KINDS,
        "tame": {"type": "boolean"},
        "friendIds": {"type": "array", "items": TEXT},
        "vetIds": {"type": "array", "items": TEXT, "minItems": 1},
        "visits": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["visitId"],
                "properties": {"visitId": TEXT},
            },
        },
        "tags": {"type": "array", "items": TEXT, "minItems": 1},
        "updatedAt": {"type": "string", "format": "date-time"},
    },
}
CHANGE = {"type": "object", "properties": PET["properties"], "additionalProperties": False}


def asked(name: str, schema: Any, **more: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": schema, **more}


FILTERS = [
    asked("kind", {"type": "array", "items": KINDS}, explode=False),
    asked("tame", {"type": "boolean"}),
    asked("tags", TEXT),
    asked("limit", {"type": "integer"}),
    asked("q", TEXT),
]
LISTED = {"type": "array", "items": PET}
CREATING = {"post": {**takes(CHANGE), **reply(PET)}}


def pets(creating: bool = True) -> Contract:
    listing = {"get": {"parameters": FILTERS, **reply(LISTED)}}
    one = {**item("id", {"type": "integer"}), "get": reply(PET)}
    one["patch"] = {**takes(CHANGE), **reply(PET)}
    return made({"/pets": {**listing, **(CREATING if creating else {})}, "/pets/{id}": one})


def some() -> Asking:
    asking = Asking(pets())
    for kind, tame, tag in (("cat", True, "a"), ("dog", True, "b"), ("cat", False, "b")):
        asking("POST", "/pets", json={"kind": kind, "tame": tame, "tags": [tag, "all"]})
    return asking


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("", [1, 2, 3]),
        ("kind=cat", [1, 3]),
        ("kind=cat,dog", [1, 2, 3]),
        ("kind=cow", []),
        ("tame=true", [1, 2]),
        ("tame=false&kind=cat", [3]),
        ("tags=b", [2, 3]),
        ("kind=cat&limit=1", [1]),
        ("q=anything", [1, 2, 3]),
    ],
)
def test_a_list_has_what_the_query_names(query: str, ids: list[int]) -> None:
    assert [one["id"] for one in some()("GET", f"/pets?{query}").json()] == ids


def test_what_nobody_made_is_not_filtered() -> None:
    asking = Asking(pets(creating=False))
    assert len(asking("GET", "/pets?kind=cow").json()) == len(asking("GET", "/pets").json()) > 0


def test_a_new_thing_is_related_to_nothing_but_what_was_sent() -> None:
    asking = Asking(pets())
    first = asking("POST", "/pets", json={}).json()
    assert (first["friendIds"], first["visits"]) == ([], [])
    assert first["tags"]
    assert first.get("vetIds", [""]) != []
    assert asking("GET", "/pets/1").json() == first
    second = asking("POST", "/pets", json={"friendIds": ["1"]}).json()
    assert second["friendIds"] == ["1"]
    assert asking("GET", "/pets/2").json()["friendIds"] == ["1"]


def test_being_listed_changes_nothing() -> None:
    asking = some()
    changed = asking("PATCH", "/pets/2", json={"kind": "cow"}).json()
    assert asking("GET", "/pets/2").json() == changed
    assert asking("GET", "/pets").json()[1] == changed
    assert asking("GET", "/pets/2").json() == changed


def test_each_refusal_is_told_with_its_reason() -> None:
    heard: list[Served] = []
    asking = Asking(pets(), told=heard.append)
    asking("GET", "/pets/7")
    asking("GET", "/nowhere")
    asking("PUT", "/pets", content=b"{}")
    asking("POST", "/pets", content=b"x", headers={"content-type": "text/plain"})
    asking("GET", "/pets", headers={"prefer": "code=503"})
    asking("POST", "/pets", json={"kind": "cows"})
    lines = [served_text(one, PLAIN).splitlines()[0].partition(" ms")[2] for one in heard]
    assert lines == [
        "  There is no pet of this id",
        "  Not found",
        "  PUT is not allowed here",
        "  The body is text/plain, but must be application/json",
        "  Prefer: code=503",
        "",
    ]
