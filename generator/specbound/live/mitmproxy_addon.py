"""The check as an addon of mitmproxy: `mitmdump -s FILE --set specbound=openapi.json`.

Knows mitmproxy's events and how a flow holds a request and its response. It must not know how an
exchange is checked. `python -m specbound.live.mitmproxy_addon` prints the FILE.
"""

from __future__ import annotations

from typing import Any

# Not `load` itself: mitmproxy takes a script's functions for its event handlers.
from specbound.contract import load as loading
from specbound.diagnostics import SpecError
from specbound.live import wire
from specbound.live.watch import Settings, Watch
from specbound.traffic.exchange import Exchange, Response

#: What `--set NAME=VALUE` takes, besides `specbound` itself.
OPTIONS = {
    "specbound": "the OpenAPI document to check flows against",
    "specbound_overlay": "an OpenAPI Overlay to apply to it",
    "specbound_record": "a file of newline-delimited JSON to add the exchanges to",
    "specbound_host": "check flows of this host only",
}


class Specbound:
    """Tells findings to mitmproxy's event log as flows end; the flows themselves do not change."""

    def __init__(self) -> None:
        self.watch: Watch | None = None
        self._host = ""

    def load(self, loader: Any) -> None:
        """Declare the options."""
        for name, about in OPTIONS.items():
            loader.add_option(name, str, "", about)

    def configure(self, updated: set[str]) -> None:
        """Read the document when it is named, or another one is."""
        from mitmproxy import ctx, exceptions

        spec, overlay, record, self._host = (getattr(ctx.options, name) for name in OPTIONS)
        if not updated & set(OPTIONS):
            return
        self.done()
        if spec:
            settings = Settings(record=record) if record else Settings()
            try:
                contract = loading.load(spec, [overlay] if overlay else [], validate=False)
                self.watch = Watch(contract, **settings)
            except (SpecError, OSError) as error:
                raise exceptions.OptionsError(str(error)) from None

    async def response(self, flow: Any) -> None:
        """Check a flow that has its response."""
        if self._is_meant(flow):
            await self._saw(flow, _response(flow.response))

    async def error(self, flow: Any) -> None:
        """Check the request of a flow that got no response."""
        if flow.response is None and self._is_meant(flow):
            await self._saw(flow, None)

    def done(self) -> None:
        """Let go of the recording."""
        if self.watch is not None:
            self.watch.close()
            self.watch = None

    def _is_meant(self, flow: Any) -> bool:
        is_host = self._host in ("", flow.request.pretty_host)
        return self.watch is not None and is_host and self.watch.wanted()

    async def _saw(self, flow: Any, response: Response | None) -> None:
        assert self.watch is not None
        asked = flow.request
        fields = wire.fields(asked.headers.fields)
        request = wire.request(asked.method, asked.pretty_url, fields, asked.raw_content)
        exchange = Exchange(request, response, wire.LIVE)
        await self.watch.saw_async(exchange, coded=True)


def _response(found: Any) -> Response:
    return wire.response(found.status_code, wire.fields(found.headers.fields), found.raw_content)


addons = [Specbound()]

if __name__ == "__main__":
    print(__file__)
