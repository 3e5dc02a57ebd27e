"""A mock under test: small documents, and requests to it without a network.

Knows ASGI by way of httpx. It must not know what the mock answers.
"""

from __future__ import annotations

import asyncio
from typing import Any

import httpx

from contracts import Json, contract_of, document
from specbound.contract.load import Contract
from specbound.mock import mock_app

HOST = "http://mock.invalid"


def reply(schema: Any, status: str = "200", **media: Any) -> Json:
    """Responses with one JSON body; `media` adds to the media type (examples)."""
    content = {"application/json": {"schema": schema, **media}}
    return {"responses": {status: {"description": "it", "content": content}}}


def takes(schema: Any, media: str = "application/json") -> Json:
    """A required request body."""
    return {"requestBody": {"required": True, "content": {media: {"schema": schema}}}}


def item(name: str = "id", schema: Any = None) -> Json:
    """The parameters of a path that ends with an id."""
    one = {"name": name, "in": "path", "required": True, "schema": schema or {"type": "string"}}
    return {"parameters": [one]}


def made(paths: Json, **more: Any) -> Contract:
    """The contract of a document with these paths."""
    return contract_of(document(paths, **more))


class Asking:
    """A client of a mock; every call is a request of its own."""

    def __init__(self, contract: Contract, seed: int | str = 0, **settings: Any) -> None:
        self.app = mock_app(contract, seed, **settings)
        self.headers: dict[str, str] = {}

    def __call__(self, method: str, path: str, **more: Any) -> httpx.Response:
        return asyncio.run(self._sent(method, path, **more))

    async def _sent(self, method: str, path: str, **more: Any) -> httpx.Response:
        transport = httpx.ASGITransport(self.app)
        more["headers"] = {**self.headers, **more.pop("headers", {})}
        async with httpx.AsyncClient(transport=transport, base_url=HOST) as client:
            return await client.request(method, path, **more)
