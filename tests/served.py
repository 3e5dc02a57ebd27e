"""Generated servers for tests: made once a session, asked over ASGI without a network.

Knows how a package is generated and imported, and how an exchange's request is sent. It must not
know what any answer should be.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from specbound.contract.load import Contract
from specbound.emit.assemble import assemble
from specbound.traffic.exchange import ABSENT, Request

CASES = Path(__file__).resolve().parent / "cases" / "server"
SECRET = "a-secret-of-nobody"


def generate(contract: Contract, folder: Path, package: str) -> Any:
    """The module of a generated server, below a folder that can be imported from now on."""
    for name, text in assemble(contract, package, server=True).texts.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    return importlib.import_module(f"{package}.server")


@dataclass
class Every:
    """Handlers of every operation there may be: they remember what they are given."""

    reply: Any
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)

        async def handler(**arguments: Any) -> Any:
            self.calls.append((name, arguments))
            return self.reply

        return handler


def client(app: Any) -> httpx.AsyncClient:
    """A client of an app."""
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=True)
    return httpx.AsyncClient(transport=transport, base_url="http://service.test")


def ask(app: Any, method: str, url: str, **options: Any) -> httpx.Response:
    """One answer of an app."""

    async def asked() -> httpx.Response:
        async with client(app) as each:
            return await each.request(method, url, **options)

    return asyncio.run(asked())


def answers(app: Any, requests: Iterable[Request]) -> list[httpx.Response]:
    """The answers to requests as exchanges have them, with credentials of every kind."""

    async def asked() -> list[httpx.Response]:
        async with client(app) as each:
            return [await each.send(_built(each, request)) for request in requests]

    return asyncio.run(asked())


def _built(each: httpx.AsyncClient, request: Request) -> httpx.Request:
    content = json.dumps(request.json).encode() if request.json is not ABSENT else request.content
    headers = [(name.encode(), value.encode("latin-1")) for name, value in request.headers or ()]
    headers.append((b"authorization", b"Bearer " + SECRET.encode()))
    return each.build_request(request.method, request.url, headers=headers, content=content)
