"""What makes two findings one fault: the cause of a finding, free of lines, indexes and values.

Knows how schema places and pointers into values run side by side. It must not know how causes are
counted, nor which exchange a finding came from.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from specbound.check.account import Cause
from specbound.check.finding import Finding, Part
from specbound.origin import escape, tokens

INDEX, NAME = "[]", "{}"

#: Keywords below which a value's steps are not the schema's: nothing, an index, or any name.
_HERE = frozenset({"not", "if", "then", "else", "propertyNames"})
_NUMBERED = frozenset({"allOf", "anyOf", "oneOf"})
_ITEMS = frozenset({"items", "contains", "unevaluatedItems"})
_OTHERS = frozenset({"additionalProperties", "unevaluatedProperties"})

#: Names that some program made: numbers, UUIDs, hex digests, dates, and ``task_8f3a91c0``.
_MADE = re.compile(
    r"""  \d+
        | [0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}
        | (?=[a-f]*\d) [0-9a-f]{12,}
        | \d{4}-\d{2}-\d{2} .*
        | [a-z]{1,12} [_-] (?=[a-z]*\d+[a-z]+\d | \d+$) [a-z0-9]{8,}
        | (?=[a-z_-]*\d+[a-z_-]+\d) [a-z0-9_-]{20,}
        | .{65,} | .*[@\s] .* | [a-z]+:// .* """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)


def cause(finding: Finding) -> Cause:
    """The cause of a finding: equal for the same fault in another record, item or map entry."""
    schema = finding.spec.pointer if finding.spec is not None else ""
    return Cause(
        _operation(finding),
        finding.part,
        finding.code,
        general(finding.pointer, schema),
        schema,
        _names(finding),
    )


def general(pointer: str, schema: str = "") -> str:
    """A pointer with ``[]`` for indexes and ``{}`` for names that a program made.

    Where the schema's place shows that a name is declared, or that any name may stand there, that
    is believed rather than the name's looks.
    """
    found = tokens(pointer)
    known = _aligned(found, list(_steps(tokens(schema))))
    return "".join("/" + known.get(at, _token(token)) for at, token in enumerate(found))


def is_made(name: str) -> bool:
    """Whether a name looks like an identifier, a date or a text rather than a member's name."""
    return _MADE.fullmatch(name) is not None


def general_path(path: str) -> str:
    """A URL's path with ``{}`` for the segments that look like identifiers; its query is cut."""
    plain = path.partition("?")[0].partition("#")[0]
    return "/".join(NAME if is_made(part) else part for part in plain.split("/"))


def _operation(finding: Finding) -> str:
    """The operation's key; where the document has none, method and path as far as known."""
    if finding.operation is None:
        return ""
    method, space, path = finding.operation.partition(" ")
    if finding.code != "undocumented-operation" or not space:
        return finding.operation
    return f"{method} {general_path(path)}"


def _names(finding: Finding) -> tuple[str, ...]:
    """What else tells causes apart: another undocumented status is another fault."""
    if finding.part is Part.RECORD:
        return finding.names
    if finding.part is Part.STATUS:
        return (*finding.names, str(finding.value))
    return tuple(map(_named, finding.names))


def _named(name: str) -> str:
    return general_path(name) if "/" in name else NAME if is_made(name) else name


def _token(token: str) -> str:
    if token.isdecimal():
        return INDEX
    return NAME if is_made(token) else escape(token)


def _steps(schema: list[str]) -> Iterator[str | None]:
    """The steps that a value takes along a schema's place: a name, an index, or None for any name.

    The last token is the keyword that was broken, and no step.
    """
    at = _root(schema)
    while at < len(schema) - 1:
        keyword = schema[at]
        at += 1
        if keyword in _HERE:
            continue
        if keyword in _ITEMS:
            yield INDEX
        elif keyword in _OTHERS:
            yield None
        elif keyword in _NUMBERED or keyword == "dependentSchemas":
            at += 1
        elif keyword in ("properties", "patternProperties", "prefixItems"):
            yield {"properties": schema[at], "prefixItems": INDEX}.get(keyword)
            at += 1
        else:
            return


def _root(schema: list[str]) -> int:
    """Where the schema begins inside the document: after ``components/schemas/X`` or ``schema``."""
    if schema[:2] == ["components", "schemas"]:
        return 3
    return schema.index("schema") + 1 if "schema" in schema else len(schema)


def _aligned(found: list[str], steps: list[str | None]) -> dict[int, str]:
    """What the schema's steps say about the last tokens of a pointer, by the token's number.

    A finding may point to the object or to the member that is wrong with it, one token further.
    """
    for further in (0, 1):
        start = len(found) - further - len(steps)
        pairs = list(enumerate(steps, start=start))
        if start >= 0 and all(_fits(found[at], step) for at, step in pairs):
            return {at: NAME if step is None else _known(found[at], step) for at, step in pairs}
    return {}


def _fits(token: str, step: str | None) -> bool:
    return step is None or token == step or (step == INDEX and token.isdecimal())


def _known(token: str, step: str) -> str:
    return INDEX if step == INDEX else escape(token)
