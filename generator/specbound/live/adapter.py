"""A requests adapter that looks on: any session, nothing changed on the way.

Knows where a session hands requests over; requests itself is optional. It must not know how an
exchange is checked or told.
"""

from __future__ import annotations

from typing import Any, Unpack

from specbound.contract.load import Contract
from specbound.live.requests_messages import SESSION
from specbound.live.watch import Settings, Watch, watch_of

try:
    from requests import PreparedRequest, Response
    from requests.adapters import HTTPAdapter
except ImportError:
    raise ImportError(
        "ContractAdapter needs the package `requests`: pip install requests"
    ) from None


class ContractAdapter(HTTPAdapter):
    """Checks every exchange of a session: ``session.mount("https://", ContractAdapter(contract))``.

    Bodies pass untouched, piece by piece; the exchange is checked when the response's body has
    been read or is closed. `settings` as in `Settings`; a `Watch` brings its own. `adapter` sends
    the requests, where it is given; it has its own retries and pool.
    """

    def __init__(
        self,
        contract: Contract | Watch,
        adapter: HTTPAdapter | None = None,
        **settings: Unpack[Settings],
    ) -> None:
        self.watch = watch_of(contract, settings)
        self._is_own = self.watch is not contract
        self._inner = adapter
        super().__init__()

    def send(self, request: PreparedRequest, *others: Any, **named: Any) -> Response:
        """Pass a request on; raises what sending raises, and `Drifted` if asked to."""
        if not self.watch.wanted():
            return self._pass_on(request, *others, **named)
        content = SESSION.content(request)
        if content is not None:
            response = self._pass_on(request, *others, **named)
            SESSION.look_on(self.watch, request, content, response)
            return response
        sending = SESSION.sending(request, self.watch.limit)
        try:
            response = self._pass_on(request, *others, **named)
        finally:
            sending.over()
        SESSION.look_on(self.watch, request, sending.kept, response)
        return response

    def close(self) -> None:
        """Close the connections, and the watch if it was made here."""
        super().close()
        if self._inner is not None:
            self._inner.close()
        if self._is_own:
            self.watch.close()

    def _pass_on(self, request: PreparedRequest, *others: Any, **named: Any) -> Response:
        if self._inner is not None:
            return self._inner.send(request, *others, **named)
        return super().send(request, *others, **named)
