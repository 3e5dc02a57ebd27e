"""What goes wrong between the proxy and its two sides, apart from any contract.

Knows the codes of such faults and the statuses that stand for them (RFC 9110 section 15.6). It must
not know sockets, nor contracts.
"""

from __future__ import annotations


class UpstreamFault(Exception):
    """The upstream could not be asked, or did not answer as HTTP/1.1 demands.

    `error` is the kind of error as RFC 9209 section 2.3 names it.
    """

    code, status, error = "upstream-fault", 502, "proxy_internal_error"


class Unreachable(UpstreamFault):
    """No connection: no such host, refused, or a certificate that is not trusted."""

    code, error = "upstream-unreachable", "destination_unavailable"


class Stalled(UpstreamFault):
    """Nothing moved for longer than the proxy waits."""

    code, status, error = "upstream-stalled", 504, "http_response_timeout"


class BrokenOff(UpstreamFault):
    """The connection was reset, or closed before the reply had ended."""

    code, error = "upstream-broke-off", "connection_terminated"


class Malformed(UpstreamFault):
    """What came is not HTTP."""

    code, error = "upstream-malformed", "http_protocol_error"


class ClientGone(Exception):
    """The client has left before it had its reply."""

    code = "client-gone"
