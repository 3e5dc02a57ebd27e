"""What is wrong with schemas themselves: patterns, `nullable`, unions.

Knows the keywords of JSON Schema 2020-12. It must not know where a schema is used.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from specbound.contract.patterns import PatternError, UnsupportedPattern, to_python
from specbound.contract.shown import schemas as every_schema
from specbound.diagnostics import Code
from specbound.lint.document import ERROR, NOTE, WARNING, Document
from specbound.lint.fit import Fits
from specbound.lint.problem import Action, Problem
from specbound.lint.unions import unions
from specbound.origin import pointer


def schemas(document: Document, fits: Fits) -> Iterator[Problem]:
    """Problems of every schema, in the document's order."""
    for at, schema in every_schema(document.tree):
        yield from _patterns(document, at, schema)
        if "nullable" in schema:
            yield _nullable(document, at, schema)
        if "oneOf" in schema or "anyOf" in schema:
            yield from unions(document, fits, at, schema)


def _patterns(document: Document, at: str, schema: Mapping[str, Any]) -> Iterator[Problem]:
    """Expressions that are none in ECMA-262, or that no engine but a browser's could take."""
    several = schema.get("patternProperties")
    names = [("patternProperties", name) for name in several] if isinstance(several, dict) else []
    for steps in [("pattern",), *names]:
        expression = schema.get("pattern") if len(steps) == 1 else steps[-1]
        if not isinstance(expression, str):
            continue
        try:
            to_python(expression)
        except UnsupportedPattern as error:
            message = f"the pattern `{expression}` is not checked: {error}"
            found = document.problem(Code.INVALID_PATTERN, at + pointer(steps), message, NOTE)
            yield Problem(found.diagnostic, "patterns that cannot be checked")
        except PatternError as error:
            message = f"`{expression}` is no regular expression of ECMA-262: {error}"
            found = document.problem(Code.INVALID_PATTERN, at + pointer(steps), message, ERROR)
            yield Problem(found.diagnostic, "patterns that no engine takes")


def _nullable(document: Document, at: str, schema: Mapping[str, Any]) -> Problem:
    """OpenAPI 3.1 has no `nullable`; whoever reads it as JSON Schema lets no null in."""
    old = schema["nullable"]
    kind = schema.get("type")
    found = document.problem(
        Code.NULLABLE,
        f"{at}/nullable",
        "`nullable` has no effect in OpenAPI 3.1" + (", so null is refused" if old is True else ""),
        WARNING,
        'write `type: [..., "null"]`' if old is True else "remove it",
    )
    mend: tuple[Action, ...] = ()
    if old is not True:
        mend = document.removal(at, "nullable")
    elif isinstance(kind, str) and kind != "null" and not {"enum", "const"} & schema.keys():
        update = document.update(at, {"type": [kind, "null"]})
        mend = (*update, *document.removal(at, "nullable")) if update else ()
    return Problem(found.diagnostic, "uses of `nullable` in OpenAPI 3.1", mend)
