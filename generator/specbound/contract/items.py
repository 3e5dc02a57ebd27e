"""What replies hold: the id of a thing, the items of a list, and the marks of its pages.

Knows schemas of objects and arrays, and how services name such members. It must not know which
operation does what.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple

from specbound.contract.load import Contract
from specbound.contract.model import Operation, Reply, Schema
from specbound.origin import pointer, tokens

#: Names under which services give a thing's id, the likeliest first.
_IDS = ("id", "uuid", "uid", "guid", "key", "slug", "number", "code", "name")
_CURSORS = (
    *("cursor", "after", "startingafter", "pagetoken", "nexttoken", "continuationtoken"),
    *("continuation", "marker", "pageafter"),
)
_PAGES = ("page", "pagenumber", "pageno", "pagenum")
_OFFSETS = ("offset", "skip", "start", "startindex")
_LIMITS = (
    *("limit", "perpage", "pagesize", "pagelimit", "maxresults", "size", "count"),
    *("first", "take", "top", "maxitems"),
)
_NEXT = ("nextcursor", "next", "nextpage", "nextpagetoken", "nexttoken", "endcursor", "cursor")
_MORE = ("hasmore", "hasnext", "hasnextpage", "more", "truncated", "istruncated")
_TOTAL = ("total", "totalcount", "totalresults", "totalitems", "count")
_JOINING = ("allOf", "oneOf", "anyOf")

Kind = Literal["cursor", "page", "offset", ""]


class Paging(NamedTuple):
    """How a list is read: places in the reply are empty where it has no such member.

    `mark` is the query parameter that says where a page begins, `limit` how long it may be.
    """

    items: str
    mark: str = ""
    kind: Kind = ""
    limit: str = ""
    next: str = ""
    more: str = ""
    total: str = ""


def success(operation: Operation) -> Reply | None:
    """The reply of an operation that went well; None if the document gives none."""
    for status, reply in operation.replies.items():
        if status.startswith("2"):
            return reply
    return operation.replies.get("default")


def json_schema(reply: Reply | None) -> Schema:
    """The schema of a reply's JSON body; False where it has none."""
    for media, schema in reply.content.items() if reply else ():
        if "json" in media:
            return schema
    return False


def parts(contract: Contract, schema: Any) -> Iterator[Mapping[str, Any]]:
    """A schema and all that stand at the same place by reference, `allOf` or as a branch."""
    seen, waiting = set[int](), [schema]
    while waiting:
        one = waiting.pop(0)
        if not isinstance(one, Mapping) or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        if "$ref" in one:
            waiting.append(contract.schema(one["$ref"]))
        waiting += [branch for keyword in _JOINING for branch in one.get(keyword, ())]


def members(contract: Contract, schema: Any) -> dict[str, Any]:
    """The members that an object of a schema may have by declaration, each by its first."""
    found: dict[str, Any] = {}
    for part in parts(contract, schema):
        for name, below in part.get("properties", {}).items():
            found.setdefault(name, below)
    return found


def kinds(contract: Contract, schema: Any) -> set[str]:
    """The types that a schema names."""
    found: set[str] = set()
    for part in parts(contract, schema):
        named = part.get("type", ())
        found.update([named] if isinstance(named, str) else named)
        if "properties" in part:
            found.add("object")
    return found


def below(contract: Contract, schema: Any, place: str) -> Any:
    """The schema at a place of a value, where `*` is any item of an array; None if none."""
    for step in tokens(place):
        is_item = step == "*" or step.isdecimal()
        schema = item(contract, schema) if is_item else members(contract, schema).get(step)
        if schema is None:
            return None
    return schema


def states(contract: Contract, schema: Any, place: str) -> tuple[str, ...]:
    """The texts that a schema lists for a place of its values, those of all branches together."""
    found = [schema]
    for step in tokens(place):
        found = [
            part["properties"][step]
            for one in found
            for part in parts(contract, one)
            if step in part.get("properties", {})
        ]
    every = dict.fromkeys(text for one in found for text in _listed(contract, one))
    return tuple(every)


