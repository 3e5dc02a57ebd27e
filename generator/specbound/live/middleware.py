"""An ASGI application that is looked on at while it serves: pure ASGI, nothing changed on the way.

Knows ASGI's messages for HTTP (HTTP and WebSocket message format 2.5, with its extensions). It must
not know how an exchange is checked or told.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from typing import Any, Unpack

from specbound.contract.load import Contract
from specbound.live import wire
from specbound.live.kept import Kept
from specbound.live.served import Served
from specbound.live.watch import Settings, Watch, watch_of
from specbound.traffic.exchange import Exchange

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


class ContractMiddleware:
    """Checks what an ASGI application is asked and answers: ``ContractMiddleware(app, contract)``.

    In Starlette: ``app.add_middleware(ContractMiddleware, contract=contract)``. Bodies pass
    untouched; an exchange is checked when the last piece of its response has gone. What is raised
    (`Drifted`, or what a callback raises) is raised when the application has done its work. Only
    HTTP is looked at: lifespan and websockets pass.
    """

    def __init__(self, app: App, contract: Contract | Watch, **settings: Unpack[Settings]) -> None:
        self.app = app
        self.watch = watch_of(contract, settings)
        self._is_own = self.watch is not contract
        self._served = Served(self.watch.contract)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http" or not self.watch.wanted():
            await self.app(scope, receive, send)
            if scope["type"] == "lifespan" and self._is_own:
                self.watch.close()
            return
        # Applications change scopes: what was asked is what came in.
        exchange = _Serving(self.watch, (self._served, dict(scope)), (receive, send))
        try:
            await self.app(scope, exchange.receive, exchange.send)
        except BaseException:
            exchange.broke_off()
            raise
        await exchange.ended()


class _Serving:
    """One exchange while an application serves it."""

    def __init__(
        self, watch: Watch, asked: tuple[Served, Scope], channel: tuple[Receive, Send]
    ) -> None:
        self._watch = watch
        self._served, self._scope = asked
        self._receive, self._send = channel
        self._received, self._sent = Kept(watch.limit), Kept(watch.limit)
        self._status = 0
        self._headers: Any = ()
        self._has_gone = False
        self._is_told = False
        self._error: Exception | None = None

    async def receive(self) -> Message:
        """What the application receives, looked at."""
        message = await self._receive()
        if message["type"] == "http.request":
            self._received.add(bytes(message.get("body", b"")))
            if not message.get("more_body", False):
                self._received.ended = True
        return message

    async def send(self, message: Message) -> None:
        """Send what the application sends, and look at it."""
        # Looked at first, since those above may change it; told last, so that nobody waits.
        kind = message["type"]
        if kind == "http.response.body":
            self._sent.add(bytes(message.get("body", b"")))
            if not message.get("more_body", False):
                self._sent.ended = self._has_gone = True
        elif kind == "http.response.start":
            self._status = message["status"]
            if not isinstance(message.get("headers", ()), list | tuple):
                # ASGI allows what can be read only once.
                message = {**message, "headers": list(message["headers"])}
            self._headers = wire.fields(message.get("headers", ()))
        elif kind in ("http.response.pathsend", "http.response.zerocopysend"):
            self._sent.lose()
            self._has_gone = not message.get("more_body", False)
        await self._send(message)
        if self._has_gone and not self._is_told:
            self._tell()

    async def ended(self) -> None:
        """The application has done its work; raises what there is to raise."""
        if self._status and not self._is_told:
            self._is_told = True
            await self._watch.saw_async(self._exchange(), coded=True)
        if self._error is not None:
            raise self._error

    def broke_off(self) -> None:
        """The application has raised, which is what its server will hear of."""
        if self._status and not self._is_told:
            self._has_gone = True
            with suppress(Exception):
                self._tell()

    def _tell(self) -> None:
        """Tell of an exchange at once, unless that would take long: background tasks may follow."""
        light = self._watch.light(self._exchange(), coded=True)
        if light is None:
            return
        self._is_told = True
        try:
            self._watch.saw(light)
        except Exception as error:
            self._error = error

    def _exchange(self) -> Exchange:
        asked = self._served.request(self._scope, self._received)
        return wire.exchange(asked, wire.response(self._status, self._headers, self._sent.content))
