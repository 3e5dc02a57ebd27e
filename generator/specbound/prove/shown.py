"""Calls and requests as text for people: short, and without secrets.

Knows how a call is written in Python and a request on the wire. It must not know results.
"""

from __future__ import annotations

import json
from typing import Any

from specbound.prove.builder import Builder
from specbound.prove.case import Case
from specbound.traffic.exchange import ABSENT, Request
from specbound.traffic.secrets import redacted, redacted_headers, redacted_url

#: Longer texts are repeated characters or data; how long they are says it all.
LONGEST = 120


def call_of(builder: Builder, case: Case) -> dict[str, Any]:
    """The keyword arguments of the call; positional ones under their index."""
    arguments, keywords = builder.call(case)
    return {**{str(index): value for index, value in enumerate(arguments)}, **keywords}


def text_of(request: Request) -> str:
    """A request as it would be sent, a line each for target, headers and body."""
    lines = [f"{request.method} {redacted_url(request.url)}"]
    lines += [f"{name}: {value}" for name, value in redacted_headers(request.headers or ())]
    body = request.json
    if body is ABSENT and request.content:
        try:
            body = json.loads(request.content)
        except ValueError:
            return "\n".join([*lines, "", _cut(request.content.decode("utf-8", "replace"))])
    if body is not ABSENT:
        lines += ["", json.dumps(_short(redacted(body)), ensure_ascii=False)]
    return "\n".join(lines)


def _short(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _short(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_short(each) for each in value[:20]] + (["…"] if len(value) > 20 else [])
    return _cut(value) if isinstance(value, str) else value


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:40]}… ({len(text):,} characters)"


def python(value: Any) -> str:
    """A value as Python source; long texts as what they repeat."""
    if isinstance(value, str) and len(value) > LONGEST:
        first = value[:1]
        if value == first * len(value):
            return f"{first!r} * {len(value)}"
        period = next((n for n in (1, 64) if len(value) > n and value == _repeated(value, n)), 0)
        if period:
            return f"({value[:period]!r} * {len(value) // period + 1})[:{len(value)}]"
        for cut in range(1, 80):
            rest = value[cut:]
            if rest and rest == rest[0] * len(rest):
                return f"{value[:cut]!r} + {rest[0]!r} * {len(rest)}"
        return repr(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name!r}: {python(one)}" for name, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(python, value)) + "]"
    return repr(value)


def _repeated(text: str, period: int) -> str:
    return (text[:period] * (len(text) // period + 1))[: len(text)]