def _listed(contract: Contract, schema: Any) -> Iterator[str]:
    for part in parts(contract, schema):
        listed = [part["const"]] if "const" in part else part.get("enum", ())
        yield from (one for one in listed if isinstance(one, str))


def item(contract: Contract, schema: Any) -> Any:
    """The schema of an array's items; None where it says nothing of them."""
    return next((one["items"] for one in parts(contract, schema) if "items" in one), None)


# --- ids ------------------------------------------------------------------------------------------


def id_place(contract: Contract, schema: Any, parameter: str) -> str:
    """Where an object holds the id that a path takes as `parameter`; empty if nowhere.

    Looked for in the object itself, then in a single object inside it (``{"data": {"id": …}}``).
    """
    declared = members(contract, schema)
    if name := _id_member(contract, declared, parameter):
        return pointer((name,))
    for name, one in declared.items():
        if "object" in kinds(contract, one):
            inner = _id_member(contract, members(contract, one), parameter)
            if inner:
                return pointer((name, inner))
    return ""


def _id_member(contract: Contract, declared: Mapping[str, Any], parameter: str) -> str:
    by_name = {folded(name): name for name in declared}
    wanted = folded(parameter)
    tails = [known for known in _IDS if wanted.endswith(known)]
    for name in (wanted, *tails, *_IDS):
        if name in by_name and kinds(contract, declared[by_name[name]]) & {"string", "integer"}:
            return by_name[name]
    return ""


def folded(name: str) -> str:
    """A name without what spellings differ in: ``page_size`` and ``pageSize`` are the same."""
    return "".join(char for char in name.lower() if char.isalnum())


# --- lists ----------------------------------------------------------------------------------------


def items_place(contract: Contract, schema: Any) -> str | None:
    """Where a reply holds the items of a list: empty for the reply itself, None if nowhere.

    An object holds them in its one array of objects.
    """
    if "array" in kinds(contract, schema):
        return ""
    found = [
        pointer((name,))
        for name, one in members(contract, schema).items()
        if "array" in kinds(contract, one) and _holds_objects(contract, one)
    ]
    return found[0] if len(found) == 1 else None


def _holds_objects(contract: Contract, schema: Any) -> bool:
    return "object" in kinds(contract, item(contract, schema))


def paging(contract: Contract, operation: Operation, items: str) -> Paging:
    """How a list is read in pages: as the document's facts say, else by its names."""
    schema, facts = json_schema(success(operation)), operation.facts.pages
    asked = {folded(one.name): one.name for one in operation.parameters if one.location == "query"}
    limit = next((asked[name] for name in _LIMITS if name in asked), "")
    if facts is not None:
        total = _place(contract, schema, _TOTAL, items)
        return Paging(
            facts.items, facts.cursor, "cursor", limit, facts.next, facts.more or "", total
        )
    mark, kind = _mark(asked)
    following, more, total = (
        _place(contract, schema, names, items) for names in (_NEXT, _MORE, _TOTAL)
    )
    return Paging(items, mark, kind, limit, following, more, total)


def _mark(asked: Mapping[str, str]) -> tuple[str, Kind]:
    ways: tuple[tuple[tuple[str, ...], Kind], ...] = (
        (_CURSORS, "cursor"),
        (_PAGES, "page"),
        (_OFFSETS, "offset"),
    )
    for names, kind in ways:
        for name in names:
            if name in asked:
                return asked[name], kind
    return "", ""


def _place(contract: Contract, schema: Any, names: tuple[str, ...], items: str) -> str:
    """Where an envelope has a scalar of one of some names: beside the items or an object deep."""
    if not items:
        return ""
    declared = members(contract, schema)
    by_place = {pointer((name,)): one for name, one in declared.items()}
    for name, one in declared.items():
        if pointer((name,)) != items and kinds(contract, one) == {"object"}:
            inside = members(contract, one)
            by_place |= {pointer((name, inner)): deep for inner, deep in inside.items()}
    for wanted in names:
        for place, one in by_place.items():
            scalar = not kinds(contract, one) & {"object", "array"}
            if folded(place.rpartition("/")[2]) == wanted and scalar:
                return place
    return ""
