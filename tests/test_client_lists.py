"""Lists in pages: every item, through empty pages, and an end even where the cursor repeats."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from clients import awaiting, blocking, called
from fake_service import Fake, Values, contract

LISTS = ["avatars", "avatar_conversations", "documents", "voices"]


def page(resource: str, names: list[str], following: str | None) -> dict[str, Any]:
    """A page of a list with items of these names."""
    schemas = contract()
    reply = schemas.operations[f"GET /v1/{resource}"].replies["200"].content["application/json"]
    node: Any = schemas.schema(reply["$ref"])
    value = Values(schemas).of(reply)
    item = Values(schemas).of(node["properties"]["data"]["items"])
    items = [{**item, "name": name} for name in names]
    last = {"nextCursor": following} if following else {}
    kept = {key: one for key, one in value.items() if key != "nextCursor"}
    return {**kept, **last, "data": items, "hasMore": following is not None}


def pages(resource: str, *several: tuple[list[str], str | None]) -> Fake:
    return Fake({f"GET /v1/{resource}": [page(resource, names, end) for names, end in several]})


@pytest.mark.parametrize("resource", LISTS)
def test_every_item_through_empty_pages(resource: str) -> None:
    fake = pages(resource, (["a", "b"], "1"), ([], "2"), (["c"], None))
    found = [one.name for one in called(blocking(fake), resource).list()]
    assert found == ["a", "b", "c"]
    assert [one.url.params.get("cursor") for one in fake.requests] == [None, "1", "2"]
    assert fake.wrong == []


@pytest.mark.parametrize("resource", LISTS)
def test_every_item_awaiting(resource: str) -> None:
    fake = pages(resource, (["a"], "1"), ([], "2"), (["b"], None))

    async def run() -> list[str]:
        async with awaiting(fake) as client:
            return [one.name async for one in called(client, resource).list(limit=1)]

    assert asyncio.run(run()) == ["a", "b"]
    assert [one.url.params["limit"] for one in fake.requests] == ["1", "1", "1"]


def test_a_repeated_cursor_ends_the_list() -> None:
    fake = pages("avatars", (["a"], "1"), (["b"], "1"))
    assert [one.name for one in blocking(fake).avatars.list()] == ["a", "b"]
    assert len(fake.requests) == 2


def test_the_first_page_is_at_hand() -> None:
    fake = pages("documents", (["a", "b"], "1"), (["c"], None))
    found = blocking(fake).documents.list()
    assert [one.name for one in found.page.data] == ["a", "b"]
    assert len(fake.requests) == 1
    assert [len(one.data) for one in found.pages()] == [2, 1]


def test_a_list_in_one_piece_is_just_its_reply() -> None:
    assert blocking(Fake()).workflows.list().data == []
