"""Exchanges that belong to no operation: what they are, and which operation comes nearest.

Knows what a request without an operation may be. It must not know operations' contents.
"""

from __future__ import annotations

from specbound.check.finding import Part
from specbound.check.trouble import Trouble, said
from specbound.check.wire.routes import Routes, shape, target
from specbound.traffic.exchange import Exchange, Request, header
from specbound.traffic.secrets import shown


def passes(exchange: Exchange) -> str:
    """Why an exchange without an operation is no fault; empty if it is one."""
    request = exchange.request
    if request is None:
        return "not checked: replies whose request was not recorded"
    asks = header(request.headers, "access-control-request-method")
    if request.method == "OPTIONS" and asks is not None:
        return "not checked: OPTIONS requests that ask for permission (CORS)"
    return ""


def unknown(routes: Routes, request: Request) -> Trouble:
    """That the document has no such operation, and what it has instead."""
    path = target(request.url).path
    message = f"the document has no operation {request.method} {shown(path)[1:-1]}"
    methods = routes.methods(path)
    if methods:
        listed = " and ".join(filter(None, [", ".join(methods[:-1]), methods[-1]]))
        verb = "is" if len(methods) == 1 else "are"
        help_ = f"{listed} {verb} documented for this path"
    else:
        near = routes.nearest(request.method, path)
        help_ = f"the nearest documented path is {near}" if near else ""
    more = {"help": help_, "names": (f"{request.method} {shape(path)}",)}
    return said(Part.PATH, "undocumented-operation", message, "/paths", more)
