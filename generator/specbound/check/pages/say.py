"""Findings about a page: what differs from the contract, where on the page, where in the document.

Knows how a claim becomes a `Finding`. It must not know how the difference was found.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from specbound.check.finding import Finding, Part
from specbound.check.schema.lookup import Place
from specbound.contract.load import Contract
from specbound.diagnostics import Severity
from specbound.origin import Origin
from specbound.traffic.exchange import Claim


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference: its code, one sentence, and what goes with it in the finding."""

    code: str
    message: str
    spec: Place | str
    severity: Severity = Severity.WARNING
    part: Part = Part.REQUEST_BODY
    pointer: str = ""
    value: Any = None
    variant: str = ""
    allowed: str = ""
    help: str = ""
    names: tuple[str, ...] = ()


def finding(contract: Contract, claim: Claim, operation: str | None, found: Difference) -> Finding:
    """The finding that tells a difference."""
    return Finding(
        code=found.code,
        severity=found.severity,
        message=found.message,
        source=claim.source,
        operation=operation,
        part=found.part,
        pointer=found.pointer,
        value=found.value,
        variant=found.variant,
        spec=_origin(contract, found.spec),
        allowed=found.allowed,
        help=found.help,
        names=found.names,
        line=claim.source.line,
        documented=True,
    )


def _origin(contract: Contract, spec: Place | str) -> Origin:
    """The place in the document that was read; of a shape that stands twice, where it was met."""
    if isinstance(spec, str):
        return contract.origin(spec)
    return contract.locate(spec.source) if spec.source else contract.origin(spec.at)


def quoted(values: list[Any]) -> str:
    """Values of the document in a row, as JSON."""
    return listed([json.dumps(value, ensure_ascii=False) for value in values])


def listed(values: tuple[str, ...] | list[str], most: int = 8) -> str:
    """Names in a row; a long row is cut and says how long it is."""
    shown = ", ".join(values[:most])
    return shown if len(values) <= most else f"{shown}, … ({len(values)} in all)"
