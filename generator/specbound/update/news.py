"""What lint says of the new document and did not say of the old one.

Knows that a finding is the same wherever its line and its array index have moved. It must not know
any rule.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from specbound.contract.load import Contract
from specbound.diagnostics import Code, Diagnostic
from specbound.lint.lint import lint
from specbound.update.outcome import LintNews

_INDEX = re.compile(r"/\d+(?=/|$)")
_LINE = re.compile(r"\bline \d+\b")


def lint_news(old: Contract, new: Contract) -> LintNews:
    """Compare the findings of both documents; an overlay's missing matches are told elsewhere."""
    before, after = _findings(old), _findings(new)
    known = Counter(map(_identity, before))
    found = []
    for one in after:
        if known[_identity(one)]:
            known[_identity(one)] -= 1
        else:
            found.append(one)
    return LintNews(tuple(found), known.total(), len(after) - len(found))


def _findings(contract: Contract) -> list[Diagnostic]:
    problems: Iterable[Diagnostic] = (one.diagnostic for one in lint(contract))
    return [one for one in problems if one.code is not Code.OVERLAY_WITHOUT_MATCH]


def _identity(item: Diagnostic) -> tuple[str, str, str]:
    """Code, words and place, without the numbers that move when anything else changes."""
    place = _INDEX.sub("/*", item.origin.pointer) if item.origin else ""
    return str(item.code), _LINE.sub("line", item.message), place
