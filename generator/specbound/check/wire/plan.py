"""One operation, compiled: its parameters, body and replies, ready to hold messages against.

Knows what has to be there and what may be (OAS 3.1 sections 4.8.13 and 4.8.16). It must not know
how findings are worded for people.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from specbound.check.finding import Part, Result, Verdict
from specbound.check.trouble import Trouble, said, warned
from specbound.check.wire.body import Contents, Look, Shared
from specbound.check.wire.parameters import Parameters, Wire, Wired
from specbound.check.wire.routes import Match
from specbound.contract.load import Contract
from specbound.contract.model import Body, Operation, Reply
from specbound.origin import tokens
from specbound.traffic.exchange import ABSENT, Exchange, Request, Response, header

_UNRECORDED = "not checked: bodies that were not recorded"
_IN_PART = "not checked: bodies that were recorded in part"
#: Statuses whose responses have no content (RFC 9110 section 6.4.1).
NO_CONTENT = frozenset({204, 205, 304})


class Replied(NamedTuple):
    """One documented reply, compiled."""

    reply: Reply
    contents: Contents
    headers: tuple[Wired, ...]


class Plan:
    """One operation of a contract; parts of it are made when they are first needed."""

    def __init__(
        self, contract: Contract, operation: Operation, wire: Wire, shared: Shared
    ) -> None:
        self.operation = operation
        self.key = operation.key
        self._contract = contract
        self._wire = wire
        self._shared = shared
        self.parameters = Parameters(operation, wire)
        body = operation.body
        #: What the document says of the body, and the body compiled; None where it has none.
        self.body: tuple[Body, Contents] | None = None
        if body is not None:
            self.body = body, self._contents(body.content, body.pointer, "request")
        #: What there is to say of an exchange of which there is nothing to say.
        self.valid = Result(Verdict.VALID, operation.key)
        self.unrecorded = Result(Verdict.VALID, operation.key, (), (_UNRECORDED,))
        self._replies: dict[int, Replied | None] = {}

    def _contents(self, content: Mapping[str, Any], at: str, direction: Any) -> Contents:
        node: Any = self._contract.tree
        for step in tokens(at):
            node = node[step] if isinstance(node, Mapping) and step in node else {}
        return Contents(content, node, at, (direction, self._shared))

    # --- the request ------------------------------------------------------------------------------

    def request(
        self, exchange: Exchange, found: tuple[Match, str], look: Look
    ) -> Iterator[Trouble]:
        """What is wrong with the request of an exchange; its query is given as recorded."""
        request = exchange.request
        assert request is not None
        match, query = found
        if match.values:
            yield from self.parameters.path(match.values)
        yield from self.parameters.query(query, exchange.documented)
        if request.headers is not None:
            yield from self.parameters.headers(request.headers)
        yield from self._request_body(request, exchange.documented, look)

    def _request_body(self, request: Request, documented: bool, look: Look) -> Iterator[Trouble]:
        if not request.whole:
            look.unchecked.append(_IN_PART)
        elif request.json is not ABSENT or request.content:
            if self.body is not None:
                yield from self.body[1].troubles(request, look)
            elif self.operation.method == request.method:
                message = "the request has a body, but the operation documents none"
                yield warned(
                    Part.REQUEST_BODY, "undocumented-body", message, self.operation.pointer
                )
        elif self.body is not None and self.body[0].required and not documented:
            message = "the request has no body; it is required"
            at = f"{self.body[0].pointer}/required"
            yield said(Part.REQUEST_BODY, "missing-body", message, at)

    # --- the response -----------------------------------------------------------------------------

    def replied(self, status: int) -> Replied | None:
        """The documented reply for a status: exact, else its range, else `default`."""
        try:
            return self._replies[status]
        except KeyError:
            pass
        replies = self.operation.replies
        keys = (str(status), f"{status // 100}XX", f"{status // 100}xx", "default")
        reply = next((replies[key] for key in keys if key in replies), None)
        made = self._made(reply) if reply is not None else None
        self._replies[status] = made
        return made

    def _made(self, reply: Reply) -> Replied:
        contents = self._contents(reply.content, reply.pointer, "response")
        headers = [one for name, one in reply.headers.items() if name.lower() != "content-type"]
        return Replied(reply, contents, tuple(self._wire.wired(one, True) for one in headers))

    def response(self, exchange: Exchange, look: Look) -> Iterator[Trouble]:
        """What is wrong with the response of an exchange, its status apart."""
        response = exchange.response
        assert response is not None
        replied = self.replied(response.status)
        if replied is None:
            return
        if replied.headers and response.headers is not None:
            for wired in replied.headers:
                text = header(response.headers, wired.parameter.name)
                yield from self.parameters.header(wired, text)
        method = exchange.request.method if exchange.request else self.operation.method
        if response.status in NO_CONTENT or method == "HEAD":
            return
        if not response.whole:
            look.unchecked.append(_IN_PART)
        elif response.json is not ABSENT or response.content:
            yield from self._response_body(response, replied, look)
        elif replied.reply.content:
            yield from self._no_body(response, replied, exchange.documented, look)

    def _response_body(self, response: Response, replied: Replied, look: Look) -> Iterator[Trouble]:
        if replied.contents.content:
            yield from replied.contents.troubles(response, look)
            return
        message = f"the response has a body, but {replied.reply.status} documents none"
        yield warned(Part.RESPONSE_BODY, "undocumented-body", message, replied.reply.pointer)

    def _no_body(
        self, response: Response, replied: Replied, documented: bool, look: Look
    ) -> Iterator[Trouble]:
        """A body that is documented and not there: empty on the wire, or never recorded?"""
        at = f"{replied.reply.pointer}/content"
        message = "the response has no body, but one is documented"
        if header(response.headers, "content-length") == "0":
            yield said(Part.RESPONSE_BODY, "missing-body", message, at)
        elif response.content is not None:
            yield warned(Part.RESPONSE_BODY, "missing-body", message, at)
        elif not documented:
            look.unchecked.append(_UNRECORDED)
