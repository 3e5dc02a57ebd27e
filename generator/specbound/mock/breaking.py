"""Answers that break off: half of the content, and then nothing, or the end of the connection.

Knows ASGI's messages. It must not know what is answered.
"""

from __future__ import annotations

from specbound.mock.preferences import read
from specbound.runtime.server.wire import Message, Receive, Scope, Send


def broken_off(scope: Scope, receive: Receive, send: Send) -> Send:
    """What sends an answer in halves, where its request prefers that; else `send` itself."""
    texts = [value.decode("latin-1") for name, value in scope["headers"] if name == b"prefer"]
    if not texts:
        return send
    wanted = read(texts)
    if not (wanted.wants("stall") or wanted.wants("reset")):
        return send

    async def half(message: Message) -> None:
        if message["type"] != "http.response.body":
            await send(message)
            return
        content = message.get("body", b"")
        await send({**message, "body": content[: len(content) // 2], "more_body": True})
        if wanted.wants("stall"):
            while (await receive())["type"] != "http.disconnect":
                pass
        # A server that is left with less than Content-Length says closes the connection.

    return half
