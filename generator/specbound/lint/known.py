"""What reading the document has found already, with the mends that a machine can make.

Knows the words of those findings as far as they can be mended. It must not check anything anew.
"""

from __future__ import annotations

from collections.abc import Iterator

from specbound.diagnostics import Code, Diagnostic
from specbound.lint.document import Document
from specbound.lint.problem import Action, Problem

_KINDS = {
    Code.INVALID_DOCUMENT: "breaches of the OpenAPI Specification",
    Code.UNKNOWN_KEYWORD: "members that nothing reads",
}


def known(document: Document) -> Iterator[Problem]:
    """The findings of source and contract as problems."""
    for item in document.contract.diagnostics:
        kind = _KINDS.get(item.code, f"findings `{item.code}`")
        if item.message.startswith("Example Object has no `"):
            name = item.message.split("`")[1]
            kind = f"Example Objects with `{name}`"
            yield Problem(item, kind, _summary(document, item, name))
        else:
            yield Problem(item, kind)


def _summary(document: Document, item: Diagnostic, name: str) -> tuple[Action, ...]:
    """`title` and `name` of an Example Object do nothing; what they say may go."""
    path = document.target(item.origin) if item.origin and name in ("title", "name") else ""
    return (Action(path, remove=True),) if path else ()
