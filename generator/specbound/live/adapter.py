"""A requests adapter that looks on: any session, nothing changed on the way.

Knows requests' messages; requests itself is optional. It must not know how an exchange is checked
or told.
"""

from __future__ import annotations

from typing import Any, Unpack

from specbound.contract.load import Contract
from specbound.live import wire
from specbound.live.drifted import Drifted
from specbound.live.kept import Kept, within
from specbound.live.raw import at_hand, looked_on, sent_body
from specbound.live.watch import Settings, Watch, watch_of
from specbound.traffic.exchange import Headers

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
        body = request.body
        content = at_hand(body)
        if content is not None:
            response = self._pass_on(request, *others, **named)
            self._look_on(request, content, response)
            return response
        kept = Kept(self.watch.limit)
        request.body = sent_body(body, kept)
        try:
            response = self._pass_on(request, *others, **named)
        finally:
            request.body = body
        self._look_on(request, kept, response)
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

    def _look_on(self, request: PreparedRequest, sent: bytes | Kept, response: Response) -> None:
        """Have the exchange seen when the response has been read."""
        watch = self.watch
        sent_headers = wire.fields(request.headers.lower_items())
        asked = wire.request(str(request.method), str(request.url), sent_headers, None)
        replied = wire.response(response.status_code, _reply_headers(response), None)

        def done(received: bytes | None, coded: bool, may_raise: bool) -> None:
            body = within(sent, watch.limit) if isinstance(sent, bytes) else sent.content
            request = asked._replace(content=body, whole=body is not None)
            response = replied._replace(content=received, whole=received is not None)
            if coded:
                response = wire.plain_message(response, watch.limit)
            try:
                watch.saw(wire.exchange(wire.plain_message(request, watch.limit), response))
            except Drifted:
                if may_raise:
                    raise

        looked_on(response.raw, Kept(watch.limit), done)


def _reply_headers(response: Response) -> Headers:
    """The fields as they came; requests itself joins those of one name."""
    raw = getattr(response.raw, "headers", None)
    return wire.fields(raw.items() if raw else response.headers.items())
