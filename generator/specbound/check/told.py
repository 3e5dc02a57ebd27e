"""Troubles into findings: with the exchange, the severity that counts, and the rule's place.

Knows what `strict` makes of a warning, and which findings replies are spared. It must not know how
a trouble was found.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from specbound.check.explain.explained import Explainer
from specbound.check.finding import Fault, Finding, Part
from specbound.check.hidden import NOT_CHECKED, holds_marker, is_hidden
from specbound.check.trouble import Misfit, Trouble
from specbound.contract.load import Contract
from specbound.contract.model import SCHEMAS
from specbound.diagnostics import Severity
from specbound.origin import Origin, unescape
from specbound.traffic.exchange import Exchange

_REPLY_PARTS = frozenset({Part.STATUS, Part.RESPONSE_HEADER, Part.RESPONSE_BODY})
#: What is told to those who wrote a body, and is no business of those who receive one.
_OF_SENDERS = frozenset({"undeclared-member", "deprecated"})
#: Warnings that `strict` makes errors: what the contract does not speak of.
_STRICT = frozenset({"undeclared-member", "undeclared-parameter", "undocumented-body"})


class Teller:
    """Tells what is wrong, by one contract."""

    def __init__(self, contract: Contract, strict: bool) -> None:
        self._contract = contract
        self._strict = strict
        self._explainer = Explainer(contract)
        self._origins: dict[tuple[str, str | None, bool], Origin] = {}

    def forget(self) -> None:
        """Let go of the exchange whose troubles were told."""
        self._explainer.forget()

    def is_error(self, trouble: Trouble) -> bool:
        if not isinstance(trouble, Misfit):
            return self.counts(trouble.fault)
        if not trouble.strays and not holds_marker(trouble.value):
            return True
        found = (one for one in self._faults(trouble) if not is_hidden(one, trouble))
        return any(self.counts(one) for one in found)

    def counts(self, fault: Fault) -> bool:
        return fault.severity is Severity.ERROR or (self._strict and fault.code in _STRICT)

    def _faults(self, trouble: Trouble) -> list[Fault]:
        found = self._explainer.faults(trouble)
        if not self._strict:
            return found
        return [
            replace(one, severity=Severity.ERROR) if one.code in _STRICT else one for one in found
        ]

    def findings(
        self,
        trouble: Trouble,
        exchange: Exchange,
        operation: str | None,
        unchecked: list[str],
    ) -> Iterator[Finding]:
        """What is wrong; `unchecked` is told of values that were redacted, which nobody knows."""
        for fault in self._faults(trouble):
            if is_hidden(fault, trouble):
                unchecked.append(NOT_CHECKED)
            elif self._is_told(fault, trouble.part, exchange):
                yield self._finding(fault, trouble.part, exchange, operation)

    def _is_told(self, fault: Fault, part: Part, exchange: Exchange) -> bool:
        """Replies may have members that no one declares: clients are to be tolerant of those."""
        if fault.code not in _OF_SENDERS or part not in _REPLY_PARTS:
            return True
        return exchange.documented or self._strict

    def _finding(
        self, fault: Fault, part: Part, exchange: Exchange, operation: str | None
    ) -> Finding:
        return Finding(
            code=fault.code,
            severity=fault.severity,
            message=fault.message,
            source=exchange.source,
            operation=operation,
            part=part,
            pointer=fault.pointer,
            value=fault.value,
            variant=fault.variant,
            spec=self._spec(fault, operation, part) if fault.schema else None,
            allowed=fault.allowed,
            help=fault.help,
            names=fault.names,
            line=_line(exchange, part, fault.pointer),
            documented=exchange.documented,
        )

    def _spec(self, fault: Fault, operation: str | None, part: Part) -> Origin:
        if not fault.source:
            return self._origin(fault.schema, operation, part)
        found = self._origins.get((fault.source, None, False))
        if found is None:
            found = self._contract.locate(fault.source)
            self._origins[fault.source, None, False] = found
        return found

    def _origin(self, pointer: str, operation: str | None, part: Part) -> Origin:
        """Where a rule stands in the document; finding a line is slow, so each is found once."""
        key = pointer, operation, part is Part.RESPONSE_BODY
        found = self._origins.get(key)
        if found is None:
            found = self._origins[key] = self._located(pointer, operation, part)
        return found

    def _located(self, pointer: str, operation: str | None, part: Part) -> Origin:
        """Of the places at which a shared shape stands, the one in this operation if it has one."""
        head = SCHEMAS[1:]
        name, slash, rest = pointer.removeprefix(head).partition("/")
        named = self._contract.schemas.get(unescape(name)) if pointer.startswith(head) else None
        if named is None or operation is None:
            return self._contract.origin(pointer)
        mine = self._contract.operations[operation].pointer
        side = "/responses/" if part is Part.RESPONSE_BODY else "/requestBody/"
        for under in (mine + side, mine + "/"):
            for place in named.places:
                if place.startswith(under):
                    return self._contract.locate(place + slash + rest)
        return self._contract.origin(pointer)


def _line(exchange: Exchange, part: Part, pointer: str) -> int | None:
    if part not in (Part.REQUEST_BODY, Part.RESPONSE_BODY):
        return None
    from specbound.traffic.place import value_line

    return value_line(exchange, part is Part.REQUEST_BODY, pointer)
