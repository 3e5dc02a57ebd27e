"""httpx transports that look on: any client, any transport below, nothing changed on the way.

Knows where httpx hands requests and responses over. It must not know how an exchange is checked
or told.
"""

from __future__ import annotations

from typing import Any, Unpack

import httpx

from specbound.contract.load import Contract
from specbound.live.httpx_messages import ASYNC, SYNC
from specbound.live.passing import Sent
from specbound.live.watch import Settings, Watch, watch_of


class ContractTransport(httpx.BaseTransport):
    """Checks every exchange that passes through another transport; `httpx.HTTPTransport` if none.

    ``httpx.Client(transport=ContractTransport(contract, on_finding="raise"))``. Bodies pass
    untouched, piece by piece; the exchange is checked when the response's body has ended or is
    closed. `settings` as in `Settings`; a `Watch` brings its own. What `httpx.Client` takes for its
    own transport (`verify`, `http2`, `limits`) is given to the transport below.
    """

    def __init__(
        self,
        contract: Contract | Watch,
        transport: httpx.BaseTransport | None = None,
        **settings: Unpack[Settings],
    ) -> None:
        self.watch = watch_of(contract, settings)
        self._is_own = self.watch is not contract
        self._inner = httpx.HTTPTransport() if transport is None else transport

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Pass a request on; raises what the transport below raises, and `Drifted` if asked to."""
        if not self.watch.wanted():
            return self._inner.handle_request(request)
        content = SYNC.content(request)
        if content is not None:
            return self._received(request, content, self._inner.handle_request(request))
        sending = SYNC.sending(request, self.watch.limit)
        try:
            response = self._inner.handle_request(request)
        finally:
            sending.over()
        return self._received(request, sending.kept, response)

    def _received(
        self, request: httpx.Request, sent: Sent, response: httpx.Response
    ) -> httpx.Response:
        watch = self.watch
        if SYNC.is_there(response):
            watch.saw(SYNC.exchange(request, sent, response, watch.limit))
        else:
            SYNC.look_on(watch, request, sent, response)
        return response

    def __enter__(self) -> ContractTransport:
        self._inner.__enter__()
        return self

    def __exit__(self, *raised: Any) -> None:
        try:
            self._inner.__exit__(*raised)
        finally:
            self._close_own()

    def close(self) -> None:
        """Close the transport below, and the watch if it was made here."""
        try:
            self._inner.close()
        finally:
            self._close_own()

    def _close_own(self) -> None:
        if self._is_own:
            self.watch.close()


class AsyncContractTransport(httpx.AsyncBaseTransport):
    """`ContractTransport` for `httpx.AsyncClient`, under asyncio and trio.

    Bodies over 1 MB are checked off the event loop.
    """

    def __init__(
        self,
        contract: Contract | Watch,
        transport: httpx.AsyncBaseTransport | None = None,
        **settings: Unpack[Settings],
    ) -> None:
        self.watch = watch_of(contract, settings)
        self._is_own = self.watch is not contract
        self._inner = httpx.AsyncHTTPTransport() if transport is None else transport

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Pass a request on; raises what the transport below raises, and `Drifted` if asked to."""
        if not self.watch.wanted():
            return await self._inner.handle_async_request(request)
        content = ASYNC.content(request)
        if content is not None:
            response = await self._inner.handle_async_request(request)
            return await self._received(request, content, response)
        sending = ASYNC.sending(request, self.watch.limit)
        try:
            response = await self._inner.handle_async_request(request)
        finally:
            sending.over()
        return await self._received(request, sending.kept, response)

    async def _received(
        self, request: httpx.Request, sent: Sent, response: httpx.Response
    ) -> httpx.Response:
        watch = self.watch
        if ASYNC.is_there(response):
            await watch.saw_async(ASYNC.exchange(request, sent, response, watch.limit))
        else:
            ASYNC.look_on(watch, request, sent, response)
        return response

    async def __aenter__(self) -> AsyncContractTransport:
        await self._inner.__aenter__()
        return self

    async def __aexit__(self, *raised: Any) -> None:
        try:
            await self._inner.__aexit__(*raised)
        finally:
            self._close_own()

    async def aclose(self) -> None:
        """Close the transport below, and the watch if it was made here."""
        try:
            await self._inner.aclose()
        finally:
            self._close_own()

    def _close_own(self) -> None:
        if self._is_own:
            self.watch.close()
