"""Request builders written by hand, as people write them: a right one, and one for each slip.

Knows the document of `SHOP` and Python's HTTP libraries. It must not know what finds the slips.
"""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import httpx

from contracts import document
from specbound.traffic.exchange import Request

HOST = "http://service.invalid"
ORDER = {
    "type": "object",
    "required": ["model", "text", "size"],
    "additionalProperties": False,
    "properties": {
        "model": {"type": "string", "enum": ["small", "large"]},
        "text": {"type": "string", "minLength": 1, "maxLength": 40},
        "size": {"type": "integer", "minimum": 1, "maximum": 64},
        "weight": {"type": "number", "exclusiveMinimum": 0, "maximum": 2.5},
        "step": {"type": "integer", "multipleOf": 4, "minimum": 0, "maximum": 400},
        "url": {"type": "string", "pattern": "^https://", "maxLength": 60},
        "when": {"type": "string", "format": "date"},
        "loud": {"type": "boolean"},
        "note": {"type": ["string", "null"], "maxLength": 9},
        "tags": {
            "type": "array",
            "items": {"type": "string", "minLength": 1, "maxLength": 5},
            "minItems": 1,
            "maxItems": 3,
            "uniqueItems": True,
        },
        "labels": {
            "type": "object",
            "propertyNames": {"pattern": "^[a-z]+$"},
            "additionalProperties": {"type": "string", "maxLength": 4},
            "maxProperties": 2,
        },
    },
}
_OK = {"200": {"description": "ok"}}
_STATES = {"type": "array", "items": {"type": "string", "enum": ["new", "old"]}, "minItems": 1}
_ID = {"type": "string", "minLength": 1, "maxLength": 12}

SHOP = document(
    {
        "/orders": {
            "post": {
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": ORDER}},
                },
                "responses": _OK,
            },
            "get": {
                "parameters": [
                    {
                        "name": "limit",
                        "in": "query",
                        "schema": {"type": "integer", "minimum": 1, "maximum": 100},
                    },
                    {"name": "state", "in": "query", "explode": False, "schema": _STATES},
                ],
                "responses": _OK,
            },
        },
        "/orders/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": _ID}],
            "delete": {"responses": _OK},
        },
    }
)

Builder = Callable[..., Any]


def post(body: Any, method: str = "POST") -> httpx.Request:
    return httpx.Request(method, f"{HOST}/orders", json=body)


def check(given: Any) -> None:
    """What the document asks of an order, by hand."""
    _texts(given)
    _numbers(given)
    tags = given.get("tags", ["a"])
    assert isinstance(tags, list)
    assert 1 <= len(tags) <= 3
    assert len(set(tags)) == len(tags)
    assert all(isinstance(tag, str) and 1 <= len(tag) <= 5 for tag in tags)
    labels = given.get("labels", {})
    assert isinstance(labels, dict)
    assert len(labels) <= 2
    for name, label in labels.items():
        assert name.isascii()
        assert name.isalpha()
        assert name.islower()
        assert isinstance(label, str)
        assert len(label) <= 4


def _texts(given: Any) -> None:
    import datetime

    assert given["model"] in ("small", "large")
    assert isinstance(given["text"], str)
    assert 1 <= len(given["text"]) <= 40
    note = given.get("note")
    assert note is None or (isinstance(note, str) and len(note) <= 9)
    url = given.get("url", "https://")
    assert isinstance(url, str)
    assert url.startswith("https://")
    assert len(url) <= 60
    if "when" in given:
        assert isinstance(given["when"], str)
        assert len(given["when"]) == 10
        datetime.date.fromisoformat(given["when"])


def _numbers(given: Any) -> None:
    size, step, weight = given["size"], given.get("step", 0), given.get("weight", 1)
    assert is_whole(size)
    assert 1 <= size <= 64
    assert is_whole(step)
    assert step % 4 == 0
    assert 0 <= step <= 400
    assert isinstance(weight, int | float)
    assert not isinstance(weight, bool)
    assert 0 < weight <= 2.5
    assert isinstance(given.get("loud", True), bool)


def is_whole(number: Any) -> bool:
    whole = isinstance(number, int) or (isinstance(number, float) and number.is_integer())
    return whole and not isinstance(number, bool)


def create(**given: Any) -> httpx.Request:
    """Right in every respect."""
    if unknown := set(given) - set(ORDER["properties"]):  # type: ignore[call-overload]
        raise TypeError(f"unknown: {unknown}")
    check(given)
    return post(given)


