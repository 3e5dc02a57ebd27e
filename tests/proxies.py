"""Proxies for tests: a small contract, upstreams that misbehave byte by byte, and the command.

Knows how each is started and stopped on loopback. It must not know what a test expects.
"""

from __future__ import annotations

import asyncio
import atexit
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from servers import served
from specbound.live.proxy import Proxy, Ways
from specbound.live.proxy_passage import Passage
from specbound.live.proxy_upstream import Upstream, target_of

PATIENCE = 30.0
Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

#: One resource: things have a name and a size; a reply says which one it is.
THING = {
    "type": "object",
    "required": ["name", "size"],
    "properties": {"name": {"type": "string"}, "size": {"type": "integer", "minimum": 1}},
}
DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Things", "version": "1"},
    "paths": {
        "/things": {
            "post": {
                "operationId": "create",
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": THING}},
                },
                "responses": {
                    "200": {
                        "description": "made",
                        "content": {"application/json": {"schema": THING}},
                    }
                },
            }
        },
        "/stream": {
            "get": {
                "operationId": "stream",
                "responses": {
                    "200": {
                        "description": "events",
                        "content": {"text/event-stream": {"schema": {"type": "string"}}},
                    }
                },
            }
        },
    },
}


def document(folder: Path) -> Path:
    """The contract's document in a folder."""
    file = folder / "things.json"
    file.write_text(json.dumps(DOCUMENT), encoding="utf-8")
    return file


@dataclass
class Seen:
    """What a proxy has handed in; `wait` until there are so many."""

    passages: list[Passage] = field(default_factory=list)
    _more: threading.Condition = field(default_factory=threading.Condition)

    def __call__(self, passage: Passage) -> None:
        with self._more:
            self.passages.append(passage)
            self._more.notify_all()

    def wait(self, count: int = 1) -> list[Passage]:
        """The exchanges, as soon as there are `count` of them."""
        with self._more:
            done = self._more.wait_for(lambda: len(self.passages) >= count, PATIENCE)
        assert done, f"{len(self.passages)} of {count} exchanges have ended"
        return self.passages

    def faults(self, count: int = 1) -> list[str]:
        """The codes of all faults, as soon as there are `count` exchanges."""
        return [fault.code for each in self.wait(count) for fault in each.faults]


class _Stage:
    """One server for all tests, whose app is put in its place by each: starting one takes time."""

    def __init__(self) -> None:
        self.app: Any = None
        self.url = ""
        self._open = ExitStack()

    def put(self, app: Any) -> str:
        """Serve an app from now on; gives the URL."""
        self.app = app
        if not self.url:
            self.url = self._open.enter_context(served(self))
            atexit.register(self._open.close)
        return self.url

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.app(scope, receive, send)


_STAGE = _Stage()


@contextmanager
def proxied(
    upstream: str, ways: Ways | None = None, patience: float = PATIENCE
) -> Iterator[tuple[str, Seen]]:
    """A proxy in front of an upstream's URL: its own URL, and what it has seen."""
    seen = Seen()
    yield _STAGE.put(Proxy(Upstream(target_of(upstream), patience), seen, ways)), seen


@contextmanager
def raw(handler: Handler) -> Iterator[str]:
    """An upstream that does with each connection what `handler` does; gives its URL."""
    ready: threading.Event = threading.Event()
    known: dict[str, Any] = {}

    async def run() -> None:
        stop = asyncio.Event()
        server = await asyncio.start_server(_closing(handler), "127.0.0.1", 0)
        known.update(
            loop=asyncio.get_running_loop(), stop=stop, port=server.sockets[0].getsockname()[1]
        )
        ready.set()
        await stop.wait()
        server.close()

    thread = threading.Thread(target=asyncio.run, args=(run(),), daemon=True)
    thread.start()
    assert ready.wait(PATIENCE)
    try:
        yield f"http://127.0.0.1:{known['port']}"
    finally:
        known["loop"].call_soon_threadsafe(known["stop"].set)
        thread.join(PATIENCE)


def _closing(handler: Handler) -> Handler:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await handler(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    return handle


async def head(reader: asyncio.StreamReader) -> bytes:
    """A request up to the empty line."""
    return await reader.readuntil(b"\r\n\r\n")


def reset(writer: asyncio.StreamWriter) -> None:
    """Close a connection with RST."""
    connection = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


# --- the command ----------------------------------------------------------------------------------


@dataclass
class Running:
    """The command while it runs; `ended` gives its status, output and diagnostics."""

    process: subprocess.Popen[str]
    url: str = ""

    def ended(self, with_signal: int | None = signal.SIGTERM) -> tuple[int, str, str]:
        """Stop it by a signal, and wait."""
        if with_signal is not None:
            self.process.send_signal(with_signal)
        out, err = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, out, err


@contextmanager
def command(*arguments: str) -> Iterator[Running]:
    """`specbound proxy` in a process of its own, listening; it is killed when the block is left."""
    here = Path(__file__).resolve()
    path = str(here.parent.parent / "generator")
    process = subprocess.Popen(
        [sys.executable, "-m", "specbound", "proxy", "--listen", ":0", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
    )
    running = Running(process)
    try:
        assert process.stderr is not None
        line = process.stderr.readline()
        running.url = line.partition(": ")[2].partition(" ")[0]
        assert running.url.startswith("http"), line + process.stderr.read()
        yield running
    finally:
        process.kill()
        process.communicate()
