"""Filters of a list: the query's parameters that are named like members of its items.

Knows one request's query and one item at a time. It must not know pages, nor where things are.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from specbound.contract.items import Paging
from specbound.mock.asked import Asked
from specbound.mock.pages import ORDERS
from specbound.runtime.server.decode import form_text, pairs


def filters(asked: Asked, paging: Paging) -> Mapping[str, Collection[str]]:
    """Name of a documented parameter to the texts that it was sent with, but for pages and order.

    A text with commas is also a list of them (OpenAPI 3.1 section 4.8.12, form without explode).
    """
    taken = {paging.mark, paging.limit, *ORDERS}
    known = {one.name for one in asked.operation.parameters if one.location == "query"} - taken
    found: dict[str, set[str]] = {}
    for name, raw in pairs(asked.call.query) if known and asked.call.query else ():
        if name in known:
            text = form_text(raw)
            found.setdefault(name, set()).update((text, *text.split(",")))
    return found


def has(item: Any, name: str, wanted: Collection[str]) -> bool:
    """Whether an item has one of the wanted values, or has no such simple member at all."""
    value = item.get(name) if isinstance(item, dict) and name in item else wanted
    if isinstance(value, list):
        return any(_text(one) in wanted for one in value)
    return isinstance(value, dict) or value is wanted or _text(value) in wanted


def _text(value: Any) -> str:
    """A value as queries write it."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return str(value)