def changing(change: Callable[[dict[str, Any]], Any]) -> Builder:
    """A builder that checks well, and then does something to the values."""

    def build(**given: Any) -> httpx.Request:
        create(**given)
        return post(change(given))

    return build


def loosened(keyword: str) -> Builder:
    """A builder that checks everything but one keyword, wherever that stands."""
    import jsonschema

    def without(node: Any) -> Any:
        if isinstance(node, dict):
            return {
                name: without(one)
                for name, one in node.items()
                if name != keyword or not isinstance(one, int | str | bool | list | dict)
            }
        return [without(one) for one in node] if isinstance(node, list) else node

    schema = without(ORDER)
    validator = jsonschema.Draft202012Validator(
        schema, format_checker=jsonschema.FormatChecker(["date"])
    )

    def build(body: Any) -> httpx.Request:
        validator.validate(body)
        return post(body)

    return build


# --- the same right builder in every form ---------------------------------------------------------


async def create_later(**given: Any) -> httpx.Request:
    return create(**given)


def create_and_send(**given: Any) -> Any:
    request = create(**given)
    return httpx.Client().send(request)


async def create_and_send_later(**given: Any) -> Any:
    request = create(**given)
    async with httpx.AsyncClient() as client:
        return await client.send(request)


def create_and_answer(**given: Any) -> Any:
    """Sent by a client whose transport is a stand-in."""
    transport = httpx.MockTransport(lambda request: httpx.Response(200))
    return httpx.Client(transport=transport).send(create(**given))


def create_by_requests(**given: Any) -> Any:
    import requests

    create(**given)
    return requests.post(f"{HOST}/orders", json=given, timeout=5)


def prepare_by_requests(**given: Any) -> Any:
    import requests

    create(**given)
    return requests.Request("POST", f"{HOST}/orders", json=given).prepare()


def create_by_urllib(**given: Any) -> Any:
    create(**given)
    content, headers = json.dumps(given).encode(), {"Content-Type": "application/json"}
    return urllib.request.urlopen(
        urllib.request.Request(f"{HOST}/orders", content, headers, method="POST")
    )


def create_by_urllib3(**given: Any) -> Any:
    import urllib3

    create(**given)
    content, headers = json.dumps(given).encode(), {"Content-Type": "application/json"}
    return urllib3.PoolManager().request("POST", f"{HOST}/orders", body=content, headers=headers)


def create_ours(**given: Any) -> Request:
    create(**given)
    return Request("POST", f"{HOST}/orders", (("Content-Type", "application/json"),), json=given)


class Envelope:
    """An object with method, url and body, of nobody's library."""

    def __init__(self, body: Any) -> None:
        self.method, self.url, self.body = "POST", f"{HOST}/orders", json.dumps(body)
        self.headers = {"content-type": "application/json"}


def create_envelope(**given: Any) -> Envelope:
    create(**given)
    return Envelope(given)


def create_whole(body: Any) -> httpx.Request:
    """Takes the body as one value."""
    return create(**body)


FORMS = [
    *(create, create_later, create_and_send, create_and_send_later, create_and_answer),
    *(create_by_requests, prepare_by_requests, create_by_urllib, create_by_urllib3),
    *(create_ours, create_envelope, create_whole),
]


# --- queries and paths ----------------------------------------------------------------------------


def list_orders(limit: int | None = None, state: Any = None) -> httpx.Request:
    if limit is not None:
        assert is_whole(limit)
        assert 1 <= limit <= 100
    if state is not None:
        assert isinstance(state, list)
        assert state
        assert set(state) <= {"new", "old"}
    given = [] if limit is None else [f"limit={limit}"]
    given += [] if state is None else [f"state={','.join(state)}"]
    return httpx.Request("GET", f"{HOST}/orders?{'&'.join(given)}")


def list_exploded(limit: int | None = None, state: Any = None) -> httpx.Request:
    list_orders(limit, state)
    given = [] if limit is None else [f"limit={limit}"]
    given += [f"state={one}" for one in state or ()]
    return httpx.Request("GET", f"{HOST}/orders?{'&'.join(given)}")


def delete_order(id: str) -> httpx.Request:
    assert isinstance(id, str)
    assert 1 <= len(id) <= 12
    return httpx.Request("DELETE", f"{HOST}/orders/{quote(id, safe='')}")


def delete_unescaped(id: str) -> Any:
    assert isinstance(id, str)
    assert 1 <= len(id) <= 12
    return Request("DELETE", f"{HOST}/orders/{id}")
