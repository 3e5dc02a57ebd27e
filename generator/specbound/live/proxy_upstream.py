"""The upstream: its address, and connections to it that are used again while they are good.

Knows URLs, TLS, and when a request may be sent once more. It must not know clients nor contracts.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections import deque
from collections.abc import AsyncIterator
from typing import NamedTuple
from urllib.parse import urlsplit

import h11
import httpx

from specbound.live.proxy_faults import BrokenOff, Stalled, Unreachable
from specbound.live.proxy_wire import Wire

#: Seconds after which an idle connection is not used again: servers close theirs from 5 s on.
IDLE = 4.0
#: Idle connections that are kept.
MOST_IDLE = 500
PORTS = {"http": 80, "https": 443}
#: Methods that may be sent again when nobody has answered (RFC 9110 section 9.2.2).
IDEMPOTENT = frozenset({b"GET", b"HEAD", b"OPTIONS", b"PUT", b"DELETE", b"TRACE"})


class Target(NamedTuple):
    """Where requests go: host and port, the path before every request's own, the Host field."""

    scheme: str
    host: str
    port: int
    base: str
    authority: str

    @property
    def url(self) -> str:
        """The URL that every request's path is added to."""
        return f"{self.scheme}://{self.authority}{self.base}"


def target_of(url: str) -> Target:
    """The parts of an upstream's URL; raises `ValueError` with what is wrong with it."""
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname:
        raise ValueError("it has to begin with http:// or https:// and a host")
    if parts.query or parts.fragment:
        raise ValueError("it must have no query and no fragment")
    if parts.username or parts.password:
        raise ValueError("it must hold no credentials: clients send their own")
    if not (parts.path.isascii() and parts.path.isprintable() and " " not in parts.path):
        raise ValueError("its path has characters that a URL must have percent-encoded")
    try:
        host = parts.hostname if parts.hostname.isascii() else httpx.URL(url).raw_host.decode()
    except httpx.InvalidURL:
        raise ValueError("its host is no name") from None
    port = parts.port or PORTS[parts.scheme]
    shown = f"[{host}]" if ":" in host else host
    authority = shown if port == PORTS[parts.scheme] else f"{shown}:{port}"
    return Target(parts.scheme, host, port, parts.path.rstrip("/"), authority)


class Upstream:
    """Sends requests to one upstream; `patience` as in `Wire`. Belongs to one event loop."""

    def __init__(self, target: Target, patience: float | None, verify: bool = True) -> None:
        self.target = target
        self._patience = patience
        self._verify = verify
        self._tls: ssl.SSLContext | None = None
        self._idle: deque[Wire] = deque()

    async def send(
        self, head: h11.Request, first: bytes, rest: AsyncIterator[bytes] | None
    ) -> tuple[Wire, h11.Response]:
        """A request's reply, its head so far, and the connection on which the rest of it comes.

        Give the connection back (`back`) or drop it. Raises `UpstreamFault`.
        """
        wire = await self._wire()
        again = wire.exchanges > 0 and not first and rest is None and head.method in IDEMPOTENT
        try:
            return wire, await wire.ask(head, first, rest)
        except BrokenOff:
            wire.drop()
            if not again:
                raise
        except BaseException:
            wire.drop()
            raise
        # An idle connection may be closed by the upstream at the very moment it is used.
        wire = await self._connect()
        try:
            return wire, await wire.ask(head, first, rest)
        except BaseException:
            wire.drop()
            raise

    def back(self, wire: Wire) -> int:
        """Take a connection back after its reply was read; gives bytes that came beyond its end."""
        surplus = wire.finish()
        if wire.is_free:
            self._idle.append(wire)
            if len(self._idle) > MOST_IDLE:
                self._idle.popleft().drop()
        return surplus

    def close(self) -> None:
        """Close what is idle."""
        while self._idle:
            self._idle.pop().drop()

    async def _wire(self) -> Wire:
        oldest = asyncio.get_running_loop().time() - IDLE
        while self._idle and (self._idle[0].idle_since < oldest or not self._idle[0].is_free):
            self._idle.popleft().drop()
        while self._idle:
            wire = self._idle.pop()
            if wire.is_free:
                return wire
            wire.drop()
        return await self._connect()

    async def _connect(self) -> Wire:
        loop, target = asyncio.get_running_loop(), self.target
        tls = self._context() if target.scheme == "https" else None
        try:
            async with asyncio.timeout(self._patience):
                _, wire = await loop.create_connection(
                    lambda: Wire(self._patience),
                    target.host,
                    target.port,
                    ssl=tls,
                    happy_eyeballs_delay=0.25,
                )
        except TimeoutError:
            raise Stalled(f"no connection to {target.authority} in {self._patience:g} s") from None
        except OSError as error:
            raise Unreachable(f"cannot connect to {target.authority}: {_why(error)}") from None
        return wire

    def _context(self) -> ssl.SSLContext:
        if self._tls is None:
            self._tls = httpx.create_ssl_context(verify=self._verify)
        return self._tls


def _why(error: OSError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted ({error.verify_message})"
    if isinstance(error, ssl.SSLError):
        return f"no TLS ({error.reason or error})"
    if isinstance(error, socket.gaierror):
        return "there is no such host"
    if isinstance(error, ConnectionRefusedError):
        return "the connection is refused"
    return (error.strerror or str(error)).lower()
