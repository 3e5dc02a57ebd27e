"""One contract against any number of exchanges: `check` explains, `judge` only decides.

Knows in which order an exchange is looked at, and which verdict counts. It must not know
recordings' formats, nor how findings are grouped or shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain
from threading import Lock

from specbound.check.coverage.witness import Ledger, witness
from specbound.check.finding import Finding, Part, Result, Verdict
from specbound.check.schema.judge import validators
from specbound.check.schema.lookup import lookup_of
from specbound.check.told import Teller
from specbound.check.trouble import Trouble, noted, said
from specbound.check.unknown import passes, unknown
from specbound.check.wire.body import Look, Shared
from specbound.check.wire.parameters import Wire
from specbound.check.wire.plan import Plan
from specbound.check.wire.routes import Match, Routes
from specbound.check.wire.shortcut import Ask, Shortcut
from specbound.check.wire.typed import Typing
from specbound.check.wire.ways import Ways
from specbound.contract.load import Contract
from specbound.contract.model import Operation
from specbound.contract.rules import subschemas
from specbound.diagnostics import Severity
from specbound.traffic.exchange import Exchange

_CLOSE, _ONE_SIDED = Ask(True, True, True), Ask(True, False, True)
_UNDOCUMENTED = frozenset({"undocumented-operation", "undocumented-status"})


def is_marked(contract: Contract, annotation: str) -> bool:
    """Whether any member of any named schema carries an annotation."""
    return any(
        isinstance(node, dict) and node.get(annotation) is True
        for named in contract.schemas.values()
        for _, node in subschemas(named.schema)
    )


class Checker:
    """Checks exchanges against one contract; what it needs is compiled when it is first needed.

    `ledger` is told what the checked exchanges have shown of the contract, where it fits. `check`
    may be called from several threads at once; `judge` is for one.
    """

    def __init__(
        self, contract: Contract, strict: bool = False, ledger: Ledger | None = None
    ) -> None:
        self.contract = contract
        self.strict = strict
        self._ledger = ledger
        self._routes = Routes(contract)
        self._validators = validators(lookup_of(contract))
        typing = Typing(lookup_of(contract), self._validators)
        self._wire = Wire(contract, typing, self._validators)
        self._shared = Shared(self._validators, typing)
        # Replies may have more members than are declared; only those that are writeOnly are told.
        self._close = strict or is_marked(contract, "writeOnly")
        self._ask = Ask(strict, strict, False)
        self._ways = Ways(self._routes, self._compiled)
        self._teller = Teller(contract, strict)
        # What fits is judged by any number of threads; ledgers and explanations are for one.
        self._lock = Lock()

    # --- the two questions ------------------------------------------------------------------------

    def judge(self, exchange: Exchange) -> Verdict:
        """The verdict on one exchange, without explanations."""
        way = None if exchange.request is None else self._ways.find(exchange.request)
        if way is None:
            return Verdict.VALID if passes(exchange) else Verdict.UNDOCUMENTED
        plan, shortcut, match, query = way
        strict, doubt = self.strict, None
        if not query:
            doubt = shortcut.doubt(exchange, match.values, self._ask)
            if doubt is None:
                return Verdict.VALID
        if exchange.response is not None and plan.replied(exchange.response.status) is None:
            return Verdict.UNDOCUMENTED
        look = Look(strict, strict, [], doubt)
        troubles = self._troubles(plan, exchange, (match, query), look)
        try:
            wrong = any(map(self._teller.is_error, troubles))
        finally:
            self._teller.forget()
        return Verdict.INVALID if wrong else Verdict.VALID

    def check(self, exchange: Exchange) -> Result:
        """Everything that is wrong with one exchange, explained."""
        way = None if exchange.request is None else self._ways.find(exchange.request)
        if way is None:
            return self._without_operation(exchange)
        plan, shortcut, match, query = way
        close, doubt = self._close or exchange.documented, None
        if not query:
            doubt = shortcut.doubt(exchange, match.values, _CLOSE if close else _ONE_SIDED)
        if query or doubt is not None:
            with self._lock:
                return self._closely(plan, exchange, (match, query), Look(True, close, [], doubt))
        if self._ledger is not None:
            with self._lock:
                witness(self._ledger, plan, exchange, (match, query))
        result = shortcut.result(exchange)
        return self._noted(plan, exchange, result) if plan.operation.deprecated else result

    def _closely(
        self, plan: Plan, exchange: Exchange, found: tuple[Match, str], look: Look
    ) -> Result:
        troubles = self._troubles(plan, exchange, found, look)
        told = chain(self._notes(plan, exchange), troubles)
        findings = self._told(told, plan, exchange, look.unchecked)
        verdict = Verdict.VALID
        if any(each.code in _UNDOCUMENTED for each in findings):
            verdict = Verdict.UNDOCUMENTED
        elif any(each.severity is Severity.ERROR for each in findings):
            verdict = Verdict.INVALID
        if self._ledger is not None:
            witness(self._ledger, plan, exchange, found, tuple(findings))
        unchecked = tuple(dict.fromkeys(look.unchecked))
        return Result(verdict, plan.key, tuple(findings), unchecked)

    def _noted(self, plan: Plan, exchange: Exchange, result: Result) -> Result:
        """The result for an exchange that fits, with what is said of its operation."""
        findings = self._told(self._notes(plan, exchange), plan, exchange, [])
        return replace(result, findings=tuple(findings))

    def _told(
        self, troubles: Iterable[Trouble], plan: Plan, exchange: Exchange, unchecked: list[str]
    ) -> list[Finding]:
        try:
            return [
                finding
                for trouble in troubles
                for finding in self._teller.findings(trouble, exchange, plan.key, unchecked)
            ]
        finally:
            self._teller.forget()

    # --- what is looked at ------------------------------------------------------------------------

    def _compiled(self, operation: Operation) -> tuple[Plan, Shortcut]:
        plan = Plan(self.contract, operation, self._wire, self._shared)
        return plan, Shortcut(plan, self._validators)

    def _troubles(
        self, plan: Plan, exchange: Exchange, found: tuple[Match, str], look: Look
    ) -> Iterator[Trouble]:
        yield from plan.request(exchange, found, look)
        if exchange.response is not None:
            yield from plan.response(exchange, look)

    def _notes(self, plan: Plan, exchange: Exchange) -> Iterator[Trouble]:
        """What is said of the operation and the status before anything is looked into."""
        operation = plan.operation
        if operation.deprecated and not exchange.documented:
            message = f"{operation.key} is deprecated"
            yield noted(Part.PATH, "deprecated", message, operation.pointer + "/deprecated")
        response = exchange.response
        if response is not None and plan.replied(response.status) is None:
            documented = ", ".join(operation.replies) or "none"
            message = f"the status {response.status} is not documented for {operation.key}"
            more = {
                "value": response.status,
                "allowed": documented,
                "help": f"documented: {documented}",
                "names": (str(response.status),),
            }
            at = operation.pointer + "/responses"
            yield said(Part.STATUS, "undocumented-status", message, at, more)

    def _without_operation(self, exchange: Exchange) -> Result:
        if reason := passes(exchange):
            return Result(Verdict.VALID, None, (), (reason,))
        assert exchange.request is not None
        trouble = unknown(self._routes, exchange.request)
        findings = tuple(self._teller.findings(trouble, exchange, None, []))
        return Result(Verdict.UNDOCUMENTED, None, findings)
