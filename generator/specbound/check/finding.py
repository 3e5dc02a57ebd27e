"""What a check has to say: `Finding`, one fault of one exchange, with both its places.

Knows the shape that INTERFACES gives a finding. It must not know how it was found, nor how it is
shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from specbound.diagnostics import Severity
from specbound.origin import Origin
from specbound.traffic.exchange import Source


class Part(StrEnum):
    """The part of an exchange that a finding speaks about."""

    PATH = "path"
    QUERY = "query"
    HEADER = "header"
    COOKIE = "cookie"
    REQUEST_BODY = "request.body"
    STATUS = "status"
    RESPONSE_HEADER = "response.header"
    RESPONSE_BODY = "response.body"
    RECORD = "record"


class Verdict(StrEnum):
    """What became of one exchange, the worst first; it counts once, request and reply together."""

    UNDOCUMENTED = "undocumented"
    INVALID = "invalid"
    VALID = "valid"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault inside one value, before it is known in which exchange: what `explain` finds.

    `pointer` leads into the value, `schema` into `Contract.document()` (the keyword that was
    broken). `message` is one sentence with the secrets already out of it; `allowed` says what the
    rule takes, `help` the nearest fix; both may be empty. `variant` names the branch of a union
    that was meant. `value` is what was sent, redacted; `names` tells a closed object's members
    apart where one keyword is broken by several (grouping takes them into the cause). `source` is
    the rule's pointer in the source document, where a shape stands there more than once.
    """

    code: str
    message: str
    pointer: str
    schema: str
    value: Any = None
    variant: str = ""
    allowed: str = ""
    help: str = ""
    severity: Severity = Severity.ERROR
    names: tuple[str, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault of one exchange, as every report tells it; `line` is the value's own, if known.

    `spec` is the place of the broken rule in the document, its line found when first asked for by
    `Contract.origin`. `count` and `places` speak of findings that were grouped by `cause`.
    """

    code: str
    severity: Severity
    message: str
    source: Source
    operation: str | None
    part: Part
    pointer: str = ""
    value: Any = None
    variant: str = ""
    spec: Origin | None = None
    allowed: str = ""
    help: str = ""
    names: tuple[str, ...] = ()
    line: int | None = None
    documented: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """One exchange judged: its verdict, all findings, and what could not be judged and why."""

    verdict: Verdict
    operation: str | None
    findings: tuple[Finding, ...] = ()
    unchecked: tuple[str, ...] = ()
