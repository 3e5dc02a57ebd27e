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
from specbound.check.wire.routes import Match, Routes, target
from specbound.check.wire.shortcut import Ask, Shortcut
from specbound.check.wire.typed import Typing
from specbound.contract.load import Contract
from specbound.contract.rules import subschemas
from specbound.diagnostics import Severity
from specbound.traffic.exchange import Exchange, Request

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
        # Recordings mostly speak of one host: what stood before the last path.
        self._authority = "\0"
        self._plans: dict[int, tuple[Plan, Shortcut]] = {}
        self._teller = Teller(contract, strict)
        # What fits is judged by any number of threads; ledgers and explanations are for one.
        self._lock = Lock()

    # --- the two questions ------------------------------------------------------------------------

    def judge(self, exchange: Exchange) -> Verdict:
        """The verdict on one exchange, without explanations."""
        match, query = self._match(exchange.request)
        if match is None:
            return Verdict.VALID if passes(exchange) else Verdict.UNDOCUMENTED
        plan, shortcut = self._plan(match)
        strict = self.strict
        if not query and shortcut.holds(exchange, match.values, self._ask):
            return Verdict.VALID
        if exchange.response is not None and plan.replied(exchange.response.status) is None:
            return Verdict.UNDOCUMENTED
        for trouble in self._troubles(plan, exchange, (match, query), Look(strict, strict, [])):
            if self._teller.is_error(trouble):
                return Verdict.INVALID
        return Verdict.VALID

    def check(self, exchange: Exchange) -> Result:
        """Everything that is wrong with one exchange, explained."""
        match, query = self._match(exchange.request)
        if match is None:
            return self._without_operation(exchange)
        plan, shortcut = self._plan(match)
        close = self._close or exchange.documented
        ask = _CLOSE if close else _ONE_SIDED
        if query or not shortcut.holds(exchange, match.values, ask):
            with self._lock:
                return self._closely(plan, exchange, (match, query), close)
        if self._ledger is not None:
            with self._lock:
                witness(self._ledger, plan, exchange, (match, query))
        result = shortcut.result(exchange)
        return self._noted(plan, exchange, result) if plan.operation.deprecated else result

    def _closely(
        self, plan: Plan, exchange: Exchange, found: tuple[Match, str], close: bool
    ) -> Result:
        look = Look(True, close, [])
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
        return [
            finding
            for trouble in troubles
            for finding in self._teller.findings(trouble, exchange, plan.key, unchecked)
        ]

    # --- what is looked at ------------------------------------------------------------------------

    def _match(self, request: Request | None) -> tuple[Match | None, str]:
        if request is None:
            return None, ""
        # Read once: another thread may meet another host meanwhile.
        url, authority = request.url, self._authority
        start = len(authority)
        if url[start : start + 1] == "/" and url.startswith(authority) and _is_path(url):
            return self._routes.find(request.method, url[start:]), ""
        path, query = target(url)
        if "://" in url and url.endswith(path):
            self._authority = url[: -len(path)]
        return self._routes.find(request.method, path), query

    def _plan(self, match: Match) -> tuple[Plan, Shortcut]:
        # The contract keeps its operations, so that their identity stays their own.
        found = self._plans.get(id(match.operation))
        if found is None:
            plan = Plan(self.contract, match.operation, self._wire, self._shared)
            found = self._plans[id(match.operation)] = plan, Shortcut(plan, self._validators)
        return found

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


def _is_path(url: str) -> bool:
    return "?" not in url and "#" not in url
