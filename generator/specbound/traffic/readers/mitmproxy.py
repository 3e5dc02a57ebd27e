"""mitmproxy's flow files, by mitmproxy's own library, which is an extra.

Knows which of its flows are HTTP exchanges. It must not know how the library stores them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any

from specbound.diagnostics import Code, failure
from specbound.origin import Origin
from specbound.traffic.bodies import decoded
from specbound.traffic.exchange import (
    ABSENT,
    Broken,
    Exchange,
    Headers,
    Record,
    Request,
    Response,
    Skipped,
    Source,
)

EXTRA = "pip install 'specbound[mitmproxy]'"


def read(stream: IO[bytes], file: str) -> Iterator[Record]:
    """Yield one record for each flow; raises `SpecError` where the library is not installed."""
    try:
        from mitmproxy.exceptions import FlowReadException
        from mitmproxy.http import HTTPFlow
        from mitmproxy.io import FlowReader
    except ImportError:
        message = f"`{file}` is a mitmproxy flow file, which takes mitmproxy's library: {EXTRA}"
        raise failure(Code.UNREADABLE, message, Origin(file)) from None
    flows = iter(FlowReader(stream).stream())
    number = 0
    while True:
        source = Source(file, None, number)
        try:
            flow = next(flows, None)
        # A damaged flow shows as whatever the library stumbles over first.
        except (FlowReadException, ValueError, TypeError, KeyError, AttributeError) as error:
            yield Broken(source, f"the flow cannot be read: {error}")
            return
        if flow is None:
            return
        yield _record(flow, source) if isinstance(flow, HTTPFlow) else Skipped(source, "no HTTP")
        number += 1


def _record(flow: Any, source: Source) -> Record:
    if flow.websocket is not None:
        return Skipped(source, "a WebSocket")
    if flow.request.method == "CONNECT":
        return Skipped(source, "a tunnel (CONNECT)")
    if flow.response is None:
        return Skipped(source, "no response was received")
    try:
        asked, reply = flow.request, flow.response
        content, sent = _content(asked), _content(reply)
    except ValueError as error:
        return Broken(source, str(error))
    request = Request(asked.method.upper(), asked.pretty_url, _headers(asked), ABSENT, content)
    whole = reply.raw_content is not None
    response = Response(reply.status_code, _headers(reply), ABSENT, sent, None, whole)
    return Exchange(request, response, source)


def _content(message: Any) -> bytes | None:
    """The body with its content codings undone; None where there was none."""
    if not message.raw_content:
        return None
    return decoded(message.raw_content, message.headers.get("content-encoding"))


def _headers(message: Any) -> Headers:
    return tuple((str(name), str(value)) for name, value in message.headers.items(multi=True))
