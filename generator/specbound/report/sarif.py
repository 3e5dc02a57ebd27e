"""An account as SARIF 2.1.0, the format of code scanning.

Knows the OASIS standard's objects. It must not know any one service that reads them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from specbound.check.account import Account, Cause, Entry, Group, Place
from specbound.diagnostics import Severity
from specbound.report import codes
from specbound.report.phrases import STREAMS, allowed, relative, shown, subject_of

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
LEVEL = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}


def sarif(account: Account, version: str = "") -> str:
    """The log as indented JSON; `version` is the tool's own. Known findings are suppressed ones."""
    groups = [(group, None) for group in shown(account)]
    listed: list[tuple[Group, Entry | None]] = [*groups, *account.known]
    rules = sorted({group.finding.code for group, _ in listed})
    driver = {"name": "specbound", **({"semanticVersion": version} if version else {})}
    run = {
        "tool": {"driver": {**driver, "rules": [_rule(code) for code in rules]}},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": True}],
        "results": [_result(group, entry, rules) for group, entry in listed],
        "properties": _properties(account),
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    # Escaped throughout: a lone surrogate of a recording must not break the file.
    return json.dumps(log, indent=2) + "\n"


def fingerprint(cause: Cause) -> str:
    """A digest that stays with a cause while lines and values change."""
    parts = [cause.operation, cause.part, cause.code, cause.pointer, cause.schema, *cause.names]
    return hashlib.sha256("\0".join(parts).encode("utf-8", "backslashreplace")).hexdigest()


def _rule(code: str) -> dict[str, Any]:
    text = codes.describe(code)
    return {
        "id": code,
        "shortDescription": {"text": text},
        "fullDescription": {"text": text},
        "help": {"text": text},
    }


def _result(group: Group, entry: Entry | None, rules: list[str]) -> dict[str, Any]:
    finding = group.finding
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": rules.index(finding.code),
        "level": LEVEL[finding.severity],
        "message": {"text": _message(group)},
        "locations": [_location(group)],
        "occurrenceCount": group.count,
        "partialFingerprints": {"cause/v1": fingerprint(group.cause)},
    }
    if related := [*_rule_location(group), *_others(group)]:
        result["relatedLocations"] = [{"id": at, **each} for at, each in enumerate(related, 1)]
    if entry is not None:
        why = {"justification": entry.reason} if entry.reason else {}
        result["suppressions"] = [{"kind": "external", "status": "accepted", **why}]
    return result


def _message(group: Group) -> str:
    finding = group.finding
    about = subject_of(finding)
    told = [finding.message + (f" ({about})" if about else ""), allowed(finding), finding.help]
    if group.count > 1:
        told.append(f"seen {group.count:,} times")
    return "\n".join(filter(None, told))


def _location(group: Group) -> dict[str, Any]:
    name = subject_of(group.finding) or str(group.finding.part)
    logical = {"logicalLocations": [{"fullyQualifiedName": name, "kind": "member"}]}
    return {**_physical(group.places[0]), **logical}


def _rule_location(group: Group) -> Iterable[dict[str, Any]]:
    spec = group.finding.spec
    if spec is not None and spec.file not in STREAMS:
        region = {"startLine": spec.line} if spec.line else {}
        if spec.line and spec.column:
            region["startColumn"] = spec.column
        text = f"the rule in the document: {spec.pointer}"
        yield {**_at(spec.file, region), "message": {"text": text}}


def _others(group: Group) -> Iterable[dict[str, Any]]:
    for place in group.places[1:]:
        found = _physical(place)
        if found:
            yield {**found, "message": {"text": "seen here too"}}


def _physical(place: Place) -> dict[str, Any]:
    """The place in the recording; nothing where it came by standard input."""
    if place.source.file in STREAMS:
        return {}
    line = place.line or place.source.line
    return _at(place.source.file, {"startLine": line} if line else {})


def _at(file: str, region: dict[str, int]) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(file)}}
    return {"physicalLocation": {**physical, **({"region": region} if region else {})}}


def _uri(file: str) -> str:
    path = quote(relative(file), safe="/~!$&'()*+,;=@-._", errors="surrogatepass")
    return f"file://{path}" if path.startswith("/") else path


def _properties(account: Account) -> dict[str, Any]:
    return {
        "contract": f"{account.title} {account.version}".strip(),
        "exchanges": account.exchanges,
        "valid": account.valid,
        "invalid": account.invalid,
        "undocumented": account.undocumented,
        "findings": account.findings,
    }
