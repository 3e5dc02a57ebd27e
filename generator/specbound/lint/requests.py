"""Requests that a sample writes out, as curl commands do, against the contract.

Knows how to ask the checker. It must not know how a command is read.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from specbound.check.checker import Checker
from specbound.check.finding import Finding
from specbound.contract.load import Contract
from specbound.contract.values import kind
from specbound.diagnostics import Severity
from specbound.lint.calls import Complaint
from specbound.traffic.exchange import Exchange, Source


class Requests:
    """Checks the requests of samples; what that needs is compiled for the first of them."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract

    @cached_property
    def _checker(self) -> Checker:
        return Checker(self._contract)

    def curl(self, text: str) -> Iterator[Complaint]:
        """The faults of every curl command of a text."""
        from specbound.traffic.shell import curl_requests

        for request, line in curl_requests(text):
            exchange = Exchange(request, None, Source("sample", line))
            for finding in self._checker.check(exchange).findings:
                if not _is_variable(finding):
                    at = f" (`{finding.pointer}`)" if finding.pointer else ""
                    message = f"{finding.part}: {finding.message.rstrip('.')}{at}"
                    yield Complaint(message, line, _severity(finding), finding.help)


def _severity(finding: Finding) -> Severity:
    return Severity.WARNING if finding.severity is Severity.ERROR else finding.severity


def _is_variable(finding: Finding) -> bool:
    """Whether the value is the shell's to fill in: ``$TASK_ID``."""
    return kind(finding.value) == "string" and "$" in str(finding.value)
