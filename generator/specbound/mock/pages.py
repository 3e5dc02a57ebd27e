"""Pages of a list: which things are on the one that is asked for, and what it says of the next.

Knows cursors, page numbers and offsets. It must not know how an item looks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

from specbound.contract.items import Paging
from specbound.contract.model import Operation
from specbound.mock.asked import Asked
from specbound.mock.places import placed, without
from specbound.mock.store import Shelf, Thing
from specbound.traffic.exchange import ABSENT

#: So many things are on a page where neither request nor document says.
USUAL = 20
#: Parameters that say in which order a list is.
ORDERS = ("order", "sortorder", "sort_order", "direction", "sortdirection", "dir")

Fits = Callable[[Any], bool]


class Page(NamedTuple):
    """The things of one page, and how the list goes on: `next` is what the mark would be."""

    things: list[Thing]
    next: Any
    total: int


def page(paging: Paging, shelf: Shelf, things: list[Thing], asked: Asked) -> Page:
    """The page of a shelf's `things` that is asked for; behind an unknown cursor is nothing."""
    if any(str(asked.query.get(name, "")).lower() == "desc" for name in ORDERS):
        things = things[::-1]
    limit = _limit(paging, asked)
    mark = asked.query.get(paging.mark) if paging.mark else None
    if paging.kind == "cursor":
        rest = things if mark is None else _after(things, shelf, str(mark))
        found = rest[:limit]
        return Page(found, str(found[-1].id) if len(rest) > limit and found else None, len(things))
    start = _start(paging, mark, limit)
    if not paging.kind:
        return Page(things[:limit], None, len(things))
    following: Any = None
    if start + limit < len(things):
        following = start + limit if paging.kind == "offset" else _number(mark, 1) + 1
    return Page(things[start : start + limit], following, len(things))


def _start(paging: Paging, mark: Any, limit: int) -> int:
    if paging.kind == "offset":
        return max(0, _number(mark, 0))
    return max(0, _number(mark, 1) - 1) * limit


def _after(things: list[Thing], shelf: Shelf, mark: str) -> list[Thing]:
    number = shelf.number(mark)
    if number is None:
        return []
    falling = len(things) > 1 and things[0].number > things[-1].number
    return [one for one in things if (one.number < number if falling else one.number > number)]


def _limit(paging: Paging, asked: Asked) -> int:
    given = asked.query.get(paging.limit) if paging.limit else None
    if given is None and paging.limit:
        given = _default(asked.operation, paging.limit)
    return max(0, _number(given, USUAL))


def _default(operation: Operation, name: str) -> Any:
    for one in operation.parameters:
        if one.location == "query" and one.name == name and isinstance(one.schema, dict):
            return one.schema.get("default")
    return None


def _number(value: Any, otherwise: int) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else otherwise


def marked(body: Any, paging: Paging, found: Page, asked: Asked, fits: Fits) -> Any:
    """The envelope with what it says of the next page and of the whole, as far as it may."""
    wanted: Mapping[str, list[Any]] = {
        paging.next: list(_following(paging, found, asked)),
        paging.more: [found.next is not None],
        paging.total: [found.total],
    }
    for place, values in wanted.items():
        if place:
            body = _first(body, place, values, fits)
    return body


def _first(body: Any, place: str, values: list[Any], fits: Fits) -> Any:
    for value in values:
        whole = without(body, place) if value is ABSENT else placed(body, place, value)
        if fits(whole):
            return whole
    return body


def _following(paging: Paging, found: Page, asked: Asked) -> Iterator[Any]:
    """What may stand where the next page is told, the likeliest first."""
    if found.next is None:
        yield from (None, ABSENT, "", False)
        return
    link = _link(paging, found, asked)
    if paging.next.endswith(("url", "link", "links/next", "/next")):
        yield link
    yield found.next
    yield str(found.next)
    yield link


def _link(paging: Paging, found: Page, asked: Asked) -> str:
    query = {**asked.query, paging.mark: found.next}
    return f"{asked.origin}{asked.call.path}?{urlencode(query, doseq=True)}"
