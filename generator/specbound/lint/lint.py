"""All rules in their order: `lint`, what is wrong with a document, each fault once.

Knows which rules there are. It must not know what any of them looks for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from specbound.contract.load import Contract, deep_recursion
from specbound.diagnostics import Code, Diagnostic
from specbound.lint.document import Document
from specbound.lint.examples import examples
from specbound.lint.fit import Fits
from specbound.lint.known import known
from specbound.lint.operations import operations
from specbound.lint.paths import paths
from specbound.lint.problem import Problem
from specbound.lint.samples import samples
from specbound.lint.schemas import schemas

#: Findings of the source that a rule of ours tells better, at the same place.
_RETOLD = frozenset({Code.INVALID_DEFAULT, Code.INVALID_PATTERN, Code.NULLABLE})


def lint(contract: Contract) -> list[Problem]:
    """Everything that is wrong with a contract's document, in the order of its lines."""
    with deep_recursion():
        document = Document(contract)
        fits = Fits(document.tree)
        own = _once(_rules(document, fits))
        told = {problem.place for problem in own if problem.code in _RETOLD}
        found = [one for one in known(document) if one.place not in told]
    return sorted([*found, *own], key=_order)


def _rules(document: Document, fits: Fits) -> Iterator[Problem]:
    yield from examples(document, fits)
    yield from operations(document, fits)
    yield from paths(document, fits)
    yield from schemas(document, fits)
    yield from samples(document)


def _once(problems: Iterator[Problem]) -> list[Problem]:
    """What is referred to from several places is wrong once."""
    seen: dict[tuple[str, str, str], Problem] = {}
    for one in problems:
        key = one.code, one.place, _said(one.diagnostic)
        first = seen.setdefault(key, one)
        more = tuple(action for action in one.mend if action not in first.mend)
        if more and first.mend:
            seen[key] = replace(first, mend=(*first.mend, *more))
    return list(seen.values())


def _said(item: Diagnostic) -> str:
    return item.message if item.code is Code.INVALID_SAMPLE else ""


def _order(problem: Problem) -> tuple[str, int, int]:
    origin = problem.diagnostic.origin
    return (origin.file, origin.line or 0, origin.column or 0) if origin else ("", 0, 0)
