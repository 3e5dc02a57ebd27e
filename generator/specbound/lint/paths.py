"""Path templates between which no URL can choose (OpenAPI 3.1 section 4.8.8).

Knows templates and the schemas of their parameters. It must not know anything else of operations.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any, NamedTuple

from specbound.contract.tree import METHODS
from specbound.diagnostics import Code
from specbound.lint.document import Document
from specbound.lint.examples import readings
from specbound.lint.fit import Fits
from specbound.lint.problem import Problem
from specbound.origin import pointer

_HOLE = re.compile(r"\{([^}]*)\}")


class _Path(NamedTuple):
    """One template: its text, its segments, its methods, and its parameters' schemas."""

    text: str
    segments: list[str]
    methods: frozenset[str]
    schemas: Mapping[str, Any]


def paths(document: Document, fits: Fits) -> Iterator[Problem]:
    """Pairs of templates that are the same, or that fit one URL while neither is more exact."""
    groups: dict[int, list[_Path]] = {}
    for text, item in (document.tree.get("paths") or {}).items():
        if isinstance(item, Mapping) and "{" in text:
            one = _Path(text, text.rstrip("/").split("/"), _methods(item), _schemas(document, text))
            groups.setdefault(len(one.segments), []).append(one)
    for group in groups.values():
        for one, other in combinations(group, 2):
            if one.methods & other.methods and (reason := _clash(one, other, fits)):
                message = f"the paths `{one.text}` and `{other.text}` {reason}"
                at = "/paths" + pointer([other.text])
                found = document.problem(Code.AMBIGUOUS_PATHS, at, message)
                yield Problem(found.diagnostic, "paths that cannot be told apart")


def _methods(item: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(method for method in METHODS if method in item)


def _schemas(document: Document, path: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for method in METHODS:
        operation = document.contract.operations.get(f"{method.upper()} {path}")
        for one in operation.parameters if operation else ():
            if one.location == "path":
                found.setdefault(one.name, document.node(one.pointer).get("schema", True))
    return found


def _clash(one: _Path, other: _Path, fits: Fits) -> str:
    more = less = False
    for left, right in zip(one.segments, other.segments, strict=True):
        if _HOLE.sub("{}", left) == _HOLE.sub("{}", right):
            continue
        holes = _HOLE.fullmatch(left), _HOLE.fullmatch(right)
        if holes[0] and not holes[1] and _takes(one, holes[0][1], right, fits):
            less = True
        elif holes[1] and not holes[0] and _takes(other, holes[1][1], left, fits):
            more = True
        else:
            return ""
    if not more and not less:
        return "differ in the names of their parameters alone"
    return "fit the same URL, and neither is the more exact" if more and less else ""


def _takes(path: _Path, name: str, text: str, fits: Fits) -> bool:
    """Whether a parameter of the path accepts a literal segment of the other."""
    if "{" in text:
        return False
    schema = path.schemas.get(name, True)
    return any(fits.accepts(schema, value, "request") for value in (text, *readings(text)))
