"""Requests without the credentials that their operation asks for, and yet answered.

Knows which secrets a live request has to carry. It must not know recordings, from which secrets
have been taken out, nor whether a secret is right.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from specbound.check.finding import Finding, Part, Result
from specbound.contract.credentials import Place, places
from specbound.contract.load import Contract
from specbound.contract.model import Operation
from specbound.diagnostics import Severity
from specbound.traffic.exchange import Exchange, Request, header

_REFUSED = 400
_PARTS = {"query": Part.QUERY, "cookie": Part.COOKIE}

#: Each way of proving who one is: the schemes that apply together.
Ways = tuple[tuple[Place, ...], ...]


class Credentials:
    """Adds a warning where an exchange got its answer without any credentials."""

    def __init__(self, contract: Contract) -> None:
        known = places(contract)
        self._contract = contract
        self._ways: dict[str, Ways] = {}
        for operation in contract.operations.values():
            if ways := _ways(operation, known):
                self._ways[operation.key] = ways

    def noted(self, exchange: Exchange, result: Result) -> Result:
        """The result, with one finding more where there were no credentials."""
        ways = self._ways.get(result.operation or "")
        request, response = exchange.request, exchange.response
        if ways is None or request is None or request.headers is None:
            return result
        if response is None or response.status >= _REFUSED:
            return result
        if any(all(_carries(request, place) for place in way) for way in ways):
            return result
        finding = self._finding(exchange, result.operation or "", ways[0][0])
        return replace(result, findings=(*result.findings, finding))

    def _finding(self, exchange: Exchange, key: str, place: Place) -> Finding:
        operation = self._contract.operations[key]
        return Finding(
            code="missing-credentials",
            severity=Severity.WARNING,
            message="the operation asks for credentials; there are none, and yet it answered",
            source=exchange.source,
            operation=key,
            part=_PARTS.get(place.kind, Part.HEADER),
            spec=self._contract.origin(_asking(self._contract, operation)),
            names=(place.name,),
        )


def _ways(operation: Operation, known: Mapping[str, Place]) -> Ways:
    """The ways of an operation; none where it can be called without, or nobody could see."""
    ways = tuple(tuple(known[name] for name in one if name in known) for one in operation.security)
    return ways if all(ways) else ()


def _asking(contract: Contract, operation: Operation) -> str:
    """Where the document asks: the operation's own security, else the whole document's."""
    methods = contract.tree.get("paths", {}).get(operation.path, {})
    own = methods.get(operation.method.lower(), {})
    return f"{operation.pointer}/security" if "security" in own else "/security"


def _carries(request: Request, place: Place) -> bool:
    """Whether a request has something where a secret belongs."""
    if place.kind == "query":
        return _names(place.name, request.url.partition("?")[2].split("&"))
    if place.kind == "cookie":
        return _names(place.name, (header(request.headers, "cookie") or "").split(";"))
    name = place.name.lower() if place.kind == "header" else "authorization"
    return any(value and each.lower() == name for each, value in request.headers or ())


def _names(name: str, pairs: Iterable[str]) -> bool:
    """Whether one of some ``name=value`` has that name, and a value."""
    split = (pair.strip().partition("=") for pair in pairs)
    return any(each == name and value for each, _, value in split)
