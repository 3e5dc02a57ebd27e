"""The checking reverse proxy: an ASGI app that passes exchanges on and hands in copies of them.

Knows the way of an exchange and who is to blame when it ends early. It must not know what becomes
of the copies, nor how HTTP looks on the wire.

What goes through: method, path and query byte by byte; header fields in their order, repeated ones
too, without those that speak of one connection (RFC 9110 section 7.6.1); bodies in their content
coding, as they come; redirects and cookies. Host goes first, and is the upstream's unless it is to
be kept.
Nothing is added: no Via, no Forwarded. Field names of requests are in lower case, as ASGI has them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import h11

from specbound.live.proxy_client import Client, Receive, Scope, Send
from specbound.live.proxy_faults import ClientGone, Malformed, UpstreamFault
from specbound.live.proxy_gate import Gate, Refusal, refusal
from specbound.live.proxy_headers import reply_fields, request_fields, upgrade_of
from specbound.live.proxy_passage import Copy, Fault, Passage
from specbound.live.proxy_upstream import Upstream
from specbound.live.proxy_wire import Wire

NOT_IMPLEMENTED, BAD_GATEWAY = 501, 502


def always() -> bool:
    """Every exchange is looked at."""
    return True


@dataclass(frozen=True, slots=True)
class Ways:
    """How exchanges are passed on: bytes of a body that are kept for the check; the client's Host
    or the upstream's; which exchanges are looked at; and who may refuse them.
    """

    limit: int = 1 << 20
    keep_host: bool = False
    wanted: Callable[[], bool] = always
    gate: Gate | None = None


class Proxy:
    """An ASGI app in front of an upstream; `seen` is given every exchange after it has ended.

    `seen` must not wait. Exchanges that are not wanted are given only where something went wrong.
    """

    def __init__(
        self, upstream: Upstream, seen: Callable[[Passage], object], ways: Ways | None = None
    ) -> None:
        self._upstream = upstream
        self._seen = seen
        self._ways = ways or Ways()
        self._count = 0
        self._host = None if self._ways.keep_host else upstream.target.authority.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection's scope: HTTP and lifespan."""
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._lifespan(receive, send)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while (message := await receive())["type"] != "lifespan.shutdown":
            await send({"type": f"{message['type']}.complete"})
        self._upstream.close()
        await send({"type": "lifespan.shutdown.complete"})

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        passage = self._passage(scope)
        client = Client(receive, send, passage.sent)
        try:
            await self._pass(scope, client, passage)
        except UpstreamFault as fault:
            passage.faults.append(Fault(fault.code, str(fault)))
            await _tell(client, passage, refusal(fault.status, str(fault), fault.error))
        except ClientGone as gone:
            passage.faults.append(Fault(gone.code, str(gone), False))
        except asyncio.CancelledError:
            if not client.has_left:
                passage.faults.append(Fault("stopped", "the proxy was stopped", False))
                raise
            _uncancel()
            passage.faults.append(Fault(ClientGone.code, _left(passage), False))
        except Exception as error:
            said = f"the proxy failed: {type(error).__name__}"
            passage.faults.append(Fault("proxy-failed", said))
            await _tell(client, passage, refusal(BAD_GATEWAY, said, "proxy_internal_error"))
        finally:
            client.close()
            passage.ends()
            if passage.is_wanted or passage.faults:
                self._seen(passage)

    def _passage(self, scope: Scope) -> Passage:
        limit, wanted = self._ways.limit, self._ways.wanted()
        copies = Copy(limit if wanted else 0), Copy(limit if wanted else 0)
        url = f"{self._upstream.target.scheme}://{self._upstream.target.authority}"
        path = _target(scope, self._upstream.target.base).decode("latin-1")
        # What is no path (`OPTIONS *`) must not be read as a part of the host.
        url += path if path.startswith("/") else f"/{path}"
        fields = request_fields(scope["headers"], self._host)
        self._count += 1
        return Passage(self._count - 1, scope["method"], url, fields, *copies, wanted)

    async def _pass(self, scope: Scope, client: Client, passage: Passage) -> None:
        """The way of an exchange: request in, request out, reply in, reply out."""
        if (refused := _impossible(scope)) is not None:
            passage.is_wanted = False
            await _tell(client, passage, refused)
            return
        gate = self._ways.gate
        first, more = await client.first(gate.limit if gate else 0)
        if gate and not more and (refused := await gate.request(passage)) is not None:
            await _tell(client, passage, refused)
            return
        head = h11.Request(
            method=scope["method"],
            target=_target(scope, self._upstream.target.base),
            headers=passage.headers,
        )
        wire, reply = await self._upstream.send(head, first, client.rest() if more else None)
        try:
            await self._reply(client, passage, wire, reply)
        except BaseException:
            wire.drop()
            raise

    async def _reply(
        self, client: Client, passage: Passage, wire: Wire, reply: h11.Response
    ) -> None:
        passage.reply_headers = fields = reply_fields(reply.headers.raw_items())
        passage.status = reply.status_code
        if not 200 <= reply.status_code < 600:
            raise Malformed(f"upstream sent the status {reply.status_code}, which HTTP has not")
        gate = self._ways.gate
        held: list[bytes] | None = [] if gate and gate.holds(fields) else None
        if held is None:
            await client.begin(reply.status_code, fields)
        async for piece in wire.chunks():
            passage.got.add(piece)
            if held is None:
                await client.give(piece)
                continue
            held.append(piece)
            if not passage.got.fits:
                # Too long to be judged: what was held goes out, and the rest as it comes.
                await client.begin(reply.status_code, fields)
                await client.give(b"".join(held))
                held = None
        passage.got.ended = True
        self._give_back(wire, passage)
        if held is not None:
            assert gate is not None
            if (refused := await gate.reply(passage)) is not None:
                await _tell(client, passage, refused)
                return
            await client.begin(reply.status_code, fields)
            await client.give(b"".join(held))
        passage.answered = reply.status_code
        await client.give(b"", False)

    def _give_back(self, wire: Wire, passage: Passage) -> None:
        if surplus := self._upstream.back(wire):
            said = f"upstream sent {surplus:,} bytes beyond the end of its reply"
            passage.faults.append(Fault("upstream-surplus", said))


