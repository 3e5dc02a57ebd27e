"""The server of the commands: how it stops."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from typing import Any

import pytest

from specbound.commands.serving import Address, listener, server

PATIENCE = 30
ASKED = b"GET / HTTP/1.1\r\nHost: h\r\n\r\n"


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Answers everything with nothing."""
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body"})


async def _stops_while_one_comes(steps: int) -> None:
    """Stop when a connection is so many steps of the loop on its way, and keeps alive."""
    with listener(Address("127.0.0.1", 0)) as bound:
        running = server(app, grace=PATIENCE * 10)
        serving = asyncio.create_task(running.serve([bound]))
        while not running.started:
            await asyncio.sleep(0.005)
        # The kernel takes it; the server sees it when the loop next looks at the sockets.
        client = socket.create_connection(bound.getsockname())
        client.setblocking(False)
        for _ in range(steps):
            await asyncio.sleep(0)
        # What the server itself does at its next tick.
        stopping = asyncio.create_task(running.shutdown([bound]))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        with client:
            with contextlib.suppress(ConnectionError):
                await asyncio.get_running_loop().sock_sendall(client, ASKED)
            await asyncio.wait_for(stopping, PATIENCE)
        running.should_exit = True
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)


@pytest.mark.parametrize("steps", range(4))
def test_a_connection_that_comes_while_it_stops_does_not_hold_it_up(steps: int) -> None:
    asyncio.run(_stops_while_one_comes(steps))
