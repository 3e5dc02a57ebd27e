"""An account for programs: one JSON object whose members stand in INTERFACES' order.

Knows the names and the order of that object's members. It must not know how a finding was made.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from specbound.check.account import Account, Entry, Group, Place
from specbound.report.phrases import STREAMS, encodable, relative, shown
from specbound.traffic.exchange import Source


def json_report(account: Account) -> str:
    """The report as indented JSON that ends with a newline."""
    text = json.dumps(data(account), indent=2, ensure_ascii=False, default=str)
    return encodable(text) + "\n"


def data(account: Account) -> dict[str, Any]:
    """The report as plain data."""
    told: dict[str, Any] = {
        "contract": {
            "title": account.title,
            "version": account.version,
            "operations": account.operations,
        },
        "summary": _summary(account),
        "findings": [_group(group, account.all is not None) for group in shown(account)],
        "known": [
            {**_group(group), "reason": entry.reason, "expires": entry.expires}
            for group, entry in account.known
        ],
        "stale": [_entry(entry) for entry in account.stale],
        "expired": [_entry(entry) for entry in account.expired],
        "skipped": dict(account.skipped),
        "unchecked": dict(account.unchecked),
    }
    return told if account.coverage is None else {**told, "coverage": dict(account.coverage)}


def _summary(account: Account) -> Mapping[str, int | float]:
    return {
        "files": account.files,
        "exchanges": account.exchanges,
        "valid": account.valid,
        "invalid": account.invalid,
        "undocumented": account.undocumented,
        "findings": account.findings,
        "causes": len(account.groups) + len(account.known),
        "known": sum(group.count for group, _ in account.known),
    }


def _group(group: Group, alone: bool = False) -> dict[str, Any]:
    finding = group.finding
    told: dict[str, Any] = {
        "code": finding.code,
        "severity": str(finding.severity),
        "message": finding.message,
        "source": _source(finding.source),
        "line": finding.line,
        "operation": finding.operation,
        "part": str(finding.part),
        "pointer": finding.pointer,
        "value": _finite(finding.value),
        "variant": finding.variant or None,
        "spec": _spec(group),
        "allowed": finding.allowed or None,
        "help": finding.help or None,
        "documented": finding.documented,
    }
    if alone:
        return told
    return {**told, "count": group.count, "places": [_place(each) for each in group.places]}


def _finite(value: Any) -> Any:
    """A value without what JSON cannot say: numbers beyond a double's range become texts."""
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, Mapping):
        return {str(name): _finite(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(each) for each in value]
    return value


def _source(source: Source) -> dict[str, Any]:
    file = source.file if source.file in STREAMS else relative(source.file)
    told: dict[str, Any] = {"file": file, "line": source.line, "index": source.number}
    return {**told, "pointer": source.pointer} if source.pointer else told


def _place(place: Place) -> dict[str, Any]:
    return {"source": _source(place.source), "line": place.line, "pointer": place.pointer}


def _spec(group: Group) -> dict[str, Any] | None:
    spec = group.finding.spec
    if spec is None:
        return None
    file = relative(spec.file)
    return {"file": file, "pointer": spec.pointer, "line": spec.line, "column": spec.column}


def _entry(entry: Entry) -> dict[str, Any]:
    why = entry.cause
    return {
        "code": why.code,
        "operation": why.operation or None,
        "part": str(why.part),
        "pointer": why.pointer,
        "reason": entry.reason,
        "expires": entry.expires,
    }