async def _tell(client: Client, passage: Passage, refused: Refusal) -> None:
    """Send a refusal, where the client has not been sent anything else.

    Where a reply has begun, nothing is sent: a connection that is closed before the end cannot be
    taken for a whole reply.
    """
    if not client.has_begun and not client.has_left:
        passage.answered = refused.status
        await client.begin(refused.status, refused.fields())
        await client.give(refused.content, False)


def _impossible(scope: Scope) -> Refusal | None:
    if scope["method"] == "CONNECT":
        return refusal(NOT_IMPLEMENTED, "this is a reverse proxy: no CONNECT", "http_request_error")
    if (upgrade_of(scope["headers"]) or b"").startswith(b"websocket"):
        words = "specbound proxy does not pass WebSocket connections on"
        return refusal(NOT_IMPLEMENTED, words, "http_upgrade_failed")
    return None


def _target(scope: Scope, base: str) -> bytes:
    """The request's target as it came, below the upstream's base path."""
    path: bytes = scope["raw_path"]
    if not path.startswith(b"/") and b"://" in path:
        # The absolute form, which clients send to forward proxies (RFC 9112 section 3.2.2).
        path = b"/" + path.split(b"://", 1)[1].partition(b"/")[2]
    query: bytes = scope["query_string"]
    return base.encode() + path + (b"?" + query if query else b"")


def _left(passage: Passage) -> str:
    if passage.status is None:
        return "client left before the upstream replied"
    return f"client left after {passage.got.size:,} bytes of the reply"


def _uncancel() -> None:
    task = asyncio.current_task()
    if task is not None:
        task.uncancel()
