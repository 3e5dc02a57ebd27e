"""Pages: every item, once, through empty pages, and an end in any case."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

import toy
from specbound.runtime import errors


def page(names="", cursor=None, more=None):
    data = [{"id": name} for name in names]
    return {
        "data": data,
        "hasMore": cursor is not None if more is None else more,
        "nextCursor": cursor,
    }


def things(*replies, **arguments):
    server = toy.Server(*replies)
    return server, toy.ThingsList(toy.client(server))(**arguments)


def test_iterating_gives_every_item_and_follows_empty_pages():
    server, pages = things(page("ab", "1"), page("", "2"), page("c", "3"), page("d"))
    assert server.count() == 1, "the first page is fetched at the call, no other"
    assert [item.id for item in pages] == list("abcd")
    assert [r.url.params.get("cursor") for r in server.requests] == [None, "1", "2", "3"]
    assert {r.url.params["limit"] for r in server.requests} == {"50"}


def test_the_first_page_is_at_hand():
    _, pages = things(page("ab"))
    assert [item.id for item in pages.data] == ["a", "b"]
    assert pages.has_more is False
    assert pages.next_cursor is None
    assert pages.first.id == "a"
    assert isinstance(pages.page, toy.Page)
    assert "Pages" in repr(pages)
    with pytest.raises(AttributeError):
        pages.nothing  # noqa: B018


def test_pages_can_be_had_one_by_one_and_again():
    server, pages = things(page("ab", "1"), page("c"))
    assert [len(each.data) for each in pages.pages()] == [2, 1]
    server.replies = [page("c")]
    assert [item.id for item in pages] == list("abc")


def test_arguments_go_with_every_page():
    server, pages = things(page("a", "1"), page("b"), limit=7, cursor="0")
    assert len(list(pages)) == 2
    assert [r.url.params["limit"] for r in server.requests] == ["7", "7"]


def test_has_more_false_ends_the_list_whatever_the_cursor():
    server, pages = things(page("a", "1", more=False))
    assert len(list(pages)) == 1
    assert server.count() == 1


@pytest.mark.parametrize("cursor", [None, ""])
def test_no_cursor_ends_the_list_whatever_has_more(cursor):
    server, pages = things(page("a", cursor, more=True))
    assert len(list(pages)) == 1
    assert server.count() == 1


def test_a_repeated_cursor_ends_the_list_with_a_warning(caplog):
    _, pages = things(page("a", "1"), page("b", "2"), page("c", "1"))
    assert [item.id for item in pages] == list("abc")
    assert "second time" in caplog.text


def test_the_cursor_given_counts_as_seen():
    server, pages = things(page("a", "x"), cursor="x")
    assert [item.id for item in pages] == ["a"]
    assert server.count() == 1


def test_errors_come_where_the_page_is_fetched():
    _, pages = things(page("a", "1"), (401, {}))
    items = iter(pages)
    assert next(items).id == "a"
    with pytest.raises(errors.Authentication):
        next(items)
    with pytest.raises(errors.Authentication):
        things((401, {}))


def test_a_page_that_drifted_still_goes_on():
    _, pages = things({"data": [{"id": "a", "new": 1}], "nextCursor": "1"}, page("b"))
    assert [item.id for item in pages] == ["a", "b"]
    _, pages = things({"data": None, "hasMore": True, "nextCursor": "1"}, page("b"))
    assert [item.id for item in pages] == ["b"]


@given(
    st.lists(st.lists(st.text("xyz", min_size=1, max_size=2), max_size=3), min_size=1, max_size=6)
)
def test_any_split_into_pages_gives_the_same_items(split):
    last = len(split) - 1
    replies = [page(names, str(at) if at < last else None) for at, names in enumerate(split)]
    _, pages = things(*replies)
    assert [item.id for item in pages] == [name for names in split for name in names]


def test_async_pages():
    async def main():
        replies = [page("ab", "1"), page("", "2"), page("c")]
        server = toy.Server(*replies)
        listed = toy.ThingsList(toy.async_client(server))
        assert [item.id async for item in listed()] == list("abc")
        server.replies = [*replies]
        pages = await listed()
        assert pages.has_more is True
        assert [item.id async for item in pages] == list("abc")
        server.replies = [*replies]
        assert [len(each.data) async for each in listed().pages()] == [2, 0, 1]
        server.replies = [httpx.Response(401)]
        with pytest.raises(errors.Authentication):
            await listed()

    asyncio.run(main())
