"""What lint found, for programs: JSON, SARIF 2.1.0 and GitHub's annotations.

Knows these formats. It must not know any rule.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from specbound.diagnostics import DOCS, Severity
from specbound.lint.problem import Action, Problem
from specbound.origin import Origin
from specbound.report.phrases import STREAMS, relative
from specbound.report.terminal import counted

_SARIF = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


@dataclass(frozen=True, slots=True)
class Told:
    """A whole run: whose document it was, and what is wrong with it."""

    title: str
    version: str
    operations: int
    problems: Sequence[Problem]

    def count(self, severity: Severity) -> int:
        """How many of one severity were found."""
        return sum(one.diagnostic.severity is severity for one in self.problems)


def as_json(told: Told) -> str:
    """One JSON object: `contract`, `summary` and `findings`, in the document's order."""
    data = {
        "contract": {
            "title": told.title,
            "version": told.version,
            "operations": told.operations,
        },
        "summary": {
            **{f"{each}s": told.count(each) for each in Severity},
            "fixable": sum(bool(one.mend) for one in told.problems),
        },
        "findings": [_finding(one) for one in told.problems],
    }
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _finding(problem: Problem) -> dict[str, Any]:
    item = problem.diagnostic
    found: dict[str, Any] = {
        "code": item.code,
        "severity": item.severity,
        "message": item.message,
        "kind": problem.kind,
        "spec": _place(item.origin) if item.origin else None,
        "help": item.help,
        "fix": [_action(one) for one in problem.mend],
    }
    return found


def _place(origin: Origin) -> dict[str, Any]:
    place: dict[str, Any] = {"file": origin.file, "pointer": origin.pointer}
    return {**place, "line": origin.line, "column": origin.column}


def _action(action: Action) -> dict[str, Any]:
    does = {"remove": True} if action.remove else {"update": action.update}
    return {"target": action.target, **does}


def as_sarif(told: Told) -> str:
    """A SARIF 2.1.0 log with one result a finding."""
    rules = sorted({str(one.code) for one in told.problems})
    docs = {str(code): text for code, text in DOCS.items()}
    driver = {
        "name": "specbound",
        "rules": [{"id": code, "shortDescription": {"text": docs[code]}} for code in rules],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(one, rules) for one in told.problems],
    }
    return json.dumps({"$schema": _SARIF, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _result(problem: Problem, rules: Sequence[str]) -> dict[str, Any]:
    item, origin = problem.diagnostic, problem.diagnostic.origin
    text = "\n".join(filter(None, [item.message, item.help]))
    seed = f"{item.code}\0{problem.place}\0{item.message}".encode("utf-8", "backslashreplace")
    result: dict[str, Any] = {
        "ruleId": item.code,
        "ruleIndex": rules.index(item.code),
        "level": item.severity,
        "message": {"text": text},
        "partialFingerprints": {"finding/v1": hashlib.sha256(seed).hexdigest()},
    }
    if origin is not None and origin.file not in STREAMS:
        result["locations"] = [_location(origin)]
    return result


def _location(origin: Origin) -> Mapping[str, Any]:
    uri = quote(relative(origin.file), safe="/~!$&'()*+,;=@-._")
    physical: dict[str, Any] = {
        "artifactLocation": {"uri": f"file://{uri}" if uri.startswith("/") else uri}
    }
    if origin.line:
        column = {"startColumn": origin.column} if origin.column else {}
        physical["region"] = {"startLine": origin.line, **column}
    logical = [{"fullyQualifiedName": origin.pointer, "kind": "member"}]
    return {"physicalLocation": physical, "logicalLocations": logical}


def as_github(told: Told) -> str:
    """A workflow command a finding, the worst first, and the sums."""
    ranks = list(Severity)
    ordered = sorted(told.problems, key=lambda one: ranks.index(one.diagnostic.severity))
    sums = ", ".join(counted(told.count(each), str(each)) for each in Severity)
    return "".join(f"{_command(one)}\n" for one in ordered) + f"{sums}\n"


def _command(problem: Problem) -> str:
    item, origin = problem.diagnostic, problem.diagnostic.origin
    properties: dict[str, str] = {}
    if origin is not None and origin.file not in STREAMS:
        properties["file"] = relative(origin.file)
        if origin.line:
            properties["line"] = str(origin.line)
    properties["title"] = item.code
    told = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    lines = [item.message, item.help, origin.pointer if origin else ""]
    return f"::{_COMMANDS[item.severity]} {told}::{_escaped(chr(10).join(filter(None, lines)))}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")


REPORTS: Mapping[str, Callable[[Told], str]] = {
    "json": as_json,
    "sarif": as_sarif,
    "github": as_github,
}
