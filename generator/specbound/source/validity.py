"""Whether the document obeys the OpenAPI Specification: openapi-spec-validator's findings.

Knows that library and how to say its findings shortly. It must not decide what is usable, and
nothing that happens inside the library may stop the work.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from specbound.diagnostics import Code
from specbound.origin import pointer
from specbound.source.keywords import FIELDS
from specbound.source.tree import Tree
from specbound.source.walk import kind_at

MAX_FINDINGS = 1_000
_MAX_MESSAGE = 160
_JSON_WORDS = {"None": "null", "True": "true", "False": "false"}
_PYTHON_WORD = re.compile(r"(?<!['\w])(?:None|True|False)(?!['\w])")
_HELP = {
    ("Example", "title"): "use `summary`",
    ("Example", "name"): "use `summary`",
    ("Parameter", "type"): "use `schema`",
    ("Header", "type"): "use `schema`",
    ("Parameter", "default"): "put it into `schema`",
    ("Schema", "examples"): "OpenAPI 3.0 has `example`",
    ("Schema", "const"): "OpenAPI 3.0 says `enum` with one value",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One breach of the specification: where, and in short words what."""

    path: tuple[str | int, ...]
    message: str
    help: str = ""
    is_missing: bool = False


def check(tree: Tree) -> set[str]:
    """Warn of everything invalid; gives the pointers that were reported."""
    findings: list[Finding] = []
    try:
        for finding in spec_findings(tree.document, tree.is_30):
            findings.append(finding)
    except Exception as error:  # a fault of the library is not a fault of the document
        reason = _short(f"{type(error).__name__}: {error}")
        message = f"openapi-spec-validator gave up before the end ({reason})"
        tree.warn(Code.INVALID_DOCUMENT, message, "")
    findings = first_of_each_place(findings)
    for finding in findings[:MAX_FINDINGS]:
        at = pointer(finding.path)
        tree.warn(Code.INVALID_DOCUMENT, finding.message, at, finding.help)
    if len(findings) > MAX_FINDINGS:
        message = f"{len(findings) - MAX_FINDINGS} more findings are not shown"
        tree.warn(Code.INVALID_DOCUMENT, message, "")
    return {pointer(finding.path) for finding in findings}


def spec_findings(document: Any, is_30: bool) -> Iterator[Finding]:
    """Everything that the library finds in a document; whatever it raises comes through."""
    from specbound.source import spec_validator

    errors = islice(spec_validator.structural(document, is_30), MAX_FINDINGS)
    yield from fold([finding for error in errors for finding in _from_structure(error)])
    for path, message in spec_validator.semantic(document, is_30):
        if "jsonSchemaDialect" in document and repr(document["jsonSchemaDialect"]) in message:
            continue  # `dialect` says it once
        if "default" in path[-1:]:
            message = f"`default` does not fit its schema: {message}"
        yield Finding(path, _short(_in_json(message)))


def fold(findings: list[Finding]) -> list[Finding]:
    """Drop what only says that something below is wrong: `unevaluated` members cascade upwards."""
    parents = {finding.path[:length] for finding in findings for length in range(len(finding.path))}
    return [f for f in findings if f.message or f.path not in parents]


def first_of_each_place(findings: list[Finding]) -> list[Finding]:
    """One value breaks several rules for one reason; what is missing is told member by member."""
    seen: set[Any] = set()
    first: list[Finding] = []
    for finding in findings:
        key = (pointer(finding.path), finding.message if finding.is_missing else "")
        if key not in seen:
            seen.add(key)
            first.append(finding)
    return first


def _from_structure(error: Any) -> Iterator[Finding]:
    for cause in causes(error):
        path = tuple(cause.instance_path)
        steps = [str(step) for step in path]
        kind, name = kind_at(steps) or "", type(cause.kind).__name__
        if name in ("AdditionalProperties", "UnevaluatedProperties"):
            yield from _unexpected(cause, path, kind)
        elif name == "Required":
            article = f"{kind} Object has no" if kind else "here stands no"
            yield Finding(path, f"{article} `{cause.kind.property}`, which is required", "", True)
        elif name == "FalseSchema":
            yield Finding(path, f"`{path[-1] if path else ''}` is not allowed here")
        else:
            yield Finding(path, _short(cause.message))


def _unexpected(cause: Any, path: tuple[str | int, ...], kind: str) -> Iterator[Finding]:
    known = FIELDS.get(kind, {})
    names = list(cause.kind.unexpected)
    unknown = [name for name in names if name not in known] if kind != "Schema" else names
    if not unknown:
        # every member is known: the real fault lies inside one of them
        yield Finding(path, "" if _is_cascade(cause) else f"`{names[0]}` is not allowed here")
        return
    for name in unknown:
        help = _HELP.get((kind, name), "")
        subject = f"{kind} Object" if kind else "the object here"
        yield Finding((*path, name), f"{subject} has no `{name}`", help)


def _is_cascade(cause: Any) -> bool:
    return type(cause.kind).__name__ == "UnevaluatedProperties"


def causes(error: Any) -> Iterator[Any]:
    """The errors in the branch that was meant, as deep as they go, instead of "none fits"."""
    branches = [branch for branch in getattr(error.kind, "context", None) or () if branch]
    branches = [branch for branch in branches if not _wants_reference(branch)] or branches
    if not branches or type(error.kind).__name__ not in ("OneOfNotValid", "AnyOf"):
        yield error
        return
    if len(branches) > 1 and all(_is_choice(branch) for branch in branches):
        yield error
        return
    best = max(branches, key=lambda branch: max(len(inner.instance_path) for inner in branch))
    for inner in best:
        yield from causes(inner)


def _wants_reference(branch: list[Any]) -> bool:
    """Whether a branch fails because it is the Reference Object and this is none."""
    return any(
        type(error.kind).__name__ == "Required" and error.kind.property == "$ref"
        for error in branch
    )


def _is_choice(branch: list[Any]) -> bool:
    return all(type(error.kind).__name__ in ("Required", "Not") for error in branch)


def _in_json(message: str) -> str:
    """The library speaks Python; documents do not."""
    return _PYTHON_WORD.sub(lambda found: _JSON_WORDS[found.group()], message)


def _short(message: str) -> str:
    line = " ".join(message.split())
    if len(line) <= _MAX_MESSAGE:
        return line
    return f"{line[: _MAX_MESSAGE // 4]} … {line[-_MAX_MESSAGE * 3 // 4 + 3 :]}"
